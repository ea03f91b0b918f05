# ruff: noqa: S608 — only our own column names and whole numbers enter the text; values are parameters
"""One statement from the table to grouped counts: each row becomes a short code, GROUPING SETS count it along every dimension in one pass (ADR 0061).

Nothing is loaded row by row: what comes back is a few thousand groups, whatever the number of referrals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.db import connection

from mediane.insight.indicators.conditions import (
    AGE_LIMITS,
    BOTH_AMOUNTS,
    CODE,
    COUNTED,
    LEFT_ON,
    TABLE,
    band,
    column,
    in_stock,
    state_on,
)
from mediane.insight.indicators.definitions import SORT, Anchor, Base
from mediane.insight.indicators.spans import Span

ANCHORS: dict[Anchor, str] = {
    "received": column("received_on"),
    "decided": column("decision_on"),
    "ended": column("ended_on"),
}
"""The day that puts a referral into a period."""


@dataclass(frozen=True)
class Filters:
    """Which referrals of the body: all of them, or one trader's, business line's (by its name), channel's."""

    trader: str = ""
    business_line: str = ""
    channel: str = ""

    def sql(self) -> tuple[str, list[Any]]:
        parts, values = [], []
        if self.trader:
            parts.append(
                f"{column('trader_id')} IN (SELECT id FROM traders_trader WHERE body_id = {column('body_id')} AND name = %s)"
            )
            values.append(self.trader)
        if self.business_line:
            parts.append(f"{column('business_line_id')} IN (SELECT id FROM traders_businessline WHERE name = %s)")
            values.append(self.business_line)
        if self.channel:
            parts.append(f"{column('channel')} = %s")
            values.append(self.channel)
        return "".join(f" AND {part}" for part in parts), values

    def __bool__(self) -> bool:
        return bool(self.trader or self.business_line or self.channel)


@dataclass
class Cube:
    """Grouped counts. `anchor` is the position in `anchors(base)`, `code` that of `conditions.CODE`.

    `codes`: (anchor, code) → referrals. `cells[dimensions]`: (anchor, sort, values, referrals) of one set, the sort being that of `definitions.SORT`.
    `days[which]`: number of days → referrals. `claimed`, `granted`: sums by anchor, over the cases where both are known.
    """

    codes: dict[tuple[int, int], int] = field(default_factory=dict)
    cells: dict[tuple[str, ...], list[tuple[int, int, tuple[Any, ...], int]]] = field(default_factory=dict)
    days: dict[str, dict[int, int]] = field(default_factory=lambda: {"mediation": {}, "decision": {}})
    claimed: dict[int, float] = field(default_factory=dict)
    granted: dict[int, float] = field(default_factory=dict)


LEFT, SUBJECTS = -2, -3
"""Levels of the rows that stand beside the stock."""


@dataclass
class Beside:
    """What charts show beside figures. `left`: first day of a month of the span → referrals that left the stock in it. `subjects`: name of a subject →
    referrals received in the same days a year before."""

    left: dict[date, int] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)

    def add(self, level: int, key: Any, number: int) -> None:
        if level == LEFT:
            self.left[date.fromisoformat(key)] = number
        else:
            self.subjects[key] = self.subjects.get(key, 0) + number


@dataclass
class Stock:
    """What was open at the end: `total`, `before` (a year earlier), `cells[dimensions]`: values → referrals."""

    total: int = 0
    before: int = 0
    cells: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = field(default_factory=dict)
    beside: Beside | None = None


SETS: tuple[tuple[str, ...], ...] = (
    ("month", "channel"),
    ("trader_id", "business_line_id"),
    ("subject_id", "sub_subject_id"),
    ("requester_kind", "ground_detail", "country"),
)
_KEYS = [name for one in SETS for name in one]
_TYPES = {"month": "integer"} | dict.fromkeys((name for name in _KEYS if name.endswith("_id")), "bigint")


def anchors(base: Base) -> tuple[Anchor, ...]:
    return ("received",) if base == "received" else ("received", "decided", "ended")


def _month(day: str, span: Span) -> tuple[str, list[Any]]:
    """Which month of the span (0, 1…): comparing days is several times cheaper than taking them apart."""
    later = span.months()[1:]
    whens = "".join(f" WHEN {day} < %s THEN {number}" for number in range(len(later)))
    return (f"(CASE{whens} ELSE {len(later)} END)" if later else "0"), list(later)


def _key(name: str) -> str:
    """A column to group by. Of rarely filled texts the empty one is null, which costs no hashing."""
    return f"nullif({column(name)}, '')" if name in ("ground_detail", "country") else column(name)


