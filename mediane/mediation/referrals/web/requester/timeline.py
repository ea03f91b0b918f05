"""« Ce qui s’est passé »: built only from what the requester may know, that is from the days of the case and from the letters written to the requester."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from mediane.ground.correspondence.models import Letter
from mediane.mediation.referrals.enums import Answer, Entry, Outcome, State
from mediane.mediation.referrals.sentences import limitation_words
from mediane.mediation.referrals.web.requester.reading import Case

Who = Literal["mediation", "consumer", "trader", "system", "next"]


@dataclass(frozen=True)
class Event:
    """`order` sets apart what happened on one day, in the order of the procedure."""

    on: date
    order: int
    what: str
    who: Who = "mediation"
    icon: str = ""
    text: str = ""
    letters: tuple[Letter, ...] = ()


REFUSALS = (
    "refusal_no_prior_complaint",
    "refusal_unfounded_or_abusive",
    "refusal_other_forum",
    "refusal_over_one_year",
    "refusal_out_of_scope",
)
MAIN = {
    "received": ("referral_receipt",),
    "decided": (*REFUSALS, "premature", "redirected_level", "redirected_mediator", "notification_consumer"),
    "entered": ("entry_accepted", "deemed_acceptance"),
    "proposed": ("proposal_consumer",),
    "agreed": ("direct_agreement", "result_accepted"),
    "ended": (
        "trader_refusal_consumer",
        "deemed_refusal_consumer",
        "result_refused",
        "result_silence",
        "withdrawal_by_consumer",
        "withdrawal_by_trader",
        "court_seized",
        "other_mediator_seized",
        "mission_ended_conflict",
        "withdrawal_before_notification",
        "closing",
        "end_certificate",
    ),
}
"""Letters told with the event they belong to; any other letter is an event of its own."""


def _other_words(kind: str, trader: str) -> tuple[str, Who, str]:
    """What a letter that belongs to no day of the case tells: words, who, icon."""
    return {
        "documents_request": (_("Des pièces vous sont demandées"), "mediation", "document"),
        "premature_reminder": (_("Vous pouvez revenir vers nous"), "mediation", "calendar"),
        "observations_request": (_("Des questions vous sont posées"), "mediation", "help"),
        "documents_transmitted": (
            _("Des pièces de {trader} vous sont communiquées").format(trader=trader),
            "mediation",
            "document",
        ),
        "extension": (_("La médiation est prolongée"), "mediation", "calendar"),
        "conflict_declared": (_("Une information sur l’impartialité du médiateur"), "mediation", "info"),
        "mediator_replaced": (_("Un autre médiateur reprend le dossier"), "mediation", "people"),
        "answer_reminder": (_("Un rappel : votre réponse est attendue"), "mediation", "soon"),
        "execution_reminder": (_("L’accord doit être exécuté : où en est-on ?"), "mediation", "soon"),
        "resumed": (_("La médiation reprend"), "mediation", "mediation"),
    }.get(kind, ("", "mediation", "letter"))  # type: ignore[return-value]


def events_of(case: Case) -> list[Event]:
    """Newest first, the next thing above."""
    r, trader = case.referral, case.trader_name
    letters: dict[str, list[Letter]] = {}
    for letter in case.letters:
        part = next((name for name, kinds in MAIN.items() if letter.kind in kinds), "")
        letters.setdefault(part, []).append(letter)

    def of(part: str) -> tuple[Letter, ...]:
        return tuple(letters.get(part, ()))

    found: list[Event] = []
    if r.received_on:
        found.append(Event(r.received_on, 0, _("Vous nous avez saisis"), "consumer", "cases", letters=of("received")))
    if r.decision_on:
        found.append(
            Event(
                r.decision_on,
                2,
                _decided(case),
                icon="done" if r.notified_on else "info",
                text=limitation_words(r),
                letters=of("decided"),
            )
        )
    if r.entered_on and r.entry in (Entry.ACCEPTED, Entry.DEEMED_ACCEPTED) and r.entered_on != r.notified_on:
        found.append(
            Event(
                r.entered_on, 3, _("{trader} entre en médiation").format(trader=trader), "trader", letters=of("entered")
            )
        )
    if r.proposal_on:
        found.append(Event(r.proposal_on, 4, _("Le médiateur propose une solution"), letters=of("proposed")))
    if case.proposal and case.answered:
        said = (
            _("Vous avez accepté la proposition")
            if case.answered == Answer.ACCEPTED
            else _("Vous avez refusé la proposition")
        )
        found.append(Event(case.proposal.own_answered_on, 5, said, "consumer", "done"))  # type: ignore[attr-defined]
    if case.agreement_to_confirm and case.agreement_to_confirm.consumer_confirmed_on:
        found.append(
            Event(
                case.agreement_to_confirm.consumer_confirmed_on,
                4,
                _("Vous avez confirmé le texte de l’accord"),
                "consumer",
                "done",
            )
        )
    if r.agreed_on:
        found.append(Event(r.agreed_on, 6, _("Un accord est trouvé"), icon="done", letters=of("agreed")))
    if r.closed_on or r.state == State.WITHDRAWN_EARLY:
        found.append(Event(r.closed_on or case.today, 7, _ended(case), icon="done", letters=of("ended")))
    for letter in letters.get("", ()):
        words, who, icon = _other_words(letter.kind, trader)
        found.append(Event(letter.letter_date, 3, words or letter.title, who, icon, letters=(letter,)))
    return sorted(found, key=lambda event: (event.on, event.order), reverse=True)


def _decided(case: Case) -> str:
    match case.state:
        case State.INADMISSIBLE:
            return _("Le médiateur ne peut pas examiner votre litige")
        case State.PREMATURE:
            return _("Votre demande arrive un peu tôt")
        case State.REDIRECTED:
            return _("Votre demande relève d’une autre étape ou d’un autre médiateur")
        case _:
            return _("Votre demande est recevable")


def _ended(case: Case) -> str:
    return {
        Outcome.WITHDRAWN_CONSUMER: _("Vous vous êtes retiré"),
        Outcome.WITHDRAWN_TRADER: _("{trader} s’est retiré").format(trader=case.trader_name),
        Outcome.ENTRY_REFUSED: _("{trader} n’entre pas en médiation").format(trader=case.trader_name),
        Outcome.AGREED_DIRECTLY: _("Le dossier est clos"),
        Outcome.PROPOSAL_ACCEPTED: _("Le dossier est clos"),
        "": _("Votre demande est retirée") if case.state == State.WITHDRAWN_EARLY else _("Le dossier est clos"),
    }.get(Outcome(case.referral.outcome) if case.referral.outcome else "", _("La médiation est terminée"))
