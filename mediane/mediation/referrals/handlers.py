"""Reactions to news from below, and what rooms below ask this one: which case has a number, whose pieces a party may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from mediane.ground.access import hooks as access_hooks
from mediane.ground.access.events import AccessRequested
from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.correspondence import visibility as letters
from mediane.ground.database.scope import as_system
from mediane.ground.documents import visibility as documents
from mediane.kernel.events import subscribe
from mediane.mediation.referrals.enums import Party, State
from mediane.mediation.referrals.models import PartyContact, Referral
from mediane.mediation.referrals.workflow import GONE, SEEN_BY_REQUESTER


def case_by_number(organisation_id: int, number: str) -> int | None:
    """The case that goes by this number in this body, among those its requester may still open. An imported case has no requester to let in."""
    found = Referral.objects.filter(
        body=organisation_id, number=number, state__in=sorted(SEEN_BY_REQUESTER), imported=False
    )
    return found.values_list("pk", flat=True).first()


def party_cases(actor: Actor) -> Q:
    """Cases whose pieces and letters a party reaches. No join through `journal_case`: its rows (chain, wrapped key) are closed to parties."""
    return Q(case_id__in=Referral.objects.visible_to(actor).order_by().values("pk"))


def sent_cases(actor: Actor) -> Q:
    """The office reads no piece or letter of a form that was not sent; of the archive, who reads it."""
    hidden = [State.DRAFT] if actor.reads_archive else [State.DRAFT, State.ARCHIVED]
    # a look-up for each row that is read, and no join that would be made for all before the newest are taken
    return Q(~Exists(Referral.objects.filter(pk=OuterRef("case_id"), state__in=hidden)))


@subscribe(AccessRequested)
def send_the_way_in_again(event: AccessRequested) -> None:
    """Somebody lost link and code: each open case of the address on file gets a new e-mail with its link, nobody else anything."""
    from mediane.ground.jobs import defer
    from mediane.mediation.referrals.tasks import send_access_mail

    with as_system():
        cases = (
            PartyContact.objects.filter(party=Party.CONSUMER, email__iexact=event.email)
            .exclude(referral__state__in=sorted(GONE))
            .exclude(email="")
        )
        if event.organisation_id:
            cases = cases.filter(referral__body=event.organisation_id)
        if event.number:
            cases = cases.filter(referral__number=event.number)
        for case_id in cases.order_by("referral_id").values_list("referral_id", flat=True)[:20]:
            defer(send_access_mail, case_id=case_id)


def register() -> None:
    access_hooks.register_case_lookup("referral", case_by_number)
    access_hooks.register_follow_up("requester:case")
    for room in (documents, letters):
        room.party_rule(Scope.STAFF, sent_cases)
        room.party_rule(Scope.REQUESTER, party_cases)
        room.party_rule(Scope.TRADER, party_cases)
