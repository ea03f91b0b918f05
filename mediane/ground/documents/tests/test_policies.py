"""The policies that the rooms above add for the parties say what the filter says, with no filter at all."""

from __future__ import annotations

import psycopg
import pytest

from mediane.ground.accounts.actor import Actor
from mediane.ground.database import rls
from mediane.ground.database.scope import acting, as_system
from mediane.ground.documents import services, visibility
from mediane.ground.documents.models import Document, Preview
from mediane.ground.documents.tests import factories as f
from mediane.ground.documents.tests.test_visibility import every_kind, of_party
from mediane.ground.journal.models import Case

NOTIFIED = "EXISTS (SELECT 1 FROM journal_case c WHERE c.id = documents_document.case_id AND c.length > 0)"


@pytest.fixture
def policies(fresh_database) -> None:
    """As a migration of the room above would. `journal_case` stands for its table: parties may read which cases are notified."""
    case_of_trader = f"id = ANY({rls.TRADERS})"
    operations = [
        rls.policy("documents_document", "requester", visibility.party_sql("requester", f"case_id = {rls.CASE}")),
        rls.policy(
            "documents_document",
            "trader",
            visibility.party_sql("trader", f"case_id = ANY({rls.TRADERS}) AND {NOTIFIED}"),
        ),
        rls.policy("journal_case", "trader", case_of_trader),
    ]
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        for operation in operations:
            owner.execute(operation.reverse_sql)  # the room's own, where its migration ran
            owner.execute(operation.sql)


def rows(actor: Actor) -> set[tuple[int, str, str]]:
    with acting(actor):
        return set(Document.objects.order_by("id").values_list("case_id", "author_party", "audience"))


def test_without_a_filter_a_party_sees_its_own_and_no_more(policies):
    with as_system():
        case, other = f.case(), f.case()
        every_kind(case)
        every_kind(other)
    consumer, trader = f.requester(case), Actor.correspondent(1, 1, (case.pk,))
    expected = {(case.pk, *kind) for kind in of_party("consumer")}
    assert rows(consumer) == expected
    assert rows(trader) == set()  # not notified yet

    with as_system():
        Case.objects.filter(pk=case.pk).update(length=1)
    assert rows(trader) == {(case.pk, *kind) for kind in of_party("trader")}
    assert rows(Actor.correspondent(1, 1, (other.pk,))) == set()
    assert rows(Actor.anonymous()) == rows(Actor.public(case.organisation_id)) == set()

    with as_system():
        shared = Document.objects.get(case=case, author_party="office", audience="both")
        Preview.objects.create(document=shared, page=1, text="texte")
    with acting(trader):
        assert Preview.objects.get().text == "texte"
    with as_system():
        services.withdraw(shared.pk, by=f.SYSTEM, at=f.AT, reason="retirée")
    assert (case.pk, "office", "both") not in rows(trader) | rows(consumer)
    with acting(trader):
        assert not Preview.objects.exists()
