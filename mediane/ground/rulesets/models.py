"""Values of rules, per organisation and, where wanted, per unit, with effective days. A value is never changed: a new one begins."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from mediane.ground.accounts.models import Person
from mediane.ground.organisations.models import Organisation, Unit


class RuleValue(models.Model):
    """`value` in the text form of its definition ("21d", "REMIND"); in force from `effective_from` to `effective_to`, both included."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rules")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True)
    key = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    basis = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    set_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("key", "-effective_from")
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="rule_ends_after_start",
            ),
            ExclusionConstraint(
                name="rule_one_value_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    (Coalesce(F("unit"), 0), RangeOperators.EQUAL),
                    (
                        Func(
                            F("effective_from"),
                            Coalesce(F("effective_to"), date(9999, 12, 30)),
                            models.Value("[]"),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
