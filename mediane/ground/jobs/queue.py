"""Declaring jobs and queueing them: a thin façade over procrastinate (ADR 0004).

    @job(queue="letters")
    def render(letter_ids: list[int]) -> None: …           # in the room's tasks.py; opens its own scope

    defer(render, letter_ids=[1, 2])                       # in the caller's transaction: undone with it, started after it

    @every("30 4 * * *")                                   # cron, UTC: 30 4 is 5:30 or 6:30 in Paris
    def sweep() -> None: …

A job is a batch, not a row, and may run twice (a worker that is killed, a retry): it must be idempotent. Arguments are JSON: ids and days, never
a name or a text. It runs without actor or scope: it says `with acting(Actor.system()):` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, ParamSpec

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

P = ParamSpec("P")

# Seconds to the power of the attempt before the next try: 2, 4, 8, 16, 32…
BACKOFF = 2


@dataclass(frozen=True)
class Job(Generic[P]):
    """A declared job. Calling it runs it here and now, as any function."""

    function: Callable[P, object]
    task: Any

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> object:
        return self.function(*args, **kwargs)

    @property
    def name(self) -> str:
        return str(self.task.name)


def job(
    *, queue: str = "default", retry: int = 5, lock: str | None = None, priority: int = 0
) -> Callable[[Callable[P, object]], Job[P]]:
    """Declare a function as a job. `retry`: attempts after the first one; `lock`: jobs that share it never run at the same time."""

    def declare(function: Callable[P, object]) -> Job[P]:
        name = f"{function.__module__}.{function.__qualname__}"

        def run(timestamp: int | None = None, **arguments: Any) -> None:
            """`timestamp` comes with scheduled runs and tells nothing a job may depend on."""
            function(**arguments)  # type: ignore[call-arg]

        strategy = RetryStrategy(max_attempts=retry, exponential_wait=BACKOFF) if retry else False
        return Job(function, app.task(name=name, queue=queue, retry=strategy, lock=lock, priority=priority)(run))

    return declare


def every(cron: str, *, queue: str = "default", retry: int = 2) -> Callable[[Callable[[], object]], Job[[]]]:
    """Declare a function as a job that is queued on this schedule (cron, UTC). A tick missed while nothing ran is caught up once, within a day.

    Two ticks never run at once, and a tick is not queued while the former one still waits.
    """

    def declare(function: Callable[[], object]) -> Job[[]]:
        name = f"{function.__module__}.{function.__qualname__}"
        declared = job(queue=queue, retry=retry, lock=name)(function)
        app.periodic(cron=cron, queueing_lock=name)(declared.task)
        return declared

    return declare


def _here(deferrer: JobDeferrer) -> JobDeferrer:
    """Queue through Django's connection, in a worker too: there procrastinate's own connector has connections of its own, and a job queued by a job
    would be seen, and run, before what it is about is committed."""
    deferrer.job_manager = JobManager(DjangoConnector())
    return deferrer


def defer(job: Job[Any], *, _once: str = "", _not_before: datetime | None = None, **arguments: Any) -> int | None:
    """Queue a run in the present transaction; returns the number of the row, None when `_once` found one waiting already.

    `_once`: a key; while a run with that key waits, no second one is queued. `_not_before`: an aware datetime.
    """
    options: dict[str, Any] = {}
    if _once:
        options["queueing_lock"] = f"{job.name}:{_once}"
    if _not_before is not None:
        if _not_before.tzinfo is None:
            raise ValueError("_not_before must be an aware datetime")
        options["schedule_at"] = _not_before
    deferrer = _here(job.task.configure(**options))
    if not _once:
        return int(deferrer.defer(**arguments))
    try:
        with transaction.atomic():  # a refused row would otherwise abort the caller's transaction
            return int(deferrer.defer(**arguments))
    except AlreadyEnqueued:
        return None


def defer_many(job: Job[Any], batches: Iterable[dict[str, Any]]) -> int:
    """Queue one run for each dict of arguments, in one statement. Returns how many."""
    rows = list(batches)
    if rows:
        _here(job.task.configure()).batch_defer(*rows)
    return len(rows)
