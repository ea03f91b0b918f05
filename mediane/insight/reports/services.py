"""Use cases of the report: writing its texts, asking for a file, making it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import override

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import as_system, use_case
from mediane.ground.jobs import defer
from mediane.insight.indicators.definitions import BASES, Base
from mediane.insight.reports.files import store
from mediane.insight.reports.models import FileState, ReportFile, ReportText, Section
from mediane.insight.reports.whole import whole_report
from mediane.kernel.refusals import Refusal

KEPT_DAYS = 30
LONGEST = 60_000  # characters of one text


@use_case
def save_text(body_id: int, year: int, section: str, text: str, *, by: Actor, at: datetime, version: int) -> ReportText:
    """Write one text of a year's report. `version` is the one that was read (0: none yet): nobody's text is overwritten (`stale`).

    Raises Refusal `not_allowed`, `not_found` (no such section), `too_long`, `stale`.
    """
    if (
        by.organisation_id != body_id
        or by.person_id is None
        or not (by.may(Permission.MANAGE_SETTINGS) or by.may(Permission.APPROVE_LETTERS))
    ):
        raise Refusal("not_allowed")
    if section not in Section.values:
        raise Refusal("not_found", section=section)
    if len(text) > LONGEST:
        raise Refusal("too_long", most=LONGEST)
    row = ReportText.objects.select_for_update().filter(body=body_id, year=year, section=section).first()
    if (row.version if row else 0) != version:
        raise Refusal("stale", version=row.version if row else 0)
    row = row or ReportText(body_id=body_id, year=year, section=section)
    row.text, row.version, row.edited_at, row.edited_by_id = text.strip(), version + 1, at, by.person_id
    row.save()
    return row


@use_case
def ask_for_file(
    body_id: int, year: int, base: Base, kind: str, *, by: Actor, at: datetime, language: str = "fr"
) -> ReportFile:
    """Queue a report. Asked again while one waits, it is the same. Raises Refusal `not_allowed`, `not_found`."""
    from mediane.insight.reports.tasks import make_file

    if by.organisation_id != body_id or by.person_id is None or not by.may(Permission.READ_FIGURES):
        raise Refusal("not_allowed")
    if kind not in ("pdf", "ods") or base not in BASES or not 1900 <= year <= at.year:
        raise Refusal("not_found")
    same = ReportFile.objects.filter(
        body=body_id,
        year=year,
        base=base,
        kind=kind,
        language=language,
        state=FileState.QUEUED,
        asked_at__gt=at - timedelta(hours=1),
    ).first()
    if same:
        return same
    row = ReportFile.objects.create(
        body_id=body_id, year=year, base=base, kind=kind, language=language, asked_by_id=by.person_id, asked_at=at
    )
    defer(make_file, file_id=row.pk)
    return row


def make(file_id: int, *, at: datetime) -> None:
    """Make a report that was asked for. Running it twice makes it once."""
    with as_system():
        row = ReportFile.objects.select_related("body__organisation").filter(pk=file_id, state=FileState.QUEUED).first()
        if row is None:
            return
        with override(row.language):
            content = whole_report(row.body, row.year, row.base, row.kind, at=at)  # type: ignore[arg-type]
        kept = store().put(content)
        row.state, row.stored, row.size, row.ended_at = FileState.DONE, kept.key, kept.size, at
        row.save(update_fields=["state", "stored", "size", "ended_at"])


def give_up(file_id: int, *, at: datetime) -> None:
    with as_system():
        ReportFile.objects.filter(pk=file_id, state=FileState.QUEUED).update(state=FileState.FAILED, ended_at=at)


def forget_old(*, at: datetime) -> int:
    """Files made more than a month ago go; they can be made again. Returns how many."""
    with as_system():
        old = ReportFile.objects.filter(asked_at__lt=at - timedelta(days=KEPT_DAYS))
        keys = set(old.exclude(stored="").values_list("stored", flat=True))
        number, _ = old.delete()
        keys -= set(ReportFile.objects.filter(stored__in=keys).values_list("stored", flat=True))
    for key in keys:
        store().delete(key, older_than=3600)
    return number
