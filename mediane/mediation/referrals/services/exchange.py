"""b8: messages and pieces, each with its audience; what one party filed reaches the other only by a decision with its trace (R. 612-3)."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Person
from mediane.ground.accounts.words import clean_text
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import ClockKind, Hand
from mediane.ground.documents import services as documents
from mediane.ground.documents.models import Document
from mediane.ground.journal import services as journal
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Audience, Party, State
from mediane.mediation.referrals.models import Message, MessageDocument, PartyContact, PieceRequest, Presence, Referral
from mediane.mediation.referrals.policy import check_audience, check_reach, party_of
from mediane.mediation.referrals.services.admissibility import Piece
from mediane.mediation.referrals.services.turn import Turn, set_worklist
from mediane.mediation.referrals.workflow import MEDIATING

OBSERVATIONS_OVER = "observations_over"
"""Why a clock of observations stopped: its date passed. A reminder with a new date may follow."""


@use_case
def write(
    referral_id: int,
    text: str,
    audience: str,
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    uploads: tuple[tuple[Any, str, str], ...] = (),
    channel: str = "web",
    confidential: bool = False,
    submission_key: uuid.UUID | None = None,
) -> Message:
    """A message with its pieces, for an audience; or a note (`office`, `mediator`), which is no exchange and can be written in any state.

    Outside the exchange (before notification, after the end) a party and the office may still write to each other; nothing then reaches the other party.
    The same `submission_key` gives the same message. Raises Refusal `missing:text`, `not_allowed`, `wrong_state`, `not_found`.
    """
    case = journal.lock_case(referral_id)
    referral = Referral.objects.get(pk=referral_id)
    check_reach(by, referral)
    check_audience(by, audience)
    if submission_key:
        known = Message.objects.filter(referral=referral, submission_key=submission_key).first()
        if known:
            return known
    text = clean_text(text)
    if not text and not uploads:
        raise Refusal("missing:text")
    if referral.state in MEDIATING and audience in (Audience.CONSUMER, Audience.TRADER, Audience.BOTH):
        turn = Turn.open(referral_id, "exchange", by=by, at=at, on=on, told=True)
        referral, case, day = turn.referral, turn.case, turn.on
    else:
        _outside_the_exchange(by, referral, audience)
        turn, day = None, on or paris_day(at)
        if day > paris_day(at):
            raise Refusal("in_future", on=day)
    party = party_of(by)
    name = _author_name(by, referral, party)
    message = Message.objects.create(
        referral=referral,
        audience=audience,
        author_party=party or "",
        person_id=by.person_id,
        author_name=name,
        text=text,
        confidential_asked=confidential,
        sent_at=at,
        received_on=day,
        channel=channel,
        submission_key=submission_key,
    )
    for upload, title, purpose in uploads:
        stored = documents.store_document(
            case=case,
            organisation_id=referral.body_id,
            upload=upload,
            title=title or upload.filename,
            author_party=party or ("mediator" if audience == Audience.MEDIATOR else "office"),
            author_name=name,
            audience=audience,
            purpose=purpose,
            by=by,
            at=at,
            received_on=day,
            person_id=by.person_id,
        )
        MessageDocument.objects.create(message=message, document=stored)
    facts = {"audience": audience, "pieces": len(uploads)}
    if turn:
        turn.go()
        turn.record(facts, {"text": text} if text else None)
        turn.close()
    else:
        journal.record(
            case,
            "note" if audience in (Audience.OFFICE, Audience.MEDIATOR) else "message",
            by=by,
            at=at,
            on=day,
            facts=facts,
            personal={"text": text},
        )
    return message


def _outside_the_exchange(by: Actor, referral: Referral, audience: str) -> None:
    """Which messages need no exchange: notes of the office, and a party's own correspondence with it."""
    if referral.state in (State.DRAFT, State.ARCHIVED, State.DESTROYED):
        raise Refusal("wrong_state", state=referral.state)
    if audience == Audience.BOTH or (audience == Audience.TRADER and referral.notified_on is None):
        raise Refusal("wrong_state", state=referral.state)
    if party_of(by) is None and not by.is_staff:
        raise Refusal("not_allowed")


