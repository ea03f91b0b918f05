"""Trials of the letters that say how it came out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.mediation.referrals.letters.result import (
    Commitment,
    DirectAgreement,
    ResultAccepted,
    ResultRefused,
    ResultSilence,
)
from mediane.mediation.referrals.letters.samples.book import ENDED, LONG_FIRM, NUMBER, Book


def commitments(book: Book) -> tuple[Commitment, ...]:
    return (
        Commitment(
            who="Colis Horizon",
            what=book.say(
                "verse 240 euros à Madame Claire Morel pour l’horloge abîmée",
                "pays 240 euros to Ms Claire Morel for the damaged clock",
            ),
            due_on=date(2027, 2, 24),
        ),
        Commitment(
            who="Colis Horizon",
            what=book.say("rembourse 24,90 euros de frais d’envoi", "refunds 24.90 euros of postage"),
            due_on=date(2027, 2, 24),
        ),
    )


def add(book: Book) -> None:
    items = commitments(book)
    agreement = DirectAgreement(
        **NUMBER,
        agreed_on=date(2027, 1, 15),
        agreement_items=items,
        correction_due_on=date(2027, 1, 29),
        ended_on=date(2027, 1, 15),
    )
    book.both("direct_agreement", agreement)
    many = tuple(replace(item, who=LONG_FIRM) for item in items * 3)
    book.add("direct_agreement", "consumer", replace(agreement, agreement_items=many), "nom très long")
    agreed = ResultAccepted(
        **NUMBER,
        accepted_on=date(2027, 2, 9),
        agreement_items=items,
        execution_check_on=date(2027, 2, 25),
        ended_on=date(2027, 2, 9),
        execution_contact="Colis Horizon, mediation@colishorizon.example",
    )
    book.both("result_accepted", agreed)
    book.add("result_accepted", "consumer", replace(agreed, execution_contact=""), "sans contact")
    book.both("result_refused", ResultRefused(**NUMBER, **ENDED))
    silent = ResultSilence(
        **NUMBER, **ENDED, answer_due_on=date(2027, 2, 8), was_silent=True, reconsider_until_on=date(2027, 2, 24)
    )
    book.both("result_silence", silent, "partie silencieuse")
    book.both("result_silence", replace(silent, was_silent=False, reconsider_until_on=None), "partie qui a répondu")
