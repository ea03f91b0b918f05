"""Running jobs: the long-lived worker, and all that waits at once in this very process (commands, demonstration, tests)."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from dataclasses import dataclass
from typing import Any, cast

from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

log = logging.getLogger(__name__)

CONCURRENCY = 2  # a long report must not hold up the letters
KEEP_FAILED_HOURS = 30 * 24


def run_worker(*, wait: bool = True) -> bool:
    """Run jobs and schedules until SIGTERM or SIGINT, finishing the job in hand; with `wait=False`, until the queue is empty.

    True when it ended as it was asked to; False when procrastinate gave up by itself, which it does, without an error, when the database is away.
    """
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    asked = not wait

    async def work() -> None:
        with app.replace_connector(connector) as running:
            async with running.open_async():
                worker = asyncio.create_task(
                    running.run_worker_async(
                        wait=wait,
                        concurrency=CONCURRENCY,
                        delete_jobs="successful",
                        shutdown_graceful_timeout=20,
                        install_signal_handlers=False,
                    )
                )

                def stop() -> None:
                    nonlocal asked
                    asked = True
                    worker.cancel()  # graceful: procrastinate lets the jobs in hand end

                if wait:
                    for number in (signal.SIGTERM, signal.SIGINT):
                        asyncio.get_running_loop().add_signal_handler(number, stop)
                try:
                    await worker
                except asyncio.CancelledError:
                    if not asked:
                        raise

    asyncio.run(work())
    return asked


def run_worker_for_good() -> None:
    """`run_worker`, again after the database was away: a restart of PostgreSQL must not need one of ours."""
    import psycopg
    from procrastinate.exceptions import ConnectorException

    pause = 1.0
    while True:
        began = time.monotonic()
        try:
            if run_worker():
                return
            log.warning("the worker lost the database, trying again")
        except* (ConnectorException, psycopg.OperationalError, OperationalError) as errors:
            log.warning("the database is away (%s), trying again", type(errors.exceptions[0]).__name__)
        pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, 30.0)
        time.sleep(pause)


@dataclass(frozen=True)
class Health:
    """What waits, since how long (seconds, of the oldest due), what failed for good, how many workers gave sign of life in the last minute."""

    waiting: int
    oldest_due: float
    failed: int
    workers: int


def health() -> Health:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'failed'),"
            " (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'),"
            " (SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0) FROM procrastinate_jobs j"
            "  LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
            "  WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now()))"
            " FROM procrastinate_jobs"
        )
        waiting, failed, workers, oldest = cursor.fetchone()
    return Health(waiting, float(oldest), failed, workers)


def run_waiting(*, queue: str | None = None, raises: bool = True, limit: int = 10_000) -> int:
    """Run in this process, one after the other, all jobs that are due, those that they queue included. Returns how many ran.

    A failing job raises here (its own work undone), or is put away as failed with `raises=False`. Uses the connection of the caller: in
    a transaction, jobs see what is not committed yet. A job that a worker holds is left to it.
    """
    done = 0
    while done < limit and (row := _take(queue)):
        number, name, arguments = row
        try:
            task = app.tasks[name]
            with transaction.atomic() if connection.in_atomic_block else _plain():
                task.func(**arguments)
        except Exception:
            if raises:
                _finish(number, "failed")
                raise
            log.exception("job %s (%s) failed", number, name)
            _finish(number, "failed")
        else:
            _finish(number, "succeeded")
        done += 1
    return done


class _plain:  # noqa: N801 — reads as the clause it is
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def _take(queue: str | None) -> tuple[int, str, dict[str, Any]] | None:
    import json

    with connection.cursor() as cursor:
        # No worker row stands behind this run: should the process die, the rescue (tasks.py) puts the job back.
        cursor.execute(
            "SELECT id, task_name, args FROM procrastinate_fetch_job_v2(%s::varchar[], NULL)",
            [[queue] if queue else None],
        )
        number, name, arguments = cursor.fetchone()
    if number is None:
        return None
    return number, name, json.loads(arguments) if isinstance(arguments, str) else arguments


def _finish(number: int, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT procrastinate_finish_job_v1(%s, %s::procrastinate_job_status, %s)",
            [number, status, status == "succeeded"],
        )
