"""The role that the product runs as: it reads and writes rows, owns nothing, and row-level security binds it (ADR 0002).

Run before every migration, by whoever owns the tables, so that a table is born with its grants and a migration that takes one away has the
last word. Django is imported by the caller only.
"""

from __future__ import annotations

from typing import Any

RUNTIME_ROLE = "mediane_app"


class RoleRefused(Exception):
    """The owner of the tables may not make or use the role; the message says what a database administrator must run."""


def prepare(cursor: Any, runtime_login: str) -> None:
    """Make the role if it is missing, let `runtime_login` become it, and grant it what tables will hold (default privileges)."""
    from django.db import ProgrammingError, transaction

    cursor.execute("SELECT current_user, current_setting('server_version_num')::int")
    owner, version = cursor.fetchone()
    if version < 150000:
        raise RoleRefused(f"PostgreSQL 15 or later is needed, this server is {version // 10000}")
    if owner == RUNTIME_ROLE:
        raise RoleRefused(f"{RUNTIME_ROLE} cannot own the tables: give the owner's address in DATABASE_MIGRATE_URL")
    cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [RUNTIME_ROLE])
    known = cursor.fetchone()
    if known and known[0]:
        raise RoleRefused(
            f"the role {RUNTIME_ROLE} must be neither superuser nor BYPASSRLS: row-level security would not bind it"
        )
    try:
        if not known:
            with transaction.atomic(using=cursor.db.alias):
                # Two installations of one server may come here together: the second finds it made.
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('mediane role'))")
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [RUNTIME_ROLE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE ROLE {RUNTIME_ROLE} NOLOGIN")
        if runtime_login != RUNTIME_ROLE and not _may_become(cursor, runtime_login, version):
            with transaction.atomic(using=cursor.db.alias):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('mediane role'))")
                cursor.execute(f"GRANT {RUNTIME_ROLE} TO {cursor.db.ops.quote_name(runtime_login)}")
    except ProgrammingError as error:
        raise RoleRefused(
            f"{owner} may not prepare the role of the product; a database administrator must run: "
            f'CREATE ROLE {RUNTIME_ROLE} NOLOGIN; GRANT {RUNTIME_ROLE} TO "{runtime_login}";'
        ) from error
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {RUNTIME_ROLE}")
    for what, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "SELECT, USAGE")):
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {what} TO {RUNTIME_ROLE}")


def _may_become(cursor: Any, login: str, version: int) -> bool:
    # PostgreSQL 16 told "may SET ROLE" apart from "is a member".
    cursor.execute("SELECT pg_has_role(%s, %s, %s)", [login, RUNTIME_ROLE, "SET" if version >= 160000 else "MEMBER"])
    return bool(cursor.fetchone()[0])
