"""A signed-in browser of the desk."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.test import Client

from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, enrol, sign_in, statements
from mediane.mediation.referrals.tests.factories import World


def browser(w: World, role: Role) -> Client:
    if not Authenticator.objects.filter(user=w.people[role]).exists():
        enrol(w.people[role])
    return sign_in(Browser(), w.people[role])


def asked(desk: Client, address: str) -> list[str]:
    """The statements of a page, without the one that gives the test its own scope back."""
    return [sql for sql in statements(desk, address) if not sql.startswith("SELECT set_config('app.scope', 'system'")]
