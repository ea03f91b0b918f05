"""What is published hides small groups: a cell under five, and what would give it away. The eight statutory figures are never masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mediane.insight.indicators.compute import Cell

SMALLEST = 5
"""A group of fewer cases could name somebody."""


@dataclass(frozen=True)
class Published:
    """A cell as it may be printed; `value` and `share` are None when masked."""

    key: str
    label: str
    value: int | None
    share: float | None
    over: int | None = None

    @property
    def masked(self) -> bool:
        return self.value is None


def masked(cells: Sequence[Cell], *, total_shown: bool = True) -> list[Published]:
    """The cells, those under five masked, and of a rate those whose complement is. Where the total is printed beside them, one hidden cell could be
    computed from the others: the smallest of these are hidden too, until at least two are, and until together they hold five cases."""
    hidden = {
        i
        for i, cell in enumerate(cells)
        if 0 < cell.value < SMALLEST or (cell.over is not None and 0 < cell.over - cell.value < SMALLEST)
    }
    if hidden and total_shown:
        rest = sorted(
            (i for i, cell in enumerate(cells) if i not in hidden and cell.value),
            key=lambda i: (cells[i].value, cells[i].key),
        )
        for i in rest:
            if len(hidden) > 1 and sum(cells[j].value for j in hidden) >= SMALLEST:
                break
            hidden.add(i)
    return [
        Published(cell.key, cell.label, None, None)
        if i in hidden
        else Published(cell.key, cell.label, cell.value, cell.share, cell.over)
        for i, cell in enumerate(cells)
    ]


def whole(cell: Cell) -> Published:
    """The cell as it is: on the desk nothing is masked."""
    return Published(cell.key, cell.label, cell.value, cell.share, cell.over)
