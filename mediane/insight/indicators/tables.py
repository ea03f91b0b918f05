"""Figures as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse

from mediane.ground.ui.charts import Chart
from mediane.insight.indicators.compute import Figure
from mediane.mediation.referrals.imports.reading import guarded

CSV_HEADINGS = (
    "code",
    "unit",
    "dimension",
    "key",
    "label",
    "value",
    "share",
    "numerator",
    "denominator",
    "prior_value",
)


def as_csv(found: Iterable[Figure]) -> str:
    """One row a figure (no dimension), one a statistic (`statistics`), one a cell. No cell can be run by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CSV_HEADINGS)
    for figure in sorted(found, key=lambda figure: figure.code):
        code, unit = figure.code, figure.indicator.unit
        totals = (figure.value, None, figure.numerator, figure.denominator, figure.prior)
        writer.writerow([code, unit, "", "", str(figure.indicator.label), *map(_cell, totals)])
        for name, value in figure.statistics.items():
            writer.writerow([code, unit, "statistics", name, "", _cell(value), "", "", "", ""])
        for dimension, cells in sorted(figure.breakdowns.items()):
            for cell in cells:
                writer.writerow(
                    [
                        code,
                        unit,
                        dimension,
                        guarded(cell.key),
                        guarded(cell.label),
                        cell.value,
                        _cell(cell.share),
                        "",
                        "",
                        "",
                    ]
                )
    return out.getvalue()


def chart_csv(chart: Chart) -> str:
    """The rows of a chart, as it draws them. No cell can be run by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in chart.csv_rows())
    return out.getvalue()


def csv_response(content: str, name: str) -> HttpResponse:
    """A CSV to download."""
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cell(value: float | int | None) -> Any:
    return "" if value is None else value
