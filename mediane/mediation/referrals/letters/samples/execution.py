"""Trials of the letters of the execution and of the closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.mediation.referrals.letters.execution import Closing, ClosingOutcome, ExecutionReminder, OpenItem
from mediane.mediation.referrals.letters.samples.book import HORIZON, NUMBER, SITE, Book
from mediane.mediation.referrals.letters.samples.result import commitments

OUTCOMES = {
    ClosingOutcome.AGREEMENT_EXECUTED: "accord exécuté",
    ClosingOutcome.AGREEMENT_UNKNOWN: "exécution non connue",
    ClosingOutcome.AGREEMENT_NOT_EXECUTED: "accord non exécuté",
    ClosingOutcome.NO_AGREEMENT: "sans accord",
    ClosingOutcome.INTERRUPTED: "interrompue",
}


def add(book: Book) -> None:
    check = ExecutionReminder(
        **NUMBER,
        **HORIZON,
        agreed_on=date(2027, 2, 9),
        reply_due_on=date(2027, 3, 12),
        execution_declared_url=SITE,
        open_items=tuple(OpenItem(what=f"{item.who} {item.what}", due_on=item.due_on) for item in commitments(book)),
    )
    book.both("execution_reminder", check)
    done = Closing(
        **NUMBER,
        closed_on=date(2027, 3, 1),
        outcome=ClosingOutcome.AGREEMENT_EXECUTED,
        archive_until_on=date(2028, 3, 1),
        destruction_on=date(2032, 3, 1),
        service_complaint_address="Médiation Belle-Rive, 14, quai des Tilleuls, 44999 Belle-Rive Cedex",
    )
    for outcome in ClosingOutcome:
        book.both("closing", replace(done, outcome=outcome), OUTCOMES[outcome])
