"""b17, b18, b20 and what every end shares: the outcome, the day, the clocks, the certificate; and going on after an end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from mediane.ground.access import services as access
from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import Clock, ClockKind, Hand
from mediane.ground.journal import services as journal
from mediane.ground.journal.models import Entry as JournalEntry
from mediane.kernel.events import publish
from mediane.kernel.identifiers import new_verification_code
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Entry, Informant, LateReason, Outcome, Party, ResumeReason, State
from mediane.mediation.referrals.events import ReferralClosed
from mediane.mediation.referrals.letters.ending import CERTIFIED
from mediane.mediation.referrals.models import Certificate, Proposal, Referral, ResumptionConsent
from mediane.mediation.referrals.policy import check_works, speaking_party
from mediane.mediation.referrals.services.turn import Turn, kept_of, need_trace, reach

RESUMABLE = frozenset(
    {
        Outcome.ENTRY_REFUSED,
        Outcome.PROPOSAL_UNANSWERED,
        Outcome.WITHDRAWN_CONSUMER,
        Outcome.COURT_SEIZED,
        Outcome.OTHER_MEDIATOR_SEIZED,
    }
)


def end(
    turn: Turn, outcome: str, *, facts: dict[str, Any] | None = None, personal: dict[str, Any] | None = None
) -> None:
    """End of a mediation without agreement: closed today, all clocks stop, the date printed for going on starts, a certificate for each party."""
    turn.go(State.CLOSED, outcome=outcome, ended_on=turn.on, closed_on=turn.on)
    turn.record({"outcome": outcome} | (facts or {}), personal)
    turn.stop_all()
    if outcome in RESUMABLE:
        turn.start(ClockKind.RESUMPTION, rule="reconsider_period", hand=Hand.CONSUMER, external=False)
    certify(turn)
    closed(turn)


def closed(turn: Turn) -> None:
    """What follows from any closing: links to the case end in time, and who listens is told."""
    close_access(turn)
    publish(
        ReferralClosed(
            referral_id=turn.referral.pk, body_id=turn.referral.body_id, on=turn.on, outcome=turn.referral.outcome
        )
    )


def close_access(turn: Turn) -> None:
    """The requester's link and code end some time after the case."""
    access.expire_after(
        turn.case.pk,
        ended_on=turn.on,
        lasting=turn.rules["access_link_days"],
        by=Actor.system(turn.by.door),
        at=turn.at,
    )


def certify(turn: Turn) -> Certificate:
    """The content-free certificate of the end, one code for both copies."""
    certificate = Certificate.objects.create(
        referral=turn.referral,
        code=new_verification_code(),
        issued_on=turn.on,
        outcome=CERTIFIED[Outcome(turn.referral.outcome)],
    )
    turn.letter_to_both("end_certificate", certificate=certificate)
    return certificate


def copy_certificate(turn: Turn) -> None:
    """The certificate of the end once more, for the closing letter; a case whose end was imported receives its first."""
    known = Certificate.objects.filter(referral=turn.referral, cancelled_on__isnull=True).order_by("-pk").first()
    if known is None:
        certify(turn)
    else:
        turn.letter_to_both("end_certificate", certificate=known)


@use_case
def withdraw_early(referral_id: int, *, by: Actor, at: datetime, on: date | None = None) -> Referral:
    """The requester takes the request back before anybody told the trader: no mediation ended, nothing had been suspended."""
    turn = Turn.open(referral_id, "withdraw_early", by=by, at=at, on=on)
    turn.go(closed_on=turn.on)
    turn.record()
    turn.stop_all()
    turn.letter("withdrawal_before_notification", Party.CONSUMER)
    close_access(turn)
    return turn.close()


@use_case
def withdraw(referral_id: int, *, by: Actor, at: datetime, on: date | None = None) -> Referral:
    """Either party, at any time, without a reason (R. 612-2)."""
    turn = Turn.open(referral_id, "withdraw", by=by, at=at, on=on)
    party = turn.party
    turn.need_day_after(turn.referral.proposal_on)
    end(
        turn,
        Outcome.WITHDRAWN_CONSUMER if party is Party.CONSUMER else Outcome.WITHDRAWN_TRADER,
        facts={"party": party.value},
    )
    turn.letter_to_both(f"withdrawal_by_{party.value}")
    return turn.close()


