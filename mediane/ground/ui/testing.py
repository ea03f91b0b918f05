# ruff: noqa: S101 (asserting is what this module is for)
"""For the tests of every room: a browser, axe, and the promise that an htmx swap equals a reload.

def test_worklist_is_accessible(live_server_url, browser_page): …
    page.goto(url); assert_axe_clean(page)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# ---- Browser ----


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium, headless. Skips the test on a machine that has none."""
    import pytest

    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def assert_axe_clean(page: Page, *, but: tuple[str, ...] = ()) -> None:
    """No violation of WCAG 2.0 to 2.2 A and AA nor of good practice on the page as it stands. ``but``: ids of axe's rules left out,
    each to be justified where it is written."""
    from axe_playwright_python.sync_playwright import Axe

    rules = {rule: {"enabled": False} for rule in but}
    found = (
        Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}, "rules": rules}).response["violations"]
    )
    said = [
        f"{rule['id']}: {rule['help']}\n"
        + "\n".join(f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in rule["nodes"][:4])
        for rule in found
    ]
    assert not found, f"{page.url}\n" + "\n".join(said)


_SHAPE = """() => {
  const passing = new Set(['value', 'nonce', 'href', 'src', 'action', 'datetime', 'content', 'd', 'points', 'x', 'y', 'width', 'height', 'transform'])
  const said = [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('print').matches, !!document.title]
  const ids = [...document.querySelectorAll('[id]')].map(node => node.id)
  said.push(ids.length - new Set(ids).size)
  const words = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())
  for (const node of document.querySelectorAll('*')) {
    let depth = 0
    for (let above = node.parentElement; above; above = above.parentElement) depth++
    const attributes = [...node.attributes].filter(a => !passing.has(a.name)).map(a => a.name + '=' + a.value.replace(/[0-9a-f-]*[0-9][0-9a-f-]*/g, '#'))
    said.push(depth + node.tagName + attributes.sort().join(' ') + (words(node) ? '…' : '') + (node.getAttribute('href') ? '→' : ''))
  }
  return said.join('\\n')
}"""
_seen: set[int] = set()


def assert_new_page_axe_clean(page: Page) -> None:
    """As `assert_axe_clean`, but a page that differs from one already found clean in words, figures and addresses alone is not read again: axe judges
    elements, their attributes and whether they say something. Journeys come by the same page many times; `make test-long` reads each."""
    shape = hash(page.evaluate(_SHAPE))
    if shape not in _seen:
        assert_axe_clean(page)
        _seen.add(shape)


# ---- htmx ----

_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Part(HTMLParser):
    """The source of the first element whose ``id`` or ``data-`` attribute is the one asked for, tokens and nonces left out."""

    def __init__(self, select: str) -> None:
        super().__init__(convert_charrefs=True)
        self.select, self.depth, self.out = select, 0, []  # type: ignore[var-annotated]
        self.found = False

    def _wanted(self, attributes: dict[str, str | None]) -> bool:
        if self.select.startswith("#"):
            return attributes.get("id") == self.select[1:]
        return self.select.strip("[]") in attributes

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if not self.depth and (self.found or not self._wanted(attributes)):
            return
        self.found = True
        if attributes.get("name") == "csrfmiddlewaretoken":
            attributes["value"] = ""
        attributes.pop("nonce", None)
        self.out.append(f"<{tag} {sorted(attributes.items(), key=lambda pair: pair[0])}>")
        if tag not in _EMPTY:
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth:
            self.out.append(f"<{tag} {sorted(attrs, key=lambda pair: pair[0])}/>")

    def handle_endtag(self, tag: str) -> None:
        if self.depth and tag not in _EMPTY:
            self.depth -= 1
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.depth and data.strip():
            self.out.append(" ".join(data.split()))


def part_of(html: str, select: str) -> list[str]:
    """The element ``#id`` or ``[data-name]`` of a page, as comparable tokens. AssertionError when the page has none."""
    parser = _Part(select)
    parser.feed(html)
    assert parser.found, f"no {select} in the page"
    return parser.out


def assert_swap_equals_reload(client: Client, address: str, select: str, **data: Any) -> None:
    """What htmx brings for ``select`` is what a reload of the page shows there: partial pages never drift.

    ``select`` is ``#id`` or ``[data-name]``; ``data`` is the query."""
    whole = client.get(address, data)
    swap = client.get(address, data, headers={"HX-Request": "true", "HX-Target": select.lstrip("#")})
    assert whole.status_code == swap.status_code == 200
    assert part_of(swap.content.decode(), select) == part_of(whole.content.decode(), select)
