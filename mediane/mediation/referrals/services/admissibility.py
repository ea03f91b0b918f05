"""b2–b4: what the office decides before anybody tells the trader. Facts are computed, the decision is a person's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import STAFF_ROLES
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import ClockKind, Hand
from mediane.ground.documents.models import Document
from mediane.ground.journal import services as journal
from mediane.ground.rulesets.services import Rules
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals import rules
from mediane.mediation.referrals.enums import Decision, Ground, Party, State
from mediane.mediation.referrals.models import PieceRequest, Referral
from mediane.mediation.referrals.policy import check_works
from mediane.mediation.referrals.services.details import SECOND_LEVEL_MISSING, check_detail
from mediane.mediation.referrals.services.receiving import add_document, pieces_filed, warnings
from mediane.mediation.referrals.services.turn import Turn, check_no_conflict, reach, set_worklist
from mediane.mediation.referrals.workflow import BEFORE_DECISION
from mediane.mediation.schemes.models import OtherMediator, Subject
from mediane.mediation.traders.models import BusinessLine, Trader


def facts_of(referral: Referral) -> rules.Facts:
    """The dated facts of a referral as the pure rules read them."""
    return rules.Facts(
        id=referral.pk,
        received_on=referral.received_on,
        requester_kind=referral.requester_kind or None,
        trader_in_scope=referral.trader_in_scope,
        complaint_on=referral.complaint_on,
        complaint_written=referral.complaint_written,
        complaint_proof=referral.complaint_proof,
        answered_on=referral.answered_on,
        answer=referral.answer or None,
        level2_on=referral.level2_on,
        level2_answered_on=referral.level2_answered_on,
        other_mediator=referral.other_mediator,
        court=referral.court,
        manifestly_unfounded=referral.manifestly_unfounded,
        notified_on=referral.notified_on,
    )


def assess(referral: Referral) -> rules.Assessment:
    """What the law says of this file's facts, under the rules it was opened under. A help to read, never the decision."""
    return rules.assess(
        facts_of(referral),
        rules.Rules.of(Rules.from_snapshot(referral.rules).values_of(*(item.name for item in fields(rules.Rules)))),
    )


REFUSAL_LETTERS = {
    Ground.NO_PRIOR_COMPLAINT: "refusal_no_prior_complaint",
    Ground.UNFOUNDED_OR_ABUSIVE: "refusal_unfounded_or_abusive",
    Ground.OTHER_FORUM: "refusal_other_forum",
    Ground.OVER_ONE_YEAR: "refusal_over_one_year",
    Ground.OUT_OF_COMPETENCE: "refusal_out_of_scope",
}


@dataclass(frozen=True)
class Piece:
    """A piece asked, why it is strictly necessary, and what it must show."""

    name: str
    why: str
    must_show: str = ""
    purpose: str = ""


@use_case
def take_up(referral_id: int, *, by: Actor, at: datetime, assignee_id: int | None = None) -> Referral:
    """Somebody of the office takes the file in hand (itself, or a colleague)."""
    turn = Turn.open(referral_id, "take_up", by=by, at=at)
    assignee = turn.need("assignment", assignee_id or by.person_id)
    _check_colleague(turn.referral, assignee, at)
    turn.go(assignee=Person.objects.get(pk=assignee))
    turn.record({"assignee": assignee})
    return turn.close()


@use_case
def assign(referral_id: int, assignee_id: int | None, *, by: Actor, at: datetime) -> Referral:
    """Give the file to a colleague, at any step. No move: the state is the same. Raises Refusal `not_found` for who is not of the office."""
    case, referral = reach(referral_id, by)
    check_works(by)
    if assignee_id is not None:
        _check_colleague(referral, assignee_id, at)
    referral.assignee_id = assignee_id
    referral.save(update_fields=["assignee"])
    journal.record(case, "assign", by=by, at=at, facts={"assignee": assignee_id})
    return referral


def _check_colleague(referral: Referral, person_id: int, at: datetime) -> None:
    """Whether this person works in the body today and is not kept from the case by a conflict."""
    held = Membership.objects.current(paris_day(at)).filter(role__in=STAFF_ROLES, person__is_active=True)
    if not held.filter(organisation=referral.body_id, person=person_id).exists():
        raise Refusal("not_found")
    check_no_conflict(referral, person_id)


