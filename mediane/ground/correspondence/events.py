"""News of this room."""

from __future__ import annotations

from dataclasses import dataclass

from mediane.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LetterDispatched(Event):
    """It left the house: accepted by the mail server, or posted."""

    letter_id: int
    case_id: int
    organisation_id: int
    kind: str
    audience: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class LetterFailed(Event):
    """It could not leave and someone has to decide (`reason`: `in_doubt`, `refused`, `server_away`, `no_address`, `not_rendered`)."""

    letter_id: int
    case_id: int
    organisation_id: int
    kind: str
    audience: str
    reason: str
