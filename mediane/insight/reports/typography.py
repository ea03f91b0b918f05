"""What a printed page asks of its texts: spaces that do not break, words that may."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import get_language

from mediane.kernel.french import NBSP, set_spaces

BREAK = "\u200b"
LONG = 24
"""Letters of a word that no column of ours holds; beyond, it may be cut."""

_EVERYWHERE = (
    (re.compile(r"(?<=\b[LRD]\.) (?=[0-9])"), NBSP),  # L. 612-2
    (re.compile(r"(?<=\bn°) (?=[0-9])"), NBSP),
    (re.compile(r"(?<=[0-9]) (?=(?:jours?|ans?|mois|€|%|days?|years?|months?)\b|[€%])"), NBSP),
    (re.compile(r"(?<=\b1er) (?=[a-zéû])"), NBSP),
    (re.compile(r"(?<=[0-9]) (?=(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b)"), NBSP),
)  # fmt: skip
_LONG_WORD = re.compile(rf"[^\s\u00ad{BREAK}]{{{LONG + 1},}}")


def typeset(text: str) -> str:
    """The text with the spaces of its language, and with places where a word too long for a column may be cut."""
    if not (get_language() or "fr").startswith("en"):
        text = set_spaces(text)
    for pattern, space in _EVERYWHERE:
        text = pattern.sub(space, text)
    return _LONG_WORD.sub(lambda word: BREAK.join(word[0][at : at + LONG] for at in range(0, len(word[0]), LONG)), text)


def typeset_all(value: Any, *, but: frozenset[str] = frozenset()) -> Any:
    """Every text within lists and objects; those under the keys of `but` stay as they are."""
    if isinstance(value, str):
        return typeset(value)
    if isinstance(value, dict):
        return {key: item if key in but else typeset_all(item, but=but) for key, item in value.items()}
    return [typeset_all(item, but=but) for item in value] if isinstance(value, list | tuple) else value
