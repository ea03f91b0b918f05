"""The kinds of chart, drawn on the server as SVG: bars, columns, stacked bars, lines, branches, spark, heat.

A chart is a value: what it says in one sentence, its rows, its unit. It is drawn twice, wide and narrow (a phone gets
a drawing of its own, not a shrunk one), always with a title and a description that screen readers say, always doubled
by its table. Colours are classes of the design system, so that both themes, print and forced colours follow; the text
is text, selectable and searchable.

The same values feed ``table`` (screens, ``<details>``), ``csv_rows`` (download) and the annual report."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from . import formats
from .tags.base import el

Value = int | float
Fill = Literal["teal", "amber", "red", "green", "consumer", "trader", "ink", "line"]
Write = Callable[[Value], str]

WIDE, NARROW = 620, 340
_PALE = ("amber", "line")
"""Fills on which no text is dark or light enough (4.5:1): the figure is in the table."""


@dataclass(frozen=True, slots=True)
class Row:
    """One bar: its name, its figure, the same a year before (``before``), words after the figure (``note``), its
    colour."""

    name: str
    value: Value
    before: Value | None = None
    note: str = ""
    fill: Fill = "teal"


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one part of stacked bars. ``values`` are as many as the chart's ``names``; ``None`` where there is
    no figure. From ``forecast`` on (index), the figures are expected ones; ``low`` and ``high`` are their
    interval."""

    name: str
    values: Sequence[Value | None]
    fill: Fill = "teal"
    strong: bool = False
    low: Sequence[Value | None] = ()
    high: Sequence[Value | None] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(ABC):
    """``id`` is unique in the page; ``title`` names, ``text`` says what to see; ``unit`` after the figures (« jours
    »). ``links``: an address for each row of the table (empty: none), which opens the cases behind it."""

    id: str
    title: str
    text: str = ""
    unit: str = ""
    digits: int = 0
    names_title: str = ""
    links: Sequence[str] = ()

    def write(self, value: Value | None) -> str:
        return "–" if value is None else formats.number(value, self.digits)

    @abstractmethod
    def table(self) -> tuple[list[str], list[list[str]]]:
        """Heads and rows as people read them; the first cell of a row is its name."""

    @abstractmethod
    def csv_rows(self) -> list[list[object]]:
        """Heads and rows with raw figures, for the download."""

    @abstractmethod
    def shapes(self, width: int) -> tuple[int, list[SafeString]]:
        """Height and drawing for that width."""

    def svg(self, width: int, *, only: Literal["", "wide", "narrow"] = "") -> SafeString:
        """The drawing, named and described."""
        height, shapes = self.shapes(width)
        suffix = only or "one"
        title, text = f"{self.id}-{suffix}-t", f"{self.id}-{suffix}-d"
        return el(
            "svg",
            el("title", self.title, id=title),
            el("desc", self.text or self.title, id=text),
            *shapes,
            class_=f"only-{only}" if only else None,
            viewBox=f"0 0 {width} {height}",
            role="img",
            aria_labelledby=f"{title} {text}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Chart):
    """Rows one under the other, longest first as given: causes, subjects. ``share``: each figure is followed by its
    part of the total."""

    rows: Sequence[Row]
    share: bool = False
    value_title: str = ""
    before_title: str = ""

    @property
    def total(self) -> Value:
        return sum(row.value for row in self.rows)

    def _said(self, row: Row) -> str:
        part = formats.percent(row.value / self.total) if self.share and self.total else ""
        return " · ".join(filter(None, (self.write(row.value), part, row.note)))

    def table(self) -> tuple[list[str], list[list[str]]]:
        compared = any(row.before is not None for row in self.rows)
        heads = (
            [self.names_title, self.value_title or _("Nombre")]
            + ([_("Part")] if self.share else [])
            + ([self.before_title] if compared else [])
        )
        rows = []
        for row in self.rows:
            part = [formats.percent(row.value / self.total) if self.total else "–"] if self.share else []
            rows.append([row.name, self.write(row.value), *part, *([self.write(row.before)] if compared else [])])
        return heads, rows

    def csv_rows(self) -> list[list[object]]:
        compared = any(row.before is not None for row in self.rows)
        heads: list[object] = [
            self.names_title,
            self.value_title or _("Nombre"),
            *([self.before_title] if compared else []),
        ]
        rows: list[list[object]] = [[row.name, row.value, *([row.before] if compared else [])] for row in self.rows]
        return [heads, *rows]

    def shapes(self, width: int) -> tuple[int, list[SafeString]]:
        step, room = (44 if any(row.before is not None for row in self.rows) else 42), (96 if width < 500 else 104)
        top = max([1, *(max(row.value, row.before or 0) for row in self.rows)])
        out = []
        for index, row in enumerate(self.rows):
            y = index * step + 13
            long, before = (width - room) * row.value / top, (width - room) * (row.before or 0) / top
            out.append(_text(0, y, _shorten(row.name, width), strong=True))
            out.append(
                _rect(
                    f"fill-{row.fill}", 0, y + 6, max(long, 1 if row.value else 0), 11 if row.before is not None else 13
                )
            )
            if row.before is not None:
                out.append(_rect("fill-line", 0, y + 19, before, 5))
            out.append(_text(max(long, before if abs(before - long) < room else 0) + 7, y + 17, self._said(row)))
        return max(20, len(self.rows) * step), out


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns(Chart):
    """Upright bars over a numbered axis: how durations spread. ``edges`` has one more element than ``values``. What
    lies beyond ``limit`` is red; ``limit_text`` and ``mark`` (a value, its words) are written above."""

    edges: Sequence[Value]
    values: Sequence[Value]
    limit: Value | None = None
    limit_text: Sequence[str] = ()
    mark: tuple[Value, str] | None = None
    value_title: str = ""
    last_open: bool = True

    def _name(self, index: int) -> str:
        """« 61 à 70 »: an edge belongs to the bar on its left, so that nothing is counted in two bars."""
        if self.last_open and index == len(self.values) - 1:
            return _("plus de %(n)s") % {"n": formats.number(self.edges[index])}
        return _("%(from)s à %(to)s") % {
            "from": formats.number(self.edges[index] + (1 if index else 0)),
            "to": formats.number(self.edges[index + 1]),
        }

    def table(self) -> tuple[list[str], list[list[str]]]:
        total = sum(self.values)
        rows = [
            [self._name(i), self.write(v), formats.percent(v / total) if total else "–"]
            for i, v in enumerate(self.values)
        ]
        return [self.names_title or self.unit, self.value_title or _("Nombre"), _("Part")], rows

    def csv_rows(self) -> list[list[object]]:
        heads: list[object] = [self.names_title or self.unit, self.value_title or _("Nombre")]
        rows: list[list[object]] = [[self._name(i), v] for i, v in enumerate(self.values)]
        return [heads, *rows]

    def _every(self, most: int) -> int:
        """How many bars between two figures of the axis, so that the limit is one of them."""
        least = max(1, math.ceil(len(self.values) / most))
        at = self.edges.index(self.limit) if self.limit in self.edges else 0
        return next((step for step in range(least, 2 * least + 1) if at % step == 0), least)

    def shapes(self, width: int) -> tuple[int, list[SafeString]]:
        left, right, bottom, top = 34, width - 6, 216, 14
        scale = _scale(max([0, *self.values]))
        out = _rules(scale, left, right, bottom, top, self.write)
        slot = (right - left) / max(1, len(self.values))

        def x(value: Value) -> float:
            for index, (low, high) in enumerate(zip(self.edges, self.edges[1:], strict=False)):
                if value <= high or index == len(self.values) - 1:
                    return left + slot * (index + min(1.0, (value - low) / ((high - low) or 1)))
            return right

        for index, value in enumerate(self.values):
            tall = (bottom - top) * value / scale[-1]
            over = self.limit is not None and self.edges[index] >= self.limit
            out.append(
                _rect("fill-red" if over else "fill-teal", left + slot * index + 1.5, bottom - tall, slot - 3, tall)
            )
        for index in range(0, len(self.edges) - 1, self._every(5 if width < 500 else 8)):
            out.append(_text(left + slot * index, 234, formats.number(self.edges[index]), anchor="middle"))
        if self.unit:
            out.append(_text(right, 249, self.unit, anchor="end"))
        if self.limit is not None:
            at = x(self.limit)
            out.append(el("line", class_="limit", x1=_n(at), x2=_n(at), y1=4, y2=bottom))
            out += [_text(at + 6, 14 + 16 * i, words, strong=i == 0) for i, words in enumerate(self.limit_text)]
        if self.mark is not None:
            value, words = self.mark
            at = x(value)
            # Words stand on the left of the mark, unless there is no room for them.
            if at - 8 > 6.6 * len(words):
                out.append(_text(at - 8, 14, words, strong=True, anchor="end"))
            else:
                out.append(_text(at + 8, 14, words, strong=True))
            out.append(el("path", class_="fill-ink", d=f"M{_n(at)} 16l4 -7h-8z"))
        return 252, out


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines(Chart):
    """Figures over time. ``forecast``: index of the last known name; beyond it the lines are dashed. ``partial``: the
    last name is not over, its figures will still change; the way to it is dashed. ``short_names`` on the axis."""

    names: Sequence[str]
    series: Sequence[Series]
    forecast: int | None = None
    partial: bool = False
    short_names: Sequence[str] = ()
    from_zero: bool = True

    def table(self) -> tuple[list[str], list[list[str]]]:
        rows = []
        for index, name in enumerate(self.names):
            ahead = self.forecast is not None and index > self.forecast
            open_yet = self.partial and index == len(self.names) - 1
            remark = f" ({_('prévision')})" if ahead else f" ({_('en cours')})" if open_yet else ""
            rows.append([name + remark, *[self.write(s.values[index]) for s in self.series]])
        return [self.names_title or _("Période"), *[s.name for s in self.series]], rows

    def csv_rows(self) -> list[list[object]]:
        heads: list[object] = [self.names_title or _("Période"), *[s.name for s in self.series]]
        rows: list[list[object]] = [[name, *[s.values[i] for s in self.series]] for i, name in enumerate(self.names)]
        return [heads, *rows]

    def shapes(self, width: int) -> tuple[int, list[SafeString]]:
        narrow = width < 500
        left, right, bottom, top = 34, width - (62 if narrow else 96), 242, 12
        known = [v for s in self.series for v in (*s.values, *s.high, *s.low) if v is not None]
        scale = _scale(max([0, *known]), low=0 if self.from_zero else min([0, *known]))
        out = _rules(scale, left, right, bottom, top, self.write)
        last = max(1, len(self.names) - 1)

        def point(index: int, value: Value) -> tuple[float, float]:
            return left + (right - left) * index / last, bottom - (bottom - top) * (value - scale[0]) / (
                scale[-1] - scale[0]
            )

        if self.forecast is not None and self.forecast < last:
            start = point(self.forecast, 0)[0]
            out.append(_rect("fill-soft", start, top, right - start, bottom - top))
            out.append(_text(start + 5, 25, _("prévision")))
        solid = self.forecast
        if self.partial and solid is None and len(self.names) > 1:
            solid = len(self.names) - 2
            start = point(solid, 0)[0]
            out.append(_rect("fill-soft", start, top, right - start, bottom - top))
            out.append(_text(right - 4, 25, _("en cours"), anchor="end"))
        for series in self.series:
            out += self._band(series, point)
        ends: list[tuple[float, Series, Value]] = []
        for series in self.series:
            style = f"l-{series.fill}" + (" l-strong" if series.strong else "")
            cut = len(self.names) if solid is None else solid + 1
            out += [_path(style, part) for part in _runs(series.values[:cut], 0, point)]
            if cut < len(self.names):
                out += [_path(f"{style} l-fore", part) for part in _runs(series.values[cut - 1 :], cut - 1, point)]
            present = [(i, v) for i, v in enumerate(series.values) if v is not None]
            if present:
                index, value = present[-1]
                ends.append((point(index, value)[1], series, value))
        for y, (_real, series, value) in zip(
            _apart([e[0] for e in sorted(ends, key=lambda e: e[0])]), sorted(ends, key=lambda e: e[0]), strict=True
        ):
            words = series.name.lower() if narrow else f"{series.name.lower()} {self.write(value)}"
            out.append(_text(right + 7, y + 4, _shorten(words, 96 if not narrow else 62), strong=series.strong))
        each = max(1, math.ceil(len(self.names) / (5 if narrow else 13)))
        for index in range(0, len(self.names), each):
            out.append(_text(point(index, 0)[0], 262, (self.short_names or self.names)[index], anchor="middle"))
        return 270, out

    def _band(self, series: Series, point: Callable[[int, Value], tuple[float, float]]) -> list[SafeString]:
        if not series.low or not series.high:
            return []
        up = [point(i, v) for i, v in enumerate(series.high) if v is not None]
        down = [point(i, v) for i, v in enumerate(series.low) if v is not None]
        trail = " ".join(f"{_n(x)} {_n(y)}" for x, y in [*up, *reversed(down)])
        return [el("path", class_="band", d=f"M{trail}z")] if up and down else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacked(Chart):
    """Bars made of parts, one bar a name. ``shares``: every bar as long, its parts in percent."""

    names: Sequence[str]
    series: Sequence[Series]
    shares: bool = False

    def _total(self, index: int) -> Value:
        return sum(s.values[index] or 0 for s in self.series)

    def table(self) -> tuple[list[str], list[list[str]]]:
        rows = [
            [name, *[self.write(s.values[i]) for s in self.series], self.write(self._total(i))]
            for i, name in enumerate(self.names)
        ]
        return [self.names_title, *[s.name for s in self.series], _("Total")], rows

    def csv_rows(self) -> list[list[object]]:
        heads: list[object] = [self.names_title, *[s.name for s in self.series]]
        rows: list[list[object]] = [[name, *[s.values[i] for s in self.series]] for i, name in enumerate(self.names)]
        return [heads, *rows]

    def shapes(self, width: int) -> tuple[int, list[SafeString]]:
        room, step = 60, 42
        top = max([1, *(self._total(i) for i in range(len(self.names)))])
        out, x = [], 0.0
        y = 11
        for series in self.series:  # the legend, wrapped
            wide = 22 + 6.6 * len(series.name) + 14
            if x and x + wide > width:
                x, y = 0.0, y + 18
            out += [_rect(f"fill-{series.fill}", x, y - 9, 11, 11), _text(x + 17, y, series.name)]
            x += wide
        base = y + 14
        for index, name in enumerate(self.names):
            total, at = self._total(index), 0.0
            line = base + index * step + 13
            out.append(_text(0, line, _shorten(name, width), strong=True))
            whole = total if self.shares else top
            for series in self.series:
                value = series.values[index] or 0
                long = (width - room) * value / whole if whole else 0
                if long > 0:
                    out.append(_rect(f"fill-{series.fill}", at, line + 6, max(0.5, long - 1.5), 13))
                if long > 46 and series.fill not in _PALE:
                    words = formats.percent(value / total, 0) if self.shares else self.write(value)
                    out.append(_text(at + long / 2, line + 17, words, anchor="middle", inside=series.fill))
                at += long
            out.append(_text(at + 7, line + 17, self.write(total)))
        return base + len(self.names) * step, out


@dataclass(frozen=True, slots=True)
class Branch:
    """Part of a whole and what became of it, as (words, figure) pairs that together are at most ``value``."""

    name: str
    value: int
    fill: Fill = "line"
    ends: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches(Chart):
    """What became of a whole: it divides into branches, each of these into ends, widths to scale. A phone reads it as bars."""

    whole: str
    total: int
    branches: Sequence[Branch] = field(default_factory=tuple)
    value_title: str = ""

    def _lines(self) -> list[tuple[str, int, bool]]:
        """Name, figure, whether it is a branch (else an end of the branch above)."""
        out = [(self.whole, self.total, True)]
        for branch in self.branches:
            out.append((branch.name, branch.value, True))
            out += [(name, value, False) for name, value in branch.ends]
        return out

    def table(self) -> tuple[list[str], list[list[str]]]:
        rows = [
            [
                name if top else f"— {name}",
                self.write(value),
                formats.percent(value / self.total) if self.total else "–",
            ]
            for name, value, top in self._lines()
        ]
        return [self.names_title, self.value_title or _("Nombre"), _("Part")], rows

    def csv_rows(self) -> list[list[object]]:
        heads: list[object] = [self.names_title, self.value_title or _("Nombre")]
        rows: list[list[object]] = [[name if top else f"— {name}", value] for name, value, top in self._lines()]
        return [heads, *rows]

    def shapes(self, width: int) -> tuple[int, list[SafeString]]:
        return self._bars(width) if width < 500 else self._ribbons(width)

    def _bars(self, width: int) -> tuple[int, list[SafeString]]:
        out, y, room = [], 0.0, 64
        for branch in (Branch(self.whole, self.total, "ink"), *(b for b in self.branches if b.value)):
            for index, (name, value) in enumerate([(branch.name, branch.value), *branch.ends]):
                if not value:
                    continue
                indent = 14 if index else 0
                long = (width - room - 14) * value / max(1, self.total)
                out.append(_text(indent, y + 13, _shorten(name, width - indent), strong=not index))
                out.append(_rect(f"fill-{branch.fill}", indent, y + 19, max(long, 1), 7 if index else 13))
                out.append(_text(indent + max(long, 1) + 7, y + (27 if index else 30), self.write(value)))
                y += 36 if index else 42
        return int(max(20, y)), out

    def _ribbons(self, width: int) -> tuple[int, list[SafeString]]:
        branches = [branch for branch in self.branches if branch.value]
        left, middle, right, line, gap = 74.0, 0.34 * width, 0.6 * width, 18.0, 34.0
        ends = sum(1 for branch in branches for _name, value in branch.ends if value)
        scale = max(170.0, 22.0 * ends) / max(1, self.total)
        # Ends are spread so that no two lines of words touch; a branch stands beside the middle of its ends.
        ribbons, marks = list[SafeString](), list[SafeString]()
        columns: list[tuple[Branch, float, float, list[tuple[str, int, float]]]] = []
        y = 22.0
        for branch in branches:
            start, placed = y, []
            for name, value in branch.ends:
                if value:
                    placed.append((name, value, y))
                    y += max(value * scale + 8, line)
            if not placed:
                y += max(branch.value * scale, 10)
            columns.append((branch, start, y, placed))
            y += gap
        bottom = max(y - gap, 60.0)
        tall = self.total * scale
        root = 22 + max(0.0, (bottom - 22 - tall) / 2)
        marks.append(_rect("fill-ink", left, root, 8, max(tall, 1.6)))
        marks.append(_text(left - 10, root + tall / 2, self.write(self.total), strong=True, anchor="end"))
        marks.append(_text(left - 10, root + tall / 2 + 15, self.whole, anchor="end"))
        at = root
        for branch, start, stop, placed in columns:
            thick = branch.value * scale
            place = max(start, (start + stop - 8 - thick) / 2) if placed else start
            ribbons.append(_ribbon(branch.fill, left + 8, at, middle, place, thick))
            marks.append(_rect(f"fill-{branch.fill}", middle, place, 8, max(thick, 1.6)))
            marks.append(
                _text(middle + 4, place - 7, f"{self.write(branch.value)} {branch.name}", strong=True, anchor="middle")
            )
            at, inner = at + thick, place
            for name, value, high in placed:
                part = value * scale
                ribbons.append(_ribbon(branch.fill, middle + 8, inner, right, high, part))
                marks.append(_rect(f"fill-{branch.fill}", right, high, 8, max(part, 1.6)))
                words = _shorten(f"{self.write(value)} {name}", width - right - 14)
                marks.append(_text(right + 14, high + max(part, 1.6) / 2 + 4, words))
                inner += part
        return int(bottom + 12), [*ribbons, *marks]


def _ribbon(fill: str, x0: float, y0: float, x1: float, y1: float, thick: float) -> SafeString:
    half = (x0 + x1) / 2
    low0, low1 = y0 + thick, y1 + thick
    path = (
        f"M{_n(x0)} {_n(y0)}C{_n(half)} {_n(y0)} {_n(half)} {_n(y1)} {_n(x1)} {_n(y1)}"
        f"L{_n(x1)} {_n(low1)}C{_n(half)} {_n(low1)} {_n(half)} {_n(low0)} {_n(x0)} {_n(low0)}z"
    )
    return el("path", class_=f"ribbon fill-{fill}", d=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark(Chart):
    """A line the size of a word, beside a figure."""

    values: Sequence[Value]
    names: Sequence[str] = ()

    def table(self) -> tuple[list[str], list[list[str]]]:
        names = self.names or [str(i + 1) for i in range(len(self.values))]
        return [self.names_title or _("Période"), _("Nombre")], [
            [n, self.write(v)] for n, v in zip(names, self.values, strict=True)
        ]

    def csv_rows(self) -> list[list[object]]:
        names = self.names or [str(i + 1) for i in range(len(self.values))]
        rows: list[list[object]] = [[n, v] for n, v in zip(names, self.values, strict=True)]
        return [[self.names_title or _("Période"), _("Nombre")], *rows]

    def shapes(self, width: int) -> tuple[int, list[SafeString]]:
        high = 28
        low, top = min([0, *self.values]), max([1, *self.values])
        last = max(1, len(self.values) - 1)

        def point(index: int, value: Value) -> tuple[float, float]:
            return 3 + (width - 6) * index / last, high - 4 - (high - 8) * (value - low) / (top - low)

        out = [_path("l-teal", part) for part in _runs(self.values, 0, point)]
        if self.values:
            x, y = point(len(self.values) - 1, self.values[-1])
            out.append(el("circle", class_="fill-teal", cx=_n(x), cy=_n(y), r=3))
        return high, out


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat(Chart):
    """How much, by two things at once (month × subject). Five steps of one colour; the figure is written in each
    cell."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Value | None]]]

    def table(self) -> tuple[list[str], list[list[str]]]:
        return [self.names_title, *self.columns], [
            [name, *[self.write(v) for v in values]] for name, values in self.rows
        ]

    def csv_rows(self) -> list[list[object]]:
        heads: list[object] = [self.names_title, *self.columns]
        rows: list[list[object]] = [[name, *values] for name, values in self.rows]
        return [heads, *rows]

    def shapes(self, width: int) -> tuple[int, list[SafeString]]:
        narrow = width < 500
        top = max([1, *(v for _name, values in self.rows for v in values if v is not None)])
        # A phone has the names above the cells, a desk beside them.
        left, step, head = (0, 46, 16) if narrow else (170, 30, 22)
        slot = (width - left) / max(1, len(self.columns))
        each = max(1, math.ceil(len(self.columns) / (width / 52)))
        out = [
            _text(left + slot * (i + 0.5), 12, self.columns[i], anchor="middle")
            for i in range(0, len(self.columns), each)
        ]
        for index, (name, values) in enumerate(self.rows):
            y = head + index * step
            out.append(_text(0, y + (11 if narrow else 19), _shorten(name, width if narrow else left - 8), strong=True))
            for column, value in enumerate(values):
                level = 0 if value is None or value <= 0 else max(1, math.ceil(5 * value / top))
                x, cell_y = left + slot * column, y + (16 if narrow else 0)
                out.append(_rect(f"heat-{level}", x + 1, cell_y + 1, slot - 2, 24 if narrow else step - 2))
                if value is not None and (slot >= 26 or len(self.write(value)) * 6.6 < slot - 4):
                    out.append(
                        _text(
                            x + slot / 2,
                            cell_y + (17 if narrow else 19),
                            self.write(value),
                            anchor="middle",
                            heat=level,
                        )
                    )
        return head + len(self.rows) * step, out


# ---- Pieces ----


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(
    x: float, y: float, words: str, *, strong: bool = False, anchor: str = "", inside: str = "", heat: int | None = None
) -> SafeString:
    name = "strong" if strong else f"on on-{inside}" if inside else f"on-heat-{heat}" if heat is not None else ""
    return el("text", words, class_=name, x=_n(x), y=_n(y), text_anchor=anchor)


def _rect(name: str, x: float, y: float, width: float, height: float) -> SafeString:
    return el("rect", class_=name, x=_n(x), y=_n(y), width=_n(max(0, width)), height=_n(max(0, height)), rx=1)


def _path(name: str, points: Sequence[tuple[float, float]]) -> SafeString:
    if len(points) == 1:
        return el(
            "circle", class_=name.replace("l-", "fill-", 1).split()[0], cx=_n(points[0][0]), cy=_n(points[0][1]), r=2.5
        )
    return el("path", class_=name, d="M" + " L".join(f"{_n(x)} {_n(y)}" for x, y in points))


def _runs(
    values: Sequence[Value | None], start: int, point: Callable[[int, Value], tuple[float, float]]
) -> list[list[tuple[float, float]]]:
    """The stretches without a hole: a missing figure is a gap, never a zero."""
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values, start):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(point(index, value))
    return [run for run in runs if run]


def _scale(top: Value, *, low: Value = 0, steps: int = 3) -> list[Value]:
    """Round figures from ``low`` to at least ``top``."""
    span = max(top - low, 1)
    rough = span / steps
    power = 10 ** math.floor(math.log10(rough))
    step = next(
        power * m for m in (1, 2, 2.5, 3, 5, 10) if power * m >= rough and (power * m == int(power * m) or power < 1)
    )
    first = math.floor(low / step) * step
    count = max(1, math.ceil((top - first) / step))
    return [first + step * i if step % 1 else int(first + step * i) for i in range(count + 1)]


def _rules(
    scale: Sequence[Value], left: float, right: float, bottom: float, top: float, write: Write
) -> list[SafeString]:
    out = []
    for value in scale:
        y = bottom - (bottom - top) * (value - scale[0]) / (scale[-1] - scale[0])
        out.append(
            el("line", class_="axis" if value == scale[0] else "grid", x1=_n(left), x2=_n(right), y1=_n(y), y2=_n(y))
        )
        out.append(_text(left - 6, y + 4, write(value), anchor="end"))
    return out


def _apart(places: Sequence[float], least: float = 15) -> list[float]:
    """Words at the ends of lines, moved so that none covers another."""
    out: list[float] = []
    for y in places:
        out.append(max(y, out[-1] + least) if out else y)
    over = out[-1] - 250 if out else 0
    return [y - over for y in out] if over > 0 else out


def _shorten(words: str, width: float) -> str:
    """Cut what would leave the drawing (12 px Inter is about 6.4 px a letter); the table has it whole."""
    most = max(4, int(width / 6.4))
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
