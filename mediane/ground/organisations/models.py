"""The tenant's row and its tree of units. What a mediation body or a trader is beyond that stands in `mediation.schemes` and `mediation.traders`."""

from __future__ import annotations

from django.core.validators import validate_slug
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    OPERATOR = "operator", _("Opérateur")  # serves the public; the trader's own space
    MEDIATION_BODY = "mediation_body", _("Organisme de médiation")
    ASSOCIATION = "association", _("Association")


class Organisation(models.Model):
    """A tenant. `slug` is the name in addresses and on the command line, unique in the installation."""

    kind = models.CharField(max_length=20, choices=OrganisationKind)
    slug = models.CharField(max_length=60, unique=True, validators=[validate_slug])
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    siren = models.CharField(max_length=9, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind_known")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name


class UnitKind(models.TextChoices):
    BUSINESS_LINE = "business_line", _("Métier")
    TERRITORY = "territory", _("Territoire")
    SITE = "site", _("Site")
    TEAM = "team", _("Équipe")


class Unit(models.Model):
    """A part of an organisation: business line, territory, site, team. A tree by `parent`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=20, choices=UnitKind)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("organisation", "parent", "name"), name="unit_name_once_per_parent", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="unit_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name
