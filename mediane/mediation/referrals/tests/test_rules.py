"""The assessment beside its situations: sentences, defaults, bodies' rules, and what facts from outside may hold."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from mediane.kernel.periods import Period
from mediane.mediation.referrals.rules import LAW, Facts, Impossible, Rules, answer, assess, bounded, parse_facts

CLEAN = Facts(
    received_on=date(2026, 5, 1),
    requester_kind="consumer",
    trader_in_scope=True,
    complaint_on=date(2026, 2, 1),
    complaint_written=True,
    complaint_proof=True,
    other_mediator=False,
    court=False,
    manifestly_unfounded=False,
)


def said(facts: Facts, about: str, lang: str = "fr", rules: Rules | None = None) -> str:
    (text,) = [e["text"] for e in assess(facts, rules).explanations(lang) if e["about"] == about]
    return text


def test_nothing_known_is_to_check():
    found = assess(Facts())
    assert {str(f.value) for f in found.findings} == {"to_check"}
    assert found.computed == "to_check"
    assert not any(getattr(found, name) for name in found.DATES)


def test_one_unknown_alone_weighs_except_the_mediators_own():
    for name in (
        "complaint_written",
        "complaint_proof",
        "complaint_on",
        "received_on",
        "other_mediator",
        "court",
        "trader_in_scope",
        "requester_kind",
    ):
        assert assess(replace(CLEAN, **{name: None})).computed == "to_check", name
    assert assess(replace(CLEAN, manifestly_unfounded=None)).computed == "admissible"
    assert assess(CLEAN).computed == "admissible"


@pytest.mark.parametrize(
    ("change", "ground", "value", "words"),
    [
        ({"complaint_written": False}, "L612-2-1", "applies", "n’a pas été faite par écrit"),
        ({"complaint_proof": False}, "L612-2-1", "applies", "peut être demandée avant tout refus"),
        (
            {"complaint_on": date(2026, 5, 2)},
            "L612-2-1",
            "applies",
            "du 2 mai 2026 est postérieure à la demande, reçue le 1er mai 2026",
        ),
        (
            {"complaint_proof": None, "complaint_written": None},
            "L612-2-1",
            "to_check",
            "si la réclamation était écrite et s’il existe une preuve",
        ),
        ({"manifestly_unfounded": True}, "L612-2-2", "applies", "manifestement infondée ou abusive"),
        ({"manifestly_unfounded": None}, "L612-2-2", "to_check", "ne se calcule pas"),
        ({"manifestly_unfounded": None, "answer": "satisfied"}, "L612-2-2", "to_check", "reste-t-il un litige"),
        ({"other_mediator": True}, "L612-2-3", "applies", "Un autre médiateur examine"),
        ({"court": True}, "L612-2-3", "applies", "Un tribunal examine"),
        ({"court": True, "other_mediator": True}, "L612-2-3", "applies", "Un autre médiateur et un tribunal"),
        ({"court": None}, "L612-2-3", "to_check", "si un tribunal a été saisi"),
        ({"complaint_written": False}, "L612-2-4", "clear", "n’a pas commencé"),
        (
            {"complaint_on": None},
            "L612-2-4",
            "to_check",
            "la date de la réclamation. Le délai d’un an ne peut pas être compté",
        ),
        (
            {"complaint_on": date(2025, 4, 1), "complaint_written": None},
            "L612-2-4",
            "to_check",
            "si la réclamation du 1er avril 2025 était orale",
        ),
        ({"complaint_on": date(2025, 4, 1)}, "L612-2-4", "applies", "vient après le 1er avril 2026"),
        ({"trader_in_scope": False}, "L612-2-5", "applies", "ne relève pas de ce médiateur"),
        ({"requester_kind": "professional"}, "L612-2-5", "applies", "activité professionnelle"),
        ({"requester_kind": "association"}, "L612-2-5", "to_check", "n’est pas un consommateur"),
        ({"requester_kind": "lawyer"}, "L612-2-5", "to_check", "agit pour une autre personne"),
        (
            {"requester_kind": None, "trader_in_scope": None},
            "L612-2-5",
            "to_check",
            "si le professionnel relève de ce médiateur et la qualité du demandeur",
        ),
    ],
)
def test_each_reason_has_its_sentence(change, ground, value, words):
    facts = replace(CLEAN, **change)
    assert assess(facts).finding(ground).value == value
    assert words in said(facts, ground)
    assert said(facts, ground, "en") != said(facts, ground)


@pytest.mark.parametrize(
    ("complaint", "received", "looked_at"),
    [
        (date(2025, 3, 1), date(2026, 3, 2), True),  # last day a Sunday, received on the Monday
        (date(2025, 3, 1), date(2026, 3, 3), False),
        (date(2025, 4, 30), date(2026, 5, 1), False),  # last day a working Thursday
        (date(2025, 5, 1), date(2026, 5, 4), True),  # Friday 1 May, then the weekend
        (date(2025, 4, 4), date(2026, 4, 7), True),  # Saturday, Easter Sunday, Easter Monday
        (date(2024, 4, 4), date(2026, 4, 7), False),  # a year late is no matter of one day
    ],
)
def test_the_one_day_that_article_642_would_save_is_the_mediators_to_look_at(complaint, received, looked_at):
    facts = replace(CLEAN, complaint_on=complaint, received_on=received)
    assert assess(facts).finding("L612-2-4").value == "applies"
    assert ("Ce jour était chômé" in said(facts, "L612-2-4")) == looked_at


def test_dates_say_from_what_they_were_counted():
    facts = replace(CLEAN, notified_on=date(2026, 7, 1), proposal_on=date(2026, 8, 3))
    rules = Rules.of(
        {"rejection": Period.parse("1m"), "mediation": Period.parse("2m"), "acceptance_period": Period.parse("30d")}
    )
    assert (
        said(facts, "refer_before", rules=rules)
        == "Dernier jour pour saisir le médiateur, inclus\u00a0: 1er février 2027 (1er février 2026 + 1\u00a0an)."
    )
    assert "22 mai 2026\u00a0: réception le 1er mai 2026 + 21\u00a0jours civils" in said(
        facts, "decision_due", rules=rules
    )  # not the month
    assert "1er septembre 2026\u00a0: notification le 1er juillet 2026 + 2\u00a0mois" in said(
        facts, "mediation_due", rules=rules
    )
    assert "2 septembre 2026\u00a0: proposition le 3 août 2026 + 30\u00a0jours civils" in said(
        facts, "answers_due", rules=rules
    )
    limitation = said(facts, "limitation_resumes_at_least_until", rules=rules)
    assert "3 février 2027\u00a0: 3 août 2026 + 6\u00a0mois" in limitation
    assert "forclusion" in limitation
    extended = replace(facts, extension_until=date(2026, 12, 1))
    assert said(extended, "mediation_due") == "La médiation, prolongée, doit aboutir au plus tard le 1er décembre 2026."


def test_the_first_day_to_refer_says_whether_a_reply_or_the_wait_opens_it():
    early = replace(CLEAN, received_on=date(2026, 2, 10))
    assert (
        "à partir du 2 avril 2026\u00a0: le professionnel a 2\u00a0mois pour répondre à la réclamation du 1er février 2026"
        in said(early, "premature_until")
    )
    replied = replace(early, answered_on=date(2026, 2, 20))
    assert "à partir du 20 février 2026, jour de la réponse du professionnel" in said(replied, "premature_until")
    assert [e["article"] for e in assess(early).explanations() if e["about"] == "premature_until"] == [""]


def test_a_bodys_rules_are_read_from_a_mapping_and_the_rest_keeps_its_default():
    rules = Rules.of(
        {
            "levels_required": 2,
            "premature_wait": Period.parse("30d"),
            "postal_margin": Period.parse("5d"),
            "acceptance_period": None,
        }
    )
    assert rules == Rules(levels_required=2, premature_wait=Period.parse("30d"))
    assert Rules().acceptance_period is None


def test_facts_say_more_than_the_body():
    body = Rules(levels_required=2, acceptance_period=Period.parse("30d"))
    _, rules = parse_facts({"rules": {"levels_required": 1, "acceptance_period": None}}, body)
    assert rules == Rules(levels_required=1, acceptance_period=Period.parse("30d"))


def test_the_law_bounds_the_clock_of_a_body():
    assert bounded("rejection", date(2026, 12, 21), Period.parse("10wd")) == Period.parse("10wd")
    assert bounded("rejection", date(2026, 12, 21), Period.parse("15wd")) == LAW["rejection"].period
    assert bounded("mediation", date(2026, 7, 1), Period.parse("1y")) == Period.parse("90d")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("facts", ""),
        (None, ""),
        ([], ""),
        ({"rules": []}, "rules"),
        ({"rules": {"rejection": 21}}, "rules.rejection"),
        ({"rules": {"mediation": "-1d"}}, "rules.mediation"),
        ({"rules": {"levels_required": 3}}, "rules.levels_required"),
        ({"rules": {"levels_required": "1"}}, "rules.levels_required"),
        ({"rules": {"levels_required": 1.0}}, "rules.levels_required"),
        ({"received_on": "2026-02-29"}, "received_on"),
        ({"received_on": "1 mai 2026"}, "received_on"),
        ({"received_on": True}, "received_on"),
        ({"received_on": {}}, "received_on"),
        ({"answer": ["refused"]}, "answer"),
        ({"answer": "accepted"}, "answer"),
        ({"court": 1}, "court"),
        ({"manifestly_unfounded": "no"}, "manifestly_unfounded"),
        ({"received_on": "9999-12-25"}, "rules.rejection"),
        ({"received_on": "9999-12-25", "rules": {"rejection": "1d"}}, "received_on"),
        ({"received_on": "4200-01-01", "rules": {"rejection": "1wd"}}, "rules.rejection"),
        ({"complaint_on": "2026-01-01", "rules": {"max_age_of_complaint": "99999y"}}, "rules.max_age_of_complaint"),
        ({"complaint_on": "9999-12-31", "rules": {"premature_wait": "0d"}}, "rules.premature_wait"),
        ({"notified_on": "9999-12-01"}, "rules.mediation"),
        ({"proposal_on": "9999-12-01"}, "proposal_on"),
        ({"ended_on": "9999-12-01"}, "ended_on"),
    ],
)
def test_impossible_facts_name_their_field(given, field):
    with pytest.raises(Impossible) as caught:
        parse_facts(given)
    assert caught.value.field == field
    assert caught.value.text("fr") != caught.value.text("en")
    assert str(caught.value).startswith(f"{field}: ")


def test_the_last_days_of_the_calendar_are_days_too():
    found = answer({"complaint_on": "9999-12-30", "rules": {"premature_wait": "0d", "max_age_of_complaint": "0d"}})
    assert found["refer_before"] == "9999-12-30"


def test_facts_and_rules_cannot_be_changed_after_they_were_judged():
    found = assess(CLEAN)
    for thing, name in (
        (CLEAN, "court"),
        (Rules(), "rejection"),
        (found, "computed"),
        (found.findings[0], "value"),
        (LAW["mediation"], "period"),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, None)


def test_the_fault_of_a_long_value_stays_short():
    found = answer({"id": "x", "requester_kind": "a" * 5000})
    assert len(found["error"]["text"]) < 300


@pytest.mark.parametrize("name", ["id", "unknown", "why"])
def test_what_the_contract_does_not_know_is_ignored(name):
    assert answer({name: {"any": "thing"}})["computed"] == "to_check"


def test_null_is_the_same_as_absent():
    facts, rules = parse_facts({"received_on": None, "answer": None, "rules": None})
    assert (facts, rules) == (Facts(), Rules())
    assert parse_facts({"rules": {"levels_required": None, "rejection": None}})[1] == Rules()
