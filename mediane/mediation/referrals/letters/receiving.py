"""The request arrives: receipt, pieces asked for, and the request taken back before anyone else heard of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import SECRET, DayToAct
from mediane.ground.deadlines.models import ClockKind
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.letters.facts import Facts, phrase
from mediane.mediation.referrals.letters.step import TO_CONSUMER, ReferralLetter, Step

step = Step()


@step.letter(
    "referral_receipt",
    _("Accusé de réception de la demande"),
    TO_CONSUMER,
    moves="submit resubmit re_examine",
    when=_(
        "À la réception de la demande ; pour un courrier, le jour ouvré de son arrivée. Aussi quand de nouveaux éléments rouvrent l’examen."
    ),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class ReferralReceipt(ReferralLetter):
    """`evidence_on` is set on a re-examination, and then the three weeks run from it. `access_code` is empty when none is given anew."""

    filed_on: date
    trader_name: str
    admissibility_due_on: DayToAct
    attachments: tuple[str, ...] = ()
    access_code: str = field(default="", metadata=SECRET)
    evidence_on: date | None = None
    computed: tuple[str, ...] = ()

    @property
    def rejection_days(self) -> int:
        return (self.admissibility_due_on - (self.evidence_on or self.filed_on)).days

    @classmethod
    def of(cls, f: Facts) -> Self:
        again = f.extra["re_examined"]
        code = "" if again else f.keys.new_code(f.referral.consumer_name)
        return cls(
            **f.frame,
            filed_on=f.referral.received_on,
            trader_name=f.trader_name,
            admissibility_due_on=f.due(ClockKind.REJECTION),
            attachments=tuple(f.extra["pieces"]),
            access_code=code,
            evidence_on=f.extra.get("evidence_on"),
            computed=f.computed(ClockKind.REJECTION),
        )


@dataclass(frozen=True, kw_only=True)
class MissingItem:
    """A piece asked for: `why` it is strictly necessary, what it `must_show`. Phrases without a final stop."""

    name: str
    why: str
    must_show: str = ""


@step.letter(
    "documents_request",
    _("Demande de pièces"),
    TO_CONSUMER,
    moves="ask_documents",
    when=_("Quand une pièce indispensable à l’examen de la recevabilité manque."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class DocumentsRequest(ReferralLetter):
    filed_on: date
    missing_items: tuple[MissingItem, ...]
    documents_due_on: DayToAct
    admissibility_due_on: DayToAct
    paper_case: bool = False
    evidence_on: date | None = None

    @property
    def missing_count(self) -> int:
        return len(self.missing_items)

    @property
    def rejection_days(self) -> int:
        return (self.admissibility_due_on - (self.evidence_on or self.filed_on)).days

    @classmethod
    def of(cls, f: Facts) -> Self:
        rejection = f.running[ClockKind.REJECTION]
        return cls(
            **f.frame,
            filed_on=f.referral.received_on,
            missing_items=tuple(
                MissingItem(
                    name=phrase(piece.name),
                    why=phrase(piece.why),
                    must_show=phrase(piece.must_show),
                )
                for piece in f.extra["pieces"]
            ),
            documents_due_on=f.extra["documents_due_on"],
            admissibility_due_on=rejection.due_on,
            paper_case=f.contacts[Party.CONSUMER].on_paper,
            evidence_on=rejection.started_on if rejection.started_on != f.referral.received_on else None,
        )


@step.letter(
    "withdrawal_before_notification",
    _("Retrait avant la notification"),
    TO_CONSUMER,
    moves="withdraw_early",
    when=_(
        "Quand le demandeur retire sa demande avant la notification : rien n’avait été suspendu, le professionnel n’en sait rien."
    ),
)
@dataclass(frozen=True, kw_only=True)
class WithdrawalBeforeNotification(ReferralLetter):
    withdrawn_on: date

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(**f.frame, withdrawn_on=f.on)
