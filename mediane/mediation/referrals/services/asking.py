"""b8: what the office asks of a party, and how it is met. Every demand is a row with its date; the party's one observations clock follows the rows.

The clock of a party shows the nearest date that is still waited for; it stops when everything asked was answered, by the party on its page or by an
officer who records what came on paper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import ClockKind, Hand, slot
from mediane.ground.documents.models import Document
from mediane.ground.journal import services as journal
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.clock_words import INVITATION
from mediane.mediation.referrals.enums import Asked, Party, State
from mediane.mediation.referrals.letters.exchange import MOST_QUESTIONS
from mediane.mediation.referrals.models import Message, PieceRequest, Referral
from mediane.mediation.referrals.policy import party_of
from mediane.mediation.referrals.services.admissibility import Piece, matching
from mediane.mediation.referrals.services.turn import Turn, reach, set_worklist

OBSERVATIONS_OVER = "observations_over"
"""Why a clock of observations stopped when its day had passed: a party may still be heard, the mediation goes on."""
BASIS = "date fixée par la médiation"


def waiting(referral: Referral, party: str) -> list[PieceRequest]:
    """What was asked of this party in the exchange and is not answered, whether or not its date has passed."""
    return list(
        PieceRequest.objects.filter(
            referral=referral, asked_of=party, received_on__isnull=True, asked_on__gte=referral.notified_on or date.max
        ).order_by("due_on", "pk")
    )


def ask(turn: Turn, party: Party, rows: Iterable[PieceRequest], due_on: date) -> None:
    """Write the demands and let the party's clock follow. One made again is the same demand with a new date. The caller writes the letter."""
    open_ = {(row.kind, row.name, row.why): row for row in waiting(turn.referral, party)}
    for row in rows:
        known = open_.get((row.kind, row.name, row.why))
        if known:
            known.due_on = due_on
            known.save(update_fields=["due_on"])
        else:
            row.referral, row.asked_of, row.asked_on, row.due_on = turn.referral, party, turn.on, due_on
            row.save()
    follow(turn, party)


def follow(turn: Turn, party: Party) -> None:
    """The party's clock shows the nearest date still ahead. Everything answered, it stops; only late demands left, the day after its date ends it."""
    rows = waiting(turn.referral, party)
    if not rows:
        turn.stop(ClockKind.OBSERVATIONS, hand=party.value, reason="answered")
        return
    due = min((row.due_on for row in rows if row.due_on >= turn.on), default=None)
    running = turn.running.get(slot(ClockKind.OBSERVATIONS, party.value))
    if due is not None and (running is None or running.due_on != due):
        turn.start(ClockKind.OBSERVATIONS, hand=Hand(party.value), due_on=due, basis=BASIS, external=False)


