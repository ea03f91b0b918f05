"""What an import tells those who listen (figures of a frozen period are restated)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mediane.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ReferralsImported(Event):
    """Told once a file, in its transaction, when at least one row was written."""

    body_id: int
    at: datetime
    file: str
    first_on: date  # earliest day of reception of a row written, before or after its correction
    added: int
    corrected: int
