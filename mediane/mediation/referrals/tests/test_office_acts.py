"""Acts of the office that are no move: who works cases, in reach of the case, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Membership
from mediane.ground.accounts.roles import Role
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import Claim, Presence
from mediane.mediation.referrals.services import admissibility, drafts, ending, exchange, mediation, receiving, solution
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT
from mediane.mediation.referrals.tests.test_procedure import refused
from mediane.mediation.schemes.models import Subject
from mediane.mediation.traders.models import BusinessLine

pytestmark = pytest.mark.django_db
TERMS = [{"who": "trader", "what": "Rembourser", "amount": None, "due_on": "2027-01-15"}]
Act = Callable[[int, Actor], Any]
ACTS: dict[str, tuple[Callable[[f.World], Any], Act]] = {
    "assign": (f.under_review, lambda pk, by: admissibility.assign(pk, None, by=by, at=AT)),
    "establish_facts": (f.under_review, lambda pk, by: admissibility.establish_facts(pk, {"court": False}, by=by, at=AT)),
    "correct_reception": (
        f.under_review,
        lambda pk, by: admissibility.correct_reception(pk, date(2026, 8, 31), "Le cachet", by=by, at=AT),
    ),
    "explain_lateness": (f.in_mediation, lambda pk, by: ending.explain_lateness(pk, "expert_awaited", by=by, at=AT)),
    "draw_up_agreement": (f.in_mediation, lambda pk, by: mediation.draw_up_agreement(pk, TERMS, by=by, at=AT)),
    "save_proposal": (f.in_mediation, lambda pk, by: solution.save_proposal(pk, f.a_solution(), by=by, at=AT, version=0)),
    "change_contact": (
        f.in_mediation,
        lambda pk, by: exchange.change_contact(pk, Party.CONSUMER, {"phone": "0102030405"}, by=by, at=AT),
    ),
    "note": (f.in_mediation, lambda pk, by: exchange.write(pk, "Une note", "office", by=by, at=AT)),
    "take_over": (f.in_mediation, lambda pk, by: receiving.take_over(pk, by=by, at=AT)),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_who_reads_cases_without_working_them_writes_nothing(act):
    """The direction and the control read; a machine lists."""
    w = f.world()
    make, write = ACTS[act]
    referral = make(w)
    machine = Actor.machine(w.body.pk, name="Outil")
    for by in (w.actors[Role.DIRECTOR], w.actors[Role.AUDITOR], machine):
        refused("not_allowed", write, referral.pk, by)
    refused("not_found", write, referral.pk, f.world().officer)
    write(referral.pk, w.officer)


def test_who_is_there_is_told_to_people_of_the_office_who_reach_the_case():
    w, abroad = f.world(), f.world()
    referral = f.in_mediation(w)
    refused("not_found", exchange.note_presence, referral.pk, by=abroad.officer, at=AT)
    refused("not_found", exchange.note_presence, referral.pk, by=w.administrator, at=AT)
    for by in (w.firm, w.consumer(referral)):
        refused("not_allowed", exchange.note_presence, referral.pk, by=by, at=AT)
    assert not Presence.objects.exists()
    assert exchange.note_presence(referral.pk, by=w.officer, at=AT) == []
    assert exchange.note_presence(referral.pk, by=w.actors[Role.AUDITOR], at=AT) == [w.people[Role.OFFICER]]


def test_nobody_writes_in_a_draft_but_who_holds_it():
    w = f.world()
    draft = receiving.begin_draft(w.body.pk, by=w.public, at=AT)
    other = receiving.begin_draft(w.body.pk, by=w.public, at=AT)
    for by in (w.officer, w.mediator, w.public, w.firm, w.consumer(other)):
        refused("not_found", drafts.save_draft, draft.pk, "faits", {"summary": "x"}, by=by, at=AT)
    drafts.save_draft(draft.pk, "faits", {"summary": "Mon colis"}, by=w.consumer(draft), at=AT)
    assert Claim.objects.get(referral=draft.pk).draft["faits"] == {"summary": "Mon colis"}


def test_a_file_is_given_to_nobody_outside_the_office():
    w, abroad = f.world(), f.world()
    referral = f.under_review(w)
    Membership.objects.filter(person=w.people[Role.DELEGATE]).update(ends_on=date(2026, 8, 1))
    for person in (abroad.people[Role.OFFICER], w.people[Role.CORRESPONDENT], w.people[Role.DELEGATE]):
        refused("not_found", admissibility.assign, referral.pk, person.pk, by=w.officer, at=AT)
    fresh = f.received(w)
    refused(
        "not_found", admissibility.take_up, fresh.pk, by=w.officer, at=AT, assignee_id=abroad.people[Role.OFFICER].pk
    )
    admissibility.assign(referral.pk, w.people[Role.MEDIATOR].pk, by=w.officer, at=AT)


def test_facts_of_a_case_name_nothing_of_another_body():
    w, abroad = f.world(), f.world()
    referral = f.under_review(w)
    subject = Subject.objects.create(body=abroad.body, name="Ailleurs")
    line = BusinessLine.objects.create(trader=abroad.trader, name="Courrier")
    for facts in (
        {"trader_id": abroad.trader.pk},
        {"subject_id": subject.pk},
        {"sub_subject_id": subject.pk},
        {"business_line_id": line.pk},
    ):
        refused("not_found", admissibility.establish_facts, referral.pk, facts, by=w.officer, at=AT)
    mine = BusinessLine.objects.create(trader=w.trader, name="Courrier")
    admissibility.establish_facts(referral.pk, {"business_line_id": mine.pk}, by=w.officer, at=AT)
