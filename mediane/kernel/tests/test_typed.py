"""What is typed is kept as it was meant, and nothing that cannot be seen goes with it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediane.kernel.typed import clean_email, clean_line, clean_text, harmless, whole

JOINERS = "\u200c\u200d"


def test_the_unseen_are_all_that_unicode_calls_control_format_or_half():
    for code in range(0x110000):
        char = chr(code)
        unseen = unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in "\t\n\r" + JOINERS
        assert (harmless(char) == "") is unseen, hex(code)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("avant\x00après", "avantaprès"),
        ("un\r\ndeux\rtrois\n", "un\ndeux\ntrois"),
        ("\u202eelppa\u202c", "elppa"),
        ("Zoe\u0308", "Zoë"),
        ("e\u200b\u0301", "é"),  # what stood between a letter and its accent is gone before they are one
        ("\ufeff  Bonjour,\n\n\tmerci. ", "Bonjour,\n\n\tmerci."),
        ("\ud83d", ""),
        ("👩‍⚖️", "👩‍⚖️"),
    ],
)
def test_a_text_keeps_its_lines(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anne\u00a0 \t Marie\n", "Anne Marie"),
        ("Jean\x00\x07", "Jean"),
        ("a@b\r\nBcc: x@y.z", "a@b Bcc: x@y.z"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 500, "x" * 80),
        ("👩‍⚖️ D’Été", "👩‍⚖️ D’Été"),
    ],
)
def test_a_line_is_one_line(typed, kept):
    assert clean_line(typed, 80) == kept


@given(st.text(alphabet=st.characters(), max_size=300))
def test_what_is_clean_stays_as_it_is(typed):
    for clean in (harmless, clean_text, lambda text: clean_line(text, 40)):
        once = clean(typed)
        assert clean(once) == once
        once.encode()


@pytest.mark.parametrize(
    "typed",
    [
        "claire@exemple.fr",
        "  Claire@Exemple.FR\n",
        "claire@exem\u200bple.fr",
        "claire@exem\u00adple.fr",
        "\ufeffclaire@ex\u200demple.fr",
    ],
)
def test_an_address_that_was_copied_with_signs_unseen_is_the_same_address(typed):
    assert clean_email(typed) == "claire@exemple.fr"


@pytest.mark.parametrize(("written", "number"), [("0", 0), ("42", 42), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(written, number):
    assert whole(written) == number


@pytest.mark.parametrize("written", ["", "²", "٣", "-1", "+1", " 1", "1\n", "1.0", "1_0", "9" * 19, "9" * 5000])
def test_what_is_no_number_is_none(written):
    assert whole(written) is None
