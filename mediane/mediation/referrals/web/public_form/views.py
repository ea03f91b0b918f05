"""The form's pages. Each POST keeps what was typed, then goes on; GET writes nothing. No JavaScript is needed; htmx only refreshes the list of traders.

A draft is held by the browser's session (as a case opened by its key), and each page carries a signed token of its own draft: what is typed on a page
that stayed open longer than the session, or in another tab, is kept in the right place (docs/adr, « a form that loses nothing »).
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediane.ground.access import limits, session
from mediane.ground.access.models import RateKind
from mediane.ground.access.services import Opened
from mediane.ground.accounts import keyring
from mediane.ground.accounts.actor import Actor, Door, Scope
from mediane.ground.accounts.current import client_ip
from mediane.ground.accounts.guards import public_view, run_as
from mediane.ground.accounts.requests import Request
from mediane.ground.database.scope import as_system
from mediane.ground.documents.models import Document
from mediane.ground.documents.uploads import ACCEPT, RefusedFile, Uploads, read_uploads, reason_of
from mediane.ground.ui.formats import clock_time, french
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import drafts, receiving
from mediane.mediation.referrals.web.public_form import forms, words
from mediane.mediation.referrals.web.public_form.forms import choices_of
from mediane.mediation.referrals.web.public_form.steps import (
    BY_KEY,
    BY_SLUG,
    COMPLAINT_COPY,
    PART_TITLES,
    PARTS,
    PIECES,
    Draft,
    PieceKind,
    Step,
    case_of,
)
from mediane.mediation.schemes.web.public import body_id_of

RECEIPT = "receipt"
"""Session key of the code told once, sealed."""
MOST_PIECES = 40
KINDS = {kind.slug: kind for kind in PIECES}


# ---- which draft ------------------------------------------------------------------------------------------------------------------
def hold(request: Any, case_id: int, organisation_id: int, *, at: datetime) -> Actor:
    """From now on this browser holds this case, under a key of its own that nobody else has."""
    actor = Actor.requester(case_id, organisation_id, door=Door.WEB)
    session.enter(request, Opened(actor, drafts.session_key(case_id, by=actor, at=at)), at)
    request.actor = actor
    return actor


def _held(actor: Actor) -> Referral | None:
    if actor.scope is not Scope.REQUESTER:
        return None
    return Referral.objects.visible_to(actor).select_related("claim").first()


def _state_of(case_id: int, organisation_id: int) -> str | None:
    """Of a draft that a page of ours names; None when it is not this body's. Read as system: the session that could see it is over."""
    with as_system():
        return Referral.objects.filter(pk=case_id, body=organisation_id).values_list("state", flat=True).first()


def form_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the form: `view(request, draft, …)`. Finds the draft by the page's token (POST), else by the session; sends away whom it is not for."""

    @wraps(view)
    def with_draft(request: Any, slug: str, **kwargs: Any) -> HttpResponse:
        at, body = utc_now(), request.mediation_body
        if request.user.is_authenticated:
            return TemplateResponse(request, "requester/form/signed_in.html", {"body": body.organisation})
        wanted = case_of(request.POST.get("draft", "")) if request.method == "POST" else None
        if wanted is not None and wanted != request.actor.case_id:
            state = _state_of(wanted, body.pk)
            if state == State.DRAFT:
                return run_as(hold(request, wanted, body.pk, at=at), _inside, request, view, body, at, **kwargs)
            if state is not None:
                messages.info(
                    request,
                    _("Cette demande est déjà envoyée. Ouvrez-la avec votre lien, ou avec son numéro et votre code."),
                )
                return HttpResponseRedirect(reverse("access:door"))
        return _inside(request, view, body, at, **kwargs)

    return public_view(body_id_of)(with_draft)


