"""Typing in what came by post, by phone or at the counter: who, what, when it arrived, and the file; the rest can be asked later."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission
from mediane.ground.documents.uploads import Uploads, read_uploads
from mediane.ground.ui.forms import Cards, DayField, Form, MoneyField
from mediane.kernel.identifiers import is_siren
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Channel, Party, RequesterKind
from mediane.mediation.referrals.services import receiving
from mediane.mediation.referrals.web.desk.admissibility import ThreeWay
from mediane.mediation.referrals.web.desk.forms import choices_of
from mediane.mediation.referrals.web.desk.words import said
from mediane.mediation.schemes.models import Gender, Subject
from mediane.mediation.traders.models import Trader


class EntryForm(Form):
    most_optional = True
    submission_key = forms.UUIDField(widget=forms.HiddenInput())
    channel = forms.ChoiceField(
        label=gettext_lazy("Arrivée par"),
        choices=[c for c in Channel.choices if c[0] != "web"],
        widget=Cards(compact=True),
        initial=Channel.POST,
    )
    received_on = DayField(
        label=gettext_lazy("Arrivée le"),
        help_text=gettext_lazy("Le jour de réception fait courir les trois semaines, pas celui de la saisie."),
    )
    gender = forms.ChoiceField(label=gettext_lazy("Civilité"), choices=Gender.choices, required=False)
    first_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=80, required=False)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    address = forms.CharField(
        label=gettext_lazy("Adresse"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=12, required=False)
    city = forms.CharField(label=gettext_lazy("Ville"), max_length=80, required=False)
    email = forms.EmailField(label=gettext_lazy("Courriel"), required=False)
    phone = forms.CharField(label=gettext_lazy("Téléphone"), max_length=32, required=False)
    on_paper = forms.BooleanField(label=gettext_lazy("Écrire par courrier postal"), required=False, initial=True)
    large_print = forms.BooleanField(label=gettext_lazy("Gros caractères"), required=False)
    requester_kind = forms.ChoiceField(
        label=gettext_lazy("Qualité"),
        choices=[("", gettext_lazy("inconnue")), *RequesterKind.choices],
        required=False,
        initial=RequesterKind.CONSUMER,
    )
    trader_id = forms.ModelChoiceField(
        label=gettext_lazy("Professionnel"), queryset=Trader.objects.none(), required=False, empty_label="—"
    )
    trader_given = forms.CharField(
        label=gettext_lazy("Professionnel absent de la liste : son nom"), max_length=200, required=False
    )
    trader_siren = forms.CharField(label=gettext_lazy("Son SIREN"), max_length=14, required=False)
    subject_id = forms.ModelChoiceField(
        label=gettext_lazy("Sujet"), queryset=Subject.objects.none(), required=False, empty_label="—"
    )
    summary = forms.CharField(label=gettext_lazy("Le litige en une ligne"), max_length=200)
    facts = forms.CharField(
        label=gettext_lazy("Ce qui s’est passé"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    asked_now = forms.CharField(
        label=gettext_lazy("Ce qui est demandé"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    amount_claimed = MoneyField(label=gettext_lazy("Somme demandée"), required=False)
    complaint_written = ThreeWay(gettext_lazy("Réclamation écrite"))
    complaint_proof = ThreeWay(gettext_lazy("Preuve jointe"))
    complaint_on = DayField(label=gettext_lazy("Date de la réclamation"), required=False)
    answered_on = DayField(label=gettext_lazy("Réponse reçue le"), required=False)
    other_mediator = ThreeWay(gettext_lazy("Autre médiateur saisi"))
    court = ThreeWay(gettext_lazy("Tribunal saisi"))
    transfer_consent = ThreeWay(gettext_lazy("Accepte que le dossier soit transmis"))

    GROUPS = (
        (gettext_lazy("Arrivée"), ("channel", "received_on")),
        (
            gettext_lazy("Le demandeur"),
            (
                "gender",
                "first_name",
                "last_name",
                "address",
                "postcode",
                "city",
                "email",
                "phone",
                "on_paper",
                "large_print",
                "requester_kind",
            ),
        ),
        (gettext_lazy("Le professionnel"), ("trader_id", "trader_given", "trader_siren")),
        (gettext_lazy("Le litige"), ("subject_id", "summary", "facts", "asked_now", "amount_claimed")),
        (
            gettext_lazy("Ce que montre le dossier"),
            (
                "complaint_written",
                "complaint_proof",
                "complaint_on",
                "answered_on",
                "other_mediator",
                "court",
                "transfer_consent",
            ),
        ),
    )

    def __init__(self, *args: Any, body_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "trader_id").queryset = Trader.objects.filter(body=body_id, active=True)
        choices_of(self, "subject_id").queryset = Subject.objects.filter(body=body_id, parent__isnull=True, active=True)

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        siren = "".join(filter(str.isdigit, data.get("trader_siren") or ""))[:9]
        if data.get("trader_siren") and not is_siren(siren):
            self.add_error("trader_siren", _("ce numéro n’est pas un SIREN : neuf chiffres, vérifiez-les"))
        if not data.get("trader_id") and not (data.get("trader_given") or "").strip():
            self.add_error("trader_id", _("choisissez le professionnel, ou écrivez son nom"))
        if data.get("received_on") and data["received_on"] > paris_day(utc_now()):
            self.add_error("received_on", _("cette date est dans le futur"))
        return data

    def dispute(self) -> receiving.Dispute:
        data = self.cleaned_data
        person = {
            name: data[name]
            for name in (
                "gender",
                "first_name",
                "last_name",
                "address",
                "postcode",
                "city",
                "email",
                "phone",
                "on_paper",
                "large_print",
            )
        }
        names = (
            "trader_given",
            "requester_kind",
            "summary",
            "facts",
            "asked_now",
            "amount_claimed",
            "complaint_written",
            "complaint_proof",
            "complaint_on",
            "answered_on",
            "other_mediator",
            "court",
            "transfer_consent",
        )
        return receiving.Dispute(
            trader_id=data["trader_id"].pk if data["trader_id"] else None,
            subject_id=data["subject_id"].pk if data["subject_id"] else None,
            trader_siren="".join(filter(str.isdigit, data["trader_siren"])),
            consumer=receiving.Person(**person),
            **{name: data[name] for name in names},
        )


@permission_required(Permission.WORK_CASES)
@require_http_methods(["GET", "POST"])
def enter(request: Request) -> HttpResponse:
    body_id = request.actor.organisation_id or 0
    form = EntryForm(
        request.POST or None,
        body_id=body_id,
        initial={"submission_key": uuid.uuid4(), "received_on": paris_day(utc_now()), "on_paper": True},
    )
    uploads, refused = Uploads(), ""
    if request.method == "POST":
        uploads = read_uploads(request, "pieces", context=f"entry-{body_id}")
        if form.is_valid() and not uploads.refused:
            try:
                referral = receiving.receive(
                    body_id,
                    form.dispute(),
                    by=request.actor.for_party(Party.CONSUMER),
                    at=utc_now(),
                    channel=form.cleaned_data["channel"],
                    on=form.cleaned_data["received_on"],
                    uploads=tuple(
                        (
                            upload,
                            upload.filename,
                            "prior_complaint" if form.cleaned_data["complaint_proof"] else "other",
                        )
                        for upload in uploads.accepted
                    ),
                    submission_key=form.cleaned_data["submission_key"],
                    assignee_id=request.actor.person_id,
                )
                flash.success(
                    request,
                    _("Demande enregistrée sous le numéro {number} ; l’accusé de réception part.").format(
                        number=referral.number
                    ),
                )
                return redirect("desk:case", pk=referral.pk)
            except Refusal as refusal:
                refused = said(refusal)
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(
        request, "desk/enter.html", {"form": form, "uploads": uploads, "refused": refused}, status=status
    )
