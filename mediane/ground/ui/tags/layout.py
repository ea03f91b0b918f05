# ruff: noqa: A002 (properties bear the names that HTML gives them)
"""What holds a page together: heads, panels, columns, tabs, buttons, notices, empty states, dialogs, pages, steps."""

from __future__ import annotations

from typing import Literal

from django.template import Context
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mediane.ground.ui.formats import NBSP
from mediane.ground.ui.panels import panels_for

from .base import block, css, draw, drawn, el, extra_ok, safe, tag, take


@block
def stack(content: str, *, gap: Literal["small", "normal", "large"] = "normal") -> SafeString:
    """Things one under the other."""
    return el("div", content, class_=css("stack", {"small": "stack--sm", "large": "stack--lg"}.get(gap)))


@block
def columns(
    content: str,
    *,
    kind: Literal["even", "main", "read", "three", "fields"] = "even",
    stretch: bool = False,
    joined: bool = False,
) -> SafeString:
    """Columns that become one on a narrow screen. ``main``: text and its margin; ``read``: evidence and form;
    ``three``: thirds; ``fields``: short fields, as many on a line as there is room for, long texts over the whole line."""
    extra = {"main": "cols--main", "read": "cols--read", "three": "cols--even3", "fields": "cols--fields"}.get(kind)
    return el("div", content, class_=css("cols", extra, stretch and "cols--fit", joined and "cols--joined"))


@block
def actions(content: str) -> SafeString:
    """Buttons on a line; as wide as the screen on a party's phone."""
    return el("div", content, class_="actions party-actions")


@block
def button(
    content: str,
    *,
    href: str = "",
    tone: Literal["plain", "main", "danger", "quiet"] = "plain",
    size: Literal["normal", "small"] = "normal",
    wide: bool = False,
    icon: str = "",
    type: Literal["submit", "button", "reset"] = "submit",
    id: str = "",
    name: str = "",
    value: object = "",
    disabled: bool = False,
    formaction: str = "",
    label: str = "",
    hidden: bool = False,
    **extra: object,
) -> SafeString:
    """A button, or a link that looks like one when ``href`` is given. ``label`` only when the content alone does not
    say it. ``hidden``: until a script, without which it would do nothing, shows it."""
    attributes = {
        "hidden": hidden,
        "class_": css("btn", tone != "plain" and f"btn--{tone}", size == "small" and "btn--sm", wide and "btn--wide"),
        "id": id,
        "aria_label": label,
        **extra_ok("button", extra),
    }
    inside = safe(icon and draw(icon), content)
    if href:
        return el(
            "a", inside, href=None if disabled else href, aria_disabled="true" if disabled else None, **attributes
        )
    return el(
        "button",
        inside,
        type=type,
        name=name,
        value=value if name else None,
        disabled=disabled,
        formaction=formaction,
        **attributes,
    )


@block
def page_head(context: Context, content: str, *, title: str, sub: str = "") -> SafeString:
    """The title of the page. Content: more under the title; ``{% side %}``: what can be done from here."""
    side = take(context, "side")
    return el(
        "div",
        el("div", el("h1", title), sub and el("p", sub, class_="sub"), content),
        side and el("div", side, class_="head__side"),
        class_="head",
    )


def heading_id(title: str, given: str) -> str:
    return f"h-{given or slugify(title)}"


@block
def panel(
    context: Context,
    content: str,
    *,
    title: str = "",
    id: str = "",
    level: Literal[2, 3] = 2,
    flush: bool = False,
    screen_only: bool = False,
    **extra: object,
) -> SafeString:
    """A framed part of the page with its title. ``{% side %}``: beside the title. ``flush``: content touches the
    frame (lists)."""
    heading = heading_id(title, id)
    side = take(context, "side")
    head = title and el("div", el(f"h{level}", title, id=heading, class_="panel__title"), side, class_="panel__head")
    body = content if flush else el("div", content, class_="panel__body stack stack--sm")
    return el(
        "section",
        head,
        body,
        id=id,
        aria_labelledby=heading if title else None,
        class_=css("panel", screen_only and "screen"),
        **extra_ok("panel", extra),
    )


