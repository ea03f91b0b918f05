"""The referral and what hangs on it. Columns that lists and figures read stand on `Referral`; words and identities stand beside it.

The case (`ground.journal.Case`) is the primary key, so `referral.pk` is the number that clocks, letters, documents and entries point at.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.models import Person
from mediane.ground.documents.models import Document
from mediane.ground.journal.models import Case as JournalCase
from mediane.mediation.referrals.enums import (
    Agreed,
    Answer,
    Asked,
    Audience,
    Basis,
    Channel,
    ComplaintAnswer,
    Decision,
    Entry,
    Execution,
    Ground,
    Orientation,
    Outcome,
    Party,
    PositionValue,
    Queue,
    RequesterKind,
    State,
)
from mediane.mediation.referrals.querysets import MessageQuerySet, ReferralQuerySet
from mediane.mediation.referrals.workflow import BEFORE_DECISION, LOCKABLE, MEDIATING, NOTIFIED, UNDECIDED
from mediane.mediation.schemes.models import Body, Charter, Gender, Mandate, OtherMediator, Subject
from mediane.mediation.traders.models import BusinessLine, Designation, Trader


def _choice(choices: type[models.TextChoices], length: int = 24) -> models.CharField[str, str]:
    return models.CharField(max_length=length, choices=choices, blank=True, default="")


AGREED = (Outcome.AGREED_DIRECTLY, Outcome.PROPOSAL_ACCEPTED)
"""Ends with something to carry out."""


def _queue() -> Case:
    """Of which queue of the worklist a row is, from the columns beside it; empty when nobody has anything to do."""
    asked = ("observations", "objection")  # nearest clock: a party is expected, the proposal waits
    return Case(
        When(quiet=True, then=Value("")),
        When(state__in=sorted(BEFORE_DECISION), then=Value(Queue.ADMISSIBILITY)),
        When(state=State.AWAITING_ENTRY, then=Value(Queue.MEDIATION)),
        When(state=State.IN_MEDIATION, due_kind__in=asked, then=Value(Queue.MEDIATION)),
        When(state=State.IN_MEDIATION, then=Value(Queue.PROPOSAL)),
        When(state=State.PROPOSAL_NOTIFIED, then=Value(Queue.ANSWERS)),
        When(state=State.IN_EXECUTION, then=Value(Queue.EXECUTION)),
        default=Value(""),
    )


class Referral(models.Model):
    """One referral (saisine). `received_on` is the legal day of reception, `entered_at` when it was typed in: two dates, both kept.

    An imported row (`imported`) is history: it sends nothing and alerts nobody until an officer takes it up (`taken_up_at`).
    `consumer_answer` and `trader_answer` are written at the conclusion only; until then answers are sealed in `SealedAnswer`.
    """

    case = models.OneToOneField(JournalCase, on_delete=models.PROTECT, primary_key=True, related_name="referral")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    number = models.CharField(max_length=40)  # "2026-04817", or the reference of an imported file
    state = models.CharField(max_length=20, choices=State)
    rules = models.JSONField(default=dict)  # snapshot of the rules it was opened under
    imported = models.BooleanField(default=False)
    taken_up_at = models.DateTimeField(null=True, blank=True)
    quiet = models.BooleanField(default=False)  # imported and not taken up: history, outside every queue
    test = models.BooleanField(default=False)  # reserved for a body's own trials; never counted

    # receiving
    received_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True, blank=True)
    channel = _choice(Channel, 8)
    submission_key = models.UUIDField(
        null=True, blank=True
    )  # of the form or the API call: a double submission makes one referral
    requester_kind = _choice(RequesterKind, 20)
    consumer_name = models.CharField(max_length=200, blank=True)  # display name, for lists
    trader = models.ForeignKey(
        Trader, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals", db_index=False
    )
    trader_given = models.CharField(max_length=200, blank=True)  # as the requester wrote it
    business_line = models.ForeignKey(BusinessLine, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sub_subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    amount_claimed = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    cross_border = models.BooleanField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166, of the consumer
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    previous_reference = models.CharField(max_length=60, blank=True)  # as a file gave it

    # facts of admissibility (null or empty: unknown; see rules.Facts)
    trader_in_scope = models.BooleanField(null=True, blank=True)
    complaint_on = models.DateField(null=True, blank=True)
    complaint_written = models.BooleanField(null=True, blank=True)
    complaint_proof = models.BooleanField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer = _choice(ComplaintAnswer, 10)
    level2_on = models.DateField(null=True, blank=True)
    level2_answered_on = models.DateField(null=True, blank=True)
    other_mediator = models.BooleanField(null=True, blank=True)
    court = models.BooleanField(null=True, blank=True)
    manifestly_unfounded = models.BooleanField(null=True, blank=True)

    # decision
    decision = _choice(Decision, 12)
    decision_on = models.DateField(null=True, blank=True)
    decision_started_on = models.DateField(
        null=True, blank=True
    )  # start of the clock that the decision stopped (re-examination)
    ground = _choice(Ground, 9)
    ground_detail = models.CharField(max_length=60, blank=True)
    premature_until = models.DateField(null=True, blank=True)
    destination = models.ForeignKey(
        OtherMediator, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    # mediation
    notified_on = models.DateField(null=True, blank=True)
    mediator = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals", db_index=False
    )
    assignee = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    designation = models.ForeignKey(Designation, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    entry = _choice(Entry, 16)
    entered_on = models.DateField(
        null=True, blank=True
    )  # day the trader's consent, given or deemed, began the exchange
    entry_reminded = models.BooleanField(default=False)  # REMIND: the one reminder has gone
    extended = models.BooleanField(default=False)
    extended_until = models.DateField(null=True, blank=True)
    conflict_declared = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)

    # solution and end
    proposal_on = models.DateField(null=True, blank=True)
    orientation = _choice(Orientation, 16)
    basis = _choice(Basis, 8)
    consumer_answer = _choice(Answer, 8)
    trader_answer = _choice(Answer, 8)
    answer_reminded = models.BooleanField(default=False)
    agreed_on = models.DateField(null=True, blank=True)
    execution = _choice(Execution, 8)
    amount_granted = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    outcome = _choice(Outcome, 24)
    deemed = models.BooleanField(default=False)
    ended_on = models.DateField(
        null=True, blank=True
    )  # day the mediation ended (for an agreement, its day); figures count on it
    closed_on = models.DateField(null=True, blank=True)  # day the case was closed
    late_reason = models.CharField(max_length=40, blank=True)
    hold = models.BooleanField(default=False)
    destroy_on = models.DateField(null=True, blank=True)  # once archived: first day on which it must be gone
    destruction_approved_at = models.DateTimeField(null=True, blank=True)
    destruction_approved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    bundle_id = models.PositiveBigIntegerField(null=True, blank=True)  # unused before the 2028 rules

    # worklist: nearest running clock and who must act
    due_on = models.DateField(null=True, blank=True)
    due_kind = models.CharField(max_length=14, blank=True)
    hand = models.CharField(max_length=10, blank=True)
    queue = models.GeneratedField(  # computed by PostgreSQL: cannot disagree with what it is computed from
        expression=_queue(), output_field=models.CharField(max_length=14), db_persist=True
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ("-case",)
        constraints = [
            models.UniqueConstraint(fields=("body", "number"), name="referral_number_once_per_body"),
            models.UniqueConstraint(fields=("body", "submission_key"), name="referral_submitted_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="referral_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(state=State.DESTROYED) | Q(received_on__isnull=False),
                name="referral_received_has_day",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decision_on__isnull=True) | (~Q(decision="") & Q(decision_on__isnull=False)),
                name="referral_decision_and_day_together",
            ),
            models.CheckConstraint(
                condition=Q(decision_on__isnull=True) | Q(decision_on__gte=F("received_on")),
                name="referral_decided_after_received",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(NOTIFIED)) | Q(notified_on__isnull=False, decision=Decision.ADMISSIBLE),
                name="referral_notified_has_day",
            ),
            models.CheckConstraint(
                condition=Q(notified_on__isnull=True) | Q(notified_on__gte=F("decision_on")),
                name="referral_notified_after_decided",
            ),
            models.CheckConstraint(
                condition=Q(imported=True) | ~Q(state=State.CLOSED) | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                name="referral_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(MEDIATING)) | Q(closed_on__isnull=True, outcome=""),
                name="referral_open_has_no_outcome",
            ),
            models.CheckConstraint(
                condition=Q(imported=True) | ~Q(state__in=(State.INADMISSIBLE, State.REDIRECTED)) | ~Q(ground=""),
                name="referral_refused_on_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(imported=True) | ~Q(state=State.PREMATURE) | Q(ground=""),
                name="referral_premature_is_no_ground",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PROPOSAL_NOTIFIED) | Q(proposal_on__isnull=False) | Q(imported=True),
                name="referral_proposal_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PROPOSAL_NOTIFIED)
                | Q(imported=True)
                | Q(consumer_answer="", trader_answer=""),
                name="referral_answers_sealed",
            ),
            models.CheckConstraint(
                condition=Q(locked=False) | Q(state__in=sorted(LOCKABLE)), name="referral_locked_where_it_can_be_lifted"
            ),
            models.CheckConstraint(
                condition=Q(imported=True) | ~Q(state__in=sorted(UNDECIDED)) | Q(decision=""),
                name="referral_undecided_has_no_decision",
            ),
            models.CheckConstraint(
                condition=Q(imported=True) | ~Q(state=State.PREMATURE) | Q(premature_until__isnull=False),
                name="referral_premature_has_day",
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | ~Q(state=State.REDIRECTED)
                | Q(ground__in=(Ground.NO_PRIOR_COMPLAINT, Ground.OUT_OF_COMPETENCE)),
                name="referral_redirected_on_1_or_5",
            ),
            models.CheckConstraint(
                condition=Q(imported=True) | ~Q(state__in=sorted(NOTIFIED)) | Q(mediator__isnull=False),
                name="referral_notified_names_mediator",
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | ~Q(state=State.IN_MEDIATION)
                | (Q(entry__in=(Entry.ACCEPTED, Entry.DEEMED_ACCEPTED)) & Q(entered_on__isnull=False)),
                name="referral_mediated_was_entered",
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | ~Q(state=State.IN_EXECUTION)
                | Q(outcome__in=AGREED, agreed_on__isnull=False, execution=""),
                name="referral_executed_was_agreed",
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | ~Q(state=State.CLOSED)
                | (Q(outcome__in=AGREED) & ~Q(execution=""))
                | (~Q(outcome__in=AGREED) & Q(execution="")),
                name="referral_closed_agreement_says_execution",
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | Q(ended_on__isnull=True)
                | (
                    Q(ended_on__gte=F("notified_on"))
                    & (Q(proposal_on__isnull=True) | Q(ended_on__gte=F("proposal_on")))
                ),
                name="referral_ended_after_what_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DESTROYED)
                | Q(received_on__isnull=True)
                | Q(destruction_approved_by__isnull=False, destruction_approved_at__isnull=False, hold=False),
                name="referral_destroyed_was_approved",  # a discarded draft was never received
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ARCHIVED) | Q(destroy_on__isnull=False), name="referral_archived_has_day"
            ),
            models.CheckConstraint(
                condition=Q(extended=False) | Q(extended_until__isnull=False), name="referral_extended_has_day"
            ),
        ]
        indexes = [
            models.Index(fields=("body", "received_on"), name="referral_by_reception"),
            models.Index(
                fields=("body", "decision_on"), condition=Q(decision_on__isnull=False), name="referral_by_decision"
            ),
            models.Index(fields=("body", "ended_on"), condition=Q(ended_on__isnull=False), name="referral_by_end"),
            *(
                models.Index(fields=(whose, "queue", "due_on", "case"), condition=Q(queue__gt=""), name=name)
                for whose, name in (
                    ("body", "referral_worklist"),
                    ("assignee", "referral_my_worklist"),
                    ("mediator", "referral_mediator_worklist"),
                )
            ),
            models.Index(fields=("body", "due_on", "case"), condition=Q(locked=True), name="referral_locked_worklist"),
            models.Index(fields=("body", "state", "due_on", "case"), name="referral_queue"),
            models.Index(
                fields=("trader", "due_on", "case"), condition=Q(state__in=sorted(NOTIFIED)), name="referral_of_trader"
            ),
            models.Index(fields=("body", "destroy_on"), condition=Q(state=State.ARCHIVED), name="referral_archive"),
            models.Index(fields=("previous",), condition=Q(previous__isnull=False), name="referral_chain"),
            models.Index(fields=("trader", "case"), name="referral_by_trader"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def consumer_shown(self) -> str:
        """The consumer as the trader reads it (`naming`). Imported history was notified under the name."""
        dispute = getattr(self, "notified_dispute", None)
        return (dispute.consumer_shown if dispute else "") or self.consumer_name


class NameWord(models.Model):
    """One word by which a case is looked for, folded: of the consumer's name, of the firm as typed where none is linked, the end of its number.

    Written by triggers of the referral's table alone, for the cases that the office may find. Under row-level security LIKE can use no index (it is not
    leakproof); a range over whole words can, so a name is found by the beginning of its words whatever the archive's size (ADR 0150).
    """

    pk = models.CompositePrimaryKey("body", "referral", "word")
    body = models.ForeignKey(Body, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    referral = models.ForeignKey(
        Referral, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    word = models.CharField(max_length=40, db_collation="C")
    archived = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=("body", "word", "referral"), name="nameword_by_word")]


class Claim(models.Model):
    """What the requester says and asks, in words (personal, may hold anything). One row a referral."""

    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, primary_key=True, related_name="claim")
    summary = models.CharField(max_length=200, blank=True)  # one line: "Colis déclaré livré, jamais reçu"
    facts = models.TextField(blank=True)
    asked_of_trader = models.TextField(blank=True)  # what was asked in the written complaint
    asked_now = models.TextField(blank=True)
    contract_reference = models.CharField(max_length=120, blank=True)
    complaint_channel = models.CharField(max_length=12, blank=True)
    trader_reply = models.TextField(blank=True)
    other_proceedings = models.TextField(blank=True)
    trader_siren_given = models.CharField(max_length=20, blank=True)
    draft = models.JSONField(default=dict)  # answers of the form, step by step, before it is sent


class NotifiedDispute(models.Model):
    """The dispute and the claim in the office's neutral words: what the notification tells both parties, and all that the trader reads of the claim."""

    referral = models.OneToOneField(
        Referral, on_delete=models.CASCADE, primary_key=True, related_name="notified_dispute"
    )
    dispute_summary = models.TextField()
    claim_summary = models.TextField()
    consumer_shown = models.CharField(max_length=200, blank=True)  # as the trader reads it: name, or initials
    contract_reference = models.CharField(
        max_length=120, blank=True
    )  # told to the trader, so that it finds the contract


