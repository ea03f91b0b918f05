"""The report as files: each says the same numbers as the JSON, and reads as a printed page should."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import override

from mediane.insight.indicators.definitions import BASES, Base
from mediane.insight.indicators.labels import DIMENSIONS
from mediane.insight.indicators.tests.population import Population, make_body
from mediane.insight.reports.annual import report_json
from mediane.insight.reports.charts import report_charts
from mediane.insight.reports.content import Content, content
from mediane.insight.reports.typography import BREAK, typeset, typeset_all
from mediane.insight.reports.whole import paper_data, whole_report
from mediane.mediation.traders.models import Trader

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LONG = "Anticonstitutionnellementtransportinternationalexpress"


@pytest.fixture
def made() -> Population:
    population = Population(make_body(), 4)
    population.write(population.rows(140, date(2023, 3, 1), date(2024, 12, 31)))
    Trader.objects.filter(body=population.body, name="Professionnel 0").update(name=f"{LONG} & fils <b> #evil[x]")
    return population


def report_of(made: Population, base: Base = "received") -> Content:
    return content(made.body, 2024, base, at=AT)


def pages_of(pdf: bytes) -> list[str]:
    import pypdfium2

    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


@pytest.mark.parametrize("base", BASES)
def test_every_cell_of_the_sheets_is_that_of_the_json(made: Population, base: Base) -> None:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(whole_report(made.body, 2024, base, "ods", at=AT)))
    said = report_json(made.body.organisation.slug, made.body.pk, 2024, base, at=AT)
    assert book.sheet_names[1:] == [row["code"] for row in said["indicators"]]
    compared = 0
    for row in said["indicators"]:
        cells = book.get_sheet_by_name(row["code"]).to_python()
        totals = {cells[n][0]: cells[n][1] for n in range(3, 7)}
        names = {
            "value": "Valeur",
            "numerator": "Numérateur",
            "denominator": "Dénominateur",
            "prior_value": "Un an plus tôt",
        }
        for key, name in names.items():
            assert (totals[name] or None) == (pytest.approx(row[key]) if row[key] else None) or totals[name] == row[
                key
            ], (row["code"], key)
        blocks: dict[str, list[Any]] = {}
        for line in cells:
            if line[1:4] == ["Code", "Nombre", "Part"]:
                block = blocks.setdefault(line[0], [])
            elif blocks and line[0]:
                block.append(line)
        assert set(blocks) == {str(DIMENSIONS[dimension]) for dimension, found in row["breakdowns"].items()}
        for dimension, found in row["breakdowns"].items():
            lines = blocks[str(DIMENSIONS[dimension])]
            assert [line[:3] for line in lines] == [[cell["label"], cell["key"], cell["value"]] for cell in found]
            for line, cell in zip(lines, found, strict=True):
                assert (line[3] if line[3] != "" else None) == (
                    None if cell["share"] is None else pytest.approx(cell["share"])
                )
                compared += 1
    assert compared > 150


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_paper_is_tagged_whole_and_in_the_language_of_its_reader(made: Population, language: str) -> None:
    """The compiler refuses what would violate PDF/UA-1 or PDF/A-3a."""
    with override(language):
        pdf = whole_report(made.body, 2024, "received", "pdf", at=AT)
        report = report_of(made)
        items = report.items
    assert b"/MarkInfo" in pdf and b"/StructTreeRoot" in pdf and b"pdfuaid" in pdf and b"pdfaid" in pdf
    assert f"/Lang({language}".encode() in pdf.replace(b" ", b"") or f"/Lang ({language}".encode() in pdf
    text = " ".join(" ".join(pages_of(pdf)).split())
    for item in items:
        value = typeset(item.value).replace("\u00a0", " ").replace("\u202f", " ")
        assert value in text.replace("\u00a0", " ").replace("\u202f", " "), item.ordinal
    assert "#evil[x]" in text
    assert "r614-2.json" in pdf.decode("latin-1")


@pytest.mark.parametrize("base", BASES)
def test_contents_lead_to_the_key_figures_on_both_bases(made: Population, base: Base) -> None:
    pages = pages_of(whole_report(made.body, 2024, base, "pdf", at=AT))
    assert "Les chiffres clés" in pages[1]


def test_an_item_of_the_law_is_never_cut_by_the_end_of_a_page(made: Population) -> None:
    pages = pages_of(whole_report(made.body, 2024, "received", "pdf", at=AT))
    ordinals = [(n, line) for n, page in enumerate(pages) for line in page.split() if line in ("4°", "5°", "8°")]
    assert len(ordinals) >= 3
    annex = [page for page in pages if "Formule et dénominateur" in page]
    for page in annex[1:]:  # a following page of the annex begins with an item
        after_heading = page.split("Formule et dénominateur", 1)[1].split()
        assert after_heading[0].endswith("°"), after_heading[:5]


def test_an_empty_year_is_still_a_report() -> None:
    body = make_body()
    pages = pages_of(whole_report(body, 2019, "received", "pdf", at=AT))
    assert "Aucune demande n’a été reçue cette année." in " ".join(pages[1].split())
    assert b"<svg" not in whole_report(body, 2019, "received", "html", at=AT)
    assert whole_report(body, 2019, "decided", "ods", at=AT).startswith(b"PK")


def test_paper_and_page_draw_the_same_figures(made: Population) -> None:
    report = report_of(made)
    shown = {chart.id: chart for chart, _codes in report_charts(report, None, published=False)}
    branches = {name: value for name, value, top in shown["suites"]._lines() if top}
    flow = paper_data(report)["flow"]
    for name, value in branches.items():
        if value:
            assert f"{name} {value}" in flow["alt"].replace("\u00a0", " ") or f"{value} {name}" in flow["alt"].replace(
                "\u00a0", " "
            )


def test_published_charts_are_coarse_and_show_no_small_month(made: Population) -> None:
    report = report_of(made)
    published = {chart.id: chart for chart, _codes in report_charts(report, None, published=True)}
    whole = {chart.id: chart for chart, _codes in report_charts(report, None, published=False)}
    assert "flux" in whole
    moved = report.flow
    small = any(0 < value < 5 for value in (*moved.entered, *moved.left, *moved.stock))
    assert ("flux" in published) is not small
    assert "objets" not in published
    if "durees" in published:
        assert not [value for value in published["durees"].values if 0 < value < 5]
    assert not [chart for chart in published.values() if chart.links]


def test_spaces_of_each_language() -> None:
    assert typeset("« a » : 12 % ; art. R. 614-2, n° 3, le 31 décembre ?") == (
        "«\u00a0a\u00a0»\u00a0: 12\u00a0%\u202f; art. R.\u00a0614-2, n°\u00a03, le 31\u00a0décembre\u202f?"
    )
    with override("en"):
        assert typeset("article R. 614-2; a : b") == "article R.\u00a0614-2; a : b"
    cut = typeset(LONG)
    assert cut.replace(BREAK, "") == LONG
    assert max(map(len, cut.split(BREAK))) <= 24
    assert typeset_all({"svg": "a :", "rows": [["b :"]]}, but=frozenset({"svg"})) == {
        "svg": "a :",
        "rows": [["b\u00a0:"]],
    }
    assert json.loads(json.dumps(typeset_all({"n": 3, "none": None}))) == {"n": 3, "none": None}
