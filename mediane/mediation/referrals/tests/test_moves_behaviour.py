"""What the table of moves says in words: who records for whom and with what trace, whom the post makes wait, what a lock and a conflict do, how one goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mediane.ground.accounts.actor import Trace
from mediane.ground.accounts.roles import Role
from mediane.ground.deadlines.models import Clock
from mediane.ground.documents.models import Document
from mediane.ground.documents.uploads import accept_file
from mediane.ground.journal.models import Case, Entry
from mediane.ground.journal.services import personal_of
from mediane.mediation.referrals.enums import Ground, Outcome, Party, State
from mediane.mediation.referrals.models import Certificate, Conflict, PartyContact, Referral, SealedAnswer
from mediane.mediation.referrals.services import (
    admissibility,
    conflicts,
    ending,
    exchange,
    mediation,
    receiving,
    solution,
    system,
)
from mediane.mediation.referrals.services.admissibility import Piece
from mediane.mediation.referrals.services.recording import record_for
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT, later
from mediane.mediation.referrals.tests.test_procedure import accepted, declared, letters, refused, running
from mediane.mediation.schemes.services import appoint, delegate

pytestmark = pytest.mark.django_db
SYS = f.SYSTEM


def again(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def on_paper(referral: Referral, *parties: Party) -> None:
    PartyContact.objects.filter(referral=referral, party__in=parties or list(Party)).update(on_paper=True)


# ---- recorded for a party -----------------------------------------------------------------------------------------------------------
def agreed(w: f.World) -> Referral:
    referral = f.in_mediation(w)
    items = [{"who": "trader", "what": "rembourse 412 €", "amount": "412.00", "due_on": "2026-10-15"}]
    mediation.draw_up_agreement(referral.pk, items, by=w.officer, at=AT)
    return referral


def closed_by_consumer(w: f.World) -> Referral:
    referral = f.in_mediation(w)
    return ending.withdraw(referral.pk, by=w.consumer(referral), at=AT)


RECORDED: list[tuple[str, Callable[[f.World], Referral], Party, Callable[..., Any], dict[str, Any]]] = [
    ("withdraw_early", f.under_review, Party.CONSUMER, ending.withdraw_early, {}),
    ("accept_entry", f.notified, Party.TRADER, mediation.accept_entry, {}),
    ("refuse_entry", f.notified, Party.TRADER, mediation.refuse_entry, {}),
    ("object", declared, Party.TRADER, conflicts.object_to, {}),
    ("answer", f.proposed, Party.CONSUMER, solution.answer, {"value": "accepted"}),
    ("withdraw", f.in_mediation, Party.TRADER, ending.withdraw, {}),
    ("report_execution", accepted, Party.TRADER, solution.report_execution, {"value": "yes"}),
    ("confirm_agreement", agreed, Party.TRADER, mediation.confirm_agreement, {"version": 1}),
    ("consent_to_resume", closed_by_consumer, Party.CONSUMER, ending.consent_to_resume, {}),
]


@pytest.mark.parametrize(("name", "stage", "party", "service", "values"), RECORDED, ids=[row[0] for row in RECORDED])
def test_what_came_on_paper_is_dated_the_day_it_arrived_with_its_scan_and_both_persons(
    name, stage, party, service, values
):
    w = f.world()
    referral = stage(w)
    refused(
        "missing:scan" if name == "confirm_agreement" else "missing:trace",
        service, referral.pk, by=w.officer.for_party(party), at=later(6), on=date(2026, 9, 5), **values,
    )  # fmt: skip
    scan = accept_file(b"La lettre, telle qu'elle est venue.", filename="lettre.txt")
    told = {"by": w.officer, "at": later(6), "on": date(2026, 9, 5), "note": "Arrivée par la poste.", "uploads": [scan]}
    record_for(referral.pk, party, service, **told, **values)
    entry = Entry.objects.filter(case=referral.pk, name=name).latest("seq")
    document = Document.objects.get(case=referral.pk, filename="lettre.txt")
    assert (entry.on, entry.at) == (date(2026, 9, 5), later(6))
    assert (entry.person_id, entry.actor, entry.on_behalf_of) == (w.people[Role.OFFICER].pk, "officer", party)
    assert entry.facts["scans"] == [document.pk]
    assert "note" not in entry.facts
    personal = personal_of(entry, Case.objects.get(pk=referral.pk))
    assert personal and personal["note"] == "Arrivée par la poste."
    assert (document.author_party, document.audience, document.received_on) == (party, party, date(2026, 9, 5))


@pytest.mark.parametrize(("name", "stage", "party", "service", "values"), RECORDED, ids=[row[0] for row in RECORDED])
def test_nobody_but_an_officer_records_for_a_party(name, stage, party, service, values):
    w = f.world()
    referral = stage(w)
    for actor in (w.delegate, w.mediator, w.director):
        refused(
            "not_allowed", record_for, referral.pk, party, service, by=actor, at=later(6), note="Un appel.", **values
        )
        trace = Trace(note="Un appel.", scans=(1,))
        refused("not_allowed", service, referral.pk, by=actor.for_party(party, trace), at=later(6), **values)
    refused("not_found", record_for, referral.pk, party, service, by=f.world().officer, at=later(6), note="x", **values)


def test_an_agreement_is_confirmed_by_a_hand_and_a_call_is_none():
    w = f.world()
    referral = agreed(w)
    by_phone = w.officer.for_party(Party.TRADER, Trace(note="Mme Petit a dit oui au téléphone."))
    refused("missing:scan", mediation.confirm_agreement, referral.pk, 1, by=by_phone, at=later(1))


def test_what_was_recorded_cannot_precede_what_it_answers():
    w = f.world()
    trace = Trace(note="lettre")
    offered = f.proposed(w, on=later(5))
    by = w.officer.for_party(Party.CONSUMER, trace)
    refused("before_case", solution.answer, offered.pk, "accepted", by=by, at=later(6), on=date(2026, 9, 3))
    refused("before_case", ending.withdraw, offered.pk, by=by, at=later(6), on=date(2026, 9, 3))
    told = declared(w)
    refused("before_case", conflicts.object_to, told.pk, by=by, at=later(6), on=date(2026, 9, 2))
    done = accepted(w)
    refused("before_case", solution.report_execution, done.pk, "yes", by=by, at=later(6), on=date(2026, 9, 2))
    over = closed_by_consumer(w)
    refused("before_case", ending.consent_to_resume, over.pk, by=by, at=later(6), on=date(2026, 8, 30))
    refused("in_future", ending.consent_to_resume, over.pk, by=by, at=later(6), on=date(2026, 9, 30))


# ---- whom the post makes wait -------------------------------------------------------------------------------------------------------
def test_a_requester_on_paper_has_the_posts_time_to_send_pieces():
    w = f.world()
    referral = f.under_review(w)
    on_paper(referral)
    admissibility.ask_documents(referral.pk, [Piece("Copie", "la loi l’exige")], date(2026, 9, 10), by=w.officer, at=AT)
    refused("too_early", admissibility.go_on_without, referral.pk, by=SYS, at=later(14))
    assert system.make_due_moves(at=later(14)) == 0
    assert system.make_due_moves(at=later(15)) == 1
    assert again(referral).state == State.UNDER_REVIEW


@pytest.mark.parametrize("party", list(Party), ids=str)
def test_an_objection_by_post_is_waited_for(party):
    w = f.world()
    referral = declared(w)  # until 13 September
    on_paper(referral, party)
    refused("too_early", conflicts.lift_conflict, referral.pk, by=SYS, at=later(17))
    own = w.consumer(referral) if party is Party.CONSUMER else w.firm
    refused(
        "too_late", conflicts.object_to, referral.pk, by=own, at=later(14)
    )  # the date is the date for who has a screen
    by_post = w.officer.for_party(party, Trace(note="lettre"))
    conflicts.object_to(referral.pk, by=by_post, at=later(17), on=date(2026, 9, 18))
    refused("objected", conflicts.lift_conflict, referral.pk, by=SYS, at=later(20))


def test_an_objection_by_post_comes_too_late_after_the_margin_and_the_lock_lifts():
    w = f.world()
    referral = declared(w)
    on_paper(referral)
    by_post = w.officer.for_party(Party.CONSUMER, Trace(note="lettre"))
    refused("too_late", conflicts.object_to, referral.pk, by=by_post, at=later(18))
    assert system.make_due_moves(at=later(18))
    assert not again(referral).locked


@pytest.mark.parametrize(("party", "silent_on_paper"), [(Party.CONSUMER, True), (Party.TRADER, False)])
def test_a_silence_on_the_proposal_waits_for_the_post_of_the_silent_one_only(party, silent_on_paper):
    w = f.world()
    referral = f.proposed(w)  # until 20 October
    on_paper(referral, Party.CONSUMER)
    silent = Party.CONSUMER if silent_on_paper else Party.TRADER
    own = w.firm if silent is Party.CONSUMER else w.consumer(referral)
    solution.answer(referral.pk, "accepted", by=own, at=later(1))
    last = 54 if silent_on_paper else 49
    refused("too_early", solution.conclude, referral.pk, by=SYS, at=later(last))
    solution.conclude(referral.pk, by=SYS, at=later(last + 1))
    assert again(referral).outcome == Outcome.PROPOSAL_UNANSWERED


# ---- moves of the system come on their day ------------------------------------------------------------------------------------------
def test_the_system_does_nothing_before_its_day():
    w = f.world()
    asked = f.under_review(w)
    admissibility.ask_documents(asked.pk, [Piece("Copie", "la loi l’exige")], date(2026, 9, 10), by=w.officer, at=AT)
    refused("too_early", admissibility.go_on_without, asked.pk, by=SYS, at=later(9))
    young = f.under_review(w, complaint_on=date(2026, 8, 1))
    admissibility.postpone(young.pk, date(2026, 10, 2), by=w.mediator, at=AT)
    refused("too_early", admissibility.remind_premature, young.pk, by=SYS, at=later(30))
    refused("too_early", mediation.entry_expires, f.notified(w).pk, by=SYS, at=later(21))
    refused("too_early", conflicts.lift_conflict, declared(w).pk, by=SYS, at=later(12))
    refused("too_early", solution.conclude, f.proposed(w).pk, by=SYS, at=later(49))


# ---- mandates -----------------------------------------------------------------------------------------------------------------------
def test_a_mandate_that_ends_in_the_middle_stops_the_mediator_and_a_renewed_one_goes_on():
    w = f.world()
    referral = f.in_mediation(w)
    type(w.mandate).objects.filter(pk=w.mandate.pk).update(ends_on=date(2026, 9, 10))
    act = {"new_due_on": date(2026, 12, 20), "reason": "Un avis est attendu.", "next_step": "J’attends"}
    refused("missing:mandate", mediation.extend, referral.pk, by=w.mediator, at=later(20), **act)
    person = w.people[Role.MEDIATOR]
    renewed = appoint(
        w.body.pk, person, by=SYS, starts_on=date(2026, 9, 11), ends_on=date(2029, 9, 11), appointed_by="Commission"
    )
    mediation.extend(referral.pk, by=w.mediator, at=later(20), **act)
    assert again(referral).mediator_id == renewed.pk


def test_the_end_of_a_mandate_lets_the_direction_name_another():
    w = f.world()
    referral = f.in_mediation(w)
    other = f.appointed(w, w.people[Role.DELEGATE])
    refused("missing:replacement_reason", conflicts.replace_mediator, referral.pk, other.pk, by=w.director, at=later(2))
    type(w.mandate).objects.filter(pk=w.mandate.pk).update(ends_on=date(2026, 9, 2))
    conflicts.replace_mediator(referral.pk, other.pk, by=w.director, at=later(2))
    assert Entry.objects.filter(case=referral.pk, name="replace_mediator").get().facts["reason"] == "mandate_ended"
    assert letters(referral)[-2:] == [("mediator_replaced", "consumer"), ("mediator_replaced", "trader")]


def test_a_mediator_replaced_on_its_own_wish_says_so():
    w = f.world()
    referral = f.in_mediation(w)
    other = f.appointed(w, w.people[Role.DELEGATE])
    conflicts.replace_mediator(referral.pk, other.pk, by=w.director, at=later(2), reason="own_wish")
    assert Entry.objects.filter(case=referral.pk, name="replace_mediator").get().facts["reason"] == "own_wish"


def test_who_was_replaced_over_a_conflict_takes_no_part_any_more_nor_by_a_delegate():
    w = f.world()
    referral = declared(w, f.under_review)
    assert [audience for kind, audience in letters(referral) if kind == "conflict_declared"] == ["consumer"]
    conflicts.object_to(referral.pk, by=w.consumer(referral), at=later(3))
    other = f.appointed(w, w.people[Role.DIRECTOR])
    conflicts.replace_mediator(referral.pk, other.pk, by=w.director, at=later(4))
    refused("in_conflict", admissibility.refuse, referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.mediator, at=later(5))
    refused("in_conflict", admissibility.refuse, referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.delegate, at=later(5))
    refused("in_conflict", admissibility.assign, referral.pk, w.people[Role.MEDIATOR].pk, by=w.officer, at=later(5))
    refused("in_conflict", conflicts.replace_mediator, referral.pk, w.mandate.pk, by=w.director, at=later(5))
    delegate(other, w.people[Role.DELEGATE], by=SYS, starts_on=date(2024, 1, 1), reference="D-2")
    w.mandate.delegations.all().delete()
    admissibility.refuse(referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.delegate, at=later(5))


def test_a_known_conflict_bars_from_taking_a_file_up():
    w = f.world()
    referral = declared(w, f.received)
    other = f.appointed(w, w.people[Role.DIRECTOR])
    conflicts.replace_mediator(referral.pk, other.pk, by=w.director, at=later(4), reason="own_wish")
    refused("in_conflict", admissibility.take_up, referral.pk, by=w.mediator, at=later(5))
    refused(
        "in_conflict",
        admissibility.take_up,
        referral.pk,
        by=w.officer,
        at=later(5),
        assignee_id=w.people[Role.MEDIATOR].pk,
    )
    admissibility.take_up(referral.pk, by=w.officer, at=later(5))


# ---- locks --------------------------------------------------------------------------------------------------------------------------
def test_a_lock_ends_with_the_case_it_locked():
    w = f.world()
    for ended, stage, act in (
        (State.CLOSED, f.in_mediation, lambda r: ending.withdraw(r.pk, by=w.firm, at=later(3))),
        (State.WITHDRAWN_EARLY, f.under_review, lambda r: ending.withdraw_early(r.pk, by=w.consumer(r), at=later(3))),
    ):
        referral = declared(w, stage)
        act(referral)
        found = again(referral)
        assert (found.state, found.locked) == (ended, False)
        assert Conflict.objects.get(referral=referral).ended == "case_ended"


def test_an_agreement_under_lock_can_still_be_finished():
    """Both parties accept while the mediator is in conflict: nobody could lift the lock any more, so it ends there."""
    w = f.world()
    referral = declared(w, f.proposed)
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(3))
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(3))
    assert (again(referral).state, again(referral).locked) == (State.IN_EXECUTION, False)
    solution.finish(referral.pk, "unknown", by=w.officer, at=later(70))


def test_parties_and_system_go_on_while_nobody_of_the_office_may():
    w = f.world()
    referral = declared(w, f.notified)
    mediation.accept_entry(referral.pk, by=w.firm, at=later(3))
    for actor in (w.mediator, w.delegate, w.officer):
        refused("locked", exchange.write, referral.pk, "Un mot.", "both", by=actor, at=later(3))
    refused(
        "locked",
        ending.seize_elsewhere,
        referral.pk,
        "court",
        "un tribunal",
        by=w.delegate,
        at=later(3),
        learnt_from="consumer",
    )
    silent = declared(w, f.notified)
    mediation.entry_expires(silent.pk, by=SYS, at=later(22))
    assert again(silent).state == State.CLOSED


# ---- refusals of the table ----------------------------------------------------------------------------------------------------------
def test_a_court_seized_before_notification_is_a_ground_of_refusal_and_no_end():
    w = f.world()
    referral = f.under_review(w)
    act = {"by": w.delegate, "at": later(1), "learnt_from": "consumer"}
    refused("wrong_state", ending.seize_elsewhere, referral.pk, "court", "le tribunal", **act)
    letter = {"other_forum_name": "le tribunal judiciaire de Nantes"}
    admissibility.refuse(
        referral.pk, Ground.OTHER_FORUM, "Un tribunal est saisi.", by=w.delegate, at=later(1), letter=letter
    )
    assert {audience for _kind, audience in letters(referral)} == {"consumer"}


def test_a_proposal_says_its_amount_even_when_it_is_nothing():
    w = f.world()
    referral = f.in_mediation(w)
    draft = solution.save_proposal(referral.pk, f.a_solution(amount=None), by=w.mediator, at=AT, version=0)
    refused("missing:amounts", solution.propose, referral.pk, draft.version, by=w.mediator, at=AT)
    draft = solution.save_proposal(referral.pk, f.a_solution(amount=0), by=w.mediator, at=AT, version=1)
    solution.propose(referral.pk, draft.version, by=w.mediator, at=AT)


def test_an_officer_closes_after_the_last_reminder_even_when_the_consumer_said_no():
    w = f.world()
    referral = accepted(w)  # due 3 October, last reminder 2 November
    solution.report_execution(referral.pk, "no", by=w.consumer(referral), at=later(40))
    refused("too_early", solution.finish, referral.pk, "no", by=w.officer, at=later(45))
    solution.finish(referral.pk, "no", by=w.officer, at=later(63))
    assert again(referral).execution == "no"


def test_the_ninety_days_of_a_direct_agreement_run_to_the_agreement():
    """Both hands in time, written down here after day 90: nobody was late."""
    w = f.world()
    referral = agreed(w)
    mediation.confirm_agreement(referral.pk, 1, by=w.firm, at=later(80))
    mediation.confirm_agreement(referral.pk, 1, by=w.consumer(referral), at=later(89))
    mediation.agree_directly(referral.pk, by=w.officer, at=later(93))
    clock = Clock.objects.get(case=referral.pk, kind="mediation")
    assert (clock.stopped_on, clock.late_reason, again(referral).ended_on) == (
        date(2026, 11, 29),
        "",
        date(2026, 11, 29),
    )


@pytest.mark.parametrize("reason", ["", "parce que"])
def test_what_is_late_is_explained_by_a_code_and_by_no_other_word(reason):
    w = f.world(is_person=True)
    late = later(95)
    referral = f.in_mediation(w)
    Referral.objects.filter(pk=referral.pk).update(mediator=w.mandate)
    act = {"new_due_on": date(2027, 2, 1), "reason": "x", "next_step": "y"}
    refused("missing:late_reason", mediation.extend, referral.pk, by=w.mediator, at=late, late_reason=reason, **act)
    court = {"by": w.mediator, "at": late, "learnt_from": "consumer", "late_reason": reason}
    refused("missing:late_reason", ending.seize_elsewhere, referral.pk, "court", "le tribunal", **court)
    refused("missing:late_reason", ending.explain_lateness, referral.pk, reason, by=w.officer, at=late)
    conflicts.declare_conflict(referral.pk, "Un lien.", "À vous de dire.", by=w.mediator, at=later(91))
    conflicts.object_to(referral.pk, by=w.firm, at=later(92))
    refused("missing:late_reason", conflicts.end_mission, referral.pk, by=w.mediator, at=late, late_reason=reason)
    conflicts.end_mission(referral.pk, by=w.mediator, at=late, late_reason="oversight")
    assert Clock.objects.get(case=referral.pk, kind="mediation").late_reason == "oversight"


def test_an_extension_after_day_ninety_is_possible_with_its_code():
    w = f.world()
    referral = f.in_mediation(w)
    act = {"new_due_on": date(2027, 2, 1), "reason": "Un avis est attendu.", "next_step": "J’attends"}
    mediation.extend(referral.pk, by=w.mediator, at=later(120), late_reason="expert_awaited", **act)
    found = again(referral)
    assert (found.extended, found.extended_until, found.late_reason) == (True, date(2027, 2, 1), "expert_awaited")
    assert [row for row in letters(referral) if row[0] == "extension"] == [
        ("extension", "consumer"),
        ("extension", "trader"),
    ]


# ---- going on after an end ----------------------------------------------------------------------------------------------------------
def test_the_traders_consent_to_go_on_is_its_entry():
    w = f.world()
    referral = f.notified(w)
    mediation.entry_expires(referral.pk, by=SYS, at=later(22))
    ending.consent_to_resume(referral.pk, by=w.firm, at=later(24))
    ending.consent_to_resume(referral.pk, by=w.consumer(referral), at=later(26))
    ending.resume(referral.pk, "both_consent", by=w.mediator, at=later(27))
    found = again(referral)
    assert (found.state, found.entry, found.entered_on, found.deemed) == (
        State.IN_MEDIATION,
        "accepted",
        date(2026, 9, 25),
        False,
    )
    assert (found.closed_on, found.outcome, found.ended_on) == (None, "", None)
    assert Certificate.objects.get().cancelled_on == date(2026, 9, 28)


def test_a_withdrawal_by_mistake_at_the_proposal_goes_back_with_the_answers_given():
    w = f.world()
    referral = f.proposed(w)  # answers until 20 October
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(1))
    ending.withdraw(referral.pk, by=w.consumer(referral), at=later(3))
    ending.consent_to_resume(referral.pk, by=w.consumer(referral), at=later(4))
    ending.resume(referral.pk, "withdrawal_by_mistake", by=w.mediator, at=later(5))
    assert again(referral).state == State.PROPOSAL_NOTIFIED
    assert running(referral) == {"acceptance": date(2026, 10, 20)}  # the date that the letter gave
    assert SealedAnswer.objects.count() == 1
    refused("already_answered", solution.answer, referral.pk, "refused", by=w.firm, at=later(6))
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(6))
    assert again(referral).outcome == Outcome.PROPOSAL_ACCEPTED


def test_a_withdrawal_by_mistake_on_the_last_day_needs_a_new_date():
    w = f.world()
    referral = f.proposed(w)
    ending.withdraw(referral.pk, by=w.consumer(referral), at=later(49))
    ending.consent_to_resume(referral.pk, by=w.consumer(referral), at=later(50))
    refused("missing:answers_due_on", ending.resume, referral.pk, "withdrawal_by_mistake", by=w.mediator, at=later(51))
    due = date(2026, 11, 10)
    ending.resume(referral.pk, "withdrawal_by_mistake", by=w.mediator, at=later(51), answers_due_on=due)
    assert running(referral) == {"acceptance": due}


def test_an_untrue_seizure_goes_back_to_where_it_was():
    w = f.world()
    referral = f.notified(w)
    court = {"by": w.mediator, "at": later(2), "learnt_from": "trader"}
    ending.seize_elsewhere(referral.pk, "court", "le tribunal", **court)
    ending.resume(referral.pk, "seizure_untrue", by=w.mediator, at=later(4))
    assert again(referral).state == State.AWAITING_ENTRY
    assert running(referral) == {"mediation": date(2026, 11, 30), "entry": date(2026, 9, 22)}


@pytest.mark.parametrize("stage", ["refused", "agreed", "trader"])
def test_other_ends_are_ends(stage):
    w = f.world()
    if stage == "refused":
        referral = f.proposed(w)
        solution.answer(referral.pk, "refused", by=w.firm, at=later(1))
        solution.answer(referral.pk, "refused", by=w.consumer(referral), at=later(1))
    elif stage == "agreed":
        referral = accepted(w)
        solution.report_execution(referral.pk, "yes", by=w.consumer(referral), at=later(3))
    else:
        referral = f.in_mediation(w)
        ending.withdraw(referral.pk, by=w.firm, at=later(1))
    assert again(referral).state == State.CLOSED
    for reason in ("both_consent", "withdrawal_by_mistake", "seizure_untrue"):
        refused("too_late", ending.resume, referral.pk, reason, by=w.mediator, at=later(4))


# ---- an import is no move -----------------------------------------------------------------------------------------------------------
def test_no_move_of_the_system_touches_an_imported_case_until_it_is_taken_up():
    w = f.world()
    referral = f.notified(w)
    Referral.objects.filter(pk=referral.pk).update(imported=True, quiet=True)
    Clock.objects.filter(case=referral.pk).delete()  # an import writes no clock
    before = letters(referral)
    assert system.make_due_moves(at=later(60)) == 0
    refused("not_taken_up", mediation.entry_expires, referral.pk, by=SYS, at=later(60))
    assert letters(referral) == before
    receiving.take_over(referral.pk, by=w.officer, at=later(60))
    assert not again(referral).quiet
