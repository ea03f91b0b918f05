"""Mail about accounts, sent by a worker."""

from __future__ import annotations

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from mediane.ground.accounts import keyring, messages
from mediane.ground.accounts.models import Invitation, Person
from mediane.ground.accounts.roles import DEFINITIONS, Role
from mediane.ground.accounts.services import forget_events, forget_people, token_of
from mediane.ground.database.scope import as_system
from mediane.ground.jobs import every, job
from mediane.kernel.moments import paris_day, utc_now


@job(queue="mail")
def send_notification(person_id: int, template: str, at: str, by_id: int | None) -> None:
    people = Person.objects.in_bulk([pk for pk in (person_id, by_id) if pk is not None])
    if (person := people.get(person_id)) is not None:
        context = {"person": person, "at": datetime.fromisoformat(at), "by": str(people.get(by_id or 0, ""))}
        messages.send(person.email, template, context, language=person.language)


@job(queue="mail")
def send_invitation(invitation_id: int) -> None:
    with as_system():
        rows = Invitation.objects.select_related("organisation", "invited_by").filter(pk=invitation_id)
        invitation = rows.first()
    if invitation is None or not invitation.is_open(utc_now()):
        return
    context = {
        "url": messages.address("accounts:accept", token_of(invitation)),
        "organisation": invitation.organisation.name,
        "role": DEFINITIONS[Role(invitation.role)].label,
        "by": str(invitation.invited_by or ""),
        "expires_on": paris_day(invitation.expires_at),
    }
    messages.send(invitation.email, "accounts/mail/invitation", context)


@job(queue="mail")
def send_password_reset(sealed_email: str) -> None:
    """Queued whether or not the address is known: the page that asked cannot tell, by word or by time."""
    email = keyring.decrypt("queue", "password reset", sealed_email)
    for person in filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True):
        uid, token = user_pk_to_url_str(person), default_token_generator.make_token(person)
        context = {"url": messages.address("account_reset_password_from_key", uid, token)}
        messages.send(person.email, "account/email/password_reset_key", context, language=person.language)


@every("55 2 * * *")
def forget_old_events() -> None:
    """Lines of the account journal whose time is over, network addresses with them."""
    forget_events(at=utc_now())


@every("57 2 * * *")
def forget_old_accounts() -> None:
    """Names of people who left long ago, and invitations that nobody took up."""
    forget_people(at=utc_now())


@every("50 2 * * *")
def forget_ended_sessions() -> None:
    """Sessions that are over leave the tables, and so do the lines that told their owner of them."""
    SessionStore.clear_expired()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
