"""One's own account: profile, invitation, organisation worked for, where one lands."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mediane.ground.accounts import services
from mediane.ground.accounts.browsers import browser_name
from mediane.ground.accounts.current import home_of
from mediane.ground.accounts.forms import AcceptForm, ProfileForm, initial_of
from mediane.ground.accounts.guards import open_view, signed_in_view
from mediane.ground.accounts.middleware import ORGANISATION
from mediane.ground.accounts.models import Person
from mediane.ground.accounts.roles import DEFINITIONS, Role
from mediane.ground.accounts.web.words import done, refused
from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import whole


@require_GET
@signed_in_view
def home(request: Any) -> HttpResponse:
    """Where a person lands: the home of what they do in the organisation they work for, or their profile."""
    return redirect(home_of(request.actor) or "accounts:profile")


@signed_in_view
def profile(request: Any) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial=initial_of(request.user))
    if request.method == "POST" and form.is_valid():
        services.update_profile(**form.cleaned_data, by=request.actor, at=utc_now())
        done(request, "saved")
        return redirect("accounts:profile")
    return TemplateResponse(request, "accounts/profile.html", {"form": form, "memberships": request.memberships})


@require_POST
@signed_in_view
def switch(request: Any) -> HttpResponse:
    """Work for another organisation in which one holds a role."""
    chosen = whole(request.POST.get("organisation", ""))
    if chosen in {organisation.pk for organisation in request.organisations}:
        request.session[ORGANISATION] = chosen
    return redirect("accounts:home")


class OpenSessions(ListUserSessionsView):
    """The library's page, each session with the name by which its owner knows the browser."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"rows": [(session, browser_name(session.user_agent)) for session in context["sessions"]]}


@never_cache
@open_view
def accept(request: Any, token: str) -> HttpResponse:
    """Take an invitation. Reading the page changes nothing: a mail scanner may follow the link."""
    at = utc_now()
    invitation = services.open_invitation(token, at=at)
    if invitation is None:
        return TemplateResponse(request, "accounts/invitation_over.html", {}, status=404)
    known = Person.objects.filter(email__iexact=invitation.email).first()
    context: dict[str, Any] = {
        "invitation": invitation,
        "role": DEFINITIONS[Role(invitation.role)],
        "known": known,
        "oneself": known is not None and request.actor.person_id == known.pk,
        "somebody_else": request.actor.person_id is not None and (known is None or request.actor.person_id != known.pk),
        "token": token,
    }
    first = {"first_name": invitation.first_name, "last_name": invitation.last_name}
    form = AcceptForm(request.POST or None, initial=first)
    if request.method == "POST" and (known is not None or form.is_valid()):
        chosen = {} if known is not None else {k: v for k, v in form.cleaned_data.items() if k != "password_again"}
        try:
            services.accept_invitation(token, **chosen, language=request.LANGUAGE_CODE[:2], by=request.actor, at=at)
        except Refusal as refusal:
            if refusal.code == "not_found":
                raise
            refused(form if known is None else request, refusal, {"weak_password": "password"})
        else:
            messages.success(
                request,
                _("Invitation acceptée. Connectez-vous pour commencer.")
                if known is None
                else _("Invitation acceptée."),
            )
            return redirect("account_login" if known is None else "accounts:home")
    return TemplateResponse(request, "accounts/accept.html", {**context, "form": form})
