"""The few addresses of the design system: preferences, and the gallery (in ``gallery``)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from .context import LANGUAGES, THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the theme or the language chosen, in a cookie of one year, and come back to the page (works without
    JavaScript)."""
    onwards = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        onwards, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        onwards = "/"
    response = HttpResponseRedirect(onwards)
    theme, language = request.POST.get("theme"), request.POST.get("language")
    if theme is not None and theme in THEMES:
        if theme:
            _keep(response, THEME_COOKIE, theme)
        else:
            response.delete_cookie(THEME_COOKIE)
    elif language is not None and language in LANGUAGES:
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    else:
        return HttpResponseBadRequest()
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
