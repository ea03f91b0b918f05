"""How it came out: the parties agreed by themselves, both accepted, one refused, one was silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.ground.deadlines.models import ClockKind
from mediane.mediation.referrals.enums import AnswerSilence, Party
from mediane.mediation.referrals.letters.facts import Facts, phrase
from mediane.mediation.referrals.letters.step import TO_BOTH, ReferralLetter, Step
from mediane.mediation.referrals.models import Agreement

step = Step()


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """Who does what, by when. Phrases without a final stop."""

    who: str
    what: str
    due_on: DayToAct

    @classmethod
    def all_of(cls, f: Facts, agreement: Agreement) -> tuple[Commitment, ...]:
        return tuple(
            cls(who=f.named(item["who"]), what=phrase(item["what"]), due_on=date.fromisoformat(item["due_on"]))
            for item in agreement.items
        )


@step.letter(
    "direct_agreement",
    _("Accord direct des parties"),
    TO_BOTH,
    moves="agree_directly",
    when=_("Quand les parties s’accordent avant toute proposition ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class DirectAgreement(ReferralLetter):
    agreed_on: date
    agreement_items: tuple[Commitment, ...]
    correction_due_on: DayToAct
    ended_on: date

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            agreed_on=f.referral.agreed_on,
            agreement_items=Commitment.all_of(f, f.extra["agreement"]),
            correction_due_on=f.extra["correction_due_on"],
            ended_on=f.referral.ended_on,
        )


@step.letter(
    "result_accepted",
    _("Résultat : solution acceptée"),
    TO_BOTH,
    moves="conclude",
    when=_("Quand les deux parties ont accepté ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class ResultAccepted(ReferralLetter):
    accepted_on: date
    agreement_items: tuple[Commitment, ...]
    execution_check_on: DayToAct
    ended_on: date
    execution_contact: str = ""

    @classmethod
    def of(cls, f: Facts) -> Self:
        agreement = f.extra["agreement"]
        return cls(
            **f.frame,
            accepted_on=f.referral.agreed_on,
            agreement_items=Commitment.all_of(f, agreement),
            execution_check_on=f.due(ClockKind.EXECUTION),
            ended_on=f.referral.ended_on,
            execution_contact=phrase(f.contacts[Party.TRADER].company) if f.to is Party.CONSUMER else "",
        )


@step.letter(
    "result_refused",
    _("Résultat : solution refusée"),
    TO_BOTH,
    moves="conclude",
    when=_(
        "Quand les deux réponses sont là, ou le lendemain de la date ; jamais au premier refus ; avec l’attestation."
    ),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class ResultRefused(ReferralLetter):
    ended_on: date
    limitation_restart_on: date

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(**f.frame, ended_on=f.on, limitation_restart_on=f.limitation_restart_on)


@step.letter(
    "result_silence",
    _("Résultat : une partie n’a pas répondu"),
    TO_BOTH,
    moves="conclude",
    when=_(
        "Le lendemain de la date de réponse, si une partie n’a pas répondu et qu’aucune n’a refusé ; avec l’attestation."
    ),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class ResultSilence(ReferralLetter):
    """`was_silent` is this addressee's own silence; the reconsideration date is then needed."""

    answer_due_on: DayToAct
    ended_on: date
    limitation_restart_on: date
    was_silent: bool
    reconsider_until_on: DayToAct | None = None
    silence: AnswerSilence = AnswerSilence.REFUSAL

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            answer_due_on=f.extra["answer_due_on"],
            ended_on=f.on,
            limitation_restart_on=f.limitation_restart_on,
            was_silent=f.extra["was_silent"],
            reconsider_until_on=f.due(ClockKind.RESUMPTION) if f.extra["was_silent"] else None,
        )
