"""The journal's own job: sealing the days that are over."""

from __future__ import annotations

from mediane.ground.jobs import every
from mediane.ground.journal.services import seal_days
from mediane.kernel.moments import utc_now


@every("20 1 * * *")
def seal() -> None:
    seal_days(at=utc_now())