@block
def section(context: Context, content: str, *, title: str, id: str = "", level: Literal[2, 3] = 2) -> SafeString:
    """A part of the page with its title and no frame. ``{% side %}``: beside the title."""
    heading, side = heading_id(title, id), take(context, "side")
    head = el(f"h{level}", title, id=heading)
    if side:
        head = el("div", head, el("div", side, class_="head__side"), class_="head")
    return el("section", head, content, id=id, class_="stack", aria_labelledby=heading)


@block
def crumbs(content: str) -> SafeString:
    """Where this page is. Around ``{% crumb %}``s, the last without ``href``."""
    return el("nav", el("ol", content, class_="crumbs"), aria_label=_("Fil d’Ariane"))


@block
def crumb(content: str, *, href: str = "") -> SafeString:
    """One step of the way."""
    return el("li", el("a", content, href=href) if href else el("span", content, aria_current="page"))


@block
def tabs(content: str, *, label: str) -> SafeString:
    """Tabs that are pages. Around ``{% tab %}``s."""
    return el("nav", content, class_="tabs", aria_label=label, data_tabs=True)


@block
def tab(content: str, *, href: str, current: bool = False, count: int | None = None) -> SafeString:
    """One tab, a link."""
    return el(
        "a",
        content,
        (count is not None and safe(" ", el("span", count, class_="count"))) or "",
        href=href,
        aria_current="page" if current else None,
    )


_NOTICES = {
    "info": ("", "info"),
    "soon": ("amber", "soon"),
    "late": ("red", "late"),
    "done": ("green", "done"),
    "error": ("red", "error"),
    "attention": ("amber", "flag"),
}


@block
def notice(
    content: str,
    *,
    tone: Literal["info", "soon", "late", "done", "error", "attention"] = "info",
    title: str = "",
    icon: str = "",
    live: Literal["", "status", "alert"] = "",
) -> SafeString:
    """Something to know. ``live`` only for what appears without the page being asked for."""
    colour, drawing = _NOTICES[tone]
    return el(
        "div",
        draw(icon or drawing),
        el("div", title and el("p", title, class_="notice__title"), content.strip() and el("div", content)),
        class_=css("notice", colour and f"notice--{colour}"),
        role=live,
    )


_TRIANGLE = ("M70 10 10 70h46z", "M70 10 10 70h92zM70 10 56 70")
_ART = {  # what is tinted, what is drawn
    "rest": _TRIANGLE,
    "search": ("M52 29a15 15 0 1 0 .01 0z", "M6 70h100M70 10 10 70h92zM52 29a15 15 0 1 0 .01 0zM63 55l14 14"),
    "letter": ("M20 16h72v50H20z", "M20 16h72v50H20zM30 28h40M30 38h52M30 48h30"),
    "figures": ("M24 46h14v24H24zM70 22h14v48H70z", "M10 70h92M24 70V46h14v24M47 70V34h14v36M70 70V22h14v48"),
    "document": ("M34 8h32l16 16v50H34z", "M34 8h32l16 16v50H34zM66 8v16h16M44 38h28M44 48h28M44 58h16"),
}


@block
def empty(
    context: Context,
    content: str,
    *,
    title: str,
    art: Literal["rest", "search", "letter", "figures", "document"] = "rest",
    level: Literal[2, 3] = 2,
) -> SafeString:
    """Nothing here: why, and what to do next. ``{% foot %}``: the buttons."""
    foot = take(context, "foot")
    return el(
        "div",
        el(
            "svg",
            el("path", class_="art-fill", d=_ART[art][0]),
            el("path", class_="art-line", d=_ART[art][1]),
            class_="empty__art",
            viewBox="0 0 112 80",
            aria_hidden="true",
        ),
        el(f"h{level}", title, class_="empty__title"),
        content.strip() and el("div", content, class_="empty__text"),
        foot and el("div", foot, class_="actions"),
        class_="empty",
    )


