"""A mediation body: what the law asks it to be and to show (L. 613-1, R. 613-1, R. 614-1), as data with dates."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts.models import Person
from mediane.ground.organisations.models import Organisation


class BodyKind(models.TextChoices):
    IN_HOUSE = "in_house", _("Médiateur d’entreprise")  # employed or paid by one trader only (L. 613-2)
    COMPANY = "company", _("Société ou association de médiation")
    SECTOR = "sector", _("Médiateur de fédération ou de secteur")
    PUBLIC = "public", _("Médiateur public")


class Gender(models.TextChoices):
    FEMININE = "f", _("Madame")
    MASCULINE = "m", _("Monsieur")
    UNKNOWN = "", _("Non précisé")


class Body(models.Model):
    """`is_person`: the mediator is a natural person, whose mission ends on objection; an entity replaces the person instead (R. 613-1)."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="body")
    kind = models.CharField(max_length=12, choices=BodyKind)
    is_person = models.BooleanField(default=False)
    paid_per_case = models.BooleanField(default=False)
    energy_profile = models.BooleanField(
        default=False
    )  # R122-1 C. énergie: notification mentions civil and criminal limitation
    accepts_professionals = models.BooleanField(default=False)
    listed_on = models.DateField(null=True, blank=True)
    listing_url = models.URLField(blank=True)
    postal_address = models.TextField(blank=True)  # one line a line
    city = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    phone_hours = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    site = models.URLField(blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    dpo_contact = models.CharField(max_length=200, blank=True)
    privacy_url = models.URLField(blank=True)
    service_complaint_address = models.CharField(max_length=300, blank=True)
    languages = models.JSONField(default=list)  # ISO 639-1
    field_of_competence = models.TextField(blank=True)
    exclusions = models.JSONField(default=list)  # sentences: what the body cannot take
    networks = models.TextField(blank=True)  # cross-border networks (R. 614-1)
    number_prefix = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return f"body {self.pk}"

    @property
    def address_lines(self) -> list[str]:
        return [line for line in self.postal_address.splitlines() if line.strip()]


class NumberCounter(models.Model):
    """Last case number given by a body in a year; a row is locked for the length of one insertion."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("body", "year"), name="counter_once_a_year")]


class Charter(models.Model):
    """A version of the charter or rules of procedure; the text a case is led under is the one in force at its notification."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="charters")
    version = models.CharField(max_length=20)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    text = models.TextField()
    approved_by = models.CharField(max_length=200, blank=True)
    principle_accepted = models.BooleanField(
        default=False
    )  # the trader accepts the principle of every mediation in advance
    principle_clause = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-effective_from",)
        constraints = [models.UniqueConstraint(fields=("body", "version"), name="charter_version_once")]


class Mandate(models.Model):
    """A natural person's mandate as mediator: at least three years (L. 613-1 2°), with who appointed. The person acts only while it runs."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="mandates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    gender = models.CharField(max_length=1, choices=Gender, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    appointed_by = models.CharField(max_length=200)
    appointed_on = models.DateField(null=True, blank=True)
    career = models.TextField(blank=True)  # diplomas and career (R. 614-1)

    class Meta:
        ordering = ("-starts_on",)
        constraints = [models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="mandate_ends_after_start")]

    def is_current(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


class Delegation(models.Model):
    """A written delegation of the mediator to a person: under his responsibility (CECMC B04-3.3)."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="delegations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True)


class Subject(models.Model):
    """The body's list of subjects, two levels. Imported names are made entries of it."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="subjects")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=160)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("body", "parent", "name"), name="subject_once_per_parent", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OtherMediator(models.Model):
    """A listed mediator known as data: where to send a request that is not ours (R. 612-2 grounds 1° and 5°)."""

    name = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=300, blank=True)
    site = models.URLField(blank=True)
    competence = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
