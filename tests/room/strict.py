"""A room stricter than production: what would pass unseen there fails here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import pytest_socket
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override


# ---- the network --------------------------------------------------------------------------------------------------------------
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test reaches beyond this machine unless it says so."""
    if item.get_closest_marker("network"):
        pytest_socket.enable_socket()
    else:
        pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


def pytest_runtest_teardown() -> None:
    pytest_socket._remove_restrictions()


# ---- rows come in no order that nobody asked for ------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def _each_test_begins_in_french() -> Iterator[None]:
    """A request in English leaves its thread in English (Django resets it at the next request only): the next test is not to read it."""
    with override("fr"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _unordered_means_shuffled() -> Iterator[None]:
    """A query without an order comes back in another order each time: nobody may lean on what PostgreSQL happens to do."""
    from django.db.models.expressions import OrderBy
    from django.db.models.functions import Random
    from django.db.models.sql.compiler import SQLCompiler

    original = SQLCompiler._order_by_pairs

    def shuffled(self: SQLCompiler) -> Iterator[Any]:
        ordered = False
        for pair in original(self):
            ordered = True
            yield pair
        query = self.query
        if not (ordered or query.distinct or query.combinator or query.subquery or query.group_by is True):
            yield OrderBy(Random()), False

    SQLCompiler._order_by_pairs = shuffled  # type: ignore[method-assign]
    yield
    SQLCompiler._order_by_pairs = original  # type: ignore[method-assign]


# ---- pages -----------------------------------------------------------------------------------------------------------------
class _Reader(HTMLParser):
    """Finds what the content security policy would refuse, and ids given twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            if re.fullmatch(r"on[a-z]+", name):
                self.faults.append(f"inline handler {name} on <{tag}>")
            if name == "style":
                self.faults.append(f"inline style on <{tag}>: {value}")
            if name in {"href", "src", "action", "formaction"} and (value or "").strip().lower().startswith(
                "javascript:"
            ):
                self.faults.append(f"javascript: address on <{tag}>")
            if name.startswith("hx-on") or (name in {"hx-vals", "hx-headers"} and (value or "").startswith("js:")):
                self.faults.append(f"{name} needs eval")
        data = given.get("type") in {"application/json", "application/ld+json"}
        if tag == "script" and not (data or given.get("src") or given.get("nonce")):
            self.faults.append("inline <script> without nonce")
        if tag == "style" and not given.get("nonce"):
            self.faults.append("inline <style> without nonce")
        if identifier := given.get("id"):
            if identifier in self.ids:
                self.faults.append(f"id {identifier!r} given twice")
            self.ids.add(identifier)


def faults_of(html: str) -> list[str]:
    """What is wrong with this page or part of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults


class RefuseInline:
    """Middleware of the test settings: a page with inline handlers, inline styles, scripts without nonce or ids given twice is an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        if page and (faults := faults_of(response.content.decode(response.charset))):
            raise AssertionError(f"{request.path}: " + "; ".join(faults))
        return response
