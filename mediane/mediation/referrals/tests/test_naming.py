"""Discretion: the trader reads initials wherever it reads the consumer, when they were asked for and a contract reference says which contract."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediane.ground.correspondence.models import Letter
from mediane.ground.documents.models import Document
from mediane.mediation.referrals import naming
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import Message, PartyContact, Referral
from mediane.mediation.referrals.services import exchange, mediation, solution
from mediane.mediation.referrals.services.rehearsal import rehearse
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT, later

pytestmark = pytest.mark.django_db


def discreet(w: f.World, reference: str = "6A12345678901") -> dict:
    return {"consumer": replace(w.dispute().consumer, discreet=True), "contract_reference": reference}


@pytest.fixture
def w() -> f.World:
    return f.world()


@pytest.mark.parametrize(
    ("asked", "reference", "shown"),
    [(True, "6A1", "C. M."), (True, "  ", "Mme Claire Morel"), (False, "6A1", "Mme Claire Morel")],
)
def test_initials_when_asked_for_and_when_the_contract_is_known(asked, reference, shown):
    contact = PartyContact(first_name="Claire", last_name="Morel", gender="f", discreet=asked)
    assert naming.short(contact, reference, "Mme Claire Morel") == shown


def test_every_letter_to_the_trader_says_initials_and_the_contract(w):
    referral = f.in_mediation(w, **discreet(w))
    draft = solution.save_proposal(
        referral.pk,
        f.a_solution(
            consumer_position="La personne n’a rien reçu.",
            items=[{"who": "trader", "what": "rembourse 210 €", "amount": "210.00", "within": "30d"}],
        ),
        by=w.mediator,
        at=AT,
        version=0,
    )
    solution.propose(referral.pk, draft.version, by=w.mediator, at=AT)
    for party in Party:
        actor = w.firm if party is Party.TRADER else w.consumer(referral)
        solution.answer(referral.pk, "accepted", by=actor, at=later(1), signatory="Léa")
    name = PartyContact.objects.get(referral=referral, party=Party.CONSUMER).last_name
    found = list(Letter.objects.filter(case=referral.pk, audience="trader"))
    assert len(found) >= 4
    for letter in found:
        assert name not in f"{letter.subject} {letter.inputs} {letter.paper}", letter.kind
    told = next(letter for letter in found if letter.kind == "notification_trader")
    assert "6A12345678901" in f"{told.inputs} {told.paper}"


def test_the_consumer_s_messages_and_pieces_carry_initials_where_the_trader_reads_them(w):
    referral = f.in_mediation(w, **discreet(w))
    me = w.consumer(referral)
    open_ = exchange.write(referral.pk, "Bonjour", "both", by=me, at=later(1))
    closed = exchange.write(referral.pk, "Entre nous", "consumer", by=me, at=later(1))
    assert len(open_.author_name) < 8
    assert closed.author_name == referral.consumer_name
    assert Referral.objects.get(pk=referral.pk).consumer_shown == open_.author_name


def test_a_wish_made_later_reaches_what_the_trader_already_reads(w):
    referral = f.in_mediation(w, contract_reference="6A1")
    me = w.consumer(referral)
    exchange.write(referral.pk, "Bonjour", "both", by=me, at=later(1))
    assert Referral.objects.get(pk=referral.pk).consumer_shown == referral.consumer_name
    exchange.change_contact(referral.pk, Party.CONSUMER, {"discreet": True}, by=me, at=later(2))
    shown = Referral.objects.get(pk=referral.pk).consumer_shown
    assert shown != referral.consumer_name
    assert Message.objects.get(referral=referral, text="Bonjour").author_name == shown
    exchange.change_contact(referral.pk, Party.CONSUMER, {"discreet": False}, by=me, at=later(3))
    assert Message.objects.get(referral=referral, text="Bonjour").author_name == referral.consumer_name
    assert Document.objects.filter(case=referral.pk, author_name=shown).count() == 0


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Mme LEFEVRE DUPONT n’a rien reçu."], True),
        ([{"facts": ["rien", {"more": "à Lefèvre‑Dupont"}]}], True),
        (["Lefèvre seule", "Dupontel"], False),
        ([], False),
    ],
)
def test_a_name_is_found_however_it_is_written(texts, found):
    contact = PartyContact(first_name="Claire", last_name="Lefèvre-Dupont", discreet=True)
    assert naming.is_named_in(contact, "6A1", texts) is found
    assert not naming.is_named_in(contact, "", texts)  # without a contract its name stands anyway


def test_the_preview_warns_before_a_letter_names_somebody_who_asked_for_initials(w):
    referral = f.under_review(w, **discreet(w))
    name = PartyContact.objects.get(referral=referral, party=Party.CONSUMER).last_name

    def told(summary: str) -> bool:
        given = {"mediator_id": w.mandate.pk, "dispute_summary": summary, "claim_summary": "Le remboursement."}
        return rehearse(referral.pk, mediation.notify, by=w.mediator, at=later(1), **given).names_consumer

    assert told(f"{name.upper()} n’a rien reçu.")
    assert not told("Le colis n’est pas arrivé.")
