"""The menus of the shells, made of what each room registers in its ``AppConfig.ready``. A shell never names a room.

menu.register(Item("desk", _("Saisines"), "desk:referrals", icon="cases", order=20, shown=lambda actor:
actor.may(Permission.READ_CASES)))"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Portal = Literal["desk", "requester", "trader", "public"]
Group = Literal["main", "steering", "settings", "foot"]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. ``url`` is the name of an address without arguments, or a function of the request giving an address
    (None: not shown). ``shown`` is asked of ``request.actor``. ``count`` and ``late`` are figures beside the label,
    read from what the request already knows or from one cheap statement: they are part of the page's budget.
    ``under``: other addresses that belong to this entry."""

    portal: Portal
    label: str | Promise
    url: str | Callable[[HttpRequest], str | None]
    icon: str = ""
    order: int = 50
    group: Group = "main"
    shown: Callable[[Any], bool] = lambda actor: True
    count: Callable[[HttpRequest], int | None] | None = None
    late: bool = False
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as a page shows it."""

    label: str | Promise
    href: str
    icon: str
    group: Group
    count: int | None
    late: bool
    current: bool


_items: list[Item] = []


def register(*items: Item) -> None:
    """Add items; registering the same address in the same portal again replaces it (a room may refine what a shell
    began)."""
    for item in items:
        if not callable(item.url):
            _items[:] = [
                known
                for known in _items
                if (known.portal, known.url, known.group) != (item.portal, item.url, item.group)
            ]
        _items.append(item)


def registered(portal: Portal) -> list[Item]:
    return sorted((item for item in _items if item.portal == portal), key=lambda item: item.order)


def _address(item: Item, request: HttpRequest) -> str | None:
    if callable(item.url):
        return item.url(request)
    try:
        return reverse(item.url)
    except NoReverseMatch:  # the room is not installed here
        return None


def entries(request: HttpRequest, portal: Portal) -> list[Entry]:
    """What this person sees in this portal's menu, in order; the entry the page belongs to is marked (longest address
    wins)."""
    actor = getattr(request, "actor", None)
    shown = [(item, href) for item in registered(portal) if item.shown(actor) and (href := _address(item, request))]
    here = request.path
    within: Iterable[tuple[int, int]] = (
        (len(prefix), index)
        for index, (item, href) in enumerate(shown)
        for prefix in (href, *item.under)
        if here == prefix or (prefix.endswith("/") and prefix != "/" and here.startswith(prefix))
    )
    current = max(within, default=(0, -1), key=lambda pair: pair[0])[1]
    return [
        Entry(
            item.label,
            href,
            item.icon,
            item.group,
            item.count(request) if item.count else None,
            item.late,
            index == current,
        )
        for index, (item, href) in enumerate(shown)
    ]


def by_group(request: HttpRequest, portal: Portal) -> dict[str, list[Entry]]:
    """The same, by group; every group is there, be it empty."""
    groups: dict[str, list[Entry]] = {group: [] for group in get_args(Group)}
    for entry in entries(request, portal):
        groups[entry.group].append(entry)
    return groups
