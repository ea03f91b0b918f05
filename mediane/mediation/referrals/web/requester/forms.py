"""What the requester fills in on the follow-up pages. Nothing with a legal effect is ticked beforehand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.forms import Choice, Form
from mediane.kernel.typed import clean_email, clean_line
from mediane.mediation.referrals.web.public_form.forms import (
    BY_EMAIL,
    BY_POST,
    BY_SMS,
    Line,
    Paragraphs,
    PastDay,
    choice_field,
    countries,
    one_of,
    phone_number,
)


class Plain(Form):
    """A form with days that have come: `today` bounds them."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PastDay):
                field.today = today


class MessageForm(Plain):
    """`key` makes a message that was sent twice one message. Files are read beside the form."""

    audience = one_of((), label=_("Qui lira ce message ?"), ask=_("choisissez qui lira ce message"))
    text = Paragraphs(label=_("Votre message"), max_length=10_000, rows=5)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        audiences: list[tuple[str, str]],
        files: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, initial={"key": uuid.uuid4(), "audience": audiences[0][0]}, **kwargs)
        self.fields["text"].required = not files
        self.fields["text"].error_messages["required"] = _("écrivez quelques mots, ou joignez un fichier")
        choice_field(self, "audience").choices = [(value, Choice(words)) for value, words in audiences]
        if len(audiences) == 1:
            self.fields["audience"].widget = forms.HiddenInput()


class AnswerForm(Plain):
    """The answer to the proposal; its effects stand in the labels, so that they are read before anything is ticked."""

    value = one_of((), label=_("Votre réponse à la proposition"), ask=_("choisissez « J’accepte » ou « Je refuse »"))
    round = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1000)

    def __init__(self, data: Mapping[str, Any] | None = None, *, accepting: Any, refusing: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choice_field(self, "value").choices = [
            ("accepted", Choice(_("J’accepte"), accepting)),
            ("refused", Choice(_("Je refuse"), refusing)),
        ]


class PiecesForm(Plain):
    conditions = {"text": ""}  # its label says when
    text = Paragraphs(
        label=_("Une pièce que vous n’avez pas ?"),
        max_length=3000,
        rows=3,
        required=False,
        help_text=_("Dites laquelle et pourquoi : nous chercherons une autre preuve avec vous."),
    )


class DemandForm(Plain):
    """The answer to one thing that the office asked. `key`: sent twice, it is one answer."""

    conditions = {"text": ""}  # words or a file: one of them
    text = Paragraphs(label=_("Votre réponse"), max_length=10_000, rows=4, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, piece: bool, files: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()}, **kwargs)
        self.files_come = files
        if piece:
            self.fields["text"].label = _("Si vous ne l’avez pas, dites-le ici")
            self.fields["text"].help_text = _("Nous chercherons une autre preuve avec vous.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text", "").strip() and not self.files_come and "text" not in self.errors:
            self.add_error("text", ValidationError(_("écrivez quelques mots, ou joignez un fichier"), code="required"))
        return data


class ExecutionForm(Plain):
    value = one_of(
        (
            ("yes", Choice(_("Oui, tout est fait"), _("Le dossier sera clos."))),
            ("partly", Choice(_("En partie"))),
            ("no", Choice(_("Non, rien n’est fait"))),
        ),
        label=_("L’accord a-t-il été exécuté ?"),
        ask=_("dites si l’accord a été exécuté"),
    )
    comment = Paragraphs(
        label=_("Précisions"),
        max_length=3000,
        rows=3,
        required=False,
        help_text=_("Par exemple ce qui manque, et depuis quand."),
    )


