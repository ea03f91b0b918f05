"""A firm as one mediation body knows it: names, SIREN, business lines, contacts, and its designation of the body with the convention's effects."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from mediane.ground.organisations.models import Organisation
from mediane.mediation.schemes.models import Body


class SilenceEffect(models.TextChoices):
    REFUSAL = "refusal", _("vaut refus d’entrer en médiation")
    ACCEPTANCE = "acceptance", _("vaut acceptation du principe de la médiation")
    REMIND = "remind", _("un dernier rappel, puis refus")


class Trader(models.Model):
    """`operator` is the firm's own organisation here, if it has one: its correspondents sign in there and see the cases of all its Trader rows."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="traders")
    operator = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="trader_rows"
    )
    name = models.CharField(max_length=200)
    siren = models.CharField(max_length=9, blank=True)
    complaint_address = models.CharField(max_length=300, blank=True)
    level2_name = models.CharField(max_length=120, blank=True)
    level2_basis = models.CharField(max_length=160, blank=True)
    level2_address = models.CharField(max_length=300, blank=True)
    postal_address = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    sector = models.CharField(max_length=120, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=("body", "name"), name="trader_name_once_per_body"),
            models.CheckConstraint(condition=Q(siren="") | Q(siren__regex=r"^\d{9}$"), name="trader_siren_nine_digits"),
        ]
        indexes = [
            models.Index(fields=("body", "siren"), name="trader_by_siren", condition=~Q(siren="")),
            models.Index(fields=("operator",), name="trader_by_operator", condition=Q(operator__isnull=False)),
            GinIndex(OpClass(Func(F("name"), function="f_unaccent"), name="gin_trgm_ops"), name="trader_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.name


class TraderAlias(models.Model):
    """Another name a consumer may know the firm by: trade name, shop sign, former name."""

    trader = models.ForeignKey(Trader, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("trader", "name"), name="alias_once")]


class BusinessLine(models.Model):
    trader = models.ForeignKey(Trader, on_delete=models.CASCADE, related_name="business_lines")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("trader", "name"), name="business_line_once")]

    def __str__(self) -> str:
        return self.name


class Designation(models.Model):
    """The trader's designation of the body (convention or charter), version by version. The delay and the effect of silence are the contract's [C]."""

    trader = models.ForeignKey(Trader, on_delete=models.CASCADE, related_name="designations")
    version = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    entry_asked = models.BooleanField(default=True)
    entry_delay = models.CharField(max_length=8, default="21d")
    silence_effect = models.CharField(max_length=10, choices=SilenceEffect, default=SilenceEffect.REFUSAL)
    fee_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    waiver_fee = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ("-starts_on",)
        constraints = [
            models.UniqueConstraint(fields=("trader", "version"), name="designation_version_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="designation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(silence_effect__in=SilenceEffect.values), name="designation_silence_known"
            ),
        ]


class TraderContact(models.Model):
    """Where letters to the firm go: the declared contact of the convention (several later)."""

    trader = models.ForeignKey(Trader, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120, blank=True)
    service = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    postal_address = models.TextField(blank=True)
    on_paper = models.BooleanField(default=False)
    is_main = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("trader",), condition=Q(is_main=True), name="one_main_contact")]
