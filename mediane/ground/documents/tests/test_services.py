"""Pieces come in with their number, stay what they are, and leave without a trace when the law says so."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.utils import DatabaseError

from mediane.ground.database.scope import as_system
from mediane.ground.documents import services
from mediane.ground.documents.events import DocumentStored
from mediane.ground.documents.models import Document, Preview, Reading
from mediane.ground.documents.storage import DiskStore
from mediane.ground.documents.tests import factories as f
from mediane.ground.documents.tests import hostile
from mediane.ground.documents.uploads import accept_file
from mediane.ground.jobs import run_waiting
from mediane.kernel.events import isolated
from mediane.kernel.refusals import Refusal

TWO_DAYS = 2 * 24 * 3600


def make_old(files: DiskStore) -> None:
    past = time.time() - TWO_DAYS
    for path in files.root.rglob("*"):
        if path.is_file():
            os.utime(path, (past, past))


def keys(files: DiskStore) -> set[str]:
    return set(files.keys())


# ---- reception --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_piece_is_stored_with_what_it_is(files: DiskStore):
    case, who = f.case(), f.person()
    with isolated() as heard:
        document = f.piece(
            case,
            hostile.png(),
            "Photo du colis.PNG",
            title="",
            special_category=True,
            by=f.staff(case.organisation_id, person_id=who.pk),
        )
    document.refresh_from_db()
    assert (document.reference, document.title, document.media_type) == ("C-1", "Photo du colis.PNG", "image/png")
    assert (document.pages, document.person_id, document.virus, document.special_category) == (
        1,
        who.pk,
        "not_scanned",
        True,
    )
    assert files.get(document.storage_key) == hostile.png()
    assert heard == [
        DocumentStored(
            document_id=document.pk,
            case_id=case.pk,
            organisation_id=case.organisation_id,
            author_party="consumer",
            audience="consumer",
        )
    ]
    facts = document.journal_facts()
    assert facts["sha256"] == document.storage_key
    assert "Photo" not in str(facts)


@pytest.mark.django_db
def test_each_author_has_its_series():
    """A party sees no gap when the other files something it may not see."""
    case = f.case()
    consumer, trader = {"author_party": "consumer"}, {"author_party": "trader", "audience": "trader"}
    found = [f.piece(case, **given).reference for given in (consumer, trader, consumer, trader, consumer)]
    assert found == ["C-1", "P-1", "C-2", "P-2", "C-3"]
    assert f.piece(f.case()).reference == "C-1"


@pytest.mark.django_db
def test_what_no_party_sees_takes_no_number_until_one_does():
    case = f.case()
    note = f.piece(case, author_party="mediator", audience="mediator")
    internal = f.piece(case, author_party="office", audience="office")
    letter = f.piece(case, author_party="office", audience="consumer")
    assert [d.reference for d in (note, internal, letter)] == ["", "", "M-1"]
    assert services.set_audience(internal.pk, "both", by=f.SYSTEM, at=f.AT).reference == "M-2"
    assert services.set_audience(internal.pk, "office", by=f.SYSTEM, at=f.AT).reference == "M-2"  # never given back
    assert services.set_audience(note.pk, "office", by=f.SYSTEM, at=f.AT).reference == ""


@pytest.mark.django_db
def test_numbers_do_not_come_back_when_a_piece_is_withdrawn():
    case = f.case()
    f.piece(case)
    second = f.piece(case)
    services.withdraw(second.pk, by=f.SYSTEM, at=f.AT, reason="envoyée par erreur")
    assert f.piece(case).reference == "C-3"


@pytest.mark.django_db
def test_the_same_file_again_is_known_to_its_author_alone():
    case = f.case()
    upload = accept_file(hostile.png(), filename="a.png")
    mine = f.piece(case, hostile.png(), "a.png")
    assert services.duplicate_of(case.pk, upload, "consumer") == mine
    assert services.duplicate_of(case.pk, upload, "trader") is None
    again = f.piece(case, hostile.png(), "b.png")  # warned about, never forbidden
    assert bytes(again.sha256) == bytes(mine.sha256)


@pytest.mark.django_db
def test_a_file_swept_before_its_form_came_back_is_asked_for_again(files: DiskStore):
    upload = accept_file(hostile.png(), filename="a.png")
    files.path(upload.key).unlink()
    with pytest.raises(Refusal, match="storage_error"):
        services.store_document(
            case=f.case(), organisation_id=1, upload=upload, author_party="consumer", author_name="x", audience="both",
            by=f.SYSTEM, at=f.AT, received_on=f.DAY,
        )  # fmt: skip


def test_two_pieces_at_once_get_two_numbers(fresh_database):
    """Four connections, one case, committed for real."""
    with as_system():
        case = f.case()
    barrier, errors = threading.Barrier(4), []

    def send() -> None:
        try:
            barrier.wait()
            for _ in range(5):
                f.piece(case)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with as_system():
        assert sorted(Document.objects.values_list("number", flat=True)) == list(range(1, 21))


def test_other_rows_of_the_case_do_not_wait_for_a_piece(fresh_database):
    """The lock on the case lets rows that point at it come in meanwhile."""
    with as_system():
        case = f.case()
    with as_system():
        f.piece(case)
        with psycopg.connect(fresh_database.owner_url, autocommit=True) as other:
            other.execute("SET lock_timeout = '1s'")
            columns = (
                'case_id, organisation_id, seq, at, "on", name, actor, on_behalf_of, door, facts, personal, digest'
            )
            other.execute(
                f"INSERT INTO journal_entry ({columns}) VALUES (%s, %s, 1, now(), now(), 'x', 'system', '', 'job', '{{}}', '', '')",
                [case.pk, case.organisation_id],
            )


# ---- a piece stays what it is ---------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"sha256": b"x" * 32},
        {"size": 1},
        {"author_party": "trader"},
        {"media_type": "text/plain"},
        {"number": 7},
        {"received_on": "2020-01-01"},
    ],
)
def test_evidence_cannot_be_changed(change: dict):
    document = f.piece(f.case())
    with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**change)


@pytest.mark.django_db
def test_what_a_party_sees_has_a_number():
    note = f.piece(f.case(), author_party="office", audience="office")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=note.pk).update(audience="both")


@pytest.mark.django_db
def test_readings_are_only_added_to():
    document = f.piece(f.case())
    services.record_reading(document, by=f.staff(document.organisation_id), at=f.AT)
    for attempt in (
        lambda: Reading.objects.update(reader="x"),
        lambda: Reading.objects.all().delete(),
        document.delete,
    ):
        with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
            attempt()


@pytest.mark.django_db
def test_leafing_through_is_one_reading():
    document = f.piece(f.case())
    reader, other = f.staff(document.organisation_id), f.requester(document.case)
    note = services.record_reading
    note(document, by=reader, at=f.AT)
    for minutes in (1, 2, 14):
        note(document, by=reader, at=f.AT + timedelta(minutes=minutes), kind="page")
    assert Reading.objects.count() == 1
    note(document, by=reader, at=f.AT + timedelta(minutes=16), kind="page")
    note(document, by=other, at=f.AT + timedelta(minutes=16), kind="page")
    note(document, by=reader, at=f.AT + timedelta(minutes=17), kind="download")
    found = Reading.objects.order_by("at", "id")
    assert [(r.kind, r.reader, r.person_id) for r in found] == [
        ("view", "Claire Moreau (officer)", reader.person_id),
        ("page", "Claire Moreau (officer)", reader.person_id),
        ("page", "Paul Ferrand (requester)", None),
        ("download", "Claire Moreau (officer)", reader.person_id),
    ]


# ---- another case -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_resubmission_brings_the_pieces_and_their_previews(files: DiskStore):
    old = f.case()
    kept, withdrawn = f.piece(old, hostile.png(), "a.png"), f.piece(old)
    services.withdraw(withdrawn.pk, by=f.SYSTEM, at=f.AT, reason="x")
    f.piece(old, author_party="office", audience="office")
    f.piece(old, author_party="mediator", audience="mediator")
    run_waiting()
    make_old(files)
    new = f.case(old.organisation)
    f.piece(new)
    (copy,) = services.copy_to_case(old.pk, new, by=f.SYSTEM, at=f.AT)
    copy.refresh_from_db()
    assert (copy.case_id, copy.reference, bytes(copy.sha256)) == (new.pk, "C-2", bytes(kept.sha256))
    assert copy.uuid != kept.uuid
    assert [p.page for p in copy.previews.order_by("page")] == [0, 1]
    services.forget([kept.pk])
    assert services.sweep_orphans() >= 0
    assert files.exists(copy.storage_key)
    assert all(files.exists(p.storage_key) for p in copy.previews.all())


@pytest.mark.django_db
def test_a_piece_whose_bytes_are_gone_refuses_the_copy_in_words(files: DiskStore):
    old = f.case()
    piece = f.piece(old)
    files.delete(piece.storage_key, older_than=0)
    with pytest.raises(Refusal) as refused:
        services.copy_to_case(old.pk, f.case(old.organisation), by=f.SYSTEM, at=f.AT)
    assert (refused.value.code, refused.value.facts["filename"]) == ("storage_error", piece.filename)


# ---- destruction ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_forgetting_leaves_no_row_and_no_byte(files: DiskStore, django_capture_on_commit_callbacks):
    case = f.case()
    gone, shared, twin = (
        f.piece(case, hostile.png(), "a.png"),
        f.piece(case, b"bonjour", "b.txt"),
        f.piece(f.case(), b"bonjour", "b.txt"),
    )
    run_waiting()
    services.record_reading(gone, by=f.staff(case.organisation_id), at=f.AT)
    make_old(files)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget([gone.pk, shared.pk]) == 2
    assert Document.objects.get() == twin
    assert not Reading.objects.exists()
    assert not Preview.objects.exclude(document=twin).exists()
    assert keys(files) == {twin.storage_key}


@pytest.mark.django_db
def test_bytes_of_yesterday_wait_for_the_sweep(files: DiskStore, django_capture_on_commit_callbacks):
    """Somebody may have just put the same file and not committed yet."""
    document = f.piece(f.case())
    with django_capture_on_commit_callbacks(execute=True):
        services.forget([document.pk])
    assert files.exists(document.storage_key)
    make_old(files)
    assert services.sweep_orphans() == 1
    assert keys(files) == set()


# ---- files and rows agree ---------------------------------------------------------------------------------------------------
def test_killed_between_the_file_and_the_commit(fresh_database, files: DiskStore):
    with as_system():
        kept = f.piece(f.case())
        case = f.case()
    with as_system():
        lost = f.piece(case)
        transaction.set_rollback(True)  # the process dies: the file is on disk, the transaction is not
    assert files.exists(lost.storage_key)
    assert services.sweep_orphans() == 0  # perhaps somebody is still about to commit
    make_old(files)
    assert services.sweep_orphans() == 1
    assert keys(files) == {kept.storage_key}
    with as_system():
        assert list(Document.objects.values_list("pk", flat=True)) == [kept.pk]


@pytest.mark.django_db
def test_the_sweep_keeps_all_that_rows_refer_to(files: DiskStore):
    case = f.case()
    f.piece(case, hostile.png(500, 400), "a.png")
    f.piece(case, hostile.pdf(OpenAction=hostile.script()), "b.pdf")  # previews and a safe copy
    run_waiting()
    make_old(files)
    before = keys(files)
    assert len(before) == 7  # two originals, two pictures each, one safe copy
    assert services.sweep_orphans() == 0
    assert keys(files) == before


@pytest.mark.django_db
def test_missing_and_altered_bytes_are_found(files: DiskStore):
    document, other = f.piece(f.case()), f.piece(f.case())
    assert services.missing_files() == []
    assert not services.altered(document)
    path = files.path(document.storage_key)
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(content)
    assert services.altered(document)
    files.path(other.storage_key).unlink()
    assert services.missing_files() == [other.pk]
