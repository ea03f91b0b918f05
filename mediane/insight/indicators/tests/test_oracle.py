"""Every indicator and every breakdown, against a naive reading of the contract, on random small populations and on the edges."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediane.ground.accounts.actor import Actor
from mediane.insight.indicators.cases import Behind, cases_behind
from mediane.insight.indicators.compute import Figure, figures
from mediane.insight.indicators.definitions import BASES, INDICATORS, Base
from mediane.insight.indicators.spans import Span
from mediane.insight.indicators.tests.oracle import Oracle
from mediane.insight.indicators.tests.population import TODAY, Population, make_body
from mediane.mediation.referrals.models import Referral

pytestmark = pytest.mark.django_db

SPANS = st.one_of(
    st.sampled_from([2023, 2024, 2025, 2026]).map(Span.of_year),
    st.tuples(st.integers(2023, 2026), st.integers(1, 12)).map(lambda pair: Span.of_month(*pair)),
    st.tuples(st.dates(date(2023, 6, 1), date(2025, 6, 1)), st.integers(0, 500)).map(
        lambda p: Span(p[0], date.fromordinal(p[0].toordinal() + p[1]))
    ),
)


def shape(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "statistics": figure.statistics,
        "breakdowns": {
            name: {cell.key: (cell.value, cell.share) for cell in cells} for name, cells in figure.breakdowns.items()
        },
    }


def check(body_id: int, span: Span, base: Base) -> None:
    referrals = list(
        Referral.objects.filter(body=body_id).select_related("trader", "business_line", "subject", "sub_subject")
    )
    found = figures(body_id, span, base, today=TODAY)
    oracle = Oracle(referrals, span.start, span.end, base, TODAY)
    before = Oracle(referrals, span.before.start, span.before.end, base, TODAY)
    for code in INDICATORS:
        expected = oracle.figure(code)
        assert shape(found[code]) == _close(expected), (code, span, base)
        if found[code].prior is not None:
            assert found[code].prior == pytest.approx(before.figure(code)["value"]), (code, span, base)
    if not found.empty:
        assert len({figure.prior is None for figure in found} & {False}) <= 1


def _close(value: Any) -> Any:
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-9, abs=1e-6)
    if isinstance(value, dict):
        return {key: _close(item) for key, item in value.items()}
    return tuple(_close(item) for item in value) if isinstance(value, tuple) else value


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), number=st.integers(0, 45), span=SPANS, base=st.sampled_from(BASES))
def test_equal_to_a_naive_reading(seed: int, number: int, span: Span, base: Base) -> None:
    with transaction.atomic():
        population = Population(make_body(), seed)
        population.write(population.rows(number, date(2023, 1, 1), date(2026, 11, 1)))
        check(population.body.pk, span, base)
        transaction.set_rollback(True)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("rows", "span"),
    [
        ([], Span.of_year(2024)),
        ([{"received_on": date(2024, 2, 29)}], Span.of_month(2024, 2)),
        ([{"received_on": date(2023, 2, 28)}, {"received_on": date(2024, 2, 29)}], Span(date(2024, 2, 29), date(2024, 2, 29))),
        # decided and ended in the following year: in the cohort of the first, in the decisions of the second
        (
            [
                {
                    "received_on": date(2024, 12, 31), "decision_on": date(2025, 1, 2), "decision": "admissible", "notified_on": date(2025, 1, 2),
                    "state": "closed", "outcome": "withdrawn_trader", "ended_on": date(2025, 4, 2), "closed_on": date(2025, 4, 2),
                }
            ],
            Span.of_year(2024),
        ),
        ([{"received_on": date(2024, 1, 1)}, {"received_on": date(2024, 12, 31)}, {"received_on": date(2025, 1, 1)}], Span.of_year(2024)),
    ],
    ids=["empty", "leap day", "leap day alone", "across years", "edges of the year"],
)  # fmt: skip
def test_edges(rows: list[dict[str, Any]], span: Span, base: Base) -> None:
    population = Population(make_body())
    population.write(rows)
    check(population.body.pk, span, base)
    check(population.body.pk, span.before, base)
    check(population.body.pk, Span.of_year(2025), base)


@pytest.mark.parametrize("base", BASES)
def test_a_period_to_come_has_today_s_stock(base: Base) -> None:
    population = Population(make_body())
    population.write(
        [
            {"received_on": date(2026, 6, 1)},
            {
                "received_on": date(2026, 6, 2),
                "decision_on": date(2026, 12, 5),
                "decision": "premature",
                "state": "premature",
            },
        ]
    )
    check(population.body.pk, Span.of_month(2026, 12), base)
    check(population.body.pk, Span.of_year(2027), base)


@pytest.mark.parametrize("base", BASES)
def test_a_figure_opens_to_the_very_cases_it_counts(base: Base) -> None:
    population = Population(make_body(), 11)
    population.write(population.rows(120, date(2024, 1, 1), date(2025, 6, 1)))
    span = Span.of_year(2024)
    found = figures(population.body.pk, span, base, today=TODAY)
    asked = 0
    for figure in found:
        for part, number in (("counted", figure.numerator), ("over", figure.denominator)):
            if number is not None:
                behind = Behind(figure.code, span, base, part=part)
                assert (
                    cases_behind(behind, actor=Actor.system(), body_id=population.body.pk, today=TODAY).count()
                    == number
                ), (figure.code, part)
        for dimension, cells in figure.breakdowns.items():
            for cell in cells:
                behind = Behind(figure.code, span, base, dimension, cell.key)
                opened = cases_behind(behind, actor=Actor.system(), body_id=population.body.pk, today=TODAY)
                assert opened.count() == cell.value, (figure.code, dimension, cell.key)
                asked += 1
    assert asked > 300