class PartyContact(models.Model):
    """Who a party is in this case and how to reach it. The trader's row is a copy of its contact on the day of notification."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="contacts")
    party = models.CharField(max_length=8, choices=Party)
    gender = models.CharField(max_length=1, choices=Gender, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=120, blank=True)  # of a person, or the firm's name
    company = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    address = models.TextField(blank=True)  # street lines
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True, default="FR")
    language = models.CharField(max_length=2, default="fr")  # of its letters: fr, en
    on_paper = models.BooleanField(default=False)
    large_print = models.BooleanField(default=False)
    sms_agreed = models.BooleanField(default=False)
    discreet = models.BooleanField(default=False)  # initials only in what the trader receives
    transfer_consent = models.BooleanField(null=True, blank=True)  # to send the file on to another level or mediator

    class Meta:
        constraints = [models.UniqueConstraint(fields=("referral", "party"), name="contact_once_per_party")]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.company


class Message(models.Model):
    """Something written in the exchange, or a note. `audience` is who may read it besides the office; `mediator` is a note walled from the office."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="messages")
    audience = models.CharField(max_length=8, choices=Audience)
    author_party = models.CharField(max_length=8, choices=Party, blank=True)  # empty: the mediation
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=200)
    text = models.TextField()
    confidential_asked = models.BooleanField(default=False)  # the author asks that the other party does not read it
    sent_at = models.DateTimeField()
    received_on = models.DateField()
    channel = _choice(Channel, 8)
    submission_key = models.UUIDField(null=True, blank=True)
    documents = models.ManyToManyField(Document, through="MessageDocument", related_name="messages")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("sent_at", "id")
        constraints = [models.UniqueConstraint(fields=("referral", "submission_key"), name="message_sent_once")]
        indexes = [models.Index(fields=("referral", "sent_at"), name="message_by_time")]


