"""What allauth asks us: no sign-up, mail through the queue, secrets sealed, and a line in the account journal for what fails."""

from __future__ import annotations

import time
from typing import Any

import segno
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts import audit, keyring, messages
from mediane.kernel.moments import utc_now
from mediane.kernel.typed import clean_email


class AccountAdapter(DefaultAccountAdapter):
    """Wrong address, wrong password and unknown account are one sentence."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("L’adresse ou le mot de passe ne convient pas."),
        "too_many_login_attempts": _("Trop d’essais. Attendez cinq minutes, ou choisissez un nouveau mot de passe."),
        "incorrect_password": _("Ce mot de passe ne convient pas."),
        "enter_current_password": _("Écrivez votre mot de passe actuel."),
        "incorrect_code": _(
            "Ce code ne convient pas. Vérifiez l’heure de votre téléphone, puis écrivez le code affiché maintenant."
        ),
        "rate_limited": _("Trop d’essais. Attendez quelques minutes."),
        "invalid_password_reset": _("Ce lien a déjà servi ou n’est plus valable."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        return clean_email(email)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """allauth's notices leave by the queue, with ids alone."""
        messages.notify(user.pk, template_prefix, at=utc_now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        audit.sign_in_failed(request, credentials.get("email", ""))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not twice in a minute: a first sign-in leads straight to enrolling the second factor, with the password just typed."""
        request = self.request
        records = get_authentication_records(request, request.user) if request.user.is_authenticated else []
        fresh = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        if app == "allauth.mfa" and any(
            row.get("method") == "password" and row.get("at", 0) > fresh for row in records
        ):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_client_ip(self, request: HttpRequest) -> str:
        try:
            return super().get_client_ip(request)
        except PermissionDenied:  # a Unix socket has no address: one bucket for all of it, rather than no service
            return "0.0.0.0"  # noqa: S104 — a name for a counter, nothing listens there


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": _("Activez d’abord l’application d’authentification."),
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.email)

    def build_totp_svg(self, url: str) -> str:
        """Drawn in the page itself: the content security policy allows no data: image."""
        return segno.make(url, error="m").svg_inline(
            scale=5, border=2, title=str(_("Code QR à lire avec l’application d’authentification"))
        )

    def encrypt(self, text: str) -> str:
        return keyring.encrypt("second factor", "mfa", text)

    def decrypt(self, encrypted_text: str) -> str:
        return keyring.decrypt("second factor", "mfa", encrypted_text)


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Any) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            audit.sessions_ended(ended[0].user_id, len(ended))
