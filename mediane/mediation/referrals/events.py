"""What happened, in the past tense: ids and values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mediane.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ReferralEvent(Event):
    referral_id: int
    body_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class ReferralReceived(ReferralEvent):
    number: str


@dataclass(frozen=True, kw_only=True)
class ReferralMoved(ReferralEvent):
    """Any move, by its name: what dashboards, webhooks and the worklist's live refresh listen to."""

    move: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ReferralClosed(ReferralEvent):
    outcome: str
