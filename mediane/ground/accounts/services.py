"""Use cases on people, roles, invitations and machines' tokens. Each leaves one `AccountEvent`.

Who may: a holder of `Permission.MANAGE_PEOPLE`, in their own organisation alone; and, for the correspondents of a firm, a holder of MANAGE_TRADERS of
a body that this firm has designated (`register_firms`). What is outside one's organisation is `not_found`, like what does not exist.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mediane.ground.accounts import keyring, messages
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import AccountEvent, AccountEventKind, Invitation, Membership, Person, Token
from mediane.ground.accounts.roles import DEFINITIONS, Permission, Role
from mediane.ground.database.scope import use_case
from mediane.ground.jobs import defer
from mediane.ground.organisations.models import Organisation, OrganisationKind, Unit
from mediane.ground.privacy.register import kept_since
from mediane.kernel.moments import day_start, paris_day
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import clean_email, clean_line

Kind = AccountEventKind
MANAGING_ROLES = frozenset(
    role for role, definition in DEFINITIONS.items() if Permission.MANAGE_PEOPLE in definition.permissions
)
FIRM_ROLES = frozenset({Role.CORRESPONDENT, Role.ADMINISTRATOR})
BODY_ROLES = frozenset(role for role, definition in DEFINITIONS.items() if definition.staff)
ENDING_ROLES = frozenset({Role.AUDITOR})
"""Roles that are given for a limited time: no grant without a last day."""

_firms: list[Callable[[int], Iterable[int]]] = []
_token_scopes: dict[str, Any] = {}


def register_firms(function: Callable[[int], Iterable[int]]) -> Callable[[int], Iterable[int]]:
    """`function(body's organisation id)` gives the ids of the organisations of firms that have designated this body."""
    if function not in _firms:
        _firms.append(function)
    return function


def register_token_scope(name: str, label: Any) -> None:
    """A scope that a token may be given; `label` is lazy text for the page that makes tokens."""
    _token_scopes[name] = label


def token_scopes() -> Mapping[str, Any]:
    return _token_scopes


def roles_of(kind: str) -> list[Role]:
    """Roles that exist in an organisation of this kind: a firm has correspondents and who manages them, a body its staff."""
    allowed = FIRM_ROLES if kind == OrganisationKind.OPERATOR else BODY_ROLES
    return [role for role in DEFINITIONS if role in allowed]


# ---- who may -----------------------------------------------------------------------------------------------------------------
def manages(by: Actor, organisation_id: int, role: Role | None = None) -> bool:
    """May this actor manage people there (and give this role)?"""
    if by.is_system:
        return True
    if by.may(Permission.MANAGE_PEOPLE) and by.organisation_id == organisation_id and by.person_id is not None:
        return True
    return (
        role is Role.CORRESPONDENT
        and by.may(Permission.MANAGE_TRADERS)
        and by.organisation_id is not None
        and any(organisation_id in set(firms(by.organisation_id)) for firms in _firms)
    )


def _managed_organisation(by: Actor, organisation_id: int, role: Role | None = None) -> Organisation:
    """The organisation, locked so that two managers leaving at once cannot both be 'not the last'."""
    if not by.is_system and not by.permissions & {Permission.MANAGE_PEOPLE, Permission.MANAGE_TRADERS}:
        raise Refusal("not_allowed")
    organisation = Organisation.objects.select_for_update(of=("self",)).filter(pk=organisation_id, active=True).first()
    if organisation is None or not manages(by, organisation_id, role):
        raise Refusal("not_found")
    if role is not None and role not in roles_of(organisation.kind):
        raise Refusal("role_not_here", role=role.value, kind=organisation.kind)
    return organisation


def record(
    kind: AccountEventKind,
    *,
    by: Actor,
    at: datetime,
    organisation_id: int | None = None,
    person_id: int | None = None,
    subject: str = "",
    ip: str | None = None,
    **facts: Any,
) -> AccountEvent:
    """Add a line to the account journal. Facts are plain values (roles, days, ids)."""
    return AccountEvent.objects.create(
        kind=kind,
        at=at,
        by_id=by.person_id,
        door=by.door.value,
        organisation_id=organisation_id,
        person_id=person_id,
        subject=subject[:254],
        ip=ip,
        facts={name: value for name, value in facts.items() if value not in (None, "")},
    )


@use_case
def forget_events(*, at: datetime) -> int:
    """Destroy the lines of the account journal whose time is over (rule `security_log`); how many.

    The role of the product may not remove a line itself: a function of the tables' owner does, and nothing of the last thirty days.
    """
    since = kept_since("security_log", paris_day(at))
    if since is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_forget_events(%s)", [day_start(since)])
        return int(cursor.fetchone()[0])


@use_case
def forget_people(*, at: datetime) -> int:
    """The name leaves the account of whoever held no role for as long as the register says (rule `staff`), with all that opened it; invitations that ended
    as long ago go. How many accounts. What they did stays, by the number of the account: « Ancien membre »."""
    since = kept_since("staff", paris_day(at))
    if since is None:
        return 0
    Invitation.objects.filter(expires_at__lt=day_start(since)).delete()
    ended = Q(ends_on__lt=since) | Q(cancelled_at__lt=day_start(since))
    gone = list(
        Person.objects.select_for_update()
        .filter(forgotten_at=None, created_at__lt=day_start(since))
        .exclude(pk__in=Membership.objects.exclude(ended).values("person"))
    )
    for table in (Authenticator, EmailAddress, UserSession):
        table.objects.filter(user__in=gone).delete()
    for person in gone:
        person.first_name = person.last_name = person.title = person.phone = ""
        person.email, person.is_active, person.last_login = f"{person.pk}@forgotten.invalid", False, None
        person.forgotten_at = at
        person.set_unusable_password()
        person.save()
    return len(gone)


# ---- people ------------------------------------------------------------------------------------------------------------------
@use_case
def add_person(
    email: str,
    password: str | None,
    *,
    first_name: str = "",
    last_name: str = "",
    title: str = "",
    language: str = "fr",
    roles: Mapping[int, Iterable[Role]] | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """A person made without an invitation, with roles by organisation id: the command line and the demonstration only. `password` None: none yet.

    Raises Refusal `not_allowed`, `invalid_email`, `weak_password`, `email_taken`, `role_not_here`.
    """
    if not by.is_system:
        raise Refusal("not_allowed")
    person = _new_person(email, password, first_name=first_name, last_name=last_name, title=title, language=language)
    record(Kind.PERSON_ADDED, by=by, at=at, person_id=person.pk)
    for organisation_id, held in (roles or {}).items():
        organisation = _managed_organisation(by, organisation_id)
        for role in held:
            if role not in roles_of(organisation.kind):
                raise Refusal("role_not_here", role=role.value, kind=organisation.kind)
            _grant(person.pk, organisation_id, role, starts_on=paris_day(at), ends_on=None, unit_id=None, by=by, at=at)
    return person


_LENGTHS = {"first_name": 80, "last_name": 80, "title": 120, "phone": 32, "language": 2}


def _new_person(email: str, password: str | None, **fields: Any) -> Person:
    email = _valid_email(email)
    fields = {name: clean_line(value, _LENGTHS[name]) for name, value in fields.items()}
    if password is not None:
        _strong(password, Person(email=email, **fields))
    if Person.objects.filter(email__iexact=email).exists():
        raise Refusal("email_taken")
    try:
        with transaction.atomic():
            return Person.objects.create_user(email, password, **fields)
    except IntegrityError as error:
        raise Refusal("email_taken") from error


def _valid_email(text: str) -> str:
    email = clean_email(text)
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refusal("invalid_email") from error
    if len(email) > 254:
        raise Refusal("invalid_email")
    return email


def _strong(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refusal("weak_password", sentences=tuple(error.messages)) from error


@use_case
def update_profile(
    *, first_name: str, last_name: str, title: str, phone: str, language: str, by: Actor, at: datetime
) -> Person:
    """One's own name, function, telephone and language. The address stays: it is who one is to the throttle and the mail."""
    person = Person.objects.select_for_update().filter(pk=by.person_id).first() if by.person_id else None
    if person is None:
        raise Refusal("not_allowed")
    person.first_name, person.last_name = clean_line(first_name, 80), clean_line(last_name, 80)
    person.title, person.phone = clean_line(title, 120), clean_line(phone, 32)
    person.language = language if language in dict(settings.LANGUAGES) else person.language
    person.save(update_fields=["first_name", "last_name", "title", "phone", "language"])
    return person


