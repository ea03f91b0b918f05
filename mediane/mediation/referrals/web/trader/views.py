"""Pages of the trader. Every read starts from `visible_to(actor)` under the trader's own scope; a case not notified does not exist here."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mediane.ground.accounts.guards import trader_view
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.words import clean_text
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import Clock, ClockKind
from mediane.ground.documents.models import Document
from mediane.ground.documents.uploads import Uploads, read_uploads
from mediane.ground.ui.forms import Cards, Choice, Form
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Audience, Party, State
from mediane.mediation.referrals.models import Agreement, ExecutionReport, Message, Proposal, Referral, SealedAnswer
from mediane.mediation.referrals.sentences import next_step
from mediane.mediation.referrals.services import conflicts, ending, exchange, mediation, solution
from mediane.mediation.referrals.web import faces
from mediane.mediation.referrals.web.trader.words import said

PAGE = 50
COLUMNS = (
    "case_id",
    "body_id",
    "number",
    "state",
    "consumer_name",
    "trader_id",
    "trader__name",
    "notified_on",
    "due_on",
    "due_kind",
    "hand",
    "outcome",
    "execution",
    "locked",
    "proposal_on",
    "extended",
    "agreed_on",
    "ended_on",
    "closed_on",
    "amount_claimed",
    "entry",
    "deemed",
    "trader_given",
    "premature_until",
)
"""What the trader's pages load of a referral: nothing of the admissibility examination."""


@trader_view
def cases(request: Request) -> HttpResponse:
    """Its cases, those that wait for it first."""
    after = request.GET.get("apres", "")
    rows = Referral.objects.visible_to(request.actor).select_related("trader").only(*COLUMNS)
    shown = "closed" if request.GET.get("vue") == "termines" else "open"
    rows = rows.filter(state=State.CLOSED) if shown == "closed" else rows.exclude(state=State.CLOSED)
    if after.isdigit():
        rows = rows.filter(pk__lt=int(after))
    page = list(rows.order_by("-case")[: PAGE + 1])
    clocks: dict[int, dict[str, Clock]] = {}
    for clock in Clock.objects.filter(case__in=[row.pk for row in page], stopped_on__isnull=True):
        clocks.setdefault(clock.case_id, {})[clock.kind] = clock
    live = Proposal.objects.filter(referral=OuterRef("referral"), notified_on__isnull=False).order_by("-round")
    answers = SealedAnswer.objects.filter(referral__in=[row.pk for row in page], party=Party.TRADER)
    answered = set(answers.filter(proposal=Subquery(live.values("pk")[:1])).values_list("referral_id", flat=True))
    today = paris_day(utc_now())
    lines = []
    for row in page[:PAGE]:
        step = next_step(row, Party.TRADER, clocks.get(row.pk, {}), answered=row.pk in answered)
        # by its first date too: whoever has answered is shown that one, a reminder to the other party moves nothing
        face_of = next((c for c in clocks.get(row.pk, {}).values() if step.due_on in (c.due_on, c.first_due_on)), None)
        lines.append(
            {
                "row": row,
                "step": step,
                "href": reverse("trader:case", args=[row.pk]),
                "face": faces.row_face(step.due_on, today, clock=face_of) if step.due_on else None,
            }
        )
    lines.sort(key=lambda line: (not line["step"].yours, line["step"].due_on or today))
    context = {
        "lines": lines,
        "shown": shown,
        "next": f"?apres={page[PAGE - 1].pk}" + ("&vue=termines" if shown == "closed" else "")
        if len(page) > PAGE
        else "",
        "waiting": sum(line["step"].yours for line in lines),
    }
    return TemplateResponse(request, "trader/cases.html", context)


