# ruff: noqa: S608 — our own columns; values are parameters
"""A figure opens to the cases behind it, for whoever may see them: the conditions of the figure, put on the table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from mediane.ground.accounts.actor import Actor
from mediane.insight.indicators import conditions as c
from mediane.insight.indicators.compute import NONE
from mediane.insight.indicators.conditions import column
from mediane.insight.indicators.cube import ANCHORS, Filters, stock_day
from mediane.insight.indicators.definitions import Base, Indicator, indicator
from mediane.insight.indicators.spans import Span
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.querysets import ReferralQuerySet


@dataclass(frozen=True)
class Behind:
    """Which cases: of an indicator over a period, in one cell of a breakdown or in all. `part`: the cases counted, those they are counted over (`over`), or
    the rest of these (`rest`)."""

    code: str
    span: Span
    base: Base = "received"
    dimension: str = ""
    key: str = ""
    part: str = "counted"
    filters: Filters = Filters()  # noqa: RUF009 — frozen


def cases_behind(behind: Behind, *, actor: Actor, body_id: int, today: date) -> ReferralQuerySet:
    """The cases, as far as this person sees them: destroyed ones still count and cannot be opened.

    Raises KeyError for an unknown indicator, ValueError for a dimension that it has not.
    """
    wanted = indicator(behind.code)
    sql, values = _where(wanted, behind, today)
    which, which_values = behind.filters.sql()
    condition = RawSQL(f"({sql}{which})", [*values, *which_values], output_field=BooleanField())  # noqa: S611 — our own columns, values are parameters
    return Referral.objects.visible_to(actor).filter(body=body_id).filter(condition)


def _where(wanted: Indicator, behind: Behind, today: date) -> tuple[str, list[Any]]:
    if behind.dimension and behind.dimension not in (*wanted.all_dimensions, *finer(wanted)):
        raise ValueError(f"{wanted.code} has no dimension {behind.dimension!r}")
    parts, values = [c.COUNTED], list[Any]()
    if wanted.anchor == "stock":
        day = stock_day(behind.span, today)
        parts.append(c.in_stock("%s"))
        values += [day, day]
    else:
        anchor = wanted.anchor_on(behind.base)
        parts.append(f"{ANCHORS[anchor]} BETWEEN %s AND %s")
        values += [behind.span.start, behind.span.end]
        parts.append(_part(wanted, behind).sql)
    if behind.dimension == "days":
        low, high = _stretch(behind.key)
        parts.append(f"({_DAYS[wanted.days]}) BETWEEN %s AND %s")
        values += [low, high]
    elif behind.dimension:
        key_sql, key_values = _key(wanted, behind, today)
        parts.append(f"coalesce(nullif({key_sql}, ''), '{NONE}') = %s")
        values += [*key_values, behind.key]
    return " AND ".join(f"({part})" for part in parts), values


def finer(wanted: Indicator) -> tuple[str, ...]:
    """What drawings show beyond the contract's dimensions: a stretch of days (`61-70`, `>120`), the reason of a refusal (`Figure.reasons`)."""
    return (("days",) if wanted.days else ()) + (("reason",) if "ground" in wanted.dimensions else ())


_DAYS = {
    "mediation": f"{column('ended_on')} - {column('notified_on')}",
    "decision": f"{column('decision_on')} - coalesce({column('decision_started_on')}, {column('received_on')})",
}
ENDLESS = 1_000_000  # days; beyond any case


def _stretch(key: str) -> tuple[int, int]:
    """First and last number of days of `61-70` or `>120`. ValueError for anything else."""
    found = re.fullmatch(r"(?:([0-9]{1,5})-([0-9]{1,5})|>([0-9]{1,5}))", key)
    if found is None:
        raise ValueError(f"no stretch of days: {key!r}")
    low, high, beyond = found.groups()
    return (int(beyond) + 1, ENDLESS) if beyond else (int(low), int(high))


def _part(wanted: Indicator, behind: Behind) -> c.Condition:
    over = wanted.over[behind.base] if wanted.over else wanted.counts
    match behind.part:
        case "over":
            return over
        case "rest":
            return over & ~wanted.counts
        case _:
            return wanted.counts


def _key(wanted: Indicator, behind: Behind, today: date) -> tuple[str, list[Any]]:
    """SQL of the key of a case in that dimension, null or empty where it has none."""
    match behind.dimension:
        case "trader":
            return f"(SELECT name FROM traders_trader WHERE id = {column('trader_id')})", []
        case "business_line":
            return f"(SELECT name FROM traders_businessline WHERE id = {column('business_line_id')})", []
        case "subject" | "sub_subject" as dimension:
            return f"(SELECT name FROM schemes_subject WHERE id = {column(f'{dimension}_id')})", []
        case "month":
            anchor = "received" if wanted.anchor == "stock" else wanted.anchor_on(behind.base)
            return f"to_char({ANCHORS[anchor]}, 'YYYY-MM')", []
        case "state":
            day = stock_day(behind.span, today)
            if day >= today:
                return column("state"), []
            sql = c.state_on("%s")
            return sql, [day] * sql.count("%s")
        case "age_band":
            day = stock_day(behind.span, today)
            return c.band(f"(%s - {column('received_on')})", c.AGE_LIMITS), [day] * len(c.AGE_LIMITS)
        case "duration_band":
            return c.band(f"({column('ended_on')} - {column('notified_on')})", c.DURATION_LIMITS), []
        case "reason":
            early = f"CASE WHEN {column('decision')} = 'premature' THEN 'premature' ELSE '' END"
            return f"coalesce(nullif({column('ground')}, ''), {early})", []
        case "orientation" if wanted.code == "MED-040":
            return f"(CASE WHEN {c.DIRECT.sql} THEN 'agreed_directly' ELSE {column('orientation')} END)", []
        case name:
            return column(name), []