@use_case
def deactivate_person(person_id: int, *, by: Actor, at: datetime) -> None:
    """Nobody signs in with this account any more, in any organisation: for the command line, since a person may work for several."""
    _set_active(person_id, False, by=by, at=at)


@use_case
def reactivate_person(person_id: int, *, by: Actor, at: datetime) -> None:
    _set_active(person_id, True, by=by, at=at)


def _set_active(person_id: int, active: bool, *, by: Actor, at: datetime) -> None:
    if not by.is_system:
        raise Refusal("not_allowed")
    if not Person.objects.filter(pk=person_id).update(is_active=active):
        raise Refusal("not_found")
    record(Kind.PERSON_REACTIVATED if active else Kind.PERSON_DEACTIVATED, by=by, at=at, person_id=person_id)


@use_case
def reset_second_factor(person_id: int, organisation_id: int, *, by: Actor, at: datetime) -> None:
    """For a colleague who lost telephone and recovery codes: both are forgotten, the next sign-in (with the password) enrols anew; open sessions end.

    Never for oneself: that would make the second factor worth no more than an open session. Raises `not_allowed`, `not_found`, `oneself`.
    """
    from allauth.mfa.models import Authenticator
    from allauth.usersessions.models import UserSession

    _managed_organisation(by, organisation_id)
    if by.person_id == person_id:
        raise Refusal("oneself")
    if (
        not Membership.objects.current(paris_day(at))
        .filter(person_id=person_id, organisation_id=organisation_id)
        .exists()
    ):
        raise Refusal("not_found")
    Authenticator.objects.filter(user_id=person_id).delete()
    for session in UserSession.objects.filter(user_id=person_id):
        session.end()
    record(Kind.SECOND_FACTOR_RESET, by=by, at=at, person_id=person_id)
    messages.notify(person_id, "accounts/mail/second_factor_reset", at=at, by_id=by.person_id)


