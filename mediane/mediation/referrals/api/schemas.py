"""What a machine of a body sends and reads. No other audience shares these shapes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict, field_validator

from mediane.kernel.typed import clean_text

Text = Field("", max_length=20_000)


class Strict(Schema):
    """An unknown field is an error: a mistyped name must not lose a fact silently."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: object) -> object:
        """Without what no person types and no database keeps (a NUL, half a character): as what a form of ours receives."""
        return clean_text(value) if isinstance(value, str) else value


class ConsumerIn(Strict):
    last_name: str = Field("", max_length=120)
    first_name: str = Field("", max_length=80)
    gender: Literal["f", "m", ""] = ""
    company: str = Field("", max_length=200)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=32)
    address: str = Field("", max_length=300)
    postcode: str = Field("", max_length=12)
    city: str = Field("", max_length=80)
    country: str = Field("FR", min_length=2, max_length=2)
    on_paper: bool = False
    large_print: bool = False
    sms_agreed: bool = False
    discreet: bool = False
    language: Literal["fr", "en"] = Field("fr", description="Of the letters")


class ReferralIn(Strict):
    """A referral. Yes/no facts and days that are unknown are left out or null; nothing is judged."""

    trader: str = Field(..., max_length=200, description="Name as the consumer gave it")
    trader_siren: str = Field("", max_length=14)
    channel: Literal["web", "email", "post", "phone", "counter", "other"] = "web"
    received_on: date | None = Field(None, description="Day it arrived; today when left out")
    requester_kind: Literal[
        "consumer",
        "non_professional",
        "professional",
        "association",
        "lawyer",
        "legal_protection",
        "conciliator",
        "other",
        "",
    ] = ""
    summary: str = Field("", max_length=200)
    facts: str = Text
    asked_of_trader: str = Text
    asked_now: str = Field(..., max_length=20_000)
    amount_claimed: Decimal | None = Field(None, ge=0, max_digits=12, decimal_places=2)
    contract_reference: str = Field("", max_length=120)
    complaint_on: date | None = None
    complaint_written: bool | None = None
    complaint_proof: bool | None = None
    answered_on: date | None = None
    answer: Literal["satisfied", "partly", "refused", ""] = ""
    level2_on: date | None = None
    level2_answered_on: date | None = None
    other_mediator: bool | None = None
    court: bool | None = None
    cross_border: bool | None = None
    transfer_consent: bool | None = None
    consumer: ConsumerIn


class ClockOut(Schema):
    kind: str
    basis: str
    started_on: date
    due_on: date


class ReferralOut(Schema):
    """Where a referral stands, for the body's own systems."""

    number: str
    state: str
    state_label: str
    received_on: date | None
    channel: str
    trader: str
    decision: str
    decision_on: date | None
    ground: str
    premature_until: date | None
    notified_on: date | None
    outcome: str
    ended_on: date | None
    closed_on: date | None
    next_step: str
    waits_for: str
    clocks: list[ClockOut]


class ReferralPage(Schema):
    """Newest first. `next` is given to `after` for the page that follows; null on the last."""

    referrals: list[ReferralOut]
    next: int | None


class ReceivedOut(Schema):
    number: str
    state: str
    received_on: date
    decision_due_on: date | None
    idempotency_key: UUID | None
