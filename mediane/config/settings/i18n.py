"""French is the source language; the English catalogue is complete."""

from __future__ import annotations

from pathlib import Path

from mediane.config.settings.base import HTTPS

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "mediane_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
USE_I18N = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
