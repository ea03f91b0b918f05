"""Looking for a case: by its number, by the beginnings of names, by its firm; what the words of names follow, and who reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import acting, as_system
from mediane.mediation.referrals import queries
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import NameWord, Referral
from mediane.mediation.referrals.services import receiving
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.traders.models import TraderAlias

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> f.World:
    return f.world()


def of(w: f.World, last_name: str, first_name: str = "Camille", **more: Any) -> Referral:
    consumer = replace(w.dispute().consumer, last_name=last_name, first_name=first_name)
    return f.received(w, consumer=consumer, **more)


def found(by: Actor, text: str, **more: Any) -> list[int]:
    with acting(by):
        return [row.pk for row in queries.find(by, text, **more)]


@pytest.mark.parametrize(
    "text",
    [
        "Lefèvre",
        "lefevre",
        "LEFÈVRE",
        "lef",
        "anne-lise lefevre",
        "Mme Lefèvre-d’Œuvre",
        "d'oeuvre",
        "Lise Anne",
        "  lefevre,  d’œ ",
    ],
)
def test_a_name_is_found_by_the_beginning_of_its_words(w: f.World, text: str) -> None:
    case = of(w, "Lefèvre-d’Œuvre", "Anne-Lise")
    of(w, "Roussel")
    assert found(w.officer, text) == [case.pk]


@pytest.mark.parametrize(
    "text", ["fevre", "lefevre roussel", "%", "_", "M.", "'; DROP TABLE x; --", "é" * 10_000, "( ) [ ] \\"]
)
def test_what_is_no_beginning_of_a_word_finds_nothing_and_breaks_nothing(w: f.World, text: str) -> None:
    of(w, "Lefèvre")
    assert found(w.officer, text) == []


def test_the_newest_come_first_and_pages_follow_one_another(w: f.World) -> None:
    cases = [of(w, "Martin").pk for _ in range(5)]
    newest = cases[::-1]
    assert found(w.officer, "martin", limit=3) == newest[:3]
    assert found(w.officer, "martin", limit=3, after=newest[2]) == newest[3:]
    assert found(w.officer, "martin", states=[State.CLOSED]) == []


def test_a_firm_is_found_by_name_alias_and_siren_and_a_name_beside_it(w: f.World) -> None:
    one = of(w, "Roussel")
    with as_system():
        TraderAlias.objects.create(trader=w.trader, name="Les Coursiers Réunis")
    assert found(w.officer, "coursiers reunis") == [one.pk]
    assert found(w.officer, w.trader.name[2:8].upper()) == [one.pk]
    assert found(w.officer, w.trader.siren) == [one.pk]
    unknown = receiving.receive(
        w.body.pk,
        f.dispute(None, trader_given="Boutique Zéphyr"),
        by=w.officer.for_party("consumer"),
        at=f.AT,
        channel="post",
    )
    assert found(w.officer, "zephyr") == [unknown.pk]


def test_the_words_follow_the_case(w: f.World) -> None:
    """Whoever writes the row: corrected, archived, destroyed, deleted."""
    case = of(w, "Lefèvre")

    def words() -> set[str]:
        with as_system():
            return set(NameWord.objects.filter(referral=case.pk).values_list("word", flat=True))

    tail = case.number.rsplit("-")[-1]
    assert words() == {"camille", "lefevre", tail}
    with as_system():
        Referral.objects.filter(pk=case.pk).update(consumer_name="Mme Camille Évrard")
    assert words() == {"camille", "evrard", tail}
    with as_system():
        Referral.objects.filter(pk=case.pk).update(
            state=State.DESTROYED, destruction_approved_by=w.director.person_id, destruction_approved_at=f.AT
        )
    assert words() == set()


def test_nobody_but_the_office_of_the_case_reads_its_words(w: f.World) -> None:
    abroad = f.world()
    case = of(w, "Lefèvre")
    readers = {
        "office": w.officer,
        "other office": abroad.officer,
        "firm": w.firm,
        "consumer": w.consumer(case),
        "administrator": w.administrator,
    }
    seen = {}
    for name, reader in readers.items():
        with acting(reader):
            seen[name] = NameWord.objects.filter(referral=case.pk).exists()
        assert found(reader, "lefevre") == ([case.pk] if name == "office" else []), name
    assert seen == {"office": True, "other office": False, "firm": False, "consumer": False, "administrator": False}


def test_an_archived_case_is_found_by_who_reads_the_archive(w: f.World) -> None:
    case = of(w, "Lefèvre")
    with as_system():
        Referral.objects.filter(pk=case.pk).update(state=State.ARCHIVED, destroy_on="2031-01-01")
    assert not w.officer.reads_archive
    assert w.director.reads_archive
    assert found(w.officer, "lefevre") == found(w.officer, case.number) == []
    assert found(w.director, "lefevre") == [case.pk]


def test_an_index_serves_the_words_under_the_policies(w: f.World) -> None:
    """The very statements of a search, planned as the role that runs the product: the range of a word is looked for in the index, not met row by row."""
    case = of(w, "Lefèvre")
    with acting(w.officer), connection.cursor() as cursor:
        with CaptureQueriesContext(connection) as told:
            assert [row.pk for row in queries.find(w.officer, "lefev")] == [case.pk]
        asked = [query["sql"] for query in told if 'FROM "referrals_nameword"' in query["sql"]]
        assert len(asked) == 2
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in asked:
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert any("Index Cond" in line and "lefev" in line for line in plan.splitlines()), plan


def test_a_search_costs_the_same_for_one_case_and_for_many(w: f.World) -> None:
    def cost() -> int:
        with acting(w.officer), CaptureQueriesContext(connection) as told:
            queries.find(w.officer, "roussel camille")
        return len(told)

    of(w, "Roussel")
    before = cost()
    for _ in range(20):
        of(w, "Roussel")
    assert cost() == before <= 6
