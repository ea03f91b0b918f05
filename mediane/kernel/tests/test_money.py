from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediane.kernel import french, money


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("1 234,50 €", "1234.50"),
        ("1\u202f234,50\u00a0€", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567.00"),
        ("1 234.50", "1234.50"),
        ("48,9", "48.90"),
        ("48", "48.00"),
        ("1234.5 EUR", "1234.50"),
    ],
)
def test_amounts_as_people_type_them(text, euros):
    assert str(money.from_typing(text)) == euros


@pytest.mark.parametrize(
    "text",
    ["", "€", "1.234", "12 34", "1,234.50", "1.234.56", "-3", "12,345", "1e5", "douze", "1 234 5", "99 999 999 999"],
)
def test_what_has_no_or_two_meanings_is_refused(text):
    with pytest.raises(ValueError):
        money.from_typing(text)


@given(st.decimals(0, money.LARGEST, places=2))
def test_every_amount_is_read_as_it_was_written(euros):
    assert money.from_typing(french.amount(euros)) == euros


def test_halves_go_up_and_floats_stay_out():
    assert money.rounded(Decimal("0.125")) == Decimal("0.13")
    assert money.rounded(Decimal("2.5")) == Decimal("2.50")
    with pytest.raises(TypeError):
        money.rounded(1.5)
