"""Mon travail and the list of referrals: whose work is whose, how many, in what order, at what cost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import STAFF_ROLES, Role
from mediane.ground.database.scope import as_system
from mediane.kernel.moments import paris_day
from mediane.mediation.referrals import queries
from mediane.mediation.referrals.enums import Queue, State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import admissibility, asking, conflicts, exchange, system
from mediane.mediation.referrals.tests.factories import (
    AT,
    World,
    in_mediation,
    later,
    notified,
    proposed,
    received,
    under_review,
    world,
)
from mediane.mediation.referrals.web.desk.tests.desk import asked, browser

pytestmark = pytest.mark.django_db
TODAY = paris_day(AT)


def mine(w: World, role: Role, **more: Any) -> set[int]:
    page = queries.worklist(w.actors[role], queries.WorkFilter(**more), TODAY)
    return {row.pk for row in page.rows}


@pytest.fixture
def w() -> World:
    return world()


def test_each_sees_as_its_own_what_it_can_move_or_answers_for(w: World) -> None:
    fresh, decided_by_whom, hers = received(w), under_review(w), in_mediation(w)
    admissibility.assign(fresh.pk, w.people[Role.OFFICER].pk, by=w.officer, at=AT)
    with as_system():
        Referral.objects.filter(pk__in=(decided_by_whom.pk, hers.pk)).update(assignee=None)
        assert mine(w, Role.OFFICER) == {fresh.pk}
        assert mine(w, Role.MEDIATOR) == {decided_by_whom.pk, hers.pk}
        assert mine(w, Role.DELEGATE) == {decided_by_whom.pk}
        assert mine(w, Role.OFFICER, who="team") == {fresh.pk, decided_by_whom.pk, hers.pk}
        assert mine(w, Role.OFFICER, who="none") == {decided_by_whom.pk, hers.pk}


def test_the_management_is_told_of_a_case_that_waits_for_another_mediator(w: World) -> None:
    locked = in_mediation(w)
    conflicts.declare_conflict(
        locked.pk, "Un proche travaille pour ce professionnel.", "Je peux rester impartial.", by=w.mediator, at=AT
    )
    with as_system():
        assert mine(w, Role.DIRECTOR) == {locked.pk}


def test_another_body_has_nothing_of_ours(w: World) -> None:
    under_review(w)
    with as_system():
        assert mine(world(), Role.MEDIATOR, who="team") == set()


def test_queues_part_the_open_cases_and_the_proposals_to_write_are_one(w: World) -> None:
    under_review(w), notified(w), proposed(w)
    to_write, asked = in_mediation(w), in_mediation(w)
    with as_system():
        Referral.objects.filter(pk=to_write.pk).update(due_kind="mediation")
    asking.ask_observations(asked.pk, "trader", ["Où est la preuve ?"], date(2026, 9, 20), by=w.officer, at=AT)
    with as_system():
        page = queries.worklist(w.mediator, queries.WorkFilter(who="team"), TODAY)
        assert {queue: page.counts[queue].all for queue in Queue} == {
            Queue.ADMISSIBILITY: 1,
            Queue.MEDIATION: 2,
            Queue.PROPOSAL: 1,
            Queue.ANSWERS: 1,
            Queue.EXECUTION: 0,
        }
        assert page.counts["all"].all == 5
        assert mine(w, Role.MEDIATOR, queue="proposal") == {to_write.pk}


def test_what_is_in_two_sets_counts_once(w: World) -> None:
    case = under_review(w)
    admissibility.assign(case.pk, w.people[Role.MEDIATOR].pk, by=w.mediator, at=AT)
    with as_system():
        page = queries.worklist(w.mediator, queries.WorkFilter(), TODAY)
    assert [row.pk for row in page.rows] == [case.pk]
    assert page.counts["all"].all == 1


def test_late_and_this_week_are_counted_apart(w: World) -> None:
    early, soon, late = received(w), received(w), received(w)
    with as_system():
        for case, day in ((early, date(2026, 9, 30)), (soon, date(2026, 9, 4)), (late, date(2026, 8, 30))):
            Referral.objects.filter(pk=case.pk).update(due_on=day)
        page = queries.worklist(w.officer, queries.WorkFilter(who="team"), TODAY)
    assert page.counts["admissibility"] == queries.Count(all=3, late=1, week=1)
    assert [row.pk for row in page.rows] == [late.pk, soon.pk, early.pk]


def test_pages_follow_one_another_without_gap_or_repetition(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [received(w) for _ in range(5)]
    monkeypatch.setattr(queries, "PAGE", 2)
    read: list[int] = []
    with time_machine.travel(AT, tick=False):
        desk, address = browser(w, Role.OFFICER), "/bureau/?qui=team"
        while address:
            page = desk.get(address)
            read += [int(row["href"].split("/")[3]) for _t, _s, rows in page.context_data["groups"] for row in rows]
            address = page.context_data["next"]
    assert read == [case.pk for case in sorted(cases, key=lambda case: (case.due_on, case.pk))]


def test_filters_stand_in_the_address_and_unknown_values_are_no_error(w: World) -> None:
    kept, other = in_mediation(w), under_review(w)
    with time_machine.travel(AT, tick=False):
        desk = browser(w, Role.MEDIATOR)
        page = desk.get("/bureau/?qui=team&etat=in_mediation&montant=100&main=mediation")
        html = page.content.decode()
        assert kept.number in html
        assert other.number not in html
        assert 'href="/bureau/?file=all&amp;qui=team"' in html  # show everything again
        assert desk.get("/bureau/?file=x&qui=y&etat=z&montant=1&main=w&pro=é&apres=2026_x").status_code == 200
        assert kept.number not in desk.get("/bureau/?qui=team&montant=500").content.decode()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MEDIATOR, Role.DIRECTOR])
@pytest.mark.parametrize("page", ["/bureau/", "/bureau/?qui=team", "/bureau/dossiers/", "/bureau/recherche/?q=Roussel"])
def test_as_many_statements_for_many_cases_as_for_one(w: World, page: str, role: Role) -> None:
    with time_machine.travel(AT, tick=False):
        first = under_review(w)
        admissibility.assign(first.pk, w.people[role].pk, by=w.officer, at=AT)
        few = asked(browser(w, role), page)
        for make in (under_review, in_mediation, proposed, received):
            case = make(w)
            admissibility.assign(case.pk, w.people[role].pk, by=w.officer, at=AT)
        many = asked(browser(w, role), page)
    assert len(few) == len(many) <= 12, "\n".join(many)


def test_a_row_says_amount_state_in_short_and_who_without_betraying_an_answer(w: World) -> None:
    waiting = proposed(w)
    with time_machine.travel(later(1), tick=False):
        html = browser(w, Role.MEDIATOR).get("/bureau/").content.decode()
    assert waiting.number in html
    assert "Proposition envoyée" in html
    assert "412" in html
    assert "Les deux parties, chacune de son côté" in html


def test_the_search_box_shows_what_was_looked_for_and_nothing_else(w: World) -> None:
    with time_machine.travel(AT, tick=False):
        desk = browser(w, Role.DIRECTOR)
        assert 'value="Roussel"' in desk.get("/bureau/recherche/?q=Roussel").content.decode()
        report = desk.get("/bureau/rapport/?annee=2025&base=received").content.decode()
    box = report[report.index('class="search"') : report.index("</form>", report.index('class="search"'))]
    assert 'value=""' in box


def test_giving_files_to_somebody_says_how_many(w: World) -> None:
    cases = [received(w), received(w)]
    to = w.people[Role.DELEGATE]
    with time_machine.travel(AT, tick=False):
        page = browser(w, Role.OFFICER).post(
            "/bureau/attribuer/",
            {"to": to.pk, "picked": [case.pk for case in cases], "next": "/bureau/?qui=team"},
            follow=True,
        )
    assert "2 dossiers attribués à" in page.content.decode()
    with as_system():
        assert set(Referral.objects.filter(pk__in=[case.pk for case in cases]).values_list("assignee", flat=True)) == {
            to.pk
        }


def test_who_only_reads_is_shown_the_team_and_can_pick_nothing(w: World) -> None:
    case = under_review(w)
    with time_machine.travel(AT, tick=False):
        html = browser(w, Role.AUDITOR).get("/bureau/").content.decode()
    assert case.number in html
    assert 'name="picked"' not in html
    assert "desk:enter" not in html
    assert "Saisine reçue par courrier" not in html


# ---- observations whose date has passed -------------------------------------------------------------------------------------------
def test_after_its_date_a_request_for_observations_gives_the_hand_back_to_the_mediation(w: World) -> None:
    case = in_mediation(w)
    exchange.send_position(case.pk, exchange.PositionGiven("agrees", "yes"), "trader", by=w.firm, at=AT)
    asking.ask_observations(case.pk, "trader", ["Où est la preuve ?"], date(2026, 9, 10), by=w.officer, at=AT)
    due_that_day = later(0, of=AT.replace(day=10))
    system.make_due_moves(at=due_that_day)
    with as_system():
        assert Referral.objects.get(pk=case.pk).due_kind == "observations"  # the last day is included
    system.make_due_moves(at=later(1, of=due_that_day))
    system.make_due_moves(at=later(1, of=due_that_day))
    with as_system():
        row = Referral.objects.get(pk=case.pk)
        assert (row.due_kind, row.queue, row.state) == ("mediation", Queue.PROPOSAL, State.IN_MEDIATION)
        assert row.case.entries.filter(name="observations_over").count() == 1


def test_a_number_is_found_whole_or_by_its_end(w: World) -> None:
    first, second = received(w), received(w)
    longer = received(w)
    Referral.objects.filter(pk=longer.pk).update(number=f"reprise-{first.number}")

    def found(text: str) -> set[int]:
        return {row.pk for row in queries.find(w.officer, text)}

    assert found(first.number) == {first.pk}  # a whole number is that case alone, though another ends with it
    assert found(f"REPRISE-{first.number}") == {longer.pk}
    assert found(first.number[-5:]) == {first.pk, longer.pk}
    assert found("99999") == set()
    assert second.pk not in found(first.number)


def test_the_worklist_stays_under_its_size_in_a_large_office(w: World) -> None:
    """Budget 2 of docs/performance.md: a full page, and more colleagues than a list beside it could hold."""
    cases = [(under_review if n % 2 else in_mediation)(w) for n in range(queries.PAGE + 2)]
    people = Person.objects.bulk_create(
        Person(email=f"{n}@grand.test", first_name="Anne-Sophie", last_name=f"Collègue {n}") for n in range(250)
    )
    Membership.objects.bulk_create(
        Membership(person=person, organisation=w.body.organisation, role=Role.OFFICER, starts_on=date(2026, 1, 1))
        for person in people
    )
    with time_machine.travel(AT, tick=False):
        desk = browser(w, Role.OFFICER)
        page = desk.get("/bureau/?qui=team").content
        assert page.count(b'name="picked"') == queries.PAGE
        assert len(page) <= 40_000
        asked_whom = desk.post(
            "/bureau/attribuer/", {"picked": [cases[0].pk, cases[1].pk], "next": "/bureau/?qui=team"}
        ).content.decode()
        assert asked_whom.count("<option") == 1 + 250 + len(STAFF_ROLES & set(w.people))
        assert cases[0].number in asked_whom
        given = desk.post(
            "/bureau/attribuer/",
            {"to": people[7].pk, "picked": [cases[0].pk], "next": "/bureau/?qui=team"},
            follow=True,
        )
    assert "1 dossier attribué à" in given.content.decode()
    with as_system():
        assert Referral.objects.get(pk=cases[0].pk).assignee_id == people[7].pk
        assert Referral.objects.get(pk=cases[1].pk).assignee_id != people[7].pk


def test_nobody_is_asked_to_whom_a_case_of_another_body_goes(w: World) -> None:
    other = under_review(world())
    with time_machine.travel(AT, tick=False):
        page = browser(w, Role.OFFICER).post("/bureau/attribuer/", {"picked": [other.pk]}).content.decode()
    assert other.number not in page
    assert "Roussel" not in page


def test_a_search_belongs_to_the_list_of_cases_and_promises_what_it_does(w: World) -> None:
    with time_machine.travel(AT, tick=False):
        page = browser(w, Role.OFFICER).get("/bureau/recherche/?q=roussel").content.decode()
    assert 'href="/bureau/dossiers/" aria-current="page"' in page
    assert 'href="/bureau/" aria-current="page"' not in page
    for thing in ("Numéro", "nom", "entreprise", "SIREN"):  # each is looked for: see tests/test_search.py
        assert thing in page[page.index("placeholder=") :][:60]
