"""Menus and panels are made of what rooms register."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory

from mediane.ground.ui import menu, panels
from mediane.ground.ui.menu import Item
from mediane.ground.ui.panels import Panel


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(menu, "_items", [])
    monkeypatch.setattr(panels, "_panels", [])
    return


def entries(path: str, **actor: Any) -> list[menu.Entry]:
    request = RequestFactory().get(path)
    request.actor = SimpleNamespace(**actor)  # type: ignore[attr-defined]
    return menu.entries(request, "desk")


def at(address: str) -> Any:
    return lambda request: address


def test_entries_come_in_order_and_only_for_who_may_see_them() -> None:
    menu.register(
        Item("desk", "Deux", at("/deux/"), order=20),
        Item("desk", "Un", at("/un/"), order=10),
        Item("desk", "Chef", at("/chef/"), order=5, shown=lambda actor: actor.chief),
        Item("trader", "Ailleurs", at("/pro/")),
    )
    assert [e.label for e in entries("/", chief=False)] == ["Un", "Deux"]
    assert [e.label for e in entries("/", chief=True)] == ["Chef", "Un", "Deux"]


def test_an_entry_whose_address_does_not_exist_is_not_shown() -> None:
    menu.register(
        Item("desk", "Rien", "nowhere:page"), Item("desk", "Vide", at("")), Item("desk", "Galerie", "ui:gallery")
    )
    assert [e.href for e in entries("/")] == ["/ui/"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/bureau/", "Travail"),
        ("/bureau/saisines/", "Saisines"),
        ("/bureau/saisines/12/", "Saisines"),
        ("/r/12/", "Saisines"),
        ("/ailleurs/", None),
    ],
)
def test_the_page_belongs_to_the_entry_with_the_longest_address(path: str, current: str | None) -> None:
    menu.register(
        Item("desk", "Travail", at("/bureau/"), order=1),
        Item("desk", "Saisines", at("/bureau/saisines/"), order=2, under=("/r/",)),
    )
    assert [e.label for e in entries(path) if e.current] == ([current] if current else [])


def test_a_room_may_refine_an_entry() -> None:
    menu.register(Item("desk", "Galerie", "ui:gallery"))
    menu.register(Item("desk", "Galerie", "ui:gallery", count=lambda request: 7))
    (entry,) = entries("/")
    assert entry.count == 7


def test_panels_are_shown_to_who_may_see_them_in_order() -> None:
    panels.register(
        Panel("referral", "b", "Pièces", lambda case: f"/{case}/pieces/", order=2),
        Panel("referral", "a", "Courriers", lambda case: f"/{case}/courriers/", order=1),
        Panel("referral", "notes", "Notes", lambda case: f"/{case}/notes/", shown=lambda actor, case: actor.mediator),
    )
    shell = SimpleNamespace(actor=SimpleNamespace(mediator=False))
    out = engines["django"].from_string('{% panels "referral" 12 %}').render({"shell": shell})
    assert out.index("Courriers") < out.index("Pièces") and "Notes" not in out
    assert 'href="/12/courriers/"' in out and 'hx-get="/12/courriers/"' in out  # a link first: works without JavaScript
