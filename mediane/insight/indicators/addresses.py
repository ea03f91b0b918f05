"""Addresses of figures: a period, a base, filters, and what opens behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from mediane.ground.ui import formats
from mediane.insight.indicators.cube import Filters
from mediane.insight.indicators.definitions import Base
from mediane.insight.indicators.spans import Span


@dataclass(frozen=True)
class Address:
    """What figures are asked for, as the query of a page."""

    span: Span
    base: Base
    filters: Filters = Filters()  # noqa: RUF009 — frozen

    def query(self, **changes: str) -> str:
        """The period, the base, the filters, and more; what is empty is left out."""
        said = {"du": self.span.start.isoformat(), "au": self.span.end.isoformat(), "base": self.base}
        said |= {
            "professionnel": self.filters.trader,
            "metier": self.filters.business_line,
            "canal": self.filters.channel,
        } | changes
        return urlencode({name: value for name, value in said.items() if value})

    def figure(self, code: str) -> str:
        return f"{reverse('figures:figure', args=[code])}?{self.query()}"

    def behind(self, code: str, *, part: str = "", dimension: str = "", key: str = "") -> str:
        """The cases behind a figure, or behind one of its cells."""
        return f"{reverse('figures:cases', args=[code])}?{self.query(part=part, dimension=dimension, cle=key)}"


def period_text(span: Span) -> str:
    """« 1er janvier – 27 novembre 2026 »: the year once, where it is the same."""
    start, end = formats.date_plain(span.start), formats.date_plain(span.end)
    if span.start == span.end:
        return end
    if span.start.year == span.end.year:
        start = start.removesuffix(str(span.start.year)).rstrip()
    return f"{start} – {end}"
