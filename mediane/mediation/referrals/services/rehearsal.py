"""What would happen: a move is made for real in a transaction that is then taken back, and what it wrote is told. So a preview cannot drift from the act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from mediane.ground.correspondence.models import Letter
from mediane.ground.database.scope import as_system
from mediane.ground.deadlines.models import Clock
from mediane.mediation.referrals import naming
from mediane.mediation.referrals.clock_words import name_of
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import Claim, PartyContact, Referral


@dataclass(frozen=True)
class ClockChange:
    kind: str
    label: str
    what: str  # started, moved, stopped
    due_on: date | None
    before: date | None = None


@dataclass(frozen=True)
class Rehearsal:
    """Unsaved copies: letters with their text, clocks that start, move or stop, the state before and after, and whether the trader begins to see the case."""

    letters: tuple[Letter, ...]
    clocks: tuple[ClockChange, ...]
    state_before: str
    state_after: str
    opens_to_trader: bool
    names_consumer: bool = False
    """A letter to the trader holds the name of a consumer who asked for initials."""


class _TakenBack(Exception):
    pass


def rehearse(referral_id: int, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Rehearsal:
    """Run `service(referral_id, *args, **kwargs)` and take it back. A Refusal comes through as it would for the act itself."""
    told: list[Rehearsal] = []
    try:
        with as_system(), transaction.atomic():
            before = {clock.pk: clock for clock in Clock.objects.filter(case=referral_id)}
            last = Letter.objects.filter(case=referral_id).order_by("-pk").values_list("pk", flat=True).first() or 0
            state, notified = Referral.objects.values_list("state", "notified_on").get(pk=referral_id)
            service(referral_id, *args, **kwargs)
            after = Referral.objects.only("state", "notified_on").get(pk=referral_id)
            letters = tuple(Letter.objects.filter(case=referral_id, pk__gt=last).order_by("pk"))
            told.append(
                Rehearsal(
                    letters=letters,
                    clocks=tuple(_changes(before, list(Clock.objects.filter(case=referral_id).order_by("pk")))),
                    state_before=state,
                    state_after=after.state,
                    opens_to_trader=notified is None and after.notified_on is not None,
                    names_consumer=_names_consumer(referral_id, letters),
                )
            )
            raise _TakenBack
    except _TakenBack:
        return told[0]


def _names_consumer(referral_id: int, letters: Iterable[Letter]) -> bool:
    contact = PartyContact.objects.filter(referral=referral_id, party=Party.CONSUMER, discreet=True).first()
    if contact is None:
        return False
    reference = Claim.objects.values_list("contract_reference", flat=True).get(referral=referral_id)
    read = [[letter.subject, letter.inputs, letter.paper] for letter in letters if letter.audience == Party.TRADER]
    return naming.is_named_in(contact, reference, read)


def _changes(before: dict[int, Clock], after: list[Clock]) -> list[ClockChange]:
    changes = []
    for clock in after:
        old, label = before.get(clock.pk), name_of(clock)
        if old is None:
            if clock.stopped_on is None:
                changes.append(ClockChange(clock.kind, label, "started", clock.due_on))
        elif clock.stopped_on and not old.stopped_on:
            changes.append(ClockChange(clock.kind, label, "stopped", None, old.due_on))
        elif old.stopped_on and not clock.stopped_on:
            changes.append(ClockChange(clock.kind, label, "started", clock.due_on))
        elif clock.due_on != old.due_on:
            changes.append(ClockChange(clock.kind, label, "moved", clock.due_on, old.due_on))
    return changes
