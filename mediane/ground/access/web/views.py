"""The door of a case: number and code, personal link, lost link.

These views open no transaction of their own (no guard): a wrong try must stay counted although it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediane.ground.access import hooks, services, session
from mediane.ground.access.forms import CodeForm, LostForm
from mediane.ground.accounts.current import client_ip
from mediane.ground.accounts.guards import go
from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal

COOKIE = "mediane_link"
_SALT = "mediane.access.link"
View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Kept by no cache, indexed by no engine."""

    @wraps(view)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapper


def _inside(request: Any) -> HttpResponse:
    return go(request, redirect(hooks.follow_up() or "access:door"))


def wait_words(until: datetime, now: datetime) -> str:
    """« Attendez 4 minutes »: how long before one may try again, rounded up."""
    minutes = max(1, -(-int((until - now).total_seconds()) // 60))
    if minutes < 60:
        words = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    else:
        hours = -(-minutes // 60)
        words = ngettext("%(n)s heure", "%(n)s heures", hours) % {"n": hours}
    return _("Trop d’essais. Attendez %(time)s, puis recommencez. Votre lien personnel, lui, fonctionne toujours.") % {
        "time": words
    }


def _why(refusal: Refusal, now: datetime) -> str:
    if refusal.code == "too_many_attempts":
        return wait_words(refusal.facts["until"], now)
    return _("Ce numéro et ce code n’ouvrent aucun dossier. Vérifiez-les, ou demandez un nouveau lien.")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: Any) -> HttpResponse:
    """Number and code."""
    if request.actor.case_id is not None and request.method != "POST" and hooks.follow_up():
        return _inside(request)
    form, status = CodeForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and not request.user.is_authenticated and form.is_valid():
        at = utc_now()
        try:
            opened = services.open_with_code(
                form.cleaned_data["number"], form.cleaned_data["code"], at=at, ip=client_ip(request)
            )
        except Refusal as refusal:
            form.add_error(None, _why(refusal, at))
            status = 429 if refusal.code == "too_many_attempts" else 200
        else:
            session.enter(request, opened, at)
            return _inside(request)
    return TemplateResponse(
        request, "access/door.html", {"form": form, "signed_in": request.user.is_authenticated}, status=status
    )


@private
@require_safe
def link(request: Any, token: str) -> HttpResponse:
    """A personal link. Nothing is read and nothing is used up: mail scanners follow links, and so do previews.

    The token leaves the address at once, for a signed cookie of a few minutes; the next page asks for one press of a button.
    """
    response = redirect("access:opening")
    response["Referrer-Policy"] = "no-referrer"
    response.set_signed_cookie(
        COOKIE,
        services.read_token(token),
        salt=_SALT,
        max_age=settings.MEDIANE_ACCESS["click_seconds"],
        path="/suivi/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@private
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: Any) -> HttpResponse:
    """The button behind a link. The page says the same whatever the link is worth."""
    token = request.get_signed_cookie(COOKIE, "", salt=_SALT, max_age=settings.MEDIANE_ACCESS["click_seconds"])
    context = {"token": bool(token), "signed_in": request.user.is_authenticated, "problem": ""}
    if request.method == "POST" and token and not request.user.is_authenticated:
        at = utc_now()
        try:
            opened = services.open_with_link(token, at=at, ip=client_ip(request))
        except Refusal as refusal:
            too_many = refusal.code == "too_many_attempts"
            context["problem"] = (
                wait_words(refusal.facts["until"], at)
                if too_many
                else _("Ce lien n’ouvre aucun dossier : il a été remplacé, ou le dossier est fermé depuis longtemps.")
            )
            return TemplateResponse(request, "access/opening.html", context, status=429 if too_many else 404)
        session.enter(request, opened, at)
        response = _inside(request)
        response.delete_cookie(COOKIE, path="/suivi/", samesite="Lax")
        return response
    return TemplateResponse(request, "access/opening.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: Any) -> HttpResponse:
    """« I lost my link or my code ». One answer, whatever we know."""
    form, status = LostForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        at = utc_now()
        try:
            services.ask_again(form.cleaned_data["email"], form.cleaned_data["number"], at=at, ip=client_ip(request))
        except Refusal as refusal:
            form.add_error(None, wait_words(refusal.facts["until"], at))
            status = 429
        else:
            return TemplateResponse(request, "access/lost_sent.html", {"email": form.cleaned_data["email"]})
    return TemplateResponse(request, "access/lost.html", {"form": form}, status=status)


@private
@require_POST
def leave(request: Any) -> HttpResponse:
    if request.actor.case_id is not None:
        session.leave(request)
    return redirect("access:door")
