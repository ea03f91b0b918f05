"""The print batch of the day: envelope by envelope, then posted, then blanked."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest

from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence import printing
from mediane.ground.correspondence.dispatch import deliver
from mediane.ground.correspondence.models import Letter, PrintBatch
from mediane.ground.correspondence.storage import letters_store
from mediane.ground.correspondence.tests.kit import AT, BY_POST, House, house
from mediane.ground.jobs import run_waiting
from mediane.ground.journal.models import Entry
from mediane.kernel.refusals import Refusal

DAY = date(2026, 11, 23)


def three(body: House) -> list[Letter]:
    letters = [
        body.letter(BY_POST, seq=1),
        body.letter(BY_POST, seq=1, kind="test_certificate"),
        body.letter(BY_POST, seq=2),
    ]
    for letter in letters:
        deliver(letter.pk, at=AT)
    for letter in letters:
        letter.refresh_from_db()
    return letters


def test_letters_of_a_day_lie_in_its_open_batch(body: House) -> None:
    letters = three(body)
    batch = PrintBatch.objects.get()
    assert (batch.day, batch.number, batch.status) == (DAY, 1, "open")
    assert {letter.batch_id for letter in letters} == {batch.pk}
    other = house("autre").letter(BY_POST)
    deliver(other.pk, at=AT)
    assert PrintBatch.objects.count() == 2


def test_closing_makes_one_pdf_each_letter_on_its_own_sheet(body: House) -> None:
    three(body)
    batch = PrintBatch.objects.get()
    printing.close_print_batch(batch.pk, by=body.actor(), at=AT)
    with pytest.raises(Refusal, match="not_ready"):
        printing.batch_pdf(batch)
    run_waiting()
    batch.refresh_from_db()
    pdf = printing.batch_pdf(batch)
    with pikepdf.open(io.BytesIO(pdf)) as merged:
        assert len(merged.pages) == 8  # the list and three letters of one page, each with a blank back
    document = pdfium.PdfDocument(pdf)
    texts = []
    for page in document:
        textpage = page.get_textpage()
        texts.append(textpage.get_text_bounded())
        textpage.close()
        page.close()
    document.close()
    assert "Courriers du 23 novembre 2026" in texts[0].replace("\u00a0", " ")
    assert "même enveloppe" in texts[0]
    assert "44998 BELLE-RIVE" in texts[0]
    assert [bool(text.strip()) for text in texts] == [True, False] * 4
    assert "Une attestation d’essai" in texts[4]  # behind the letter it goes with
    printing.build(batch.pk)  # again changes nothing
    assert printing.batch_pdf(PrintBatch.objects.get()) == pdf
    assert set(Letter.objects.values_list("status", flat=True)) == {"printed"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Madame Claire Morel", "27 RUE DES CAPUCINES", "44998 BELLE-RIVE"], "44998 BELLE-RIVE"),
        (["Ms Jane Doe", "1 High Street", "1050 BRUXELLES", "BELGIQUE"], "1050 BRUXELLES, BELGIQUE"),
        (["Madame Claire Morel", "Place de l’Église"], "adresse à vérifier"),
        (["Madame Claire Morel", "27 RUE DES CAPUCINES", "Belle-Rive", "FRANCE"], "adresse à vérifier"),
        (["Madame Claire Morel"], "adresse à vérifier"),
    ],
)
def test_the_list_of_envelopes_says_where_each_goes(lines: list[str], said: str) -> None:
    assert printing.whereto(lines) == said


def test_posting_dates_every_letter_and_blanks_it(body: House, django_capture_on_commit_callbacks: Any) -> None:
    letters = three(body)
    batch = PrintBatch.objects.get()
    with pytest.raises(Refusal, match="wrong_state"):
        printing.mark_posted(batch.pk, posted_on=DAY, by=body.actor(), at=AT)
    printing.close_print_batch(batch.pk, by=body.actor(), at=AT)
    run_waiting()
    key = PrintBatch.objects.get().pdf_key
    with pytest.raises(Refusal, match="before_closing"):
        printing.mark_posted(batch.pk, posted_on=DAY - timedelta(days=1), by=body.actor(), at=AT)
    with pytest.raises(Refusal, match="too_early"):
        printing.mark_posted(batch.pk, posted_on=DAY + timedelta(days=1), by=body.actor(), at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        printing.mark_posted(batch.pk, posted_on=DAY + timedelta(days=1), by=body.actor(), at=AT + timedelta(days=1))
        run_waiting()
    for letter in letters:
        letter.refresh_from_db()
        assert (letter.status, letter.dispatched_at) == ("sent", AT + timedelta(days=1))
        assert letter.proof["posted_on"] == "2026-11-24"
        assert letter.proof["address"] == list(BY_POST.postal_lines)
        assert "4729" not in str(letter.paper)
    assert Entry.objects.filter(case=body.case, name="letter.sent").count() == 3
    batch.refresh_from_db()
    assert (batch.status, batch.pdf_key) == ("posted", "")
    assert not letters_store().exists(key)
    with pytest.raises(Refusal, match="gone"):
        printing.batch_pdf(batch)


def test_a_letter_that_comes_later_waits_for_the_next_batch(body: House) -> None:
    three(body)
    printing.close_print_batch(PrintBatch.objects.get().pk, by=body.actor(), at=AT)
    late = body.letter(BY_POST, seq=9)
    deliver(late.pk, at=AT)
    late.refresh_from_db()
    assert late.batch is not None
    assert (late.batch.number, late.batch.status, late.status) == (2, "open", "ready")


def test_a_batch_closed_by_mistake_opens_again(body: House) -> None:
    three(body)
    batch = PrintBatch.objects.get()
    printing.close_print_batch(batch.pk, by=body.actor(), at=AT)
    run_waiting()
    opened = printing.reopen_batch(batch.pk, by=body.actor(), at=AT)
    assert set(Letter.objects.values_list("status", "batch")) == {("ready", opened.pk)}


def test_who_may_close_a_batch(body: House) -> None:
    three(body)
    batch = PrintBatch.objects.get()
    with pytest.raises(Refusal, match="not_allowed"):
        printing.close_print_batch(batch.pk, by=body.actor(Role.AUDITOR), at=AT)
    with pytest.raises(Refusal, match="not_found"):
        printing.close_print_batch(batch.pk, by=house("autre").actor(), at=AT)


def test_an_empty_batch_is_not_closed(body: House) -> None:
    letter = body.letter(BY_POST)
    deliver(letter.pk, at=AT)
    from mediane.ground.correspondence import services

    services.cancel(letter.pk, by=body.actor(), at=AT, reason="Erreur")
    with pytest.raises(Refusal, match="empty_batch"):
        printing.close_print_batch(PrintBatch.objects.get().pk, by=body.actor(), at=AT)
