"""The door, the link and the lost link, as a browser sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import include, path, reverse

from mediane.ground.access import hooks, services
from mediane.ground.access.models import AccessAttempt, CaseKey
from mediane.ground.access.tests.factories import NUMBER, install
from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.accounts.guards import desk_view, requester_view
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import AT, PASSWORD, Browser, body, fresh_code, member, sign_in, statements

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
BY = Actor.system(Door.JOB)


@requester_view
def follow_up(request):
    return HttpResponse(f"dossier {request.actor.case_id} par {request.actor.door}")


@desk_view
def desk(request):
    return HttpResponse("bureau")


urlpatterns = [
    path("essai/dossier/", follow_up, name="try_follow_up"),
    path("essai/bureau/", desk),
    path("", include("mediane.config.urls")),
]


@pytest.fixture
def case(monkeypatch):
    monkeypatch.setattr(hooks, "_follow_up", ["try_follow_up"])
    return install(monkeypatch).case()


@pytest.fixture
def code(case):
    return services.issue_code(case.pk, holder_name="Paul Ferrand", by=BY, at=AT)


@pytest.fixture
def token(case):
    return services.issue_link(case.pk, holder_name="Paul Ferrand", by=BY, at=AT)


def text_of(response) -> str:
    return response.content.decode()


def enter(browser, code, number=NUMBER, **more):
    return browser.post(reverse("access:door"), {"number": number, "code": code}, **more)


# ---- number and code ---------------------------------------------------------------------------------------------------
def test_number_and_code_open_the_follow_up(browser, case, code):
    assert browser.get(reverse("access:door")).status_code == 200
    answer = enter(browser, code)
    assert answer.url == "/essai/dossier/"
    assert text_of(browser.get(answer.url)) == f"dossier {case.pk} par code"
    assert browser.get(reverse("access:door")).url == "/essai/dossier/"  # already inside


def test_nothing_wrong_is_told_apart(browser, case, code):
    pages = []
    for number, wrong in ((NUMBER, "0000 0000 0000 0000"), ("2026-99999", code), ("<b>", code)):
        page = enter(Browser(), wrong, number)
        assert page.status_code == 200
        assert "ce numéro et ce code n’ouvrent aucun dossier" in text_of(page).lower()
        pages.append(page.context["form"].non_field_errors())
    assert pages[0] == pages[1] == pages[2]
    assert browser.get("/essai/dossier/").url == reverse("access:door")


def test_a_slip_of_the_finger_is_said_at_once_and_not_counted(browser, case, code):
    for typed in (code[:-1], code + "1", "abcd", "1234 5678 9012 345O"):
        page = enter(browser, typed)
        assert "le code compte seize chiffres" in text_of(page)
    assert not AccessAttempt.objects.exists()


def test_after_too_many_tries_the_page_says_how_long_to_wait(browser, case, code):
    for _ in range(5):
        enter(browser, "0000 0000 0000 0000")
    page = enter(browser, code)
    assert page.status_code == 429
    assert "Attendez 1 minute" in text_of(page)


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 minute"), (61, "2 minutes"), (3599, "1 heure"), (86_400, "24 heures")]
)
def test_waits_are_said_in_words(seconds, words):
    from mediane.ground.access.web.views import wait_words

    assert f"Attendez {words}," in wait_words(AT + timedelta(seconds=seconds), AT)


# ---- personal link -----------------------------------------------------------------------------------------------------
def test_a_link_leaves_the_address_and_opens_on_a_press_of_the_button(browser, case, token):
    first = browser.get(f"/s/{token}")
    assert first.url == reverse("access:opening")
    assert first["Referrer-Policy"] == "no-referrer"
    assert "no-store" in first["Cache-Control"]
    page = browser.get(first.url)
    assert token not in text_of(page)
    assert "Ouvrir mon dossier" in text_of(page)
    answer = browser.post(first.url)
    assert answer.url == "/essai/dossier/"
    assert text_of(browser.get(answer.url)) == f"dossier {case.pk} par link"
    assert browser.cookies["mediane_link"].value == ""


def test_a_mail_scanner_uses_nothing_up_and_learns_nothing(browser, case, token):
    pages = []
    for tried in (token, "A" * 26):
        scanner = Browser()
        for method in (scanner.get, scanner.head):
            with CaptureQueriesContext(_connection()) as asked:
                answer = method(f"/s/{tried}", follow=True)
            assert [q for q in asked if "SAVEPOINT" not in q["sql"] and "set_config" not in q["sql"]] == []
        pages.append(text_of(scanner.get(answer.redirect_chain[-1][0])))
    import re

    blank = [re.sub(r'nonce="[^"]*"|value="[^"]{60,70}"', "", page) for page in pages]
    assert blank[0] == blank[1]
    key = CaseKey.objects.get(kind="link")
    assert (key.uses, key.last_used_at) == (0, None)
    assert not AccessAttempt.objects.exists()


def _connection():
    from django.db import connection

    return connection


def test_a_dead_link_says_what_to_do(browser, case, token):
    services.revoke_keys(case.pk, by=BY, at=AT)
    browser.get(f"/s/{token}")
    page = browser.post(reverse("access:opening"))
    assert page.status_code == 404
    assert reverse("access:lost") in text_of(page)
    for strange in ("court", "%00", "é" * 26, "A" * 5000):
        assert browser.get(f"/s/{strange}").status_code == 302


def test_the_button_alone_opens_nothing(browser, case, token):
    page = browser.post(reverse("access:opening"))
    assert page.status_code == 200
    assert "Reprenez votre lien" in text_of(page)
    assert reverse("access:lost") in text_of(page)  # who has no link left is not sent round in circles
    browser.cookies["mediane_link"] = token  # unsigned
    assert "Reprenez votre lien" in text_of(browser.post(reverse("access:opening")))


def test_forms_keep_their_origin_under_the_pages_policy(browser):
    """`no-referrer` on a page with a form makes browsers send `Origin: null`, which the CSRF check refuses."""
    for name in ("access:door", "access:opening", "access:lost"):
        assert browser.get(reverse(name))["Referrer-Policy"] == "same-origin"
        assert "noindex" in browser.get(reverse(name))["X-Robots-Tag"]


def test_forms_are_protected_against_forgery(case, code):
    strict = Browser(enforce_csrf_checks=True)
    assert enter(strict, code).status_code == 403
    assert strict.post(reverse("access:opening")).status_code == 403


# ---- one session, one identity -----------------------------------------------------------------------------------------
def test_somebody_signed_in_does_not_become_the_consumer(browser, case, code, token):
    sign_in(browser, member(case.organisation, Role.OFFICER).person)
    assert "Vous êtes connecté avec votre compte" in text_of(browser.get(reverse("access:door")))
    assert enter(browser, code).status_code == 200
    browser.get(f"/s/{token}")
    assert "Vous êtes connecté avec votre compte" in text_of(browser.get(reverse("access:opening")))
    browser.post(reverse("access:opening"))
    assert browser.get("/essai/dossier/").status_code == 404
    assert text_of(browser.get("/essai/bureau/")) == "bureau"
    assert not CaseKey.objects.filter(uses__gt=0).exists()


def test_signing_in_ends_the_consumers_session(browser, case, code):
    enter(browser, code)
    who = member(case.organisation, Role.OFFICER).person

    browser.post("/compte/connexion/", {"login": who.email, "password": PASSWORD})
    browser.post(reverse("mfa_authenticate"), {"code": fresh_code()})
    assert text_of(browser.get("/essai/bureau/")) == "bureau"
    assert browser.get("/essai/dossier/").status_code == 404
    browser.post(reverse("account_logout"))
    assert browser.get("/essai/dossier/").url == reverse("access:door")


def test_a_requester_is_nobody_at_the_desk(browser, case, code):
    enter(browser, code)
    assert browser.get("/essai/bureau/").url == "/compte/connexion/?next=%2Fessai%2Fbureau%2F"


def test_the_session_is_a_new_one(browser, case, code):
    browser.get(reverse("access:door"))
    session = browser.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    enter(browser, code)
    assert browser.session.session_key != before
    assert "planted" not in browser.session


# ---- sessions end ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["replaced", "revoked", "expired"])
def test_the_end_of_the_key_is_the_end_of_the_session(browser, case, code, how):
    with time_machine.travel(AT, tick=False):
        enter(browser, code)
        assert browser.get("/essai/dossier/").status_code == 200
        if how == "replaced":
            services.replace_code(case.pk, by=BY, at=AT)
        elif how == "revoked":
            services.revoke_keys(case.pk, by=BY, at=AT)
        else:
            yesterday = AT.date() - timedelta(days=1)
            services.expire_after(case.pk, ended_on=yesterday, lasting=1, by=BY, at=AT)
            assert browser.get("/essai/dossier/").status_code == 200  # to the end of the day
            services.expire_after(case.pk, ended_on=yesterday, lasting=0, by=BY, at=AT)
        answer = browser.get("/essai/dossier/")
        assert answer.url == reverse("access:door")
        assert "Votre accès a pris fin" in text_of(browser.get(answer.url))


def test_an_idle_session_ends_after_two_hours_and_any_after_twelve(browser, case, code):
    with time_machine.travel(AT, tick=False) as clock:
        enter(browser, code)
        for _ in range(6):
            clock.shift(timedelta(minutes=115))
            assert browser.get("/essai/dossier/").status_code == 200
        clock.shift(timedelta(minutes=45))
        assert browser.get("/essai/dossier/").status_code == 302  # twelve hours
        enter(browser, code)
        clock.shift(timedelta(hours=2))
        assert browser.get("/essai/dossier/").status_code == 302  # idle


def test_one_can_leave(browser, case, code):
    enter(browser, code)
    assert browser.get(reverse("access:leave")).status_code == 405
    browser.post(reverse("access:leave"))
    assert browser.get("/essai/dossier/").status_code == 302


def test_knowing_which_case_takes_few_statements(browser, case, code):
    enter(browser, code)
    sql = statements(browser, "/essai/dossier/")
    assert len([query for query in sql if "set_config" not in query]) == 2, sql  # session, key
    assert len(sql) <= 5


# ---- lost --------------------------------------------------------------------------------------------------------------
def test_a_lost_link_gets_one_answer(browser, case):
    page = browser.post(reverse("access:lost"), {"email": "inconnu@exemple.test", "number": ""})
    assert "Si un dossier porte l’adresse inconnu@exemple.test" in text_of(page)
    bad = browser.post(reverse("access:lost"), {"email": "rien"})
    assert bad.status_code == 200
    for _ in range(5):
        last = browser.post(reverse("access:lost"), {"email": "inconnu@exemple.test"})
    assert last.status_code == 429


@override_settings(LANGUAGE_CODE="en")
@pytest.mark.parametrize("name", ["access:door", "access:opening", "access:lost"])
def test_pages_are_there_without_a_follow_up_page(browser, monkeypatch, name):
    monkeypatch.setattr(hooks, "_follow_up", [])
    assert browser.get(reverse(name)).status_code == 200


def test_another_bodys_pages_see_a_visitor(browser, case, code):
    enter(browser, code)
    other = body()
    assert browser.session["door:case"]["organisation"] != other.pk
