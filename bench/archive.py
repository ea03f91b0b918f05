"""A million referrals with all their rows, by SQL alone.

Each row of a few real cases is written again for each new case: keys are computed (base + copy × width + rank), foreign keys inside a case follow by the
same arithmetic, days are moved together, what must be unique is drawn anew. Models are read from Django, so a new table that hangs on a case is copied too.
Row-level security, triggers, indexes and foreign keys are put aside meanwhile and built afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.apps import apps
from django.db import models

from bench.world import Template

YEARS_OF_HISTORY = 6
CASES_OF_AN_OFFICER = 200
# Left out: keys of access (nobody opens these cases by a link), jobs, seals (one row a day).
SKIPPED = {"access", "procrastinate", "sessions", "usersessions"}
WORDS = "referrals_nameword"  # the referral's own triggers write it: see `_words`
# Read by no page in lists, and long: an archive of a million would be mostly this.
FAST = "SET synchronous_commit = off; SET maintenance_work_mem = '400MB'; SET work_mem = '64MB'; SET max_parallel_maintenance_workers = 0"
EMPTIED = {
    ("correspondence_letter", "inputs"): "'{}'",
    ("correspondence_letter", "paper"): "'{}'",
    ("correspondence_letter", "statements"): "'[]'",
}


def meta(model: type[models.Model]) -> Any:
    """Django's own description of a model."""
    return model._meta


@dataclass
class Table:
    """One model's rows of a case. `width`: most rows that one template case has; `inner`: column → table it points into."""

    model: type[models.Model]
    to_case: str  # SQL over the alias `t` that gives the case
    inner: dict[str, Table] = field(default_factory=dict)
    width: int = 0
    base: int = 0

    @property
    def name(self) -> str:
        return meta(self.model).db_table

    @property
    def key(self) -> str:
        return meta(self.model).pk.column

    @property
    def key_is_inherited(self) -> bool:
        return meta(self.model).pk.remote_field is not None

    @property
    def columns(self) -> list[models.Field[Any, Any]]:
        return [column for column in meta(self.model).concrete_fields if not isinstance(column, models.GeneratedField)]


def tables() -> list[Table]:
    """Every table that hangs on a case, parents before children."""
    from mediane.ground.journal.models import Case

    found: dict[type[models.Model], Table] = {Case: Table(Case, "t.id")}
    grown = True
    while grown:
        grown = False
        for model in apps.get_models(include_auto_created=True):
            if model in found or meta(model).app_label in SKIPPED or meta(model).proxy or not meta(model).managed:
                continue
            if meta(model).db_table == WORDS:
                continue
            for column in meta(model).concrete_fields:
                if column.remote_field is None or (column.null and not column.primary_key):
                    continue
                parent = found.get(column.remote_field.model)
                if parent is not None:
                    inside = _case_of(parent, f"t.{column.column}")
                    found[model] = Table(model, inside)
                    grown = True
                    break
    for table in found.values():
        for column in table.columns:
            target = found.get(column.remote_field.model) if column.remote_field else None
            if target is not None and column.column:
                table.inner[column.column] = target
    return list(found.values())


def _case_of(parent: Table, value: str) -> str:
    """The case of the row of `parent` whose key is `value`."""
    if parent.to_case == f"t.{parent.key}":  # its key is the case
        return value
    alias = f"of_{parent.name}"
    return f"(SELECT {parent.to_case.replace('t.', f'{alias}.')} FROM {parent.name} {alias} WHERE {alias}.{parent.key} = {value})"


def multiply(owner: psycopg.Connection[Any], templates: Iterable[Template], count: int, *, officers: list[int]) -> int:
    """Add `count` cases to a database that serves for reading only. Returns how many rows were written. The owner's connection, in autocommit."""
    all_tables = tables()
    owner.execute(FAST)
    _plan(owner, list(templates), count, officers)
    for table in all_tables:
        _sample(owner, table)
    filled = [table for table in all_tables if table.width]
    with _bare(owner, [*(table.name for table in filled), WORDS]):
        written = sum(_copy(owner, table) for table in filled) + _words(owner)
    for table in filled:
        if not table.key_is_inherited:
            owner.execute(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{table.key}'), max({table.key})) FROM {table.name}"
            )
    _at_once(
        owner,
        [
            f"{'VACUUM (ANALYZE)' if name in ('referrals_referral', WORDS) else 'ANALYZE'} {name}"
            for name in [*(table.name for table in filled), WORDS]
        ],
    )
    return written


