"""Moments and legal days.

A moment (`_at`) is an aware datetime kept in UTC; a legal day (`_on`) is a date in Europe/Paris.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def utc_now() -> datetime:
    """The present moment. Only doors read it; rules receive `at` or a day."""
    return datetime.now(UTC)


def paris(at: datetime) -> datetime:
    """The same moment on the clocks of Paris.

    ValueError for a naive datetime: a moment without a zone is not a moment.
    """
    if at.utcoffset() is None:
        raise ValueError(f"naive datetime {at!r}: a moment needs its zone")
    return at.astimezone(PARIS)


def paris_day(at: datetime) -> date:
    """The legal day of a moment: 31 December 23:30 UTC is already 1 January."""
    return paris(at).date()


def day_start(day: date) -> datetime:
    """The first moment, in UTC, of a legal day.

    Its last moment is just before `day_start` of the next day (23, 24 or 25 hours later).
    """
    if isinstance(day, datetime):
        raise TypeError("a day is expected; of a moment, take paris_day() first")
    return datetime.combine(day, time(), PARIS).astimezone(UTC)


def iso_day(text: str) -> date:
    """A day written `YYYY-MM-DD` and in no other way; ValueError for any other text and for a day that does not exist."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"{text!r} is no day written YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is a day that does not exist") from error
