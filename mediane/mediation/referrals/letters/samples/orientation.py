"""Trials of the letters that say when to come back or whom to turn to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mediane.kernel.periods import Period
from mediane.mediation.referrals.letters.orientation import (
    Premature,
    PrematureReminder,
    RedirectedLevel,
    RedirectedMediator,
)
from mediane.mediation.referrals.letters.samples.book import HORIZON, NUMBER, ONE_PERSON, SITE, Book


def add(book: Book) -> None:
    say = book.say
    early = Premature(
        **NUMBER,
        **HORIZON,
        complaint_on=date(2026, 10, 12),
        wait_ends_on=date(2026, 12, 12),
        resubmit_from_on=date(2026, 12, 13),
        premature_wait=Period.parse("2m"),
        resubmit_url=SITE,
        referral_deadline_on=date(2027, 10, 12),
    )
    book.add("premature", "consumer", early)
    book.add(
        "premature_reminder",
        "consumer",
        PrematureReminder(**NUMBER, **HORIZON, resubmit_url=SITE, referral_deadline_on=date(2027, 10, 12)),
    )
    level = RedirectedLevel(
        **NUMBER,
        **HORIZON,
        level_name=say("le service consommateurs", "the consumer department"),
        level_basis=say("article 11 des conditions générales", "article 11 of the general terms"),
        level_address="Colis Horizon, service consommateurs, BP 41, 44991 Saint-Aubin",
        referral_deadline_on=date(2027, 9, 10),
        transfer_consent_url=SITE,
    )
    book.add("redirected_level", "consumer", level)
    sent = replace(level, transfer_consent_url="", transferred_on=date(2026, 11, 20))
    book.add("redirected_level", "consumer", sent, "dossier transmis")
    other = RedirectedMediator(
        **NUMBER,
        **HORIZON,
        competent_body_name="Médiation Grand-Large",
        competent_body_address="5, rue du Phare, 29990 Port-Clair",
        competent_body_url="https://grandlarge.example",
        competent_reason=say(
            "Colis Horizon relève d’un autre médiateur depuis le 1er janvier 2026.",
            "Colis Horizon has had another mediator since 1 January 2026.",
        ),
        transfer_consent_url=SITE,
    )
    book.add("redirected_mediator", "consumer", other)
    sent_on = replace(other, transfer_consent_url="", transferred_on=date(2026, 11, 20))
    book.add("redirected_mediator", "consumer", sent_on, "dossier transmis", ONE_PERSON)
    book.add("redirected_mediator", "consumer", replace(other, competent_reason=""), "sans précision")
