"""What every tag is made of: typed properties, elements that escape, slots.

A component is a function. Its annotations are its contract: a ``Literal`` lists the values allowed, ``bool``,
``int``, ``str`` and classes mean themselves. An unknown property fails when the template is compiled, a wrong value
when it is rendered, both with ``TemplateSyntaxError``: a page with a wrong property cannot pass its test."""

from __future__ import annotations

import html
import inspect
import re
import types
import typing
from collections.abc import Callable
from functools import lru_cache, wraps
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from django.template import Context, Library, TemplateSyntaxError
from django.template.base import Parser, Token
from django.template.library import SimpleBlockNode
from django.utils.functional import Promise
from django.utils.safestring import SafeString

register = Library()

type_ok = Callable[[object], bool]


# ---- Typed properties ----


def _checker(hint: object) -> tuple[type_ok, str]:
    """How to recognise a value of this annotation, and how to name it in an error."""
    if hint in (typing.Any, object, inspect.Parameter.empty):
        return (lambda value: True), "anything"
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        allowed = typing.get_args(hint)
        return (lambda value: value in allowed), " | ".join(repr(a) for a in allowed)
    if origin in (typing.Union, types.UnionType):
        parts = [_checker(part) for part in typing.get_args(hint)]
        return (lambda value: any(ok(value) for ok, _ in parts)), " | ".join(name for _, name in parts)
    if hint is str:
        return (lambda value: isinstance(value, str | Promise)), "str"
    if hint is int:
        return (lambda value: isinstance(value, int) and not isinstance(value, bool)), "int"
    kind = typing.cast(type, origin or hint)
    return (lambda value: isinstance(value, kind)), getattr(kind, "__name__", str(kind))


def typed(func: Callable[..., SafeString]) -> Callable[..., SafeString]:
    """Check each call against the annotations of ``func``. Raises TemplateSyntaxError naming the tag, the property
    and what is allowed."""
    names = list(inspect.signature(func).parameters)
    checks: dict[str, tuple[type_ok, str]] = {}

    def prepare() -> None:
        hints = typing.get_type_hints(func)
        for name in names:
            if name not in ("context", "content", "extra"):
                checks[name] = _checker(hints.get(name, object))

    @wraps(func)
    def call(*args: object, **kwargs: object) -> SafeString:
        if not checks:
            prepare()
        for name, value in [*zip(names, args, strict=False), *kwargs.items()]:
            if name in checks and not checks[name][0](value):
                raise TemplateSyntaxError(f"{{% {func.__name__} %}}: {name} is {value!r}, expected {checks[name][1]}")
        return func(*args, **kwargs)

    return call


# ---- Slots ----

_SLOTS = "ui.slots"


def _slots(context: Context) -> list[dict[str, str]]:
    """What the components being drawn hold, the innermost last."""
    return typing.cast(list[dict[str, str]], context.render_context.setdefault(_SLOTS, []))


class BlockNode(SimpleBlockNode):
    """A block tag that can hold ``{% block %}``s and slots. Slots belong to the nearest component around them."""

    child_nodelists = ("nodelist",)

    def render(self, context: Context) -> SafeString:
        stack = _slots(context)
        stack.append({})
        try:
            out = super().render(context)
        finally:
            left = stack.pop()
        if left:
            raise TemplateSyntaxError(f"{{% {self.func.__name__} %}} has no place for {{% {next(iter(left))} %}}")
        return typing.cast(SafeString, out)


def take(context: Context, slot: str) -> SafeString:
    """What the page put in this slot of the component being drawn, or nothing."""
    return SafeString(_slots(context)[-1].pop(slot, ""))


def tag(func: Callable[..., SafeString]) -> Callable[..., SafeString]:
    """Register ``{% name %}``: a component without content. A first argument named ``context`` receives the template
    context."""
    takes_context = next(iter(inspect.signature(func).parameters), "") == "context"
    return register.simple_tag(typed(func), takes_context=takes_context)


def block(func: Callable[..., SafeString]) -> Callable[..., SafeString]:
    """Register ``{% name %}…{% endname %}``: a component around its content, given as the argument ``content``."""
    takes_context = next(iter(inspect.signature(func).parameters), "") == "context"
    register.simple_block_tag(typed(func), takes_context=takes_context)
    plain = register.tags[func.__name__]

    @wraps(func)
    def compile_block(parser: Parser, token: Token) -> BlockNode:
        node = plain(parser, token)
        return BlockNode(node.nodelist, node.func, node.takes_context, node.args, node.kwargs, node.target_var)

    register.tags[func.__name__] = compile_block
    return func


def slot(name: str) -> None:
    """Register ``{% name %}…{% endname %}``: content handed to the component around it."""

    def put(context: Context, content: str) -> SafeString:
        stack = _slots(context)
        if not stack:
            raise TemplateSyntaxError(f"{{% {name} %}} stands outside any component")
        stack[-1][name] = content
        return SafeString("")

    put.__name__ = name
    register.simple_block_tag(put, takes_context=True, name=name)


slot("side")
slot("foot")


# ---- Elements ----

_VOID = {"input", "img", "rect", "path", "line", "circle", "br", "hr"}
_EXTRA = re.compile(
    r"(hx_(?!on|vars)|data_|aria_)\w+|form|role|tabindex|lang|title|rel|target|download|autofocus|itemprop"
)
_ADDRESSES = {"href", "action", "formaction", "src", "hx-get", "hx-post", "hx-put", "hx-delete"}
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SAFE_SCHEME = re.compile(r"\s*(https?|mailto|tel|sms):", re.IGNORECASE)


