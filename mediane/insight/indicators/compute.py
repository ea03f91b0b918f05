"""From grouped counts to figures: value, numerator, denominator, statistics, breakdowns, and what the data cannot bear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from mediane.ground.database.scope import as_system
from mediane.insight.indicators import conditions as c
from mediane.insight.indicators.cube import (
    Beside,
    Cube,
    Filters,
    Stock,
    anchors,
    read_beside,
    read_cubes,
    read_stock,
)
from mediane.insight.indicators.definitions import INDICATORS, SORT, SPLITTING, Anchor, Base, Indicator
from mediane.insight.indicators.labels import label_in
from mediane.insight.indicators.spans import Span

NONE = "none"
"""Key of what has no value."""


@dataclass(frozen=True)
class Cell:
    """One row of a breakdown. `value` is a count; `share` is unrounded, None where there is nothing to share."""

    key: str
    label: str
    value: int
    share: float | None
    over: int | None = None  # the denominator in the same cell, where the dimension splits it


@dataclass(frozen=True)
class Figure:
    """One indicator over one period. `value` is None when the data cannot bear it."""

    indicator: Indicator
    base: Base
    value: float | int | None
    numerator: int | None
    denominator: int | None
    statistics: dict[str, float | int | None]
    prior: float | int | None
    breakdowns: dict[str, tuple[Cell, ...]]
    days: Mapping[int, int] = field(default_factory=dict)
    """Of a duration: number of days → cases. For drawings; a contract's breakdown has bands."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Of refusals: each once, by its ground as filed; without any, `premature` or `none`. For drawings."""

    @property
    def code(self) -> str:
        return self.indicator.code

    def cell(self, dimension: str, key: str) -> Cell | None:
        return next((cell for cell in self.breakdowns.get(dimension, ()) if cell.key == key), None)

    def count(self, dimension: str, key: str) -> int:
        found = self.cell(dimension, key)
        return found.value if found else 0


@dataclass(frozen=True)
class Warned:
    """Something a reader must know: `code` for machines, `numbers` for the words (`labels.warning_text`)."""

    code: str
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """All indicators asked for, over one period of one body."""

    body_id: int
    span: Span
    base: Base
    today: date
    filters: Filters
    all: dict[str, Figure]
    warnings: tuple[Warned, ...]
    empty: bool
    known_beside: Beside | None = None

    @property
    def running(self) -> bool:
        """Is the period not over yet?"""
        return self.span.start <= self.today < self.span.end

    @cached_property
    def beside(self) -> Beside:
        """What charts show beside: read with the figures where that was asked for, else now (one statement; two more set the scope)."""
        if self.known_beside is not None:
            return self.known_beside
        with as_system():
            return read_beside(self.body_id, self.span, self.filters)

    def __getitem__(self, code: str) -> Figure:
        return self.all[code]

    def __iter__(self) -> Any:
        return iter(self.all.values())


def figures(
    body_id: int,
    span: Span,
    base: Base = "received",
    *,
    today: date,
    codes: Iterable[str] | None = None,
    filters: Filters | None = None,
    charted: bool = False,
) -> Figures:
    """Compute them, in three statements whatever the number of referrals and indicators (two more set the scope). Whoever calls has checked that the
    reader may read figures. `charted`: with what charts show beside. Raises KeyError for an unknown code.

    Counted in system scope: a case that was destroyed after its retention still counts, and no reader can open it.
    """
    filters = filters or Filters()
    wanted = [INDICATORS[code] for code in (codes or INDICATORS)]
    with as_system():
        now, before = read_cubes(body_id, span, base, filters)
        stock = read_stock(body_id, span, filters, today=today, beside=charted)
        names, details = _names(now, stock, body_id)
    reader = _Reader(now, base, span, names)
    prior = _Reader(before, base, span.before, names)
    nothing_before = not before.codes and not stock.before
    found: dict[str, Figure] = {}
    for indicator in wanted:
        if indicator.anchor == "stock":
            found[indicator.code] = _stock_figure(indicator, base, stock, names, nothing_before=nothing_before)
        else:
            earlier = None if nothing_before else prior.value(indicator)[0]
            found[indicator.code] = reader.figure(indicator, earlier)
    _name_details(found, details)
    return Figures(
        body_id,
        span,
        base,
        today,
        filters,
        found,
        tuple(reader.warnings()),
        empty=not now.codes and not stock.total,
        known_beside=stock.beside,
    )


