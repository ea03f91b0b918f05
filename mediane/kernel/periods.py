"""Periods and where they end (Code de procédure civile, art. 641; used beyond court procedure: Civ. 3e, 21 December
1987).

The day that starts the period does not count; the last day is included. Days are calendar days. Months and years end on
the day of the same number, failing which on the last day of the month. A last day that is a Saturday, a Sunday or a
holiday stays: whether art. 642 applies is unsettled, and the earlier day is the prudent one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta

from mediane.kernel import french
from mediane.kernel.calendar import LegalCalendar
from mediane.kernel.languages import wording

_WRITTEN = re.compile(r"([0-9]{1,5})(wd|d|m|y)")
_TYPED = re.compile(
    r"(?P<number>[0-9]{1,5})\s*(?:"
    r"(?P<wd>wd|j(?:ours?)?\s+ouvr[ée]s?|working\s+days?)|(?P<d>d|j|jours?(?:\s+civils?)?|(?:calendar\s+)?days?)"
    r"|(?P<m>m|mois|months?)|(?P<y>y|ans?|ann[ée]es?|years?))"
)
NBSP, THIN = french.NBSP, french.THIN


@dataclass(frozen=True)
class Period:
    """`number` of `unit`: d (calendar days), wd (working days: Monday to Friday less the holidays), m (months), y (years)."""

    number: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """`90d`, `10wd`, `2m`, `1y`; ValueError for anything else."""
        written = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
        if not written:
            raise ValueError(f"{text!r} is no period: write a number then d, m, y or wd (90d, 2m, 1y, 10wd)")
        return cls(int(written[1]), written[2])

    @classmethod
    def from_typing(cls, text: str) -> Period:
        """As people write it, in French or in English: « 90 jours », « 2 mois », « 10 jours ouvrés », « 1 an », `90d`. ValueError for anything else."""
        told = (
            _TYPED.fullmatch(text.replace(NBSP, " ").replace(THIN, " ").strip().lower())
            if isinstance(text, str)
            else None
        )
        if not told:
            return cls.parse(text)
        unit = next(unit for unit in ("wd", "d", "m", "y") if told[unit])
        return cls(int(told["number"]), unit)

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"

    def in_words(self, lang: str = "fr") -> str:
        """« 90 jours civils », « 2 mois », « 10 jours ouvrés »."""
        return wording(lang).count(self.number, self.unit)

    def spelled(self, lang: str = "fr") -> str:
        """« deux mois », « 15 jours », « un an »: as a letter says it, small numbers in words and calendar days as days."""
        return wording(lang).spelled(self.number, "day" if self.unit == "d" else self.unit)


@dataclass(frozen=True)
class PeriodEnd:
    """Where a period ends. `end` is its last day, included."""

    start: date
    add: Period
    calendar: LegalCalendar
    end: date
    lang: str = "fr"

    @cached_property
    def steps(self) -> list[str]:
        """How the end was computed: short sentences, in order."""
        return _english_steps(self) if self.lang.lower().startswith("en") else _french_steps(self)

    @cached_property
    def skipped(self) -> list[tuple[date, str]]:
        """Holidays that fell on a weekday and were not counted among working days."""
        if self.add.unit != "wd":
            return []
        days = (self.start + timedelta(n) for n in range(1, (self.end - self.start).days + 1))
        named = ((day, self.calendar.holiday(day, self.lang)) for day in days if day.weekday() < 5)
        return [(day, name) for day, name in named if name]

    @property
    def day_off(self) -> str | None:
        """Weekday or name of the holiday, when the last day is a Saturday, a Sunday or a holiday."""
        return self.calendar.day_off(self.end, self.lang)

    def as_json(self) -> dict[str, Any]:
        """The contract of `mediane deadline --json`."""
        return {
            "start": self.start.isoformat(),
            "add": str(self.add),
            "calendar": self.calendar.code,
            "end": self.end.isoformat(),
            "steps": self.steps,
        }


def last_day(start: date, period: Period, calendar: LegalCalendar | None = None) -> date:
    """The last day, included, of a period that starts with what happened on `start`.

    ValueError past the year 9999 (for `wd`, outside the years of the calendar).
    """
    try:
        match period.unit:
            case "d":
                return start + timedelta(period.number)
            case "m":
                return start + relativedelta(months=period.number)
            case "y":
                return start + relativedelta(years=period.number)
            case _:
                return _nth_working_day(start, period.number, calendar or LegalCalendar())
    except OverflowError as error:
        raise ValueError("the period ends after the year 9999") from error


def _nth_working_day(day: date, left: int, calendar: LegalCalendar) -> date:
    while left:
        day += timedelta(1)
        left -= calendar.is_working(day)
    return day


def end_of(start: date, period: Period, calendar: LegalCalendar | None = None, lang: str = "fr") -> PeriodEnd:
    """The same, with how it was computed."""
    calendar = calendar or LegalCalendar()
    return PeriodEnd(start, period, calendar, last_day(start, period, calendar), lang)


def _french_steps(it: PeriodEnd) -> list[str]:
    w, n, words = french, it.add.number, it.add.in_words()
    article = f"art.{NBSP}641 du Code de procédure civile"
    steps = [f"Départ{NBSP}: le {w.weekday_and_day(it.start)}, qui ne compte pas ({article})."]
    if it.add.unit == "d" and n:
        first = w.weekday_and_day(it.start + timedelta(1))
        steps += [f"{words}{NBSP}: le premier compté est le {first}, le dernier le {w.weekday_and_day(it.end)}."]
    elif it.add.unit == "wd" and n:
        steps += [f"{words}{NBSP}: du lundi au vendredi, sans les jours fériés ({it.calendar.code})."]
        if it.skipped:
            skipped = w.listed(f"{w.weekday_and_day(day)} ({name})" for day, name in it.skipped)
            steps += [f"Jours fériés non comptés{NBSP}: {skipped}."]
    elif it.add.unit in ("m", "y") and n:
        if it.end.day == it.start.day:
            steps += [f"{words}{NBSP}: même jour du mois, le {w.day(it.end)}."]
        else:
            month = f"{w.MONTHS[it.end.month - 1]} {it.end.year}"
            steps += [f"{words}{NBSP}: {month} n’a pas de {it.start.day}, donc son dernier jour, le {w.day(it.end)}."]
    else:
        steps += [f"{words}{NBSP}: l’échéance est le jour de départ."]
    off = f"{THIN}; jour chômé ({it.day_off}), non reporté par prudence" if it.day_off else ""
    return [*steps, f"Échéance{NBSP}: le {w.weekday_and_day(it.end)}, inclus{off}."]


def _english_steps(it: PeriodEnd) -> list[str]:
    w, words = wording("en"), it.add.in_words("en")
    steps = [
        f"Start: {w.weekday_and_day(it.start)}, which does not count (art. 641 of the French Code of Civil Procedure)."
    ]
    if it.add.unit == "d" and it.add.number:
        first = w.weekday_and_day(it.start + timedelta(1))
        steps += [f"{words}: the first counted is {first}, the last {w.weekday_and_day(it.end)}."]
    elif it.add.unit == "wd" and it.add.number:
        steps += [f"{words}: Monday to Friday, less the public holidays ({it.calendar.code})."]
        if it.skipped:
            steps += [
                f"Holidays not counted: {w.listed(f'{w.weekday_and_day(day)} ({name})' for day, name in it.skipped)}."
            ]
    elif it.add.unit in ("m", "y") and it.add.number:
        if it.end.day == it.start.day:
            steps += [f"{words}: the day of the same number, {w.day(it.end)}."]
        else:
            month = w.day(it.end).partition(" ")[2]
            steps += [f"{words}: {month} has no {it.start.day}, so the last day of the month, {w.day(it.end)}."]
    else:
        steps += [f"{words}: the period ends on the day it starts."]
    off = f"; a day off ({it.day_off}), not moved, out of prudence" if it.day_off else ""
    return [*steps, f"End: {w.weekday_and_day(it.end)}, included{off}."]
