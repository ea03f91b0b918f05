# ruff: noqa: S608 — names of columns and tables are our own; values are always parameters
"""From good rows to the final tables: COPY into a staging table, a fate for each row, then INSERT … SELECT in one transaction (ADR 0060).

COPY into a table under row-level security is refused by PostgreSQL; a temporary table has none. Memory does not grow with the file: rows stream in,
their entries of the journal stream through Python, which alone computes the chain's digests.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django.db import connection

from mediane.ground.accounts.actor import Actor
from mediane.ground.journal.chain import GENESIS, entry_digest
from mediane.ground.journal.models import CaseKind
from mediane.ground.journal.services import acting_role
from mediane.kernel.moments import paris_day
from mediane.mediation.referrals.imports.columns import AMOUNTS, DAYS
from mediane.mediation.referrals.imports.rows import Row, history
from mediane.mediation.referrals.models import Referral
from mediane.mediation.schemes.models import Subject
from mediane.mediation.traders.models import BusinessLine, Trader

CHUNK = 5000
IMPORTED, CORRECTED = "import", "import.corrected"

# A row's own columns in the staging table, as (name, SQL type); the names of a referral's columns where they are its own.
_NAMES = ("trader", "trader_siren", "business_line", "subject", "sub_subject")
_OWN = {
    "number": "reference",
    "received_on": "received_on",
    "channel": "channel",
    "requester_kind": "requester_kind",
    "complaint_on": "complaint_on",
    "level2_on": "level2_on",
    "decision_on": "decision_on",
    "decision": "decision",
    "ground": "ground",
    "ground_detail": "ground_detail",
    "notified_on": "notified_on",
    "entry": "entry",
    "proposal_on": "proposal_on",
    "orientation": "orientation",
    "basis": "basis",
    "consumer_answer": "consumer_answer",
    "trader_answer": "trader_answer",
    "amount_claimed": "amount_claimed",
    "amount_granted": "amount_granted",
    "previous_reference": "previous_reference",
}
_HISTORY = ("state", "outcome", "ended_on", "closed_on", "agreed_on", "execution", "deemed")
_CARRIED = (*_OWN, *_HISTORY, "cross_border")
_LINKED = ("trader_id", "business_line_id", "subject_id", "sub_subject_id")
WRITTEN = (*_CARRIED, *_LINKED, "trader_given")
"""Columns of a referral that a file fills, and that a corrected row may change."""

_TYPES = (
    dict.fromkeys((*DAYS, "ended_on", "agreed_on"), "date")
    | dict.fromkeys(AMOUNTS, "numeric(12,2)")
    | {"deemed": "boolean", "cross_border": "boolean"}
)
_STAGED = ("line", "digest", "still_refused", *_NAMES, *_CARRIED)


class Fate:
    """What becomes of a good row."""

    NEW = "new"
    CORRECTED = "corrected"
    SAME = "same"  # already in, word for word
    AGAIN = "again"  # stands again in the file with the same content
    CLASH = "clash"  # stands again with another content, in the file or come back from its rejects as it was: the first stands
    LIVE = "live"  # a case that is led here, or that an officer took up: a file never overwrites it


@contextmanager
def staging() -> Iterator[None]:
    """The temporary tables of one import, gone at its end."""
    own = {"line": "integer", "digest": "bytea", "still_refused": "boolean"}
    columns = own | {name: _TYPES.get(name, "text") for name in (*_NAMES, *_CARRIED)}
    with connection.cursor() as cursor:
        _drop(cursor)
        cursor.execute(
            f"CREATE TEMP TABLE import_row ({', '.join(f'{name} {kind}' for name, kind in columns.items())}) ON COMMIT DROP"
        )
        yield
        _drop(cursor)


def _drop(cursor: Any) -> None:
    cursor.execute("DROP TABLE IF EXISTS import_row, import_fate, import_chain, import_ready")


def stage(rows: Iterable[tuple[int, Row, bool]]) -> None:
    """COPY the good rows (line, row, whether it comes back as it was refused), each with the referral's columns that its history fills."""
    with connection.cursor() as cursor, cursor.copy(f"COPY import_row ({', '.join(_STAGED)}) FROM STDIN") as copy:
        for line, row, refused in rows:
            told = history(row)
            cross_border = row["cross_border"]
            copy.write_row(
                (
                    line,
                    row.digest,
                    refused,
                    *(row[name] for name in _NAMES),
                    *(row[column] for column in _OWN.values()),
                    *(told[name] for name in _HISTORY),
                    cross_border == "yes" if cross_border else None,
                )
            )


