"""News of the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mediane.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AccessRequested(Event):
    """Somebody says they lost the way in. Published by a worker, whether or not anything goes by that address or number.

    Who knows the cases sends a new link to the address on file (`services.issue_link`), and nothing to anybody else.
    """

    organisation_id: int | None
    number: str
    email: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """A case was opened from outside: `door` is "link" or "code"."""

    case_id: int
    organisation_id: int
    door: str
    at: datetime
