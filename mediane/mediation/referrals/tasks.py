"""Jobs of this room. Each may run twice or late: what it does is done once."""

from __future__ import annotations

from mediane.ground.access import services as access
from mediane.ground.accounts import keyring
from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import as_system
from mediane.ground.deadlines.notices import notice_deadlines
from mediane.ground.jobs import every, job
from mediane.kernel.moments import utc_now
from mediane.mediation.referrals.digest import send_digests
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import retention, system


@every("*/10 * * * *")
def make_due_moves() -> None:
    """Reminders, silences, lifted conflicts, old drafts: what happens by itself on its day."""
    system.make_due_moves(at=utc_now())


@every("40 2 * * *")
def keep_to_retention() -> None:
    """What is over goes to the archive, what was approved is destroyed: at night, on the legal day."""
    retention.put_away(at=utc_now())


@every("5 * * * *")
def watch_deadlines() -> None:
    """Warnings before, breaches after, noticed whether or not anybody opens a page."""
    notice_deadlines(at=utc_now())


@every("0 6 * * 1-5")
def tell_those_responsible() -> None:
    """One e-mail a person on working mornings, with what is new since the last."""
    send_digests(at=utc_now())


@job(queue="mail")
def send_access_mail(case_id: int) -> None:
    """The personal link, again, to the address on file: somebody said it was lost."""
    from mediane.mediation.referrals.mails import access_again

    at = utc_now()
    with as_system():
        referral = Referral.objects.select_related("body__organisation").get(pk=case_id)
        contact = referral.contacts.get(party="consumer")
        token = access.issue_link(case_id, holder_name=referral.consumer_name, by=Actor.system(), at=at)
    access_again(referral, contact.email, access.link_url(token), contact.language)


@job(queue="mail")
def tell_address_changed(case_id: int, sealed_former: str) -> None:
    """The new mailbox gets the link that works, the former one word that it no longer does."""
    from mediane.mediation.referrals.mails import former_address, new_address

    at = utc_now()
    with as_system():
        referral = Referral.objects.select_related("body__organisation").get(pk=case_id)
        contact = referral.contacts.get(party="consumer")
        token = access.issue_link(case_id, holder_name=referral.consumer_name, by=Actor.system(), at=at)
    former = keyring.decrypt("queue", "former address", sealed_former)
    if contact.email:
        new_address(referral, contact.email, access.link_url(token), contact.language)
    if former:
        former_address(referral, former, contact.language)
