"""Links and codes: who gets them, what they open, how often one may be wrong, when they end."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from mediane.ground.access import services
from mediane.ground.access.events import AccessRequested, CaseOpened
from mediane.ground.access.models import AccessAttempt, CaseKey
from mediane.ground.access.rules import ACCESS_LINK_DAYS
from mediane.ground.access.services import open_with_code, open_with_link
from mediane.ground.access.tasks import forget_old_attempts
from mediane.ground.access.tests.factories import NUMBER, install
from mediane.ground.accounts.actor import Actor, Door, Scope
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import AT, body, outside_transactions, staff_actor
from mediane.ground.database.scope import acting
from mediane.ground.jobs import run_waiting
from mediane.kernel.events import isolated
from mediane.kernel.moments import day_start
from mediane.kernel.periods import Period
from mediane.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
BY = Actor.system(Door.JOB)
IP = "192.0.2.10"


@pytest.fixture
def numbers(monkeypatch):
    with outside_transactions():
        yield install(monkeypatch)


@pytest.fixture
def case(numbers):
    return numbers.case()


def with_code(number, code, *, at=AT, ip=IP, **more):
    return open_with_code(number, code, at=at, ip=ip, **more)


# ---- links -------------------------------------------------------------------------------------------------------------
def test_a_link_opens_its_case_and_no_other(case, numbers):
    other = numbers.case("2026-04818")
    token = services.issue_link(case.pk, holder_name="Paul Ferrand", by=BY, at=AT)
    opened = open_with_link(token, at=AT, ip=IP)
    assert (
        opened.actor.scope,
        opened.actor.case_id,
        opened.actor.organisation_id,
        opened.actor.name,
        opened.actor.door,
    ) == (
        Scope.REQUESTER,
        case.pk,
        case.organisation_id,
        "Paul Ferrand",
        Door.LINK,
    )
    assert services.issue_link(other.pk, by=BY, at=AT) != token
    key = CaseKey.objects.get(pk=opened.key_id)
    assert (key.uses, key.last_used_at) == (1, AT)


def test_a_link_has_130_bits_in_letters_that_survive_print(case):
    token = services.issue_link(case.pk, by=BY, at=AT)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", token)
    assert open_with_link(token.lower(), at=AT, ip=IP)
    assert open_with_link(f"{token[:5]}-{token[5:10]} {token[10:]}", at=AT, ip=IP)
    assert open_with_link(token.replace("0", "o").replace("1", "l"), at=AT, ip=IP)


def test_every_letter_carries_the_same_link_and_none_is_kept(case):
    token = services.issue_link(case.pk, by=BY, at=AT)
    assert services.issue_link(case.pk, by=BY, at=AT + timedelta(days=30)) == token
    row = CaseKey.objects.get()
    assert token not in repr([getattr(row, field.name) for field in row._meta.fields])
    assert services.link_url(token).endswith(f"/s/{token}")


def test_consumer_and_representative_have_each_their_link(case):
    mine = services.issue_link(case.pk, holder_name="Paul Ferrand", by=BY, at=AT)
    theirs = services.issue_link(case.pk, holder_name="UFC Lac", by=BY, at=AT)
    assert mine != theirs
    assert open_with_link(theirs, at=AT, ip=IP).actor.name == "UFC Lac"


@pytest.mark.parametrize("spoil", ["replaced", "revoked", "expired", "altered", "a code", "empty", "huge", "strange"])
def test_any_other_link_is_unknown(case, spoil):
    token, at = services.issue_link(case.pk, by=BY, at=AT), AT
    if spoil == "replaced":
        services.replace_link(case.pk, by=BY, at=AT)
    elif spoil == "revoked":
        assert services.revoke_keys(case.pk, by=BY, at=AT) == 1
    elif spoil == "expired":
        at = services.expire_after(case.pk, ended_on=date(2026, 11, 23), lasting=365, by=BY, at=AT)
    elif spoil == "altered":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif spoil == "a code":
        token = services.issue_code(case.pk, by=BY, at=AT)
    else:
        token = {"empty": "", "huge": "A" * 10_000, "strange": "\x00é'\"<%"}[spoil]
    with pytest.raises(Refusal, match="not_found"):
        open_with_link(token, at=at, ip=IP)


def test_when_its_ring_key_is_gone_a_new_link_is_made(case, settings):
    token = services.issue_link(case.pk, by=BY, at=AT)
    settings.MEDIANE_KEYS = {2: bytes(range(1, 33))}
    fresh = services.issue_link(case.pk, by=BY, at=AT)
    assert fresh != token
    assert open_with_link(fresh, at=AT, ip=IP)


def test_a_ring_that_grows_keeps_links_and_codes(case, settings):
    token, code = services.issue_link(case.pk, by=BY, at=AT), services.issue_code(case.pk, by=BY, at=AT)
    settings.MEDIANE_KEYS = {**settings.MEDIANE_KEYS, 2: bytes(range(1, 33))}
    assert services.issue_link(case.pk, by=BY, at=AT) == token
    assert open_with_link(token, at=AT, ip=IP)
    assert with_code(NUMBER, code)


# ---- codes -------------------------------------------------------------------------------------------------------------
def test_number_and_code_open_the_case(case):
    code = services.issue_code(case.pk, holder_name="Paul Ferrand", by=BY, at=AT)
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code)
    opened = with_code(f" {NUMBER.lower()} ", code.replace(" ", "-"))
    assert (opened.actor.case_id, opened.actor.door, opened.actor.name) == (case.pk, Door.CODE, "Paul Ferrand")


def test_a_code_is_kept_as_a_keyed_digest_and_replaced_when_lost(case, settings):
    first = services.issue_code(case.pk, by=BY, at=AT)
    row = CaseKey.objects.get()
    assert first.replace(" ", "") not in repr([getattr(row, field.name) for field in row._meta.fields])
    second = services.replace_code(case.pk, by=BY, at=AT)
    with pytest.raises(Refusal, match="not_found"):
        with_code(NUMBER, first)
    assert with_code(NUMBER, second)
    settings.MEDIANE_KEYS = {1: bytes(32)}  # without the ring, the database alone verifies nothing
    with pytest.raises(Refusal, match="not_found"):
        with_code(NUMBER, second)


def test_a_code_opens_only_the_case_of_its_number(case, numbers):
    other = numbers.case("2026-04818")
    code = services.issue_code(case.pk, by=BY, at=AT)
    services.issue_code(other.pk, by=BY, at=AT)
    with pytest.raises(Refusal, match="not_found"):
        with_code("2026-04818", code)


def test_the_same_number_in_two_bodies_is_told_apart_by_the_code(case, numbers):
    other = numbers.case(NUMBER)
    code = services.issue_code(other.pk, by=BY, at=AT)
    services.issue_code(case.pk, by=BY, at=AT)
    assert with_code(NUMBER, code).actor.case_id == other.pk
    with pytest.raises(Refusal, match="not_found"):
        with_code(NUMBER, code, organisation_id=case.organisation_id)


def test_the_number_reaches_the_rooms_as_printed(case, numbers):
    with pytest.raises(Refusal):
        with_code("  2026 - 04817\u00a0", "0" * 16)
    assert {number for _, number in numbers.asked} == {"2026-04817"}


# ---- one answer for all that is wrong -------------------------------------------------------------------------------
def refused_with(number, code, at=AT, ip=IP) -> tuple[str, dict, int]:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked, pytest.raises(Refusal) as refusal:
        with_code(number, code, at=at, ip=ip)
    return refusal.value.code, refusal.value.facts, len(asked)


def test_unknown_number_wrong_code_and_case_without_code_are_one_answer(case, numbers):
    numbers.case("2026-00001")
    services.issue_code(case.pk, by=BY, at=AT)
    answers = [refused_with(number, "1234 5678 9012 3456") for number in (NUMBER, "2026-99999", "2026-00001", "'; --")]
    assert all(answer == answers[0] for answer in answers), answers
    assert answers[0][0] == "not_found"
    assert answers[0][1] == {}


# ---- limits ------------------------------------------------------------------------------------------------------------
def fail(times, number=NUMBER, at=AT, ip=IP):
    for n in range(times):
        with pytest.raises(Refusal, match="not_found"):
            with_code(number, "0000 0000 0000 0000", at=at, ip=ip if isinstance(ip, str) else ip(n))


def elsewhere(n):
    return f"198.51.100.{n}"


@pytest.mark.parametrize("number", [NUMBER, "2026-99999"], ids=["known", "unknown"])
def test_after_five_wrong_codes_the_number_waits_and_the_wait_doubles(case, number):
    code = services.issue_code(case.pk, by=BY, at=AT)
    at = AT
    fail(5, number, ip=elsewhere)
    for seconds in (60, 120, 240, 480):
        for moment in (at, at + timedelta(seconds=seconds - 1)):
            with pytest.raises(Refusal, match="too_many_attempts") as refusal:
                with_code(number, code, at=moment, ip="203.0.113.1")
            assert refusal.value.facts["until"] == at + timedelta(seconds=seconds)
        at += timedelta(seconds=seconds)
        fail(1, number, at=at, ip="203.0.113.1")


def test_the_wait_is_a_day_at_most(case):
    at = AT
    fail(4, ip=elsewhere)
    for n in range(5, 40):
        fail(1, at=at, ip=elsewhere(n))
        until = AccessAttempt.objects.get(kind="number").locked_until
        assert until - at <= timedelta(days=1)
        if n >= 16:
            assert until - at == timedelta(days=1)
            break
        at = until


def test_the_right_code_forgets_the_slips_of_the_finger(case):
    code = services.issue_code(case.pk, by=BY, at=AT)
    for _ in range(3):
        fail(4)
        assert with_code(NUMBER, code, ip="203.0.113.7")


def test_old_tries_are_forgotten_after_an_hour(case):
    fail(4)
    fail(4, at=AT + timedelta(hours=1, seconds=1), ip="203.0.113.8")
    assert AccessAttempt.objects.get(kind="number").locked_until is None


def test_one_place_cannot_try_many_numbers(case):
    for n in range(20):
        fail(1, number=f"2026-1{n:04}")
    with pytest.raises(Refusal, match="too_many_attempts"):
        with_code("2026-77777", "0" * 16)
    with pytest.raises(Refusal, match="too_many_attempts"):
        open_with_link("A" * 26, at=AT, ip=IP)
    fail(1, number="2026-77777", ip="203.0.113.9")  # another place is not held back


def test_a_case_of_ones_own_does_not_pay_for_guessing_others(case):
    code = services.issue_code(case.pk, by=BY, at=AT)
    for n in range(19):
        fail(1, number=f"2026-1{n:04}")
        assert with_code(NUMBER, code)
    fail(1, number="2026-88888")
    with pytest.raises(Refusal, match="too_many_attempts"):
        with_code(NUMBER, code)


def test_an_ipv6_subscriber_is_one_place(case):
    for n in range(20):
        fail(1, number=f"2026-1{n:04}", ip=f"2001:db8:1:2::{n + 1:x}")
    with pytest.raises(Refusal, match="too_many_attempts"):
        with_code("2026-77777", "0" * 16, ip="2001:db8:1:2:ffff::1")
    fail(1, number="2026-77777", ip="2001:db8:1:3::1")


def test_wrong_links_are_counted_by_place(case):
    for _ in range(20):
        with pytest.raises(Refusal, match="not_found"):
            open_with_link("0" * 26, at=AT, ip=IP)
    token = services.issue_link(case.pk, by=BY, at=AT)
    with pytest.raises(Refusal, match="too_many_attempts"):
        open_with_link(token, at=AT, ip=IP)
    assert open_with_link(token, at=AT, ip="203.0.113.9")


def test_the_counters_name_nobody(case):
    fail(1)
    rows = [(row.kind, bytes(row.subject)) for row in AccessAttempt.objects.all()]
    assert {kind for kind, _ in rows} == {"number", "address"}
    assert all(len(subject) == 32 and b"2026" not in subject and b"192" not in subject for _, subject in rows)


def test_counters_nobody_needs_are_removed(case):
    fail(1)
    AccessAttempt.objects.filter(kind="number").update(last_at=AT - timedelta(days=400))
    AccessAttempt.objects.filter(kind="address").update(last_at=AT + timedelta(days=400))
    forget_old_attempts()
    assert [row.kind for row in AccessAttempt.objects.all()] == ["address"]


def test_a_door_inside_a_transaction_is_a_mistake(case):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        with_code(NUMBER, "0" * 16)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        open_with_link("A" * 26, at=AT, ip=IP)


# ---- by telephone ------------------------------------------------------------------------------------------------------
def test_an_officer_checks_a_callers_code(case):
    officer = staff_actor(Role.OFFICER, _of(case))
    code = services.issue_code(case.pk, by=BY, at=AT)
    assert services.verify_code_by_phone(case.pk, code, by=officer, at=AT)
    assert not services.verify_code_by_phone(case.pk, "1111 2222 3333 4444", by=officer, at=AT)
    for _ in range(4):
        services.verify_code_by_phone(case.pk, "0", by=officer, at=AT)
    with pytest.raises(Refusal, match="too_many_attempts"):
        services.verify_code_by_phone(case.pk, code, by=officer, at=AT)


def test_only_who_works_on_cases_of_that_body_checks_a_code(case):
    code = services.issue_code(case.pk, by=BY, at=AT)
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.DIRECTOR):
        with pytest.raises(Refusal, match="not_allowed"):
            services.verify_code_by_phone(case.pk, code, by=staff_actor(role, _of(case)), at=AT)
    with pytest.raises(Refusal, match="not_found"):
        services.verify_code_by_phone(case.pk, code, by=staff_actor(Role.OFFICER, body()), at=AT)


def _of(case):
    return case.organisation


# ---- who gives keys ----------------------------------------------------------------------------------------------------
def test_keys_are_given_by_the_body_the_requester_or_the_system(case, numbers):
    other = numbers.case("2026-04818")
    officer, machine = staff_actor(Role.OFFICER, _of(case)), Actor.machine(case.organisation_id, name="x")
    for by in (
        BY,
        officer,
        machine,
        Actor.requester(case.pk, case.organisation_id),
        Actor.public(case.organisation_id),
    ):
        assert services.issue_link(case.pk, by=by, at=AT)
    strangers = (
        Actor.anonymous(),
        Actor.correspondent(1, case.organisation_id, (1,)),
        staff_actor(Role.ADMINISTRATOR, _of(case)),
        staff_actor(Role.AUDITOR, _of(case)),
        staff_actor(Role.OFFICER, body()),
        Actor.machine(body().pk, name="x"),
        Actor.requester(other.pk, other.organisation_id),
        Actor.public(other.organisation_id),
    )
    for by in strangers:
        for act in (services.issue_link, services.replace_link, services.issue_code, services.revoke_keys):
            with pytest.raises(Refusal, match="not_found"):
                act(case.pk, by=by, at=AT)


# ---- time --------------------------------------------------------------------------------------------------------------
def test_keys_work_until_the_last_day_of_paris_after_the_end(case):
    token, code = services.issue_link(case.pk, by=BY, at=AT), services.issue_code(case.pk, by=BY, at=AT)
    end = services.expire_after(case.pk, ended_on=date(2026, 11, 23), lasting=Period.parse("30d"), by=BY, at=AT)
    assert end == day_start(date(2026, 12, 24))
    last = end - timedelta(seconds=1)
    assert open_with_link(token, at=last, ip=IP)
    assert with_code(NUMBER, code, at=last)
    for act in (lambda: open_with_link(token, at=end, ip=IP), lambda: with_code(NUMBER, code, at=end)):
        with pytest.raises(Refusal, match="not_found"):
            act()
    fresh = services.replace_code(case.pk, by=BY, at=AT)  # a key made after the end ends with the others
    with pytest.raises(Refusal, match="not_found"):
        with_code(NUMBER, fresh, at=end)
    services.reopen(case.pk, by=BY, at=AT)
    assert open_with_link(token, at=end, ip=IP)


def test_the_rule_is_data_with_a_sentence():
    assert ACCESS_LINK_DAYS.parse(ACCESS_LINK_DAYS.default) == Period(6, "m")
    assert ACCESS_LINK_DAYS.mark == "C"


# ---- news and walls ----------------------------------------------------------------------------------------------------
def test_an_opening_is_news(case):
    code = services.issue_code(case.pk, by=BY, at=AT)
    with isolated() as heard:
        with_code(NUMBER, code)
    assert heard == [CaseOpened(case_id=case.pk, organisation_id=case.organisation_id, door="code", at=AT)]


def test_a_lost_link_is_asked_of_the_rooms_by_a_worker(numbers):
    with isolated() as heard:
        services.ask_again(" Paul@Exemple.test ", "2026-04817 ", at=AT, ip=IP)
        assert heard == []
        run_waiting()
    assert heard == [AccessRequested(organisation_id=None, number="2026-04817", email="paul@exemple.test", at=AT)]


def test_lost_links_are_asked_for_a_few_times_an_hour(numbers):
    for n in range(5):
        services.ask_again("paul@exemple.test", "", at=AT, ip=elsewhere(n))
    with pytest.raises(Refusal, match="too_many_attempts"):
        services.ask_again("paul@exemple.test", "", at=AT, ip="203.0.113.1")
    for n in range(5):
        services.ask_again(f"paul{n}@exemple.test", "", at=AT, ip="203.0.113.2")
    with pytest.raises(Refusal, match="too_many_attempts"):
        services.ask_again("autre@exemple.test", "", at=AT, ip="203.0.113.2")


def test_keys_are_seen_by_their_body_alone_and_counters_by_nobody(case):
    services.issue_code(case.pk, by=BY, at=AT)
    fail(1)
    readers = {
        staff_actor(Role.OFFICER, _of(case)): 1,
        staff_actor(Role.OFFICER, body()): 0,
        staff_actor(Role.ADMINISTRATOR, _of(case)): 0,
        Actor.correspondent(1, case.organisation_id, (1,)): 0,
        Actor.requester(case.pk, case.organisation_id): 0,
        Actor.anonymous(): 0,
    }
    for reader, seen in readers.items():
        with acting(reader):
            assert (CaseKey.objects.count(), AccessAttempt.objects.count()) == (seen, 0)


def test_a_case_has_one_open_code(case):
    services.issue_code(case.pk, by=BY, at=AT)
    row = CaseKey.objects.get()
    row.pk, row.digest = None, bytes(32)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_code_is_one_that_a_voice_can_carry(case, monkeypatch):
    drawn = iter([0, 1357, 2468, 9753, 1357, 2469, 9753, 8642])  # « zéro zéro zéro zéro » is drawn again
    monkeypatch.setattr(secrets, "randbelow", lambda _most: next(drawn))
    assert services.issue_code(case.pk, by=BY, at=AT) == "1357 2469 9753 8642"
