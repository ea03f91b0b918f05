"""One figure: ours, the reference measured beside it in the same run, and their ratio."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Budget:
    """`at_least` or `at_most`: what docs/performance.md allows the ratio to be."""

    limit: float
    at_most: bool

    def met(self, ratio: float) -> bool:
        return ratio <= self.limit if self.at_most else ratio >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {round(self.limit, 3)}"


def at_least(limit: float) -> Budget:
    return Budget(limit, at_most=False)


def at_most(limit: float) -> Budget:
    return Budget(limit, at_most=True)


@dataclass(frozen=True)
class Figure:
    """`ours` and `reference` in `unit`; the ratio is ours divided by the reference. `more` says what was measured, for people."""

    bench: str
    ours: float
    reference: float
    unit: str
    budget: Budget
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.ours / self.reference if self.reference else float("inf")

    def line(self) -> str:
        told = asdict(self) | {
            "ratio": _short(self.ratio),
            "ours": _short(self.ours),
            "reference": _short(self.reference),
        }
        told |= {"budget": str(self.budget), "met": self.budget.met(self.ratio)} | told.pop("more")
        first = ("bench", "ours", "reference", "ratio", "unit")
        return json.dumps({name: told[name] for name in first} | told)


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest measured value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * len(ordered) + 0.5) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def rate(work: Callable[[], Any], seconds: float) -> float:
    """Calls a second, over at least that many seconds."""
    began, done = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        work()
        done += 1
    return done / passed


def took(work: Callable[[], Any]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say on standard error what is being done, and how long it took."""
    began = time.perf_counter()
    sys.stderr.write(f"bench: {what} …\n")
    yield
    sys.stderr.write(f"bench: {what}: {time.perf_counter() - began:.1f} s\n")
