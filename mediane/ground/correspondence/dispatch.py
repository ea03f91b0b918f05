"""From the row to the addressee, nothing lost and nothing twice (docs/adr/0032).

Each step is committed before the next begins: PDF on disk, then the row that names it; attempt row, then the talk with the server, then its outcome.
An attempt without an end is a letter in doubt. A session lock of PostgreSQL tells a worker that is alive from one that was killed: it goes with its
connection.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q
from django.template.loader import render_to_string
from django.utils.translation import override

from mediane.ground.accounts.actor import Actor
from mediane.ground.correspondence import paper, smtp
from mediane.ground.correspondence.events import LetterDispatched, LetterFailed
from mediane.ground.correspondence.limits import limits
from mediane.ground.correspondence.models import (
    COMPANION_NOT_MADE,
    INTERRUPTED,
    BatchStatus,
    Channel,
    Letter,
    MailAttempt,
    PrintBatch,
    Status,
)
from mediane.ground.correspondence.storage import letters_store
from mediane.ground.correspondence.typography import flat
from mediane.ground.database.scope import as_system
from mediane.ground.jobs import defer
from mediane.ground.journal import services as journal
from mediane.kernel.events import publish
from mediane.kernel.moments import paris_day

LOCKS = 0x4C45  # first half of the session locks of letters ("LE")


@contextmanager
def only_one(letter_id: int) -> Iterator[bool]:
    """Whether we are the only worker on this letter. The lock is the session's: it ends with us, however we end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, letter_id % 2**31))
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCKS, letter_id % 2**31))


def deliver(letter_id: int, *, at: datetime) -> str:
    """Take a letter as far as it goes now; run as often as one likes. Returns its status.

    A companion (certificate) only gets its PDF: it leaves with the letter it goes with.
    """
    with only_one(letter_id) as mine:
        if not mine:
            return Status.SENDING
        with as_system():
            letter = Letter.objects.filter(pk=letter_id).first()
            if letter is None:
                return ""
        if letter.status == Status.SENDING:
            return _doubt(letter_id, at)
        if letter.status not in (Status.QUEUED, Status.READY):
            return letter.status
        if not _made(letter, at):
            return Status.FAILED
        if letter.goes_with_id:
            return Status.READY
        with as_system():
            companions = list(letter.companions.filter(status=Status.QUEUED))
        if not all(_made(companion, at) for companion in companions):
            return _stop(letter_id, "not_rendered", COMPANION_NOT_MADE, at)
        if letter.channel == Channel.POST:
            return _into_batch(letter_id, at)
        return _by_email(letter_id, at)


# ---- the PDF --------------------------------------------------------------------------------------------------------------------


def _made(letter: Letter, at: datetime) -> bool:
    """Make the PDF if there is none yet: bytes on disk first, then the row. False when it cannot be made."""
    if letter.pdf_key:
        return True
    import typst

    try:
        content = paper.letter_pdf(letter.paper, at=letter.created_at)
    except typst.TypstError as error:
        _stop(letter.pk, "not_rendered", str(error), at)
        return False
    stored = letters_store().put(content)
    with as_system():
        row = Letter.objects.select_for_update().get(pk=letter.pk)
        if row.status == Status.QUEUED:
            row.pdf_key, row.pdf_size, row.pages = stored.key, stored.size, page_count(content)
            row.sent_sha256 = row.kept_sha256 = stored.key
            row.status = Status.READY
            row.save(update_fields=["pdf_key", "pdf_size", "pages", "sent_sha256", "kept_sha256", "status"])
        letter.refresh_from_db()
    return True


