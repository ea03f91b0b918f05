"""The traders a body knows: names, SIREN, contact, convention. Figures and cases of a trader are one click away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages as flash
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission
from mediane.ground.ui.forms import DayField, Form, MoneyField, PeriodField
from mediane.kernel.identifiers import is_siren
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import clean_line
from mediane.mediation.traders import services
from mediane.mediation.traders.models import Designation, SilenceEffect, Trader, TraderContact

PAGE = 50
REFUSALS = {
    "trader_exists": gettext_lazy("Un professionnel porte déjà ce nom : ouvrez sa fiche."),
    "invalid_siren": gettext_lazy("Ce numéro n’est pas un SIREN."),
    "version_exists": gettext_lazy("Une version porte déjà ce nom : donnez-en un autre à la nouvelle."),
    "not_allowed": gettext_lazy("Cet acte n’est pas de votre ressort."),
}


class TraderForm(Form):
    most_optional = True
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200)
    siren = forms.CharField(label=gettext_lazy("SIREN"), max_length=14, required=False)
    aliases = forms.CharField(
        label=gettext_lazy("Autres noms connus du public"),
        help_text=gettext_lazy("Un par ligne."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sector = forms.CharField(label=gettext_lazy("Secteur"), max_length=120, required=False)
    complaint_address = forms.CharField(label=gettext_lazy("Adresse des réclamations"), max_length=300, required=False)
    level2_name = forms.CharField(
        label=gettext_lazy("Second niveau prévu par le contrat"), max_length=120, required=False
    )
    level2_basis = forms.CharField(label=gettext_lazy("Clause qui le prévoit"), max_length=160, required=False)
    level2_address = forms.CharField(label=gettext_lazy("Adresse de ce second niveau"), max_length=300, required=False)
    contact_name = forms.CharField(
        label=gettext_lazy("Contact déclaré pour la médiation"), max_length=120, required=False
    )
    contact_email = forms.EmailField(label=gettext_lazy("Courriel du contact"), required=False)
    contact_address = forms.CharField(
        label=gettext_lazy("Adresse postale du contact"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact_on_paper = forms.BooleanField(label=gettext_lazy("Écrire au contact par courrier postal"), required=False)

    def clean_siren(self) -> str:
        digits = "".join(filter(str.isdigit, self.cleaned_data["siren"]))[:9]
        if self.cleaned_data["siren"] and not is_siren(digits):
            raise forms.ValidationError(_("neuf chiffres dont la clé est juste"))
        return digits

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("contact_on_paper") and not data.get("contact_address"):
            self.add_error("contact_address", _("indiquez l’adresse où écrire"))
        return data


class DesignationForm(Form):
    version = forms.CharField(label=gettext_lazy("Convention, version"), max_length=40)
    starts_on = DayField(label=gettext_lazy("En vigueur le"))
    entry_asked = forms.BooleanField(
        label=gettext_lazy("L’accord du professionnel est demandé à chaque médiation"), required=False, initial=True
    )
    entry_delay = PeriodField(label=gettext_lazy("Délai pour répondre"), initial="21d")
    silence_effect = forms.ChoiceField(label=gettext_lazy("Son silence"), choices=SilenceEffect.choices)
    fee_amount = MoneyField(label=gettext_lazy("Prix d’une médiation"), required=False)
    waiver_fee = MoneyField(label=gettext_lazy("Frais si l’entrée est refusée"), required=False)


@permission_required(Permission.READ_CASES)
def traders(request: Request) -> HttpResponse:
    text = clean_line(request.GET.get("q", ""), 200)
    after = request.GET.get("apres", "")[:200]
    rows = Trader.objects.filter(body=request.actor.organisation_id)
    if text:
        found = services.find_traders(request.actor.organisation_id or 0, text, limit=PAGE)
        rows = rows.filter(pk__in=[trader.pk for trader in found])
    if after:
        rows = rows.filter(name__gt=after)
    today = paris_day(utc_now())
    page = list(
        rows.prefetch_related(
            Prefetch(
                "designations",
                queryset=Designation.objects.filter(starts_on__lte=today).order_by("-starts_on"),
                to_attr="versions",
            ),
            "aliases",
        ).order_by("name", "pk")[: PAGE + 1]
    )
    context = {
        "rows": page[:PAGE],
        "query": text,
        "next": "?" + urlencode(({"q": text} if text else {}) | {"apres": page[PAGE - 1].name})
        if len(page) > PAGE
        else "",
        "may_add": request.actor.may(Permission.MANAGE_TRADERS),
    }
    return TemplateResponse(request, "traders/traders.html", context)


def _trader(request: Request, pk: int) -> Trader:
    trader = Trader.objects.filter(body=request.actor.organisation_id, pk=pk).first()
    if trader is None:
        raise Http404
    return trader


@permission_required(Permission.READ_CASES)
@require_http_methods(["GET", "POST"])
def trader(request: Request, pk: int) -> HttpResponse:
    """The sheet of a trader; its convention can be renewed here by who manages traders."""
    one = _trader(request, pk)
    may = request.actor.may(Permission.MANAGE_TRADERS)
    contact = TraderContact.objects.filter(trader=one, is_main=True).first()
    names = ("name", "siren", "sector", "complaint_address", "level2_name", "level2_basis", "level2_address")
    initial = {name: getattr(one, name) for name in names} | {
        "aliases": "\n".join(alias.name for alias in one.aliases.order_by("name"))
    }
    if contact:
        initial |= {
            "contact_name": contact.name,
            "contact_email": contact.email,
            "contact_address": contact.postal_address,
            "contact_on_paper": contact.on_paper,
        }
    what = request.POST.get("what", "")
    form = TraderForm(request.POST if what == "sheet" else None, initial=initial)
    convention = DesignationForm(
        request.POST if what == "convention" else None, initial={"starts_on": paris_day(utc_now()), "entry_asked": True}
    )
    if request.method == "POST" and may:
        try:
            if what == "sheet" and form.is_valid():
                services.update_trader(one, by=request.actor, **_details(form))
                flash.success(request, _("Fiche enregistrée."))
                return redirect("desk:trader", pk=pk)
            if what == "convention" and convention.is_valid():
                services.designate(one, by=request.actor, **convention.cleaned_data)
                flash.success(request, _("Convention enregistrée."))
                return redirect("desk:trader", pk=pk)
        except Refusal as refusal:
            field = "name" if what == "sheet" else "version"
            (form if what == "sheet" else convention).add_error(field, str(REFUSALS.get(refusal.code, refusal.code)))
    versions = list(one.designations.order_by("-starts_on"))
    context = {"trader": one, "form": form, "convention": convention, "versions": versions, "may": may}
    return TemplateResponse(request, "traders/trader.html", context, status=422 if request.method == "POST" else 200)


@permission_required(Permission.MANAGE_TRADERS)
@require_http_methods(["GET", "POST"])
def add(request: Request) -> HttpResponse:
    form, refused = TraderForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            one = services.create_trader(
                request.actor.organisation_id or 0,
                form.cleaned_data["name"],
                by=request.actor,
                **{k: v for k, v in _details(form).items() if k != "name"},
            )
            flash.success(request, _("Professionnel ajouté ; enregistrez sa convention."))
            return redirect("desk:trader", pk=one.pk)
        except Refusal as refusal:
            refused = str(REFUSALS.get(refusal.code, refusal.code))
    return TemplateResponse(
        request, "traders/add.html", {"form": form, "refused": refused}, status=422 if request.method == "POST" else 200
    )


def _details(form: TraderForm) -> dict[str, Any]:
    data = form.cleaned_data
    contact = {
        "name": data["contact_name"],
        "email": data["contact_email"],
        "postal_address": data["contact_address"],
        "on_paper": data["contact_on_paper"],
    }
    names = ("name", "siren", "sector", "complaint_address", "level2_name", "level2_basis", "level2_address")
    return {name: data[name] for name in names} | {
        "aliases": tuple(line.strip() for line in data["aliases"].splitlines() if line.strip()),
        "contact": contact if any(contact.values()) else None,
    }
