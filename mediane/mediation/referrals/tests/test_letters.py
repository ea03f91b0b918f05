"""Every letter the procedure sends: complete, plain, sealed, and never saying to one party what is the other's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mediane.ground.correspondence.blocks import run_lists
from mediane.ground.correspondence.forbidden import FORBIDDEN
from mediane.ground.correspondence.frames import Party, Sample
from mediane.ground.correspondence.kinds import LetterKind, Requirement, kind_of, languages_of, statements
from mediane.ground.correspondence.rendering import BodyTexts, RenderedLetter, check_statements, long_sentences, render
from mediane.ground.correspondence.template import Statement as StatementNode
from mediane.ground.correspondence.template import look_up, parse, walk
from mediane.ground.correspondence.texts import check_letter_text
from mediane.ground.correspondence.typography import flat
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.docs_letters import letters_list
from mediane.mediation.referrals.letters import KINDS
from mediane.mediation.referrals.letters.receiving import ReferralReceipt
from mediane.mediation.referrals.letters.samples import samples_of
from mediane.mediation.referrals.letters.samples.book import LONG_FIRM
from mediane.mediation.referrals.letters.step import TEXTS
from mediane.mediation.referrals.workflow import MOVES

LANGUAGES = ("fr", "en")
ENCLOSED = {code for kind in KINDS for code in kind.encloses}
REFUSALS = [kind for kind in KINDS if kind.code.startswith("refusal_")]


def all_samples() -> Iterator[Any]:
    """Every kind on every sample, in both languages."""
    for kind in KINDS:
        for language in LANGUAGES:
            for n, sample in enumerate(samples_of(kind.code, language)):
                yield pytest.param(kind, sample, language, id=f"{kind.code}-{sample.audience}-{n}-{language}")


def letter(kind: LetterKind, sample: Sample, texts: BodyTexts | None = None, language: str = "fr") -> RenderedLetter:
    return render(
        kind, sample.audience, sample.context, sample.sender, addressee_gender=sample.addressee.gender, texts=texts, language=language
    )  # fmt: skip


def facts_hold(requirement: Requirement, sample: Sample) -> bool:
    from mediane.ground.correspondence.frames import names_for
    from mediane.ground.correspondence.template import as_scope

    scopes = [names_for(sample.sender, sample.addressee.gender, sample.audience), as_scope(sample.context)]
    return all(bool(look_up(name.removeprefix("!"), scopes)) != name.startswith("!") for name in requirement.when)


# ---- the list -------------------------------------------------------------------------------------------------------------------


def test_the_kinds_are_those_that_the_moves_send() -> None:
    sent = {code for move in MOVES if not move.later for code in move.letters}
    assert sent == {kind.code for kind in KINDS} - {"complaint_model"}  # enclosed with a refusal, never sent alone
    for kind in KINDS:
        if kind.code not in ENCLOSED:
            moves = {move.name for move in MOVES if kind.code in move.letters and not move.later}
            assert moves <= set(kind.moves), kind.code
            assert set(kind.moves) - moves <= {"finish"}, kind.code  # closing brings a copy of the certificate


def test_every_audience_has_its_samples_and_texts() -> None:
    for kind in KINDS:
        assert {sample.audience for sample in samples_of(kind.code)} == set(kind.audiences), kind.code
        for audience in kind.audiences:
            text = kind.text(audience)
            assert text.title
            assert text.subject
            assert len(text.title) <= 200


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.code)
def test_a_refusal_has_exactly_one_addressee(kind: LetterKind) -> None:
    assert kind.audiences == ("consumer",)
    with pytest.raises(LookupError):
        kind.text("trader")


# ---- the seal -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "sample", "language"), all_samples())
def test_every_letter_renders_with_its_mandatory_statements(kind: LetterKind, sample: Sample, language: str) -> None:
    if language not in languages_of(kind):
        pytest.fail(f"{kind.code} is not written in {language}")
    rendered = letter(kind, sample, language=language)
    check_statements(rendered)
    text = flat(rendered.plain_text)
    for requirement in kind.text(sample.audience).requirements:
        mandatory = not requirement.optional and facts_hold(requirement, sample)
        assert (requirement.id in {r.id for r in rendered.required}) == mandatory
        if mandatory:
            assert requirement.id in rendered.statements_present, requirement.id
    for required in rendered.required:
        assert flat(required.sentence) in text
    assert "{{" not in text
    assert "  " not in rendered.plain_text


def every_requirement() -> Iterator[Any]:
    """Each kind × each statement × each language: the table a jurist would ask for."""
    for kind in KINDS:
        for audience in kind.audiences:
            for requirement in kind.text(audience).requirements:
                for language in LANGUAGES:
                    name = f"{kind.code}-{audience}-{requirement.id}-{language}"
                    yield pytest.param(kind, audience, requirement, language, id=name)


def test_every_condition_is_met_and_not_met_by_some_sample() -> None:
    for kind in KINDS:
        for requirement in {r for audience in kind.audiences for r in kind.text(audience).requirements}:
            held = {facts_hold(requirement, sample) for sample in samples_of(kind.code)}
            assert held == ({True, False} if requirement.when else {True}), (kind.code, requirement)


@pytest.mark.parametrize(("kind", "audience", "requirement", "language"), every_requirement())
def test_a_letter_without_a_statement_cannot_leave(
    kind: LetterKind, audience: Party, requirement: Requirement, language: str
) -> None:
    """Whatever a body's text says: taken out, put under a condition that fails, or paraphrased, the letter is refused and the article named."""
    tag = "{{statement:" + requirement.id + "}}"
    text = kind.text(audience, language)
    samples = [sample for sample in samples_of(kind.code, language) if sample.audience == audience]
    assert tag in text.body
    if requirement.optional:
        for sample in samples:
            check_statements(letter(kind, sample, BodyTexts(body=text.body.replace(tag, "")), language))
        return
    nobody = "to_trader" if audience == "consumer" else "to_consumer"
    due = [sample for sample in samples if facts_hold(requirement, sample)]
    assert due or any(facts_hold(requirement, s) for s in samples_of(kind.code, language))
    for instead in ("", "{{#" + nobody + "}}" + tag + "{{/" + nobody + "}}", "Tout est dit."):
        adapted = text.body.replace(tag, instead)
        for sample in due:
            with pytest.raises(Refusal) as refused:
                check_statements(letter(kind, sample, BodyTexts(body=adapted), language))
            assert refused.value.code == "missing:statement"
            assert refused.value.facts == {
                "id": requirement.id,
                "article": kind.statement(requirement.id).article,
                "kind": kind.code,
            }
        if due and not instead:  # neither can a body save such a text
            findings = check_letter_text(kind, audience, language, title=text.title, subject=text.subject, text=adapted)
            assert ("missing:statement", requirement.id, True) in [
                (found.code, found.facts.get("id"), found.grave) for found in findings
            ]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_no_body_can_switch_off_what_a_letter_must_say(kind: LetterKind) -> None:
    """Every statement at once among those a body leaves out, and every sentence emptied: the mandatory ones stand all the same."""
    every = frozenset(statements(TEXTS))
    for language in LANGUAGES:
        for sample in samples_of(kind.code, language):
            rendered = letter(kind, sample, BodyTexts(omitted=every, sentences=dict.fromkeys(every, "")), language)
            check_statements(rendered)
            assert {r.id for r in rendered.required} <= set(rendered.statements_present)


