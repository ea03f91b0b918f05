"""Dates, numbers and lists as a (British) English sentence writes them; the names and units are those of `french.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from mediane.kernel.moments import paris

NBSP = "\u00a0"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SHORT_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six"]
_UNITS = {"d": "calendar day", "wd": "working day", "m": "month", "y": "year", "day": "day"}


def day(value: date) -> str:
    """“1 March 2027”."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """“Friday”."""
    return WEEKDAYS[value.weekday()]


def weekday_and_day(value: date) -> str:
    """“Friday 27 November 2026”."""
    return f"{weekday(value)} {day(value)}"


def short_day(value: date) -> str:
    """“27 Nov”, without the year."""
    return f"{value.day} {SHORT_MONTHS[value.month - 1]}"


def hour(at: datetime) -> str:
    """“14:05”, on the clocks of Paris."""
    return f"{paris(at):%H:%M}"


def moment(at: datetime) -> str:
    """“27 November 2026 at 14:05”, on the clocks of Paris."""
    return f"{day(paris(at).date())} at {hour(at)}"


def number(value: int | Decimal, decimals: int | None = None) -> str:
    """“12,480”, “3.5”."""
    return (f"{value:,}" if decimals is None else f"{value:,.{decimals}f}").replace("-", "−")


def amount(euros: Decimal) -> str:
    """“€48.90”, “€1,240”."""
    text = number(abs(euros), 0 if euros == euros.to_integral_value() else 2)
    return f"{'−' if euros < 0 else ''}€{text}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """“a, b and c”."""
    *head, tail = list(items) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def count(n: int, unit: str) -> str:
    """“1 calendar day”, “90 calendar days”."""
    return f"{number(n)}{NBSP}{_UNITS[unit]}{'' if abs(n) == 1 else 's'}"


def spelled(n: int, unit: str) -> str:
    """“two months”, “15 days”: a count with its small numbers in words."""
    return f"{NUMBERS[n]} {_UNITS[unit]}{'s' if n > 1 else ''}" if 0 < n < len(NUMBERS) else count(n, unit)
