"""Short e-mails that are no letters: nothing personal in them, the matter is behind the link (letters.md A4)."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from mediane.mediation.referrals.models import Referral


def send(to: str, subject: str, template: str, context: dict[str, object], language: str = "fr") -> None:
    """Real HTML with its plain-text twin: `template` names both (`.txt`, `.html`)."""
    with override(language):
        text = render_to_string(f"referrals/mail/{template}.txt", context)
        html = render_to_string(f"referrals/mail/{template}.html", context)
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    message.attach_alternative(html, "text/html")
    message.send()


def access_again(referral: Referral, email: str, url: str) -> None:
    send(email, _("Votre lien de suivi"), "access_again", {"url": url, "body": referral.body.organisation.name})
