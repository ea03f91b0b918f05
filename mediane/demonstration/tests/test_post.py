"""The demonstration's letters left when they were written: a stranger opens a case of spring and reads that its letter left in spring."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mediane.demonstration.post import leave
from mediane.ground.correspondence.models import Letter, MailAttempt, PrintBatch
from mediane.ground.correspondence.storage import letters_store
from mediane.ground.correspondence.tests.kit import AT, BY_POST, CODE, House
from mediane.ground.correspondence.tests.mailserver import MailServer
from mediane.ground.journal.models import Entry
from mediane.ground.journal.services import verify_all

pytestmark = pytest.mark.django_db


def test_a_letter_of_long_ago_left_then_and_talks_to_nobody(body: House, mail: MailServer) -> None:
    letter = body.letter()
    body.letter(kind="test_certificate")
    leave(body.case.pk, now=AT + timedelta(days=60))
    letter.refresh_from_db()
    assert (letter.status, letter.dispatched_at) == ("sent", AT + timedelta(minutes=2))
    assert letters_store().exists(letter.pdf_key)
    assert CODE not in str(letter.paper) + str(letter.inputs)
    assert letter.link_url == ""
    assert mail.talks == 0
    assert set(Letter.objects.values_list("status", flat=True)) == {"sent"}
    assert {entry.at for entry in Entry.objects.filter(case=body.case, name="letter.sent")} == {letter.dispatched_at}
    assert not verify_all().faults


def test_a_letter_of_last_week_lies_in_the_mailbox_and_keeps_its_day(body: House, mail: MailServer) -> None:
    letter = body.letter()
    leave(body.case.pk, now=AT + timedelta(days=9))
    letter.refresh_from_db()
    assert (letter.status, letter.dispatched_at) == ("sent", AT + timedelta(minutes=2))
    assert len(mail.messages) == 1
    assert MailAttempt.objects.get().outcome == "accepted"


@pytest.mark.parametrize("days", [9, 60])
def test_paper_was_posted_on_its_day(body: House, mail: MailServer, days: int) -> None:
    letter = body.letter(BY_POST)
    leave(body.case.pk, now=AT + timedelta(days=days))
    letter.refresh_from_db()
    assert (letter.status, letter.proof["posted_on"]) == ("sent", "2026-11-23")
    assert not PrintBatch.objects.exclude(status="posted").exists()


def test_letters_of_the_last_days_are_left_to_the_worker(body: House, mail: Any) -> None:
    letter = body.letter()
    leave(body.case.pk, now=AT + timedelta(days=1))
    letter.refresh_from_db()
    assert letter.status == "queued"
