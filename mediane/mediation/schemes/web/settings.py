"""Settings of a body: its rules with their legal basis, its charter, its mediators and delegations, its subjects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.models import Membership
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission, Role
from mediane.ground.rulesets import words
from mediane.ground.rulesets.definitions import RuleDefinition, all_definitions, definition
from mediane.ground.rulesets.models import RuleValue
from mediane.ground.rulesets.services import rules_for, set_rule
from mediane.ground.ui.forms import DayField, Form
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.schemes import services
from mediane.mediation.schemes.models import Body, Charter, Mandate, Subject

REFUSALS = {
    "invalid_rule": gettext_lazy("Cette valeur n’a pas la bonne forme : écrivez par exemple 21 jours, 2 mois ou 1 an."),
    "over_limit": gettext_lazy(
        "La loi ne permet pas un délai plus long : un organisme peut faire mieux, pas moins bien."
    ),
    "later_value_exists": gettext_lazy("Une valeur plus tardive est déjà prévue : supprimez-la d’abord."),
    "version_exists": gettext_lazy("Une version porte déjà ce nom : donnez-en un autre à la nouvelle."),
    "mandate_too_short": gettext_lazy("Un mandat dure au moins trois ans (L. 613-1, 2°)."),
    "not_allowed": gettext_lazy("Cet acte n’est pas de votre ressort."),
}
MARKS = {
    "A": gettext_lazy("texte de loi"),
    "B": gettext_lazy("source secondaire"),
    "C": gettext_lazy("règle de l’organisme ou usage"),
}


def _body(request: Request) -> Body:
    body = Body.objects.select_related("organisation").filter(pk=request.actor.organisation_id).first()
    if body is None:
        raise Http404
    return body


class RuleForm(Form):
    value = forms.CharField(label=gettext_lazy("Nouvelle valeur"), max_length=200)
    effective_from = DayField(label=gettext_lazy("À partir du"))
    source = forms.CharField(label=gettext_lazy("Source (délibération, charte…)"), max_length=200, required=False)

    def __init__(self, *args: Any, item: RuleDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        if choices := words.options(item):
            self.fields["value"] = forms.ChoiceField(label=self.fields["value"].label, choices=choices)
        elif item.unit in (words.PERIOD, words.PERIODS):
            self.fields["value"].help_text = _("Par exemple : 90 jours, 10 jours ouvrés, 2 mois, 1 an.")

    def clean_value(self) -> str:
        try:
            return words.typed_value(self.item, self.cleaned_data["value"])
        except ValueError:
            raise forms.ValidationError(_("écrivez un nombre et son unité, par exemple 90 jours ou 2 mois")) from None


class CharterForm(Form):
    version = forms.CharField(label=gettext_lazy("Version"), max_length=20)
    effective_from = DayField(label=gettext_lazy("En vigueur le"))
    approved_by = forms.CharField(label=gettext_lazy("Approuvée par"), max_length=200, required=False)
    principle_accepted = forms.BooleanField(
        label=gettext_lazy("Le professionnel accepte d’avance le principe de toute médiation"), required=False
    )
    principle_clause = forms.CharField(label=gettext_lazy("Clause qui le dit"), max_length=120, required=False)
    text = forms.CharField(label=gettext_lazy("Texte"), max_length=60_000, widget=forms.Textarea(attrs={"rows": 10}))


class MandateForm(Form):
    person = forms.ModelChoiceField(
        label=gettext_lazy("Personne (rôle de médiateur)"), queryset=Membership.objects.none(), empty_label="—"
    )
    starts_on = DayField(label=gettext_lazy("Du"))
    ends_on = DayField(label=gettext_lazy("Au"))
    appointed_by = forms.CharField(label=gettext_lazy("Désignée par"), max_length=200)
    career = forms.CharField(
        label=gettext_lazy("Diplômes et parcours (R. 614-1)"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, body_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = (
            Membership.objects.current(paris_day(utc_now()))
            .filter(organisation=body_id, role=Role.MEDIATOR)
            .select_related("person")
            .order_by("person__last_name", "pk")
        )
        field.label_from_instance = lambda held: held.person.full_name


class SubjectForm(Form):
    name = forms.CharField(label=gettext_lazy("Nouveau sujet"), max_length=160)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Sous"), queryset=Subject.objects.none(), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, body_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = Subject.objects.filter(body=body_id, parent__isnull=True, active=True)


@permission_required(Permission.MANAGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponse:
    """Charter, mediators, subjects on one page; rules have theirs."""
    body, today, at = _body(request), paris_day(utc_now()), utc_now()
    what = request.POST.get("what", "")
    charter = CharterForm(request.POST if what == "charter" else None, initial={"effective_from": today})
    mandate = MandateForm(request.POST if what == "mandate" else None, body_id=body.pk)
    subject = SubjectForm(request.POST if what == "subject" else None, body_id=body.pk)
    refused = ""
    try:
        if what == "charter" and charter.is_valid():
            services.publish_charter(body.pk, by=request.actor, at=at, **charter.cleaned_data)
            flash.success(request, _("Charte publiée."))
            return redirect("desk:settings")
        if what == "mandate" and mandate.is_valid():
            data = mandate.cleaned_data
            services.appoint(body.pk, data.pop("person").person, by=request.actor, **data)
            flash.success(request, _("Mandat enregistré."))
            return redirect("desk:settings")
        if what == "subject" and subject.is_valid():
            services.add_subject(
                body.pk, subject.cleaned_data["name"], by=request.actor, parent=subject.cleaned_data["parent"]
            )
            flash.success(request, _("Sujet ajouté."))
            return redirect("desk:settings")
    except Refusal as refusal:
        refused = str(REFUSALS.get(refusal.code, refusal.code))
    context = {
        "body": body,
        "charters": list(Charter.objects.filter(body=body).order_by("-effective_from")),
        "mandates": [
            (row, row.is_current(today))
            for row in Mandate.objects.filter(body=body)
            .select_related("person")
            .prefetch_related("delegations__person")
            .order_by("-starts_on", "pk")
        ],
        "subjects": services.subject_tree(body.pk),
        "charter": charter,
        "mandate": mandate,
        "subject": subject,
        "refused": refused,
    }
    return TemplateResponse(request, "schemes/settings.html", context, status=422 if what else 200)


@permission_required(Permission.MANAGE_SETTINGS)
def rules(request: Request) -> HttpResponse:
    """Every rule: value in force, legal basis and its mark, one sentence of explanation, values to come and past."""
    body, today = _body(request), paris_day(utc_now())
    now = rules_for(body.pk, today)
    own = {
        row.key: row
        for row in RuleValue.objects.filter(organisation=body.pk, unit__isnull=True, effective_from__gt=today).order_by(
            "-effective_from"
        )
    }
    rows = [
        {
            "definition": item,
            "value": words.read_value(item, now.text(item.key)),
            "own": now.versions.get(item.key) is not None,
            "next": (coming := own.get(item.key)),
            "next_value": words.read_value(item, coming.value) if coming else "",
            "mark": MARKS[item.mark],
        }
        for item in all_definitions()
    ]
    return TemplateResponse(request, "schemes/rules.html", {"rows": rows})


@permission_required(Permission.MANAGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def rule(request: Request, key: str) -> HttpResponse:
    """One rule: its history and a new value from a day on. Cases already opened keep theirs."""
    body, today = _body(request), paris_day(utc_now())
    try:
        item = definition(key)
    except KeyError:
        raise Http404 from None
    stored = rules_for(body.pk, today).text(key)
    value = stored if words.options(item) else words.read_value(item, stored)
    form, refused = (
        RuleForm(request.POST or None, item=item, initial={"value": value, "effective_from": today}),
        "",
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_rule(body.pk, key, by=request.actor, at=utc_now(), **form.cleaned_data)
            flash.success(request, _("Règle enregistrée ; les dossiers déjà ouverts gardent l’ancienne."))
            return redirect("desk:rules")
        except Refusal as refusal:
            refused = str(REFUSALS.get(refusal.code, refusal.code))
    history = list(
        RuleValue.objects.filter(organisation=body.pk, key=key).select_related("set_by").order_by("-effective_from")
    )
    for row in history:
        row.value = words.read_value(item, row.value)
    context = {
        "item": item,
        "form": form,
        "refused": refused,
        "history": history,
        "mark": MARKS[item.mark],
        "default": words.read_value(item, item.default),
        "limit": words.read_value(item, item.limit) if item.limit else "",
    }
    return TemplateResponse(request, "schemes/rule.html", context, status=422 if request.method == "POST" else 200)
