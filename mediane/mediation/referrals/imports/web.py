"""Bringing a file in from the desk: choose it, read what would happen, confirm, follow, take the rejects back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.roles import Permission
from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.imports import runs
from mediane.mediation.referrals.imports.columns import COLUMNS, REQUIRED
from mediane.mediation.referrals.imports.files import store
from mediane.mediation.referrals.imports.models import ImportRun, RunState
from mediane.mediation.referrals.imports.services import reason_label
from mediane.mediation.schemes.models import Body

MOVING = (RunState.CHECKING, RunState.QUEUED, RunState.RUNNING)


@permission_required(Permission.IMPORT)
def upload(request: Any) -> HttpResponse:
    """The form, and the files of this body so far."""
    body_id = request.actor.organisation_id
    if not Body.objects.filter(pk=body_id).exists():
        raise Http404
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            problem = _("choisissez un fichier")
        else:
            try:
                run = runs.upload(body_id, file, file.name or "", by=request.actor, at=utc_now())
            except Refusal as refusal:
                if refusal.code == "not_allowed":
                    raise
                problem = _("le fichier n’a pas pu être gardé ; essayez de nouveau")
            else:
                return HttpResponseRedirect(reverse("imports:run", args=[run.pk]))
    context = {
        "problem": problem,
        "runs": list(ImportRun.objects.filter(body=body_id).select_related("person")[:10]),
        "columns": COLUMNS,
        "required": REQUIRED,
    }
    return TemplateResponse(request, "imports/upload.html", context, status=422 if problem else 200)


def _run(request: Any, pk: int) -> ImportRun:
    run = ImportRun.objects.filter(pk=pk, body=request.actor.organisation_id).first()
    if run is None:
        raise Http404
    return run


@permission_required(Permission.IMPORT)
def run(request: Any, pk: int) -> HttpResponse:
    """What would happen, how far it is, what happened."""
    one = _run(request, pk)
    report = one.report
    context = {
        "run": one,
        "report": report,
        "moving": one.state in MOVING,
        "waiting": one.state == RunState.CHECKED,
        "nothing": not (report.get("added") or report.get("corrected")),
        "reasons": [
            (count, reason_label(code))
            for code, count in sorted(report.get("reasons", {}).items(), key=lambda item: -item[1])
        ],
    }
    response = TemplateResponse(request, "imports/run.html", context)
    if one.state in MOVING:
        response["Refresh"] = "2"  # without JavaScript the page follows the job all the same
    return response


@require_POST
@permission_required(Permission.IMPORT)
def decide(request: Any, pk: int) -> HttpResponse:
    """Confirm, or give up."""
    _run(request, pk)
    act = runs.confirm if request.POST.get("act") == "confirm" else runs.drop
    try:
        act(pk, by=request.actor, at=utc_now())
    except Refusal as refusal:
        if refusal.code != "wrong_state":
            raise
        messages.info(request, _("Ce fichier a déjà été traité."))
    return HttpResponseRedirect(reverse("imports:run", args=[pk]))


@permission_required(Permission.IMPORT)
def rejects(request: Any, pk: int) -> Any:
    """The rows that could not go in, with their reasons."""
    one = _run(request, pk)
    if not one.rejects or not store().exists(one.rejects):
        raise Http404
    name = f"{one.name.rsplit('.', 1)[0]}.rejects.csv"
    return FileResponse(
        store().open(one.rejects), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )
