"""Euros as Decimal with two places; no float ever comes near an amount."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
LARGEST = Decimal("9999999999.99")
"""What a column of twelve digits holds."""

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_TYPED = re.compile(
    r"([0-9]{1,3}([ \u00a0\u202f][0-9]{3})+|[0-9]+)([,.][0-9]{1,2})?|[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?"
)


def from_typing(text: str) -> Decimal:
    """An amount as a person types it in France: `1 234,50 €`, `1.234,50`, `48,9`, `1234.50`. ValueError for anything
    else or for two meanings.

    `1.234` may be a thousand and more, or one euro and a bit: three digits after a lone point are refused.
    """
    bare = text.replace("€", "").replace("EUR", "").strip()
    if not _TYPED.fullmatch(bare) or re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", bare):
        raise ValueError(f"{text!r} is no amount such as 1 234,50")
    whole, comma, cents = bare.partition(",")
    if not comma and re.search(r"\.[0-9]{1,2}$", bare):
        whole, _, cents = bare.rpartition(".")
    return _checked(Decimal(f"{_SPACES.sub('', whole).replace('.', '')}.{cents}"))


def rounded(euros: Decimal) -> Decimal:
    """To the cent, half up, as people and accountants round."""
    if not isinstance(euros, Decimal):
        raise TypeError(f"an amount is a Decimal, not {type(euros).__name__}")
    return euros.quantize(CENT, ROUND_HALF_UP)


def _checked(euros: Decimal) -> Decimal:
    if euros > LARGEST:
        raise ValueError(f"{euros} is more than {LARGEST}")
    return rounded(euros)
