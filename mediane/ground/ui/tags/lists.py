# ruff: noqa: A002 (properties bear the names that HTML gives them)
"""What is scanned: counters, filters, the work list, tables."""

from __future__ import annotations

import re
from itertools import count
from typing import Literal

from django.template import Context
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mediane.ground.ui import formats
from mediane.ground.ui.clocks import ClockFace

from .base import block, css, el, extra_ok, safe, tag, take
from .case import clock_line
from .words import Holder, Tone, holder_dot

# ---- Counters ----


@block
def queues(content: str, *, label: str) -> SafeString:
    """Counters by queue. Around ``{% queue %}``s."""
    return el("nav", el("div", content, class_="queues"), aria_label=label)


@tag
def queue(*, href: str, count: int, label: str, sub: str = "", late: str = "", current: bool = False) -> SafeString:
    """One queue: how many, its name, a remark (``sub``), what is late in it (``late``)."""
    return el(
        "a",
        el("b", formats.number(count)),
        el("span", label),
        sub and el("small", sub),
        late and el("small", late, class_="late"),
        href=href,
        aria_current="page" if current else None,
    )


# ---- Filters ----


@block
def filters(content: str, *, label: str = "", action: str = "") -> SafeString:
    """Views and filters on a line. With ``action``, a GET form: its fields are the address."""
    name = label or _("Vues et filtres")
    if action:
        return el("form", content, class_="filters", action=action, method="get", aria_label=name, data_filters=True)
    return el("div", content, class_="filters", role="group", aria_label=name)


@block
def pill(content: str, *, href: str, current: bool = False, count: int | None = None) -> SafeString:
    """A view or a filter that is a link."""
    counted = count is not None and el("span", formats.number(count), class_="count")
    return el(
        "a",
        content,
        counted or "",
        href=href,
        class_=css("pill", current and "pill--on"),
        aria_current="true" if current else None,
    )


@block
def pick(content: str, *, label: str, active: int = 0) -> SafeString:
    """A filter that opens to its choices. ``active``: how many are chosen."""
    counted = active and el("span", formats.number(active), class_="count")
    return el(
        "details",
        el("summary", label, counted or ""),
        el("div", content, class_="pick__menu"),
        class_=css("pick", active > 0 and "pick--on"),
    )


@tag
def separator() -> SafeString:
    """A thin rule between views and filters."""
    return el("span", class_="sep", aria_hidden="true")


@tag
def tick(
    *, name: str, value: object, label: str, checked: bool = False, count: int | None = None, form: str = ""
) -> SafeString:
    """A box to tick in a filter."""
    counted = count is not None and safe(" ", el("span", formats.number(count), class_="faint"))
    box = el("input", type="checkbox", name=name, value=value, checked=checked, form=form)
    return el("label", box, el("span", label, counted or ""), class_="check")


@tag
def one(*, name: str, value: object, label: str, checked: bool = False) -> SafeString:
    """A choice among several in a filter: one at most."""
    return el(
        "label", el("input", type="radio", name=name, value=value, checked=checked), el("span", label), class_="check"
    )


@tag
def option_link(*, href: str, label: str, hint: str = "", current: bool = False) -> SafeString:
    """A choice among several ways on, that is a link: its page then asks what this way needs."""
    return el(
        "a",
        el("span", class_="choice__dot", aria_hidden="true"),
        el("span", el("b", label), hint and el("span", hint, class_="hint")),
        href=href,
        class_="choice desk-choice",
        aria_current="true" if current else None,
    )


@tag
def filter_button() -> SafeString:
    """What sends the choices of a filter where there is no script; with it they go as soon as they are made."""
    return el("button", _("Appliquer"), type="submit", class_="btn btn--sm", data_apply=True)


# ---- The work list ----


@block
def worklist(content: str, *, label: str, clock_label: str = "", next_label: str = "") -> SafeString:
    """Cases by nearest deadline. Around ``{% work_group %}``s and ``{% work_row %}``s; inside a form when there is a
    ``{% bulk %}``. Keys: ``j`` ``k`` move, ``o`` opens, ``x`` picks."""
    names = (
        el("span", _("Choisir"), class_="sr"),
        _("Dossier"),
        _("État"),
        clock_label or _("Échéance et base"),
        next_label or _("Ce qui est attendu, de qui"),
    )
    head = [el("th", name, role="columnheader", scope="col") for name in names]
    return el(
        "table",
        el("thead", el("tr", *head, role="row"), role="rowgroup"),
        el("tbody", content, role="rowgroup"),
        class_="work",
        role="table",
        aria_label=label,
        data_list=True,
    )


@tag
def work_group(*, title: str, sub: str = "") -> SafeString:
    """A title inside the list: late, this week, later."""
    return el("tr", el("th", title, sub and el("small", sub), role="cell", colspan=5), role="row", class_="work__group")


