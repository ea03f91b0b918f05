"""The procedure driven through its services: states, letters, clocks, journal, and who is told what."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from mediane.ground.accounts.actor import Trace
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines import services as deadlines
from mediane.ground.deadlines.models import Clock
from mediane.ground.journal.models import Entry
from mediane.ground.journal.services import verify_all
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Execution, Ground, Outcome, Party, State
from mediane.mediation.referrals.models import Certificate, PartyContact, PieceRequest, Referral, SealedAnswer
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
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT, later

pytestmark = pytest.mark.django_db
SYS = f.SYSTEM


def letters(referral: Referral) -> list[tuple[str, str]]:
    return list(Letter.objects.filter(case=referral.pk).order_by("pk").values_list("kind", "audience"))


def running(referral: Referral) -> dict[str, date]:
    return {kind: clock.due_on for kind, clock in deadlines.running(referral.pk).items()}


def refused(code: str, act, *args, **kwargs) -> Refusal:  # type: ignore[no-untyped-def]
    with pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


# ---- receiving ------------------------------------------------------------------------------------------------------------------


def test_a_referral_received_by_post_counts_from_the_day_it_arrived():
    w = f.world()
    referral = receiving.receive(
        w.body.pk, w.dispute(), by=w.officer.for_party(Party.CONSUMER), at=AT, channel="post", on=date(2026, 8, 28)
    )
    assert (referral.state, referral.received_on, referral.number) == (State.RECEIVED, date(2026, 8, 28), "2026-00001")
    assert running(referral) == {"rejection": date(2026, 9, 18)}
    assert letters(referral) == [("referral_receipt", "consumer")]
    entry = Entry.objects.get(case=referral.pk)
    assert (entry.name, entry.actor, entry.on_behalf_of, entry.on) == (
        "submit",
        "officer",
        "consumer",
        date(2026, 8, 28),
    )
    assert referral.due_on == date(2026, 9, 18)


def test_sending_twice_makes_one_referral():
    w = f.world()
    draft = receiving.begin_draft(w.body.pk, by=w.public, at=AT)
    key = uuid.uuid4()
    by = w.consumer(draft)
    first = receiving.submit(draft.pk, w.dispute(), by=by, at=AT, submission_key=key)
    second = receiving.submit(draft.pk, w.dispute(), by=by, at=later(0, hours=1), submission_key=key)
    assert first.pk == second.pk
    assert letters(first) == [("referral_receipt", "consumer")]
    key = uuid.uuid4()
    one = receiving.receive(
        w.body.pk, w.dispute(), by=w.officer.for_party(Party.CONSUMER), at=AT, channel="phone", submission_key=key
    )
    two = receiving.receive(
        w.body.pk, w.dispute(), by=w.officer.for_party(Party.CONSUMER), at=AT, channel="phone", submission_key=key
    )
    assert one.pk == two.pk
    # who may not receive for this body learns nothing by a key that it knows
    for by, code in ((f.world().officer.for_party(Party.CONSUMER), "not_found"), (w.firm, "not_allowed")):
        with pytest.raises(Refusal) as refused:
            receiving.receive(w.body.pk, w.dispute(), by=by, at=AT, channel="phone", submission_key=key)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "thing"),
    [
        ({"trader_id": None, "trader_given": ""}, "trader"),
        ({"asked_now": " "}, "claim"),
        ({"consumer": receiving.Person(email="a@b.test")}, "identity"),
        ({"consumer": receiving.Person(last_name="Roussel", phone="0612345678")}, "way_to_answer"),
        ({"consumer": receiving.Person(last_name="Roussel", email="a@b.test", on_paper=True)}, "way_to_answer"),
    ],
)
def test_what_a_referral_cannot_lack(change, thing):
    w = f.world()
    refused(f"missing:{thing}", f.received, w, **change)
    assert not Referral.objects.exists()


def test_the_trader_can_never_open_a_case():
    w = f.world()
    refused("not_allowed", receiving.begin_draft, w.body.pk, by=w.firm, at=AT)


# ---- admissibility --------------------------------------------------------------------------------------------------------------


def test_pieces_are_asked_while_the_clock_runs_on():
    w = f.world()
    referral = f.under_review(w)
    piece = Piece("Copie de la réclamation", "la loi exige une réclamation écrite", "sa date", "prior_complaint")
    admissibility.ask_documents(referral.pk, [piece], date(2026, 9, 10), by=w.officer, at=AT)
    referral.refresh_from_db()
    assert referral.state == State.INCOMPLETE
    assert running(referral) == {"rejection": date(2026, 9, 22), "pieces": date(2026, 9, 10)}
    assert PieceRequest.objects.get().due_on == date(2026, 9, 10)
    assert system.make_due_moves(at=later(9)) == 0  # the 10th is the last day, included
    assert system.make_due_moves(at=later(10)) == 1
    referral.refresh_from_db()
    assert referral.state == State.UNDER_REVIEW
    assert running(referral) == {"rejection": date(2026, 9, 22)}


@pytest.mark.parametrize("ground", list(Ground))
def test_each_ground_has_its_letter_to_the_requester_alone(ground):
    w = f.world()
    referral = f.under_review(w)
    letter = {"other_forum_name": "le tribunal judiciaire de Nantes"} if ground == Ground.OTHER_FORUM else {}
    admissibility.refuse(referral.pk, ground, "La raison, en mots simples.", by=w.delegate, at=later(3), letter=letter)
    referral.refresh_from_db()
    assert (referral.state, referral.decision, referral.ground, referral.decision_on) == (
        State.INADMISSIBLE,
        "inadmissible",
        ground,
        date(2026, 9, 4),
    )
    kind = admissibility.REFUSAL_LETTERS[ground]
    assert letters(referral) == [("referral_receipt", "consumer"), (kind, "consumer")]
    assert "La raison, en mots simples." in str(Letter.objects.get(case=referral.pk, kind=kind).paper)
    assert running(referral) == {}
    assert not Referral.objects.visible_to(w.firm).exists()


def test_an_officer_does_not_refuse_and_a_delegate_needs_a_delegation():
    w = f.world()
    referral = f.under_review(w)
    refused("not_allowed", admissibility.refuse, referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.officer, at=AT)
    w.mandate.delegations.update(ends_on=date(2026, 8, 1))
    refused("missing:delegation", admissibility.refuse, referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.delegate, at=AT)
    type(w.mandate).objects.update(ends_on=date(2026, 8, 1))
    refused("missing:mandate", admissibility.refuse, referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.mediator, at=AT)


def test_a_late_decision_says_why():
    w = f.world()
    referral = f.under_review(w)
    refused(
        "missing:late_reason", admissibility.refuse, referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.mediator, at=later(22)
    )
    admissibility.refuse(referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.mediator, at=later(22), late_reason="oversight")
    referral.refresh_from_db()
    assert referral.late_reason == "oversight"
    assert Clock.objects.get(case=referral.pk).late_reason == "oversight"


def test_premature_is_no_ground_and_one_comes_back_in_one_step():
    w = f.world()
    referral = f.under_review(w, complaint_on=date(2026, 8, 1))
    found = admissibility.assess(referral)
    assert (found.computed, found.premature_until) == ("premature", date(2026, 10, 2))
    admissibility.postpone(referral.pk, found.premature_until, by=w.mediator, at=AT)
    referral.refresh_from_db()
    assert (referral.state, referral.ground, referral.decision) == (State.PREMATURE, "", "premature")
    assert system.make_due_moves(at=later(30)) == 0
    assert system.make_due_moves(at=later(31)) == 1  # 2 October
    assert system.make_due_moves(at=later(31)) == 0
    assert letters(referral)[-1] == ("premature_reminder", "consumer")
    again = receiving.resubmit(referral.pk, "Toujours aucune réponse.", by=w.consumer(referral), at=later(31))
    same = receiving.resubmit(referral.pk, "Toujours aucune réponse.", by=w.consumer(referral), at=later(32))
    assert again.pk == same.pk != referral.pk
    assert (again.previous_id, again.state, again.complaint_on) == (referral.pk, State.RECEIVED, date(2026, 8, 1))
    assert running(again) == {"rejection": date(2026, 10, 23)}
    assert admissibility.assess(again).computed == "admissible"


def test_a_refusal_on_another_ground_is_not_resubmitted():
    w = f.world()
    referral = f.under_review(w)
    admissibility.refuse(referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.mediator, at=AT)
    refused("wrong_state", receiving.resubmit, referral.pk, "depuis", by=w.consumer(referral), at=later(1))


def test_redirection_to_another_mediator_asks_for_consent_before_the_file_goes():
    w = f.world()
    referral, to = f.under_review(w), f.other_mediator()
    act = (referral.pk, Ground.OUT_OF_COMPETENCE)
    refused(
        "missing:consent", admissibility.redirect, *act, by=w.mediator, at=AT, destination_id=to.pk, transferred=True
    )
    refused("missing:destination", admissibility.redirect, *act, by=w.mediator, at=AT)
    refused(
        "wrong_ground",
        admissibility.redirect,
        referral.pk,
        Ground.OTHER_FORUM,
        by=w.mediator,
        at=AT,
        destination_id=to.pk,
    )
    admissibility.redirect(
        *act, by=w.mediator, at=AT, destination_id=to.pk, reason="Ce litige relève des communications."
    )
    referral.refresh_from_db()
    assert (referral.state, referral.destination_id) == (State.REDIRECTED, to.pk)
    assert letters(referral)[-1] == ("redirected_mediator", "consumer")


def test_redirection_to_a_level_of_the_contract_says_whether_the_file_went_with_it():
    w = f.world()
    for transferred, said in ((True, str(AT.date())), (False, None)):
        referral = f.under_review(w)
        PartyContact.objects.filter(referral=referral).update(transfer_consent=True)
        admissibility.redirect(referral.pk, Ground.NO_PRIOR_COMPLAINT, by=w.mediator, at=AT, transferred=transferred)
        letter = Letter.objects.filter(case=referral.pk, kind="redirected_level").get()
        assert letter.inputs["transferred_on"] == said


def test_a_day_that_comes_too_soon_is_refused_with_the_day_it_must_come_after():
    w = f.world()
    referral = f.under_review(w)
    today, before = AT.date(), AT.date() - timedelta(days=3)
    for service, *given in (
        (admissibility.ask_documents, [Piece("Copie", "la loi l’exige")], before),
        (admissibility.postpone, before),
    ):
        with pytest.raises(Refusal) as caught:
            service(referral.pk, *given, by=w.mediator, at=AT)
        assert (caught.value.code, caught.value.facts["due_on"]) == ("date_not_after", today)


def test_re_examination_runs_three_weeks_from_the_new_evidence():
    w = f.world()
    referral = f.under_review(w)
    admissibility.refuse(referral.pk, Ground.NO_PRIOR_COMPLAINT, "x", by=w.mediator, at=AT)
    admissibility.re_examine(
        referral.pk, "Lettre du 2 mars", "preuve reçue", by=w.mediator, at=later(10), evidence_on=date(2026, 9, 9)
    )
    referral.refresh_from_db()
    assert (referral.state, referral.decision, referral.ground) == (State.UNDER_REVIEW, "", "")
    assert running(referral) == {"rejection": date(2026, 9, 30)}
    mediation.notify(referral.pk, by=w.mediator, at=later(12))
    referral.refresh_from_db()
    assert referral.decision_started_on == date(2026, 9, 9)  # MED-031 runs from its own clock


def test_a_corrected_reception_keeps_the_old_answer():
    w = f.world()
    referral = f.received(w)
    admissibility.correct_reception(referral.pk, date(2026, 8, 25), "cachet de la poste", by=w.officer, at=AT)
    clock = Clock.objects.get(case=referral.pk)
    assert clock.due_on == date(2026, 9, 15)
    reading = deadlines.reading(clock)
    assert [s.due for s in reading.superseded] == [date(2026, 9, 22)]


# ---- notification and entry -----------------------------------------------------------------------------------------------------


def test_both_are_notified_on_one_day_and_the_ninety_days_run():
    w = f.world()
    referral = f.notified(w)
    assert (referral.state, referral.decision, referral.notified_on) == (
        State.AWAITING_ENTRY,
        "admissible",
        date(2026, 9, 1),
    )
    assert running(referral) == {"mediation": date(2026, 11, 30), "entry": date(2026, 9, 22)}
    both = Letter.objects.filter(case=referral.pk, kind__startswith="notification")
    assert {letter.audience for letter in both} == {"consumer", "trader"}
    assert {letter.letter_date for letter in both} == {date(2026, 9, 1)}
    assert Referral.objects.visible_to(w.firm).get().pk == referral.pk


def test_nothing_is_addressed_to_the_trader_before_notification():
    w = f.world()
    f.under_review(w)
    assert not Letter.objects.filter(audience="trader").exists()


def test_a_trader_without_contact_cannot_be_notified():
    w = f.world()
    referral = f.under_review(w)
    w.trader.contacts.all().delete()
    refused("missing:trader_contact", mediation.notify, referral.pk, by=w.mediator, at=AT)


def test_a_principle_accepted_in_advance_begins_the_mediation_at_once():
    w = f.world(principle_accepted=True)
    referral = f.notified(w)
    assert referral.state == State.IN_MEDIATION
    assert set(running(referral)) == {"mediation"}


def test_the_trader_is_reminded_at_half_and_at_eighty_percent_once_each():
    w = f.world()
    referral = f.notified(w)
    made = [system.make_due_moves(at=later(day)) for day in range(22)]
    assert sum(made) == 2
    assert [i for i, n in enumerate(made) if n] == [10, 16]
    assert [kind for kind, _ in letters(referral)].count("trader_reminder") == 2


@pytest.mark.parametrize(
    ("silence", "state", "kinds"),
    [
        ("refusal", State.CLOSED, {"deemed_refusal_consumer", "deemed_refusal_trader", "end_certificate"}),
        ("acceptance", State.IN_MEDIATION, {"deemed_acceptance"}),
        ("remind", State.AWAITING_ENTRY, {"trader_reminder"}),
    ],
)
def test_silence_does_what_the_convention_says(silence, state, kinds):
    w = f.world(silence=silence)
    referral = f.notified(w)
    refused("too_early", mediation.entry_expires, referral.pk, by=SYS, at=later(21))
    mediation.entry_expires(referral.pk, by=SYS, at=later(22))
    referral.refresh_from_db()
    assert referral.state == state
    assert {kind for kind, _ in letters(referral)} >= kinds
    if silence == "remind":
        assert running(referral)["entry"] == date(2026, 9, 30)
        mediation.entry_expires(referral.pk, by=SYS, at=later(30))
        referral.refresh_from_db()
        assert (referral.state, referral.outcome, referral.deemed) == (State.CLOSED, Outcome.ENTRY_REFUSED, True)


def test_a_party_on_paper_is_waited_for_a_postal_margin_more():
    w = f.world(on_paper=True)
    referral = f.notified(w)
    assert running(referral)["entry"] == date(2026, 9, 22)  # the date announced stays
    refused("too_early", mediation.entry_expires, referral.pk, by=SYS, at=later(26))
    mediation.entry_expires(referral.pk, by=SYS, at=later(27))


def test_extension_is_the_mediators_alone():
    w = f.world()
    referral = f.in_mediation(w)
    act = {"new_due_on": date(2026, 12, 20), "reason": "Un expert est attendu.", "next_step": "J’attends le rapport"}
    refused("not_allowed", mediation.extend, referral.pk, by=w.delegate, at=AT, **act)
    mediation.extend(referral.pk, by=w.mediator, at=AT, **act)
    referral.refresh_from_db()
    assert (referral.extended, running(referral)["mediation"]) == (True, date(2026, 12, 20))
    assert letters(referral)[-2:] == [("extension", "consumer"), ("extension", "trader")]
    refused(
        "missing:late_reason",
        mediation.extend,
        referral.pk,
        by=w.mediator,
        at=later(120),
        **act | {"new_due_on": date(2027, 2, 1)},
    )


def test_a_direct_agreement_needs_each_partys_own_hand():
    w = f.world()
    referral = f.in_mediation(w)
    items = [{"who": "trader", "what": "rembourse 412 €", "amount": "412.00", "due_on": "2026-10-15"}]
    first = mediation.draw_up_agreement(referral.pk, items, by=w.officer, at=AT)
    refused("missing:consumer_confirmation", mediation.agree_directly, referral.pk, by=w.officer, at=AT)
    mediation.confirm_agreement(referral.pk, first.version, by=w.consumer(referral), at=AT)
    refused("missing:trader_confirmation", mediation.agree_directly, referral.pk, by=w.officer, at=AT)
    second = mediation.draw_up_agreement(
        referral.pk, items, by=w.officer, at=AT
    )  # the text changed: both are asked again
    refused("stale", mediation.confirm_agreement, referral.pk, first.version, by=w.firm, at=AT)
    mediation.confirm_agreement(referral.pk, second.version, by=w.firm, at=AT)
    mediation.confirm_agreement(referral.pk, second.version, by=w.consumer(referral), at=later(1))
    mediation.agree_directly(referral.pk, by=w.officer, at=later(2))
    referral.refresh_from_db()
    assert (referral.state, referral.outcome, referral.ended_on) == (
        State.IN_EXECUTION,
        Outcome.AGREED_DIRECTLY,
        date(2026, 9, 2),
    )
    assert running(referral) == {"execution": date(2026, 10, 15)}
    assert Certificate.objects.get().outcome == "agreement"


# ---- proposal and answers -------------------------------------------------------------------------------------------------------


def test_only_the_mediator_of_the_case_proposes():
    w = f.world()
    referral = f.in_mediation(w)
    draft = solution.save_proposal(referral.pk, f.a_solution(), by=w.officer, at=AT, version=0)
    refused("stale", solution.save_proposal, referral.pk, f.a_solution(), by=w.delegate, at=AT, version=0)
    refused("not_allowed", solution.propose, referral.pk, draft.version, by=w.delegate, at=AT)
    solution.propose(referral.pk, draft.version, by=w.mediator, at=AT)
    referral.refresh_from_db()
    assert (referral.state, referral.proposal_on) == (State.PROPOSAL_NOTIFIED, date(2026, 9, 1))
    assert running(referral) == {"acceptance": date(2026, 10, 20)}
    texts = [letter.paper for letter in Letter.objects.filter(case=referral.pk, kind__startswith="proposal")]
    assert len(texts) == 2


@pytest.mark.parametrize(
    "lacking",
    [
        "facts_agreed",
        "consumer_position",
        "trader_position",
        "reasons_law",
        "reasons_equity",
        "items",
        "orientation",
        "answers_due_on",
    ],
)
def test_a_proposal_that_lacks_something_does_not_leave(lacking):
    w = f.world()
    referral = f.in_mediation(w)
    empty = [] if lacking == "items" else None if lacking == "answers_due_on" else ""
    draft = solution.save_proposal(referral.pk, f.a_solution(**{lacking: empty}), by=w.mediator, at=AT, version=0)
    with pytest.raises(Refusal) as caught:
        solution.propose(referral.pk, draft.version, by=w.mediator, at=AT)
    assert caught.value.missing


def test_answers_are_sealed_until_both_are_in():
    w = f.world()
    referral = f.proposed(w)
    before = Referral.objects.filter(pk=referral.pk).values().get()
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(2))
    assert Referral.objects.filter(pk=referral.pk).values().get() == before  # not a column moves
    refused("already_answered", solution.answer, referral.pk, "refused", by=w.consumer(referral), at=later(2))
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(3))
    referral.refresh_from_db()
    assert (referral.state, referral.outcome, referral.agreed_on) == (
        State.IN_EXECUTION,
        Outcome.PROPOSAL_ACCEPTED,
        date(2026, 9, 4),
    )
    assert (referral.consumer_answer, referral.trader_answer) == ("accepted", "accepted")
    assert {kind for kind, _ in letters(referral)} >= {"result_accepted", "end_certificate"}
    assert running(referral) == {"execution": date(2026, 10, 4)}


def test_a_first_refusal_says_nothing_until_the_other_answered():
    w = f.world()
    referral = f.proposed(w)
    count = Letter.objects.filter(case=referral.pk).count()
    solution.answer(referral.pk, "refused", by=w.firm, at=later(1))
    referral.refresh_from_db()
    assert referral.state == State.PROPOSAL_NOTIFIED
    assert Letter.objects.filter(case=referral.pk).count() == count
    refused("too_early", solution.conclude, referral.pk, by=SYS, at=later(5))
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(6))
    referral.refresh_from_db()
    assert (referral.state, referral.outcome) == (State.CLOSED, Outcome.PROPOSAL_REFUSED)
    assert letters(referral)[-2:] == [("result_refused", "consumer"), ("result_refused", "trader")]


def test_silence_never_accepts():
    w = f.world()
    referral = f.proposed(w)
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(1))
    refused("too_late", solution.answer, referral.pk, "accepted", by=w.consumer(referral), at=later(50))
    assert system.make_due_moves(at=later(49)) == 0  # 20 October, included
    assert system.make_due_moves(at=later(50)) == 1
    referral.refresh_from_db()
    assert (referral.state, referral.outcome, referral.consumer_answer) == (
        State.CLOSED,
        Outcome.PROPOSAL_UNANSWERED,
        "silent",
    )


def test_a_reminder_goes_to_the_silent_party_alone_and_betrays_nothing():
    w = f.world(rules={"party_silence_effect": "remind"})
    referral = f.proposed(w)
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(1))
    solution.conclude(referral.pk, by=SYS, at=later(50))
    referral.refresh_from_db()
    assert referral.state == State.PROPOSAL_NOTIFIED
    assert [(k, a) for k, a in letters(referral) if k == "answer_reminder"] == [("answer_reminder", "consumer")]
    assert running(referral)["acceptance"] == date(2026, 10, 31)
    solution.conclude(referral.pk, by=SYS, at=later(61))
    referral.refresh_from_db()
    assert referral.outcome == Outcome.PROPOSAL_UNANSWERED


def test_an_answer_by_post_counts_for_the_day_it_arrived():
    w = f.world()
    referral = f.proposed(w)
    by_post = Trace(note="Coupon-réponse reçu par la poste.")
    by = w.officer.for_party(Party.CONSUMER, by_post)
    answer = solution.answer(referral.pk, "accepted", by=by, at=later(5), on=date(2026, 9, 4))
    assert (answer.party, answer.answered_on) == ("consumer", date(2026, 9, 4))
    refused(
        "in_future",
        solution.answer,
        referral.pk,
        "accepted",
        by=w.officer.for_party(Party.TRADER, by_post),
        at=later(5),
        on=date(2026, 9, 30),
    )
    refused("not_allowed", solution.answer, referral.pk, "accepted", by=w.delegate.for_party(Party.TRADER), at=later(5))


# ---- execution and closing ------------------------------------------------------------------------------------------------------


def accepted(w: f.World) -> Referral:
    referral = f.proposed(w)
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(2))
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(2))
    return Referral.objects.get(pk=referral.pk)


def test_the_consumers_yes_closes_the_case():
    w = f.world()
    referral = accepted(w)
    solution.report_execution(referral.pk, "yes", by=w.firm, at=later(10))
    assert Referral.objects.get(pk=referral.pk).state == State.IN_EXECUTION
    solution.report_execution(referral.pk, "yes", by=w.consumer(referral), at=later(12))
    referral.refresh_from_db()
    assert (referral.state, referral.execution, referral.closed_on, referral.ended_on) == (
        State.CLOSED,
        Execution.YES,
        date(2026, 9, 13),
        date(2026, 9, 3),
    )
    assert letters(referral)[-4:] == [
        ("closing", "consumer"),
        ("closing", "trader"),
        ("end_certificate", "consumer"),
        ("end_certificate", "trader"),
    ]
    assert Certificate.objects.count() == 1  # a copy, under the same code


def test_execution_is_asked_at_the_date_then_twice_and_an_officer_closes_after():
    w = f.world()
    referral = accepted(w)  # due 3 October
    made = [day for day in range(30, 75) if system.make_due_moves(at=later(day))]
    assert made == [32, 47, 62]
    assert [k for k, _ in letters(referral)].count("execution_reminder") == 6
    refused("too_early", solution.finish, referral.pk, Execution.UNKNOWN, by=w.officer, at=later(60))
    solution.finish(referral.pk, Execution.UNKNOWN, by=w.officer, at=later(63))
    referral.refresh_from_db()
    assert (referral.state, referral.execution) == (State.CLOSED, Execution.UNKNOWN)


# ---- ends and what follows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [f.notified, f.in_mediation, f.proposed])
@pytest.mark.parametrize("party", list(Party))
def test_either_party_withdraws_at_any_time(stage, party):
    w = f.world()
    referral = stage(w)
    actor = w.consumer(referral) if party is Party.CONSUMER else w.firm
    ending.withdraw(referral.pk, by=actor, at=later(3))
    referral.refresh_from_db()
    assert (referral.state, referral.outcome, referral.ended_on) == (
        State.CLOSED,
        f"withdrawn_{party}",
        date(2026, 9, 4),
    )
    assert not set(running(referral)) - {"resumption"}
    assert Certificate.objects.get().outcome == "withdrawal"


def test_withdrawal_before_notification_ends_no_mediation():
    w = f.world()
    referral = f.under_review(w)
    ending.withdraw_early(referral.pk, by=w.consumer(referral), at=later(1))
    referral.refresh_from_db()
    assert (referral.state, referral.decision, referral.outcome) == (State.WITHDRAWN_EARLY, "", "")
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("forum", "outcome"), [("court", Outcome.COURT_SEIZED), ("mediator", Outcome.OTHER_MEDIATOR_SEIZED)]
)
def test_a_court_or_another_mediator_ends_it(forum, outcome):
    w = f.world()
    referral = f.in_mediation(w)
    ending.seize_elsewhere(
        referral.pk,
        forum,
        "le tribunal judiciaire de Nantes",
        by=w.delegate,
        at=later(5),
        learnt_from="consumer",
    )
    referral.refresh_from_db()
    assert (referral.state, referral.outcome) == (State.CLOSED, outcome)


@pytest.mark.parametrize(
    ("informant", "said"),
    [
        ("consumer", "le consommateur"),
        ("trader", "le professionnel"),
        ("forum", "le tribunal judiciaire de Nantes"),
        ("third_party", "un tiers"),
    ],
)
def test_the_letter_says_who_told_by_a_code_and_names_no_third_person(informant, said):
    w = f.world()
    referral = f.in_mediation(w)
    court = {"by": w.mediator, "at": later(5)}
    name = "le tribunal judiciaire de Nantes"
    refused("missing:learnt_from", ending.seize_elsewhere, referral.pk, "court", name, **court)
    with pytest.raises(ValueError, match="Informant"):
        ending.seize_elsewhere(referral.pk, "court", name, learnt_from="Maître Durand", **court)
    ending.seize_elsewhere(referral.pk, "court", name, learnt_from=informant, **court)
    inputs = Letter.objects.filter(case=referral.pk, kind="court_seized").values_list("inputs__learnt_from", flat=True)
    assert list(inputs) == [said, said]
    assert Entry.objects.get(case=referral.pk, name="seize_elsewhere").facts["learnt_from"] == informant


def test_resuming_after_a_refused_entry_needs_both_and_cancels_the_certificate():
    w = f.world()
    referral = f.notified(w)
    mediation.refuse_entry(referral.pk, by=w.firm, at=later(3))
    refused("missing:consents", ending.resume, referral.pk, "both_consent", by=w.mediator, at=later(4))
    ending.consent_to_resume(referral.pk, by=w.firm, at=later(4))
    ending.consent_to_resume(referral.pk, by=w.consumer(referral), at=later(5))
    refused("wrong_reason", ending.resume, referral.pk, "withdrawal_by_mistake", by=w.mediator, at=later(5))
    ending.resume(referral.pk, "both_consent", by=w.mediator, at=later(5))
    referral.refresh_from_db()
    assert (referral.state, referral.outcome, referral.closed_on) == (State.IN_MEDIATION, "", None)
    assert running(referral)["mediation"] == date(2026, 11, 30)  # as if never stopped
    assert Certificate.objects.get().cancelled_on == date(2026, 9, 6)
    assert letters(referral)[-2:] == [("resumed", "consumer"), ("resumed", "trader")]


def test_resuming_after_a_mistaken_withdrawal_goes_back_to_where_it_was():
    w = f.world()
    referral = f.in_mediation(w)
    ending.withdraw(referral.pk, by=w.consumer(referral), at=later(3))
    ending.consent_to_resume(referral.pk, by=w.consumer(referral), at=later(4))
    ending.resume(referral.pk, "withdrawal_by_mistake", by=w.mediator, at=later(4))
    referral.refresh_from_db()
    assert referral.state == State.IN_MEDIATION


def test_resuming_after_silence_asks_both_anew_and_keeps_the_earlier_answers_sealed():
    w = f.world()
    referral = f.proposed(w)
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(1))
    solution.conclude(referral.pk, by=SYS, at=later(50))
    for actor in (w.consumer(referral), w.firm):
        ending.consent_to_resume(referral.pk, by=actor, at=later(51))
    ending.resume(referral.pk, "both_consent", by=w.mediator, at=later(52), answers_due_on=date(2026, 11, 20))
    referral.refresh_from_db()
    assert (referral.state, referral.consumer_answer) == (State.PROPOSAL_NOTIFIED, "")
    assert "mediation" not in running(referral)  # the proposal had stopped the 90 days
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(53))
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(53))
    assert SealedAnswer.objects.count() == 3
    assert Referral.objects.get(pk=referral.pk).outcome == Outcome.PROPOSAL_ACCEPTED


def test_too_late_to_resume():
    w = f.world()
    referral = f.notified(w)
    mediation.refuse_entry(referral.pk, by=w.firm, at=later(3))
    refused("too_late", ending.consent_to_resume, referral.pk, by=w.firm, at=later(40))


# ---- conflicts ------------------------------------------------------------------------------------------------------------------


def declared(w: f.World, stage=f.in_mediation) -> Referral:  # type: ignore[no-untyped-def]
    referral = stage(w)
    return conflicts.declare_conflict(
        referral.pk,
        "Ma sœur travaille chez le professionnel.",
        "Je peux rester impartiale.",
        by=w.mediator,
        at=later(2),
    )


def test_a_declared_conflict_locks_the_case_and_lifts_by_itself():
    w = f.world()
    referral = declared(w)
    assert referral.locked
    act = {"new_due_on": date(2026, 12, 20), "reason": "x", "next_step": "y"}
    refused("locked", mediation.extend, referral.pk, by=w.mediator, at=later(3), **act)
    exchange.write(referral.pk, "Je confirme.", "both", by=w.firm, at=later(3))  # the parties go on
    assert system.make_due_moves(at=later(12)) == 0
    assert system.make_due_moves(at=later(13)) == 1
    referral.refresh_from_db()
    assert not referral.locked


def test_an_objection_replaces_the_mediator_of_an_entity():
    w = f.world()
    referral = declared(w)
    conflicts.object_to(referral.pk, by=w.firm, at=later(4))
    assert system.make_due_moves(at=later(13)) == 0  # stays locked
    refused("body_is_entity", conflicts.end_mission, referral.pk, by=w.mediator, at=later(14))
    person = w.people[f.Role.DELEGATE]

    other = f.appointed(w, person)
    refused("missing:mediator", conflicts.replace_mediator, referral.pk, w.mandate.pk, by=w.director, at=later(14))
    conflicts.replace_mediator(referral.pk, other.pk, by=w.director, at=later(14))
    referral.refresh_from_db()
    assert (referral.locked, referral.mediator_id) == (False, other.pk)
    assert letters(referral)[-2:] == [("mediator_replaced", "consumer"), ("mediator_replaced", "trader")]


@pytest.mark.parametrize("early", [True, False])
def test_an_objection_ends_the_mission_of_a_body_of_one_person(early):
    w = f.world(is_person=True)
    referral = f.under_review(w) if early else f.in_mediation(w)
    Referral.objects.filter(pk=referral.pk).update(mediator=w.mandate)
    conflicts.declare_conflict(referral.pk, "Un lien familial.", "Je m’en remets à vous.", by=w.mediator, at=later(2))
    end = conflicts.end_mission_early if early else conflicts.end_mission
    refused("missing:objection", end, referral.pk, by=w.mediator, at=later(3))
    conflicts.object_to(referral.pk, by=w.consumer(referral), at=later(4))
    end(referral.pk, by=w.mediator, at=later(5))
    referral.refresh_from_db()
    if early:
        assert (referral.state, referral.outcome) == (State.MISSION_ENDED_EARLY, "")
        assert {a for _, a in letters(referral)} == {"consumer"}
    else:
        assert (referral.state, referral.outcome) == (State.CLOSED, Outcome.MISSION_ENDED)


# ---- exchange -------------------------------------------------------------------------------------------------------------------


def test_a_message_is_read_by_its_audience_only():
    w = f.world()
    referral = f.in_mediation(w)
    said = {
        audience: exchange.write(referral.pk, f"pour {audience}", audience, by=w.mediator, at=later(1)).pk
        for audience in ("both", "consumer", "trader", "office", "mediator")
    }
    from mediane.mediation.referrals.models import Message

    def seen(actor):  # type: ignore[no-untyped-def]
        return {name for name, pk in said.items() if Message.objects.visible_to(actor).filter(pk=pk).exists()}

    assert seen(w.consumer(referral)) == {"both", "consumer"}
    assert seen(w.firm) == {"both", "trader"}
    assert seen(w.officer) == {"both", "consumer", "trader", "office"}
    assert seen(w.mediator) == set(said)
    assert seen(w.administrator) == set()


def test_before_notification_a_message_to_the_trader_is_impossible():
    w = f.world()
    referral = f.under_review(w)
    for audience in ("trader", "both"):
        refused("wrong_state", exchange.write, referral.pk, "bonjour", audience, by=w.officer, at=AT)
    exchange.write(referral.pk, "Une question sur votre demande.", "consumer", by=w.officer, at=AT)


def test_a_party_cannot_write_for_the_other():
    w = f.world()
    referral = f.in_mediation(w)
    refused("not_allowed", exchange.write, referral.pk, "x", "trader", by=w.consumer(referral), at=AT)
    refused("not_allowed", exchange.write, referral.pk, "x", "office", by=w.firm, at=AT)


def test_a_stranger_gets_the_answer_of_an_unknown_case():
    w, other = f.world(), f.world()
    referral = f.in_mediation(w)
    for actor in (other.mediator, other.firm, other.consumer(f.received(other)), w.administrator):
        for act in (ending.withdraw, mediation.agree_directly, conflicts.object_to):
            with pytest.raises(Refusal) as mine:
                act(referral.pk, by=actor, at=AT)
            with pytest.raises(Refusal) as unknown:
                act(10_000_000, by=actor, at=AT)
            assert (mine.value.code, mine.value.facts) == (unknown.value.code, unknown.value.facts) == ("not_found", {})


# ---- the journal ----------------------------------------------------------------------------------------------------------------


def test_every_move_left_one_entry_and_the_chain_verifies():
    w = f.world()
    referral = accepted(w)
    names = list(
        Entry.objects.filter(case=referral.pk, name__in=[m.name for m in f.receiving.REFERRALS.moves])
        .order_by("seq")
        .values_list("name", flat=True)
    )
    assert names == ["submit", "take_up", "notify", "accept_entry", "propose", "answer", "answer", "conclude"]
    found = verify_all()
    assert found.faults == ()
    assert found.entries == Entry.objects.count()


def test_clock_columns_are_the_folding_of_their_events():
    w = f.world(rules={"party_silence_effect": "remind"})
    referral = f.proposed(w)
    solution.conclude(referral.pk, by=SYS, at=later(50))
    assert {clock.pk: deadlines.refold(clock) for clock in Clock.objects.all()} == {
        clock.pk: [] for clock in Clock.objects.all()
    }


def test_ninety_days_across_the_change_of_hour_and_a_leap_day():
    w = f.world()
    winter = f.notified(w, AT.replace(year=2027, month=12, day=1, hour=23, minute=30), complaint_on=date(2027, 6, 1))
    assert winter.notified_on == date(2027, 12, 2)  # 00:30 in Paris
    assert running(winter)["mediation"] == date(2028, 3, 1)  # 29 February 2028 counted
    assert running(winter)["mediation"] - winter.notified_on == timedelta(days=90)


@pytest.mark.parametrize("shared", [True, False])
def test_the_traders_reason_reaches_the_consumer_only_where_it_agreed(shared):
    """letters.md 15: never the trader's reasons, unless it agreed to share them."""
    w = f.world()
    referral = f.notified(w)
    mediation.refuse_entry(referral.pk, by=w.firm, at=later(3), reason="Autre société du groupe.", share_reason=shared)
    letter = Letter.objects.get(case=referral.pk, kind="trader_refusal_consumer")
    assert ("Autre société du groupe" in str(letter.paper)) == shared
    assert "Autre société" not in str(
        Letter.objects.get(case=referral.pk, kind="end_certificate", audience="consumer").paper
    )
