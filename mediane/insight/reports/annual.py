"""The annual report as data: the JSON that outside parties read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from mediane.ground.ui import formats
from mediane.insight.indicators.compute import Figure, Figures, figures
from mediane.insight.indicators.definitions import Base
from mediane.insight.indicators.freezing import Frozen, frozen_beside
from mediane.insight.indicators.labels import note_text, warning_text
from mediane.insight.indicators.spans import Span
from mediane.kernel.moments import paris_day

FORMAT = "mediane.annual-report/1"


def report_json(slug: str, body_id: int, year: int, base: Base, *, at: datetime) -> dict[str, Any]:
    """The annual report of a body, in the form of the contract. Never masked."""
    found = figures(body_id, Span.of_year(year), base, today=paris_day(at))
    return as_json(slug, found, at=at)


def indicators_json(
    slug: str, body_id: int, start: date, end: date, base: Base, *, at: datetime, codes: Iterable[str] | None = None
) -> dict[str, Any]:
    """Any indicators over any period, in the same form, with the period's first and last day. Raises KeyError for an unknown code."""
    found = figures(body_id, Span(start, end), base, today=paris_day(at), codes=codes)
    return as_json(slug, found, at=at, period=True)


def as_json(slug: str, found: Figures, *, at: datetime, period: bool = False) -> dict[str, Any]:
    frozen = frozen_beside(found)
    said: dict[str, Any] = {"format": FORMAT, "body": slug, "year": found.span.year}
    if period:
        said |= {"from": found.span.start.isoformat(), "to": found.span.end.isoformat()}
    return said | {
        "base": found.base,
        "generated_at": at.isoformat(timespec="seconds"),
        "indicators": [figure_json(found.all[code]) for code in sorted(found.all)],
        "warnings": warnings(found, frozen),
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    indicator = figure.indicator
    return {
        "code": indicator.code,
        "label": str(indicator.label),
        "unit": indicator.unit,
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "statistics": figure.statistics,
        "prior_value": figure.prior,
        "legal_basis": indicator.basis,
        "definition": str(indicator.definition),
        "breakdowns": {
            dimension: [
                {"key": cell.key, "label": cell.label, "value": cell.value, "share": cell.share} for cell in cells
            ]
            for dimension, cells in sorted(figure.breakdowns.items())
        },
    }


def warnings(found: Figures, frozen: Frozen | None) -> list[str]:
    """Sentences: what the data cannot bear, and what changed since the period was frozen."""
    said = [_("Aucune saisine dans cette période.")] if found.empty else []
    if found.running and not found.empty:
        said.append(
            _(
                "La période n’est pas terminée : les chiffres s’arrêtent au %(day)s, ceux d’un an plus tôt portent sur la période entière."
            )
            % {"day": formats.date_plain(found.today)}
        )
    said += [warning_text(warned.code, warned.numbers) for warned in found.warnings]
    if frozen and frozen.differences:
        notes = "; ".join(note_text(note) for note in frozen.notes) or _("correction de dossiers")
        for difference in frozen.differences:
            said.append(
                _("%(code)s : %(frozen)s quand la période a été figée le %(day)s, %(present)s aujourd’hui (%(notes)s).")
                % {
                    "code": difference.code,
                    "frozen": _plain(difference.frozen),
                    "present": _plain(difference.present),
                    "day": formats.date_plain(frozen.at),
                    "notes": notes,
                }
            )
    return said


def _plain(value: float | int | None) -> str:
    return "–" if value is None else formats.number(value, 0 if isinstance(value, int) else 1)
