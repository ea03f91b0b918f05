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


def clean_email(text: str) -> str:
    """Lower case, without spaces around. Whether it is an address is Django's validator's to say."""
    return unicodedata.normalize("NFKC", text).strip().lower()
