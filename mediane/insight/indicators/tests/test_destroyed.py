"""A case that was archived and destroyed counts as it counted; nobody can open it any more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mediane.insight.indicators.compute import figures
from mediane.insight.indicators.spans import Span
from mediane.mediation.referrals.enums import Ground, State
from mediane.mediation.referrals.services import admissibility, retention
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT
from mediane.mediation.referrals.tests.test_retention import again, archived, day, whole_story

pytestmark = pytest.mark.django_db


def test_figures_count_the_destroyed_as_they_counted_it():
    w = f.world()
    whole_story(w)
    gone = archived(w)
    early = f.under_review(w)
    admissibility.refuse(early.pk, Ground.OVER_ONE_YEAR, "x", by=w.mediator, at=AT)
    f.received(w)
    span = Span(date(2026, 1, 1), date(2026, 12, 31))

    def told() -> dict[str, Any]:
        return {
            f"{base} {figure.code}": (figure.value, figure.numerator, figure.denominator, repr(figure.breakdowns))
            for base in ("received", "decided")
            for figure in figures(w.body.pk, span, base, today=date(2031, 12, 31))
        }

    before = told()
    assert before["received MED-001"][0] == 4
    retention.put_away(at=day("2027-10-01"))
    assert again(early).state == State.ARCHIVED
    retention.approve_destruction([gone.pk, early.pk], by=w.director, at=day("2031-09-14"))
    assert retention.put_away(at=day("2031-09-14")) == (0, 2)
    assert told() == before
