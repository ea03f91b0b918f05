"""The legal calendar: public holidays of France, territory by territory, as a table with its texts.

The tests hold this table against the `holidays` library, territory by territory, over a century. The library itself
stays out of the product: it takes longer to start than `mediane deadline` has to answer (docs/adr/0010).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

from mediane.kernel.languages import wording

FIRST_YEAR, LAST_YEAR = 1984, 4099
"""Before, holidays overseas were set otherwise; after, the computation of Easter ends."""

_NATIONAL = dict.fromkeys([*(f"{n:02}" for n in range(1, 96) if n != 20), "2A", "2B"], "")
_EASTERN = {"57": "57", "67": "67", "68": "67", "6AE": "67"}
_OVERSEAS = {
    code: code for code in ["971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988"]
}
TERRITORIES = {"FR": ""} | {f"FR-{code}": territory for code, territory in (_NATIONAL | _EASTERN | _OVERSEAS).items()}
"""Code of a calendar → territory of the table below (empty: only what is national)."""


@dataclass(frozen=True)
class Holiday:
    """One holiday of every year.

    `on`: month and day, or days from Easter Sunday. `where`: territories, empty for all.
    """

    fr: str
    en: str
    on: tuple[int, int] | int
    law: str
    where: tuple[str, ...] = ()
    since: int = FIRST_YEAR
    until: int = LAST_YEAR
    without: tuple[int, ...] = ()

    def in_year(self, year: int) -> date | None:
        if not self.since <= year <= self.until or year in self.without:
            return None
        return easter(year) + timedelta(self.on) if isinstance(self.on, int) else date(year, *self.on)


WORK, EAST, ABOLITION, LOCAL = "C. trav. L3133-1", "C. trav. L3134-13", "C. trav. L3422-2", "usage et textes locaux"
_ABOLISHED, _SCHOELCHER = (
    ("Abolition de l’esclavage", "Abolition of Slavery"),
    ("Fête de Victor Schœlcher", "Schœlcher Day"),
)

# fmt: off
HOLIDAYS = (
    Holiday("Jour de l’an", "New Year’s Day", (1, 1), WORK),
    Holiday("Lundi de Pâques", "Easter Monday", +1, WORK),
    Holiday("Fête du Travail", "Labour Day", (5, 1), WORK),
    Holiday("Fête de la Victoire", "Victory Day", (5, 8), WORK),
    Holiday("Ascension", "Ascension Day", +39, WORK),
    Holiday("Lundi de Pentecôte", "Whit Monday", +50, WORK, without=(2005, 2006, 2007)),  # loi 2004-626, loi 2008-351
    Holiday("Fête nationale", "National Day", (7, 14), WORK),
    Holiday("Assomption", "Assumption Day", (8, 15), WORK),
    Holiday("Toussaint", "All Saints’ Day", (11, 1), WORK),
    Holiday("Armistice", "Armistice Day", (11, 11), WORK),
    Holiday("Noël", "Christmas Day", (12, 25), WORK),
    Holiday("Vendredi saint", "Good Friday", -2, EAST, ("57", "67")),
    Holiday("Saint-Étienne", "Saint Stephen’s Day", (12, 26), EAST, ("57", "67")),
    Holiday("Vendredi saint", "Good Friday", -2, LOCAL, ("971", "987")),
    Holiday("Mi-Carême", "Mid-Lent", -24, LOCAL, ("971",)),
    Holiday(*_ABOLISHED, (4, 27), ABOLITION, ("976",)),
    Holiday(*_ABOLISHED, (5, 22), ABOLITION, ("972",)),
    Holiday(*_ABOLISHED, (5, 27), ABOLITION, ("971",)),
    Holiday(*_ABOLISHED, (5, 28), ABOLITION, ("978",), since=2012),
    Holiday(*_ABOLISHED, (6, 10), ABOLITION, ("973",)),
    Holiday(*_ABOLISHED, (10, 9), ABOLITION, ("977",), since=2012),
    Holiday(*_ABOLISHED, (12, 20), ABOLITION, ("974",)),
    Holiday(*_SCHOELCHER, (7, 21), LOCAL, ("971", "972")),
    Holiday(*_SCHOELCHER, (7, 21), LOCAL, ("978",), since=2012),
    Holiday("Saint Pierre Chanel", "Saint Peter Chanel", (4, 28), LOCAL, ("986",)),
    Holiday("Saints Pierre et Paul", "Saints Peter and Paul", (6, 29), LOCAL, ("986",)),
    Holiday("Fête du Territoire", "Territory Day", (7, 29), LOCAL, ("986",)),
    Holiday("Arrivée de l’Évangile", "Missionary Day", (3, 5), LOCAL, ("987",)),
    Holiday("Fête de l’autonomie", "Internal Autonomy Day", (6, 29), LOCAL, ("987",), since=1985, until=2024),
    Holiday("Matāri’i", "Matāri’i", (11, 20), LOCAL, ("987",), since=2025),
    Holiday("Fête de la prise de possession", "Annexation Day", (9, 24), LOCAL, ("988",), until=2003),
    Holiday("Fête de la Citoyenneté", "Citizenship Day", (9, 24), LOCAL, ("988",), since=2004),
)
# fmt: on


@dataclass(frozen=True)
class LegalCalendar:
    """Holidays of one territory. `code` is `FR` (the national ones) or `FR-` and a department: `FR-57`, `FR-974`,
    `FR-2A`.

    ValueError for a territory that is none of France's.
    """

    code: str = "FR"

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.code.strip().upper())
        if self.code not in TERRITORIES:
            raise ValueError(f"unknown calendar {self.code!r}: write FR, or FR- and a department (FR-57, FR-974)")

    def holiday(self, day: date, lang: str = "fr") -> str | None:
        """Name of the public holiday on that day, else None. ValueError outside the years the calendar knows."""
        found = _year(TERRITORIES[self.code], day.year).get(day, ())
        english = lang.lower().startswith("en")
        return " / ".join(holiday.en if english else holiday.fr for holiday in found) or None

    def is_working(self, day: date) -> bool:
        """Monday to Friday, and no public holiday."""
        return day.weekday() < 5 and day not in _year(TERRITORIES[self.code], day.year)

    def day_off(self, day: date, lang: str = "fr") -> str | None:
        """« dimanche » or the holiday's name when nobody works that day, else None. Of far years the weekday alone."""
        if day.weekday() >= 5:
            return wording(lang).weekday(day)
        return self.holiday(day, lang) if FIRST_YEAR <= day.year <= LAST_YEAR else None


@lru_cache(maxsize=512)
def _year(territory: str, year: int) -> dict[date, tuple[Holiday, ...]]:
    """The holidays of one year there; two may fall on one day (1 May 2008 was Ascension Day too)."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"public holidays are known from {FIRST_YEAR} to {LAST_YEAR}")
    found: dict[date, tuple[Holiday, ...]] = {}
    for holiday in HOLIDAYS:
        day = holiday.in_year(year)
        if day is not None and (not holiday.where or territory in holiday.where):
            found[day] = (*found.get(day, ()), holiday)
    return found