@use_case
def ask_documents(referral_id: int, pieces: list[Piece], due_on: date, *, by: Actor, at: datetime) -> Referral:
    """Ask the requester for what is strictly necessary to decide. The rejection clock runs on."""
    turn = Turn.open(referral_id, "ask_documents", by=by, at=at)
    turn.need("pieces", pieces)
    for piece in pieces:
        turn.need("reasons", piece.why.strip() and piece.name.strip())
    turn.need_later("due_on", due_on)
    turn.go()
    PieceRequest.objects.bulk_create(
        PieceRequest(referral=turn.referral, asked_of=Party.CONSUMER, asked_on=turn.on, due_on=due_on, **asdict(piece))
        for piece in pieces
    )
    turn.record({"pieces": len(pieces), "due_on": due_on})
    turn.start(ClockKind.PIECES, hand=Hand.CONSUMER, due_on=due_on, basis="date fixée par la médiation", external=False)
    turn.letter("documents_request", Party.CONSUMER, pieces=pieces, documents_due_on=due_on)
    return turn.close()


@use_case
def complete(
    referral_id: int,
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    uploads: tuple[tuple[Any, str, str], ...] = (),
    text: str = "",
    facts: dict[str, Any] | None = None,
) -> Referral:
    """The pieces came (or the reason why not): back to the examination. A piece titled as it was asked meets that very demand."""
    turn = Turn.open(referral_id, "complete", by=by, at=at, on=on, told=bool(uploads or text.strip()))
    stored = [add_document(turn, upload, title=title, purpose=purpose) for upload, title, purpose in uploads]
    waiting = list(
        PieceRequest.objects.filter(referral=turn.referral, received_on__isnull=True, asked_of=Party.CONSUMER).order_by(
            "pk"
        )
    )
    for request in waiting:
        request.document = matching(request, waiting, stored)
        request.received_on = turn.on if request.document else None
        request.note = "" if request.document else text  # why it does not come, said for all of them
        request.save(update_fields=["received_on", "document", "note"])
    turn.go(**(facts or {}))
    turn.record({"pieces": len(stored)}, {"text": text} if text else None)
    turn.stop(ClockKind.PIECES)
    return turn.close()


def matching(request: PieceRequest, asked: Collection[PieceRequest], stored: Sequence[Document]) -> Document | None:
    """The piece that answers this demand: the one sent under its name; else under its purpose, where only this demand has it; else the only one for the
    only demand."""
    named = next((piece for piece in stored if request.name and piece.title == request.name), None)
    if named:
        return named
    alone = [other for other in asked if other.purpose == request.purpose] == [request]
    fitting = next((piece for piece in stored if request.purpose and alone and piece.purpose == request.purpose), None)
    return fitting or (stored[0] if len(stored) == 1 == len(asked) else None)


