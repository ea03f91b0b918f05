"""The smallest pieces: chips, moments, people, and the filters that write dates and figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediane.ground.ui import formats
from mediane.kernel.periods import Period

from .base import block, css, draw, el, register, safe, tag

Tone = Literal["neutral", "teal", "amber", "red", "green", "consumer", "trader", "note"]
Holder = Literal["mediation", "consumer", "trader", "nobody"]


@block
def chip(content: str, *, tone: Tone = "neutral", icon: str = "") -> SafeString:
    """A state in one or two words. The word says it; the tone only repeats it."""
    return el("span", icon and draw(icon), content, class_=css("chip", tone != "neutral" and f"chip--{tone}"))


@block
def chips(content: str) -> SafeString:
    """Several chips on a line."""
    return el("div", content, class_="chips")


def holder_dot(holder: str) -> SafeString:
    name = {"mediation": "me", "nobody": ""}.get(holder, holder)
    return el("span", class_=css("dot", name and f"dot--{name}"))


@tag
def dot(holder: Holder) -> SafeString:
    """Who holds the hand: a round, a diamond or a square. Always beside a word."""
    return holder_dot(holder)


_WAYS: dict[str, Callable[..., str]] = {
    "long": formats.date_long,
    "day": formats.date_day,
    "plain": formats.date_plain,
    "short": formats.date_short,
    "year": formats.date_year,
    "moment": formats.moment,
    "moment_long": formats.moment_long,
    "time": formats.clock_time,
}


def time_element(value: date | datetime, way: str) -> SafeString:
    if isinstance(value, datetime):
        stamp = (
            value.isoformat(timespec="minutes")
            if way in ("moment", "moment_long", "time")
            else formats.day_of(value).isoformat()
        )
    else:
        stamp = value.isoformat()
    return el("time", _WAYS[way](value), datetime=stamp)


@tag
def when(
    value: date | datetime,
    way: Literal["long", "day", "plain", "short", "year", "moment", "moment_long", "time"] = "short",
) -> SafeString:
    """A date or a moment as ``<time>``, in the words of the page."""
    return time_element(value, way)


def initials(name: str) -> str:
    words = [
        word
        for word in name.replace("-", " ").split()
        if word[0].isalpha() and word not in ("M.", "Mme", "Mr", "Mrs", "Ms")
    ]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


@tag
def avatar(
    name: str, *, tone: Literal["mediation", "consumer", "trader"] = "mediation", small: bool = False
) -> SafeString:
    """Initials, beside the name itself."""
    extra = css("avatar", small and "avatar--sm", tone != "mediation" and f"avatar--{tone}")
    return el("span", initials(name), class_=extra, aria_hidden="true")


@tag
def person(name: str, *, role: str = "", tone: Literal["mediation", "consumer", "trader"] = "mediation") -> SafeString:
    """Someone: initials, name, what they do here."""
    return el(
        "div",
        avatar(name, tone=tone),
        el("span", el("b", name), role and safe(el("br"), el("span", role, class_="faint"))),
        class_="person",
    )


@tag
def presence(name: str) -> SafeString:
    """Someone else reads this page now."""
    return el(
        "span", holder_dot("mediation"), _("%(name)s lit ce dossier") % {"name": name}, class_="chip", role="status"
    )


@block
def key(content: str) -> SafeString:
    """A key of the keyboard."""
    return el("kbd", content)


# ---- Filters ----


def _dated(write: Callable[..., str], kind: type) -> Callable[[object], str]:
    def written(value: object) -> str:
        return write(value) if isinstance(value, kind) else ""

    written.__doc__ = write.__doc__
    return written


for _name in ("date_long", "date_day", "date_plain", "date_short", "date_year"):
    register.filter(_name, _dated(getattr(formats, _name), date), is_safe=True)
for _name in ("moment", "moment_long", "clock_time"):
    register.filter(_name, _dated(getattr(formats, _name), datetime), is_safe=True)


def _figure(value: object) -> Decimal | None:
    if isinstance(value, bool) or value in (None, ""):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@register.filter(is_safe=True)
def euros(value: object) -> str:
    """1 240,00 €"""
    figure = _figure(value)
    return "" if figure is None else formats.euros(figure)


@register.filter(is_safe=True)
def euros_short(value: object) -> str:
    """1 240 €, cents only when there are some"""
    figure = _figure(value)
    return "" if figure is None else formats.euros_short(figure)


@register.filter(is_safe=True)
def number(value: object, digits: int = 0) -> str:
    """4 618"""
    figure = _figure(value)
    return "" if figure is None else formats.number(figure, digits)


@register.filter(is_safe=True)
def percent(value: object, digits: int = 1) -> str:
    """A ratio (0.854) as 85,4 %"""
    figure = _figure(value)
    return "" if figure is None else formats.percent(figure, digits)


@register.filter(is_safe=True)
def signed(value: object, digits: int = 0) -> str:
    """+ 201"""
    figure = _figure(value)
    return "" if figure is None else formats.signed(figure, digits)


@register.filter(is_safe=True)
def period_words(value: object) -> str:
    """21d → 21 jours civils; what is no period as it is"""
    try:
        return Period.parse(value).in_words(get_language() or "fr")  # type: ignore[arg-type]
    except ValueError:
        return str(value or "")


@register.filter(is_safe=True)
def file_size(value: object) -> str:
    """1,2 Mo"""
    return formats.size(value) if isinstance(value, int) else ""
