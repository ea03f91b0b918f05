"""Writing a letter of a case: what services call in the transaction of a move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from mediane.ground.access import services as access
from mediane.ground.accounts.actor import Actor
from mediane.ground.correspondence import services as correspondence
from mediane.ground.correspondence.frames import Party as AudienceOfLetter
from mediane.ground.correspondence.kinds import kind_of
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import Clock
from mediane.ground.rulesets.services import Rules
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.letters.facts import Facts
from mediane.mediation.referrals.letters.frame import addressee_of, sender_of
from mediane.mediation.referrals.letters.step import ReferralLetter
from mediane.mediation.referrals.models import PartyContact, Referral

PAIRED = frozenset({"notification", "trader_refusal", "deemed_refusal", "proposal"})
"""Kinds that have one letter for each party under two codes."""


def queue(
    referral: Referral,
    kind: str,
    to: Party,
    *,
    at: datetime,
    on: date,
    seq: int,
    by: Actor,
    running: dict[str, Clock],
    rules: Rules,
    contacts: dict[str, PartyContact],
    keys: access.CaseKeys,
    written: Sequence[Letter],
    **extra: Any,
) -> Letter:
    """Write one letter and queue it, in the transaction of its move, which holds the case locked. `written` are the letters that the move wrote before.

    Raises Refusal `missing:statement` and the like: then the move does not happen.
    """
    letter_kind = kind_of(f"{kind}_{to.value}" if kind in PAIRED else kind)
    contact = contacts.get(to)
    if contact is None or (to is Party.TRADER and referral.notified_on is None):
        raise Refusal("not_notified", kind=letter_kind.code)  # before notification nothing ever reaches the trader
    facts = Facts(referral, to, at, on, running, rules, contacts, extra, keys)
    if to is Party.CONSUMER:
        follow_up = access.link_url(keys.link(referral.consumer_name))
    else:
        follow_up = facts.reply_url
    facts.frame["case_number"] = referral.number
    if not letter_kind.content_free:
        facts.frame["follow_up_url"] = follow_up
    context = cast(type[ReferralLetter], letter_kind.context).of(facts)
    keys.save()
    return correspondence.queue_letter(
        case=referral.case,
        organisation=referral.body.organisation,
        kind=letter_kind.code,
        audience=cast(AudienceOfLetter, to.value),
        addressee=addressee_of(contact, follow_up),
        context=context,
        at=at,
        cause_seq=seq,
        sender=sender_of(referral, by, facts.language),
        of_this_move=written,
    )
