"""Trials of the ends, the certificate and the resumption."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.mediation.referrals.enums import ResumeReason
from mediane.mediation.referrals.letters.ending import (
    CertificateOutcome,
    EndCertificate,
    Resumed,
    ResumedStage,
    SeizedElsewhere,
    WithdrawalByConsumer,
    WithdrawalByTrader,
)
from mediane.mediation.referrals.letters.samples.book import (
    BODY,
    DESK_OF_TRADER,
    DUE,
    ENDED,
    ENDED_AT_ENTRY,
    FILED,
    HORIZON,
    IN_HOUSE,
    NOTIFIED,
    NUMBER,
    ONE_PERSON,
    PROPOSED,
    SITE,
    Book,
)

ISSUES = {
    CertificateOutcome.AGREEMENT: ("accord", BODY),
    CertificateOutcome.NO_AGREEMENT: ("absence d’accord", IN_HOUSE),
    CertificateOutcome.NOT_ENTERED: ("entrée non acceptée", BODY),
    CertificateOutcome.WITHDRAWAL: ("retrait", BODY),
    CertificateOutcome.MISSION_ENDED: ("fin de mission", ONE_PERSON),
    CertificateOutcome.ELSEWHERE: ("autre instance", BODY),
}


def add(book: Book) -> None:
    say = book.say
    left = WithdrawalByConsumer(
        **NUMBER,
        **HORIZON,
        **book.morel,
        **ENDED_AT_ENTRY,
        withdrawn_on=date(2026, 12, 15),
        undo_until_on=date(2026, 12, 30),
        entered=False,
    )
    book.both("withdrawal_by_consumer", left, "avant l’entrée")
    book.both("withdrawal_by_consumer", replace(left, entered=True), "après l’entrée")
    gone = WithdrawalByTrader(
        **NUMBER,
        **HORIZON,
        **book.morel,
        **ENDED_AT_ENTRY,
        withdrawn_on=date(2026, 12, 15),
        entered=False,
        proposed=False,
    )
    book.both("withdrawal_by_trader", gone, "avant l’entrée")
    book.both("withdrawal_by_trader", replace(gone, entered=True, proposed=True), "après la proposition")
    court = SeizedElsewhere(
        **NUMBER,
        **ENDED,
        learnt_on=date(2027, 2, 9),
        learnt_from=say("le professionnel", "the business"),
        other_forum_name=say("le tribunal judiciaire de Belle-Rive", "the court of Belle-Rive"),
        other_forum_reference="RG 27/00071",
        remarks_due_on=date(2027, 2, 24),
    )
    book.both("court_seized", court)
    mediator = replace(
        court, other_forum_name=say("la médiation Grand-Large", "Médiation Grand-Large"), other_forum_reference=""
    )
    book.both("other_mediator_seized", mediator)
    certificate = EndCertificate(
        case_number=NUMBER["case_number"],
        filed_on=FILED,
        notified_on=NOTIFIED,
        ended_on=date(2027, 2, 9),
        issued_on=date(2027, 2, 9),
        consumer_full_name=book.consumer_name,
        trader_full_name="Colis Horizon SAS",
        outcome=CertificateOutcome.NO_AGREEMENT,
        verification_code="7KQ2-M9XA-4TRB",
        verification_url="https://bellerive.example/verifier",
    )
    for issue, (label, sender) in ISSUES.items():
        book.both("end_certificate", replace(certificate, outcome=issue), label, sender)
    resumed = Resumed(
        **NUMBER,
        **DUE,
        resumed_on=date(2026, 12, 21),
        ended_on=date(2026, 12, 15),
        limitation_restart_on=date(2026, 12, 15),
        reason=ResumeReason.BOTH_CONSENT,
        stage=ResumedStage.IN_MEDIATION,
    )
    book.both("resumed", resumed, "en médiation")
    waiting = replace(
        resumed,
        stage=ResumedStage.AWAITING_ENTRY,
        reason=ResumeReason.WITHDRAWAL_BY_MISTAKE,
        entry_due_on=date(2027, 1, 4),
        answer_url=DESK_OF_TRADER,
    )
    book.both("resumed", waiting, "réponse du professionnel attendue")
    answers = replace(
        resumed,
        stage=ResumedStage.PROPOSAL_NOTIFIED,
        reason=ResumeReason.SEIZURE_UNTRUE,
        mediation_due_on=None,
        answer_due_on=date(2027, 3, 15),
        answer_url=SITE,
        limitation_restart_on=PROPOSED,
    )
    book.both("resumed", answers, "à la proposition")
