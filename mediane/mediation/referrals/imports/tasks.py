"""Files are read and written here, never in a request."""

from __future__ import annotations

import logging

from mediane.ground.jobs import every, job
from mediane.kernel.moments import utc_now
from mediane.mediation.referrals.imports import runs

log = logging.getLogger(__name__)


@job(queue="imports", retry=0)
def look_at(run_id: int) -> None:
    _guarded(runs.check, run_id)


@job(queue="imports", retry=0)
def write(run_id: int) -> None:
    _guarded(runs.write, run_id)


def _guarded(work: object, run_id: int) -> None:
    try:
        work(run_id, at=utc_now())  # type: ignore[operator]
    except Exception:
        log.exception("import %s failed", run_id)
        runs.give_up(run_id, "", at=utc_now())


@every("40 3 * * *", queue="upkeep")
def forget_old_files() -> None:
    runs.forget_old(at=utc_now())
