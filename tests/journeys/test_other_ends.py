"""Every other way a mediation goes: entry refused or silent, withdrawals, a court, an agreement without a proposal, a conflict, refusals and silences,
an agreement not carried out, going on after an end, and what an officer records for somebody on paper."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.journeys.people import Company, Person, Town, a_pdf, today
from tests.journeys.test_whole_road import consumer_answers, seen, trader_answers, write_proposal

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def stands(town: Town, pk: int, state: str, outcome: str = "", **more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = town.stage.facts(pk)
    found = {"state": facts["state"], "outcome": facts["outcome"]} | {name: facts[name] for name in more}
    assert found == {"state": state, "outcome": outcome} | more, facts
    return facts


def settled(town: Town, pk: int) -> None:
    """Until every letter has its PDF: a page that lists letters changes when one is ready, whoever answered what."""
    deadline = time.monotonic() + 60
    while town.stage.letters_waited_for(pk):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def wants_to_go_on(consumer: Person | None, trader: Person | None, pk: int) -> None:
    """Each in its own hand, within the date printed in the letter."""
    if consumer:
        consumer.go("/suivi/dossier/").go("/suivi/dossier/reprise/")
        consumer.press(
            consumer.page.locator("main form[method=post] [type=submit], main form[method=post] button").last
        )
    if trader:
        trader.firm(pk, "reprise")


# ---- entry --------------------------------------------------------------------------------------------------------------------------
def test_the_trader_refuses_to_enter_then_both_want_to_go_on(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "awaiting_entry")["pk"]
    trader, consumer, mediator = (
        company.staff(people["correspondent"]),
        company.consumer(pk),
        company.staff(people["mediator"]),
    )
    trader.firm(pk, "entree", value="refuse", reason="Le contrat est celui d’un sous-traitant.")
    facts = stands(town, pk, "closed", "entry_refused", entry="refused", deemed=False)
    assert {"trader_refusal_consumer consumer", "end_certificate consumer", "end_certificate trader"} <= set(
        facts["letters"]
    )
    consumer.go("/suivi/dossier/")
    assert "sous-traitant" not in consumer.letter(pk, "trader_refusal_consumer", "consumer"), (
        "its reasons stay with the office"
    )
    code = town.stage.certificate(pk)

    wants_to_go_on(consumer, None, pk)
    mediator.prepare(pk, "resume", reason="both_consent")
    assert not mediator.page.locator("[name=confirm]").count(), "the trader has not said yes"
    wants_to_go_on(None, trader, pk)
    mediator.make(pk, "resume", reason="both_consent")
    facts = stands(town, pk, "in_mediation", entry="accepted")
    assert {"resumed consumer", "resumed trader"} <= set(facts["letters"])
    company.stranger().go(f"/attestation/?code={code}").reads("annulée")


def test_a_shared_reason_is_read_by_the_consumer(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "awaiting_entry")["pk"]
    trader = company.staff(people["correspondent"])
    trader.firm(pk, "entree", value="refuse", reason="Le contrat est celui d’un sous-traitant.", share=True)
    assert "sous-traitant" in company.consumer(pk).letter(pk, "trader_refusal_consumer", "consumer")


def test_a_silent_trader_by_each_convention(town: Town, company: Company) -> None:
    """Reminded before the date; after it what its convention says: refusal, acceptance, or one reminder and then refusal. The worker's own job makes it."""
    conventions = {name: town.stage.town(name, silence=name) for name in ("acceptance", "remind")} | {
        "refusal": town.stage.town("main")
    }
    cases = {
        name: town.stage.case("main" if name == "refusal" else name, "awaiting_entry", days=40)["pk"]
        for name in conventions
    }
    warned = town.stage.case("main", "awaiting_entry", days=12)["pk"]
    town.stage.the_job_runs()

    assert "trader_reminder trader" in town.stage.facts(warned)["letters"]
    trader = company.staff(conventions["refusal"]["people"]["correspondent"])
    trader.go(f"/pro/dossiers/{warned}/").letter(warned, "trader_reminder", "trader")

    pk = cases["refusal"]
    stands(town, pk, "closed", "entry_refused", entry="deemed_refused", deemed=True)
    trader.go("/pro/?vue=termines").go(f"/pro/dossiers/{pk}/").letter(pk, "deemed_refusal_trader", "trader")
    consumer = company.consumer(pk)
    consumer.go("/suivi/dossier/").letter(pk, "deemed_refusal_consumer", "consumer")
    consumer.letter(pk, "end_certificate", "consumer")

    pk = cases["acceptance"]
    stands(town, pk, "in_mediation", entry="deemed_accepted", deemed=True)
    company.consumer(pk).go("/suivi/dossier/").letter(pk, "deemed_acceptance", "consumer")
    company.staff(conventions["acceptance"]["people"]["correspondent"]).go(f"/pro/dossiers/{pk}/")

    pk = cases["remind"]
    stands(town, pk, "awaiting_entry")
    late = company.staff(conventions["remind"]["people"]["correspondent"])
    late.go(f"/pro/dossiers/{pk}/").letter(pk, "trader_reminder", "trader")
    town.stage.days_pass(pk, 60)
    stands(town, pk, "closed", "entry_refused", entry="deemed_refused", deemed=True)
    late.go(f"/pro/dossiers/{pk}/")
    company.consumer(pk).go("/suivi/dossier/")


