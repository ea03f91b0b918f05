"""Background work, queued in the caller's transaction."""

from mediane.ground.jobs.queue import Job, defer, defer_many, every, job
from mediane.ground.jobs.running import run_waiting

__all__ = ["Job", "defer", "defer_many", "every", "job", "run_waiting"]
