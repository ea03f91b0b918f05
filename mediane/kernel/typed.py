"""What people type, paste or send in a file, made harmless before it is judged, kept, shown in a list or put into a mail header.

One set of unwanted characters for every door: the form of a party, the desk, the API, an import, the name of a file.
"""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
"""Control characters but tab and line feed, halves of a character, and signs without a shape, which turn the reading direction or hide words; but not the
two joiners (U+200C, U+200D) that some scripts and emoji need inside a word."""
_SPACES = re.compile(r"\s+")
_JOINERS = re.compile("[\u200c\u200d]")
_WHOLE = re.compile(r"[0-9]{1,18}")


def harmless(text: str) -> str:
    """As it was typed, blanks around included: NFC, nothing unseen, one kind of line end."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def clean_text(text: str) -> str:
    """Several lines as they were meant: harmless, without blanks around."""
    return harmless(text).strip()


def clean_line(text: str, length: int) -> str:
    """One line of at most `length` characters: harmless, single spaces."""
    return _SPACES.sub(" ", harmless(text)).strip()[:length].strip()


def clean_email(text: str) -> str:
    """Lower case, without spaces around nor anything unseen inside: what a page or a mail hid in the address that was copied from it would make it
    another one. Whether it is an address is Django's validator's to say."""
    return harmless(_JOINERS.sub("", unicodedata.normalize("NFKC", text))).strip().lower()


def whole(text: str) -> int | None:
    """The number that an address or a hidden field carries, in digits of ASCII alone; None for anything else, and for more than any key reaches
    (18 digits). `str.isdigit()` says yes to « ² », which `int()` refuses, and `int()` refuses five thousand digits."""
    return int(text) if _WHOLE.fullmatch(text) else None
