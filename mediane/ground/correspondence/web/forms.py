"""Forms of the outbox and of the texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.texts import optional_statements
from mediane.ground.ui.forms import DayField, Form, Ticks


class AddressForm(Form):
    """Where a letter goes when it goes by post after all."""

    postal_lines = forms.CharField(
        label=_("Adresse, une ligne par ligne"),
        help_text=_("Le nom d’abord, six lignes au plus : c’est ce que montre la fenêtre de l’enveloppe."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_postal_lines(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["postal_lines"].splitlines() if line.strip()]
        if len(lines) > 6:
            raise forms.ValidationError(_("six lignes au plus"))
        return lines


class CancelForm(Form):
    reason = forms.CharField(label=_("Pourquoi cette lettre ne doit pas partir"), max_length=300)


class RetryForm(Form):
    """Again by e-mail, to the same address or to the right one."""

    email = forms.EmailField(
        label=_("Adresse électronique"),
        required=False,
        help_text=_("Corrigez-la si elle est fausse. Celle du dossier se change sur la page du dossier."),
    )


class BounceForm(Form):
    """A message that came back to the office's mailbox."""

    said = forms.CharField(
        label=_("Ce que dit le message revenu"),
        max_length=300,
        help_text=_("Par exemple : « boîte inconnue », « boîte pleine »."),
    )


class PostedForm(Form):
    posted_on = DayField(label=_("Jour où les enveloppes ont été postées"))


class TextForm(Form):
    """A body's own text of a letter."""

    title = forms.CharField(
        label=_("Titre de la lettre"), max_length=200, required=False, help_text=_("Vide : le titre fourni.")
    )
    subject = forms.CharField(
        label=_("Objet du courriel"), max_length=250, required=False, help_text=_("Vide : l’objet fourni.")
    )
    text = forms.CharField(
        label=_("Texte"),
        help_text=_(
            "Les mots entre accolades viennent du dossier ; {{statement:…}} place une mention, dont la phrase est commune à toutes les lettres."
        ),
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "true"}),
    )
    effective_from = DayField(label=_("En vigueur à partir du"))


class SentenceForm(Form):
    """A body's own wording of a statement."""

    sentence = forms.CharField(label=_("Votre rédaction"), widget=forms.Textarea(attrs={"rows": 4}))
    effective_from = DayField(label=_("En vigueur à partir du"))


class SettingsForm(Form):
    """What a body chose for all its letters."""

    printed = forms.MultipleChoiceField(
        label=_("Mentions facultatives imprimées"), widget=Ticks, required=False,
        help_text=_("Décochée, une mention disparaît des lettres où elle est facultative ; elle reste là où elle est obligatoire."),
    )  # fmt: skip
    names_other_party = forms.BooleanField(
        label=_("L’objet d’un courriel au consommateur peut nommer le professionnel"), required=False
    )
    attach_data = forms.BooleanField(
        label=_("Joindre au PDF les données de la lettre, lisibles par une machine"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["printed"].choices = list(optional_statements().items())  # type: ignore[attr-defined]

    @property
    def omitted(self) -> list[str]:
        return [key for key in optional_statements() if key not in self.cleaned_data["printed"]]
