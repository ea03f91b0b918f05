"""Trials of the two notifications."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from mediane.mediation.referrals.enums import EntrySilence
from mediane.mediation.referrals.letters.notification import NotificationConsumer, NotificationTrader
from mediane.mediation.referrals.letters.samples.book import (
    BODY,
    DESK_OF_TRADER,
    DUE,
    ENERGY,
    ENTRY,
    HORIZON,
    IN_HOUSE,
    LONG_FIRM,
    NUMBER,
    ONE_PERSON,
    Book,
    Values,
)

SILENCE = (
    (EntrySilence.REFUSAL, BODY, "le silence vaut refus"),
    (EntrySilence.ACCEPTANCE, ENERGY, "le silence vaut acceptation (énergie)"),
    (EntrySilence.REMIND, ONE_PERSON, "une relance"),
)


def add(book: Book) -> None:
    say = book.say
    computed = (
        say(
            "Notification le 23 novembre 2026 + 21 jours civils (convention, 2026-1) = 14 décembre 2026. Ce délai n’est pas fixé par la loi : règle de "
            "l’organisme ou usage, pas la loi.",
            "Notification on 23 November 2026 + 21 calendar days (agreement, 2026-1) = 14 December 2026. This time limit is not set by law: rule of the body "
            "or practice, not the law.",
        ),
        say(
            "Notification le 23 novembre 2026 + 90 jours civils (R. 612-5) = 21 février 2027 ; un dimanche, non reporté par prudence.",
            "Notification on 23 November 2026 + 90 calendar days (R. 612-5) = 21 February 2027; a Sunday, not moved, out of prudence.",
        ),
    )
    shared: Values = {"entry_asked": True, "silence": EntrySilence.REFUSAL, "computed": computed}
    consumer = NotificationConsumer(**NUMBER, **HORIZON, **ENTRY, **DUE, **shared)
    trader = NotificationTrader(
        **NUMBER,
        **book.morel,
        **ENTRY,
        **DUE,
        **shared,
        reply_url=DESK_OF_TRADER,
        dispute_summary=say(
            "Une horloge ancienne, confiée le 4 septembre 2026, est arrivée avec un angle écrasé.",
            "An antique clock, handed over on 4 September 2026, arrived with a crushed corner.",
        ),
        claim_summary=say(
            "300 euros au titre de la garantie et 24,90 euros de frais d’envoi.",
            "300 euros under the insurance and 24.90 euros of postage.",
        ),
        paid_per_case=True,
        fee_amount=Decimal(280),
    )
    for silence, sender, label in SILENCE:
        book.add("notification_consumer", "consumer", replace(consumer, silence=silence), label, sender)
        book.add("notification_trader", "trader", replace(trader, silence=silence), label, sender)
    charter: Values = {"entry_asked": False, "entry_due_on": None, "silence": None, "computed": computed[1:]}
    book.add("notification_consumer", "consumer", replace(consumer, **charter), "principe accepté d’avance", IN_HOUSE)
    in_house = replace(
        trader,
        **charter,
        charter_ref=say("article 4 de la charte", "article 4 of the charter"),
        paid_per_case=False,
        fee_amount=None,
    )
    book.add("notification_trader", "trader", in_house, "principe accepté d’avance", IN_HOUSE)
    book.add(
        "notification_consumer",
        "consumer",
        replace(consumer, mediation_due_on=date(2027, 1, 22)),
        "organisme plus rapide, sur papier, gros caractères",
        channel="post",
        text_size="large",
    )
    book.add(
        "notification_consumer",
        "consumer",
        replace(consumer, trader_name=LONG_FIRM),
        "nom du professionnel très long, civilité inconnue",
        gender="",
        civility="",
    )
    book.add(
        "notification_trader",
        "trader",
        replace(trader, consumer_display_name="C. M."),
        "discrétion : initiales, nom très long, sur papier",
        name=LONG_FIRM,
        postal_lines=(LONG_FIRM, "Service médiation", "3 AVENUE DU PORT", "44990 SAINT-AUBIN"),
        channel="post",
    )
