"""Reads for the pages of this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import (
    AccountEvent,
    AccountEventKind,
    Invitation,
    Membership,
    Person,
    Token,
)


@dataclass
class PersonRow:
    """Somebody of the organisation with their roles there, those that are over too."""

    person: Person
    enrolled: bool
    current: list[Membership] = field(default_factory=list)
    coming: list[Membership] = field(default_factory=list)
    former: list[Membership] = field(default_factory=list)


def people(actor: Actor, day: date, *, person_id: int | None = None) -> list[PersonRow]:
    """Everybody who holds or held a role in the actor's organisation, by name; who holds one now first. One statement."""
    from allauth.mfa.models import Authenticator

    factor = Authenticator.objects.filter(user_id=OuterRef("person_id"), type=Authenticator.Type.TOTP)
    rows = Membership.objects.filter(organisation_id=actor.organisation_id or 0)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    rows = rows.select_related("person", "unit").annotate(enrolled=Exists(factor))
    found: dict[int, PersonRow] = {}
    for row in rows.order_by("person__last_name", "person__first_name", "person_id", "-starts_on", "pk"):
        of = found.setdefault(row.person_id, PersonRow(row.person, row.enrolled))
        over = row.cancelled_at is not None or (row.ends_on is not None and row.ends_on < day)
        (of.former if over else of.current if row.starts_on <= day else of.coming).append(row)
    return sorted(found.values(), key=lambda row: not (row.current or row.coming))


def invitations(actor: Actor, at: datetime) -> list[Invitation]:
    """Those that still wait, latest first."""
    waiting = Q(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at)
    rows = Invitation.objects.filter(waiting, organisation_id=actor.organisation_id or 0).select_related("invited_by")
    return list(rows.order_by("-invited_at", "-pk"))


def tokens(actor: Actor) -> list[Token]:
    rows = Token.objects.filter(organisation_id=actor.organisation_id or 0).select_related("created_by")
    return list(rows.order_by("revoked_at", "-created_at", "-pk"))


def events(actor: Actor, *, before: int | None = None, kind: str = "", count: int) -> list[AccountEvent]:
    """Latest first, at most `count`, those written before the event `before`."""
    rows = AccountEvent.objects.visible_to(actor).select_related("by", "person")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.order_by("-pk")[:count])


@dataclass(frozen=True)
class SignIns:
    """Sign-ins and failures since a moment; `share` of failures, 0 when nobody tried."""

    succeeded: int
    failed: int

    @property
    def share(self) -> float:
        total = self.succeeded + self.failed
        return self.failed / total if total else 0.0


def sign_ins(actor: Actor, since: datetime) -> SignIns:
    counted = (
        AccountEvent.objects.visible_to(actor)
        .filter(at__gte=since)
        .aggregate(
            succeeded=Count("pk", filter=Q(kind=AccountEventKind.SIGNED_IN)),
            failed=Count("pk", filter=Q(kind=AccountEventKind.SIGN_IN_FAILED)),
        )
    )
    return SignIns(**counted)
