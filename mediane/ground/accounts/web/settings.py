"""Who works here and as what: people, roles, tokens of machines, journal of accounts. For holders of MANAGE_PEOPLE."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from mediane.ground.accounts import queries, services
from mediane.ground.accounts.docs import role_table
from mediane.ground.accounts.forms import EndRoleForm, GrantForm, InviteForm, TokenForm
from mediane.ground.accounts.guards import desk_view, permission_required
from mediane.ground.accounts.models import AccountEventKind
from mediane.ground.accounts.roles import DEFINITIONS, Permission, Role
from mediane.ground.accounts.web.words import done, refused
from mediane.ground.privacy.register import retention_rules
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import whole

manages_people = permission_required(Permission.MANAGE_PEOPLE)


_TABS = (
    ("people", _("Personnes"), Permission.MANAGE_PEOPLE),
    ("roles", _("Rôles"), None),
    ("tokens", _("Jetons d’API"), Permission.MANAGE_PEOPLE),
    ("events", _("Journal des accès"), Permission.MANAGE_PEOPLE),
)


def _page(request: Any, name: str, context: dict[str, Any]) -> HttpResponse:
    """A page of these settings, with the tabs that this person may open."""
    tabs = [
        {"href": reverse(f"accounts:{tab}"), "label": label, "current": tab == name}
        for tab, label, permission in _TABS
        if permission is None or request.actor.may(permission)
    ]
    return TemplateResponse(request, f"accounts/{name}.html", {**context, "tabs": tabs})


def _roles(request: Any) -> list[Role]:
    return services.roles_of(request.organisation.kind)


@require_GET
@manages_people
def people(request: Any) -> HttpResponse:
    at = utc_now()
    rows = queries.people(request.actor, paris_day(at))
    context = {
        "present": [row for row in rows if row.current or row.coming],
        "gone": [row for row in rows if not (row.current or row.coming)],
        "invitations": queries.invitations(request.actor, at),
    }
    return _page(request, "people", context)


@manages_people
def invite(request: Any) -> HttpResponse:
    roles = [role for role in _roles(request) if role not in services.ENDING_ROLES]
    form = InviteForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            invited = services.invite(
                request.actor.organisation_id, **form.cleaned_data, by=request.actor, at=utc_now()
            )
        except Refusal as refusal:
            refused(form, refusal, {"invalid_email": "email", "role_already_held": "role", "oneself": "email"})
        else:
            done(request, "invited", name=invited.invitation.email)
            return redirect("accounts:people")
    return _page(request, "invite", {"form": form})


def _row(request: Any, person_id: int) -> queries.PersonRow:
    rows = queries.people(request.actor, paris_day(utc_now()), person_id=person_id)
    if not rows:
        raise Http404
    return rows[0]


def _person_page(request: Any, row: queries.PersonRow, **forms: Any) -> HttpResponse:
    context = {
        "row": row,
        "name": str(row.person),
        "held": [
            (role, forms.get(f"end_{role.pk}") or EndRoleForm(auto_id=f"end_{role.pk}_%s"))
            for role in (*row.current, *row.coming)
        ],
        "oneself": row.person.pk == request.actor.person_id,
        "grant": forms.get("grant") or GrantForm(roles=_roles(request), auto_id="grant_%s"),
    }
    return _page(request, "person", context)


@require_GET
@manages_people
def person(request: Any, person_id: int) -> HttpResponse:
    return _person_page(request, _row(request, person_id))


@require_POST
@manages_people
def grant(request: Any, person_id: int) -> HttpResponse:
    row, form = _row(request, person_id), GrantForm(request.POST, roles=_roles(request), auto_id="grant_%s")
    if form.is_valid():
        try:
            services.grant_role(
                person_id, request.actor.organisation_id, **form.cleaned_data, by=request.actor, at=utc_now()
            )
        except Refusal as refusal:
            fields = {"missing:ends_on": "ends_on", "ends_before_start": "ends_on", "too_early": "starts_on"}
            refused(form, refusal, fields)
        else:
            done(request, "granted", name=str(row.person))
            return redirect("accounts:person", person_id)
    return _person_page(request, row, grant=form)


@require_POST
@manages_people
def end_role(request: Any, person_id: int, membership_id: int) -> HttpResponse:
    row, form = _row(request, person_id), EndRoleForm(request.POST, auto_id=f"end_{membership_id}_%s")
    if membership_id not in {membership.pk for membership in [*row.current, *row.coming]}:
        raise Http404
    if form.is_valid():
        try:
            services.end_role(membership_id, **form.cleaned_data, by=request.actor, at=utc_now())
        except Refusal as refusal:
            refused(form, refusal, {"too_early": "ends_on"})
        else:
            done(request, "ended", name=str(row.person))
            if row.person.pk == request.actor.person_id:
                return redirect("accounts:home")  # this page may no longer be theirs
            return redirect("accounts:person", person_id)
    return _person_page(request, row, **{f"end_{membership_id}": form})


@require_POST
@manages_people
def reset_second_factor(request: Any, person_id: int) -> HttpResponse:
    row = _row(request, person_id)
    try:
        services.reset_second_factor(person_id, request.actor.organisation_id, by=request.actor, at=utc_now())
    except Refusal as refusal:
        refused(request, refusal)
    else:
        done(request, "factor_reset", name=str(row.person))
    return redirect("accounts:person", person_id)


@require_POST
@manages_people
def revoke_invitation(request: Any, invitation_id: int) -> HttpResponse:
    try:
        services.revoke_invitation(invitation_id, by=request.actor, at=utc_now())
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        refused(request, refusal)
    else:
        done(request, "invitation_revoked")
    return redirect("accounts:people")


@require_GET
@desk_view
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do, in a paragraph and a table: whoever works here may read it."""
    definitions = [
        {"id": role.value, "title": str(found.label), "paragraph": found.paragraph}
        for role, found in DEFINITIONS.items()
    ]
    context = {"definitions": definitions, "table": role_table()}
    return _page(request, "roles", context)


