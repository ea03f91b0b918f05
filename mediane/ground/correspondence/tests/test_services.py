"""Writing letters: in the move's own transaction, once, sealed, with the texts of the day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence import services, texts
from mediane.ground.correspondence.kinds import kind_of
from mediane.ground.correspondence.models import Letter, LetterTemplate
from mediane.ground.correspondence.tests.kit import AT, BY_EMAIL, BY_POST, CODE, LINK, NOTICE, SENDER, House, house
from mediane.ground.database.scope import acting
from mediane.ground.jobs import run_waiting
from mediane.kernel.refusals import Refusal

TEXT = "Un autre avis au sujet de {{firm}}. {{statement:by_hand}} {{statement:only_new}}\n\nCode {{code}}, suivi {{follow_up_url}}.\n"


def adopt(
    body: House, text: str = TEXT, day: date = date(2026, 11, 1), title: str = "", subject: str = ""
) -> LetterTemplate:
    row = texts.save_letter_text(
        body.organisation.pk, "test_notice", "consumer", title=title, subject=subject, text=text, effective_from=day, by=body.actor(Role.DIRECTOR), at=AT
    )  # fmt: skip
    return texts.approve(row.pk, by=body.actor(Role.DIRECTOR), at=AT)


def test_a_letter_is_written_with_its_facts_its_seal_and_its_paper(body: House) -> None:
    letter = body.letter()
    letter.refresh_from_db()
    assert (letter.status, letter.audience, letter.channel, letter.cause_seq) == ("queued", "consumer", "email", 1)
    assert letter.letter_date == date(2026, 11, 23)
    assert letter.subject == "Un avis de Colis Horizon – dossier 2026-01847".replace(" –", "\u00a0–")
    assert letter.statements == [
        {
            "id": "by_hand",
            "article": "R. 1 du Code d’essai",
            "mark": "A",
            "sentence": "Répondez au plus tard le 14\u00a0décembre\u00a02026.",
        }
    ]
    assert letter.inputs["due_on"] == "2026-12-14"
    assert letter.paper["address"] == list(BY_POST.postal_lines)
    assert letter.template_version is None
    assert letter.link_url == LINK


def test_the_same_move_never_writes_a_letter_twice(body: House) -> None:
    first = body.letter()
    again = body.letter(firm="Autre nom")
    assert again.pk == first.pk
    assert Letter.objects.count() == 1
    assert body.letter(seq=2).pk != first.pk
    assert body.letter(audience="trader").pk != first.pk


def test_the_screen_never_shows_a_secret(body: House) -> None:
    letter = body.letter()
    assert CODE.replace(" ", "\u00a0") in json.dumps(letter.paper["blocks"], ensure_ascii=False)
    shown = letter.plain_text + str(letter.shown_blocks) + str(letter.shown_forms)
    assert "4729" not in shown
    assert LINK not in shown
    assert "Colis Horizon" in shown


def test_preview_writes_nothing(body: House) -> None:
    rendered = services.preview(
        case=body.case, organisation=body.organisation, kind="test_notice", audience="consumer", addressee=BY_EMAIL, context=NOTICE, at=AT, sender=SENDER
    )  # fmt: skip
    assert rendered.statements_present["by_hand"].startswith("Répondez au plus tard")
    assert not Letter.objects.exists()
    assert run_waiting() == 0


def test_a_text_that_lost_a_statement_refuses_the_move(body: House) -> None:
    """Even if it got into the table past every check (an older release, a hand in the database)."""
    LetterTemplate.objects.create(
        organisation=body.organisation, kind="test_notice", audience="consumer", version=1, text="Rien à dire.", effective_from=date(2026, 1, 1),
        approved_at=AT, created_at=AT,
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        body.letter()
    assert refused.value.code == "missing:statement"
    assert refused.value.facts == {"id": "by_hand", "article": "R. 1 du Code d’essai", "kind": "test_notice"}
    assert not Letter.objects.exists()


def test_the_seal_looks_again_after_the_preview(body: House) -> None:
    """What a person saw was whole; the text that came into force meanwhile is not: the letter that would leave is the one that counts."""
    asked = {
        "case": body.case,
        "organisation": body.organisation,
        "kind": "test_notice",
        "audience": "consumer",
        "addressee": BY_EMAIL,
    }
    seen = services.preview(**asked, context=NOTICE, at=AT, sender=SENDER)
    assert "by_hand" in seen.statements_present
    LetterTemplate.objects.create(
        organisation=body.organisation, kind="test_notice", audience="consumer", version=1, text="Rien à dire.", effective_from=date(2026, 1, 1),
        approved_at=AT, created_at=AT,
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        services.queue_letter(**asked, context=NOTICE, at=AT + timedelta(minutes=5), cause_seq=1, sender=SENDER)
    assert refused.value.code == "missing:statement"
    assert not Letter.objects.exists()


def test_a_bodys_own_text_applies_from_its_day_and_a_letter_keeps_its_version(body: House) -> None:
    old = body.letter()
    adopt(body, day=date(2026, 11, 23))
    new = body.letter(seq=2)
    assert new.plain_text.startswith("Un autre avis")
    assert new.template_version == 1
    old.refresh_from_db()
    assert old.plain_text.startswith("Voici un avis")
    assert old.template_version is None
    adopt(body, text=TEXT.replace("Un autre", "Encore un"), day=date(2026, 11, 24))
    assert body.letter(seq=3).template_version == 1
    tomorrow = services.queue_letter(
        case=body.case, organisation=body.organisation, kind="test_notice", audience="consumer", addressee=BY_EMAIL, context=NOTICE,
        at=AT + timedelta(days=1), cause_seq=4, sender=SENDER,
    )  # fmt: skip
    assert tomorrow.template_version == 2
    assert tomorrow.plain_text.startswith("Encore un")


def test_another_bodys_text_is_not_ours(body: House) -> None:
    adopt(body)
    other = house("autre")
    assert other.letter().plain_text.startswith("Voici un avis")
    assert body.letter().plain_text.startswith("Un autre avis")


@pytest.mark.parametrize(
    ("text", "code", "fact"),
    [
        (TEXT.replace("{{statement:by_hand}}", ""), "missing:statement", "by_hand"),
        (TEXT.replace("{{statement:only_new}}", ""), "missing:statement", "only_new"),
        (
            TEXT.replace("{{statement:by_hand}}", "{{#new}}{{statement:by_hand}}{{/new}}"),
            "missing:statement",
            "by_hand",
        ),
        (TEXT + "{{salary}}", "template:unknown_variable", "salary"),
        (TEXT + "{{#new}}", "template:syntax", "new"),
        (TEXT + "{{statement:nothing}}", "template:unknown_statement", "nothing"),
        (TEXT + "Mademoiselle", "forbidden:text", "Mademoiselle"),
        (TEXT + "Voir ec.europa.eu/consumers/odr", "forbidden:text", "ec.europa.eu/consumers/odr"),
    ],
)
def test_a_text_that_would_fail_cannot_be_saved(body: House, text: str, code: str, fact: str) -> None:
    with pytest.raises(Refusal) as refused:
        adopt(body, text=text)
    assert refused.value.code == code
    assert fact in str(refused.value.facts)
    assert not LetterTemplate.objects.exists()


def test_long_sentences_are_advice_only(body: House) -> None:
    long = " ".join(["mot"] * 40).capitalize() + "."
    findings = texts.check_letter_text(
        kind_of("test_notice"), "consumer", "fr", title="", subject="", text=TEXT + "\n" + long
    )
    assert [(f.code, f.grave) for f in findings] == [("long_sentence", False)]
    assert adopt(body, text=TEXT + "\n" + long).approved


def test_an_unapproved_text_is_not_in_force(body: House) -> None:
    texts.save_letter_text(
        body.organisation.pk, "test_notice", "consumer", title="", subject="", text=TEXT, effective_from=date(2026, 1, 1), by=body.actor(Role.DIRECTOR), at=AT
    )  # fmt: skip
    assert body.letter().plain_text.startswith("Voici un avis")


def test_who_may_write_and_approve(body: House) -> None:
    for role in (Role.OFFICER, Role.DELEGATE, Role.AUDITOR):
        with pytest.raises(Refusal, match="not_allowed"):
            texts.save_letter_text(
                body.organisation.pk, "test_notice", "consumer", title="", subject="", text=TEXT, effective_from=date(2026, 1, 1), by=body.actor(role), at=AT
            )  # fmt: skip
    row = texts.save_letter_text(
        body.organisation.pk, "test_notice", "consumer", title="", subject="", text=TEXT, effective_from=date(2026, 1, 1),
        by=body.actor(Role.ADMINISTRATOR), at=AT,
    )  # fmt: skip
    with pytest.raises(Refusal, match="not_allowed"):
        texts.approve(row.pk, by=body.actor(Role.ADMINISTRATOR), at=AT)
    stranger = house("autre").actor(Role.DIRECTOR)
    with pytest.raises(Refusal, match="not_allowed"):
        texts.approve(row.pk, by=stranger, at=AT)
    assert texts.approve(row.pk, by=body.actor(Role.MEDIATOR), at=AT).approved
    with pytest.raises(Refusal, match="wrong_state"):
        texts.approve(row.pk, by=body.actor(Role.MEDIATOR), at=AT)


def test_an_approved_text_never_changes(body: House) -> None:
    from django.db import DatabaseError, transaction

    row = adopt(body)
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterTemplate.objects.filter(pk=row.pk).update(text="Autre chose")
    ended = texts.end_template(row.pk, last_day=date(2026, 11, 20), by=body.actor(Role.DIRECTOR))
    assert ended.effective_to == date(2026, 11, 20)
    assert body.letter().plain_text.startswith("Voici un avis")


def test_a_statement_is_reworded_once_for_all_letters(body: House) -> None:
    save = {"effective_from": date(2026, 1, 1), "by": body.actor(Role.DIRECTOR), "at": AT}
    row = texts.save_statement_text(
        body.organisation.pk,
        "test_notice",
        "by_hand",
        sentence="Votre réponse est attendue le {{due_on}} au plus tard.",
        **save,
    )
    texts.approve(row.pk, by=body.actor(Role.DIRECTOR), at=AT)
    letter = body.letter()
    assert "Votre réponse est attendue le 14\u00a0décembre\u00a02026 au plus tard." in letter.plain_text
    assert letter.statements[0]["sentence"].startswith("Votre réponse")
    assert "Votre réponse" in body.letter(audience="trader").plain_text
    with pytest.raises(Refusal) as refused:
        texts.save_statement_text(body.organisation.pk, "test_notice", "by_hand", sentence="Répondez vite.", **save)
    assert (refused.value.code, refused.value.facts) == ("missing:variable", {"name": "due_on"})
    with pytest.raises(Refusal, match="missing:statement"):
        texts.save_statement_text(body.organisation.pk, "test_notice", "by_hand", sentence="  ", **save)


def test_settings_leave_out_optional_statements_and_no_others(body: House) -> None:
    by = body.actor(Role.DIRECTOR)
    assert "Merci de votre attention." in body.letter().plain_text
    texts.save_settings(
        body.organisation.pk, omitted_statements=["kindly"], names_other_party=False, attach_data=False, by=by, at=AT
    )
    letter = body.letter(seq=2)
    assert "Merci" not in letter.plain_text
    assert letter.subject.startswith("Un avis\u00a0–")
    assert letter.paper["attach"] is False
    with pytest.raises(Refusal, match="not_optional"):
        texts.save_settings(
            body.organisation.pk, omitted_statements=["by_hand"], names_other_party=True, attach_data=True, by=by, at=AT
        )


def test_an_english_addressee_reads_english_where_the_kind_is_written_in_it(body: House) -> None:
    english = replace(BY_EMAIL, language="en")
    letter = body.letter(english)
    assert letter.language == "en"
    assert "Please answer by 14\u00a0December\u00a02026 at the latest." in letter.plain_text
    assert body.letter(english, kind="test_certificate").language == "fr"


def test_a_certificate_goes_with_the_letter_of_its_move(body: House) -> None:
    letter, certificate = body.letter(), body.letter(kind="test_certificate")
    certificate.refresh_from_db()
    assert certificate.goes_with_id == letter.pk
    first, second = body.letter(kind="test_certificate", seq=2), body.letter(seq=2)
    first.refresh_from_db()
    assert first.goes_with_id == second.pk
    assert body.letter(kind="test_certificate", seq=2, audience="trader").goes_with_id is None
    assert body.letter(kind="test_certificate", seq=3).goes_with_id is None
    assert certificate.paper["qr"]["url"] == "https://essai.example/verifier"
    assert certificate.link_url == ""


def test_an_address_is_needed_for_each_channel() -> None:
    with pytest.raises(Refusal, match="missing:email"):
        replace(BY_EMAIL, email="")
    with pytest.raises(Refusal, match="missing:postal_address"):
        replace(BY_POST, postal_lines=())
    with pytest.raises(Refusal, match="too_many_lines"):
        replace(BY_POST, postal_lines=tuple("1234567"))


def test_each_sees_its_own_letters(body: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both locks: the queryset, and PostgreSQL when the filter is forgotten."""
    from mediane.ground.correspondence import visibility

    mine, theirs = body.letter(), house("autre").letter()
    run_waiting()
    with acting(body.actor()):
        assert set(Letter.objects.values_list("pk", flat=True)) == {mine.pk}
        assert set(Letter.objects.visible_to(body.actor())) == {mine}
    for nobody in (
        Actor.anonymous(),
        body.actor(Role.ADMINISTRATOR),
        Actor.requester(body.case.pk, body.organisation.pk),
    ):
        with acting(nobody):
            assert not Letter.objects.exists()
            assert not Letter.objects.visible_to(nobody).exists()
    from django.db.models import Q

    from mediane.ground.accounts.actor import Scope

    monkeypatch.setattr(visibility, "_rules", {})
    visibility.party_rule(Scope.REQUESTER, lambda actor: Q(case_id=actor.case_id))
    requester = Actor.requester(body.case.pk, body.organisation.pk)
    assert set(Letter.objects.visible_to(requester)) == {mine}
    assert not Letter.objects.visible_to(Actor.requester(theirs.case_id + 1000, body.organisation.pk)).exists()
    to_trader = body.letter(audience="trader")
    run_waiting()
    assert to_trader not in set(Letter.objects.visible_to(requester))


def test_queueing_takes_few_statements(body: House, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        body.letter()
