"""May this person reach this referral at all. What it may *do* there is the workflow's; what it may *see* in lists is the queryset's.

Unknown and out of reach are one answer, `not_found`: nobody learns that a referral exists.
"""

from __future__ import annotations

from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.accounts.roles import Permission, Role
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Audience, Party, State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.workflow import SEEN_BY_REQUESTER, SEEN_BY_TRADER

ROLE_OF_PARTY = {Party.CONSUMER: Role.REQUESTER, Party.TRADER: Role.CORRESPONDENT}


def party_of(actor: Actor) -> Party | None:
    """The party this actor speaks for: its own, or the one an officer records for."""
    if actor.on_behalf_of:
        return Party(actor.on_behalf_of)
    return {Scope.REQUESTER: Party.CONSUMER, Scope.PUBLIC: Party.CONSUMER, Scope.TRADER: Party.TRADER}.get(actor.scope)


def speaking_party(actor: Actor) -> Party:
    """The party that says something which is no move: itself, or through an officer who records it. Raises Refusal `not_allowed`."""
    party = party_of(actor)
    if party is None or (actor.on_behalf_of and Role.OFFICER not in actor.roles):
        raise Refusal("not_allowed")
    return party


def can_reach(actor: Actor, referral: Referral) -> bool:
    match actor.scope:
        case Scope.SYSTEM:
            return True
        case Scope.STAFF:
            if referral.body_id != actor.organisation_id or referral.state == State.DESTROYED:
                return False
            if referral.state == State.ARCHIVED and not actor.reads_archive:
                return False
            return actor.may(Permission.READ_CASES) or Role.API in actor.roles
        case Scope.REQUESTER:
            return referral.pk == actor.case_id and referral.state in SEEN_BY_REQUESTER
        case Scope.TRADER:
            return (
                referral.trader_id in actor.trader_ids
                and referral.notified_on is not None
                and referral.state in SEEN_BY_TRADER
            )
        case _:
            return False


def check_reach(actor: Actor, referral: Referral) -> None:
    if not can_reach(actor, referral):
        raise Refusal("not_found")


def check_works(actor: Actor) -> None:
    """Who works cases may act on one where no move says who: the direction and the control read. Raises Refusal `not_allowed`."""
    if not actor.may(Permission.WORK_CASES):
        raise Refusal("not_allowed")


def check_audience(actor: Actor, audience: str) -> None:
    """Who may write for whom: a party for the office (its own audience) or for both; who works cases for anyone but under the mediator's wall."""
    party = party_of(actor)
    if party is not None:
        allowed = {party.value, Audience.BOTH.value}
    else:
        check_works(actor)
        allowed = {Audience.CONSUMER.value, Audience.TRADER.value, Audience.BOTH.value, Audience.OFFICE.value}
        if actor.reads_mediator_notes:
            allowed.add(Audience.MEDIATOR.value)
    if audience not in allowed:
        raise Refusal("not_allowed", audience=audience)