def _name_details(found: dict[str, Figure], words: Mapping[str, str]) -> None:
    """Details of grounds are a body's data, not words of ours; a file's own code stands as filed."""
    for figure in found.values():
        if cells := figure.breakdowns.get("ground_detail"):
            figure.breakdowns["ground_detail"] = tuple(
                replace(cell, label=words.get(cell.key, cell.label)) for cell in cells
            )


# ---- one cube -----------------------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads indicators out of a cube."""

    def __init__(self, cube: Cube, base: Base, span: Span, names: dict[str, dict[int, str]]) -> None:
        self.cube, self.base, self.span, self.names = cube, base, span, names
        self.anchor_number: dict[Anchor, int] = {anchor: number for number, anchor in enumerate(anchors(base))}
        self.decoded = {code: c.CODE.decode(code) for _, code in cube.codes}
        self._members: list[tuple[int, dict[str, Any]]] = []  # of each sort: its anchor and a code that stands for it

    def _anchor(self, indicator: Indicator) -> int:
        return self.anchor_number[indicator.anchor_on(self.base)]

    def count(self, anchor: int, condition: c.Condition) -> int:
        return sum(
            number
            for (at, code), number in self.cube.codes.items()
            if at == anchor and condition.holds(self.decoded[code])
        )

    def value(self, indicator: Indicator) -> tuple[float | int | None, int, int | None]:
        """Value, numerator, denominator."""
        anchor = self._anchor(indicator)
        numerator = self.count(anchor, indicator.counts)
        over = self.count(anchor, indicator.over[self.base]) if indicator.over else None
        if indicator.unit == "percent":
            return (100 * numerator / over if over else None), numerator, over
        if indicator.unit == "days":
            return _mean(self.cube.days[indicator.days]), numerator, over
        if indicator.unit == "euros":
            granted = self.cube.granted.get(anchor)
            return (None if granted is None else round(granted, 2)), numerator, over
        return numerator, numerator, over

    def figure(self, indicator: Indicator, prior: float | int | None) -> Figure:
        value, numerator, over = self.value(indicator)
        return Figure(
            indicator,
            self.base,
            value,
            numerator,
            over,
            self._statistics(indicator),
            prior,
            self._breakdowns(indicator, numerator, over),
            self.cube.days[indicator.days] if indicator.days else {},
            self._reasons(indicator) if "ground" in indicator.dimensions else {},
        )

    def _reasons(self, indicator: Indicator) -> Counter[str]:
        anchor, counts = self._anchor(indicator), Counter[str]()
        for (at, code), number in self.cube.codes.items():
            if at == anchor and indicator.counts.holds(self.decoded[code]):
                said = self.decoded[code]
                early = "premature" if said["decision"] == "premature" else NONE
                counts[str(said["ground"]) or early] += number
        return counts

    def _statistics(self, indicator: Indicator) -> dict[str, float | int | None]:
        anchor = self._anchor(indicator)
        if indicator.unit == "days":
            return duration_statistics(self.cube.days[indicator.days])
        match indicator.code:
            case "MED-032":
                return {
                    "within_extension": self.count(anchor, c.MEASURED & c.WITHIN_EXTENSION),
                    "extended": self.count(anchor, c.MEASURED & c.EXTENDED),
                }
            case "MED-041":
                concluded = c.ADMISSIBLE & c.CONCLUDED
                return {
                    "accepted_by_consumer": self.count(anchor, concluded & c.CONSUMER_ACCEPTED),
                    "accepted_by_trader": self.count(anchor, concluded & c.TRADER_ACCEPTED),
                }
            case "MED-060":
                claimed, granted = self.cube.claimed.get(anchor, 0.0), self.cube.granted.get(anchor, 0.0)
                return {
                    "claimed": round(claimed, 2),
                    "granted": round(granted, 2),
                    "ratio": granted / claimed if claimed else None,
                    "cases": self.count(anchor, c.BOTH_AMOUNTS),
                }
        return {}

    # ---- breakdowns --------------------------------------------------------------------------------------------------------

    def _breakdowns(self, indicator: Indicator, numerator: int, over: int | None) -> dict[str, tuple[Cell, ...]]:
        found, anchor = {}, self._anchor(indicator)
        _ = self._tables  # numbers the sorts
        counted = self._sorts(indicator.counts, anchor)
        below = self._sorts(indicator.over[self.base] if indicator.over else None, anchor)
        for dimension in indicator.all_dimensions:
            if dimension in _OF_CODE:
                counts = self._of_code(indicator, dimension)
                cells: Mapping[str, int | None] = {}
            elif dimension == "duration_band":
                counts, cells = _bands(self.cube.days["mediation"], c.DURATION_LIMITS), {}
            else:
                counts, cells = self._of_column(dimension, counted, below)
            found[dimension] = breakdown(indicator, dimension, counts, cells, numerator, over)
        return found

    def _of_code(self, indicator: Indicator, dimension: str) -> Counter[str]:
        """Along a dimension that the code itself holds."""
        key, anchor, counts = _OF_CODE[dimension], self._anchor(indicator), Counter[str]()
        for (at, code), number in self.cube.codes.items():
            if at == anchor and indicator.counts.holds(self.decoded[code]):
                counts[key(indicator, self.decoded[code]) or NONE] += number
        return counts

    def _of_column(
        self, dimension: str, counted: Sequence[bool], below: Sequence[bool]
    ) -> tuple[Counter[str], Counter[str]]:
        """Along a dimension of the table: the numerator and the denominator in each cell. `counted`, `below`: of each sort, whether it is in them."""
        counts, cells = Counter[Any](), Counter[Any]()
        for (group, value), number in self._tables[dimension].items():
            if counted[group]:
                counts[value] += number
            if below[group]:
                cells[value] += number
        return self._named(dimension, counts), self._named(dimension, cells)

    def _sorts(self, condition: c.Condition | None, anchor: int) -> list[bool]:
        """Of each sort, whether its referrals are counted. Asked once an indicator, not once a dimension."""
        if condition is None:
            return [False] * len(self._members)
        return [at == anchor and condition.holds(code) for at, code in self._members]

    @cached_property
    def _tables(self) -> dict[str, dict[tuple[int, Any], int]]:
        """Dimension → (sort, value) → referrals: the two or three dimensions of a set, each added up."""
        sorts: dict[tuple[int, int], int] = {}
        found: dict[str, dict[tuple[int, Any], int]] = {dimension: {} for dimension in _OF_TABLE}
        for dimensions, groups in self.cube.cells.items():
            tables = [(place, found[name.removesuffix("_id")]) for place, name in enumerate(dimensions)]
            for anchor, sort, values, number in groups:
                group = sorts.setdefault((anchor, sort), len(sorts))
                if group == len(self._members):
                    self._members.append((anchor, SORT.decode(sort)))
                for place, table in tables:
                    key = (group, values[place])
                    table[key] = table.get(key, 0) + number
        return found

    def _named(self, dimension: str, counts: Counter[Any]) -> Counter[str]:
        """Names for ids; two lines of the same name are one key."""
        if dimension == "month":
            months = self.span.months()
            return Counter({f"{months[number]:%Y-%m}": count for number, count in counts.items()})
        names = self.names.get(dimension)
        named = Counter[str]()
        for value, count in counts.items():
            named[(names.get(value, NONE) if names is not None else value) or NONE] += count
        return named

    # ---- what the data cannot bear --------------------------------------------------------------------------------------------

    def warnings(self) -> Iterable[Warned]:
        ended, decided, received = (self.anchor_number.get(anchor, 0) for anchor in ("ended", "decided", "received"))
        checks: tuple[tuple[str, int, c.Condition, c.Condition], ...] = (
            ("unfinished", received, c.ADMISSIBLE & ~c.ENDED & c.OUTCOME.among(""), c.ADMISSIBLE),
            ("undecided", received, ~c.DECIDED, c.ALWAYS),
            ("end_unknown", received, c.ADMISSIBLE & ~c.ENDED & c.OUTCOME.given(), c.ADMISSIBLE & c.OUTCOME.given()),
            ("outcome_unknown", ended, c.OVER & c.OUTCOME.among(""), c.OVER),
            ("ground_unknown", decided, c.REFUSED & ~c.DECISION.among("premature") & c.GROUND.among(""), c.REFUSED),
            (
                "orientation_unknown",
                ended,
                c.ADMISSIBLE & c.PROPOSED & c.ORIENTATION.among(""),
                c.ADMISSIBLE & c.PROPOSED,
            ),
            ("execution_unknown", ended, c.AGREEMENT & ~c.EXECUTION.among("yes", "no"), c.AGREEMENT),
            ("border_unknown", received, ~c.BORDER_KNOWN, c.ALWAYS),
        )
        for code, anchor, condition, among in checks:
            if code in ("unfinished", "undecided") and self.base != "received":
                continue
            missing = self.count(anchor, condition)
            if missing:
                yield Warned(code, {"missing": missing, "of": self.count(anchor, among)})
        total = self.count(received, c.ALWAYS)
        subjects = self._tables["subject"].items()
        without = sum(
            number for (group, value), number in subjects if value is None and self._members[group][0] == received
        )
        if without:
            yield Warned("subject_unknown", {"missing": without, "of": total})


