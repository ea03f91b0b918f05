"""What the direction decides of cases whose retention is over: destroyed with its approval, or held. Numbers and days, no name and no matter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission
from mediane.ground.ui.formats import french
from mediane.ground.ui.forms import Form, Ticks
from mediane.kernel.languages import wording
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import retention
from mediane.mediation.referrals.web.desk.words import said


class Approve(Form):
    """Which cases, and that it was meant: what is destroyed does not come back."""

    cases = forms.MultipleChoiceField(
        label=gettext_lazy("Dossiers à détruire"),
        choices=[],
        widget=Ticks,
        error_messages={"required": gettext_lazy("choisissez au moins un dossier")},
    )
    sure = forms.BooleanField(
        label=gettext_lazy(
            "J’ai vérifié qu’aucun de ces dossiers n’est encore utile à un procès, à un contrôle ou à une partie"
        ),
        error_messages={"required": gettext_lazy("cochez la case quand c’est fait")},
    )

    def __init__(self, *args: Any, rows: list[Referral], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = "fr" if french() else "en"
        choices: Any = self.fields["cases"]
        choices.choices = [
            (
                row.pk,
                _("{number}, à détruire depuis le {day}").format(
                    number=row.number, day=wording(lang).day(row.destroy_on)
                ),
            )
            for row in rows
            if row.destroy_on
        ]


class Hold(Form):
    number = forms.CharField(label=gettext_lazy("Numéro du dossier"), max_length=40)
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Un procès, un contrôle, une demande d’accès en cours. Gardé dans le journal du dossier."
        ),
    )


class Release(Form):
    case = forms.ChoiceField(label=gettext_lazy("Dossier"), choices=[])
    reason = forms.CharField(label=gettext_lazy("Pourquoi"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, rows: list[Referral], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["case"]
        choices.choices = [(row.pk, row.number) for row in rows]


@permission_required(Permission.APPROVE_DESTRUCTION)
@require_http_methods(["GET", "POST"])
def retention_page(request: Request) -> HttpResponse:
    at = utc_now()
    body_id = request.actor.organisation_id or 0
    shelf = retention.shelf(body_id, by=request.actor, today=paris_day(at))
    act = request.POST.get("act", "")
    approve = Approve(request.POST if act == "approve" else None, rows=shelf.to_approve, prefix="approve")
    hold = Hold(request.POST if act == "hold" else None, prefix="hold")
    release = Release(request.POST if act == "release" else None, rows=shelf.held, prefix="release")
    refused = ""
    form = {"approve": approve, "hold": hold, "release": release}.get(act)
    if form is not None and form.is_valid():
        try:
            flash.success(request, _made(request, act, form.cleaned_data))
            return redirect("desk:retention")
        except Refusal as refusal:
            refused = said(refusal)
    context = {"shelf": shelf, "approve": approve, "hold": hold, "release": release, "refused": refused}
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "desk/retention.html", context, status=status)


def _made(request: Request, act: str, data: dict[str, Any]) -> str:
    """Do it, and say what was done. A number that is not one of ours is refused like one that does not exist."""
    at, by = utc_now(), request.actor
    if act == "approve":
        count = retention.approve_destruction([int(pk) for pk in data["cases"]], by=by, at=at)
        return ngettext(
            "{count} dossier sera détruit cette nuit.", "{count} dossiers seront détruits cette nuit.", count
        ).format(count=count)
    if act == "hold":
        pk = Referral.objects.visible_to(by).filter(number=data["number"].strip()).values_list("pk", flat=True).first()
        if pk is None:
            raise Refusal("unknown_number")
        retention.set_hold(pk, True, data["reason"], by=by, at=at)
        return _("Dossier gelé : rien n’en sera archivé ni détruit.")
    retention.set_hold(int(data["case"]), False, data["reason"], by=by, at=at)
    return _("Dossier rendu à sa durée de conservation.")
