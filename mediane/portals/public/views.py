"""Pages of a body that are made of what several rooms know of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse

from mediane.ground.accounts.guards import public_view
from mediane.insight.reports.public import public_chart, public_figures
from mediane.mediation.schemes.web.public import body_id_of


@public_view(body_id_of)
def figures(request: Any, slug: str) -> HttpResponse:
    """The figures of a year that is over, masked by the room that makes them. `?annee=`; none yet: said so. `&graphique=`: the rows of one chart."""
    body, asked = request.mediation_body, request.GET.get("annee", "")
    shown = public_figures(body.pk, int(asked) if asked.isdecimal() and len(asked) == 4 else None)
    if shown is None and asked:
        raise Http404
    if shown and "graphique" in request.GET:
        return public_chart(shown, request.GET["graphique"])
    return TemplateResponse(
        request, "public/figures.html", {**(shown or {}), "body": body.organisation, "mediation_body": body}
    )
