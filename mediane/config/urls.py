"""Every address of the installation, room by room. A room's urls stand in its `urls.py`; order matters where prefixes overlap."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from mediane.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("sante/", health.page, name="health"),
    path("ui/", include("mediane.ground.ui.urls")),  # gallery of the design system, preferences
    path("", include("mediane.ground.accounts.urls")),  # /connexion/, /profil/…, /bureau/reglages/personnes/…
    path("", include("mediane.ground.access.urls")),  # /suivi/ (number and code), /s/<token>
    path("pieces/", include("mediane.ground.documents.urls")),
    path("", include("mediane.ground.correspondence.urls")),
    path("", include("mediane.mediation.referrals.imports.urls")),  # /bureau/importer/…
    path("", include("mediane.insight.indicators.urls")),  # /bureau/tableau-de-bord/, /bureau/chiffres/
    path("", include("mediane.insight.reports.urls")),  # /bureau/rapport/
    path("bureau/", include("mediane.portals.desk.urls")),
    path("suivi/", include("mediane.portals.requester.urls")),
    path("pro/", include("mediane.portals.trader.urls")),
    path("api/", include("mediane.api.urls")),
    path("", include("mediane.portals.public.urls")),  # last: /b/<slug>/… and the home page
]

# Unknown and forbidden answer alike; every error is a page of ours.
handler400 = "mediane.ground.ui.errors.bad_request"
handler403 = "mediane.ground.ui.errors.forbidden"
handler404 = "mediane.ground.ui.errors.not_found"
handler429 = "mediane.ground.ui.errors.too_many"  # allauth looks for it
handler500 = "mediane.ground.ui.errors.server_error"
