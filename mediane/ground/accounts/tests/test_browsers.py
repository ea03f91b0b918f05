"""One recognises one's own devices in the list of open sessions."""

from __future__ import annotations

import pytest

from mediane.ground.accounts.browsers import browser_name

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} Chrome/131.0.0.0 Safari/537.36", "Chrome, Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0) {BLINK} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge, Windows"),
        (
            f"Mozilla/5.0 (Linux; Android 14) {BLINK} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/18.1 Safari/605.1.15", "Safari, Mac"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {APPLE} CriOS/131.0 Mobile/15E148 Safari/604.1",
            "Chrome, iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Firefox, Android"),
        ("links (Linux)", "Linux"),
        ("curl/8.5", "navigateur inconnu"),
        ("", "navigateur inconnu"),
    ],
)
def test_a_browser_is_named(user_agent, name):
    assert browser_name(user_agent) == name
