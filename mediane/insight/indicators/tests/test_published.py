"""The three published cohorts: every figure that the reports print comes out of the files again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from mediane.ground.accounts.actor import Actor
from mediane.insight.indicators.compute import Figure, figures, flow
from mediane.insight.indicators.definitions import BASES
from mediane.insight.indicators.queries import years_of, years_of_all
from mediane.insight.indicators.spans import Span
from mediane.insight.indicators.tests.population import TODAY, Population, make_body
from mediane.insight.indicators.tests.recount import recount, rows_of
from mediane.mediation.referrals.imports import tests as import_tests
from mediane.mediation.referrals.imports.services import import_file
from mediane.mediation.referrals.models import GroundDetail

pytestmark = pytest.mark.django_db

DATA = Path(import_tests.__file__).parent / "data"
PUBLISHED = json.loads((DATA / "expected.json").read_text())
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def printed(figure: Figure, part: str, cell: dict[str, str]) -> Any:
    """The number that a published report names: the numerator, a cell, a share, a statistic."""
    if cell:
        ((dimension, key),) = cell.items()
        found = figure.cell(dimension, key)
        assert found is not None
        return found.share if part == "share" else found.value
    return figure.statistics[part] if part else figure.numerator


@pytest.mark.parametrize("published", PUBLISHED, ids=[item["body"] for item in PUBLISHED])
def test_every_published_figure(published: dict[str, Any]) -> None:
    body = make_body(published["body"])
    file = DATA / f"{published['file']}.gz"
    report = import_file(body.pk, file, by=Actor.system(), at=NOW)
    assert (report.rows, report.added, report.rejected) == (published["rows"], published["rows"], 0)
    found = figures(body.pk, Span.of_year(published["year"]), "received", today=TODAY)
    for name, cell, value in published["expect"]:
        code, _, part = name.partition(".")
        assert printed(found[code], part, cell) == pytest.approx(value), (name, cell)
    assert years_of(body.pk) == [published["year"]]
    assert years_of_all()[body.pk] == [published["year"]]


@pytest.mark.parametrize("published", PUBLISHED, ids=[item["body"] for item in PUBLISHED])
def test_every_figure_of_a_file_counted_again_from_its_cells(published: dict[str, Any]) -> None:
    """Values, numerators, denominators, and each cell with its share, on both bases: some two thousand numbers a file told twice."""
    body = make_body(published["body"])
    file = DATA / f"{published['file']}.gz"
    import_file(body.pk, file, by=Actor.system(), at=NOW)
    rows = rows_of(file)
    for base in BASES:
        found = figures(body.pk, Span.of_year(published["year"]), base, today=TODAY)
        for code, told in recount(rows, published["year"], base).items():
            figure = found[code]
            assert figure.value == pytest.approx(told["value"]), (code, base)
            assert figure.numerator == told["numerator"], (code, base)
            if told["denominator"] is not None:
                assert figure.denominator == told["denominator"], (code, base)
            for dimension, cells in figure.breakdowns.items():
                counted = {cell.key: (cell.value, cell.share) for cell in cells}
                again = told["breakdowns"][dimension]
                assert {key: n for key, (n, _) in counted.items()} == {key: n for key, (n, _) in again.items()}, (
                    code,
                    base,
                    dimension,
                )
                assert all(counted[key][1] == pytest.approx(share) for key, (_, share) in again.items())
                assert [cell.key for cell in cells] == sorted(counted, key=lambda key: (-counted[key][0], key))


def test_the_same_few_statements_for_any_number_of_referrals() -> None:
    counts = []
    for number in (0, 3, 300):
        population = Population(make_body(), 1)
        population.write(population.rows(number, Span.of_year(2024).start, Span.of_year(2024).end))
        with CaptureQueriesContext(connection) as asked:
            flow(figures(population.body.pk, Span.of_year(2024), "decided", today=TODAY, charted=True))
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in asked))
    assert counts == [3, 3, 3]  # the cubes, the stock with what charts show beside, the names


def test_the_stock_follows_from_what_came_and_what_left() -> None:
    population = Population(make_body(), 5)
    population.write(population.rows(200, Span.of_year(2024).start, Span.of_year(2025).end))
    by_month = flow(figures(population.body.pk, Span.of_year(2025), "received", today=TODAY))
    for month, stock in zip(by_month.months, by_month.stock, strict=True):
        alone = figures(population.body.pk, Span.of_month(month.year, month.month), "received", today=TODAY)
        assert alone["MED-004"].value == stock, month


def test_details_of_grounds_have_the_words_of_the_body_or_stand_as_filed() -> None:
    population = Population(make_body(), 7)
    population.write(population.rows(120, Span.of_year(2024).start, Span.of_year(2024).end))
    GroundDetail.objects.create(
        body=population.body,
        ground="L612-2-5",
        code="no_convention",  # its own words for a shared code
        label_fr="Hors convention",
        label_en="",
        effective_from=Span.of_year(2024).start,
    )
    GroundDetail.objects.filter(code="second_level_missing").update(code="another")

    def words(language: str) -> dict[str, str]:
        with override(language):
            found = figures(population.body.pk, Span.of_year(2024), "received", today=TODAY)
        return {cell.key: cell.label for cell in found["MED-011"].breakdowns["ground_detail"]}

    assert words("fr")["no_convention"] == words("en")["no_convention"] == "Hors convention"
    assert words("fr")["second_level_missing"] == "second_level_missing"
