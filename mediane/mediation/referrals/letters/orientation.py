"""Not now, or not here: the request comes too early, or goes to another level of the trader or to another mediator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.kernel.periods import Period
from mediane.mediation.referrals.letters.facts import Facts, sentence
from mediane.mediation.referrals.letters.step import TO_CONSUMER, ReferralLetter, Step

step = Step()


@step.letter(
    "premature",
    _("Demande prématurée"),
    TO_CONSUMER,
    moves="postpone",
    when=_(
        "Quand le professionnel a encore du temps pour répondre à la réclamation. Ce n’est pas un refus et aucun des cinq motifs."
    ),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class Premature(ReferralLetter):
    """The wait comes from the charter of the mediation, never from L. 612-2."""

    trader_name: str
    complaint_on: date
    resubmit_from_on: DayToAct
    wait_ends_on: DayToAct
    premature_wait: Period
    resubmit_url: str
    referral_deadline_on: DayToAct

    @classmethod
    def of(cls, f: Facts) -> Self:
        until = f.referral.premature_until
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            complaint_on=f.referral.complaint_on,
            resubmit_from_on=until,
            wait_ends_on=until - timedelta(days=1),
            premature_wait=f.rules["premature_wait"],
            resubmit_url=f.reply_url,
            referral_deadline_on=f.refer_before,
        )


@step.letter(
    "premature_reminder",
    _("Rappel : la demande peut être confirmée"),
    TO_CONSUMER,
    moves="remind_premature",
    when=_("Le premier jour où la demande peut être confirmée, si elle ne l’a pas été."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class PrematureReminder(ReferralLetter):
    trader_name: str
    resubmit_url: str
    referral_deadline_on: DayToAct

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(**f.frame, trader_name=f.trader_name, resubmit_url=f.reply_url, referral_deadline_on=f.refer_before)


@step.letter(
    "redirected_level",
    _("Réorientation vers un autre service du professionnel"),
    TO_CONSUMER,
    moves="redirect",
    when=_("Quand le contrat prévoit une étape de réclamation écrite qui n’a pas été faite (L. 612-2, 1°)."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class RedirectedLevel(ReferralLetter):
    """`transferred_on` only with the consumer's recorded agreement."""

    trader_name: str
    level_name: str
    level_basis: str
    level_address: str
    referral_deadline_on: DayToAct
    transfer_consent_url: str = ""
    transferred_on: date | None = None

    @classmethod
    def of(cls, f: Facts) -> Self:
        trader = f.referral.trader
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            level_name=trader.level2_name,
            level_basis=trader.level2_basis,
            level_address=trader.level2_address,
            referral_deadline_on=f.refer_before,
            transfer_consent_url=f.reply_url,
            transferred_on=f.on if f.extra.get("transferred") else None,
        )


@step.letter(
    "redirected_mediator",
    _("Réorientation vers un autre médiateur"),
    TO_CONSUMER,
    moves="redirect",
    when=_("Quand un autre médiateur est compétent (L. 612-2, 5°)."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class RedirectedMediator(ReferralLetter):
    """`competent_reason` is a sentence; `transferred_on` only with the consumer's recorded agreement or by a sector's rule."""

    trader_name: str
    competent_body_name: str
    competent_body_address: str = ""
    competent_body_url: str = ""
    competent_reason: str = ""
    transfer_consent_url: str = ""
    transferred_on: date | None = None

    @classmethod
    def of(cls, f: Facts) -> Self:
        to = f.extra["destination"]
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            competent_body_name=to.name,
            competent_body_address=to.address,
            competent_body_url=to.site,
            competent_reason=sentence(f.extra.get("competent_reason", "")),
            transfer_consent_url=f.reply_url,
            transferred_on=f.on if f.extra.get("transferred") else None,
        )
