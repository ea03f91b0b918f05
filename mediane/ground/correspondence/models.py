"""Letters as they were written, what became of them, and what each body changed in their texts.

A letter is rendered once: `paper` is the data its PDF is compiled from, kept with the template's version. It is never rendered again from newer
texts; only its secrets are blanked when it has left (`blank_secrets`), with the digest of what left and of what is kept.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Person
from mediane.ground.correspondence import blocks
from mediane.ground.correspondence.kinds import LetterKind, kind_of
from mediane.ground.correspondence.visibility import seen_by
from mediane.ground.journal.models import Case
from mediane.ground.organisations.models import Organisation


class Channel(models.TextChoices):
    EMAIL = "email", _("Courriel")
    POST = "post", _("Courrier")


class Audience(models.TextChoices):
    CONSUMER = "consumer", _("Consommateur")
    TRADER = "trader", _("Professionnel")


class Status(models.TextChoices):
    """Where a letter stands. `in_doubt`: a server may have accepted it and nobody knows; a person decides, the machine never sends again."""

    QUEUED = "queued", _("À préparer")
    READY = "ready", _("Prête")
    SENDING = "sending", _("En cours d’envoi")
    SENT = "sent", _("Envoyée")
    PRINTED = "printed", _("Imprimée")
    FAILED = "failed", _("Non partie")
    IN_DOUBT = "in_doubt", _("Envoi incertain")
    CANCELLED = "cancelled", _("Annulée")


WAITING = (Status.QUEUED, Status.READY, Status.SENDING, Status.PRINTED)
"""Not yet out of the house, and nothing to decide."""
TO_DECIDE = (Status.FAILED, Status.IN_DOUBT)


INTERRUPTED = "the worker ended during the talk with the mail server"
COMPANION_NOT_MADE = "a companion could not be made"
OUR_REASONS = {
    INTERRUPTED: _("L’envoi s’est interrompu pendant l’échange avec le serveur de courriel."),
    COMPANION_NOT_MADE: _("La pièce qui l’accompagne n’a pas pu être faite."),
}


class BatchStatus(models.TextChoices):
    OPEN = "open", _("Ouvert")
    CLOSED = "closed", _("Fermé, à poster")
    POSTED = "posted", _("Posté")


class PrintBatch(models.Model):
    """The letters on paper of one day. Closing it makes one PDF for the printer; posting it dates them all."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()  # 1, and 2 when letters come after the first was closed
    status = models.CharField(max_length=8, choices=BatchStatus, default=BatchStatus.OPEN)
    pdf_key = models.CharField(max_length=64, blank=True)  # emptied when posted: each letter keeps its own
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    posted_on = models.DateField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("-day", "-number")
        constraints = [
            models.UniqueConstraint(fields=("organisation", "day", "number"), name="batch_number_once_a_day"),
            models.UniqueConstraint(
                fields=("organisation", "day"), condition=Q(status="open"), name="batch_one_open_a_day"
            ),
            models.CheckConstraint(condition=Q(status__in=BatchStatus.values), name="batch_status_known"),
            models.CheckConstraint(
                condition=Q(status="open") | Q(closed_at__isnull=False), name="batch_closed_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(status="posted") | Q(posted_on__isnull=False), name="batch_posted_says_when"
            ),
        ]


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, actor: Actor) -> LetterQuerySet:
        """Staff: its own organisation's. Parties: their own letters, of the cases the rooms above opened to them. Others: none."""
        seen = seen_by(actor)
        return self.none() if seen is None else self.filter(seen)

    def as_read(self, case_id: int) -> LetterQuerySet:
        """A case's letters as its parties read them, in the order in which they were written, without what only the printer reads; one statement.
        What went by post after its e-mail is one letter."""
        mine = self.filter(case_id=case_id, copy_of=None)
        return mine.defer("paper", "inputs", "proof").order_by("letter_date", "pk")


