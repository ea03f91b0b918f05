"""Charts say in figures what they show in shapes."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from mediane.ground.ui.charts import (
    NARROW,
    WIDE,
    Bars,
    Branches,
    Chart,
    Columns,
    Heat,
    Lines,
    Row,
    Series,
    Spark,
    Stacked,
    _scale,
)
from mediane.ground.ui.samples import CHARTS, SPARK


@pytest.mark.parametrize("chart", [*CHARTS.values(), SPARK], ids=lambda chart: chart.id)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_drawing_is_named_described_and_within_its_frame(chart: Chart, width: int) -> None:
    svg = ET.fromstring(str(chart.svg(width)))
    assert svg.find("title").text == chart.title  # type: ignore[union-attr]
    assert svg.find("desc").text  # type: ignore[union-attr]
    assert svg.get("aria-labelledby").split() == [svg.find("title").get("id"), svg.find("desc").get("id")]  # type: ignore[union-attr]
    _, _, w, h = map(float, svg.get("viewBox").split())  # type: ignore[union-attr]
    for rect in svg.iter("rect"):
        x, y, long, tall = (float(rect.get(k)) for k in ("x", "y", "width", "height"))  # type: ignore[arg-type]
        assert x >= -0.1 and x + long <= w + 0.1 and y >= -0.1 and y + tall <= h + 0.1, ET.tostring(rect)
    for text in svg.iter("text"):
        assert 0 <= float(text.get("x")) <= w and 0 <= float(text.get("y")) <= h + 12, ET.tostring(text)  # type: ignore[arg-type]
    assert not [node for node in svg.iter() if "style" in node.attrib or "fill" in node.attrib]  # colours are tokens


@pytest.mark.parametrize("chart", [*CHARTS.values(), SPARK], ids=lambda chart: chart.id)
def test_the_table_and_the_download_hold_the_same_rows(chart: Chart) -> None:
    heads, rows = chart.table()
    raw = chart.csv_rows()
    assert len(rows) == len(raw) - 1
    assert all(len(row) == len(heads) for row in rows)
    assert [row[0].split(" (")[0] for row in rows] == [str(row[0]).split(" (")[0] for row in raw[1:]]


def test_a_bar_is_as_long_as_its_figure() -> None:
    chart = Bars(id="b", title="t", rows=(Row("a", 100), Row("b", 50), Row("c", 0)))
    widths = [float(r.get("width")) for r in ET.fromstring(str(chart.svg(WIDE))).iter("rect")]  # type: ignore[arg-type]
    assert widths[1] == pytest.approx(widths[0] / 2, abs=0.2)
    assert widths[2] == 0


def test_columns_beyond_the_limit_are_red_and_the_limit_is_on_the_axis() -> None:
    svg = str(CHARTS["durations"].svg(WIDE))
    assert svg.count("fill-red") == 4 and svg.count("fill-teal") == 9
    assert ">90<" in svg


def test_a_missing_month_is_a_gap_not_a_zero() -> None:
    chart = Lines(id="l", title="t", names=("j", "f", "m", "a"), series=(Series("S", (3, 4, None, 5)),))
    svg = str(chart.svg(WIDE))
    assert svg.count('<path class="l-teal"') == 1  # two points make a line…
    assert svg.count("<circle") == 1  # …a lonely one a dot
    assert chart.table()[1][2] == ["m", "–"]


def test_a_forecast_is_said_and_dashed() -> None:
    flow = CHARTS["flow"]
    assert "l-fore" in str(flow.svg(WIDE)) and "prévision" in str(flow.svg(WIDE))
    assert flow.table()[1][-1][0] == "janvier 2027 (prévision)"


def test_what_is_not_over_is_said_and_dashed() -> None:
    chart = Lines(id="l", title="t", names=("j", "f", "m"), series=(Series("S", (3, 4, 1)),), partial=True)
    svg = str(chart.svg(WIDE))
    assert "l-fore" in svg and ">en cours<" in svg
    assert chart.table()[1][-1][0] == "m (en cours)"
    assert "l-fore" not in str(Lines(id="l", title="t", names=("j", "f"), series=(Series("S", (3, 4)),)).svg(WIDE))


def test_a_day_is_in_one_bar_only() -> None:
    chart = Columns(id="c", title="t", edges=(0, 10, 20, 30), values=(1, 2, 3))
    assert [row[0] for row in chart.table()[1]] == ["0 à 10", "11 à 20", "plus de 20"]


def test_rows_of_a_table_open_where_they_may() -> None:
    chart = Bars(id="b", title="t", rows=(Row("a", 1), Row("b", 2), Row("c", 3)), links=("/x", ""))
    out = engines["django"].from_string("{% chart chart=c %}{% endchart %}").render({"c": chart})
    assert '<th scope="row"><a href="/x">a</a></th>' in out
    assert '<th scope="row">b</th>' in out and '<th scope="row">c</th>' in out


def test_ribbons_are_as_thick_as_their_figures() -> None:
    branches = CHARTS["branches"]
    heights = [float(r.get("height")) for r in ET.fromstring(str(branches.svg(WIDE))).iter("rect")]  # type: ignore[arg-type]
    assert heights[1] / heights[0] == pytest.approx(612 / 1284, rel=0.01)
    assert len(heights) == 1 + 3 + 5 + 6
    assert [row[1] for row in branches.table()[1]][:2] == ["1\u202f284", "612"]


def test_nothing_to_show_is_still_a_drawing() -> None:
    empties: tuple[Chart, ...] = (
        Bars(id="a", title="t", rows=()),
        Columns(id="b", title="t", edges=(0, 1), values=(0,)),
        Lines(id="c", title="t", names=(), series=()),
        Stacked(id="d", title="t", names=("x",), series=(Series("s", (0,)),)),
        Spark(id="e", title="t", values=()),
        Heat(id="f", title="t", columns=("x",), rows=(("y", (None,)),)),
        Branches(id="g", title="t", whole="x", total=0),
    )
    for chart in empties:
        ET.fromstring(str(chart.svg(WIDE)))
        chart.table()


def test_a_chart_on_a_page_is_drawn_twice_and_doubled_by_its_table() -> None:
    out = (
        engines["django"]
        .from_string('{% chart chart=c csv="/x.csv" code="MED-030" %}{% endchart %}')
        .render({"c": CHARTS["refusals"]})
    )
    assert out.count("<svg") == 3  # wide, narrow, and the icon of the download
    assert 'class="only-wide"' in out and 'class="only-narrow"' in out
    assert "<details><summary>Voir le tableau</summary>" in out and "53,3\u00a0%" in out and 'href="/x.csv"' in out
    ids = re.findall(r' id="([^"]+)"', out)
    assert len(ids) == len(set(ids))


@given(st.integers(0, 10_000_000))
def test_an_axis_reaches_its_highest_figure_in_round_steps(top: int) -> None:
    scale = _scale(top)
    assert scale[0] == 0 and scale[-1] >= top and 2 <= len(scale) <= 5
    steps = {round(b - a, 6) for a, b in pairwise(scale)}
    assert len(steps) == 1
    digits = str(steps.pop()).replace(".", "").strip("0")
    assert digits in {"1", "2", "25", "3", "5"}