@use_case
def go_on_without(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """The day asked for has passed (and what the post takes, for somebody on paper): somebody decides on what the file holds."""
    turn = Turn.open(referral_id, "go_on_without", by=by, at=at)
    clock = turn.running.get(ClockKind.PIECES)
    if clock and turn.on <= turn.last_day_to_wait(clock.due_on, Party.CONSUMER):
        raise Refusal("too_early", due_on=clock.due_on)
    turn.go()
    turn.record()
    turn.stop(ClockKind.PIECES)
    return turn.close()


@use_case
def establish_facts(referral_id: int, facts: dict[str, Any], *, by: Actor, at: datetime) -> Referral:
    """The office writes what the evidence shows (dates, yes/no, trader identified). The journal keeps the value before and after.

    Raises Refusal `not_found` for a trader or a subject that is not the body's, or a line of business that is not the trader's.
    """
    case, referral = reach(referral_id, by, "claim")
    check_works(by)
    if referral.state not in BEFORE_DECISION:
        raise Refusal("wrong_state", state=referral.state)
    unknown = set(facts) - ESTABLISHED
    if unknown:
        raise ValueError(f"no facts of admissibility: {sorted(unknown)}")
    _check_ours(referral, facts)
    changed = {
        name: [_text(getattr(referral, name)), _text(value)]
        for name, value in facts.items()
        if getattr(referral, name) != value
    }
    if changed:
        for name, value in facts.items():
            setattr(referral, name, value)
        referral.save(update_fields=list(facts))
        journal.record(case, "establish_facts", by=by, at=at, facts={"changed": changed})
    return referral


def _check_ours(referral: Referral, facts: dict[str, Any]) -> None:
    body, trader = referral.body_id, facts.get("trader_id", referral.trader_id)
    ours = {
        "trader_id": Trader.objects.filter(body=body),
        "subject_id": Subject.objects.filter(body=body),
        "sub_subject_id": Subject.objects.filter(body=body),
        "business_line_id": BusinessLine.objects.filter(trader=trader),
    }
    for name, rows in ours.items():
        if facts.get(name) and not rows.filter(pk=facts[name]).exists():
            raise Refusal("not_found")


ESTABLISHED = {
    "trader_id",
    "business_line_id",
    "subject_id",
    "sub_subject_id",
    "requester_kind",
    "trader_in_scope",
    "complaint_on",
    "complaint_written",
    "complaint_proof",
    "answered_on",
    "answer",
    "level2_on",
    "level2_answered_on",
    "other_mediator",
    "court",
    "manifestly_unfounded",
    "amount_claimed",
    "cross_border",
}


def _text(value: Any) -> str | bool | int | None:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _decide(turn: Turn, decision: str, **columns: Any) -> None:
    """Columns of any decision: its day, and the start of the clock that it stops (after a re-examination, the second one)."""
    turn.check_late(ClockKind.REJECTION)
    clock = turn.running.get(ClockKind.REJECTION)
    columns.setdefault("ground", "")
    columns.setdefault("ground_detail", "")
    check_detail(turn.referral.body_id, columns["ground"], columns["ground_detail"], turn.on)
    turn.go(
        columns.pop("state", None),
        decision=decision,
        decision_on=turn.on,
        decision_started_on=clock.started_on if clock else turn.referral.received_on,
        mediator=turn.referral.mediator or turn.mandate,
        **columns,
    )


@use_case
def refuse(
    referral_id: int,
    ground: str,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    detail: str = "",
    late_reason: str = "",
    letter: dict[str, Any] | None = None,
) -> Referral:
    """Refuse on one of the five grounds (L. 612-2), with the reason in plain words. The letter goes to the requester only.

    `detail` is one of the body's details of that ground, for the figures. Raises also Refusal `unknown_detail`.

    `letter` holds what the letter of that ground also says (`other_forum_name`, `competent_body_name`…).
    """
    turn = Turn.open(referral_id, "refuse", by=by, at=at, late_reason=late_reason)
    ground = Ground(turn.need("ground", ground))
    turn.need("reason", reason.strip())
    _decide(turn, Decision.INADMISSIBLE, ground=ground, ground_detail=detail)
    turn.record({"ground": ground, "detail": detail}, {"reason": reason})
    turn.stop_all()
    turn.letter(REFUSAL_LETTERS[ground], Party.CONSUMER, reason=reason.strip(), **(letter or {}))
    return turn.close()


@use_case
def redirect(
    referral_id: int,
    ground: str,
    *,
    by: Actor,
    at: datetime,
    destination_id: int | None = None,
    transferred: bool = False,
    reason: str = "",
    detail: str = "",
    late_reason: str = "",
) -> Referral:
    """Refuse on ground 1° (a level of the contract not used) or 5° (another mediator competent) and send on, the file itself only with consent."""
    turn = Turn.open(referral_id, "redirect", by=by, at=at, late_reason=late_reason)
    ground = Ground(turn.need("ground", ground))
    if ground not in (Ground.NO_PRIOR_COMPLAINT, Ground.OUT_OF_COMPETENCE):
        raise Refusal("wrong_ground", ground=ground)
    consent = turn.referral.contacts.get(party=Party.CONSUMER).transfer_consent
    if transferred and not consent:
        raise Refusal("missing:consent")
    to_level = ground == Ground.NO_PRIOR_COMPLAINT
    destination = (
        None
        if to_level
        else turn.need("destination", OtherMediator.objects.filter(pk=destination_id or 0, active=True).first())
    )
    if to_level:
        turn.need("destination", turn.referral.trader and turn.referral.trader.level2_address)
    _decide(
        turn,
        Decision.REDIRECTED,
        ground=ground,
        ground_detail=detail or (SECOND_LEVEL_MISSING if to_level else ""),
        destination=destination,
    )
    turn.record(
        {"ground": ground, "destination": destination_id, "transferred": transferred},
        {"reason": reason} if reason else None,
    )
    turn.stop_all()
    if to_level:
        turn.letter("redirected_level", Party.CONSUMER, transferred=transferred)
    else:
        turn.letter(
            "redirected_mediator",
            Party.CONSUMER,
            competent_reason=reason,
            destination=destination,
            transferred=transferred,
        )
    return turn.close()


@use_case
def postpone(referral_id: int, premature_until: date, *, by: Actor, at: datetime, late_reason: str = "") -> Referral:
    """Too early: no refusal and no ground. A reminder leaves on the first day one may come back."""
    turn = Turn.open(referral_id, "postpone", by=by, at=at, late_reason=late_reason)
    turn.need_later("premature_until", premature_until)
    turn.need("complaint_on", turn.referral.complaint_on)
    _decide(turn, Decision.PREMATURE, premature_until=premature_until)
    turn.record({"premature_until": premature_until})
    turn.stop_all()
    turn.start(
        ClockKind.PREMATURE, hand=Hand.CONSUMER, due_on=premature_until, basis="fiche « les étapes »", external=False
    )
    turn.letter("premature", Party.CONSUMER)
    return turn.close()


@use_case
def remind_premature(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """On the day one may come back, unless the requester already did."""
    turn = Turn.open(referral_id, "remind_premature", by=by, at=at)
    if turn.referral.premature_until and turn.on < turn.referral.premature_until:
        raise Refusal("too_early", due_on=turn.referral.premature_until)
    turn.go()
    resubmitted = Referral.objects.filter(previous=turn.referral).exists()
    turn.record({"resubmitted": resubmitted})
    turn.stop(ClockKind.PREMATURE)
    if not resubmitted:
        turn.letter("premature_reminder", Party.CONSUMER)
    return turn.close()


@use_case
def re_examine(
    referral_id: int, evidence: str, reason: str, *, by: Actor, at: datetime, evidence_on: date | None = None
) -> Referral:
    """New evidence: the refusal is looked at again, with a new three weeks from the evidence. The last decision will count."""
    turn = Turn.open(referral_id, "re_examine", by=by, at=at, on=None)
    turn.need("evidence", evidence.strip())
    turn.need("reason", reason.strip())
    start = evidence_on or turn.on
    if not (turn.referral.decision_on or start) <= start <= paris_day(at):
        raise Refusal("before_case", on=start)
    turn.go(
        State.UNDER_REVIEW,
        decision="",
        decision_on=None,
        ground="",
        ground_detail="",
        destination=None,
        premature_until=None,
    )
    turn.record({"evidence_on": start}, {"evidence": evidence, "reason": reason})
    turn.start(
        ClockKind.REJECTION,
        rule="rejection",
        hand=Hand.MEDIATION,
        on=start,
        warnings=warnings(start, turn.rules, "rejection_warnings"),
    )
    turn.letter("referral_receipt", Party.CONSUMER, re_examined=True, evidence_on=start, pieces=pieces_filed(turn.case))
    return turn.close()


@use_case
def correct_reception(referral_id: int, received_on: date, reason: str, *, by: Actor, at: datetime) -> Referral:
    """The file arrived on another day than was written (a postmark, a late entry): the rejection clock is recomputed, the old answer kept."""
    case, referral = reach(referral_id, by)
    check_works(by)
    if referral.state not in BEFORE_DECISION:
        raise Refusal("wrong_state", state=referral.state)
    if not reason.strip():
        raise Refusal("missing:reason")
    if received_on > paris_day(at):
        raise Refusal("in_future", on=received_on)
    before, referral.received_on = referral.received_on, received_on
    entry = journal.record(
        case,
        "correct_reception",
        by=by,
        at=at,
        facts={"before": str(before), "after": str(received_on)},
        personal={"reason": reason},
    )
    running = clocks.running(case.pk)
    if ClockKind.REJECTION in running:
        clocks.correct(
            running[ClockKind.REJECTION],
            start_on=received_on,
            on=paris_day(at),
            reason="correct_reception",
            seq=entry.seq,
        )
    set_worklist(referral, running)
    referral.save(update_fields=["received_on", "due_on", "due_kind", "hand"])
    return referral
