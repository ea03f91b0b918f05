"""Starting, moving and stopping clocks. Every change is an event; the columns of the clock are the folding of its events (`refold`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from mediane.ground.deadlines.models import Clock, ClockEvent
from mediane.ground.journal.models import Case
from mediane.kernel.calendar import LegalCalendar
from mediane.kernel.periods import Period, last_day

CALENDAR = "FR"


def day_after(start: date, period: str, calendar: str = CALENDAR) -> date:
    """Last day, included, of a period that begins on `start` (art. 641 CPC: the first day does not count)."""
    return last_day(start, Period.parse(period), LegalCalendar(calendar))


def start(
    case: Case,
    kind: str,
    *,
    on: date,
    seq: int,
    hand: str,
    basis: str,
    mark: str,
    period: str = "",
    due_on: date | None = None,
    warn_on: Iterable[date] = (),
    remind_on: Iterable[date] = (),
    external: bool = True,
    responsible_id: int | None = None,
) -> Clock:
    """A clock that runs from `on`. Its last day comes from `period` (legal arithmetic) or was fixed by a person (`due_on`).

    `warn_on`: days on which the office is warned; `remind_on`: days on which a party is reminded. Those past the last day are dropped.
    """
    if due_on is None:
        due_on = day_after(on, period)
    clock = Clock.objects.create(
        case=case,
        organisation_id=case.organisation_id,
        kind=kind,
        hand=hand,
        basis=basis,
        mark=mark,
        external=external,
        started_on=on,
        period=period,
        due_on=due_on,
        first_due_on=due_on,
        warn_on=[day.isoformat() for day in sorted(set(warn_on)) if on < day <= due_on],
        remind_on=[day.isoformat() for day in sorted(set(remind_on)) if on < day],
        responsible_id=responsible_id,
    )
    _add(clock, "started", on, seq, period=period, calendar=CALENDAR, due_on=due_on, basis=basis)
    return clock


def running(case_id: int) -> dict[str, Clock]:
    """The clocks that run on a case, by kind. One query."""
    return {clock.kind: clock for clock in Clock.objects.filter(case_id=case_id, stopped_on__isnull=True)}


def extend(clock: Clock, *, due_on: date, on: date, reason: str, seq: int) -> None:
    """A new last day; the old one stays in the events with why it moved."""
    before, clock.due_on = clock.due_on, due_on
    clock.save(update_fields=["due_on"])
    _add(clock, "extended", on, seq, due_on=due_on, before=before, reason=reason)


def correct(clock: Clock, *, start_on: date, on: date, reason: str, seq: int) -> None:
    """The period began on another day than was written: recomputed from there, the old answer kept."""
    before, clock.started_on = clock.due_on, start_on
    clock.due_on = day_after(start_on, clock.period) if clock.period else clock.due_on
    clock.save(update_fields=["started_on", "due_on"])
    _add(clock, "corrected", on, seq, start_on=start_on, due_on=clock.due_on, before=before, reason=reason)


def stop(clock: Clock, *, on: date, reason: str, seq: int, late_reason: str = "") -> None:
    clock.stopped_on, clock.stop_reason, clock.late_reason = on, reason, late_reason
    clock.save(update_fields=["stopped_on", "stop_reason", "late_reason"])
    _add(clock, "stopped", on, seq, reason=reason)


def stop_all(clocks: dict[str, Clock], *, on: date, reason: str, seq: int, keep: Iterable[str] = ()) -> None:
    """Stop every running clock of a case, save those kept; the dictionary is left with what still runs."""
    for kind in [kind for kind in clocks if kind not in set(keep)]:
        stop(clocks.pop(kind), on=on, reason=reason, seq=seq)


def resume(clock: Clock, *, on: date, reason: str, seq: int) -> None:
    """Goes on as if it had never stopped (the law does not count the pause)."""
    clock.stopped_on, clock.stop_reason = None, ""
    clock.save(update_fields=["stopped_on", "stop_reason"])
    _add(clock, "resumed", on, seq, reason=reason)


def _add(clock: Clock, kind: str, on: date, seq: int, **data: Any) -> None:
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}
    ClockEvent.objects.create(clock=clock, seq=seq, kind=kind, on=on, data=said)
