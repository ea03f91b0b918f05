"""A clock on a case: a legal or contractual period as a list of dated events. The columns of `Clock` are the folding of its events, kept for lists."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.models import Person
from mediane.ground.journal.models import Case
from mediane.ground.organisations.models import Organisation
from mediane.kernel.clocks import ClockEvent as KernelEvent


class ClockKind(models.TextChoices):
    REJECTION = "rejection", _("Décision sur la recevabilité")
    PIECES = "pieces", _("Pièces demandées")
    PREMATURE = "premature", _("Retour possible")
    ENTRY = "entry", _("Réponse du professionnel")
    MEDIATION = "mediation", _("Issue de la médiation")
    OBSERVATIONS = "observations", _("Observations attendues")
    ACCEPTANCE = "acceptance", _("Réponse à la proposition")
    OBJECTION = "objection", _("Opposition possible")
    EXECUTION = "execution", _("Exécution de l’accord")
    RESUMPTION = "resumption", _("Reprise possible")


class Hand(models.TextChoices):
    """Who holds the hand: whose time it is."""

    MEDIATION = "mediation", _("médiation")
    CONSUMER = "consumer", _("consommateur")
    TRADER = "trader", _("professionnel")


class Clock(models.Model):
    """`external`: the law or a letter gave this date to somebody outside; else it is the office's own. `due_on` is the last day included.

    `basis` is what a screen prints ("R. 612-5", "convention v3", "fixé par la médiatrice"); `mark` is A, B or C as the rules have it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=ClockKind)
    hand = models.CharField(max_length=10, choices=Hand)
    basis = models.CharField(max_length=120)
    mark = models.CharField(max_length=1)
    external = models.BooleanField(default=True)
    started_on = models.DateField()
    period = models.CharField(max_length=12, blank=True)  # "21d"; empty when the date was fixed by a person
    due_on = models.DateField()
    first_due_on = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    stop_reason = models.CharField(max_length=40, blank=True)
    late_reason = models.CharField(max_length=40, blank=True)  # coded, asked when a case is closed late
    warn_on = models.JSONField(default=list)  # ISO days before due_on on which those responsible are warned
    remind_on = models.JSONField(default=list)  # ISO days on which the party that holds the hand is reminded
    responsible = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    quiet = models.BooleanField(default=False)  # an imported case not yet taken up: no alert, no system move

    class Meta:
        ordering = ("due_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("case", "kind", "hand"),
                condition=Q(stopped_on__isnull=True),
                name="clock_one_running_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("started_on")), name="clock_due_after_start"),
        ]
        indexes = [
            models.Index(
                fields=("due_on",), condition=Q(stopped_on__isnull=True, quiet=False), name="clock_running_by_due"
            )
        ]

    known_events: list[KernelEvent] | None = None
    """Its events where this object started it or read them already, so that they are not read again within one move."""

    @property
    def slot(self) -> str:
        return slot(self.kind, self.hand)


def slot(kind: str, hand: str) -> str:
    """Where a running clock stands in a case: its kind; observations once for each party, since each may be asked at the same time."""
    return f"{ClockKind.OBSERVATIONS.value}:{hand}" if kind == ClockKind.OBSERVATIONS else str(kind)


class ClockEvent(models.Model):
    """What moved a clock. `seq` is the journal entry that caused it; the reading is the folding of these rows in order."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)  # started extended corrected stopped resumed
    on = models.DateField()
    data = models.JSONField(default=dict)  # period, calendar, due_on, start_on, reason, rule

    class Meta:
        ordering = ("clock", "id")


class Notice(models.Model):
    """A warning or a breach, noticed once: the unique row is what makes a restart harmless. `told_at` is when the digest left."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="notices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20)  # "warn:2026-11-27" or "breach:2026-12-13"
    breach = models.BooleanField()
    noticed_at = models.DateTimeField()
    told = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("clock", "step"), name="notice_once")]
        indexes = [models.Index(fields=("organisation",), condition=Q(told_at__isnull=True), name="notice_to_tell")]
