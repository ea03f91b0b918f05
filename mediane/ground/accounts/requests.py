"""The request as the middleware leaves it."""

from __future__ import annotations

from django.http import HttpRequest

from mediane.ground.accounts.actor import Actor


class Request(HttpRequest):
    """A request that knows who asks (`CurrentActorMiddleware`); only ever a type, never made."""

    actor: Actor