def _plan(owner: psycopg.Connection[Any], templates: list[Template], count: int, officers: list[int]) -> None:
    """One row for each new case: which template, moved by how many days, whose."""
    total = sum(template.weight for template in templates)
    owner.execute("DROP TABLE IF EXISTS bench_share, bench_plan")
    owner.execute("CREATE TEMP TABLE bench_share (template bigint, open boolean, low int, high int)")
    low = 0
    for template in templates:
        owner.execute(
            "INSERT INTO bench_share VALUES (%s, %s, %s, %s)",
            [template.case_id, template.open, low, low + template.weight],
        )
        low += template.weight
    # 7919 is prime: neighbours in the archive are of different kinds. Open cases move by some days, history by years.
    owner.execute(
        f"""
        CREATE TEMP TABLE bench_plan AS
        SELECT g AS n, s.template, s.open,
               CASE WHEN s.open THEN (g * 31 % 11) - 5 ELSE -1 - (({count} - g)::bigint * {YEARS_OF_HISTORY * 365} / {count})::int END AS days,
               (%s::bigint[])[1 + g %% {len(officers)}] AS officer
        FROM generate_series(1, {count}) g JOIN bench_share s ON (g::bigint * 7919 %% {total}) >= s.low AND (g::bigint * 7919 %% {total}) < s.high
        """.replace("g * 31 % 11", "g * 31 %% 11"),
        [officers],
    )
    owner.execute("CREATE INDEX ON bench_plan (template); ANALYZE bench_plan")


def _sample(owner: psycopg.Connection[Any], table: Table) -> None:
    """The template cases' rows of this table, with their case and their rank in it."""
    sample = f"bench_of_{table.name}"
    owner.execute(f"DROP TABLE IF EXISTS {sample}")
    owner.execute(
        f"""CREATE TEMP TABLE {sample} AS SELECT * FROM (
            SELECT t.*, {table.to_case} AS bench_case, (row_number() OVER (PARTITION BY {table.to_case} ORDER BY t.{table.key}))::int - 1 AS bench_rank
            FROM {table.name} t) AS x WHERE bench_case IN (SELECT template FROM bench_share)"""
    )
    row = owner.execute(f"SELECT coalesce(max(bench_rank) + 1, 0) FROM {sample}").fetchone()
    table.width = row[0] if row else 0
    if not table.key_is_inherited:
        row = owner.execute(f"SELECT coalesce(max({table.key}), 0) + 1 FROM {table.name}").fetchone()
        table.base = row[0] if row else 1


def _key(table: Table, rank: str) -> str:
    """The key of the copy of a row."""
    if table.key_is_inherited:
        (column,) = [name for name in table.inner if name == table.key]
        return _key(table.inner[column], rank)
    return f"({table.base} + p.n * {table.width} + {rank})"


def _copy(owner: psycopg.Connection[Any], table: Table) -> int:
    names: list[str] = []
    values: list[str] = []
    joins: list[str] = []
    for column in table.columns:
        name = column.column
        names.append(f'"{name}"')
        if name == table.key:
            values.append(_key(table, "s.bench_rank") if not table.key_is_inherited else _reference(table, name, joins))
        elif name in table.inner:
            values.append(_reference(table, name, joins))
        else:
            values.append(_value(table, column))
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM bench_plan p "
        f"JOIN bench_of_{table.name} s ON s.bench_case = p.template {' '.join(joins)}"
    )
    return owner.execute(statement).rowcount


def _words(owner: psycopg.Connection[Any]) -> int:
    """What the triggers would have written for the copies."""
    return owner.execute(
        f"INSERT INTO {WORDS} (body_id, referral_id, word, archived) SELECT r.body_id, r.case_id, w.word, r.state = 'archived' "
        "FROM referrals_referral r CROSS JOIN LATERAL (SELECT name_words(r.consumer_name) AS word UNION SELECT lower(r.number)) w "
        "WHERE r.number LIKE 'B%' AND r.state NOT IN ('draft', 'destroyed')"
    ).rowcount