def test_a_principle_accepted_in_advance_asks_nothing(town: Town, company: Company) -> None:
    place = town.stage.town("charter", principle_accepted=True)
    pk = town.stage.case("charter", "under_review")["pk"]
    company.staff(place["people"]["mediator"]).make(
        pk, "notify", mediator_id=place["mandates"][place["people"]["mediator"]]
    )
    stands(town, pk, "in_mediation", entry="accepted")
    trader = company.staff(place["people"]["correspondent"])
    trader.go(f"/pro/dossiers/{pk}/")
    assert not trader.page.locator("main form[action$='/entree/']").count()
    assert "article 4 de la charte" in trader.letter(pk, "notification_trader", "trader")


# ---- withdrawals, elsewhere ---------------------------------------------------------------------------------------------------------
def test_each_party_withdraws(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    early = town.stage.case("main", "under_review")["pk"]
    consumer = company.consumer(early)
    consumer.go("/suivi/dossier/retrait/")
    consumer.press(consumer.page.locator("main form[method=post] button").first)
    facts = stands(town, early, "withdrawn_early")
    assert all(letter.endswith("consumer") for letter in facts["letters"])
    company.staff(people["correspondent"]).refused(f"/pro/dossiers/{early}/")

    by_mistake = town.stage.case("main", "in_mediation")["pk"]
    consumer = company.consumer(by_mistake)
    consumer.go("/suivi/dossier/retrait/").reads("attestation")
    consumer.press(consumer.page.locator("main form[method=post] button").first)
    stands(town, by_mistake, "closed", "withdrawn_consumer")
    consumer.letter(by_mistake, "withdrawal_by_consumer", "consumer")
    wants_to_go_on(consumer, None, by_mistake)
    company.staff(people["mediator"]).make(by_mistake, "resume", reason="withdrawal_by_mistake")
    stands(town, by_mistake, "in_mediation")

    trader = company.staff(people["correspondent"])
    trader.firm(by_mistake, "retrait")
    stands(town, by_mistake, "closed", "withdrawn_trader")
    consumer.go("/suivi/dossier/").letter(by_mistake, "withdrawal_by_trader", "consumer")


def test_a_court_or_another_mediator_has_the_dispute(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    mediator, delegate = company.staff(people["mediator"]), company.staff(people["delegate"])
    pk = town.stage.case("main", "in_mediation")["pk"]
    named = {"forum_name": "le tribunal judiciaire de Lyon", "learnt_from": "consumer"}
    said = delegate.make(pk, "seize_elsewhere", forum="court", **named)
    assert "tribunal judiciaire de Lyon" in said
    stands(town, pk, "closed", "court_seized")
    company.staff(people["correspondent"]).go(f"/pro/dossiers/{pk}/").letter(pk, "court_seized", "trader")

    # it was not true: the mediation goes on where it was
    mediator.make(pk, "resume", reason="seizure_untrue")
    stands(town, pk, "in_mediation")
    mediator.make(pk, "seize_elsewhere", forum="mediator", forum_name="le médiateur des eaux", learnt_from="trader")
    stands(town, pk, "closed", "other_mediator_seized")
    assert "médiateur des eaux" in company.consumer(pk).letter(pk, "other_mediator_seized", "consumer")


# ---- agreements ---------------------------------------------------------------------------------------------------------------------
def test_the_parties_agree_by_themselves_and_one_denies_that_it_was_done(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "in_mediation")["pk"]
    officer, trader, consumer = (
        company.staff(people["officer"]),
        company.staff(people["correspondent"]),
        company.consumer(pk),
    )
    officer.make(
        pk, "draw_up_agreement", who_1="trader", what_1="rembourse 48,90 €", amount_1="48,90", due_on_1=today(20)
    )
    officer.prepare(pk, "agree_directly")
    assert not officer.page.locator("[name=confirm]").count(), "nobody has confirmed"
    trader.firm(pk, "accord")
    consumer.go("/suivi/dossier/").go("/suivi/dossier/accord/").reads("rembourse 48,90 €")
    consumer.press(consumer.page.locator("main form[method=post] button").first)
    officer.make(pk, "agree_directly")
    facts = stands(town, pk, "in_execution", "agreed_directly")
    assert {"direct_agreement consumer", "direct_agreement trader", "end_certificate trader"} <= set(facts["letters"])

    trader.firm(pk, "execution", value="yes")
    consumer.go("/suivi/dossier/execution/")
    consumer.submit(consumer.page.locator("main form[enctype]"), value="no", comment="Rien n’est arrivé.")
    stands(town, pk, "in_execution", "agreed_directly")
    trader.go(f"/pro/dossiers/{pk}/").reads("Rien n’est arrivé.")
    officer.prepare(pk, "finish", execution="no")
    assert not officer.page.locator("[name=confirm]").count(), "the last reminder has not left"


def test_an_agreement_never_carried_out_is_closed_by_an_officer_after_the_last_reminder(
    town: Town, company: Company
) -> None:
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "in_execution", days=100)["pk"]
    town.stage.the_job_runs()
    assert "execution_reminder consumer" in town.stage.facts(pk)["letters"]
    consumer = company.consumer(pk)
    consumer.go("/suivi/dossier/").letter(pk, "execution_reminder", "consumer")
    consumer.go("/suivi/dossier/execution/")
    consumer.submit(consumer.page.locator("main form[enctype]"), value="no")
    company.staff(people["officer"]).make(pk, "finish", execution="no")
    stands(town, pk, "closed", "proposal_accepted", execution="no")
    consumer.go("/suivi/dossier/").letter(pk, "closing", "consumer")


def test_the_mediator_extends_after_the_date_and_says_why(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "in_mediation", days=95)["pk"]
    mediator = company.staff(people["mediator"])
    fields = {
        "new_due_on": today(30),
        "reason": "Le transporteur final est à l’étranger",
        "next_step": "son relevé arrive",
    }
    mediator.prepare(pk, "extend", **fields)
    assert not mediator.page.locator("[name=confirm]").count(), "a case closed late asks for a coded reason"
    mediator.make(pk, "extend", late_reason="late_documents", **fields)
    stands(town, pk, "in_mediation", extended=True)
    assert town.stage.clocks(pk)["mediation"] == today(30).isoformat()


# ---- the proposal -------------------------------------------------------------------------------------------------------------------
def test_a_refused_proposal_ends_it_and_the_first_answer_stays_sealed(town: Town, company: Company) -> None:
    """The trader first, this time: what the consumer sees does not change with its answer."""
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "proposal_notified")["pk"]
    trader, consumer = company.staff(people["correspondent"]), company.consumer(pk)
    pages = ("/suivi/dossier/", "/suivi/dossier/proposition/", "/suivi/dossier/messages/", "/suivi/dossier/pieces/")
    settled(town, pk)
    before = [seen(consumer, page) for page in pages]
    trader_answers(trader, pk, "accepted")
    assert [seen(consumer, page) for page in pages] == before, "the consumer's pages changed with the trader's answer"
    consumer_answers(consumer, "refused")
    facts = stands(town, pk, "closed", "proposal_refused", consumer_answer="refused", trader_answer="accepted")
    assert {"result_refused consumer", "result_refused trader", "end_certificate consumer"} <= set(facts["letters"])
    trader.go(f"/pro/dossiers/{pk}/").letter(pk, "result_refused", "trader")
    assert not company.staff(people["mediator"]).offered(pk) & {"resume"}, "a refusal is an end"


