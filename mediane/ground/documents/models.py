"""Pieces of a case, their previews, and who read them."""

from __future__ import annotations

import uuid
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import ngettext

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Person
from mediane.ground.database.triggers import append_only_until_forgotten
from mediane.ground.documents.enums import Audience, Author, Confidentiality, PreviewState, Purpose, ReadingKind, Virus
from mediane.ground.documents.types import ACCEPTED, with_true_extension
from mediane.ground.documents.visibility import seen_by
from mediane.ground.journal.models import Case
from mediane.ground.organisations.models import Organisation
from mediane.ground.ui import formats

SERIES = {Author.CONSUMER: "C", Author.TRADER: "P", Author.OFFICE: "M", Author.MEDIATOR: "M"}


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, actor: Actor) -> DocumentQuerySet:
        """Staff: its own organisation's, the mediator's alone only for who reads the mediator's notes.

        Parties: as the rooms above ruled. Others: none.
        """
        seen = seen_by(actor)
        return self.none() if seen is None else self.filter(seen)

    def of_case(self, case_id: int) -> DocumentQuerySet:
        return self.filter(case_id=case_id)

    def for_list(self) -> DocumentQuerySet:
        """What a list of pieces shows, in the order in which they came; one statement."""
        return self.defer("safe_sha256").order_by("received_on", "id")


