"""What people add to the figures of a year, and the reports that were made."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.models import Person
from mediane.mediation.schemes.models import Body


class Section(models.TextChoices):
    """Where a text stands in the report. The figures write the rest."""

    LETTER = "letter", _("La lettre du médiateur")
    RECOMMENDATIONS = "recommendations", _("Questions fréquentes et recommandations")
    INTERRUPTIONS = "interruptions", _("Causes des interruptions")
    DURATIONS = "durations", _("Ce qui a allongé les médiations")
    COOPERATION = "cooperation", _("Coopération transfrontalière")


class ReportText(models.Model):
    """A text of the report of a year, as paragraphs separated by an empty line. `version` counts its changes: two editors cannot overwrite one another."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=16, choices=Section)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("body", "year", "section"), name="report_text_once")]


class FileState(models.TextChoices):
    QUEUED = "queued", _("En préparation")
    DONE = "done", _("Prêt")
    FAILED = "failed", _("Échec")


class ReportFile(models.Model):
    """A report made by a job for somebody at the desk. `stored` is a key of the room's own store (`files.store`)."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    base = models.CharField(max_length=8)
    kind = models.CharField(max_length=4)  # pdf, ods
    language = models.CharField(max_length=2, default="fr")
    state = models.CharField(max_length=6, choices=FileState, default=FileState.QUEUED)
    stored = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        indexes = [models.Index(fields=("body", "-asked_at"), name="report_file_of_body")]
