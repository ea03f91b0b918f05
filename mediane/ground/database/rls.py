"""Row-level security in migrations: `rls.enable("referrals_referral", staff="organisation_id")` gives one reversible operation.

Policies are permissive, so PostgreSQL ORs them: a table has `system` and, when it says which column holds the tenant, `staff`; the room that knows
who the parties are adds theirs with `rls.policy`. FORCE binds the owner of the table too.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

# Each setting is read in a sub-select, so that PostgreSQL reads it once a statement and not once a row.
SCOPE = "(SELECT current_setting('app.scope', true))"
SYSTEM = f"{SCOPE} = 'system'"
ORGANISATION = "(SELECT NULLIF(current_setting('app.organisation', true), '')::bigint)"
PERSON = "(SELECT NULLIF(current_setting('app.person', true), '')::bigint)"
CASE = "(SELECT NULLIF(current_setting('app.case', true), '')::bigint)"
TRADERS = "(SELECT string_to_array(NULLIF(current_setting('app.traders', true), ''), ','))::bigint[]"
WALL_MEDIATOR = "(SELECT current_setting('app.walls', true)) = 'mediator'"
READS_ARCHIVE = "(SELECT current_setting('app.archive', true)) = 'read'"


def in_scope(name: str, condition: str) -> str:
    return f"({SCOPE} = '{name}' AND {condition})"


def enable(table: str, *, staff: str | None = None, staff_condition: str = "") -> migrations.RunSQL:
    """Turn security on. `staff` is the column that must equal the actor's organisation; `staff_condition` narrows it further."""
    sql: list[Any] = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"]
    sql.append(f"CREATE POLICY {table}_system ON {table} USING ({SYSTEM}) WITH CHECK ({SYSTEM})")
    if staff:
        condition = in_scope(
            "staff", f"{staff} = {ORGANISATION}" + (f" AND {staff_condition}" if staff_condition else "")
        )
        sql.append(f"CREATE POLICY {table}_staff ON {table} FOR SELECT USING ({condition})")
    undo: list[Any] = [
        f"DROP POLICY IF EXISTS {table}_staff ON {table}",
        f"DROP POLICY IF EXISTS {table}_system ON {table}",
    ]
    undo += [f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]
    return migrations.RunSQL(sql, undo)


def policy(table: str, name: str, using: str) -> migrations.RunSQL:
    """One more way to read this table (SELECT only: writes go through use cases, in system scope)."""
    return migrations.RunSQL(
        f"CREATE POLICY {table}_{name} ON {table} FOR SELECT USING ({using})",
        f"DROP POLICY IF EXISTS {table}_{name} ON {table}",
    )


def restrict(table: str, name: str, condition: str) -> migrations.RunSQL:
    """What staff must meet as well, whatever else lets them read (RESTRICTIVE: PostgreSQL ANDs it). Other scopes are not concerned."""
    return migrations.RunSQL(
        f"CREATE POLICY {table}_{name} ON {table} AS RESTRICTIVE FOR SELECT USING ({SCOPE} <> 'staff' OR {condition})",
        f"DROP POLICY IF EXISTS {table}_{name} ON {table}",
    )


def append_only(table: str) -> migrations.RunSQL:
    """The runtime role may add and read, never change or remove, whatever a trigger says."""
    return migrations.RunSQL(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mediane_app') THEN "  # noqa: S608 — a table's name, ours
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM mediane_app; END IF; END $$",
        migrations.RunSQL.noop,
    )
