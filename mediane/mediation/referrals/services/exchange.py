"""b8: messages and pieces, each with its audience; what one party filed reaches the other only by a decision with its trace (R. 612-3)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from mediane.ground.access import services as access
from mediane.ground.accounts import keyring
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Person
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.documents import services as documents
from mediane.ground.documents.models import Document
from mediane.ground.jobs import defer
from mediane.ground.journal import services as journal
from mediane.ground.ui.formats import euros
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import clean_text
from mediane.mediation.referrals import naming
from mediane.mediation.referrals.enums import Agreed, Asked, Audience, Party, PositionValue, State
from mediane.mediation.referrals.models import Message, MessageDocument, PartyContact, Position, Presence, Referral
from mediane.mediation.referrals.policy import check_audience, check_reach, check_works, party_of
from mediane.mediation.referrals.services import asking, drafts
from mediane.mediation.referrals.services.turn import Turn, reach
from mediane.mediation.referrals.workflow import MEDIATING


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
    meets: Collection[int] = (),
) -> Message:
    """A message with its pieces, for an audience; or a note (`office`, `mediator`), which is no exchange and can be written in any state.

    `confidential`: the party asks that the other does not read its pieces; they stay with the mediation until it decides (R. 612-3).
    `meets`: the demands (`PieceRequest`) of the party that this message answers; they are closed by it, and the party's clock follows.

    Outside the exchange (before notification, after the end) a party and the office may still write to each other; nothing then reaches the other party.
    The same `submission_key` gives the same message. Raises Refusal `missing:text`, `not_allowed`, `wrong_state`, `not_found`,
    `already_met`.
    """
    case, referral = reach(referral_id, by)
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
    asked = asking.chosen(referral, party, meets)
    name = _author_name(by, referral, party, audience)
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
    kept = []
    for upload, title, purpose in uploads:
        stored = documents.store_document(
            case=case,
            organisation_id=referral.body_id,
            upload=upload,
            title=title or upload.filename,
            author_party=party or ("mediator" if audience == Audience.MEDIATOR else "office"),
            author_name=name,
            audience=party.value if party and confidential else audience,
            purpose=purpose,
            by=by,
            at=at,
            received_on=day,
            person_id=by.person_id,
        )
        MessageDocument.objects.create(message=message, document=stored)
        kept.append(stored)
    asking.meet(asked, on=day, text=text, stored=kept)
    facts: dict[str, Any] = {"audience": audience, "pieces": len(uploads)}
    if asked:
        facts["answers"] = [row.pk for row in asked]
    if turn:
        turn.go()
        turn.record(facts, {"text": text} if text else None)
        if asked and party:
            asking.follow(turn, party)
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


@dataclass(frozen=True)
class PositionGiven:
    """What the trader says of the dispute: a coded position, the facts, the claim; an amount in euros where it offers one."""

    value: str
    facts_value: str
    facts_text: str = ""
    claim_text: str = ""
    amount_offered: Decimal | None = None


@use_case
def send_position(
    referral_id: int,
    given: PositionGiven,
    audience: str,
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    uploads: tuple[tuple[Any, str, str], ...] = (),
    channel: str = "web",
    confidential: bool = False,
    submission_key: uuid.UUID | None = None,
) -> Position:
    """The trader's position, once it has entered; a later one stands beside the first. It meets the office's demand for a position and for observations.

    Raises Refusal `missing:position`, `missing:facts_value`, `missing:claim_text` (a claim is not contested without a word), `wrong_state`, `not_allowed`.
    """
    _case, referral = reach(referral_id, by)
    if party_of(by) is not Party.TRADER:
        raise Refusal("not_allowed")
    if referral.state != State.IN_MEDIATION:
        raise Refusal("wrong_state", state=referral.state)
    if given.value not in PositionValue.values:
        raise Refusal("missing:position")
    if given.facts_value not in Agreed.values:
        raise Refusal("missing:facts_value")
    claim_text, facts_text = clean_text(given.claim_text), clean_text(given.facts_text)
    if given.value != PositionValue.AGREES and not claim_text:
        raise Refusal("missing:claim_text")
    given = PositionGiven(given.value, given.facts_value, facts_text, claim_text, given.amount_offered)
    wanted = [
        row.pk for row in asking.waiting(referral, Party.TRADER) if row.kind in (Asked.POSITION, Asked.OBSERVATIONS)
    ]
    if submission_key and Message.objects.filter(referral=referral, submission_key=submission_key).exists():
        wanted = []  # sent twice: the first has met them
    message = write(
        referral_id,
        _position_in_words(given),
        audience,
        by=by,
        at=at,
        on=on,
        uploads=uploads,
        channel=channel,
        confidential=confidential,
        submission_key=submission_key,
        meets=wanted,
    )
    position, _new = Position.objects.get_or_create(
        message=message,
        defaults={
            "referral_id": referral_id,
            "value": given.value,
            "facts_value": given.facts_value,
            "facts_text": given.facts_text,
            "claim_text": given.claim_text,
            "amount_offered": given.amount_offered,
        },
    )
    return position


def _position_in_words(given: PositionGiven) -> str:
    """As it reads among the messages."""
    lines = [
        _("Position : {value}").format(value=PositionValue(given.value).label),
        _("Les faits : {value}").format(value=Agreed(given.facts_value).label),
        given.facts_text,
        _("La demande :") if given.claim_text else "",
        given.claim_text,
    ]
    if given.amount_offered is not None:
        lines.append(_("Somme offerte : {amount}").format(amount=euros(given.amount_offered)))
    return "\n".join(line for line in lines if line)


def _outside_the_exchange(by: Actor, referral: Referral, audience: str) -> None:
    """Which messages need no exchange: notes of the office, and a party's own correspondence with it."""
    if referral.state in (State.DRAFT, State.ARCHIVED, State.DESTROYED):
        raise Refusal("wrong_state", state=referral.state)
    if audience == Audience.BOTH or (audience == Audience.TRADER and referral.notified_on is None):
        raise Refusal("wrong_state", state=referral.state)


