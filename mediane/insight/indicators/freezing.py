"""Freezing a month or a year once it is over, and noting what changed afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch

from mediane.ground.database.scope import as_system, use_case
from mediane.ground.rulesets.services import rules_for
from mediane.insight.indicators.compute import Figures, figures
from mediane.insight.indicators.definitions import BASES, Base
from mediane.insight.indicators.models import Cause, Freeze, Restatement
from mediane.insight.indicators.queries import years_of_all
from mediane.insight.indicators.spans import Span
from mediane.kernel.moments import day_start, paris_day
from mediane.mediation.referrals.imports.events import ReferralsImported

LOOK_BACK = 2  # years whose frozen periods are compared again each night: older ones change by imports only


def kept(found: Figures) -> dict[str, dict[str, Any]]:
    """What a freeze keeps of figures: totals, no breakdown."""
    return {
        figure.code: {
            "value": figure.value,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "statistics": figure.statistics,
        }
        for figure in found
    }


def periods(first_year: int, until: date) -> Iterator[Span]:
    """Every month and year over by that day, oldest first."""
    for year in range(first_year, until.year + 1):
        for month in range(1, 13):
            span = Span.of_month(year, month)
            if span.end <= until:
                yield span
        if Span.of_year(year).end <= until:
            yield Span.of_year(year)


def due_until(body_id: int, at: datetime) -> date:
    """The last day that is far enough behind: a period that ends by it may be frozen (rule `freeze_hours`, counted from the midnight that ends it)."""
    hours = rules_for(body_id, paris_day(at))["freeze_hours"]
    return paris_day(at - timedelta(hours=hours)) - timedelta(days=1)


def freeze_due(*, at: datetime, seconds: float = 300) -> int:
    """Freeze every month and year that is over since long enough and holds something. Returns how many. Idempotent; stops after `seconds`, and goes on at
    the next run."""
    began, made = time.monotonic(), 0
    with as_system():
        years = years_of_all()
    for body_id, found in sorted(years.items()):
        with as_system():
            until = due_until(body_id, at)
            known = set(Freeze.objects.filter(body=body_id).values_list("starts_on", "ends_on", "base"))
        for span in periods(found[0], until):
            for base in BASES:
                if (span.start, span.end, base) in known:
                    continue
                if time.monotonic() - began > seconds:
                    return made
                made += freeze(body_id, span, base, at=at)
    return made


@use_case
def freeze(body_id: int, span: Span, base: Base, *, at: datetime) -> bool:
    """Keep the figures of a period as they are now. An empty period is never frozen."""
    if at < day_start(span.end + timedelta(days=1)):
        raise ValueError(f"{span.end} is not over")
    found = figures(body_id, span, base, today=paris_day(at))
    if found.empty:
        return False
    _, new = Freeze.objects.get_or_create(
        body_id=body_id,
        starts_on=span.start,
        ends_on=span.end,
        base=base,
        defaults={"frozen_at": at, "figures": kept(found)},
    )
    return new


# ---- afterwards ------------------------------------------------------------------------------------------------------------------


def note_import(event: ReferralsImported) -> None:
    """A file touched cases received since a day: each frozen period that they may count in has a note. What changed is read by comparing."""
    touched = Freeze.objects.filter(body=event.body_id, ends_on__gte=event.first_on)
    facts = {"file": event.file, "added": event.added, "corrected": event.corrected}
    Restatement.objects.bulk_create(
        Restatement(freeze=frozen, noted_at=event.at, cause=Cause.IMPORT, facts=facts) for frozen in touched.only("pk")
    )


def note_corrections(*, at: datetime) -> int:
    """Compare frozen periods with the present, nightly: a change that no import explains is noted as a correction. Returns how many were noted."""
    noted, today = 0, paris_day(at)
    with as_system():
        recent = list(
            Freeze.objects.filter(ends_on__gte=date(today.year - LOOK_BACK, 1, 1)).values_list("pk", flat=True)
        ) + list(Restatement.objects.filter(figures=None).values_list("freeze", flat=True).distinct())
    for pk in dict.fromkeys(recent):
        noted += _note_correction(pk, at)
    return noted


@use_case
def _note_correction(freeze_id: int, at: datetime) -> bool:
    frozen = Freeze.objects.select_for_update().prefetch_related("restatements").get(pk=freeze_id)
    present = kept(figures(frozen.body_id, Span(frozen.starts_on, frozen.ends_on), frozen.base, today=paris_day(at)))  # type: ignore[arg-type]
    notes = list(frozen.restatements.all())
    waiting = [note for note in notes if note.figures is None]
    if waiting:
        Restatement.objects.filter(pk__in=[note.pk for note in waiting]).update(figures=present)
        return False
    last = notes[-1].figures if notes else frozen.figures
    if last is None or not differences(last, present):
        return False
    Restatement.objects.create(freeze=frozen, noted_at=at, cause=Cause.CORRECTION, figures=present)
    return True


@dataclass(frozen=True)
class Difference:
    """One figure of a frozen period that is no longer the same."""

    code: str
    frozen: float | int | None
    present: float | int | None


def differences(frozen: dict[str, Any], present: dict[str, Any]) -> list[Difference]:
    """Codes whose value, numerator or denominator changed. A code born since is no change."""
    changed = []
    for code, was in sorted(frozen.items()):
        now = present.get(code)
        if now and any(not _same(was[name], now[name]) for name in ("value", "numerator", "denominator")):
            changed.append(Difference(code, was["value"], now["value"]))
    return changed


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < 1e-6


@dataclass(frozen=True)
class Frozen:
    """A frozen period beside the present: when, what differs, and the notes since."""

    at: datetime
    differences: tuple[Difference, ...]
    notes: tuple[Restatement, ...]

    def of(self, code: str) -> Difference | None:
        return next((difference for difference in self.differences if difference.code == code), None)


def frozen_beside(found: Figures) -> Frozen | None:
    """The freeze of exactly this period, compared with the figures given; None when it is not frozen or filtered. Two statements (two more set the scope)."""
    if found.filters:
        return None
    with as_system():
        kept_rows = Freeze.objects.filter(
            body=found.body_id, starts_on=found.span.start, ends_on=found.span.end, base=found.base
        )
        row = kept_rows.prefetch_related(Prefetch("restatements", Restatement.objects.defer("figures"))).first()
    if row is None:
        return None
    return Frozen(row.frozen_at, tuple(differences(row.figures, kept(found))), tuple(row.restatements.all()))
