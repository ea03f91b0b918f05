"""A consumer refers from a phone, without JavaScript, by keyboard alone; then follows. axe on every page, in a real browser, on the real product."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mediane.ground.ui.testing import assert_axe_clean, chromium
from tests.journeys.people import Look, look, nothing, refer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SEED = """
import json
from mediane.ground.database.scope import as_system
from mediane.mediation.referrals.tests import factories as f
with as_system():
    w = f.world()
    print("SEED" + json.dumps({"slug": w.body.organisation.slug, "trader": w.trader.name}))
"""
PUBLIC = ("", "charte/", "chiffres/", "donnees/", "accessibilite/", "aide/", "courrier/", "saisir/")
FOLLOW_UP = ("", "messages/", "pieces/", "vous-joindre/", "retrait/", "recu/")


def follow(page: Any, base: str, number: str, look: Look = look) -> None:
    """Read everything, write a message, take the request back."""
    for part in FOLLOW_UP:
        page.goto(f"{base}/suivi/dossier/{part}")
        assert number in page.locator("main").inner_text(), part
        look(page)
    page.goto(f"{base}/suivi/dossier/")
    page.locator("textarea[name=text]").fill("Ai-je bien envoyé la bonne pièce ?")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("Votre message est envoyé").wait_for()
    page.goto(f"{base}/suivi/dossier/retrait/")
    page.get_by_role("button", name="Retirer ma demande").click()
    page.get_by_text("Votre retrait est enregistré").wait_for()


def walk_phone(browser: Any, base: str, slug: str, trader: str) -> None:
    page = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}).new_page()

    for part in PUBLIC:
        page.goto(f"{base}/b/{slug}/{part}")
        look(page)
    for address in ("/", "/attestation/?code=7KQ2-M9XA-4TRB", "/attestation/?code=x"):
        page.goto(base + address)
        look(page)
    follow(page, base, refer(page, base, slug, trader, look), look)


def walk_plain(browser: Any, base: str, slug: str, trader: str) -> None:
    """No JavaScript at all."""
    page = browser.new_context(locale="fr-FR", java_script_enabled=False).new_page()
    follow(page, base, refer(page, base, slug, trader, nothing), nothing)


def walk_keyboard(browser: Any, base: str, slug: str) -> None:
    """Tab, arrows and Enter reach the first answer of the form, and an error takes the focus."""
    page = browser.new_context(locale="fr-FR").new_page()
    page.goto(f"{base}/b/{slug}/saisir/entreprise/")
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("Zébulon")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=Z**")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "trader":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/autre-entreprise/")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Continuer":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#errors")
    assert page.evaluate("document.activeElement.id") == "errors"
    assert_axe_clean(page)


def test_a_consumer_refers_and_follows(own_home) -> None:
    seed = json.loads(re.search(r"SEED(\{.*\})", own_home.run("manage", "shell", "-c", SEED).stdout)[1])  # type: ignore[index]
    with own_home.serving() as base, chromium() as browser:
        walk_phone(browser, base, seed["slug"], seed["trader"])
        walk_plain(browser, base, seed["slug"], seed["trader"])
        walk_keyboard(browser, base, seed["slug"])
