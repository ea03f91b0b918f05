"""The register: for every column, what it says about people and how long it stays.

A room classifies its own fields in its `privacy.py` (`FIELDS`), third-party tables are in `third_party.py`; `problems()` names what nobody
classified, and a test of the repository fails on it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.db import models

from mediane.kernel.periods import Period, last_day

DATA = Path(__file__).parent / "data" / "retention.toml"


class PrivacyClass(StrEnum):
    """From the least to the most guarded."""

    PUBLIC = "public"  # may be published as it is
    INTERNAL = "internal"  # about a body, a firm, the installation; no natural person
    CASE = "case"  # facts of a case: identify nobody without the case
    PERSONAL = "personal"  # names somebody, or free text that may
    SPECIAL = "special"  # may hold art. 9 or 10 GDPR data: a consumer's story, a file
    SECRET = "secret"  # noqa: S105 — keys, tokens, digests: never shown, exported nor logged


@dataclass(frozen=True)
class Field:
    cls: PrivacyClass
    retention: str


Fields = dict[str, Field]


def classify(
    model: str,
    *,
    retention: str,
    public: str = "",
    internal: str = "",
    case: str = "",
    personal: str = "",
    special: str = "",
    secret: str = "",
) -> Fields:
    """Fields of one model (`app_label.Model`), names separated by spaces. ValueError for a name given twice."""
    named = {
        "public": public,
        "internal": internal,
        "case": case,
        "personal": personal,
        "special": special,
        "secret": secret,
    }
    found: Fields = {}
    for cls, names in named.items():
        for name in names.split():
            if f"{model}.{name}" in found:
                raise ValueError(f"{model}.{name} has two classes")
            found[f"{model}.{name}"] = Field(PrivacyClass(cls), retention)
    return found


# ---- retention -----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RetentionRule:
    """How long one kind of data stays: see the head of `data/retention.toml`."""

    key: str
    label_fr: str
    label_en: str
    starts: str
    then: str
    basis: str
    mark: str
    source: str
    explanation_fr: str
    explanation_en: str
    per_controller: bool
    active: Period | None = None
    period: Period | None = None


@dataclass(frozen=True)
class Disposal:
    """First day of the intermediate archive, first day on which the data must be gone. None: never, or not while held."""

    archive_on: date | None
    dispose_on: date | None


@lru_cache(maxsize=1)
def retention_rules() -> dict[str, RetentionRule]:
    """Every rule by key. ValueError for a rule that is badly written or rests on nothing verified."""
    rules = {}
    for key, row in tomllib.loads(DATA.read_text()).items():
        row |= {name: Period.parse(row[name]) for name in ("active", "period") if name in row}
        rule = RetentionRule(key=key, **row)
        if rule.mark not in ("A", "B", "C"):
            raise ValueError(f"retention {key}: mark {rule.mark} is no ground for a rule")
        if rule.then not in ("destroy", "anonymise", "keep") or (rule.period is None) != (rule.then == "keep"):
            raise ValueError(f"retention {key}: a period ends in destroy or anonymise, no period means keep")
        rules[key] = rule
    return rules


def disposal(
    key: str, started_on: date | None, *, hold: bool = False, period: Period | None = None, active: Period | None = None
) -> Disposal:
    """When data under this rule moves and goes, from the day of its event. `period` and `active`: the controller's own, if set.

    Nothing happens to what is held, or whose event has not come. KeyError for an unknown rule.
    """
    rule = retention_rules()[key]
    if hold or started_on is None:
        return Disposal(None, None)
    first_day_after = {
        name: last_day(started_on, length) + timedelta(days=1) if length else None
        for name, length in (
            ("archive_on", active or rule.active),
            ("dispose_on", (period or rule.period) if rule.then != "keep" else None),
        )
    }
    return Disposal(**first_day_after)


def kept_since(key: str, today: date) -> date | None:
    """The first day whose data is still kept today under this rule; None: nothing ever goes. KeyError for an unknown rule."""
    period = retention_rules()[key].period
    if period is None:
        return None
    since = today - (last_day(today, period) - today)  # a day off where months and years are not all of one length
    while last_day(since, period) >= today:
        since -= timedelta(days=1)
    while last_day(since, period) < today:
        since += timedelta(days=1)
    return since


# ---- every field ----------------------------------------------------------------------------------------------------------------
def registry() -> Fields:
    """What the rooms say of their fields, and what is said here of the libraries' tables."""
    from mediane.ground.privacy import third_party

    found: Fields = dict(third_party.FIELDS)
    for name in (config.name for config in apps.get_app_configs()):
        if name.startswith("mediane.") and find_spec(f"{name}.privacy") is not None:
            fields = getattr(import_module(f"{name}.privacy"), "FIELDS", {})
            if twice := found.keys() & fields.keys():
                raise ValueError(f"{name}.privacy classifies again {', '.join(sorted(twice))}")
            found |= fields
    return found


def columns() -> Iterator[tuple[str, models.Field[object, object]]]:
    """`app_label.Model.field` of every column there is, but for automatic primary keys and the tables Django makes for many-to-many."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:  # noqa: SLF001 — Django's own public name for it
            if not (field.primary_key and isinstance(field, models.AutoField | models.BigAutoField)):
                yield f"{model._meta.label}.{field.name}", field  # noqa: SLF001


def problems() -> list[str]:
    """Sentences for who must act; empty when every column has a class and every rule exists."""
    known, real = registry(), {name for name, _ in columns()}
    sentences = [f"{name} has no privacy class" for name in sorted(real - known.keys())]
    sentences += [f"{name} is classified and does not exist" for name in sorted(known.keys() - real)]
    unknown = sorted({field.retention for field in known.values()} - retention_rules().keys())
    return sentences + [f"retention {key} is not in {DATA.name}" for key in unknown]
