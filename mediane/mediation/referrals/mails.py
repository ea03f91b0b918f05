"""Short e-mails that are no letters: nothing personal in them, the matter is behind the link (letters.md A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from mediane.mediation.referrals.models import Referral

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def send(to: str, subject: StrPromise | str, template: str, context: dict[str, object], language: str = "fr") -> None:
    """Real HTML with its plain-text twin: `template` names both (`.txt`, `.html`)."""
    with override(language):
        said = str(subject)
        text = render_to_string(f"referrals/mail/{template}.txt", context)
        html = render_to_string(f"referrals/mail/{template}.html", context | {"subject": said})
    message = EmailMultiAlternatives(said, text, settings.DEFAULT_FROM_EMAIL, [to])
    message.attach_alternative(html, "text/html")
    message.send()


def access_again(referral: Referral, email: str, url: str, language: str = "fr") -> None:
    values: dict[str, object] = {"url": url, "body": referral.body.organisation.name}
    send(email, _("Votre lien de suivi"), "access_again", values, language)


def new_address(referral: Referral, email: str, url: str, language: str = "fr") -> None:
    """To the new mailbox: the link that works from now on."""
    values: dict[str, object] = {"url": url, "body": referral.body.organisation.name}
    send(email, _("Votre nouvelle adresse est enregistrée"), "new_address", values, language)


def former_address(referral: Referral, email: str, language: str = "fr") -> None:
    """To the mailbox that was left: a change that its owner did not ask for must not pass unseen. No link, and no word of the case."""
    body = referral.body
    values: dict[str, object] = {"body": body.organisation.name, "phone": body.phone, "contact": body.email}
    send(email, _("Votre adresse a été changée"), "former_address", values, language)
