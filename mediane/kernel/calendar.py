"""The legal calendar: public holidays of France, territory by territory (Code du travail, art. L3133-1, L3134-13,
L3422-2).

Days and names come from the `holidays` library, read when first needed: it takes longer to start than all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from mediane.kernel.languages import wording

if TYPE_CHECKING:
    from holidays import HolidayBase

FIRST_YEAR, LAST_YEAR = 1803, 2100
"""Beyond these the library knows no holiday, so that counting working days would be wrong without a word."""

_NATIONAL = dict.fromkeys([*(f"{n:02}" for n in range(1, 96) if n != 20), "2A", "2B"])
_EASTERN = {"57": "57", "67": "6AE", "68": "6AE", "6AE": "6AE"}  # Alsace and Moselle: two holidays more
_OVERSEAS = {
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "977": "BL",
    "978": "MF",
}
_OVERSEAS |= {"984": "TF", "986": "WF", "987": "PF", "988": "NC"}
SUBDIVISIONS: dict[str, str | None] = {"FR": None} | {
    f"FR-{department}": subdivision for department, subdivision in (_NATIONAL | _EASTERN | _OVERSEAS).items()
}
"""Code of the calendar → subdivision of the library (None: the national holidays)."""


@dataclass(frozen=True)
class LegalCalendar:
    """Holidays of one territory. `code` is `FR` (the national ones) or `FR-` and a department: `FR-57`, `FR-974`,
    `FR-2A`.

    ValueError for a territory that is none of France's.
    """

    code: str = "FR"

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.code.strip().upper())
        if self.code not in SUBDIVISIONS:
            raise ValueError(f"unknown calendar {self.code!r}: write FR, or FR- and a department (FR-57, FR-974)")

    def holiday(self, day: date, lang: str = "fr") -> str | None:
        """Name of the public holiday on that day, else None. ValueError outside the years the calendar knows."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"public holidays are known from {FIRST_YEAR} to {LAST_YEAR}")
        return _holidays(SUBDIVISIONS[self.code], "en_US" if lang.lower().startswith("en") else "fr").get(day)

    def is_working(self, day: date) -> bool:
        """Monday to Friday, and no public holiday."""
        return self.holiday(day) is None and day.weekday() < 5

    def day_off(self, day: date, lang: str = "fr") -> str | None:
        """« dimanche » or the name of the holiday, when nobody works that day;

        else None. Of far years the weekday alone.
        """
        if day.weekday() >= 5:
            return wording(lang).weekday(day)
        return self.holiday(day, lang) if FIRST_YEAR <= day.year <= LAST_YEAR else None


@lru_cache
def _holidays(subdivision: str | None, language: str) -> HolidayBase:
    from holidays import country_holidays

    return country_holidays("FR", subdiv=subdivision, language=language)
