"""Pages made of several rooms: a room registers a panel (title, order, who sees it, address), the page asks for those
of its place.

Each panel is also a full page. On the page that asks for it, it is first a title and a link; htmx then brings in the
very part of the full page that carries ``data-panel``, so that the two can never differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Panel:
    """``place`` names the page (``"referral"``, ``"trader"``, ``"home"``); ``url(subject)`` the full page;
    ``shown(actor, subject)`` who sees it, which must agree with what the full page itself allows."""

    place: str
    key: str
    title: str | Promise
    url: Callable[[Any], str]
    order: int = 50
    shown: Callable[[Any, Any], bool] = lambda actor, subject: True


_panels: list[Panel] = []


def register(*panels: Panel) -> None:
    """Add panels; a known key in the same place is replaced."""
    for panel in panels:
        _panels[:] = [known for known in _panels if (known.place, known.key) != (panel.place, panel.key)]
        _panels.append(panel)


def panels_for(place: str, actor: Any, subject: Any) -> list[Panel]:
    """The panels of this page that this person sees, in order."""
    wanted = (panel for panel in _panels if panel.place == place and panel.shown(actor, subject))
    return sorted(wanted, key=lambda panel: (panel.order, panel.key))
