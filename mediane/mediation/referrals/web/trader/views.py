"""Pages of the trader. Every read starts from `visible_to(actor)` under the trader's own scope; a case not notified does not exist here.

Each act is a small form with an address of its own: sent wrong, the case comes back with what was typed; opened by a link, it leads to the case.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages as flash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts.guards import trader_view
from mediane.ground.accounts.requests import Request
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import Clock, ClockKind
from mediane.ground.documents.models import Document
from mediane.ground.documents.uploads import Uploads, read_uploads
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Asked, Audience, Party, State
from mediane.mediation.referrals.models import (
    ExecutionReport,
    PieceRequest,
    Proposal,
    Referral,
    SealedAnswer,
)
from mediane.mediation.referrals.sentences import limitation_words, next_step
from mediane.mediation.referrals.services import conflicts, ending, exchange, mediation, solution
from mediane.mediation.referrals.web import faces
from mediane.mediation.referrals.web.terms import lines
from mediane.mediation.referrals.web.trader import forms, reading
from mediane.mediation.referrals.web.trader.words import said, state_chip
from mediane.mediation.referrals.workflow import MEDIATING

PAGE = 50
View = Callable[..., HttpResponse]


# ---- the list -----------------------------------------------------------------------------------------------------------------
@trader_view
def cases(request: Request) -> HttpResponse:
    """Its cases, those that wait for it first, each with what is expected and by when."""
    closed = request.GET.get("vue") == "termines"
    found = reading.listed(
        request.actor, closed=closed, after=_after(request.GET.get("apres", ""), closed), most=PAGE + 1
    )
    page, today = found[:PAGE], paris_day(utc_now())
    clocks = reading.clocks_of(row.pk for row in page)
    lines = []
    for row in page:
        running = clocks.get(row.pk, {})
        step = next_step(row, Party.TRADER, running, answered=getattr(row, "answered", False))
        # by its first date too: whoever has answered is shown that one, a reminder to the other party moves nothing
        face_of = next((c for c in running.values() if step.due_on in (c.due_on, c.first_due_on)), None)
        chip, tone = state_chip(row, step)
        lines.append(
            {
                "row": row,
                "step": step,
                "chip": chip,
                "tone": tone,
                "about": row.notified_dispute.dispute_summary if hasattr(row, "notified_dispute") else "",
                "href": reverse("trader:case", args=[row.pk]),
                "face": faces.row_face(step.due_on, today, clock=face_of, reader=Party.TRADER) if step.due_on else None,
            }
        )
    context = {
        "lines": lines,
        "closed": closed,
        "next": _next(page[-1], closed) if len(found) > PAGE else "",
        "first": not request.GET.get("apres"),
        "waiting": reading.waiting_count(request.actor),
    }
    return TemplateResponse(request, "trader/cases.html", context)


def _next(row: Any, closed: bool) -> str:
    if closed:
        return f"?vue=termines&apres={row.pk}"
    return f"?apres={row.rank}.{(row.near or date.max).isoformat()}.{row.pk}"


def _after(text: str, closed: bool) -> tuple[int, date, int] | None:
    """The last row of the page before, from the address; anything else: the first page."""
    try:
        if closed:
            return (0, date.min, int(text)) if text.isascii() and text.isdecimal() and len(text) < 19 else None
        rank, day, pk = text.split(".")
        return int(rank) % 2, date.fromisoformat(day), int(pk) % 2**62
    except ValueError:
        return None


# ---- the case -----------------------------------------------------------------------------------------------------------------
def _referral(request: Request, pk: int) -> Referral:
    row = (
        Referral.objects.visible_to(request.actor)
        .select_related(
            "trader", "body__organisation", "mediator__person", "notified_dispute", "designation", "agreement"
        )
        .only(
            *reading.COLUMNS,
            "rules",
            "body__organisation__name",
            "body__organisation__slug",
            "body__is_person",
            "mediator__person__first_name",
            "mediator__person__forgotten_at",
            "mediator__person__last_name",
            "designation",
            "agreement",
        )
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    request.mediation_body = row.body  # type: ignore[attr-defined]  # whose pages the footer leads to
    return row


def act_view(view: View) -> View:
    """An act on a case: `view(request, referral, …)`. Without a form sent (a refreshed page, a link): back to the case."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    @trader_view
    def with_referral(request: Any, pk: int, **kwargs: Any) -> HttpResponse:
        referral = _referral(request, pk)
        if request.method != "POST":
            return redirect("trader:case", pk=pk)
        return view(request, referral, **kwargs)

    return with_referral


