"""Settings: the details of each ground of refusal. The five grounds are the law's and closed; what the figures tell apart under them is the body's."""

from __future__ import annotations

from django import forms
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission
from mediane.ground.ui.forms import DayField, Form
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Ground
from mediane.mediation.referrals.services.details import add_detail, details_of, end_detail

REFUSALS = {
    "not_allowed": gettext_lazy("Cet acte n’est pas de votre ressort."),
    "not_found": gettext_lazy("Cette précision est commune à tous les organismes : elle ne se retire pas ici."),
    "invalid_detail": gettext_lazy("Commencez par un mot : le code de la précision en est tiré."),
    "detail_exists": gettext_lazy("Une précision porte déjà ce nom, peut-être sous un autre motif."),
}


class DetailForm(Form):
    ground = forms.ChoiceField(  # asked at each page: its language is not that of the start
        label=gettext_lazy("Motif"), choices=lambda: [(g.value, f"{g.value[-1]}° {g.label}") for g in Ground]
    )
    label_fr = forms.CharField(label=gettext_lazy("En français"), max_length=120)
    label_en = forms.CharField(label=gettext_lazy("En anglais"), max_length=120, required=False)
    effective_from = DayField(label=gettext_lazy("À partir du"))


@permission_required(Permission.MANAGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def details(request: Request) -> HttpResponse:
    """By ground: the details in use, to come and past, and a form for a new one."""
    body_id, today, at = request.actor.organisation_id or 0, paris_day(utc_now()), utc_now()
    form, refused = DetailForm(request.POST or None, initial={"effective_from": today}), ""
    if request.method == "POST" and form.is_valid():
        try:
            add_detail(body_id, by=request.actor, at=at, **form.cleaned_data)
            flash.success(request, _("Précision ajoutée."))
            return redirect("desk:ground_details")
        except Refusal as refusal:
            refused = str(REFUSALS.get(refusal.code, refusal.code))
    language, rows = get_language() or "fr", details_of(body_id)
    groups = [(ground, [(row, row.label(language)) for row in rows if row.ground == ground.value]) for ground in Ground]
    context = {"form": form, "refused": refused, "groups": groups, "today": today}
    return TemplateResponse(
        request, "desk/ground_details.html", context, status=422 if request.method == "POST" else 200
    )


@permission_required(Permission.MANAGE_SETTINGS)
@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """Offered until today; decisions taken keep it."""
    try:
        end_detail(request.actor.organisation_id or 0, pk, by=request.actor, at=utc_now())
        flash.success(request, _("Cette précision n’est plus proposée ; les décisions passées la gardent."))
    except Refusal as refusal:
        flash.error(request, str(REFUSALS.get(refusal.code, refusal.code)))
    return redirect("desk:ground_details")
