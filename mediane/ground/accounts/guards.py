"""Who enters a page. The view and the rendering of its template run as `request.actor` (`acting`), in one transaction.

Who is not signed in is sent to the door; who is signed in and may not gets the very answer that an unknown address gets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import acting
from mediane.kernel.refusals import Refusal

View = Callable[..., HttpResponse]
HIDDEN = frozenset({"not_found", "not_allowed"})
"""Refusals that a page answers as if the thing did not exist."""


def go(request: HttpRequest, response: HttpResponseRedirect) -> HttpResponse:
    """The same redirection for a page and for a fragment: htmx would put the sign-in page into a panel."""
    if request.headers.get("HX-Request") != "true":
        return response
    whole = HttpResponse(status=204)
    whole["HX-Redirect"] = response["Location"]
    return whole


def to_door(request: HttpRequest, url_name: str = "account_login") -> HttpResponse:
    """To the sign-in page (or another door), and back to this page afterwards when it can be asked for again."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    if request.headers.get("HX-Request") == "true":  # a fragment is no page to come back to
        back = _page_of(request.headers.get("HX-Current-URL", ""))
    query = f"?{urlencode({REDIRECT_FIELD_NAME: back})}" if back and url_name == "account_login" else ""
    return go(request, HttpResponseRedirect(reverse(url_name) + query))


def _page_of(address: str) -> str:
    """Path and query; nothing of what is no address."""
    try:
        page = urlsplit(address)
    except ValueError:
        return ""
    return page.path + (f"?{page.query}" if page.query else "")


def run_as(actor: Actor, view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Call a view and render its template under what this actor may see. An exception undoes everything it wrote."""
    with acting(actor):
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            if refusal.code in HIDDEN:
                raise Http404 from refusal
            raise
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
    if actor.person_id is not None or actor.case_id is not None:
        add_never_cache_headers(response)  # nothing stays in a shared computer's cache
    return response


def _guard(may: Callable[[Actor], bool], door: str = "account_login") -> Callable[[View], View]:
    def decorator(view: View) -> View:
        @wraps(view)
        def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor = request.actor
            if may(actor):
                return run_as(actor, view, request, *args, **kwargs)
            if request.user.is_authenticated:
                raise Http404
            return to_door(request, door)

        return wrapper

    return decorator


desk_view = _guard(lambda actor: actor.is_staff)
"""Somebody of a body, whether or not they read cases."""

trader_view = _guard(lambda actor: actor.scope is Scope.TRADER)
"""A firm's correspondent."""

requester_view = _guard(lambda actor: actor.scope is Scope.REQUESTER, door="access:door")
"""Who opened one case with its link or its code: `request.actor.case_id`."""

signed_in_view = _guard(lambda actor: actor.person_id is not None)
"""Anybody with an account, even without a role."""

open_view = _guard(lambda actor: True)
"""Anybody at all, seeing what they may."""


def permission_required(*permissions: Permission) -> Callable[[View], View]:
    """Holders of every permission named. Includes what `desk_view` does."""
    wanted = tuple(Permission(permission) for permission in permissions)
    return _guard(lambda actor: all(actor.may(permission) for permission in wanted))


def public_view(resolve: Callable[..., int | None]) -> Callable[[View], View]:
    """A body's public page. `resolve(request, **kwargs)` gives the organisation's id, or None: no such page.

    The visitor is `Actor.public(organisation)`, unless the session already holds a case of that organisation.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            organisation_id = resolve(request, **kwargs)
            if organisation_id is None:
                raise Http404
            actor: Actor = request.actor
            if not (actor.scope is Scope.REQUESTER and actor.organisation_id == organisation_id):
                actor = request.actor = Actor.public(organisation_id)
            return run_as(actor, view, request, *args, **kwargs)

        return wrapper

    return decorator
