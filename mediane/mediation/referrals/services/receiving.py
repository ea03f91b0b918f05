"""b1: a referral begins as a draft, is submitted, or is received whole (an officer's entry, the API). Resubmission is a new referral, linked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from mediane.ground.access import services as access
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import ClockKind, Hand
from mediane.ground.documents import services as documents
from mediane.ground.documents.models import Document
from mediane.ground.journal import services as journal
from mediane.ground.journal.models import Case, CaseKind
from mediane.ground.rulesets.services import Rules, rules_for
from mediane.kernel.events import publish
from mediane.kernel.moments import paris_day
from mediane.kernel.periods import Period
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Audience, Ground, Party, State
from mediane.mediation.referrals.events import ReferralReceived
from mediane.mediation.referrals.models import Claim, PartyContact, Referral
from mediane.mediation.referrals.policy import check_works
from mediane.mediation.referrals.services.turn import Turn, reach
from mediane.mediation.referrals.workflow import REFERRALS
from mediane.mediation.schemes.models import Body
from mediane.mediation.schemes.services import next_number
from mediane.mediation.traders.models import Trader
from mediane.mediation.traders.services import designation_in_force, find_traders


@dataclass(frozen=True)
class Person:
    """Identity and how to be reached. `email` or a postal address is a way to answer; `on_paper` chooses the post."""

    last_name: str = ""
    first_name: str = ""
    gender: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    language: str = "fr"
    on_paper: bool = False
    large_print: bool = False
    sms_agreed: bool = False
    discreet: bool = False


@dataclass(frozen=True)
class Dispute:
    """What a referral says. Unknown yes/no facts and days are None; nothing here is judged."""

    trader_id: int | None = None
    trader_given: str = ""
    trader_siren: str = ""
    business_line_id: int | None = None
    subject_id: int | None = None
    sub_subject_id: int | None = None
    requester_kind: str = ""
    summary: str = ""
    facts: str = ""
    asked_of_trader: str = ""
    asked_now: str = ""
    amount_claimed: Decimal | None = None
    contract_reference: str = ""
    complaint_on: date | None = None
    complaint_written: bool | None = None
    complaint_proof: bool | None = None
    complaint_channel: str = ""
    answered_on: date | None = None
    answer: str = ""
    trader_reply: str = ""
    level2_on: date | None = None
    level2_answered_on: date | None = None
    other_mediator: bool | None = None
    court: bool | None = None
    other_proceedings: str = ""
    consumer: Person = field(default_factory=Person)
    cross_border: bool | None = None
    transfer_consent: bool | None = None


CLAIM_FIELDS = (
    "summary",
    "facts",
    "asked_of_trader",
    "asked_now",
    "contract_reference",
    "complaint_channel",
    "trader_reply",
    "other_proceedings",
)
FACT_FIELDS = (
    "business_line_id",
    "subject_id",
    "sub_subject_id",
    "requester_kind",
    "amount_claimed",
    "complaint_on",
    "complaint_written",
    "complaint_proof",
    "answered_on",
    "answer",
    "level2_on",
    "level2_answered_on",
    "other_mediator",
    "court",
    "cross_border",
)


def _role_for_draft(by: Actor) -> None:
    """A requester (through the body's public pages), an officer for somebody, a machine: never the trader (L. 611-3 5°)."""
    on_behalf = Role.REQUESTER if by.on_behalf_of == Party.CONSUMER else None
    REFERRALS.check("begin", None, by.roles, on_behalf=on_behalf)


@use_case
def begin_draft(body_id: int, *, by: Actor, at: datetime, draft: dict[str, Any] | None = None) -> Referral:
    """An empty form, kept from its first step on. Raises Refusal `not_allowed`, `not_found` (another body)."""
    _role_for_draft(by)
    if by.organisation_id != body_id:
        raise Refusal("not_found")
    case = journal.open_case(body_id, CaseKind.REFERRAL)
    referral = Referral.objects.create(
        case=case, body_id=body_id, number=f"draft-{case.pk}", state=State.DRAFT, entered_at=at
    )
    Claim.objects.create(referral=referral, draft=draft or {})
    journal.record(case, "begin", by=by, at=at, facts={"to": State.DRAFT})
    return referral


@use_case
def discard(referral_id: int, *, by: Actor, at: datetime) -> None:
    """The form is given up, or its retention is over: words, identity and files go, a skeleton stays. Never counted."""
    turn = Turn.open(referral_id, "discard", by=by, at=at)
    documents.forget(list(Document.objects.filter(case=turn.case).values_list("pk", flat=True)))
    PartyContact.objects.filter(referral=turn.referral).delete()
    Claim.objects.filter(referral=turn.referral).update(**dict.fromkeys(CLAIM_FIELDS, ""), draft={})
    access.revoke_keys(referral_id, by=Actor.system(by.door), at=at)
    turn.go(consumer_name="", trader_given="")
    turn.record()
    turn.close()


@use_case
def submit(
    referral_id: int,
    dispute: Dispute,
    *,
    by: Actor,
    at: datetime,
    channel: str = "web",
    on: date | None = None,
    submission_key: uuid.UUID | None = None,
) -> Referral:
    """The form is sent. Submitting twice gives the same referral. Raises Refusal `missing:trader|claim|identity|way_to_answer`, `in_future`, …"""
    if submission_key:
        journal.lock_case(referral_id)  # the second of two sendings at once waits here, then finds the first
        sent = Referral.objects.filter(pk=referral_id, submission_key=submission_key).exclude(state=State.DRAFT).first()
        if sent:
            return sent
    turn = Turn.open(referral_id, "submit", by=by, at=at, on=on, told=True)
    turn.rules = rules_for(turn.referral.body_id, turn.on)
    return _receive(turn, dispute, channel=channel, submission_key=submission_key)


@use_case
def receive(
    body_id: int,
    dispute: Dispute,
    *,
    by: Actor,
    at: datetime,
    channel: str,
    on: date | None = None,
    uploads: tuple[tuple[Any, str, str], ...] = (),
    submission_key: uuid.UUID | None = None,
    assignee_id: int | None = None,
) -> Referral:
    """A whole referral at once: an officer who types in what came by post, phone or at the counter (`on` is the day it arrived), or a machine.

    `uploads` are (Upload, title, purpose). The same `submission_key` gives the same referral.
    """
    _role_for_draft(by)
    if by.organisation_id != body_id:
        raise Refusal("not_found")
    if submission_key:
        _one_at_a_time(submission_key)
        known = Referral.objects.filter(body=body_id, submission_key=submission_key).values_list("pk", flat=True)
        if known:
            return Referral.objects.get(pk=known[0])
    body = Body.objects.select_related("organisation").get(pk=body_id)
    case = journal.open_case(body_id, CaseKind.REFERRAL)
    referral = Referral(case=case, body=body, state=State.DRAFT, entered_at=at, assignee_id=assignee_id)
    referral.claim = Claim(referral=referral)
    day = on or paris_day(at)
    if day > paris_day(at):
        raise Refusal("in_future", on=day)
    turn = Turn(referral, case, REFERRALS["submit"], by, at, day, rules_for(body_id, day), before=State.DRAFT)
    return _receive(turn, dispute, channel=channel, submission_key=submission_key, uploads=uploads)


def _one_at_a_time(key: uuid.UUID) -> None:
    """Two sendings of one form or call in the same instant queue up until the end of the transaction; the second then finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"referral {key}"])


def _receive(
    turn: Turn,
    dispute: Dispute,
    *,
    channel: str,
    submission_key: uuid.UUID | None,
    uploads: tuple[tuple[Any, str, str], ...] = (),
    pieces_of: int | None = None,
) -> Referral:
    """`uploads` come with it; `pieces_of` is the former case whose pieces it takes over."""
    referral, new = turn.referral, not turn.referral.number
    check_complete(dispute)
    trader = _trader(referral.body_id, dispute)
    referral.rules = turn.rules.snapshot()
    turn.go(
        received_on=turn.on,
        submitted_at=turn.at,
        channel=channel,
        submission_key=submission_key,
        trader=trader,
        trader_given=dispute.trader_given or (trader.name if trader else ""),
        trader_in_scope=_in_scope(trader, turn.on),
        consumer_name=display_name(dispute.consumer),
        country=dispute.consumer.country,
        **{name: getattr(dispute, name) for name in FACT_FIELDS},
    )
    if referral.cross_border is None:
        referral.cross_border = bool(dispute.consumer.country) and dispute.consumer.country != "FR"
    if not new:  # pieces of the form were stored before the name was known
        mine = Document.objects.filter(case=turn.case, author_party=Party.CONSUMER, author_name="")
        mine.update(author_name=referral.consumer_name)
    pieces = documents.copy_to_case(pieces_of, turn.case, by=turn.by, at=turn.at) if pieces_of else []
    pieces += [add_document(turn, upload, title=title, purpose=purpose) for upload, title, purpose in uploads]
    turn.record({"channel": channel, "trader": trader.pk if trader else None, "entered_on": paris_day(turn.at)})
    turn.start(
        ClockKind.REJECTION,
        rule="rejection",
        hand=Hand.MEDIATION,
        warnings=warnings(turn.on, turn.rules, "rejection_warnings"),
    )
    # Late: until the end of the transaction, whoever receives for the same body waits here.
    referral.number = next_number(referral.body_id, paris_day(turn.at).year, referral.body.number_prefix)
    turn.write(new=new)
    for name in CLAIM_FIELDS:
        setattr(referral.claim, name, getattr(dispute, name))
    referral.claim.trader_siren_given, referral.claim.draft = dispute.trader_siren, {}
    referral.claim.save(force_insert=new)
    contact = PartyContact.objects.create(
        referral=referral,
        party=Party.CONSUMER,
        transfer_consent=dispute.transfer_consent,
        **{item.name: getattr(dispute.consumer, item.name) for item in fields(Person)},
    )
    turn.contacts = {Party.CONSUMER: contact}
    filed = [piece.title for piece in pieces if piece.author_party == Party.CONSUMER]
    turn.letter("referral_receipt", Party.CONSUMER, re_examined=False, pieces=filed if new else pieces_filed(turn.case))
    turn.close()
    publish(ReferralReceived(referral_id=referral.pk, body_id=referral.body_id, on=turn.on, number=referral.number))
    return referral


def add_document(turn: Turn, upload: Any, *, title: str, purpose: str, audience: str = Audience.CONSUMER) -> Document:
    """A file that came with the referral. What the consumer filed stays the consumer's until it is transmitted."""
    contact = f"{turn.referral.consumer_name}"
    return documents.store_document(
        case=turn.case,
        organisation_id=turn.referral.body_id,
        upload=upload,
        title=title or upload.filename,
        author_party=Party.CONSUMER,
        author_name=contact,
        audience=audience,
        purpose=purpose,
        by=turn.by,
        at=turn.at,
        received_on=turn.on,
        person_id=turn.by.person_id,
    )


def pieces_filed(case: Case) -> list[str]:
    """Titles of what the consumer filed and did not take back, as the receipt lists them."""
    filed = Document.objects.filter(case=case, author_party=Party.CONSUMER, withdrawn_at__isnull=True)
    return list(filed.order_by("number").values_list("title", flat=True))


def check_complete(dispute: Dispute) -> None:
    """What a referral must have to be one. Raises Refusal naming the first thing missing."""
    person = dispute.consumer
    wanted = {
        "trader": dispute.trader_id or dispute.trader_given.strip(),
        "claim": dispute.asked_now.strip(),
        "identity": person.last_name.strip() or person.company.strip(),
        "way_to_answer": (person.email.strip() and not person.on_paper)
        or (person.address.strip() and person.postcode.strip() and person.city.strip()),
    }
    for thing, value in wanted.items():
        if not value:
            raise Refusal(f"missing:{thing}")


def display_name(person: Person) -> str:
    """« Mme Claire Morel »: how lists name the consumer."""
    title = {"f": "Mme ", "m": "M. "}.get(person.gender, "")
    return (title + f"{person.first_name} {person.last_name}".strip()).strip() if person.last_name else person.company


def warnings(start: date, rules: Rules, key: str) -> list[date]:
    return [clocks.day_after(start, str(period)) for period in rules[key]]


def _trader(body_id: int, dispute: Dispute) -> Trader | None:
    """The trader chosen from the body's list, or found by the SIREN given; else only its name as given stands."""
    if dispute.trader_id:
        trader = Trader.objects.filter(body=body_id, pk=dispute.trader_id).first()
        if trader is None:
            raise Refusal("missing:trader")
        return trader
    found = find_traders(body_id, dispute.trader_siren, limit=2) if dispute.trader_siren else []
    return found[0] if len(found) == 1 else None


def _in_scope(trader: Trader | None, day: date) -> bool | None:
    """Computed fact: under convention that day, or known and not under convention; unknown when the trader is not identified."""
    return None if trader is None else designation_in_force(trader.pk, day) is not None


@use_case
def resubmit(
    referral_id: int,
    since_then: str,
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    changes: dict[str, Any] | None = None,
    uploads: tuple[tuple[Any, str, str], ...] = (),
) -> Referral:
    """One step back from *premature*, *redirected* or *inadmissible 1°*: a NEW referral, linked, with the facts, words and pieces of the former one.

    `changes` are facts that changed since (`answered_on`, `complaint_on`…). Resubmitting twice gives the same referral.
    """
    turn = Turn.open(referral_id, "resubmit", by=by, at=at, on=on, told=True)
    old = turn.referral
    if old.state == State.INADMISSIBLE and old.ground != Ground.NO_PRIOR_COMPLAINT:
        raise Refusal("wrong_state", move="resubmit", state=old.state, ground=old.ground)
    turn.need("since_then", since_then.strip())
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"resubmission of {old.pk}")
    known = Referral.objects.filter(body=old.body_id, submission_key=key).first()
    if known:
        return known
    contact = old.contacts.get(party=Party.CONSUMER)
    dispute = Dispute(
        trader_id=old.trader_id,
        trader_given=old.trader_given,
        trader_siren=old.claim.trader_siren_given,
        transfer_consent=contact.transfer_consent,
        consumer=Person(**{item.name: getattr(contact, item.name) for item in fields(Person)}),
        **{name: getattr(old, name) for name in FACT_FIELDS}
        | {name: getattr(old.claim, name) for name in CLAIM_FIELDS}
        | {"facts": f"{old.claim.facts}\n\n{since_then.strip()}"}
        | (changes or {}),
    )
    case = journal.open_case(old.body_id, CaseKind.REFERRAL)
    referral = Referral(case=case, body=old.body, state=State.DRAFT, entered_at=at, previous=old, assignee=old.assignee)
    referral.claim = Claim(referral=referral)
    new = Turn(
        referral, case, REFERRALS["submit"], by, at, turn.on, rules_for(old.body_id, turn.on), before=State.DRAFT
    )
    channel = old.channel if by.on_behalf_of else "web"
    _receive(new, dispute, channel=channel, submission_key=key, uploads=uploads, pieces_of=old.pk)
    turn.record({"new": referral.pk})
    turn.stop(ClockKind.PREMATURE)
    turn.close()
    return referral