def _inside(request: Any, view: Callable[..., HttpResponse], body: Any, at: datetime, **kwargs: Any) -> HttpResponse:
    referral = _held(request.actor)
    if referral is not None and referral.state != State.DRAFT:
        if request.method == "POST" and case_of(request.POST.get("draft", "")) == referral.pk:
            # The other click of a double click, or the back button and the button again: the same receipt.
            return (
                _receipt(request, referral.pk) if kwargs.get("step") == BY_KEY["check"].slug else _already_sent(request)
            )
        referral = None
    try:
        return view(request, Draft.of(body, paris_day(at), referral), at=at, **kwargs)
    except Refusal as refusal:
        if refusal.code == "wrong_state":  # sent in another tab meanwhile
            return _already_sent(request)
        if refusal.code == "too_many_requests":
            return _too_many(request, body, refusal.facts["until"], at)
        raise


def _too_many(request: Any, body: Any, until: datetime, at: datetime) -> HttpResponse:
    """Too many forms begun from one connection: until when, the other ways, and what was typed to be sent again."""
    typed = [
        (name, value) for name in request.POST for value in request.POST.getlist(name) if name != "csrfmiddlewaretoken"
    ]
    context = {"body": body.organisation, "mediation_body": body, "until": until, "typed": typed}
    response = TemplateResponse(request, "requester/form/too_many.html", context, status=429)
    response["Retry-After"] = str(max(1, math.ceil((until - at).total_seconds())))
    return response


def _already_sent(request: Any) -> HttpResponse:
    messages.info(request, _("Cette demande est déjà envoyée. Voici où elle en est."))
    return HttpResponseRedirect(reverse("requester:case"))


# ---- pages ------------------------------------------------------------------------------------------------------------------------
@form_view
def start(request: Request, draft: Draft, *, at: datetime) -> HttpResponse:
    """What is needed, how long it takes, how it goes; begin, or take it up again."""
    return _page(
        request,
        draft,
        "start",
        {
            "asked": quote(request.GET.get("professionnel", "")[:200]),
            "draft": draft,
            "here": draft.here if draft.referral else None,
        },
    )


@form_view
def step(request: Request, draft: Draft, *, at: datetime, step: str) -> HttpResponse:
    """One step, by its address."""
    here = BY_SLUG.get(step)
    if here is None:
        raise Http404
    if request.method != "POST" and ((draft.referral is None and here.key != "trader") or not here.applies(draft)):
        return _to(draft, draft.here)
    if here.key in PAGES:
        return PAGES[here.key](request, draft, here, at)
    return _fields(request, draft, here, at)


def _fields(request: Request, draft: Draft, here: Step, at: datetime) -> HttpResponse:
    """A step made of fields."""
    assert here.form is not None  # noqa: S101 — the others have pages of their own
    if request.method != "POST":
        return _step_page(request, draft, here, draft.form(here))
    form = here.form(request.POST, draft=draft)
    draft = _keep(request, draft, here, form.typed(), at)
    if request.POST.get("do") == "later":
        return _onwards(request, draft, here)
    if not form.is_valid():
        return _step_page(request, draft, here, form)
    if here.key == "contact" and form.cleaned_data["by"] == "email":
        _send_link(request, draft, form.cleaned_data["email"], at)
    return _onwards(request, draft, here)


def _trader(request: Request, draft: Draft, here: Step, at: datetime) -> HttpResponse:
    """Look for the trader (GET, so that it can be linked to and needs no script), then choose it (POST)."""
    kept = next(iter(draft.answers.get("trader", {}).get("q", [])), "")
    if request.method == "POST":
        draft.look_for(request.POST.get("q", ""))
        form = forms.TraderForm(request.POST, draft=draft)
        draft = _keep(request, draft, here, form.typed(), at)
        if form.is_valid() or request.POST.get("do") == "later":
            return _onwards(request, draft, here)
    else:
        draft.look_for(request.GET.get("q", request.GET.get("professionnel", kept)))
        kept_choice = {**draft.answers.get("trader", {}), "q": [draft.asked]}
        form = forms.TraderForm(kept_choice, draft=draft) if draft.trader else forms.TraderForm(draft=draft)
        if not draft.asked and draft.trader:
            draft.asked = draft.trader.name
    form.fields["q"].required = True  # asked of everybody, though a choice made before needs no new search
    return _step_page(
        request,
        draft,
        here,
        form,
        searched=bool(draft.asked) or draft.trader is not None,
        listed=choices_of(form, "trader"),
    )