def test_the_seal_looks_at_the_enclosed_form_too() -> None:
    sample = samples_of("proposal_consumer")[0]
    rendered = letter(kind_of("proposal_consumer"), sample)
    form = rendered.enclosed[0]
    assert form.kind == "proposal_answer_form"
    broken = replace(rendered, enclosed=(replace(form, blocks=form.blocks[:2]),))
    with pytest.raises(Refusal) as refused:
        check_statements(broken)
    assert refused.value.facts["kind"] == "proposal_answer_form"


def test_a_reworded_statement_is_what_the_seal_then_asks_for() -> None:
    kind, sample = kind_of("referral_receipt"), samples_of("referral_receipt")[0]
    texts = BodyTexts(sentences={"free": "Vous ne payez rien pour la médiation."})
    rendered = letter(kind, sample, texts)
    check_statements(rendered)
    assert "Vous ne payez rien pour la médiation." in rendered.plain_text
    assert "La médiation est gratuite" not in rendered.plain_text


def test_a_forbidden_text_cannot_leave_even_when_typed() -> None:
    kind, sample = kind_of("refusal_unfounded_or_abusive"), samples_of("refusal_unfounded_or_abusive")[0]
    context = replace(sample.context, mediator_reason="voir https://ec.europa.eu/consumers/odr.")
    with pytest.raises(Refusal) as refused:
        check_statements(letter(kind, replace(sample, context=context)))
    assert refused.value.code == "forbidden:text"


