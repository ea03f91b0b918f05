"""What happens by itself: system moves on their day, and the office warned before and after a date. Jobs call these, never a page view.

Each case is a transaction of its own, so that one that fails does not hold the others back; each step is done once, because the move itself stops the
clock, or because its `Notice` row is unique. Running it twice, late, or after a crash changes nothing more.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from mediane.ground.database.scope import as_system
from mediane.ground.deadlines.models import Clock, ClockKind, Notice
from mediane.ground.rulesets.services import Rules, rules_for
from mediane.kernel.moments import paris_day
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import (
    admissibility,
    asking,
    conflicts,
    mediation,
    receiving,
    solution,
)
from mediane.mediation.referrals.services.alone import Service, alone

AFTER: dict[str, Service] = {
    ClockKind.PIECES: admissibility.go_on_without,
    ClockKind.ENTRY: mediation.entry_expires,
    ClockKind.ACCEPTANCE: solution.conclude,
    ClockKind.OBJECTION: conflicts.lift_conflict,
    ClockKind.OBSERVATIONS: asking.observations_over,
}
"""What follows when the last day of a clock is over."""
ON_THE_DAY: dict[str, Service] = {ClockKind.PREMATURE: admissibility.remind_premature}
REMINDERS: dict[str, Service] = {
    ClockKind.ENTRY: mediation.remind_entry,
    ClockKind.EXECUTION: solution.remind_execution,
}


def make_due_moves(*, at: datetime, of: int | None = None) -> int:
    """Every system move whose day has come, of all cases or `of` one. Returns how many were made."""
    today, made = paris_day(at), 0
    running = Clock.objects.filter(stopped_on__isnull=True, quiet=False)
    if of is not None:
        running = running.filter(case=of)
    with as_system():
        reminders = list(
            running.filter(kind__in=REMINDERS)
            .exclude(remind_on=[])
            .values_list("pk", "case_id", "kind", "remind_on", "due_on")
        )
        over = list(running.filter(kind__in=AFTER, due_on__lt=today).values_list("case_id", "kind"))
        on_day = list(running.filter(kind__in=ON_THE_DAY, due_on__lte=today).values_list("case_id", "kind"))
    for clock_id, case_id, kind, days, due_on in reminders:
        past = [day for day in days if date.fromisoformat(day) <= today]
        if past and (kind != ClockKind.ENTRY or today <= due_on):
            made += _make(REMINDERS[kind], case_id, at=at, first=partial(_first_time, clock_id, past, at))
    for case_id, kind in on_day:
        made += _make(ON_THE_DAY[kind], case_id, at=at)
    for case_id, kind in over:
        made += _make(AFTER[kind], case_id, at=at)
    return made if of is not None else made + discard_old_drafts(at=at)


NOT_NOW = ("too_early", "objected", "not_taken_up", "wrong_state", "not_found")
"""Refusals that a job meets every day: somebody was quicker, or the day is another one for this case."""
_make = partial(alone, unremarkable=NOT_NOW)


def _first_time(clock_id: int, steps: list[str], at: datetime) -> bool:
    """Reminders of those days that were not yet made: several missed at once make one letter."""
    clock = Clock.objects.select_for_update().get(pk=clock_id)
    known = set(Notice.objects.filter(clock=clock).values_list("step", flat=True))
    new = [f"remind:{step}" for step in steps if f"remind:{step}" not in known]
    Notice.objects.bulk_create(
        Notice(clock=clock, organisation_id=clock.organisation_id, step=step, breach=False, noticed_at=at, told_at=at)
        for step in new
    )
    return bool(new) and clock.stopped_on is None


def discard_old_drafts(*, at: datetime) -> int:
    """Forms begun and never sent are forgotten when their retention is over."""
    with as_system():
        drafts = list(Referral.objects.filter(state=State.DRAFT).only("pk", "body_id", "entered_at"))
        rules: dict[int, Rules] = {body: rules_for(body, paris_day(at)) for body in {draft.body_id for draft in drafts}}
        old = [draft.pk for draft in drafts if receiving.draft_expired(draft, rules[draft.body_id], paris_day(at))]
    return sum(_make(receiving.discard, pk, at=at) for pk in old)