def _notes(request: Request, draft: Draft, here: Step, at: datetime) -> HttpResponse:
    if request.method == "POST":
        return _onwards(request, draft, here)
    return _step_page(request, draft, here, None, notes=draft.notes)


def _proof(request: Request, draft: Draft, here: Step, at: datetime) -> HttpResponse:
    """The written complaint itself: files, or the word that there is none."""
    if request.method != "POST":
        return _step_page(
            request,
            draft,
            here,
            draft.form(here) if "proof" in draft.answers and not draft.has_proof else forms.ProofForm(draft=draft),
            **_files(draft, COMPLAINT_COPY),
        )
    draft, uploads, done = _take_files(request, draft, here, COMPLAINT_COPY, at)
    if done is not None:
        return done
    form = forms.ProofForm(request.POST, draft=draft)
    draft = _keep(request, draft, here, form.typed(), at)
    form.draft = draft
    if request.POST.get("do") == "later" and not uploads.refused:
        return _onwards(request, draft, here)
    if uploads.refused or request.POST.get("do") == "add" or not form.is_valid():
        blank = forms.ProofForm(draft=draft)
        return _step_page(
            request,
            draft,
            here,
            form if request.POST.get("do") != "add" and not uploads.refused else blank,
            **_files(draft, COMPLAINT_COPY, uploads),
        )
    return _onwards(request, draft, here)


def _pieces(request: Request, draft: Draft, here: Step, at: datetime) -> HttpResponse:
    """The list of what may help, with what came already."""
    if request.method == "POST":
        return _onwards(request, draft, here)
    return _step_page(request, draft, here, None, kinds=list(draft.piece_kinds))


@form_view
def piece(request: Request, draft: Draft, *, at: datetime, kind: str) -> HttpResponse:
    """One kind of piece: why it is asked, what must be read on it, what came."""
    wanted = KINDS.get(kind)
    if wanted is None:
        raise Http404
    here = BY_KEY["pieces"]
    if draft.referral is None and request.method != "POST":
        return _to(draft, draft.here)
    if request.method != "POST":
        return _page(request, draft, "piece", {"step": here, **_files(draft, wanted)})
    draft, uploads, done = _take_files(request, draft, here, wanted, at)
    if done is not None:
        return done
    if uploads.refused or request.POST.get("do") == "add":
        return _page(request, draft, "piece", {"step": here, **_files(draft, wanted, uploads)})
    return HttpResponseRedirect(_address(draft, here))


def _check(request: Request, draft: Draft, here: Step, at: datetime) -> HttpResponse:
    """The summary, then sending. The key of the submission is the draft's own: sent twice, it is one referral."""
    if request.method != "POST":
        return _check_page(request, draft)
    form = forms.CheckForm(request.POST, draft=draft)
    draft = _keep(request, draft, here, form.typed(), at)
    if draft.missing or draft.referral is None:
        return _check_page(request, draft)
    try:
        sent = receiving.submit(
            draft.referral.pk,
            draft.dispute(),
            by=request.actor,
            at=at,
            submission_key=submission_key(draft.referral.pk),
        )
    except Refusal as refusal:
        if refusal.code in ("not_found", "not_allowed"):
            raise
        if refusal.code == "wrong_state" and _state_of(draft.referral.pk, draft.body.pk) not in (None, State.DRAFT):
            return _receipt(request, draft.referral.pk)  # the other click of a double click was first
        return _check_page(request, draft, refused=words.said(refusal))
    return _receipt(request, sent.pk)


def submission_key(case_id: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"form of referral {case_id}")


def _receipt(request: Any, case_id: int) -> HttpResponse:
    """To the page to keep, with the code that is told there and nowhere else."""
    if code := drafts.code_to_show(case_id, by=request.actor):
        keep_code(request, case_id, code)
    return HttpResponseRedirect(reverse("requester:receipt"))


def keep_code(request: Any, case_id: int, code: str) -> None:
    """Sealed: whoever reads the sessions' table reads no code."""
    request.session[RECEIPT] = keyring.encrypt("receipt", str(case_id), code)


