"""Walls inside the room that the table of moves does not draw: nothing written to the trader before notification, in person, the law's own periods."""

from __future__ import annotations

from datetime import date

import pytest

from mediane.ground.access.services import CaseKeys
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines import services as clocks
from mediane.ground.rulesets.models import RuleValue
from mediane.ground.rulesets.services import Rules
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.letters import writing
from mediane.mediation.referrals.models import PartyContact, Referral
from mediane.mediation.referrals.services import ending, mediation, receiving, solution
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT
from mediane.mediation.referrals.tests.test_procedure import refused, running

pytestmark = pytest.mark.django_db


def test_no_letter_can_be_written_to_the_trader_before_notification():
    """Even where somebody put its address in the case too early."""
    w = f.world()
    referral = f.under_review(w)
    PartyContact.objects.create(
        referral=referral, party=Party.TRADER, company="Colis Bleuet", email="mediation@bleuet.test"
    )
    refused(
        "not_notified", writing.queue, referral, "withdrawal_by_consumer", Party.TRADER, at=AT, on=AT.date(), seq=1, by=f.SYSTEM,
        running=clocks.running(referral.pk), rules=Rules.from_snapshot(referral.rules), keys=CaseKeys(referral.case, at=AT), written=(),
        contacts={contact.party: contact for contact in referral.contacts.all()},
    )  # fmt: skip
    assert not Letter.objects.filter(audience="trader").exists()


def test_filters_alone_wall_a_body_a_party_and_a_draft():
    """In system scope, where row-level security hides nothing: what lists and pages start from."""
    w, abroad = f.world(), f.world()
    mine, theirs = f.notified(w), f.notified(abroad)
    unknown = f.under_review(w)
    receiving.begin_draft(w.body.pk, by=w.public, at=AT)

    def seen(actor: Actor) -> set[int]:
        return set(Referral.objects.visible_to(actor).values_list("pk", flat=True))

    office = {mine.pk, unknown.pk}
    for role in (Role.MEDIATOR, Role.DELEGATE, Role.OFFICER, Role.DIRECTOR, Role.AUDITOR):
        assert seen(w.actors[role]) == office, role
    machine = Actor.machine(w.body.pk, name="Outil")
    assert seen(machine) == office
    assert seen(w.administrator) == seen(w.public) == seen(Actor.anonymous()) == set()
    assert seen(w.firm) == {mine.pk} and seen(abroad.firm) == seen(abroad.mediator) == {theirs.pk}
    assert seen(w.consumer(mine)) == {mine.pk} and seen(w.consumer(unknown)) == {unknown.pk}


def another_mediator(w: f.World) -> Actor:
    person = Person.objects.create_user(f"autre{w.body.pk}@essai.test", first_name="Autre", last_name="Médiatrice")
    Membership.objects.create(
        person=person, organisation=w.body.organisation, role=Role.MEDIATOR, starts_on=date(2020, 1, 1)
    )
    f.appointed(w, person)
    return Actor.staff(person.pk, w.body.pk, frozenset({Role.MEDIATOR}), name=person.full_name)


def test_another_mediator_of_the_body_neither_proposes_nor_extends():
    w = f.world()
    other, referral = another_mediator(w), f.in_mediation(w)
    draft = solution.save_proposal(referral.pk, f.a_solution(), by=other, at=AT, version=0)
    refused("not_allowed", solution.propose, referral.pk, draft.version, by=other, at=AT)
    act = {"new_due_on": date(2026, 12, 20), "reason": "Un avis est attendu.", "next_step": "J’attends"}
    refused("not_allowed", mediation.extend, referral.pk, by=other, at=AT, **act)
    ending.withdraw(referral.pk, by=w.firm, at=AT)


def already_set(w: f.World, key: str, value: str) -> None:
    """A value that stands in the table whatever it is worth: setting one looser than the law is refused (schemes/tests/test_rule_limits.py)."""
    RuleValue.objects.create(
        organisation_id=w.body.pk, key=key, value=value, effective_from=date(2020, 1, 1), set_at=AT
    )


@pytest.mark.parametrize(
    ("rule", "value", "due"),
    [
        ("rejection", "60d", date(2026, 9, 22)),
        ("rejection", "15wd", date(2026, 9, 22)),
        ("rejection", "10d", date(2026, 9, 11)),
    ],
)
def test_a_bodys_rule_tightens_the_three_weeks_and_never_loosens_them(rule, value, due):
    w = f.world()
    already_set(w, rule, value)
    assert running(f.received(w)) == {"rejection": due}


@pytest.mark.parametrize(
    ("value", "due"), [("200d", date(2026, 11, 30)), ("3m", date(2026, 11, 30)), ("2m", date(2026, 11, 1))]
)
def test_a_bodys_rule_tightens_the_ninety_days_and_never_loosens_them(value, due):
    w = f.world()
    already_set(w, "mediation", value)
    assert running(f.notified(w))["mediation"] == due
