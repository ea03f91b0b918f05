"""The report's charts on a screen: the values that `content.py` draws for paper, in the colours of the page, each doubled by its table and its CSV."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mediane.ground.ui import charts
from mediane.insight.indicators import drawn
from mediane.insight.indicators.addresses import Address
from mediane.insight.reports.content import Content, flow_parts, flow_title, hides_durations, hides_months
from mediane.insight.reports.masking import SMALLEST


def report_charts(report: Content, address: Address | None, *, published: bool) -> list[tuple[charts.Chart, str]]:
    """Charts and the codes they show. Published: nothing opens, and a chart that would show a small group is left out; what is drawn of the eight
    statutory items stays."""
    found: list[tuple[charts.Chart | None, str]] = [
        (_branches(report, published=published), "MED-001, MED-010 – MED-021, MED-040")
    ]
    if not (published and hides_durations(report)):
        found.append((drawn.durations(report.found, address, coarse=published), "MED-030"))
    if not (published and hides_months(report)):
        found.append((drawn.months(report.found, report.flow, address), "MED-001, MED-004"))
    found.append((drawn.reasons(report.found, address, smallest=SMALLEST if published else 0), "MED-012, MED-080"))
    found.append((drawn.solutions(report.found, address), "MED-040"))
    if not published:
        found.append((drawn.subjects(report.found, address), "MED-070"))
    return [(chart, codes) for chart, codes in found if chart]


def _branches(report: Content, *, published: bool) -> charts.Branches | None:
    parts = flow_parts(report, published=published)
    if parts is None:
        return None
    fills: dict[str, charts.Fill] = {"admissible": "teal", "refused": "red"}
    return charts.Branches(
        id="suites",
        title=flow_title(report),
        text=_("De la réception à l’issue ; la largeur d’un ruban est un nombre de demandes."),
        names_title=_("Suite"),
        value_title=_("Demandes"),
        whole=_("reçues"),
        total=report.n("MED-001"),
        branches=[
            charts.Branch(name, value, fills.get(kind, "line"), [end for end in ends if end[1]])
            for kind, name, value, ends in parts
            if value
        ],
    )