def _check_page(request: Request, draft: Draft, *, refused: str = "") -> HttpResponse:
    here = BY_KEY["check"]
    form = draft.form(here)
    missing = draft.missing
    sections = [
        (
            PART_TITLES[part],
            [
                (
                    item,
                    draft.form(item).shown() if item.form and draft.done(item) else [],
                    item in missing,
                    draft.pieces_of(COMPLAINT_COPY.purpose) if item.key == "proof" else [],
                )
                for item in draft.steps
                if item.part == part and item.form is not None
            ],
        )
        for part in PART_TITLES
        if part != 6
    ]
    kinds = [(kind, pieces) for kind, pieces in draft.piece_kinds if pieces]
    context = {
        "sections": sections,
        "missing": missing if request.method == "POST" else [],
        "incomplete": bool(missing),
        "kinds": kinds,
        "notes": draft.notes,
        "refused": refused,
    }
    return _step_page(request, draft, here, form, **context)


@form_view
def later(request: Request, draft: Draft, *, at: datetime) -> HttpResponse:
    """« Continuer plus tard »: the personal link by e-mail, without an account."""
    if draft.referral is None:
        return HttpResponseRedirect(reverse("public:form", args=[draft.body.organisation.slug]))
    kept = draft.referral.claim.draft.get(drafts.LINK_EMAIL) or draft.value("contact", "email")
    context: dict[str, Any] = {"kept_words": draft.rules["draft_retention"].in_words("fr" if french() else "en")}
    if request.method != "POST":
        return _page(
            request,
            draft,
            "later",
            {**context, "form": forms.LaterForm({"email": [kept]} if kept else None, draft=draft)},
        )
    form = forms.LaterForm(request.POST, draft=draft)
    if form.is_valid():
        email = form.cleaned_data["email"]
        context |= {"sent_to": email} if _send_link(request, draft, email, at) else {"too_many": True}
    return _page(request, draft, "later", {**context, "form": form})


@form_view
def give_up(request: Request, draft: Draft, *, at: datetime) -> HttpResponse:
    """Begun and not wanted any more: words and files are erased at once, nothing is counted (`discard`). The page says so before the button."""
    body = draft.body.organisation.slug
    if draft.referral is None:
        return HttpResponseRedirect(reverse("public:form", args=[body]))
    if request.method != "POST":
        return _page(request, draft, "give_up", {"here": draft.here})
    receiving.discard(draft.referral.pk, by=request.actor, at=at)
    session.leave(request)
    messages.success(request, _("Votre demande commencée est effacée. Rien n’a été envoyé."))
    return HttpResponseRedirect(reverse("public:body", args=[body]))


PAGES: dict[str, Callable[[Any, Draft, Step, datetime], HttpResponse]] = {
    "trader": _trader,
    "proof": _proof,
    "notes": _notes,
    "pieces": _pieces,
    "check": _check,
}


# ---- keeping --------------------------------------------------------------------------------------------------------------------
def _keep(request: Any, draft: Draft, here: Step, typed: dict[str, list[str]], at: datetime) -> Draft:
    """What was typed is in the draft, whatever it is worth; the draft begins with the first thing typed."""
    if draft.referral is None:
        limits.spend(RateKind.DRAFT, client_ip(request) or "", at)
        begun = receiving.begin_draft(
            draft.body.pk, by=request.actor, at=at, draft={here.key: typed, "saved_at": at.isoformat()}
        )
        draft.referral = begun
        hold(request, begun.pk, draft.body.pk, at=at)
    else:
        drafts.save_draft(draft.referral.pk, here.key, typed, by=request.actor, at=at)
        draft.referral.claim.draft |= {here.key: typed, "saved_at": at.isoformat()}
    return draft.after(here.key, typed)


def _send_link(request: Any, draft: Draft, email: str, at: datetime) -> bool:
    """The link to the address given. The session goes on under its own key: a link sent elsewhere before has just ended."""
    if draft.referral is None:
        return False
    sent = drafts.send_link(
        draft.referral.pk, email, by=request.actor, at=at, language=get_language() or "fr", ip=client_ip(request)
    )
    if sent:
        hold(request, draft.referral.pk, draft.body.pk, at=at)
    return sent


