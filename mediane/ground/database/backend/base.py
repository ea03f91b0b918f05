"""What Django loads as the database's ENGINE."""

from __future__ import annotations

from typing import Any, Self

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations

MOST_VALUES = 100
"""A statement with more values is a batch: its text differs with its length, and planning it once weighs nothing beside running it."""


class Cursor(base.CursorMixin, psycopg.Cursor[Any]):
    """Planning a write means planning the policies of its table, which costs several times what writing one row does; a prepared one is planned once a
    connection. Only what Django itself says about single rows: there each value has the type of its column, and a plan has nothing to choose.

    Everything else is bound on this side, as Django does by default, and planned for the values it has.
    """

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Self:
        prepare = params is not None and len(params) <= MOST_VALUES and writes_one_row(query)
        if params is not None and not prepare:
            query, params = bound(self.connection, query, params).encode(), None
        super().execute(query, params, prepare=prepare, binary=binary)
        return self


def writes_one_row(query: Any) -> bool:
    """`INSERT INTO "…" … VALUES …` or `UPDATE "…" SET … WHERE "…"."…" = %s`, as Django writes them (names quoted), and never a list or a sub-select."""
    if not isinstance(query, str):
        return False
    if query.startswith('INSERT INTO "'):
        return "SELECT" not in query
    return query.startswith('UPDATE "') and query.endswith(" = %s") and "(" not in query


def bound(connection: Any, query: Any, params: Any) -> str:
    """The statement with its values in it."""
    return psycopg.ClientCursor(connection).mogrify(query, params)


class DatabaseOperations(PostgresOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """For logs and tests, which count and read statements: the same text whichever way its values went."""
        try:
            return bound(cursor.connection, sql, params)
        except psycopg.Error:  # values that PostgreSQL refused, or a connection that is gone
            return str(sql)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        # Prepared at the first use; which statements are is the cursor's to say.
        return super().get_connection_params() | {"cursor_factory": Cursor, "prepare_threshold": 0}
