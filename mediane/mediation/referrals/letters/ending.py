"""Ends that no result letter tells, the certificate of every end, and going on after one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mediane.ground.correspondence.frames import DayToAct
from mediane.ground.deadlines.models import ClockKind
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import AnswerSilence, Informant, Outcome, Party, ResumeReason
from mediane.mediation.referrals.letters.facts import Facts
from mediane.mediation.referrals.letters.frame import titled
from mediane.mediation.referrals.letters.step import TO_BOTH, ReferralLetter, Step
from mediane.mediation.referrals.models import Certificate

step = Step()

INFORMANTS = {
    Informant.CONSUMER: pgettext_lazy("in a letter", "le consommateur"),
    Informant.TRADER: pgettext_lazy("in a letter", "le professionnel"),
    Informant.THIRD_PARTY: pgettext_lazy("in a letter", "un tiers"),
}
"""By whom the mediator learnt of it, in the sentence that says so; the court or mediator itself goes by its name."""


@step.letter(
    "withdrawal_by_consumer",
    _("Retrait du consommateur"),
    TO_BOTH,
    moves="withdraw",
    when=_("Quand le consommateur se retire après la notification ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class WithdrawalByConsumer(ReferralLetter):
    withdrawn_on: date
    ended_on: date
    limitation_restart_on: date
    undo_until_on: DayToAct
    entered: bool
    trader_name: str
    consumer_display_name: str

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            withdrawn_on=f.on,
            ended_on=f.on,
            limitation_restart_on=f.limitation_restart_on,
            undo_until_on=f.due(ClockKind.RESUMPTION),
            entered=f.entered,
            trader_name=f.trader_name,
            consumer_display_name=f.consumer_display_name,
        )


@step.letter(
    "withdrawal_by_trader",
    _("Retrait du professionnel"),
    TO_BOTH,
    moves="withdraw",
    when=_("Quand le professionnel se retire ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class WithdrawalByTrader(ReferralLetter):
    withdrawn_on: date
    ended_on: date
    limitation_restart_on: date
    entered: bool
    proposed: bool
    trader_name: str
    consumer_display_name: str

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            withdrawn_on=f.on,
            ended_on=f.on,
            limitation_restart_on=f.limitation_restart_on,
            entered=f.entered,
            proposed=f.referral.proposal_on is not None,
            trader_name=f.trader_name,
            consumer_display_name=f.consumer_display_name,
        )


@step.letter(
    "court_seized",
    _("Tribunal saisi : fin de la médiation"),
    TO_BOTH,
    moves="seize_elsewhere",
    when=_("Quand le médiateur apprend qu’un tribunal est saisi, après la notification ; avec l’attestation."),
    dated=True,
)
@step.letter(
    "other_mediator_seized",
    _("Autre médiateur saisi : fin de la médiation"),
    TO_BOTH,
    moves="seize_elsewhere",
    when=_("Quand le médiateur apprend qu’un autre médiateur est saisi, après la notification ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class SeizedElsewhere(ReferralLetter):
    """`other_forum_name` and `learnt_from` with their article (« le tribunal judiciaire de Lyon », « le consommateur »)."""

    learnt_on: date
    learnt_from: str
    other_forum_name: str
    remarks_due_on: DayToAct
    ended_on: date
    limitation_restart_on: date
    other_forum_reference: str = ""

    @classmethod
    def of(cls, f: Facts) -> Self:
        x = f.extra
        known = INFORMANTS.get(x["learnt_from"])
        return cls(
            **f.frame,
            learnt_on=x["learnt_on"],
            learnt_from=f.said(known) if known else x["other_forum_name"],
            other_forum_name=x["other_forum_name"],
            remarks_due_on=f.due(ClockKind.RESUMPTION),
            ended_on=f.on,
            limitation_restart_on=f.limitation_restart_on,
            other_forum_reference=x["other_forum_reference"],
        )


class CertificateOutcome(StrEnum):
    """The closed list: none of them names a party or says who refused."""

    AGREEMENT = "agreement"
    NO_AGREEMENT = "no_agreement"
    NOT_ENTERED = "not_entered"
    WITHDRAWAL = "withdrawal"
    MISSION_ENDED = "mission_ended"
    ELSEWHERE = "elsewhere"


CERTIFIED = {
    Outcome.AGREED_DIRECTLY: CertificateOutcome.AGREEMENT,
    Outcome.PROPOSAL_ACCEPTED: CertificateOutcome.AGREEMENT,
    Outcome.PROPOSAL_REFUSED: CertificateOutcome.NO_AGREEMENT,
    Outcome.PROPOSAL_UNANSWERED: CertificateOutcome.NO_AGREEMENT,
    Outcome.ENTRY_REFUSED: CertificateOutcome.NOT_ENTERED,
    Outcome.WITHDRAWN_CONSUMER: CertificateOutcome.WITHDRAWAL,
    Outcome.WITHDRAWN_TRADER: CertificateOutcome.WITHDRAWAL,
    Outcome.MISSION_ENDED: CertificateOutcome.MISSION_ENDED,
    Outcome.COURT_SEIZED: CertificateOutcome.ELSEWHERE,
    Outcome.OTHER_MEDIATOR_SEIZED: CertificateOutcome.ELSEWHERE,
}


@step.letter(
    "end_certificate",
    _("Attestation de fin de médiation"),
    TO_BOTH,
    moves="refuse_entry entry_expires end_mission agree_directly conclude withdraw seize_elsewhere finish",
    when=_(
        "Avec la lettre qui annonce la fin d’une médiation, à chaque partie ; jamais avec un refus de la demande. De nouveau sur demande."
    ),
    layout="certificate",
    content_free=True,
)
@dataclass(frozen=True, kw_only=True)
class EndCertificate(ReferralLetter):
    """Dates, parties and a class of outcome; by its type it can hold nothing else. `follow_up_url` stays empty: a court reads this page."""

    filed_on: date
    notified_on: date
    ended_on: date
    issued_on: date
    consumer_full_name: str
    trader_full_name: str
    outcome: CertificateOutcome
    verification_code: str
    verification_url: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.follow_up_url:
            raise Refusal("certificate_holds_private_link")

    @classmethod
    def of(cls, f: Facts) -> Self:
        certificate: Certificate = f.extra["certificate"]
        consumer, trader = f.contacts[Party.CONSUMER], f.contacts[Party.TRADER]
        return cls(
            **f.frame,
            filed_on=f.referral.received_on,
            notified_on=f.referral.notified_on,
            ended_on=f.referral.ended_on,
            issued_on=certificate.issued_on,
            consumer_full_name=f.consumer_display_name if f.to is Party.TRADER else titled(consumer, f.language),
            trader_full_name=trader.company,
            outcome=CERTIFIED[Outcome(f.referral.outcome)],
            verification_code=certificate.code,
            verification_url=f"{settings.MEDIANE_URL}/attestation/",
        )


class ResumedStage(StrEnum):
    AWAITING_ENTRY = "awaiting_entry"
    IN_MEDIATION = "in_mediation"
    PROPOSAL_NOTIFIED = "proposal_notified"


@step.letter(
    "resumed",
    _("Reprise de la médiation"),
    TO_BOTH,
    moves="resume",
    when=_("Quand une médiation terminée reprend, dans le délai imprimé dans la lettre de fin."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class Resumed(ReferralLetter):
    """`mediation_due_on` unless at the proposal, `entry_due_on` where the entry is awaited, `answer_due_on` and `answer_url` at the proposal."""

    resumed_on: date
    ended_on: date
    reason: ResumeReason
    stage: ResumedStage
    limitation_restart_on: date
    mediation_due_on: DayToAct | None = None
    entry_due_on: DayToAct | None = None
    answer_due_on: DayToAct | None = None
    answer_url: str = ""
    silence: AnswerSilence = AnswerSilence.REFUSAL

    def __post_init__(self) -> None:
        super().__post_init__()
        needed = {
            ResumedStage.AWAITING_ENTRY: ("mediation_due_on", "entry_due_on"),
            ResumedStage.IN_MEDIATION: ("mediation_due_on",),
            ResumedStage.PROPOSAL_NOTIFIED: ("answer_due_on", "answer_url"),
        }
        for name in needed[self.stage]:
            if not getattr(self, name):
                raise Refusal(f"missing:{name}")

    @classmethod
    def of(cls, f: Facts) -> Self:
        stage, answers = ResumedStage(f.referral.state), f.extra["answers_due_on"]
        return cls(
            **f.frame,
            resumed_on=f.on,
            ended_on=f.extra["ended_on"],
            reason=ResumeReason(f.extra["reason"]),
            stage=stage,
            limitation_restart_on=f.extra["limitation_restart_on"],
            mediation_due_on=None if stage is ResumedStage.PROPOSAL_NOTIFIED else f.due(ClockKind.MEDIATION),
            entry_due_on=f.due(ClockKind.ENTRY) if stage is ResumedStage.AWAITING_ENTRY else None,
            answer_due_on=answers,
            answer_url=f.reply_url if answers else "",
            silence=AnswerSilence(f.rules["party_silence_effect"]),
        )
