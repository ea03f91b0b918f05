"""Where it stands and what next: a whole sentence for every state and reader, whatever clock runs or does not."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

import pytest
from django.utils.translation import override

from mediane.ground.deadlines.models import Clock, ClockKind, Hand
from mediane.mediation.referrals.enums import Outcome, Party, State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.sentences import STAFF, expected, next_step

DAY = date(2026, 11, 27)
HOLE = re.compile(
    r"\{|\}|\s{2,}|\s[.,]|None|\b(le|au|avant|du|de|d’ici|by|on|until|from)\s*[.;,]|\b(le|au|by|until)\s+;"
)
"""A date or a name that is missing leaves one of these."""


def clock(kind: str, hand: str = Hand.TRADER) -> Clock:
    return Clock(
        kind=kind, hand=hand, due_on=DAY, first_due_on=DAY, started_on=date(2026, 9, 1), basis="R. 612-5", mark="A"
    )


def running_sets() -> list[dict[str, Clock]]:
    """None; each alone; each with the mediation's own; all at once, for either hand."""
    alone = [{kind: clock(kind)} for kind in ClockKind.values]
    with_the_law = [
        {kind: clock(kind), ClockKind.MEDIATION.value: clock(ClockKind.MEDIATION)} for kind in ClockKind.values
    ]
    return [
        {},
        *alone,
        *with_the_law,
        *({kind: clock(kind, hand) for kind in ClockKind.values} for hand in Hand.values),
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", State)
def test_no_sentence_has_a_hole(state: State, language: str) -> None:
    referral = Referral(
        state=state, consumer_name="Camille Roussel", trader_given="Colis Bleuet", outcome=Outcome.COURT_SEIZED
    )
    with override(language):
        for running, reader, answered, locked in product(running_sets(), (STAFF, *Party), (False, True), (False, True)):
            referral.locked = locked
            step = next_step(referral, reader, running, answered=answered)
            assert step.text, (reader, running)
            assert not HOLE.search(step.text), step.text
            if step.due_on and running:
                assert step.due_on == DAY


@pytest.mark.parametrize("state", State)
def test_a_row_of_the_worklist_always_says_what_is_expected(state: State) -> None:
    from mediane.mediation.referrals.workflow import OPEN

    for kind, late in product(("", *ClockKind.values), (False, True)):
        words = expected(Referral(state=state), kind, late=late)
        assert not HOLE.search(words)
        assert bool(words) or state not in OPEN


@pytest.mark.parametrize("state", State)
def test_a_state_is_said_in_a_few_words_to_those_who_know_it(state: State) -> None:
    assert 0 < len(state.short) <= 20
