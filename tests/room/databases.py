"""Databases of the tests: the tables are made once by their owner in a template, and cloned; the tests run as `mediane_app`, which
row-level security binds.

A test marked `django_db` runs in a transaction that is undone, in system scope, so that it can arrange what it needs;
`with acting(actor):` narrows to what somebody sees. A test that needs committed data, or several connections, asks for `fresh_database`.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

# Losing a test database in a crash loses nothing.
RELAXED = "synchronous_commit = off"


@contextmanager
def maintenance() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner to the installation's own database, to make and drop others."""
    from mediane.config import home as homes
    from mediane.config.database import doors

    with psycopg.connect(**doors(homes.current())["owner"], autocommit=True) as connection:
        yield connection


def create(name: str, template: str | None = None) -> None:
    with maintenance() as connection:
        clause = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + clause)
        connection.execute(sql.SQL("ALTER DATABASE {} SET " + RELAXED).format(sql.Identifier(name)))


def drop(*names: str) -> None:
    """Drop these databases. The owner may not end a connection of the runtime role: those that threads left are waited for."""
    with maintenance() as connection:
        for name in names:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            deadline = time.monotonic() + 10
            while True:
                try:
                    connection.execute(statement)
                    break
                except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
                    if time.monotonic() > deadline:
                        raise
                    gc.collect()  # connections of threads that have ended
                    time.sleep(0.05)


def existing(prefix: str) -> list[str]:
    """Names of databases that begin so, oldest first."""
    with maintenance() as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [prefix]
        )
        return [row[0] for row in rows]


def point_to(name: str) -> None:
    """Both doors lead to that database from now on."""
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def template() -> str:
    """The database with all tables and no rows, made anew when a migration changed; kept between runs."""
    from django.core.management import call_command
    from django.db import connections

    from mediane.config import home as homes
    from mediane.config.prepare import migrations_digest
    from mediane.ground.database import rls

    # what migrations call to write policies: a template made before it changed would hide the change from the tests
    name = f"mediane_template_{migrations_digest(Path(rls.__file__))}"
    with homes.current().lock("test-template", wait=600):
        made = existing("mediane_template_")
        if name not in made:
            draft = f"mediane_draft_{os.getpid()}"
            drop(draft)
            create(draft)
            before = connections["owner"].settings_dict["NAME"]
            point_to(draft)
            try:
                call_command("migrate", database="owner", verbosity=0, interactive=False)
                point_to(before)
                with maintenance() as connection:
                    connection.execute(
                        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
                    )
            except BaseException:
                point_to(before)
                drop(draft)
                raise
            drop(*made[:-2])
    return name


def _drop_orphans() -> None:
    """Databases of runs that were killed: their name ends with a process that is gone."""
    for name in existing("test_mediane_"):
        pid = name.split("_")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            with suppress(psycopg.Error):
                drop(name)


@pytest.fixture(scope="session")
def template_database(django_test_environment: None, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        return template()


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: Any) -> Iterator[None]:
    """The database of this process, cloned from the template."""
    from django.db import connections

    with django_db_blocker.unblock():
        _drop_orphans()
        before = connections["default"].settings_dict["NAME"]
        name = f"test_mediane_{os.getpid()}"
        drop(name)
        create(name, template_database)
        point_to(name)
    yield
    with django_db_blocker.unblock():
        point_to(before)
        drop(name)


@pytest.fixture(autouse=True)
def _system_scope(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests arrange in system scope; without it row-level security would show them nothing."""
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        pytest.fail("tables belong to another role, which alone may truncate them: ask for `fresh_database` instead")
    if not marker and "db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    from django.db import connection

    from mediane.ground.database.scope import as_system

    with as_system():
        # Part of the test's own transaction, so that `atomic(durable=True)` is the outermost of the product, as in life.
        connection.atomic_blocks[-1]._from_testcase = True
        yield


@dataclass(frozen=True)
class FreshDatabase:
    """A database of its own for one test. `url` signs in as the runtime role, `owner_url` as the owner of the tables."""

    name: str

    def _url(self, alias: str) -> str:
        from mediane.config import home as homes
        from mediane.config.database import doors

        parameters = {**doors(homes.current())[alias], "dbname": self.name}
        return psycopg.conninfo.make_conninfo("", **parameters)

    @property
    def url(self) -> str:
        return self._url("default")

    @property
    def owner_url(self) -> str:
        return self._url("owner")


@pytest.fixture
def fresh_database(
    request: pytest.FixtureRequest, template_database: str, django_db_blocker: Any
) -> Iterator[FreshDatabase]:
    """A new database, committed to for real, dropped at the end. No scope is set: `with as_system():` does it."""
    from django.db import connections

    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        pytest.fail("`fresh_database` is instead of `django_db`, not beside it")
    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        name = f"test_mediane_{os.getpid()}_fresh"
        drop(name)
        create(name, template_database)
        point_to(name)
        try:
            yield FreshDatabase(name)
        finally:
            point_to(before)
            drop(name)
