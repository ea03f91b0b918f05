"""What the office decides before anybody tells the trader: the five grounds, too early, sent on, looked at again. The consumer reads why and what to do;
the trader sees nothing at any step."""

from __future__ import annotations

from typing import Any

import pytest

from mediane.mediation.referrals.enums import Ground
from tests.journeys.people import Company, Person, Town, a_pdf, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

GROUNDS: dict[Ground, tuple[str, dict[str, Any], dict[str, str], tuple[str, ...]]] = {
    # ground: who decides, facts of the case, more fields of the act, what the letter must say
    Ground.NO_PRIOR_COMPLAINT: (
        "mediator",
        {"complaint_written": False, "complaint_proof": False},
        {},
        ("écri", "612-2"),
    ),
    Ground.UNFOUNDED_OR_ABUSIVE: ("delegate", {"manifestly_unfounded": None}, {}, ("612-2",)),
    Ground.OTHER_FORUM: (
        "delegate",
        {"court": True},
        {"other_forum_name": "le tribunal judiciaire de Lyon", "other_forum_reference": "RG 26/01234"},
        ("tribunal judiciaire de Lyon", "RG 26/01234"),
    ),
    Ground.OVER_ONE_YEAR: ("mediator", {"complaint_on": str(today(-500))}, {}, ("an",)),
    Ground.OUT_OF_COMPETENCE: (
        "delegate",
        {},
        {"competent_body_name": "Médiateur des Eaux", "competent_body_address": "BP 40463, 75366 Paris"},
        ("Médiateur des Eaux",),
    ),
}
LETTERS = {
    Ground.NO_PRIOR_COMPLAINT: "refusal_no_prior_complaint",
    Ground.UNFOUNDED_OR_ABUSIVE: "refusal_unfounded_or_abusive",
    Ground.OTHER_FORUM: "refusal_other_forum",
    Ground.OVER_ONE_YEAR: "refusal_over_one_year",
    Ground.OUT_OF_COMPETENCE: "refusal_out_of_scope",
}


def knows_nothing(trader: Person, place: dict[str, Any], *cases: dict[str, Any]) -> None:
    """No list, page, letter, piece, act or e-mail: for the trader these cases are not."""
    trader.go("/pro/").does_not_read(*(case["number"] for case in cases))
    trader.go("/pro/?vue=termines").does_not_read(*(case["number"] for case in cases))
    for case in cases:
        pk = case["pk"]
        trader.refused(f"/pro/dossiers/{pk}/").refused(f"/pro/dossiers/{pk}/reponse/")
        for kind in (*LETTERS.values(), "referral_receipt", "premature", "redirected_level", "redirected_mediator"):
            if known := trader.town.stage.letter(pk, kind, "consumer"):
                trader.refused(f"/lettres/{known['uuid']}.pdf")
        said = trader.town.stage.facts(pk)["letters"]
        assert said and all(letter.endswith(" consumer") for letter in said), said
    for mail in list(trader.town.mail.messages):
        assert not (place["contact"] in mail["To"] and any(case["number"] in str(mail) for case in cases))


