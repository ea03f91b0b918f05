"""Figures for a body's public page: the statutory items as they are, everything else masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse

from mediane.ground.database.scope import as_system
from mediane.insight.indicators.queries import years_of
from mediane.insight.indicators.tables import chart_csv, csv_response
from mediane.insight.reports.charts import report_charts
from mediane.insight.reports.content import content
from mediane.insight.reports.whole import page_data
from mediane.kernel.moments import utc_now
from mediane.mediation.schemes.models import Body


def public_figures(body_id: int, year: int | None = None, *, at: datetime | None = None) -> dict[str, Any] | None:
    """What may be shown to anybody of a year that is over (by default the last one): `year`, `years`, `cards`, `items` (the eight of R. 614-2), `charts`,
    `tables`; None when the body received nothing then. Fragment: `reports/_public.html`."""
    now = at or utc_now()
    with as_system():
        body = Body.objects.select_related("organisation").get(pk=body_id)
        years = [found for found in years_of(body_id) if found < now.year]
        if not years or (year is not None and year not in years):
            return None
        chosen = year or years[-1]
        report = content(body, chosen, "received", at=now)
        return page_data(report, published=True) | {
            "year": chosen,
            "years": years,
            "charts": [
                (chart, codes, f"?annee={chosen}&graphique={chart.id}")
                for chart, codes in report_charts(report, None, published=True)
            ],
        }


def public_chart(shown: dict[str, Any], name: str) -> HttpResponse:
    """One chart of the page as CSV. Http404 for one that it does not show."""
    for chart, _codes, _address in shown["charts"]:
        if chart.id == name:
            return csv_response(chart_csv(chart), f"{name}-{shown['year']}")
    raise Http404
