"""Dates, moments, amounts and figures in the language of the page. How each language writes them is said in
``mediane.kernel``."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import get_language

from mediane.kernel.languages import Wording, wording
from mediane.kernel.moments import paris_day

NBSP = "\u00a0"
Number = int | float | Decimal


def french() -> bool:
    """Is the page in French?"""
    return not (get_language() or "fr").startswith("en")


def _words() -> Wording:
    return wording(get_language() or "fr")


def day_of(value: date | datetime) -> date:
    """The legal day: the day in Paris of a moment, the day itself otherwise."""
    return paris_day(value) if isinstance(value, datetime) else value


def date_long(value: date | datetime) -> str:
    """vendredi 27 novembre 2026"""
    return _words().weekday_and_day(day_of(value))


def date_day(value: date | datetime) -> str:
    """vendredi 27 novembre: where the year goes without saying"""
    day = day_of(value)
    return date_long(day).removesuffix(f" {day.year}")


def date_plain(value: date | datetime) -> str:
    """27 novembre 2026"""
    return _words().day(day_of(value))


def date_short(value: date | datetime) -> str:
    """27 nov."""
    return _words().short_day(day_of(value)).replace(" ", NBSP)


def date_year(value: date | datetime) -> str:
    """27 nov. 2026: short, where the year matters"""
    return f"{date_short(value)}{NBSP}{day_of(value).year}"


def month(value: date) -> str:
    """nov. 2026"""
    return date_year(value.replace(day=2)).partition(NBSP)[2]


def clock_time(value: datetime) -> str:
    """10 h 04, in Paris"""
    return _words().hour(value)


def moment(value: datetime) -> str:
    """16 nov., 10 h 04"""
    return f"{date_short(value)}, {clock_time(value)}"


def moment_long(value: datetime) -> str:
    """23 novembre 2026 à 14 h 05"""
    return _words().moment(value)


def number(value: Number, digits: int = 0) -> str:
    """4 618; with ``digits`` decimals when asked"""
    return _words().number(value if isinstance(value, int) else Decimal(str(value)), digits)


def euros_short(value: Number) -> str:
    """1 240 € when there are no cents, 1 240,50 € otherwise"""
    return _words().amount(Decimal(str(value)))


def euros(value: Number) -> str:
    """1 240,00 €"""
    text = number(abs(Decimal(str(value))), 2)
    sign = "−" if value < 0 else ""
    return f"{sign}{text}{NBSP}€" if french() else f"{sign}€{text}"


def percent(ratio: Number, digits: int = 1) -> str:
    """0.854 → 85,4 %"""
    return f"{number(Decimal(str(ratio)) * 100, digits)}{NBSP if french() else ''}%"


def signed(value: Number, digits: int = 0) -> str:
    """+ 201 or − 5: a change, with the true minus sign"""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{NBSP if sign and french() else ''}{number(abs(Decimal(str(value))), digits)}"


def size(octets: int) -> str:
    """1,2 Mo, as files are weighed (decimal units)"""
    units = ("o", "ko", "Mo", "Go") if french() else ("B", "kB", "MB", "GB")
    power, amount = 0, Decimal(octets)
    while amount >= 1000 and power < len(units) - 1:
        power, amount = power + 1, amount / 1000
    return f"{number(amount, 1 if power >= 2 and round(amount, 1) % 1 else 0)}{NBSP}{units[power]}"
