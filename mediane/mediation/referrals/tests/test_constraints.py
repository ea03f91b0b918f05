"""PostgreSQL holds the last line: a live case whose columns contradict its state cannot be written, whoever writes it. History (imported) may be what it was."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import solution
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import later

pytestmark = pytest.mark.django_db


def in_execution(w: f.World) -> Referral:
    referral = f.proposed(w)
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(1))
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(2))
    return referral


WRONG = [
    # constraint, stage, columns that contradict it
    ("referral_state_known", f.received, {"state": "somewhere"}),
    ("referral_received_has_day", f.received, {"received_on": None}),
    ("referral_decision_and_day_together", f.received, {"decision_on": date(2026, 9, 2)}),
    ("referral_decided_after_received", f.notified, {"received_on": date(2026, 10, 1)}),
    ("referral_notified_has_day", f.received, {"state": "awaiting_entry", "mediator": 1}),
    ("referral_notified_after_decided", f.notified, {"notified_on": date(2026, 8, 1)}),
    ("referral_closed_has_outcome", f.notified, {"state": "closed"}),
    ("referral_open_has_no_outcome", f.notified, {"outcome": "entry_refused"}),
    ("referral_refused_on_a_ground", f.received, {"state": "inadmissible"}),
    ("referral_premature_is_no_ground", f.received, {"state": "premature", "premature_until": date(2026, 10, 1), "ground": "L612-2-1"}),
    ("referral_proposal_has_day", f.in_mediation, {"state": "proposal_notified"}),
    ("referral_answers_sealed", f.proposed, {"consumer_answer": "accepted"}),
    ("referral_locked_where_it_can_be_lifted", in_execution, {"locked": True}),
    ("referral_undecided_has_no_decision", f.received, {"decision": "inadmissible", "decision_on": date(2026, 9, 2)}),
    ("referral_premature_has_day", f.received, {"state": "premature"}),
    ("referral_redirected_on_1_or_5", f.received, {"state": "redirected", "ground": "L612-2-3"}),
    ("referral_notified_names_mediator", f.notified, {"mediator": None}),
    ("referral_mediated_was_entered", f.in_mediation, {"entered_on": None}),
    ("referral_mediated_was_entered", f.in_mediation, {"entry": "refused"}),
    ("referral_executed_was_agreed", in_execution, {"outcome": "proposal_refused"}),
    ("referral_executed_was_agreed", in_execution, {"agreed_on": None}),
    ("referral_executed_was_agreed", in_execution, {"execution": "yes"}),
    ("referral_closed_agreement_says_execution", in_execution, {"state": "closed", "closed_on": date(2026, 9, 5)}),
    ("referral_ended_after_what_it_ends", f.proposed, {"ended_on": date(2026, 8, 31)}),
    ("referral_destroyed_was_approved", f.received, {"state": "destroyed"}),
    ("referral_archived_has_day", f.received, {"state": "archived"}),
    ("referral_extended_has_day", f.in_mediation, {"extended": True}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "stage", "columns"), WRONG, ids=[f"{name}-{n}" for n, (name, *_rest) in enumerate(WRONG)]
)
def test_a_contradiction_cannot_be_written(constraint, stage, columns):
    w = f.world()
    referral = stage(w)
    if columns.get("mediator"):
        columns = columns | {"mediator": w.mandate}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(**columns)


def test_every_check_of_a_referral_is_tried():
    checks = {
        item.name for item in Referral._meta.constraints if hasattr(item, "condition") and not hasattr(item, "fields")
    }
    assert checks == {name for name, *_rest in WRONG}
