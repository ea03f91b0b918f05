"""The notification of R. 612-2, to both parties on one day: the first that the trader ever hears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.ground.deadlines.models import ClockKind
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import EntrySilence
from mediane.mediation.referrals.letters.facts import Facts, sentence
from mediane.mediation.referrals.letters.step import TO_CONSUMER, TO_TRADER, ReferralLetter, Step

step = Step()


@dataclass(frozen=True, kw_only=True)
class Notification(ReferralLetter):
    """What both notifications say alike. With `entry_asked`, a date and the effect of silence are needed."""

    notified_on: date
    mediation_due_on: DayToAct
    entry_asked: bool
    entry_due_on: DayToAct | None = None
    silence: EntrySilence | None = None
    computed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.entry_asked and self.entry_due_on is None:
            raise Refusal("missing:entry_due_on")
        if self.entry_asked and self.silence is None:
            raise Refusal("missing:silence")

    @staticmethod
    def shared(f: Facts) -> dict[str, Any]:
        asked = f.extra["entry_asked"]
        return {
            "notified_on": f.referral.notified_on,
            "mediation_due_on": f.due(ClockKind.MEDIATION),
            "entry_asked": asked,
            "entry_due_on": f.due(ClockKind.ENTRY) if asked else None,
            "silence": f.silence_at_entry if asked else None,
            "computed": f.computed(ClockKind.ENTRY, ClockKind.MEDIATION),
        }

    @property
    def mediation_days(self) -> int:
        return (self.mediation_due_on - self.notified_on).days


@step.letter(
    "notification_consumer",
    _("Notification au consommateur"),
    TO_CONSUMER,
    moves="notify",
    when=_("Dès que la demande est recevable ; le même jour, à la même date, que la lettre au professionnel."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class NotificationConsumer(Notification):
    trader_name: str

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(**f.frame, **cls.shared(f), trader_name=f.trader_name)


@step.letter(
    "notification_trader",
    _("Notification au professionnel"),
    TO_TRADER,
    moves="notify",
    when=_("Le même jour, à la même date, que la lettre au consommateur. Premier courrier au professionnel."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class NotificationTrader(Notification):
    """`charter_ref` names the clause that accepted the principle in advance; `fee_amount` only of a body that is `paid_per_case`."""

    consumer_display_name: str
    dispute_summary: str
    claim_summary: str
    reply_url: str
    contract_reference: str = ""
    charter_ref: str = ""
    paid_per_case: bool = False
    fee_amount: Decimal | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.entry_asked and not self.charter_ref:
            raise Refusal("missing:charter_ref")

    @classmethod
    def of(cls, f: Facts) -> Self:
        charter, designation = f.referral.charter, f.referral.designation
        given = charter.principle_clause or (
            f.said(_("convention, {version}"), version=designation.version)
            if designation
            else f.said(_("charte, version {version}"), version=charter.version)
        )
        return cls(
            **f.frame,
            **cls.shared(f),
            consumer_display_name=f.consumer_display_name,
            contract_reference=f.referral.claim.contract_reference,
            dispute_summary=sentence(f.referral.notified_dispute.dispute_summary),
            claim_summary=sentence(f.referral.notified_dispute.claim_summary),
            reply_url=f.reply_url,
            charter_ref="" if f.extra["entry_asked"] else given,
            paid_per_case=f.referral.body.paid_per_case,
            fee_amount=designation.fee_amount if designation and f.referral.body.paid_per_case else None,
        )
