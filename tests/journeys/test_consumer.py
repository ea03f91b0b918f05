"""A consumer refers from a phone, without JavaScript, by keyboard alone; then follows. axe on every page, in a real browser, on the real product."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from mediane.ground.ui.testing import assert_axe_clean, chromium
from mediane.mediation.referrals.web.public_form.tests.filling import pdf

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
Look = Callable[[Any], None]


def typed(trader: str) -> dict[str, dict[str, str]]:
    """What is typed or ticked at each step, by the end of the step's address: name of the field → value."""
    return {
        "entreprise": {"q": trader},
        "a-quel-titre": {"requester_kind": "consumer"},
        "sujet": {},
        "faits": {
            "summary": "Colis déclaré livré, jamais reçu",
            "facts": "Le suivi indique une remise. Je n’ai rien reçu.",
        },
        "reclamation": {"complained": "written"},
        "reclamation-ecrite": {
            "complaint_on_day": "2",
            "complaint_on_month": "7",
            "complaint_on_year": "2026",
            "complaint_channel": "email",
        },
        "preuve": {},
        "reponse": {"answer": "none"},
        "second-service": {"asked": "no"},
        "autres-demarches": {"other_mediator": "no", "court": "no"},
        "a-savoir": {},
        "demande": {"asked_now": "Le remboursement du colis.", "amount_claimed": "48,90"},
        "identite": {"first_name": "Camille", "last_name": "Roussel"},
        "vous-joindre": {"by": "email", "email": "camille@example.test"},
        "adresse": {"address": "14 rue des Tilleuls", "postcode": "44000", "city": "Nantes"},
        "pieces": {},
    }


def step_of(page: Any) -> str:
    return page.url.split("?")[0].rstrip("/").rsplit("/", 1)[1]


def put(page: Any, name: str, value: str) -> None:
    """Type, tick or choose, as the field asks."""
    field = page.locator(f"main [name='{name}']:not([type=hidden])")
    kind = field.first.get_attribute("type")
    if kind in ("radio", "checkbox"):
        page.locator(f"main [name='{name}'][value='{value}']").check()
    elif field.first.evaluate("node => node.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.first.fill(value)


def fill(page: Any, trader: str, look: Look) -> None:
    """Through the form to the summary, pressing what the page offers."""
    todo = typed(trader)
    for _turn in range(30):
        step = step_of(page)
        look(page)
        if step == "verification":
            return
        if step == "entreprise":
            put(page, "q", trader)
            page.get_by_role("button", name="Chercher").click()
            page.wait_for_load_state()
            page.get_by_role("radio").first.check()
        elif step == "sujet" and page.locator("select[name=subject]").count():
            page.locator("select[name=subject]").select_option(index=1)
        elif step == "preuve":
            file = pdf()
            page.set_input_files(
                "input[name=pieces]", {"name": "reclamation.pdf", "mimeType": "application/pdf", "buffer": file.read()}
            )
        for name, value in todo[step].items():
            if step != "entreprise":
                put(page, name, value)
        page.get_by_role("button", name="Continuer", exact=True).click()
        page.wait_for_function(
            "step => !location.pathname.endsWith('/' + step + '/')", arg=step
        ) if look is not nothing else page.wait_for_load_state()
    raise AssertionError(f"turns in circles at {page.url}")


def nothing(page: Any) -> None:
    """Where there is no script to look with."""


def refer(page: Any, base: str, slug: str, trader: str, look: Look = assert_axe_clean) -> str:
    """From the body's page to the follow-up; the case number."""
    page.goto(f"{base}/b/{slug}/")
    look(page)
    page.get_by_role("link", name="Saisir le médiateur").first.click()
    page.get_by_role("link", name="Commencer").click()
    fill(page, trader, look)
    page.get_by_role("button", name="Envoyer ma demande").click()
    page.wait_for_url(f"{base}/suivi/dossier/recu/")
    look(page)
    receipt = page.locator("main").inner_text()
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", receipt), receipt
    number = re.search(r"20\d\d-\d{5}", receipt)
    assert number, receipt
    page.get_by_role("link", name="Suivre mon dossier").last.click()
    page.wait_for_url(f"{base}/suivi/dossier/")
    return number.group()


def follow(page: Any, base: str, number: str, look: Look = assert_axe_clean) -> None:
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


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def walk_phone(browser: Any, base: str, slug: str, trader: str) -> None:
    page = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}).new_page()

    def look(page: Any) -> None:
        assert_axe_clean(page)
        assert overflow(page) <= 0, page.url

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
