"""Clocks as people meet them: the day in the letter is the day of the clock, corrections say why, warnings and breaches come once, the digest goes out by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils.translation import override

from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines import services as deadlines
from mediane.ground.deadlines.models import Clock, Notice
from mediane.ground.deadlines.notices import notice_deadlines
from mediane.kernel.clocks import read
from mediane.mediation.referrals.clock_words import how_computed
from mediane.mediation.referrals.digest import send_digests
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.sentences import next_step
from mediane.mediation.referrals.services import admissibility, exchange, mediation, solution, system
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT, later
from mediane.mediation.referrals.tests.test_procedure import running
from mediane.mediation.referrals.web.faces import card_face

pytestmark = pytest.mark.django_db


def steps(referral: Referral) -> list[str]:
    return list(Notice.objects.filter(clock__case=referral.pk).order_by("pk").values_list("step", flat=True))


# ---- one date -----------------------------------------------------------------------------------------------------------------------
def test_the_day_in_the_letter_is_the_day_of_the_clock():
    w = f.world()
    referral = f.notified(w)
    dues = running(referral)
    by_kind = {letter.kind: letter for letter in Letter.objects.filter(case=referral.pk)}
    receipt, to_consumer, to_trader = (
        by_kind[k] for k in ("referral_receipt", "notification_consumer", "notification_trader")
    )
    rejection = Clock.objects.get(case=referral.pk, kind="rejection")
    assert str(rejection.due_on) in repr(receipt.inputs)
    for letter in (to_consumer, to_trader):
        assert {str(dues["mediation"]), str(dues["entry"])} <= set(map(str, letter.inputs.values())), letter.kind
    mediation.accept_entry(referral.pk, by=w.firm, at=AT)
    act = {"new_due_on": date(2026, 12, 20), "reason": "Un avis est attendu.", "next_step": "J’attends"}
    mediation.extend(referral.pk, by=w.mediator, at=later(3), **act)
    told = Letter.objects.filter(case=referral.pk, kind="extension")
    assert {(letter.inputs["previous_due_on"], letter.inputs["new_due_on"]) for letter in told} == {
        ("2026-11-30", "2026-12-20")
    }
    draft = solution.save_proposal(referral.pk, f.a_solution(), by=w.mediator, at=later(4), version=0)
    solution.propose(referral.pk, draft.version, by=w.mediator, at=later(4))
    due = running(referral)["acceptance"]
    for letter in Letter.objects.filter(case=referral.pk, kind__startswith="proposal"):
        assert str(due) in map(str, letter.inputs.values()), letter.kind


def test_the_consumer_reads_the_same_date_to_add_something_as_in_its_letter_and_nobody_waits_for_it():
    w = f.world()
    referral = mediation.accept_entry(f.notified(w).pk, by=w.firm, at=AT)
    letter = Letter.objects.get(case=referral.pk, kind="entry_accepted", audience="consumer")
    clock = deadlines.running(referral.pk)["observations:consumer"]
    assert str(clock.due_on) == letter.inputs["observations_due_on"]
    with override("fr"):
        mine = next_step(referral, "consumer", deadlines.running(referral.pk))
        assert (mine.yours, mine.due_on) == (False, clock.due_on) and "ce n’est pas une obligation" in mine.text
    exchange.send_position(referral.pk, exchange.PositionGiven("agrees", "yes"), "trader", by=w.firm, at=later(1))
    referral.refresh_from_db()
    running_now = deadlines.running(referral.pk)
    assert (
        clock.slot in running_now and referral.due_kind == "mediation"
    )  # the trader has answered: the mediation has the hand
    assert next_step(referral, "staff", running_now).hand == "mediation"
    system.make_due_moves(at=later((clock.due_on - AT.date()).days + 1))
    assert clock.slot not in deadlines.running(referral.pk)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_letters_say_how_a_date_was_computed_in_the_words_of_the_pages(language: str):
    w = f.world()
    consumer = replace(w.dispute().consumer, language=language)
    referral = f.received(w, consumer=consumer)
    receipt = Letter.objects.get(case=referral.pk, kind="referral_receipt")
    rejection = Clock.objects.get(case=referral.pk, kind="rejection")
    assert receipt.inputs["computed"] == [how_computed(rejection, language=language)]
    referral = f.notified(w, consumer=consumer)
    clock_of = {clock.kind: clock for clock in Clock.objects.filter(case=referral.pk)}
    told = Letter.objects.get(case=referral.pk, kind="notification_consumer")
    said = [how_computed(clock_of[kind], language=language) for kind in ("entry", "mediation")]
    assert told.inputs["computed"] == said
    assert ("Ce délai n’est pas fixé par la loi" in said[0]) is (language == "fr")  # the convention's, not the law's
    mediation.accept_entry(referral.pk, by=w.firm, at=AT)
    act = {"new_due_on": date(2026, 12, 20), "reason": "Un avis est attendu.", "next_step": "J’attends"}
    mediation.extend(referral.pk, by=w.mediator, at=later(3), **act)
    extension = Letter.objects.get(case=referral.pk, kind="extension", audience="consumer")
    (sentence,) = extension.inputs["computed"]
    assert ("prolongée le" if language == "fr" else "extended on") in sentence
    with override(language):
        page = card_face(Clock.objects.get(case=referral.pk, kind="mediation"), AT.date())
    assert page.note == sentence


def test_every_clock_of_a_whole_case_says_its_article_its_days_and_how():
    w = f.world()
    referral = f.proposed(w)
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(1))
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(2))
    found = {}
    for clock in Clock.objects.filter(case=referral.pk):
        reading = deadlines.reading(clock)
        said = {lang: reading.explain(lang) for lang in ("fr", "en")}
        assert reading.basis and reading.start <= reading.due
        assert reading.basis in said["fr"] and said["fr"] != said["en"] and said["fr"].endswith(".")
        if clock.stopped_on != clock.started_on:
            assert reading.intervals[0].from_day == reading.start
        found[clock.kind] = reading
    assert set(found) == {"rejection", "entry", "mediation", "observations", "acceptance", "execution"}
    assert (
        found["rejection"].explain().replace("\u00a0", " ")
        == "Départ le 1er septembre 2026 + 21 jours civils (L. 612-2) = 22 septembre 2026."
    )
    assert (
        found["mediation"].explain().replace("\u00a0", " ")
        == "Départ le 1er septembre 2026 + 90 jours civils (R. 612-5) = 30 novembre 2026."
    )


def test_a_correction_keeps_the_old_answer_and_says_why_it_moved():
    w = f.world()
    referral = f.received(w)
    admissibility.correct_reception(referral.pk, date(2026, 8, 25), "Cachet de la poste.", by=w.officer, at=later(2))
    reading = deadlines.reading(Clock.objects.get(case=referral.pk))
    (old,) = reading.superseded
    assert (old.due, old.by, old.on, old.why) == (
        date(2026, 9, 22),
        date(2026, 9, 15),
        date(2026, 9, 3),
        "correct_reception",
    )
    assert "corrigée le 3 septembre 2026" in reading.explain() and "au lieu du 22 septembre 2026" in reading.explain()
    admissibility.correct_reception(referral.pk, date(2026, 8, 27), "Relu.", by=w.officer, at=later(3))
    assert [s.due for s in deadlines.reading(Clock.objects.get(case=referral.pk)).superseded] == [
        date(2026, 9, 22),
        date(2026, 9, 15),
    ]


# ---- warned before, told after, once -----------------------------------------------------------------------------------------------
def test_warnings_come_before_and_the_breach_after_each_once():
    w = f.world()
    referral = f.received(w)  # 1 September; warned on days 14 and 18; the 22nd is the last day
    new = [notice_deadlines(at=later(n)) for n in range(26)]
    assert [n for n, (warnings, _) in enumerate(new) if warnings] == [14, 18]
    assert [n for n, (_, breaches) in enumerate(new) if breaches] == [22]
    assert [notice_deadlines(at=later(25)) for _again in range(3)] == [(0, 0)] * 3
    assert steps(referral) == ["warn:2026-09-15", "warn:2026-09-19", "breach:2026-09-22"]


def test_after_days_of_silence_of_the_machine_what_was_missed_is_noticed_once():
    w = f.world()
    referral = f.received(w)
    assert notice_deadlines(at=later(20)) == (2, 0)
    assert notice_deadlines(at=later(20)) == (0, 0)
    assert notice_deadlines(at=later(40)) == (0, 1)
    assert notice_deadlines(at=later(41)) == (0, 0)
    late = f.received(w)
    assert notice_deadlines(at=later(60)) == (0, 1)  # warnings of a day that is over warn of nothing any more
    assert steps(late) == ["breach:2026-09-22"] and len(steps(referral)) == 3


def test_a_decision_in_time_is_no_breach():
    w = f.world()
    referral = f.under_review(w)
    admissibility.refuse(referral.pk, "L612-2-4", "x", by=w.mediator, at=later(21))
    assert notice_deadlines(at=later(60)) == (0, 0)


def test_after_an_extension_the_office_is_warned_again_as_long_before():
    w = f.world()
    referral = f.in_mediation(w)  # until 30 November; warned 30, 15 and 5 days before
    assert notice_deadlines(at=later(61))[0] == 1
    act = {"new_due_on": date(2026, 12, 30), "reason": "Un avis est attendu.", "next_step": "J’attends"}
    mediation.extend(referral.pk, by=w.mediator, at=later(62), **act)
    clock = Clock.objects.get(case=referral.pk, kind="mediation")
    assert clock.warn_on == ["2026-10-31", "2026-11-30", "2026-12-15", "2026-12-25"]
    assert not [n for n in range(62, 90) if notice_deadlines(at=later(n))[0]]
    assert [n for n in range(90, 122) if notice_deadlines(at=later(n))[0]] == [90, 105, 115]
    assert steps(referral)[-1] == "breach:2026-12-30"
    assert "breach:2026-11-30" not in steps(referral)


def test_after_a_correction_the_warnings_move_with_the_date():
    w = f.world()
    referral = f.received(w)
    admissibility.correct_reception(referral.pk, date(2026, 8, 25), "Cachet de la poste.", by=w.officer, at=AT)
    assert Clock.objects.get(case=referral.pk).warn_on == ["2026-09-08", "2026-09-12"]
    admissibility.correct_reception(referral.pk, date(2026, 8, 28), "Relu.", by=w.officer, at=AT)
    assert Clock.objects.get(case=referral.pk).warn_on == ["2026-09-11", "2026-09-15"]


def test_an_imported_case_alerts_nobody_until_it_is_taken_up():
    w = f.world()
    referral = f.received(w)
    Clock.objects.filter(case=referral.pk).update(quiet=True)
    assert notice_deadlines(at=later(60)) == (0, 0)


# ---- the digest -----------------------------------------------------------------------------------------------------------------------
def test_the_digest_tells_those_responsible_once_without_a_name_or_a_matter():
    w = f.world()
    mine = f.under_review(w)  # taken up by the officer
    nobodys = f.received(w)
    notice_deadlines(at=later(14))
    assert send_digests(at=later(14)) >= 2
    first = {to: message for message in mail.outbox for to in message.to}
    officer, mediator, director = (w.people[role].email for role in (Role.OFFICER, Role.MEDIATOR, Role.DIRECTOR))
    assert mine.number in first[officer].body and nobodys.number not in first[officer].body
    for manager in (mediator, director):
        assert nobodys.number in first[manager].body and mine.number not in first[manager].body
    for message in mail.outbox:
        text = f"{message.subject} {message.body}"
        assert "Roussel" not in text and "Colis" not in text
    mail.outbox.clear()
    assert send_digests(at=later(14)) == send_digests(at=later(15)) == 0
    assert not mail.outbox
    notice_deadlines(at=later(22))
    send_digests(at=later(22))
    assert all("en retard" in message.subject for message in mail.outbox) and mail.outbox


def test_the_end_of_a_party_s_chance_is_nobody_s_lateness():
    """After a refusal of entry the parties may change their minds for some days: when these are over, nobody of the body is late."""
    w = f.world()
    referral = f.notified(w)
    mediation.refuse_entry(referral.pk, by=w.firm, at=later(2))
    assert running(referral)["resumption"]
    notice_deadlines(at=later(60))
    send_digests(at=later(60))
    assert not [
        message for message in mail.outbox if "en retard" in message.subject and referral.number in message.body
    ]


def test_the_short_mails_look_like_the_letters_mails():
    w = f.world()
    referral = f.under_review(w)
    notice_deadlines(at=later(22))
    send_digests(at=later(22))
    message = next(message for message in mail.outbox if referral.number in message.body)
    html = message.alternatives[0].content
    assert "<h1" in html and message.subject in html and 'lang="fr"' in html
    assert "<table" not in html  # read on a phone


@pytest.mark.parametrize("how", ["ended", "closed"])
def test_what_was_of_somebody_who_left_is_told_to_the_management(how):
    w = f.world()
    referral, officer = f.under_review(w), w.people[Role.OFFICER]
    if how == "ended":
        Membership.objects.filter(person=officer).update(ends_on=date(2026, 9, 5))
    else:
        Person.objects.filter(pk=officer.pk).update(is_active=False)
    notice_deadlines(at=later(14))
    send_digests(at=later(14))
    told = {to for message in mail.outbox for to in message.to if referral.number in message.body}
    assert told == {w.people[role].email for role in (Role.MEDIATOR, Role.DIRECTOR)}
    assert not Notice.objects.filter(told_at__isnull=True).exists()


def test_the_digest_goes_to_who_follows_the_file_today():
    w = f.world()
    referral = f.notified(w)  # its clocks started while the officer had it
    colleague = w.people[Role.DELEGATE]
    admissibility.assign(referral.pk, colleague.pk, by=w.officer, at=later(1))
    notice_deadlines(at=later(85))
    send_digests(at=later(85))
    assert {to for message in mail.outbox for to in message.to if referral.number in message.body} == {colleague.email}


def test_a_mail_server_that_is_down_leaves_the_digest_for_the_next_morning(monkeypatch):
    w = f.world()
    referral = f.under_review(w)
    notice_deadlines(at=later(14))

    def down(*_args: Any, **_kwargs: Any) -> int:
        raise ConnectionRefusedError("no server")

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", down)
        with pytest.raises(ConnectionRefusedError):
            send_digests(at=later(14))
    assert Notice.objects.filter(clock__case=referral.pk, told_at__isnull=True).count() == 1
    assert send_digests(at=later(15)) == 1
    assert [message.to for message in mail.outbox] == [[w.people[Role.OFFICER].email]]


def test_one_address_that_is_refused_keeps_nobody_else_from_being_told(monkeypatch):
    w = f.world()
    f.received(w)
    notice_deadlines(at=later(14))
    real, mediator = EmailBackend.send_messages, w.people[Role.MEDIATOR].email

    def picky(self: EmailBackend, messages: Any) -> int:
        if any(mediator in message.to for message in messages):
            raise SMTPRecipientsRefused({mediator: (550, b"no such user")})
        return real(self, messages)

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", picky)
        assert send_digests(at=later(14)) == 1
    assert [message.to for message in mail.outbox] == [[w.people[Role.DIRECTOR].email]]


# ---- days of Paris ----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2027, 3, 27, 22, 59, tzinfo=UTC), date(2027, 3, 27)),  # 23:59 in winter time
        (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 28)),  # 23:59 in summer time: the day had 23 hours
        (datetime(2027, 3, 28, 22, 0, tzinfo=UTC), date(2027, 3, 29)),
        (datetime(2027, 10, 30, 22, 0, tzinfo=UTC), date(2027, 10, 31)),  # 25 hours
        (datetime(2027, 10, 31, 22, 59, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 23, 0, tzinfo=UTC), date(2027, 11, 1)),
        (datetime(2028, 2, 28, 23, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 22, 59, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_legal_day_is_that_of_paris_across_the_changes_of_hour(moment, day):
    w = f.world()
    referral = f.received(w, moment, complaint_on=day - timedelta(days=90))
    assert referral.received_on == day
    assert running(referral) == {"rejection": day + timedelta(days=21)}


def test_the_last_minute_of_the_last_day_is_in_time_and_the_next_is_not():
    """22 March 2027 + 21 days = 12 April, which ends at 22:00 UTC since the hour changed in between."""
    w = f.world()
    referral = f.received(w, datetime(2027, 3, 22, 9, 0, tzinfo=UTC), complaint_on=date(2026, 12, 1))
    last = datetime(2027, 4, 12, 21, 59, tzinfo=UTC)
    assert running(referral) == {"rejection": date(2027, 4, 12)}
    assert notice_deadlines(at=last)[1] == 0
    assert notice_deadlines(at=last + timedelta(minutes=1))[1] == 1


def test_a_year_and_months_that_meet_a_leap_day():
    w = f.world()
    referral = f.under_review(w, datetime(2028, 2, 1, 9, 0, tzinfo=UTC), complaint_on=date(2027, 2, 28))
    found = admissibility.assess(referral)
    assert (found.refer_before, found.finding("L612-2-4").value) == (date(2028, 2, 28), "clear")
    young = f.under_review(w, datetime(2028, 2, 1, 9, 0, tzinfo=UTC), complaint_on=date(2027, 12, 31))
    assert admissibility.assess(young).premature_until == date(2028, 3, 1)  # 29 February is the last day of the wait


def test_the_columns_of_a_clock_are_its_events_whatever_happened():
    w = f.world(silence="remind", rules={"party_silence_effect": "remind"})
    referral = f.notified(w)
    system.make_due_moves(at=later(22))
    mediation.accept_entry(referral.pk, by=w.firm, at=later(23))
    act = {"new_due_on": date(2026, 12, 20), "reason": "Un avis est attendu.", "next_step": "J’attends"}
    mediation.extend(referral.pk, by=w.mediator, at=later(30), **act)
    for clock in Clock.objects.filter(case=referral.pk):
        assert deadlines.refold(clock) == []
        assert read(deadlines.events_of(clock)).due == clock.due_on
