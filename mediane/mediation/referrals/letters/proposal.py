"""The proposal of a solution (R. 612-3, R. 612-4), its answer form, and the one reminder to a silent party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.ground.deadlines.models import ClockKind
from mediane.kernel.periods import Period
from mediane.mediation.referrals.enums import AnswerSilence, Party
from mediane.mediation.referrals.letters.facts import Facts, phrase, sentence
from mediane.mediation.referrals.letters.step import TO_BOTH, TO_CONSUMER, TO_TRADER, ReferralLetter, Step

step = Step()


@dataclass(frozen=True, kw_only=True)
class ProposalItem:
    """`execution_delay` counts from the agreement. Phrases without a final stop."""

    who: str
    what: str
    execution_delay: Period | None = None


@step.letter(
    "proposal_consumer",
    _("Proposition de solution : au consommateur"),
    TO_CONSUMER,
    moves="propose",
    when=_("Acte personnel du médiateur ; le même jour et le même texte que la lettre au professionnel."),
    dated=True,
    encloses=("proposal_answer_form",),
)
@step.letter(
    "proposal_trader",
    _("Proposition de solution : au professionnel"),
    TO_TRADER,
    moves="propose",
    when=_("Le même jour, la même proposition, le même délai que la lettre au consommateur."),
    dated=True,
    encloses=("proposal_answer_form",),
)
@step.letter(
    "proposal_answer_form",
    _("Formulaire de réponse à la proposition"),
    TO_BOTH,
    moves="propose",
    when=_("Joint à chaque proposition, dans le même PDF ; ne part jamais seul."),
    layout="form",
)
@dataclass(frozen=True, kw_only=True)
class Proposal(ReferralLetter):
    """Facts, positions, reasons and solution are one text, word for word the same in both letters; the form is enclosed."""

    trader_name: str
    consumer_display_name: str
    proposal_items: tuple[ProposalItem, ...]
    facts_agreed: str
    positions: str
    reasons_law: str
    answer_url: str
    answer_due_on: DayToAct
    proposal_on: date
    silence: AnswerSilence
    party_name: str
    facts_disputed: str = ""
    reasons_equity: str = ""
    conditional_is_refusal: bool = False

    @classmethod
    def of(cls, f: Facts) -> Self:
        text, contact = f.extra["proposal"], f.contacts[f.to]
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            consumer_display_name=f.consumer_display_name,
            proposal_items=tuple(
                ProposalItem(
                    who=f.named(item["who"]),
                    what=phrase(item["what"]),
                    execution_delay=Period.parse(item["within"]) if item["within"] else None,
                )
                for item in text.items
            ),
            facts_agreed=sentence(text.facts_agreed),
            facts_disputed=sentence(text.facts_disputed),
            positions=f"{sentence(text.consumer_position)}\n\n{sentence(text.trader_position)}",
            reasons_law=sentence(text.reasons_law),
            reasons_equity=sentence(text.reasons_equity),
            answer_url=f.reply_url,
            answer_due_on=text.answers_due_on,
            proposal_on=text.notified_on,
            silence=AnswerSilence(text.silence_effect),
            party_name=contact.company if f.to is Party.TRADER else contact.full_name,
        )


@step.letter(
    "answer_reminder",
    _("Dernier rappel avant la fin du délai de réponse"),
    TO_BOTH,
    moves="conclude",
    when=_("À la partie qui n’a pas répondu, elle seule, si les règles de l’organisme prévoient une relance."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class AnswerReminder(ReferralLetter):
    """To the silent party only: a second date, after which silence is a refusal."""

    proposal_on: date
    first_due_on: date
    answer_due_on: DayToAct
    answer_url: str
    silence: AnswerSilence = AnswerSilence.REFUSAL

    @classmethod
    def of(cls, f: Facts) -> Self:
        clock = f.running[ClockKind.ACCEPTANCE]
        return cls(
            **f.frame,
            proposal_on=clock.started_on,
            first_due_on=clock.first_due_on,
            answer_due_on=f.extra["answer_due_on"],
            answer_url=f.reply_url,
        )
