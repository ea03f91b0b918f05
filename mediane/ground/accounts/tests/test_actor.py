"""From a person's roles of the day to an Actor, and the doors that let it in."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse

from mediane.ground.accounts import current, guards
from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.accounts.current import actor_for
from mediane.ground.accounts.roles import DEFINITIONS, Permission, Role
from mediane.ground.accounts.tests.factories import body, firm, member, person, staff_actor
from mediane.ground.database.scope import use_case
from mediane.ground.organisations.models import Organisation
from mediane.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_roles_add_up_in_one_organisation_only():
    here, there = body(), body()
    who = person()
    member(here, Role.OFFICER, of=who)
    member(here, Role.DELEGATE, of=who)
    member(there, Role.DIRECTOR, of=who)
    actor = actor_for(who, here.pk, DAY)
    assert actor.roles == {Role.OFFICER, Role.DELEGATE}
    assert (actor.scope, actor.organisation_id, actor.person_id) == (Scope.STAFF, here.pk, who.pk)
    assert not actor.may(Permission.MANAGE_PEOPLE)


@pytest.mark.parametrize("spoil", ["ended", "to come", "closed body", "closed account", "elsewhere"])
def test_only_roles_of_the_day_count(spoil):
    here = body()
    held = member(here, Role.MEDIATOR)
    who = held.person
    if spoil == "ended":
        type(held).objects.filter(pk=held.pk).update(ends_on=date(2026, 11, 22))
    elif spoil == "to come":
        type(held).objects.filter(pk=held.pk).update(starts_on=date(2026, 11, 24))
    elif spoil == "closed body":
        Organisation.objects.filter(pk=here.pk).update(active=False)
    elif spoil == "closed account":
        type(who).objects.filter(pk=who.pk).update(is_active=False)
        who.refresh_from_db()
    asked = body().pk if spoil == "elsewhere" else here.pk
    actor = actor_for(who, asked, DAY)
    assert actor.scope is Scope.NONE
    assert actor.permissions == frozenset()


def test_a_correspondent_has_the_rows_of_their_firm(monkeypatch):
    shop = firm()
    monkeypatch.setattr(current, "_trader_ids", [lambda organisation_id: {shop.pk: [7, 3]}.get(organisation_id, [])])
    actor = actor_for(member(shop, Role.CORRESPONDENT).person, shop.pk, DAY)
    assert (actor.scope, actor.trader_ids) == (Scope.TRADER, (3, 7))
    assert actor.may(Permission.ANSWER_FOR_TRADER)
    assert not actor.is_staff


def test_who_manages_a_firm_and_answers_for_it_can_do_both():
    shop, who = firm(), person()
    member(shop, Role.CORRESPONDENT, of=who)
    member(shop, Role.ADMINISTRATOR, of=who)
    actor = actor_for(who, shop.pk, DAY)
    assert actor.scope is Scope.TRADER
    assert actor.may(Permission.MANAGE_PEOPLE)


def test_who_reads_no_case_has_a_scope_that_shows_none():
    scopes = {role: staff_actor(role, body()).scope for role, found in DEFINITIONS.items() if found.staff}
    assert {role for role, scope in scopes.items() if scope is Scope.OFFICE} == {Role.ADMINISTRATOR}


# ---- guards ------------------------------------------------------------------------------------------------------------
def scope_now() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.scope', true), current_setting('app.organisation', true)")
        return cursor.fetchone()


class Somebody:
    is_authenticated = True


@pytest.fixture
def ask(rf):
    def asked(guard, actor, view=lambda request: HttpResponse("/".join(scope_now()))):
        request = rf.get("/bureau/x/")
        request.actor, request.user = actor, Somebody()
        request.user.is_authenticated = actor.person_id is not None
        return guard(view)(request)

    return asked


REQUESTER = Actor.requester(1, 2)
PUBLIC = Actor.public(2)


def test_each_door_lets_its_own_in(ask):
    officer, admin = staff_actor(Role.OFFICER, body()), staff_actor(Role.ADMINISTRATOR, body())
    trader = Actor.correspondent(9, 3, (1,))
    doors = {
        guards.desk_view: {officer, admin},
        guards.permission_required(Permission.READ_CASES): {officer},
        guards.permission_required(Permission.MANAGE_PEOPLE): {admin},
        guards.permission_required(Permission.READ_CASES, Permission.MANAGE_PEOPLE): set(),
        guards.trader_view: {trader},
        guards.signed_in_view: {officer, admin, trader},
    }
    for guard, welcome in doors.items():
        for actor in (officer, admin, trader, Actor.anonymous(), REQUESTER, PUBLIC):
            if actor in welcome:
                assert ask(guard, actor).status_code == 200
            elif actor.person_id is not None:
                with pytest.raises(Http404):
                    ask(guard, actor)
            else:
                assert ask(guard, actor).url == "/compte/connexion/?next=%2Fbureau%2Fx%2F"


def test_a_view_and_its_template_run_as_the_actor(ask):
    here = body()
    officer = staff_actor(Role.OFFICER, here)
    seen = []

    class Late(TemplateResponse):
        def render(self):
            seen.append(scope_now())
            self.content = b"x"
            return self

    ask(guards.desk_view, officer, lambda request: Late(request, "unused.html"))
    assert seen == [("staff", str(here.pk))]
    assert scope_now()[0] == "system"  # and the scope around is back


def test_what_a_view_wrote_is_undone_when_it_fails(ask):
    @use_case
    def write():
        Organisation.objects.create(kind="association", slug="ne-reste-pas", name="x")

    def view(request):
        write()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(guards.desk_view, staff_actor(Role.OFFICER, body()), view)
    assert not Organisation.objects.filter(slug="ne-reste-pas").exists()


@pytest.mark.parametrize(("code", "answer"), [("not_found", Http404), ("not_allowed", Http404), ("locked", Refusal)])
def test_a_refusal_that_hides_is_a_page_that_does_not_exist(ask, code, answer):
    def view(request):
        raise Refusal(code)

    with pytest.raises(answer):
        ask(guards.desk_view, staff_actor(Role.OFFICER, body()), view)


def test_pages_of_somebody_stay_in_no_cache(ask):
    assert "no-store" in ask(guards.desk_view, staff_actor(Role.OFFICER, body()))["Cache-Control"]
    assert "Cache-Control" not in ask(guards.open_view, Actor.anonymous())


def test_a_public_page_is_read_as_a_visitor_of_that_body(ask):
    public = guards.public_view(lambda request: 2)
    assert ask(public, Actor.anonymous()).content == b"public/2"
    assert ask(public, REQUESTER).content == b"requester/2"
    assert ask(public, Actor.requester(1, 5)).content == b"public/2"
    with pytest.raises(Http404):
        ask(guards.public_view(lambda request: None), Actor.anonymous())
