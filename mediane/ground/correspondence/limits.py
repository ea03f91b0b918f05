"""Technical limits of dispatch, which an installation may change (setting `MEDIANE_LETTERS`, same names)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    retry_minutes: tuple[int, ...] = (
        1,
        5,
        15,
        30,
        60,
        120,
        240,
    )  # waits after each e-mail that the server put off; the last one repeats
    retry_days: int = 5  # how long a server may be away before the letter goes by post
    unopened_days: int = 5  # a dated letter that nobody opened by then goes by post too (practice)
    unopened_days_at_most: int = 30  # … but not of letters older still
    orphan_hours: int = 24  # a PDF that no row names by then is removed
    stuck_minutes: int = 15  # a letter that waits longer than its turn is taken up again

    def wait_after(self, attempts: int) -> timedelta:
        return timedelta(minutes=self.retry_minutes[min(attempts, len(self.retry_minutes)) - 1])


def limits() -> Limits:
    given = getattr(settings, "MEDIANE_LETTERS", {})
    return Limits(**{f.name: given[f.name] for f in fields(Limits) if f.name in given})