class Document(models.Model):
    """One piece. The bytes are in the storage under their digest; the row says what they are, who gave them, who may
    read them.

    `number` runs per case and per author's series (C, P, M), not over the whole case: in one common series a party
    would read from a gap that the other has just filed something it may not see (a sealed answer). It is given at
    reception, to what the mediation itself writes when a party may first read it, and never changes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the name in addresses
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(null=True, blank=True)
    series = models.CharField(max_length=1, editable=False)
    title = models.CharField(max_length=200)
    filename = models.CharField(max_length=160)  # as given, cleaned for display
    claimed_type = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=120)  # what the bytes are
    size = models.PositiveBigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    pages = models.PositiveIntegerField(null=True, blank=True)
    active_content = models.BooleanField(
        default=False
    )  # scripts, actions or files inside: the original is never handed out
    author_party = models.CharField(max_length=8, choices=Author)
    author_name = models.CharField(max_length=200)
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )  # who entered it
    audience = models.CharField(max_length=8, choices=Audience)
    confidentiality = models.CharField(max_length=10, choices=Confidentiality, default=Confidentiality.PRODUCED)
    special_category = models.BooleanField(default=False)  # health, offences… (art. 9 and 10 GDPR)
    purpose = models.CharField(max_length=16, choices=Purpose, default=Purpose.OTHER)
    virus = models.CharField(max_length=12, choices=Virus, default=Virus.NOT_SCANNED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    preview = models.CharField(max_length=8, choices=PreviewState, default=PreviewState.PENDING)
    safe_sha256 = models.BinaryField(
        max_length=32, null=True, blank=True
    )  # pictures of the pages as a PDF, when the original is active
    received_on = models.DateField()
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()
    current = False  # a page that shows one piece of a list marks it so

    class Meta:
        ordering = ("case", "received_on", "id")
        constraints = [
            models.UniqueConstraint(fields=("case", "series", "number"), name="document_number_once"),
            models.CheckConstraint(condition=Q(author_party__in=Author.values), name="document_author_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="document_audience_known"),
            models.CheckConstraint(condition=Q(virus__in=Virus.values), name="document_virus_known"),
            models.CheckConstraint(
                condition=Q(virus=Virus.NOT_SCANNED) | Q(scanned_at__isnull=False), name="document_verdict_has_moment"
            ),
            models.CheckConstraint(
                condition=~Q(audience__in=("consumer", "trader", "both")) | Q(number__isnull=False),
                name="document_seen_by_a_party_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=("case", "received_on"), name="document_of_case"),
            models.Index(fields=("sha256",), name="document_by_digest"),
            models.Index(
                fields=("safe_sha256",), condition=Q(safe_sha256__isnull=False), name="document_by_safe_digest"
            ),
            models.Index(
                fields=("id",), condition=Q(preview="pending") | Q(virus="not_scanned"), name="document_to_examine"
            ),
        ]
        triggers = [
            # A piece is evidence: what it is, whose it is and its number cannot be changed, by anyone. Destroying the
            # row is another matter.
            pgtrigger.ReadOnly(
                name="a_piece_stays",
                fields=[
                    "uuid",
                    "case",
                    "organisation",
                    "series",
                    "sha256",
                    "size",
                    "media_type",
                    "author_party",
                    "received_on",
                ],
            ),
            pgtrigger.Protect(
                name="number_given_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__number__isnull=False)
                & pgtrigger.Q(old__number__df=pgtrigger.F("new__number")),
            ),
        ]

    def __str__(self) -> str:
        return self.full_title

    @property
    def reference(self) -> str:
        """ "C-3": third piece of the consumer;

        P the trader (professionnel), M the mediation. Empty for what no party has seen.
        """
        return f"{self.series}-{self.number}" if self.number else ""

    @property
    def storage_key(self) -> str:
        return bytes(self.sha256).hex()

    @property
    def type_label(self) -> str:
        return ACCEPTED[self.media_type].label if self.media_type in ACCEPTED else self.media_type

    @property
    def kind_label(self) -> str:
        """ "PDF, 3 pages, 240 ko"."""
        parts = [self.type_label]
        if self.pages and (self.pages > 1 or self.media_type == "application/pdf"):
            parts.append(ngettext("%(count)d page", "%(count)d pages", self.pages) % {"count": self.pages})
        return ", ".join([*parts, formats.size(self.size)])

    @property
    def full_title(self) -> str:
        """ "C-3 Facture du 6 novembre"."""
        return f"{self.reference} {self.title}".strip()

    @property
    def meta_line(self) -> str:
        """ "M. Ferrand · 19 nov. 2026 · PDF, 1 page, 240 ko"."""
        return " · ".join([self.author_name, formats.date_year(self.received_on), self.kind_label])

    @property
    def virus_label(self) -> str:
        return str(self.get_virus_display())

    @property
    def author_label(self) -> str:
        return str(self.get_author_party_display())

    @property
    def icon(self) -> str:
        """Drawing of the list (ui's word)."""
        return "photo" if self.media_type.startswith("image/") else "document"

    @property
    def blocked(self) -> bool:
        """Never handed out, in no form."""
        return self.virus == Virus.INFECTED

    @property
    def download_name(self) -> str:
        """The name it is sent back under: as given, with an ending that tells the truth."""
        name = with_true_extension(self.filename, self.media_type) if self.media_type in ACCEPTED else self.filename
        return f"{self.reference} {name}" if self.reference else name

    def journal_facts(self) -> dict[str, Any]:
        """For the journal of the case: identifies the bytes, names nobody."""
        facts = {"document": self.pk, "reference": self.reference, "sha256": self.storage_key, "size": self.size}
        return facts | {"purpose": self.purpose, "author": self.author_party, "audience": self.audience}


class Preview(models.Model):
    """One picture of a page (from 1), or the thumbnail (page 0), and the text read on that page.

    Made by a job, kept in the storage.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="previews")
    page = models.PositiveSmallIntegerField()
    sha256 = models.BinaryField(max_length=32, null=True, blank=True)  # null: text without a picture
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("document", "page")
        constraints = [models.UniqueConstraint(fields=("document", "page"), name="preview_page_once")]
        indexes = [models.Index(fields=("sha256",), condition=Q(sha256__isnull=False), name="preview_by_digest")]

    @property
    def storage_key(self) -> str:
        return bytes(self.sha256).hex() if self.sha256 else ""


class Reading(models.Model):
    """Somebody read a piece.

    Only ever added to; gone with the piece when the case is destroyed. Never shown to a party.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="readings", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reader = models.CharField(max_length=200)  # name and role as they were
    kind = models.CharField(max_length=8, choices=ReadingKind)
    door = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
        indexes = [models.Index(fields=("document", "at"), name="reading_of_document")]
        triggers = [append_only_until_forgotten("documents_reading")]
