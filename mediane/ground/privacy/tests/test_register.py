"""Classes and retention rules: written well, resting on something, computed to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mediane.ground.privacy import register
from mediane.ground.privacy.docs import retention_register
from mediane.ground.privacy.register import Disposal, Field, PrivacyClass, classify, disposal, retention_rules
from mediane.kernel.periods import Period

ENDED = date(2026, 8, 31)


def test_classes_are_read_from_names():
    assert classify("a.B", retention="referral", case="x y", secret="z") == {
        "a.B.x": Field(PrivacyClass.CASE, "referral"),
        "a.B.y": Field(PrivacyClass.CASE, "referral"),
        "a.B.z": Field(PrivacyClass.SECRET, "referral"),
    }
    with pytest.raises(ValueError, match=r"a\.B\.x has two classes"):
        classify("a.B", retention="referral", case="x", personal="x")


def test_a_closed_case_goes_to_the_archive_then_away():
    # Six months from 31 August end on the last of February; five years from 31 August are 31 August.
    assert disposal("referral", ENDED) == Disposal(date(2027, 3, 1), date(2031, 9, 1))
    assert disposal("inadmissible", ENDED) == Disposal(None, date(2027, 9, 1))
    assert disposal("draft", ENDED) == Disposal(None, ENDED + timedelta(days=31))


def test_nothing_goes_that_is_held_or_has_not_ended():
    for key in retention_rules():
        assert disposal(key, ENDED, hold=True) == Disposal(None, None)
        assert disposal(key, None) == Disposal(None, None)


def test_what_is_kept_has_no_date():
    assert disposal("figures", ENDED) == Disposal(None, None)
    assert disposal("figures", ENDED, period=Period.parse("1d")) == Disposal(None, None)


def test_a_body_may_set_its_own_periods():
    own = disposal("referral", ENDED, period=Period.parse("2y"), active=Period.parse("30d"))
    assert own == Disposal(date(2026, 10, 1), date(2028, 9, 1))


def test_an_unknown_rule_is_an_error():
    with pytest.raises(KeyError):
        disposal("forever", ENDED)


def test_every_rule_rests_on_something_verified_and_speaks_both_languages():
    for rule in retention_rules().values():
        assert rule.mark in "ABC"
        assert rule.basis
        assert rule.source
        for text in (rule.label_fr, rule.label_en, rule.explanation_fr, rule.explanation_en):
            assert text.strip()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('mark = "C"', 'mark = "U"'),
        ('then = "destroy"', 'then = "sell"'),
        ('then = "destroy"', 'then = "keep"'),
        ('period = "30d"', 'period = "soon"'),
    ],
)
def test_a_badly_written_rule_is_refused(tmp_path, monkeypatch, change, said):
    file = tmp_path / "retention.toml"
    file.write_text(register.DATA.read_text().replace(change, said, 1))
    monkeypatch.setattr(register, "DATA", file)
    with pytest.raises(ValueError, match=r"retention draft|no period"):
        register.retention_rules.__wrapped__()


def test_what_nobody_classified_is_named(monkeypatch):
    known = dict(register.registry())
    gone = known.pop("accounts.Person.email")
    known["accounts.Person.shoe_size"] = gone
    known["accounts.Person.phone"] = Field(PrivacyClass.PERSONAL, "for_ever")
    monkeypatch.setattr(register, "registry", lambda: known)
    said = register.problems()
    assert "accounts.Person.email has no privacy class" in said
    assert "accounts.Person.shoe_size is classified and does not exist" in said
    assert any("for_ever" in sentence for sentence in said)


def test_the_register_says_every_rule_and_every_model():
    text = retention_register()
    for rule in retention_rules().values():
        assert f"| `{rule.key}` | {rule.label_en} |" in text
    assert "| accounts.Person | `staff` | secret | password |" in text
    assert retention_register() == text


@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2028, 2, 29), date(2029, 2, 28), date(2029, 3, 1)])
@pytest.mark.parametrize("key", ["security_log", "draft"])
def test_what_is_kept_begins_where_what_is_over_ends(key, today):
    since = register.kept_since(key, today)
    assert register.disposal(key, since).dispose_on > today
    assert register.disposal(key, since - timedelta(days=1)).dispose_on <= today


def test_what_never_goes_has_no_first_day():
    key = next(key for key, rule in retention_rules().items() if rule.then == "keep")
    assert register.kept_since(key, date(2026, 11, 27)) is None