_OF_TABLE = (
    "month",
    "channel",
    "trader",
    "business_line",
    "subject",
    "sub_subject",
    "requester_kind",
    "ground_detail",
    "country",
)


def _orientation(indicator: Indicator, code: Mapping[str, Any]) -> str:
    """A direct agreement leans no way: among the solutions it is a key of its own."""
    if indicator.code == "MED-040" and c.DIRECT.holds(code):
        return "agreed_directly"
    return str(code["orientation"])


_OF_CODE: dict[str, Callable[[Indicator, Mapping[str, Any]], str]] = {
    name: (lambda indicator, code, name=name: str(code[name])) for name in ("decision", "ground", "outcome")
} | {"orientation": _orientation}


def breakdown(
    indicator: Indicator,
    dimension: str,
    counts: Mapping[str, int],
    cells: Mapping[str, int | None],
    numerator: int,
    over: int | None,
) -> tuple[Cell, ...]:
    """Rows, greatest first, then by key. Where the dimension splits the denominator, every key of the denominator is listed, with
    nought where nothing counts."""
    splits = dimension in SPLITTING and indicator.unit != "count"
    if indicator.unit == "count":
        whole: int | None = sum(counts.values())
    elif indicator.code == "MED-012" and dimension == "ground":
        whole = numerator
    else:
        whole = over
    found = []
    language = get_language() or "fr"
    for key in {*counts, *(cells if splits else ())}:
        value = counts.get(key, 0)
        below = cells.get(key) if splits else whole
        found.append(
            Cell(
                key,
                label_in(dimension, key, language),
                value,
                value / below if below else None,
                below if splits else None,
            )
        )
    return tuple(sorted(found, key=lambda cell: (-cell.value, cell.key)))