@use_case
def seize_elsewhere(
    referral_id: int,
    forum: str,
    forum_name: str,
    *,
    by: Actor,
    at: datetime,
    reference: str = "",
    learnt_from: Informant | str = "",
    learnt_on: date | None = None,
    late_reason: str = "",
) -> Referral:
    """A court or another mediator has the dispute (L. 612-2 3°): the mediation cannot go on. `forum` is `court` or `mediator`,
    `learnt_from` an Informant."""
    turn = Turn.open(referral_id, "seize_elsewhere", by=by, at=at, late_reason=late_reason)
    outcome = {"court": Outcome.COURT_SEIZED, "mediator": Outcome.OTHER_MEDIATOR_SEIZED}[turn.need("forum", forum)]
    turn.need("forum", forum_name.strip())
    informant = Informant(turn.need("learnt_from", learnt_from))
    turn.check_late(ClockKind.MEDIATION)
    end(turn, outcome, facts={"learnt_from": informant}, personal={"forum": forum_name, "reference": reference})
    turn.letter_to_both(
        str(outcome),
        other_forum_name=forum_name.strip(),
        other_forum_reference=reference,
        learnt_from=informant,
        learnt_on=learnt_on or turn.on,
    )
    return turn.close()


@use_case
def consent_to_resume(referral_id: int, *, by: Actor, at: datetime, on: date | None = None) -> None:
    """A party asks to go on, or agrees to, within the date printed in its letter. Raises Refusal `too_late`, `wrong_state`."""
    case, referral = reach(referral_id, by)
    party = speaking_party(by)
    need_trace(by)
    clock = clocks.running(case.pk).get(ClockKind.RESUMPTION)
    if referral.state != State.CLOSED or clock is None:
        raise Refusal("wrong_state", state=referral.state)
    day = on or paris_day(at)
    if day > paris_day(at):
        raise Refusal("in_future", on=day)
    if day < (referral.ended_on or day):
        raise Refusal("before_case", on=day)
    if day > clock.due_on:
        raise Refusal("too_late", due_on=clock.due_on)
    _, new = ResumptionConsent.objects.get_or_create(
        referral=referral, party=party, end_number=ends(referral), defaults={"consented_on": day}
    )
    if new:
        facts: dict[str, Any] = {"party": party.value}
        personal = kept_of(by, facts, None)
        journal.record(case, "consent_to_resume", by=by, at=at, on=day, facts=facts, personal=personal)


def ends(referral: Referral) -> int:
    """How many times this mediation ended: a consent counts for one end."""
    return JournalEntry.objects.filter(case=referral.pk, facts__to=State.CLOSED).count()


@use_case
def resume(referral_id: int, reason: str, *, by: Actor, at: datetime, answers_due_on: date | None = None) -> Referral:
    """Go on after an end, within the date printed in the letter. The certificate is cancelled, the 90 days count as if never stopped (except where a proposal
    had stopped them). `reason` is a ResumeReason; a silent answer needs `answers_due_on`, and both answer anew."""
    turn = Turn.open(referral_id, "resume", by=by, at=at)
    referral, reason = turn.referral, ResumeReason(turn.need("reason", reason))
    window = turn.running.get(ClockKind.RESUMPTION)
    if window is None or turn.on > window.due_on:
        raise Refusal("too_late", due_on=window.due_on if window else None)
    consents = dict(
        ResumptionConsent.objects.filter(referral=referral, end_number=ends(referral)).values_list(
            "party", "consented_on"
        )
    )
    before = (
        JournalEntry.objects.filter(case=turn.case, facts__to=State.CLOSED)
        .order_by("-seq")
        .values_list("facts__from", flat=True)
        .first()
    )
    target, columns = _way_back(referral, reason, consents, before)
    silent = referral.outcome == Outcome.PROPOSAL_UNANSWERED
    ended_on, restart = referral.ended_on, min(day for day in (referral.proposal_on, referral.ended_on) if day)
    turn.go(
        target,
        outcome="",
        ended_on=None,
        closed_on=None,
        deemed=False,
        late_reason="",
        consumer_answer="",
        trader_answer="",
        **columns,
    )
    turn.record({"reason": reason})
    turn.stop(ClockKind.RESUMPTION)
    Certificate.objects.filter(referral=referral, cancelled_on__isnull=True).update(cancelled_on=turn.on)
    if target != State.PROPOSAL_NOTIFIED:
        _run_again(turn, ClockKind.MEDIATION)
        if target == State.AWAITING_ENTRY:
            _run_again(turn, ClockKind.ENTRY)
    elif silent:
        _ask_again(turn, answers_due_on)
    else:
        answers_due_on = _answer_on(turn, answers_due_on)
    access.reopen(turn.case.pk, by=Actor.system(by.door), at=at)
    turn.letter_to_both(
        "resumed",
        reason=reason,
        ended_on=ended_on,
        limitation_restart_on=restart,
        answers_due_on=answers_due_on if target == State.PROPOSAL_NOTIFIED else None,
    )
    return turn.close()