def _try(request: Request, referral: Referral, act: Callable[[], Any], done: str, **back: Any) -> HttpResponse:
    """Make the act and go back to the case; refused, the case comes again with the reason and what was typed (`back`)."""
    try:
        act()
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        return _page(request, _referral(request, referral.pk), error=said(refusal), **back)
    flash.success(request, done)
    return redirect("trader:case", pk=referral.pk)


@trader_view
def case(request: Request, pk: int) -> HttpResponse:
    return _page(request, _referral(request, pk))


def _page(request: Request, referral: Referral, *, error: str = "", **given: Any) -> TemplateResponse:
    """`given`: bound forms and uploads by name, where one came back."""
    pk, today = referral.pk, paris_day(utc_now())
    running = {
        clock.slot: clock
        for clock in Clock.objects.filter(case=pk, stopped_on__isnull=True).prefetch_related("events")
        if clock.kind != ClockKind.OBSERVATIONS or clock.hand == Party.TRADER
    }
    proposal = reading.live_proposal(referral)
    answer = getattr(proposal, "own_answer", None)
    step = next_step(referral, Party.TRADER, running, answered=answer is not None)
    documents = list(Document.objects.visible_to(request.actor).filter(case_id=pk).for_list())
    chip, tone = state_chip(referral, step)
    agreement = getattr(referral, "agreement", None)
    context: dict[str, Any] = {
        "referral": referral,
        "dispute": getattr(referral, "notified_dispute", None),
        "consumer": referral.consumer_shown,
        "body": referral.body.organisation,
        "step": step,
        "chip": chip,
        "tone": tone,
        "today": today,
        "faces": [
            faces.card_face(
                clock,
                today,
                due_on=clock.first_due_on if answer and clock.kind == ClockKind.ACCEPTANCE else None,
                reader=Party.TRADER,
            )
            for clock in sorted(running.values(), key=lambda clock: clock.due_on)
            if clock.kind != ClockKind.RESUMPTION
        ],
        "said": reading.messages_of(request.actor, referral, documents),
        "own": [document for document in documents if document.author_party == Party.TRADER],
        "others": [document for document in documents if document.author_party != Party.TRADER],
        "letters": list(Letter.objects.visible_to(request.actor).as_read(pk).reverse()),
        "colleagues": reading.colleagues(request.actor, today),
        "proposal": proposal,
        "proposal_items": _items(referral, proposal.items) if proposal else [],
        "answer": answer,
        "agreement": agreement,
        "agreement_items": _items(referral, agreement.items) if agreement else [],
        "to_confirm": agreement is not None
        and agreement.direct
        and referral.state in (State.AWAITING_ENTRY, State.IN_MEDIATION),
        "reports": list(ExecutionReport.objects.filter(referral=pk).order_by("-pk"))
        if referral.state == State.IN_EXECUTION
        else [],
        "answer_wanted": referral.state == State.PROPOSAL_NOTIFIED and answer is None,
        "one_mediator": referral.body.is_person,
        "may_object": referral.locked and ClockKind.OBJECTION in running,
        "resume_until": running[ClockKind.RESUMPTION].due_on
        if referral.state == State.CLOSED
        and ClockKind.RESUMPTION in running
        and running[ClockKind.RESUMPTION].due_on >= today
        else None,
        "limitation": limitation_words(referral),
        "may_withdraw": referral.state in MEDIATING,
        "error": error,
        "uploads": Uploads(),
    }
    context["positions"] = [one.row.position for one in context["said"] if hasattr(one.row, "position")]
    context |= {"has_others": bool(context["others"]), "has_letters": bool(context["letters"])}
    context |= _entry(referral, running, given) | _exchange(referral, given)
    if referral.state == State.IN_EXECUTION:
        context |= {
            "execution_form": given.get("execution_form") or forms.ExecutionForm(),
            "execution_uploads": given.get("execution_uploads") or Uploads(),
        }
    bound = next((form for form in given.values() if getattr(form, "is_bound", False)), None)
    context["faulty"] = bound if bound is not None and bound.errors else None
    wrong = error or context["faulty"] or any(getattr(one, "refused", None) for one in given.values())
    return TemplateResponse(request, "trader/case.html", context, status=422 if wrong else 200)


