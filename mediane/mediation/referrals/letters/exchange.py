"""The contradictory exchange: pieces communicated, questions asked, more time taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.ground.deadlines.models import ClockKind
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.letters.facts import Facts, phrase, sentence
from mediane.mediation.referrals.letters.step import TO_BOTH, ReferralLetter, Step

step = Step()

MOST_QUESTIONS = 5


class TransmissionReason(StrEnum):
    ON_YOUR_REQUEST = "on_your_request"
    ON_THEIR_REQUEST = "on_their_request"
    RULE = "rule"


@dataclass(frozen=True, kw_only=True)
class ListedDocument:
    """`number` as the other party knows it; `title` without personal detail that the addressee may not read."""

    number: int
    title: str
    dated_on: date | None = None


@step.letter(
    "documents_transmitted",
    _("Transmission de pièces"),
    TO_BOTH,
    moves="exchange",
    when=_("Quand des pièces d’une partie sont communiquées à l’autre."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class DocumentsTransmitted(ReferralLetter):
    """`sender_role` is the party that handed them in."""

    reason: TransmissionReason
    sender_role: Party
    documents: tuple[ListedDocument, ...]
    observations_due_on: DayToAct

    @classmethod
    def of(cls, f: Facts) -> Self:
        listed = tuple(
            ListedDocument(number=document.number or 0, title=document.title, dated_on=document.received_on)
            for document in f.extra["documents"]
        )
        reason = TransmissionReason.ON_YOUR_REQUEST if f.extra["on_request"] else TransmissionReason.RULE
        sender = Party.TRADER if f.to is Party.CONSUMER else Party.CONSUMER
        return cls(
            **f.frame,
            reason=reason,
            sender_role=sender,
            documents=listed,
            observations_due_on=f.extra["observations_due_on"],
        )


@step.letter(
    "observations_request",
    _("Demande d’observations"),
    TO_BOTH,
    moves="exchange",
    when=_("Quand le médiateur pose des questions à une partie ; chacune a sa lettre."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class ObservationsRequest(ReferralLetter):
    """One to five questions, each a sentence; none may show what the other party said in confidence."""

    questions: tuple[str, ...]
    observations_due_on: DayToAct

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.questions) > MOST_QUESTIONS:
            raise Refusal("too_many_questions", questions=len(self.questions))

    @classmethod
    def of(cls, f: Facts) -> Self:
        asked = f.extra.get("questions") or [_asking_for(f, piece) for piece in f.extra["pieces"]]
        return cls(**f.frame, questions=tuple(asked), observations_due_on=f.extra["observations_due_on"])


def _asking_for(f: Facts, piece: Any) -> str:
    """A piece asked for, as a question: which one, why, and what it must show."""
    words = (
        _("Pouvez-vous m’envoyer cette pièce : {name} ? Pourquoi : {why} ; elle doit montrer : {must_show}.")
        if piece.must_show.strip()
        else _("Pouvez-vous m’envoyer cette pièce : {name} ? Pourquoi : {why}.")
    )
    return f.said(words, name=phrase(piece.name), why=phrase(piece.why), must_show=phrase(piece.must_show))


@step.letter(
    "extension",
    _("Prolongation de la médiation"),
    TO_BOTH,
    moves="extend",
    when=_("Aussitôt que le médiateur prolonge, aux deux parties le même jour."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class Extension(ReferralLetter):
    """`extension_reason` is a sentence on the dispute (never staff or holidays); `next_step` a phrase without a final stop."""

    new_due_on: DayToAct
    previous_due_on: date
    extension_reason: str
    next_step: str
    next_step_on: DayToAct
    computed: tuple[str, ...] = ()

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            new_due_on=f.extra["new_due_on"],
            previous_due_on=f.extra["previous_due_on"],
            extension_reason=sentence(f.extra["extension_reason"]),
            next_step=phrase(f.extra["next_step"]),
            next_step_on=f.extra["next_step_on"],
            computed=f.computed(ClockKind.MEDIATION),
        )
