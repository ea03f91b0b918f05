"""The mediator's impartiality (R. 613-1): what was found out, who comes instead, or the end of the mission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.letters.facts import Facts, sentence
from mediane.mediation.referrals.letters.step import TO_BOTH, ReferralLetter, Step

step = Step()


@step.letter(
    "conflict_declared",
    _("Information sur l’impartialité du médiateur"),
    TO_BOTH,
    moves="declare_conflict",
    when=_("Sans délai quand la circonstance est connue ; avant la notification, au demandeur seul."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class ConflictDeclared(ReferralLetter):
    circumstance: str
    mediator_view: str
    objection_due_on: DayToAct
    after_notification: bool

    @classmethod
    def of(cls, f: Facts) -> Self:
        conflict = f.extra["conflict"]
        return cls(
            **f.frame,
            circumstance=sentence(conflict.circumstance),
            mediator_view=sentence(conflict.mediator_view),
            objection_due_on=conflict.objection_due_on,
            after_notification=f.referral.notified_on is not None,
        )


@step.letter(
    "mediator_replaced",
    _("Remplacement du médiateur"),
    TO_BOTH,
    moves="replace_mediator",
    when=_("Quand un organisme remplace le médiateur ; avant la notification, au demandeur seul."),
)
@dataclass(frozen=True, kw_only=True)
class MediatorReplaced(ReferralLetter):
    """Signed by the new mediator, who is also the sender's `mediator_name`. After notification the date of the end is needed."""

    former_mediator: str
    new_mediator: str
    replaced_on: date
    after_notification: bool
    mediation_due_on: DayToAct | None = None
    former_mediator_gender: str = ""
    new_mediator_gender: str = ""
    new_mediator_bio_url: str = ""
    conflict_declared_on: date | None = None

    @classmethod
    def of(cls, f: Facts) -> Self:
        former, new, conflict = f.extra["former"], f.referral.mediator, f.extra["conflict"]
        notified = f.referral.notified_on is not None
        return cls(
            **f.frame,
            former_mediator=former.person.full_name,
            former_mediator_gender=former.gender,
            new_mediator=new.person.full_name,
            new_mediator_gender=new.gender,
            new_mediator_bio_url=f"{settings.MEDIANE_URL}/b/{f.referral.body.organisation.slug}/",
            replaced_on=f.on,
            after_notification=notified,
            mediation_due_on=f.mediation_due_on if notified else None,
            conflict_declared_on=conflict.declared_on if conflict else None,
        )


@step.letter(
    "mission_ended_conflict",
    _("Fin de mission du médiateur"),
    TO_BOTH,
    moves="end_mission end_mission_early",
    when=_(
        "Quand le médiateur, personne physique, ne peut poursuivre après une opposition ; rédaction courte au demandeur avant la notification."
    ),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class MissionEndedConflict(ReferralLetter):
    """`early`: before notification, to the requester only, without end of mediation, limitation or certificate."""

    conflict_declared_on: date
    trader_name: str
    early: bool = False
    ended_on: date | None = None
    limitation_restart_on: date | None = None
    entered: bool = False
    proposed: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.early and (self.ended_on is None or self.limitation_restart_on is None):
            raise Refusal("missing:ended_on")

    @classmethod
    def of(cls, f: Facts) -> Self:
        early = f.referral.notified_on is None
        return cls(
            **f.frame,
            conflict_declared_on=f.extra["conflict"].declared_on,
            trader_name=f.trader_name,
            early=early,
            ended_on=None if early else f.on,
            limitation_restart_on=None if early else f.limitation_restart_on,
            entered=f.entered,
            proposed=f.referral.proposal_on is not None,
        )
