"""Make the installation ready for a command: home, secrets, database server, tables. Cheap when there is nothing to do.

Every command that needs the database calls `prepare()` first, and only then loads Django.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from mediane.config import home as homes
from mediane.config import keys
from mediane.config.database import doors, external
from mediane.config.home import Home, HomeError, notice
from mediane.config.postgres import Server

PACKAGE = Path(__file__).parents[1]


def prepare() -> Home:
    """Home, server and tables are there when this returns; raises HomeError with one line otherwise."""
    home = ready_home()
    if _applied(home) != migrations_digest():
        with home.lock("prepare", wait=300):
            if _applied(home) != migrations_digest():
                _migrate(home)
    return home


def ready_home() -> Home:
    """Home, secrets and a running server; the tables are not looked at."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mediane.config.settings")
    home = homes.current()
    home.create()
    home.ensure_secret("django")
    home.ensure_secret(keys.NAME)
    if not external():
        Server(home).start()
    return home


def migrations_digest(*also: Path) -> str:
    """Changes whenever a migration of ours, or the version of a library that brings its own, changes. `also`: other files of the product."""
    digest = hashlib.sha256()
    for path in (*sorted(PACKAGE.rglob("migrations/*.py")), *also):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    from importlib.metadata import version

    for name in ("django", "django-allauth", "procrastinate"):
        digest.update(f"{name}={version(name)}".encode())
    return digest.hexdigest()[:16]


def _applied(home: Home) -> str | None:
    """The digest that the database remembers, read as the product would read it."""
    import psycopg

    try:
        with psycopg.connect(**doors(home)["default"], autocommit=True) as connection:
            row = connection.execute("SELECT value FROM database_state WHERE name = 'migrations'").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        return None
    except psycopg.OperationalError as error:
        # The role of the product is made by the first migration; any other refusal stands.
        if external() and "role" in str(error):
            return None
        raise HomeError(f"cannot connect to the database: {str(error).strip().splitlines()[-1]}") from error
    return str(row[0]) if row else None


def _migrate(home: Home) -> None:
    import django
    from django.core.management import call_command
    from django.db import DatabaseError, connections

    from mediane.ground.database.runtime_role import RoleRefused

    django.setup()
    notice("Médiane: preparing the tables")
    connection = connections["owner"]
    try:
        with connection.cursor() as cursor:
            # Servers of an installation with its own PostgreSQL may start together: one migrates, the others wait.
            cursor.execute("SELECT pg_advisory_lock(hashtext('mediane migrations'))")
            call_command("migrate", database="owner", verbosity=0, interactive=False)
            cursor.execute(
                "INSERT INTO database_state (name, value, changed_at) VALUES ('migrations', %s, now()) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = now()",
                [json.dumps(migrations_digest())],
            )
    except RoleRefused as error:
        raise HomeError(str(error)) from error
    except DatabaseError as error:
        if os.environ.get("MEDIANE_DEBUG"):
            raise
        raise HomeError(f"the tables could not be prepared: {str(error).strip().splitlines()[0]}") from error
    finally:
        connection.close()