def _reference(table: Table, name: str, joins: list[str]) -> str:
    """A column that points into the same case follows it to the copy; one that points to another case (a former referral) stays."""
    target, alias = table.inner[name], f"j{len(joins)}"
    inherited = target
    while inherited.key_is_inherited:
        inherited = inherited.inner[inherited.key]
    joins.append(
        f"LEFT JOIN bench_of_{inherited.name} {alias} ON {alias}.{inherited.key} = s.{name} AND {alias}.bench_case = s.bench_case"
    )
    return f"CASE WHEN {alias}.{inherited.key} IS NULL THEN s.{name} ELSE {_key(inherited, f'{alias}.bench_rank')} END"


def _value(table: Table, column: models.Field[Any, Any]) -> str:
    name, kind = column.column or "", column
    emptied = EMPTIED.get((table.name, name))
    if emptied:
        return emptied
    if (table.name, name) == ("referrals_referral", "assignee_id"):
        return "CASE WHEN p.open THEN p.officer ELSE s.assignee_id END"
    if (table.name, name) == ("referrals_referral", "number"):
        return "'B' || p.n"
    if (table.name, name) == ("referrals_referral", "consumer_name"):
        return "'M. ' || initcap(translate(md5(p.n::text), '0123456789', 'ghijklmnop'))"
    if isinstance(kind, models.UUIDField):
        return f"CASE WHEN s.{name} IS NULL THEN NULL ELSE gen_random_uuid() END"
    if isinstance(kind, models.DateTimeField):
        return f"s.{name} + p.days * interval '1 day'"
    if isinstance(kind, models.DateField):
        return f"s.{name} + p.days"
    if column.unique and isinstance(kind, models.BinaryField):
        return "sha256((p.n || ':' || s.bench_rank)::text::bytea)"
    if (column.unique or name == "dedup_key") and isinstance(kind, models.CharField | models.TextField):
        return f"left(md5(p.n || ':' || s.bench_rank || ':{name}'), {min(column.max_length or 32, 32)})"
    return f's."{name}"'


@contextmanager
def _bare(owner: psycopg.Connection[Any], names: list[str]) -> Iterator[None]:
    """Tables without security, triggers, foreign keys, indexes and write-ahead log while they are filled; then with all but keys and log.

    What is measured afterwards only reads, so neither the log nor foreign keys would change it.
    """
    secured = {row[0] for row in owner.execute("SELECT DISTINCT tablename FROM pg_policies").fetchall()}
    foreign = owner.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' "
        "AND (conrelid::regclass::text = ANY(%(names)s) OR confrelid::regclass::text = ANY(%(names)s))",
        {"names": names},
    ).fetchall()
    for table, constraint in foreign:
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
    unique = owner.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY(%s)",
        [names],
    ).fetchall()
    for table, constraint, _ in unique:
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
    indexes = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::regclass::text = ANY(%s)",
        [names],
    ).fetchall()
    for index, _ in indexes:
        owner.execute(f"DROP INDEX {index}")
    for name in names:
        owner.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY; ALTER TABLE {name} DISABLE TRIGGER USER")
        owner.execute(f"ALTER TABLE {name} SET UNLOGGED")
    yield
    build = [
        f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" {definition}' for table, constraint, definition in unique
    ]
    _at_once(owner, build + [definition for _, definition in indexes])
    for name in names:
        owner.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        if name in secured:
            owner.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")


def _at_once(owner: psycopg.Connection[Any], statements: list[str]) -> None:
    """Two sessions share the statements; those of one table wait for one another by themselves."""
    waiting, errors = list(reversed(statements)), []

    def work() -> None:
        try:
            with psycopg.connect(owner.info.dsn, password=owner.info.password, autocommit=True) as connection:
                connection.execute(FAST)
                while waiting:
                    connection.execute(waiting.pop())
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
