"""b13–b16, b19: the mediator's proposal, two sealed answers, what follows from them, and whether it was carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import ClockKind, Hand
from mediane.ground.documents import services as documents
from mediane.ground.journal import services as journal
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.kernel.workflow import KEPT
from mediane.mediation.referrals.enums import Answer, Audience, Execution, Outcome, Party, State
from mediane.mediation.referrals.models import Agreement, ExecutionReport, Proposal, Referral, SealedAnswer
from mediane.mediation.referrals.policy import check_works
from mediane.mediation.referrals.services.ending import certify, closed, copy_certificate, end
from mediane.mediation.referrals.services.mediation import start_execution
from mediane.mediation.referrals.services.turn import Turn, reach


@dataclass(frozen=True)
class Solution:
    """What the mediator writes. `items`: [{"who": "trader"|"consumer", "what": "…", "amount": "210.00"|"", "within": "30d"}]."""

    facts_agreed: str = ""
    facts_disputed: str = ""
    consumer_position: str = ""
    trader_position: str = ""
    reasons_law: str = ""
    reasons_equity: str = ""
    items: list[dict[str, Any]] = field(default_factory=list)
    amount: Decimal | None = None
    orientation: str = ""
    basis: str = ""
    answers_due_on: date | None = None


NEEDED = {
    "facts": "facts_agreed",
    "positions": "consumer_position",
    "law": "reasons_law",
    "equity": "reasons_equity",
    "solution": "items",
    "amounts": "amount",  # zero is an amount: a solution without money says so
    "orientation": "orientation",
    "basis": "basis",
    "answers_due_on": "answers_due_on",
}


@use_case
def save_proposal(referral_id: int, solution: Solution, *, by: Actor, at: datetime, version: int) -> Proposal:
    """Keep the draft, whatever it still lacks. `version` is the one that was read (0: none yet): another's later text is never overwritten (`stale`)."""
    _case, referral = reach(referral_id, by)
    check_works(by)
    if referral.state != State.IN_MEDIATION:
        raise Refusal("wrong_state", state=referral.state)
    draft = Proposal.objects.filter(referral=referral, notified_on__isnull=True).first()
    if (draft.version if draft else 0) != version:
        raise Refusal("stale", version=draft.version if draft else 0)
    if draft is None:
        draft = Proposal(referral=referral, round=Proposal.objects.filter(referral=referral).count() + 1, version=0)
    for name, value in vars(solution).items():
        setattr(draft, name, value)
    draft.version, draft.saved_at, draft.saved_by_id = version + 1, at, by.person_id
    draft.save()
    return draft


@use_case
def propose(referral_id: int, version: int, *, by: Actor, at: datetime, late_reason: str = "") -> Referral:
    """The mediator in person notifies the proposal to both, the same text, the same period (R. 612-4); the 90 days stop, the time to answer starts."""
    turn = Turn.open(referral_id, "propose", by=by, at=at, late_reason=late_reason)
    turn.need_own_mediator()
    proposal = turn.need("solution", Proposal.objects.filter(referral=turn.referral, notified_on__isnull=True).first())
    if proposal.version != version:
        raise Refusal("stale", version=proposal.version)
    for thing, name in NEEDED.items():
        turn.need(thing, getattr(proposal, name))
    turn.need("positions", proposal.trader_position)
    turn.need_later("answers_due_on", proposal.answers_due_on)
    turn.check_late(ClockKind.MEDIATION)
    proposal.notified_on, proposal.signed_by, proposal.silence_effect = (
        turn.on,
        turn.referral.mediator,
        turn.rules["party_silence_effect"],
    )
    proposal.save(update_fields=["notified_on", "signed_by", "silence_effect"])
    Agreement.objects.filter(referral=turn.referral, direct=True).delete()  # terms that nobody concluded
    turn.go(proposal_on=turn.referral.proposal_on or turn.on, orientation=proposal.orientation, basis=proposal.basis)
    turn.record(
        {"round": proposal.round, "answers_due_on": proposal.answers_due_on, "orientation": proposal.orientation}
    )
    turn.stop(ClockKind.MEDIATION, reason="proposal")
    turn.stop(ClockKind.OBSERVATIONS)
    turn.start(
        ClockKind.ACCEPTANCE,
        hand=Hand.CONSUMER,
        due_on=proposal.answers_due_on,
        basis="R. 612-4, date fixée par le médiateur",
    )
    turn.letter_to_both("proposal", proposal=proposal)
    return turn.close()


