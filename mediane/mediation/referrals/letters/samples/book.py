"""The invented people, the days of their case, and the book that collects samples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from mediane.ground.correspondence.frames import Addressee, LetterContext, Party, Sample, Sender

Values = dict[str, Any]

BODY = Sender(
    body_name="Médiation Belle-Rive",
    body_short="Belle-Rive",
    postal_lines=("14, quai des Tilleuls", "44999 Belle-Rive Cedex"),
    city="Belle-Rive",
    mediator_name="Hélène Castaing",
    mediator_gender="f",
    phone="02 99 00 14 14",
    phone_hours="lundi au vendredi, 9 h – 17 h",
    email="contact@bellerive.example",
    site="https://bellerive.example",
    privacy_url="https://bellerive.example/donnees",
    dpo_contact="donnees@bellerive.example",
    contact_name="Nadia Ferrand",
    contact_phone="02 99 00 14 21",
    contact_email="nadia.ferrand@bellerive.example",
)
ONE_PERSON = replace(
    BODY, body_name="Paul Ferrer", body_short="P. Ferrer", mediator_name="Paul Ferrer", mediator_gender="m", is_person=True
)  # fmt: skip
IN_HOUSE = replace(
    BODY, body_name="Médiateur du groupe Horizon", body_short="Horizon", mediator_gender="", in_house=True
)
ENERGY = replace(BODY, body_name="Médiation Énergie Belle-Rive", energy=True)
BY_DELEGATION = replace(BODY, signatory_name="Sophie Lenoir", signatory_gender="f", by_delegation=True)

SITE = "https://bellerive.example/s/7KQ2-M4XD"
DESK_OF_TRADER = "https://bellerive.example/pro/2026-01847"
NUMBER: Values = {"case_number": "2026-01847", "follow_up_url": SITE}
HORIZON: Values = {"trader_name": "Colis Horizon"}
COMPLAINT, FILED, NOTIFIED, PROPOSED = date(2026, 9, 10), date(2026, 11, 9), date(2026, 11, 23), date(2027, 1, 18)
ENDED: Values = {"ended_on": date(2027, 2, 9), "limitation_restart_on": PROPOSED}
ENDED_AT_ENTRY: Values = {"ended_on": date(2026, 12, 15), "limitation_restart_on": date(2026, 12, 15)}
ENTRY: Values = {"notified_on": NOTIFIED, "entry_due_on": date(2026, 12, 14)}
DUE: Values = {"mediation_due_on": date(2027, 2, 21)}

LONG_FIRM = "Société coopérative d’approvisionnement, de messagerie et de transports réunis de la Loire-Atlantique et du Maine-et-Loire"
LONG_PERSON = "Marie-Antoinette de La Rochefoucauld-Montmorency d’Estissac"


class Book:
    """Collects the samples of each kind in one language; a page is one call."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.pages: dict[str, list[Sample]] = {}
        self.consumer_name = self.say("Madame Claire Morel", "Ms Claire Morel")
        self.morel: Values = {"consumer_display_name": self.consumer_name}
        self.consumer = Addressee(
            name=self.consumer_name,
            postal_lines=(self.consumer_name, "Appartement 12, bâtiment B", "27 RUE DES CAPUCINES", "44998 BELLE-RIVE"),
            email="claire.morel@courriel.example",
            channel="email",
            civility=self.say("Madame", "Ms"),
            last_name="Morel",
            gender="f",
            language=language,
            link_url="https://bellerive.example/s/7KQ2-M4XD-CLE-DE-LECTURE",
        )
        self.trader = Addressee(
            name="Colis Horizon",
            postal_lines=("Colis Horizon", "Service médiation", "3 AVENUE DU PORT", "44990 SAINT-AUBIN"),
            email="mediation@colishorizon.example",
            channel="email",
            language=language,
            link_url=DESK_OF_TRADER,
        )

    def say(self, french: str, english: str) -> str:
        """What a person typed, in the language of the book."""
        return english if self.language == "en" else french

    def add(
        self,
        code: str,
        audience: Party,
        context: LetterContext,
        label: str = "",
        sender: Sender = BODY,
        **addressee: Any,
    ) -> None:
        own = replace(sender, phone_hours=self.say(sender.phone_hours, ""))
        to = replace(self.consumer if audience == "consumer" else self.trader, **addressee)
        self.pages.setdefault(code, []).append(
            Sample(label=label, audience=audience, context=context, sender=own, addressee=to)
        )

    def both(self, code: str, context: LetterContext, label: str = "", sender: Sender = BODY) -> None:
        self.add(code, "consumer", context, label, sender)
        self.add(code, "trader", context, label, sender)
