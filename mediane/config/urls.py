"""Every address of the installation, room by room. A room's urls stand in its `urls.py`; order matters where prefixes overlap."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from mediane.config import health

ROOMS = (
    ("ui/", "mediane.ground.ui.urls"),  # gallery of the design system, preferences
    ("", "mediane.ground.accounts.urls"),  # /connexion/, /profil/…, /bureau/reglages/personnes/…
    ("", "mediane.ground.access.urls"),  # /suivi/ (number and code), /s/<token>
    ("pieces/", "mediane.ground.documents.urls"),
    ("", "mediane.ground.correspondence.urls"),
    ("", "mediane.mediation.schemes.urls"),
    ("", "mediane.mediation.traders.urls"),
    ("", "mediane.mediation.referrals.imports.urls"),  # /bureau/importer/…
    ("", "mediane.mediation.referrals.urls"),
    ("", "mediane.insight.indicators.urls"),
    ("", "mediane.insight.reports.urls"),
    ("bureau/", "mediane.portals.desk.urls"),
    ("suivi/", "mediane.portals.requester.urls"),
    ("pro/", "mediane.portals.trader.urls"),
    ("api/", "mediane.api.urls"),
    ("", "mediane.portals.public.urls"),  # last: /b/<slug>/… and the home page
)


def _built(module: str) -> bool:
    return find_spec(module) is not None


# Unknown and forbidden answer alike; every error is a page of ours.
handler400 = "mediane.ground.ui.errors.bad_request"
handler403 = "mediane.ground.ui.errors.forbidden"
handler404 = "mediane.ground.ui.errors.not_found"
handler429 = "mediane.ground.ui.errors.too_many"  # allauth looks for it
handler500 = "mediane.ground.ui.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("sante/", health.page, name="health"),
    *(path(prefix, include(module)) for prefix, module in ROOMS if _built(module)),
]
