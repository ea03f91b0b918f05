"""Pages of the desk: Mon travail, the list, the referral and what each party sees of it, moves with their rehearsal, messages."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.models import Membership
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import STAFF_ROLES, Permission
from mediane.ground.documents.uploads import Uploads, read_uploads
from mediane.ground.journal.models import Entry
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals import queries
from mediane.mediation.referrals.enums import Audience, LateReason, Party, State
from mediane.mediation.referrals.models import Referral, SealedAnswer
from mediane.mediation.referrals.sentences import STAFF, expected, next_step
from mediane.mediation.referrals.services import admissibility, ending, exchange, receiving
from mediane.mediation.referrals.services.rehearsal import rehearse
from mediane.mediation.referrals.web import faces
from mediane.mediation.referrals.web.desk import forms, moves
from mediane.mediation.referrals.web.desk.words import said
from mediane.mediation.schemes.services import current_mandates

STATE_TONES = {
    State.RECEIVED: "amber",
    State.INCOMPLETE: "amber",
    State.UNDER_REVIEW: "amber",
    State.AWAITING_ENTRY: "trader",
    State.IN_MEDIATION: "teal",
    State.PROPOSAL_NOTIFIED: "consumer",
    State.IN_EXECUTION: "green",
}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _work_filter(request: Request) -> queries.WorkFilter:
    get = request.GET
    day, __, pk = get.get("apres", "").partition("_")
    after = (_day(day), int(pk)) if _day(day) and pk.isdigit() else None
    queue = get.get("file", "all")
    who = get.get("qui", "me")
    return queries.WorkFilter(
        queue=queue if queue in queries.QUEUES else "all",
        who=who if who in ("me", "none", "team") else "me",
        hand=get.get("main", "") if get.get("main") in ("mediation", "consumer", "trader") else "",
        trader=int(get["pro"]) if get.get("pro", "").isdigit() else None,
        after=after,  # type: ignore[arg-type]
    )


@permission_required(Permission.READ_CASES)
def worklist(request: Request) -> HttpResponse:
    """One list, by nearest legal date, grouped late / this week / later. Saved in the address: queue, whose, who must act."""
    today, work = paris_day(utc_now()), _work_filter(request)
    page = queries.worklist(request.actor, work, today)
    rows = [_row(row, page.clocks, today) for row in page.rows]
    late = [row for row in rows if row["due_on"] and row["due_on"] < today]
    week = [row for row in rows if row["due_on"] and today <= row["due_on"] <= queries.soon(today)]
    later = [row for row in rows if not row["due_on"] or row["due_on"] > queries.soon(today)]
    groups = [(_("En retard"), late), (_("Cette semaine"), week), (_("Plus tard"), later)]
    here = {"file": work.queue, "qui": work.who, "main": work.hand, "pro": work.trader or ""}
    last = page.rows[-1] if page.more else None
    labels = {
        "all": _("Tout mon travail") if work.who == "me" else _("Tout"),
        "admissibility": _("Recevabilité"),
        "entry": _("Entrée attendue"),
        "mediation": _("Médiation en cours"),
        "answers": _("Réponse attendue"),
        "execution": _("Exécution à suivre"),
    }
    context = {
        "today": today,
        "groups": [(title, group) for title, group in groups if group],
        "queues": [
            {
                "href": _address(here, file=name),
                "count": page.counts[name],
                "label": label,
                "sub": _("et plus") if page.counts[name] == queries.CAP else "",
                "late": _("{n} en retard").format(n=_capped(page.late[name])) if page.late[name] else "",
                "current": name == work.queue,
            }
            for name, label in labels.items()
        ],
        "pills": [
            {"href": _address(here, qui=who), "label": label, "current": who == work.who}
            for who, label in (("me", _("À moi")), ("none", _("Sans responsable")), ("team", _("Toute l’équipe")))
        ],
        "hands": [
            {"href": _address(here, main=hand), "label": label, "current": hand == work.hand}
            for hand, label in (
                ("", _("Tous")),
                ("mediation", _("La médiation")),
                ("consumer", _("Le consommateur")),
                ("trader", _("Le professionnel")),
            )
        ],
        "next": _address(here, apres=f"{last.due_on}_{last.pk}") if last and last.due_on else "",
        "first": _address(here) if work.after else "",
        "empty": not rows,
        "work": work,
        "colleagues": _colleagues(request) if rows else [],
    }
    return TemplateResponse(request, "desk/worklist.html", context)


def _capped(count: int) -> str:
    return f"{count}" if count < queries.CAP else "1 000+"


def _address(here: dict[str, Any], **changes: Any) -> str:
    said_now = {name: value for name, value in {**here, **changes}.items() if value not in ("", None)}
    return f"{reverse('desk:work')}?{urlencode(said_now)}"


def _row(row: Referral, clocks: dict[int, Any], today: date) -> dict[str, Any]:
    clock = clocks.get(row.pk)
    holder = clock.hand if clock else row.hand
    who = {
        "mediation": str(row.assignee or (row.mediator and row.mediator.person) or _("Sans responsable")),
        "consumer": row.consumer_name,
        "trader": _trader(row),
    }.get(holder, "")
    if row.state == State.PROPOSAL_NOTIFIED:
        holder, who = "nobody", _("Les deux parties, chacune de son côté")
    return {
        "pk": row.pk,
        "href": reverse("desk:case", args=[row.pk]),
        "number": row.number,
        "consumer": row.consumer_name or _("Demandeur"),
        "trader": _trader(row),
        "about": row.claim.summary if hasattr(row, "claim") else "",
        "amount": row.amount_claimed,
        "state": str(row.get_state_display()),
        "tone": STATE_TONES.get(State(row.state), "neutral"),
        "face": faces.row_face(row.due_on, today, clock=clock) if row.due_on else None,
        "next": expected(row, row.due_kind),
        "holder": holder or "nobody",
        "who": who,
        "due_on": row.due_on,
    }


def _trader(row: Referral) -> str:
    return row.trader.name if row.trader else row.trader_given


def _colleagues(request: Request) -> list[Any]:
    held = (
        Membership.objects.current(paris_day(utc_now()))
        .filter(organisation=request.actor.organisation_id, role__in=STAFF_ROLES)
        .select_related("person")
    )
    return sorted({row.person for row in held}, key=str)


@permission_required(Permission.WORK_CASES)
@require_POST
def assign(request: Request) -> HttpResponse:
    """Give the ticked files to somebody."""
    to = request.POST.get("to", "")
    colleagues = {str(person.pk): person for person in _colleagues(request)}
    picked = [int(pk) for pk in request.POST.getlist("picked") if pk.isdigit()][: queries.PAGE]
    if to not in colleagues or not picked:
        flash.error(request, _("Choisissez au moins un dossier et une personne."))
    else:
        done = 0
        for pk in picked:
            try:
                admissibility.assign(pk, int(to), by=request.actor, at=utc_now())
                done += 1
            except Refusal:
                continue
        flash.success(request, _("{n} dossier(s) attribué(s) à {name}.").format(n=done, name=colleagues[to]))
    back = str(request.POST.get("next", ""))
    return redirect(back if back.startswith("/bureau/") else reverse("desk:work"))


@permission_required(Permission.READ_CASES)
def referrals(request: Request) -> HttpResponse:
    """Every case of the body, newest first; the search box leads here too."""
    get = request.GET
    states = [state for state in get.getlist("etat") if state in State.values]
    after = int(get["apres"]) if get.get("apres", "").isdigit() else None
    trader = int(get["pro"]) if get.get("pro", "").isdigit() else None
    text = get.get("q", "").replace("\x00", "")
    rows = queries.find(request.actor, text, states=states, trader=trader, after=after, limit=queries.PAGE + 1)
    today = paris_day(utc_now())
    here = [("q", text)] * bool(text) + [("etat", state) for state in states] + ([("pro", trader)] if trader else [])
    context = {
        "query": text,
        "rows": [
            _row(row, {}, today) | {"received_on": row.received_on, "closed_on": row.closed_on}
            for row in rows[: queries.PAGE]
        ],
        "states": [
            (value, label, value in states)
            for value, label in State.choices
            if value not in (State.DRAFT, State.DESTROYED)
        ],
        "next": f"?{urlencode([*here, ('apres', rows[queries.PAGE - 1].pk)])}" if len(rows) > queries.PAGE else "",
        "first": f"?{urlencode(here)}" if after else "",
        "filtered": bool(states or text or trader),
    }
    return TemplateResponse(request, "desk/referrals.html", context)


def _case(request: Request, pk: int) -> queries.CasePage:
    page = queries.case_page(request.actor, pk)
    if page is None:
        raise Http404
    return page


def _head(page: queries.CasePage, tab: str) -> dict[str, Any]:
    """What every tab of a case shows on top."""
    today = paris_day(utc_now())
    step = next_step(page.referral, STAFF, page.running)
    pk = page.referral.pk
    tabs = [
        ("case", reverse("desk:case", args=[pk]), _("Dossier")),
        ("admissibility", reverse("desk:admissibility", args=[pk]), _("Recevabilité")),
        ("proposal", reverse("desk:proposal", args=[pk]), _("Proposition")) if page.referral.notified_on else None,
        ("as_consumer", reverse("desk:as_party", args=[pk, "consumer"]), _("Ce que voit le consommateur")),
        ("as_trader", reverse("desk:as_party", args=[pk, "trader"]), _("Ce que voit le professionnel")),
        ("journal", reverse("desk:journal", args=[pk]), _("Journal")),
    ]
    return {
        "tabs": [{"href": item[1], "label": item[2], "current": item[0] == tab} for item in tabs if item],
        "page": page,
        "referral": page.referral,
        "trader_name": _trader(page.referral),
        "state_tone": STATE_TONES.get(State(page.referral.state), "neutral"),
        "step": step,
        "today": today,
        "limitation_on": page.referral.notified_on
        if page.referral.state in (State.AWAITING_ENTRY, State.IN_MEDIATION)
        else None,
    }


@permission_required(Permission.READ_CASES)
def case(request: Request, pk: int) -> HttpResponse:
    """The referral on one page: clocks, exchanges by audience, pieces, moves, the dispute, the timeline."""
    page = _case(request, pk)
    head = _head(page, "case")
    context = head | {
        "faces": [
            faces.card_face(clock, head["today"], page.hands)
            for clock in page.running.values()
            if clock.kind != "resumption"
        ],
        "offered": moves.offered(page.referral, request.actor, page.running)
        if request.actor.may(Permission.WORK_CASES) or request.actor.is_staff
        else [],
        "timeline": timeline(page),
        "late_reason_wanted": queries.late_without_reason(page.referral, page.clocks),
        "message_form": {"audiences": _audiences(page.referral, request)},
        "submission_key": uuid.uuid4(),
        "late_reasons": LateReason.choices,
        "uploads": Uploads(),
        "may_write": request.actor.may(Permission.WORK_CASES),
    }
    return TemplateResponse(request, "desk/case.html", context)


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


def timeline(page: queries.CasePage) -> list[dict[str, Any]]:
    """The journal's entries as the office reads them, newest first: what, who, when, on which day it counts, for whom."""
    rows = []
    for entry in reversed(page.entries):
        who = (
            str(entry.person)
            if entry.person
            else {"requester": page.referral.consumer_name, "correspondent": _trader(page.referral)}.get(
                entry.actor, "Médiane"
            )
        )
        rows.append(
            {
                "what": act_label(entry.name),
                "when": entry.at,
                "on": entry.on if entry.on != paris_day(entry.at) else None,
                "who": who,
                "for": entry.on_behalf_of,
                "actor": {"requester": "consumer", "correspondent": "trader", "system": "system"}.get(
                    entry.actor, "mediation"
                ),
                "facts": entry.facts,
            }
        )
    return rows


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
    }.get(name, name)