def test_a_refusal_without_its_reason_is_refused() -> None:
    sample = samples_of("refusal_unfounded_or_abusive")[0]
    with pytest.raises(Refusal) as refused:
        replace(sample.context, mediator_reason="  ")
    assert refused.value.code == "missing:mediator_reason"


def test_another_kinds_context_is_a_programming_error() -> None:
    with pytest.raises(TypeError):
        letter(kind_of("extension"), samples_of("closing")[0])


def test_optional_statements_can_be_left_out_and_no_other() -> None:
    kind, sample = kind_of("notification_consumer"), samples_of("notification_consumer")[0]
    rendered = letter(kind, sample, BodyTexts(omitted=frozenset({"forclusion", "hear", "free"})))
    check_statements(rendered)
    present = rendered.statements_present
    assert "forclusion" not in present
    assert "hear" not in present
    assert "free" in present  # mandatory: cannot be left out


# ---- the shipped words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_sentences_are_short_and_words_allowed(kind: LetterKind) -> None:
    for language in LANGUAGES:
        for sample in samples_of(kind.code, language):
            check_words(letter(kind, sample, language=language), language)


def check_words(rendered: RenderedLetter, language: str) -> None:
    short = rendered.plain_text.replace(LONG_FIRM, "Horizon")
    assert long_sentences(short, 30 if language == "fr" else 36) == []
    whole = f"{rendered.title}\n{rendered.subject}\n{rendered.sms}\n{rendered.basis}\n{rendered.plain_text}"
    for forbidden in FORBIDDEN:
        assert not forbidden.pattern.search(whole), forbidden.why
    assert "'" not in whole
    assert len(rendered.sms) <= 160


def test_every_shared_statement_is_used_and_none_is_unverified() -> None:
    used = {r.id for kind in KINDS for audience in kind.audiences for r in kind.text(audience).requirements}
    assert used == set(statements(TEXTS))
    assert {s.mark for s in statements(TEXTS).values()} == {"A", "B", "C"}
    for statement in statements(TEXTS).values():
        assert statement.article or statement.mark == "C", statement.id  # practice needs no article, law does
        assert set(statement.sentences) == set(LANGUAGES), statement.id


def test_texts_refer_to_statements_of_their_own_list_only() -> None:
    for kind in KINDS:
        for audience in kind.audiences:
            for language in LANGUAGES:
                referred = {
                    n.id for n in walk(parse(kind.text(audience, language).body)) if isinstance(n, StatementNode)
                }
                own = {r.id for r in kind.text(audience).requirements}
                either = {
                    r.id for each in kind.audiences for r in kind.text(each).requirements
                }  # a text shared by both
                assert own <= referred <= either, (kind.code, audience, language)


def test_prematurity_is_no_legal_ground() -> None:
    rendered = letter(kind_of("premature"), samples_of("premature")[0])
    assert "612-2" not in rendered.plain_text + rendered.basis
    assert "refus" not in rendered.title.lower()


def test_an_unfounded_request_is_judged_and_does_not_say_the_contrary() -> None:
    assert "no_judgement" not in {r.id for r in kind_of("refusal_unfounded_or_abusive").text("consumer").requirements}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_an_email_subject_tells_nothing_of_the_other_party_or_the_dispute(kind: LetterKind) -> None:
    both = [(sample, language) for language in LANGUAGES for sample in samples_of(kind.code, language)]
    for sample, language in both:
        discreet = letter(kind, sample, BodyTexts(names_other_party=False), language)
        for name in ("Morel", "horloge", "240", "300 euros", "Colis Horizon"):
            assert name not in discreet.subject + discreet.sms
        if sample.audience == "trader":
            assert "Colis Horizon" not in letter(kind, sample, language=language).subject


def test_shipped_subjects_name_the_trader_to_the_consumer_unless_the_body_prefers_not() -> None:
    kind, sample = kind_of("entry_accepted"), samples_of("entry_accepted")[0]
    assert letter(kind, sample).subject.startswith("Colis Horizon accepte")
    assert letter(kind, sample, BodyTexts(names_other_party=False)).subject.startswith("Le professionnel accepte")