def _way_back(
    referral: Referral, reason: ResumeReason, consents: dict[str, date], before: str | None
) -> tuple[str, dict[str, Any]]:
    """State to go back to, and columns: the trader's consent to go on is its entry; else the state before the end."""
    match referral.outcome, reason:
        case Outcome.ENTRY_REFUSED, ResumeReason.BOTH_CONSENT if len(consents) == 2:
            return State.IN_MEDIATION, {"entry": Entry.ACCEPTED, "entered_on": consents[Party.TRADER]}
        case Outcome.PROPOSAL_UNANSWERED, ResumeReason.BOTH_CONSENT if len(consents) == 2:
            return State.PROPOSAL_NOTIFIED, {"answer_reminded": False}
        case Outcome.WITHDRAWN_CONSUMER, ResumeReason.WITHDRAWAL_BY_MISTAKE if Party.CONSUMER in consents:
            return before or State.IN_MEDIATION, {}
        case ((Outcome.COURT_SEIZED | Outcome.OTHER_MEDIATOR_SEIZED), ResumeReason.SEIZURE_UNTRUE):
            return before or State.IN_MEDIATION, {}
        case ((Outcome.ENTRY_REFUSED | Outcome.PROPOSAL_UNANSWERED), ResumeReason.BOTH_CONSENT):
            raise Refusal("missing:consents")
        case Outcome.WITHDRAWN_CONSUMER, ResumeReason.WITHDRAWAL_BY_MISTAKE:
            raise Refusal("missing:consents")
        case _:
            raise Refusal("wrong_reason", outcome=referral.outcome, reason=reason)


def _run_again(turn: Turn, kind: str) -> None:
    clock = Clock.objects.filter(case=turn.case, kind=kind).order_by("-id").first()
    if clock and clock.stopped_on:
        clocks.resume(clock, on=turn.on, reason="resume", seq=turn.seq)
        turn.running[kind] = clock


def _ask_again(turn: Turn, answers_due_on: date | None) -> None:
    """The same proposal, a new round: both answer anew, the earlier answers stay sealed where they are."""
    due = turn.need_later("answers_due_on", answers_due_on)
    last = Proposal.objects.filter(referral=turn.referral, notified_on__isnull=False).order_by("-round").first()
    if last is None:
        raise Refusal("wrong_state", state=turn.before)
    again = Proposal.objects.get(pk=last.pk)
    again.pk, again.round, again.answers_due_on, again.notified_on, again.saved_at = (
        None,
        last.round + 1,
        due,
        turn.on,
        turn.at,
    )
    again.save(force_insert=True)
    turn.start(ClockKind.ACCEPTANCE, hand=Hand.CONSUMER, due_on=due, basis="R. 612-4, date fixée par le médiateur")


def _answer_on(turn: Turn, answers_due_on: date | None) -> date:
    """The time to answer goes on as it was, an answer already given standing; where its date has passed meanwhile, the mediator sets a new one."""
    last = Clock.objects.filter(case=turn.case, kind=ClockKind.ACCEPTANCE).order_by("-id").first()
    if last is not None and last.due_on >= turn.on:
        _run_again(turn, ClockKind.ACCEPTANCE)
        return last.due_on
    due = turn.need_later("answers_due_on", answers_due_on)
    # a new clock: told to both, it is the date of both, whoever has answered (sentences read the first date of a clock)
    turn.start(ClockKind.ACCEPTANCE, hand=Hand.CONSUMER, due_on=due, basis="R. 612-4, date fixée par le médiateur")
    return due


@use_case
def explain_lateness(referral_id: int, late_reason: str, *, by: Actor, at: datetime) -> None:
    """A case closed late by a party's own act: the office says why afterwards, by code."""
    case, referral = reach(referral_id, by)
    check_works(by)
    if late_reason not in LateReason.values:
        raise Refusal("missing:late_reason")
    referral.late_reason = late_reason
    referral.save(update_fields=["late_reason"])
    journal.record(case, "explain_lateness", by=by, at=at, facts={"late_reason": late_reason})
