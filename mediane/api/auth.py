"""Who calls: a token of an organisation, sent as `Authorization: Bearer mdn_…`."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from mediane.ground.access import limits
from mediane.ground.access.models import RateKind
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.current import client_ip
from mediane.ground.accounts.services import authenticate_token
from mediane.ground.database.scope import as_system
from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal


class Token(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The machine that holds the token, None for anything else. A known token is counted by itself, wherever it calls from; an unknown one by address.

        Raises Refusal `too_many_requests`.
        """
        at = utc_now()
        try:
            with as_system():
                actor = authenticate_token(token, at=at)
        except Refusal:
            limits.spend(RateKind.API_UNKNOWN, client_ip(request) or "", at)
            return None
        limits.spend(RateKind.API_TOKEN, token, at)
        return actor
