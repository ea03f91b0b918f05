"""The trader's entry: reminders, yes, no, and what silence means by its convention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from django.utils.translation import gettext_lazy as _

from mediane.ground.correspondence.frames import DayToAct
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import ClockKind, Notice
from mediane.mediation.referrals.enums import EntrySilence
from mediane.mediation.referrals.letters.facts import Facts
from mediane.mediation.referrals.letters.step import TO_BOTH, TO_CONSUMER, TO_TRADER, ReferralLetter, Step

step = Step()


class ReminderRank(StrEnum):
    """First and second of the announced date; `final` opens a second date, after which silence is a refusal."""

    FIRST = "first"
    SECOND = "second"
    FINAL = "final"


@step.letter(
    "trader_reminder",
    _("Rappel au professionnel"),
    TO_TRADER,
    moves="remind_entry entry_expires",
    when=_(
        "À la moitié et aux quatre cinquièmes du délai d’entrée ; puis, si la convention le prévoit, une dernière fois avec une seconde date."
    ),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class TraderReminder(ReferralLetter):
    """`first_due_on`, the date that passed, is needed for the final one."""

    consumer_display_name: str
    notified_on: date
    entry_due_on: DayToAct
    days_left: int
    silence: EntrySilence
    reply_url: str
    rank: ReminderRank
    first_due_on: date | None = None

    @property
    def several_days_left(self) -> bool:
        return self.days_left > 1

    @classmethod
    def of(cls, f: Facts) -> Self:
        clock = f.running[ClockKind.ENTRY]
        if f.extra["second_date"]:
            rank = ReminderRank.FINAL
        else:
            rank = (
                ReminderRank.SECOND
                if Notice.objects.filter(clock=clock, step__startswith="remind:").count() > 1
                else ReminderRank.FIRST
            )
        return cls(
            **f.frame,
            consumer_display_name=f.consumer_display_name,
            notified_on=f.referral.notified_on,
            entry_due_on=clock.due_on,
            days_left=max((clock.due_on - f.on).days, 0),
            silence=EntrySilence.REFUSAL if rank is ReminderRank.FINAL else f.silence_at_entry,
            reply_url=f.reply_url,
            rank=rank,
            first_due_on=clock.first_due_on if rank is ReminderRank.FINAL else None,
        )


@step.letter(
    "entry_accepted",
    _("Entrée en médiation acceptée"),
    TO_BOTH,
    moves="accept_entry",
    when=_("Quand le professionnel accepte le principe de la médiation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class EntryAccepted(ReferralLetter):
    trader_name: str
    consumer_display_name: str
    entry_accepted_on: date
    observations_due_on: DayToAct
    mediation_due_on: DayToAct

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            consumer_display_name=f.consumer_display_name,
            entry_accepted_on=f.on,
            observations_due_on=f.extra["observations_due_on"],
            mediation_due_on=f.due(ClockKind.MEDIATION),
        )


@step.letter(
    "trader_refusal_consumer",
    _("Refus du professionnel : au consommateur"),
    TO_CONSUMER,
    moves="refuse_entry",
    when=_("Quand le professionnel refuse par écrit d’entrer en médiation ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class TraderRefusalConsumer(ReferralLetter):
    """`refusal_reason`: the trader's own words, only where it agreed that they be passed on."""

    trader_name: str
    refused_on: date
    ended_on: date
    limitation_restart_on: date
    refusal_reason: str = ""

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            refused_on=f.on,
            ended_on=f.on,
            limitation_restart_on=f.limitation_restart_on,
            refusal_reason=f.extra.get("refusal_reason", "").strip().rstrip("."),
        )


@step.letter(
    "trader_refusal_trader",
    _("Refus du professionnel : au professionnel"),
    TO_TRADER,
    moves="refuse_entry",
    when=_("Le même jour que la lettre au consommateur ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class TraderRefusalTrader(ReferralLetter):
    consumer_display_name: str
    refused_on: date
    ended_on: date
    limitation_restart_on: date
    reconsider_until_on: DayToAct
    waiver_fee: Decimal | None = None

    @classmethod
    def of(cls, f: Facts) -> Self:
        designation = f.referral.designation
        return cls(
            **f.frame,
            consumer_display_name=f.consumer_display_name,
            refused_on=f.on,
            ended_on=f.on,
            limitation_restart_on=f.limitation_restart_on,
            reconsider_until_on=f.due(ClockKind.RESUMPTION),
            waiver_fee=designation.waiver_fee if designation else None,
        )


@step.letter(
    "deemed_refusal_consumer",
    _("Silence valant refus : au consommateur"),
    TO_CONSUMER,
    moves="entry_expires",
    when=_("Le lendemain de la date, si la convention dit que le silence vaut refus ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class DeemedRefusalConsumer(ReferralLetter):
    trader_name: str
    notified_on: date
    entry_due_on: DayToAct
    ended_on: date
    limitation_restart_on: date
    reminders_on: tuple[date, ...] = ()

    @property
    def first_reminder_on(self) -> date | None:
        return self.reminders_on[0] if self.reminders_on else None

    @property
    def later_reminders_on(self) -> tuple[date, ...]:
        return self.reminders_on[1:]

    @classmethod
    def of(cls, f: Facts) -> Self:
        sent = (
            Letter.objects.filter(case=f.referral.case_id, kind="trader_reminder")
            .order_by("pk")
            .values_list("letter_date", flat=True)
        )
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            notified_on=f.referral.notified_on,
            entry_due_on=f.extra["entry_due_on"],
            ended_on=f.on,
            limitation_restart_on=f.limitation_restart_on,
            reminders_on=tuple(sent),
        )


@step.letter(
    "deemed_refusal_trader",
    _("Silence valant refus : au professionnel"),
    TO_TRADER,
    moves="entry_expires",
    when=_("Le même jour que la lettre au consommateur ; avec l’attestation."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class DeemedRefusalTrader(ReferralLetter):
    consumer_display_name: str
    notified_on: date
    entry_due_on: DayToAct
    ended_on: date
    limitation_restart_on: date
    reconsider_until_on: DayToAct
    silence: EntrySilence = EntrySilence.REFUSAL

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            consumer_display_name=f.consumer_display_name,
            notified_on=f.referral.notified_on,
            entry_due_on=f.extra["entry_due_on"],
            ended_on=f.on,
            limitation_restart_on=f.limitation_restart_on,
            reconsider_until_on=f.due(ClockKind.RESUMPTION),
        )


@step.letter(
    "deemed_acceptance",
    _("Silence valant acceptation du principe"),
    TO_BOTH,
    moves="entry_expires",
    when=_("Le lendemain de la date, si la convention dit que le silence vaut acceptation du principe."),
    dated=True,
)
@dataclass(frozen=True, kw_only=True)
class DeemedAcceptance(ReferralLetter):
    trader_name: str
    consumer_display_name: str
    entry_due_on: DayToAct
    observations_due_on: DayToAct
    mediation_due_on: DayToAct
    silence: EntrySilence = EntrySilence.ACCEPTANCE

    @classmethod
    def of(cls, f: Facts) -> Self:
        return cls(
            **f.frame,
            trader_name=f.trader_name,
            consumer_display_name=f.consumer_display_name,
            entry_due_on=f.extra["entry_due_on"],
            observations_due_on=f.extra["observations_due_on"],
            mediation_due_on=f.due(ClockKind.MEDIATION),
        )
