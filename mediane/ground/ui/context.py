"""What every shell shows: theme, language, who is here, for whom. Nothing is computed before a template asks, nothing
is read twice."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import menu

THEME_COOKIE = "mediane_theme"
THEMES = {"": _("auto"), "light": _("clair"), "dark": _("sombre")}
LANGUAGES = {"fr": "Français", "en": "English"}


class Shell:
    """Read by the shells as ``shell``. Uses only what the request already carries (``user``, ``actor``,
    ``organisation``, cookies)."""

    themes = tuple(THEMES.items())
    languages = tuple(LANGUAGES.items())

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def theme(self) -> str:
        """``light``, ``dark`` or nothing: what the system says."""
        given = self.request.COOKIES.get(THEME_COOKIE, "")
        return given if given in THEMES else ""

    @property
    def language(self) -> str:
        return "en" if (get_language() or "fr").startswith("en") else "fr"

    @property
    def here(self) -> str:
        """Where the preference forms come back to."""
        return self.request.get_full_path() if self.request.method == "GET" else "/"

    @cached_property
    def person(self) -> Any:
        """Who signed in, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def organisation(self) -> Any:
        return getattr(self.request, "organisation", None)

    @property
    def organisations(self) -> list[Any]:
        return getattr(self.request, "organisations", [])

    @property
    def roles(self) -> list[str]:
        """What the person is here, in words."""
        chosen = getattr(self.organisation, "pk", None)
        rows = getattr(self.request, "memberships", [])
        return list(dict.fromkeys(str(row.get_role_display()) for row in rows if row.organisation_id == chosen))

    @property
    def actor(self) -> Any:
        return getattr(self.request, "actor", None)

    @cached_property
    def desk_menu(self) -> dict[str, list[menu.Entry]]:
        """By group: main, steering, settings, foot."""
        return menu.by_group(self.request, "desk")

    @cached_property
    def trader_menu(self) -> dict[str, list[menu.Entry]]:
        return menu.by_group(self.request, "trader")

    @cached_property
    def requester_menu(self) -> dict[str, list[menu.Entry]]:
        return menu.by_group(self.request, "requester")

    @cached_property
    def public_menu(self) -> dict[str, list[menu.Entry]]:
        return menu.by_group(self.request, "public")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"shell": Shell(request)}
