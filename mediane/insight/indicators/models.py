"""Frozen figures. What was true of a period three days after its end stays readable; what changed since stands beside it, with a note (ADR 0062)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mediane.mediation.schemes.models import Body


class Cause(models.TextChoices):
    IMPORT = "import", _("Reprise d’un fichier")
    CORRECTION = "correction", _("Correction de dossiers")


class Freeze(models.Model):
    """The figures of one month or year of a body, on one base: code → {value, numerator, denominator, statistics}."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    base = models.CharField(max_length=8, choices=[("received", _("reçues")), ("decided", _("décidées"))])
    frozen_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        ordering = ("starts_on", "ends_on", "base")
        constraints = [
            models.UniqueConstraint(fields=("body", "starts_on", "ends_on", "base"), name="period_frozen_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="freeze_ends_after_start"),
        ]


class Restatement(models.Model):
    """Something changed what is known of a frozen period. `figures` are those of that moment, in the form of `Freeze.figures`; null until computed."""

    freeze = models.ForeignKey(Freeze, on_delete=models.CASCADE, related_name="restatements")
    noted_at = models.DateTimeField()
    cause = models.CharField(max_length=10, choices=Cause)
    facts = models.JSONField(default=dict)  # of an import: file, added, corrected
    figures = models.JSONField(null=True)

    class Meta:
        ordering = ("freeze", "noted_at", "id")
