"""The five grounds of refusal (L. 612-2), to the requester alone, and the model of a complaint that goes with the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.kernel.periods import Period
from mediane.mediation.referrals.letters.facts import Facts, sentence
from mediane.mediation.referrals.letters.step import TO_CONSUMER, ReferralLetter, Step

step = Step()


@step.letter(
    "refusal_no_prior_complaint",
    _("Refus : pas de réclamation écrite préalable"),
    TO_CONSUMER,
    moves="refuse",
    when=_("Refus pour le motif de l’article L. 612-2, 1°, dans les trois semaines de la réception du dossier."),
    dated=True,
    encloses=("complaint_model",),
)
@step.letter(
    "complaint_model",
    _("Modèle de réclamation écrite (joint au refus)"),
    TO_CONSUMER,
    moves="refuse",
    when=_("Joint au refus pour défaut de réclamation écrite ; ne part jamais seul."),
    layout="form",
)
@dataclass(frozen=True, kw_only=True)
class RefusalNoPriorComplaint(ReferralLetter):
    """`reason_detail` is one sentence or nothing."""

    trader_name: str
    trader_complaint_address: str
    premature_wait: Period
    resubmit_url: str
    draft_kept_until_on: date
    reason_detail: str = ""

    @classmethod
    def of(cls, f: Facts) -> Self:
        trader = f.referral.trader
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            trader_complaint_address=(trader.complaint_address if trader else "")
            or f.said(_("{trader}, service des réclamations"), trader=f.trader_name),
            premature_wait=f.rules["premature_wait"],
            resubmit_url=f.reply_url,
            draft_kept_until_on=f.rule_day("refused_retention"),
            reason_detail=sentence(f.extra["reason"]),
        )


@step.letter(
    "refusal_unfounded_or_abusive",
    _("Refus : demande manifestement infondée ou abusive"),
    TO_CONSUMER,
    moves="refuse",
    when=_("Refus pour le motif de l’article L. 612-2, 2°, dans les trois semaines de la réception du dossier."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class RefusalUnfoundedOrAbusive(ReferralLetter):
    """`mediator_reason` is the mediator's own, in plain words; an empty one is refused."""

    trader_name: str
    mediator_reason: str
    remarks_due_on: DayToAct

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            mediator_reason=sentence(f.extra["reason"]),
            remarks_due_on=f.rule_day("remarks_period"),
        )


@step.letter(
    "refusal_other_forum",
    _("Refus : tribunal ou autre médiateur"),
    TO_CONSUMER,
    moves="refuse",
    when=_("Refus pour le motif de l’article L. 612-2, 3°, dans les trois semaines de la réception du dossier."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class RefusalOtherForum(ReferralLetter):
    """`other_forum_name` with its article (« le tribunal judiciaire de Lyon »); `reason_detail` and `sector_exception` whole sentences."""

    trader_name: str
    other_forum_name: str
    already_examined: bool = False
    other_forum_reference: str = ""
    reason_detail: str = ""
    sector_exception: str = ""

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            other_forum_name=f.extra.get("other_forum_name") or f.extra["reason"].rstrip("."),
            already_examined=bool(f.extra.get("already_examined")),
            other_forum_reference=f.extra.get("other_forum_reference", ""),
            reason_detail=sentence(f.extra["reason"]) if f.extra.get("other_forum_name") else "",
        )


@step.letter(
    "refusal_over_one_year",
    _("Refus : plus d’un an"),
    TO_CONSUMER,
    moves="refuse",
    when=_("Refus pour le motif de l’article L. 612-2, 4°, dans les trois semaines de la réception du dossier."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class RefusalOverOneYear(ReferralLetter):
    """`reason_detail` is one sentence or nothing."""

    trader_name: str
    complaint_on: date
    filed_on: date
    reason_detail: str = ""

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            complaint_on=f.referral.complaint_on,
            filed_on=f.referral.received_on,
            reason_detail=sentence(f.extra["reason"]),
        )


@step.letter(
    "refusal_out_of_scope",
    _("Refus : hors du champ de compétence"),
    TO_CONSUMER,
    moves="refuse",
    when=_("Refus pour le motif de l’article L. 612-2, 5°, dans les trois semaines de la réception du dossier."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class RefusalOutOfScope(ReferralLetter):
    """`scope_reason` is one of the body's listed exclusions, as a sentence."""

    trader_name: str
    scope_reason: str
    competent_body_name: str = ""
    competent_body_address: str = ""
    competent_body_url: str = ""

    @classmethod
    def of(cls, f: Facts) -> Self:
        names = ("competent_body_name", "competent_body_address", "competent_body_url")
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            scope_reason=sentence(f.extra["reason"]),
            **{name: f.extra.get(name, "") for name in names},
        )
