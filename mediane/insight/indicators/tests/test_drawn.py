"""Charts say what the figures say, stop at today, and open to the cases that they draw."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mediane.ground.accounts.actor import Actor
from mediane.insight.indicators import drawn
from mediane.insight.indicators.addresses import Address, period_text
from mediane.insight.indicators.cases import Behind, cases_behind
from mediane.insight.indicators.compute import Figures, figures, flow
from mediane.insight.indicators.definitions import BASES, Base
from mediane.insight.indicators.spans import Span
from mediane.insight.indicators.tests.population import TODAY, Population, make_body
from mediane.insight.indicators.web import until_today

pytestmark = pytest.mark.django_db
YEAR = Span.of_year(2024)


def population(number: int = 150) -> Population:
    made = Population(make_body(), 7)
    made.write(made.rows(number, date(2023, 1, 1), date(2026, 11, 1)))
    return made


def found_in(made: Population, span: Span = YEAR, base: Base = "received", today: date = TODAY) -> Figures:
    return figures(made.body.pk, span, base, today=today, charted=True)


def opened(link: str, made: Population, span: Span, base: Base) -> int:
    """How many cases a row of a chart opens."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    code = urlsplit(link).path.split("/")[3]
    behind = Behind(code, span, base, asked["dimension"], asked["cle"])
    assert (asked["du"], asked["au"], asked["base"]) == (span.start.isoformat(), span.end.isoformat(), base)
    return cases_behind(behind, actor=Actor.system(), body_id=made.body.pk, today=TODAY).count()


@pytest.mark.parametrize("base", BASES)
def test_every_row_of_every_chart_opens_to_the_cases_it_counts(base: Base) -> None:
    made = population()
    found, address = found_in(made, base=base), Address(YEAR, base)
    shown: list[Any] = [
        drawn.durations(found, address),
        drawn.months(found, flow(found), address),
        drawn.reasons(found, address),
        drawn.subjects(found, address),
        drawn.solutions(found, address),
    ]
    asked = 0
    for chart in shown:
        for row, link in zip(chart.csv_rows()[1:], chart.links, strict=False):
            value = row[2] if chart.id == "flux" else row[1]  # the lines of the months open what was received
            assert opened(link, made, YEAR, base) == value, (chart.id, row)
            asked += bool(value)
    assert asked > 25


def test_a_duration_stands_in_one_bar_and_the_limit_is_between_two() -> None:
    found = found_in(population())
    for coarse in (False, True):
        chart = drawn.durations(found, None, coarse=coarse)
        assert chart is not None
        assert sum(chart.values) == found["MED-030"].denominator
        beyond = chart.edges.index(90)
        assert sum(chart.values[beyond:]) == sum(n for days, n in found["MED-030"].days.items() if days > 90)
        assert not chart.links


def test_reasons_are_each_refusal_once() -> None:
    found = found_in(population())
    reasons = dict(drawn.reasons_of(found))
    assert sum(reasons.values()) == found["MED-012"].numerator
    by_ground = {cell.key: cell.value for cell in found["MED-012"].breakdowns["ground"]}
    assert reasons.get("premature", 0) + reasons.get("none", 0) == by_ground.get("none", 0)
    assert {key: value for key, value in reasons.items() if key.startswith("L")} == {
        key: value for key, value in by_ground.items() if key.startswith("L")
    }
    # published, neither of the two that are no ground of the law is told when one is small
    assert "premature" not in dict(drawn.reasons_of(found, smallest=10**6))
    assert dict(drawn.reasons_of(found, smallest=10**6))["none"] == by_ground["none"]


def test_a_month_to_come_is_not_drawn_and_the_present_one_is_not_over() -> None:
    made, today = population(), date(2024, 9, 12)
    found = found_in(made, today=today)
    chart = drawn.months(found, flow(found), None)
    assert (len(chart.names), chart.partial) == (9, True)
    assert chart.table()[1][-1][0] == "septembre 2024 (en cours)"
    assert "l-fore" in str(chart.svg(620))
    whole = found_in(made)
    assert len(drawn.months(whole, flow(whole), None).names) == 12
    assert not drawn.months(whole, flow(whole), None).partial


def test_subjects_stand_beside_the_same_days_a_year_before() -> None:
    made = population()
    chart = drawn.subjects(found_in(made), None)
    assert chart is not None
    before = figures(made.body.pk, YEAR.before, "received", today=TODAY)["MED-070"].breakdowns["subject"]
    assert sum(row.before or 0 for row in chart.rows) == sum(cell.value for cell in before if cell.key != "none")


def test_a_period_that_runs_is_compared_with_the_same_days() -> None:
    today = date(2026, 11, 27)
    assert until_today(Span.of_year(2026), today) == Span(date(2026, 1, 1), today)
    assert until_today(Span.of_year(2026), today).before == Span(date(2025, 1, 1), date(2025, 11, 27))
    assert until_today(Span.of_year(2025), today) == Span.of_year(2025)
    assert period_text(Span(date(2026, 1, 1), today)) == "1er janvier – 27 novembre 2026"
    assert period_text(Span(date(2025, 12, 1), date(2026, 1, 2))) == "1er décembre 2025 – 2 janvier 2026"
