"""What is installed, and where it keeps things."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from mediane.config import home as _home
from mediane.config import keys as _keys

HOME = _home.current()
SECRET_KEY = os.environ.get("MEDIANE_SECRET_KEY") or HOME.secret("django")
DEBUG = os.environ.get("MEDIANE_DEBUG") == "1"

# The address people type. Links in letters, cookies and host checks follow from it.
MEDIANE_URL = os.environ.get("MEDIANE_URL", "http://localhost:8000").rstrip("/")
_address = urlsplit(MEDIANE_URL)
HTTPS = _address.scheme == "https"

# Files of the cases, named by their digest (ground.documents).
MEDIANE_FILES = HOME / "documents"
MEDIANE_DOCUMENTS: dict[str, int] = {}  # other limits than those of ground.documents.limits
CLAMD_SOCKET = os.environ.get(
    "CLAMD_SOCKET", ""
)  # the virus scanner's socket; without it files are marked "not scanned"

# The key ring that wraps the cases' own keys: number → 32 bytes, newest last (ground.journal.crypto).
MEDIANE_KEYS = _keys.ring(HOME)

INSTALLED_APPS = [
    "mediane.config.apps.ConfigConfig",
    # the product, from the ground up
    "mediane.ground.database",
    "mediane.ground.privacy",
    "mediane.ground.jobs",
    "mediane.ground.ui",
    "mediane.ground.organisations",
    "mediane.ground.accounts",
    "mediane.ground.rulesets",
    "mediane.ground.journal",
    "mediane.ground.deadlines",
    "mediane.ground.documents",
    "mediane.ground.access",
    "mediane.ground.correspondence",
    "mediane.mediation.schemes",
    "mediane.mediation.traders",
    "mediane.mediation.referrals",
    "mediane.mediation.referrals.imports",
    "mediane.insight.indicators",
    "mediane.insight.reports",
    "mediane.portals.desk",
    "mediane.portals.requester",
    "mediane.portals.trader",
    "mediane.portals.public",
    "mediane.api",
    "mediane.demonstration",
    # what it stands on
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Person"
USE_TZ = True
TIME_ZONE = "Europe/Paris"  # shown; stored in UTC
