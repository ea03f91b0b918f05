"""A rule's value as people read and type it: « 90 jours civils », « 50 %, 80 % », « oui ». What is stored stays `90d`, `50 80`, `yes`."""

from __future__ import annotations

import re

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from mediane.ground.rulesets.definitions import RuleDefinition
from mediane.kernel.periods import Period

PERIOD, PERIODS, PERCENTS, BOOLEAN, CHOICE = "period", "period_list", "percent_list", "boolean", "choice"
HOURS = "hours"
BASES = (
    gettext_noop("Pratique de la maison"),
    gettext_noop("fiche « les étapes »"),
)  # said on the pages of the rules, with the articles of law


def read_value(item: RuleDefinition, value: str) -> str:
    """In the language of the page; a value that does not parse is shown as it is."""
    language = get_language() or "fr"
    if item.unit in (PERIOD, PERIODS):
        try:
            return ", ".join(Period.parse(part).in_words(language) for part in value.split())
        except ValueError:
            return value
    if item.unit == PERCENTS:
        return ", ".join(f"{part}\u00a0%" for part in value.split())
    if item.unit == HOURS and value.isdigit():
        return ngettext("{n} heure", "{n} heures", int(value)).format(n=value)
    if item.unit == BOOLEAN:
        return {"yes": _("oui"), "no": _("non")}.get(value, value)
    return dict(options(item)).get(value, value)


def options(item: RuleDefinition) -> list[tuple[str, str]]:
    """What may be chosen, where the value is one of a few; empty where it is typed."""
    if item.unit == BOOLEAN:
        return [("yes", _("oui")), ("no", _("non"))]
    return [(value, str(label)) for value, label in item.choices]


def typed_value(item: RuleDefinition, typed: str) -> str:
    """What is stored for what was typed. ValueError for what is no period."""
    if item.unit == PERIOD:
        return str(Period.from_typing(typed))
    if item.unit == PERIODS:
        parts = typed.split() if re.fullmatch(r"(\s*\d+[a-z]{1,2})+\s*", typed) else re.split(r"[,;]", typed)
        return " ".join(str(Period.from_typing(part)) for part in parts if part.strip())
    if item.unit in (PERCENTS, HOURS):
        return " ".join(re.findall(r"\d+", typed))
    return typed
