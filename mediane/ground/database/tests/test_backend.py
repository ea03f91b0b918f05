"""Which statements are prepared, and that nothing else changed: values, errors, what logs and tests read."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from mediane.ground.database.backend.base import MOST_VALUES, writes_one_row
from mediane.ground.database.scope import as_system
from mediane.ground.journal.models import Case
from mediane.ground.journal.services import open_case
from mediane.ground.organisations.models import Organisation, OrganisationKind

pytestmark = pytest.mark.django_db


def prepared(beginning: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [beginning + "%"])
        return int(cursor.fetchone()[0])


def organisation(slug: str) -> Organisation:
    return Organisation.objects.create(kind=OrganisationKind.MEDIATION_BODY, slug=slug, name="L’été, 100 % d’essai")


def test_a_row_is_written_prepared_and_read_back_as_it_was() -> None:
    with as_system():
        case = open_case(organisation("un").pk, "referral")
        case.head = bytes(range(32))
        case.save(update_fields=["head"])
        case.refresh_from_db()
    assert bytes(case.head) == bytes(range(32))
    assert prepared('INSERT INTO "journal_case"') >= 1
    assert prepared('UPDATE "journal_case" SET "head"') == 1
    assert prepared('SELECT "journal_case"') == 0


def test_the_same_statement_is_planned_once_for_many_rows() -> None:
    with as_system():
        where = organisation("deux").pk
        open_case(where, "referral")
        before = prepared('INSERT INTO "journal_case"')
        for _ in range(20):
            open_case(where, "referral")
    assert prepared('INSERT INTO "journal_case"') == before


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('INSERT INTO "a" ("b") VALUES (%s) RETURNING "a"."id"', True),
        ('UPDATE "a" SET "b" = %s WHERE "a"."id" = %s', True),
        ('INSERT INTO "a" ("b") SELECT %s', False),
        ('UPDATE "a" SET "b" = ("a"."b" + %s) WHERE "a"."id" = %s', False),
        ('UPDATE "a" SET "b" = %s WHERE "a"."state" IN (%s, %s)', False),
        ('SELECT "a"."b" FROM "a" WHERE "a"."id" = %s', False),
        ("INSERT INTO a (b) VALUES (%s)", False),
        (b'INSERT INTO "a" ("b") VALUES (%s)', False),
    ],
)
def test_only_single_rows_are(statement: object, expected: bool) -> None:
    assert writes_one_row(statement) is expected


def test_a_batch_and_a_computed_value_work_as_before() -> None:
    with as_system():
        where = organisation("trois").pk
        count = MOST_VALUES  # six values a row
        Case.objects.bulk_create(Case(organisation_id=where, kind="referral") for _ in range(count))
        Case.objects.filter(organisation=where).update(length=F("length") + 3)
        assert list(Case.objects.filter(organisation=where).values_list("length", flat=True)) == [3] * count


def test_a_refused_row_is_django_s_own_error_and_the_next_one_is_written() -> None:
    organisation("quatre")
    with pytest.raises(IntegrityError), transaction.atomic():
        organisation("quatre")
    assert organisation("cinq").pk


def test_statements_are_told_with_their_values() -> None:
    with CaptureQueriesContext(connection) as told:
        organisation("six")
    assert "'L’été, 100 % d’essai'" in told.captured_queries[-1]["sql"]
