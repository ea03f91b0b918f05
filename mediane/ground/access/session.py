"""The session of somebody who holds one case: which key opened it, since when. It ends with the key, by idleness, or at the end of the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from mediane.ground.access.models import CaseKey
from mediane.ground.access.services import Opened
from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.accounts.current import SESSION_PREFIX
from mediane.ground.database.scope import as_system
from mediane.kernel.moments import utc_now

SESSION_KEY = SESSION_PREFIX + "case"
SEEN_EVERY = 60
"""Seconds between two writes of `seen`."""


def enter(request: HttpRequest, opened: Opened, at: datetime) -> None:
    """Begin the session, under a new session key: the one before may have been given by somebody else."""
    request.session.flush()
    now = int(at.timestamp())
    request.session[SESSION_KEY] = {
        "case": opened.actor.case_id,
        "organisation": opened.actor.organisation_id,
        "key": opened.key_id,
        "name": opened.actor.name,
        "door": opened.actor.door.value,
        "began": now,
        "seen": now,
    }


def leave(request: HttpRequest) -> None:
    request.session.flush()


def actor_of(request: Any) -> Actor | None:
    """The requester that this session stands for; None when there is none or when it is over (the session then says so once)."""
    held = request.session.get(SESSION_KEY)
    if not held:
        return None
    at, limits = utc_now(), settings.MEDIANE_ACCESS
    now = int(at.timestamp())
    over = now - held["began"] >= limits["longest_session"] or now - held["seen"] >= limits["idle"]
    if not over:
        with as_system():
            key = CaseKey.objects.filter(pk=held["key"], case_id=held["case"]).first()
        over = key is None or not key.is_open(at)
    if over:
        leave(request)
        messages.info(
            request,
            _(
                "Votre accès a pris fin pour protéger votre dossier. Ouvrez-le de nouveau avec votre lien ou votre code."
            ),
        )
        return None
    if now - held["seen"] >= SEEN_EVERY:
        request.session[SESSION_KEY] = {**held, "seen": now}
    return Actor.requester(held["case"], held["organisation"], name=held["name"], door=Door(held["door"]))
