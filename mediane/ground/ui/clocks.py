"""What a clock shows: a value given to ``{% clock %}`` and ``{% clock_card %}`` by the room that computes deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Holder = Literal["mediation", "consumer", "trader", "nobody"]


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, who was expected to act."""

    holder: Holder
    start: date
    end: date

    @property
    def days(self) -> int:
        return max(0, (self.end - self.start).days)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of « Comment cette date est calculée »: what, and the date or the days it gives."""

    what: str
    value: str


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A dated obligation as people read it. All dates are legal days in Paris; ``today`` is given, never read.

    ``basis`` is the short reference (« R. 612-5 », « Convention »), ``basis_text`` the sentence that explains it.
    ``warn_on``: the day from which it is soon due. ``stopped_on``: the day it was met or ended. ``paused_on``: the
    day it was suspended, still so. ``calculation`` and ``note`` are what « Comment cette date est calculée » opens;
    ``remark`` is one more line in the legend."""

    name: str
    starts_on: date
    due_on: date
    today: date
    spans: Sequence[Span] = ()
    basis: str = ""
    basis_text: str = ""
    warn_on: date | None = None
    stopped_on: date | None = None
    paused_on: date | None = None
    calculation: Sequence[Line] = ()
    note: str = ""
    remark: str = ""

    @property
    def tone(self) -> Literal["running", "soon", "late", "done", "paused"]:
        if self.stopped_on is not None:
            return "done" if self.stopped_on <= self.due_on else "late"
        if self.paused_on is not None:
            return "paused"
        if self.today > self.due_on:
            return "late"
        return "soon" if self.warn_on is not None and self.today >= self.warn_on else "running"

    @property
    def end(self) -> date:
        """The last day counted: today, or the day it stopped."""
        return self.stopped_on or self.paused_on or self.today

    @property
    def days_left(self) -> int:
        """Days before the due date; negative when beyond."""
        return (self.due_on - self.end).days

    @property
    def total(self) -> int:
        return max(1, (self.due_on - self.starts_on).days)

    @property
    def elapsed(self) -> int:
        return max(0, (self.end - self.starts_on).days)
