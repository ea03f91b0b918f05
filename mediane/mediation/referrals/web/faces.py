"""From a clock of `ground.deadlines` to what the design system draws: days, basis, whose time it was, how the date was computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediane.ground.deadlines import services as deadlines
from mediane.ground.deadlines.models import Clock, ClockKind
from mediane.ground.ui.clocks import ClockFace, Line, Span
from mediane.kernel.languages import wording
from mediane.mediation.referrals.clock_words import basis_words, how_computed, mark_words, name_of, not_law, start_label


def row_face(due_on: date, today: date, *, clock: Clock | None = None, name: str = "", reader: str = "") -> ClockFace:
    """A clock in a list: one span of whose time it is, no story. `due_on` is the date that this reader may know: the clock's own may be later."""
    if clock is None:
        return ClockFace(name, today, due_on, today)
    end = min(today, due_on) if clock.stopped_on is None else clock.stopped_on
    warn = min((date.fromisoformat(day) for day in clock.warn_on), default=due_on - timedelta(days=5))
    return ClockFace(
        name or name_of(clock),
        clock.started_on,
        due_on,
        today,
        spans=[Span(_of_reader(clock, clock.hand, reader), clock.started_on, max(end, clock.started_on))],
        basis=short_basis(clock),
        basis_text=basis_sentence(clock),
        warn_on=warn,
        stopped_on=clock.stopped_on,
    )


def short_basis(clock: Clock) -> str:
    """The article, or in one word who fixed the date: what a row has room for."""
    if clock.mark == "A" or clock.basis.startswith(("R. ", "L. ")):
        return clock.basis.partition(",")[0]
    return {
        ClockKind.ENTRY: _("Convention"),
        ClockKind.EXECUTION: _("Accord"),
    }.get(ClockKind(clock.kind), _("Date fixée"))


def basis_sentence(clock: Clock) -> str:
    """What stands behind the date, in a sentence: the article, or that no law fixes it."""
    words = basis_words(clock)
    words = words[:1].upper() + words[1:]
    if clock.mark == "C" and not clock.basis.startswith(("R. ", "L. ")):
        return _("{basis} : ce délai n’est pas fixé par la loi.").format(basis=words)
    return f"{words} : {mark_words(clock.mark)}"


def _of_reader(clock: Clock, hand: str, reader: str) -> Any:
    """The time to answer the proposal is each party's: a party reads it as its own, whatever the other did."""
    return reader if reader and clock.kind == ClockKind.ACCEPTANCE else hand


def card_face(
    clock: Clock,
    today: date,
    hands: Sequence[tuple[date, str]] = (),
    *,
    due_on: date | None = None,
    reader: str = "",
) -> ClockFace:
    """A clock with its story. `hands`: (day, who) from the journal's moves. `due_on` overrides the date for a reader who may not see a later one; `reader`:
    the party whose page it is."""
    reading = deadlines.reading(clock, hands)
    lang = get_language() or "fr"
    w = wording(lang)
    due = due_on or reading.due
    spans = [
        Span(
            _of_reader(clock, interval.hand or "nobody", reader),
            interval.from_day,
            min(interval.to_day or today, today),
        )
        for interval in reading.intervals
        if interval.from_day <= today
    ]
    lines = [Line(start_label(clock), w.day(reading.start))]
    if reading.period:
        lines.append(Line(f"+ {reading.period.in_words(lang)}, {basis_words(clock)}", w.day(reading.first_due)))
    else:
        lines.append(Line(_("Base : {basis}").format(basis=basis_words(clock)), w.day(reading.first_due)))
    if due_on is None:
        lines += [
            Line(_("Au lieu du {day} ({why})").format(day=w.day(s.due), why=_reason(s.why)), w.day(s.by))
            for s in reading.superseded
        ]
    warn = min((date.fromisoformat(day) for day in clock.warn_on), default=due - timedelta(days=5))
    return ClockFace(
        name_of(clock),
        reading.start,
        due,
        today,
        spans=spans,
        basis=basis_words(clock),
        basis_text=mark_words(clock.mark),
        warn_on=warn,
        stopped_on=reading.stopped_on,
        calculation=lines,
        note=how_computed(clock, reading) if due_on is None else not_law(clock),
    )


def _reason(code: str) -> str:
    return {
        "complexity": _("litige complexe"),
        "remind": _("dernier rappel"),
        "correct_reception": _("date de réception corrigée"),
    }.get(code, code)
