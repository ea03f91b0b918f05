"""People, roles and browsers for the tests of any room."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.current import actor_for
from mediane.ground.accounts.middleware import BEGAN, SEEN
from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import Role
from mediane.ground.database.scope import NOTHING, scope
from mediane.ground.organisations.models import Organisation
from mediane.kernel.moments import paris_day, utc_now

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "un chat gris sur le toit"
SECRET = "JBSWY3DPEHPK3PXP"
TOTP_PERIOD = 30  # seconds
_numbers = count(1)


def body(name: str = "") -> Organisation:
    n = next(_numbers)
    return Organisation.objects.create(kind="mediation_body", slug=f"corps-{n}", name=name or f"Médiation {n}")


def firm(name: str = "") -> Organisation:
    n = next(_numbers)
    return Organisation.objects.create(kind="operator", slug=f"entreprise-{n}", name=name or f"Entreprise {n}")


def person(name: str = "Anne Martin", **fields: Any) -> Person:
    """Somebody with a password (`PASSWORD`) and no second factor yet."""
    first, _, last = name.partition(" ")
    email = fields.pop("email", f"personne{next(_numbers)}@exemple.test")
    return Person.objects.create_user(
        email, fields.pop("password", PASSWORD), first_name=first, last_name=last, **fields
    )


def member(
    organisation: Organisation, role: Role, *, of: Person | None = None, since: date | None = None, **fields: Any
) -> Membership:
    """A role held there; without `of`, by somebody new who has a second factor."""
    if of is None:
        of = person(f"{role.value.title()} {organisation.pk}")
        enrol(of)
    return Membership.objects.create(
        person=of, organisation=organisation, role=role.value, starts_on=since or date(2026, 1, 1), **fields
    )


def enrol(of: Person) -> Authenticator:
    """A second factor with the known secret `SECRET`."""
    return TOTP.activate(of, SECRET).instance


def fresh_code(secret: str = SECRET) -> str:
    """What the authenticator application shows. A code lasts thirty seconds and is taken in none but its own: near their end a person waits for the next."""
    left = TOTP_PERIOD - time.time() % TOTP_PERIOD
    if left < 8:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // TOTP_PERIOD))


def staff_actor(role: Role, organisation: Organisation, *, at: datetime = AT) -> Actor:
    """The Actor of somebody new who holds this role there."""
    return actor_for(member(organisation, role).person, organisation.pk, paris_day(at))


class Browser(Client):
    """A browser on the real product: requests begin without any scope, as on a server."""

    def request(self, **request: Any) -> Any:
        with scope(NOTHING), outside_transactions():
            return super().request(**request)


def sign_in(browser: Client, who: Person) -> Client:
    """A session past password and second factor, begun now."""
    browser.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session[BEGAN] = session[SEEN] = int(utc_now().timestamp())
    session.save()
    return browser


def statements(browser: Client, address: str) -> list[str]:
    """What a page asks of the database, read twice so that caches are warm; without what the test room itself adds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        response = browser.get(address)
    assert response.status_code == 200, response.status_code
    own = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "SELECT set_config('app.scope', 'none'")
    return [query["sql"] for query in asked if not query["sql"].startswith(own)]


@contextmanager
def outside_transactions() -> Any:
    """The test's own transaction stands for none: Django's `durable` blocks are allowed in it, as in its TestCase."""
    from django.db import connection

    marked = [block for block in connection.atomic_blocks if not block._from_testcase]
    for block in marked:
        block._from_testcase = True
    try:
        yield
    finally:
        for block in marked:
            block._from_testcase = False