def test_silence_after_one_reminder_is_no_acceptance(town: Town, company: Company) -> None:
    place = town.stage.town("patient", rules={"party_silence_effect": "remind"})
    pk = town.stage.case("patient", "proposal_notified", days=30, answers_due_on=str(today(-1)))["pk"]
    town.stage.the_job_runs()
    facts = stands(town, pk, "proposal_notified")
    assert {"answer_reminder consumer", "answer_reminder trader"} <= set(facts["letters"])
    consumer, trader = company.consumer(pk), company.staff(place["people"]["correspondent"])
    consumer.go("/suivi/dossier/").letter(pk, "answer_reminder", "consumer")
    trader_answers(trader, pk, "accepted")
    town.stage.days_pass(pk, 60)
    facts = stands(town, pk, "closed", "proposal_unanswered", consumer_answer="silent", trader_answer="accepted")
    assert facts["letters"].count("answer_reminder consumer") == 1
    consumer.go("/suivi/dossier/").letter(pk, "result_silence", "consumer")
    trader.go(f"/pro/dossiers/{pk}/")


def test_after_a_silence_both_want_an_answer_anew(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "proposal_notified", days=40, answers_due_on=str(today(-3)))["pk"]
    town.stage.the_job_runs()
    stands(town, pk, "closed", "proposal_unanswered")
    consumer, trader = company.consumer(pk), company.staff(people["correspondent"])
    wants_to_go_on(consumer, trader, pk)
    company.staff(people["mediator"]).make(pk, "resume", reason="both_consent", answers_due_on=today(15))
    stands(town, pk, "proposal_notified")
    consumer_answers(consumer, "accepted")
    trader_answers(trader, pk, "accepted")
    stands(town, pk, "in_execution", "proposal_accepted")