def decide(body_id: int) -> dict[str, int]:
    """Give each staged row its fate. Returns how many have each."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE import_row")
        cursor.execute(
            """
            CREATE TEMP TABLE import_fate ON COMMIT DROP AS
            SELECT s.line, r.case_id, CASE
                WHEN s.rank > 1 AND s.digest = s.first THEN 'again'
                WHEN s.rank > 1 THEN 'clash'
                WHEN r.case_id IS NULL THEN 'new'
                WHEN NOT r.imported THEN 'live'
                WHEN e.digest = encode(s.digest, 'hex') THEN 'same'
                WHEN s.still_refused AND r.quiet THEN 'clash'
                WHEN r.quiet AND r.state NOT IN ('archived', 'destroyed') THEN 'corrected'
                ELSE 'live' END AS fate
            FROM (
                SELECT line, number, digest, still_refused, row_number() OVER same AS rank, first_value(digest) OVER same AS first
                FROM import_row WINDOW same AS (PARTITION BY number ORDER BY line)
            ) s
            LEFT JOIN referrals_referral r ON r.body_id = %s AND r.number = s.number
            LEFT JOIN LATERAL (
                SELECT facts->>'row' AS digest FROM journal_entry
                WHERE case_id = r.case_id AND name IN (%s, %s) ORDER BY seq DESC LIMIT 1
            ) e ON true
            """,
            [body_id, IMPORTED, CORRECTED],
        )
        cursor.execute("ANALYZE import_fate")
        cursor.execute("SELECT fate, count(*) FROM import_fate GROUP BY fate")
        return dict(cursor.fetchall())


def refused_lines() -> dict[int, str]:
    """Lines of good rows that cannot go in for what stands already, with their fate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, fate FROM import_fate WHERE fate IN ('clash', 'live')")
        return dict(cursor.fetchall())


def write(body_id: int, *, by: Actor, at: datetime, file: str) -> tuple[int, int, date]:
    """Write what is new and what was corrected; returns how many of each, and the earliest day of reception among them.

    A corrected row whose columns say the same counts for nothing.
    """
    _make_names(body_id)
    with connection.cursor() as cursor:
        _resolve(cursor, body_id)
        first_on = first_day()
        cursor.execute(
            "CREATE TEMP TABLE import_chain (line integer, case_id bigint, seq integer, name text, facts jsonb, digest bytea) ON COMMIT DROP"
        )
        added = _chain(_new(body_id), by=by, at=at, file=file)
        corrected = _chain(_corrected(), by=by, at=at, file=file)
        cursor.execute("ANALYZE import_chain")
        if added:
            _insert(cursor, body_id)
        if corrected:
            _update(cursor)
        if added or corrected:
            _record(cursor, body_id, by, at)
            _link(cursor, body_id)
            _move_counters(cursor, body_id)
    return added, corrected, first_on


# ---- names: traders, lines, subjects ---------------------------------------------------------------------------------------

_WRITTEN_ROWS = "import_row s JOIN import_fate f USING (line) WHERE f.fate IN ('new', 'corrected')"


