"""Every request has an Actor; sessions end; nobody with a role works without a second factor.

Three statements for somebody signed in: session, person, roles with the second factor. None without a session cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.current import actor_from, memberships_of, organisations_of, session_actor
from mediane.ground.accounts.guards import go
from mediane.kernel.moments import paris_day, utc_now

BEGAN, SEEN, ORGANISATION = "began", "seen", "organisation"
SEEN_EVERY = 60
"""Seconds between two writes of `seen`: a session row written at each request would double the statements of a page."""

WITHOUT_SECOND_FACTOR = frozenset(
    {"mfa_activate_totp", "account_reauthenticate", "account_logout", "account_change_password", "ui:preferences"}
)
"""What a person with a role reaches before having a second factor."""


class CurrentActorMiddleware:
    """After SessionMiddleware, AuthenticationMiddleware, MessageMiddleware and allauth's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = Actor.anonymous()
        request.memberships, request.organisations, request.organisation = [], [], None
        request.needs_second_factor = False
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not self._session_is_over(request):
            self._who(request)
        return self.get_response(request)

    def _who(self, request: Any) -> None:
        person = request.user
        if not person.is_authenticated:
            request.actor = session_actor(request) or request.actor
            return
        request.memberships = memberships_of(person, paris_day(utc_now()))
        request.organisations = organisations_of(request.memberships)
        request.actor = actor_from(person, request.memberships, request.session.get(ORGANISATION))
        request.organisation = next((o for o in request.organisations if o.pk == request.actor.organisation_id), None)
        request.needs_second_factor = any(not row.enrolled for row in request.memberships)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and person.language != translation.get_language():
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language

    def _session_is_over(self, request: Any) -> bool:
        """Idle too long or open too long: signed out, with a sentence that says so on the next page."""
        if "_auth_user_id" not in request.session:
            return False
        now, limits = int(utc_now().timestamp()), settings.MEDIANE_ACCOUNTS
        began, seen = request.session.get(BEGAN), request.session.get(SEEN)
        if began is None or seen is None:
            request.session[BEGAN], request.session[SEEN] = now, now
            return False
        if now - began >= limits["session_seconds"] or now - seen >= limits["session_idle_seconds"]:
            logout(request)
            messages.info(request, _("Votre session a pris fin pour protéger les dossiers. Reconnectez-vous."))
            return True
        if now - seen >= SEEN_EVERY:
            request.session[SEEN] = now
        return False

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.needs_second_factor and request.resolver_match.view_name not in WITHOUT_SECOND_FACTOR:
            return go(request, redirect("mfa_activate_totp"))
        return None