def _referral(request: Request, pk: int) -> Referral:
    row = (
        Referral.objects.visible_to(request.actor)
        .select_related("trader", "body__organisation", "mediator__person", "notified_dispute")
        .only(
            *COLUMNS,
            "body__organisation__name",
            "mediator__person__first_name",
            "mediator__person__last_name",
            "notified_dispute",
        )
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    return row


def _page(request: Request, pk: int, **more: Any) -> TemplateResponse:
    referral = _referral(request, pk)
    today = paris_day(utc_now())
    running = {
        clock.kind: clock for clock in Clock.objects.filter(case=pk, stopped_on__isnull=True).prefetch_related("events")
    }
    proposal = Proposal.objects.filter(referral=pk).order_by("-round").first() if referral.proposal_on else None
    answer = SealedAnswer.objects.filter(proposal=proposal, party=Party.TRADER).first() if proposal else None
    step = next_step(referral, Party.TRADER, running, answered=answer is not None)
    shown = {kind: clock for kind, clock in running.items() if kind != ClockKind.RESUMPTION}
    context: dict[str, Any] = {
        "referral": referral,
        "body": referral.body.organisation,
        "step": step,
        "today": today,
        "faces": [
            faces.card_face(
                clock, today, due_on=clock.first_due_on if answer and kind == ClockKind.ACCEPTANCE else None
            )
            for kind, clock in shown.items()
        ],
        "messages_list": list(
            Message.objects.visible_to(request.actor).filter(referral=pk).order_by("-sent_at", "-pk")
        ),
        "documents": list(Document.objects.visible_to(request.actor).filter(case_id=pk).for_list()),
        "letters": list(Letter.objects.visible_to(request.actor).filter(case=pk).order_by("-pk")),
        "proposal": proposal
        if proposal and referral.state in (State.PROPOSAL_NOTIFIED, State.IN_EXECUTION, State.CLOSED)
        else None,
        "answer": answer,
        "agreement": Agreement.objects.filter(referral=pk).first()
        if referral.state in (State.AWAITING_ENTRY, State.IN_MEDIATION, State.IN_EXECUTION)
        else None,
        "reports": list(ExecutionReport.objects.filter(referral=pk).order_by("-pk"))
        if referral.state == State.IN_EXECUTION
        else [],
        "entry_wanted": referral.state == State.AWAITING_ENTRY,
        "answer_wanted": referral.state == State.PROPOSAL_NOTIFIED and answer is None,
        "may_object": referral.locked and ClockKind.OBJECTION in running,
        "may_resume": referral.state == State.CLOSED and ClockKind.RESUMPTION in running,
        "may_withdraw": referral.state in (State.AWAITING_ENTRY, State.IN_MEDIATION, State.PROPOSAL_NOTIFIED),
        "submission_key": uuid.uuid4(),
        "uploads": Uploads(),
        "text": "",
        "error": "",
    }
    context |= more
    return TemplateResponse(request, "trader/case.html", context, status=422 if more.get("error") else 200)


@trader_view
def case(request: Request, pk: int) -> HttpResponse:
    return _page(request, pk)


class AnswerForm(Form):
    value = forms.ChoiceField(
        label=gettext_lazy("Votre réponse"),
        choices=[
            (
                "accepted",
                Choice(
                    gettext_lazy("Nous acceptons"),
                    gettext_lazy("Si le consommateur accepte aussi, la proposition vous engage comme un contrat."),
                ),
            ),
            (
                "refused",
                Choice(
                    gettext_lazy("Nous refusons"),
                    gettext_lazy("La médiation se termine sans accord ; chacun garde ses droits."),
                ),
            ),
        ],
        widget=Cards(),
    )
    signatory = forms.CharField(
        label=gettext_lazy("Votre nom et votre qualité"),
        max_length=200,
        help_text=gettext_lazy("La réponse vient d’une personne habilitée à engager l’entreprise."),
    )
    comment = forms.CharField(
        label=gettext_lazy("Remarque"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )


@trader_view
def answer(request: Request, pk: int) -> HttpResponse:
    """Accept or refuse, read again, send: nothing ticked, once."""
    referral = _referral(request, pk)
    proposal = Proposal.objects.filter(referral=pk).order_by("-round").first()
    if referral.state != State.PROPOSAL_NOTIFIED or proposal is None:
        raise Http404
    if SealedAnswer.objects.filter(proposal=proposal, party=Party.TRADER).exists():
        return redirect("trader:case", pk=pk)
    form = AnswerForm(request.POST or None)
    context = {
        "referral": referral,
        "body": referral.body.organisation,
        "proposal": proposal,
        "form": form,
        "review": False,
        "error": "",
    }
    if request.method == "POST" and form.is_valid():
        if "confirm" not in request.POST:
            return TemplateResponse(
                request, "trader/answer.html", context | {"review": True, "chosen": form.cleaned_data["value"]}
            )
        try:
            solution.answer(
                pk,
                form.cleaned_data["value"],
                by=request.actor,
                at=utc_now(),
                comment=form.cleaned_data["comment"],
                signatory=form.cleaned_data["signatory"],
                round_read=proposal.round,
            )
            flash.success(request, _("Votre réponse est enregistrée. Le résultat vous sera écrit."))
            return redirect("trader:case", pk=pk)
        except Refusal as refusal:
            if refusal.code == "not_found":
                raise
            context["error"] = said(refusal)
    return TemplateResponse(request, "trader/answer.html", context, status=422 if request.method == "POST" else 200)


@trader_view
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """The short acts: entry, message, confirmation, objection, execution, withdrawal, going on."""
    _referral(request, pk)
    by, at, post = request.actor, utc_now(), request.POST
    uploads = (
        read_uploads(request, "pieces", context=f"case-{pk}") if request.FILES or post.get("pieces_kept") else Uploads()
    )
    try:
        if uploads.refused:
            return _page(
                request,
                pk,
                uploads=uploads,
                text=post.get("text", ""),
                error=_("Certains fichiers n’ont pas été acceptés : voyez pourquoi ci-dessous."),
            )
        files = tuple((upload, upload.filename, "other") for upload in uploads.accepted)
        match name:
            case "accepter-entree":
                mediation.accept_entry(pk, by=by, at=at)
                done = _("Vous êtes entré en médiation. Les deux parties en sont informées.")
            case "refuser-entree":
                mediation.refuse_entry(
                    pk,
                    by=by,
                    at=at,
                    reason=clean_text(post.get("reason", ""))[:2_000],
                    share_reason=post.get("share") == "1",
                )
                done = _("Votre refus est enregistré. La médiation est terminée.")
            case "ecrire":
                audience = Audience.BOTH if post.get("audience") == "both" else Audience.TRADER
                exchange.write(
                    pk,
                    post.get("text", "")[:20_000],
                    audience,
                    by=by,
                    at=at,
                    uploads=files,
                    confidential=post.get("confidential") == "1",
                    submission_key=_key(post.get("submission_key")),
                )
                done = _("Message envoyé.")
            case "confirmer-accord":
                mediation.confirm_agreement(pk, _version(post.get("version", "")), by=by, at=at)
                done = _("Vous avez confirmé le texte de l’accord.")
            case "opposition":
                conflicts.object_to(pk, by=by, at=at)
                done = _("Votre opposition est enregistrée.")
            case "execution":
                solution.report_execution(
                    pk,
                    post.get("value", ""),
                    by=by,
                    at=at,
                    comment=clean_text(post.get("comment", ""))[:2_000],
                    upload=uploads.accepted[0] if uploads.accepted else None,
                )
                done = _("Votre déclaration est enregistrée.")
            case "retrait":
                ending.withdraw(pk, by=by, at=at)
                done = _("Votre retrait est enregistré.")
            case "reprendre":
                ending.consent_to_resume(pk, by=by, at=at)
                done = _("Le médiateur sait que vous êtes d’accord pour reprendre.")
            case _:
                raise Http404
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        return _page(request, pk, text=post.get("text", ""), uploads=uploads, error=said(refusal))
    flash.success(request, done)
    return redirect("trader:case", pk=pk)


def _version(text: str) -> int:
    """The version that was read; 0, which no text has, for what is no number."""
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _key(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.uuid4()
