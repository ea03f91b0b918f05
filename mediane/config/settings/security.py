"""Hosts, cookies, headers, content security policy."""

from __future__ import annotations

import os

from csp.constants import NONCE, NONE, SELF

from mediane.config.settings.base import HTTPS, MEDIANE_URL, _address

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", _address.hostname or "localhost"]
ALLOWED_HOSTS += [name for name in os.environ.get("MEDIANE_HOSTS", "").split(",") if name]
CSRF_TRUSTED_ORIGINS = [MEDIANE_URL] if HTTPS else []

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "mediane_session"
CSRF_COOKIE_NAME = "mediane_csrf"
CSRF_USE_SESSIONS = False
CSRF_COOKIE_HTTPONLY = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "mediane.ground.ui.errors.csrf_failed"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the desk shows a piece beside the case
if HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    # Behind the proxy that holds the certificate; it must set this header itself and drop the one it receives.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

# Unique whatever its case: a constraint on lower(email), which this check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
