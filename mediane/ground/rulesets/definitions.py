"""The registry of rules: what may be set, in which unit, with which legal basis. Rooms register theirs; values are data (`models.RuleValue`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RuleDefinition:
    """One rule. `parse` turns the stored text into a value or raises ValueError with a sentence for the person who typed it.

    `mark` is the confidence of the legal basis (A official text read, B secondary source, C practice); a rule without a legal text is C.
    """

    key: str
    label: Any  # lazy French text
    unit: str  # "period", "choice", "integer", "hours", "boolean", "percent_list", "period_list"
    default: str
    basis: str  # "L. 612-2", "convention", "charte"
    mark: str  # A, B or C
    source: str
    explanation: Any  # one lazy sentence that screens show
    parse: Callable[[str], Any]
    choices: tuple[tuple[str, Any], ...] = ()
    limit: str = ""  # the loosest value the law allows, same form as `default`


_definitions: dict[str, RuleDefinition] = {}


def register(*definitions: RuleDefinition) -> None:
    for definition in definitions:
        if definition.key in _definitions and _definitions[definition.key] != definition:
            raise ValueError(f"rule {definition.key} registered twice")
        if definition.mark not in ("A", "B", "C"):
            raise ValueError(f"rule {definition.key}: an unverified basis is never a rule")
        definition.parse(definition.default)
        _definitions[definition.key] = definition


def definition(key: str) -> RuleDefinition:
    return _definitions[key]


def all_definitions() -> list[RuleDefinition]:
    return sorted(_definitions.values(), key=lambda d: d.key)