@tag
def work_row(
    *,
    href: str,
    number: str,
    state: str,
    consumer: str = "",
    trader: str = "",
    title: str = "",
    about: str = "",
    amount: str = "",
    state_tone: Tone = "neutral",
    clock: ClockFace | None = None,
    next: str = "",
    holder: Holder = "nobody",
    who: str = "",
    pick: object = None,
    picked: bool = False,
) -> SafeString:
    """One case. ``about``: its subject, ``amount`` what is asked; ``next``: what is expected, ``holder`` and ``who``: from whom;
    ``pick``: the value of its box, none when the list has no bulk bar."""
    name = title or safe(consumer, " ", el("i", _("c.")), " ", trader)
    subject = " · ".join(filter(None, (about, amount)))
    box = pick is not None and el(
        "label",
        el(
            "input",
            type="checkbox",
            name="picked",
            value=pick,
            checked=picked,
            class_="pickbox",
            aria_label=_("Choisir %(number)s") % {"number": number},
        ),
        class_="work__pick",
    )
    cells = (
        el("td", box or "", role="cell", class_="w-pick"),
        el(
            "td",
            el("span", number, class_="work__no"),
            el("br"),
            el("a", name, href=href, class_="work__parties"),
            subject and el("div", subject, class_="work__sub"),
            role="cell",
        ),
        el(
            "td",
            el("span", state, class_=css("chip", state_tone != "neutral" and f"chip--{state_tone}")),
            role="cell",
            class_="w-state",
        ),
        el("td", clock_line(clock) if clock else "", role="cell", class_="w-clock"),
        el(
            "td",
            next and el("div", next, class_="next"),
            who and el("div", holder_dot(holder), who, class_="next__who"),
            role="cell",
            class_="w-next",
        ),
    )
    return el("tr", *cells, role="row", class_=css(picked and "is-picked"))


@block
def bulk(content: str, *, count: int = 0) -> SafeString:
    """What can be done with the cases chosen. Sticks to the bottom; without JavaScript always there, with it only
    once one is chosen."""
    return el(
        "div",
        el(
            "b",
            _("%(n)s choisis") % {"n": count} if count else _("Avec les dossiers choisis"),
            data_count=_("{n} choisis"),
            data_one=_("{n} choisi"),
            role="status",
        ),
        content,
        el("button", _("Tout désélectionner"), type="reset", class_="btn btn--quiet btn--sm right", data_none=True),
        class_="bulk",
        role="group",
        aria_label=_("Agir sur les dossiers choisis"),
        data_bulk=True,
    )


@tag
def hints() -> SafeString:
    """The keys of a list, under it."""
    keys = (
        (("j", "k"), _("descendre, monter")),
        (("o",), _("ouvrir")),
        (("x",), _("choisir")),
        (("/",), _("chercher")),
        (("?",), _("tous les raccourcis")),
    )
    said = [el("span", *[safe(el("kbd", key), " ") for key in group], words) for group, words in keys]
    return el("p", *said, class_="hints")


# ---- Tables ----


_HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)


def _labelled(content: str) -> SafeString:
    """The rows with, on each cell, its role and the name of its column: as cards they are no table for a browser any more,
    and the head of the columns is out of sight."""
    head, _tbody, body = content.partition("<tbody")
    names = [" ".join(strip_tags(name).split()).replace('"', "&quot;") for name in _HEAD.findall(head)]

    def row(found: re.Match[str]) -> str:
        columns = count()

        def cell(start: re.Match[str]) -> str:
            column = next(columns)
            label = names[column] if column < len(names) else ""
            return f'<{start[1]} role="{"rowheader" if start[1] == "th" else "cell"}" data-label="{label}"'

        return re.sub(r"<(td|th)\b", cell, found[0].replace("<tr", '<tr role="row"', 1))

    head = head.replace("<thead", '<thead role="rowgroup"').replace("<tr", '<tr role="row"')
    head = re.sub(r"<th\b", '<th role="columnheader"', head)
    return mark_safe(head + '<tbody role="rowgroup"' + _ROW.sub(row, body))  # noqa: S308 — the template's own HTML, already escaped


@block
def data_table(
    context: Context,
    content: str,
    *,
    caption: str,
    quiet: bool = False,
    sums: bool = False,
    explained: bool = False,
    cards: bool = False,
) -> SafeString:
    """A table that scrolls within itself when the screen is narrow. Content: ``<thead>``, ``<tbody>``, ``<tfoot>``;
    figures in ``class="n"``. ``quiet``: the caption is for screen readers. ``explained``: the last column is text and has
    half of the width. ``cards``: a list of things, each row a card on a phone, named by its first cell (no ``<tfoot>``);
    figures that are compared down a column stay a table. ``{% foot %}``: under the table."""
    table = el(
        "table",
        el("caption", caption, class_="sr" if quiet else None),
        _labelled(content) if cards else content,
        class_=css("table", sums and "sums", explained and "table--explained", cards and "table--cards"),
        role="table" if cards else None,
    )
    foot = take(context, "foot")
    return safe(
        # A group, no landmark: the panel around it often bears the same name.
        el("div", table, class_="scroll", role="group", aria_label=caption, tabindex="0"),
        foot and el("div", foot, class_="mini muted"),
    )


@block
def column(
    content: str,
    *,
    href: str = "",
    sort: Literal["", "ascending", "descending"] = "",
    figure: bool = False,
    **extra: object,
) -> SafeString:
    """The head of a column; with ``href`` it sorts, ``sort`` saying how it is sorted now."""
    return el(
        "th",
        el("a", content, href=href) if href else content,
        scope="col",
        class_="n" if figure else None,
        aria_sort=sort,
        **extra_ok("column", extra),
    )