def _entry(referral: Referral, running: dict[str, Clock], given: dict[str, Any]) -> dict[str, Any]:
    if referral.state != State.AWAITING_ENTRY:
        return {"entry_form": None}
    clock = running.get(ClockKind.ENTRY)
    return {
        "entry_form": given.get("entry_form") or forms.EntryForm(consumer=referral.consumer_shown),
        "entry_due_on": clock.due_on if clock else None,
        "silence": reading.silence(referral, clock.due_on if clock else None),
    }


def _exchange(referral: Referral, given: dict[str, Any]) -> dict[str, Any]:
    """Messages at any time; a position and what is asked while the mediation goes on."""
    both = referral.state in MEDIATING
    context: dict[str, Any] = {
        "message_form": given.get("message_form")
        or forms.MessageForm(both=both, initial={"audience": Audience.TRADER.value}),
        "message_uploads": given.get("message_uploads") or Uploads(),
        "asked": [],
        "met": [],
        "position_form": None,
    }
    if referral.state not in (State.AWAITING_ENTRY, State.IN_MEDIATION):
        return context
    rows = list(
        PieceRequest.objects.filter(
            referral=referral.pk, asked_of=Party.TRADER, asked_on__gte=referral.notified_on or date.max
        ).select_related("document")
    )
    waiting = [row for row in rows if row.received_on is None]
    context["asked"] = [
        {
            "row": row,
            "form": given.get(f"demand_{row.pk}")
            or forms.DemandForm(piece=row.kind == Asked.PIECE, prefix=f"d{row.pk}"),
            "uploads": given.get(f"uploads_{row.pk}") or Uploads(),
            "input": f"piece-{row.pk}",
        }
        for row in waiting
        if row.kind in (Asked.PIECE, Asked.QUESTION)
    ]
    context["met"] = [row for row in rows if row.received_on and row.kind in (Asked.PIECE, Asked.QUESTION)]
    if referral.state == State.IN_MEDIATION:
        wanted = [row for row in waiting if row.kind in (Asked.POSITION, Asked.OBSERVATIONS)]
        context |= {
            "position_form": given.get("position_form")
            or forms.PositionForm(prefix="p", initial={"audience": Audience.BOTH.value}),
            "position_uploads": given.get("position_uploads") or Uploads(),
            "position_due_on": min((row.due_on for row in wanted), default=None),
            "about_pieces": any(row.kind == Asked.OBSERVATIONS for row in wanted),
        }
    return context


