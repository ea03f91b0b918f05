"""Drawings for paper, as SVG of fixed colours and the report's own typeface, each with the words that say it to who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.translation import gettext as _

from mediane.ground.ui import formats

INK, PETROL, RED, GREY, SOFT = "#18202b", "#094b47", "#a0241b", "#857d6d", "#424a56"
WIDTH = 760


@dataclass(frozen=True)
class Drawing:
    svg: str
    alt: str


@dataclass(frozen=True)
class Branch:
    """Where part of a flow goes: its words, how many, and what becomes of them."""

    name: str
    value: int
    colour: str = GREY
    ends: Sequence[tuple[str, int]] = field(default_factory=tuple)


def _text(
    x: float,
    y: float,
    words: str,
    size: float = 14,
    *,
    fill: str = INK,
    anchor: str = "start",
    weight: int = 400,
    bold: str = "",
) -> str:
    strong = f'<tspan font-weight="600">{escape(bold)}</tspan>\u00a0\u00a0' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="Inter" font-size="{size}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}">{strong}{escape(words)}</text>'
    )


def _ribbon(x0: float, a0: float, b0: float, x1: float, a1: float, b1: float, fill: str) -> str:
    middle = (x0 + x1) / 2
    return (
        f'<path d="M{x0:.1f},{a0:.1f} C{middle:.1f},{a0:.1f} {middle:.1f},{a1:.1f} {x1:.1f},{a1:.1f} L{x1:.1f},{b1:.1f} '
        f'C{middle:.1f},{b1:.1f} {middle:.1f},{b0:.1f} {x0:.1f},{b0:.1f} Z" fill="{fill}" fill-opacity=".2"/>'
    )


def _svg(height: float, parts: Sequence[str], width: float = WIDTH) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">{"".join(parts)}</svg>'


def flow(title: str, total: int, branches: Sequence[Branch], *, height: float = 430) -> Drawing:
    """What became of `total`: the branches, and from each the ends. Widths are to scale; an end too thin to carry its words still has its line."""
    top, xa, xb, xc, line = 26.0, 92.0, 322.0, 500.0, 19.0
    branches = [branch for branch in branches if branch.value]
    scale = height / max(total, 1)
    parts: list[str] = []
    gap = 40.0
    # Ends are spread so that no two lines of words touch; branches stand beside the middle of their ends.
    columns: list[tuple[Branch, float, list[tuple[str, int, float]]]] = []
    y = top + 20
    for branch in branches:
        placed = []
        start = y
        for name, value in branch.ends:
            if not value:
                continue
            thick = value * scale
            placed.append((name, value, y))
            y += max(thick + 9, line)
        if not placed:
            y += max(branch.value * scale, 12)
        columns.append((branch, start, placed))
        y += gap
    bottom = y - gap
    whole = total * scale
    root = top + 20 + max(0.0, (bottom - top - 20 - whole) / 2)
    parts.append(f'<rect x="{xa}" y="{root:.1f}" width="9" height="{max(whole, 1.6):.1f}" fill="{INK}"/>')
    parts.append(_text(xa - 12, root + whole / 2 - 2, formats.number(total), 25, anchor="end", weight=600))
    parts.append(_text(xa - 12, root + whole / 2 + 18, title, 14, anchor="end"))
    at = root
    for branch, start, placed in columns:
        thick = branch.value * scale
        stop = placed[-1][2] + placed[-1][1] * scale if placed else start + thick
        place = max(start, (start + stop - thick) / 2)
        parts.append(
            f'<rect x="{xb}" y="{place:.1f}" width="9" height="{max(thick, 1.6):.1f}" fill="{branch.colour}"/>'
        )
        parts.insert(0, _ribbon(xa + 9, at, at + thick, xb, place, place + thick, branch.colour))
        at += thick
        colour = branch.colour if branch.colour != GREY else SOFT
        parts.append(
            _text(xb + 4, place - 9, branch.name, 15, fill=colour, anchor="middle", bold=formats.number(branch.value))
        )
        inner = place
        for name, value, y_end in placed:
            width = value * scale
            parts.append(
                f'<rect x="{xc}" y="{y_end:.1f}" width="9" height="{max(width, 1.6):.1f}" fill="{branch.colour}"/>'
            )
            parts.insert(0, _ribbon(xb + 9, inner, inner + width, xc, y_end, y_end + width, branch.colour))
            inner += width
            parts.append(_text(xc + 19, y_end + max(width, 1.6) / 2 + 5, name, 14, bold=formats.number(value)))
    said = [f"{formats.number(total)} {title}"]
    for branch in branches:
        ends = ", ".join(f"{name} {formats.number(value)}" for name, value in branch.ends if value)
        said.append(f"{branch.name} {formats.number(branch.value)}" + (f" ({ends})" if ends else ""))
    return Drawing(_svg(bottom + 14, parts), _("Diagramme de flux. %(content)s.") % {"content": "; ".join(said)})


def columns(names: Sequence[str], values: Sequence[int], *, limit_after: int, limit: str, caption: str) -> Drawing:
    """How durations spread; what lies beyond the limit is red, and the limit is a line between two columns."""
    width, base, tall = 720.0, 330.0, 284.0
    slot = (width - 60) / max(len(values), 1)
    bar = slot - 28
    top = max([1, *values])
    parts = [f'<line x1="20" x2="{width - 20:.0f}" y1="{base}" y2="{base}" stroke="{INK}" stroke-width="1"/>']
    for index, (name, value) in enumerate(zip(names, values, strict=True)):
        x = 44 + slot * index
        colour, high = (PETROL if index < limit_after else RED), tall * value / top
        parts.append(f'<rect x="{x:.1f}" y="{base - high:.1f}" width="{bar:.1f}" height="{high:.1f}" fill="{colour}"/>')
        parts.append(
            _text(x + bar / 2, base - high - 9, formats.number(value), 19, fill=colour, anchor="middle", weight=600)
        )
        parts.append(_text(x + bar / 2, base + 21, name, 14.5, anchor="middle"))
    at = 44 + slot * limit_after - 14
    parts.append(
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="14" y2="{base}" stroke="{INK}" stroke-width="1.2" stroke-dasharray="4 4"/>'
    )
    parts.append(_text(at + 9, 26, limit, 14, weight=600))
    parts.append(_text(44, base + 46, caption, 13.5, fill=SOFT))
    content = ", ".join(f"{name} : {formats.number(value)}" for name, value in zip(names, values, strict=True))
    return Drawing(
        _svg(396, parts, width), _("Histogramme. %(caption)s. %(content)s.") % {"caption": caption, "content": content}
    )


def lines(names: Sequence[str], series: Sequence[tuple[str, Sequence[int], str, str]]) -> Drawing:
    """Figures month by month. A series: its words, its values, its colour, its dashes."""
    width, left, right, top, base = 760.0, 46.0, 620.0, 18.0, 250.0
    high = max([1, *(value for _name, values, _colour, _dash in series for value in values)])
    step = _step(high)
    ceiling = step * -(-high // step)
    last = max(len(names) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        return left + (right - left) * index / last, base - (base - top) * value / ceiling

    parts = []
    for value in range(0, ceiling + 1, step):
        y = place(0, value)[1]
        parts.append(
            f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{INK if not value else "#ddd5c5"}" stroke-width="{1 if not value else 0.6}"/>'
        )
        parts.append(_text(left - 8, y + 4.5, formats.number(value), 12.5, fill=SOFT, anchor="end"))
    for index, name in enumerate(names):
        parts.append(_text(place(index, 0)[0], base + 20, name, 12.5, fill=SOFT, anchor="middle"))
    ends = sorted(
        (
            (place(len(values) - 1, values[-1])[1], words, values[-1], colour)
            for words, values, colour, _dash in series
            if values
        )
    )
    free = 0.0
    for y, words, value, colour in ends:
        free = max(y, free + 17)
        parts.append(_text(right + 10, free + 4.5, words, 13, fill=colour, bold=formats.number(value)))
    for _words, values, colour, dash in series:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(index, value) for index, value in enumerate(values)))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.4" stroke-dasharray="{dash}"/>'
        )
    content = "; ".join(
        f"{words} : {', '.join(f'{name} {formats.number(value)}' for name, value in zip(names, values, strict=True))}"
        for words, values, _c, _d in series
    )
    return Drawing(_svg(284, parts, width), _("Courbes. %(content)s.") % {"content": content})


def _step(high: int, steps: int = 4) -> int:
    power = 1
    while power * 10 * steps <= high:
        power *= 10
    return next((power * m for m in (1, 2, 5, 10) if power * m * steps >= high), power * 10)
