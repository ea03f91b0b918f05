"""A body may promise better than the law, never worse: a looser delay is refused when it is typed, not only ignored when it is counted."""

from __future__ import annotations

from datetime import date

import pytest

from mediane.ground.rulesets.services import rules_for, set_rule
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.tests.factories import AT, SYSTEM, world

pytestmark = pytest.mark.django_db
FROM = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("key", "value"), [("rejection", "22d"), ("rejection", "1m"), ("mediation", "3m"), ("mediation", "91d")]
)
def test_a_delay_longer_than_the_law_is_refused(key, value):
    w = world()
    with pytest.raises(Refusal) as refused:
        set_rule(w.body.pk, key, value, by=SYSTEM, at=AT, effective_from=FROM)
    assert refused.value.code == "over_limit"
    assert rules_for(w.body.pk, FROM).versions.get(key) is None


@pytest.mark.parametrize(("key", "value"), [("rejection", "21d"), ("mediation", "2m"), ("trader_entry_delay", "200d")])
def test_a_shorter_one_and_one_without_limit_are_kept(key, value):
    w = world()
    set_rule(w.body.pk, key, value, by=SYSTEM, at=AT, effective_from=FROM)
    assert rules_for(w.body.pk, FROM).text(key) == value
