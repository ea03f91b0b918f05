"""The journal tells when somebody with the owner's rights changed a byte of it; the product's own role cannot even try."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from mediane.config import prepare
from mediane.config.cli import verify
from mediane.ground.database.scope import as_system
from mediane.ground.journal.models import Case, Entry, Seal
from mediane.ground.journal.services import seal_days, verify_all
from mediane.mediation.referrals.tests.factories import AT, under_review, world

FLIP = "set_byte({column}, {at}, get_byte({column}, {at}) # 1)"
"""One bit of one byte turned over."""


@contextmanager
def as_owner(database: Any) -> Iterator[psycopg.Connection[Any]]:
    """The owner of the tables, with the triggers that forbid changes put aside: whoever has taken the server."""
    with psycopg.connect(database.owner_url, autocommit=True, options="-c app.scope=system") as owner:
        for table in ("journal_entry", "journal_seal"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield owner


def test_one_byte_changed_anywhere_is_named(fresh_database):
    with as_system():
        w = world()
        one, two = (under_review(w, consumer=w.dispute().consumer) for _ in range(2))
    seal_days(at=AT + timedelta(days=3))
    sound = verify_all()
    assert sound.faults == () and sound.cases == 2 and sound.entries >= 4 and sound.seals == 1
    with as_system():
        entry = Entry.objects.filter(case=one.pk).order_by("seq")[1]
        sealed = Entry.objects.exclude(personal=b"").filter(case__in=(one.pk, two.pk)).order_by("case", "seq").first()
    changes: list[tuple[str, tuple[int | None, int]]] = [
        # (what is changed, (case, entry) that is named; 0: the head, None: the seal of a day)
        ("UPDATE journal_entry SET name = overlay(name placing '!' from 2 for 1) WHERE id = {entry}", (one.pk, entry.seq)),
        ("UPDATE journal_entry SET facts = facts || '{{\"added\": 1}}' WHERE id = {entry}", (one.pk, entry.seq)),
        ("UPDATE journal_entry SET \"on\" = \"on\" - 1 WHERE id = {entry}", (one.pk, entry.seq)),
        ("UPDATE journal_entry SET at = at + interval '1 microsecond' WHERE id = {entry}", (one.pk, entry.seq)),
        ("UPDATE journal_entry SET actor = 'director' WHERE id = {entry}", (one.pk, entry.seq)),
        ("UPDATE journal_entry SET person_id = NULL WHERE id = {entry}", (one.pk, entry.seq)),
        (f"UPDATE journal_entry SET digest = {FLIP.format(column='digest', at=31)} WHERE id = {{entry}}", (one.pk, entry.seq)),
        (f"UPDATE journal_case SET head = {FLIP.format(column='head', at=0)} WHERE id = {{case}}", (one.pk, 0)),
        ("UPDATE journal_case SET length = length + 1 WHERE id = {case}", (one.pk, 0)),
        (f"UPDATE journal_seal SET digest = {FLIP.format(column='digest', at=5)}", (None, 0)),
        (f"UPDATE journal_seal SET previous = {FLIP.format(column='previous', at=5)}", (None, 0)),
        ("DELETE FROM journal_entry WHERE case_id = {case} AND seq = 1", (one.pk, 2)),
    ]  # fmt: skip
    if sealed:
        where = f"UPDATE journal_entry SET personal = {FLIP.format(column='personal', at=20)} WHERE id = {sealed.pk}"
        changes.append((where, (sealed.case_id, sealed.seq)))
    with as_owner(fresh_database) as owner:
        for change, named in changes:
            owner.execute("CREATE TEMP TABLE entries AS SELECT * FROM journal_entry")
            owner.execute("CREATE TEMP TABLE cases AS SELECT id, head, length FROM journal_case")
            owner.execute("CREATE TEMP TABLE seals AS SELECT * FROM journal_seal")
            changed = owner.execute(change.format(entry=entry.pk, case=one.pk))
            assert changed.rowcount == 1, change
            faults = verify_all().faults
            assert named in {(fault.case_id, fault.seq) for fault in faults}, f"{change}: {faults}"
            assert all(fault.case_id in (one.pk, None, named[0]) for fault in faults), (
                f"{change} accuses another case: {faults}"
            )
            owner.execute("DELETE FROM journal_entry")
            owner.execute("INSERT INTO journal_entry SELECT * FROM entries")
            owner.execute("UPDATE journal_case c SET head = s.head, length = s.length FROM cases s WHERE s.id = c.id")
            owner.execute("DELETE FROM journal_seal")
            owner.execute("INSERT INTO journal_seal SELECT * FROM seals")
            owner.execute("DROP TABLE entries, cases, seals")
            assert verify_all().faults == (), f"not put back after: {change}"
        # the last entry cut off and the head moved back to the one before: only the seal knows
        with as_system():
            last = Entry.objects.filter(case=one.pk).order_by("-seq")[0]
            before = Entry.objects.filter(case=one.pk).order_by("-seq")[1]
        owner.execute("DELETE FROM journal_entry WHERE id = %s", [last.pk])
        owner.execute(
            "UPDATE journal_case SET head = %s, length = %s WHERE id = %s", [bytes(before.digest), before.seq, one.pk]
        )
        faults = verify_all().faults
        assert [fault.case_id for fault in faults] == [None], (
            f"an end that was cut off cleanly shows in the seal of its day: {faults}"
        )


@pytest.mark.django_db
def test_the_product_cannot_change_what_it_wrote():
    under_review(world())
    Seal.objects.create(day=AT.date(), cases=1, previous=bytes(32), digest=bytes(32), sealed_at=AT)
    statements = (
        "UPDATE journal_entry SET name = 'x'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry CASCADE",
        "UPDATE journal_seal SET digest = previous",
        "DELETE FROM journal_seal",
        "TRUNCATE journal_seal",
    )
    entries, seals = Entry.objects.count(), Seal.objects.count()
    assert entries and seals and Case.objects.exists()
    for statement in statements:
        with (
            pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert (Entry.objects.count(), Seal.objects.count()) == (entries, seals)


def test_even_the_owner_is_stopped_by_the_trigger(fresh_database):
    with as_system():
        under_review(world())
    with psycopg.connect(fresh_database.owner_url, autocommit=True, options="-c app.scope=system") as owner:
        for statement in ("UPDATE journal_entry SET name = 'x'", "DELETE FROM journal_entry"):
            with pytest.raises(psycopg.Error, match="Cannot update or delete"):
                owner.execute(statement)
    assert verify_all().faults == ()


def test_the_command_names_the_place_and_ends_with_a_failure(fresh_database, monkeypatch, capsys):
    monkeypatch.setattr(prepare, "prepare", lambda: None)
    with as_system():
        case = under_review(world())
        entry = Entry.objects.filter(case=case.pk).order_by("seq")[1]
    arguments = argparse.Namespace(what="journal")
    assert verify.run(arguments) == 0
    assert capsys.readouterr().out.endswith("intact\n")
    with as_owner(fresh_database) as owner:
        owner.execute('UPDATE journal_entry SET "on" = "on" - 1 WHERE id = %s', [entry.pk])
    assert verify.run(arguments) == 1
    out, err = capsys.readouterr()
    assert f"case {case.pk}, entry {entry.seq}: the digest does not match" in out
    assert err.count("\n") == 1 and "altered" in err
