"""What ended is put away on its day and destroyed with approval: nothing that says something of somebody remains, figures count on, the chain verifies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db.models import Q
from django.urls import reverse

from mediane.ground.access.models import CaseKey
from mediane.ground.accounts.models import Membership
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import PASSWORD, Browser, enrol, sign_in
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import Clock
from mediane.ground.documents.models import Document
from mediane.ground.documents.uploads import accept_file
from mediane.ground.journal.models import Case, Entry
from mediane.ground.journal.services import personal_of, verify_all
from mediane.ground.privacy.register import PrivacyClass, registry, retention_rules
from mediane.ground.rulesets.definitions import definition
from mediane.mediation.referrals.enums import Ground, State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import admissibility, asking, ending, exchange, receiving, retention, solution
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT, later
from mediane.mediation.referrals.tests.test_procedure import letters, refused

pytestmark = pytest.mark.django_db
SYS = f.SYSTEM
GUARDED = (PrivacyClass.PERSONAL, PrivacyClass.SPECIAL, PrivacyClass.SECRET)


def day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + timedelta(hours=9)


def again(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def whole_story(w: f.World) -> Referral:
    """A case closed on 13 September 2026 that holds something in every table."""
    referral = f.in_mediation(w)
    piece = ((accept_file(b"La facture, telle quelle.", filename="facture.txt"), "La facture", "invoice"),)
    exchange.write(referral.pk, "Voici la facture.", "both", by=w.consumer(referral), at=AT, uploads=piece)
    exchange.write(referral.pk, "Une note.", "mediator", by=w.mediator, at=AT)
    asking.ask_pieces(
        referral.pk, "trader", [admissibility.Piece("Preuve", "Pour voir")], date(2026, 9, 20), by=w.officer, at=AT
    )
    draft = solution.save_proposal(referral.pk, f.a_solution(), by=w.mediator, at=AT, version=0)
    solution.propose(referral.pk, draft.version, by=w.mediator, at=AT)
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(2), comment="Je suis soulagée.")
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(2))
    solution.report_execution(referral.pk, "yes", by=w.consumer(referral), at=later(12), comment="Reçu.")
    return again(referral)


# ---- one truth ----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "kept", "which"),
    [
        ("draft_retention", "draft", "period"),
        ("refused_retention", "inadmissible", "period"),
        ("documents_available", "referral", "active"),
        ("access_link_days", "referral", "active"),
        ("archive_retention", "referral", "period"),
    ],
)
def test_a_body_starts_from_what_the_register_says(rule, kept, which):
    assert definition(rule).parse(definition(rule).default) == getattr(retention_rules()[kept], which)
    assert retention_rules()[kept].per_controller


# ---- the archive --------------------------------------------------------------------------------------------------------------------
def test_a_closed_case_is_at_hand_six_months_then_put_away_until_five_years():
    w = f.world()
    referral = whole_story(w)
    kept = retention.retention_of(referral)
    assert (kept.archive_on, kept.dispose_on) == (date(2027, 3, 14), date(2031, 9, 14))
    refused("too_early", retention.archive, referral.pk, by=SYS, at=day("2027-03-13"))
    assert retention.put_away(at=day("2027-03-13")) == (0, 0)
    assert retention.put_away(at=day("2027-03-14")) == (1, 0)
    assert retention.put_away(at=day("2027-03-14")) == (0, 0)
    found = again(referral)
    assert (found.state, found.destroy_on) == (State.ARCHIVED, date(2031, 9, 14))
    assert not CaseKey.objects.filter(case=referral.pk, revoked_at__isnull=True).exists()
    assert Entry.objects.filter(case=referral.pk).latest("seq").name == "archive"


@pytest.mark.parametrize("end", ["refused", "withdrawn", "premature"])
def test_what_was_never_mediated_is_kept_a_year(end):
    w = f.world()
    referral = f.under_review(w, complaint_on=date(2026, 8, 1))
    if end == "refused":
        admissibility.refuse(referral.pk, Ground.OVER_ONE_YEAR, "x", by=w.mediator, at=AT)
    elif end == "withdrawn":
        ending.withdraw_early(referral.pk, by=w.consumer(referral), at=AT)
    else:
        admissibility.postpone(referral.pk, date(2026, 10, 2), by=w.mediator, at=AT)
    assert retention.put_away(at=day("2027-09-01")) == (0, 0)
    assert retention.put_away(at=day("2027-09-02")) == (1, 0)
    assert again(referral).destroy_on == date(2027, 9, 2)


def test_a_bodys_own_periods_are_those_its_cases_were_opened_under():
    w = f.world(rules={"documents_available": "1m", "archive_retention": "2y"})
    referral = whole_story(w)
    kept = retention.retention_of(referral)
    assert (kept.archive_on, kept.dispose_on) == (date(2026, 10, 14), date(2028, 9, 14))


def test_the_closing_letter_gave_these_dates():
    w = f.world()
    referral = whole_story(w)
    inputs = Letter.objects.filter(case=referral.pk, kind="closing").first().inputs
    kept = retention.retention_of(referral)
    assert inputs["archive_until_on"] == (kept.archive_on - timedelta(days=1)).isoformat()
    assert inputs["destruction_on"] == (kept.dispose_on - timedelta(days=1)).isoformat()


def test_the_archive_is_read_by_the_mediator_the_direction_and_the_control_only():
    w = f.world()
    referral = whole_story(w)
    retention.archive(referral.pk, by=SYS, at=day("2027-04-01"))
    seen = {
        role: Referral.objects.visible_to(actor).filter(pk=referral.pk).exists() for role, actor in w.actors.items()
    }
    pieces, written = (
        {role: model.objects.visible_to(actor).filter(case=referral.pk).exists() for role, actor in w.actors.items()}
        for model in (Document, Letter)
    )
    assert {role for role, yes in seen.items() if yes} == {Role.MEDIATOR, Role.DIRECTOR, Role.AUDITOR}
    assert pieces == written == seen
    for actor in (w.consumer(referral), w.firm):
        assert not Referral.objects.visible_to(actor).exists()
        refused("not_found", exchange.write, referral.pk, "Allô ?", "both", by=actor, at=day("2027-04-02"))
    refused("not_found", admissibility.assign, referral.pk, None, by=w.officer, at=day("2027-04-02"))


def test_nobody_archives_or_destroys_by_hand():
    w = f.world()
    referral = whole_story(w)
    for actor in w.actors.values():
        for service in (retention.archive, retention.destroy):
            with pytest.raises(f.receiving.Refusal) as caught:
                service(referral.pk, by=actor, at=day("2040-01-01"))
            assert caught.value.code in ("not_allowed", "not_found")


# ---- held ---------------------------------------------------------------------------------------------------------------------------
def test_what_is_held_stays_until_it_is_let_go():
    w = f.world()
    referral = whole_story(w)
    refused("not_allowed", retention.set_hold, referral.pk, True, "x", by=w.officer, at=AT)
    refused("missing:reason", retention.set_hold, referral.pk, True, " ", by=w.director, at=AT)
    retention.set_hold(referral.pk, True, "Un procès est en cours.", by=w.director, at=later(20))
    refused("held", retention.archive, referral.pk, by=SYS, at=day("2030-01-01"))
    assert retention.put_away(at=day("2030-01-01")) == (0, 0)
    retention.set_hold(referral.pk, False, "Le procès est fini.", by=w.director, at=day("2030-01-01"))
    assert retention.put_away(at=day("2030-01-02")) == (1, 0)
    retention.set_hold(referral.pk, True, "Un contrôle.", by=w.director, at=day("2030-01-02"))
    refused("held", retention.approve_destruction, [referral.pk], by=w.director, at=day("2032-01-01"))
    names = list(
        Entry.objects.filter(case=referral.pk, name__in=("hold", "release"))
        .order_by("seq")
        .values_list("name", flat=True)
    )
    assert names == ["hold", "release", "hold"]


def test_a_hold_takes_an_approval_back():
    w = f.world()
    referral = archived(w)
    retention.approve_destruction([referral.pk], by=w.director, at=day("2031-09-14"))
    retention.set_hold(referral.pk, True, "Une demande d’accès.", by=w.director, at=day("2031-09-14"))
    retention.set_hold(referral.pk, False, "Répondu.", by=w.director, at=day("2031-09-15"))
    assert retention.put_away(at=day("2031-09-15")) == (0, 0)
    assert again(referral).destruction_approved_at is None


# ---- destroyed ----------------------------------------------------------------------------------------------------------------------
def archived(w: f.World) -> Referral:
    referral = whole_story(w)
    return retention.archive(referral.pk, by=SYS, at=day("2027-03-14"))


def test_destruction_needs_its_day_and_a_second_person():
    w = f.world()
    referral = archived(w)
    over = day("2031-09-14")
    refused("too_early", retention.approve_destruction, [referral.pk], by=w.director, at=day("2031-09-13"))
    refused("missing:approval", retention.destroy, referral.pk, by=SYS, at=over)
    for actor in (w.mediator, w.officer, w.delegate, w.administrator, w.auditor, w.firm, w.consumer(referral)):
        refused("not_allowed", retention.approve_destruction, [referral.pk], by=actor, at=over)
    refused("not_found", retention.approve_destruction, [referral.pk], by=f.world().director, at=over)
    assert retention.approve_destruction([referral.pk], by=w.director, at=over) == 1
    assert retention.approve_destruction([referral.pk], by=w.director, at=over) == 0
    assert retention.put_away(at=over) == (0, 1)
    assert again(referral).state == State.DESTROYED


def test_who_led_the_case_does_not_approve_its_destruction():
    w = f.world()
    referral = archived(w)
    over = day("2031-09-14")
    both = f.Actor.staff(w.people[Role.MEDIATOR].pk, w.body.pk, frozenset({Role.MEDIATOR, Role.DIRECTOR}))
    refused("own_case", retention.approve_destruction, [referral.pk], by=both, at=over)
    Referral.objects.filter(pk=referral.pk).update(assignee=w.people[Role.DIRECTOR])
    refused("own_case", retention.approve_destruction, [referral.pk], by=w.director, at=over)
    assert again(referral).destruction_approved_at is None


def left(case_id: int) -> list[str]:
    """What is still guarded of a case: every column that the register calls personal, special or secret, in every table that hangs on it."""
    found = []
    for name, field in registry().items():
        label, _, column = name.rpartition(".")
        if field.cls not in GUARDED or label.startswith(("journal.", "procrastinate.")):
            continue
        model = apps.get_model(label)
        names = {item.name for item in model._meta.get_fields()}
        paths = [
            path
            for path in (
                "case",
                "referral",
                "referral__case",
                "letter__case",
                "document__case",
                "message__referral",
                "clock__case",
            )
            if path.split("__")[0] in names
        ]
        if not paths or label == "accounts.Person":
            continue
        rows = model._base_manager.filter(**{paths[0]: case_id})
        empty = Q(**{f"{column}__isnull": True})
        if model._meta.get_field(column).get_internal_type() in ("CharField", "TextField", "EmailField"):
            empty |= Q(**{column: ""})
        if rows.exclude(empty).exists():
            found.append(name)
    return found


def test_nothing_that_says_something_of_somebody_remains():
    w = f.world()
    referral = archived(w)
    keys = [row.storage_key for row in Document.objects.filter(case=referral.pk)]
    assert len(left(referral.pk)) > 15, "the sweep looks where there is something"
    retention.approve_destruction([referral.pk], by=w.director, at=day("2031-09-14"))
    retention.destroy(referral.pk, by=SYS, at=day("2031-09-14"))
    # who approved is what the certificate of destruction must say
    assert left(referral.pk) == ["referrals.Referral.destruction_approved_by"]
    assert keys
    for model in (Letter, Document, Clock, CaseKey):
        assert not model._base_manager.filter(case=referral.pk).exists(), model
    found = again(referral)
    assert (found.number, found.consumer_name, found.trader_given) == (referral.number, "", "")
    for actor in (*w.actors.values(), w.firm, w.consumer(referral)):
        assert not Referral.objects.visible_to(actor).filter(pk=referral.pk).exists()
        refused("not_found", exchange.write, referral.pk, "x", "office", by=actor, at=day("2031-09-15"))


def test_the_chain_verifies_and_nobody_reads_it_again():
    w = f.world()
    referral = archived(w)
    other = whole_story(w)
    before = list(Entry.objects.filter(case=referral.pk).order_by("seq").values_list("seq", "name", "digest"))
    personal = [entry for entry in Entry.objects.filter(case=referral.pk) if bytes(entry.personal)]
    assert personal and personal_of(personal[0], Case.objects.get(pk=referral.pk))
    retention.approve_destruction([referral.pk], by=w.director, at=day("2031-09-14"))
    retention.destroy(referral.pk, by=SYS, at=day("2031-09-14"))
    case = Case.objects.get(pk=referral.pk)
    assert case.key is None and case.key_destroyed_at == day("2031-09-14")
    assert all(personal_of(entry, case) is None for entry in personal)
    after = list(Entry.objects.filter(case=referral.pk).order_by("seq").values_list("seq", "name", "digest"))
    assert after[: len(before)] == before
    assert [name for _seq, name, _digest in after[len(before) :]] == ["approve_destruction", "destroy"]
    last = Entry.objects.filter(case=referral.pk, name="destroy").get()
    assert last.facts["approved_by"] == w.people[Role.DIRECTOR].pk
    assert verify_all().faults == ()
    kept = [entry for entry in Entry.objects.filter(case=other.pk) if bytes(entry.personal)]
    assert personal_of(kept[0], Case.objects.get(pk=other.pk)), "another case's journal is read as before"


def test_one_failure_holds_no_other_back_and_undoes_itself(monkeypatch):
    w = f.world()
    first, second = archived(w), archived(w)
    over = day("2031-09-14")
    retention.approve_destruction([first.pk, second.pk], by=w.director, at=over)
    real = retention.correspondence.forget

    def failing(case_id: int) -> int:
        if case_id == first.pk:
            raise OSError("the disk is full")
        return real(case_id)

    monkeypatch.setattr(retention.correspondence, "forget", failing)
    had = letters(first)
    assert retention.put_away(at=over) == (0, 1)
    assert (again(first).state, again(second).state) == (State.ARCHIVED, State.DESTROYED)
    assert letters(first) == had and Case.objects.get(pk=first.pk).key is not None
    monkeypatch.undo()
    assert retention.put_away(at=over) == (0, 1)


def test_imported_history_waits_for_somebody_to_take_it_up():
    w = f.world()
    referral = whole_story(w)
    Referral.objects.filter(pk=referral.pk).update(imported=True, quiet=True)
    assert retention.put_away(at=day("2040-01-01")) == (0, 0)
    refused("not_taken_up", retention.archive, referral.pk, by=SYS, at=day("2040-01-01"))


def test_an_old_draft_goes_after_thirty_days_and_was_never_counted():
    from mediane.mediation.referrals.services import system

    w = f.world()
    draft = receiving.begin_draft(w.body.pk, by=w.public, at=AT)
    assert system.make_due_moves(at=later(30)) == 0
    assert system.make_due_moves(at=later(31)) == 1
    assert again(draft).state == State.DESTROYED and again(draft).received_on is None


# ---- the page -----------------------------------------------------------------------------------------------------------------------
def browser_of(w: f.World, role: Role) -> Browser:
    person = w.people[role]
    person.set_password(PASSWORD)
    person.save()
    enrol(person)
    browser = Browser()
    sign_in(browser, person)
    return browser


def test_the_direction_approves_on_a_page_that_names_nobody(time_machine):
    w = f.world()
    referral = archived(w)
    time_machine.move_to(day("2031-10-01"))
    Membership.objects.filter(organisation=w.body.organisation).update(ends_on=None)
    browser = browser_of(w, Role.DIRECTOR)
    address = reverse("desk:retention")
    page = browser.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert referral.number in text and "Roussel" not in text and "colis" not in text.lower().replace("colis bleuet", "")
    page = browser.post(address, {"act": "approve", "approve-cases": [referral.pk]})
    assert page.status_code == 422 and again(referral).destruction_approved_at is None
    assert (
        browser.post(address, {"act": "approve", "approve-cases": [referral.pk], "approve-sure": "on"}).status_code
        == 302
    )
    assert again(referral).destruction_approved_by_id == w.people[Role.DIRECTOR].pk
    assert referral.number in browser.get(address).content.decode()
    assert (
        browser.post(address, {"act": "hold", "hold-number": referral.number, "hold-reason": "Un procès."}).status_code
        == 302
    )
    assert again(referral).hold
    assert (
        browser.post(address, {"act": "release", "release-case": referral.pk, "release-reason": "Fini."}).status_code
        == 302
    )
    assert not again(referral).hold
    assert browser.post(address, {"act": "hold", "hold-number": "2026-99999", "hold-reason": "x"}).status_code == 422


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.OFFICER, Role.DELEGATE, Role.ADMINISTRATOR, Role.AUDITOR])
def test_for_anybody_else_the_page_does_not_exist(role):
    w = f.world()
    browser = browser_of(w, role)
    assert browser.get(reverse("desk:retention")).status_code == 404
