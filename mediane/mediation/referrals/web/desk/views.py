"""Pages of the desk: Mon travail, the list, the referral and what each party sees of it, moves with their rehearsal, messages."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission
from mediane.ground.correspondence.kinds import all_kinds
from mediane.ground.deadlines.models import ClockKind
from mediane.ground.documents.uploads import Uploads, read_uploads
from mediane.ground.journal.models import Entry
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals import queries
from mediane.mediation.referrals.enums import Audience, LateReason, Party, State
from mediane.mediation.referrals.models import Referral, SealedAnswer
from mediane.mediation.referrals.sentences import STAFF, next_step
from mediane.mediation.referrals.services import ending, exchange, receiving
from mediane.mediation.referrals.web import faces
from mediane.mediation.referrals.web.desk import forms, moves
from mediane.mediation.referrals.web.desk.words import STATE_TONES, said, trader_name


def _case(request: Request, pk: int, *, without: Collection[str] = ()) -> queries.CasePage:
    page = queries.case_page(request.actor, pk, without=without)
    if page is None:
        raise Http404
    return page


def _head(page: queries.CasePage, tab: str) -> dict[str, Any]:
    """What every tab of a case shows on top."""
    today = paris_day(utc_now())
    step = next_step(page.referral, STAFF, page.running)
    pk = page.referral.pk
    home = reverse("desk:case", args=[pk])
    tabs = [
        ("case", home, _("Dossier")),
        ("exchanges", f"{home}#echanges", _("Échanges"), page.message_count),
        ("pieces", f"{home}#pieces", _("Pièces"), len(page.documents)),
        ("letters", f"{home}#lettres", _("Lettres"), page.letter_count),
        ("admissibility", reverse("desk:admissibility", args=[pk]), _("Recevabilité")),
        ("proposal", reverse("desk:proposal", args=[pk]), _("Proposition")) if page.referral.notified_on else None,
        ("as_consumer", reverse("desk:as_party", args=[pk, "consumer"]), _("Ce que voit le consommateur")),
        ("as_trader", reverse("desk:as_party", args=[pk, "trader"]), _("Ce que voit le professionnel")),
        ("journal", reverse("desk:journal", args=[pk]), _("Journal")),
    ]
    return {
        "tabs": [
            {"href": item[1], "label": item[2], "current": item[0] == tab, "count": item[3] if len(item) > 3 else None}
            for item in tabs
            if item
        ],
        "page": page,
        "referral": page.referral,
        "trader_name": trader_name(page.referral),
        "state_tone": STATE_TONES.get(State(page.referral.state), "neutral"),
        "step": step,
        "today": today,
        "limitation_on": page.referral.notified_on
        if page.referral.state in (State.AWAITING_ENTRY, State.IN_MEDIATION)
        else None,
    }


@permission_required(Permission.READ_CASES)
def case(request: Request, pk: int) -> HttpResponse:
    """The referral on one page: clocks, exchanges by audience, pieces beside their viewer, moves, the dispute, the timeline."""
    page = _case(request, pk)
    return TemplateResponse(request, "desk/case.html", _case_context(request, page))


def _case_context(request: Request, page: queries.CasePage, written: dict[str, Any] | None = None) -> dict[str, Any]:
    """`written`: what somebody typed in the composer and could not be sent, to be shown again."""
    head, written = _head(page, "case"), written or {}
    audiences = _audiences(page.referral, request, written.get("audience", ""))
    return head | {
        "faces": clock_faces(page, head["today"]),
        "offered": moves.offered(page.referral, request.actor, page.running, page.clocks),
        "timeline": timeline(page),
        "messages_read": _messages(page),
        "circles": list(dict.fromkeys(message.audience for message in page.messages)),
        "late_reason_wanted": queries.late_without_reason(page.referral, page.clocks),
        "message_form": {"audiences": audiences, "text": written.get("text", ""), "error": written.get("error", "")},
        "submission_key": written.get("key") or uuid.uuid4(),
        "late_reasons": LateReason.choices,
        "uploads": written.get("uploads") or Uploads(),
        "may_write": request.actor.may(Permission.WORK_CASES),
    }


def clock_faces(page: queries.CasePage, today: date) -> list[Any]:
    """The running clocks with their story, the nearest first."""
    running = sorted(page.running.values(), key=lambda clock: (clock.due_on, clock.pk))
    return [faces.card_face(clock, today, page.hands) for clock in running if clock.kind != ClockKind.RESUMPTION]


def _messages(page: queries.CasePage) -> list[dict[str, Any]]:
    """Each message with the pieces that came with it, as far as this reader may open them."""
    pieces = {document.pk: document for document in page.documents}
    return [
        {"message": message, "pieces": [pieces[pk] for pk in getattr(message, "pieces", None) or () if pk in pieces]}
        for message in page.messages
    ]


def _audiences(referral: Referral, request: Request, chosen: str = "") -> list[dict[str, Any]]:
    """Who may read what is about to be written: chosen first, never ticked for you when it leaves the office."""
    choices = []
    if referral.state in (State.AWAITING_ENTRY, State.IN_MEDIATION, State.PROPOSAL_NOTIFIED):
        choices.append((Audience.BOTH.value, _("Les deux parties")))
    choices.append((Audience.CONSUMER.value, _("Le consommateur seul")))
    if referral.notified_on:
        choices.append((Audience.TRADER.value, _("Le professionnel seul")))
    choices.append((Audience.OFFICE.value, _("Note de l’équipe")))
    if request.actor.reads_mediator_notes:
        choices.append((Audience.MEDIATOR.value, _("Note du médiateur")))
    return [{"value": value, "label": label, "checked": value == chosen} for value, label in choices]


def _who(page: queries.CasePage, entry: Entry) -> str:
    """Who did it: the person, or the party that came by its link, or the product itself."""
    parties = {"requester": page.referral.consumer_name, "correspondent": trader_name(page.referral)}
    return str(entry.person) if entry.person else parties.get(entry.actor) or "Médiane"


def timeline(page: queries.CasePage) -> list[dict[str, Any]]:
    """The journal's entries as the office reads them, newest first: what, who, when, on which day it counts, for whom, with which letters.

    That a letter left is told where the act that wrote it is; a sending that failed is told for itself.
    """
    rows, letters = [], defaultdict(list)
    for letter in reversed(page.letters):
        letters[letter.cause_seq].append(letter)
    for entry in reversed(page.entries):
        if entry.name == "letter.sent":
            continue
        rows.append(
            {
                "what": act_label(entry.name),
                "when": entry.at,
                "on": entry.on if entry.on != paris_day(entry.at) else None,
                "who": _who(page, entry),
                "for": entry.on_behalf_of,
                "actor": {"requester": "consumer", "correspondent": "trader", "system": "system"}.get(
                    entry.actor, "mediation"
                ),
                "facts": entry.facts,
                "letters": letters.get(entry.seq, []),
            }
        )
    return rows


def door_label(door: str) -> str:
    """Through what somebody came, as the journal's page says it."""
    return {
        "web": _("l’écran"),
        "api": _("l’API"),
        "command": _("une ligne de commande"),
        "job": _("une tâche de fond"),
        "link": _("un lien personnel"),
        "code": _("le numéro et le code"),
    }.get(door, door)


