"""Clocks: a legal or contractual period as a list of dated events, folded into a reading. Nothing here reads today's
date.

The events are what happened; every column that a list shows is the folding of them and can be computed again. A date
once given is never lost: an extension or a correction leaves the former answer and why it moved (`Reading.superseded`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from mediane.kernel.calendar import LegalCalendar
from mediane.kernel.french import NBSP, THIN
from mediane.kernel.languages import wording
from mediane.kernel.moments import iso_day
from mediane.kernel.periods import Period, last_day

KINDS = ("started", "extended", "corrected", "stopped", "resumed", "handed")
HANDS = ("mediation", "consumer", "trader")
"""Who holds the hand: whose time it is."""
FINAL_STOPS = frozenset({"proposal"})
"""Stops that no resumption undoes: the 90 days run to the proposal, whatever follows it."""


@dataclass(frozen=True)
class ClockEvent:
    """One event. `on` is the legal day on which it takes effect, which may be earlier than the day it was entered.

    Which fields count depends on `kind`; build events with the functions below.
    """

    kind: str
    on: date
    period: Period | None = None  # started: none when a person fixed the date
    due: date | None = None  # started without a period; extended; corrected
    start: date | None = None  # corrected
    calendar: str = "FR"  # started: for working days
    basis: str = ""  # started: what a screen prints: « article R. 612-5 », « convention v3 »
    rule: str = ""  # started: reference of the rule's version
    hand: str = ""  # started, handed
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of clock event {self.kind!r}")
        if self.hand and self.hand not in HANDS:
            raise ValueError(f"unknown hand {self.hand!r}")

    def data(self) -> dict[str, str]:
        """What is stored beside `kind` and `on`, as JSON; empty fields are left out."""
        stored = {
            "period": str(self.period or ""),
            "due_on": self.due.isoformat() if self.due else "",
            "start_on": self.start.isoformat() if self.start else "",
            "calendar": "" if self.calendar == "FR" else self.calendar,
            "basis": self.basis,
            "rule": self.rule,
            "hand": self.hand,
            "reason": self.reason,
        }
        return {name: value for name, value in stored.items() if value}

    @classmethod
    def of(cls, kind: str, on: date, data: Mapping[str, Any] | None = None) -> ClockEvent:
        """The event that `data()` stored."""
        data = data or {}
        return cls(
            kind=kind,
            on=on,
            period=Period.parse(data["period"]) if data.get("period") else None,
            due=iso_day(data["due_on"]) if data.get("due_on") else None,
            start=iso_day(data["start_on"]) if data.get("start_on") else None,
            **{name: data[name] for name in ("calendar", "basis", "rule", "hand", "reason") if data.get(name)},
        )


def started(
    on: date,
    period: Period | None = None,
    *,
    due: date | None = None,
    calendar: str = "FR",
    basis: str = "",
    rule: str = "",
    hand: str = "mediation",
) -> ClockEvent:
    """The clock runs from `on` for `period`, or to `due` where a person fixed the date."""
    if (period is None) == (due is None):
        raise ValueError("a clock starts for a period or to a date fixed by a person: one of the two")
    return ClockEvent("started", on, period, due, calendar=calendar, basis=basis, rule=rule, hand=hand)


def extended(on: date, due: date, reason: str) -> ClockEvent:
    return ClockEvent("extended", on, due=due, reason=reason)


def corrected(on: date, reason: str, *, start: date | None = None, due: date | None = None) -> ClockEvent:
    """What was written was wrong: the start (the period is counted anew), or the date itself."""
    if (start is None) == (due is None):
        raise ValueError("a correction is of the start or of the date: one of the two")
    return ClockEvent("corrected", on, start=start, due=due, reason=reason)


def stopped(on: date, reason: str) -> ClockEvent:
    return ClockEvent("stopped", on, reason=reason)


def resumed(on: date, reason: str) -> ClockEvent:
    """As if it had never stopped, unless a proposal had stopped it."""
    return ClockEvent("resumed", on, reason=reason)


def handed(on: date, hand: str, reason: str = "") -> ClockEvent:
    return ClockEvent("handed", on, hand=hand, reason=reason)


@dataclass(frozen=True)
class Interval:
    """From `from_day` to the eve of `to_day` (None: it lasts) the hand was with `hand`; empty: with nobody, it was stopped."""

    from_day: date
    to_day: date | None
    hand: str
    reason: str = ""

    def days(self, today: date) -> int:
        return max(0, ((self.to_day or today) - self.from_day).days)


@dataclass(frozen=True)
class Superseded:
    """A date that was given and no longer holds."""

    due: date
    on: date
    why: str
    kind: str  # extended or corrected
    by: date  # the date that replaced it


@dataclass(frozen=True)
class Reading:
    """Where a clock stands. `due` is the last day, included; `first_due` is what it would be without extensions."""

    start: date
    due: date
    first_due: date
    period: Period | None
    calendar: str
    basis: str
    rule: str
    stopped_on: date | None = None
    stop_reason: str = ""
    extended_on: date | None = None
    superseded: tuple[Superseded, ...] = ()
    hands: tuple[tuple[date, str, str], ...] = field(default=(), repr=False)  # day, hand, reason, in order of day
    gaps: tuple[tuple[date, date, str], ...] = field(default=(), repr=False)  # stopped, resumed, reason

    @property
    def running(self) -> bool:
        return self.stopped_on is None

    @property
    def hand(self) -> str:
        """Who holds it now, or held it when the clock stopped."""
        return self.hands[-1][1]

    @property
    def days_total(self) -> int:
        """Calendar days from the start to the date, which is included."""
        return (self.due - self.start).days

    def days_elapsed(self, today: date) -> int:
        """Calendar days gone until today, or until the stop."""
        return max(0, (self._until(today) - self.start).days)

    def days_left(self, today: date) -> int:
        """Calendar days left, 0 on the last day and after. Of a stopped clock, those that were left."""
        return max(0, (self.due - self._until(today)).days)

    def late_by(self, today: date) -> int:
        """Days beyond the date, 0 up to and on that day.

        Of a stopped clock, by how much it was late when it stopped.
        """
        return max(0, (self._until(today) - self.due).days)

    @property
    def intervals(self) -> list[Interval]:
        """Whose time it was, without a hole from the start; the last lasts while the clock runs."""
        marks = list(self.hands)
        for gap_from, gap_to, reason in self.gaps:
            left, back = max(gap_from, self.start), max(gap_to, self.start)
            held = next((hand, why) for day, hand, why in reversed(marks) if day <= back)
            outside = [mark for mark in marks if not left < mark[0] <= back]
            marks = sorted([*outside, (left, "", reason), (back, *held)], key=_day_of)
        ends = [*(day for day, _, _ in marks[1:]), self.stopped_on]
        found = []
        for (day, hand, reason), end in zip(marks, ends, strict=True):
            until = end if self.stopped_on is None else min(end or self.stopped_on, self.stopped_on)
            if until is None or day < until:
                found.append(Interval(day, until, hand, reason))
        return found

    def days_by_hand(self, today: date) -> dict[str, int]:
        """Days held by each until today; they add up to `days_elapsed`."""
        found: dict[str, int] = {}
        for interval in self.intervals:
            clipped = replace(interval, to_day=min(interval.to_day or today, today))
            found[interval.hand] = found.get(interval.hand, 0) + clipped.days(today)
        return {hand: days for hand, days in found.items() if days}

    def explain(self, lang: str = "fr", *, label: str = "", basis: str | None = None) -> str:
        """How this date was computed, in the one sentence that screens and letters share.

        `label` names the event that started it, in that language (« Notification »); `basis` replaces the recorded one.
        """
        english, w = lang.lower().startswith("en"), wording(lang)
        start = f"{label or ('Start' if english else 'Départ')} {'on' if english else 'le'} {w.day(self.start)}"
        basis = self.basis if basis is None else basis
        by = f" ({basis})" if basis else ""
        if self.period is None:
            fixed = (
                f"; date set: {w.day(self.first_due)}" if english else f"{THIN}; date fixée au {w.day(self.first_due)}"
            )
            return f"{start}{fixed}{by}{self._moved(lang)}."
        counted = last_day(self.start, self.period, LegalCalendar(self.calendar))
        note = self._not_moved(lang) if self.due == counted else ""
        return f"{start} + {self.period.in_words(lang)}{by} = {w.day(counted)}{note}{self._moved(lang)}."

    def _until(self, today: date) -> date:
        return today if self.stopped_on is None else min(today, self.stopped_on)

    def _not_moved(self, lang: str) -> str:
        """Told when the computed day holds and is one on which nobody works (art. 642 CPC is not applied)."""
        off = LegalCalendar(self.calendar).day_off(self.first_due, lang)
        if off is None:
            return ""
        if lang.lower().startswith("en"):
            kind = f"a {off}" if self.first_due.weekday() >= 5 else f"a public holiday ({off})"
            return f"; {kind}, not moved, out of prudence"
        kind = f"un {off}" if self.first_due.weekday() >= 5 else f"un jour férié ({off})"
        return f"{THIN}; {kind}, non reporté par prudence"

    def _moved(self, lang: str) -> str:
        """Told when a later event set the date: which, when, and what was given before a correction."""
        english, w, said = lang.lower().startswith("en"), wording(lang), ""
        if self.extended_on:
            said += (
                f"; extended on {w.day(self.extended_on)} to {w.day(self.due)}"
                if english
                else f"{THIN}; prolongée le {w.day(self.extended_on)} jusqu’au {w.day(self.due)}"
            )
        corrections = [former for former in self.superseded if former.kind == "corrected"]
        if corrections:
            last = corrections[-1]
            said += (
                f"; corrected on {w.day(last.on)}: {w.day(last.by)} instead of {w.day(last.due)}"
                if english
                else f"{THIN}; corrigée le {w.day(last.on)}{NBSP}: {w.day(last.by)} au lieu du {w.day(last.due)}"
            )
        return said


def read(events: Iterable[ClockEvent]) -> Reading:
    """Fold the events, in the order in which they were recorded. ValueError for an order that means nothing."""
    recorded = list(events)
    if not recorded or recorded[0].kind != "started":
        raise ValueError("a clock begins with its start")
    now = _started(recorded[0])
    for event in recorded[1:]:
        now = _FOLD[event.kind](now, event)
    hands = [(max(day, now.start), hand, reason) for day, hand, reason in now.hands]
    return replace(now, hands=tuple(sorted(hands, key=_day_of)))


def _started(event: ClockEvent) -> Reading:
    due = event.due or _counted(event.on, event.period, event.calendar)
    if due < event.on:
        raise ValueError("a clock cannot be due before it starts")
    return Reading(
        start=event.on,
        due=due,
        first_due=due,
        period=event.period,
        calendar=event.calendar,
        basis=event.basis,
        rule=event.rule,
        hands=((event.on, event.hand or "mediation", event.reason),),
    )


def _again(_now: Reading, _event: ClockEvent) -> Reading:
    raise ValueError("a clock starts once")


def _extended(now: Reading, event: ClockEvent) -> Reading:
    if event.due is None or event.due < now.due:
        raise ValueError("an extension is to a later date")
    return replace(_superseding(now, event, event.due), extended_on=event.on)


def _corrected(now: Reading, event: ClockEvent) -> Reading:
    """Of the date: it replaces the ordinary one, or the extended one where there is an extension.

    Of the start: counted anew.
    """
    if event.start is not None:
        first_due = _counted(event.start, now.period, now.calendar) if now.period else now.first_due
        hands = ((event.start, *now.hands[0][1:]), *now.hands[1:])
        moved = replace(now, start=event.start, first_due=first_due, hands=hands)
        return _superseding(moved, event, now.due if now.extended_on or not now.period else first_due)
    if event.due is None or event.due < now.start:
        raise ValueError("a clock cannot be due before it starts")
    moved = now if now.extended_on else replace(now, first_due=event.due)
    return _superseding(moved, event, event.due)


def _stopped(now: Reading, event: ClockEvent) -> Reading:
    if not now.running:
        raise ValueError("the clock is stopped already")
    return replace(now, stopped_on=event.on, stop_reason=event.reason)


def _resumed(now: Reading, event: ClockEvent) -> Reading:
    if now.stopped_on is None:
        raise ValueError("the clock runs")
    if now.stop_reason in FINAL_STOPS:
        return now
    if event.on < now.stopped_on:
        raise ValueError("a clock resumes after it stopped")
    return replace(now, stopped_on=None, stop_reason="", gaps=(*now.gaps, (now.stopped_on, event.on, now.stop_reason)))


def _handed(now: Reading, event: ClockEvent) -> Reading:
    return replace(now, hands=(*now.hands, (event.on, event.hand, event.reason)))


def _superseding(now: Reading, event: ClockEvent, due: date) -> Reading:
    if due == now.due:
        return now
    former = Superseded(now.due, event.on, event.reason, event.kind, by=due)
    return replace(now, due=due, superseded=(*now.superseded, former))


def _counted(start: date, period: Period | None, calendar: str) -> date:
    if period is None:
        raise ValueError("a clock starts for a period or to a date fixed by a person")
    return last_day(start, period, LegalCalendar(calendar))


def _day_of(mark: tuple[date, str, str]) -> date:
    return mark[0]


_FOLD = {
    "started": _again,
    "extended": _extended,
    "corrected": _corrected,
    "stopped": _stopped,
    "resumed": _resumed,
    "handed": _handed,
}
