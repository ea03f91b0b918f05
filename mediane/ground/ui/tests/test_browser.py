"""The gallery and the sample pages in a real browser: axe, keys, narrow screens, both themes, no script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from mediane.ground.ui.testing import assert_axe_clean, assert_new_page_axe_clean, chromium
from mediane.ground.ui.views import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def site(live_home: Any) -> Iterator[str]:
    with live_home.serving() as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="fr-FR")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []  # the content security policy refused nothing, no script failed


ADDRESSES = ["/ui/", *[f"/ui/pages/{name}/" for name in PAGES], "/ui/erreurs/500/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_and_nothing_overflows(site: str, page: Page, address: str, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(site + address)
    assert_axe_clean(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_open_menu_of_a_phone_lies_in_a_landmark(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site + "/ui/pages/worklist/")
    page.click(".shell__mob summary")
    assert page.locator(".shell__mob .prefs").is_visible()
    assert_axe_clean(page)


def test_axe_sees_what_is_wrong(page: Page) -> None:
    page.set_content("<html><body><img src='x'><p style='color:#eee'>pâle</p></body></html>")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_axe_clean(page)


def test_the_keyboard_alone_walks_the_list(site: str, page: Page) -> None:
    page.goto(site + "/ui/pages/worklist/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "2026-05102" in page.locator(".is-here").inner_text()
    page.keyboard.press("k")
    page.keyboard.press("x")
    bar = page.locator("[data-bulk]")
    assert bar.is_visible() and "1 choisi" in bar.inner_text()
    page.keyboard.press("x")
    assert not bar.is_visible()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("jjj?")  # a field keeps its letters
    assert page.input_value("#q") == "jjj?"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/ui/pages/case/")


def test_g_then_t_goes_home_and_t_alone_does_not(site: str, page: Page) -> None:
    page.goto(site + "/ui/pages/worklist/")
    page.keyboard.press("t")
    assert page.url.endswith("/ui/pages/worklist/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url(lambda address: "/ui/pages/" not in address)


def test_the_keys_can_be_switched_off(site: str, page: Page) -> None:
    page.goto(site + "/ui/pages/worklist/")
    page.keyboard.press("?")
    page.check("[data-keys-off]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator(".is-here").count() == 0


def test_the_basis_of_a_deadline_is_explained_on_focus(site: str, page: Page) -> None:
    page.goto(site + "/ui/pages/worklist/")
    basis = page.locator(".clock__basis").first
    tip = basis.locator(".tip")
    assert tip.evaluate("node => getComputedStyle(node).visibility") == "hidden"
    basis.focus()
    assert tip.evaluate("node => getComputedStyle(node).visibility") == "visible"


def test_text_left_is_counted_and_errors_have_the_focus(site: str, page: Page) -> None:
    page.goto(site + "/ui/pages/step/")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.goto(site + "/ui/pages/case/")
    page.fill("#id_story", "x" * 390)
    assert "encore 10 caractères" in page.inner_text("#id_story_count")


def test_files_leave_with_a_progress_and_the_answer_is_the_page(site: str, page: Page) -> None:
    page.goto(site + "/ui/pages/step/")
    page.set_input_files(
        "#id_pieces", [{"name": "reclamation.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 " * 1000}]
    )
    page.evaluate("document.querySelector('main').dataset.before = '1'")
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        page.get_by_role("button", name="Continuer").click()
    assert posted.value.status == 200
    assert "multipart/form-data" in posted.value.request.headers["content-type"]
    page.wait_for_selector("main:not([data-before])")  # shown in place of the former
    assert page.title().startswith("Votre réclamation")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.fill('[name="wrong-amount"]', "12")  # what came is alive
    assert page.get_by_role("button", name="Continuer").is_enabled()


def test_pages_are_whole_without_javascript(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site + "/ui/pages/worklist/")
    page.click(".shell__mob summary")
    assert page.locator(".shell__mob .nav a").first.is_visible()
    assert page.locator("[data-bulk]").is_visible()
    page.locator(".shell__mob").get_by_role("button", name="sombre").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_a_page_prints_without_its_menus(site: str, page: Page) -> None:
    page.goto(site + "/ui/pages/case/")
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible() and not page.locator(".tabs").is_visible()
    assert page.locator(".case h1").is_visible()


def test_reduced_motion_is_kept(site: str, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(site + "/ui/")
    assert page.locator(".btn").first.evaluate("node => getComputedStyle(node).transitionDuration") in ("0s", "1e-05s")


def test_the_page_holds_at_twice_the_size(site: str, page: Page) -> None:
    """200 % zoom is half the room: WCAG 1.4.4 and 1.4.10."""
    page.set_viewport_size({"width": 640, "height": 512})
    for address in ADDRESSES:
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, address


def test_a_page_is_read_again_when_anything_but_its_words_changed(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    from mediane.ground.ui import testing

    read: list[str] = []
    monkeypatch.setattr(testing, "_seen", set())
    monkeypatch.setattr(testing, "assert_axe_clean", lambda page: read.append(page.title()))
    head = '<html lang="fr"><title>Essai</title><h1 id="a1">{word}</h1>{more}'
    for word, more in (
        ("Un dossier", '<p id="p12">Deux</p>'),
        ("Trois dossiers", '<p id="p7">Quatre</p>'),  # other words, other figures
        ("Un dossier", '<p id="p12"></p>'),  # says nothing
        ("Un dossier", '<p id="p12" role="alert">Deux</p>'),
        ("Un dossier", '<p id="a1">Deux</p>'),  # the same id twice
        ("Un dossier", '<section><p id="p12">Deux</p></section>'),
    ):
        page.set_content(head.format(word=word, more=more))
        assert_new_page_axe_clean(page)
    assert len(read) == 5
    page.set_viewport_size({"width": 390, "height": 844})
    assert_new_page_axe_clean(page)
    assert len(read) == 6


def test_a_page_with_a_fault_is_never_taken_for_one_seen(page: Page) -> None:
    page.set_content('<html lang="fr"><title>Essai</title><main><h1>Un</h1><img src="data:,"></main>')
    for _ in range(2):
        with pytest.raises(AssertionError, match="image-alt"):
            assert_new_page_axe_clean(page)