# ---- conflicts ----------------------------------------------------------------------------------------------------------------------
CONFLICT = {
    "circumstance": "Mon frère travaille chez ce professionnel.",
    "mediator_view": "Je pense pouvoir rester impartiale.",
}


def test_an_objection_brings_another_mediator(town: Town, company: Company) -> None:
    place = town.stage.town("main")
    people = place["people"]
    pk = town.stage.case("main", "in_mediation")["pk"]
    mediator, consumer, trader = (
        company.staff(people["mediator"]),
        company.consumer(pk),
        company.staff(people["correspondent"]),
    )
    said = mediator.make(pk, "declare_conflict", **CONFLICT)
    assert "Mon frère travaille" in said
    stands(town, pk, "in_mediation", locked=True)
    assert not mediator.offered(pk) & {"extend", "ask_observations", "seize_elsewhere", "agree_directly"}, (
        "a locked case"
    )
    consumer.letter(pk, "conflict_declared", "consumer")
    settled(town, pk)
    before = seen(trader, f"/pro/dossiers/{pk}/")
    consumer.go("/suivi/dossier/").go("/suivi/dossier/opposition/")
    consumer.press(consumer.page.locator("main form[method=post] button").first)
    assert seen(trader, f"/pro/dossiers/{pk}/") == before, "who objected is told to nobody"
    company.staff(people["director"]).make(pk, "replace_mediator", mediator_id=place["mandates"][people["second"]])
    facts = stands(town, pk, "in_mediation", locked=False, mediator="Odile Seconde")
    assert {"mediator_replaced consumer", "mediator_replaced trader"} <= set(facts["letters"])
    second = company.staff(people["second"])
    assert "extend" in second.offered(pk)
    trader.go(f"/pro/dossiers/{pk}/").reads("Odile Seconde")


