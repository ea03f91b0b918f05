"""import_copy and annual_report_200k: years of referrals read from a file, and the figures of a year over them."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.home import Home, use
from bench.measure import Figure, at_least, at_most, median, step, took
from bench.processes import Line, team

YEAR = 2024
SLUG = "bench-historique"
NAMES = {"import_copy", "annual_report_200k"}
COLUMNS = (
    "reference", "received_on", "trader", "business_line", "channel", "subject", "requester_kind", "complaint_on", "decision_on", "decision", "ground",
    "notified_on", "entry", "outcome", "proposal_on", "orientation", "basis", "consumer_answer", "trader_answer", "executed", "closed_on",
    "amount_claimed", "amount_granted", "cross_border",
)  # fmt: skip


def write_file(path: Path, rows: int) -> None:
    """A file as a body would hand it over: a year of referrals in every state that a file can say, a few dozen traders and subjects."""
    draw = random.Random(20261123)
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.DictWriter(stream, COLUMNS)
        out.writeheader()
        for n in range(rows):
            out.writerow(_row(n, draw))


def _row(n: int, draw: random.Random) -> dict[str, Any]:
    day = date(YEAR, 1, 1) + timedelta(days=draw.randrange(366))
    row: dict[str, Any] = {
        "reference": f"H-{n:07d}",
        "received_on": day,
        "trader": f"Professionnel {draw.randrange(40)}",
        "business_line": draw.choice(("Courrier", "Colis", "Banque", "Numérique")),
        "channel": draw.choice(("web", "web", "web", "email", "post", "phone")),
        "subject": f"Objet {draw.randrange(12)}",
        "requester_kind": draw.choice(("consumer",) * 9 + ("professional",)),
        "amount_claimed": f"{draw.randrange(1000, 200_000) / 100:.2f}",
        "cross_border": draw.choice(("no", "no", "no", "yes")),
        "complaint_on": day - timedelta(days=draw.randrange(30, 300)),
        "decision_on": day + timedelta(days=draw.randrange(1, 25)),
    }
    fate = draw.random()
    if fate < 0.55:
        return row | {"decision": "inadmissible", "ground": f"L612-2-{draw.randrange(1, 6)}"}
    if fate < 0.6:
        return row | {"decision": "premature"}
    notified = row["decision_on"] + timedelta(days=draw.randrange(0, 3))
    row |= {"decision": "admissible", "notified_on": notified}
    if fate < 0.7:
        return row | {
            "entry": "refused",
            "outcome": "entry_refused",
            "closed_on": notified + timedelta(days=draw.randrange(5, 30)),
        }
    proposed = notified + timedelta(days=draw.randrange(20, 110))
    answers = {
        "consumer_answer": draw.choice(("accepted", "accepted", "refused", "silent")),
        "trader_answer": draw.choice(("accepted", "accepted", "refused")),
    }
    end = {
        "closed_on": proposed + timedelta(days=draw.randrange(5, 40)),
        "executed": "yes" if set(answers.values()) == {"accepted"} else "",
    }
    return (
        row
        | {
            "entry": "accepted",
            "outcome": "proposal",
            "proposal_on": proposed,
            "orientation": "consumer_partly",
            "basis": "law",
            "amount_granted": "50.00",
        }
        | answers
        | end
    )


# ---- ours, in a process of its own -------------------------------------------------------------------------------------------
def importer(line: Line, path: str) -> None:
    """`mediane import referrals` without the start of Python."""
    from mediane.ground.accounts.actor import Actor, Door
    from mediane.ground.database.scope import as_system
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.imports.services import import_file
    from mediane.mediation.schemes.services import body_by_slug

    line.send("ready")
    while True:
        line.receive()
        with as_system():
            body_id = body_by_slug(SLUG).pk
        found: list[Any] = []
        seconds = took(lambda: found.append(import_file(body_id, path, by=Actor.system(Door.COMMAND), at=utc_now())))  # noqa: B023
        line.send((seconds, found[0].added, found[0].rejected))


def reporter(line: Line, body_id: int) -> None:
    """The annual report's figures, and one plain aggregate over the same referrals."""
    from django.db import connection

    from mediane.ground.database.scope import as_system
    from mediane.insight.reports.annual import report_json
    from mediane.kernel.moments import utc_now

    plain = """
        SELECT decision, ground, outcome, channel, count(*), sum(amount_claimed), avg(ended_on - notified_on)
        FROM referrals_referral WHERE body_id = %s AND received_on BETWEEN %s AND %s GROUP BY 1, 2, 3, 4
    """

    def aggregate() -> None:
        with as_system(), connection.cursor() as cursor:
            cursor.execute(plain, [body_id, date(YEAR, 1, 1), date(YEAR, 12, 31)])
            cursor.fetchall()

    def report() -> None:
        with as_system():
            report_json(SLUG, body_id, YEAR, "received", at=utc_now())

    for work in (aggregate, report):
        work()
    line.send("ready")
    while True:
        line.receive()
        line.send((took(report), took(aggregate)))