def test_each_of_the_five_grounds(town: Town, company: Company) -> None:
    place = town.stage.town("main")
    people = place["people"]
    officer, trader = company.staff(people["officer"]), company.staff(people["correspondent"])
    cases = []
    for ground, (role, changes, more, words) in GROUNDS.items():
        facts = {name: value for name, value in changes.items() if name != "manifestly_unfounded"}
        case = town.stage.case("main", "under_review", **facts)
        cases.append(case)
        pk = case["pk"]
        assert not {"refuse", "redirect", "postpone"} & officer.offered(pk), "an officer prepares, and decides nothing"
        officer.refused(f"/bureau/dossiers/{pk}/acte/refuse/")
        decider = company.staff(people[role])
        decider.go(f"/bureau/dossiers/{pk}/recevabilite/")
        reason = f"Votre dossier, numéro {case['number']}, le montre de lui-même."
        said = decider.prepare(pk, "refuse", ground=ground.value, reason=reason, **more).text
        assert reason.rstrip(".") in said and "Le professionnel ne voit et n’apprend rien" in said
        assert town.stage.facts(pk)["state"] == "under_review", "a preview leaves nothing"
        decider.confirm(pk)
        facts = town.stage.facts(pk)
        assert (facts["state"], facts["ground"]) == ("inadmissible", ground)
        assert facts["letters"][-1] == f"{LETTERS[ground]} consumer"

        consumer = company.consumer(pk)
        consumer.go("/suivi/dossier/").reads(case["number"])
        letter = consumer.letter(pk, LETTERS[ground], "consumer")
        assert all(word in letter for word in (reason.rstrip("."), *words)), letter
        offered = consumer.page.locator("main a[href$='/suivi/dossier/renvoyer/']").count()
        assert offered == (ground == Ground.NO_PRIOR_COMPLAINT), "one comes back in one step after ground 1° only"
        if ground != Ground.NO_PRIOR_COMPLAINT:
            consumer.refused("/suivi/dossier/renvoyer/")
    knows_nothing(trader, place, *cases)


def test_a_refusal_without_what_its_letter_says_does_not_leave(town: Town, company: Company) -> None:
    """Ground 3° names the court; without it the act stays where it is and keeps what was typed."""
    place = town.stage.town("main")
    case = town.stage.case("main", "under_review", court=True)
    delegate = company.staff(place["people"]["delegate"])
    delegate.prepare(case["pk"], "refuse", ground=Ground.OTHER_FORUM.value, reason="Un tribunal est saisi.")
    assert delegate.page.locator("#errors").count()
    assert delegate.page.locator("[name=reason]").input_value() == "Un tribunal est saisi."
    assert not delegate.page.locator("[name=confirm]").count()
    assert town.stage.facts(case["pk"])["state"] == "under_review"


def test_too_early_then_back(town: Town, company: Company) -> None:
    """Postponed, reminded on the day, confirmed in one step: a new case with everything in it."""
    place = town.stage.town("main")
    people = place["people"]
    case = town.stage.case("main", "under_review", complaint_on=str(today(-20)), email="tot@example.test")
    pk = case["pk"]
    mediator = company.staff(people["mediator"])
    mediator.go(f"/bureau/dossiers/{pk}/recevabilite/").reads("trop tôt")
    said = mediator.make(pk, "postpone")
    assert "Le professionnel ne voit et n’apprend rien" in said
    assert town.stage.facts(pk)["state"] == "premature"
    consumer = company.consumer(pk)
    assert "Ce n’est pas un refus" in consumer.letter(pk, "premature", "consumer")
    due = town.stage.clocks(pk)["premature"]
    facts = town.stage.days_pass(pk, 60)
    assert facts["state"] == "premature" and "premature_reminder consumer" in facts["letters"], due
    town.mails_to("tot@example.test", about="revenir")

    consumer.go("/suivi/dossier/")
    consumer.press(consumer.page.locator("main a[href$='/suivi/dossier/renvoyer/']"))
    consumer.submit(
        consumer.page.locator("main form[enctype]"),
        since_then="Elle ne m’a toujours pas répondu.",
        answer="none",
    )
    (new,) = town.stage.followers(pk)
    facts = town.stage.facts(new)
    assert facts["state"] == "received" and facts["number"] != case["number"]
    consumer.reads(facts["number"])
    officer = company.staff(people["officer"])
    officer.case(new).reads(case["number"])
    knows_nothing(company.staff(people["correspondent"]), place, case, facts)


