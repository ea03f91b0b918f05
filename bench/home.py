"""A home of its own for a run: the embedded PostgreSQL with its durable settings, the product's own settings, several databases side by side."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

MEDIANE = Path(sys.executable).with_name("mediane")
# What of the caller's environment must not reach the product.
HIDDEN = (
    "DATABASE_URL",
    "DATABASE_MIGRATE_URL",
    "MEDIANE_HOME",
    "DJANGO_SETTINGS_MODULE",
    "MEDIANE_DEBUG",
    "MEDIANE_SMTP_URL",
)


class Home:
    """`path` is the home; the database `mediane` in it is the product's own, others are clones made for one bench."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ready = False

    @property
    def env(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name not in HIDDEN} | {
            "MEDIANE_HOME": str(self.path)
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`mediane …` to its end; RuntimeError with what it said when it fails."""
        done = subprocess.run([str(MEDIANE), *arguments], env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"mediane {' '.join(arguments)}: {done.stderr.strip()[-500:]}")
        return done

    def prepare(self) -> None:
        """Server and tables are there, and Django is loaded in this process on this home."""
        if self._ready:
            return
        self.run("check")
        self.run("manage", "collectstatic", "--noinput", "--verbosity", "0")
        for name in HIDDEN:
            os.environ.pop(name, None)
        os.environ["MEDIANE_HOME"] = str(self.path)
        os.environ["DJANGO_SETTINGS_MODULE"] = "mediane.config.settings"
        import django

        django.setup()
        logging.disable(logging.ERROR)
        self._ready = True

    # ---- databases ------------------------------------------------------------------------------------------------
    def doors_to(self, database: str) -> dict[str, dict[str, Any]]:
        """Connection parameters by alias."""
        from mediane.config import home as homes
        from mediane.config.database import doors

        return {alias: {**parameters, "dbname": database} for alias, parameters in doors(homes.current()).items()}

    def owner(self, database: str = "mediane") -> psycopg.Connection[Any]:
        """A connection of the role that owns the tables, each statement its own transaction."""
        return psycopg.connect(**self.doors_to(database)["owner"], autocommit=True)

    def runtime(self, database: str = "mediane") -> psycopg.Connection[Any]:
        """A connection of the role the product runs as, bound by row-level security."""
        return psycopg.connect(**self.doors_to(database)["default"])

    def clone(self, name: str, template: str = "mediane") -> str:
        """A database with what the template holds now."""
        use("postgres", close_only=True)
        with self.owner() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            if template == "mediane":
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'mediane' AND pid <> pg_backend_pid() AND usename = current_user"
                )
        with psycopg.connect(
            **self.doors_to("template1" if template == "mediane" else "mediane")["owner"], autocommit=True
        ) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return name

    def drop(self, name: str) -> None:
        use("mediane")
        with self.owner() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        use("postgres", close_only=True)
        subprocess.run([str(MEDIANE), "stop"], env=self.env, capture_output=True, check=False)


def use(database: str, *, close_only: bool = False) -> None:
    """Django's doors lead to that database from now on."""
    from django.conf import settings

    if not settings.configured:
        return
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        if not close_only:
            connections[alias].settings_dict["NAME"] = database


@contextmanager
def temporary() -> Iterator[Home]:
    """A home that ends with the run; `MEDIANE_BENCH_HOME` names one to keep and to find again."""
    kept = os.environ.get("MEDIANE_BENCH_HOME")
    folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="mediane-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    home = Home(folder / "home")
    try:
        yield home
    finally:
        home.stop()
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