def _author_name(by: Actor, referral: Referral, party: Party | None, audience: str) -> str:
    """Who speaks, as readers see it: the consumer's name, the firm's, or the person of the office."""
    if party is Party.CONSUMER:
        return referral.consumer_shown if audience == Audience.BOTH else referral.consumer_name
    if party is Party.TRADER:
        return referral.trader.name if referral.trader else by.name
    return by.name


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
    if party is Party.TRADER:
        consumer = turn.referral.contacts.get(party=Party.CONSUMER)
        naming.write_for_trader(turn.referral, consumer, turn.referral.claim.contract_reference)
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
    asking.ask_about_pieces(turn, party, due)
    turn.letter("documents_transmitted", party, documents=shown, on_request=on_request, observations_due_on=due)
    return turn.close()


@use_case
def change_contact(referral_id: int, party: str, values: dict[str, Any], *, by: Actor, at: datetime) -> PartyContact:
    """How a party is reached: at any time, by itself or by the office for it. Letters already queued keep the address they were written to."""
    case, referral = reach(referral_id, by)
    own = party_of(by)
    if own is None or by.on_behalf_of:
        check_works(by)
    if own not in (None, party):
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
    former = contact.email
    for name, value in values.items():
        setattr(contact, name, value)
    if (contact.on_paper or not contact.email) and not contact.address.strip():
        raise Refusal("missing:way_to_answer")
    contact.save(update_fields=list(values))
    if party == Party.CONSUMER and contact.email.casefold() != former.casefold():
        _leave_mailbox(referral, former, by=by, at=at)
    if party == Party.CONSUMER and "discreet" in values:
        naming.write_for_trader(referral, contact, referral.claim.contract_reference)
    journal.record(
        case,
        "change_contact",
        by=by,
        at=at,
        facts={"party": party, "fields": sorted(values)},
        personal={k: str(v) for k, v in values.items()},
    )
    return contact


def _leave_mailbox(referral: Referral, former: str, *, by: Actor, at: datetime) -> None:
    """Links lie in the mailbox that is left: they end, and both mailboxes are told. The case number and its code open as before."""
    from mediane.mediation.referrals.tasks import tell_address_changed

    system = Actor.system(by.door)
    access.end_links(referral.pk, holders=(referral.consumer_name, drafts.RESUME), by=system, at=at)
    defer(tell_address_changed, case_id=referral.pk, sealed_former=keyring.encrypt("queue", "former address", former))


@use_case
def note_presence(referral_id: int, *, by: Actor, at: datetime, writing: bool = False) -> list[Person]:
    """Say that this person has the case open, and return the colleagues seen there in the last two minutes.

    Raises Refusal `not_found`, `not_allowed` (who is no person of the office).
    """
    referral = Referral.objects.filter(pk=referral_id).first()
    if referral is None:
        raise Refusal("not_found")
    check_reach(by, referral)
    if not by.is_staff or by.person_id is None:
        raise Refusal("not_allowed")
    Presence.objects.update_or_create(
        referral_id=referral_id, person_id=by.person_id, defaults={"seen_at": at, "writing": writing}
    )
    others = Presence.objects.filter(referral_id=referral_id, seen_at__gte=at - timedelta(minutes=2)).exclude(
        person_id=by.person_id
    )
    return [row.person for row in others.select_related("person")]