class Letter(models.Model):
    """One letter to one party. `dedup_key` is unique: the same move can never write it twice."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    audience = models.CharField(max_length=8, choices=Audience)
    language = models.CharField(max_length=2, default="fr")
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=250)
    letter_date = models.DateField()
    template_version = models.PositiveIntegerField(null=True, blank=True)  # None: the shipped text
    cause_seq = models.PositiveIntegerField()  # the journal entry of the move that caused it
    dedup_key = models.CharField(max_length=120, unique=True)
    inputs = models.JSONField(default=dict)  # the facts it was written from
    statements = models.JSONField(default=list)  # what the seal checked: id, article, mark, sentence
    paper = models.JSONField(default=dict)  # what paper/letter.typ reads
    # to whom, by which way
    channel = models.CharField(max_length=8, choices=Channel)
    addressee = models.CharField(max_length=200)
    postal_lines = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    email = models.CharField(max_length=254, blank=True)
    link_url = models.CharField(max_length=300, blank=True)  # blanked when it has left
    goes_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="companions")
    copy_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="paper_copy")
    batch = models.ForeignKey(PrintBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    # what became of it
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    failure = models.CharField(max_length=300, blank=True)
    fell_back = models.BooleanField(default=False)  # e-mail could not be delivered: paper instead
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    pdf_key = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveIntegerField(null=True, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_sha256 = models.CharField(max_length=64, blank=True)
    kept_sha256 = models.CharField(max_length=64, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(default=dict)  # channel, address, hour, digest, server's reply, Message-ID or print batch

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="letter_status_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="letter_audience_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="letter_channel_known"),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(dispatched_at__isnull=False), name="letter_sent_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("sent", "printed", "sending")) | ~Q(sent_sha256=""),
                name="letter_left_has_digest",
            ),
            models.CheckConstraint(
                condition=~Q(channel="post") | ~Q(postal_lines=[]), name="letter_by_post_has_address"
            ),
        ]
        indexes = [
            models.Index(fields=("case", "letter_date"), name="letter_by_case"),
            models.Index(fields=("organisation", "-created_at"), name="letter_by_day"),
            models.Index(
                fields=("organisation", "status"),
                name="letter_to_handle",
                condition=~Q(status__in=("sent", "cancelled")),
            ),
            models.Index(
                fields=("next_attempt_at",), name="letter_next_attempt", condition=Q(next_attempt_at__isnull=False)
            ),
            # The sweep of every ten minutes, and of every night; a letter that is being written enters neither.
            models.Index(
                fields=("dispatched_at",), name="letter_to_blank", condition=Q(status="sent", blanked_at__isnull=True)
            ),
            models.Index(fields=("pdf_key",), name="letter_by_file", condition=~Q(pdf_key="")),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} {self.kind} ({self.status})"

    @property
    def letter_kind(self) -> LetterKind:
        return kind_of(self.kind)

    @property
    def failure_words(self) -> str:
        """Why it did not leave, as staff read it: our own reasons in words, a server's answer as it gave it."""
        return str(OUR_REASONS.get(self.failure, self.failure))

    @property
    def label(self) -> str:
        """What staff read in lists."""
        return str(self.letter_kind.label)

    @property
    def shown_blocks(self) -> list[dict[str, Any]]:
        """The blocks with every secret blanked: what a screen shows, before as after dispatch."""
        shown: list[dict[str, Any]] = blocks.blanked(self.paper.get("blocks", []))
        return shown

    @property
    def face(self) -> dict[str, Any]:
        """What `correspondence/_letter.html` draws: the paper with its secrets blanked."""
        shown: dict[str, Any] = blocks.blanked(self.paper)
        return shown

    @property
    def shown_forms(self) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = blocks.blanked(self.paper.get("forms", []))
        return shown

    @property
    def plain_text(self) -> str:
        return blocks.plain(self.shown_blocks)


class MailAttempt(models.Model):
    """One talk with the mail server, written before it begins: an attempt without an end is a letter in doubt."""

    class Outcome(models.TextChoices):
        UNFINISHED = "unfinished", _("Sans fin connue")
        ACCEPTED = "accepted", _("Acceptée par le serveur")
        DEFERRED = "deferred", _("Remise à plus tard")
        REFUSED = "refused", _("Refusée")
        UNKNOWN = "unknown", _("Issue inconnue")

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    message_id = models.CharField(max_length=200)
    address = models.CharField(max_length=254)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.UNFINISHED)
    reply = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("letter", "number")
        constraints = [
            models.UniqueConstraint(fields=("letter", "number"), name="attempt_number_once"),
            models.CheckConstraint(
                condition=Q(outcome="unfinished") | Q(finished_at__isnull=False), name="attempt_ended_says_when"
            ),
        ]
        indexes = [models.Index(fields=("message_id",), name="attempt_by_message_id")]


class LetterTemplate(models.Model):
    """What a body wrote in place of a shipped text: of a letter (`kind`, `audience`), or of one statement (`statement`). In force once approved.

    A version is never changed after its approval: a new one begins. A sent letter names the version it was written from.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40, blank=True)
    audience = models.CharField(max_length=8, choices=Audience, blank=True)
    statement = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, default="fr")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    approved_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("kind", "statement", "audience", "-version")
        constraints = [
            models.UniqueConstraint(
                fields=("organisation", "kind", "audience", "statement", "language", "version"),
                name="template_version_once",
            ),
            models.CheckConstraint(
                condition=(Q(statement="") & ~Q(kind="") & ~Q(audience=""))
                | (~Q(statement="") & Q(kind="", audience="")),
                name="template_of_letter_or_statement",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="template_ends_after_start",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approved_never_changes", operation=pgtrigger.UpdateOf("text", "title", "subject", "effective_from"),
                condition=pgtrigger.Q(old__approved_at__isnull=False),
            ),
        ]  # fmt: skip

    @property
    def approved(self) -> bool:
        return self.approved_at is not None

    def in_force(self, day: date) -> bool:
        return self.approved and self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class LetterSettings(models.Model):
    """What a body chose for all its letters. `omitted_statements`: the optional ones it leaves out."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="letter_settings"
    )
    omitted_statements = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    names_other_party = models.BooleanField(default=True)  # whether a subject to the consumer may name the trader
    attach_data = models.BooleanField(default=True)  # the JSON of a letter as an attachment of its PDF
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