def _rows(body_id: int, span: Span, base: Base, filters: Filters, *, detailed: bool) -> tuple[str, list[Any]]:
    """SQL of the rows to group: one for each anchor that falls into the span."""
    which, which_values = filters.sql()
    parts, values = [], []
    for number, anchor in enumerate(anchors(base)):
        day, none = ANCHORS[anchor], "NULL::integer"
        mediation = (
            f"{column('ended_on')} - {column('notified_on')}" if base == "received" or anchor == "ended" else none
        )
        decision = f"{column('decision_on')} - coalesce({column('decision_started_on')}, {column('received_on')})"
        decision = decision if base == "received" or anchor == "decided" else none
        select = f"SELECT {number} AS anchor, {CODE.sql} AS code, {mediation} AS mediation, {decision} AS decision_days"
        for amount in ("amount_claimed", "amount_granted"):
            select += f", CASE WHEN {BOTH_AMOUNTS.sql} THEN {column(amount)}::float8 END AS {amount}"
        if detailed:
            month, month_values = _month(day, span)
            values += month_values
            select += f", {SORT.sql} AS sort, {month} AS month"
            select += "".join(f", {_key(name)} AS {name}" for name in _KEYS if name != "month")
        parts.append(
            f"{select} FROM {TABLE} WHERE {column('body_id')} = %s AND {COUNTED} AND {day} BETWEEN %s AND %s{which}"
        )
        values += [body_id, span.start, span.end, *which_values]
    return " UNION ALL ".join(parts), values


def _grouped(
    body_id: int, span: Span, base: Base, filters: Filters, *, detailed: bool, part: int
) -> tuple[str, list[Any]]:
    """Columns: part, level, anchor, code, sort, the two durations, the keys, count, the two sums."""
    rows, values = _rows(body_id, span, base, filters, detailed=detailed)
    anchor = "anchor, " if len(anchors(base)) > 1 else ""
    sets = [f"({anchor}code)", f"({anchor}mediation, decision_days)"]
    if detailed:
        sets += [f"({anchor}sort, {', '.join(one)})" for one in SETS]
    asked, keys = (
        (["code", "sort", *_KEYS], _KEYS)
        if detailed
        else (["code"], [f"NULL::{_TYPES.get(name, 'text')}" for name in _KEYS])
    )
    sql = (
        f"SELECT {part} AS part, grouping({', '.join(asked)}) AS level, {'anchor' if anchor else '0'} AS anchor, code, "
        f"{'sort' if detailed else 'NULL::integer'} AS sort, mediation, decision_days, {', '.join(keys)}, "
        "count(*), sum(amount_claimed), sum(amount_granted) "
        # OFFSET 0: the codes are computed below the gathering of the workers, by each of them, and not above it by one process alone.
        f"FROM ({rows} OFFSET 0) rows_{part} GROUP BY GROUPING SETS ({', '.join(sets)})"
    )
    return sql, values


def _level(asked: list[str], *grouped: str) -> int:
    """What PostgreSQL's grouping() answers: a bit for each column that is not part of the set."""
    return sum(1 << (len(asked) - 1 - index) for index, name in enumerate(asked) if name not in grouped)


def read_cubes(body_id: int, span: Span, base: Base, filters: Filters) -> tuple[Cube, Cube]:
    """The span with its breakdowns, and the totals of the same span a year before. One statement, in system scope."""
    cubes = (Cube(), Cube())
    now, now_values = _grouped(body_id, span, base, filters, detailed=True, part=0)
    before, before_values = _grouped(body_id, span.before, base, filters, detailed=False, part=1)
    with connection.cursor() as cursor:
        cursor.execute(f"{now} UNION ALL {before}", [*now_values, *before_values])
        _sort(cursor, cubes)
    return cubes


def _sort(cursor: Any, cubes: tuple[Cube, Cube]) -> None:
    """Put each group where it belongs."""
    first_key, count_at = 7, 7 + len(_KEYS)
    asked = ["code", "sort", *_KEYS]
    sets = {_level(asked, "sort", *one): (one, [first_key + _KEYS.index(name) for name in one]) for one in SETS}
    by_code = (_level(asked, "code"), _level(["code"], "code"))
    for row in _fetched(cursor):
        part, level, anchor, code, sort, mediation, decision = row[:first_key]
        cube, number = cubes[part], row[count_at]
        if level == by_code[part]:
            cube.codes[anchor, code] = number
            for sums, total in ((cube.claimed, row[count_at + 1]), (cube.granted, row[count_at + 2])):
                if total is not None:
                    sums[anchor] = sums.get(anchor, 0.0) + total
        elif level in sets and not part:
            dimensions, places = sets[level]
            cube.cells.setdefault(dimensions, []).append((anchor, sort, tuple(row[place] for place in places), number))
        else:
            for days, value in ((cube.days["mediation"], mediation), (cube.days["decision"], decision)):
                if value is not None:
                    days[value] = days.get(value, 0) + number


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while chunk := cursor.fetchmany(20_000):
        yield from chunk


