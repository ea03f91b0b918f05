"""Who calls: a token of an organisation, sent as `Authorization: Bearer mdn_…`."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.services import authenticate_token
from mediane.ground.database.scope import as_system
from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal


class Token(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The machine that holds the token, None for anything else. Failures cost one look-up of a digest: there is nothing to guess at."""
        try:
            with as_system():
                return authenticate_token(token, at=utc_now())
        except Refusal:
            return None