def test_words_agree_with_who_signs_and_who_reads() -> None:
    kind = kind_of("notification_consumer")
    said = {s.sender.mediator_gender: letter(kind, s).plain_text for s in samples_of(kind.code)}
    assert "Je suis indépendante et impartiale." in said["f"]
    assert "Je suis indépendant et impartial." in said["m"]
    assert "J’agis en toute indépendance" in said[""]
    form = kind_of("proposal_answer_form")
    signed = {s.addressee.gender: letter(form, s).plain_text for s in samples_of(form.code) if s.audience == "consumer"}
    assert "Je soussignée Claire" in signed["f"]
    assert "Je soussigné(e) Claire" in signed[""]


# ---- pairs and content ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pair",
    [
        ("notification_consumer", "notification_trader"),
        ("proposal_consumer", "proposal_trader"),
        ("extension", "extension"),
    ],
)
def test_both_letters_of_a_pair_say_the_same_dates(pair: tuple[str, str]) -> None:
    consumer = letter(kind_of(pair[0]), next(s for s in samples_of(pair[0]) if s.audience == "consumer"))
    trader = letter(kind_of(pair[1]), next(s for s in samples_of(pair[1]) if s.audience == "trader"))
    dates = [set(re.findall(r"\d+(?:er)?\u00a0\w+\u00a0\d{4}", each.plain_text)) for each in (consumer, trader)]
    assert dates[0] == dates[1] != set()


def test_a_proposal_is_word_for_word_the_same_for_both() -> None:
    def core(code: str) -> list[dict[str, Any]]:
        rendered = letter(kind_of(code), samples_of(code)[0])
        heads = [n for n, block in enumerate(rendered.blocks) if block["t"] == "h"]
        wanted = ("Ma proposition", "Ce que j’ai retenu", "Ce que chacun m’a dit", "Pourquoi cette solution")
        parts = [n for n in heads if rendered.blocks[n]["x"][0]["x"] in wanted]
        end = heads[heads.index(parts[-1]) + 1]
        assert len(parts) == 4
        return rendered.blocks[parts[0] : end]

    assert core("proposal_consumer") == core("proposal_trader")


def test_the_certificate_holds_dates_parties_and_a_class_of_outcome() -> None:
    kind = kind_of("end_certificate")
    for sample in samples_of(kind.code):
        rendered = letter(kind, sample)
        whole = f"{rendered.title} {rendered.subject} {rendered.plain_text}"
        for never in (
            "€",
            "euros",
            "horloge",
            "refus",
            "proposition",
            "consommateur se",
            "professionnel se",
            "pièce",
            "objet",
        ):
            assert never not in whole.lower(), never
        assert not [run for block in rendered.blocks for runs in run_lists(block) for run in runs if "k" in run]
    with pytest.raises(Refusal):
        replace(samples_of(kind.code)[0].context, follow_up_url="https://bellerive.example/s/X")


def test_nothing_of_the_examination_and_no_address_reaches_the_trader() -> None:
    for kind in KINDS:
        for sample in samples_of(kind.code):
            if sample.audience == "trader":
                whole = letter(kind, sample).plain_text
                for never in ("recevab", "CAPUCINES", "courriel.example", "4729"):
                    assert never not in whole, (kind.code, never)


def test_a_body_that_is_quicker_than_the_law_says_its_own_delay() -> None:
    sample = next(s for s in samples_of("referral_receipt") if s.label == "organisme plus rapide")
    assert isinstance(sample.context, ReferralReceipt)
    text = flat(letter(kind_of("referral_receipt"), sample).plain_text)
    assert "au plus tard le mardi 24 novembre 2026, 15 jours après sa réception" in text
    legal = replace(sample, context=replace(sample.context, admissibility_due_on=date(2026, 11, 30)))
    assert "trois semaines après sa réception" in flat(letter(kind_of("referral_receipt"), legal).plain_text)
    again = next(s for s in samples_of("referral_receipt") if s.label == "nouvel examen")
    assert "trois semaines après la réception de vos nouveaux éléments" in flat(
        letter(kind_of("referral_receipt"), again).plain_text
    )


def test_in_house_letters_speak_of_the_charter() -> None:
    for kind in KINDS:
        for sample in samples_of(kind.code):
            if sample.sender.in_house and sample.audience == "trader":
                assert "convention" not in letter(kind, sample).plain_text.lower(), kind.code


def test_the_list_for_jurists_says_it_all() -> None:
    text = letters_list()
    for kind in KINDS:
        assert f"`{kind.code}`" in text
        for audience in kind.audiences:
            for requirement in kind.text(audience).requirements:
                assert f"| `{requirement.id}` | {kind.statement(requirement.id).article or '–'} |" in text
    assert "{{" not in text
