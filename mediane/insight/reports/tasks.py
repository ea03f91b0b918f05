"""Reports are made here, never in a request."""

from __future__ import annotations

import logging

from mediane.ground.jobs import every, job
from mediane.insight.reports import services
from mediane.kernel.moments import utc_now

log = logging.getLogger(__name__)


@job(queue="reports", retry=0)
def make_file(file_id: int) -> None:
    try:
        services.make(file_id, at=utc_now())
    except Exception:
        log.exception("report %s could not be made", file_id)
        services.give_up(file_id, at=utc_now())


@every("50 3 * * *", queue="upkeep")
def forget_old_files() -> None:
    services.forget_old(at=utc_now())
