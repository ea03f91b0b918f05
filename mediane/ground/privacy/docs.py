"""`docs/generated/retention.md`: the register as a jurist reads it."""

from __future__ import annotations

from collections import defaultdict

from mediane.ground.privacy.register import PrivacyClass, RetentionRule, registry, retention_rules

_MARKS = {"A": "official text, read", "B": "secondary source", "C": "practice"}


def retention_register() -> str:
    """Markdown: the rules with their basis, then every model with its classes and its rule."""
    lines = [
        "# Retention and privacy classes",
        "",
        "Generated from `mediane/ground/privacy/data/retention.toml` and from every room's `privacy.py`. A legal hold on a case stops every period.",
        "",
        "## Rules",
        "",
        "| rule | what | from | at hand | gone after | then | basis | mark |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for rule in retention_rules().values():
        cells = (
            f"`{rule.key}`",
            rule.label_en,
            rule.starts,
            rule.active or "",
            rule.period or "",
            rule.then,
            rule.basis,
            rule.mark,
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += ["", "Marks: " + "; ".join(f"{mark} {text}" for mark, text in _MARKS.items()) + ".", ""]
    for rule in retention_rules().values():
        lines += _paragraph(rule)
    lines += ["## Fields", "", "Classes: " + ", ".join(f"`{cls}`" for cls in PrivacyClass) + ".", ""]
    by_model: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, field in registry().items():
        model, _, column = name.rpartition(".")
        by_model[model][field.retention, field.cls].append(column)
    order = list(PrivacyClass)
    lines += ["| model | rule | class | fields |", "|---|---|---|---|"]
    for model in sorted(by_model):
        for (rule_key, cls), columns in sorted(
            by_model[model].items(), key=lambda item: (item[0][0], order.index(PrivacyClass(item[0][1])))
        ):
            lines.append(f"| {model} | `{rule_key}` | {cls} | {', '.join(sorted(columns))} |")
    return "\n".join(lines) + "\n"


def _paragraph(rule: RetentionRule) -> list[str]:
    own = " A body may set its own period." if rule.per_controller else ""
    return [f"**{rule.label_en}** (`{rule.key}`). {rule.explanation_en}{own}", f"Source: {rule.source}.", ""]
