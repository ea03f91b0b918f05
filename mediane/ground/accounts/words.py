"""What people type as a name, an address, a number: made harmless before it is kept, shown in a list or put into a mail header."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_KEPT_FORMAT = {"\u200c", "\u200d"}  # joiners that some scripts need inside a word


def clean_line(text: str, length: int) -> str:
    """One line of at most `length` characters: NFC, no control or direction-changing character, single spaces."""
    text = unicodedata.normalize("NFC", text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    kept = (char for char in text if unicodedata.category(char)[0] != "C" or char in _KEPT_FORMAT)
    return _SPACES.sub(" ", "".join(kept)).strip()[:length].strip()


_UNSAID = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u061c\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)


def clean_text(text: str) -> str:
    """Several lines as they were meant: no control character, half of a character or turn of the reading direction; one kind of line end."""
    return _UNSAID.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def clean_email(text: str) -> str:
    """Lower case, without spaces around. Whether it is an address is Django's validator's to say."""
    return unicodedata.normalize("NFKC", text).strip().lower()
