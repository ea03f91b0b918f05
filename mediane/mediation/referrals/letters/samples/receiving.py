"""Trials of the letters of the arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.mediation.referrals.letters.receiving import (
    DocumentsRequest,
    MissingItem,
    ReferralReceipt,
    WithdrawalBeforeNotification,
)
from mediane.mediation.referrals.letters.samples.book import (
    FILED,
    HORIZON,
    IN_HOUSE,
    LONG_FIRM,
    LONG_PERSON,
    NUMBER,
    Book,
)


def add(book: Book) -> None:
    say = book.say
    receipt = ReferralReceipt(
        **NUMBER,
        **HORIZON,
        filed_on=FILED,
        admissibility_due_on=date(2026, 11, 30),
        access_code="4729 0381 6650 1294",
        computed=(
            say(
                "Réception le 9 novembre 2026 + 21 jours civils (L. 612-2) = 30 novembre 2026.",
                "Receipt on 9 November 2026 + 21 calendar days (L. 612-2) = 30 November 2026.",
            ),
        ),
        attachments=(
            say("réclamation du 10 septembre 2026", "complaint of 10 September 2026"),
            say("photographies du colis (4)", "photographs of the parcel (4)"),
            say("facture de restauration", "invoice for the repair"),
        ),
    )
    book.add("referral_receipt", "consumer", receipt)
    book.add(
        "referral_receipt",
        "consumer",
        replace(receipt, attachments=(), access_code=""),
        "sans pièce ni code",
        channel="post",
        gender="",
        civility="",
    )
    again = replace(receipt, evidence_on=date(2027, 1, 4), admissibility_due_on=date(2027, 1, 25), access_code="")
    book.add("referral_receipt", "consumer", again, "nouvel examen")
    book.add(
        "referral_receipt",
        "consumer",
        replace(receipt, admissibility_due_on=date(2026, 11, 24)),
        "organisme plus rapide",
        IN_HOUSE,
    )
    many = tuple(say(f"photographie du colis n° {n}", f"photograph of the parcel no. {n}") for n in range(1, 13))
    book.add(
        "referral_receipt",
        "consumer",
        replace(receipt, trader_name=LONG_FIRM, attachments=many),
        "noms très longs, nombreuses pièces, sur papier",
        name=say(f"Madame {LONG_PERSON}", f"Ms {LONG_PERSON}"),
        last_name="de La Rochefoucauld-Montmorency d’Estissac",
        postal_lines=(
            say(f"Madame {LONG_PERSON}", f"Ms {LONG_PERSON}"),
            "Résidence du Vieux Port, escalier C",
            "Appartement 12, bâtiment B",
            "27 RUE DES CAPUCINES",
            "BP 40112",
            "44998 BELLE-RIVE CEDEX 9",
        ),
        channel="post",
    )
    pieces = (
        MissingItem(
            name=say("Votre réclamation écrite", "Your written complaint"),
            why=say("la loi demande une réclamation préalable", "the law requires a prior complaint"),
            must_show=say("sa date et son destinataire", "its date and its addressee"),
        ),
        MissingItem(
            name=say("La réponse du professionnel", "The answer of the business"),
            why=say("elle montre où en est le litige", "it shows where the dispute stands"),
        ),
    )
    request = DocumentsRequest(
        **NUMBER,
        filed_on=FILED,
        missing_items=pieces,
        documents_due_on=date(2026, 11, 20),
        admissibility_due_on=date(2026, 11, 30),
        paper_case=True,
    )
    book.add("documents_request", "consumer", request, channel="post")
    one = replace(request, missing_items=pieces[:1], paper_case=False)
    book.add("documents_request", "consumer", one, "une seule pièce")
    reopened = replace(
        one, evidence_on=date(2027, 1, 4), documents_due_on=date(2027, 1, 15), admissibility_due_on=date(2027, 1, 25)
    )
    book.add("documents_request", "consumer", reopened, "nouvel examen")
    book.add(
        "withdrawal_before_notification",
        "consumer",
        WithdrawalBeforeNotification(**NUMBER, withdrawn_on=date(2026, 11, 18)),
    )