@permission_required(Permission.READ_CASES)
def as_party(request: Request, pk: int, party: str) -> HttpResponse:
    """Exactly what a party sees, beside the list of what it does not."""
    if party not in Party.values:
        raise Http404
    page = _case(request, pk)
    visible = party == Party.CONSUMER or page.referral.notified_on is not None
    answered = visible and SealedAnswer.objects.filter(referral=pk, party=party, proposal__round=_round(page)).exists()
    step = next_step(page.referral, party, _running_for(page, party), answered=answered) if visible else None
    shown = queries.seen_by_party(page.documents, party) if visible else []
    read = queries.messages_for(page.messages, party) if visible else []
    context = _head(page, f"as_{party}") | {
        "party": party,
        "visible": visible,
        "party_step": step,
        "shown_documents": shown,
        "hidden_documents": [document for document in page.documents if document not in shown],
        "shown_messages": read,
        "hidden_messages": len(page.messages) - len(read),
        "shown_letters": [letter for letter in page.letters if letter.audience == party] if visible else [],
        "hidden_letters": [letter for letter in page.letters if letter.audience != party],
    }
    return TemplateResponse(request, "desk/as_party.html", context)


def _round(page: queries.CasePage) -> int:
    return max((int(entry.facts.get("round", 0)) for entry in page.entries if entry.name == "propose"), default=0)


