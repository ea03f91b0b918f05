"""The moves as the desk offers them: title, form, service. What is possible comes from the workflow; what will happen from a rehearsal of the very act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.deadlines.models import Clock, ClockKind
from mediane.ground.documents.uploads import Upload
from mediane.kernel.moments import paris_day
from mediane.mediation.referrals.enums import Party, State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.policy import ROLE_OF_PARTY
from mediane.mediation.referrals.services import (
    admissibility,
    asking,
    conflicts,
    ending,
    exchange,
    mediation,
    receiving,
    solution,
)
from mediane.mediation.referrals.services.recording import record_for
from mediane.mediation.referrals.web.desk import forms
from mediane.mediation.referrals.workflow import REFERRALS


@dataclass(frozen=True)
class MoveScreen:
    """One act of the desk. `row` is the workflow's move that allows it; `closes` the clock whose lateness is then explained; `recorded` for a party."""

    name: str
    title: Any
    icon: str
    form: type[forms.MoveForm]
    service: Callable[..., Any]
    row: str = ""
    closes: str = ""
    recorded: Party | str = ""  # a party, or "either" when the form asks which
    takes_pieces: bool = False  # recorded: what arrived are pieces of the file, not the scan of a word
    danger: bool = False
    help: Any = ""
    page: str = ""  # url name of a page of its own instead of the generic one

    @property
    def move(self) -> str:
        return self.row or self.name

    def call(
        self, referral_id: int, arguments: dict[str, Any], by: Actor, at: datetime, scans: Sequence[Upload] = ()
    ) -> Any:
        """Make the move. A recorded one is made on behalf of the party named by the screen or by the form, with what is kept of what it sent or said."""
        arguments = dict(arguments)
        if not self.recorded:
            return self.service(referral_id, by=by, at=at, **arguments)
        party = arguments.pop("party", None) or self.recorded
        if self.takes_pieces:
            pieces = tuple((scan, scan.filename, arguments.pop("purpose", "other")) for scan in scans)
            return self.service(referral_id, by=by.for_party(party), at=at, uploads=pieces, **arguments)
        return record_for(referral_id, party, self.service, by=by, at=at, uploads=scans, **arguments)


SCREENS = (
    MoveScreen("take_up", _("Prendre en charge"), "assign", forms.Plain, admissibility.take_up),
    MoveScreen("ask_documents", _("Demander des pièces"), "document", forms.AskDocuments, admissibility.ask_documents),
    MoveScreen(
        "notify",
        _("Déclarer recevable et notifier"),
        "send",
        forms.Notify,
        mediation.notify,
        closes=ClockKind.REJECTION,
    ),
    MoveScreen(
        "postpone", _("C’est trop tôt"), "paused", forms.Postpone, admissibility.postpone, closes=ClockKind.REJECTION
    ),
    MoveScreen("redirect", _("Réorienter"), "next", forms.Redirect, admissibility.redirect, closes=ClockKind.REJECTION),
    MoveScreen(
        "refuse", _("Refuser"), "stop", forms.Refuse, admissibility.refuse, closes=ClockKind.REJECTION, danger=True
    ),
    MoveScreen("re_examine", _("Examiner de nouveau"), "back", forms.ReExamine, admissibility.re_examine),
    MoveScreen("propose", _("Proposer une solution"), "write", forms.Plain, solution.propose, page="desk:proposal"),
    MoveScreen(
        "ask_observations",
        _("Poser des questions à une partie"),
        "send",
        forms.AskObservations,
        asking.ask_observations,
        row="exchange",
    ),
    MoveScreen(
        "remind_observations",
        _("Relancer la partie interrogée"),
        "soon",
        forms.AskObservations,
        asking.ask_observations,
        row="exchange",
        help=_("Les mêmes questions repartent avec une nouvelle date ; l’ancienne ne compte plus."),
    ),
    MoveScreen(
        "ask_pieces",
        _("Demander des pièces à une partie"),
        "document",
        forms.AskPieces,
        asking.ask_pieces,
        row="exchange",
    ),
    MoveScreen(
        "transmit",
        _("Communiquer des pièces à l’autre partie"),
        "document",
        forms.Transmit,
        exchange.transmit,
        row="exchange",
    ),
    MoveScreen(
        "draw_up_agreement",
        _("Écrire l’accord des parties"),
        "write",
        forms.Terms,
        mediation.draw_up_agreement,
        row="agree_directly",
        help=_("Chaque partie confirme ensuite ce texte de sa main ; un texte changé est à confirmer de nouveau."),
    ),
    MoveScreen(
        "agree_directly",
        _("Constater l’accord direct"),
        "done",
        forms.Plain,
        mediation.agree_directly,
        closes=ClockKind.MEDIATION,
    ),
    MoveScreen(
        "extend",
        _("Prolonger le délai"),
        "soon",
        forms.Extend,
        mediation.extend,
        closes=ClockKind.MEDIATION,
        help=_("Réservé au médiateur, pour un litige complexe (R. 612-5)."),
    ),
    MoveScreen(
        "declare_conflict",
        _("Déclarer un conflit d’intérêts"),
        "info",
        forms.DeclareConflict,
        conflicts.declare_conflict,
    ),
    MoveScreen(
        "replace_mediator", _("Remplacer le médiateur"), "people", forms.ReplaceMediator, conflicts.replace_mediator
    ),
    MoveScreen(
        "seize_elsewhere",
        _("Tribunal ou autre médiateur saisi"),
        "stop",
        forms.SeizeElsewhere,
        ending.seize_elsewhere,
        closes=ClockKind.MEDIATION,
        danger=True,
    ),
    MoveScreen(
        "end_mission",
        _("Mettre fin à la mission"),
        "stop",
        forms.Plain,
        conflicts.end_mission,
        closes=ClockKind.MEDIATION,
        danger=True,
    ),
    MoveScreen(
        "end_mission_early", _("Mettre fin à la mission"), "stop", forms.Plain, conflicts.end_mission_early, danger=True
    ),
    MoveScreen("finish", _("Clore le dossier"), "done", forms.Finish, solution.finish),
    MoveScreen("resume", _("Reprendre la médiation"), "back", forms.Resume, ending.resume),
    # recorded for a party on paper or on the phone
    MoveScreen(
        "record_pieces",
        _("Pièces reçues par courrier"),
        "letter",
        forms.RecordPieces,
        admissibility.complete,
        row="complete",
        recorded=Party.CONSUMER,
        takes_pieces=True,
    ),
    MoveScreen(
        "record_message",
        _("Courrier ou appel d’une partie"),
        "letter",
        forms.RecordMessage,
        exchange.write,
        row="exchange",
        recorded="either",
        takes_pieces=True,
    ),
    MoveScreen(
        "record_since",
        _("Le demandeur confirme sa demande"),
        "letter",
        forms.RecordSince,
        receiving.resubmit,
        row="resubmit",
        recorded=Party.CONSUMER,
        takes_pieces=True,
    ),
    MoveScreen(
        "record_withdraw_early",
        _("Retrait reçu"),
        "letter",
        forms.Recorded,
        ending.withdraw_early,
        row="withdraw_early",
        recorded=Party.CONSUMER,
        danger=True,
    ),
    MoveScreen(
        "record_entry",
        _("Entrée acceptée par courrier"),
        "letter",
        forms.Recorded,
        mediation.accept_entry,
        row="accept_entry",
        recorded=Party.TRADER,
    ),
    MoveScreen(
        "record_entry_refusal",
        _("Entrée refusée par courrier"),
        "letter",
        forms.RecordEntryRefusal,
        mediation.refuse_entry,
        row="refuse_entry",
        recorded=Party.TRADER,
    ),
    MoveScreen(
        "record_confirmation",
        _("Accord confirmé par courrier"),
        "letter",
        forms.RecordConfirmation,
        mediation.confirm_agreement,
        row="agree_directly",
        recorded="either",
    ),
    MoveScreen(
        "record_answer",
        _("Réponse à la proposition reçue"),
        "letter",
        forms.RecordAnswer,
        solution.answer,
        row="answer",
        recorded="either",
        help=_("La réponse reste scellée pour l’autre partie."),
    ),
    MoveScreen(
        "record_objection",
        _("Opposition reçue"),
        "letter",
        forms.RecordParty,
        conflicts.object_to,
        row="object",
        recorded="either",
    ),
    MoveScreen(
        "record_withdrawal",
        _("Retrait reçu"),
        "letter",
        forms.RecordParty,
        ending.withdraw,
        row="withdraw",
        recorded="either",
        danger=True,
    ),
    MoveScreen(
        "record_execution",
        _("Nouvelle de l’exécution"),
        "letter",
        forms.RecordExecution,
        solution.report_execution,
        row="report_execution",
        recorded="either",
    ),
    MoveScreen(
        "record_consent",
        _("Accord pour reprendre"),
        "letter",
        forms.RecordParty,
        ending.consent_to_resume,
        row="resume",
        recorded="either",
    ),
)
BY_NAME = {screen.name: screen for screen in SCREENS}


