"""Nothing lost, nothing twice: letters by e-mail to a real server that refuses, falls silent, hangs up, goes away and comes back."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence import dispatch, paper, services, smtp
from mediane.ground.correspondence.dispatch import deliver, sweep_orphans
from mediane.ground.correspondence.events import LetterDispatched, LetterFailed
from mediane.ground.correspondence.models import Letter, MailAttempt, Status
from mediane.ground.correspondence.storage import letters_store
from mediane.ground.correspondence.tests.kit import AT, BY_EMAIL, BY_POST, CODE, LINK, NO_ADDRESS, House, house
from mediane.ground.correspondence.tests.mailserver import MailServer
from mediane.ground.database.scope import as_system
from mediane.ground.jobs import run_waiting
from mediane.ground.journal.models import Entry
from mediane.ground.journal.services import open_case, verify_all
from mediane.kernel import events
from mediane.kernel.refusals import Refusal

LATER = AT + timedelta(hours=1)


def again(letter: Letter) -> Letter:
    letter.refresh_from_db()
    return letter


# ---- an ordinary day ------------------------------------------------------------------------------------------------------------


def test_a_letter_leaves_once_with_its_proof(body: House, mail: MailServer) -> None:
    letter = body.letter()
    with events.isolated() as heard:
        assert deliver(letter.pk, at=AT) == Status.SENT
        assert deliver(letter.pk, at=LATER) == Status.SENT
    again(letter)
    assert len(mail.messages) == 1
    attempt = MailAttempt.objects.get(letter=letter)
    assert (attempt.outcome, attempt.reply, attempt.number) == ("accepted", "250 2.0.0 taken as 1", 1)
    assert letter.dispatched_at == AT
    assert letter.proof == {
        "channel": "email", "at": AT.isoformat(), "sha256": letter.sent_sha256, "address": BY_EMAIL.email, "reply": "250 2.0.0 taken as 1",
        "message_id": f"<letter.{letter.uuid}@essai.example>", "attempt": 1,
    }  # fmt: skip
    assert [event.letter_id for event in heard if isinstance(event, LetterDispatched)] == [letter.pk]
    entry = Entry.objects.get(case=body.case, name="letter.sent")
    assert entry.facts == {
        "letter": letter.pk, "kind": "test_notice", "audience": "consumer", "cause": 1, "channel": "email", "sha256": letter.sent_sha256,
    }  # fmt: skip


def test_the_email_tells_nothing_and_leads_to_the_letter(body: House, mail: MailServer) -> None:
    letter = body.letter()
    deliver(letter.pk, at=AT)
    message = mail.messages[0]
    assert message["Subject"].strip() == "Un avis de Colis Horizon – dossier 2026-01847"
    assert message["From"] == "Médiation d’essai <ne-pas-repondre@essai.example>"
    assert message["Reply-To"] == "contact@essai.example"
    assert message["To"] == BY_EMAIL.email
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        text = part.get_content()
        assert LINK in text
        assert "2026-01847" in text
        for never in ("Morel", "Claire", "décembre", "4729", "CAPUCINES") + (
            ("Colis Horizon",) if kind == "plain" else ()
        ):
            assert never not in text
    html = message.get_body(("html",))
    assert html is not None
    assert "<img" not in html.get_content()


def test_secrets_are_blanked_in_what_is_kept(
    body: House, mail: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    letter = body.letter()
    deliver(letter.pk, at=AT)
    again(letter)
    sent = letter.pdf_key
    assert letters_store().exists(sent)
    with django_capture_on_commit_callbacks(execute=True):
        run_waiting()
    again(letter)
    assert letter.blanked_at is not None
    assert (letter.sent_sha256, letter.kept_sha256) == (sent, letter.pdf_key)
    assert letter.pdf_key != sent
    assert not letters_store().exists(sent)  # the unblanked file is gone, its digest remains
    row = str(list(Letter.objects.filter(pk=letter.pk).values()))
    for secret in ("4729", CODE, LINK, "Kx7Qd2Vb9"):
        assert secret not in row
    assert "Colis Horizon" in row


def test_a_certificate_leaves_with_its_letter_in_one_email(body: House, mail: MailServer) -> None:
    letter, certificate = body.letter(), body.letter(kind="test_certificate")
    run_waiting()
    assert len(mail.messages) == 1
    assert "Une pièce jointe accompagne la lettre." in mail.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (again(letter).status, again(certificate).status) == ("sent", "sent")
    assert certificate.proof["message_id"] == letter.proof["message_id"]
    assert certificate.kept_sha256 == certificate.sent_sha256  # nothing secret in it


def test_a_move_that_is_undone_leaves_no_letter(body: House, mail: MailServer) -> None:
    with transaction.atomic():
        body.letter()
        transaction.set_rollback(True)
    assert run_waiting() == 0
    assert not Letter.objects.exists()
    assert mail.messages == []


# ---- a server that says no ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["rcpt 550", "data 554"])
def test_a_refusal_for_good_goes_by_post(body: House, mail: MailServer, word: str) -> None:
    mail.says = [word]
    letter = body.letter()
    deliver(letter.pk, at=AT)
    deliver(letter.pk, at=LATER)
    again(letter)
    assert (letter.status, letter.channel, letter.fell_back) == ("ready", "post", True)
    assert letter.batch is not None
    assert word[5:] in letter.failure
    assert mail.talks == 1
    assert mail.messages == []
    assert Entry.objects.filter(case=body.case, name="letter.failed").exists()


def test_a_refusal_without_an_address_is_shown_to_someone(body: House, mail: MailServer) -> None:
    mail.says = ["rcpt 550"]
    letter = body.letter(NO_ADDRESS)
    with events.isolated() as heard:
        assert deliver(letter.pk, at=AT) == Status.FAILED
    assert [event.reason for event in heard if isinstance(event, LetterFailed)] == ["refused"]
    assert deliver(letter.pk, at=LATER) == Status.FAILED
    assert mail.talks == 1
    with pytest.raises(Refusal, match="missing:postal_address"):
        services.send_by_post(letter.pk, by=body.actor(), at=LATER)
    services.send_by_post(letter.pk, by=body.actor(), at=LATER, postal_lines=list(BY_POST.postal_lines))
    run_waiting()
    again(letter)
    assert (letter.status, letter.channel) == ("ready", "post")
    assert letter.batch is not None
    assert letter.paper["address"] == list(BY_POST.postal_lines)


def test_a_letter_readdressed_while_it_lies_in_the_open_batch_comes_back_with_its_new_pdf(body: House) -> None:
    letter = body.letter(BY_POST)
    run_waiting()
    before = again(letter)
    assert (before.status, before.batch_id is not None) == ("ready", True)
    former = before.pdf_key
    services.send_by_post(
        letter.pk, by=body.actor(), at=LATER, postal_lines=["Claire Morel", "2 rue Neuve", "59000 Lille"]
    )
    assert again(letter).batch_id is None
    run_waiting()
    after = again(letter)
    assert (after.status, after.batch_id) == ("ready", before.batch_id)
    assert after.pdf_key not in ("", former)


@pytest.mark.parametrize("word", ["rcpt 451", "data 451", "drop before"])
def test_not_now_is_tried_again_later(body: House, mail: MailServer, word: str) -> None:
    mail.says = [word]
    letter = body.letter()
    assert deliver(letter.pk, at=AT) == Status.READY
    again(letter)
    assert letter.next_attempt_at == AT + timedelta(minutes=1)
    assert deliver(letter.pk, at=AT + timedelta(seconds=30)) == Status.READY  # before its hour nothing happens
    assert mail.talks == 1
    assert deliver(letter.pk, at=LATER) == Status.SENT
    assert len(mail.messages) == 1
    assert [a.outcome for a in letter.attempts.order_by("number")] == ["deferred", "accepted"]
    assert len({a.message_id for a in letter.attempts.all()}) == 1


def test_a_server_away_for_a_day_loses_nothing(body: House, mail: MailServer) -> None:
    letters = [body.letter(seq=seq) for seq in range(1, 4)]
    mail.down()
    now = AT
    for _ in range(24):
        for letter in letters:
            assert deliver(letter.pk, at=now) == Status.READY
        now += timedelta(hours=1)
    assert now - AT == timedelta(days=1)
    assert 5 < again(letters[0]).attempts.count() < 20  # it waits longer and longer
    mail.up()
    now += timedelta(hours=5)
    assert [deliver(letter.pk, at=now) for letter in letters] == [Status.SENT] * 3
    assert len(mail.messages) == 3
    assert len({message["Message-ID"] for message in mail.messages}) == 3


def test_a_server_away_for_too_long_sends_it_by_post(body: House, mail: MailServer) -> None:
    mail.down()
    letter = body.letter()
    deliver(letter.pk, at=AT)
    deliver(letter.pk, at=AT + timedelta(days=4))
    assert again(letter).channel == "email"
    deliver(letter.pk, at=AT + timedelta(days=6))
    assert again(letter).channel == "post"


def test_a_corrected_address_has_the_whole_patience(body: House, mail: MailServer) -> None:
    mail.says = ["rcpt 550", "rcpt 451"]
    letter = body.letter(NO_ADDRESS)
    assert deliver(letter.pk, at=AT) == Status.FAILED
    after = AT + timedelta(days=6)
    services.retry(letter.pk, by=body.actor(), at=after, email="claire.morel@courriel.example")
    assert deliver(letter.pk, at=after) == Status.READY
    assert again(letter).next_attempt_at == after + timedelta(minutes=1)
    assert deliver(letter.pk, at=after + timedelta(hours=1)) == Status.SENT


def test_a_server_that_hangs_up_after_taking_it_has_taken_it(body: House, mail: MailServer) -> None:
    mail.says = ["hang up at quit"]
    letter = body.letter()
    assert deliver(letter.pk, at=AT) == Status.SENT
    assert len(mail.messages) == 1


# ---- in doubt -------------------------------------------------------------------------------------------------------------------


def in_doubt(body: House, mail: MailServer) -> Letter:
    mail.says = ["drop after"]
    letter = body.letter()
    assert deliver(letter.pk, at=AT) == Status.IN_DOUBT
    return again(letter)


def test_silence_after_the_message_is_a_doubt_that_the_machine_never_resolves(body: House, mail: MailServer) -> None:
    letter = in_doubt(body, mail)
    assert len(mail.messages) == 1  # it did arrive, and nobody here can know
    for hours in range(1, 200, 9):
        assert deliver(letter.pk, at=AT + timedelta(hours=hours)) == Status.IN_DOUBT
    assert dispatch.sweep(at=AT + timedelta(days=3)) == 0
    assert mail.talks == 1
    assert dispatch.chase_unopened(at=AT + timedelta(days=9)) == 0


def test_a_person_says_that_it_arrived(body: House, mail: MailServer) -> None:
    letter = in_doubt(body, mail)
    with pytest.raises(Refusal, match="not_allowed"):
        services.confirm_sent(letter.pk, by=body.actor(Role.AUDITOR), at=LATER)
    with pytest.raises(Refusal, match="not_found"):
        services.confirm_sent(letter.pk, by=house("autre").actor(), at=LATER)
    services.confirm_sent(letter.pk, by=body.actor(), at=LATER)
    again(letter)
    assert (letter.status, letter.dispatched_at, letter.proof["confirmed_by"]) == ("sent", AT, "Nadia Ferrand")
    assert Entry.objects.get(case=body.case, name="letter.sent").person_id == body.person.pk
    assert len(mail.messages) == 1


def test_a_person_says_that_it_did_not(body: House, mail: MailServer) -> None:
    letter = in_doubt(body, mail)
    services.retry(letter.pk, by=body.actor(), at=LATER)
    run_waiting()
    assert again(letter).status == "sent"
    assert len({message["Message-ID"] for message in mail.messages}) == 1
    with pytest.raises(Refusal, match="wrong_state"):
        services.retry(letter.pk, by=body.actor(), at=LATER)


class Killed(BaseException):
    """What no code catches: the process is gone."""


STEPS = {
    "before the PDF": (paper, "letter_pdf", "before"),
    "after the PDF, before it is kept": (paper, "letter_pdf", "after"),
    "after it is kept, before its row": (dispatch, "page_count", "before"),
    "before the e-mail is written": (dispatch, "compose_email", "before"),
    "before the talk": (smtp, "send", "before"),
    "after the server took it": (smtp, "send", "after"),
    "while its departure is written": (dispatch, "left", "before"),
    "while its departure is journaled": (dispatch, "journal_letter", "after"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_loses_nothing_and_sends_nothing_twice(
    fresh_database: Any, mail: MailServer, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Real commits: what the killed worker had committed is what the next one finds."""
    with as_system():
        letter = house().letter()
    module, name, when = STEPS[step]
    original = getattr(module, name)

    def killed(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            original(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, name, killed)
        with pytest.raises(Killed):
            deliver(letter.pk, at=AT)
    connection.close()  # with it goes the session's lock
    for hours in (1, 2, 30):
        status = deliver(letter.pk, at=AT + timedelta(hours=hours))
    talked = step in (
        "before the talk",
        "after the server took it",
        "while its departure is written",
        "while its departure is journaled",
    )
    with as_system():
        found = Letter.objects.get(pk=letter.pk)
        assert status == found.status
        if talked:  # an attempt began and nobody knows how it ended
            assert found.status == "in_doubt"
            assert [a.outcome for a in found.attempts.all()] == ["unknown"]
            assert len(mail.messages) == (0 if step == "before the talk" else 1)
        else:
            assert found.status == "sent"
            assert len(mail.messages) == 1


def test_two_workers_at_once_send_one_message(fresh_database: Any, mail: MailServer) -> None:
    with as_system():
        letter = house().letter()
    mail.hold = threading.Event()
    results: list[str] = []

    def work() -> None:
        try:
            results.append(deliver(letter.pk, at=AT))
        finally:
            connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert mail.reached.wait(10)
    assert deliver(letter.pk, at=AT) == Status.SENDING  # the other is alive: hands off, and no doubt
    mail.hold.set()
    first.join(10)
    assert results == [Status.SENT]
    assert len(mail.messages) == 1
    with as_system():
        assert Letter.objects.get().status == "sent"


def test_the_sweep_takes_up_what_a_lost_job_left(body: House, mail: MailServer) -> None:
    letter, other = body.letter(), body.letter(seq=2)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert run_waiting() == 0
    assert dispatch.sweep(at=AT + timedelta(minutes=5)) == 0
    assert dispatch.sweep(at=AT + timedelta(minutes=20)) == 2
    run_waiting()
    assert (again(letter).status, again(other).status) == ("sent", "sent")
    assert len(mail.messages) == 2
    assert dispatch.sweep(at=AT + timedelta(days=2)) == 0


def test_a_pdf_that_no_row_names_any_more_is_gone_a_day_later(body: House, mail: MailServer) -> None:
    """It holds the access code, and the destruction of the case would not find it."""
    mail.says = ["rcpt 550"]
    letter = body.letter(NO_ADDRESS)
    deliver(letter.pk, at=AT)
    former = again(letter).pdf_key
    services.send_by_post(letter.pk, by=body.actor(), at=LATER, postal_lines=list(BY_POST.postal_lines))
    run_waiting()
    kept = again(letter).pdf_key
    assert kept != former
    assert sweep_orphans() == 0  # bytes are there before the row that names them
    for key in (former, kept):
        os.utime(letters_store().path(key), (0, 0))
    assert sweep_orphans() == 1
    assert (letters_store().exists(former), letters_store().exists(kept)) == (False, True)


def test_a_disk_that_is_full_only_delays(body: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = body.letter()

    def full(*_: Any, **__: Any) -> Any:
        raise Refusal("storage_full")

    with monkeypatch.context() as patch:
        patch.setattr(type(letters_store()), "put", full)
        with pytest.raises(Refusal, match="storage_full"):
            deliver(letter.pk, at=AT)
    assert again(letter).status == "queued"
    assert deliver(letter.pk, at=LATER) == Status.SENT


# ---- afterwards -----------------------------------------------------------------------------------------------------------------


def test_a_dated_letter_that_nobody_opened_goes_by_post_too_once(body: House, mail: MailServer) -> None:
    opened, unopened, nowhere = body.letter(), body.letter(seq=2), body.letter(NO_ADDRESS, seq=3)
    run_waiting()
    for letter in (opened, unopened, nowhere):
        Letter.objects.filter(pk=letter.pk).update(dispatched_at=AT)
    services.open_letter(again(opened), by=Actor.requester(body.case.pk, body.organisation.pk), at=LATER)
    assert again(opened).opened_at == LATER
    assert dispatch.chase_unopened(at=AT + timedelta(days=4)) == 0
    assert dispatch.chase_unopened(at=AT + timedelta(days=6)) == 1
    assert dispatch.chase_unopened(at=AT + timedelta(days=7)) == 0
    run_waiting()
    copy = again(unopened).paper_copy
    assert (copy.channel, copy.status, copy.letter_date) == ("post", "ready", unopened.letter_date)
    assert copy.batch is not None
    assert "4729" not in str(copy.paper)
    assert len(mail.messages) == 3


def test_staff_reading_a_letter_does_not_count_as_the_partys(body: House, mail: MailServer) -> None:
    letter = body.letter()
    deliver(letter.pk, at=AT)
    assert services.open_letter(again(letter), by=body.actor(), at=LATER).startswith(b"%PDF")
    assert again(letter).opened_at is None


def test_a_bounce_sends_it_by_post(body: House, mail: MailServer) -> None:
    letter = body.letter()
    deliver(letter.pk, at=AT)
    message_id = mail.messages[0]["Message-ID"]
    assert services.record_bounce("<nothing@ours>", at=LATER, text="") is None
    for _ in range(2):
        services.record_bounce(message_id, at=LATER, text="550 no such user")
    assert again(letter).paper_copy.channel == "post"
    assert letter.proof["bounce"] == "550 no such user"
    other = body.letter(NO_ADDRESS, seq=2)
    run_waiting()
    services.record_bounce(f"<letter.{other.uuid}@essai.example>", at=LATER, text="550 no such user")
    assert again(other).status == "failed"


def test_a_letter_can_be_cancelled_until_it_leaves(body: House, mail: MailServer) -> None:
    letter = body.letter()
    with pytest.raises(Refusal, match="missing:reason"):
        services.cancel(letter.pk, by=body.actor(), at=AT, reason=" ")
    services.cancel(letter.pk, by=body.actor(), at=AT, reason="Erreur de destinataire")
    run_waiting()
    assert again(letter).status == "cancelled"
    assert "4729" not in str(letter.paper)
    assert mail.messages == []
    sent = body.letter(seq=2)
    deliver(sent.pk, at=AT)
    with pytest.raises(Refusal, match="wrong_state"):
        services.cancel(sent.pk, by=body.actor(), at=LATER, reason="Trop tard")


def test_what_cannot_be_made_is_shown(body: House, mail: MailServer) -> None:
    letter = body.letter()
    Letter.objects.filter(pk=letter.pk).update(paper={**letter.paper, "blocks": [{"t": "p"}]})
    assert deliver(letter.pk, at=AT) == Status.FAILED
    assert again(letter).failure
    assert mail.talks == 0


def test_forgetting_a_case_leaves_no_letter_and_no_file(
    body: House, mail: MailServer, django_capture_on_commit_callbacks: Any
) -> None:
    """Facts, bytes and talks with the server are gone; what left stays in the journal as a kind and a digest, and the chain verifies."""
    letter = body.letter()
    body.letter(kind="test_certificate")
    deliver(letter.pk, at=AT)
    sent = again(letter)
    assert sent.status == Status.SENT
    keys = {each.pdf_key for each in Letter.objects.all()}
    other = Letter.objects.create(
        case=open_case(body.organisation.pk, "essai"), organisation=body.organisation, kind=letter.kind, audience="consumer", title="x", subject="x",
        letter_date=letter.letter_date, cause_seq=1, dedup_key="other", channel="email", addressee="x", email="a@b.example", created_at=AT, pdf_key=min(keys),
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget(body.case.pk) == 2
    assert list(Letter.objects.values_list("pk", flat=True)) == [other.pk]
    assert not MailAttempt.objects.exists()
    assert letters_store().exists(min(keys))  # bytes that another case still holds
    assert not [key for key in keys - {min(keys)} if letters_store().exists(key)]
    kept = Entry.objects.get(case=body.case, name="letter.sent", facts__kind="test_notice")
    assert kept.facts["sha256"] == sent.sent_sha256
    assert "Morel" not in str(kept.facts)
    assert not verify_all().faults


def test_forgetting_is_undone_with_what_it_was_part_of(body: House, mail: MailServer) -> None:
    letter = body.letter()
    deliver(letter.pk, at=AT)
    with transaction.atomic():
        services.forget(body.case.pk)
        transaction.set_rollback(True)
    assert letters_store().exists(again(letter).pdf_key)


@pytest.mark.parametrize("status", ["sending", "printed"])
def test_nothing_is_forgotten_while_a_letter_is_on_its_way(body: House, status: str) -> None:
    Letter.objects.filter(pk=body.letter().pk).update(status=status, sent_sha256="0" * 64)
    with pytest.raises(Refusal) as refused:
        services.forget(body.case.pk)
    assert refused.value.code == "letters_waiting"


def test_addresses_of_both_channels_are_those_of_the_addressee(body: House, mail: MailServer) -> None:
    letter = body.letter(replace(BY_EMAIL, link_url="https://essai.example/s/AUTRE"))
    deliver(letter.pk, at=AT)
    assert "https://essai.example/s/AUTRE" in mail.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
