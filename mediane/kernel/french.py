"""Dates, numbers and lists as a French sentence writes them. `english.py` has the same names; `languages.wording(lang)`
gives either.

Digits are grouped by U+202F, the no-break space U+00A0 stands before « € » and « : » (Lexique des règles
typographiques, Imprimerie nationale).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from mediane.kernel.moments import paris

NBSP, THIN = "\u00a0", "\u202f"
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
SHORT_MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
NUMBERS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six"]
_UNITS = {
    "d": ("jour civil", "jours civils"),
    "wd": ("jour ouvré", "jours ouvrés"),
    "m": ("mois", "mois"),
    "y": ("an", "ans"),
    "day": ("jour", "jours"),
}


def day(value: date) -> str:
    """« 1er mars 2027 »."""
    return f"{_ordinal(value)} {MONTHS[value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """« vendredi »."""
    return WEEKDAYS[value.weekday()]


def weekday_and_day(value: date) -> str:
    """« vendredi 27 novembre 2026 »."""
    return f"{weekday(value)} {day(value)}"


def short_day(value: date) -> str:
    """« 27 nov. », without the year."""
    return f"{_ordinal(value)} {SHORT_MONTHS[value.month - 1]}"


def hour(at: datetime) -> str:
    """« 14 h 05 », on the clocks of Paris."""
    here = paris(at)
    return f"{here.hour}{NBSP}h{NBSP}{here.minute:02}"


def moment(at: datetime) -> str:
    """« 27 novembre 2026 à 14 h 05 », on the clocks of Paris."""
    return f"{day(paris(at).date())} à {hour(at)}"


def number(value: int | Decimal, decimals: int | None = None) -> str:
    """« 12 480 », « 3,5 ». Without `decimals`, those the value has."""
    text = f"{value:,}" if decimals is None else f"{value:,.{decimals}f}"
    return text.replace("-", "−").replace(",", THIN).replace(".", ",")


def amount(euros: Decimal) -> str:
    """« 48,90 € », « 1 240 € »: cents are left out when there are none."""
    return f"{number(euros, 0 if euros == euros.to_integral_value() else 2)}{NBSP}€"


def listed(items: Iterable[str], last: str = "et") -> str:
    """« a, b et c »; `last` may be « ou »."""
    *head, tail = list(items) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def count(n: int, unit: str) -> str:
    """« 1 jour civil », « 90 jours civils »; `unit` is d, wd, m, y (periods) or day. French is plural from two on."""
    one, many = _UNITS[unit]
    return f"{number(n)}{NBSP}{one if abs(n) < 2 else many}"


def spelled(n: int, unit: str) -> str:
    """« deux mois », « 15 jours »: a count with its small numbers in words."""
    return f"{NUMBERS[n]} {_UNITS[unit][n > 1]}" if 0 < n < len(NUMBERS) else count(n, unit)


def elided(word: str, following: str) -> str:
    """`elided("de", "Orange")` is « d’Orange »;

    before a consonant or an h, « de Haddad ». For de, le, la, que, je, ne, se, me, te.
    """
    first = unicodedata.normalize("NFD", following.lstrip("«\u00a0\u202f "))[:1].lower()
    return f"{word[:-1]}’{following}" if first and first in "aeiouœæ" else f"{word} {following}"


def _ordinal(value: date) -> str:
    return "1er" if value.day == 1 else str(value.day)


_SPACES = (
    (re.compile(r"[ \u00a0\u202f]+([;?!])"), THIN + r"\1"),
    (re.compile(r"[ \u00a0\u202f]+:(?=[\s*<)]|$)"), NBSP + ":"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + NBSP),
    (re.compile(r"[ \u00a0\u202f]*»"), NBSP + "»"),
    (re.compile(r" (?=€|%(?![(\w]))"), NBSP),  # not before a named value: « vu à %(time)s »
)


def set_spaces(text: str) -> str:
    """The spaces that never break: before « : ; ? ! € % » and inside « » (Lexique des règles typographiques). A time, an address stay as they are."""
    for pattern, replacement in _SPACES:
        text = pattern.sub(replacement, text)
    return text
