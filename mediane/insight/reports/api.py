"""The annual report's figures for a machine of the body: the JSON of the contract, never masked."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from mediane.ground.database.scope import as_system
from mediane.insight.reports.annual import report_json
from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.api.endpoints import need
from mediane.mediation.schemes.models import Body

router = Router(tags=["reports"])


@router.get(
    "/reports/annual/{year}",
    response=dict[str, Any],
    operation_id="annual_report",
    summary="Figures of the annual report",
)
def annual(request: HttpRequest, year: int, base: Literal["received", "decided"] = "received") -> dict[str, Any]:
    """`mediane.annual-report/1`, of the token's own body. Figures only: no case can be told from them by who has no access to cases."""
    actor = need(request.auth, "reports:read")  # type: ignore[attr-defined]
    if not 2000 <= year <= 2999:
        raise Refusal("not_found")
    with as_system():
        body = Body.objects.select_related("organisation").filter(pk=actor.organisation_id).first()
        if body is None:
            raise Refusal("not_found")
        return report_json(body.organisation.slug, body.pk, year, base, at=utc_now())