def live_proposal(referral: Referral) -> Proposal:
    proposal = Proposal.objects.filter(referral=referral, notified_on__isnull=False).order_by("-round").first()
    if proposal is None:
        raise Refusal("wrong_state", state=referral.state)
    return proposal


@use_case
def answer(
    referral_id: int,
    value: str,
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    comment: str = "",
    signatory: str = "",
    round_read: int | None = None,
) -> SealedAnswer:
    """A party accepts or refuses, once, until the date. Sealed: nothing the other party sees changes; with the second answer the outcome follows at once.

    Raises Refusal `already_answered`, `too_late`, `missing:answer`, `stale` (a new round was opened since the page was read).
    """
    turn = Turn.open(referral_id, "answer", by=by, at=at, on=on)
    party, proposal = turn.party, live_proposal(turn.referral)
    value = Answer(turn.need("answer", value))
    if value is Answer.SILENT:
        raise Refusal("missing:answer")
    if round_read is not None and round_read != proposal.round:
        raise Refusal("stale")
    if SealedAnswer.objects.filter(proposal=proposal, party=party).exists():
        raise Refusal("already_answered")
    turn.need_day_after(proposal.notified_on)
    if turn.on > turn.last_day_for(party, turn.running[ClockKind.ACCEPTANCE].due_on):
        raise Refusal("too_late", due_on=turn.running[ClockKind.ACCEPTANCE].due_on)
    sealed = SealedAnswer.objects.create(
        proposal=proposal,
        referral=turn.referral,
        party=party,
        value=value,
        comment=comment,
        signatory=signatory,
        answered_on=turn.on,
        recorded_at=at,
        round=proposal.round,
    )
    turn.go()
    turn.record({"party": party.value}, {"value": value.value, "comment": comment, "signatory": signatory})
    turn.close()
    if SealedAnswer.objects.filter(proposal=proposal).count() == 2:
        conclude(referral_id, by=Actor.system(by.door), at=at)
    return sealed