def _running_for(page: queries.CasePage, party: str) -> dict[str, Any]:
    return {kind: clock for kind, clock in page.running.items() if kind != "observations" or clock.hand == party}


@permission_required(Permission.READ_CASES)
def journal(request: Request, pk: int) -> HttpResponse:
    """The chain of the case: every entry with its number and digest."""
    page = _case(request, pk)
    entries = Entry.objects.filter(case=pk).select_related("person").order_by("-seq")
    rows = [
        {
            "seq": e.seq,
            "at": e.at,
            "on": e.on,
            "what": act_label(e.name),
            "who": str(e.person or e.actor),
            "behalf": e.on_behalf_of,
            "door": e.door,
            "digest": bytes(e.digest).hex()[:16],
            "facts": e.facts,
        }
        for e in entries
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
        head = _head(page, "case")
        error = (
            refusal.facts["why"]
            if refusal.code == "file_refused"
            else _("Choisissez qui lira ce message.")
            if "audience" in refusal.facts
            else said(refusal)
        )
        context = head | {
            "faces": [
                faces.card_face(clock, head["today"], page.hands)
                for clock in page.running.values()
                if clock.kind != "resumption"
            ],
            "offered": moves.offered(page.referral, request.actor, page.running),
            "timeline": timeline(page),
            "message_form": {
                "audiences": _audiences(page.referral, request, request.POST.get("audience", "")),
                "text": request.POST.get("text", ""),
                "error": error,
            },
            "submission_key": key,
            "uploads": uploads,
            "may_write": True,
        }
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


# ---- moves ----------------------------------------------------------------------------------------------------------------------


@permission_required(Permission.READ_CASES)
@require_http_methods(["GET", "POST"])
def move(request: Request, pk: int, name: str) -> HttpResponse:
    """An act in three steps on one address: what it needs, what will happen (letters, clocks, who sees what), then the act. Without JavaScript too."""
    screen = moves.BY_NAME.get(name)
    page = _case(request, pk)
    if screen is None or not moves.is_offered(screen, page.referral, request.actor, page.running):
        raise Http404
    at = utc_now()
    late = moves.is_late(screen, page.running, at)
    extra: dict[str, Any] = {}
    if screen.form in (forms.Notify, forms.ReplaceMediator):
        extra["mediators"] = current_mandates(page.referral.body_id, paris_day(at))
    if screen.form is forms.Transmit:
        extra["documents"] = page.documents
    form = screen.form(request.POST or None, referral=page.referral, late=late, initial=_initial(screen, page), **extra)
    scans = read_uploads(request, "pieces", context=f"case-{pk}") if screen.recorded else Uploads()
    context = _head(page, "case") | {"screen": screen, "form": form, "rehearsal": None, "refused": "", "uploads": scans}
    if request.method == "POST" and form.is_valid() and not scans.refused:
        try:
            if "confirm" in request.POST:
                screen.call(pk, form.arguments(), request.actor, at, scans.accepted)
                flash.success(request, _("Fait : {what}.").format(what=str(screen.title).lower()))
                return redirect("desk:case", pk=pk)
            context["rehearsal"] = rehearse(
                pk, lambda case_id, **_kw: screen.call(case_id, form.arguments(), request.actor, at, scans.accepted)
            )
        except Refusal as refusal:
            context["refused"] = said(refusal)
    status = 422 if request.method == "POST" and (form.errors or context["refused"] or scans.refused) else 200
    return TemplateResponse(request, "desk/move.html", context, status=status)


def _initial(screen: moves.MoveScreen, page: queries.CasePage) -> dict[str, Any]:
    """What the file already says."""
    referral, today = page.referral, paris_day(utc_now())
    values: dict[str, Any] = {"on": today, "to": Party.TRADER, "evidence_on": today, "learnt_on": today}
    if screen.name == "notify":
        values |= {
            "mediator_id": referral.mediator_id,
            "dispute_summary": referral.claim.summary,
            "claim_summary": referral.claim.asked_now,
        }
    if screen.name in ("postpone", "refuse", "redirect"):
        found = admissibility.assess(referral)
        values |= {
            "premature_until": found.premature_until,
            "ground": next((str(f.ground) for f in found.findings if f.value == "applies"), ""),
        }
    return values


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