def test_without_objection_the_mediator_goes_on(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "in_mediation", days=40)["pk"]
    town.stage.make("conflicts.declare_conflict", pk, *CONFLICT.values(), by="mediator", town="main", days=30)
    company.consumer(pk).go("/suivi/dossier/")
    town.stage.the_job_runs()
    stands(town, pk, "in_mediation", locked=False)
    assert "extend" in company.staff(people["mediator"]).offered(pk)
    company.staff(people["correspondent"]).go(f"/pro/dossiers/{pk}/")


def test_a_body_of_one_person_ends_its_mission(town: Town, company: Company) -> None:
    """After the notification with a certificate to both; before it in a few words to the consumer alone, and the trader never hears of the case."""
    people = town.stage.town("alone", is_person=True)["people"]
    mediator, trader = company.staff(people["mediator"]), company.staff(people["correspondent"])
    pk = town.stage.case("alone", "in_mediation")["pk"]
    mediator.make(pk, "declare_conflict", **CONFLICT)
    mediator.prepare(pk, "end_mission")
    assert not mediator.page.locator("[name=confirm]").count(), "nobody has objected"
    trader.firm(pk, "opposition")
    mediator.make(pk, "end_mission")
    facts = stands(town, pk, "closed", "mission_ended", locked=False)
    assert {"mission_ended_conflict consumer", "mission_ended_conflict trader", "end_certificate trader"} <= set(
        facts["letters"]
    )

    early = town.stage.case("alone", "under_review")["pk"]
    mediator.make(early, "declare_conflict", **CONFLICT)
    consumer = company.consumer(early)
    consumer.go("/suivi/dossier/opposition/")
    consumer.press(consumer.page.locator("main form[method=post] button").first)
    mediator.make(early, "end_mission_early")
    facts = stands(town, early, "mission_ended_early", locked=False)
    assert (
        all(letter.endswith("consumer") for letter in facts["letters"])
        and "end_certificate consumer" not in facts["letters"]
    )
    consumer.go("/suivi/dossier/").letter(early, "mission_ended_conflict", "consumer")
    trader.go("/pro/").refused(f"/pro/dossiers/{early}/")


# ---- before the examination ends ----------------------------------------------------------------------------------------------------
def test_a_form_given_up_is_erased(town: Town, company: Company) -> None:
    place = town.stage.town("main")
    somebody = company.stranger()
    page = somebody.page
    page.goto(f"{town.base}/b/{place['slug']}/saisir/entreprise/")
    page.locator("main [name=q]").fill(place["trader"])
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Continuer", exact=True).click()
    page.wait_for_url("**/a-quel-titre/")
    (draft,) = town.stage.drafts(place["slug"])
    somebody.go(f"/b/{place['slug']}/saisir/").go(f"/b/{place['slug']}/saisir/effacer/")
    somebody.press(page.locator("main form[method=post] button").first)
    stands(town, draft, "destroyed")
    assert town.stage.drafts(place["slug"]) == []
    somebody.go(f"/b/{place['slug']}/saisir/faits/")
    assert page.url.endswith("/saisir/"), "nothing is kept: one begins at the beginning"