def _author_name(by: Actor, referral: Referral, party: Party | None) -> str:
    """Who speaks, as readers see it: the consumer's name, the firm's, or the person of the office."""
    if party is Party.CONSUMER:
        return referral.consumer_name
    if party is Party.TRADER:
        return referral.trader.name if referral.trader else by.name
    return by.name


@use_case
def ask_observations(
    referral_id: int, to: str, questions: list[str], due_on: date, *, by: Actor, at: datetime
) -> Referral:
    """One to five questions to one party, with a date; each party has its own letter."""
    turn = Turn.open(referral_id, "exchange", by=by, at=at)
    party = Party(to)
    if party_of(by) is not None:
        raise Refusal("not_allowed")
    questions = [question.strip() for question in questions if question.strip()]
    turn.need("questions", questions)
    if len(questions) > 5:
        raise Refusal("too_many", most=5)
    if due_on <= turn.on:
        raise Refusal("date_not_after", due_on=turn.on)
    Message.objects.create(
        referral=turn.referral,
        audience=party.value,
        person_id=by.person_id,
        author_name=by.name,
        text="\n".join(f"{n}. {q}" for n, q in enumerate(questions, 1)),
        sent_at=at,
        received_on=turn.on,
    )
    turn.go()
    turn.record({"audience": party.value, "questions": len(questions), "due_on": due_on}, {"questions": questions})
    turn.start(
        ClockKind.OBSERVATIONS,
        hand=Hand(party.value),
        due_on=due_on,
        basis="date fixée par la médiation",
        external=False,
    )
    turn.letter("observations_request", party, questions=questions, observations_due_on=due_on)
    return turn.close()


