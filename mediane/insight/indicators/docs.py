"""The generated list of indicators (docs/generated/indicators.md)."""

from __future__ import annotations

from django.utils.translation import override

from mediane.insight.indicators.definitions import INDICATORS


def indicators_doc() -> str:
    """Markdown: every indicator with its definition, both languages, numerator, denominators, dimensions, basis and version."""
    lines = ["# Indicators", "", "Generated from `mediane/insight/indicators/definitions.py`; do not edit.", ""]
    for indicator in INDICATORS.values():
        lines += [f"## {indicator.code}", ""]
        for language in ("fr", "en"):
            with override(language):
                lines.append(f"- {language}: **{indicator.label}**. {indicator.definition}")
        with override("fr"):
            if indicator.over:
                over = "; ".join(f"base {base}: {words}" for base, words in indicator.denominator.items())
                lines.append(f"- {indicator.numerator} / {over}")
            item = f", item {indicator.item} of R. 614-2" if indicator.item else ""
            lines.append(
                f"- unit {indicator.unit}; basis {indicator.basis}{item}; version {indicator.version}; source {indicator.source}"
            )
        lines += [f"- breakdowns: {', '.join(indicator.all_dimensions)}", ""]
    return "\n".join(lines).rstrip() + "\n"
