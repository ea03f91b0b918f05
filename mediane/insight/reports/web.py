"""The annual report at the desk: the figures of a year as they would be printed, its texts, its files."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import as_system
from mediane.insight.indicators.definitions import BASES, Base
from mediane.insight.reports import services
from mediane.insight.reports.annual import as_json
from mediane.insight.reports.content import Content, content
from mediane.insight.reports.files import store
from mediane.insight.reports.models import FileState, ReportFile, ReportText, Section
from mediane.insight.reports.whole import KINDS, page_data
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.schemes.models import Body


def _asked(request: Any) -> tuple[Body, int, Base]:
    body = Body.objects.select_related("organisation").filter(pk=request.actor.organisation_id).first()
    if body is None:
        raise Http404
    today = paris_day(utc_now())
    year, base = request.GET.get("annee", ""), request.GET.get("base", "received")
    if (year and not (year.isdecimal() and 1900 <= int(year) <= today.year)) or base not in BASES:
        raise Http404
    return body, int(year) if year else today.year - 1, base


@permission_required(Permission.READ_FIGURES)
def annual(request: HttpRequest) -> HttpResponse:
    """The report of a year, nothing masked, with what can be done with it."""
    body, year, base = _asked(request)
    report = content(body, year, base, at=utc_now())
    this_year = report.at.year
    years = sorted({*range(this_year - 4, this_year + 1), year}, reverse=True)
    data = page_data(report, published=False) | {
        "years": [(str(one), f"?annee={one}&base={base}", one == year) for one in years],
        "bases": [
            (label, f"?annee={year}&base={key}", key == base)
            for key, label in (("received", _("Saisines reçues")), ("decided", _("Décidées et terminées")))
        ],
        "files": list(ReportFile.objects.filter(body=body, year=year)[:5]),
        "query": f"annee={year}&base={base}",
        "figure_query": f"du={report.found.span.start}&au={report.found.span.end}&base={base}",
        "may_write": _may_write(request),
    }
    return TemplateResponse(request, "reports/annual.html", data)


def _may_write(request: Any) -> bool:
    return bool(request.actor.may(Permission.MANAGE_SETTINGS) or request.actor.may(Permission.APPROVE_LETTERS))


@permission_required(Permission.READ_FIGURES)
def download_json(request: HttpRequest) -> HttpResponse:
    """The contract's JSON, never masked."""
    body, year, base = _asked(request)
    with as_system():
        report: Content = content(body, year, base, at=utc_now())
        said = as_json(body.organisation.slug, report.found, at=report.at)
    response = HttpResponse(json.dumps(said, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{body.organisation.slug}-{year}-{base}.json"'
    return response


@require_POST
@permission_required(Permission.READ_FIGURES)
def make(request: Any) -> HttpResponse:
    """Ask for the PDF or the sheets: a job makes them."""
    body, year, base = _asked(request)
    try:
        services.ask_for_file(
            body.pk,
            year,
            base,
            request.POST.get("kind", ""),
            by=request.actor,
            at=utc_now(),
            language=(get_language() or "fr")[:2],
        )
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("Le rapport se prépare ; il apparaîtra dans la liste des fichiers."))
    return HttpResponseRedirect(f"{reverse('report:annual')}?annee={year}&base={base}#fichiers")


@permission_required(Permission.READ_FIGURES)
def file(request: Any, pk: int) -> Any:
    """A report that was made."""
    row = (
        ReportFile.objects.filter(pk=pk, body=request.actor.organisation_id, state=FileState.DONE)
        .select_related("body__organisation")
        .first()
    )
    if row is None or not store().exists(row.stored):
        raise Http404
    name = f"{row.body.organisation.slug}-{row.year}-{row.base}.{row.kind}"
    return FileResponse(store().open(row.stored), as_attachment=True, filename=name, content_type=KINDS[row.kind])


@permission_required(Permission.READ_FIGURES)
def texts(request: Any) -> HttpResponse:
    """The texts that people write for a year's report."""
    if not _may_write(request):
        raise Http404
    body, year, base = _asked(request)
    refused: Refusal | None = None
    if request.method == "POST":
        section, text = request.POST.get("section", ""), request.POST.get("text", "")
        version = request.POST.get("version", "0")
        try:
            services.save_text(
                body.pk,
                year,
                section,
                text,
                by=request.actor,
                at=utc_now(),
                version=int(version) if version.isdecimal() else -1,
            )
        except Refusal as refusal:
            if refusal.code not in ("stale", "too_long"):
                raise Http404 from refusal
            refused = refusal
        else:
            messages.success(request, _("Le texte est enregistré."))
            return HttpResponseRedirect(f"{reverse('report:texts')}?annee={year}&base={base}#{section}")
    known = {row.section: row for row in ReportText.objects.filter(body=body, year=year)}
    sections = [(value, label, known.get(value)) for value, label in Section.choices]
    context = {
        "year": year,
        "sections": sections,
        "query": f"annee={year}&base={base}",
        "refused": refused,
        "kept": {"section": request.POST.get("section", ""), "text": request.POST.get("text", "")} if refused else None,
    }
    return TemplateResponse(request, "reports/texts.html", context, status=409 if refused else 200)