def _letter_label(facts: dict[str, Any]) -> str:
    """Which letter an entry is about, and to whom; nothing for a kind that is no more."""
    to = {"consumer": _("au consommateur"), "trader": _("au professionnel")}.get(facts.get("audience", ""), "")
    kind = next((kind for kind in all_kinds() if kind.code == facts.get("kind")), None)
    if kind is None:
        return to
    return f"{kind.label}, {to}" if len(kind.audiences) > 1 else str(kind.label)


def act_label(name: str) -> str:
    """A journal's name in words."""
    return {
        "begin": _("Formulaire commencé"),
        "submit": _("Saisine reçue"),
        "import": _("Dossier importé"),
        "import.corrected": _("Import corrigé"),
        "take_over": _("Dossier importé repris"),
        "take_up": _("Prise en charge"),
        "assign": _("Dossier attribué"),
        "establish_facts": _("Faits établis"),
        "ask_documents": _("Pièces demandées"),
        "complete": _("Pièces reçues"),
        "go_on_without": _("Examen repris sans les pièces"),
        "refuse": _("Demande refusée"),
        "redirect": _("Demande réorientée"),
        "postpone": _("Demande prématurée"),
        "remind_premature": _("Rappel de la date de retour"),
        "resubmit": _("Demande confirmée"),
        "re_examine": _("Examen repris"),
        "withdraw_early": _("Demande retirée"),
        "notify": _("Saisine notifiée aux deux parties"),
        "accept_entry": _("Entrée en médiation acceptée"),
        "refuse_entry": _("Entrée en médiation refusée"),
        "remind_entry": _("Rappel au professionnel"),
        "entry_expires": _("Délai du professionnel écoulé"),
        "exchange": _("Échange"),
        "observations_over": _("Date des observations passée"),
        "message": _("Message"),
        "note": _("Note"),
        "extend": _("Délai prolongé"),
        "declare_conflict": _("Conflit d’intérêts déclaré"),
        "object": _("Opposition"),
        "lift_conflict": _("Verrou levé"),
        "replace_mediator": _("Médiateur remplacé"),
        "end_mission": _("Fin de mission"),
        "end_mission_early": _("Fin de mission"),
        "draw_up_agreement": _("Texte d’accord écrit"),
        "confirm_agreement": _("Accord confirmé par une partie"),
        "agree_directly": _("Accord direct constaté"),
        "propose": _("Proposition notifiée"),
        "answer": _("Réponse à la proposition"),
        "conclude": _("Résultat"),
        "report_execution": _("Nouvelle de l’exécution"),
        "remind_execution": _("Relance d’exécution"),
        "finish": _("Dossier fermé"),
        "withdraw": _("Retrait d’une partie"),
        "seize_elsewhere": _("Autre instance saisie"),
        "consent_to_resume": _("Accord pour reprendre"),
        "resume": _("Médiation reprise"),
        "correct_reception": _("Date de réception corrigée"),
        "change_contact": _("Coordonnées changées"),
        "explain_lateness": _("Motif du retard donné"),
        "discard": _("Brouillon effacé"),
        "archive": _("Dossier archivé"),
        "hold": _("Dossier gelé"),
        "release": _("Dossier rendu à sa durée de conservation"),
        "approve_destruction": _("Destruction approuvée"),
        "destroy": _("Dossier détruit"),
        "letter.sent": _("Lettre partie"),
        "letter.by_post": _("Lettre à poster"),
        "letter.cancelled": _("Lettre annulée"),
        "letter.failed": _("Envoi échoué"),
        "letter.retried": _("Nouvel essai d’envoi"),
        "letter.bounced": _("Message revenu"),
    }.get(name, name)


