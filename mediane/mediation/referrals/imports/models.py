"""A file brought in from the desk: looked at first, written when somebody confirms, by a job that tells how far it is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.models import Person
from mediane.mediation.schemes.models import Body


class RunState(models.TextChoices):
    CHECKING = "checking", _("Lecture du fichier")
    CHECKED = "checked", _("À confirmer")
    QUEUED = "queued", _("En attente")
    RUNNING = "running", _("En cours")
    DONE = "done", _("Terminé")
    FAILED = "failed", _("Arrêté")
    DROPPED = "dropped", _("Abandonné")


class ImportRun(models.Model):
    """`report` is `services.Report.as_json()`. `stored` and `rejects` are keys of the room's own store (`files.store`), empty when there is nothing."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    stored = models.CharField(max_length=64, blank=True)
    rejects = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.CHECKING)
    percent = models.PositiveSmallIntegerField(default=0)
    report = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)  # why the file could not be read
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-begun_at", "-id")
        indexes = [models.Index(fields=("body", "-begun_at"), name="import_of_body")]
