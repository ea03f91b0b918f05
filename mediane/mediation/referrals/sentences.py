"""Where it stands, what happens next, who must act, by when: one sentence per state and per reader. Nothing here may say more than the reader sees.

The same function speaks on the desk, on the follow-up page, in the trader's portal and in the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mediane.ground.deadlines.models import Clock, ClockKind, Hand, slot
from mediane.kernel.languages import wording
from mediane.mediation.referrals.clock_words import is_invitation
from mediane.mediation.referrals.enums import Execution, Outcome, Party, State
from mediane.mediation.referrals.models import Referral

STAFF = "staff"
Reader = str  # Party.CONSUMER, Party.TRADER or STAFF


@dataclass(frozen=True)
class Step:
    """`hand`: who holds it (`mediation`, `consumer`, `trader`, "" nobody); `yours` whether that is the reader; `due_on` the day said in the text."""

    text: str
    hand: str
    due_on: date | None = None
    yours: bool = False


def day(value: date | None) -> str:
    """« vendredi 27 novembre 2026 », in the language of the page."""
    return wording(get_language() or "fr").weekday_and_day(value) if value else ""


def dated(text: str, undated: str, until: date | None, **facts: str) -> str:
    """`text` with its {day}; where no date runs (an imported file, a clock that stopped), `undated`: never a sentence with a hole in it."""
    return text.format(day=day(until), **facts) if until else undated.format(**facts)


def next_step(referral: Referral, reader: Reader, running: Mapping[str, Clock], *, answered: bool = False) -> Step:
    """`running`: clocks of the case by slot. `answered`: this reader (a party) has given its answer to the proposal; the other's changes nothing here."""
    due = {kind: clock.due_on for kind, clock in running.items()}
    until: date | None
    names = {
        "trader": referral.trader.name if referral.trader else referral.trader_given,
        "consumer": referral.consumer_name,
    }
    to_consumer, to_trader = reader == Party.CONSUMER, reader == Party.TRADER
    if referral.locked and ClockKind.OBJECTION in due:
        until = due[ClockKind.OBJECTION]
        if reader == STAFF:
            return Step(
                _(
                    "Une circonstance a été déclarée : le dossier est verrouillé pour le médiateur jusqu’au {day}, sauf décision."
                ).format(day=day(until)),
                Hand.MEDIATION,
                until,
            )
        return Step(
            _(
                "Le médiateur vous a informé d’un fait touchant à son impartialité. Vous pouvez vous opposer jusqu’au {day}."
            ).format(day=day(until)),
            reader,
            until,
            True,
        )
    match referral.state:
        case State.DRAFT:
            return Step(
                _("Votre demande n’est pas encore envoyée. Reprenez-la quand vous voulez."),
                Hand.CONSUMER,
                None,
                to_consumer,
            )
        case State.RECEIVED | State.UNDER_REVIEW:
            until = due.get(ClockKind.REJECTION)
            if to_consumer:
                text = dated(
                    _(
                        "Le médiateur vérifie si la loi lui permet d’examiner votre litige. Si ce n’est pas le cas, il vous le dit au plus tard le {day}."
                    ),
                    _("Le médiateur vérifie si la loi lui permet d’examiner votre litige, et vous écrit ensuite."),
                    until,
                )
            else:
                text = dated(
                    _("Décider de la recevabilité au plus tard le {day} ; ensuite, notifier aux parties ou refuser."),
                    _("Décider de la recevabilité ; ensuite, notifier aux parties ou refuser."),
                    until,
                )
            return Step(text, Hand.MEDIATION, until, reader == STAFF)
        case State.INCOMPLETE:
            until = due.get(ClockKind.PIECES)
            if to_consumer:
                return Step(
                    dated(
                        _(
                            "Le médiateur attend les pièces demandées, si possible au plus tard le {day}. Le délai de trois semaines court toujours."
                        ),
                        _("Le médiateur attend les pièces demandées. Le délai de trois semaines court toujours."),
                        until,
                    ),
                    Hand.CONSUMER,
                    until,
                    True,
                )
            last = due.get(ClockKind.REJECTION)
            waiting = dated(
                _("En attente des pièces de {consumer} jusqu’au {day}"),
                _("En attente des pièces de {consumer}"),
                until,
                consumer=names["consumer"] or _("l’auteur de la demande"),
            )
            return Step(
                dated(
                    _("{waiting} ; la décision reste due le {day}."),
                    _("{waiting} ; la décision reste due."),
                    last,
                    waiting=waiting,
                ),
                Hand.CONSUMER,
                until,
            )
        case State.INADMISSIBLE:
            text = (
                _("Le médiateur ne peut pas examiner ce litige. Sa lettre dit pourquoi et ce que vous pouvez faire.")
                if to_consumer
                else _("Refusée : la lettre est partie au demandeur, au demandeur seul.")
            )
            return Step(text, "")
        case State.REDIRECTED:
            text = (
                _("Votre demande relève d’une autre étape ou d’un autre médiateur : la lettre donne l’adresse.")
                if to_consumer
                else _("Réorientée : la lettre est partie au demandeur, au demandeur seul.")
            )
            return Step(text, "")
        case State.PREMATURE:
            until = referral.premature_until
            if to_consumer:
                return Step(
                    dated(
                        _(
                            "C’est un peu tôt : le professionnel peut encore répondre. Vous pourrez confirmer votre demande à partir du {day}."
                        ),
                        _(
                            "C’est un peu tôt : le professionnel peut encore répondre. Vous pourrez confirmer votre demande ensuite."
                        ),
                        until,
                    ),
                    Hand.CONSUMER,
                    until,
                )
            return Step(
                dated(
                    _("Trop tôt : un rappel part le {day}."), _("Trop tôt : la demande pourra être confirmée."), until
                ),
                "",
                until,
            )
        case State.WITHDRAWN_EARLY:
            return Step(
                _("Vous avez retiré votre demande.")
                if to_consumer
                else _("Retirée par le demandeur avant la notification."),
                "",
            )
        case State.MISSION_ENDED_EARLY:
            return Step(_("La mission du médiateur a pris fin avant la notification."), "")
        case State.AWAITING_ENTRY:
            until = due.get(ClockKind.ENTRY)
            if to_trader:
                return Step(
                    dated(
                        _("Dites si vous acceptez le principe de la médiation, au plus tard le {day}."),
                        _("Dites si vous acceptez le principe de la médiation."),
                        until,
                    ),
                    Hand.TRADER,
                    until,
                    True,
                )
            if to_consumer:
                text = dated(
                    _(
                        "En attente de la réponse du professionnel jusqu’au {day} ; ensuite, chacun donne ses explications."
                    ),
                    _("En attente de la réponse du professionnel ; ensuite, chacun donne ses explications."),
                    until,
                )
            else:
                text = dated(
                    _("En attente de la réponse de {trader} jusqu’au {day} ; ensuite, échange contradictoire."),
                    _("En attente de la réponse de {trader} ; ensuite, échange contradictoire."),
                    until,
                    trader=names["trader"],
                )
            return Step(text, Hand.TRADER, until)
        case State.IN_MEDIATION:
            until, asked = due.get(ClockKind.MEDIATION), _asked(reader, running)
            if asked and reader == asked.hand and is_invitation(asked):
                return Step(
                    _(
                        "Vous pouvez encore envoyer vos explications et vos pièces jusqu’au {day} ; ce n’est pas une obligation. "
                        "Ensuite, le médiateur propose une solution."
                    ).format(day=day(asked.due_on)),
                    asked.hand,
                    asked.due_on,
                )
            if asked and reader == asked.hand:
                return Step(
                    _(
                        "Vous pouvez envoyer vos explications et vos pièces jusqu’au {day} ; ensuite, le médiateur propose une solution."
                    ).format(day=day(asked.due_on)),
                    asked.hand,
                    asked.due_on,
                    True,
                )
            if asked and reader == STAFF:
                who = names["consumer"] if asked.hand == Hand.CONSUMER else names["trader"]
                return Step(
                    dated(
                        _(
                            "En attente des observations de {who} jusqu’au {asked} ; ensuite, proposer une solution au plus tard le {day}."
                        ),
                        _("En attente des observations de {who} jusqu’au {asked} ; ensuite, proposer une solution."),
                        until,
                        who=who,
                        asked=day(asked.due_on),
                    ),
                    asked.hand,
                    asked.due_on,
                )
            if reader == STAFF:
                return Step(
                    dated(
                        _("Proposer une solution ou constater un accord au plus tard le {day}."),
                        _("Proposer une solution ou constater un accord."),
                        until,
                    ),
                    Hand.MEDIATION,
                    until,
                    True,
                )
            return Step(
                dated(
                    _("Le médiateur étudie le dossier. La médiation doit se terminer au plus tard le {day}."),
                    _("Le médiateur étudie le dossier, puis il propose une solution."),
                    until,
                ),
                Hand.MEDIATION,
                until,
            )
        case State.PROPOSAL_NOTIFIED:
            clock = running.get(ClockKind.ACCEPTANCE)
            if reader == STAFF:
                until = clock.due_on if clock else None
                return Step(
                    dated(
                        _(
                            "Chaque partie répond à la proposition jusqu’au {day} ; les réponses restent scellées jusque-là."
                        ),
                        _("Chaque partie répond à la proposition ; les réponses restent scellées jusqu’au résultat."),
                        until,
                    ),
                    Hand.CONSUMER,
                    until,
                )
            if answered:
                until = clock.first_due_on if clock else None  # a reminder to the other party moves nothing here
                return Step(
                    dated(
                        _(
                            "Votre réponse est enregistrée. Le résultat sera connu quand les deux réponses seront là, ou après le {day}."
                        ),
                        _("Votre réponse est enregistrée. Le résultat sera connu quand les deux réponses seront là."),
                        until,
                    ),
                    "",
                    until,
                )
            until = clock.due_on if clock else None
            return Step(
                dated(
                    _("Le médiateur vous propose une solution. Répondez au plus tard le {day}."),
                    _("Le médiateur vous propose une solution : répondez-y."),
                    until,
                ),
                reader,
                until,
                True,
            )
        case State.IN_EXECUTION:
            until = due.get(ClockKind.EXECUTION)
            if to_consumer:
                return Step(
                    dated(
                        _("L’accord doit être exécuté au plus tard le {day}. Dites ensuite si c’est fait."),
                        _("L’accord doit être exécuté. Dites-nous quand c’est fait."),
                        until,
                    ),
                    Hand.TRADER,
                    until,
                )
            if to_trader:
                return Step(
                    dated(
                        _("L’accord est à exécuter au plus tard le {day}. Déclarez-le ici, avec la preuve."),
                        _("L’accord est à exécuter. Déclarez-le ici, avec la preuve."),
                        until,
                    ),
                    Hand.TRADER,
                    until,
                    True,
                )
            return Step(
                dated(
                    _("Accord à exécuter au plus tard le {day} ; ensuite, vérifier auprès des deux parties et clore."),
                    _("Accord à exécuter ; ensuite, vérifier auprès des deux parties et clore."),
                    until,
                ),
                Hand.TRADER,
                until,
            )
        case State.CLOSED:
            return Step(_ending(referral), "")
        case _:
            return Step(_("Dossier archivé."), "")