@permission_required(Permission.READ_CASES)
def as_party(request: Request, pk: int, party: str) -> HttpResponse:
    """Exactly what a party sees, beside the list of what it does not."""
    if party not in Party.values:
        raise Http404
    page = _case(request, pk, without=("story", "contacts"))
    visible = party == Party.CONSUMER or page.referral.notified_on is not None
    answered = visible and SealedAnswer.objects.filter(referral=pk, party=party, proposal__round=_round(page)).exists()
    step = next_step(page.referral, party, _running_for(page, party), answered=answered) if visible else None
    shown = queries.seen_by_party(page.documents, party) if visible else []
    read = queries.messages_for(page.messages, party) if visible else []
    context = _head(page, f"as_{party}") | {
        "party": party,
        "other_party": trader_name(page.referral) if party == Party.CONSUMER else page.referral.consumer_name,
        "visible": visible,
        "party_step": step,
        "shown_documents": shown,
        "hidden_documents": [document for document in page.documents if document not in shown],
        "shown_messages": read,
        "hidden_messages": len(page.messages) - len(read),
        "shown_letters": [letter for letter in page.letters if letter.audience == party and letter.copy_of_id is None]
        if visible
        else [],
        "hidden_letters": [letter for letter in page.letters if letter.audience != party],
    }
    return TemplateResponse(request, "desk/as_party.html", context)


def _round(page: queries.CasePage) -> int:
    return max((int(entry.facts.get("round", 0)) for entry in page.entries if entry.name == "propose"), default=0)


def _running_for(page: queries.CasePage, party: str) -> dict[str, Any]:
    return {
        place: clock for place, clock in page.running.items() if clock.kind != "observations" or clock.hand == party
    }


