"""The annual report at the desk: the figures of a year as they would be printed, its texts, its files."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import as_system
from mediane.insight.indicators.addresses import Address
from mediane.insight.indicators.definitions import BASES, Base
from mediane.insight.indicators.tables import chart_csv, csv_response
from mediane.insight.indicators.web import value_text
from mediane.insight.reports import services
from mediane.insight.reports.annual import as_json
from mediane.insight.reports.charts import report_charts
from mediane.insight.reports.content import Content, content
from mediane.insight.reports.files import store
from mediane.insight.reports.models import FileState, ReportFile, ReportText, Section
from mediane.insight.reports.whole import KINDS, page_data
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import whole
from mediane.mediation.referrals.models import Referral
from mediane.mediation.schemes.models import Body

SHOWN_FILES = 5


def _asked(request: Any) -> tuple[Body, int, Base]:
    body = Body.objects.select_related("organisation").filter(pk=request.actor.organisation_id).first()
    if body is None:
        raise Http404
    return body, *_year_and_base(request)


def _year_and_base(request: Any) -> tuple[int, Base]:
    today = paris_day(utc_now())
    year, base = whole(request.GET.get("annee") or str(today.year - 1)), request.GET.get("base", "received")
    if year is None or not 1900 <= year <= today.year or base not in BASES:
        raise Http404
    return year, base


class Written(NamedTuple):
    """A text of the year, as the page reads it."""

    section: str
    text: str
    version: int


def _around(body_id: int, year: int) -> tuple[Body, list[int], list[Written], list[ReportFile]]:
    """What stands around the figures, in one statement: the body, the years since its first referral, the texts of this one, the files made of it."""
    texts = ReportText.objects.filter(body=OuterRef("pk"), year=year).order_by("section")
    files = ReportFile.objects.filter(body=OuterRef("pk"), year=year).order_by("-asked_at", "-pk")[:SHOWN_FILES]
    first = Referral.objects.filter(body=OuterRef("pk"), test=False).order_by("received_on").values("received_on")[:1]
    names = ("id", "kind", "language", "state", "size", "asked_at")
    body = (
        Body.objects.select_related("organisation")
        .filter(pk=body_id)
        .annotate(
            first_on=Subquery(first),
            texts=ArraySubquery(texts.values(json=JSONObject(section="section", text="text", version="version"))),
            files=ArraySubquery(files.values(json=JSONObject(**{name: name for name in names}))),
        )
        .first()
    )
    if body is None:
        raise Http404
    years = range(body.first_on.year, year + 1) if body.first_on else []
    made = [ReportFile(**one | {"asked_at": datetime.fromisoformat(one["asked_at"])}) for one in body.files]
    return body, [*years], [Written(**one) for one in body.texts], made


@permission_required(Permission.READ_FIGURES)
def annual(request: Any) -> HttpResponse:
    """The report of a year, nothing masked, each figure opening to its cases for whoever may see them, and what can be done with it."""
    year, base = _year_and_base(request)
    with as_system():
        body, years, written, files = _around(request.actor.organisation_id, year)
        report = content(body, year, base, at=utc_now(), written=written)
        address = Address(report.found.span, base)
        found = {*years, year, report.at.year, report.at.year - 1}
        data = page_data(report, published=False, address=address)
        charts = report_charts(report, address, published=False)
    asked = f"annee={year}&base={base}"
    data |= {
        "years": [(str(one), f"?annee={one}&base={base}", one == year) for one in sorted(found, reverse=True)],
        "bases": [
            (label, f"?annee={year}&base={key}", key == base)
            for key, label in (("received", _("Saisines reçues")), ("decided", _("Décidées et terminées")))
        ],
        "charts": [(chart, codes, f"{reverse('report:chart', args=[chart.id])}?{asked}") for chart, codes in charts],
        "indicators": [
            (one, value_text(one), "" if one.prior is None else value_text(one, one.prior), address.figure(one.code))
            for one in report.found
        ],
        "before": year - 1,
        "sections": {
            value: (label, report.texts.get(value, ""), report.versions.get(value, 0))
            for value, label in Section.choices
        },
        "files": files,
        "asked": asked,
        "may_write": _may_write(request),
    }
    return TemplateResponse(request, "reports/annual.html", data)


@permission_required(Permission.READ_FIGURES)
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """The rows of one chart of the report."""
    body, year, base = _asked(request)
    with as_system():
        report = content(body, year, base, at=utc_now())
        for one, _codes in report_charts(report, None, published=False):
            if one.id == name:
                return csv_response(chart_csv(one), f"{body.organisation.slug}-{year}-{base}-{name}")
    raise Http404


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
        version = whole(request.POST.get("version", "0"))
        try:
            services.save_text(
                body.pk,
                year,
                section,
                text,
                by=request.actor,
                at=utc_now(),
                version=-1 if version is None else version,
            )
        except Refusal as refusal:
            if refusal.code not in ("stale", "too_long"):
                raise Http404 from refusal
            refused = refusal
        else:
            messages.success(request, _("Le texte est enregistré."))
            page = "report:annual" if "sur-place" in request.POST else "report:texts"
            return HttpResponseRedirect(f"{reverse(page)}?annee={year}&base={base}#{section}")
    known = {row.section: row for row in ReportText.objects.filter(body=body, year=year)}
    sections = [(value, label, known.get(value)) for value, label in Section.choices]
    context = {
        "year": year,
        "sections": sections,
        "asked": f"annee={year}&base={base}",
        "refused": refused,
        "kept": {"section": request.POST.get("section", ""), "text": request.POST.get("text", "")} if refused else None,
    }
    return TemplateResponse(request, "reports/texts.html", context, status=409 if refused else 200)
