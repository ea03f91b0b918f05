"""Reads that other rooms ask of the figures."""

from __future__ import annotations

from django.db import connection

from mediane.insight.indicators.conditions import COUNTED, TABLE, column

_YEARS = (
    f"SELECT DISTINCT {column('body_id')}, extract(year FROM {column('received_on')})::int FROM {TABLE} WHERE {COUNTED}"  # noqa: S608
)


def years_of(body_id: int) -> list[int]:
    """Years in which the body received something, ascending. In system scope, or in that of the body's staff."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_YEARS} AND {column('body_id')} = %s ORDER BY 2", [body_id])
        return [year for _, year in cursor.fetchall()]


def years_of_all() -> dict[int, list[int]]:
    """The same of every body that received something. In system scope."""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{_YEARS} ORDER BY 1, 2")
        for body_id, year in cursor.fetchall():
            found.setdefault(body_id, []).append(year)
    return found
