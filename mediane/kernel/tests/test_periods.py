from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

from mediane.kernel.calendar import LegalCalendar
from mediane.kernel.periods import Period, end_of, last_day

DAYS = st.dates(date(1990, 1, 1), date(2150, 1, 1))
CALENDARS = st.sampled_from(["FR", "FR-57", "FR-974", "FR-971", "FR-988"]).map(LegalCalendar)
PERIODS = st.builds(Period, st.integers(0, 400), st.sampled_from(["d", "wd", "m", "y"]))


# From the conventions: the first day does not count, the last is included, months end on the same day or the month's last.
CASES = [
    ("2024-05-10", "21d", "FR", "2024-05-31"),
    ("2026-09-14", "90d", "FR", "2026-12-13"),
    ("2024-02-28", "1d", "FR", "2024-02-29"),
    ("2023-02-28", "1d", "FR", "2023-03-01"),
    ("2024-02-29", "1y", "FR", "2025-02-28"),
    ("2023-02-28", "1y", "FR", "2024-02-28"),
    ("2024-02-29", "4y", "FR", "2028-02-29"),
    ("2023-12-31", "2m", "FR", "2024-02-29"),
    ("2024-12-31", "2m", "FR", "2025-02-28"),
    ("2024-01-31", "1m", "FR", "2024-02-29"),
    ("2024-03-31", "1m", "FR", "2024-04-30"),
    ("2024-01-15", "12m", "FR", "2025-01-15"),
    ("2024-03-29", "1d", "FR", "2024-03-30"),  # across the change to summer time
    ("2024-10-26", "2d", "FR", "2024-10-28"),
    ("2024-05-31", "1wd", "FR", "2024-06-03"),
    ("2024-12-20", "15wd", "FR", "2025-01-14"),  # Christmas and New Year's Day
    ("2024-03-25", "10wd", "FR", "2024-04-09"),  # Easter Monday
    ("2024-03-25", "10wd", "FR-57", "2024-04-10"),  # and Good Friday
    ("2024-12-16", "5wd", "FR-974", "2024-12-24"),  # 20 December, abolition of slavery
    ("2024-05-11", "1wd", "FR", "2024-05-13"),  # from a Saturday
    ("2024-05-11", "0wd", "FR", "2024-05-11"),
    ("2024-05-11", "0m", "FR", "2024-05-11"),
]


@pytest.mark.parametrize(("start", "add", "code", "end"), CASES)
def test_periods_end_as_article_641_says(start, add, code, end):
    assert last_day(date.fromisoformat(start), Period.parse(add), LegalCalendar(code)) == date.fromisoformat(end)


@pytest.mark.parametrize("text", ["90d", "2m", "1y", "10wd", "0d", "99999d"])
def test_periods_are_written_as_they_are_read(text):
    assert str(Period.parse(text)) == text


@pytest.mark.parametrize("text", ["", "d", "90", "90 d", "-1d", "1.5m", "90D", "3w", "1y2m", "٩d", "100000d", None, 90])
def test_anything_else_is_no_period(text):
    with pytest.raises(ValueError, match="is no period"):
        Period.parse(text)


def test_periods_in_words():
    assert [Period.parse(text).in_words() for text in ("90d", "1d", "2m", "1y", "10wd")] == [
        "90\u00a0jours civils", "1\u00a0jour civil", "2\u00a0mois", "1\u00a0an", "10\u00a0jours ouvrés",
    ]  # fmt: skip
    assert Period.parse("10wd").in_words("en") == "10\u00a0working days"


@given(DAYS, st.integers(0, 3000))
def test_days_are_calendar_days(start, number):
    assert last_day(start, Period(number, "d")) == start + timedelta(number)


@given(DAYS, st.integers(0, 1000))
def test_months_end_on_the_same_day_or_the_last_of_the_month(start, number):
    end = last_day(start, Period(number, "m"))
    assert (end.year - start.year) * 12 + end.month - start.month == number
    last = (end.replace(day=1) + relativedelta(months=1)) - timedelta(1)
    assert end.day == min(start.day, last.day)