class ResubmitForm(Plain):
    """What changed since; which questions depends on why the first request stopped."""

    conditions = {"answered_on": ""}
    since_then = Paragraphs(
        label=_("Que s’est-il passé depuis ?"),
        max_length=5000,
        rows=5,
        error_messages={"required": _("dites en quelques mots ce qui a changé")},
        help_text=_("Par exemple : « Je lui ai écrit le 3 mars. Elle n’a pas répondu. »"),
    )
    complaint_on = PastDay(label=_("Quand avez-vous écrit à l’entreprise ?"))
    answer = one_of(
        (
            ("none", Choice(_("Elle n’a pas répondu"))),
            ("refused", Choice(_("Elle refuse"))),
            ("partly", Choice(_("Elle propose une partie, ou autre chose"))),
            ("satisfied", Choice(_("Elle accepte ce que je demandais"))),
        ),
        label=_("L’entreprise a-t-elle répondu ?"),
        ask=_("dites si l’entreprise a répondu"),
    )
    answered_on = PastDay(label=_("Si oui, quand ?"), required=False)
    level2_on = PastDay(label=_("Quand avez-vous écrit au second service ?"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, asks: frozenset[str], complaint_on: date | None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.first = complaint_on
        for name in ("complaint_on", "level2_on"):
            if name not in asks:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        answer, day = data.get("answer"), data.get("answered_on")
        if answer not in (None, "none") and day is None and "answered_on" not in self.errors:
            self.add_error(
                "answered_on", ValidationError(_("indiquez le jour, le mois et l’année de sa réponse"), code="required")
            )
        first = data.get("complaint_on") or self.first
        if day and first and day < first:
            self.add_error(
                "answered_on",
                ValidationError(_("ce jour précède votre réclamation : vérifiez les deux dates"), code="order"),
            )
        return data

    def changes(self) -> dict[str, Any]:
        """Facts that changed, as the service takes them."""
        data = self.cleaned_data
        found: dict[str, Any] = {"answered_on": None, "answer": ""}
        if data["answer"] != "none":
            found = {"answered_on": data["answered_on"], "answer": data["answer"]}
        if data.get("complaint_on"):
            found |= {"complaint_on": data["complaint_on"], "complaint_written": True}
        if data.get("level2_on"):
            found |= {"level2_on": data["level2_on"]}
        return found


class ReachForm(Plain):
    """How this party is reached."""

    autocomplete = {
        "email": "email",
        "phone": "tel",
        "address": "street-address",
        "postcode": "postal-code",
        "city": "address-level2",
        "country": "country",
    }
    conditions = {"email": BY_EMAIL, "phone": BY_SMS, "address": BY_POST, "postcode": BY_POST, "city": BY_POST}
    by = one_of(
        (
            ("email", Choice(_("Par courriel"))),
            ("post", Choice(_("Par courrier postal"), _("Mêmes lettres, mêmes dates."))),
        ),
        label=_("Comment voulez-vous recevoir nos lettres ?"),
        ask=_("choisissez le courriel ou le courrier postal"),
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        max_length=254,
        required=False,
        error_messages={
            "invalid": _("vérifiez cette adresse : elle ressemble à prenom.nom@exemple.fr"),
            "max_length": _("cette adresse est trop longue : vérifiez-la"),
        },
    )
    phone = Line(label=_("Téléphone"), max_length=32, required=False)
    address = Paragraphs(
        label=_("Adresse"),
        max_length=160,
        rows=2,
        required=False,
        help_text=_("Numéro et rue, bâtiment, lieu-dit : trois lignes au plus."),
    )
    postcode = Line(label=_("Code postal"), max_length=12, required=False)
    city = Line(label=_("Ville"), max_length=80, required=False)
    country = forms.ChoiceField(
        label=_("Pays"),
        error_messages={
            "required": _("choisissez votre pays"),
            "invalid_choice": _("choisissez votre pays dans la liste"),
        },
    )
    sms_agreed = forms.BooleanField(label=_("J’accepte d’être prévenu par SMS qu’une lettre m’attend"), required=False)
    large_print = forms.BooleanField(label=_("Je préfère des lettres en gros caractères"), required=False)
    discreet = forms.BooleanField(
        label=_("L’entreprise ne lit que mes initiales"),
        required=False,
        help_text=_("Elle retrouve le contrat par son numéro. Ce qu’elle a déjà reçu ne change pas."),
    )

    def __init__(self, *args: Any, discretion: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "country").choices = countries()
        if not discretion:  # without a contract number the trader could not tell whose contract it is
            del self.fields["discreet"]

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])

    def clean_phone(self) -> str:
        return phone_number(self.cleaned_data["phone"])

    def clean_address(self) -> str:
        lines = [line for line in (clean_line(line, 60) for line in self.cleaned_data["address"].splitlines()) if line]
        if len(lines) > 3:
            raise ValidationError(_("écrivez trois lignes au plus, sans le code postal ni la ville"), code="lines")
        return "\n".join(lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("by") == "email" and not data.get("email") and "email" not in self.errors:
            self.add_error(
                "email", ValidationError(_("écrivez votre adresse, ou choisissez le courrier postal"), code="required")
            )
        if data.get("by") == "post":
            for name, words in (
                ("address", _("écrivez votre adresse")),
                ("postcode", _("écrivez votre code postal")),
                ("city", _("écrivez votre ville")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(words, code="required"))
        if data.get("sms_agreed") and not data.get("phone") and "phone" not in self.errors:
            self.add_error(
                "phone", ValidationError(_("écrivez un numéro de portable, ou décochez les SMS"), code="required")
            )
        return data

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {**{name: value for name, value in data.items() if name != "by"}, "on_paper": data["by"] == "post"}
