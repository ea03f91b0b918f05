"""Dated situations that a jurist can read (`data/*.json`): each must come out as its `expect` says."""

import json
from pathlib import Path

import pytest

from mediane.mediation.referrals.rules import answer

DATA = Path(__file__).parent / "data"
GIVEN = json.loads((DATA / "situations.json").read_text(encoding="utf-8"))
OURS = json.loads((DATA / "more_situations.json").read_text(encoding="utf-8"))


def named(situations):
    return [pytest.param(situation, id=str(situation["input"]["id"])) for situation in situations]


def holds(expected, found) -> bool:
    """What `expected` names is equal in `found`, which may hold more; the sentence of an error is not compared."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            holds(value, found.get(key)) for key, value in expected.items() if key != "text"
        )
    return expected == found


def test_all_the_situations_are_there():
    assert (len(GIVEN), len(OURS)) == (70, 66)
    names = [situation["input"]["id"] for situation in GIVEN + OURS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("situation", named(GIVEN + OURS))
def test_a_situation_comes_out_as_the_law_says(situation):
    found = answer(situation["input"])
    assert holds(situation["expect"], found), (found, situation["why"])
    assert found["id"] == situation["input"]["id"]
    if "error" in situation["expect"]:
        assert set(found) == {"id", "error"}
        assert found["error"]["text"]


@pytest.mark.parametrize("situation", named(GIVEN + OURS))
def test_every_answer_is_explained_in_both_languages(situation):
    found, english = answer(situation["input"]), answer(situation["input"], lang="en")
    if "error" in found:
        assert found["error"]["text"] != english["error"]["text"]
        return
    told = [explanation["about"] for explanation in found["explanations"]]
    dates = [name for name in found if found[name] is not None and (name.endswith(("_due", "_before", "_until")))]
    assert told == [*found["findings"], *dates]
    for french, other in zip(found["explanations"], english["explanations"], strict=True):
        assert french["text"] != other["text"]
        assert "{" not in french["text"] + other["text"]
        if french["about"].startswith("L612"):
            assert french["article"] == f"L612-2 {french['about'][-1]}°"


def test_a_list_is_answered_as_a_list_and_one_fault_stops_no_other():
    inputs = [situation["input"] for situation in GIVEN]
    answers = answer(inputs)
    assert answers == [answer(one) for one in inputs]
    assert any("error" in one for one in answers)