# ---- invitations --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Invited:
    invitation: Invitation
    token: str  # shown nowhere but in the e-mail


def _digest(raw: str) -> bytes:
    """A token holds 256 random bits: a plain digest cannot be searched back."""
    return hashlib.sha256(raw.encode()).digest()


@use_case
def invite(
    organisation_id: int,
    email: str,
    role: Role | str,
    *,
    first_name: str = "",
    last_name: str = "",
    by: Actor,
    at: datetime,
) -> Invited:
    """Invite somebody to take a role; the e-mail with the link is queued. An earlier open invitation to the same role and address is revoked.

    Raises Refusal `not_allowed`, `not_found`, `role_not_here`, `invalid_email`, `oneself`, `role_already_held`, `missing:ends_on` (a role for a limited
    time is granted with its dates to somebody who is already here).
    """
    from mediane.ground.accounts import tasks

    role = _role(role)
    organisation = _managed_organisation(by, organisation_id, role)
    if role in ENDING_ROLES:
        raise Refusal("missing:ends_on", role=role.value)
    email = _valid_email(email)
    if by.person_id is not None and Person.objects.filter(pk=by.person_id, email__iexact=email).exists():
        raise Refusal("oneself")
    held = Membership.objects.current(paris_day(at)).filter(
        person__email__iexact=email, organisation=organisation, role=role.value
    )
    if held.exists():
        raise Refusal("role_already_held", role=role.value)
    pending = Invitation.objects.filter(
        organisation=organisation, email=email, role=role.value, accepted_at__isnull=True, revoked_at__isnull=True
    )
    pending.update(revoked_at=at)
    token = _invitation_token(organisation.pk, email, role.value, at, keyring.newest())
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        first_name=clean_line(first_name, 80),
        last_name=clean_line(last_name, 80),
        role=role.value,
        token_digest=_digest(token),
        invited_by_id=by.person_id,
        invited_at=at,
        expires_at=at + timedelta(days=settings.MEDIANE_ACCOUNTS["invitation_days"]),
    )
    record(
        Kind.INVITED,
        by=by,
        at=at,
        organisation_id=organisation.pk,
        subject=email,
        role=role.value,
        invitation=invitation.pk,
    )
    defer(tasks.send_invitation, invitation_id=invitation.pk)
    return Invited(invitation, token)


