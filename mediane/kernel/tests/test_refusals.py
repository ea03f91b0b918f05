import pickle

import pytest

from mediane.kernel.refusals import Refusal


def test_a_refusal_reads_in_english_for_logs():
    refusal = Refusal("wrong_state", move="notify", state="draft")
    assert refusal.code == "wrong_state"
    assert refusal.facts == {"move": "notify", "state": "draft"}
    assert str(refusal) == "wrong_state: this cannot be done in the present state (move=notify, state=draft)"
    assert refusal.missing is None


def test_what_is_missing_is_named():
    refusal = Refusal("missing:trader")
    assert refusal.missing == "trader"
    assert str(refusal) == "missing:trader: trader is missing"


def test_a_room_may_add_its_own_code():
    assert str(Refusal("mandate_too_short", article="L. 613-1 2°")) == "mandate_too_short (article=L. 613-1 2°)"


def test_a_refusal_survives_a_job_queue():
    again = pickle.loads(pickle.dumps(Refusal("too_late", due="2026-12-13")))
    assert (again.code, again.facts) == ("too_late", {"due": "2026-12-13"})


def test_sets_are_logged_in_a_stable_order():
    assert str(Refusal("stale", known={"b", "a"})).endswith("(known=a/b)")


def test_a_refusal_is_caught_as_an_exception():
    with pytest.raises(Refusal, match="not_found"):
        raise Refusal("not_found")
