"""Starting, moving and stopping clocks. Every change is an event; the columns of a clock are the folding of its events by `kernel.clocks`.

`reading(clock, hands)` is what screens show: intervals with whose time it was, superseded answers, and how the date was computed in one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from mediane.ground.deadlines.models import Clock, ClockEvent
from mediane.ground.journal.models import Case
from mediane.kernel import clocks as kernel
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
    rule: str = "",
    warn_on: Iterable[date] = (),
    remind_on: Iterable[date] = (),
    external: bool = True,
    responsible_id: int | None = None,
) -> Clock:
    """A clock that runs from `on`. Its last day comes from `period` (legal arithmetic) or was fixed by a person (`due_on`).

    `warn_on`: days on which the office is warned, up to the last; `remind_on`: days on which a party is reminded.
    """
    event = kernel.started(
        on,
        Period.parse(period) if due_on is None else None,
        due=due_on,
        calendar=CALENDAR,
        basis=basis,
        rule=rule,
        hand=hand,
    )
    now = kernel.read([event])
    clock = Clock.objects.create(
        case=case,
        organisation_id=case.organisation_id,
        kind=kind,
        hand=hand,
        basis=basis,
        mark=mark,
        external=external,
        started_on=now.start,
        period=str(now.period or ""),
        due_on=now.due,
        first_due_on=now.first_due,
        warn_on=[day.isoformat() for day in sorted(set(warn_on)) if on < day <= now.due],
        remind_on=[day.isoformat() for day in sorted(set(remind_on)) if on < day],
        responsible_id=responsible_id,
    )
    clock.known_events = []
    _keep(clock, event, seq)
    return clock


def running(case_id: int) -> dict[str, Clock]:
    """The clocks that run on a case, by slot (the kind; for observations also the party). One query."""
    return {clock.slot: clock for clock in Clock.objects.filter(case_id=case_id, stopped_on__isnull=True)}


def extend(clock: Clock, *, due_on: date, on: date, reason: str, seq: int) -> None:
    """A later last day; the old one stays in the events with why it moved."""
    _happen(clock, kernel.extended(on, due_on, reason), seq)


def correct(clock: Clock, *, start_on: date, on: date, reason: str, seq: int) -> None:
    """The period began on another day than was written: recomputed from there, the old answer kept."""
    _happen(clock, kernel.corrected(on, reason, start=start_on), seq)


def stop(clock: Clock, *, on: date, reason: str, seq: int, late_reason: str = "") -> None:
    clock.late_reason = late_reason
    _happen(clock, kernel.stopped(on, reason), seq)


def resume(clock: Clock, *, on: date, reason: str, seq: int) -> None:
    """Goes on as if it had never stopped (the law does not count the pause), unless what stopped it was final (a proposal)."""
    _happen(clock, kernel.resumed(on, reason), seq)


def events_of(clock: Clock) -> list[kernel.ClockEvent]:
    if clock.known_events is None:
        rows = sorted(clock.events.all(), key=lambda row: row.pk)
        clock.known_events = [kernel.ClockEvent.of(row.kind, row.on, row.data) for row in rows]
    return clock.known_events


def reading(clock: Clock, hands: Sequence[tuple[date, str]] = ()) -> kernel.Reading:
    """The clock's story. `hands`: (day, who) as the journal's moves say it; given, the time is cut by who held the hand."""
    events = events_of(clock)
    handed = [
        kernel.handed(max(on, events[0].on), hand)
        for on, hand in hands
        if hand and (clock.stopped_on is None or on <= clock.stopped_on)
    ]
    return kernel.read([*events, *handed])


def _happen(clock: Clock, event: kernel.ClockEvent, seq: int) -> None:
    before = clock.due_on
    _fold(clock, kernel.read([*events_of(clock), event]))
    if clock.due_on != before:
        _warn_again(clock, clock.due_on - before, event.on)
    clock.save(
        update_fields=["started_on", "due_on", "first_due_on", "stopped_on", "stop_reason", "late_reason", "warn_on"]
    )
    _keep(clock, event, seq)


def _warn_again(clock: Clock, moved: timedelta, today: date) -> None:
    """The date moved: the office is warned as long before the new one as it was to be before the old. Days gone by stay: they were noticed."""
    days = [date.fromisoformat(day) for day in clock.warn_on]
    again = {day + moved for day in days if clock.started_on < day + moved <= clock.due_on}
    past = {day for day in days if day <= today}
    clock.warn_on = [day.isoformat() for day in sorted(past | {day for day in again if day > today or moved.days < 0})]


def _fold(clock: Clock, now: kernel.Reading) -> None:
    clock.started_on, clock.due_on, clock.first_due_on = now.start, now.due, now.first_due
    clock.stopped_on, clock.stop_reason = now.stopped_on, now.stop_reason


def _keep(clock: Clock, event: kernel.ClockEvent, seq: int) -> None:
    before = events_of(clock)
    ClockEvent.objects.create(clock=clock, seq=seq, kind=event.kind, on=event.on, data=event.data())
    clock.known_events = [*before, event]


def refold(clock: Clock) -> list[str]:
    """Columns that differ from the folding of the events: none, unless somebody wrote behind the services' back."""
    copy = Clock(pk=clock.pk)
    _fold(copy, kernel.read(events_of(clock)))
    return [
        name
        for name in ("started_on", "due_on", "first_due_on", "stopped_on")
        if getattr(copy, name) != getattr(clock, name)
    ]
