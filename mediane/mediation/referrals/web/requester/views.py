"""The follow-up of one case. Each view reads, or calls one use case and goes back to the case; a refusal says what to do and keeps what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib import messages as flashes
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts import keyring
from mediane.ground.accounts.guards import requester_view
from mediane.ground.accounts.requests import Request
from mediane.ground.deadlines.models import ClockKind
from mediane.ground.documents.enums import Purpose
from mediane.ground.documents.uploads import ACCEPT, Uploads, read_uploads
from mediane.ground.ui.formats import date_long, date_plain
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.periods import last_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals import rules
from mediane.mediation.referrals.enums import Asked, Audience, Ground, Outcome, Party, State
from mediane.mediation.referrals.models import ExecutionReport, Message, PieceRequest
from mediane.mediation.referrals.services import (
    admissibility,
    conflicts,
    drafts,
    ending,
    exchange,
    mediation,
    receiving,
    solution,
)
from mediane.mediation.referrals.web.public_form.forms import choices_of
from mediane.mediation.referrals.web.public_form.steps import Draft
from mediane.mediation.referrals.web.public_form.views import RECEIPT, hold, keep_code
from mediane.mediation.referrals.web.requester import forms, words
from mediane.mediation.referrals.web.requester.reading import MESSAGES_SHOWN, Case, read_case, titles
from mediane.mediation.referrals.web.requester.timeline import REFUSALS, events_of
from mediane.mediation.referrals.web.terms import lines
from mediane.mediation.referrals.workflow import NOT_MEDIATED

View = Callable[..., HttpResponse]


def case_view(view: View) -> View:
    """A page of the case that this session holds: `view(request, case, at=…)`. A draft goes back to its form. Unknown and hidden: one 404."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    @requester_view
    def with_case(request: Any, **kwargs: Any) -> HttpResponse:
        at = utc_now()
        case = read_case(request.actor, paris_day(at))
        if case is None:
            raise Http404
        request.mediation_body = case.referral.body
        if case.state == State.DRAFT:
            step = Draft.of(case.referral.body, case.today, case.referral).here
            return HttpResponseRedirect(
                reverse("public:form_step", args=[case.referral.body.organisation.slug, step.slug])
            )
        return view(request, case, at=at, **kwargs)

    return with_case


def _page(request: Any, case: Case, template: str, **context: Any) -> HttpResponse:
    organisation = case.referral.body.organisation
    shared = {"body": organisation, "mediation_body": case.referral.body, "case": case, "referral": case.referral}
    return TemplateResponse(request, f"requester/case/{template}.html", {**shared, **context})


def _home(request: Any, refusal: Refusal | None = None, done: str = "") -> HttpResponse:
    """Back to the case, saying what was done or why it was not."""
    if refusal is not None:
        if refusal.code in ("not_found", "not_allowed"):
            raise refusal
        flashes.warning(request, words.said(refusal))
    elif done:
        flashes.success(request, done)
    return HttpResponseRedirect(reverse("requester:case"))


def _need(case: Case, move: str) -> None:
    """The page of a move that cannot be made now does not exist."""
    if move not in case.moves:
        raise Http404


