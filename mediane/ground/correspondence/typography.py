"""How values are said and how text is set. Applied to every letter, adapted texts and typed reasons included."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from mediane.kernel.french import NBSP, THIN, elided, set_spaces
from mediane.kernel.languages import wording
from mediane.kernel.periods import Period

WEEKDAY = "weekday"


class ComingDay(date):
    """A day to come, said with its weekday."""


def said(value: Any, language: str = "fr") -> str:
    """A value as a letter prints it: dates in full, `Decimal` as euros (« 48,90 € »), periods in words (« deux mois »), whole numbers grouped,
    text as it is.

    The parts of a date never part at the end of a line; its weekday may.
    """
    words = wording(language)
    if isinstance(value, datetime):
        raise TypeError("a letter prints days, not moments: take paris_day() first")
    if isinstance(value, ComingDay):
        return f"{words.weekday(value)} {words.day(value).replace(' ', NBSP)}"
    if isinstance(value, Period):
        return value.spelled(language)
    if isinstance(value, date):
        return words.day(value).replace(" ", NBSP)
    if isinstance(value, Decimal):
        return words.amount(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, int):
        return words.number(value)
    return str(value)


_FRENCH = (
    (re.compile(r"\b([LRD])\. (?=\d)"), rf"\1.{NBSP}"),
    (re.compile(r"(n°|\bart\.|\barticle|\barticles|\bM\.|\bMme) (?=\S)"), rf"\1{NBSP}"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), THIN),
    (re.compile(r" (?=–[ \u00a0])"), NBSP),
)
_OF_A_NAME = re.compile(
    r"\b(de) (\ue000t)(\w)"
)  # before a filled-in value (see template.VALUE): « la demande d’Orange »


def set_text(text: str, language: str = "fr") -> str:
    """Curly apostrophes; in French also the spaces that must not break (before « : ; ? ! € % », inside « ») and « de » elided before a name."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    if language == "fr":
        text = set_spaces(text)
        for pattern, replacement in _FRENCH:
            text = pattern.sub(replacement, text)
        text = _OF_A_NAME.sub(lambda m: f"d’{m[2]}{m[3]}" if elided(m[1], m[3]).startswith("d’") else m[0], text)
    return text


def flat(text: str) -> str:
    """Text with all its spaces made one plain space: for comparing sentences, never for print."""
    return re.sub(r"\s+", " ", text).strip()