def _take_files(
    request: Any, draft: Draft, here: Step, kind: PieceKind, at: datetime
) -> tuple[Draft, Uploads, HttpResponse | None]:
    """Files of one page: those accepted are pieces of the draft at once, those refused are named with why. Or one is taken back."""
    if draft.referral is None:
        draft = _keep(request, draft, here, {}, at)
    assert draft.referral is not None  # noqa: S101 — just made
    if taken := request.POST.get("remove"):
        try:
            drafts.remove_piece(draft.referral.pk, uuid.UUID(taken), by=request.actor, at=at)
        except ValueError:
            raise Http404 from None
        return draft, Uploads(), HttpResponseRedirect(request.get_full_path())
    uploads = read_uploads(request, "pieces", context=f"case-{draft.referral.pk}")
    count = Document.objects.of_case(draft.referral.pk).count()
    for upload in uploads.accepted:
        try:
            if count >= MOST_PIECES:
                raise Refusal("file_refused", why="too_many")
            drafts.add_piece(
                draft.referral.pk, upload, title=upload.filename, purpose=kind.purpose, by=request.actor, at=at
            )
            count += 1
        except Refusal as refusal:
            if refusal.code not in ("file_refused", "storage_error", "storage_full"):
                raise
            why = str(refusal.facts.get("why", refusal.code))
            said = words.too_many_pieces(MOST_PIECES) if why == "too_many" else reason_of(why)
            uploads.refused.append(RefusedFile(upload.filename, why, said))
    draft.__dict__.pop("pieces", None)  # read again: there are more now
    return draft, uploads, None


# ---- showing ----------------------------------------------------------------------------------------------------------------------
def _files(draft: Draft, kind: PieceKind, uploads: Uploads | None = None) -> dict[str, Any]:
    return {
        "kind": kind,
        "received": draft.pieces_of(kind.purpose),
        "refused_files": uploads.refused if uploads is not None else [],
        "accept": ACCEPT,
    }


def _step_page(request: Request, draft: Draft, here: Step, form: forms.StepForm | None, **context: Any) -> HttpResponse:
    name = here.key if here.key in PAGES else "fields"
    return _page(
        request,
        draft,
        name,
        {"step": here, "form": form, "question": form.question if form is not None else "", **context},
    )


def _page(request: Request, draft: Draft, template: str, context: dict[str, Any]) -> HttpResponse:
    here: Step | None = context.get("step")
    previous = draft.before(here) if here else None
    saved = draft.saved_at
    return TemplateResponse(
        request,
        f"requester/form/{template}.html",
        {
            "body": draft.body.organisation,
            "mediation_body": draft.body,
            "draft": draft,
            "token": draft.page_token,
            "parts": PARTS,
            "saved": _("enregistré à {hour}").format(hour=clock_time(saved)) if saved else "",
            "previous": _address(draft, previous)
            if previous
            else reverse("public:form", args=[draft.body.organisation.slug]),
            "returning": returning(request),
            **context,
        },
    )


def returning(request: Request) -> bool:
    """The page was opened from the summary, to change one thing."""
    return request.GET.get("retour") == "1" or request.POST.get("retour") == "1"


def _address(draft: Draft, step: Step) -> str:
    return reverse("public:form_step", args=[draft.body.organisation.slug, step.slug])


def _to(draft: Draft, step: Step) -> HttpResponse:
    if draft.referral is None:
        return HttpResponseRedirect(reverse("public:form", args=[draft.body.organisation.slug]))
    return HttpResponseRedirect(_address(draft, step))


def _onwards(request: Request, draft: Draft, here: Step) -> HttpResponse:
    """The next step; from the summary, back to it unless the change asks something more."""
    if request.POST.get("do") == "later":
        return HttpResponseRedirect(reverse("public:form_later", args=[draft.body.organisation.slug]))
    if returning(request):
        return _to(draft, draft.here)
    return _to(draft, draft.next_after(here))