@use_case
def take_over(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """An officer takes up an imported case: from now on its clocks alert and the system's moves touch it."""
    case, referral = reach(referral_id, by, "body")
    check_works(by)
    if not referral.quiet:
        return referral
    day = paris_day(at)
    referral.quiet, referral.taken_up_at, referral.assignee_id = False, at, by.person_id
    referral.rules = rules_for(referral.body_id, referral.received_on or day).snapshot()
    entry = journal.record(case, "take_over", by=by, at=at, facts={"state": referral.state})
    turn = Turn(
        referral,
        case,
        REFERRALS["take_up"],
        by,
        at,
        day,
        Rules.from_snapshot(referral.rules),
        before=referral.state,
        seq=entry.seq,
    )
    _clocks_of_history(turn)
    turn.close()
    return referral


def _clocks_of_history(turn: Turn) -> None:
    """The clock that the state of an imported case calls for, from its own days."""
    referral, rules = turn.referral, turn.rules
    match referral.state:
        case State.RECEIVED | State.UNDER_REVIEW | State.INCOMPLETE:
            turn.start(ClockKind.REJECTION, rule="rejection", hand=Hand.MEDIATION, on=referral.received_on)
        case State.AWAITING_ENTRY | State.IN_MEDIATION:
            turn.start(ClockKind.MEDIATION, rule="mediation", hand=Hand.MEDIATION, on=referral.notified_on)
            if referral.state == State.AWAITING_ENTRY:
                due = max(
                    turn.on + timedelta(days=1),
                    clocks.day_after(referral.notified_on or turn.on, rules.text("trader_entry_delay")),
                )
                turn.start(ClockKind.ENTRY, hand=Hand.TRADER, due_on=due, basis="convention")
        case State.IN_EXECUTION:
            due = clocks.day_after(turn.on, rules.text("execution_period"))
            turn.start(ClockKind.EXECUTION, hand=Hand.TRADER, due_on=due, basis="règlement de l’organisme")
        case _:
            pass


def draft_expired(referral: Referral, rules: Rules, day: date) -> bool:
    """Whether a form begun and never sent has outlived its retention."""
    period: Period = rules["draft_retention"]
    return clocks.day_after(paris_day(referral.entered_at), str(period)) < day
