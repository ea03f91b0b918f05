"""Figures for a body's public page: the statutory items as they are, everything else masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mediane.ground.database.scope import as_system
from mediane.insight.indicators.queries import years_of
from mediane.insight.reports.content import cards, content
from mediane.insight.reports.statutory import Item
from mediane.insight.reports.whole import page_data
from mediane.kernel.moments import utc_now
from mediane.mediation.schemes.models import Body


def public_figures(body_id: int, year: int | None = None, *, at: datetime | None = None) -> dict[str, Any] | None:
    """What may be shown to anybody of a year that is over (by default the last one): `year`, `years`, `cards`, `items` (the eight of R. 614-2), `drawings`,
    `tables`; None when the body received nothing then. Fragment: `reports/_public.html`."""
    now = at or utc_now()
    with as_system():
        body = Body.objects.select_related("organisation").get(pk=body_id)
        years = [found for found in years_of(body_id) if found < now.year]
        if not years or (year is not None and year not in years):
            return None
        chosen = year or years[-1]
        report = content(body, chosen, "received", at=now)
        items: list[Item] = report.items
        return page_data(report, published=True) | {
            "year": chosen,
            "years": years,
            "cards": cards(report),
            "items": items,
        }
