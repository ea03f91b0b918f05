"""What a person may see is a queryset. Lists, pages, searches, exports and the API all start from `visible_to(actor)`."""

from __future__ import annotations

from django.db import models

from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.accounts.roles import Permission, Role
from mediane.mediation.referrals.enums import Audience, State
from mediane.mediation.referrals.workflow import OPEN, SEEN_BY_REQUESTER, SEEN_BY_TRADER


class ReferralQuerySet(models.QuerySet["Referral"]):  # type: ignore[name-defined]  # the plugin reads it before models
    def visible_to(self, actor: Actor) -> ReferralQuerySet:
        """Staff: its own body's, drafts aside, and the archive only for who reads it.

        Requester: the one case. Trader: its own, from the notification on. Anyone else: none.
        """
        match actor.scope:
            case Scope.SYSTEM:
                return self
            case Scope.STAFF if actor.may(Permission.READ_CASES) or Role.API in actor.roles:
                hidden = [State.DRAFT, State.DESTROYED]
                if not actor.reads_archive:
                    hidden.append(State.ARCHIVED)
                return self.filter(body=actor.organisation_id).exclude(state__in=hidden)
            case Scope.REQUESTER:
                return self.filter(pk=actor.case_id, state__in=sorted(SEEN_BY_REQUESTER))
            case Scope.TRADER:
                return self.filter(
                    trader__in=actor.trader_ids, notified_on__isnull=False, state__in=sorted(SEEN_BY_TRADER)
                )
            case _:
                return self.none()

    def open(self) -> ReferralQuerySet:
        """Somebody still has something to do. An imported row nobody took up is history."""
        return self.filter(state__in=sorted(OPEN), quiet=False)


class MessageQuerySet(models.QuerySet["Message"]):  # type: ignore[name-defined]
    def visible_to(self, actor: Actor) -> MessageQuerySet:
        """By audience: a party reads what is for it or for both; the office all but the mediator's own notes."""
        match actor.scope:
            case Scope.SYSTEM:
                return self
            case Scope.STAFF if actor.may(Permission.READ_CASES):
                mine = self.filter(referral__body=actor.organisation_id)
                return mine if actor.reads_mediator_notes else mine.exclude(audience=Audience.MEDIATOR)
            case Scope.REQUESTER:
                return self.filter(referral=actor.case_id, audience__in=(Audience.CONSUMER, Audience.BOTH))
            case Scope.TRADER:
                return self.filter(
                    referral__trader__in=actor.trader_ids,
                    referral__notified_on__isnull=False,
                    audience__in=(Audience.TRADER, Audience.BOTH),
                )
            case _:
                return self.none()
