"""One rule for printed shares, and what is masked."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mediane.insight.indicators.compute import Cell
from mediane.insight.reports.masking import SMALLEST, masked
from mediane.insight.reports.rounding import shares


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_printed_shares_of_a_whole_add_to_a_hundred(parts: list[int]) -> None:
    whole = sum(parts)
    found = shares(parts, whole)
    assert sum(found) == 100
    assert all(
        abs(share - Decimal(100 * part) / whole) < Decimal("0.1") for share, part in zip(found, parts, strict=True)
    )


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_no_small_group_is_printed_nor_computed_from_the_others(values: list[int]) -> None:
    cells = [Cell(f"{n:02}", "", value, None) for n, value in enumerate(values)]
    printed = masked(cells)
    hidden = [cell.value for cell, one in zip(cells, printed, strict=True) if one.masked]
    assert not [one for one in printed if one.value is not None and 0 < one.value < SMALLEST]
    if hidden and any(one.value for one in printed):
        assert len(hidden) > 1
        assert sum(hidden) >= SMALLEST
