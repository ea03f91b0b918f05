"""Carrying the agreement out, and the last letter of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.mediation.referrals.enums import Execution, Outcome
from mediane.mediation.referrals.letters.facts import Facts, phrase
from mediane.mediation.referrals.letters.step import TO_BOTH, ReferralLetter, Step

step = Step()


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    what: str
    due_on: DayToAct


@step.letter(
    "execution_reminder",
    _("Suivi de l’exécution de l’accord"),
    TO_BOTH,
    moves="report_execution",
    when=_(
        "À la date prévue, puis 15 et 30 jours après (paramètres) : le professionnel est relancé, le consommateur interrogé."
    ),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class ExecutionReminder(ReferralLetter):
    agreed_on: date
    trader_name: str
    open_items: tuple[OpenItem, ...]
    reply_due_on: DayToAct
    execution_declared_url: str

    @property
    def due_on(self) -> DayToAct:
        return max(item.due_on for item in self.open_items)

    @classmethod
    def of(cls, f: Facts) -> Self:
        agreement = f.extra["agreement"]
        items = tuple(
            OpenItem(what=phrase(item["what"]), due_on=date.fromisoformat(item["due_on"])) for item in agreement.items
        )
        return cls(
            **f.frame,
            agreed_on=f.referral.agreed_on,
            trader_name=f.trader_name,
            open_items=items,
            reply_due_on=f.extra["reply_due_on"],
            execution_declared_url=f.reply_url,
        )


class ClosingOutcome(StrEnum):
    AGREEMENT_EXECUTED = "agreement_executed"
    AGREEMENT_UNKNOWN = "agreement_unknown"
    AGREEMENT_NOT_EXECUTED = "agreement_not_executed"
    NO_AGREEMENT = "no_agreement"
    INTERRUPTED = "interrupted"


@step.letter(
    "closing",
    _("Fermeture du dossier"),
    TO_BOTH,
    moves="finish",
    when=_(
        "Dernière lettre, quand aucune lettre de résultat ne l’a déjà dit (après l’exécution) ; avec une copie de l’attestation."
    ),
)
@dataclass(frozen=True, kw_only=True)
class Closing(ReferralLetter):
    closed_on: date
    outcome: ClosingOutcome
    archive_until_on: date
    destruction_on: date
    service_complaint_address: str

    @classmethod
    def of(cls, f: Facts) -> Self:
        referral, body = f.referral, f.referral.body
        if referral.outcome in (Outcome.AGREED_DIRECTLY, Outcome.PROPOSAL_ACCEPTED):
            outcome = {
                Execution.YES: ClosingOutcome.AGREEMENT_EXECUTED,
                Execution.NO: ClosingOutcome.AGREEMENT_NOT_EXECUTED,
                Execution.UNKNOWN: ClosingOutcome.AGREEMENT_UNKNOWN,
            }[Execution(referral.execution)]
        else:
            outcome = ClosingOutcome.NO_AGREEMENT
        return cls(
            **f.frame,
            closed_on=referral.closed_on,
            outcome=outcome,
            archive_until_on=f.rule_day("documents_available"),
            destruction_on=f.rule_day("archive_retention"),
            service_complaint_address=body.service_complaint_address or body.email or ", ".join(body.address_lines),
        )