# ---- the reference of an import: COPY -------------------------------------------------------------------------------------------
def added_rows(home: Home, before: str, after: str, folder: Path) -> list[tuple[str, Path, int]]:
    """The rows that the import left, as files that COPY reads; parents before children. (table, file, rows)"""
    with home.owner(before) as old, home.owner(after) as new:
        names = [
            row[0]
            for row in new.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall()
        ]
        foreign = new.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        ).fetchall()
        found: dict[str, tuple[Path, int]] = {}
        for name in names:
            if name.startswith(("procrastinate", "bench")):
                continue
            key = new.execute(
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
                "WHERE i.indisprimary AND i.indrelid = %s::regclass AND a.atttypid IN ('int4'::regtype, 'int8'::regtype) AND i.indnatts = 1",
                [name],
            ).fetchone()
            if key is None:
                continue
            last = (old.execute(f'SELECT max("{key[0]}") FROM {name}').fetchone() or (None,))[0] or 0
            count = (new.execute(f'SELECT count(*) FROM {name} WHERE "{key[0]}" > %s', [last]).fetchone() or (0,))[0]
            if count:
                file = folder / name
                with (
                    file.open("wb") as stream,
                    new.cursor().copy(
                        f'COPY (SELECT {_columns(new, name)} FROM {name} WHERE "{key[0]}" > {int(last)} ORDER BY "{key[0]}") TO STDOUT (FORMAT binary)'
                    ) as copy,
                ):
                    for block in copy:
                        stream.write(block)
                found[name] = (file, count)
    order: list[str] = []
    needs = {
        name: {parent for child, parent in foreign if child == name and parent in found and parent != name}
        for name in found
    }
    while needs:
        free = sorted(name for name, wanted in needs.items() if not wanted - set(order))
        order += free
        for name in free:
            del needs[name]
    return [(name, *found[name]) for name in order]


def _columns(connection: Any, table: str) -> str:
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [table],
    ).fetchall()
    return ", ".join(f'"{row[0]}"' for row in rows)


def copy_in(home: Home, database: str, files: list[tuple[str, Path, int]]) -> float:
    """Seconds to COPY these files into the same tables with all their indexes, keys and triggers, in one transaction."""
    with home.owner(database) as owner:
        for name, _, _ in files:
            owner.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")  # COPY refuses a role that it binds
        columns = {name: _columns(owner, name) for name, _, _ in files}

        def work() -> None:
            with owner.transaction():
                for name, file, _ in files:
                    with (
                        file.open("rb") as stream,
                        owner.cursor().copy(f"COPY {name} ({columns[name]}) FROM STDIN (FORMAT binary)") as copy,
                    ):
                        while block := stream.read(1 << 20):
                            copy.write(block)

        return took(work)


# ---- the figures -----------------------------------------------------------------------------------------------------------------
def benches(home: Home, *, quick: bool, wanted: set[str]) -> Iterator[Figure]:
    home.prepare()
    rows = 10_000 if quick else 200_000
    from mediane.ground.accounts.actor import Actor
    from mediane.ground.database.scope import as_system
    from mediane.mediation.schemes.services import create_body

    home.clone("bench_before")
    use("bench_before")
    with as_system():
        body_id = create_body(SLUG, by=Actor.system()).pk
    with tempfile.TemporaryDirectory(prefix="mediane-bench-files-") as name:
        folder = Path(name)
        write_file(folder / "referrals.csv", rows)
        home.clone("bench_import", "bench_before")
        with (
            step(f"import of {rows} referrals"),
            team(1, importer, "bench_import", str(folder / "referrals.csv")) as (child,),
        ):
            seconds, added, rejected = child.ask("import")
        if added != rows:
            raise RuntimeError(f"{added} of {rows} rows were added, {rejected} rejected")
        if "import_copy" in wanted:
            home.clone("bench_copy", "bench_before")
            with step("COPY of the same rows"):
                files = added_rows(home, "bench_before", "bench_import", folder)
                reference = copy_in(home, "bench_copy", files)
            yield Figure(
                "import_copy",
                rows / seconds,
                rows / reference,
                "referrals/s",
                at_least(0.25),
                {
                    "referrals": rows,
                    "rows": sum(count for _, _, count in files),
                    "tables": [table for table, _, _ in files],
                },
            )
            home.drop("bench_copy")
    if "annual_report_200k" in wanted:
        with home.owner("bench_import") as owner:
            owner.execute("VACUUM (ANALYZE)")
        with step("annual report"), team(1, reporter, "bench_import", body_id) as (child,):
            times = [child.ask("both") for _ in range(7)]
        yield Figure(
            "annual_report_200k",
            median([ours for ours, _ in times]) * 1000,
            median([plain for _, plain in times]) * 1000,
            "ms",
            at_most(5),
            {"referrals": rows},
        )
    for database in ("bench_import", "bench_before"):
        home.drop(database)
