"""A token calls so often and no more; tries without a token are counted by address; a token's calls are its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from mediane.ground.accounts.services import create_token
from mediane.ground.accounts.tests.factories import Browser
from mediane.mediation.referrals.tests.factories import World, world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 10, tzinfo=ZoneInfo("Europe/Paris"))
LIST = "/api/v1/referrals"


@pytest.fixture(autouse=True)
def clock(settings):
    settings.MEDIANE_RATES = {"api_token": (3, 60), "api_unknown": (2, 60), "draft": (2, 3600)}
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def token(w: World) -> str:
    return create_token(w.body.pk, "essai", ["referrals:read"], by=w.administrator, at=NOW).raw


def call(bearer: str, address: str = "192.0.2.1") -> Any:
    return Browser(REMOTE_ADDR=address).get(LIST, HTTP_AUTHORIZATION=f"Bearer {bearer}")


def test_a_token_calls_so_often_and_is_told_when_to_come_back(clock):
    w = world()
    mine, other = token(w), token(world())
    assert [call(mine).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = call(mine, "198.51.100.7")  # from anywhere
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Retry-After"] == "60"
    assert refused.json() == {
        "type": "urn:mediane:problem:too_many_requests",
        "title": "Too many requests",
        "status": 429,
        "code": "too_many_requests",
        "retry_after": 60,
    }
    assert call(other).status_code == 200
    clock.move_to(NOW + timedelta(seconds=60))
    assert call(mine).status_code == 200


def test_unknown_tokens_are_counted_by_address_and_cost_the_known_ones_nothing():
    mine = token(world())
    assert [call("mdn_inconnu").status_code for _ in range(3)] == [401, 401, 429]
    assert call("mdn_autre", "198.51.100.7").status_code == 401
    assert call(mine).status_code == 200