@given(DAYS, st.integers(0, 60))
def test_a_year_is_twelve_months(start, number):
    assert last_day(start, Period(number, "y")) == last_day(start, Period(12 * number, "m"))


@given(DAYS, st.integers(1, 300), CALENDARS)
def test_working_days_count_days_on_which_somebody_works(start, number, calendar):
    end = last_day(start, Period(number, "wd"), calendar)
    between = [start + timedelta(n) for n in range(1, (end - start).days + 1)]
    assert sum(day.weekday() < 5 and calendar.holiday(day) is None for day in between) == number
    assert calendar.is_working(end)


@given(DAYS, PERIODS, CALENDARS)
def test_a_later_start_never_ends_earlier_and_a_longer_period_never_sooner(start, period, calendar):
    assume(period.unit != "y" or period.number <= 100)
    end = last_day(start, period, calendar)
    assert end >= start
    assert last_day(start + timedelta(1), period, calendar) >= end
    longer = last_day(start, Period(period.number + 1, period.unit), calendar)
    assert longer > end
    if period.unit == "wd" and period.number:
        assert end >= last_day(start, Period(period.number, "d"))


@given(DAYS, PERIODS, CALENDARS)
def test_the_last_step_tells_the_end_in_both_languages(start, period, calendar):
    french, english = end_of(start, period, calendar), end_of(start, period, calendar, "en")
    assert french.end == english.end == last_day(start, period, calendar)
    assert str(french.end.year) in french.steps[-1]
    assert str(french.end.year) in english.steps[-1]
    assert len(french.steps) == len(english.steps)


def test_steps_say_what_was_counted():
    found = end_of(date(2024, 3, 25), Period.parse("10wd"), LegalCalendar("FR-57"))
    assert found.as_json() == {
        "start": "2024-03-25",
        "add": "10wd",
        "calendar": "FR-57",
        "end": "2024-04-10",
        "steps": [
            "Départ\u00a0: le lundi 25 mars 2024, qui ne compte pas (art.\u00a0641 du Code de procédure civile).",
            "10\u00a0jours ouvrés\u00a0: du lundi au vendredi, sans les jours fériés (FR-57).",
            "Jours fériés non comptés\u00a0: vendredi 29 mars 2024 (Vendredi saint) et lundi 1er avril 2024 (Lundi de Pâques).",
            "Échéance\u00a0: le mercredi 10 avril 2024, inclus.",
        ],
    }


def said(start: str, add: str, lang: str = "fr", code: str = "FR") -> list[str]:
    return end_of(date.fromisoformat(start), Period.parse(add), LegalCalendar(code), lang).steps


def test_steps_tell_the_first_and_the_last_day_counted():
    assert (
        said("2024-05-10", "21d")[1]
        == "21\u00a0jours civils\u00a0: le premier compté est le samedi 11 mai 2024, le dernier le vendredi 31 mai 2024."
    )
    assert (
        said("2024-05-10", "21d", "en")[1]
        == "21\u00a0calendar days: the first counted is Saturday 11 May 2024, the last Friday 31 May 2024."
    )
    assert said("2024-05-10", "2m")[1] == "2\u00a0mois\u00a0: même jour du mois, le 10 juillet 2024."
    assert said("2024-05-10", "2m", "en")[1] == "2\u00a0months: the day of the same number, 10 July 2024."


@pytest.mark.parametrize("add", ["0d", "0wd", "0m", "0y"])
def test_an_empty_period_says_so(add):
    assert said("2024-05-10", add)[1].endswith("l’échéance est le jour de départ.")
    assert said("2024-05-10", add, "en")[1].endswith("the period ends on the day it starts.")


