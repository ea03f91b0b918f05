"""Forms of accounts: allauth's, in our words, and ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts import keyring
from mediane.ground.accounts.models import Person
from mediane.ground.accounts.roles import DEFINITIONS, Role
from mediane.ground.accounts.services import token_scopes
from mediane.ground.jobs import defer
from mediane.ground.ui.forms import Cards, Choice, DayField, Form, Ticks
from mediane.kernel.moments import PARIS
from mediane.kernel.typed import clean_email

PASSWORD_HINT = _("Douze caractères au moins. Une phrase de quelques mots se retient mieux qu’un mot compliqué.")


class _Worded:
    """allauth's form with our labels and hints, no placeholder (it vanishes while one types), no browser bubble."""

    use_required_attribute = False
    words: ClassVar[dict[str, Any]] = {}
    hints: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label, field.help_text = self.words.get(name, field.label), self.hints.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_Worded, account.LoginForm):
    words = {"login": _("Adresse électronique"), "password": _("Mot de passe")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ReauthenticateForm(_Worded, account.ReauthenticateForm):
    words = {"password": _("Mot de passe")}


class ChangePasswordForm(_Worded, account.ChangePasswordForm):
    words = {
        "oldpassword": _("Mot de passe actuel"),
        "password1": _("Nouveau mot de passe"),
        "password2": _("Le même, une seconde fois"),
    }
    hints = {"password1": PASSWORD_HINT}


class ResetPasswordKeyForm(_Worded, account.ResetPasswordKeyForm):
    words = {"password1": _("Nouveau mot de passe"), "password2": _("Le même, une seconde fois")}
    hints = {"password1": PASSWORD_HINT}


class ResetPasswordForm(_Worded, account.ResetPasswordForm):
    """Looks nothing up: the worker does, so that the answer takes the same time for every address."""

    words = {"email": _("Adresse électronique de votre compte")}

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        from mediane.ground.accounts.tasks import send_password_reset

        email: str = self.cleaned_data["email"]
        defer(send_password_reset, sealed_email=keyring.encrypt("queue", "password reset", email))
        return email


_CODE = {"code": _("Code à six chiffres, ou code de secours")}


class AuthenticateForm(_Worded, mfa.AuthenticateForm):
    words = _CODE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class ReauthenticateCodeForm(_Worded, mfa.ReauthenticateForm):
    words = _CODE


class ActivateTOTPForm(_Worded, totp.ActivateTOTPForm):
    words = {"code": _("Code affiché par l’application")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


# ---- ours ----------------------------------------------------------------------------------------------------------
class _NamesForm(Form):
    autocomplete = {"first_name": "given-name", "last_name": "family-name", "phone": "tel"}

    first_name = forms.CharField(label=_("Prénom"), max_length=80)
    last_name = forms.CharField(label=_("Nom de famille"), max_length=80)
    phone = forms.CharField(label=_("Téléphone"), max_length=32, required=False)


class AcceptForm(_NamesForm):
    """A new person takes an invitation."""

    password = forms.CharField(
        label=_("Mot de passe"),
        help_text=PASSWORD_HINT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Le même, une seconde fois"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password_again(self) -> str:
        again: str = self.cleaned_data["password_again"]
        if again != self.cleaned_data.get("password", again):
            raise ValidationError(_("les deux mots de passe sont différents"))
        return again


class ProfileForm(_NamesForm):
    title = forms.CharField(
        label=_("Fonction"), max_length=120, required=False, help_text=_("Par exemple « Juriste, pôle livraison ».")
    )
    language = forms.ChoiceField(label=_("Langue"), choices=settings.LANGUAGES, widget=Cards(compact=True))

    field_order = ["first_name", "last_name", "title", "phone", "language"]


def _role_choices(roles: Iterable[Role]) -> list[tuple[str, Choice]]:
    return [(role.value, Choice(DEFINITIONS[role].label, DEFINITIONS[role].paragraph)) for role in roles]  # type: ignore[arg-type]


class InviteForm(Form):
    email = forms.EmailField(label=_("Adresse électronique"), max_length=254)
    first_name = forms.CharField(label=_("Prénom"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Nom de famille"), max_length=80, required=False)
    role = forms.ChoiceField(label=_("Rôle"), widget=Cards)

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _role_choices(roles)  # type: ignore[attr-defined]


class GrantForm(Form):
    role = forms.ChoiceField(label=_("Rôle"), widget=Cards)
    starts_on = DayField(label=_("Premier jour"), required=False, help_text=_("Aujourd’hui si vous ne dites rien."))
    ends_on = DayField(label=_("Dernier jour"), required=False, help_text=_("Obligatoire pour un contrôleur."))

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _role_choices(roles)  # type: ignore[attr-defined]


class EndRoleForm(Form):
    ends_on = DayField(
        label=_("Dernier jour"),
        required=False,
        help_text=_("Sans date, le rôle prend fin tout de suite."),
    )


class TokenForm(Form):
    name = forms.CharField(label=_("Nom"), max_length=80, help_text=_("Celui de l’application qui s’en servira."))
    scopes = forms.MultipleChoiceField(label=_("Portées"), widget=Ticks)
    expires_on = DayField(
        label=_("Dernier jour"),
        required=False,
        help_text=_("Sans date, le jeton vaut jusqu’à sa révocation."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = list(token_scopes().items())  # type: ignore[attr-defined]

    def expires_at(self) -> datetime | None:
        """The first moment after the last day."""
        day = self.cleaned_data.get("expires_on")
        return datetime.combine(day + timedelta(days=1), time(), PARIS) if day else None


def initial_of(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ("first_name", "last_name", "title", "phone", "language")}