def _invitation_token(organisation_id: int, email: str, role: str, at: datetime, ring_id: int) -> str:
    seal = keyring.mac("invitation", f"{organisation_id} {email} {role} {at.astimezone(UTC).isoformat()}", ring_id)
    return base64.urlsafe_b64encode(seal).decode().rstrip("=")


def token_of(invitation: Invitation) -> str:
    """The token of the link, made again for the mail: it is kept nowhere. LookupError when its key has left the ring."""
    for ring_id in settings.MEDIANE_KEYS:
        token = _invitation_token(
            invitation.organisation_id, invitation.email, invitation.role, invitation.invited_at, ring_id
        )
        if _digest(token) == bytes(invitation.token_digest):
            return token
    raise LookupError(f"the key of invitation {invitation.pk} is gone")


def _role(role: Role | str) -> Role:
    try:
        found = Role(role)
    except ValueError as error:
        raise Refusal("unknown_role") from error
    if found not in DEFINITIONS:
        raise Refusal("unknown_role", role=found.value)
    return found


@use_case
def open_invitation(token: str, *, at: datetime) -> Invitation | None:
    """The invitation that this link opens, or None: unknown, used, revoked and expired are one answer."""
    invitation = Invitation.objects.select_related("organisation").filter(token_digest=_digest(token)).first()
    return invitation if invitation is not None and invitation.is_open(at) and invitation.organisation.active else None


