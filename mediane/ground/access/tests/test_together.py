"""Several workers at the same door: real transactions, several connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from mediane.ground.access import hooks, services
from mediane.ground.access.models import AccessAttempt
from mediane.ground.access.services import open_with_code
from mediane.ground.access.tests.factories import NUMBER, Numbers
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.tests.factories import AT
from mediane.ground.database.scope import as_system
from mediane.kernel.refusals import Refusal


@pytest.fixture
def code(fresh_database, monkeypatch):
    numbers = Numbers()
    monkeypatch.setattr(hooks, "_lookups", {"referral": numbers})
    with as_system():
        case = numbers.case()
        return services.issue_code(case.pk, by=Actor.system(), at=AT)


def attempt(number: str, code: str, ip: str) -> str:
    try:
        open_with_code(number, code, at=AT, ip=ip)
    except Refusal as refusal:
        return refusal.code
    else:
        return "opened"
    finally:
        connection.close()


def test_a_refused_try_stays_counted(code):
    assert attempt(NUMBER, "0" * 16, "192.0.2.1") == "not_found"
    with as_system():
        assert sorted(AccessAttempt.objects.values_list("kind", "failures")) == [("address", 1), ("number", 1)]


@pytest.mark.parametrize("number", [NUMBER, "2026-99999"], ids=["known", "unknown"])
def test_thirty_tries_at_once_are_five_tries(code, number):
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: attempt(number, f"{n:016}", f"192.0.2.{n}"), range(30)))
    assert answers.count("not_found") == 5
    assert answers.count("too_many_attempts") == 25
    assert attempt(NUMBER, code, "203.0.113.1") == ("too_many_attempts" if number == NUMBER else "opened")


def test_the_right_code_opens_for_several_at_once(code):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: attempt(NUMBER, code, f"192.0.2.{n}"), range(8)))
    assert answers == ["opened"] * 8
