"""A consumer refers from a phone, without JavaScript, by keyboard alone; then follows. axe on every page, in a real browser, on the real product."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mediane.ground.ui.testing import assert_new_page_axe_clean, chromium
from tests.journeys.people import Look, a_pdf, look, nothing, refer, step_of, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

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
    # Its own sentence: the page may list the letter by then, whose title begins with the same words.
    page.get_by_text("Une lettre vous le confirme").wait_for()


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


class Keys:
    """Somebody who has no mouse: Tab, arrows, Space, Enter and letters, nothing else. The pages are never touched in another way."""

    MOST = 150
    """Stops of Tab on a page after which what is looked for is out of reach."""

    def __init__(self, page: Any) -> None:
        self.page, self.press = page, page.keyboard.press

    def reach(self, what: str, test: str) -> Keys:
        """Tab on until `test`, a JavaScript expression on the focused `node`, holds; its focus can be seen."""
        for _stop in range(self.MOST):
            self.press("Tab")
            if self.page.evaluate(
                f"(() => {{ const node = document.activeElement; return node && Boolean({test}); }})()"
            ):
                assert self.page.evaluate(SEEN), f"{self.page.url}: the focus on {what} cannot be seen"
                return self
        raise AssertionError(f"{self.page.url}: Tab never reaches {what}")

    def field(self, name: str) -> Keys:
        return self.reach(name, f"node.name === {json.dumps(name)}")

    def type(self, name: str, text: str) -> Keys:
        """Into a box: what it holds is replaced."""
        self.field(name).press("Control+a")
        self.page.keyboard.type(text)
        return self

    def choose(self, name: str, value: str) -> Keys:
        """One answer of a group: Space on the first, arrows to the others."""
        self.field(name).press("Space")
        for _arrow in range(12):
            if self.page.evaluate("document.activeElement.checked && document.activeElement.value") == value:
                return self
            self.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: no {name} = {value} under the arrows")

    def file(self, name: str, file: dict[str, Any]) -> Keys:
        """Enter on the box opens the system's own window to choose a file."""
        self.field(name)
        with self.page.expect_file_chooser() as chooser:
            self.press("Enter")
        chooser.value.set_files([file])
        return self

    def follow(self, label: str, key: str = "Enter") -> Keys:
        """A link or a button by what it says, pressed; the page that comes is looked at."""
        self.reach(label, f"['A', 'BUTTON'].includes(node.tagName) && node.textContent.trim() === {json.dumps(label)}")
        return self.turn(key)

    def turn(self, key: str) -> Keys:
        with self.page.expect_navigation():
            self.press(key)
        assert_new_page_axe_clean(self.page)
        return self

    def corrects(self, name: str) -> Keys:
        """A page sent back: the summary of what is wrong has the focus, and its first line leads to the box."""
        assert self.page.evaluate("document.activeElement.id") == "errors", f"{self.page.url}: the errors have no focus"
        self.press("Tab")
        self.press("Enter")
        assert self.page.evaluate("document.activeElement.name") == name, (
            f"{self.page.url}: the first line leads elsewhere"
        )
        return self

    def at(self, step: str) -> Keys:
        assert step_of(self.page) == step, f"{self.page.url} instead of {step}"
        return self


SEEN = """() => {
    const drawn = node => { const s = getComputedStyle(node); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0; };
    for (let node = document.activeElement, n = 0; node && n < 4; node = node.parentElement, n++)
        if (drawn(node) || [...node.children].some(child => n < 2 && drawn(child))) return true;
    return false;
}"""
"""Whether an outline is drawn on what has the focus or on what stands for it (the card of a choice, the button before a hidden box)."""