@manages_people
def tokens(request: Any) -> HttpResponse:
    """The new token is shown in the answer to the form and nowhere else."""
    form, made = TokenForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            made = services.create_token(
                request.actor.organisation_id,
                wanted["name"],
                wanted["scopes"],
                expires_at=form.expires_at(),
                by=request.actor,
                at=utc_now(),
            )
            form = TokenForm()
        except Refusal as refusal:
            refused(form, refusal, {"too_late": "expires_on", "missing:scopes": "scopes", "missing:name": "name"})
    at = utc_now()
    rows = [(token, token.is_open(at)) for token in queries.tokens(request.actor)]
    return _page(request, "tokens", {"form": form, "rows": rows, "made": made})


@require_POST
@manages_people
def revoke_token(request: Any, token_id: int) -> HttpResponse:
    try:
        services.revoke_token(token_id, by=request.actor, at=utc_now())
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        refused(request, refusal)
    else:
        done(request, "token_revoked")
    return redirect("accounts:tokens")


@require_GET
@manages_people
def events(request: Any) -> HttpResponse:
    count = settings.MEDIANE_ACCOUNTS["events_shown"]
    asked = request.GET.get("kind", "")
    kind = asked if asked in AccountEventKind.values else ""
    rows = queries.events(request.actor, before=whole(request.GET.get("before", "")), kind=kind, count=count + 1)
    shown = rows[:count]
    following = f"?before={shown[-1].pk}&kind={kind}" if len(rows) > count else ""
    context = {
        "events": shown,
        "following": following,
        "kinds": [(value, label) for value, label in AccountEventKind.choices],
        "kind": kind,
        "kept": str(retention_rules()["security_log"].period),
        "sign_ins": queries.sign_ins(request.actor, utc_now() - timedelta(days=7)),
    }
    return _page(request, "events", context)
