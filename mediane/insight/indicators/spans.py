"""The stretch of days that figures are about, and the same one a year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Span:
    """First and last day, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period ends after it starts: {self.start} – {self.end}")

    @classmethod
    def of_year(cls, year: int) -> Span:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_month(cls, year: int, month: int) -> Span:
        return cls(date(year, month, 1), _month_end(date(year, month, 1)))

    @property
    def year(self) -> int | None:
        """The year, when it is a whole one."""
        return self.start.year if self == Span.of_year(self.start.year) else None

    @property
    def before(self) -> Span:
        """The same days a year earlier; a period that ends with February ends with it there too."""
        return Span(
            _year_before(self.start),
            _month_end(_year_before(self.end)) if _last_of_february(self.end) else _year_before(self.end),
        )

    def months(self) -> list[date]:
        """First days of the months that the span touches."""
        found, day = [], self.start.replace(day=1)
        while day <= self.end:
            found.append(day)
            day = _month_end(day) + timedelta(days=1)
        return found


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _last_of_february(day: date) -> bool:
    return day.month == 2 and day == _month_end(day)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