@permission_required(Permission.READ_CASES)
def summary(request: Request, pk: int) -> HttpResponse:
    """The whole case on paper, to be read away from a screen: what is asked, where it stands, what was said, by whom, what is in the file."""
    page = _case(request, pk)
    head = _head(page, "")
    context = head | {
        "faces": clock_faces(page, head["today"]),
        "timeline": timeline(page),
        "messages_read": list(reversed(_messages(page))),
        "printed_at": utc_now(),
    }
    return TemplateResponse(request, "desk/summary.html", context)


@permission_required(Permission.READ_CASES)
def journal(request: Request, pk: int) -> HttpResponse:
    """The chain of the case: every entry with its number and digest."""
    page = _case(request, pk, without=("story", "contacts", "exchange"))
    parties = {"consumer": page.referral.consumer_name, "trader": trader_name(page.referral)}
    rows = [
        {
            "seq": e.seq,
            "at": e.at,
            "on": e.on,
            "what": act_label(e.name),
            "letter": _letter_label(e.facts) if e.name.startswith("letter.") else "",
            "who": _who(page, e),
            "behalf": parties.get(e.on_behalf_of, ""),
            "door": door_label(e.door),
            "digest": bytes(e.digest).hex()[:16],
        }
        for e in reversed(page.entries)
    ]
    return TemplateResponse(request, "desk/journal.html", _head(page, "journal") | {"rows": rows})


@permission_required(Permission.WORK_CASES)
@require_POST
def write(request: Request, pk: int) -> HttpResponse:
    """A message or a note, with its pieces. On an error the page comes back with what was typed."""
    page = _case(request, pk)
    uploads = read_uploads(request, "pieces", context=f"case-{pk}")
    try:
        key = uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        key = uuid.uuid4()
    try:
        if uploads.refused:
            raise Refusal("file_refused", why="; ".join(item.reason for item in uploads.refused))
        exchange.write(
            pk,
            request.POST.get("text", "")[:20_000],
            request.POST.get("audience", ""),
            by=request.actor,
            at=utc_now(),
            uploads=tuple(
                (upload, upload.filename, request.POST.get("purpose", "other")) for upload in uploads.accepted
            ),
            submission_key=key,
        )
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        error = (
            refusal.facts["why"]
            if refusal.code == "file_refused"
            else _("Choisissez qui lira ce message.")
            if "audience" in refusal.facts
            else said(refusal)
        )
        typed = {"audience": request.POST.get("audience", ""), "text": request.POST.get("text", "")}
        context = _case_context(request, page, typed | {"error": error, "key": key, "uploads": uploads})
        return TemplateResponse(request, "desk/case.html", context, status=422)
    flash.success(request, _("Enregistré."))
    return redirect(reverse("desk:case", args=[pk]) + "#echanges")


@permission_required(Permission.READ_CASES)
def presence(request: Request, pk: int) -> HttpResponse:
    """Who else has this case open; asked by the page every half minute, empty without JavaScript."""
    if not Referral.objects.visible_to(request.actor).filter(pk=pk).exists():
        raise Http404
    others = exchange.note_presence(pk, by=request.actor, at=utc_now(), writing=request.GET.get("ecrit") == "1")
    return TemplateResponse(request, "desk/_presence.html", {"others": others})


@permission_required(Permission.WORK_CASES)
@require_POST
def explain_lateness(request: Request, pk: int) -> HttpResponse:
    page = _case(request, pk)
    form = forms.Lateness(request.POST, referral=page.referral)
    if form.is_valid():
        ending.explain_lateness(pk, form.cleaned_data["late_reason"], by=request.actor, at=utc_now())
        flash.success(request, _("Motif du retard enregistré."))
    else:
        flash.error(request, _("Choisissez un motif dans la liste."))
    return redirect("desk:case", pk=pk)


@permission_required(Permission.WORK_CASES)
@require_POST
def take_over(request: Request, pk: int) -> HttpResponse:
    """An imported case becomes a live one."""
    receiving.take_over(pk, by=request.actor, at=utc_now())
    flash.success(request, _("Ce dossier importé est maintenant suivi : ses délais alertent."))
    return redirect("desk:case", pk=pk)