# ---- stock ----------------------------------------------------------------------------------------------------------------------

STOCK_SETS: tuple[tuple[str, ...], ...] = (
    (),
    ("state",),
    ("age_band",),
    ("month",),
    ("channel",),
    ("trader_id", "business_line_id"),
)


def stock_day(span: Span, today: date) -> date:
    """The last day of the span, or today while that is to come: nobody knows the stock of a day to come."""
    return min(span.end, today)


def read_stock(body_id: int, span: Span, filters: Filters, *, today: date, beside: bool = False) -> Stock:
    """The stock on the last day along its dimensions, that of a year before and, where asked for, what charts show beside. One statement, in system scope."""
    day, before = stock_day(span, today), stock_day(span.before, today)
    which, which_values = filters.sql()
    # Today's state is in its column; that of a past day is told by the days of the case.
    state = column("state") if day >= today else state_on("%(day)s")
    age = band(f"(%(day)s - {column('received_on')})", AGE_LIMITS)
    rows = (
        f"SELECT {state} AS state, {age} AS age_band, to_char({column('received_on')}, 'YYYY-MM') AS month, "
        f"{column('channel')}, {column('trader_id')}, {column('business_line_id')} FROM {TABLE} WHERE %%s"
    )
    among = f"{column('body_id')} = %(body)s AND {COUNTED} AND {{}}{_named(which)}"
    keys = ["state", "age_band", "month", "channel", "trader_id", "business_line_id"]
    sets = [f"({', '.join(one)})" for one in STOCK_SETS]
    sql = (
        f"SELECT grouping({', '.join(keys)}), {', '.join(keys)}, count(*) "
        f"FROM ({rows.replace('%%s', among.format(in_stock('%(day)s')))}) stock GROUP BY GROUPING SETS ({', '.join(sets)}) "
        f"UNION ALL SELECT -1, NULL, NULL, NULL, NULL, NULL, NULL, count(*) FROM {TABLE} WHERE {among.format(in_stock('%(before)s'))}"
    )
    values = cast(dict[str, Any], {"day": day, "before": before, "body": body_id}) | _numbered(which_values)
    stock = Stock()
    if beside:
        beside_sql, beside_values = _beside(body_id, span, filters)
        sql, values, stock.beside = f"{sql} UNION ALL {beside_sql}", values | beside_values, Beside()
    known = {_level(keys, *one): (one, [1 + keys.index(name) for name in one]) for one in STOCK_SETS}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for level, *found, number in cursor.fetchall():
            if level == -1:
                stock.before = number
            elif stock.beside is not None and level < 0:
                stock.beside.add(level, found[0], number)
            else:
                dimensions, places = known[level]
                if not dimensions:
                    stock.total = number
                cells = stock.cells.setdefault(dimensions, {})
                cells[tuple(found[place - 1] for place in places)] = number
    return stock


def _beside(body_id: int, span: Span, filters: Filters) -> tuple[str, dict[str, Any]]:
    """SQL of both, in the columns of the stock: the key is in the second."""
    which, which_values = filters.sql()
    among = f"{column('body_id')} = %(body)s AND {COUNTED}{_named(which)}"
    nulls = "NULL, NULL, NULL, NULL::bigint, NULL::bigint"
    sql = (
        f"SELECT {LEFT}, date_trunc('month', {LEFT_ON})::date::text, {nulls}, count(*) FROM {TABLE} "
        f"WHERE {among} AND {LEFT_ON} BETWEEN %(start)s AND %(end)s GROUP BY 2 "
        f"UNION ALL SELECT {SUBJECTS}, s.name, {nulls}, n FROM (SELECT {column('subject_id')} AS id, count(*) AS n FROM {TABLE} "
        f"WHERE {among} AND {column('received_on')} BETWEEN %(start_before)s AND %(end_before)s GROUP BY 1) was JOIN schemes_subject s USING (id)"
    )
    days = {"start": span.start, "end": span.end, "start_before": span.before.start, "end_before": span.before.end}
    return sql, {"body": body_id} | days | _numbered(which_values)


def read_beside(body_id: int, span: Span, filters: Filters) -> Beside:
    """What charts show beside figures. One statement, in system scope."""
    sql, values = _beside(body_id, span, filters)
    found = Beside()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for level, key, *_nulls, number in cursor.fetchall():
            found.add(level, key, number)
    return found


def _named(sql: str) -> str:
    """Positional parameters of the filters, named."""
    parts = sql.split("%s")
    return "".join(f"%(filter_{number - 1})s{part}" if number else part for number, part in enumerate(parts))


def _numbered(values: list[Any]) -> dict[str, Any]:
    return {f"filter_{number}": value for number, value in enumerate(values)}
