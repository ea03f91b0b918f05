"""b5–b7, b10, b12: notification, entry, extension, direct agreement."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import ClockKind, Hand
from mediane.ground.journal import services as journal
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.kernel.workflow import KEPT
from mediane.mediation.referrals import naming
from mediane.mediation.referrals.enums import Decision, Entry, Outcome, Party, State
from mediane.mediation.referrals.models import Agreement, NotifiedDispute, PartyContact, Referral
from mediane.mediation.referrals.policy import check_works, speaking_party
from mediane.mediation.referrals.services.asking import hear_both
from mediane.mediation.referrals.services.ending import certify, end
from mediane.mediation.referrals.services.receiving import warnings
from mediane.mediation.referrals.services.turn import Turn, kept_of, reach
from mediane.mediation.schemes.models import Mandate
from mediane.mediation.schemes.services import charter_in_force
from mediane.mediation.traders.models import SilenceEffect
from mediane.mediation.traders.services import designation_in_force, main_contact


@use_case
def notify(
    referral_id: int,
    *,
    by: Actor,
    at: datetime,
    mediator_id: int | None = None,
    dispute_summary: str = "",
    claim_summary: str = "",
    late_reason: str = "",
) -> Referral:
    """Admissible: both parties are told the same day (R. 612-2); the 90 days and the entry clock start, limitation is suspended (CECMC B01).

    Raises Refusal `missing:trader|trader_contact|mediator|charter|dispute_summary`. Where the charter or convention accepted the principle in advance, the
    mediation begins at once.
    """
    turn = Turn.open(referral_id, "notify", by=by, at=at, late_reason=late_reason)
    referral = turn.referral
    trader = turn.need("trader", referral.trader)
    contact = turn.need("trader_contact", main_contact(trader.pk))
    charter = turn.need("charter", charter_in_force(referral.body_id, turn.on))
    mediator = turn.need("mediator", _mediator(turn, mediator_id))
    dispute = turn.need("dispute_summary", (dispute_summary or referral.claim.summary).strip())
    asked = turn.need("claim", (claim_summary or referral.claim.asked_now).strip())
    turn.check_late(ClockKind.REJECTION)
    designation = designation_in_force(trader.pk, turn.on)
    entry_asked = designation.entry_asked if designation else True
    if charter.principle_accepted:
        entry_asked = False
    rejection = turn.running.get(ClockKind.REJECTION)
    turn.go(
        State.AWAITING_ENTRY if entry_asked else State.IN_MEDIATION,
        decision=Decision.ADMISSIBLE,
        decision_on=turn.on,
        decision_started_on=rejection.started_on if rejection else referral.received_on,
        ground="",
        ground_detail="",
        notified_on=turn.on,
        mediator=mediator,
        charter=charter,
        designation=designation,
        entry="" if entry_asked else Entry.ACCEPTED,
        entered_on=None if entry_asked else turn.on,
    )
    referral.notified_dispute = NotifiedDispute.objects.create(
        referral=referral,
        dispute_summary=dispute,
        claim_summary=asked,
        contract_reference=referral.claim.contract_reference,
    )
    naming.write_for_trader(referral, referral.contacts.get(party=Party.CONSUMER), referral.claim.contract_reference)
    PartyContact.objects.update_or_create(
        referral=referral,
        party=Party.TRADER,
        defaults={
            "last_name": contact.name,
            "company": trader.name,
            "email": contact.email,
            "address": contact.postal_address,
            "on_paper": contact.on_paper or not contact.email,
        },
    )
    turn.record({"trader": trader.pk, "mediator": mediator.pk, "charter": charter.version, "entry_asked": entry_asked})
    turn.stop_all()
    turn.start(
        ClockKind.MEDIATION,
        rule="mediation",
        hand=Hand.MEDIATION,
        warnings=warnings(turn.on, turn.rules, "mediation_warnings"),
    )
    if entry_asked:
        start_entry(turn)
    turn.letter_to_both("notification", entry_asked=entry_asked)
    return turn.close()


def _mediator(turn: Turn, mediator_id: int | None) -> Mandate | None:
    """The mediator named: chosen, already on the case, or the one under whose mandate this move is made; with a current mandate."""
    chosen = (
        Mandate.objects.select_related("person").filter(body=turn.referral.body_id, pk=mediator_id).first()
        if mediator_id
        else None
    )
    mediator = chosen or turn.referral.mediator or turn.mandate
    return mediator if mediator and mediator.is_current(paris_day(turn.at)) else None


def start_entry(turn: Turn) -> None:
    """The entry clock by the convention's own delay; reminders at the body's shares of the time."""
    designation = turn.referral.designation
    period = designation.entry_delay if designation else turn.rules.text("trader_entry_delay")
    basis = f"convention, {designation.version}" if designation else "règlement de l’organisme"
    due = clocks.day_after(turn.on, period)
    reminders = [turn.on + (due - turn.on) * share // 100 for share in turn.rules["entry_reminders"]]
    turn.start(ClockKind.ENTRY, hand=Hand.TRADER, period=period, basis=basis, reminders=reminders)


@use_case
def accept_entry(referral_id: int, *, by: Actor, at: datetime, on: date | None = None) -> Referral:
    """The trader accepts the principle of mediation; both are told, and asked for what they still want to add."""
    turn = Turn.open(referral_id, "accept_entry", by=by, at=at, on=on)
    turn.go(entry=Entry.ACCEPTED, entered_on=turn.on)
    turn.record()
    turn.stop(ClockKind.ENTRY)
    due = hear_both(turn)
    turn.letter_to_both("entry_accepted", observations_due_on=due)
    return turn.close()


@use_case
def refuse_entry(
    referral_id: int, *, by: Actor, at: datetime, on: date | None = None, reason: str = "", share_reason: bool = False
) -> Referral:
    """The trader refuses to enter, as it is free to (CECMC B02): recorded, both told, certificate. Its reasons stay with the office unless it agrees."""
    turn = Turn.open(referral_id, "refuse_entry", by=by, at=at, on=on)
    turn.go(entry=Entry.REFUSED)
    end(turn, Outcome.ENTRY_REFUSED, personal={"reason": reason, "share": share_reason} if reason else None)
    turn.letter_to_both("trader_refusal", refusal_reason=reason if share_reason else "")
    return turn.close()


@use_case
def remind_entry(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    turn = Turn.open(referral_id, "remind_entry", by=by, at=at)
    turn.go()
    turn.record()
    turn.letter("trader_reminder", Party.TRADER, second_date=False)
    return turn.close()


@use_case
def entry_expires(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """The day after the date, without an answer: what the convention says that silence does."""
    turn = Turn.open(referral_id, "entry_expires", by=by, at=at)
    referral, clock = turn.referral, turn.running[ClockKind.ENTRY]
    if turn.on <= turn.last_day_to_wait(clock.due_on, Party.TRADER):
        raise Refusal("too_early", due_on=clock.due_on)
    effect = referral.designation.silence_effect if referral.designation else turn.rules["trader_silence_effect"]
    if effect == SilenceEffect.REMIND and not referral.entry_reminded:
        turn.go(KEPT, entry_reminded=True)
        turn.record({"effect": effect})
        due = clocks.day_after(turn.on, turn.rules.text("entry_second_delay"))
        clocks.extend(clock, due_on=due, on=turn.on, reason="remind", seq=turn.seq)
        turn.letter("trader_reminder", Party.TRADER, second_date=True)
    elif effect == SilenceEffect.ACCEPTANCE:
        turn.go(State.IN_MEDIATION, entry=Entry.DEEMED_ACCEPTED, entered_on=turn.on, deemed=True)
        turn.record({"effect": effect})
        turn.stop(ClockKind.ENTRY)
        due = hear_both(turn)
        turn.letter_to_both("deemed_acceptance", observations_due_on=due, entry_due_on=clock.due_on)
    else:
        turn.go(State.CLOSED, entry=Entry.DEEMED_REFUSED, deemed=True)
        end(turn, Outcome.ENTRY_REFUSED, facts={"effect": effect})
        turn.letter_to_both("deemed_refusal", entry_due_on=clock.due_on)
    return turn.close()


@use_case
def extend(
    referral_id: int,
    new_due_on: date,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    next_step: str = "",
    next_step_on: date | None = None,
    late_reason: str = "",
) -> Referral:
    """The mediator alone, for a complex dispute, at any time; both told at once (R. 612-5). After the date, with a coded reason for lateness."""
    turn = Turn.open(referral_id, "extend", by=by, at=at, late_reason=late_reason)
    turn.need_own_mediator()
    turn.need("reason", reason.strip())
    turn.need("next_step", next_step.strip())
    clock = turn.running[ClockKind.MEDIATION]
    before = clock.due_on
    turn.need_later("new_due_on", new_due_on, before)
    turn.check_late(ClockKind.MEDIATION)
    turn.go(extended=True, extended_until=new_due_on)
    turn.record({"before": before, "after": new_due_on}, {"reason": reason, "next_step": next_step})
    clocks.extend(clock, due_on=new_due_on, on=turn.on, reason="complexity", seq=turn.seq)
    for party in Party:
        turn.letter(
            "extension",
            party,
            extension_reason=reason.strip().rstrip("."),
            new_due_on=new_due_on,
            previous_due_on=before,
            next_step=next_step.strip().rstrip("."),
            next_step_on=next_step_on or new_due_on,
        )
    return turn.close()


@use_case
def draw_up_agreement(referral_id: int, items: list[dict[str, Any]], *, by: Actor, at: datetime) -> Agreement:
    """Write down the terms the parties found; each then confirms this very text in its own hand. A changed text asks both again.

    `items`: [{"who": "consumer"|"trader", "what": "…", "amount": "48.90"|None, "due_on": "2027-01-15"}].
    """
    case, referral = reach(referral_id, by)
    check_works(by)
    if referral.state not in (State.AWAITING_ENTRY, State.IN_MEDIATION):
        raise Refusal("wrong_state", state=referral.state)
    if not items or any(not item["what"].strip() or not item["due_on"] for item in items):
        raise Refusal("missing:terms")
    known = Agreement.objects.filter(referral=referral).first()
    agreement, _ = Agreement.objects.update_or_create(
        referral=referral,
        defaults={
            "direct": True,
            "items": items,
            "drawn_up_at": at,
            "due_on": max(date.fromisoformat(item["due_on"]) for item in items),
            "version": known.version + 1 if known else 1,
            "consumer_confirmed_on": None,
            "trader_confirmed_on": None,
        },
    )
    journal.record(
        case, "draw_up_agreement", by=by, at=at, facts={"version": agreement.version}, personal={"items": items}
    )
    return agreement


@use_case
def confirm_agreement(referral_id: int, version: int, *, by: Actor, at: datetime, on: date | None = None) -> Agreement:
    """A party says in its own hand that these are the terms; recorded for it, its signed letter is scanned (a call is nobody's hand).

    Raises Refusal `stale` when the text changed since it was read, `missing:scan`.
    """
    case, referral = reach(referral_id, by)
    party = speaking_party(by)
    if by.on_behalf_of and not by.trace.scans:
        raise Refusal("missing:scan")
    day = on or paris_day(at)
    if day > paris_day(at):
        raise Refusal("in_future", on=day)
    agreement = Agreement.objects.filter(referral=referral, direct=True).first()
    if agreement is None or referral.state not in (State.AWAITING_ENTRY, State.IN_MEDIATION):
        raise Refusal("wrong_state", state=referral.state)
    if agreement.version != version:
        raise Refusal("stale", version=agreement.version)
    field = f"{party}_confirmed_on"
    if day < max(referral.notified_on or day, paris_day(agreement.drawn_up_at)):
        raise Refusal("before_case", on=day)
    if getattr(agreement, field) is None:
        setattr(agreement, field, day)
        agreement.save(update_fields=[field])
        facts: dict[str, Any] = {"party": party.value, "version": version}
        personal = kept_of(by, facts, None)
        journal.record(case, "confirm_agreement", by=by, at=at, on=day, facts=facts, personal=personal)
    return agreement


@use_case
def agree_directly(referral_id: int, *, by: Actor, at: datetime, late_reason: str = "") -> Referral:
    """Both confirmed: the agreement is recorded, the 90 days stop, execution starts; both receive its text and the certificate."""
    turn = Turn.open(referral_id, "agree_directly", by=by, at=at, late_reason=late_reason)
    agreement = turn.need("terms", Agreement.objects.filter(referral=turn.referral, direct=True).first())
    turn.need("consumer_confirmation", agreement.consumer_confirmed_on)
    turn.need("trader_confirmation", agreement.trader_confirmed_on)
    agreed_on = max(agreement.consumer_confirmed_on, agreement.trader_confirmed_on)
    turn.check_late(ClockKind.MEDIATION, on=agreed_on)
    turn.go(
        outcome=Outcome.AGREED_DIRECTLY,
        agreed_on=agreed_on,
        ended_on=agreed_on,
        entry=turn.referral.entry or Entry.ACCEPTED,
        amount_granted=_total(agreement.items),
    )
    turn.record({"agreed_on": agreed_on})
    turn.stop(
        ClockKind.MEDIATION, on=agreed_on
    )  # the 90 days run to the agreement, not to the day it was written down here
    turn.stop_all()
    start_execution(turn, agreement)
    correction_due_on = clocks.day_after(turn.on, turn.rules.text("correction_period"))
    turn.letter_to_both("direct_agreement", agreement=agreement, correction_due_on=correction_due_on)
    certify(turn)
    return turn.close()


def start_execution(turn: Turn, agreement: Agreement) -> None:
    """Execution runs to the last date agreed; both are asked at that date, and again after the body's reminders."""
    due = agreement.due_on or clocks.day_after(turn.on, turn.rules.text("execution_period"))
    due = max(due, turn.on)
    reminders = [due] + [clocks.day_after(due, str(period)) for period in turn.rules["execution_reminders"]]
    turn.start(ClockKind.EXECUTION, hand=Hand.TRADER, due_on=due, basis="accord des parties", reminders=reminders)


def _total(items: list[dict[str, Any]]) -> Decimal | None:
    amounts = [Decimal(item["amount"]) for item in items if item.get("amount")]
    return sum(amounts, Decimal(0)) if amounts else None
