"""Noticing warnings and breaches: set-based, once each. A unique row per clock and step makes a second run, or a restart, harmless."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from mediane.ground.database.scope import use_case
from mediane.kernel.moments import paris_day

_WARNINGS = """
INSERT INTO deadlines_notice (clock_id, organisation_id, step, breach, noticed_at)
SELECT c.id, c.organisation_id, 'warn:' || d.day, false, %(at)s
FROM deadlines_clock c CROSS JOIN LATERAL jsonb_array_elements_text(c.warn_on) AS d(day)
WHERE c.stopped_on IS NULL AND NOT c.quiet AND d.day::date <= %(today)s AND c.due_on >= %(today)s
ON CONFLICT (clock_id, step) DO NOTHING
"""
_BREACHES = """
INSERT INTO deadlines_notice (clock_id, organisation_id, step, breach, noticed_at)
SELECT c.id, c.organisation_id, 'breach:' || c.due_on, true, %(at)s
FROM deadlines_clock c
WHERE c.stopped_on IS NULL AND NOT c.quiet AND c.due_on < %(today)s
ON CONFLICT (clock_id, step) DO NOTHING
"""


@use_case
def notice_deadlines(*, at: datetime) -> tuple[int, int]:
    """Warnings whose day has come and breaches, not yet noticed. Returns how many of each are new."""
    today = paris_day(at)
    counts = []
    with connection.cursor() as cursor:
        for statement in (_WARNINGS, _BREACHES):
            cursor.execute(statement, {"at": at, "today": today})
            counts.append(cursor.rowcount)
    return counts[0], counts[1]