def limitation_words(referral: Referral) -> str:
    """Whether the time to go to court stands still (Civil code 2238): from the notification to the proposal, or to the end if that comes first. "" where
    nothing was notified."""
    if referral.notified_on is None:
        return ""
    say = wording(get_language() or "fr").day
    until = min((day for day in (referral.proposal_on, referral.ended_on) if day), default=None)
    if until:
        return _("Le délai pour aller en justice a été suspendu du {first} au {last}.").format(
            first=say(referral.notified_on), last=say(until)
        )
    return _("Le délai pour aller en justice est suspendu depuis le {first}.").format(first=say(referral.notified_on))


def _asked(reader: Reader, running: Mapping[str, Clock]) -> Clock | None:
    """What was asked for in the exchange: of this reader, or for the office the nearest that it waits for."""
    if reader != STAFF:
        return running.get(slot(ClockKind.OBSERVATIONS, reader))
    places = (slot(ClockKind.OBSERVATIONS, hand) for hand in (Hand.CONSUMER, Hand.TRADER))
    found = [running[place] for place in places if place in running and not is_invitation(running[place])]
    return min(found, key=lambda clock: clock.due_on, default=None)


def expected(referral: Referral, kind: str, *, late: bool = False) -> str:
    """What is expected next, in a few words for a row of the worklist. `kind`: the clock whose date stands in that row; `late`: that date has passed."""
    if kind == ClockKind.OBSERVATIONS:
        return _("Relancer, ou avancer avec ce que contient le dossier") if late else _("Envoyer ses observations")
    if kind == ClockKind.OBJECTION:
        return _("S’opposer, ou non, au médiateur")
    if referral.state == State.INCOMPLETE and kind == ClockKind.REJECTION:
        return _("Décider, avec ou sans les pièces demandées")
    if late and (words := _LATE.get(State(referral.state))):
        return str(words)
    return {
        State.RECEIVED: _("Prendre en charge"),
        State.INCOMPLETE: _("Envoyer les pièces demandées"),
        State.UNDER_REVIEW: _("Décider de la recevabilité"),
        State.AWAITING_ENTRY: _("Accepter ou refuser d’entrer en médiation"),
        State.IN_MEDIATION: _("Proposer une solution"),
        State.PROPOSAL_NOTIFIED: _("Accepter ou refuser la proposition"),
        State.IN_EXECUTION: _("Exécuter l’accord"),
    }.get(State(referral.state), "")


