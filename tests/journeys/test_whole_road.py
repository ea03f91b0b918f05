"""The whole road in a real browser: from the consumer's form to a closed case that the report counts, each act by the person it belongs to."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.journeys.people import Company, Person, Town, a_pdf, link_in, refer, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SOLUTION = {
    "facts_agreed": "Le colis a été confié le 20 juin.",
    "facts_disputed": "La remise au gardien.",
    "consumer_position": "Mme Roussel n’a rien reçu.",
    "trader_position": "L’entreprise indique une remise au gardien.",
    "reasons_law": "Le transporteur doit prouver la remise.",
    "reasons_equity": "La valeur du contenu est établie par la facture.",
    "orientation": "consumer_partly",
    "basis": "law",
    "who_1": "trader",
    "what_1": "rembourse 40 € à Mme Roussel",
    "amount_1": "40,00",
    "within_1": "30d",
}

COUNTED = {
    "MED-001": 1,  # received
    "MED-002": 1,  # decided
    "MED-003": 1,  # ended
    "MED-004": 0,  # still open
    "MED-010": 100.0,  # admissible
    "MED-032": 100.0,  # within the 90 days
    "MED-040": 1,  # solutions
    "MED-041": 100.0,  # proposals accepted by both
    "MED-042": 100.0,  # agreements carried out
    "MED-060": 40.0,  # euros granted
}
"""What the annual report says of a body whose one case went the whole road."""


def seen(person: Person, address: str) -> str:
    """The main part of a page as it is sent, without the tokens that every answer draws anew."""
    html = person.page.request.get(person.town.base + address).text()
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main, html[:500]
    said = re.sub(r'(name="csrfmiddlewaretoken" value=|nonce=)"[^"]*"', r"\1", main[0])
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\")", "UUID", said)


def write_proposal(mediator: Person, pk: int, **changes: Any) -> None:
    """Written, kept as a draft, both letters read, signed."""
    mediator.case(pk)
    mediator.go(f"/bureau/dossiers/{pk}/proposition/")
    mediator.fill(**SOLUTION | {"answers_due_on": today(21)} | changes)
    mediator.press(mediator.page.locator("main [name=save]"))
    mediator.press(mediator.page.locator("main [name=preview]"))
    mediator.reads("libre d’accepter ou de refuser", "R. 612-4", "rembourse 40 € à Mme Roussel")
    assert mediator.town.stage.facts(pk)["state"] == "in_mediation", "a preview leaves nothing"
    mediator.press(mediator.page.locator("main [name=confirm]"))
    assert mediator.town.stage.facts(pk)["state"] == "proposal_notified"


def consumer_answers(consumer: Person, value: str) -> None:
    """Read in full, ticked, read again, sent."""
    consumer.go("/suivi/dossier/").go("/suivi/dossier/proposition/")
    consumer.send("/suivi/dossier/reponse/", value=value)
    consumer.reads("Relisez avant d’envoyer")
    consumer.press(consumer.page.locator("main [name=do][value=send]"))
    consumer.reads("Votre réponse est enregistrée")


def trader_answers(trader: Person, pk: int, value: str) -> None:
    trader.go(f"/pro/dossiers/{pk}/").go(f"/pro/dossiers/{pk}/reponse/")
    trader.fill(value=value, signatory="Léa Petit, responsable du service clients")
    trader.press(trader.page.locator("main form:has([name=signatory]) [type=submit]"))
    trader.press(trader.page.locator("main [name=confirm]"))


def test_from_the_form_to_the_report(town: Town, company: Company) -> None:
    place = town.stage.town("road")
    people = place["people"]

    # the consumer refers, from the body's public page
    consumer = company.stranger()
    number = refer(
        consumer.page, town.base, place["slug"], place["trader"], vous_joindre={"email": "route@example.test"}
    )
    pk = town.stage.numbered("road", number)
    mail = town.mails_to("route@example.test", about=number)[0]

    # and comes back another day, from another device, by the link of the receipt
    consumer = company.stranger()
    consumer.open_link(link_in(mail, "/s/"))
    consumer.reads(number)

    # an officer finds the request, takes it up, and asks for what is strictly necessary
    officer = company.staff(people["officer"])
    officer.go("/bureau/?qui=none").reads(number)
    assert {"take_up", "ask_documents"} <= officer.offered(pk)
    assert not {"notify", "refuse"} & officer.offered(pk), "an officer prepares and does not decide"
    officer.make(pk, "take_up")
    officer.go(f"/bureau/dossiers/{pk}/recevabilite/").reads("Rien dans ces faits ne s’oppose à la médiation")
    said = officer.make(
        pk,
        "ask_documents",
        due_on=today(10),
        name_1="Facture du colis",
        purpose_1="invoice",
        why_1="elle établit la valeur demandée",
        must_show_1="le prix payé et la date",
    )
    assert "elle établit la valeur demandée" in said and "Le professionnel ne voit et n’apprend rien" in said
    town.mails_to("route@example.test", about="Il manque une pièce")

    # the consumer sends it
    consumer.go("/suivi/dossier/").reads("Facture du colis")
    consumer.go("/suivi/dossier/pieces-demandees/").reads("le prix payé et la date")
    box = consumer.page.locator("main input[type=file]").first
    box.set_input_files(a_pdf("facture.pdf", "facture"))
    consumer.press(consumer.page.locator("main form[enctype] [type=submit]").last)
    assert town.stage.facts(pk)["state"] == "under_review"

    # up to here the trader knows nothing
    trader = company.staff(people["correspondent"])
    trader.go("/pro/").does_not_read(number).refused(f"/pro/dossiers/{pk}/")
    assert not [m for m in town.mail.messages if place["contact"] in m["To"]]

    # the mediator's delegate reads both letters, then notifies
    delegate = company.staff(people["delegate"])
    said = delegate.prepare(pk, "notify", mediator_id=place["mandates"][people["mediator"]]).text
    for words in (
        "jours après cette notification",
        "à tout moment",
        "prescription",
        "Le professionnel voit désormais ce dossier",
    ):
        assert words in said, (words, said)
    assert town.stage.facts(pk)["state"] == "under_review"
    delegate.confirm(pk)
    letters = town.stage.facts(pk)["letters"]
    assert {"notification_consumer consumer", "notification_trader trader"} <= set(letters)
    town.mails_to(place["contact"], about=number)
    assert "suspend" in consumer.letter(pk, "notification_consumer", "consumer")

    # the trader reads its letter and enters
    trader.go("/pro/").reads(number)
    assert "Vous êtes libre d’entrer en médiation ou de refuser" in trader.letter(pk, "notification_trader", "trader")
    trader.go(f"/pro/dossiers/{pk}/").does_not_read("recevabilité", "Facture du colis")
    trader.firm(pk, "entree", value="accept")
    assert town.stage.facts(pk)["state"] == "in_mediation"

    # each writes; what the trader sends to the mediation alone reaches the consumer by a decision only
    consumer.go("/suivi/dossier/").send(
        "/suivi/dossier/messages/", audience="both", text="Le gardien atteste n’avoir rien reçu."
    )
    trader.go(f"/pro/dossiers/{pk}/").reads("Le gardien atteste n’avoir rien reçu.")
    trader.firm(
        pk, "message", audience="trader", text="Voici le relevé du livreur.", pieces=a_pdf("releve.pdf", "releve")
    )
    consumer.go("/suivi/dossier/pieces/").does_not_read("releve").go("/suivi/dossier/").does_not_read("relevé")
    officer.case(pk).reads("Voici le relevé du livreur.").go(f"/bureau/dossiers/{pk}/vu-par/consumer/")
    document = officer.case(pk).page.locator("main a[href$='/acte/transmit/']").first
    assert document.count()
    officer.go(f"/bureau/dossiers/{pk}/acte/transmit/")
    piece = officer.page.locator("main label", has_text="releve.pdf").first
    officer.fill(to="consumer")
    piece.click()
    officer.press(officer.page.locator("main [name=preview]").first).confirm(pk)
    consumer.go("/suivi/dossier/pieces/").reads("releve")
    officer.make(pk, "ask_observations", to="trader", questions="Qui a signé ?\nÀ quelle heure ?", due_on=today(8))
    trader.go(f"/pro/dossiers/{pk}/").reads("Qui a signé ?")
    consumer.go("/suivi/dossier/").does_not_read("Qui a signé ?")
    officer.case(pk).send("/ecrire/", audience="office", text="Vérifier la signature du livreur.")
    trader.go(f"/pro/dossiers/{pk}/").does_not_read("Vérifier la signature")

    # the mediator alone extends, both are told at once
    mediator = company.staff(people["mediator"])
    assert "extend" not in officer.offered(pk)
    said = mediator.make(
        pk,
        "extend",
        new_due_on=today(120),
        reason="Le trajet du colis passe par trois transporteurs dont deux à l’étranger",
        next_step="le transporteur final envoie son relevé",
    )
    assert "trois transporteurs" in said
    letters = town.stage.facts(pk)["letters"]
    assert {"extension consumer", "extension trader"} <= set(letters)
    consumer.go("/suivi/dossier/")
    trader.go(f"/pro/dossiers/{pk}/")

    # and proposes
    write_proposal(mediator, pk)

    # two answers, each blind to the other
    pages = ("/pro/", f"/pro/dossiers/{pk}/", f"/pro/dossiers/{pk}/reponse/")
    before, mails = [seen(trader, page) for page in pages], len(town.mails_to(place["contact"]))
    consumer_answers(consumer, "accepted")
    assert [seen(trader, page) for page in pages] == before, "the trader's pages changed with the consumer's answer"
    assert len(town.mails_to(place["contact"])) == mails
    assert town.stage.facts(pk)["state"] == "proposal_notified"
    trader_answers(trader, pk, "accepted")
    facts = town.stage.facts(pk)
    assert (facts["state"], facts["outcome"]) == ("in_execution", "proposal_accepted")
    assert {"result_accepted consumer", "result_accepted trader", "end_certificate consumer"} <= set(facts["letters"])

    # the certificate says nothing of the case, and can be checked by anybody
    code = town.stage.certificate(pk)
    assert code in consumer.letter(pk, "end_certificate", "consumer")
    passer_by = company.stranger().go(f"/attestation/?code={code}")
    passer_by.does_not_read("Roussel", place["trader"], "40 €")

    # carried out, said with proof, confirmed: closed
    trader.firm(pk, "execution", value="yes", comment="Virement de ce jour.", proof=a_pdf("virement.pdf", "virement"))
    consumer.go("/suivi/dossier/execution/").reads("Virement de ce jour.")
    consumer.submit(consumer.page.locator("main form[enctype]"), value="yes")
    facts = town.stage.facts(pk)
    assert (facts["state"], facts["execution"]) == ("closed", "yes")
    assert {"closing consumer", "closing trader"} <= set(facts["letters"])
    consumer.reads(number)
    trader.go("/pro/?vue=termines").reads(number)

    # the report counts it
    year = today().year
    director = company.staff(people["director"])
    director.go(f"/bureau/rapport/?annee={year}")
    report = json.loads(director.page.request.get(f"{town.base}/bureau/rapport/donnees.json?annee={year}").text())
    counted = {row["code"]: row["value"] for row in report["indicators"]}
    assert {code: counted[code] for code in COUNTED} == COUNTED