class MessageDocument(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE)
    document = models.ForeignKey(Document, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("message", "document"), name="message_document_once")]


class Position(models.Model):
    """The trader's position on the dispute, coded and then point by point. Its words and pieces are the message's, with the message's audience."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="position")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="positions")
    value = models.CharField(max_length=8, choices=PositionValue)
    facts_value = models.CharField(max_length=8, choices=Agreed)
    facts_text = models.TextField(blank=True)
    claim_text = models.TextField(blank=True)
    amount_offered = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ("-message",)


class PieceRequest(models.Model):
    """Something asked of a party, with its date: a piece (with why it is strictly necessary and what it must show: L. 612-2; CECMC B04-2.2), an answer
    to a question, a position, observations. `received_on` is the day the party answered; `note` what it says instead of a piece."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="piece_requests")
    asked_of = models.CharField(max_length=8, choices=Party)
    kind = models.CharField(max_length=12, choices=Asked, default=Asked.PIECE)
    purpose = models.CharField(max_length=24, blank=True)
    name = models.CharField(max_length=160, blank=True)  # of the piece
    why = models.TextField(blank=True)  # of a piece, or the question
    must_show = models.CharField(max_length=400, blank=True)
    asked_on = models.DateField()
    due_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)

    @property
    def label(self) -> str:
        """What is asked, in one line."""
        match self.kind:
            case Asked.PIECE:
                return self.name
            case Asked.QUESTION:
                return self.why
            case Asked.POSITION:
                return gettext("Votre position et la solution que vous envisagez")
            case _:
                return gettext("Vos observations sur les pièces communiquées")