# ---- the case --------------------------------------------------------------------------------------------------------------------
@case_view
def case(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """Where it stands, what next, who, by when; then what may be done, what was said, what happened."""
    latest = case.messages(MESSAGES_SHOWN + 1)
    return _page(
        request,
        case,
        "case",
        events=events_of(case),
        shown_messages=_shown(case, latest[:MESSAGES_SHOWN]),
        more_messages=len(latest) > MESSAGES_SHOWN,
        message_form=forms.MessageForm(audiences=case.writes_to),
        uploads=Uploads(),
        answer_form=_answer_form(case) if "answer" in case.moves else None,
        agreement=case.agreement_to_confirm,
        accept=ACCEPT,
        resume_until=case.due(ClockKind.RESUMPTION),
        proposal_items=_proposed(case),
        court_until=limitation_floor(case)
        if case.state == State.CLOSED and case.referral.outcome in WITHOUT_SOLUTION
        else None,
        why=case.letter(*REFUSALS, "redirected_level", "redirected_mediator", "premature")
        if case.state in NOT_MEDIATED
        else None,
    )


WITHOUT_SOLUTION = frozenset(
    {
        Outcome.ENTRY_REFUSED,
        Outcome.PROPOSAL_REFUSED,
        Outcome.PROPOSAL_UNANSWERED,
        Outcome.WITHDRAWN_CONSUMER,
        Outcome.WITHDRAWN_TRADER,
        Outcome.MISSION_ENDED,
    }
)
"""Ends after which the requester has nothing yet: the page says what remains possible, and until when at the least."""


def _shown(case: Case, rows: list[Message]) -> list[dict[str, Any]]:
    """Messages with who wrote, who reads in this reader's words, and their pieces."""
    known = titles(case.documents) if any(_pieces(row) for row in rows) else {}
    return [
        {
            "row": row,
            "author": _author(case, row),
            "label": _readers(case, row),
            "pieces": [known[pk] for pk in _pieces(row) if pk in known],
        }
        for row in rows
    ]


def _pieces(row: Message) -> list[int]:
    """Ids of its pieces, as the reading annotated them."""
    return getattr(row, "pieces", None) or []


def _author(case: Case, row: Message) -> str:
    if row.author_party == Party.CONSUMER:
        return _("Vous")
    return row.author_name if row.author_party == Party.TRADER else _("La médiation")


def _readers(case: Case, row: Message) -> str:
    """« À vous et à Opaline Télécom », « À la médiation seule », « À vous uniquement »."""
    mine, both = row.author_party == Party.CONSUMER, row.audience == "both"
    if mine:
        return _("À la médiation et à {trader}").format(trader=case.trader_name) if both else _("À la médiation seule")
    if row.author_party == Party.TRADER:
        return _("À la médiation et à vous")
    return _("À vous et à {trader}").format(trader=case.trader_name) if both else _("À vous uniquement")


# ---- messages and pieces ------------------------------------------------------------------------------------------------------------
@case_view
def messages(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """All that was written, and a form to write: to the mediation alone, or also to the other party while the exchange lasts."""
    if request.method != "POST":
        return _page(
            request,
            case,
            "messages",
            shown_messages=_shown(case, case.messages()),
            message_form=forms.MessageForm(audiences=case.writes_to),
            uploads=Uploads(),
            accept=ACCEPT,
        )
    uploads = read_uploads(request, "pieces", context=f"message-{case.referral.pk}")
    form = forms.MessageForm(request.POST, audiences=case.writes_to, files=bool(uploads.accepted))
    if not form.is_valid() or uploads.refused:
        return _page(
            request,
            case,
            "messages",
            shown_messages=_shown(case, case.messages()),
            message_form=form,
            uploads=uploads,
            accept=ACCEPT,
        )
    data = form.cleaned_data
    try:
        exchange.write(
            case.referral.pk,
            data["text"],
            data["audience"],
            by=request.actor,
            at=at,
            uploads=tuple((one, one.filename, Purpose.EXCHANGE.value) for one in uploads.accepted),
            submission_key=data.get("key") or uuid.uuid4(),
        )
    except Refusal as refusal:
        if refusal.code in ("not_found", "not_allowed"):
            raise
        flashes.warning(request, words.said(refusal))
        return _page(
            request,
            case,
            "messages",
            shown_messages=_shown(case, case.messages()),
            message_form=form,
            uploads=uploads,
            accept=ACCEPT,
        )
    return _home(request, done=_("Votre message est envoyé."))


@case_view
def documents(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """Own pieces, those communicated, letters received."""
    return _page(
        request,
        case,
        "documents",
        own=case.own_documents,
        others=case.others_documents,
        letters=list(reversed(case.letters)),
    )


@case_view
def pieces(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """What was asked, each with why and what it must show; sent together, in one step."""
    _need(case, "complete")
    form = forms.PiecesForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(
            request,
            case,
            "pieces",
            asked=[(item, _input(item), Uploads()) for item in case.requests],
            form=form,
            accept=ACCEPT,
            lacking=False,
        )
    asked = [
        (item, _input(item), read_uploads(request, _input(item), context=f"pieces-{case.referral.pk}"))
        for item in case.requests
    ]
    valid, sent = form.is_valid(), [(upload, item) for item, _name, uploads in asked for upload in uploads.accepted]
    lacking = (
        valid and not form.cleaned_data["text"].strip() and any(not uploads.accepted for _item, _name, uploads in asked)
    )
    if not valid or lacking or any(uploads.refused for _item, _name, uploads in asked):
        return _page(request, case, "pieces", asked=asked, form=form, accept=ACCEPT, lacking=lacking)
    try:
        admissibility.complete(
            case.referral.pk,
            by=request.actor,
            at=at,
            text=form.cleaned_data["text"],
            uploads=tuple((upload, item.name, item.purpose or Purpose.OTHER.value) for upload, item in sent),
        )
    except Refusal as refusal:
        return _home(request, refusal)
    return _home(request, done=_("Vos pièces sont bien arrivées. L’examen de votre demande reprend."))


@case_view
def demand(request: Request, case: Case, *, at: datetime, request_id: int) -> HttpResponse:
    """One thing asked in the exchange, with why, and its answer; the others stay open."""
    item = next((row for row in case.asked if row.pk == request_id), None)
    if item is None:
        raise Http404
    if item.received_on is not None or item not in case.wanted:
        return _home(request, Refusal("already_met" if item.received_on else "wrong_state"))
    piece = item.kind == Asked.PIECE
    uploads = read_uploads(request, "pieces", context=f"demand-{item.pk}") if request.method == "POST" else Uploads()
    form = forms.DemandForm(
        request.POST if request.method == "POST" else None,
        piece=piece,
        files=bool(uploads.accepted or uploads.refused),
    )
    if request.method != "POST" or not form.is_valid() or uploads.refused:
        return _page(request, case, "demand", item=item, form=form, uploads=uploads, piece=piece)
    text = form.cleaned_data["text"].strip() or _("Voici : {name}").format(name=item.label)
    try:
        exchange.write(
            case.referral.pk,
            text,
            Audience.CONSUMER,
            by=request.actor,
            at=at,
            uploads=tuple(
                (one, item.name or one.filename, item.purpose or Purpose.EXCHANGE.value) for one in uploads.accepted
            ),
            submission_key=form.cleaned_data.get("key") or uuid.uuid4(),
            meets=(item.pk,),
        )
    except Refusal as refusal:
        return _home(request, refusal)
    return _home(request, done=_("Votre réponse est envoyée à la médiation."))


def _input(item: PieceRequest) -> str:
    return f"piece-{item.pk}"


# ---- the proposal -------------------------------------------------------------------------------------------------------------------
def limitation_floor(case: Case) -> date | None:
    """Until when the time to go to court runs at the least: six months from the proposal, or from the end if that came first (the prudent reading)."""
    start = min((day for day in (case.referral.proposal_on, case.referral.ended_on) if day), default=None)
    return last_day(start, rules.LAW["limitation"].period) if start else None


def _answer_form(case: Case, data: Any = None) -> forms.AnswerForm:
    trader, proposal, until = case.trader_name, case.proposal, limitation_floor(case)
    accepting = _(
        "Si {trader} accepte aussi, vous êtes tous deux engagés, comme par un contrat. "
        "Chacun doit faire ce qui est écrit, et vous ne pourrez plus demander davantage pour ce litige."
    ).format(trader=trader)
    refusing = _(
        "La médiation se termine. Vous pouvez aller devant le juge, qui peut décider autrement, en mieux ou en moins bien."
    )
    if proposal is not None and proposal.notified_on and until:
        refusing += " " + _(
            "Le délai pour agir a recommencé à courir le {start}. Vous avez au moins jusqu’au {until}, sauf délais particuliers."
        ).format(start=date_plain(case.referral.proposal_on or proposal.notified_on), until=date_plain(until))
    return forms.AnswerForm(
        data, accepting=accepting, refusing=refusing, initial={"round": proposal.round if proposal else 1}
    )


@case_view
def proposal(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """The whole proposal, and the answer where one may still be given."""
    if case.proposal is None:
        raise Http404
    form = _answer_form(case) if "answer" in case.moves else None
    return _proposal_page(request, case, form)


def _proposal_page(request: Request, case: Case, form: forms.AnswerForm | None) -> HttpResponse:
    return _page(
        request,
        case,
        "proposal",
        proposal=case.proposal,
        items=_proposed(case),
        answer_form=form,
        letter=case.letter("proposal_consumer"),
    )


def _proposed(case: Case) -> list[dict[str, Any]]:
    return _lines(case, case.proposal.items) if case.proposal else []


@case_view
def answer(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """Read again before sending, then sent once. The receipt is the same page, afterwards."""
    if case.proposal is None:
        raise Http404
    if case.answered:
        return _page(
            request,
            case,
            "answered",
            proposal=case.proposal,
            value=case.answered,
            until=case.due(ClockKind.ACCEPTANCE),
            letter=case.letter("proposal_consumer"),
        )
    _need(case, "answer")
    if request.method != "POST":
        return HttpResponseRedirect(reverse("requester:proposal"))
    form = _answer_form(case, request.POST)
    if not form.is_valid():
        return _proposal_page(request, case, form)
    value = form.cleaned_data["value"]
    if request.POST.get("do") != "send":
        effect = next(choice.hint for key, choice in choices_of(form, "value") if key == value)
        return _page(
            request,
            case,
            "review",
            proposal=case.proposal,
            form=form,
            value=value,
            effect=effect,
            until=case.due(ClockKind.ACCEPTANCE),
        )
    try:
        solution.answer(case.referral.pk, value, by=request.actor, at=at, round_read=form.cleaned_data["round"])
    except Refusal as refusal:
        return _home(request, refusal)
    return HttpResponseRedirect(reverse("requester:answer"))


# ---- agreement, conflict, execution ----------------------------------------------------------------------------------------------
@case_view
def agreement(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """The terms of a direct agreement, confirmed in one's own hand."""
    terms = case.agreement_to_confirm
    if terms is None:
        raise Http404
    if request.method == "POST":
        _need(case, "confirm_agreement")
        given = request.POST.get("version", "")
        try:
            mediation.confirm_agreement(
                case.referral.pk, int(given) if given.isdecimal() and len(given) < 9 else 0, by=request.actor, at=at
            )
        except Refusal as refusal:
            return _home(request, refusal)
        return _home(
            request, done=_("Vous avez confirmé le texte de l’accord. Il est conclu quand les deux l’ont confirmé.")
        )
    return _page(request, case, "agreement", agreement=terms, items=_lines(case, terms.items))


def _lines(case: Case, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return lines(items, consumer=case.referral.consumer_name, trader=case.trader_name)


@case_view
def objection(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """Not wanting this mediator to go on: no reason is asked, the other party is not told who objected."""
    _need(case, "object")
    if request.method == "POST":
        try:
            conflicts.object_to(case.referral.pk, by=request.actor, at=at)
        except Refusal as refusal:
            return _home(request, refusal)
        return _home(
            request,
            done=_("Votre opposition est enregistrée. Vous n’avez pas à vous justifier ; nous vous écrirons la suite."),
        )
    return _page(
        request, case, "objection", until=case.due(ClockKind.OBJECTION), letter=case.letter("conflict_declared")
    )


@case_view
def execution(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """Whether what was agreed was done."""
    _need(case, "report_execution")
    reports = list(ExecutionReport.objects.filter(referral=case.referral.pk).order_by("recorded_at", "pk"))
    if request.method != "POST":
        return _page(
            request,
            case,
            "execution",
            form=forms.ExecutionForm(),
            uploads=Uploads(),
            reports=reports,
            items=_terms(case),
            accept=ACCEPT,
        )
    uploads = read_uploads(request, "pieces", context=f"execution-{case.referral.pk}")
    form = forms.ExecutionForm(request.POST)
    if not form.is_valid() or uploads.refused or len(uploads.accepted) > 1:
        return _page(
            request,
            case,
            "execution",
            form=form,
            uploads=uploads,
            reports=reports,
            items=_terms(case),
            accept=ACCEPT,
            too_many=len(uploads.accepted) > 1,
        )
    data = form.cleaned_data
    try:
        solution.report_execution(
            case.referral.pk,
            data["value"],
            by=request.actor,
            at=at,
            comment=data["comment"],
            upload=uploads.accepted[0] if uploads.accepted else None,
        )
    except Refusal as refusal:
        return _home(request, refusal)
    return _home(
        request,
        done=_("Merci. Votre dossier est clos.")
        if data["value"] == "yes"
        else _("Merci. La médiation en est informée."),
    )


def _terms(case: Case) -> list[dict[str, Any]]:
    terms = getattr(case.referral, "agreement", None)
    return _lines(case, terms.items) if terms else []


# ---- ending and going on ------------------------------------------------------------------------------------------------------------
@case_view
def withdrawal(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """Stopping: before the notification, or after it with what follows from it. The page says it before the button."""
    early = "withdraw_early" in case.moves
    if not early:
        _need(case, "withdraw")
    if request.method == "POST":
        act = ending.withdraw_early if early else ending.withdraw
        try:
            act(case.referral.pk, by=request.actor, at=at)
        except Refusal as refusal:
            return _home(request, refusal)
        return _home(request, done=_("Votre retrait est enregistré. Une lettre vous le confirme."))
    ended = case.referral.proposal_on or case.today
    floor = last_day(ended, rules.LAW["limitation"].period)
    return _page(request, case, "withdrawal", early=early, floor=floor)


@case_view
def resumption(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """Asking to go on after an end, within the date printed in the letter."""
    _need(case, "resume")
    if request.method == "POST":
        try:
            ending.consent_to_resume(case.referral.pk, by=request.actor, at=at)
        except Refusal as refusal:
            return _home(request, refusal)
        return _home(request, done=_("Votre demande de reprise est enregistrée. Le médiateur vous répondra."))
    mistake = case.referral.outcome == Outcome.WITHDRAWN_CONSUMER
    return _page(request, case, "resumption", mistake=mistake, until=case.due(ClockKind.RESUMPTION))


@case_view
def resubmission(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """Back in one step: a new case, linked, with everything that was sent; only what changed is asked."""
    _need(case, "resubmit")
    r = case.referral
    asks = set()
    if r.ground == Ground.NO_PRIOR_COMPLAINT and r.state == State.INADMISSIBLE:
        asks.add("complaint_on")
    if r.state == State.REDIRECTED and r.ground == Ground.NO_PRIOR_COMPLAINT:
        asks.add("level2_on")
    options: dict[str, Any] = {"asks": frozenset(asks), "complaint_on": r.complaint_on, "today": case.today}
    if request.method != "POST":
        return _page(
            request, case, "resubmission", form=forms.ResubmitForm(**options), uploads=Uploads(), accept=ACCEPT
        )
    uploads = read_uploads(request, "pieces", context=f"resubmission-{r.pk}")
    form = forms.ResubmitForm(request.POST, **options)
    if not form.is_valid() or uploads.refused:
        return _page(request, case, "resubmission", form=form, uploads=uploads, accept=ACCEPT)
    purpose = (
        Purpose.PRIOR_COMPLAINT
        if "complaint_on" in asks
        else Purpose.SECOND_LEVEL
        if "level2_on" in asks
        else Purpose.TRADER_ANSWER
    )
    changes = form.changes() | (
        {"complaint_proof": True} if purpose is Purpose.PRIOR_COMPLAINT and uploads.accepted else {}
    )
    try:
        new = receiving.resubmit(
            r.pk,
            form.cleaned_data["since_then"],
            by=request.actor,
            at=at,
            changes=changes,
            uploads=tuple((one, one.filename, purpose.value) for one in uploads.accepted),
        )
    except Refusal as refusal:
        return _home(request, refusal)
    actor = hold(request, new.pk, r.body_id, at=at)
    if code := drafts.code_to_show(new.pk, by=actor):
        keep_code(request, new.pk, code)
    return HttpResponseRedirect(reverse("requester:receipt"))


# ---- reaching this party, receipt ------------------------------------------------------------------------------------------------
@case_view
def reach(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """How letters come: e-mail or post, at any time."""
    contact = case.referral.contacts.filter(party=Party.CONSUMER).first()
    if contact is None:
        raise Http404
    names = ("email", "phone", "address", "postcode", "city", "country", "sms_agreed", "large_print", "discreet")
    discretion = bool(case.referral.claim.contract_reference.strip())
    if request.method != "POST":
        initial = {name: getattr(contact, name) for name in names} | {"by": "post" if contact.on_paper else "email"}
        return _page(request, case, "reach", form=forms.ReachForm(initial=initial, discretion=discretion))
    form = forms.ReachForm(request.POST, discretion=discretion)
    if not form.is_valid():
        return _page(request, case, "reach", form=form)
    try:
        exchange.change_contact(case.referral.pk, Party.CONSUMER, form.values(), by=request.actor, at=at)
    except Refusal as refusal:
        return _home(request, refusal)
    moved = contact.email.casefold() != form.values()["email"].casefold()
    if moved:  # the link that opened this session may just have ended: this browser goes on under a key of its own
        hold(request, case.referral.pk, case.referral.body_id, at=at)
    return _home(
        request,
        done=_("C’est noté. Les liens envoyés à votre ancienne adresse ne marchent plus ; un nouveau vous est envoyé.")
        if moved and form.values()["email"]
        else _("C’est noté. Nos prochaines lettres iront à cette adresse."),
    )


RECEIPT_SHOWN = timedelta(minutes=30)
"""How long after sending the code may still be read on the receipt's page (to print it): it is kept nowhere else in clear."""


@case_view
def receipt(request: Request, case: Case, *, at: datetime) -> HttpResponse:
    """The page to keep: number, code, what next and by when."""
    r = case.referral
    code = _code(request, r.pk) if r.submitted_at and at - r.submitted_at < RECEIPT_SHOWN else ""
    due = case.due(ClockKind.REJECTION)
    return _page(
        request,
        case,
        "receipt",
        code=code,
        due_on=due,
        due_words=date_long(due) if due else "",
        letter=case.letter("referral_receipt"),
        documents=case.own_documents,
    )


def _code(request: Any, case_id: int) -> str:
    sealed = request.session.get(RECEIPT, "")
    try:
        return keyring.decrypt("receipt", str(case_id), sealed) if sealed else ""
    except (ValueError, InvalidTag, IndexError, KeyError):
        return ""  # of another case, or of a key that is gone
