"""What a browser says it is (`User-Agent`), in the words by which its owner knows it: « Firefox, Windows »."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# In this order: each of the later ones is also written by those before it, which say they are it as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = _("navigateur inconnu")


def browser_name(user_agent: str) -> Any:
    """« Chrome, Android »; what is said of the two when only one is known; « navigateur inconnu » else. A program says what it likes: this is a help to
    recognise one's own devices, no proof."""
    found = [next((name for sign, name in signs if sign in user_agent), "") for signs in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found)) or UNKNOWN
