"""The API of the installation, version 1: the rooms' routers, one token scheme, one form of error."""

from __future__ import annotations

import json

from ninja import NinjaAPI
from ninja.openapi.schema import get_schema

from mediane.api.auth import Token
from mediane.api.problems import install
from mediane.insight.reports.api import router as reports
from mediane.mediation.referrals.api.endpoints import router as referrals
from mediane.mediation.referrals.imports.api import router as imports

api = NinjaAPI(
    title="Médiane",
    version="1",
    description="Referrals in and their status, imports, annual report. Dates are ISO 8601, amounts decimal euros, errors problem+json.",
    auth=Token(),
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url="/openapi.json",
)
install(api)
for router in (referrals, imports, reports):
    api.add_router("", router)


def openapi() -> str:
    """The OpenAPI document as committed in docs/generated/openapi.json: stable order, one line a key."""
    return (
        json.dumps(get_schema(api, path_prefix="/api/v1/"), indent=1, ensure_ascii=False, sort_keys=True, default=str)
        + "\n"
    )
