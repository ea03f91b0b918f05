"""The few addresses of the design system: preferences, and the gallery."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from . import errors, samples
from .context import LANGUAGES, THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600
PAGES = ("worklist", "case", "dashboard", "follow", "step", "empty")
SAMPLE_BODY = {"name": "Médiation des services du quotidien"}


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


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state. ``?theme=light|dark`` forces a theme for the visit."""
    return render(request, "ui/gallery/index.html", {"pages": PAGES, "body": SAMPLE_BODY, **samples.context()})


def page(request: HttpRequest, name: str) -> HttpResponse:
    """A whole page made of components and invented data."""
    if name not in PAGES:
        raise Http404
    facts = {"body": SAMPLE_BODY, "shell": samples.SampleShell(request), **samples.context()}
    return render(request, f"ui/gallery/pages/{name}.html", facts)


def error(request: HttpRequest, code: int) -> HttpResponse:
    """What an error page looks like (answered with 200: nothing went wrong)."""
    pages: dict[int, Callable[[HttpRequest], HttpResponse]] = {
        400: errors.bad_request,
        403: errors.csrf_failed,
        404: errors.not_found,
        413: errors.too_large,
        429: errors.too_many,
        500: errors.server_error,
        503: errors.maintenance,
    }
    if code not in pages:
        raise Http404
    answer = pages[code](request)
    answer.status_code = 200
    return answer
