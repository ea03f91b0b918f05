# ruff: noqa: A002 (properties bear the names that HTML gives them)
"""A case on a page: who acts, how long is left, what was said and by whom it may be read, what can be done and what
will then happen."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mediane.ground.ui import formats
from mediane.ground.ui.clocks import ClockFace
from mediane.ground.ui.formats import NBSP

from .base import block, css, draw, drawn, el, safe, tag, take
from .words import Holder, holder_dot, time_element

# ---- Who acts ----


@block
def case_head(
    context: Context, content: str, *, number: str, title: str = "", consumer: str = "", trader: str = ""
) -> SafeString:
    """The head of a case: number and chips (content) on a line, then « consumer c. trader » (or ``title``). ``{% side
    %}``: beside it; ``{% foot %}``: the baton."""
    side, foot = take(context, "side"), take(context, "foot")
    name = title or safe(consumer, " ", el("i", _("c.")), " ", trader)
    return el(
        "header",
        el("div", el("b", number, class_="num"), content, class_="case__no"),
        el("div", el("h1", name), side and el("div", side, class_="head__side"), class_="head"),
        foot,
        class_="case",
    )


@block
def baton(content: str, *, holder: Holder) -> SafeString:
    """One sentence: who acts next, and by when. In the colour and with the icon of whoever holds it."""
    colour = {"mediation": "baton--me", "consumer": "baton--consumer", "nobody": "baton--nobody"}.get(holder)
    drawing = "done" if holder == "nobody" else holder
    return el("div", draw(drawing), el("p", content), class_=css("baton", colour))


@tag
def jump(*, href: str, label: str = "") -> SafeString:
    """On a narrow screen, the way down to what one can do."""
    return el("p", el("a", label or _("Ce que vous pouvez faire"), href=href, class_="btn btn--wide"), class_="jump")


# ---- How long ----

_SEGMENT = {"mediation": "seg-me", "consumer": "seg-consumer", "trader": "seg-trader", "nobody": "seg-nobody"}


def _holders() -> dict[str, str]:
    return {
        "mediation": _("médiation"),
        "consumer": _("consommateur"),
        "trader": _("professionnel"),
        "nobody": _("suspendu"),
    }


def days_left_words(face: ClockFace, *, short: bool) -> str:
    """« 4 jours », « aujourd’hui », « 2 j de retard », « tenu en 61 jours », « suspendu »."""
    left = face.days_left
    if face.tone == "done":
        return ngettext("tenu en %(n)s jour", "tenu en %(n)s jours", face.elapsed) % {"n": formats.number(face.elapsed)}
    if face.tone == "paused":
        return _("suspendu")
    if left < 0:
        if short:
            return _("%(n)s j de retard") % {"n": formats.number(-left)}
        return ngettext("%(n)s jour de retard", "%(n)s jours de retard", -left) % {"n": formats.number(-left)}
    if left == 0:
        return _("aujourd’hui")
    return ngettext("%(n)s jour", "%(n)s jours", left) % {"n": formats.number(left)}


def _per_holder(face: ClockFace) -> dict[str, int]:
    sums: dict[str, int] = {}
    for span in face.spans:
        sums[span.holder] = sums.get(span.holder, 0) + span.days
    return {holder: days for holder, days in sums.items() if days}


def _bar(face: ClockFace) -> SafeString:
    """1000 units from the first day to the last that counts; cut by hands, a tick for today, red beyond."""
    scale = max(face.total, face.elapsed)

    def x(day: date) -> int:
        return max(0, min(1000, round(1000 * (day - face.starts_on).days / scale)))

    def stretch(name: str, left: int, right: int, *, top: int = 2, tall: int = 10) -> SafeString:
        return el("path", class_=name, d=f"M{left} {top}h{max(0, right - left)}v{tall}H{left}z")

    shapes = [stretch("seg-empty", 0, 1000)]
    limit, now = x(face.due_on), x(face.end)
    if face.tone == "done" and not face.spans:
        shapes.append(stretch("seg-done", 0, now))
    for span in face.spans:
        left, right = x(span.start), min(x(min(span.end, face.end)), limit)
        if right > left:
            shapes.append(stretch(_SEGMENT[span.holder], left, right - 3 if right < now else right))
    if now > limit:
        shapes.append(stretch("seg-late", limit + 3, now))
    elif face.tone != "done":
        now = min(now, 988)
        shapes.append(stretch("seg-now", now, now + 12, top=0, tall=14))
    said = _("%(elapsed)s jours écoulés sur %(total)s") % {"elapsed": face.elapsed, "total": face.total}
    names = _holders()
    if hands := ", ".join(f"{names[holder]} {days}" for holder, days in _per_holder(face).items()):
        said = f"{said}{NBSP}: {hands}" if formats.french() else f"{said}: {hands}"
    return el(
        "svg",
        *shapes,
        class_="clock__bar",
        viewBox="0 0 1000 14",
        preserveAspectRatio="none",
        role="img",
        aria_label=said,
    )


def _left(face: ClockFace, *, short: bool) -> SafeString:
    drawing = {"soon": "soon", "late": "late", "done": "done", "paused": "paused"}.get(face.tone)
    return el("span", drawing and draw(drawing), days_left_words(face, short=short), class_="clock__left")


def clock_line(face: ClockFace) -> SafeString:
    basis = ""
    if face.basis:
        tip = face.basis_text and el("span", face.basis_text, class_="tip", role="tooltip")
        basis = (
            el("button", face.basis, tip, type="button", class_="clock__basis")
            if tip
            else el("span", face.basis, class_="clock__basis")
        )
    return el(
        "div",
        el(
            "span",
            _left(face, short=True),
            time_element(face.stopped_on if face.tone == "done" and face.stopped_on else face.due_on, "short"),
            basis,
            class_="clock__line",
        ),
        _bar(face),
        class_=css("clock", face.tone != "running" and f"clock--{face.tone}"),
    )


@tag
def clock(face: ClockFace) -> SafeString:
    """A clock in a list: days left, date, basis (explained on hover and on focus), bar."""
    return clock_line(face)


@tag
def clock_card(face: ClockFace, *, open: bool = False, level: Literal[2, 3] = 2) -> SafeString:
    """A clock on a case: name, days left and date in full, bar, legend of whose time it was, how the date is
    computed."""
    names = _holders()
    legend = [
        el("li", holder_dot(holder), f"{names[holder]} ", _("%(n)s j") % {"n": formats.number(days)})
        for holder, days in _per_holder(face).items()
    ]
    if face.remark:
        legend.append(el("li", face.remark))
    if face.stopped_on:
        dated = safe(_("le"), " ", time_element(face.stopped_on, "day"))
    else:
        dated = safe(
            _("au plus tard le"),
            " ",
            time_element(face.due_on, "day" if face.due_on.year == face.today.year else "long"),
        )
    rows = [el("tr", el("th", line.what, scope="row"), el("td", line.value)) for line in face.calculation]
    details = None
    if rows or face.note:
        table = el("table", el("caption", face.name, class_="sr"), el("tbody", *rows), class_="calc") if rows else None
        note = face.note and el("p", face.note, class_="mini muted")
        details = el("details", el("summary", _("Comment cette date est calculée")), table, note, open=open)
    return el(
        "div",
        el(f"h{level}", face.name, class_="clock__name"),
        el(
            "span", _left(face, short=False), el("span", dated, face.basis and f" · {face.basis}"), class_="clock__line"
        ),
        _bar(face),
        el("ul", *legend, class_="legend") if legend else None,
        details,
        class_=css("clock clock--big", face.tone != "running" and f"clock--{face.tone}"),
    )


@tag
def clock_legend() -> SafeString:
    """What the colours of the bars mean, once under a list."""
    names = {"mediation": _("la médiation"), "consumer": _("le consommateur"), "trader": _("le professionnel")}
    return el("ul", *[el("li", holder_dot(holder), name) for holder, name in names.items()], class_="legend")


# ---- What was said ----

Audience = Literal["both", "consumer", "trader", "office", "mediator"]
_CIRCLES = {
    "both": ("both", "both"),
    "consumer": ("consumer", "consumer"),
    "trader": ("trader", "trader"),
    "office": ("note", "office"),
    "mediator": ("note", "note"),
}


def audience_words(audience: str) -> str:
    return {
        "both": _("Visible par les deux parties"),
        "consumer": _("Visible par le consommateur seul"),
        "trader": _("Visible par le professionnel seul"),
        "office": _("Visible par l’équipe seule"),
        "mediator": _("Note du médiateur — jamais communiquée"),
    }[audience]


@block
def message(
    context: Context,
    content: str,
    *,
    audience: Audience,
    author: str,
    when: datetime | date | None = None,
    label: str = "",
    foot: str = "",
    id: str = "",
) -> SafeString:
    """What someone wrote, and who reads it: label, icon, colour and border all say it. ``label`` in the reader's words
    (« À vous seule »). ``{% side %}``: after the date; ``foot`` or ``{% foot %}``: how it was delivered."""
    circle, drawing = _CIRCLES[audience]
    side, below = take(context, "side"), take(context, "foot") or foot
    dated = when and time_element(when, "moment" if isinstance(when, datetime) else "short")
    return el(
        "article",
        el(
            "div",
            el("span", draw(drawing), label or audience_words(audience), class_="msg__aud"),
            el("b", author),
            dated,
            side,
            class_="msg__head",
        ),
        el("div", content, class_="msg__text"),
        below and el("div", below, class_="msg__foot"),
        class_=f"msg msg--{circle}",
        id=id,
    )


@tag
def audience_chip(audience: Audience, *, label: str = "") -> SafeString:
    """Who may read a document, in two words."""
    circle, drawing = _CIRCLES[audience]
    words = {
        "both": _("les deux"),
        "consumer": _("consommateur seul"),
        "trader": _("professionnel seul"),
        "office": _("équipe"),
        "mediator": _("médiateur"),
    }
    tone = {"both": "chip--teal", "note": "chip--note"}.get(circle, f"chip--{circle}")
    return el("span", draw(drawing), label or words[audience], class_=css("chip", tone))


@block
def said(content: str, *, holder: Literal["consumer", "trader"] = "consumer") -> SafeString:
    """The words of a party, reported."""
    return el("div", content, class_=css("said", holder == "trader" and "said--trader"))


@block
def point(content: str, *, number: int, total: int) -> SafeString:
    """One point to answer among several."""
    return el(
        "div",
        el("p", _("Point %(n)s sur %(total)s") % {"n": number, "total": total}, class_="point__n"),
        content,
        class_="point",
    )


# ---- Documents and letters ----


@block
def documents(content: str, *, label: str = "") -> SafeString:
    """A list of documents. Around ``{% document %}``s."""
    return el("ul", content, class_="docs", aria_label=label)


@block
def document(
    content: str,
    *,
    href: str,
    name: str,
    meta: str = "",
    current: bool = False,
    icon: str = "document",
    download: bool = False,
    into: str = "",
) -> SafeString:
    """One document: name, where it comes from, a chip (content). ``into``: the part of the page where it is read
    (``#viewer``); without a script the link leads to its own page."""
    words = el("span", el("b", name), meta and el("small", meta))
    return el(
        "li",
        el(
            "a",
            draw(icon),
            words,
            el("span", content) if content.strip() else el("span", draw("download" if download else "open")),
            href=href,
            class_="doc",
            aria_current="true" if current else None,
            **({"hx_get": href, "hx_target": into, "hx_swap": "innerHTML"} if into else {}),
        ),
    )


@block
def viewer(context: Context, content: str, *, title: str, meta: str = "") -> SafeString:
    """A document being read. Content: the sheet; ``{% side %}``: what can be done with it."""
    side = take(context, "side")
    bar = el(
        "div",
        el("b", title),
        meta and el("span", meta),
        side and el("span", side, class_="actions"),
        class_="viewer__bar",
    )
    return el("div", bar, el("div", content, class_="viewer", tabindex="0", role="region", aria_label=title))


@block
def paper(content: str, *, face: Literal["letter", "screen"] = "letter", lang: str = "") -> SafeString:
    """A sheet: stays light in the dark theme, being the image of something that exists. ``lang``: what it is written in."""
    return el("div", content, class_=css("paper", face == "screen" and "paper--screen"), lang=lang or None)


@block
def letter(content: str) -> SafeString:
    """A letter as it will leave."""
    return el("article", content, class_="letter", tabindex="0", role="region", aria_label=_("La lettre"))


@block
def filled(content: str) -> SafeString:
    """In a letter: what was filled in from the case."""
    return el("span", content, class_="auto")


@block
def locked(content: str, *, title: str) -> SafeString:
    """A text that must stay as it is, and why."""
    return el("div", el("p", draw("note"), el("span", title), class_="locked__head"), content, class_="locked")


# ---- What can be done ----


@block
def move(content: str, *, title: str, icon: str, id: str = "", danger: bool = False, open: bool = False) -> SafeString:
    """A move one may make. Closed, its name; open, what will happen (``{% will %}``), then the button. Moves of one
    list share one opening: the browser closes the others."""
    summary = el("summary", draw(icon), el("span", title))
    return el(
        "details",
        summary,
        el("div", content, class_="will"),
        class_=css("move", danger and "move--danger"),
        id=id,
        open=open,
        name="moves",
    )


@block
def more(content: str, *, title: str, id: str = "", open: bool = False) -> SafeString:
    """A question that opens to its answer."""
    return el(
        "details", el("summary", el("span", title)), el("div", content, class_="will"), class_="move", id=id, open=open
    )


@block
def will(content: str, *, title: str = "", bare: bool = False) -> SafeString:
    """« Ce qui va se passer »: which letter goes to whom, which clock starts, what becomes visible to whom. Around
    ``{% effect %}``s. ``bare``: the panel around it bears the title."""
    steps = el("ul", content, class_="will__list")
    if bare:
        return steps
    return el("div", el("p", title or _("Ce qui va se passer"), class_="will__title"), steps, class_="stack stack--sm")


@block
def effect(content: str, *, icon: str) -> SafeString:
    """One thing that will happen."""
    return el("li", draw(icon), el("span", content))


# ---- What is known ----


@block
def kv(content: str) -> SafeString:
    """Facts by name. Around ``{% pair %}``s."""
    return el("dl", content, class_="kv")


@block
def pair(content: str, *, label: str) -> SafeString:
    """One fact."""
    return safe(el("dt", label), el("dd", content))


@block
def ground(
    content: str,
    *,
    title: str,
    article: str = "",
    state: Literal["met", "clear", "ask"] = "ask",
    level: Literal[3, 4] = 3,
) -> SafeString:
    """A ground of refusal with the facts already computed: seems met, set aside, or to be examined (said in words in
    the content)."""
    drawing = {"met": "late", "clear": "done", "ask": "help"}[state]
    return el(
        "div",
        el("span", draw(drawing), class_="ground__mark"),
        el(f"h{level}", title),
        article and el("span", article, class_="ground__art"),
        el("div", content, class_="ground__fact"),
        class_=css("ground", state == "met" and "ground--met", state == "ask" and "ground--ask"),
    )


@block
def fact(context: Context, content: str, *, source: str = "") -> SafeString:
    """A fact of a proposal and where it comes from. ``{% side %}``: a chip, agreed or disputed."""
    return el(
        "div", el("span", content), take(context, "side") or el("span"), source and el("small", source), class_="fact"
    )


@block
def outline(content: str, *, label: str) -> SafeString:
    """How far along a piece of writing. Around ``{% part %}``s."""
    return el("nav", content, class_="outline", aria_label=label)


@block
def part(
    content: str, *, href: str, state: Literal["done", "doing", "todo"], current: bool = False, remark: str = ""
) -> SafeString:
    """One part of it."""
    return el(
        "a",
        draw({"done": "done", "doing": "write", "todo": "circle"}[state]),
        el("span", content),
        remark and el("span", remark, class_="todo"),
        href=href,
        aria_current="true" if current else None,
    )


@block
def timeline(content: str) -> SafeString:
    """What happened, latest first. Around ``{% event %}``s."""
    return el("ol", content, class_="line")


@block
def event(
    content: str,
    *,
    what: str,
    when: str | date,
    actor: Literal["mediation", "consumer", "trader", "system", "next"] = "mediation",
    icon: str = "",
) -> SafeString:
    """One thing that happened, or the next one. ``when`` is a date, or words (« au plus tard le 13 décembre »)."""
    pin = {
        "mediation": "line__pin--teal",
        "consumer": "line__pin--consumer",
        "trader": "line__pin--trader",
        "next": "line__pin--next",
    }.get(actor)
    drawing = icon or {"mediation": "send", "system": "info", "next": "next"}.get(actor, actor)
    if isinstance(when, datetime):
        dated: object = time_element(when, "moment_long")
    else:
        dated = time_element(when, "plain") if isinstance(when, date) else when
    return el(
        "li",
        el("span", draw(drawing), class_=css("line__pin", pin)),
        el("p", what, class_="line__what"),
        el("p", dated, class_="line__when"),
        el("div", content, class_="line__more") if content.strip() else drawn(""),
    )
