"""The spine of a case and its chain of entries.

Entry n of a case holds the digest of entry n-1, so one changed byte breaks the chain from there on; the heads of all chains that grew in a day are
sealed into one daily digest of the installation. `facts` holds nothing personal; what is personal is encrypted with the case's own key: destroying
the key forgets it, and the chain, which covers the ciphertext, still verifies.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from mediane.ground.accounts.models import Person
from mediane.ground.organisations.models import Organisation


class CaseKind(models.TextChoices):
    REFERRAL = "referral"
    COMPLAINT = "complaint"


class Case(models.Model):
    """Any case. Rooms hang their own row on it (`Referral.case` is its primary key); clocks, letters, documents and entries point here.

    `head` and `length` are the last digest and number of entries of the chain; `key` is the data key wrapped by the installation's key ring
    (empty until something personal is written, null once destroyed).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=12, choices=CaseKind)
    length = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))
    key = models.BinaryField(null=True, default=b"")
    key_destroyed_at = models.DateTimeField(null=True, blank=True)

    opened_here = False
    """This very object opened the case, in the transaction that runs: nothing hangs on it but what that transaction hung there."""


class Entry(models.Model):
    """One thing that happened. `name` is the move or act ("notify", "letter.sent"); `at` when it was recorded, `on` the legal day it counts for."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    on = models.DateField()
    name = models.CharField(max_length=60)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    actor = models.CharField(max_length=20)  # role under which it was done
    on_behalf_of = models.CharField(max_length=12, blank=True)
    door = models.CharField(max_length=12)
    facts = models.JSONField(default=dict)
    personal = models.BinaryField(default=b"")
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("case", "seq")
        constraints = [models.UniqueConstraint(fields=("case", "seq"), name="entry_seq_once")]
        indexes = [
            models.Index(fields=("organisation", "-id"), name="entry_by_organisation"),
            BrinIndex(fields=("at",), name="entry_by_moment"),  # written in the order of time: sealing reads one day
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class Seal(models.Model):
    """One day of the installation: digest over (case, seq, head) of every chain that grew that day, chained to the seal before."""

    day = models.DateField(unique=True)
    cases = models.PositiveIntegerField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ("day",)
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