def _distinct(sql: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _make_names(body_id: int) -> None:
    """Traders, business lines and subjects that the body does not have yet. Names are few; rows are many."""
    traders = _distinct(
        f"SELECT trader, max(trader_siren) FROM {_WRITTEN_ROWS} GROUP BY trader "
        "EXCEPT SELECT name, siren FROM traders_trader WHERE body_id = %s ORDER BY 1",
        body_id,
    )
    Trader.objects.bulk_create(
        (Trader(body_id=body_id, name=name, siren=siren) for name, siren in traders),
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    unnumbered = {name: siren for name, siren in traders if siren}
    for trader in Trader.objects.filter(body=body_id, siren="", name__in=unnumbered) if unnumbered else ():
        trader.siren = unnumbered[trader.name]
        trader.save(update_fields=["siren"])
    lines = _distinct(
        f"SELECT t.id, w.business_line FROM (SELECT DISTINCT trader, business_line FROM {_WRITTEN_ROWS} AND business_line <> '') w "
        "JOIN traders_trader t ON t.body_id = %s AND t.name = w.trader "
        "LEFT JOIN traders_businessline b ON b.trader_id = t.id AND b.name = w.business_line WHERE b.id IS NULL ORDER BY 1, 2",
        body_id,
    )
    BusinessLine.objects.bulk_create(
        (BusinessLine(trader_id=trader, name=name) for trader, name in lines), batch_size=CHUNK
    )
    pairs = _distinct(
        f"SELECT DISTINCT subject, sub_subject FROM {_WRITTEN_ROWS} AND (subject <> '' OR sub_subject <> '') ORDER BY 1, 2"
    )
    known: dict[tuple[int | None, str], int] = {
        (parent, name): pk
        for pk, parent, name in Subject.objects.filter(body=body_id).values_list("pk", "parent_id", "name")
    }
    # A sub-subject without a subject stands at the top of the list: there is nothing to put it under.
    tops = dict.fromkeys(subject or below for subject, below in pairs)
    _make_subjects(body_id, [(None, name) for name in tops if (None, name) not in known], known)
    under = [(known[None, subject], below) for subject, below in pairs if subject and below]
    _make_subjects(body_id, [pair for pair in under if pair not in known], known)


def _make_subjects(
    body_id: int, wanted: list[tuple[int | None, str]], known: dict[tuple[int | None, str], int]
) -> None:
    made = Subject.objects.bulk_create(
        (Subject(body_id=body_id, parent_id=parent, name=name) for parent, name in wanted), batch_size=CHUNK
    )
    known.update({(subject.parent_id, subject.name): subject.pk for subject in made})


def _resolve(cursor: Any, body_id: int) -> None:
    """The rows to write, as a referral has them."""
    cursor.execute(
        f"""
        CREATE TEMP TABLE import_ready ON COMMIT DROP AS
        SELECT s.line, f.fate, f.case_id, {", ".join(f"s.{name}" for name in _CARRIED)}, t.id AS trader_id, b.id AS business_line_id,
            top.id AS subject_id, below.id AS sub_subject_id, s.trader AS trader_given, s.digest
        FROM import_row s
        JOIN import_fate f USING (line)
        JOIN traders_trader t ON t.body_id = %s AND t.name = s.trader
        LEFT JOIN traders_businessline b ON b.trader_id = t.id AND b.name = s.business_line
        LEFT JOIN schemes_subject top ON top.body_id = %s AND top.parent_id IS NULL AND top.name = s.subject
        LEFT JOIN schemes_subject below ON below.body_id = %s AND below.name = s.sub_subject AND below.parent_id IS NOT DISTINCT FROM top.id
        WHERE f.fate IN ('new', 'corrected')
        """,
        [body_id, body_id, body_id],
    )
    cursor.execute("CREATE UNIQUE INDEX ON import_ready (line)")
    cursor.execute("ANALYZE import_ready")


# ---- the journal -------------------------------------------------------------------------------------------------------------

_Step = tuple[
    int, int, int, int, bytes, str, str, dict[str, Any]
]  # line, case, organisation, seq, previous, row digest, entry name, facts


def _rows(sql: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
    """A query read through the server's own cursor, while other statements run between two chunks."""
    with connection.connection.cursor(name="import_stream") as cursor:
        cursor.itersize = CHUNK
        cursor.execute(sql, parameters)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _new(body_id: int) -> Iterator[_Step]:
    rows = _rows(
        "SELECT line, nextval(pg_get_serial_sequence('journal_case', 'id')), encode(digest, 'hex'), state "
        "FROM (SELECT * FROM import_ready WHERE fate = 'new' ORDER BY line) ready"
    )
    for line, case_id, digest, state in rows:
        yield line, case_id, body_id, 1, GENESIS, digest, IMPORTED, {"to": state}


def _corrected() -> Iterator[_Step]:
    """Rows that differ from what the file said before, their case locked so that its chain cannot fork."""
    before, after = (", ".join(f"{alias}.{name}" for name in WRITTEN) for alias in ("r", "n"))
    rows = _rows(
        f"SELECT n.line, c.id, c.organisation_id, c.length, c.head, encode(n.digest, 'hex'), {before}, {after} "
        "FROM import_ready n JOIN journal_case c ON c.id = n.case_id JOIN referrals_referral r ON r.case_id = c.id "
        "WHERE n.fate = 'corrected' ORDER BY c.id FOR UPDATE OF c"
    )
    for line, case_id, organisation_id, length, head, digest, *columns in rows:
        was, now = columns[: len(WRITTEN)], columns[len(WRITTEN) :]
        changed = {name: (old, new) for name, old, new in zip(WRITTEN, was, now, strict=True) if old != new}
        if changed:
            facts = {
                side: {name: _plain(pair[i]) for name, pair in changed.items()}
                for i, side in enumerate(("before", "after"))
            }
            yield line, case_id, organisation_id, length + 1, bytes(head), digest, CORRECTED, facts


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value


def _chain(steps: Iterator[_Step], *, by: Actor, at: datetime, file: str) -> int:
    """Compute each entry's digest and COPY it beside its row. Returns how many."""
    actor, count = acting_role(by), 0
    entry: dict[str, Any] = {
        "at": at,
        "on": paris_day(at),
        "person_id": by.person_id,
        "actor": actor,
        "on_behalf_of": "",
        "door": by.door.value,
        "personal": b"",
    }
    while chunk := [step for _, step in zip(range(CHUNK), steps, strict=False)]:
        with connection.cursor() as cursor, cursor.copy("COPY import_chain FROM STDIN") as copy:
            for line, case_id, organisation_id, seq, previous, row, name, said in chunk:
                facts = {"row": row, "file": file} | said
                digest = entry_digest(
                    previous, case_id=case_id, organisation_id=organisation_id, seq=seq, name=name, facts=facts, **entry
                )
                copy.write_row((line, case_id, seq, name, json.dumps(facts, ensure_ascii=False), digest))
        count += len(chunk)
    return count


# ---- the final tables -----------------------------------------------------------------------------------------------------------


def _insert(cursor: Any, body_id: int) -> None:
    cursor.execute(
        "INSERT INTO journal_case (id, organisation_id, kind, length, head, key) "
        "SELECT case_id, %s, %s, seq, digest, '' FROM import_chain WHERE name = %s ORDER BY case_id",
        [body_id, CaseKind.REFERRAL, IMPORTED],
    )
    fixed = _constants() | {"body_id": body_id, "imported": True, "quiet": True}
    cursor.execute(
        f"INSERT INTO referrals_referral (case_id, {', '.join(WRITTEN)}, {', '.join(fixed)}) "
        f"SELECT c.case_id, {', '.join(f'n.{name}' for name in WRITTEN)}, {', '.join(['%s'] * len(fixed))} "
        "FROM import_chain c JOIN import_ready n USING (line) WHERE c.name = %s ORDER BY c.case_id",
        [*fixed.values(), IMPORTED],
    )


def _constants() -> dict[str, Any]:
    """The referral's other columns: what an empty referral has. Asked of the model, so that a new column needs no change here."""
    empty = Referral()
    columns: dict[str, Any] = {}
    for field in Referral._meta.concrete_fields:  # noqa: SLF001
        if not (
            field.generated or field.null or field.has_db_default() or field.primary_key or field.column in WRITTEN
        ):
            columns[str(field.column)] = field.get_db_prep_save(getattr(empty, field.attname), connection)
    return columns


def _update(cursor: Any) -> None:
    cursor.execute(
        f"UPDATE referrals_referral r SET {', '.join(f'{name} = n.{name}' for name in WRITTEN)}, "
        "previous_id = CASE WHEN r.previous_reference = n.previous_reference THEN r.previous_id END "
        "FROM import_chain c JOIN import_ready n USING (line) WHERE c.name = %s AND r.case_id = c.case_id",
        [CORRECTED],
    )
    cursor.execute(
        "UPDATE journal_case k SET length = c.seq, head = c.digest FROM import_chain c WHERE c.name = %s AND k.id = c.case_id",
        [CORRECTED],
    )


def _record(cursor: Any, body_id: int, by: Actor, at: datetime) -> None:
    cursor.execute(
        'INSERT INTO journal_entry (case_id, organisation_id, seq, at, "on", name, person_id, actor, on_behalf_of, door, facts, personal, digest) '
        "SELECT case_id, %s, seq, %s, %s, name, %s, %s, '', %s, facts, '', digest FROM import_chain ORDER BY case_id",
        [body_id, at, paris_day(at), by.person_id, acting_role(by), by.door.value],
    )


def _link(cursor: Any, body_id: int) -> None:
    """`previous`, where the other stands, now or since an earlier file."""
    cursor.execute(
        "UPDATE referrals_referral r SET previous_id = p.case_id FROM referrals_referral p "
        "WHERE r.body_id = %s AND r.previous_reference <> '' AND r.previous_id IS NULL AND p.body_id = r.body_id "
        "AND p.number = r.previous_reference AND p.case_id <> r.case_id",
        [body_id],
    )


def first_day() -> date:
    """The earliest day of reception among the rows written; of a corrected one, as it was or as it is. Asked before the tables are changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(least(n.received_on, r.received_on)) FROM import_ready n LEFT JOIN referrals_referral r ON r.case_id = n.case_id"
        )
        (day,) = cursor.fetchone()
        return cast(date, day)


def _move_counters(cursor: Any, body_id: int) -> None:
    """References that look like our own numbers are taken: the next live case gets a later one."""
    cursor.execute(
        r"""
        INSERT INTO schemes_numbercounter (body_id, year, last)
        SELECT %(body)s, left(rest, 4)::int, max(substr(rest, 6)::int)
        FROM (
            SELECT substr(n.number, length(b.number_prefix) + 1) AS rest FROM import_ready n JOIN schemes_body b ON b.organisation_id = %(body)s
            WHERE starts_with(n.number, b.number_prefix)
        ) numbers
        WHERE rest ~ '^[12][0-9]{3}-[0-9]{5,8}$' GROUP BY left(rest, 4)
        ON CONFLICT (body_id, year) DO UPDATE SET last = greatest(schemes_numbercounter.last, excluded.last)
        """,
        {"body": body_id},
    )