def offered(
    referral: Referral, actor: Actor, running: dict[str, Clock], clocks: Sequence[Clock] = ()
) -> list[MoveScreen]:
    """The acts that this person may try now, in the order of the procedure. `clocks`: all of the case, stopped ones too."""
    return [screen for screen in SCREENS if is_offered(screen, referral, actor, running, clocks)]


def unanswered(clocks: Sequence[Clock]) -> Clock | None:
    """The last request for observations, while it runs or when its date passed without anything else closing it: what can be asked once more."""
    asked = [clock for clock in clocks if clock.kind == ClockKind.OBSERVATIONS]
    last = max(asked, key=lambda clock: clock.pk, default=None)
    return last if last and (last.stopped_on is None or last.stop_reason == asking.OBSERVATIONS_OVER) else None


def is_offered(
    screen: MoveScreen, referral: Referral, actor: Actor, running: dict[str, Clock], clocks: Sequence[Clock] = ()
) -> bool:
    if screen.name == "remind_observations" and unanswered(clocks) is None:
        return False
    if screen.name == "record_consent":
        return Role.OFFICER in actor.roles and ClockKind.RESUMPTION in running
    if screen.name == "record_confirmation":
        drawn = getattr(referral, "agreement", None)
        return (
            Role.OFFICER in actor.roles
            and drawn is not None
            and drawn.direct
            and referral.state in (State.AWAITING_ENTRY, State.IN_MEDIATION)
        )
    if screen.name == "record_objection" and not referral.locked:
        return False
    if screen.name == "resume" and ClockKind.RESUMPTION not in running:
        return False
    if screen.name == "replace_mediator" and referral.body.is_person:
        return False
    if screen.name in ("end_mission", "end_mission_early") and not (referral.body.is_person and referral.locked):
        return False
    parties = list(Party) if screen.recorded == "either" else [screen.recorded] if screen.recorded else [None]
    return any(
        REFERRALS.by_name[screen.move]
        in REFERRALS.available(
            referral.state, actor.roles, locked=referral.locked, on_behalf=ROLE_OF_PARTY[Party(p)] if p else None
        )
        for p in parties
    )


def is_late(screen: MoveScreen, running: dict[str, Clock], at: datetime) -> bool:
    clock = running.get(screen.closes) if screen.closes else None
    return clock is not None and clock.due_on < paris_day(at)
