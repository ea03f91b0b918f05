"""Making a move: what must be said, what will happen, then the act. One way for every move, on a page of its own or on the admissibility desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission
from mediane.ground.deadlines import services as deadlines
from mediane.ground.documents.uploads import Uploads, read_uploads
from mediane.ground.rulesets.services import Rules
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals import queries
from mediane.mediation.referrals.enums import Asked, Party, State
from mediane.mediation.referrals.services import admissibility, asking
from mediane.mediation.referrals.services.rehearsal import Rehearsal, rehearse
from mediane.mediation.referrals.web.desk import forms, moves
from mediane.mediation.referrals.web.desk.views import _case, _head
from mediane.mediation.referrals.web.desk.words import said
from mediane.mediation.schemes.services import current_mandates


@dataclass
class Act:
    """A move on its way: its form, what a rehearsal told, or why it was refused. `made`: it is done."""

    screen: moves.MoveScreen
    form: forms.MoveForm
    uploads: Uploads = field(default_factory=Uploads)
    rehearsal: Rehearsal | None = None
    refused: str = ""
    made: bool = False
    looking: bool = (
        False  # the page asks for the preview by itself while somebody still writes: what is missing is no mistake yet
    )

    @property
    def drafts_itself(self) -> bool:
        """Whether the preview may follow what is typed. Not where a scan is kept with the act: files are sent once."""
        return not self.screen.recorded

    @property
    def wrong(self) -> bool:
        return not self.looking and bool(self.form.errors or self.refused or self.uploads.refused)

    @property
    def state_after(self) -> str:
        return str(State(self.rehearsal.state_after).label) if self.rehearsal else ""


def prepare(request: Request, page: queries.CasePage, screen: moves.MoveScreen) -> Act:
    """Read what was posted for this move, rehearse it, or make it when it was confirmed."""
    at, pk = utc_now(), page.referral.pk
    extra: dict[str, Any] = {}
    if screen.form in (forms.Notify, forms.ReplaceMediator):
        extra["mediators"] = current_mandates(page.referral.body_id, paris_day(at))
    if screen.form is forms.Transmit:
        extra["documents"] = page.documents
    if screen.form is forms.RecordMessage:
        extra["requests"] = [row for party in Party for row in asking.wants_of(page.referral, party)]
    late = moves.is_late(screen, page.running, at)
    form = screen.form(request.POST or None, referral=page.referral, late=late, initial=initial(screen, page), **extra)
    act = Act(screen, form, looking=request.headers.get("HX-Request") == "true" and "confirm" not in request.POST)
    if screen.recorded:
        act.uploads = read_uploads(request, "pieces", context=f"case-{pk}")
    if request.method != "POST" or not form.is_valid() or act.uploads.refused:
        return act

    def make(case_id: int, **_kw: Any) -> Any:
        return screen.call(case_id, form.arguments(), request.actor, at, act.uploads.accepted)

    try:
        if "confirm" in request.POST:
            make(pk)
            act.made = True
            flash.success(request, _("Fait : {what}.").format(what=str(screen.title).lower()))
        else:
            act.rehearsal = rehearse(pk, make)
    except Refusal as refusal:
        act.refused = said(refusal)
    return act


@permission_required(Permission.READ_CASES)
@require_http_methods(["GET", "POST"])
def move(request: Request, pk: int, name: str) -> HttpResponse:
    """An act in three steps on one address: what it needs, what will happen (letters, clocks, who sees what), then the act. Without JavaScript too."""
    screen = moves.BY_NAME.get(name)
    page = _case(request, pk, without=("story", "contacts"))
    if screen is None or not moves.is_offered(screen, page.referral, request.actor, page.running, page.clocks):
        raise Http404
    act = prepare(request, page, screen)
    if act.made:
        return redirect("desk:case", pk=pk)
    context = _head(page, "case") | {"act": act, "screen": screen, "form": act.form, "uploads": act.uploads}
    return TemplateResponse(request, "desk/move.html", context, status=422 if act.wrong else 200)


def initial(screen: moves.MoveScreen, page: queries.CasePage) -> dict[str, Any]:
    """What the file already says."""
    referral, today = page.referral, paris_day(utc_now())
    values: dict[str, Any] = {
        "on": today,
        "to": Party.TRADER,
        "of": Party.TRADER,
        "evidence_on": today,
        "learnt_on": today,
    }
    if screen.name == "notify":
        values |= {
            "mediator_id": referral.mediator_id,
            "dispute_summary": referral.claim.summary,
            "claim_summary": referral.claim.asked_now,
        }
    if screen.name in ("remind_observations", "ask_observations", "ask_pieces"):
        rules = Rules.from_snapshot(referral.rules)
        values["due_on"] = deadlines.day_after(today, rules.text("observations_period"))
    if screen.name == "remind_observations" and (clock := moves.unanswered(page.clocks)):
        asked = asking.waiting(referral, clock.hand)
        questions = "\n".join(row.why for row in asked if row.kind == Asked.QUESTION)
        values |= {"to": clock.hand, "questions": questions}
    if screen.name in ("postpone", "refuse", "redirect"):
        found = admissibility.assess(referral)
        ground = next((str(f.ground) for f in found.findings if f.value == "applies"), "")
        sentences = {item["about"]: item["text"] for item in found.explanations(get_language() or "fr")}
        values |= {"premature_until": found.premature_until, "ground": ground, "reason": sentences.get(ground, "")}
    return values
