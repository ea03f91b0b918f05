"""Sign-in with an e-mail address, a password and a second factor; nobody signs up alone, people are invited. Access without an account."""

from __future__ import annotations

import os

from mediane.config.settings.base import INSTALLED_APPS as _INSTALLED_APPS
from mediane.config.settings.database import CACHES as _CACHES
from mediane.config.settings.web import MIDDLEWARE as _MIDDLEWARE

INSTALLED_APPS = [*_INSTALLED_APPS, "allauth.usersessions"]
MIDDLEWARE = [*_MIDDLEWARE, "mediane.ground.accounts.middleware.CurrentActorMiddleware"]

# Beyond this many entries the cache drops some, counters of wrong passwords among them. Django's 300 would let anybody wash a counter away with
# three hundred invented addresses.
CACHES = {"default": {**_CACHES["default"], "OPTIONS": {"MAX_ENTRIES": 100_000}}}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# How long things last, in the units their names say. Policy of the installation, not of the law.
MEDIANE_ACCOUNTS = {
    "session_seconds": 12 * 3600,  # a session ends after this, however busy
    "session_idle_seconds": 60 * 60,  # and after this without a request
    "invitation_days": 7,
    "events_shown": 50,  # lines a page of the account journal
}
SESSION_COOKIE_AGE = MEDIANE_ACCOUNTS["session_seconds"]
PASSWORD_RESET_TIMEOUT = 3600  # seconds a link to choose a new password works

# Who opens a case without an account: number and code, or personal link. `window`, `first_lock`, `longest_lock`, `idle` in seconds.
MEDIANE_ACCESS = {
    "free_failures": 5,  # wrong tries before the first wait, per case number
    "free_failures_address": 20,  # the same per network address: a town hall or a law clinic shares one
    "window": 3600,  # tries older than this are forgotten
    "first_lock": 60,  # then each wrong try doubles the wait
    "longest_lock": 24 * 3600,
    "lost_per_window": 5,  # "send me my link again", per e-mail address and per network address
    "idle": 2 * 3600,
    "longest_session": 12 * 3600,
    "click_seconds": 600,  # from following a link to pressing the button
}

MEDIANE_RATES = {  # how many, in how many seconds; beyond, 429 until the window is over
    "api_token": (600, 60),  # calls of one token
    "api_unknown": (30, 60),  # calls without a known token, per network address
    "draft": (30, 3600),  # forms begun, per network address: a law clinic's afternoon
}

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "mediane.ground.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "mediane.ground.accounts.forms.LoginForm",
    "change_password": "mediane.ground.accounts.forms.ChangePasswordForm",
    "reset_password": "mediane.ground.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "mediane.ground.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "mediane.ground.accounts.forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is answered from the mailbox it was sent to
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to because a stranger typed their address
ACCOUNT_SESSION_REMEMBER = False  # the cookie ends with the browser, the session with the limits above
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session goes on, all others end (their hash no longer fits)
ACCOUNT_LOGIN_ON_PASSWORD_RESET = (
    False  # a mailbox alone opens nothing: the second factor is asked at the sign-in that follows
)
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if os.environ.get("MEDIANE_URL", "").startswith("https:") else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
# How many proxies of ours stand in front: the address that throttles count is read that many places from the end of X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("MEDIANE_PROXIES", "0"))

MFA_ADAPTER = "mediane.ground.accounts.adapters.SecondFactorAdapter"
USERSESSIONS_ADAPTER = "mediane.ground.accounts.adapters.SessionsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "mediane.ground.accounts.forms.AuthenticateForm",
    "reauthenticate": "mediane.ground.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "mediane.ground.accounts.forms.ActivateTOTPForm",
}
MFA_TOTP_ISSUER = "Médiane"
MFA_RECOVERY_CODE_COUNT = 10
