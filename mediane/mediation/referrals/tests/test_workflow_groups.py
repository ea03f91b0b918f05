"""Groups of states, enums and the pages made from the table."""

from mediane.mediation.referrals import docs, rules
from mediane.mediation.referrals import workflow as w
from mediane.mediation.referrals.enums import ComplaintAnswer, Ground, Outcome, Party, RequesterKind, State


def test_the_groups_part_the_states():
    assert set(State) == w.BEFORE_NOTIFICATION | w.NOTIFIED | w.GONE
    assert not w.BEFORE_NOTIFICATION & w.NOTIFIED
    assert not (w.BEFORE_NOTIFICATION | w.NOTIFIED) & w.GONE
    assert {State.DRAFT} | w.OPEN | w.ENDED | w.GONE == set(State)
    assert not w.OPEN & w.ENDED


def test_the_parties_see_what_the_procedure_says():
    assert {
        "awaiting_entry", "in_mediation", "proposal_notified", "in_execution", "closed",
    } == w.SEEN_BY_TRADER  # fmt: skip
    assert set(State) - w.SEEN_BY_REQUESTER == {"archived", "destroyed"}


def test_every_closing_move_knows_its_letters():
    closing = [move for move in w.REFERRALS.moves if "closed" in move.targets and move.name != "finish"]
    assert closing
    assert all("end_certificate" in move.letters for move in closing)


def test_nothing_goes_to_the_trader_before_the_notification():
    early = [
        move
        for move in w.REFERRALS.moves
        if move.sources and move.sources <= w.BEFORE_NOTIFICATION and move.name != "notify"
    ]
    letters = {letter for move in early for letter in move.letters}
    assert letters
    assert not [letter for letter in letters if "trader" in letter or letter == "end_certificate"]


def test_enums_and_pure_rules_write_the_same_values():
    assert tuple(Ground.values) == tuple(rules.G)
    assert tuple(RequesterKind.values) == rules.REQUESTER_KINDS
    assert tuple(ComplaintAnswer.values) == rules.ANSWERS
    assert [ground.article for ground in Ground][3] == "L. 612-2, 4°"


def test_values_of_outcomes():
    assert set(Outcome.values) == {
        "agreed_directly", "proposal_accepted", "proposal_refused", "proposal_unanswered", "entry_refused", "withdrawn_consumer",
        "withdrawn_trader", "mission_ended", "court_seized", "other_mediator_seized",
    }  # fmt: skip
    assert Party.CONSUMER.other is Party.TRADER
    assert Party.TRADER.other is Party.CONSUMER


def test_the_pages_hold_every_state_and_every_move():
    diagram, matrix = docs.state_diagram(), docs.permission_matrix()
    for state in State:
        assert f"| `{state}` | {state.label} |" in diagram
    for move in w.REFERRALS.moves:
        assert matrix.count(f"| `{move.name}` |") == 2
    assert "| `hear` |  |  |" in matrix
    assert "under_review --> awaiting_entry: notify" in diagram
    assert "hear" not in diagram
    assert "a new `received`" in matrix