class Proposal(models.Model):
    """The mediator's proposal (R. 612-4): one a round; a draft until notified. `items` is a list of {who, what, amount, within}."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="proposals")
    round = models.PositiveSmallIntegerField(default=1)
    facts_agreed = models.TextField(blank=True)
    facts_disputed = models.TextField(blank=True)
    consumer_position = models.TextField(blank=True)
    trader_position = models.TextField(blank=True)
    reasons_law = models.TextField(blank=True)
    reasons_equity = models.TextField(blank=True)
    items = models.JSONField(default=list)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    orientation = _choice(Orientation, 16)
    basis = _choice(Basis, 8)
    answers_due_on = models.DateField(null=True, blank=True)
    silence_effect = models.CharField(max_length=8, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)  # of the draft: two editors cannot overwrite one another
    notified_on = models.DateField(null=True, blank=True)
    signed_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("referral", "round")
        constraints = [models.UniqueConstraint(fields=("referral", "round"), name="proposal_round_once")]


class SealedAnswer(models.Model):
    """A party's answer to the proposal, once, sealed from the other party until both are in or time is up."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="sealed_answers")
    party = models.CharField(max_length=8, choices=Party)
    value = models.CharField(max_length=8, choices=Answer)
    comment = models.TextField(blank=True)
    answered_on = models.DateField()
    recorded_at = models.DateTimeField()
    signatory = models.CharField(max_length=200, blank=True)  # capacity of who answers for the firm
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("proposal", "party"), name="answer_once_per_party"),
            models.CheckConstraint(
                condition=Q(value__in=(Answer.ACCEPTED, Answer.REFUSED)), name="answer_given_is_never_silence"
            ),
        ]