@use_case
def conclude(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """What follows from the answers: both in, or the day after the date. Silence is never an acceptance.

    Raises Refusal `too_early` while an answer is missing and time is not up.
    """
    turn = Turn.open(referral_id, "conclude", by=by, at=at)
    referral, proposal = turn.referral, live_proposal(turn.referral)
    answers = {sealed.party: sealed.value for sealed in SealedAnswer.objects.filter(proposal=proposal)}
    silent = [party for party in Party if party not in answers]
    clock = turn.running[ClockKind.ACCEPTANCE]
    if silent and turn.on <= turn.last_day_to_wait(clock.due_on, *silent):
        raise Refusal("too_early", due_on=clock.due_on)
    refused = Answer.REFUSED in answers.values()
    if silent and not refused and proposal.silence_effect == "remind" and not referral.answer_reminded:
        _remind_of_answer(turn, proposal, silent)
        return turn.close()
    said = {party: answers.get(party, Answer.SILENT) for party in Party}
    referral.consumer_answer, referral.trader_answer = said[Party.CONSUMER], said[Party.TRADER]
    if not silent and not refused:
        _accepted(turn, proposal)
    elif refused:
        end(
            turn,
            Outcome.PROPOSAL_REFUSED,
            facts={"answers": {party.value: str(value) for party, value in said.items()}},
        )
        turn.letter_to_both("result_refused")
    else:
        end(
            turn,
            Outcome.PROPOSAL_UNANSWERED,
            facts={"answers": {party.value: str(value) for party, value in said.items()}},
        )
        for party in Party:
            turn.letter(
                "result_silence",
                party,
                was_silent=party in silent,
                answer_due_on=clock.due_on,
            )
    return turn.close()


def _remind_of_answer(turn: Turn, proposal: Proposal, silent: list[Party]) -> None:
    """One reminder with a second date, to the silent party only; the other's page does not change."""
    turn.go(KEPT, answer_reminded=True)
    turn.record({"reminded": len(silent)})
    due = clocks.day_after(turn.on, turn.rules.text("answer_reminder_period"))
    clocks.extend(turn.running[ClockKind.ACCEPTANCE], due_on=due, on=turn.on, reason="remind", seq=turn.seq)
    for party in silent:
        turn.letter("answer_reminder", party, answer_due_on=due)


def _accepted(turn: Turn, proposal: Proposal) -> None:
    items = [{**item, "due_on": clocks.day_after(turn.on, item["within"]).isoformat()} for item in proposal.items]
    agreement = Agreement.objects.create(
        referral=turn.referral,
        direct=False,
        items=items,
        drawn_up_at=turn.at,
        consumer_confirmed_on=turn.on,
        trader_confirmed_on=turn.on,
        due_on=max(date.fromisoformat(item["due_on"]) for item in items),
    )
    turn.go(
        State.IN_EXECUTION,
        outcome=Outcome.PROPOSAL_ACCEPTED,
        agreed_on=turn.on,
        ended_on=turn.on,
        amount_granted=proposal.amount,
    )
    turn.record({"outcome": Outcome.PROPOSAL_ACCEPTED})
    turn.stop_all()
    start_execution(turn, agreement)
    turn.letter_to_both("result_accepted", agreement=agreement)
    certify(turn)


# ---- execution ------------------------------------------------------------------------------------------------------------------


@use_case
def report_execution(
    referral_id: int,
    value: str,
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    comment: str = "",
    upload: Any = None,
) -> ExecutionReport:
    """The trader declares (with proof), the consumer confirms or denies. The consumer's yes closes the case."""
    turn = Turn.open(
        referral_id, "report_execution", by=by, at=at, on=on, told=upload is not None or bool(comment.strip())
    )
    party = turn.party
    turn.need_day_after(turn.referral.agreed_on)
    if turn.need("execution", value) not in ("yes", "partly", "no"):
        raise Refusal("missing:execution")
    proof = None
    if upload is not None:
        contact = turn.referral.contacts.get(party=party)
        proof = documents.store_document(
            case=turn.case,
            organisation_id=turn.referral.body_id,
            upload=upload,
            title="Preuve d’exécution",
            author_party=party,
            author_name=contact.company or contact.full_name,
            audience=Audience.BOTH,
            purpose="execution",
            by=by,
            at=at,
            received_on=turn.on,
            person_id=by.person_id,
        )
    report = ExecutionReport.objects.create(
        referral=turn.referral,
        party=party,
        value=value,
        comment=comment,
        reported_on=turn.on,
        recorded_at=at,
        document=proof,
    )
    turn.go()
    turn.record({"party": party.value, "value": value}, {"comment": comment} if comment else None)
    turn.close()
    if party is Party.CONSUMER and value == "yes":
        finish(referral_id, Execution.YES, by=Actor.system(by.door), at=at)
    return report


@use_case
def remind_execution(referral_id: int, *, by: Actor, at: datetime) -> None:
    """At the date agreed, then after each of the body's periods: the trader is asked to show, the consumer whether it was done.

    No move: the state stays, and who may close (`finish`) may remind.
    """
    if not by.is_system:
        raise Refusal("not_allowed")
    turn = Turn.open(referral_id, "finish", by=by, at=at)
    agreement = Agreement.objects.get(referral=turn.referral)
    agreement.reminders_sent += 1
    agreement.save(update_fields=["reminders_sent"])
    turn.seq = journal.record(
        turn.case, "remind_execution", by=by, at=at, facts={"number": agreement.reminders_sent}
    ).seq
    reply_due_on = clocks.day_after(turn.on, turn.rules.text("pieces_period"))
    turn.letter_to_both("execution_reminder", agreement=agreement, reply_due_on=reply_due_on)


@use_case
def finish(referral_id: int, execution: str, *, by: Actor, at: datetime) -> Referral:
    """Close after an agreement: on the consumer's confirmation, or by an officer after the last reminder, with what is known of the execution."""
    turn = Turn.open(referral_id, "finish", by=by, at=at)
    execution = Execution(turn.need("execution", execution))
    agreement = Agreement.objects.filter(referral=turn.referral).first()
    if not by.is_system and agreement and turn.on <= _last_reminder(turn, agreement):
        raise Refusal("too_early", due_on=_last_reminder(turn, agreement))
    turn.go(execution=execution, closed_on=turn.on)
    turn.record({"execution": execution, "outcome": turn.referral.outcome})
    turn.stop_all()
    turn.letter_to_both("closing")
    copy_certificate(turn)
    closed(turn)
    return turn.close()


def _last_reminder(turn: Turn, agreement: Agreement) -> date:
    """The day of the last reminder: until then the trader may still do what it promised, whatever was reported."""
    due = agreement.due_on or paris_day(agreement.drawn_up_at)
    return max([due, *(clocks.day_after(due, str(period)) for period in turn.rules["execution_reminders"])])