# ---- durations -------------------------------------------------------------------------------------------------------------------------


def _mean(days: Mapping[int, int]) -> float | None:
    total = sum(days.values())
    return sum(value * number for value, number in days.items()) / total if total else None


def duration_statistics(days: Mapping[int, int]) -> dict[str, float | int | None]:
    """Of a histogram (days → cases): mean, median and ninth decile (interpolated between the two nearest cases), shares within 60 and 90 days."""
    total = sum(days.values())
    if not total:
        return dict.fromkeys(("mean", "median", "p90", "share_le_60", "share_le_90"))
    return {
        "mean": _mean(days),
        "median": _percentile(days, total, 0.5),
        "p90": _percentile(days, total, 0.9),
        "share_le_60": sum(number for value, number in days.items() if value <= 60) / total,
        "share_le_90": sum(number for value, number in days.items() if value <= 90) / total,
    }


def _percentile(days: Mapping[int, int], total: int, share: float) -> float:
    """As PostgreSQL's percentile_cont: linear between the two cases around the rank."""
    rank = share * (total - 1)
    low = int(rank)
    wanted = (low, min(low + 1, total - 1))
    found: list[int] = []
    seen = 0
    for value in sorted(days):
        seen += days[value]
        while len(found) < 2 and wanted[len(found)] < seen:
            found.append(value)
        if len(found) == 2:
            break
    return found[0] + (found[1] - found[0]) * (rank - low)