class Agreement(models.Model):
    """Terms agreed: directly, or by accepting the proposal. `items` as in Proposal, each with `due_on`. A direct one waits for both hands."""

    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, primary_key=True, related_name="agreement")
    direct = models.BooleanField()
    items = models.JSONField(default=list)
    drawn_up_at = models.DateTimeField()
    consumer_confirmed_on = models.DateField(null=True, blank=True)
    trader_confirmed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    due_on = models.DateField(null=True, blank=True)  # last of the items
    reminders_sent = models.PositiveSmallIntegerField(default=0)


class ExecutionReport(models.Model):
    """What a party says of the execution: the trader declares, the consumer confirms or denies."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="execution_reports")
    party = models.CharField(max_length=8, choices=Party)
    value = models.CharField(max_length=8, choices=[("yes", _("Oui")), ("partly", _("En partie")), ("no", _("Non"))])
    comment = models.TextField(blank=True)
    reported_on = models.DateField()
    recorded_at = models.DateTimeField()
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")


class Conflict(models.Model):
    """A circumstance declared by the mediator (R. 613-1); the case is locked for him until the date or a decision."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="conflicts")
    mediator = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    circumstance = models.TextField()
    mediator_view = models.TextField(blank=True)
    declared_on = models.DateField()
    objection_due_on = models.DateField()
    objected_by = models.CharField(max_length=8, choices=Party, blank=True)  # never told to the other party
    objected_on = models.DateField(null=True, blank=True)
    ended = models.CharField(max_length=16, blank=True)  # lifted, replaced, mission_ended
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("referral",), condition=Q(ended=""), name="one_open_conflict")]


