"""Outgoing mail: `MEDIANE_SMTP_URL=smtp://user:password@host:587` (or `smtps://`). Without it, messages are kept as files in the home."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from mediane.config.settings.base import HOME, MEDIANE_URL

MEDIANE_SMTP_URL = os.environ.get("MEDIANE_SMTP_URL", "")
if MEDIANE_SMTP_URL:
    _smtp = urlsplit(MEDIANE_SMTP_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _smtp.hostname or "localhost"
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_PORT = _smtp.port or (465 if EMAIL_USE_SSL else 587)
    EMAIL_HOST_USER = unquote(_smtp.username or "")
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_TLS = not EMAIL_USE_SSL and bool(EMAIL_HOST_USER)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = (
    os.environ.get("MEDIANE_MAIL_FROM") or f"Médiane <ne-pas-repondre@{urlsplit(MEDIANE_URL).hostname}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
