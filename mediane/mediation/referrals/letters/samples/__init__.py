"""One invented case, told letter by letter: facts for every kind under every condition. Used by tests, the template editor and the generated list.

People and firms are invented; days agree with one another (complaint 10 September 2026, referral 9 November, notification 23 November). What a person
would have typed is given in both languages, so that a letter in English is tried as an English reader gets it.
"""

from __future__ import annotations

from functools import cache

from mediane.ground.correspondence.frames import Sample
from mediane.mediation.referrals.letters.samples import (
    conflict,
    ending,
    entry,
    exchange,
    execution,
    notification,
    orientation,
    proposal,
    receiving,
    refusal,
    result,
)
from mediane.mediation.referrals.letters.samples.book import Book


def samples_of(code: str, language: str = "fr") -> tuple[Sample, ...]:
    """Every sample of a kind, at least one for each of its audiences."""
    return tuple(_book(language).pages.get(code, ()))


@cache
def _book(language: str) -> Book:
    book = Book(language)
    for step in (
        receiving,
        refusal,
        orientation,
        notification,
        entry,
        exchange,
        conflict,
        proposal,
        result,
        execution,
        ending,
    ):
        step.add(book)
    return book
