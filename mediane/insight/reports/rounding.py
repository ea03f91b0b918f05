"""One rule for every share on paper: tenths of a percent by the largest remainder, so that printed shares of a whole add to 100 %."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

TENTH = Decimal("0.1")


def shares(parts: Sequence[int], whole: int) -> list[Decimal]:
    """Percentages of `whole`, to a tenth. Where the parts make the whole, they add to 100.0 exactly; otherwise to the rounded percentage of their sum.

    ValueError when a part is negative or the whole is not positive.
    """
    if whole <= 0 or any(part < 0 for part in parts):
        raise ValueError(f"no shares of {parts} in {whole}")
    exact = [Fraction(1000 * part, whole) for part in parts]
    tenths = [int(value) for value in exact]
    missing = int(sum(exact) + Fraction(1, 2)) - sum(tenths)
    # Ties go to the larger part, then to the earlier one: the result depends on nothing else.
    order = sorted(range(len(parts)), key=lambda i: (tenths[i] - exact[i], -parts[i], i))
    for i in order[:missing]:
        tenths[i] += 1
    return [Decimal(value) / 10 for value in tenths]


def percent(part: int, whole: int) -> Decimal:
    """A share that stands alone: to a tenth, half up."""
    return (Decimal(100 * part) / whole).quantize(TENTH, ROUND_HALF_UP)