@use_case
def observations_over(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """A date given for observations has passed: the mediation goes on with what the file holds, as the letter said. No move, no letter, no lateness; a
    later demand has the clock.

    Raises Refusal `too_early` on or before the date, `not_found` when nothing is waited for, `not_taken_up`.
    """
    case, referral = reach(referral_id, by)
    if referral.quiet:
        raise Refusal("not_taken_up")
    running, today = clocks.running(case.pk), paris_day(at)
    asked = [clock for clock in running.values() if clock.kind == ClockKind.OBSERVATIONS]
    if not asked:
        raise Refusal("not_found")
    if today <= min(clock.due_on for clock in asked):
        raise Refusal("too_early", due_on=min(clock.due_on for clock in asked))
    for clock in asked:
        if clock.due_on >= today:
            continue
        day_after = clock.due_on + timedelta(days=1)
        facts = {"asked_of": clock.hand, "due_on": str(clock.due_on)}
        entry = journal.record(case, "observations_over", by=by, at=at, on=day_after, facts=facts)
        clocks.stop(clock, on=clock.due_on, reason=OBSERVATIONS_OVER, seq=entry.seq)
        del running[clock.slot]
        later = min((row.due_on for row in waiting(referral, clock.hand) if row.due_on >= today), default=None)
        if later is not None:
            running[clock.slot] = clocks.start(
                case,
                ClockKind.OBSERVATIONS,
                on=day_after,
                seq=entry.seq,
                hand=clock.hand,
                basis=BASIS,
                mark="C",
                due_on=later,
                external=False,
                responsible_id=referral.assignee_id,
            )
    set_worklist(referral, running)
    referral.save(update_fields=["due_on", "due_kind", "hand"])
    return referral


def chosen(referral: Referral, party: Party | None, ids: Collection[int]) -> list[PieceRequest]:
    """The demands that a message says it answers, locked. Raises Refusal `not_found`, `already_met` (`on`)."""
    if not ids:
        return []
    rows = list(
        PieceRequest.objects.select_for_update()
        .filter(referral=referral, asked_of=party or "", pk__in=set(ids))
        .order_by("pk")
    )
    if len(rows) != len(set(ids)):
        raise Refusal("not_found")
    for row in rows:
        if row.received_on:
            raise Refusal("already_met", on=row.received_on)
    return rows


def meet(rows: Collection[PieceRequest], *, on: date, text: str, stored: list[Document]) -> None:
    """The party has answered these: with a piece, or saying in words what stands for it."""
    for row in rows:
        row.received_on = on
        row.document = matching(row, rows, stored) or (stored[0] if stored and len(rows) == 1 else None)
        row.note = "" if row.document else text
        row.save(update_fields=["received_on", "document", "note"])


@use_case
def ask_observations(
    referral_id: int, to: str, questions: list[str], due_on: date, *, by: Actor, at: datetime
) -> Referral:
    """One to five questions to one party, with a date; each party has its own letter, each question its own answer."""
    turn = Turn.open(referral_id, "exchange", by=by, at=at)
    party = Party(to)
    if party_of(by) is not None:
        raise Refusal("not_allowed")
    questions = [question.strip() for question in questions if question.strip()]
    turn.need("questions", questions)
    if len(questions) > MOST_QUESTIONS:
        raise Refusal("too_many", most=MOST_QUESTIONS)
    turn.need_later("due_on", due_on)
    _tell(turn, party, "\n".join(f"{n}. {q}" for n, q in enumerate(questions, 1)))
    turn.go()
    turn.record({"audience": party.value, "questions": len(questions), "due_on": due_on}, {"questions": questions})
    ask(turn, party, [PieceRequest(kind=Asked.QUESTION, why=question) for question in questions], due_on)
    turn.letter("observations_request", party, questions=questions, observations_due_on=due_on)
    return turn.close()


@use_case
def ask_pieces(referral_id: int, of: str, pieces: list[Piece], due_on: date, *, by: Actor, at: datetime) -> Referral:
    """Pieces asked of a party during the exchange, as questions of one letter; each stays open on the party's page until it is there."""
    turn = Turn.open(referral_id, "exchange", by=by, at=at)
    party = Party(of)
    if party_of(by) is not None:
        raise Refusal("not_allowed")
    turn.need("pieces", pieces)
    for piece in pieces:
        turn.need("reasons", piece.name.strip() and piece.why.strip())
    turn.need_later("due_on", due_on)
    turn.go()
    turn.record({"audience": party.value, "pieces": len(pieces), "due_on": due_on})
    rows = [
        PieceRequest(kind=Asked.PIECE, name=piece.name, why=piece.why, must_show=piece.must_show, purpose=piece.purpose)
        for piece in pieces
    ]
    ask(turn, party, rows, due_on)
    turn.letter(
        "observations_request",
        party,
        pieces=pieces,
        observations_due_on=due_on,
    )
    return turn.close()


def hear_both(turn: Turn) -> date:
    """Once the trader has entered: its position, its pieces and the solution it envisages are asked; the consumer is invited to add what it wishes. One
    date for both, said in the letter, on each page and by each clock. It is the office's own: the law fixes none.

    The invitation is a clock and no demand: a consumer who has nothing to add owes nothing, and nothing of it is ever late.
    """
    due = clocks.day_after(paris_day(turn.at), turn.rules.text("observations_period"))
    turn.start(ClockKind.OBSERVATIONS, hand=Hand.CONSUMER, due_on=due, basis=INVITATION, external=False)
    ask(turn, Party.TRADER, [PieceRequest(kind=Asked.POSITION)], due)  # the last one started: what a reminder is about
    return due


def ask_about_pieces(turn: Turn, party: Party, due_on: date) -> None:
    """What the party has to say on pieces of the other that were communicated to it."""
    ask(turn, party, [PieceRequest(kind=Asked.OBSERVATIONS)], due_on)


def _tell(turn: Turn, party: Party, text: str) -> Message:
    """The questions stand among the messages too, so that the exchange reads whole."""
    values: dict[str, Any] = {"person_id": turn.by.person_id, "author_name": turn.by.name, "text": text}
    return Message.objects.create(
        referral=turn.referral, audience=party.value, sent_at=turn.at, received_on=turn.on, **values
    )


def wants_of(referral: Referral, party: str) -> list[PieceRequest]:
    """For a party's page: what it is asked now. Outside the exchange nothing is."""
    return waiting(referral, party) if referral.state in (State.AWAITING_ENTRY, State.IN_MEDIATION) else []
