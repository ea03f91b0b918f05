"""What a letter may use to say itself: the case at the moment of a move, and the few facts that several letters share. Each letter's own stand with it.

The dates come from the very clocks that run, so that letter, screen and journal say one date.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override

from mediane.ground.access.services import CaseKeys
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import Clock, ClockKind
from mediane.ground.rulesets.services import Rules
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals import naming
from mediane.mediation.referrals.clock_words import how_computed
from mediane.mediation.referrals.enums import EntrySilence, Party
from mediane.mediation.referrals.letters.frame import titled
from mediane.mediation.referrals.models import PartyContact


@dataclass
class Facts:
    """`frame` is what every letter holds (number, follow-up address); `extra` what only this move knows; `on` the legal day it counts for."""

    referral: Any  # a Referral: a day it lacks is refused by the letter itself (`missing:…`), not here
    to: Party
    at: datetime
    on: date
    running: dict[str, Clock]
    rules: Rules
    contacts: dict[str, PartyContact]
    extra: dict[str, Any]
    keys: CaseKeys  # a letter to the consumer may give a code
    frame: dict[str, Any] = field(default_factory=dict)

    # ---- days ---------------------------------------------------------------------------------------------------------------
    def rule_day(self, key: str, start: date | None = None) -> date:
        return clocks.day_after(start or self.on, self.rules.text(key))

    def due(self, kind: str) -> date:
        """The last day of a clock that runs. Raises Refusal when the letter speaks of one that does not."""
        clock = self.running.get(kind)
        if clock is None:
            raise Refusal(f"missing:{kind}_clock")
        return clock.due_on

    def computed(self, *kinds: str) -> tuple[str, ...]:
        """How the dates of these clocks were computed, a sentence each, as the pages say it; of those that run."""
        return tuple(how_computed(self.running[kind], language=self.language) for kind in kinds if kind in self.running)

    @property
    def refer_before(self) -> date:
        """Last day, included, of the year of L. 612-2 4°."""
        return clocks.day_after(self.referral.complaint_on, self.rules.text("max_age_of_complaint"))

    @property
    def mediation_due_on(self) -> date:
        """The date of the 90 days, even where the proposal has stopped them."""
        if ClockKind.MEDIATION in self.running:
            return self.running[ClockKind.MEDIATION].due_on
        return (
            Clock.objects.filter(case=self.referral.case_id, kind=ClockKind.MEDIATION)
            .order_by("-id")
            .values_list("due_on", flat=True)[0]
        )

    @property
    def limitation_restart_on(self) -> date:
        """The earlier of the proposal (CECMC B01) and the end (art. 2238): the prudent day."""
        return min(day for day in (self.referral.proposal_on, self.referral.ended_on or self.on) if day)

    # ---- who ----------------------------------------------------------------------------------------------------------------
    @property
    def language(self) -> str:
        return self.contacts[self.to].language

    @property
    def trader_name(self) -> str:
        return self.referral.trader.name if self.referral.trader else self.referral.trader_given

    @property
    def consumer_display_name(self) -> str:
        """As the trader reads it: civility and name, or initials where discretion was asked."""
        contact = self.contacts[Party.CONSUMER]
        if naming.is_discreet(contact, self.referral.claim.contract_reference):
            return naming.initials(contact)
        return titled(contact, self.language)

    def named(self, who: str) -> str:
        """A party of an agreement or a proposal (`consumer`, `trader`) as this letter calls it."""
        return self.trader_name if who == Party.TRADER else self.consumer_display_name

    # ---- what happened ------------------------------------------------------------------------------------------------------
    @property
    def entered(self) -> bool:
        return self.referral.entered_on is not None

    @property
    def silence_at_entry(self) -> EntrySilence:
        """By the trader's convention, else by the body's rule."""
        designation = self.referral.designation
        return EntrySilence(designation.silence_effect if designation else self.rules["trader_silence_effect"])

    @property
    def reply_url(self) -> str:
        return (
            f"{settings.MEDIANE_URL}/pro/dossiers/{self.referral.pk}/"
            if self.to is Party.TRADER
            else f"{settings.MEDIANE_URL}/suivi/"
        )

    # ---- words --------------------------------------------------------------------------------------------------------------
    def said(self, words: str | Promise, **values: Any) -> str:
        """A phrase of the code (lazily translated) in the letter's language. Texts hold nearly all words; this is for what stands inside a fact."""
        with override(self.language):
            return str(words).format(**values)


def phrase(text: str) -> str:
    """What a person typed, to stand inside a sentence: without its final stop."""
    return text.strip().rstrip(".;")


def sentence(text: str) -> str:
    """What a person typed, as a sentence of its own."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…»" else text + "."
