"""Use cases: writing a letter, reading it, and what staff decide about its dispatch. The dispatch itself is in `dispatch.py` and `printing.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import transaction

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.correspondence import paper
from mediane.ground.correspondence.frames import Addressee, LetterContext, Party, Sender
from mediane.ground.correspondence.kinds import LetterKind, kind_of, languages_of
from mediane.ground.correspondence.models import Channel, Letter, Status
from mediane.ground.correspondence.rendering import BodyTexts, RenderedLetter, check_statements, render
from mediane.ground.correspondence.storage import letters_store
from mediane.ground.correspondence.texts import texts_in_force
from mediane.ground.database.scope import use_case
from mediane.ground.jobs import defer
from mediane.ground.journal.models import Case
from mediane.ground.organisations.models import Organisation
from mediane.kernel.moments import paris_day
from mediane.kernel.periods import Period
from mediane.kernel.refusals import Refusal


def _rendered(
    kind: LetterKind, organisation_id: int, audience: Party, addressee: Addressee, context: LetterContext, sender: Sender, day: date
) -> tuple[RenderedLetter, BodyTexts]:  # fmt: skip
    """The letter, checked, and what the body changed in it."""
    language = addressee.language if addressee.language in languages_of(kind) else "fr"
    texts = texts_in_force(organisation_id, kind, audience, language, day)
    rendered = render(
        kind, audience, context, sender, addressee_gender=addressee.gender, language=language, texts=texts
    )
    check_statements(rendered)
    return rendered, texts


@use_case
def preview(
    *, case: Case, organisation: Organisation, kind: str, audience: Party, addressee: Addressee, context: LetterContext, at: datetime, cause_seq: int = 0,
    sender: Sender, written_on: date | None = None,
) -> RenderedLetter:  # fmt: skip
    """The letter as `queue_letter` would write it, nothing written. Raises the same Refusals."""
    day = written_on or paris_day(at)
    rendered, _texts = _rendered(kind_of(kind), organisation.pk, audience, addressee, context, sender, day)
    return rendered


def queue_letter(
    *, case: Case, organisation: Organisation, kind: str, audience: Party, addressee: Addressee, context: LetterContext, at: datetime, cause_seq: int,
    sender: Sender, written_on: date | None = None, of_this_move: Sequence[Letter] = (),
) -> Letter:  # fmt: skip
    """Write a letter and queue its dispatch, in the use case of the move that causes it: its transaction, and the case's row that it holds locked.

    `of_this_move` are the letters that this move wrote before: one of them asked again is the same letter, and a certificate goes with its letter.

    The text is rendered and checked now, so a letter that lacks a mandatory statement refuses the move itself. Raises Refusal
    `missing:statement` (id, article, kind), `forbidden:text`, `template:…`.
    """
    letter_kind = kind_of(kind)
    day = written_on or paris_day(at)
    dedup_key = f"{case.pk}:{cause_seq}:{kind}:{audience}"
    for known in of_this_move:
        if known.dedup_key == dedup_key:
            return known
    rendered, texts = _rendered(letter_kind, organisation.pk, audience, addressee, context, sender, day)
    private = not letter_kind.content_free
    on_paper = paper.compose(
        rendered,
        sender=sender,
        addressee=addressee,
        written_on=day,
        case_number=context.case_number,
        follow_up_url=context.follow_up_url,
        layout=letter_kind.layout,
        private=private,
        verification_url=getattr(context, "verification_url", ""),
        attach=texts.attach_data,
        secret_link="follow_up_url" in letter_kind.secrets(audience),
    )
    letter = Letter(
        case=case,
        organisation=organisation,
        kind=kind,
        audience=audience,
        language=rendered.language,
        title=rendered.title,
        subject=rendered.subject,
        letter_date=day,
        template_version=rendered.version,
        cause_seq=cause_seq,
        dedup_key=dedup_key,
        inputs=as_json(context),
        statements=[
            {"id": r.id, "article": r.article, "mark": r.mark, "sentence": r.sentence} for r in rendered.required
        ],
        paper=on_paper,
        channel=addressee.channel,
        addressee=addressee.name,
        postal_lines=list(addressee.postal_lines),
        email=addressee.email,
        link_url=addressee.link_url or (context.follow_up_url if private else ""),
        created_at=at,
    )
    _write_together(letter, letter_kind, [other for other in of_this_move if other.audience == audience])
    from mediane.ground.correspondence.tasks import deliver

    defer(deliver, letter_id=letter.pk)
    return letter


def _write_together(letter: Letter, kind: LetterKind, others: Sequence[Letter]) -> None:
    """Write it beside the others of its move to the same party. A certificate travels with its letter, whichever was written first: one envelope, one
    e-mail."""
    alone = [other for other in others if other.goes_with_id is None]
    content_free = [other for other in alone if kind_of(other.kind).content_free]
    if kind.content_free:
        letter.goes_with = next((other for other in alone if other not in content_free), None)
    letter.save(force_insert=True)
    if not kind.content_free:
        for other in content_free:
            other.goes_with = letter
            other.save(update_fields=["goes_with"])


def as_json(thing: Any) -> Any:
    """A context as JSON: days ISO, money with a point, periods as written (`2m`), words of enums."""
    if is_dataclass(thing) and not isinstance(thing, type | Period):
        return {f.name: as_json(getattr(thing, f.name)) for f in fields(thing)}
    if isinstance(thing, list | tuple):
        return [as_json(item) for item in thing]
    if isinstance(thing, Enum):
        return as_json(thing.value)
    if isinstance(thing, date):
        return thing.isoformat()
    return str(thing) if isinstance(thing, Decimal | Period) else thing


def open_letter(letter: Letter, *, by: Actor, at: datetime) -> bytes:
    """The PDF of a letter that `by` may see (the caller found it through `visible_to`). A party's first reading is recorded.

    Raises Refusal `not_found` while there is no PDF, or when its bytes are missing.
    """
    if not letter.pdf_key:
        raise Refusal("not_found")
    try:
        content = letters_store().get(letter.pdf_key)
    except FileNotFoundError:
        raise Refusal("not_found") from None
    if not by.is_staff and not by.is_system:
        record_opening(letter.pk, at=at)
    return content


@use_case
def record_opening(letter_id: int, *, at: datetime) -> None:
    """The addressee read it; only the first time counts. Companions of the same envelope count as read with it."""
    Letter.objects.filter(pk=letter_id, opened_at=None).update(opened_at=at)


# ---- what staff decide ----------------------------------------------------------------------------------------------------------


def _decidable(letter_id: int, by: Actor, *statuses: str) -> Letter:
    letter = Letter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None or not (by.is_system or by.organisation_id == letter.organisation_id):
        raise Refusal("not_found")
    if not (by.is_system or by.may(Permission.SEND_LETTERS)):
        raise Refusal("not_allowed")
    if letter.status not in statuses or letter.goes_with_id:
        raise Refusal("wrong_state", status=letter.status)
    return letter


@use_case
def retry(letter_id: int, *, by: Actor, at: datetime, email: str = "") -> Letter:
    """Send a letter again that failed, or that the person knows did not arrive (in doubt). Same Message-ID: a server that has it keeps one.

    `email` corrects the address of this letter (the contact of the case is corrected on its own page).
    """
    letter = _decidable(letter_id, by, Status.FAILED, Status.IN_DOUBT)
    corrected = bool(email.strip()) and email.strip() != letter.email
    if corrected:
        letter.email = email.strip()
    letter.status, letter.failure, letter.next_attempt_at = (
        (Status.READY if letter.pdf_key else Status.QUEUED),
        "",
        None,
    )
    letter.save(update_fields=["status", "failure", "next_attempt_at", "email"])
    _journal(letter, "letter.retried", by, at, corrected=corrected)
    from mediane.ground.correspondence.tasks import deliver

    defer(deliver, letter_id=letter.pk)
    return letter


@use_case
def confirm_sent(letter_id: int, *, by: Actor, at: datetime) -> Letter:
    """In doubt, and a person found that it arrived (the server's log, the addressee): dated from the attempt, with who said so."""
    from mediane.ground.correspondence.dispatch import left

    letter = _decidable(letter_id, by, Status.IN_DOUBT)
    attempt = letter.attempts.order_by("-number").first()
    assert attempt is not None  # noqa: S101 — nothing comes in doubt without an attempt
    left(
        letter,
        at=attempt.started_at,
        by=by,
        recorded_at=at,
        proof={"confirmed_by": by.name, "message_id": attempt.message_id, "address": attempt.address},
    )
    return letter


@use_case
def send_by_post(letter_id: int, *, by: Actor, at: datetime, postal_lines: list[str] | None = None) -> Letter:
    """Give up the e-mail and print instead, or print for another address. `postal_lines` when the case held none. Raises Refusal `missing:postal_address`.

    One that lies in the open batch leaves it, to come back with its PDF made anew: what is printed is what was counted.
    """
    letter = _decidable(letter_id, by, Status.FAILED, Status.IN_DOUBT, Status.READY, Status.QUEUED)
    lines = [line.strip() for line in (postal_lines or letter.postal_lines) if line.strip()]
    if not lines:
        raise Refusal("missing:postal_address")
    group = [letter, *letter.companions.select_for_update()]
    for each in group:
        if lines != each.postal_lines:  # the window shows the address the letter goes to: its PDF is made anew
            each.postal_lines, each.pdf_key, each.sent_sha256 = lines, "", ""
            each.paper = {**each.paper, "address": lines}
        each.channel, each.fell_back, each.batch = Channel.POST, True, None
        each.status, each.failure, each.next_attempt_at = (Status.READY if each.pdf_key else Status.QUEUED), "", None
        each.save()
    _journal(letter, "letter.by_post", by, at)
    from mediane.ground.correspondence.tasks import deliver

    defer(deliver, letter_id=letter.pk)
    return letter


@use_case
def cancel(letter_id: int, *, by: Actor, at: datetime, reason: str) -> Letter:
    """Keep a letter from leaving, with the reason. Not once it left, nor while it may have. Raises Refusal `missing:reason`, `wrong_state`."""
    letter = _decidable(letter_id, by, Status.QUEUED, Status.READY, Status.FAILED)
    if not reason.strip():
        raise Refusal("missing:reason")
    from mediane.ground.correspondence.dispatch import blank_secrets

    for each in (letter, *letter.companions.select_for_update()):
        each.status, each.batch, each.next_attempt_at, each.failure = Status.CANCELLED, None, None, reason.strip()[:300]
        each.save(update_fields=["status", "batch", "next_attempt_at", "failure"])
        blank_secrets(each, at=at)
    _journal(letter, "letter.cancelled", by, at, reason=True)
    return letter


@use_case
def record_bounce(message_id: str, *, at: datetime, text: str) -> Letter | None:
    """A delivery failure came back for this Message-ID: the letter goes by post where an address is known, else someone decides. None: not ours."""
    from mediane.ground.correspondence.models import MailAttempt

    attempt = MailAttempt.objects.filter(message_id=message_id.strip()).order_by("-number").first()
    if attempt is None:
        return None
    letter = Letter.objects.select_for_update().get(pk=attempt.letter_id)
    if may_have_bounced(letter):
        _bounced(letter, at, text)
    return letter


@use_case
def report_bounce(letter_id: int, *, by: Actor, at: datetime, text: str) -> Letter:
    """A person read in the office's mailbox that the message came back. Raises Refusal `wrong_state`, `missing:reason`."""
    letter = _decidable(letter_id, by, Status.SENT)
    if not may_have_bounced(letter):
        raise Refusal("wrong_state", status=letter.status)
    if not text.strip():
        raise Refusal("missing:reason")
    _journal(letter, "letter.bounced", by, at)
    _bounced(letter, at, text.strip())
    return letter


def may_have_bounced(letter: Letter) -> bool:
    """It left by e-mail, and no paper follows it yet."""
    return letter.status == Status.SENT and letter.channel == Channel.EMAIL and not hasattr(letter, "paper_copy")


def _bounced(letter: Letter, at: datetime, text: str) -> None:
    from mediane.ground.correspondence.dispatch import copy_on_paper, fail

    letter.proof = {**letter.proof, "bounced_at": at.isoformat(), "bounce": text[:300]}
    letter.save(update_fields=["proof"])
    if letter.postal_lines:
        copy_on_paper(letter, at=at)
    else:
        fail(letter, "refused", text, at=at)


def _journal(letter: Letter, name: str, by: Actor, at: datetime, **facts: Any) -> None:
    from mediane.ground.correspondence.dispatch import journal_letter

    journal_letter(letter, name, by=by, at=at, **facts)


@use_case
def forget(case_id: int) -> int:
    """Destruction of a case: its letters with their facts, their PDFs, what was said with the mail server. Returns how many letters.

    What left stays in the journal as a kind, a day and a digest, so that a PDF shown later can be told from a forgery. A batch of the case's time keeps
    its figures. Raises Refusal `letters_waiting` while a server may be taking one or one lies printed: nobody forgets what is on its way.
    """
    letters = Letter.objects.filter(case_id=case_id)
    waiting = letters.filter(status__in=(Status.SENDING, Status.PRINTED)).count()
    if waiting:
        raise Refusal("letters_waiting", letters=waiting)
    keys = {key for key in letters.values_list("pdf_key", flat=True) if key}
    letters.update(goes_with=None, copy_of=None)
    count = letters.count()
    letters.delete()
    keys -= set(Letter.objects.filter(pdf_key__in=keys).values_list("pdf_key", flat=True))  # the same bytes, elsewhere
    # Undone, nothing is lost; done, nothing is left.
    transaction.on_commit(lambda: [letters_store().delete(key, older_than=0) for key in keys] and None)
    return count