@tag
def pages(*, previous: str = "", next: str = "", label: str = "", position: str = "") -> SafeString:
    """Before and after, in a list read by key (no page numbers: the list moves while one reads it)."""
    if not previous and not next:
        return drawn("")
    return el(
        "nav",
        previous and el("a", draw("back"), _("Précédents"), href=previous, rel="prev"),
        position and el("span", position, class_="muted"),
        next and el("a", _("Suivants"), draw("open"), href=next, rel="next"),
        class_="pages",
        aria_label=label or _("Pages de la liste"),
    )


@block
def dialog(context: Context, content: str, *, id: str, title: str, level: Literal[2, 3] = 2) -> SafeString:
    """A dialog, opened by a button that carries ``data_opens="#id"``. ``{% foot %}``: its buttons (a close button
    when none)."""
    foot = take(context, "foot")
    close = el("form", el("button", _("Fermer"), class_="btn"), method="dialog")
    return el(
        "dialog",
        el(f"h{level}", title, id=f"{id}-title"),
        content,
        el("div", foot or close, class_="actions"),
        id=id,
        class_="dialog",
        aria_labelledby=f"{id}-title",
    )


@tag
def steps(*, current: int, total: int, label: str = "", saved: str = "") -> SafeString:
    """How far along a form: said in words, then drawn. ``saved``: « enregistré à 19 h 42 »."""
    words = _("étape %(current)s sur %(total)s") % {"current": current, "total": total}
    bars = [el("li", class_="done" if n < current else "here" if n == current else None) for n in range(1, total + 1)]
    return el(
        "div",
        el(
            "p",
            el("span", label and safe(label, " · "), el("b", words)),
            saved and el("span", draw("done"), " ", saved),
            class_="steptext",
        ),
        el("ol", *bars, class_="steps", aria_hidden="true"),
    )


@block
def path(content: str, *, label: str = "") -> SafeString:
    """The way of a case, for the person whose case it is. Around ``{% stage %}``s."""
    return el("ol", content, class_="path", aria_label=label or _("Où en est votre dossier"))


@block
def stage(content: str, *, state: Literal["done", "here", "todo"], sub: str = "") -> SafeString:
    """One stage of the way."""
    said = {"done": _("fait"), "here": _("maintenant"), "todo": _("à venir")}[state]
    return el(
        "li",
        el("span", f"{said}{NBSP}: ", class_="sr"),
        content,
        sub and el("small", sub),
        class_=state if state != "todo" else None,
        aria_current="step" if state == "here" else None,
    )


@block
def quote(content: str) -> SafeString:
    """Words that speak, in serif."""
    return el("p", content, class_="quote")


@block
def lede(content: str) -> SafeString:
    """The first sentence of a page."""
    return el("p", content, class_="lede")


@tag
def triangle(*, title: str = "") -> SafeString:
    """The mark drawn large: any triangle shared by its median in two equal areas."""
    return el(
        "svg",
        el("title", title or _("Un triangle quelconque partagé par sa médiane en deux surfaces égales")),
        el("path", class_="art-fill", d="M210 18 14 216h147z"),
        el("path", class_="art-line", d="M210 18 14 216h294z"),
        el("path", class_="art-line", d="M210 18 161 216"),
        el("path", class_="art-line", d="M84 210v12M91 210v12M231 210v12M238 210v12"),
        class_="hero__art",
        viewBox="0 0 320 240",
        role="img",
    )


@tag
def panels(context: Context, place: str, subject: object) -> SafeString:
    """The panels that rooms registered for this page (``mediane.ground.ui.panels``), each a title and a link until
    its content comes."""
    shell = context.get("shell")
    wanted = panels_for(place, getattr(shell, "actor", None), subject)
    return safe(*[_panel_to_come(panel.key, str(panel.title), panel.url(subject)) for panel in wanted])


def _panel_to_come(key: str, title: str, address: str) -> SafeString:
    heading = f"h-panel-{key}"
    return el(
        "section",
        el(
            "div",
            el("h2", title, id=heading, class_="panel__title"),
            el("a", _("Ouvrir"), href=address, class_="mini"),
            class_="panel__head",
        ),
        class_="panel",
        id=f"panel-{key}",
        aria_labelledby=heading,
        hx_get=address,
        hx_trigger="load",
        hx_select="[data-panel]",
        hx_swap="outerHTML",
        hx_target="this",
    )
