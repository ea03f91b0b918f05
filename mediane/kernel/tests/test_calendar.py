import csv
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from mediane.kernel.calendar import FIRST_YEAR, HOLIDAYS, TERRITORIES, LegalCalendar

REFERENCE = Path(__file__).parent / "data" / "jours_feries_2024_2031.csv"
LIBRARY = {
    "FR": None, "FR-75": None, "FR-2A": None, "FR-57": "57", "FR-67": "6AE", "FR-68": "6AE", "FR-971": "971", "FR-972": "972", "FR-973": "973",
    "FR-974": "974", "FR-975": "PM", "FR-976": "976", "FR-977": "BL", "FR-978": "MF", "FR-984": "TF", "FR-986": "WF", "FR-987": "PF", "FR-988": "NC",
}  # fmt: skip


def reference() -> dict[str, dict[date, str]]:
    found: dict[str, dict[date, str]] = {}
    with REFERENCE.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["subdivision"], {})[date.fromisoformat(row["date"])] = row["nom"]
    return found


def days_of(code: str, first: int, last: int) -> dict[date, str]:
    calendar, day, found = LegalCalendar(code), date(first, 1, 1), {}
    while day.year <= last:
        if name := calendar.holiday(day):
            found[day] = name
        day += timedelta(1)
    return found


@pytest.mark.parametrize("code", LIBRARY)
def test_the_calendar_agrees_with_the_reference_file(code):
    expected = reference()[LIBRARY[code] or "metropole"]
    found = days_of(code, 2024, 2031)
    assert list(found) == sorted(expected)
    for day, name in expected.items():
        assert set(plain(name).split("; ")) == set(plain(found[day]).split(" / ")), day


@pytest.mark.parametrize("code", LIBRARY)
def test_the_calendar_agrees_with_the_library_over_a_century(code):
    known = holidays.country_holidays("FR", subdiv=LIBRARY[code], years=range(FIRST_YEAR, 2101))
    assert list(days_of(code, FIRST_YEAR, 2100)) == sorted(known)


def plain(name: str) -> str:
    return name.replace("’", "'").replace("œ", "oe")


def test_moselle_and_alsace_rest_two_days_more():
    assert LegalCalendar("FR-57").holiday(date(2024, 3, 29)) == "Vendredi saint"
    assert LegalCalendar("FR-68").holiday(date(2024, 12, 26)) == "Saint-Étienne"
    assert LegalCalendar("FR").holiday(date(2024, 3, 29)) is None
    assert LegalCalendar("FR-75").is_working(date(2024, 12, 26))


def test_names_are_told_in_both_languages_and_two_on_one_day_are_both_told():
    assert LegalCalendar().holiday(date(2008, 5, 1)) == "Fête du Travail / Ascension"
    assert LegalCalendar().holiday(date(2008, 5, 1), "en-gb") == "Labour Day / Ascension Day"


def test_a_day_that_changed_its_name_has_one_name_a_year():
    noumea = LegalCalendar("FR-988")
    assert noumea.holiday(date(2003, 9, 24)) == "Fête de la prise de possession"
    assert noumea.holiday(date(2004, 9, 24)) == "Fête de la Citoyenneté"


def test_a_day_off_is_a_weekend_or_a_holiday():
    calendar = LegalCalendar()
    assert calendar.day_off(date(2024, 5, 11)) == "samedi"
    assert calendar.day_off(date(2024, 5, 9)) == "Ascension"
    assert calendar.day_off(date(2024, 5, 10)) is None
    assert calendar.day_off(date(9999, 12, 31)) is None
    assert calendar.day_off(date(1900, 1, 7), "en") == "Sunday"


def test_whit_monday_was_no_holiday_for_three_years():
    assert [year for year in range(2003, 2010) if LegalCalendar().is_working(whit_monday(year))] == [2005, 2006, 2007]


def whit_monday(year: int) -> date:
    (row,) = [holiday for holiday in HOLIDAYS if holiday.fr == "Lundi de Pâques"]
    return row.in_year(year) + timedelta(49)


def test_codes_are_read_as_people_write_them():
    assert LegalCalendar(" fr-974 ").code == "FR-974"
    assert LegalCalendar("FR-974") == LegalCalendar("fr-974")
    assert len(TERRITORIES) == 1 + 96 + 1 + 12  # the nation, metropolitan departments with Corsica's two, 6AE, overseas


@pytest.mark.parametrize("code", ["", "FR-", "FR-20", "FR-96", "FR-999", "DE", "57", "FR57", "FR-979"])
def test_an_unknown_territory_is_refused(code):
    with pytest.raises(ValueError, match="unknown calendar"):
        LegalCalendar(code)


def test_the_years_of_the_table_are_known_from_the_first_to_the_last():
    assert LegalCalendar().holiday(date(1984, 1, 1)) == LegalCalendar().holiday(date(4099, 1, 1)) == "Jour de l’an"
    assert LegalCalendar().day_off(date(4099, 12, 25)) == "Noël"


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, 4100])
def test_years_beyond_the_table_are_refused_rather_than_counted_wrong(year):
    with pytest.raises(ValueError, match="known from"):
        LegalCalendar().is_working(date(year, 6, 1) + timedelta((7 - date(year, 6, 1).weekday()) % 7))