def test_sent_on_to_another_level_or_another_mediator(town: Town, company: Company) -> None:
    place = town.stage.town("main")
    people = place["people"]
    delegate = company.staff(people["delegate"])
    level = town.stage.case("main", "under_review")
    delegate.make(
        level["pk"], "redirect", ground=Ground.NO_PRIOR_COMPLAINT.value, reason="Le second niveau n’est pas saisi"
    )
    assert town.stage.facts(level["pk"])["state"] == "redirected"
    consumer = company.consumer(level["pk"])
    assert "service national consommateurs" in consumer.letter(level["pk"], "redirected_level", "consumer")
    consumer.go("/suivi/dossier/").go("/suivi/dossier/renvoyer/")
    consumer.submit(
        consumer.page.locator("main form[enctype]"),
        since_then="Le second service a répondu non.",
        answer="refused",
        answered_on_day=today(-1).day,
        answered_on_month=today(-1).month,
        answered_on_year=today(-1).year,
        level2_on_day=today(-3).day,
        level2_on_month=today(-3).month,
        level2_on_year=today(-3).year,
        pieces=a_pdf("reponse.pdf", "reponse"),
    )
    (again,) = town.stage.followers(level["pk"])
    assert town.stage.facts(again)["state"] == "received"

    # another mediator: the file itself travels with consent only
    silent = town.stage.case("main", "under_review")
    delegate.prepare(silent["pk"], "redirect", ground=Ground.OUT_OF_COMPETENCE.value, destination_id=place["other_mediator"], reason="Votre litige porte sur le réseau", transferred=True)  # fmt: skip
    delegate.reads("consenti")
    assert not delegate.page.locator("[name=confirm]").count()
    willing = town.stage.case("main", "under_review", transfer_consent=True)
    mediator = company.staff(people["mediator"])
    mediator.make(willing["pk"], "redirect", ground=Ground.OUT_OF_COMPETENCE.value, destination_id=place["other_mediator"], reason="Votre litige porte sur le réseau", transferred=True)  # fmt: skip
    facts = town.stage.facts(willing["pk"])
    assert (facts["state"], facts["ground"]) == ("redirected", Ground.OUT_OF_COMPETENCE)
    letter = company.consumer(willing["pk"]).letter(willing["pk"], "redirected_mediator", "consumer")
    assert "Médiateur des Communications" in letter
    knows_nothing(company.staff(people["correspondent"]), place, level, silent, willing)


def test_looked_at_again(town: Town, company: Company) -> None:
    """New evidence: the refusal is taken back to the examination, three weeks run anew, and the case goes on to the trader."""
    place = town.stage.town("main")
    people = place["people"]
    case = town.stage.case("main", "under_review", complaint_written=False, complaint_proof=False)
    pk = case["pk"]
    delegate, consumer = company.staff(people["delegate"]), company.consumer(pk)
    delegate.make(pk, "refuse", ground=Ground.NO_PRIOR_COMPLAINT.value, reason="Nous n’avons trouvé aucune lettre.")
    consumer.go("/suivi/dossier/messages/")
    consumer.submit(
        consumer.page.locator("#ecrire"),
        text="Voici la lettre que j’avais oubliée.",
        pieces=a_pdf("lettre.pdf", "lettre"),
    )
    said = delegate.make(pk, "re_examine", evidence="La lettre du 3 mars", reason="Elle prouve la réclamation écrite")
    assert "Le professionnel ne voit et n’apprend rien" in said
    assert town.stage.facts(pk)["state"] == "under_review"
    consumer.go("/suivi/dossier/")
    knows_nothing(company.staff(people["correspondent"]), place, case)

    # the office writes what the evidence shows; the analysis follows, and the mediation begins
    officer = company.staff(people["officer"])
    officer.go(f"/bureau/dossiers/{pk}/recevabilite/")
    officer.press(officer.page.locator("main a[href*='corriger']").first)
    officer.fill(complaint_written="yes", complaint_proof="yes", complaint_on=today(-200))
    officer.press(officer.page.locator("main form:has([name=complaint_written]) [type=submit]").last)
    officer.reads("Rien dans ces faits ne s’oppose à la médiation")
    company.staff(people["mediator"]).make(pk, "notify", mediator_id=place["mandates"][people["mediator"]])
    assert town.stage.facts(pk)["state"] == "awaiting_entry"
    company.staff(people["correspondent"]).go("/pro/").reads(case["number"])
