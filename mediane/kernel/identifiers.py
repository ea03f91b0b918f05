"""Numbers and codes that people read, type and dictate."""

from __future__ import annotations

import re
import secrets
from itertools import pairwise

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret

UNAMBIGUOUS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs without 0/O and 1/I: 5 bits each, readable on a printed letter."""


def is_siren(text: str) -> bool:
    """Nine digits whose Luhn key is right."""
    return len(text) == 9 and bool(_siren.is_valid(text))


def is_siret(text: str) -> bool:
    """Fourteen digits whose key is right; La Poste's own (SIREN 356000000) follow the sum of digits instead of Luhn."""
    try:
        return len(text) == 14 and str(_siret.validate(text)) == text
    except ValidationError:
        return False


def case_number(year: int, rank: int, prefix: str = "") -> str:
    """`2026-04817`: the rank counts per body and year; the format alone is decided here."""
    if not (rank >= 1 and 1000 <= year <= 9999):
        raise ValueError(f"no case number for year {year}, rank {rank}")
    return f"{prefix}{year}-{rank:05d}"


def new_access_code() -> str:
    """Sixteen digits (53 bits) in groups of four, fit for dictation: no group of one digit, none twice, no run such as
    1234.

    What is refused takes less than a hundredth of the codes away.
    """
    while True:
        groups = [f"{secrets.randbelow(10_000):04d}" for _ in range(4)]
        if fit_for_dictation(groups):
            return " ".join(groups)


def fit_for_dictation(groups: list[str]) -> bool:
    """Whether a voice can say these groups without doubt: « zéro zéro zéro zéro » or the same group twice loses the listener."""
    steps = [{int(b) - int(a) for a, b in pairwise(group)} for group in groups]
    return len(set(groups)) == len(groups) and not any(step in ({0}, {1}, {-1}) for step in steps)


def new_verification_code() -> str:
    """Printed on a letter, typed by who wants to check it: twelve signs (60 bits) in groups of four, `7KQ2-M9XA-4TRB`."""
    signs = "".join(secrets.choice(UNAMBIGUOUS) for _ in range(12))
    return "-".join(signs[i : i + 4] for i in range(0, 12, 4))


def normal_verification_code(text: str) -> str:
    """The code as it was printed, of one typed in lower case or without dashes. ValueError for anything else."""
    signs = re.sub(r"[^0-9A-Z]", "", text.upper())
    if len(signs) != 12 or set(signs) - set(UNAMBIGUOUS):
        raise ValueError("a verification code has twelve letters and digits")
    return "-".join(signs[i : i + 4] for i in range(0, 12, 4))
