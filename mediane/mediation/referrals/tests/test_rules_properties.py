"""What holds of every assessment, whatever the facts."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mediane.kernel.periods import Period, last_day
from mediane.mediation.referrals.rules import (
    ANSWERS,
    DAYS,
    REQUESTER_KINDS,
    YES_NO,
    Facts,
    Impossible,
    Rules,
    answer,
    assess,
    check_order,
    parse_facts,
)

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # on a busy machine a property is no less true

DAY = timedelta(1)
known_days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
days = st.none() | known_days
periods = st.builds(Period, st.integers(0, 120), st.sampled_from(["d", "wd", "m"]))
facts = st.builds(
    Facts,
    requester_kind=st.none() | st.sampled_from(REQUESTER_KINDS),
    answer=st.none() | st.sampled_from(ANSWERS),
    **dict.fromkeys(DAYS, days),
    **dict.fromkeys(YES_NO, st.none() | st.booleans()),
)
rules = st.builds(
    Rules,
    premature_wait=periods,
    levels_required=st.sampled_from([1, 2]),
    max_age_of_complaint=periods,
    rejection=periods,
    mediation=periods,
    acceptance_period=st.none() | periods,
)

waits = st.builds(
    Rules,
    premature_wait=st.builds(Period, st.integers(1, 90), st.sampled_from(["d", "wd", "m"])),
    levels_required=st.sampled_from([1, 2]),
)


@st.composite
def early(draw):
    """A written complaint and a referral within some weeks of it; replies may follow."""
    complaint = draw(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
    soon = st.none() | st.integers(0, 200).map(lambda n: complaint + timedelta(n))
    received = complaint + timedelta(draw(st.integers(0, 60)))
    replies = {name: draw(soon) for name in ("answered_on", "level2_on", "level2_answered_on")}
    return Facts(
        complaint_on=complaint, received_on=received, complaint_written=draw(st.sampled_from([True, None])), **replies
    )


def written(some: Facts, under: Rules) -> dict:
    """Facts and rules as the contract writes them."""
    given_facts = {name: value.isoformat() if isinstance(value, date) else value for name, value in vars(some).items()}
    given_rules = {
        name: value if isinstance(value, int) else value and str(value) for name, value in vars(under).items()
    }
    return {**given_facts, "rules": given_rules}


@given(facts, rules, st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing_and_the_facts_are_left_alone(some, under, random):
    one = written(some, under)
    before = json.dumps(one)
    keys = list(one)
    random.shuffle(keys)
    assert answer(one) == answer({key: one[key] for key in keys}) == answer(json.loads(before))
    assert json.dumps(one) == before


@given(facts, rules)
def test_what_is_written_is_read_back(some, under):
    fault = None
    try:
        check_order(some, under)
    except Impossible as found:
        fault = found.field
    if fault is None:
        assert parse_facts(written(some, under)) == (some, under)
    else:
        assert answer(written(some, under))["error"]["field"] == fault


@given(facts, rules)
def test_no_rule_is_looser_than_the_law(some, under):
    found = assess(some, under)
    if some.received_on:
        assert some.received_on <= found.decision_due <= some.received_on + timedelta(21)
        assert found.decision_due <= last_day(some.received_on, under.rejection)
    if some.notified_on and not some.extension_until:
        assert some.notified_on <= found.mediation_due <= some.notified_on + timedelta(90)
        assert found.mediation_due <= last_day(some.notified_on, under.mediation)
    if some.notified_on is None:
        assert found.mediation_due is None
        assert found.limitation_resumes_at_least_until is None


@given(facts, rules)
def test_the_computed_word_follows_from_the_findings(some, under):
    found = assess(some, under)
    values = {str(f.value) for f in found.findings}
    assert (found.computed == "inadmissible") == ("applies" in values)
    assert (found.computed == "premature") == ("applies" not in values and found.premature_until is not None)
    if found.computed == "admissible":
        assert {f.ground for f in found.findings if f.value != "clear"} <= {"L612-2-2"}
        assert found.premature_until is None


@given(facts, rules, st.sampled_from([*YES_NO, "requester_kind", "complaint_on", "received_on"]), st.data())
def test_knowing_more_never_turns_a_finding_that_was_decided(some, under, name, data):
    less = replace(some, **{name: None})
    value = data.draw(
        st.booleans() if name in YES_NO else st.sampled_from(REQUESTER_KINDS) if name == "requester_kind" else days
    )
    more = replace(less, **{name: value})
    for before, after in zip(assess(less, under).findings, assess(more, under).findings, strict=True):
        if before.value != "to_check":
            assert before.value == after.value


@given(facts, rules, known_days, known_days)
def test_waiting_a_day_never_mends_a_year_that_is_over(some, under, complaint, received):
    some = replace(some, complaint_on=complaint, received_on=received)
    later = replace(some, received_on=received + DAY)
    if assess(some, under).finding("L612-2-4").value == "applies":
        assert assess(later, under).finding("L612-2-4").value == "applies"


@given(early(), waits)
def test_waiting_a_day_never_makes_a_referral_premature(some, under):
    under = replace(under, levels_required=1)  # with two, the second level may be used that day
    if assess(some, under).premature_until is None:
        assert assess(replace(some, received_on=some.received_on + DAY), under).premature_until is None


@given(early(), waits)
def test_on_the_first_day_one_may_refer_it_is_early_no_more(some, under):
    opens = assess(some, under).premature_until
    assume(opens)
    assert opens > some.received_on
    again = replace(some, received_on=opens)
    assert assess(again, under).premature_until is None
    eve = replace(some, received_on=opens - DAY)
    if assess(eve, under).finding("L612-2-1").value != "applies":
        assert assess(eve, under).premature_until == opens


@given(facts, rules)
def test_the_last_day_of_the_year_is_included(some, under):
    last = assess(replace(some, complaint_written=True), under).refer_before
    assume(last)
    known = replace(some, complaint_written=True)
    assert assess(replace(known, received_on=last), under).finding("L612-2-4").value == "clear"
    assert assess(replace(known, received_on=last + DAY), under).finding("L612-2-4").value == "applies"


@given(early(), waits)
def test_a_longer_wait_never_opens_the_mediator_sooner(some, under):
    longer = replace(under, premature_wait=Period(under.premature_wait.number + 1, under.premature_wait.unit))
    one, other = assess(some, under).premature_until, assess(some, longer).premature_until
    if one is not None:
        assert other is not None
        assert other >= one


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = [*Facts.__dataclass_fields__, "rules"]
RULES = st.dictionaries(st.sampled_from([*Rules.__dataclass_fields__]), ANYTHING | periods.map(str), max_size=4)


@given(
    ANYTHING
    | st.dictionaries(st.sampled_from(NAMES), ANYTHING | RULES | st.sampled_from(["consumer", "refused"]), max_size=8)
)
def test_no_json_makes_it_fail(given_json):
    for lang in ("fr", "en"):
        found = answer(given_json, lang=lang)
        json.dumps(found)
        for one in found if isinstance(found, list) else [found]:
            assert set(one) == {"id", "error"} or one["computed"] in {
                "admissible",
                "inadmissible",
                "premature",
                "to_check",
            }
