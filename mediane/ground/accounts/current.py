"""Who is at the keyboard: from a person's roles of the day, or from what another room keeps in the session, to an Actor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from mediane.ground.accounts.actor import Actor, Door, Scope
from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import Role
from mediane.ground.database.scope import as_system

_trader_ids: list[Callable[[int], Iterable[int]]] = []
_session_actors: list[Callable[[HttpRequest], Actor | None]] = []
_homes: dict[Scope, str] = {}


# ---- hooks that rooms above fill ----------------------------------------------------------------------------------------------
def register_trader_ids(function: Callable[[int], Iterable[int]]) -> Callable[[int], Iterable[int]]:
    """`function(a firm's organisation id)` gives the ids of its rows in the bodies that know it. Called in system scope."""
    if function not in _trader_ids:
        _trader_ids.append(function)
    return function


def register_session_actor(function: Callable[[HttpRequest], Actor | None]) -> Callable[[HttpRequest], Actor | None]:
    """`function(request)` gives the Actor that a session without a signed-in person stands for, or None."""
    if function not in _session_actors:
        _session_actors.append(function)
    return function


def register_home(scope: Scope, url_name: str) -> None:
    """Where a person of this scope lands after signing in."""
    _homes[scope] = url_name


def home_of(actor: Actor) -> str | None:
    return _homes.get(actor.scope)


# ---- people -------------------------------------------------------------------------------------------------------------------
def memberships_of(person: Person, day: date) -> list[Membership]:
    """Current roles in active organisations, staff roles first; each carries `enrolled` (the person has an authenticator application). One query."""
    from allauth.mfa.models import Authenticator

    factor = Authenticator.objects.filter(user_id=OuterRef("person_id"), type=Authenticator.Type.TOTP)
    rows = (
        Membership.objects.current(day)
        .filter(person=person, organisation__active=True)
        .select_related("organisation")
        .annotate(enrolled=Exists(factor))
        .order_by("organisation__name", "pk")
    )
    return sorted(rows, key=lambda row: row.role == Role.CORRESPONDENT)


def actor_from(
    person: Person, memberships: Sequence[Membership], organisation_id: int | None, door: Door = Door.WEB
) -> Actor:
    """The Actor of a person in one of the organisations of `memberships` (the first, if the one asked for is none of them).

    Somebody without a role is an Actor without a scope who has a name: sees and does nothing but their own profile.
    """
    held = [row for row in memberships if row.organisation_id == organisation_id] or [
        row for row in memberships if row.organisation_id == memberships[0].organisation_id
    ]
    name = str(person)
    if not held:
        return replace(Actor.anonymous(door), person_id=person.pk, name=name)
    organisation_id = held[0].organisation_id
    roles = frozenset(row.role_enum for row in held)
    if Role.CORRESPONDENT not in roles:
        return Actor.staff(person.pk, organisation_id, roles, name=name, door=door)
    actor = Actor.correspondent(person.pk, organisation_id, trader_ids_of(organisation_id), name=name, door=door)
    return replace(actor, roles=roles)  # a correspondent may also manage the firm's people


def actor_for(person: Person, organisation_id: int, day: date, door: Door = Door.WEB) -> Actor:
    """The Actor of a person in an organisation that day. One query, and those of the hook for a correspondent."""
    if not person.is_active:
        return Actor.anonymous(door)
    held = [row for row in memberships_of(person, day) if row.organisation_id == organisation_id]
    return actor_from(person, held, organisation_id, door)


def trader_ids_of(organisation_id: int) -> tuple[int, ...]:
    with as_system():
        return tuple(sorted({int(pk) for function in _trader_ids for pk in function(organisation_id)}))


def session_actor(request: HttpRequest) -> Actor | None:
    for function in _session_actors:
        if (actor := function(request)) is not None:
            return actor
    return None


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address as allauth's throttles see it: its settings say which proxies are ours (ALLAUTH_TRUSTED_PROXY_COUNT)."""
    from allauth.core.internal.httpkit import get_client_ip

    return get_client_ip(request)


def forget_other_identities(request: HttpRequest) -> None:
    """One session is one identity: drop what rooms keep for somebody without an account."""
    for key in [key for key in list(request.session.keys()) if key.startswith(SESSION_PREFIX)]:
        del request.session[key]


SESSION_PREFIX = "door:"
"""Session keys of rooms that let somebody in without an account begin so."""


def organisations_of(memberships: Sequence[Membership]) -> list[Any]:
    return list({row.organisation_id: row.organisation for row in memberships}.values())
