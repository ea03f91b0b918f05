"""Jobs are queued with the caller's transaction, run once, retried, rescued."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from mediane.ground import jobs
from mediane.ground.jobs.running import health, run_worker

RAN: list[object] = []
FAILS = {"left": 0}


@jobs.job(queue="tests", retry=3)
def remember(word: str) -> None:
    RAN.append(word)


@jobs.job(queue="tests", retry=0)
def break_down() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO database_state (name, value, changed_at) VALUES ('broken', '1', now())")
    raise LookupError("no such thing")


@jobs.job(queue="tests")
def then_another() -> None:
    jobs.defer(remember, word="second")
    RAN.append("first")


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    RAN.clear()
    yield
    RAN.clear()


def _waiting() -> list[tuple[str, dict[str, object]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE queue_name = 'tests' ORDER BY id")
        return [(name, json.loads(args) if isinstance(args, str) else args) for name, args in cursor.fetchall()]


@pytest.mark.django_db
class TestQueueing:
    def test_calling_a_job_runs_it(self) -> None:
        remember(word="now")
        assert RAN == ["now"] and not _waiting()

    def test_deferring_waits(self) -> None:
        assert jobs.defer(remember, word="later")
        assert not RAN
        assert _waiting() == [(remember.name, {"word": "later"})]
        assert jobs.run_waiting() == 1
        assert RAN == ["later"] and not _waiting()

    def test_a_job_undone_with_its_transaction_never_was(self) -> None:
        with transaction.atomic():
            jobs.defer(remember, word="never")
            transaction.set_rollback(True)
        assert not _waiting()

    def test_a_job_that_a_job_queues_belongs_to_its_transaction_in_a_worker_too(self) -> None:
        """A worker replaces procrastinate's connector by one with connections of its own: what a job queues must not leave by that door."""
        with app.replace_connector(InMemoryConnector()) as elsewhere:
            with transaction.atomic():
                jobs.defer(remember, word="never")
                jobs.defer(remember, word="never", _once="key")
                jobs.defer_many(remember, [{"word": "never"}])
                transaction.set_rollback(True)
            assert not elsewhere.connector.jobs  # type: ignore[attr-defined]
            jobs.defer(remember, word="kept")
        assert _waiting() == [(remember.name, {"word": "kept"})]

    def test_once_does_not_break_the_callers_transaction(self) -> None:
        assert jobs.defer(remember, word="a", _once="key")
        assert jobs.defer(remember, word="b", _once="key") is None
        assert _waiting() == [(remember.name, {"word": "a"})]
        assert jobs.defer(remember, word="c", _once="other")

    def test_not_before(self) -> None:
        jobs.defer(remember, word="tomorrow", _not_before=datetime.now(UTC) + timedelta(days=1))
        assert jobs.run_waiting() == 0
        with pytest.raises(ValueError, match="aware"):
            jobs.defer(remember, word="naive", _not_before=datetime(2024, 1, 1))

    def test_many_in_one_statement(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        with django_assert_num_queries(1):
            assert jobs.defer_many(remember, [{"word": str(n)} for n in range(5)]) == 5
        assert jobs.defer_many(remember, []) == 0
        jobs.run_waiting()
        assert RAN == ["0", "1", "2", "3", "4"]

    def test_what_a_job_queues_runs_too(self) -> None:
        jobs.defer(then_another)
        assert jobs.run_waiting(queue="tests") == 2
        assert RAN == ["first", "second"]

    def test_a_failure_undoes_its_own_work_and_is_told(self) -> None:
        jobs.defer(break_down)
        with pytest.raises(LookupError):
            jobs.run_waiting()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM database_state WHERE name = 'broken'")
            assert cursor.fetchone() == (0,)
        assert health().failed == 1

    def test_put_away_without_raising(self) -> None:
        jobs.defer(break_down)
        jobs.defer(remember, word="still")
        assert jobs.run_waiting(raises=False) == 2
        assert RAN == ["still"]


def test_schedules_are_registered_and_rescue_is_among_them() -> None:
    names = {name for name, _ in app.periodic_registry.periodic_tasks}
    assert "mediane.ground.jobs.tasks.rescue" in names


def _run_worker_in_thread() -> None:
    from django.db import connections

    run_worker(wait=False)
    connections.close_all()


def test_a_worker_runs_what_was_committed_as_the_bound_role(fresh_database) -> None:  # type: ignore[no-untyped-def]
    jobs.defer(remember, word="committed")
    thread = threading.Thread(target=_run_worker_in_thread)
    thread.start()
    thread.join(30)
    assert RAN == ["committed"]
    assert not _waiting()


def test_what_a_killed_worker_held_is_given_back(fresh_database) -> None:  # type: ignore[no-untyped-def]
    jobs.defer(remember, word="held")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        (worker,) = cursor.fetchone()
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", [worker])
    app.tasks["mediane.ground.jobs.tasks.rescue"].defer()
    thread = threading.Thread(target=_run_worker_in_thread)
    thread.start()
    thread.join(30)
    deadline = time.monotonic() + 5
    while not RAN and time.monotonic() < deadline:
        _run_worker_in_thread()
    assert RAN == ["held"]