_LATE = {
    State.IN_MEDIATION: gettext_lazy("Prolonger ou proposer une solution"),
    State.IN_EXECUTION: gettext_lazy("Vérifier l’exécution auprès des deux parties"),
}
"""What is expected once the date has passed, where that is something else."""


def _ending(referral: Referral) -> str:
    """How it ended; a refused proposal does not say by whom."""
    match referral.outcome:
        case Outcome.AGREED_DIRECTLY | Outcome.PROPOSAL_ACCEPTED:
            return {
                Execution.YES: _("Un accord a été trouvé et exécuté."),
                Execution.NO: _("Un accord a été trouvé ; il n’a pas été exécuté."),
            }.get(
                Execution(referral.execution) if referral.execution else Execution.UNKNOWN,
                _("Un accord a été trouvé ; son exécution n’est pas connue."),
            )
        case Outcome.PROPOSAL_REFUSED:
            return _("La proposition n’a pas été acceptée par les deux parties : la médiation est terminée.")
        case Outcome.PROPOSAL_UNANSWERED:
            return _("Une réponse manquait à la date fixée : la médiation est terminée sans accord.")
        case Outcome.ENTRY_REFUSED:
            return _("Le professionnel n’est pas entré en médiation : elle est terminée.")
        case Outcome.WITHDRAWN_CONSUMER:
            return _("Le consommateur s’est retiré : la médiation est terminée.")
        case Outcome.WITHDRAWN_TRADER:
            return _("Le professionnel s’est retiré : la médiation est terminée.")
        case Outcome.COURT_SEIZED:
            return _("Un tribunal est saisi : la médiation est terminée.")
        case Outcome.OTHER_MEDIATOR_SEIZED:
            return _("Un autre médiateur est saisi : la médiation est terminée.")
        case _:
            return _("La mission du médiateur a pris fin : la médiation est terminée.")