def _items(referral: Referral, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    firm = referral.trader.name if referral.trader else referral.trader_given
    return lines(items, consumer=referral.consumer_shown, trader=firm)


# ---- entering -----------------------------------------------------------------------------------------------------------------
@act_view
def entry(request: Request, referral: Referral) -> HttpResponse:
    """To enter is one step: one may still withdraw. To refuse ends everything: it is read again first."""
    form = forms.EntryForm(request.POST, consumer=referral.consumer_shown)
    if referral.state != State.AWAITING_ENTRY:
        return _page(request, referral, error=said(Refusal("wrong_state")))
    if not form.is_valid():
        return _page(request, referral, entry_form=form)
    at, data = utc_now(), form.cleaned_data
    if data["value"] == "accept":
        return _try(
            request,
            referral,
            lambda: mediation.accept_entry(referral.pk, by=request.actor, at=at),
            _("Vous êtes entrés en médiation. {consumer} en est informé. Donnez maintenant votre position.").format(
                consumer=referral.consumer_shown
            ),
        )
    if "confirm" not in request.POST:
        context = {
            "referral": referral,
            "body": referral.body.organisation,
            "form": form,
            "data": data,
            "consumer": referral.consumer_shown,
        }
        return TemplateResponse(request, "trader/refusal.html", context)
    return _try(
        request,
        referral,
        lambda: mediation.refuse_entry(
            referral.pk, by=request.actor, at=at, reason=data["reason"], share_reason=data["share"]
        ),
        _("Votre refus est enregistré. La médiation est terminée ; une lettre vous le confirme."),
        entry_form=form,
    )


# ---- what one says and sends ----------------------------------------------------------------------------------------------------
def _files(uploads: Uploads, title: str = "", purpose: str = "exchange") -> tuple[tuple[Any, str, str], ...]:
    return tuple((upload, title or upload.filename, purpose) for upload in uploads.accepted)


def _common(request: Request, data: dict[str, Any], uploads: Uploads) -> dict[str, Any]:
    return {
        "by": request.actor,
        "at": utc_now(),
        "uploads": _files(uploads),
        "confidential": data.get("confidential", False),
        "submission_key": data.get("key") or uuid.uuid4(),
    }


@act_view
def message(request: Request, referral: Referral) -> HttpResponse:
    uploads = read_uploads(request, "pieces", context=f"case-{referral.pk}")
    form = forms.MessageForm(
        request.POST, both=referral.state in MEDIATING, files=bool(uploads.accepted or uploads.refused)
    )
    back: dict[str, Any] = {"message_form": form, "message_uploads": uploads}
    if not form.is_valid() or uploads.refused:
        return _page(request, referral, **back)
    data = form.cleaned_data
    return _try(
        request,
        referral,
        lambda: exchange.write(referral.pk, data["text"], data["audience"], **_common(request, data, uploads)),
        _("Votre message est envoyé."),
        **back,
    )


@act_view
def position(request: Request, referral: Referral) -> HttpResponse:
    """The coded position with its explanations and its pieces."""
    uploads = read_uploads(request, "position", context=f"case-{referral.pk}")
    form = forms.PositionForm(request.POST, prefix="p")
    back: dict[str, Any] = {"position_form": form, "position_uploads": uploads}
    if not form.is_valid() or uploads.refused:
        return _page(request, referral, **back)
    data = form.cleaned_data
    given = exchange.PositionGiven(
        data["value"], data["facts_value"], data["facts_text"], data["claim_text"], data["amount_offered"]
    )
    return _try(
        request,
        referral,
        lambda: exchange.send_position(referral.pk, given, data["audience"], **_common(request, data, uploads)),
        _("Votre position est envoyée."),
        **back,
    )


@act_view
def demand(request: Request, referral: Referral, request_id: int) -> HttpResponse:
    """The answer to one thing asked; the others stay open."""
    row = PieceRequest.objects.filter(referral=referral.pk, asked_of=Party.TRADER, pk=request_id).first()
    if row is None:
        raise Http404
    name = f"piece-{row.pk}"
    uploads = read_uploads(request, name, context=f"case-{referral.pk}")
    form = forms.DemandForm(
        request.POST,
        piece=row.kind == Asked.PIECE,
        files=bool(uploads.accepted or uploads.refused),
        prefix=f"d{row.pk}",
    )
    back: dict[str, Any] = {f"demand_{row.pk}": form, f"uploads_{row.pk}": uploads}
    if not form.is_valid() or uploads.refused:
        return _page(request, referral, **back)
    data = form.cleaned_data
    common = _common(request, data, uploads) | {"uploads": _files(uploads, row.name, row.purpose or "exchange")}
    text = data["text"] or _("Voici : {name}").format(name=row.name)
    return _try(
        request,
        referral,
        lambda: exchange.write(referral.pk, text, Audience.TRADER, meets=(row.pk,), **common),
        _("Votre réponse est envoyée à la médiation."),
        **back,
    )


@act_view
def ask_for_pieces(request: Request, referral: Referral) -> HttpResponse:
    """To read the pieces of the file (R. 612-3): the office communicates them, all or part."""
    return _try(
        request,
        referral,
        lambda: exchange.write(
            referral.pk,
            _("Nous demandons à lire les pièces du dossier (article R. 612-3 du Code de la consommation)."),
            Audience.TRADER,
            by=request.actor,
            at=utc_now(),
            submission_key=uuid.uuid5(uuid.NAMESPACE_OID, f"pieces of {referral.pk} {paris_day(utc_now())}"),
        ),
        _("Votre demande est envoyée. Le médiateur vous communique tout ou partie des pièces."),
    )


# ---- the proposal -----------------------------------------------------------------------------------------------------------------
@trader_view
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, pk: int) -> HttpResponse:
    """The whole proposal. Accept or refuse, read again, send: nothing ticked, once. Afterwards the same page is the receipt."""
    referral = _referral(request, pk)
    rows = Proposal.objects.filter(referral=pk, notified_on__isnull=False)
    proposal = rows.order_by("-round").first()
    if proposal is None:
        raise Http404
    given = SealedAnswer.objects.filter(proposal=proposal, party=Party.TRADER).first()
    open_ = referral.state == State.PROPOSAL_NOTIFIED and given is None
    form = forms.AnswerForm(request.POST or None) if open_ else None
    context: dict[str, Any] = {
        "referral": referral,
        "body": referral.body.organisation,
        "consumer": referral.consumer_shown,
        "proposal": proposal,
        "items": _items(referral, proposal.items),
        "form": form,
        "given": given,
        "review": False,
        "error": "",
    }
    if request.method == "POST" and form is None:
        return redirect("trader:answer", pk=pk)
    if request.method == "POST" and form is not None and form.is_valid():
        round_read = request.POST.get("round", "")
        if "change" in request.POST:
            return TemplateResponse(request, "trader/answer.html", context)
        if "confirm" not in request.POST:
            chosen = form.cleaned_data["value"]
            return TemplateResponse(request, "trader/answer.html", context | {"review": True, "chosen": chosen})
        try:
            solution.answer(
                pk,
                form.cleaned_data["value"],
                by=request.actor,
                at=utc_now(),
                comment=form.cleaned_data["comment"],
                signatory=form.cleaned_data["signatory"],
                round_read=int(round_read) if round_read.isdecimal() and len(round_read) < 6 else 0,
            )
            flash.success(request, _("Votre réponse est enregistrée. Le résultat vous sera écrit."))
            return redirect("trader:answer", pk=pk)
        except Refusal as refusal:
            if refusal.code == "not_found":
                raise
            context["error"] = said(refusal)
    wrong = request.method == "POST" and "change" not in request.POST
    return TemplateResponse(request, "trader/answer.html", context, status=422 if wrong else 200)


