"""The account journal hears what allauth does: each sign-in, each failure, each change of password or second factor."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from mediane.ground.accounts.actor import Actor, Door, Scope
from mediane.ground.accounts.current import client_ip, forget_other_identities
from mediane.ground.accounts.middleware import BEGAN, SEEN
from mediane.ground.accounts.models import AccountEventKind as Kind
from mediane.ground.accounts.models import Person
from mediane.ground.accounts.services import record
from mediane.ground.database.scope import as_system
from mediane.kernel.moments import utc_now
from mediane.kernel.typed import clean_email


def _note(
    kind: Kind, request: HttpRequest | None, person_id: int | None, *, by: int | None = None, **facts: Any
) -> None:
    actor = Actor(Scope.NONE, Door.WEB, person_id=by)
    with as_system():
        record(kind, by=actor, at=utc_now(), person_id=person_id, ip=client_ip(request) if request else None, **facts)


def sign_in_failed(request: HttpRequest, email: str) -> None:
    """The person when there is one; what was typed is not kept: a password typed in the wrong field would be."""
    person = Person.objects.filter(email=clean_email(email)).first() if email else None
    _note(Kind.SIGN_IN_FAILED, request, person.pk if person else None, factor="password")


def sessions_ended(person_id: int, count: int) -> None:
    _note(Kind.SESSIONS_ENDED, context.request, person_id, by=person_id, count=count)


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    now = int(utc_now().timestamp())
    request.session[BEGAN] = request.session[SEEN] = now
    forget_other_identities(request)
    _note(Kind.SIGNED_IN, request, user.pk, by=user.pk)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: Person | None, **kwargs: Any) -> None:
    if user is not None:
        _note(Kind.SIGNED_OUT, request, user.pk, by=user.pk)


@receiver(account.password_changed)
def _password_changed(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    _note(Kind.PASSWORD_CHANGED, request, user.pk, by=user.pk)


@receiver(account.password_reset)
def _password_reset(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    _note(Kind.PASSWORD_RESET, request, user.pk, by=user.pk)


@receiver(mfa.authenticator_added)
def _factor_added(request: HttpRequest, user: Person, authenticator: Authenticator, **kwargs: Any) -> None:
    _note(_made(authenticator, Kind.SECOND_FACTOR_ADDED), request, user.pk, by=user.pk)


@receiver(mfa.authenticator_reset)
def _factor_reset(request: HttpRequest, user: Person, authenticator: Authenticator, **kwargs: Any) -> None:
    _note(_made(authenticator, Kind.SECOND_FACTOR_ADDED), request, user.pk, by=user.pk)


def _made(authenticator: Authenticator, kind: Kind) -> Kind:
    return Kind.RECOVERY_CODES_MADE if authenticator.type == Authenticator.Type.RECOVERY_CODES else kind


@receiver(mfa.authenticator_removed)
def _factor_removed(request: HttpRequest, user: Person, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        _note(Kind.SECOND_FACTOR_REMOVED, request, user.pk, by=user.pk)


@receiver(mfa.authenticator_used)
def _factor_used(request: HttpRequest, user: Person, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        fresh = Authenticator.objects.get(
            pk=authenticator.pk
        )  # the one at hand was read before the code was crossed out
        _note(Kind.RECOVERY_CODE_USED, request, user.pk, by=user.pk, left=len(fresh.wrap().get_unused_codes()))


@receiver(mfa.authentication_failed)
def _factor_failed(request: HttpRequest, user: Person, authenticator: Authenticator, **kwargs: Any) -> None:
    _note(Kind.SIGN_IN_FAILED, request, user.pk, factor="second")
