"""Receiving a case writes what must be written, reads what it must, and nothing twice (budget 9 of docs/performance.md)."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediane.ground.access.models import CaseKey
from mediane.ground.correspondence.models import Letter
from mediane.ground.documents.models import Document
from mediane.ground.documents.uploads import accept_file
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import admissibility, receiving
from mediane.mediation.referrals.tests import factories as f

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 23


def a_file(name: str) -> tuple[object, str, str]:
    return accept_file(name.encode(), filename=name), name, "other"


def test_a_case_is_received_in_few_statements_and_no_row_is_written_twice() -> None:
    w = f.world()
    f.received(w)
    with CaptureQueriesContext(connection) as told:
        referral = receiving.receive(
            w.body.pk, w.dispute(), by=w.officer.for_party("consumer"), at=f.AT, channel="web", submission_key=uuid.uuid4()
        )  # fmt: skip
    statements = [query["sql"] for query in told.captured_queries]
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statement[:120] for statement in statements)
    written = Counter(s.split('"')[1] for s in statements if s.startswith(('INSERT INTO "', 'UPDATE "')))
    assert written.pop("journal_case") == 2  # its chain's head moves with the first entry
    assert set(written.values()) == {1}
    assert written.keys() >= {"referrals_referral", "access_casekey", "correspondence_letter", "deadlines_clock"}
    referral.refresh_from_db()
    assert (referral.due_on, referral.due_kind, referral.hand) == (date(2026, 9, 22), "rejection", "mediation")
    assert Counter(CaseKey.objects.filter(case=referral.pk).values_list("kind", flat=True)) == {"link": 1, "code": 1}


def test_the_receipt_of_a_resubmission_lists_the_pieces_it_took_over() -> None:
    w = f.world()
    old = receiving.receive(
        w.body.pk, w.dispute(complaint_on=date(2026, 8, 1)), by=w.officer.for_party("consumer"), at=f.AT, channel="post", uploads=(a_file("contrat.txt"),)
    )  # fmt: skip
    admissibility.take_up(old.pk, by=w.officer, at=f.AT)
    admissibility.postpone(old.pk, date(2026, 10, 2), by=w.mediator, at=f.AT)
    new = receiving.resubmit(
        old.pk, "Toujours rien.", by=w.consumer(old), at=f.later(31), uploads=(a_file("relance.txt"),)
    )
    receipt = Letter.objects.get(case=new.pk, kind="referral_receipt")
    assert receipt.inputs["attachments"] == ["contrat.txt", "relance.txt"]
    assert list(Document.objects.filter(case=new.pk).order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Referral.objects.get(pk=new.pk).previous_id == old.pk