# ---- agreement, mediator, execution, end ---------------------------------------------------------------------------------------------
@act_view
def confirm(request: Request, referral: Referral) -> HttpResponse:
    version = request.POST.get("version", "")
    read = int(version) if version.isdecimal() and len(version) < 6 else 0  # 0: which no text has
    return _try(
        request,
        referral,
        lambda: mediation.confirm_agreement(referral.pk, read, by=request.actor, at=utc_now()),
        _("Vous avez confirmé le texte de l’accord. Il est conclu quand les deux l’ont confirmé."),
    )


@act_view
def objection(request: Request, referral: Referral) -> HttpResponse:
    return _try(
        request,
        referral,
        lambda: conflicts.object_to(referral.pk, by=request.actor, at=utc_now()),
        _("Votre opposition est enregistrée. Vous n’avez pas à vous justifier ; nous vous écrirons la suite."),
    )


@act_view
def execution(request: Request, referral: Referral) -> HttpResponse:
    uploads = read_uploads(request, "proof", context=f"case-{referral.pk}")
    form = forms.ExecutionForm(request.POST)
    if form.is_valid() and len(uploads.accepted) > 1:
        form.add_error(None, ValidationError(_("joignez un seul fichier : la preuve")))
    back: dict[str, Any] = {"execution_form": form, "execution_uploads": uploads}
    if not form.is_valid() or uploads.refused:
        return _page(request, referral, **back)
    data = form.cleaned_data
    return _try(
        request,
        referral,
        lambda: solution.report_execution(
            referral.pk,
            data["value"],
            by=request.actor,
            at=utc_now(),
            comment=data["comment"],
            upload=uploads.accepted[0] if uploads.accepted else None,
        ),
        _("Votre déclaration est enregistrée. {consumer} est invité à la confirmer.").format(
            consumer=referral.consumer_shown
        ),
        **back,
    )


@act_view
def withdrawal(request: Request, referral: Referral) -> HttpResponse:
    """Stopping: what follows is read again before it is done."""
    if referral.state not in MEDIATING:
        return _page(request, referral, error=said(Refusal("wrong_state")))
    if "confirm" not in request.POST:
        context = {"referral": referral, "body": referral.body.organisation, "consumer": referral.consumer_shown}
        return TemplateResponse(request, "trader/withdrawal.html", context)
    return _try(
        request,
        referral,
        lambda: ending.withdraw(referral.pk, by=request.actor, at=utc_now()),
        _("Votre retrait est enregistré. La médiation est terminée ; une lettre vous le confirme."),
    )


@act_view
def resumption(request: Request, referral: Referral) -> HttpResponse:
    return _try(
        request,
        referral,
        lambda: ending.consent_to_resume(referral.pk, by=request.actor, at=utc_now()),
        _("Le médiateur sait que vous êtes d’accord pour reprendre."),
    )
