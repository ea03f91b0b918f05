"""Who sees a piece: the filter and, under it, row-level security, tested apart from one another."""

from __future__ import annotations

from itertools import product

import pytest
from django.db.models import Q

from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.accounts.roles import Role
from mediane.ground.database.scope import NOTHING, acting, scope
from mediane.ground.documents import services, visibility
from mediane.ground.documents.enums import Audience, Author
from mediane.ground.documents.models import Document, Preview, Reading
from mediane.ground.documents.tests import factories as f
from mediane.ground.journal.models import Case

pytestmark = pytest.mark.django_db

SEEN_BY_STAFF = {"consumer", "trader", "both", "office"}


@pytest.fixture
def rules(monkeypatch):
    """What the rooms above would say; here "notified" is a case whose journal has begun."""
    monkeypatch.setattr(visibility, "_rules", {})
    visibility.party_rule(Scope.REQUESTER, lambda actor: Q(case_id=actor.case_id))
    visibility.party_rule(Scope.TRADER, lambda actor: Q(case_id__in=actor.trader_ids, case__length__gt=0))


def every_kind(case: Case) -> dict[tuple[str, str], Document]:
    return {
        (author, audience): f.piece(case, author_party=author, audience=audience)
        for author, audience in product(Author.values, Audience.values)
    }


def seen(actor: Actor, pieces: dict[tuple[str, str], Document]) -> set[tuple[str, str]]:
    """Through the filter, in the wide-open scope: what the first lock alone lets through."""
    found = set(Document.objects.visible_to(actor).values_list("pk", flat=True))
    return {kind for kind, piece in pieces.items() if piece.pk in found}


def seen_without_filter(actor: Actor, pieces: dict[tuple[str, str], Document]) -> set[tuple[str, str]]:
    """With no filter at all: what the second lock alone lets through."""
    with acting(actor):
        found = set(Document.objects.order_by("id").values_list("pk", flat=True))
    return {kind for kind, piece in pieces.items() if piece.pk in found}


def of_party(party: str) -> set[tuple[str, str]]:
    return {(a, b) for a, b in product(Author.values, Audience.values) if a == party or b in (party, "both")}


def of_staff(*, mediator: bool = False) -> set[tuple[str, str]]:
    return {(a, b) for a, b in product(Author.values, Audience.values) if mediator or b != "mediator"}


# ---- the first lock -------------------------------------------------------------------------------------------------
def test_staff_see_their_own_organisations_pieces():
    case, other = f.case(), f.case()
    mine, _theirs = every_kind(case), every_kind(other)
    officer = f.staff(case.organisation_id, Role.OFFICER)
    assert seen(officer, mine) == of_staff()
    assert Document.objects.visible_to(officer).exclude(case=case).count() == 0
    assert seen(f.staff(case.organisation_id, Role.MEDIATOR), mine) == of_staff(mediator=True)
    for role in Role.DELEGATE, Role.DIRECTOR, Role.AUDITOR:
        assert seen(f.staff(case.organisation_id, role), mine) == of_staff()


@pytest.mark.parametrize("actor", [Actor.anonymous(), Actor.public(1), f.SYSTEM])
def test_who_has_no_case_sees_none(actor: Actor):
    every_kind(f.case())
    assert Document.objects.visible_to(actor).count() == (20 if actor.is_system else 0)


def test_an_administrator_sees_none():
    case = f.case()
    pieces = every_kind(case)
    assert seen(f.staff(case.organisation_id, Role.ADMINISTRATOR), pieces) == set()


def test_parties_see_nothing_until_the_rooms_above_say_what(monkeypatch):
    monkeypatch.setattr(visibility, "_rules", {})
    case = f.case()
    pieces = every_kind(case)
    assert seen(f.requester(case), pieces) == seen(f.correspondent(1, case.pk), pieces) == set()


def test_a_party_sees_its_own_and_what_is_for_it(rules):
    case = f.case()
    pieces = every_kind(case)
    Case.objects.filter(pk=case.pk).update(length=1)
    assert seen(f.requester(case), pieces) == of_party("consumer")
    assert seen(f.correspondent(1, case.pk), pieces) == of_party("trader")
    assert seen(f.requester(f.case()), pieces) == set()
    assert seen(f.correspondent(1), pieces) == seen(f.correspondent(1, case.pk + 1), pieces) == set()


def test_a_trader_sees_nothing_before_the_notification(rules):
    case = f.case()
    pieces = every_kind(case)
    assert seen(f.correspondent(1, case.pk), pieces) == set()


def test_a_withdrawn_piece_is_left_to_the_office(rules):
    case = f.case()
    piece = f.piece(case, audience="both")
    services.withdraw(piece.pk, by=f.SYSTEM, at=f.AT, reason="envoyée par erreur")
    assert not Document.objects.visible_to(f.requester(case)).exists()
    assert Document.objects.visible_to(f.staff(case.organisation_id)).get().withdrawn_reason == "envoyée par erreur"


def test_a_rule_can_narrow_what_staff_see(rules):
    case = f.case()
    f.piece(case)
    visibility.party_rule(Scope.STAFF, lambda actor: Q(case__length__gt=0))
    assert not Document.objects.visible_to(f.staff(case.organisation_id)).exists()
    with pytest.raises(ValueError, match="no rule"):
        visibility.party_rule(Scope.SYSTEM, lambda actor: Q())


# ---- the second lock --------------------------------------------------------------------------------------------------
def test_a_forgotten_filter_shows_staff_no_more():
    case = f.case()
    mine, theirs = every_kind(case), every_kind(f.case())
    officer, mediator = f.staff(case.organisation_id), f.staff(case.organisation_id, Role.MEDIATOR)
    assert seen_without_filter(officer, mine) == of_staff()
    assert seen_without_filter(mediator, mine) == of_staff(mediator=True)
    assert seen_without_filter(mediator, theirs) == set()


def test_a_forgotten_filter_shows_everybody_else_nothing():
    case = f.case()
    pieces = every_kind(case)
    strangers = [
        Actor.anonymous(),
        Actor.public(case.organisation_id),
        f.staff(case.organisation_id, Role.ADMINISTRATOR),
    ]
    for actor in [*strangers, f.requester(case), f.correspondent(1, case.pk)]:
        assert seen_without_filter(actor, pieces) == set()
    with scope(NOTHING):
        assert not Document.objects.exists()


def test_previews_and_readings_follow_their_piece():
    case = f.case()
    note, open_one = f.piece(case, author_party="mediator", audience="mediator"), f.piece(case)
    for piece in note, open_one:
        Preview.objects.create(document=piece, page=1, text="texte")
        services.record_reading(piece, by=f.SYSTEM, at=f.AT)
    for model in Preview, Reading:
        for actor, expected in (
            (f.staff(case.organisation_id), {open_one.pk}),
            (f.staff(case.organisation_id, Role.MEDIATOR), {open_one.pk, note.pk}),
            (f.staff(f.organisation().pk, Role.MEDIATOR), set()),
            (f.requester(case), set()),
            (Actor.anonymous(), set()),
        ):
            with acting(actor):
                assert set(model.objects.order_by("id").values_list("document_id", flat=True)) == expected


def test_nobody_writes_but_a_use_case():
    case = f.case()
    piece = f.piece(case)
    with acting(f.staff(case.organisation_id, Role.MEDIATOR)):
        assert Document.objects.filter(pk=piece.pk).update(title="changé") == 0
        assert Document.objects.filter(pk=piece.pk).delete()[0] == 0
    piece.refresh_from_db()
    assert piece.title == "Facture"
