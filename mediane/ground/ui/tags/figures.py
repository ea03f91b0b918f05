"""Figures and charts: a figure always shows its denominator and opens to its cases; a chart is always doubled by its
table."""

from __future__ import annotations

from typing import Literal

from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mediane.ground.ui.charts import NARROW, WIDE, Chart, Spark
from mediane.ground.ui.formats import NBSP

from .base import block, css, draw, el, safe, tag, take
from .layout import heading_id


@block
def figures(content: str, *, label: str) -> SafeString:
    """Figures side by side. Around ``{% figure %}``s."""
    return el("section", content, class_="kpis", aria_label=label)


@block
def figure(
    content: str, *, name: str, value: str, unit: str = "", href: str = "", opens: str = "", spark: Spark | None = None
) -> SafeString:
    """A figure: ``name`` (with what it is out of), ``value`` already written for people, content: denominator,
    comparison. With ``href`` it opens to its cases, ``opens`` saying so (« Ouvrir les 4 618 »)."""
    inside = safe(
        el("span", name, class_="kpi__name"),
        el("span", value, unit and f"{NBSP}{unit}", class_="kpi__value"),
        el("span", content, class_="kpi__sub"),
        (spark and spark.svg(120)) or None,
        href and el("span", opens or _("Ouvrir les dossiers"), class_="kpi__open"),
    )
    return el("a", inside, href=href, class_="kpi") if href else el("div", inside, class_="kpi")


def chart_table(chart: Chart) -> SafeString:
    heads, rows = chart.table()
    head = el("tr", *[el("th", words, scope="col", class_="n" if i else None) for i, words in enumerate(heads)])
    links = [*chart.links, *[""] * (len(rows) - len(chart.links))]
    body = [
        el(
            "tr",
            el("th", el("a", row[0], href=link) if link else row[0], scope="row"),
            *[el("td", cell, class_="n") for cell in row[1:]],
        )
        for row, link in zip(rows, links, strict=True)
    ]
    table = el("table", el("caption", chart.title, class_="sr"), el("thead", head), el("tbody", *body), class_="table")
    return el(
        "div",
        table,
        class_="scroll",
        role="region",
        aria_label=_("Tableau : %(title)s") % {"title": chart.title},
        tabindex="0",
    )


@block
def chart(
    context: Context,
    content: str,
    *,
    chart: Chart,
    csv: str = "",
    code: str = "",
    level: Literal[2, 3] = 2,
    framed: bool = True,
) -> SafeString:
    """A chart with its title, its sentence, its table and its CSV (``csv``, an address); ``code`` is the indicator's.
    Content: a remark under the drawing."""
    foot = take(context, "foot")
    title = el(
        "div",
        el(f"h{level}", chart.title, class_="chart__title", id=heading_id(chart.title, chart.id)),
        chart.text and el("p", chart.text, class_="chart__desc"),
    )
    doubled = el(
        "div",
        el(
            "details",
            el("summary", _("Voir le tableau et les dossiers") if any(chart.links) else _("Voir le tableau")),
            chart_table(chart),
        ),
        csv
        and el(
            "a",
            draw("download"),
            " CSV",
            href=csv,
            class_="mini",
            download=True,
            aria_label=_("Télécharger « %(title)s » en CSV") % {"title": chart.title},
        ),
        foot,
        code and el("span", code, class_="mini faint right"),
        class_="chart__foot",
    )
    inside = safe(title, chart.svg(WIDE, only="wide"), chart.svg(NARROW, only="narrow"), content, doubled)
    return el(
        "figure",
        el("div", inside, class_="panel__body stack stack--sm") if framed else inside,
        class_=css("chart", framed and "panel"),
        id=chart.id,
    )


@tag
def spark(chart: Spark) -> SafeString:
    """A line the size of a word, for a cell of a table."""
    return el("span", chart.svg(120), class_="chart chart--spark")