@use_case
def observations_over(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """The date given for observations has passed: the mediation goes on with what the file holds, as the letter said. No move, no letter, no lateness.

    Raises Refusal `too_early` on or before the date, `not_found` when nothing is waited for, `not_taken_up`.
    """
    case = journal.lock_case(referral_id)
    referral = Referral.objects.get(pk=referral_id)
    check_reach(by, referral)
    if referral.quiet:
        raise Refusal("not_taken_up")
    running = clocks.running(case.pk)
    asked, today = running.pop(ClockKind.OBSERVATIONS, None), paris_day(at)
    if asked is None:
        raise Refusal("not_found")
    if today <= asked.due_on:
        raise Refusal("too_early", due_on=asked.due_on)
    day_after = asked.due_on + timedelta(days=1)
    entry = journal.record(
        case,
        "observations_over",
        by=by,
        at=at,
        on=day_after,
        facts={"asked_of": asked.hand, "due_on": str(asked.due_on)},
    )
    clocks.stop(asked, on=asked.due_on, reason=OBSERVATIONS_OVER, seq=entry.seq)
    set_worklist(referral, running)
    referral.save(update_fields=["due_on", "due_kind", "hand"])
    return referral


@use_case
def ask_pieces(referral_id: int, of: str, pieces: list[Piece], due_on: date, *, by: Actor, at: datetime) -> Referral:
    """Pieces asked of a party during the exchange, as questions of one letter; the list stays open on the party's page until each is there."""
    turn = Turn.open(referral_id, "exchange", by=by, at=at)
    party = Party(of)
    turn.need("pieces", pieces)
    for piece in pieces:
        turn.need("reasons", piece.name.strip() and piece.why.strip())
    PieceRequest.objects.bulk_create(
        PieceRequest(
            referral=turn.referral,
            asked_of=party,
            asked_on=turn.on,
            due_on=due_on,
            name=piece.name,
            why=piece.why,
            must_show=piece.must_show,
            purpose=piece.purpose,
        )
        for piece in pieces
    )
    turn.go()
    turn.record({"audience": party.value, "pieces": len(pieces), "due_on": due_on})
    turn.start(
        ClockKind.OBSERVATIONS,
        hand=Hand(party.value),
        due_on=due_on,
        basis="date fixée par la médiation",
        external=False,
    )
    turn.letter(
        "observations_request",
        party,
        questions=[f"Pouvez-vous m’envoyer la pièce suivante : {p.name} ? {p.why}".strip() for p in pieces],
        observations_due_on=due_on,
    )
    return turn.close()


@use_case
def transmit(
    referral_id: int,
    document_ids: list[int],
    to: str,
    *,
    by: Actor,
    at: datetime,
    on_request: bool = False,
    observations_due_on: date | None = None,
) -> Referral:
    """Communicate pieces of one party to the other, on its request or by the body's rule (R. 612-3), with a letter that lists them.

    Raises Refusal `not_found` for a piece of another case, `walled` for what the mediator keeps to himself.
    """
    turn = Turn.open(referral_id, "exchange", by=by, at=at)
    party = Party(to)
    if party_of(by) is not None:
        raise Refusal("not_allowed")
    rows = list(
        Document.objects.filter(case=turn.case, pk__in=document_ids, withdrawn_at__isnull=True).order_by(
            "author_party", "number"
        )
    )
    if len(rows) != len(set(document_ids)) or not rows:
        raise Refusal("not_found")
    if any(row.audience in (Audience.OFFICE, Audience.MEDIATOR) for row in rows):
        raise Refusal("walled")
    senders = {row.author_party for row in rows}
    if senders != {party.other.value}:
        raise Refusal("wrong_sender", party=party.value)
    shown = [documents.set_audience(row.pk, Audience.BOTH, by=by, at=at) for row in rows]
    turn.go()
    turn.record(
        {
            "to": turn.referral.state,
            "audience": party.value,
            "documents": [row.journal_facts() for row in shown],
            "on_request": on_request,
        }
    )
    due = observations_due_on or clocks.day_after(turn.on, turn.rules.text("observations_period"))
    turn.start(
        ClockKind.OBSERVATIONS, hand=Hand(party.value), due_on=due, basis="date fixée par la médiation", external=False
    )
    turn.letter("documents_transmitted", party, documents=shown, on_request=on_request, observations_due_on=due)
    return turn.close()


@use_case
def change_contact(referral_id: int, party: str, values: dict[str, Any], *, by: Actor, at: datetime) -> PartyContact:
    """How a party is reached: at any time, by itself or by the office for it. Letters already queued keep the address they were written to."""
    case = journal.lock_case(referral_id)
    referral = Referral.objects.get(pk=referral_id)
    check_reach(by, referral)
    own = party_of(by)
    if not (by.is_staff or own == party):
        raise Refusal("not_allowed")
    unknown = set(values) - {
        "email",
        "phone",
        "address",
        "postcode",
        "city",
        "country",
        "language",
        "on_paper",
        "large_print",
        "sms_agreed",
        "discreet",
        "transfer_consent",
    }
    if unknown:
        raise ValueError(f"not a way to be reached: {sorted(unknown)}")
    contact = PartyContact.objects.get(referral=referral, party=party)
    for name, value in values.items():
        setattr(contact, name, value)
    if (contact.on_paper or not contact.email) and not contact.address.strip():
        raise Refusal("missing:way_to_answer")
    contact.save(update_fields=list(values))
    journal.record(
        case,
        "change_contact",
        by=by,
        at=at,
        facts={"party": party, "fields": sorted(values)},
        personal={k: str(v) for k, v in values.items()},
    )
    return contact


@use_case
def note_presence(referral_id: int, *, by: Actor, at: datetime, writing: bool = False) -> list[Person]:
    """Say that this person has the case open, and return the colleagues seen there in the last two minutes."""
    Presence.objects.update_or_create(
        referral_id=referral_id, person_id=by.person_id or 0, defaults={"seen_at": at, "writing": writing}
    )
    others = Presence.objects.filter(referral_id=referral_id, seen_at__gte=at - timedelta(minutes=2)).exclude(
        person_id=by.person_id or 0
    )
    return [row.person for row in others.select_related("person")]