class Certificate(models.Model):
    """The content-free certificate of an end; its code can be checked by anyone, and says when it was cancelled."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="certificates")
    code = models.CharField(max_length=24, unique=True)
    issued_on = models.DateField()
    outcome = models.CharField(max_length=16)  # letters.CertificateOutcome: names no party
    cancelled_on = models.DateField(null=True, blank=True)


class ResumptionConsent(models.Model):
    """A party asks for, or agrees to, going on after an end, within the date printed in its letter."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="resumption_consents")
    party = models.CharField(max_length=8, choices=Party)
    consented_on = models.DateField()
    end_number = models.PositiveSmallIntegerField(default=1)  # which end of this referral

    class Meta:
        constraints = [models.UniqueConstraint(fields=("referral", "party", "end_number"), name="consent_once_per_end")]


class Presence(models.Model):
    """Who has this case open right now, for a colleague's eyes."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    writing = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("referral", "person"), name="presence_once")]


class GroundDetail(models.Model):
    """A detail under one of the five grounds of L. 612-2, for the desk and the figures. The grounds are code and closed; details are data with dates.

    Without a body it belongs to every body (shipped by a migration); a body adds its own and may not use one outside its days. Referrals and files keep
    the bare code (`Referral.ground_detail`): an import may bring codes that nobody declared, which figures then show as filed.
    """

    body = models.ForeignKey(Body, on_delete=models.CASCADE, null=True, blank=True, related_name="ground_details")
    ground = models.CharField(max_length=8, choices=Ground)
    code = models.CharField(max_length=60)  # lower_snake, stable
    label_fr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120, blank=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)  # last day included

    class Meta:
        ordering = ("ground", "label_fr", "pk")
        constraints = [
            models.UniqueConstraint(fields=("body", "code"), name="ground_detail_once_a_body", nulls_distinct=False),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z][a-z0-9_]*$"), name="ground_detail_code_snake"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="ground_detail_ground_known"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="ground_detail_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def label(self, language: str) -> str:
        """Its words in that language, in French where the other was not written."""
        return (self.label_en if language.startswith("en") else "") or self.label_fr