def test_pieces_that_never_come_do_not_stop_the_examination(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    case = town.stage.case("main", "under_review", days=18)
    pk = case["pk"]
    town.stage.ask_pieces(pk, "main", days=15, due_on=str(today(-2)))
    stands(town, pk, "incomplete")
    town.stage.the_job_runs()
    stands(town, pk, "under_review")
    assert "refuse" in company.staff(people["delegate"]).offered(pk), "somebody decides on what the file holds"
    company.consumer(pk).go("/suivi/dossier/")
    company.staff(people["correspondent"]).refused(f"/pro/dossiers/{pk}/")


# ---- on paper, on the phone ---------------------------------------------------------------------------------------------------------
def test_a_letter_is_typed_in_and_dated_the_day_it_came(town: Town, company: Company) -> None:
    place = town.stage.town("main")
    officer = company.staff(place["people"]["officer"])
    officer.go("/bureau/dossiers/nouveau/")
    officer.fill(
        channel="post", received_on=today(-4), gender="m", first_name="Louis", last_name="Martin",
        address="3 place du Marché", postcode="29000", city="Quimper", on_paper=True, trader_id=place["trader_id"],
        summary="Meuble livré cassé", asked_now="Le remplacement du meuble.", complaint_written="yes",
        complaint_proof="yes", complaint_on=today(-120),
    )  # fmt: skip
    officer.page.locator("main form input[type=file]").first.set_input_files(a_pdf("lettre.pdf", "louis"))
    officer.press(officer.page.locator("main form[enctype] [type=submit]").last)
    pk = int(officer.page.url.rstrip("/").rsplit("/", 1)[1])
    facts = stands(town, pk, "received")
    assert facts["received_on"] == today(-4).isoformat(), "the clock of three weeks runs from the day it arrived"
    officer.reads("Louis Martin", "lettre")
    assert "pas celui de la saisie" not in officer.letter(pk, "referral_receipt", "consumer")


def test_what_is_recorded_for_a_party_counts_for_the_day_it_arrived(town: Town, company: Company) -> None:
    """Pieces, coming back, entry, answer, confirmation, objection, execution, withdrawal, going on: by an officer for a party that wrote or phoned."""
    place = town.stage.town("main")
    people, stage = place["people"], town.stage
    officer = company.staff(people["officer"])
    yesterday = today(-1)

    def last(pk: int, name: str) -> dict[str, Any]:
        entry: dict[str, Any] = next(e for e in reversed(stage.journal(pk)) if e["name"] == name)
        assert (entry["on"], entry["person"]) == (yesterday.isoformat(), people["officer"]), entry
        return entry

    # before the notification: pieces, a withdrawal by phone, coming back by letter
    pk = stage.case("main", "under_review", days=6, on_paper=True)["pk"]
    stage.ask_pieces(pk, "main", days=5, due_on=str(today(5)))
    officer.record(pk, "record_pieces", on=yesterday, scan="facture")
    stands(town, pk, "under_review")
    assert last(pk, "complete")["for"] == "consumer"
    officer.record(pk, "record_withdraw_early", on=yesterday, note="M. Roussel au téléphone : il retire sa demande.")
    stands(town, pk, "withdrawn_early")
    last(pk, "withdraw_early")
    pk = stage.case("main", "under_review", days=90, complaint_on=str(today(-100)), on_paper=True)["pk"]
    stage.make("admissibility.postpone", pk, str(today(-45)), by="mediator", town="main", days=88, late_reason="")
    officer.record(pk, "record_since", on=yesterday, since_then="Aucune réponse, écrit-elle.", scan="retour")
    (new,) = stage.followers(pk)
    assert stage.facts(new)["received_on"] == yesterday.isoformat()

    # the trader's entry, both ways
    pk = stage.case("main", "awaiting_entry", days=6)["pk"]
    officer.record(pk, "record_entry", on=yesterday, scan="entree")
    stands(town, pk, "in_mediation", entry="accepted")
    assert last(pk, "accept_entry")["for"] == "trader"
    refusing = stage.case("main", "awaiting_entry", days=6)["pk"]
    officer.record(refusing, "record_entry_refusal", on=yesterday, note="Appel de Mme Petit : ils n’entrent pas.")
    stands(town, refusing, "closed", "entry_refused")
    officer.record(refusing, "record_consent", on=today(), party="consumer", note="Il le veut bien.")
    officer.record(refusing, "record_consent", on=today(), party="trader", scan="accord")
    company.staff(people["mediator"]).make(refusing, "resume", reason="both_consent")
    stands(town, refusing, "in_mediation")

    # an agreement confirmed by each with its signed letter, then carried out
    stage.make("mediation.draw_up_agreement", pk, [{"who": "trader", "what": "rembourse 48,90 €", "amount": "48.90", "due_on": str(today(20))}], by="officer", town="main", days=2)  # fmt: skip
    for party in ("consumer", "trader"):
        officer.record(pk, "record_confirmation", on=yesterday, party=party, scan=f"signe-{party}")
    officer.make(pk, "agree_directly")
    stands(town, pk, "in_execution", "agreed_directly")
    officer.record(pk, "record_execution", on=yesterday, party="consumer", value="yes", note="Le virement est arrivé.")
    stands(town, pk, "closed", "agreed_directly", execution="yes")

    # an objection, a withdrawal
    pk = stage.case("main", "in_mediation", days=6)["pk"]
    stage.make("conflicts.declare_conflict", pk, *CONFLICT.values(), by="mediator", town="main", days=3)
    officer.record(pk, "record_objection", on=yesterday, party="trader", scan="opposition")
    last(pk, "object")
    company.staff(people["director"]).make(pk, "replace_mediator", mediator_id=place["mandates"][people["second"]])
    officer.record(pk, "record_withdrawal", on=yesterday, party="trader", scan="retrait")
    stands(town, pk, "closed", "withdrawn_trader")
    last(pk, "withdraw")


def test_an_answer_by_post_stays_sealed(town: Town, company: Company) -> None:
    people = town.stage.town("main")["people"]
    pk = town.stage.case("main", "proposal_notified", days=6)["pk"]
    officer, trader = company.staff(people["officer"]), company.staff(people["correspondent"])
    pages = ("/pro/", f"/pro/dossiers/{pk}/", f"/pro/dossiers/{pk}/reponse/")
    settled(town, pk)
    before = [seen(trader, page) for page in pages]
    officer.record(pk, "record_answer", on=today(-1), party="consumer", value="accepted", scan="reponse")
    assert [seen(trader, page) for page in pages] == before, (
        "the trader's pages changed with the letter of the consumer"
    )
    stands(town, pk, "proposal_notified")
    trader_answers(trader, pk, "accepted")
    stands(town, pk, "in_execution", "proposal_accepted", consumer_answer="accepted")


# ---- without JavaScript, by keyboard ------------------------------------------------------------------------------------------------
def test_desk_and_trader_without_a_script(town: Town, company: Company) -> None:
    """Receiving to the proposal and the trader's answer in browsers that run no script."""
    place = town.stage.town("main")
    people = place["people"]
    pk = town.stage.case("main", "received")["pk"]
    officer, mediator = company.staff(people["officer"], plain=True), company.staff(people["mediator"], plain=True)
    trader, consumer = company.staff(people["correspondent"], plain=True), company.consumer(pk, plain=True)
    officer.make(pk, "take_up")
    mediator.make(pk, "notify", mediator_id=place["mandates"][people["mediator"]])
    trader.go("/pro/").firm(pk, "entree", value="accept")
    trader.firm(pk, "message", audience="both", text="Notre position.", pieces=a_pdf("position.pdf", "position"))
    consumer.go("/suivi/dossier/").reads("Notre position.")
    officer.case(pk).send("/ecrire/", audience="both", text="Merci, le dossier est complet.")
    write_proposal(mediator, pk)
    trader_answers(trader, pk, "accepted")
    consumer_answers(consumer, "accepted")
    stands(town, pk, "in_execution", "proposal_accepted")
    trader.firm(pk, "execution", value="yes")
    consumer.go("/suivi/dossier/execution/")
    consumer.submit(consumer.page.locator("main form[enctype]"), value="yes")
    stands(town, pk, "closed", "proposal_accepted", execution="yes")


def test_the_consumer_answers_by_keyboard_alone(town: Town, company: Company) -> None:
    """From the follow-up page: to the proposal, one's answer, read again, sent; nothing but Tab, Space, arrows and Enter."""
    pk = town.stage.case("main", "proposal_notified")["pk"]
    consumer = company.consumer(pk)
    page = consumer.go("/suivi/dossier/").page

    def reach(condition: str) -> None:
        for _press in range(120):
            if page.evaluate(f"(node => {condition})(document.activeElement)"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {condition} on {page.url}")

    reach("node.href && node.href.endsWith('/suivi/dossier/proposition/')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    consumer.look(page)
    reach("node.name === 'value'")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.checked")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.checked && document.activeElement.value") == "refused"
    page.keyboard.press("ArrowUp")
    reach("node.tagName === 'BUTTON' && node.closest('form').action.endsWith('/suivi/dossier/reponse/')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    consumer.look(page)
    reach("node.name === 'do' && node.value === 'send'")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    consumer.look(page)
    consumer.reads("Votre réponse est enregistrée", "J’accepte")