@use_case
def accept_invitation(
    token: str,
    *,
    password: str | None = None,
    first_name: str = "",
    last_name: str = "",
    phone: str = "",
    language: str = "fr",
    by: Actor,
    at: datetime,
) -> Person:
    """Take the role. A new person chooses a password here; who has an account already must be signed in with it (`by.person_id`), and nobody else may.

    Raises Refusal `not_found` (unknown, used, revoked, expired), `sign_in_first`, `other_email`, `weak_password`, `missing:password`.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(token_digest=_digest(token))
        .first()
    )
    if invitation is None or not invitation.is_open(at) or not invitation.organisation.active:
        raise Refusal("not_found")
    person = Person.objects.filter(email__iexact=invitation.email).first()
    if by.person_id is not None and (person is None or by.person_id != person.pk):
        raise Refusal("other_email")
    if person is not None and by.person_id is None:
        raise Refusal("sign_in_first")
    if person is None:
        if not password:
            raise Refusal("missing:password")
        person = _new_person(
            invitation.email, password, first_name=first_name, last_name=last_name, phone=phone, language=language
        )
        by = Actor.staff(person.pk, invitation.organisation_id, frozenset(), name=person.full_name, door=by.door)
    if not person.is_active:
        raise Refusal("not_found")
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    role, organisation_id = Role(invitation.role), invitation.organisation_id
    record(
        Kind.INVITATION_ACCEPTED,
        by=by,
        at=at,
        organisation_id=organisation_id,
        person_id=person.pk,
        role=role.value,
        invitation=invitation.pk,
    )
    if (
        not Membership.objects.current(paris_day(at))
        .filter(person=person, organisation_id=organisation_id, role=role.value)
        .exists()
    ):
        _grant(
            person.pk,
            organisation_id,
            role,
            starts_on=paris_day(at),
            ends_on=None,
            unit_id=None,
            by=by,
            at=at,
            granted_by=invitation.invited_by_id,
        )
    return person


@use_case
def revoke_invitation(invitation_id: int, *, by: Actor, at: datetime) -> None:
    """Raises Refusal `not_allowed`, `not_found`, `too_late` (accepted or revoked already)."""
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if invitation is None:
        raise Refusal("not_found")
    _managed_organisation(by, invitation.organisation_id, Role(invitation.role))
    if invitation.accepted_at or invitation.revoked_at:
        raise Refusal("too_late")
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    record(
        Kind.INVITATION_REVOKED,
        by=by,
        at=at,
        organisation_id=invitation.organisation_id,
        subject=invitation.email,
        role=invitation.role,
        invitation=invitation.pk,
    )


# ---- roles --------------------------------------------------------------------------------------------------------------------
@use_case
def grant_role(
    person_id: int,
    organisation_id: int,
    role: Role | str,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    unit_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Membership:
    """A further role, from a day (today) to a day included (none), for somebody who holds or held one here; anybody else is invited.

    Nobody gives a role to themselves: an administrator, who reads no case, would be a mediator in one click.
    Raises Refusal `not_allowed`, `not_found`, `oneself`, `role_not_here`, `role_already_held`, `too_early` (a start in the past), `ends_before_start`,
    `missing:ends_on` (a role for a limited time).
    """
    role, today = _role(role), paris_day(at)
    starts_on = starts_on or today
    _managed_organisation(by, organisation_id, role)
    if (
        not by.is_system
        and not Membership.objects.filter(person_id=person_id, organisation_id=organisation_id).exists()
    ):
        raise Refusal("not_found")
    if by.person_id == person_id and not by.is_system:
        raise Refusal("oneself")
    if role in ENDING_ROLES and ends_on is None:
        raise Refusal("missing:ends_on", role=role.value)
    if starts_on < today and not by.is_system:
        raise Refusal("too_early", starts_on=starts_on)
    if unit_id is not None and not Unit.objects.filter(pk=unit_id, organisation_id=organisation_id).exists():
        raise Refusal("not_found")
    return _grant(person_id, organisation_id, role, starts_on=starts_on, ends_on=ends_on, unit_id=unit_id, by=by, at=at)


def _grant(
    person_id: int,
    organisation_id: int,
    role: Role,
    *,
    starts_on: date,
    ends_on: date | None,
    unit_id: int | None,
    by: Actor,
    at: datetime,
    granted_by: int | None = None,
) -> Membership:
    if ends_on is not None and ends_on < starts_on:
        raise Refusal("ends_before_start")
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                person_id=person_id,
                organisation_id=organisation_id,
                unit_id=unit_id,
                role=role.value,
                starts_on=starts_on,
                ends_on=ends_on,
                granted_by_id=granted_by or by.person_id,
            )
    except IntegrityError as error:
        if "membership_role_once_at_a_time" not in str(error):
            raise
        raise Refusal("role_already_held", role=role.value) from error
    record(
        Kind.ROLE_GRANTED,
        by=by,
        at=at,
        organisation_id=organisation_id,
        person_id=person_id,
        role=role.value,
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat() if ends_on else None,
    )
    return membership


@use_case
def end_role(membership_id: int, *, ends_on: date | None = None, by: Actor, at: datetime) -> Membership:
    """End a role at once (`ends_on` None) or after a last day, today or later. The organisation keeps somebody who manages people.

    Raises Refusal `not_allowed`, `not_found`, `too_late` (over already), `too_early` (a last day in the past), `last_manager`.
    """
    today = paris_day(at)
    membership = Membership.objects.select_for_update(of=("self",)).filter(pk=membership_id).first()
    if membership is None:
        raise Refusal("not_found")
    _managed_organisation(by, membership.organisation_id, Role(membership.role))
    if membership.cancelled_at or (membership.ends_on is not None and membership.ends_on < today):
        raise Refusal("too_late")
    if ends_on is not None and (ends_on < today or ends_on < membership.starts_on):
        raise Refusal("too_early", ends_on=ends_on)
    if Role(membership.role) in MANAGING_ROLES:
        _keep_a_manager(membership, after=ends_on + timedelta(days=1) if ends_on else today)
    if ends_on is not None:
        membership.ends_on = ends_on
    elif membership.starts_on < today:
        membership.ends_on = today - timedelta(days=1)
    else:
        membership.cancelled_at = at  # it had not lasted a day, or had not begun
    membership.save(update_fields=["ends_on", "cancelled_at"])
    record(
        Kind.ROLE_ENDED,
        by=by,
        at=at,
        organisation_id=membership.organisation_id,
        person_id=membership.person_id,
        role=membership.role,
        ends_on=ends_on.isoformat() if ends_on else None,
    )
    return membership


def _keep_a_manager(leaving: Membership, *, after: date) -> None:
    """Somebody must manage people on the first day without this role, with no end set: else the organisation locks itself out."""
    staying = (
        Membership.objects.current(after)
        .exclude(pk=leaving.pk)
        .filter(
            organisation_id=leaving.organisation_id,
            role__in=[role.value for role in MANAGING_ROLES],
            ends_on__isnull=True,
            person__is_active=True,
        )
    )
    if not staying.exists():
        raise Refusal("last_manager")


# ---- machines -----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NewToken:
    token: Token
    raw: str  # shown once


@use_case
def create_token(
    organisation_id: int,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> NewToken:
    """A machine's key: `mdn_` + 8 characters that lists show + `_` + 256 random bits. Only the digest is kept.

    Raises Refusal `not_allowed`, `not_found`, `missing:name`, `missing:scopes`, `unknown_scope`, `too_late` (an expiry in the past).
    """
    _managed_organisation(by, organisation_id)
    name, wanted = clean_line(name, 80), sorted(set(scopes))
    if not name:
        raise Refusal("missing:name")
    if not wanted:
        raise Refusal("missing:scopes")
    if unknown := [scope for scope in wanted if scope not in _token_scopes]:
        raise Refusal("unknown_scope", scopes=tuple(unknown))
    if expires_at is not None and expires_at <= at:
        raise Refusal("too_late")
    prefix = secrets.token_hex(4)
    raw = f"mdn_{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        organisation_id=organisation_id,
        name=name,
        digest=_digest(raw),
        prefix=prefix,
        scopes=wanted,
        created_by_id=by.person_id,
        created_at=at,
        expires_at=expires_at,
    )
    record(
        Kind.TOKEN_CREATED,
        by=by,
        at=at,
        organisation_id=organisation_id,
        subject=name,
        token=token.pk,
        prefix=prefix,
        scopes=wanted,
    )
    return NewToken(token, raw)


@use_case
def revoke_token(token_id: int, *, by: Actor, at: datetime) -> None:
    """Raises Refusal `not_allowed`, `not_found`, `too_late` (revoked already)."""
    token = Token.objects.select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None:
        raise Refusal("not_found")
    _managed_organisation(by, token.organisation_id)
    if token.revoked_at:
        raise Refusal("too_late")
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(
        Kind.TOKEN_REVOKED,
        by=by,
        at=at,
        organisation_id=token.organisation_id,
        subject=token.name,
        token=token.pk,
        prefix=token.prefix,
    )


@use_case
def authenticate_token(raw: str, *, at: datetime) -> Actor:
    """The machine that holds this token, with `token_scopes`. Raises Refusal `not_found` for anything else: unknown, revoked, expired are one answer."""
    found = Q(digest=_digest(raw), revoked_at__isnull=True, organisation__active=True)
    token = Token.objects.filter(found).first() if raw.startswith("mdn_") and len(raw) < 100 else None
    if token is None or not token.is_open(at):
        raise Refusal("not_found")
    today = paris_day(at)
    if (
        token.last_used_on is None or token.last_used_on < today
    ):  # once a day: a column written at each call would be the API's slowest part
        Token.objects.filter(pk=token.pk).update(last_used_on=today)
    return Actor.machine(token.organisation_id, name=token.name, token_scopes=frozenset(token.scopes))


REFUSALS: dict[str, Any] = {
    "not_allowed": _("Votre rôle ne permet pas cette action."),
    "role_not_here": _("Ce rôle n’existe pas dans cet organisme."),
    "unknown_role": _("Ce rôle n’existe pas."),
    "role_already_held": _("Cette personne tient déjà ce rôle à ces dates."),
    "invalid_email": _("Cette adresse électronique n’est pas valable."),
    "email_taken": _("Un compte existe déjà avec cette adresse."),
    "last_manager": _(
        "Il doit rester au moins une personne qui gère les comptes, sans date de fin. Attribuez d’abord ce rôle à quelqu’un d’autre."
    ),
    "oneself": _("Demandez à une autre personne qui gère les comptes."),
    "ends_before_start": _("Le dernier jour vient avant le premier."),
    "too_early": _("Cette date est déjà passée."),
    "too_late": _("C’est déjà fait."),
    "missing:ends_on": _("Ce rôle est donné pour un temps limité : indiquez le dernier jour."),
    "missing:name": _("Donnez un nom à ce jeton, par exemple celui de l’application."),
    "missing:scopes": _("Choisissez au moins une portée."),
    "unknown_scope": _("Une de ces portées n’existe pas."),
    "weak_password": _("Ce mot de passe est trop faible."),
    "missing:password": _("Choisissez un mot de passe."),
    "sign_in_first": _("Vous avez déjà un compte : connectez-vous d’abord."),
    "other_email": _("Cette invitation est adressée à une autre personne."),
}
"""Words of this room's refusals, for its pages."""