def test_only_holidays_that_were_skipped_are_told():
    assert said("2024-12-24", "1wd")[2] == "Jours fériés non comptés\u00a0: mercredi 25 décembre 2024 (Noël)."
    assert said("2024-12-24", "1wd", "en")[2] == "Holidays not counted: Wednesday 25 December 2024 (Christmas Day)."
    assert len(said("2024-12-25", "1wd")) == 3  # the day of departure counts for nothing
    assert len(said("2026-08-12", "5wd")) == 3  # 15 August is a Saturday
    assert len(said("2024-12-24", "1d")) == 3


def test_steps_say_why_the_last_day_is_that_of_the_month():
    found = end_of(date(2024, 12, 31), Period.parse("2m"))
    assert found.steps[1] == "2\u00a0mois\u00a0: février 2025 n’a pas de 31, donc son dernier jour, le 28 février 2025."
    assert (
        end_of(date(2024, 12, 31), Period.parse("2m"), lang="en")
        .steps[1]
        .endswith("the last day of the month, 28 February 2025.")
    )


def test_steps_say_that_a_day_off_is_not_moved():
    sunday = end_of(date(2026, 9, 14), Period.parse("90d")).steps[-1]
    holiday = end_of(date(2024, 8, 11), Period.parse("3m")).steps[-1]
    assert (
        sunday
        == "Échéance\u00a0: le dimanche 13 décembre 2026, inclus\u202f; jour chômé (dimanche), non reporté par prudence."
    )
    assert "jour chômé (Armistice)" in holiday


def test_what_ends_beyond_the_years_is_refused():
    for period in ("99999y", "99999m", "99999wd"):
        with pytest.raises(ValueError):
            last_day(date(9000, 1, 1), Period.parse(period))
    with pytest.raises(ValueError, match="9999"):
        last_day(date(9999, 12, 31), Period.parse("1d"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("90 jours", "90d"),
        ("90 jours civils", "90d"),
        ("1 jour", "1d"),
        ("21 j", "21d"),
        ("10 jours ouvrés", "10wd"),
        ("10 working days", "10wd"),
        ("2 mois", "2m"),
        ("2 Months", "2m"),
        ("1 an", "1y"),
        ("5 années", "5y"),
        ("90d", "90d"),
        (" 3\u00a0mois ", "3m"),
    ],
)
def test_a_period_is_read_as_people_write_it(typed: str, code: str) -> None:
    assert str(Period.from_typing(typed)) == code


@pytest.mark.parametrize("typed", ["", "jours", "deux mois", "90", "-3 jours", "3 semaines", "1 an et demi"])
def test_what_is_no_period_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        Period.from_typing(typed)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", ["1d", "90d", "10wd", "1m", "2m", "1y", "5y"])
def test_what_is_shown_can_be_typed_back(code: str, language: str) -> None:
    assert str(Period.from_typing(Period.parse(code).in_words(language))) == code


def test_a_holiday_on_the_very_first_day_is_told():
    assert end_of(date(2026, 7, 13), Period.parse("3wd")).skipped == [(date(2026, 7, 14), "Fête nationale")]


@pytest.mark.parametrize(
    ("add", "step"),
    [
        ("21d", "21\u00a0calendar days: the first counted is Tuesday 14 July 2026, the last Monday 3 August 2026."),
        ("3wd", "3\u00a0working days: Monday to Friday, less the public holidays (FR)."),
        ("2m", "2\u00a0months: the day of the same number, 13 September 2026."),
        ("0d", "0\u00a0calendar days: the period ends on the day it starts."),
    ],
)
def test_each_unit_is_explained_in_english(add, step):
    assert end_of(date(2026, 7, 13), Period.parse(add), lang="en").steps[1] == step


def test_a_letter_spells_small_numbers_and_says_days_for_calendar_days():
    french = [Period.parse(text).spelled() for text in ("5d", "21d", "10wd", "2m", "1y")]
    assert french == ["cinq jours", "21\u00a0jours", "10\u00a0jours ouvrés", "deux mois", "un an"]
    assert Period.parse("5d").spelled("en") == "five days"
