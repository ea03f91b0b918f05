from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediane.kernel import english, french
from mediane.kernel.languages import Wording, wording


def test_days_in_both_languages():
    first, friday = date(2027, 3, 1), date(2026, 11, 27)
    assert french.day(first) == "1er mars 2027"
    assert english.day(first) == "1 March 2027"
    assert french.weekday_and_day(friday) == "vendredi 27 novembre 2026"
    assert english.weekday_and_day(friday) == "Friday 27 November 2026"
    assert french.short_day(friday) == "27 nov."
    assert english.short_day(friday) == "27 Nov"
    assert french.short_day(date(2026, 5, 1)) == "1er mai"


def test_every_month_and_weekday_has_its_own_name():
    assert [french.MONTHS[n] for n in (1, 7, 11)] == ["février", "août", "décembre"]
    for words in (french.MONTHS, french.SHORT_MONTHS, english.MONTHS, english.SHORT_MONTHS):
        assert len(set(words)) == 12
    assert french.weekday(date(2026, 11, 22)) == "dimanche"
    assert english.weekday(date(2026, 11, 23)) == "Monday"


def test_moments_are_told_on_the_clocks_of_paris():
    winter, summer = datetime(2026, 11, 27, 13, 5, tzinfo=UTC), datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert french.moment(winter) == "27 novembre 2026 à 14\u00a0h\u00a005"
    assert french.moment(summer) == "2 juillet 2026 à 0\u00a0h\u00a030"
    assert english.moment(summer) == "2 July 2026 at 00:30"


@pytest.mark.parametrize(
    ("euros", "fr", "en"),
    [
        ("48.90", "48,90\u00a0€", "€48.90"),
        ("1240", "1\u202f240\u00a0€", "€1,240"),
        ("1240.00", "1\u202f240\u00a0€", "€1,240"),
        ("1234567.05", "1\u202f234\u202f567,05\u00a0€", "€1,234,567.05"),
        ("0", "0\u00a0€", "€0"),
        ("-3.5", "−3,50\u00a0€", "−€3.50"),
    ],
)
def test_amounts(euros, fr, en):
    assert french.amount(Decimal(euros)) == fr
    assert english.amount(Decimal(euros)) == en


def test_numbers():
    assert french.number(12480) == "12\u202f480"
    assert french.number(Decimal("3.5")) == "3,5"
    assert french.number(Decimal("0.405"), 1) == "0,4"
    assert english.number(12480) == "12,480"


def test_lists():
    assert french.listed(["a", "b", "c"]) == "a, b et c"
    assert french.listed(["a", "b"], "ou") == "a ou b"
    assert french.listed(["a"]) == "a"
    assert french.listed([]) == ""
    assert english.listed(iter(["a", "b", "c"])) == "a, b and c"


def test_plurals_follow_each_language():
    assert [french.count(n, "day") for n in (0, 1, 2)] == ["0\u00a0jour", "1\u00a0jour", "2\u00a0jours"]
    assert [english.count(n, "day") for n in (0, 1, 2)] == ["0\u00a0days", "1\u00a0day", "2\u00a0days"]
    assert french.count(1200, "wd") == "1\u202f200\u00a0jours ouvrés"


@pytest.mark.parametrize(
    ("word", "following", "said"),
    [
        ("de", "Orange", "d’Orange"),
        ("de", "Étienne", "d’Étienne"),
        ("le", "article", "l’article"),
        ("de", "La Poste", "de La Poste"),
        ("de", "Haddad", "de Haddad"),
        ("de", "«\u00a0Orange\u00a0»", "d’«\u00a0Orange\u00a0»"),
        ("de", "", "de "),
    ],
)
def test_elision(word, following, said):
    assert french.elided(word, following) == said


def test_a_language_is_chosen_by_its_code():
    assert wording("en-GB") is english
    assert wording("fr-fr") is french
    assert wording("") is french
    for name in (name for name in vars(Wording) if not name.startswith("_")):
        assert callable(getattr(french, name))
        assert callable(getattr(english, name))


@given(st.decimals(0, 9_999_999, places=2))
def test_an_amount_can_be_read_back(euros):
    digits = french.amount(euros).replace("\u202f", "").replace("\u00a0€", "").replace(",", ".")
    assert Decimal(digits) == euros


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("Qui ? Moi !", "Qui\u202f? Moi\u202f!"),
        ("ainsi : non ; si", "ainsi\u00a0: non\u202f; si"),
        ("<b>Délai :</b> « oui »", "<b>Délai\u00a0:</b> «\u00a0oui\u00a0»"),
        ("« {name} » : %(n)s", "«\u00a0{name}\u00a0»\u00a0: %(n)s"),
        ("57 % de 48,90 €, soit 57 %%", "57\u00a0% de 48,90\u00a0€, soit 57\u00a0%%"),
        ("déjà\u00a0: posé\u202f;", "déjà\u00a0: posé\u202f;"),
        # neither an hour, nor an address, nor a named value
        ("à 10:30, https://exemple.fr, vu à %(time)s, %s", "à 10:30, https://exemple.fr, vu à %(time)s, %s"),
    ],
)
def test_spaces_that_never_break(plain, printed):
    assert french.set_spaces(plain) == printed
    assert french.set_spaces(printed) == printed