def _bands(days: Mapping[int, int], limits: tuple[int, ...]) -> Counter[str]:
    counts = Counter[str]()
    for value, number in days.items():
        counts[band_of(value, limits)] += number
    return counts


def band_of(days: int, limits: tuple[int, ...]) -> str:
    low = 0
    for high in limits:
        if days <= high:
            return f"{low}-{high}"
        low = high + 1
    return f">{limits[-1]}"


# ---- stock --------------------------------------------------------------------------------------------------------------------------------


def _stock_figure(
    indicator: Indicator, base: Base, stock: Stock, names: dict[str, dict[int, str]], *, nothing_before: bool
) -> Figure:
    counts: dict[str, Counter[str]] = {dimension: Counter() for dimension in indicator.all_dimensions}
    for dimensions, cells in stock.cells.items():
        for place, column_name in enumerate(dimensions):
            dimension = column_name.removesuffix("_id")
            for values, number in cells.items():
                value = values[place]
                key = names[dimension].get(value) if dimension in names and value is not None else value
                counts[dimension][str(key) if key else NONE] += number
    rows = {
        dimension: breakdown(indicator, dimension, count, {}, stock.total, None) for dimension, count in counts.items()
    }
    return Figure(indicator, base, stock.total, stock.total, None, {}, None if nothing_before else stock.before, rows)


@dataclass(frozen=True)
class Flow:
    """Of each month: received, gone, and still there at its end."""

    months: tuple[date, ...]
    entered: tuple[int, ...]
    left: tuple[int, ...]
    stock: tuple[int, ...]


def flow(found: Figures) -> Flow:
    """Counted back from the stock at the end."""
    months, gone = found.span.months(), found.beside.left
    entered = [found["MED-001"].count("month", f"{month:%Y-%m}") for month in months]
    left = [gone.get(month, 0) for month in months]
    level, standing = int(found["MED-004"].value or 0), list[int]()
    for came, went in zip(reversed(entered), reversed(left), strict=True):
        standing.append(level)
        level += went - came
    return Flow(tuple(months), tuple(entered), tuple(left), tuple(reversed(standing)))


# ---- names ---------------------------------------------------------------------------------------------------------------------------------


def _names(cube: Cube, stock: Stock, body_id: int) -> tuple[dict[str, dict[int, str]], dict[str, str]]:
    """Names of the traders, lines and subjects that occur, by dimension, and the words of the body's details of grounds, by code (its own win over
    the shared ones). One statement."""
    wanted: dict[str, set[int]] = {name: set() for name in ("trader", "business_line", "subject", "sub_subject")}
    for dimensions, groups in cube.cells.items():
        for place, column_name in enumerate(dimensions):
            ids = wanted.get(column_name.removesuffix("_id"))
            if ids is not None:
                ids.update(values[place] for _, _, values, _ in groups)
    for values in stock.cells.get(("trader_id", "business_line_id"), {}):
        wanted["trader"].add(values[0])
        wanted["business_line"].add(values[1])
    subjects = wanted["subject"] | wanted["sub_subject"]
    names: dict[str, dict[int, str]] = {"trader": {}, "business_line": {}, "subject": {}}
    details: dict[str, str] = {}
    english = (get_language() or "fr").startswith("en")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'trader', id, '', name FROM traders_trader WHERE id = ANY(%s) UNION ALL "
            "SELECT 'business_line', id, '', name FROM traders_businessline WHERE id = ANY(%s) UNION ALL "
            "SELECT 'subject', id, '', name FROM schemes_subject WHERE id = ANY(%s) UNION ALL "
            "SELECT 'ground_detail', (body_id IS NOT NULL)::int, code, CASE WHEN %s AND label_en <> '' THEN label_en ELSE label_fr END "
            "FROM referrals_grounddetail WHERE body_id IS NULL OR body_id = %s ORDER BY 1, 2",
            [
                *(
                    [pk for pk in ids if pk is not None]
                    for ids in (wanted["trader"], wanted["business_line"], subjects)
                ),
                english,
                body_id,
            ],
        )
        for dimension, pk, code, name in cursor.fetchall():
            if dimension == "ground_detail":
                details[code] = name
            else:
                names[dimension][pk] = name
    return names | {"sub_subject": names["subject"]}, details
