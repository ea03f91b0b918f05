"""The door: number and code; and the way back for who lost them."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mediane.ground.access.services import read_code, read_number
from mediane.ground.ui.forms import Form


class CodeForm(Form):
    number = forms.CharField(
        label=_("Numéro de dossier"),
        max_length=40,
        help_text=_("En haut de votre accusé de réception et de chaque lettre."),
    )
    code = forms.CharField(
        label=_("Code d’accès"),
        max_length=40,
        help_text=_("Seize chiffres, par groupes de quatre, sur votre accusé de réception."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_number(self) -> str:
        if not (number := read_number(self.cleaned_data["number"])):
            raise ValidationError(_("écrivez le numéro tel qu’il est imprimé"))
        return number

    def clean_code(self) -> str:
        """A wrong length is a slip of the finger: said at once, and not counted as a try."""
        if not (code := read_code(self.cleaned_data["code"])):
            raise ValidationError(_("le code compte seize chiffres"))
        return code


class LostForm(Form):
    autocomplete = {"email": "email"}

    email = forms.EmailField(label=_("Adresse électronique donnée dans votre demande"), max_length=254)
    number = forms.CharField(
        label=_("Numéro de dossier"), max_length=40, required=False, help_text=_("Si vous l’avez.")
    )
