"""The desk's pages: the outbox, a letter with its proof, batches, texts. Few statements, no secret, one answer for unknown and forbidden."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import member, sign_in
from mediane.ground.correspondence.dispatch import deliver
from mediane.ground.correspondence.models import INTERRUPTED, Letter, LetterSettings, LetterTemplate, PrintBatch
from mediane.ground.correspondence.tests.kit import AT, BY_POST, NO_ADDRESS, House, house
from mediane.ground.correspondence.tests.mailserver import MailServer
from mediane.ground.correspondence.tests.test_services import TEXT, adopt
from mediane.ground.correspondence.typography import flat
from mediane.ground.jobs import run_waiting
from mediane.ground.journal.models import Entry

Open = Callable[..., Any]


@pytest.fixture
def desk(body: House) -> Callable[[Role], Client]:
    def signed_in(role: Role = Role.OFFICER, of: House = body) -> Client:
        client = Client()
        sign_in(client, member(of.organisation, role).person)
        return client

    return signed_in


@contextmanager
def statements_at_most(most: int) -> Iterator[None]:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        yield
    found = [q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(found) <= most, "\n".join(found)


def url(name: str, *args: Any) -> str:
    return reverse(f"correspondence:{name}", args=args)


# ---- the outbox -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [5, 50])
def test_the_outbox_takes_as_few_statements_for_50_rows_as_for_5(body: House, desk: Any, many: int) -> None:
    for seq in range(many):
        deliver(body.letter(BY_POST, seq=seq).pk, at=AT)
    client = desk()
    client.get(url("dispatches"))
    with statements_at_most(12):
        page = client.get(url("dispatches"))
    assert page.status_code == 200
    assert page.content.decode().count("Avis d’essai") == many
    assert "2026-01847" in page.content.decode()
    assert len(page.content) < 80_000


def test_the_outbox_opens_on_what_a_person_must_decide(body: House, desk: Any, mail: MailServer) -> None:
    body.letter(BY_POST, seq=1)
    mail.says = ["rcpt 550"]
    deliver(body.letter(NO_ADDRESS, seq=2).pk, at=AT)
    page = desk().get(url("dispatches")).content.decode()
    assert "Non partie" in page
    assert "550 said so" in page
    assert "À préparer" not in page
    assert desk().get(url("dispatches") + "?file=rien").status_code == 404


def test_older_letters_are_on_the_next_page(body: House, desk: Any) -> None:
    for seq in range(53):
        body.letter(BY_POST, seq=seq)
    client = desk()
    first = client.get(url("dispatches")).content.decode()
    further = re.search(r'href="([^"]*avant=[^"]*)"', first)
    assert further
    second = client.get(further[1].replace("&amp;", "&")).content.decode()
    assert second.count("/bureau/envois/lettres/") == 3
    for written in ("²", "9" * 5000):
        assert client.get(url("dispatches"), {"avant": written}).content.count(b"/bureau/envois/lettres/") == 50


# ---- one letter -----------------------------------------------------------------------------------------------------------------


def test_a_letters_page_shows_it_as_it_left_with_its_proof(body: House, desk: Any, mail: MailServer) -> None:
    letter, certificate = body.letter(), body.letter(kind="test_certificate")
    run_waiting()
    letter.refresh_from_db()
    client = desk()
    client.get(url("letter", letter.uuid))
    with statements_at_most(12):
        page = client.get(url("letter", letter.uuid)).content.decode()
    for shown in (
        letter.sent_sha256, letter.kept_sha256, "250 2.0.0 taken as 1", f"&lt;letter.{letter.uuid}@essai.example&gt;", "claire@courriel.example",
        "Acceptée par le serveur", "R. 1 du Code d’essai", certificate.title,
    ):  # fmt: skip
        assert shown in page
    assert "4729" not in page
    assert "/s/Kx7" not in page
    pdf = client.get(url("letter_pdf", letter.uuid))
    assert pdf["Content-Type"] == "application/pdf"
    assert b"".join(pdf.streaming_content if pdf.streaming else [pdf.content]).startswith(b"%PDF")
    assert "no-store" in pdf["Cache-Control"]


def test_before_it_left_no_screen_shows_the_code(body: House, desk: Any) -> None:
    letter = body.letter(BY_POST)
    page = desk().get(url("letter", letter.uuid)).content.decode()
    assert "Voici un avis" in page
    assert "4729" not in page
    assert "/s/Kx7" not in page


@pytest.mark.parametrize("name", ["letter", "letter_pdf"])
def test_unknown_and_forbidden_give_the_same_answer(body: House, desk: Any, name: str) -> None:
    theirs = house("autre").letter(BY_POST)
    run_waiting()
    client = desk()
    forbidden, unknown = client.get(url(name, theirs.uuid)), client.get(url(name, uuid.uuid4()))
    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.content == unknown.content
    administrator = desk(Role.ADMINISTRATOR)
    mine = body.letter(BY_POST)
    run_waiting()
    assert administrator.get(url(name, mine.uuid)).status_code == 404
    assert Client().get(url(name, mine.uuid)).status_code == 302


def test_a_person_decides_of_a_letter_in_doubt(body: House, desk: Any, mail: MailServer) -> None:
    mail.says = ["drop after"]
    letter = body.letter()
    deliver(letter.pk, at=AT)
    client = desk()
    page = client.get(url("letter", letter.uuid)).content.decode()
    assert "Elle n’est jamais renvoyée seule" in page
    Letter.objects.filter(pk=letter.pk).update(failure=INTERRUPTED)
    assert "L’envoi s’est interrompu" in client.get(url("dispatches")).content.decode()
    assert desk(Role.AUDITOR).post(url("letter_act", letter.uuid), {"act": "confirm"}).status_code == 404
    assert client.post(url("letter_act", letter.uuid), {"act": "nothing"}).status_code == 404
    answer = client.post(url("letter_act", letter.uuid), {"act": "confirm"}, follow=True)
    assert "La lettre est notée comme reçue." in answer.content.decode()
    letter.refresh_from_db()
    assert letter.status == "sent"
    again = client.post(url("letter_act", letter.uuid), {"act": "retry"}, follow=True)
    assert "a changé entre-temps" in again.content.decode()


def test_a_letter_without_address_is_posted_once_it_is_written(body: House, desk: Any, mail: MailServer) -> None:
    mail.says = ["rcpt 550"]
    letter = body.letter(NO_ADDRESS)
    deliver(letter.pk, at=AT)
    client, acts = desk(), url("letter_act", letter.uuid)
    refused = client.post(acts, {"act": "post", "postal_lines": "1\n2\n3\n4\n5\n6\n7"})
    assert "six lignes au plus" in refused.content.decode()
    client.post(
        acts, {"act": "post", "postal_lines": "Madame Claire Morel\r\n27 RUE DES CAPUCINES\r\n44998 BELLE-RIVE"}
    )
    run_waiting()
    letter.refresh_from_db()
    assert (letter.status, letter.channel, letter.postal_lines[-1]) == ("ready", "post", "44998 BELLE-RIVE")
    empty = client.post(acts, {"act": "cancel", "reason": ""}).content.decode()
    assert 'aria-invalid="true"' in empty
    client.post(acts, {"act": "cancel", "reason": "Doublon"})
    letter.refresh_from_db()
    assert letter.status == "cancelled"


def test_a_wrong_address_is_corrected_and_the_letter_leaves(body: House, desk: Any, mail: MailServer) -> None:
    mail.says = ["rcpt 550"]
    letter = body.letter(NO_ADDRESS)
    deliver(letter.pk, at=AT)
    client, acts = desk(), url("letter_act", letter.uuid)
    page = client.get(url("letter", letter.uuid)).content.decode()
    assert "Corrigez l’adresse et réessayez" in page
    refused = client.post(acts, {"act": "retry", "email": "pas une adresse"}).content.decode()
    assert 'aria-invalid="true"' in refused
    client.post(acts, {"act": "retry", "email": "claire.morel@courriel.example"})
    run_waiting()
    letter.refresh_from_db()
    assert (letter.status, letter.email) == ("sent", "claire.morel@courriel.example")
    assert [message["To"] for message in mail.messages] == ["claire.morel@courriel.example"]
    facts = Entry.objects.get(case=body.case, name="letter.retried").facts
    assert facts["corrected"] is True
    assert "claire.morel" not in str(facts)


def test_a_message_that_came_back_is_noted_and_the_post_takes_over_once(
    body: House, desk: Any, mail: MailServer
) -> None:
    letter = body.letter()
    deliver(letter.pk, at=AT)
    client, acts = desk(), url("letter_act", letter.uuid)
    assert "Le message est revenu" in client.get(url("letter", letter.uuid)).content.decode()
    assert desk(Role.AUDITOR).post(acts, {"act": "bounce", "said": "boîte pleine"}).status_code == 404
    assert 'aria-invalid="true"' in client.post(acts, {"act": "bounce", "said": ""}).content.decode()
    done = client.post(acts, {"act": "bounce", "said": "boîte pleine"}, follow=True).content.decode()
    assert "Le retour est noté" in done
    assert "boîte pleine" in done
    again = client.post(acts, {"act": "bounce", "said": "encore"}, follow=True).content.decode()
    assert "a changé entre-temps" in again
    letter.refresh_from_db()
    assert letter.paper_copy.channel == "post"
    assert Letter.objects.filter(copy_of=letter).count() == 1
    assert Entry.objects.filter(case=body.case, name="letter.bounced").count() == 1


# ---- batches --------------------------------------------------------------------------------------------------------------------


def test_a_batch_from_open_to_posted(body: House, desk: Any) -> None:
    for seq in range(3):
        deliver(body.letter(BY_POST, seq=seq).pk, at=AT)
    batch = PrintBatch.objects.get()
    client = desk()
    with statements_at_most(12):
        page = client.get(url("batch", batch.uuid)).content.decode()
    assert page.count("44998") == 0  # the list names people, not where they live
    assert page.count("Madame Claire Morel") == 3
    assert url("batch", batch.uuid) in client.get(url("dispatches")).content.decode()
    client.post(url("batch_act", batch.uuid), {"act": "close"})
    waiting = client.get(url("batch_pdf", batch.uuid), follow=True).content.decode()
    assert "en préparation" in waiting
    run_waiting()
    assert (
        client.get(url("batch_pdf", batch.uuid))["Content-Disposition"] == 'attachment; filename="lot-2026-11-23-1.pdf"'
    )
    early = client.post(
        url("batch_act", batch.uuid), {"act": "post", "posted_on": "2026-11-22"}, follow=True
    ).content.decode()
    assert "n’est pas posté avant" in early
    client.post(url("batch_act", batch.uuid), {"act": "post", "posted_on": "2026-11-23"})
    batch.refresh_from_db()
    assert batch.posted_on == date(2026, 11, 23)
    assert set(Letter.objects.values_list("status", flat=True)) == {"sent"}
    stranger = desk(Role.OFFICER, house("autre"))
    assert stranger.get(url("batch", batch.uuid)).status_code == 404
    assert stranger.post(url("batch_act", batch.uuid), {"act": "close"}).status_code == 404


# ---- texts ----------------------------------------------------------------------------------------------------------------------


def test_the_list_of_texts(body: House, desk: Any) -> None:
    adopt(body)
    client = desk(Role.DIRECTOR)
    client.get(url("templates"))
    with statements_at_most(12):
        page = client.get(url("templates")).content.decode()
    assert "version 1 de l’organisme" in page
    assert page.count("Attestation d’essai") == 2


def test_a_text_is_shown_with_its_statements(body: House, desk: Any) -> None:
    client = desk(Role.OFFICER)
    address = url("template", "test_notice", "consumer")
    client.get(address)
    with statements_at_most(12):
        page = client.get(address).content.decode()
    assert "<mark>Répondez au plus tard le </mark>" in page
    assert "Adapter ce texte" not in page  # an officer reads
    assert "C’est une nouvelle affaire." not in page
    assert "C’est une nouvelle affaire." in client.get(address + "?essai=1").content.decode()
    assert client.get(url("template", "test_notice", "nobody")).status_code == 404
    assert client.get(url("template", "nothing", "consumer")).status_code == 404
    assert client.post(address, {"text": TEXT, "effective_from": "2026-11-01", "save": "1"}).status_code == 404


def test_a_text_is_tried_saved_and_approved(body: House, desk: Any) -> None:
    client, address = desk(Role.DIRECTOR), url("template", "test_notice", "consumer")
    form = client.get(address + "?adapter=1").content.decode()
    assert "{{statement:by_hand}}" in form
    said = {"title": "", "subject": "", "effective_from": "2026-11-01"}
    broken = client.post(address, said | {"text": "Rien du tout.", "save": "1"}).content.decode()
    assert "Une mention obligatoire manque" in broken
    assert "R. 1 du Code d’essai" in broken
    assert "Rien du tout." in broken  # what was typed is kept
    unknown = client.post(address, said | {"text": TEXT + "{{salary}}", "save": "1"}).content.decode()
    assert "{{salary}} n’existe pas dans cette lettre" in unknown
    tried = flat(client.post(address, said | {"text": TEXT, "try": "1"}).content.decode())
    assert "Un autre avis" in tried
    assert not LetterTemplate.objects.exists()
    client.post(address, said | {"text": TEXT, "save": "1"})
    row = LetterTemplate.objects.get()
    assert not row.approved
    assert "à approuver" in client.get(address).content.decode()
    administrator = desk(Role.ADMINISTRATOR)
    assert administrator.get(address).status_code == 200
    administrator.post(url("version_act", row.pk), {"act": "approve"})
    row.refresh_from_db()
    assert not row.approved
    client.post(url("version_act", row.pk), {"act": "approve"})
    row.refresh_from_db()
    assert row.approved
    assert body.letter().plain_text.startswith("Un autre avis")
    assert desk(Role.DIRECTOR, house("autre")).post(url("version_act", row.pk), {"act": "end"}).status_code == 404
    client.post(url("version_act", row.pk), {"act": "end"})
    row.refresh_from_db()
    assert row.effective_to is not None


def test_the_letter_of_each_language_is_tried_and_the_one_that_fails_is_named(body: House, desk: Any) -> None:
    client, address = desk(Role.DIRECTOR), url("template", "test_notice", "consumer")
    said = {"title": "", "subject": "", "effective_from": "2026-11-01"}
    english = client.get(address + "?langue=en&adapter=1").content.decode()
    assert "This is a notice about {{firm}}." in english
    assert 'lang="en"' in english and "This is a notice about" in english  # the sheet says what it is written in
    lost = flat(client.post(address + "?langue=en", said | {"text": "Nothing at all.", "save": "1"}).content.decode())
    assert "Lettre en anglais : Une mention obligatoire manque" in lost
    assert "Lettre en français :" not in lost
    client.post(
        address + "?langue=en",
        said | {"text": "Another notice. {{statement:by_hand}} {{statement:only_new}}", "save": "1"},
    )
    row = LetterTemplate.objects.get()
    assert (row.language, row.text) == ("en", "Another notice. {{statement:by_hand}} {{statement:only_new}}\n")
    assert "à approuver" not in client.get(address).content.decode()  # the French letter has no version waiting
    # A variable that the product gave when the version was approved, and gives no more.
    english_text = LetterTemplate.objects.filter(pk=row.pk)
    english_text.update(text="Gone: {{gone}} {{statement:by_hand}} {{statement:only_new}}")
    assert client.post(url("version_act", row.pk), {"act": "approve"})["Location"].endswith("?langue=en")
    english_text.update(approved_at=AT, approved_by=body.person)
    tried = flat(client.post(address, said | {"text": TEXT, "try": "1"}).content.decode())
    assert "Lettre en anglais : {{gone}} n’existe pas dans cette lettre" in tried
    assert "Lettre en français :" not in tried


def test_an_english_letter_left_behind_is_said(body: House, desk: Any) -> None:
    adopt(body)
    client, address = desk(Role.DIRECTOR), url("template", "test_notice", "consumer")
    behind = "L’organisme a adapté la lettre française"
    assert behind in client.get(address + "?langue=en").content.decode()
    assert behind not in client.get(address).content.decode()


def test_a_statement_is_reworded_on_its_page(body: House, desk: Any) -> None:
    client, address = desk(Role.DIRECTOR), url("statement", "by_hand")
    assert "by_hand" in client.get(url("statements")).content.decode()
    page = client.get(address).content.decode()
    assert "La date est donnée." in page
    lost = client.post(address, {"sentence": "Répondez vite.", "effective_from": "2026-11-01"}).content.decode()
    assert "Gardez {{due_on}} dans la phrase" in lost
    client.post(address, {"sentence": "Répondez avant le {{due_on}}.", "effective_from": "2026-11-01"})
    row = LetterTemplate.objects.get(statement="by_hand")
    assert "Rédiger autrement" in client.get(address + "?langue=en").content.decode()
    client.post(url("version_act", row.pk), {"act": "approve"})
    assert "Répondez avant le" in body.letter().plain_text
    assert client.get(url("statement", "nothing")).status_code == 404


def test_choices_of_the_body(body: House, desk: Any) -> None:
    client = desk(Role.DIRECTOR)
    page = client.get(url("settings")).content.decode()
    assert "Une politesse facultative." in page
    client.post(url("settings"), {"names_other_party": "on"})
    own = LetterSettings.objects.get()
    assert "kindly" in own.omitted_statements
    assert (own.names_other_party, own.attach_data) == (True, False)
    assert desk(Role.OFFICER).post(url("settings"), {}).status_code == 404


def test_pages_are_for_the_desk(body: House) -> None:
    for name in ("dispatches", "templates", "statements", "settings"):
        assert Client().get(url(name)).status_code == 302
