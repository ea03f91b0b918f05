"""Reading and setting rules. A case keeps the snapshot it was opened under (`snapshot`), so that a change never reaches back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import use_case
from mediane.ground.rulesets.definitions import all_definitions, definition
from mediane.ground.rulesets.models import RuleValue
from mediane.kernel.periods import Period, last_day
from mediane.kernel.refusals import Refusal


@dataclass(frozen=True)
class Rules(Mapping[str, Any]):
    """Parsed values by key; `texts` is what is stored (and kept with a case), `versions` the RuleValue row each came from (None: default)."""

    texts: dict[str, str]
    versions: dict[str, int | None]

    def __getitem__(self, key: str) -> Any:
        return definition(key).parse(self.texts.get(key, definition(key).default))

    def __iter__(self) -> Any:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def text(self, key: str) -> str:
        return self.texts.get(key, definition(key).default)

    def values_of(self, *keys: str) -> dict[str, Any]:
        """Parsed values of these rules, the default where the case was opened before the rule existed."""
        return {key: self[key] for key in keys}

    def snapshot(self) -> dict[str, Any]:
        """JSON that a case keeps."""
        return {"texts": self.texts, "versions": self.versions}

    @classmethod
    def from_snapshot(cls, data: Mapping[str, Any] | None) -> Rules:
        """The rules a case was opened under; a rule born later has its default."""
        data = data or {}
        return cls(texts=dict(data.get("texts", {})), versions=dict(data.get("versions", {})))


def rules_for(organisation_id: int, day: date, unit_id: int | None = None) -> Rules:
    """Values in force that day: the unit's own first, else the organisation's, else the default. One query."""
    texts = {d.key: d.default for d in all_definitions()}
    versions: dict[str, int | None] = dict.fromkeys(texts)
    rows = (
        RuleValue.objects.filter(organisation_id=organisation_id, effective_from__lte=day)
        .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=day))
        .filter(Q(unit_id__isnull=True) | Q(unit_id=unit_id or 0))
        .order_by("key", "unit_id")
    )
    for row in sorted(rows, key=lambda r: r.unit_id is not None):
        texts[row.key] = row.value
        versions[row.key] = row.pk
    return Rules(texts, versions)


def _looser(value: Any, limit: Any, start: date) -> bool:
    """Whether a period ends after the law's own. Periods of days and of months are compared from that day on; each clock compares them again."""
    return isinstance(value, Period) and last_day(start, value) > last_day(start, limit)


@use_case
def set_rule(
    organisation_id: int,
    key: str,
    value: str,
    *,
    by: Actor,
    at: datetime,
    effective_from: date,
    basis: str = "",
    source: str = "",
    unit_id: int | None = None,
) -> RuleValue:
    """Begin a value on a day: the one in force ends the day before; one that would begin later is refused, to be ended first.

    Raises Refusal `not_allowed`, `invalid_rule` (with a sentence), `over_limit` (looser than the law allows), `later_value_exists`.
    """
    by.check(Permission.MANAGE_SETTINGS, of=organisation_id)
    try:
        parsed = definition(key).parse(value)
    except (KeyError, ValueError) as error:
        raise Refusal("invalid_rule", key=key, text=str(error)) from error
    if definition(key).limit and _looser(parsed, definition(key).parse(definition(key).limit), effective_from):
        raise Refusal("over_limit", key=key, limit=definition(key).limit)
    same = RuleValue.objects.select_for_update().filter(organisation_id=organisation_id, key=key)
    same = same.filter(unit=unit_id) if unit_id else same.filter(unit__isnull=True)
    if same.filter(effective_from__gt=effective_from).exists():
        raise Refusal("later_value_exists", key=key)
    same.filter(effective_from=effective_from).delete()  # decided twice on one day: the last word stands
    same.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=effective_from)).update(
        effective_to=effective_from - timedelta(days=1)
    )
    return RuleValue.objects.create(
        organisation_id=organisation_id,
        unit_id=unit_id,
        key=key,
        value=value,
        basis=basis,
        source=source,
        effective_from=effective_from,
        set_by_id=by.person_id,
        set_at=at,
    )
