"""Background work, queued in the caller's transaction."""

from mediane.ground.jobs.queue import Job, defer, defer_many, every, job
from mediane.ground.jobs.running import run_waiting

task = job()  # plain @task: a job of the default queue

__all__ = ["Job", "defer", "defer_many", "every", "job", "run_waiting", "task"]
