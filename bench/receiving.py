"""receive_1, receive_8: a case through the service against the very rows it leaves, written by plain psycopg in one transaction."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from bench.home import Home, use
from bench.measure import Figure, at_least, median, rate, step
from bench.processes import Line, team

# Written by triggers of the tables that are replayed, so by the replay too.
BY_TRIGGER = {"procrastinate_events", "referrals_nameword"}


# ---- ours -------------------------------------------------------------------------------------------------------------------
def receiver(spec: dict[str, int]) -> Callable[[], Any]:
    """One call receives one case, for that body and trader."""
    from mediane.ground.accounts.actor import Actor
    from mediane.ground.accounts.roles import Role
    from mediane.ground.database.scope import as_system
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.services import receiving
    from mediane.mediation.referrals.tests.factories import dispute
    from mediane.mediation.traders.models import Trader

    with as_system():
        said = dispute(Trader.objects.get(pk=spec["trader"]))
    by = Actor.staff(spec["officer"], spec["body"], frozenset({Role.OFFICER}), name="Officier").for_party("consumer")

    def work() -> Any:
        return receiving.receive(spec["body"], said, by=by, at=utc_now(), channel="web", submission_key=uuid.uuid4())

    return work


# ---- the same rows --------------------------------------------------------------------------------------------------------------
@dataclass
class Row:
    """One row to write: fixed values, values drawn anew each time, and references to rows written before it in the transaction."""

    table: str
    values: dict[str, Any]
    fresh: dict[str, str] = field(default_factory=dict)  # column → uuid | bytes | number
    references: dict[str, int] = field(default_factory=dict)  # column → index of the row whose key it holds
    key: str = ""  # returned by the database when other rows need it


@dataclass
class Replay:
    dsn: dict[str, Any]
    rows: list[Row]
    count: int = 0

    def __post_init__(self) -> None:
        self.connection: psycopg.Connection[Any] | None = None

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _statement(self, row: Row) -> Any:
        names = [*row.values, *row.fresh, *row.references]
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(row.table),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join([sql.Placeholder()] * len(names)),
        )
        return statement + sql.SQL(" RETURNING {}").format(sql.Identifier(row.key)) if row.key else statement

    def write(self) -> None:
        if self.connection is None:
            self.connection = psycopg.connect(**self.dsn)
            self.statements = [self._statement(row) for row in self.rows]
            self.connection.execute("SELECT set_config('app.scope', 'system', false)")
            self.connection.commit()
        self.count += 1
        keys: dict[int, Any] = {}
        with self.connection.transaction(), self.connection.cursor() as cursor:
            for index, row in enumerate(self.rows):
                values = [
                    *row.values.values(),
                    *(self._fresh(kind) for kind in row.fresh.values()),
                    *(keys[i] for i in row.references.values()),
                ]
                cursor.execute(self.statements[index], values)
                if row.key:
                    (keys[index],) = cursor.fetchone() or (None,)

    def _fresh(self, kind: str) -> Any:
        if kind == "uuid":
            return uuid.uuid4()
        return os.urandom(32) if kind == "bytes" else f"r{os.getpid()}-{self.count}"


def capture(home: Home, database: str, work: Callable[[], Any]) -> Replay:
    """Run `work` once and read which rows it added; keys and what must be unique are found out from the catalogue."""
    with home.owner(database) as owner:
        names = [
            row[0]
            for row in owner.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
            ).fetchall()
        ]
        names = [name for name in names if name not in BY_TRIGGER]
        before = {name: _rows(owner, name) for name in names}
        work()
        added: list[tuple[str, dict[str, Any]]] = []
        for name in names:
            known = {_key_of(row, _primary(owner, name)) for row in before[name]}
            added += [(name, row) for row in _rows(owner, name) if _key_of(row, _primary(owner, name)) not in known]
        foreign = _foreign(owner)
        unique = _unique(owner)
        written = _in_order(added, foreign)
        return Replay(home.doors_to(database)["default"], _plan(owner, written, foreign, unique))


def _rows(owner: psycopg.Connection[Any], table: str) -> list[dict[str, Any]]:
    with owner.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()


def _primary(owner: psycopg.Connection[Any], table: str) -> tuple[str, ...]:
    rows = owner.execute(
        "SELECT attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
        "WHERE i.indisprimary AND i.indrelid = %s::regclass",
        [table],
    ).fetchall()
    return tuple(row[0] for row in rows)


def _key_of(row: dict[str, Any], primary: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[name] for name in primary) if primary else tuple(map(repr, row.values()))


def _foreign(owner: psycopg.Connection[Any]) -> dict[tuple[str, str], str]:
    """(table, column) → table it points to."""
    rows = owner.execute(
        "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a "
        "ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1"
    ).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


def _unique(owner: psycopg.Connection[Any]) -> dict[str, list[set[str]]]:
    """Table → the sets of columns that must be unique together, primary keys aside."""
    rows = owner.execute(
        "SELECT i.indrelid::regclass::text, array_agg(a.attname::text) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
        "AND a.attnum = ANY(i.indkey) WHERE i.indisunique AND NOT i.indisprimary GROUP BY i.indexrelid, i.indrelid"
    ).fetchall()
    found: dict[str, list[set[str]]] = {}
    for table, columns in rows:
        found.setdefault(table, []).append(set(columns))
    return found


def _in_order(
    added: list[tuple[str, dict[str, Any]]], foreign: dict[tuple[str, str], str]
) -> list[tuple[str, dict[str, Any]]]:
    """Parents before children."""
    names = {name for name, _ in added}
    needs = {
        name: {target for (table, _), target in foreign.items() if table == name and target in names and target != name}
        for name in names
    }
    order: list[str] = []
    while needs:
        free = sorted(name for name, wanted in needs.items() if not wanted - set(order))
        if not free:
            raise RuntimeError(f"tables that point at one another: {needs}")
        order += free
        for name in free:
            del needs[name]
    return sorted(added, key=lambda item: order.index(item[0]))


def _plan(
    owner: psycopg.Connection[Any],
    added: list[tuple[str, dict[str, Any]]],
    foreign: dict[tuple[str, str], str],
    unique: dict[str, list[set[str]]],
) -> list[Row]:
    at: dict[tuple[str, Any], int] = {}
    plan: list[Row] = []
    kinds = {
        (row[0], row[1]): (row[2], row[3])
        for row in owner.execute(
            "SELECT table_name, column_name, data_type, is_identity = 'YES' OR coalesce(column_default, '') LIKE 'nextval%%' FROM information_schema.columns "
            "WHERE table_schema = 'public' AND is_generated = 'NEVER'"
        ).fetchall()
    }
    for index, (table, row) in enumerate(added):
        step_row = Row(table, {})
        primary = _primary(owner, table)
        for column, value in row.items():
            if (table, column) not in kinds:
                continue  # generated by the database
            kind, serial = kinds[table, column]
            parent = foreign.get((table, column))
            target = at.get((parent, value)) if parent else None
            if target is not None:
                step_row.references[column] = target
                plan[target].key = _primary(owner, plan[target].table)[0]
            elif (column,) == primary and serial:
                pass
            elif kind == "uuid" and value is not None:
                step_row.fresh[column] = "uuid"
            else:
                step_row.values[column] = (
                    Jsonb(value) if isinstance(value, dict) or (isinstance(value, list) and kind == "jsonb") else value
                )
        for columns in unique.get(table, ()):
            if not columns & (step_row.references.keys() | step_row.fresh.keys()) and all(
                row[column] is not None for column in columns
            ):
                texts = [
                    column
                    for column in sorted(columns)
                    if kinds[table, column][0] in ("bytea", "character varying", "text")
                ]
                del step_row.values[texts[-1]]
                step_row.fresh[texts[-1]] = "bytes" if kinds[table, texts[-1]][0] == "bytea" else "number"
        if len(primary) == 1:
            at[table, row[primary[0]]] = index
        plan.append(step_row)
    return plan


# ---- the figures -------------------------------------------------------------------------------------------------------------------
def on_order(line: Line, prepare: Callable[[], Callable[[], Any]]) -> None:
    """Says it is ready, then for each number of seconds it receives how many a second it did."""
    work = prepare()
    for _ in range(12):  # caches, prepared statements
        work()
    line.send("ready")
    while True:
        line.send(rate(work, line.receive()))


def benches(home: Home, *, quick: bool, wanted: set[str]) -> Iterator[Figure]:
    home.prepare()
    from bench.world import build

    database = home.clone("bench_receive")
    use(database)
    with step("a body to receive in"):
        world, _ = build()
    spec = {"body": world.body.pk, "trader": world.trader.pk, "officer": world.officer.person_id}
    work = receiver(spec)
    work()
    replay = capture(home, database, work)
    more = {"rows": len(replay.rows), "tables": sorted({row.table for row in replay.rows})}
    for writers in (1, 8):
        name = f"receive_{writers}"
        if name in wanted:
            seconds, rounds = (1.0, 3) if quick else (5.0, 5)
            with step(name):
                ours, reference = _race(database, spec, replay, writers, seconds, rounds)
            yield Figure(name, ours, reference, "cases/s", at_least(1 / 6), {"writers": writers} | more)
    use("mediane")
    home.drop(database)


def _race(
    database: str, spec: dict[str, int], replay: Replay, writers: int, seconds: float, rounds: int
) -> tuple[float, float]:
    """Ours and the reference in turn, so that what disturbs the machine disturbs both; medians."""
    with (
        team(writers, on_order, database, lambda: receiver(spec)) as ours,
        team(writers, on_order, database, lambda: replay.write) as raw,
    ):
        measured: dict[str, list[float]] = {"ours": [], "raw": []}
        for _ in range(rounds):
            for name, group in (("raw", raw), ("ours", ours)):
                for child in group:
                    child.tell(seconds)
                measured[name].append(sum(child.answer() for child in group))
        return median(measured["ours"]), median(measured["raw"])