def page_count(content: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def blank_secrets(letter: Letter, *, at: datetime) -> None:
    """Blank what would let a reader of the kept copy act as the addressee; both digests are kept. In the caller's transaction."""
    letter.link_url = ""
    if paper.has_secrets(letter.paper):
        letter.paper = paper.without_secrets(letter.paper)
        for name in letter.letter_kind.secrets(letter.audience):
            if letter.inputs.get(name):
                letter.inputs[name] = ""
        former = letter.pdf_key
        if former:
            content = paper.letter_pdf(letter.paper, at=letter.created_at)
            stored = letters_store().put(content)
            letter.pdf_key, letter.pdf_size, letter.kept_sha256 = stored.key, stored.size, stored.key
            transaction.on_commit(lambda: letters_store().delete(former, older_than=0) and None)
    letter.blanked_at = at
    letter.save(update_fields=["link_url", "paper", "inputs", "pdf_key", "pdf_size", "kept_sha256", "blanked_at"])


# ---- on paper -------------------------------------------------------------------------------------------------------------------


def _into_batch(letter_id: int, at: datetime) -> str:
    """Put a letter and its companions into the open print batch of the day."""
    with as_system():
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        if letter.status != Status.READY or letter.batch_id:
            return letter.status
        batch = open_batch(letter.organisation_id, at)
        Letter.objects.filter(Q(pk=letter.pk) | Q(goes_with=letter, status=Status.READY)).update(
            batch=batch, next_attempt_at=None
        )
        return letter.status


def open_batch(organisation_id: int, at: datetime) -> PrintBatch:
    """The open batch of the day, made if there is none (a second one when the first is closed)."""
    day = paris_day(at)
    same_day = PrintBatch.objects.filter(organisation_id=organisation_id, day=day)
    # Locked, so that no letter slips into a batch that is being closed.
    batch = same_day.filter(status=BatchStatus.OPEN).select_for_update().first()
    if batch is None:
        number = (same_day.aggregate(last=Max("number"))["last"] or 0) + 1
        PrintBatch.objects.bulk_create(
            [PrintBatch(organisation_id=organisation_id, day=day, number=number)], ignore_conflicts=True
        )
        batch = same_day.filter(status=BatchStatus.OPEN).select_for_update().get()
    return batch


def copy_on_paper(letter: Letter, *, at: datetime) -> Letter:
    """A letter that went by e-mail goes by post too: bounced, or unopened. The same words, as kept. In the caller's transaction."""
    copy = Letter.objects.create(
        case_id=letter.case_id, organisation_id=letter.organisation_id, kind=letter.kind, audience=letter.audience, language=letter.language,
        title=letter.title, subject=letter.subject, letter_date=letter.letter_date, template_version=letter.template_version, cause_seq=letter.cause_seq,
        dedup_key=f"{letter.dedup_key}:paper", inputs=letter.inputs, statements=letter.statements, paper=letter.paper, channel=Channel.POST,
        addressee=letter.addressee, postal_lines=letter.postal_lines, copy_of=letter, fell_back=True, created_at=at,
    )  # fmt: skip
    _queue(copy.pk)
    return copy


# ---- by e-mail ------------------------------------------------------------------------------------------------------------------


def message_id_of(letter: Letter) -> str:
    """The same for every attempt, so that a server that already has the message can tell."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<letter.{letter.uuid}@{domain}>"


def compose_email(letter: Letter) -> EmailMultiAlternatives:
    """Subject, two sentences without personal detail, a button and the same address in text. The letter itself stays behind the link."""
    sender = letter.paper["body"]["name"]
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    reply_to = letter.paper["body"].get("reply_to", "")
    facts = {
        "letter": letter,
        "body": sender,
        "number": letter.paper["case_number"],
        "url": letter.link_url or settings.MEDIANE_URL,
        "companions": [companion.title for companion in letter.companions.all()],
        "language": letter.language,
        "reply_to": reply_to,
    }
    with override(letter.language):
        text = render_to_string("correspondence/mail.txt", facts)
        html = render_to_string("correspondence/mail.html", facts)
    message = EmailMultiAlternatives(
        subject=flat(letter.subject),  # no-break spaces mean nothing in a list of messages
        body=text,
        from_email=formataddr((sender, address)),
        to=[letter.email],
        reply_to=[reply_to] if reply_to else None,
        headers={
            "Message-ID": message_id_of(letter),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            "Content-Language": letter.language,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def _by_email(letter_id: int, at: datetime) -> str:
    """One attempt: its row is committed before the talk, its outcome after it."""
    with as_system():
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        if letter.status != Status.READY:
            return letter.status
        if letter.next_attempt_at and letter.next_attempt_at > at:
            return letter.status
        last = letter.attempts.aggregate(last=Max("number"))["last"] or 0
        message = compose_email(letter)
        attempt = MailAttempt.objects.create(
            letter=letter,
            organisation_id=letter.organisation_id,
            number=last + 1,
            message_id=message.extra_headers["Message-ID"],
            address=letter.email,
            started_at=at,
        )
        letter.status = Status.SENDING
        letter.save(update_fields=["status"])
    reply = smtp.send(message)
    with as_system():
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        attempt.finished_at, attempt.outcome, attempt.reply = max(at, attempt.started_at), reply.outcome, reply.text
        attempt.save(update_fields=["finished_at", "outcome", "reply"])
        match reply.outcome:
            case "accepted":
                left(
                    letter,
                    at=at,
                    proof={
                        "address": letter.email,
                        "reply": reply.text,
                        "message_id": attempt.message_id,
                        "attempt": attempt.number,
                    },
                )
            case "deferred":
                _later(letter, attempt, reply.text, at)
            case "refused":
                give_up_email(letter, "refused", reply.text, at)
            case "unknown":
                letter.status, letter.failure = Status.IN_DOUBT, reply.text[:300]
                letter.save(update_fields=["status", "failure"])
                _tell_failure(letter, "in_doubt", at)
        return letter.status


def _later(letter: Letter, attempt: MailAttempt, text: str, at: datetime) -> None:
    """The server surely has nothing: try again, for days; then by post."""
    # Counted for this address: one that a person corrected has all the patience that the wrong one had.
    there = letter.attempts.filter(address=attempt.address).aggregate(first=Min("started_at"), count=Count("pk"))
    if at - there["first"] > timedelta(days=limits().retry_days):
        give_up_email(letter, "server_away", text, at)
        return
    letter.status, letter.failure = Status.READY, text[:300]
    letter.next_attempt_at = at + limits().wait_after(there["count"])
    letter.save(update_fields=["status", "failure", "next_attempt_at"])
    _queue(letter.pk, letter.next_attempt_at)


def give_up_email(letter: Letter, reason: str, text: str, at: datetime) -> None:
    """By post where an address is known, else someone decides. Shown in either case."""
    if not letter.postal_lines:
        fail(letter, reason, text, at=at)
        return
    group = [letter, *letter.companions.select_for_update()]
    for each in group:
        each.channel, each.fell_back, each.status, each.failure, each.next_attempt_at = (
            Channel.POST,
            True,
            Status.READY,
            text[:300],
            None,
        )
        each.save(update_fields=["channel", "fell_back", "status", "failure", "next_attempt_at"])
    journal_letter(letter, "letter.failed", by=Actor.system(), at=at, reason=reason)
    _queue(letter.pk)


def fail(letter: Letter, reason: str, text: str, *, at: datetime) -> None:
    """Nothing more happens by itself: staff see it in their outbox. In the caller's transaction."""
    letter.status, letter.failure, letter.next_attempt_at = Status.FAILED, text[:300], None
    letter.save(update_fields=["status", "failure", "next_attempt_at"])
    _tell_failure(letter, reason, at)


def _stop(letter_id: int, reason: str, text: str, at: datetime) -> str:
    with as_system():
        fail(Letter.objects.select_for_update().get(pk=letter_id), reason, text, at=at)
    return Status.FAILED


def _doubt(letter_id: int, at: datetime) -> str:
    """We hold the letter's lock and its status says that somebody sends it: that worker is dead, and the server may have the message."""
    with as_system():
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        if letter.status != Status.SENDING:
            return letter.status
        letter.attempts.filter(finished_at=None).update(
            finished_at=at, outcome=MailAttempt.Outcome.UNKNOWN, reply="the worker ended during the talk"
        )
        letter.status, letter.failure = Status.IN_DOUBT, INTERRUPTED
        letter.save(update_fields=["status", "failure"])
        _tell_failure(letter, "in_doubt", at)
        return letter.status


# ---- afterwards -----------------------------------------------------------------------------------------------------------------


def left(
    letter: Letter, *, at: datetime, proof: dict[str, Any], by: Actor | None = None, recorded_at: datetime | None = None
) -> None:
    """It left the house, its companions with it: proof, journal, news. In the caller's transaction; its secrets are blanked by a job of its own,
    so that a full disk can never undo the record of what a server has accepted."""
    ids = []
    for each in (letter, *letter.companions.select_for_update().exclude(status__in=(Status.SENT, Status.CANCELLED))):
        each.status, each.dispatched_at, each.failure, each.next_attempt_at = (
            Status.SENT,
            at,
            each.failure if each.fell_back else "",
            None,
        )
        each.proof = {"channel": each.channel, "at": at.isoformat(), "sha256": each.sent_sha256, **proof}
        each.save(update_fields=["status", "dispatched_at", "failure", "next_attempt_at", "proof"])
        journal_letter(
            each,
            "letter.sent",
            by=by or Actor.system(),
            at=recorded_at or at,
            channel=each.channel,
            sha256=each.sent_sha256,
        )
        ids.append(each.pk)
        publish(
            LetterDispatched(
                letter_id=each.pk,
                case_id=each.case_id,
                organisation_id=each.organisation_id,
                kind=each.kind,
                audience=each.audience,
                channel=each.channel,
            )
        )
    from mediane.ground.correspondence.tasks import blank

    defer(blank, letter_ids=ids)


def blank_left(letter_ids: list[int], *, at: datetime) -> None:
    """Blank the secrets of letters that have left; letters already blanked are passed over."""
    for letter_id in letter_ids:
        with as_system():
            letter = (
                Letter.objects.select_for_update().filter(pk=letter_id, status=Status.SENT, blanked_at=None).first()
            )
            if letter is not None:
                blank_secrets(letter, at=at)


def _tell_failure(letter: Letter, reason: str, at: datetime) -> None:
    journal_letter(letter, "letter.failed", by=Actor.system(), at=at, reason=reason)
    publish(
        LetterFailed(
            letter_id=letter.pk,
            case_id=letter.case_id,
            organisation_id=letter.organisation_id,
            kind=letter.kind,
            audience=letter.audience,
            reason=reason,
        )
    )


def journal_letter(letter: Letter, name: str, *, by: Actor, at: datetime, **facts: Any) -> None:
    journal.record(
        journal.lock_case(letter.case_id), name, by=by, at=at,
        facts={"letter": letter.pk, "kind": letter.kind, "audience": letter.audience, "cause": letter.cause_seq, **facts},
    )  # fmt: skip


def _queue(letter_id: int, not_before: datetime | None = None) -> None:
    from mediane.ground.correspondence.tasks import deliver as job

    defer(job, letter_id=letter_id, _not_before=not_before)


def sweep(*, at: datetime) -> int:
    """Take up every letter that waits longer than its turn, whatever became of its job. Returns how many were queued."""
    stuck = at - timedelta(minutes=limits().stuck_minutes)
    with as_system():
        waiting = Letter.objects.filter(goes_with=None).filter(
            Q(status=Status.QUEUED, created_at__lt=stuck)
            | Q(status=Status.READY, batch=None, next_attempt_at=None, created_at__lt=stuck)
            | Q(status=Status.READY, batch=None, next_attempt_at__lt=stuck)
            | Q(status=Status.SENDING, attempts__started_at__lt=stuck, attempts__finished_at=None)
        )
        ids = list(waiting.order_by("pk").values_list("pk", flat=True).distinct())
        for letter_id in ids:
            _queue(letter_id)
        unblanked = list(
            Letter.objects.filter(status=Status.SENT, blanked_at=None, dispatched_at__lt=stuck).values_list(
                "pk", flat=True
            )[:500]
        )
        if unblanked:
            from mediane.ground.correspondence.tasks import blank

            defer(blank, letter_ids=unblanked)
    return len(ids)


def sweep_orphans() -> int:
    """Remove the PDFs that no row names: of a letter that got another address, was cancelled while its PDF was made, or whose transaction failed.

    They hold names and access codes, and the destruction of a case finds files by its rows alone. Number removed.
    """
    return letters_store().sweep(_named, older_than=limits().orphan_hours * 3600)


def _named(keys: Sequence[str]) -> set[str]:
    with as_system():
        return {
            key
            for model in (Letter, PrintBatch)
            for key in model.objects.filter(pdf_key__in=keys).exclude(pdf_key="").values_list("pdf_key", flat=True)
        }


def chase_unopened(*, at: datetime) -> int:
    """A dated letter sent by e-mail that nobody opened goes by post too, where an address is known [practice]. Returns how many."""
    before = at - timedelta(days=limits().unopened_days)
    made = 0
    with as_system():
        rows = Letter.objects.select_for_update(of=("self",)).filter(
            status=Status.SENT,
            channel=Channel.EMAIL,
            opened_at=None,
            dispatched_at__lt=before,
            dispatched_at__gt=before - timedelta(days=limits().unopened_days_at_most),
            paper_copy=None,
            goes_with=None,
        )
        rows = rows.exclude(postal_lines=[])
        for letter in rows.order_by("pk"):
            if letter.letter_kind.dated:
                copy_on_paper(letter, at=at)
                made += 1
    return made
