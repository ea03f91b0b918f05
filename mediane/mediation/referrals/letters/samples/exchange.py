"""Trials of the letters of the exchange."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.letters.exchange import (
    DocumentsTransmitted,
    Extension,
    ListedDocument,
    ObservationsRequest,
    TransmissionReason,
)
from mediane.mediation.referrals.letters.samples.book import ENERGY, NUMBER, Book


def add(book: Book) -> None:
    say = book.say
    sent = DocumentsTransmitted(
        **NUMBER,
        reason=TransmissionReason.RULE,
        sender_role=Party.TRADER,
        observations_due_on=date(2027, 1, 8),
        documents=(
            ListedDocument(
                number=1,
                title=say("Réponse du service clients", "Answer of the customer service"),
                dated_on=date(2026, 10, 1),
            ),
            ListedDocument(number=2, title=say("Photographies prises à la livraison", "Photographs taken on delivery")),
        ),
    )
    book.add("documents_transmitted", "consumer", sent)
    on_request = replace(sent, reason=TransmissionReason.ON_YOUR_REQUEST)
    book.add("documents_transmitted", "consumer", on_request, "à sa demande")
    asked = replace(sent, reason=TransmissionReason.ON_THEIR_REQUEST, sender_role=Party.CONSUMER)
    book.add("documents_transmitted", "trader", asked)
    long_titles = tuple(
        ListedDocument(
            number=n,
            title=say(
                "Procès-verbal de constat dressé à la demande du destinataire, avec ses annexes photographiques",
                "Record of findings drawn up at the request of the recipient, with its photographs as annexes",
            ),
            dated_on=date(2026, 9, n),
        )
        for n in range(1, 10)
    )
    book.add("documents_transmitted", "trader", replace(asked, documents=long_titles), "nombreuses pièces")
    questions = (
        say("Comment l’horloge était-elle emballée ?", "How was the clock packed?"),
        say("Avez-vous gardé l’emballage ?", "Did you keep the packaging?"),
        say("Qui a ouvert le colis, et à quelle heure ?", "Who opened the parcel, and at what time?"),
    )
    observations = ObservationsRequest(**NUMBER, questions=questions, observations_due_on=date(2027, 1, 8))
    book.both("observations_request", observations)
    book.both("observations_request", observations, "énergie", ENERGY)
    book.add("observations_request", "consumer", replace(observations, questions=questions[:1]), "une question")
    book.both(
        "extension",
        Extension(
            **NUMBER,
            new_due_on=date(2027, 4, 22),
            previous_due_on=date(2027, 2, 21),
            next_step=say("L’expert remet son avis", "The expert gives an opinion"),
            next_step_on=date(2027, 3, 15),
            computed=(
                say(
                    "Notification le 23 novembre 2026 + 90 jours civils (R. 612-5) = 21 février 2027 ; prolongée le 18 janvier 2027 jusqu’au 22 avril 2027.",
                    "Notification on 23 November 2026 + 90 calendar days (R. 612-5) = 21 February 2027; extended on 18 January 2027 to 22 April 2027.",
                ),
            ),
            extension_reason=say(
                "Les deux parties ont demandé l’avis d’un expert sur l’emballage, et cet avis n’est pas encore rendu.",
                "Both parties asked for an expert’s opinion on the packaging, and it has not been given yet.",
            ),
        ),
    )
