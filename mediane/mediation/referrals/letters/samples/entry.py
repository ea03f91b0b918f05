"""Trials of the letters about the trader's entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from mediane.mediation.referrals.enums import EntrySilence
from mediane.mediation.referrals.letters.entry import (
    DeemedAcceptance,
    DeemedRefusalConsumer,
    DeemedRefusalTrader,
    EntryAccepted,
    ReminderRank,
    TraderRefusalConsumer,
    TraderRefusalTrader,
    TraderReminder,
)
from mediane.mediation.referrals.letters.samples.book import (
    DESK_OF_TRADER,
    DUE,
    ENDED_AT_ENTRY,
    ENTRY,
    HORIZON,
    IN_HOUSE,
    NUMBER,
    Book,
    Values,
)


def add(book: Book) -> None:
    first = TraderReminder(
        **NUMBER,
        **book.morel,
        **ENTRY,
        days_left=10,
        silence=EntrySilence.REFUSAL,
        reply_url=DESK_OF_TRADER,
        rank=ReminderRank.FIRST,
    )
    book.add("trader_reminder", "trader", first, "premier")
    second = replace(first, days_left=1, rank=ReminderRank.SECOND, silence=EntrySilence.ACCEPTANCE)
    book.add("trader_reminder", "trader", second, "second", IN_HOUSE)
    book.add("trader_reminder", "trader", replace(second, days_left=0), "dernier jour")
    final = replace(
        first,
        rank=ReminderRank.FINAL,
        first_due_on=date(2026, 12, 14),
        entry_due_on=date(2026, 12, 29),
        days_left=14,
    )
    book.add("trader_reminder", "trader", final, "seconde date")
    accepted = EntryAccepted(
        **NUMBER,
        **HORIZON,
        **book.morel,
        **DUE,
        entry_accepted_on=date(2026, 12, 3),
        observations_due_on=date(2026, 12, 24),
    )
    book.both("entry_accepted", accepted)
    book.add("entry_accepted", "trader", replace(accepted, consumer_display_name="C. M."), "discrétion : initiales")
    day = date(2026, 12, 3)
    refused: Values = {"refused_on": day, "ended_on": day, "limitation_restart_on": day}
    to_consumer = TraderRefusalConsumer(**NUMBER, **HORIZON, **refused)
    book.add("trader_refusal_consumer", "consumer", to_consumer)
    shared = replace(
        to_consumer,
        refusal_reason=book.say(
            "le contrat a été conclu avec une autre société du groupe",
            "the contract was made with another company of the group",
        ),
    )
    book.add("trader_refusal_consumer", "consumer", shared, "motif communiqué")
    to_trader = TraderRefusalTrader(
        **NUMBER, **book.morel, **refused, reconsider_until_on=date(2026, 12, 18), waiver_fee=Decimal("48.90")
    )
    book.add("trader_refusal_trader", "trader", to_trader)
    book.add("trader_refusal_trader", "trader", replace(to_trader, waiver_fee=None), "sans frais", IN_HOUSE)
    silent = DeemedRefusalConsumer(
        **NUMBER, **HORIZON, **ENTRY, **ENDED_AT_ENTRY, reminders_on=(date(2026, 12, 4), date(2026, 12, 10))
    )
    book.add("deemed_refusal_consumer", "consumer", silent)
    book.add("deemed_refusal_consumer", "consumer", replace(silent, reminders_on=()), "sans rappel", IN_HOUSE)
    deemed = DeemedRefusalTrader(
        **NUMBER, **book.morel, **ENTRY, **ENDED_AT_ENTRY, reconsider_until_on=date(2026, 12, 30)
    )
    book.add("deemed_refusal_trader", "trader", deemed)
    book.add("deemed_refusal_trader", "trader", deemed, "charte", IN_HOUSE)
    going_on = DeemedAcceptance(
        **NUMBER,
        **HORIZON,
        **book.morel,
        **DUE,
        entry_due_on=date(2026, 12, 14),
        observations_due_on=date(2027, 1, 4),
    )
    book.both("deemed_acceptance", going_on)
    book.both("deemed_acceptance", going_on, "charte", IN_HOUSE)