def _escaped(value: object) -> str:
    # What Django's conditional_escape does, without its detours: a list of fifty rows passes here twelve thousand times.
    if isinstance(value, Promise):
        value = str(value)
    return value if isinstance(value, SafeString) else html.escape(str(value))


@lru_cache(maxsize=256)
def _attribute(given: str) -> str:
    return given.rstrip("_").replace("_", "-")


def drawn(markup: str) -> SafeString:
    """Markup written in this room, no part of which came from elsewhere."""
    return SafeString(markup)


def safe(*parts: object) -> SafeString:
    """Join parts, escaping those that are not already HTML."""
    return SafeString(
        "".join(_escaped(part) for part in parts if part is not None and part != "" and part is not False)
    )


def el(name: str, /, *children: object, **attributes: object) -> SafeString:
    """An element. Everything is escaped unless already HTML. Attribute names lose a trailing ``_``; ``_`` inside
    becomes ``-``; ``None``, ``False`` and ``""`` (except ``alt``, ``value``) leave the attribute out, ``True`` writes
    it bare."""
    out = [f"<{name}"]
    for given, value in attributes.items():
        if value is None or value is False:
            continue
        key = _attribute(given)
        if value is True:
            out.append(f" {key}")
        elif value != "" or key in ("alt", "value"):
            out.append(f' {key}="{_escaped(url(value) if key in _ADDRESSES else value)}"')
    if name in _VOID:
        out.append(">" if name in ("input", "img", "br", "hr") else "/>")
        return SafeString("".join(out))
    out.append(">")
    out.extend(_escaped(child) for child in children if child is not None and child != "" and child is not False)
    out.append(f"</{name}>")
    return SafeString("".join(out))


def url(value: object) -> str:
    """The address if a person may follow it, else ``#``: no ``javascript:`` ever comes out of a property."""
    text = str(value)
    if text[:1] in ("/", "?", "#", ""):
        return text
    cleaned = re.sub(r"[\x00-\x20]", "", text)  # browsers skip control characters before and inside a scheme
    return text if not _SCHEME.match(cleaned) or _SAFE_SCHEME.match(cleaned) else "#"


def css(*names: str | bool | None) -> str:
    """Class names that are set, in order."""
    return " ".join(str(name) for name in names if name)


def extra_ok(tag_name: str, extra: dict[str, object]) -> dict[str, object]:
    """Attributes that pages may add to a component: htmx, data, aria and a few harmless ones. Anything else is an
    unknown property."""
    for key in extra:
        if not _EXTRA.fullmatch(key):
            raise TemplateSyntaxError(f"{{% {tag_name} %}}: unknown property {key!r}")
    return extra


# ---- Icons and the mark ----

# Our words for things, so that one meaning keeps one drawing.
ICONS = {
    "consumer": "user-round",
    "trader": "store",
    "both": "users-round",
    "mediation": "scale",
    "office": "building-2",
    "note": "lock",
    "soon": "clock",
    "late": "triangle-alert",
    "done": "check",
    "paused": "pause",
    "next": "flag",
    "letter": "mail",
    "send": "send",
    "document": "file-text",
    "photo": "camera",
    "write": "pencil",
    "see": "eye",
    "unseen": "eye-off",
    "stop": "x",
    "error": "circle-alert",
    "info": "info",
    "work": "list",
    "archive": "archive",
    "cases": "inbox",
    "figures": "chart-column",
    "report": "book-open",
    "settings": "settings",
    "help": "circle-question-mark",
    "search": "search",
    "menu": "menu",
    "open": "arrow-right",
    "back": "arrow-left",
    "download": "download",
    "print": "printer",
    "phone": "smartphone",
    "assign": "user-round-plus",
    "post": "mailbox",
    "models": "file-pen-line",
    "outbox": "send-horizontal",
    "sign_out": "log-out",
    "people": "users-round",
    "calendar": "calendar",
    "link": "link",
    "recommendation": "flag",
}


@lru_cache(maxsize=1)
def _drawings() -> dict[str, str]:
    """Every drawing of the ``lucide`` package: name → its inside, without the frame that CSS gives."""
    from importlib import resources

    out = {}
    with resources.files("lucide").joinpath("lucide.zip").open("rb") as file, ZipFile(file) as archive:
        for member in archive.namelist():
            out[member.removesuffix(".svg")] = archive.read(member).decode()
    return out


@lru_cache(maxsize=512)
def draw(name: str) -> SafeString:
    """The icon of that name (ours or lucide's), hidden from screen readers: the word beside it speaks.

    Raises TemplateSyntaxError for an unknown name."""
    source = _drawings().get(ICONS.get(name, name))
    if source is None:
        raise TemplateSyntaxError(f"{{% icon %}}: no drawing named {name!r}")
    inside = []
    for node in ET.fromstring(source):  # noqa: S314 (a file of a pinned package)
        shape = node.tag.rpartition("}")[2]
        inside.append(f"<{shape} " + " ".join(f'{key}="{value}"' for key, value in node.attrib.items()) + "/>")
    return SafeString(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{"".join(inside)}</svg>')


@tag
def icon(name: str, *, label: str = "") -> SafeString:
    """A drawing. ``label`` only where no word stands beside it."""
    if not label:
        return draw(name)
    return safe(draw(name), el("span", label, class_="sr"))


@tag
def mark(*, label: str = "") -> SafeString:
    """The mark: a median cuts any triangle into two equal areas."""
    return el(
        "svg",
        label and el("title", label),
        SafeString('<path class="mark__one" d="M21 2 1.5 24H16z"/><path class="mark__two" d="M21 2 1.5 24h29z"/>'),
        SafeString('<path class="mark__line" d="M21 2 16 24"/>'),
        class_="mark",
        viewBox="0 0 32 26",
        role="img" if label else None,
        aria_hidden=None if label else "true",
    )