def walk_keyboard(browser: Any, base: str, slug: str, trader: str) -> None:
    """The whole road by keyboard alone: from the body's page to the receipt, with a search that finds nothing, corrections, files, a change on the summary."""
    page = browser.new_context(locale="fr-FR").new_page()
    page.goto(f"{base}/b/{slug}/")
    keys = Keys(page)
    keys.follow("Saisir le médiateur").follow("Commencer").at("entreprise")
    keys.type("q", "Zébulon").turn("Enter").choose("trader", "other").follow("Continuer").at("autre-entreprise")
    keys.follow("Continuer").at("autre-entreprise").corrects("trader_given")
    keys.follow("Étape précédente").at("entreprise").type("q", trader).turn("Enter")
    keys.field("trader").press("Space")
    keys.follow("Continuer").at("a-quel-titre").choose("requester_kind", "consumer").follow("Continuer")
    if step_of(page) == "sujet":
        if page.locator("select[name=subject]").count():
            keys.field("subject").press("ArrowDown")
        keys.follow("Continuer")
    keys.at("faits").type("summary", "Colis déclaré livré, jamais reçu").follow("Continuer").at("faits").corrects(
        "facts"
    )
    page.keyboard.type("Le suivi indique une remise. Je n’ai rien reçu.")
    keys.follow("Continuer").at("reclamation").choose("complained", "written").follow("Continuer").at(
        "reclamation-ecrite"
    )
    written = today(-140)
    for part, number in (("day", written.day), ("month", written.month), ("year", written.year)):
        keys.type(f"complaint_on_{part}", str(number))
    keys.choose("complaint_channel", "letter").follow("Continuer").at("preuve")
    keys.follow("Continuer").at("preuve").corrects("no_copy")
    page.reload()  # from the top: the box for files stands before the one of the error
    keys.file("pieces", a_pdf()).follow("Continuer").at("reponse")
    keys.choose("answer", "none").follow("Continuer")
    if step_of(page) == "second-service":
        keys.choose("asked", "no").follow("Continuer")
    keys.at("autres-demarches").choose("other_mediator", "no").choose("court", "no").follow("Continuer")
    if step_of(page) == "a-savoir":
        keys.follow("Continuer")
    keys.at("demande").type("asked_now", "Le remboursement du colis.").type("amount_claimed", "48,90").follow(
        "Continuer"
    )
    keys.at("identite").choose("gender", "f").type("first_name", "Camille").type("last_name", "Roussel").follow(
        "Continuer"
    )
    keys.at("vous-joindre").choose("by", "email").follow("Continuer").at("vous-joindre").corrects("email")
    page.keyboard.type("camille@example.test")
    keys.turn("Enter").at("adresse")  # Enter in a box sends the page
    keys.type("address", "14 rue des Tilleuls").type("postcode", "44000").type("city", "Nantes").follow("Continuer").at(
        "pieces"
    )
    keys.reach("the invoice", "/saisir\\/pieces\\/[a-z]/.test(node.href || '')").turn("Enter")
    keys.file("pieces", a_pdf("facture.pdf", "facture")).follow("Enregistrer").at("pieces").follow("Continuer")
    keys.at("verification").reach("the change of the facts", "(node.href || '').includes('/saisir/faits/')").turn(
        "Enter"
    )
    keys.at("faits").type("summary", "Colis jamais reçu").follow("Enregistrer").at("verification")
    assert "Colis jamais reçu" in page.locator("main").inner_text()
    keys.follow("Envoyer ma demande")
    assert page.url.endswith("/suivi/dossier/recu/"), page.url
    keys.follow("Suivre mon dossier").type("text", "Ai-je bien envoyé la bonne pièce ?").follow("Envoyer")
    assert "Votre message est envoyé" in page.locator("body").inner_text()


def test_a_consumer_refers_and_follows(own_home) -> None:
    seed = json.loads(re.search(r"SEED(\{.*\})", own_home.run("manage", "shell", "-c", SEED).stdout)[1])  # type: ignore[index]
    with own_home.serving() as base, chromium() as browser:
        walk_phone(browser, base, seed["slug"], seed["trader"])
        walk_plain(browser, base, seed["slug"], seed["trader"])
        walk_keyboard(browser, base, seed["slug"], seed["trader"])
