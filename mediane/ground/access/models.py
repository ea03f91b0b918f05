"""Keys to one case for somebody without an account, and what was tried at its door."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mediane.ground.journal.models import Case
from mediane.ground.organisations.models import Organisation


class KeyKind(models.TextChoices):
    LINK = "link", _("Lien personnel")
    CODE = "code", _("Numéro et code")


class CaseKey(models.Model):
    """A link or a code. Neither is kept: a code's `digest` is keyed by the key ring, and a link is derived from `salt` and
    the ring again for the next letter.

    `expires_at` empty: as long as the case is open (`services.expire_after`). `holder_name` tells the consumer's link from
    a representative's. `holder_party` is always the consumer's side: a firm has accounts.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="access_keys", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=4, choices=KeyKind)
    digest = models.BinaryField(max_length=32, unique=True)
    salt = models.BinaryField(max_length=16, default=b"")
    ring = models.PositiveSmallIntegerField()
    holder_name = models.CharField(max_length=160, blank=True)
    holder_party = models.CharField(max_length=12, default="consumer")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("case", "-created_at")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KeyKind.values), name="case_key_kind_known"),
            models.CheckConstraint(condition=Q(holder_party="consumer"), name="case_key_for_the_consumer"),
            models.UniqueConstraint(
                fields=("case", "kind", "holder_name"), condition=Q(revoked_at__isnull=True), name="case_key_one_each"
            ),
            models.UniqueConstraint(
                fields=("case",), condition=Q(kind="code", revoked_at__isnull=True), name="case_key_one_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of case {self.case_id}"

    def is_open(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class RateKind(models.TextChoices):
    API_TOKEN = "api_token"  # noqa: S105 — calls of one token
    API_UNKNOWN = "api_unknown"  # calls without a known token, by network address
    DRAFT = "draft"  # forms begun, by network address


class Rate(models.Model):
    """How much of something one subject did in its present window. `subject` is a keyed digest, as in `AccessAttempt`."""

    kind = models.CharField(max_length=12, choices=RateKind)
    subject = models.BinaryField(max_length=32)
    began_at = models.DateTimeField()
    spent = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("kind", "subject"), name="access_rate_once"),
            models.CheckConstraint(condition=Q(kind__in=RateKind.values), name="access_rate_kind_known"),
        ]
        indexes = [models.Index(fields=("began_at",), name="access_rate_by_age")]


class AttemptKind(models.TextChoices):
    NUMBER = "number"  # a case number typed at the door, known or not
    ADDRESS = "address"  # a network address
    PHONE = "phone"  # a case, when an officer checks a caller's code
    LOST_EMAIL = "lost_email"  # « I lost my link », by the e-mail typed
    LOST_ADDRESS = "lost_address"


class AccessAttempt(models.Model):
    """A counter of tries, one row a subject: shared by every web worker, locked by its row while a try is judged.

    `subject` is a keyed digest of the number, address or e-mail: the table tells nobody who tried what.
    """

    kind = models.CharField(max_length=12, choices=AttemptKind)
    subject = models.BinaryField(max_length=32)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("kind", "subject"), name="access_attempt_once"),
            models.CheckConstraint(condition=Q(kind__in=AttemptKind.values), name="access_attempt_kind_known"),
        ]
        indexes = [models.Index(fields=("last_at",), name="access_attempt_by_age")]
