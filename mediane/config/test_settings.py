"""The test room: the product's own settings, stricter (docs/guide/tests.md). `tests/room` makes the databases."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("MEDIANE_HOME", str(Path(__file__).parents[2] / "var" / "tests"))

from mediane.config.prepare import ready_home

ready_home()

from mediane.config.settings import *  # noqa: E402, F403
from mediane.config.settings import HOME, MIDDLEWARE  # noqa: E402

TESTING = True
MIDDLEWARE = ["tests.room.strict.RefuseInline", *MIDDLEWARE]

# Fast where speed takes nothing from what is proved.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
MEDIANE_FILES = HOME / "run" / "test-files"
MEDIANE_KEYS = {1: bytes(range(32))}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
