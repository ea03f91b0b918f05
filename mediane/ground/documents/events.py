"""News of this room."""

from __future__ import annotations

from dataclasses import dataclass

from mediane.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentStored(Event):
    document_id: int
    case_id: int
    organisation_id: int
    author_party: str
    audience: str


@dataclass(frozen=True, kw_only=True)
class DocumentInfected(Event):
    """The scan found something: the piece is blocked for everybody."""

    document_id: int
    case_id: int
    organisation_id: int
