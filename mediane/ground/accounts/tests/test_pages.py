"""Pages of people and settings: who reaches them, what they do, how much they ask of the database."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediane.ground.accounts import services
from mediane.ground.accounts.models import AccountEvent, Invitation, Membership, Person, Token
from mediane.ground.accounts.roles import DEFINITIONS, Role
from mediane.ground.accounts.tests.factories import PASSWORD, Browser, body, member, person, sign_in, statements
from mediane.ground.jobs import run_waiting
from mediane.ground.ui.formats import date_year
from mediane.kernel.moments import paris_day, utc_now

pytestmark = pytest.mark.django_db
PAGES = ["people", "invite", "roles", "tokens", "events"]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def _scopes(monkeypatch):
    monkeypatch.setattr(services, "_token_scopes", {"test:read": "Lire les dossiers", "test:write": "Écrire"})


@pytest.fixture
def here():
    return body("Médiation du Lac")


@pytest.fixture
def admin(here):
    return member(here, Role.ADMINISTRATOR).person


@pytest.fixture
def desk(browser, admin):
    return sign_in(browser, admin)


def text_of(response) -> str:
    return response.content.decode()


def same_page(html: str) -> str:
    return re.sub(r'nonce="[^"]*"|value="[^"]{60,70}"', "", html)


# ---- who ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_settings_open_for_who_manages_people(desk, page):
    assert desk.get(reverse(f"accounts:{page}")).status_code == 200


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.DELEGATE, Role.OFFICER, Role.AUDITOR], ids=str)
def test_others_read_what_roles_may_do_and_nothing_else(browser, here, role):
    sign_in(browser, member(here, role).person)
    answers = {page: browser.get(reverse(f"accounts:{page}")).status_code for page in PAGES}
    assert answers == {"people": 404, "invite": 404, "roles": 200, "tokens": 404, "events": 404}


def test_forbidden_and_unknown_are_one_page(browser, here, desk):
    other = member(body(), Role.OFFICER).person
    officer = sign_in(Browser(), member(here, Role.OFFICER).person)
    nowhere = same_page(text_of(desk.get("/bureau/reglages/personnes/999999/")))
    assert desk.get(reverse("accounts:person", args=[other.pk])).status_code == 404
    assert same_page(text_of(desk.get(reverse("accounts:person", args=[other.pk])))) == nowhere
    assert same_page(text_of(officer.get(reverse("accounts:people")))) == nowhere
    assert same_page(text_of(officer.get("/cette/adresse/nexiste/pas/"))) == nowhere


def test_who_is_not_signed_in_is_sent_to_the_door(browser):
    for page in ("invite", "tokens"):
        assert browser.post(reverse(f"accounts:{page}")).url == "/compte/connexion/"
    for page in PAGES:
        address = reverse(f"accounts:{page}")
        assert browser.get(address).url == f"/compte/connexion/?next={address.replace('/', '%2F')}"
        htmx = browser.get(address, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/bureau/?q=1"})
        assert (htmx.status_code, htmx["HX-Redirect"]) == (204, "/compte/connexion/?next=%2Fbureau%2F%3Fq%3D1")
        htmx = browser.get(address, headers={"HX-Request": "true", "HX-Current-URL": "http://[bureau"})
        assert (htmx.status_code, htmx["HX-Redirect"]) == (204, "/compte/connexion/")


def test_acts_of_another_organisation_are_out_of_reach(desk):
    there = body()
    theirs = member(there, Role.OFFICER)
    invitation = services.invite(there.pk, "a@exemple.test", Role.OFFICER, by=_system(), at=utc_now()).invitation
    token = services.create_token(there.pk, "x", ["test:read"], by=_system(), at=utc_now()).token
    for name, args in (
        ("grant", [theirs.person_id]),
        ("end_role", [theirs.person_id, theirs.pk]),
        ("reset_second_factor", [theirs.person_id]),
        ("revoke_invitation", [invitation.pk]),
        ("revoke_token", [token.pk]),
    ):
        assert desk.post(reverse(f"accounts:{name}", args=args), {"role": "mediator"}).status_code == 404
    assert Membership.objects.filter(organisation=there).count() == 1
    assert Token.objects.get(pk=token.pk).revoked_at is None


def _system():
    from mediane.ground.accounts.actor import Actor

    return Actor.system()


# ---- doing -------------------------------------------------------------------------------------------------------------
def test_inviting_sends_a_mail_whose_link_makes_an_account(desk, here):
    answer = desk.post(
        reverse("accounts:invite"),
        {"email": "claire@exemple.test", "first_name": "Claire", "last_name": "Moreau", "role": "officer"},
        follow=True,
    )
    assert "Invitation envoyée à claire@exemple.test." in text_of(answer)
    assert "claire@exemple.test" in text_of(desk.get(reverse("accounts:people")))
    assert mail.outbox == []
    run_waiting()
    (message,) = mail.outbox
    assert message.to == ["claire@exemple.test"]
    assert message.subject == "Invitation à rejoindre Médiation du Lac sur Médiane"
    assert "Chargé de médiation" in message.body
    link = re.search(r"https?://[^/\s]+(/compte/invitation/\S+)", message.body)[1]
    visitor = Browser()
    page = visitor.get(link)
    assert page.status_code == 200
    assert 'value="Claire"' in text_of(page)
    wrong = visitor.post(
        link, {"first_name": "Claire", "last_name": "Moreau", "password": PASSWORD, "password_again": "x"}
    )
    assert "les deux mots de passe sont différents" in text_of(wrong)
    weak = visitor.post(link, {"first_name": "C", "last_name": "M", "password": "court", "password_again": "court"})
    assert weak.status_code == 200
    assert Person.objects.filter(email="claire@exemple.test").count() == 0
    done = visitor.post(
        link, {"first_name": "Claire", "last_name": "Moreau", "password": PASSWORD, "password_again": PASSWORD}
    )
    assert done.url == "/compte/connexion/"
    assert visitor.get(link).status_code == 404  # it served
    first = visitor.post(done.url, {"login": "claire@exemple.test", "password": PASSWORD})
    assert visitor.get(first.url).url == reverse("mfa_activate_totp")


def test_nothing_secret_lies_in_the_queue(desk):
    desk.post(reverse("accounts:invite"), {"email": "claire@exemple.test", "role": "officer"})
    desk.post(reverse("account_reset_password"), {"email": "claire@exemple.test"})
    token = services.token_of(Invitation.objects.get())
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        lines = "\n".join(row[0] for row in cursor.fetchall())
    assert "invitation_id" in lines
    assert "sealed_email" in lines
    assert token not in lines
    assert "claire" not in lines


def test_the_page_of_an_invitation_for_somebody_else_says_so(browser, here):
    invited = services.invite(here.pk, "claire@exemple.test", Role.OFFICER, by=_system(), at=utc_now())
    link = reverse("accounts:accept", args=[invited.token])
    sign_in(browser, member(here, Role.OFFICER).person)
    assert "adressée à une autre personne" in text_of(browser.get(link))
    browser.post(link)
    assert Invitation.objects.get().accepted_at is None


def test_who_has_an_account_accepts_with_one_button(browser, here):
    known = person("Claire Moreau", email="claire@exemple.test")
    invited = services.invite(here.pk, known.email, Role.OFFICER, by=_system(), at=utc_now())
    link = reverse("accounts:accept", args=[invited.token])
    assert "Un compte existe déjà" in text_of(browser.get(link))
    assert "connectez-vous d’abord" in text_of(browser.post(link))
    sign_in(browser, known)
    assert browser.post(link).url == reverse("accounts:home")
    assert Membership.objects.get(person=known).role == "officer"


def test_granting_and_ending_a_role(desk, here):
    target = member(here, Role.OFFICER)
    address = reverse("accounts:grant", args=[target.person_id])
    limited = desk.post(address, {"role": "auditor"})
    assert "ce rôle est donné pour un temps limité" in text_of(limited)
    assert desk.post(address, {"role": "delegate"}, follow=True).status_code == 200
    granted = Membership.objects.get(person=target.person, role="delegate")
    page = text_of(desk.get(reverse("accounts:person", args=[target.person_id])))
    assert "Délégué du médiateur" in page
    ended = desk.post(reverse("accounts:end_role", args=[target.person_id, granted.pk]), follow=True)
    assert "Rôle retiré" in text_of(ended)
    assert not Membership.objects.current(paris_day(utc_now())).filter(pk=granted.pk).exists()
    past = desk.post(reverse("accounts:end_role", args=[target.person_id, target.pk]), {"ends_on": "2020-01-01"})
    assert "cette date est déjà passée" in text_of(past)
    assert 'name="ends_on" value="01/01/2020" class="input input--date" inputmode="numeric"' in text_of(past)
    assert 'type="date"' not in text_of(past)  # it shows the order of whoever set up the computer


def test_the_last_manager_reads_why_they_must_stay(desk, admin):
    mine = Membership.objects.get(person=admin)
    answer = desk.post(reverse("accounts:end_role", args=[admin.pk, mine.pk]))
    assert "Il doit rester au moins une personne" in text_of(answer)


def test_resetting_a_second_factor_ends_sessions_and_asks_for_a_new_one(desk, here):
    target = member(here, Role.OFFICER).person
    page = text_of(desk.get(reverse("accounts:person", args=[target.pk])))
    assert "Remettre à zéro" in page
    desk.post(reverse("accounts:reset_second_factor", args=[target.pk]))
    elsewhere = Browser()
    elsewhere.post("/compte/connexion/", {"login": target.email, "password": PASSWORD})
    assert elsewhere.get("/compte/profil/").url == reverse("mfa_activate_totp")
    run_waiting()
    assert mail.outbox[0].to == [target.email]
    assert AccountEvent.objects.get(kind="second_factor_reset").person_id == target.pk


def test_a_token_is_shown_once(desk, here):
    made = desk.post(reverse("accounts:tokens"), {"name": "Guichet", "scopes": ["test:read"]})
    raw = made.context["made"].raw
    assert text_of(made).count(raw) == 1
    again = text_of(desk.get(reverse("accounts:tokens")))
    assert raw not in again
    assert Token.objects.get().prefix in again
    assert services.authenticate_token(raw, at=utc_now()).organisation_id == here.pk
    desk.post(reverse("accounts:revoke_token", args=[Token.objects.get().pk]))
    assert "révoqué" in text_of(desk.get(reverse("accounts:tokens")))


def test_a_token_ends_with_its_last_day(desk):
    tomorrow = paris_day(utc_now()) + timedelta(days=1)
    desk.post(reverse("accounts:tokens"), {"name": "x", "scopes": ["test:read"], "expires_on": tomorrow.isoformat()})
    assert paris_day(Token.objects.get().expires_at) == tomorrow + timedelta(days=1)
    assert f"jusqu’au {date_year(tomorrow)}" in text_of(desk.get(reverse("accounts:tokens")))
    past = desk.post(reverse("accounts:tokens"), {"name": "y", "scopes": ["test:read"], "expires_on": "2020-01-01"})
    assert Token.objects.count() == 1
    assert past.status_code == 200


def test_the_journal_says_who_what_when_whom(desk, here, admin):
    target = member(here, Role.OFFICER).person
    desk.post(reverse("accounts:grant", args=[target.pk]), {"role": "delegate"})
    page = text_of(desk.get(reverse("accounts:events")))
    assert "Rôle attribué" in page
    assert str(admin) in page
    assert str(target) in page
    assert "Délégué du médiateur" in page
    assert str(target) not in text_of(desk.get(reverse("accounts:events"), {"kind": "signed_in"}))


def test_the_journal_is_read_page_by_page(desk, settings, here):
    settings.MEDIANE_ACCOUNTS = {**settings.MEDIANE_ACCOUNTS, "events_shown": 2}
    for n in range(5):
        services.record("invited", by=_system(), at=utc_now(), organisation_id=here.pk, subject=f"n{n}@exemple.test")
    seen, address = [], reverse("accounts:events")
    while address:
        page = desk.get(address)
        seen += [event.subject for event in page.context["events"]]
        address = reverse("accounts:events") + page.context["following"] if page.context["following"] else ""
    assert seen == [f"n{n}@exemple.test" for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("written", ["²", "9" * 5000, "-1", "x"])
def test_a_page_of_the_journal_that_no_list_names_is_the_first(desk, written):
    page = desk.get(reverse("accounts:events"), {"before": written, "kind": "<script>"})
    assert (page.status_code, page.context["kind"]) == (200, "")
    assert desk.post(reverse("accounts:switch"), {"organisation": written}).status_code == 302


def test_failures_of_the_week_are_counted(desk, here):
    who = member(here, Role.OFFICER).person
    for _ in range(3):
        Browser().post("/compte/connexion/", {"login": who.email, "password": "mauvais"})
    found = desk.get(reverse("accounts:events")).context["sign_ins"]
    assert (found.failed, found.succeeded) == (3, 0)


def test_what_hostile_names_hold_is_shown_as_text(desk, here):
    target = member(here, Role.OFFICER, of=person(f"{HOSTILE} \u202eflip"))
    services.record("invited", by=_system(), at=utc_now(), organisation_id=here.pk, subject=HOSTILE)
    services.create_token(here.pk, HOSTILE, ["test:read"], by=_system(), at=utc_now())
    for page in ("people", "tokens", "events"):
        assert "<img src=x" not in text_of(desk.get(reverse(f"accounts:{page}")))
    assert "<img src=x" not in text_of(desk.get(reverse("accounts:person", args=[target.person_id])))


def test_a_profile_is_ones_own(desk, admin):
    answer = desk.post(
        reverse("accounts:profile"),
        {"first_name": "Anne\n", "last_name": "Le Goff", "title": "", "phone": "01 23 45 67 89", "language": "en"},
    )
    assert answer.status_code == 302
    admin.refresh_from_db()
    assert (admin.first_name, admin.last_name, admin.language) == ("Anne", "Le Goff", "en")
    assert 'lang="en"' in text_of(desk.get(reverse("accounts:profile")))


def test_working_for_another_organisation(browser, here):
    there = body("Médiation de la Mer")
    who = member(here, Role.ADMINISTRATOR).person
    member(there, Role.ADMINISTRATOR, of=who)
    stranger = member(body(), Role.OFFICER)
    member(there, Role.OFFICER, of=person("Marin Salé"))
    sign_in(browser, who)
    browser.post(reverse("accounts:switch"), {"organisation": here.pk})
    assert "Marin" not in text_of(browser.get(reverse("accounts:people")))
    browser.post(reverse("accounts:switch"), {"organisation": there.pk})
    assert "Marin" in text_of(browser.get(reverse("accounts:people")))
    for wrong in (stranger.organisation_id, "abc", ""):
        browser.post(reverse("accounts:switch"), {"organisation": wrong})
        assert "Marin" in text_of(browser.get(reverse("accounts:people")))


# ---- cost --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["people", "tokens", "events", "roles"])
def test_pages_cost_the_same_for_5_and_for_50(desk, here, page):
    def more(count):
        for _ in range(count):
            row = member(here, Role.OFFICER)
            services.record(
                "role_granted", by=_system(), at=utc_now(), organisation_id=here.pk, person_id=row.person_id
            )
            services.create_token(here.pk, "x", ["test:read"], by=_system(), at=utc_now())
            services.invite(here.pk, f"{row.pk}@exemple.test", Role.OFFICER, by=_system(), at=utc_now())

    more(5)
    few = statements(desk, reverse(f"accounts:{page}"))
    more(45)
    assert len(statements(desk, reverse(f"accounts:{page}"))) == len(few)
    assert len(few) <= 12, few


def test_knowing_who_asks_takes_three_statements(desk, rf):
    with CaptureQueriesContext(connection) as asked:
        desk.get("/cette/adresse/nexiste/pas/")
    sql = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"] and "set_config" not in query["sql"]]
    assert len(sql) == 3, sql
    with CaptureQueriesContext(connection) as asked:
        Browser().get("/cette/adresse/nexiste/pas/")
    assert [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"] and "set_config" not in q["sql"]] == []


# ---- documents ---------------------------------------------------------------------------------------------------------
def test_every_role_has_its_paragraph_in_the_document_and_on_the_page(desk):
    from mediane.ground.accounts.docs import LABELS, roles_doc
    from mediane.ground.accounts.roles import Permission

    page, document = text_of(desk.get(reverse("accounts:roles"))), roles_doc()
    for definition in DEFINITIONS.values():
        assert str(definition.paragraph) in document
        assert str(definition.paragraph) in page
    assert set(LABELS) == set(Permission)


def test_dates_are_days_of_paris():
    assert Membership(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31)).is_current(date(2026, 1, 31))
