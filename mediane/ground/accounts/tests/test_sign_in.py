"""Signing in: password, second factor, enumeration, throttling, sessions that end."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.urls import reverse

from mediane.ground.accounts.middleware import WITHOUT_SECOND_FACTOR
from mediane.ground.accounts.models import AccountEvent
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tasks import forget_ended_sessions
from mediane.ground.accounts.tests.factories import (
    AT,
    PASSWORD,
    Browser,
    body,
    enrol,
    fresh_code,
    member,
    person,
    sign_in,
)
from mediane.ground.jobs import run_waiting

pytestmark = pytest.mark.django_db
LOGIN = "/compte/connexion/"


def password_step(browser, email, password=PASSWORD, **more):
    return browser.post(LOGIN, {"login": email, "password": password}, **more)


def text_of(response) -> str:
    return response.content.decode()


# ---- the way in ----------------------------------------------------------------------------------------------------------
def test_password_then_second_factor_then_home(browser):
    who = member(body(), Role.OFFICER).person
    first = password_step(browser, who.email)
    assert first.url == reverse("mfa_authenticate")
    assert browser.get("/compte/profil/").status_code == 302  # the password alone opens nothing
    second = browser.post(first.url, {"code": fresh_code()})
    assert second.url == reverse("accounts:home")
    assert browser.get("/compte/profil/").status_code == 200
    assert list(AccountEvent.objects.values_list("kind", "person_id")) == [("signed_in", who.pk)]


def test_a_wrong_code_opens_nothing_and_is_written_down(browser):
    who = member(body(), Role.OFFICER).person
    password_step(browser, who.email)
    answer = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert answer.status_code == 200
    assert "ce code ne convient pas" in text_of(answer).lower()
    assert browser.get("/compte/profil/").status_code == 302
    event = AccountEvent.objects.get()
    assert (event.kind, event.person_id, event.facts) == ("sign_in_failed", who.pk, {"factor": "second"})


def test_a_code_serves_once(browser):
    who = member(body(), Role.OFFICER).person
    code = fresh_code()
    password_step(browser, who.email)
    assert browser.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    again = Browser()
    password_step(again, who.email)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_next_is_followed_inside_the_site_only(browser):
    who = member(body(), Role.OFFICER).person
    for wanted, reached in (("/compte/sessions/", "/compte/sessions/"), ("https://ailleurs.test/", "/compte/accueil/")):
        browser.logout()
        page = browser.get("/compte/profil/")
        assert page.url == f"{LOGIN}?next=%2Fcompte%2Fprofil%2F"
        with time_machine.travel(AT + timedelta(minutes=len(wanted))):
            first = browser.post(f"{LOGIN}?next={wanted}", {"login": who.email, "password": PASSWORD, "next": wanted})
            second = browser.post(first.url, {"code": fresh_code()})
        assert second.url == reached


def test_there_is_no_sign_up(browser):
    assert browser.get("/compte/inscription/").status_code == 404
    assert browser.get("/accounts/signup/").status_code == 404


# ---- nobody learns who has an account ----------------------------------------------------------------------------------
def strip(html: str, *words: str) -> str:
    for word in words:
        html = html.replace(word, "")
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", html)


def test_a_wrong_password_and_an_unknown_address_are_one_answer(browser):
    known = member(body(), Role.OFFICER).person.email
    closed = person("Ancien", is_active=False).email
    answers = []
    for email in (known, "inconnu@exemple.test", closed):
        answer = password_step(Browser(), email, "mauvais mot de passe")
        answers.append((answer.status_code, strip(text_of(answer), email)))
    assert answers[0] == answers[1] == answers[2]
    assert "L’adresse ou le mot de passe ne convient pas." in answers[0][1]
    failed = AccountEvent.objects.filter(kind="sign_in_failed").order_by("pk")
    assert [event.person_id is None for event in failed] == [False, True, False]
    assert not any(event.subject for event in failed)  # what a stranger typed is not kept


def test_a_closed_account_does_not_open(browser):
    who = member(body(), Role.OFFICER).person
    type(who).objects.filter(pk=who.pk).update(is_active=False)
    assert password_step(browser, who.email).url == reverse("account_inactive")
    assert browser.get("/compte/profil/").status_code == 302


def test_asking_for_a_new_password_says_and_does_the_same_for_everybody(browser, django_assert_num_queries):
    known = member(body(), Role.OFFICER).person.email
    answers, counts = [], []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for email in (known, "inconnu@exemple.test"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = Browser().post(reverse("account_reset_password"), {"email": email})
        counts.append(len(queries))
        assert answer.url == reverse("account_reset_password_done")
        answers.append(strip(text_of(Browser().get(answer.url))))
    assert answers[0] == answers[1]
    assert counts[0] == counts[1]
    assert mail.outbox == []
    run_waiting()
    assert [message.to for message in mail.outbox] == [[known]]


def test_the_link_in_the_mail_changes_the_password_once(browser):
    who = member(body(), Role.OFFICER).person
    sign_in(elsewhere := Browser(), who)
    browser.post(reverse("account_reset_password"), {"email": who.email.upper()})
    run_waiting()
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[0].body)[1]
    assert mail.outbox[0].subject == "Choisir un nouveau mot de passe"
    page = browser.get(link)
    assert page.status_code == 302
    assert link.split("-", 1)[1] not in page.url  # the key has left the address
    new = "trois petits ponts de bois"
    done = browser.post(page.url, {"password1": new, "password2": new})
    assert done.url == reverse("account_reset_password_from_key_done")
    assert browser.get(done.url).status_code == 200
    who.refresh_from_db()
    assert who.check_password(new)
    assert elsewhere.get("/compte/profil/").status_code == 302  # every session ended
    assert "Ce lien ne sert plus" in text_of(Browser().get(link))
    run_waiting()
    assert mail.outbox[-1].subject == "Votre mot de passe a été réinitialisé"
    assert AccountEvent.objects.filter(kind="password_reset", person=who).exists()
    first = password_step(browser, who.email, new)  # and the mailbox alone does not get in
    assert first.url == reverse("mfa_authenticate")


def test_a_reset_link_dies_after_an_hour(browser):
    who = member(body(), Role.OFFICER).person
    with time_machine.travel(AT):
        browser.post(reverse("account_reset_password"), {"email": who.email})
        run_waiting()
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[0].body)[1]
    with time_machine.travel(AT + timedelta(minutes=61)):
        assert "Ce lien ne sert plus" in text_of(browser.get(link))


# ---- throttling --------------------------------------------------------------------------------------------------------
def test_failures_on_one_address_are_throttled_whoever_tries(browser):
    who = member(body(), Role.OFFICER).person
    for n in range(5):
        password_step(Browser(REMOTE_ADDR=f"192.0.2.{n}"), who.email, "mauvais mot de passe")
    right = password_step(Browser(REMOTE_ADDR="192.0.2.99"), who.email)
    assert right.status_code == 200
    assert "Trop d’essais" in text_of(right)
    unknown = [password_step(Browser(REMOTE_ADDR=f"198.51.100.{n}"), "inconnu@exemple.test", "x") for n in range(6)]
    assert "Trop d’essais" in text_of(unknown[-1])  # an unknown address locks as well


def test_failures_from_one_place_are_throttled_whatever_the_address(browser):
    for n in range(10):
        password_step(browser, f"inconnu{n}@exemple.test", "x")
    assert "Trop d’essais" in text_of(password_step(browser, "inconnu99@exemple.test", "x"))


def test_second_factor_codes_are_throttled(browser):
    who = member(body(), Role.OFFICER).person
    password_step(browser, who.email)
    for _ in range(5):
        browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = browser.post(reverse("mfa_authenticate"), {"code": fresh_code()})
    assert answer.status_code == 200
    assert browser.get("/compte/profil/").status_code == 302


# ---- second factor first -----------------------------------------------------------------------------------------------
def test_without_second_factor_a_role_opens_nothing_but_enrolment(browser, django_capture_on_commit_callbacks):
    here = body()
    who = person("Nouvelle Venue")
    member(here, Role.DIRECTOR, of=who)
    answer = password_step(browser, who.email)
    assert answer.url == reverse("accounts:home")
    enrolment = reverse("mfa_activate_totp")
    for address in ("/compte/accueil/", "/compte/profil/", "/bureau/reglages/personnes/", "/compte/second-facteur/"):
        assert browser.get(address).url == enrolment
    assert browser.get("/bureau/reglages/personnes/", headers={"HX-Request": "true"})["HX-Redirect"] == enrolment
    page = browser.get(enrolment)
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert secret in text_of(page)
    assert "<svg" in text_of(page)
    assert browser.post(enrolment, {"code": "123"}).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        done = browser.post(enrolment, {"code": fresh_code(secret)})
    codes = browser.get(done.url)
    assert done.url == reverse("mfa_view_recovery_codes")
    assert len(codes.context["unused_codes"]) == 10
    assert browser.get("/bureau/reglages/personnes/").status_code == 200
    assert set(AccountEvent.objects.filter(person=who).values_list("kind", flat=True)) >= {
        "second_factor_added",
        "recovery_codes_made",
    }


def test_secrets_of_the_second_factor_are_sealed_in_the_database():
    factor = enrol(person())
    assert "JBSWY3DPEHPK3PXP" not in str(factor.data)
    assert factor.wrap().validate_code(fresh_code())


def test_who_has_no_role_needs_no_second_factor_and_sees_nothing(browser):
    who = person("Sans Rôle")
    sign_in(browser, who)
    page = browser.get("/compte/profil/")
    assert page.status_code == 200
    assert "Aucun rôle" in text_of(page)
    assert browser.get("/bureau/reglages/personnes/").status_code == 404


def test_addresses_open_before_enrolment_exist():
    for name in WITHOUT_SECOND_FACTOR:
        assert reverse(name)


def test_a_recovery_code_serves_once(browser):
    who = member(body(), Role.OFFICER).person
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(who).generate_codes()[0]
    password_step(browser, who.email)
    assert browser.post(reverse("mfa_authenticate"), {"code": code}).url == reverse("accounts:home")
    again = Browser()
    password_step(again, who.email)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert AccountEvent.objects.get(kind="recovery_code_used").facts == {"left": 9}


# ---- sessions end ------------------------------------------------------------------------------------------------------
def test_an_idle_session_ends_after_an_hour(browser):
    who = member(body(), Role.OFFICER).person
    with time_machine.travel(AT, tick=False) as clock:
        sign_in(browser, who)
        for _ in range(3):  # used every 59 minutes it goes on
            clock.shift(timedelta(minutes=59))
            assert browser.get("/compte/profil/").status_code == 200
        clock.shift(timedelta(minutes=60))
        answer = browser.get("/compte/profil/")
        assert answer.status_code == 302
        assert "Votre session a pris fin" in text_of(browser.get(answer.url))
        clock.move_to(AT)
        assert browser.get("/compte/profil/").status_code == 302  # it is gone for good


def test_a_busy_session_ends_after_twelve_hours(browser):
    who = member(body(), Role.OFFICER).person
    with time_machine.travel(AT, tick=False) as clock:
        sign_in(browser, who)
        for _ in range(23):
            clock.shift(timedelta(minutes=30))
            assert browser.get("/compte/profil/").status_code == 200
        clock.shift(timedelta(minutes=30))
        assert browser.get("/compte/profil/").status_code == 302


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(browser):
    who = member(body(), Role.OFFICER).person
    sign_in(browser, who)
    sign_in(elsewhere := Browser(), who)
    new = "trois petits ponts de bois"
    changed = browser.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert changed.status_code == 302
    assert browser.get("/compte/profil/").status_code == 200
    assert elsewhere.get("/compte/profil/").status_code == 302
    run_waiting()
    assert mail.outbox[0].subject == "Votre mot de passe a été changé"
    assert AccountEvent.objects.filter(kind="password_changed", person=who, by=who).exists()


def test_one_can_end_the_other_sessions(browser):
    who = member(body(), Role.OFFICER).person
    with time_machine.travel(AT, tick=False) as clock:
        for at_hand in (browser, elsewhere := Browser()):
            password_step(at_hand, who.email)
            at_hand.post(reverse("mfa_authenticate"), {"code": fresh_code()})
            clock.shift(timedelta(minutes=2))
        page = browser.get(reverse("usersessions_list"))
        assert page.context["session_count"] == 2
        assert [browser for _session, browser in page.context["rows"]] == ["navigateur inconnu"] * 2
        assert browser.post(reverse("usersessions_list")).status_code == 302
        assert elsewhere.get("/compte/profil/").status_code == 302
        assert browser.get("/compte/profil/").status_code == 200
    assert AccountEvent.objects.get(kind="sessions_ended").facts == {"count": 1}


def test_ended_sessions_leave_the_tables(browser):
    who = member(body(), Role.OFFICER).person
    with time_machine.travel(AT, tick=False) as clock:
        for at_hand in (browser, Browser()):
            password_step(at_hand, who.email)
            at_hand.post(reverse("mfa_authenticate"), {"code": fresh_code()})
            clock.shift(timedelta(hours=7))
        forget_ended_sessions()
        assert UserSession.objects.count() == 1
        assert Session.objects.count() == 1
        assert Session.objects.get().session_key == UserSession.objects.get().session_key


def test_counters_are_not_washed_away_by_invented_addresses():
    product = import_module("mediane.config.settings")  # the test settings count in memory
    assert product.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


def test_a_role_that_ended_yesterday_opens_nothing_today(browser):
    here = body()
    held = member(here, Role.DIRECTOR)
    sign_in(browser, held.person)
    assert browser.get("/bureau/reglages/personnes/").status_code == 200
    type(held).objects.filter(pk=held.pk).update(ends_on="2026-01-02")
    assert browser.get("/bureau/reglages/personnes/").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ],
)
def test_pages_at_the_gate_are_ours(browser, name):
    page = browser.get(reverse(name), follow=True)
    assert page.status_code == 200
    assert 'class="gate"' in text_of(page)


@pytest.mark.parametrize(
    "name",
    [
        "accounts:profile",
        "account_change_password",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "usersessions_list",
        "account_logout",
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_of_ones_own_account_are_ours(browser, name, language):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    who = member(body(), Role.OFFICER).person
    type(who).objects.filter(pk=who.pk).update(language=language)
    RecoveryCodes.activate(who)
    password_step(browser, who.email)
    browser.post(reverse("mfa_authenticate"), {"code": fresh_code()})
    page = browser.get(reverse(name))
    assert page.status_code == 200, page.headers
    if name != "mfa_download_recovery_codes":
        assert f'lang="{language}"' in text_of(page)
        assert "Médiane" in text_of(page)
