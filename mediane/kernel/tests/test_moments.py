from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediane.kernel.moments import PARIS, day_start, iso_day, paris, paris_day, utc_now


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-12-31T22:59:59", date(2026, 12, 31)),
        ("2026-12-31T23:00:00", date(2027, 1, 1)),  # winter: one hour ahead
        ("2026-07-31T21:59:59", date(2026, 7, 31)),
        ("2026-07-31T22:00:00", date(2026, 8, 1)),  # summer: two hours ahead
        ("2028-02-28T23:00:00", date(2028, 2, 29)),
        ("2028-02-29T23:00:00", date(2028, 3, 1)),
    ],
)
def test_the_legal_day_is_that_of_paris(utc, day):
    assert paris_day(datetime.fromisoformat(utc).replace(tzinfo=UTC)) == day


def test_the_same_moment_from_another_zone_is_the_same_day():
    papeete = timezone(timedelta(hours=-10))
    assert paris_day(datetime(2026, 5, 1, 14, 0, tzinfo=papeete)) == date(2026, 5, 2)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 3, 28), 24), (date(2028, 2, 29), 24)],
)
def test_a_legal_day_has_the_hours_that_the_clocks_gave_it(day, hours):
    assert day_start(day + timedelta(1)) - day_start(day) == timedelta(hours=hours)


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)))
def test_a_day_starts_in_itself_and_after_the_day_before(day):
    start = day_start(day)
    assert start.tzinfo is UTC
    assert paris_day(start) == day
    assert paris_day(start - timedelta(microseconds=1)) == day - timedelta(1)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_a_moment_lies_between_its_day_and_the_next(at):
    day = paris_day(at)
    assert day_start(day) <= at < day_start(day + timedelta(1))
    assert paris(at) == at
    assert paris(at).tzinfo is PARIS


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="naive"):
        paris_day(datetime(2026, 1, 1))
    with pytest.raises(TypeError):
        day_start(datetime(2026, 1, 1, tzinfo=UTC))


def test_now_is_aware_and_in_utc():
    assert utc_now().tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "20240515", "2024-W10-1", "15/05/2024", "2024-5-1", "", "2024-05-15 ", "٢٠٢٤-٠٥-١٥", "0000-01-01"],
)
def test_a_day_is_written_in_one_way(text):
    with pytest.raises(ValueError):
        iso_day(text)


def test_a_written_day_is_read():
    assert iso_day("2024-02-29") == date(2024, 2, 29)
