"""The trader's pages: what is expected, by when, what silence does; each act by its own address; nothing typed is lost; nothing seen that is not its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, enrol, sign_in, statements
from mediane.ground.documents.models import Document
from mediane.mediation.referrals.enums import Asked, Party, State
from mediane.mediation.referrals.models import ExecutionReport, Message, PieceRequest, Position, Referral, SealedAnswer
from mediane.mediation.referrals.services import asking, conflicts, exchange, mediation, solution
from mediane.mediation.referrals.services.admissibility import Piece
from mediane.mediation.referrals.tests.factories import (
    AT,
    World,
    in_mediation,
    notified,
    proposed,
    under_review,
    world,
)
from mediane.mediation.referrals.web.public_form.tests.filling import hidden_of, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def w() -> World:
    return world()


@pytest.fixture
def firm(w) -> Any:
    who = w.people[Role.CORRESPONDENT]
    enrol(who)
    return sign_in(Browser(), who)


def words(response: Any) -> str:
    page = response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").replace("\u2011", "-")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")]))


def address(referral: Referral, act: str = "") -> str:
    return f"/pro/dossiers/{referral.pk}/{act}"


def post(firm: Any, referral: Referral, act: str, **typed: Any) -> Any:
    page = firm.get(address(referral)).content.decode()
    return firm.post(address(referral, act), {**hidden_of(page), **typed})


POSITION = {
    "p-value": "partly",
    "p-facts_value": "no",
    "p-facts_text": "Le colis a été remis au gardien.",
    "p-claim_text": "Nous remboursons les frais d’envoi.",
    "p-amount_offered": "24,90",
    "p-audience": "both",
}


# ---- entering ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("silence", "said"), [("refusal", "un refus"), ("acceptance", "une acceptation"), ("remind", "un dernier rappel")]
)
def test_the_page_says_what_silence_does_and_when(silence, said):
    w = world(silence=silence)
    enrol(w.people[Role.CORRESPONDENT])
    page = words(sign_in(Browser(), w.people[Role.CORRESPONDENT]).get(address(notified(w))))
    assert said in page
    assert "22 septembre 2026" in page
    assert "Votre accord est attendu" in page
    assert "Colis déclaré livré, jamais reçu" in page
    assert "412,00 €" in page


def test_entering_is_one_step(w, firm):
    referral = notified(w)
    assert post(firm, referral, "entree/", value="accept").status_code == 302
    referral.refresh_from_db()
    assert referral.state == State.IN_MEDIATION
    page = words(firm.get(address(referral)))
    assert "Votre position" in page
    assert "attendue pour le" in page


def test_refusing_is_read_again_before_it_ends_everything(w, firm):
    referral = notified(w)
    first = post(firm, referral, "entree/", value="refuse", reason="Déjà remboursé.", share="on")
    assert first.status_code == 200
    assert "lit votre motif" in words(first)
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_ENTRY
    sent = firm.post(
        address(referral, "entree/"), {**hidden_of(first.content.decode()), "reason": "Déjà remboursé.", "confirm": "1"}
    )
    assert sent.status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.outcome) == (State.CLOSED, "entry_refused")
    assert "Reprendre la médiation" in words(firm.get(address(referral)))


def test_nothing_is_ticked_beforehand(w, firm):
    page = firm.get(address(notified(w))).content.decode()
    assert page.count('name="value"') == 2
    assert not re.search(r'name="value"[^>]*checked', page)
    answer = post(firm, notified(w), "entree/")
    assert answer.status_code == 422
    assert "choisissez d’entrer ou non" in words(answer)


def test_an_entry_sent_after_its_end_says_what_to_do(w, firm):
    referral = notified(w)
    mediation.refuse_entry(referral.pk, by=w.firm, at=AT)
    answer = firm.post(address(referral, "entree/"), {"value": "accept"})
    assert answer.status_code == 422
    assert "Le dossier a changé" in words(answer)


# ---- position, demands, messages ------------------------------------------------------------------------------------------------
def test_the_position_is_coded_and_sent_with_its_pieces(w, firm):
    referral = in_mediation(w)
    assert post(firm, referral, "position/", **POSITION, position=pdf("remise.pdf", "remise")).status_code == 302
    position = Position.objects.get(referral=referral)
    assert (position.value, position.facts_value, str(position.amount_offered)) == ("partly", "no", "24.90")
    assert Document.objects.get(case=referral.pk, filename="remise.pdf").audience == "both"
    page = words(firm.get(address(referral)))
    assert "Nous y faisons droit en partie" in page
    assert "Compléter ou changer votre position" in page
    assert "C’est à vous" not in page


def test_pieces_asked_to_stay_confidential_stay_with_the_mediation(w, firm):
    referral = in_mediation(w)
    post(firm, referral, "position/", **POSITION, **{"p-confidential": "on"}, position=pdf("secret.pdf", "s"))
    assert Document.objects.get(case=referral.pk, filename="secret.pdf").audience == "trader"
    assert Message.objects.get(referral=referral).audience == "both"


def test_a_position_sent_wrong_comes_back_whole(w, firm):
    referral = in_mediation(w)
    answer = post(firm, referral, "position/", **(POSITION | {"p-claim_text": " "}), position=pdf("a.pdf", "a"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "expliquez votre position" in words(answer)
    assert "Le colis a été remis au gardien." in page
    assert "position_kept" in page
    assert "24,90" in page
    assert not Message.objects.filter(referral=referral).exists()


def test_the_same_position_sent_twice_is_one(w, firm):
    referral = in_mediation(w)
    hidden = hidden_of(firm.get(address(referral)).content.decode())
    for _ in range(2):
        assert firm.post(address(referral, "position/"), {**hidden, **POSITION}).status_code == 302
    assert Position.objects.filter(referral=referral).count() == 1


def test_each_demand_is_answered_by_itself(w, firm):
    referral = in_mediation(w)
    asking.ask_pieces(
        referral.pk,
        "trader",
        [Piece("La preuve de remise", "elle montre à qui"), Piece("Le contrat", "il fixe le délai")],
        date(2026, 9, 20),
        by=w.officer,
        at=AT,
    )
    proof, contract = PieceRequest.objects.filter(referral=referral, kind=Asked.PIECE).order_by("pk")
    page = words(firm.get(address(referral)))
    assert "La preuve de remise" in page
    assert "elle montre à qui" in page
    sent = post(firm, referral, f"demande/{proof.pk}/", **{f"piece-{proof.pk}": pdf("p.pdf", "p")})
    assert sent.status_code == 302
    proof.refresh_from_db()
    assert proof.document.filename == "p.pdf"
    assert proof.document.audience == "trader"
    page = words(firm.get(address(referral)))
    assert "répondu le 1er septembre 2026" in page
    empty = post(firm, referral, f"demande/{contract.pk}/")
    assert empty.status_code == 422
    assert "écrivez une réponse ou joignez une pièce" in words(empty)
    said = post(firm, referral, f"demande/{contract.pk}/", **{f"d{contract.pk}-text": "Il n’y a pas de contrat."})
    assert said.status_code == 302
    contract.refresh_from_db()
    assert contract.note == "Il n’y a pas de contrat."
    again = firm.post(address(referral, f"demande/{contract.pk}/"), {f"d{contract.pk}-text": "Encore."})
    assert again.status_code == 422
    assert "déjà répondu" in words(again)


def test_another_s_demand_does_not_exist(w, firm):
    referral = in_mediation(w)
    asking.ask_pieces(referral.pk, "consumer", [Piece("Facture", "pour voir")], date(2026, 9, 20), by=w.officer, at=AT)
    of_consumer = PieceRequest.objects.get(referral=referral, asked_of=Party.CONSUMER)
    assert firm.post(address(referral, f"demande/{of_consumer.pk}/"), {}).status_code == 404
    assert "Facture" not in words(firm.get(address(referral)))


def test_a_message_goes_to_whom_it_says(w, firm):
    referral = in_mediation(w)
    assert post(firm, referral, "message/", audience="trader", text="Entre nous").status_code == 302
    assert Message.objects.get(referral=referral).audience == "trader"
    assert "À la médiation seule" in words(firm.get(address(referral)))


def test_the_pieces_of_the_file_can_be_asked_for(w, firm):
    referral = in_mediation(w)
    for _ in range(2):
        assert post(firm, referral, "demander-les-pieces/").status_code == 302
    assert Message.objects.get(referral=referral).text.startswith("Nous demandons à lire les pièces")


# ---- answer, execution, end -------------------------------------------------------------------------------------------------------
def test_the_answer_is_read_again_then_sent_once(w, firm):
    referral = proposed(w)
    typed = {"value": "accepted", "signatory": "Léa Petit, directrice", "round": "1"}
    review = firm.post(address(referral, "reponse/"), typed)
    assert "Vous allez accepter" in words(review)
    back = firm.post(address(referral, "reponse/"), typed | {"change": "1"})
    assert "Léa Petit, directrice" in back.content.decode()
    sent = firm.post(address(referral, "reponse/"), typed | {"confirm": "1"})
    assert sent.status_code == 302
    assert SealedAnswer.objects.get(referral=referral).signatory == "Léa Petit, directrice"
    receipt = words(firm.get(address(referral, "reponse/")))
    assert "Votre réponse est enregistrée" in receipt
    assert "Léa Petit, directrice" in receipt
    assert firm.post(address(referral, "reponse/"), typed | {"value": "refused", "confirm": "1"}).status_code == 302
    assert SealedAnswer.objects.get(referral=referral).value == "accepted"


def test_the_other_party_s_answer_changes_nothing(w, firm):
    referral = proposed(w)
    before = words(firm.get(address(referral))), words(firm.get("/pro/"))
    solution.answer(referral.pk, "refused", by=w.consumer(referral), at=AT)
    assert (words(firm.get(address(referral))), words(firm.get("/pro/"))) == before


def test_execution_is_declared_with_its_proof(w, firm):
    referral = proposed(w)
    for by in (w.firm, w.consumer(referral)):
        solution.answer(referral.pk, "accepted", by=by, at=AT, signatory="Léa")
    page = words(firm.get(address(referral)))
    assert "L’accord à exécuter" in page
    assert "au plus tard le" in page
    wrong = post(firm, referral, "execution/", comment="viré", proof=pdf("v.pdf", "v"))
    assert wrong.status_code == 422
    assert "dites si l’accord est exécuté" in words(wrong)
    assert post(firm, referral, "execution/", value="yes", comment="viré", proof=pdf("v.pdf", "v")).status_code == 302
    report = ExecutionReport.objects.get(referral=referral)
    assert (report.value, report.document.filename) == ("yes", "v.pdf")


def test_withdrawal_says_what_follows_first(w, firm):
    referral = in_mediation(w)
    first = post(firm, referral, "retrait/")
    assert "Rester en médiation" in words(first)
    referral.refresh_from_db()
    assert referral.state == State.IN_MEDIATION
    post(firm, referral, "retrait/", confirm="1")
    referral.refresh_from_db()
    assert referral.outcome == "withdrawn_trader"


@pytest.mark.parametrize("act", ["entree/", "message/", "position/", "accord/", "execution/", "retrait/", "reprise/"])
def test_an_act_opened_as_a_link_does_nothing_and_leads_to_the_case(w, firm, act):
    referral = in_mediation(w)
    answer = firm.get(address(referral, act))
    assert (answer.status_code, answer["Location"]) == (302, address(referral))
    referral.refresh_from_db()
    assert referral.state == State.IN_MEDIATION


# ---- who, and what is seen --------------------------------------------------------------------------------------------------------
def test_before_the_notification_there_is_nothing(w, firm):
    referral = under_review(w)
    for act in ("", "entree/", "message/", "position/", "reponse/"):
        assert firm.get(address(referral, act)).status_code == 404
        assert firm.post(address(referral, act), {"value": "accept"}).status_code in (404, 405)
    assert referral.number not in words(firm.get("/pro/"))


def test_discretion_hides_the_name_on_every_page(w, firm):
    person = replace(w.dispute().consumer, discreet=True)
    referral = in_mediation(w, consumer=person, contract_reference="6A123")
    exchange.write(referral.pk, "Bonjour", "both", by=w.consumer(referral), at=AT, uploads=())
    for page in (firm.get("/pro/"), firm.get(address(referral)), post(firm, referral, "retrait/")):
        assert "Roussel" not in page.content.decode()
        assert "C. R." in words(page)
    assert "6A123" in words(firm.get(address(referral)))


def test_the_list_puts_first_what_waits_for_the_firm_over_all_pages(w, firm, monkeypatch):
    from mediane.mediation.referrals.web.trader import views

    monkeypatch.setattr(views, "PAGE", 2)
    quiet = [in_mediation(w) for _ in range(3)]
    for referral in quiet:
        exchange.send_position(
            referral.pk, exchange.PositionGiven("agrees", "yes"), "trader", by=w.firm, at=AT + timedelta(hours=1)
        )
    pressing = notified(w)
    seen: list[str] = []
    where = "/pro/"
    for _ in range(3):
        page = firm.get(where).content.decode()
        seen += re.findall(r"2026-\d{5}", page[page.index("<main") :])
        found = re.search(r'href="(\?apres=[^"]+)"', page)
        if not found:
            break
        where = "/pro/" + found[1]
    ordered = list(dict.fromkeys(seen))
    assert ordered[0] == pressing.number
    assert sorted(ordered) == sorted(r.number for r in (*quiet, pressing))


def test_the_pages_cost_few_statements(w, firm):
    referral = in_mediation(w)
    for n in range(3):
        exchange.write(referral.pk, f"message {n}", "both", by=w.firm, at=AT)
    for page in ("/pro/", address(referral)):
        # without the two that open the scope and the one of the test room
        found = [sql for sql in statements(firm, page) if "set_config" not in sql]
        assert len(found) <= 12, "\n".join(found)


def test_the_time_to_go_to_court_is_said_suspended_only_while_it_is(w, firm):
    referral = notified(w)
    assert "est suspendu depuis le 1 er septembre 2026" in words(firm.get(address(referral))).replace("1er", "1 er")
    mediation.refuse_entry(referral.pk, by=w.firm, at=AT)
    page = words(firm.get(address(referral)))
    assert "est suspendu" not in page and "a été suspendu du" in page


def test_objecting_says_what_it_entails(w, firm):
    referral = in_mediation(w)
    conflicts.declare_conflict(referral.pk, "Mon frère y travaille.", "Je reste impartiale.", by=w.mediator, at=AT)
    assert "un autre médiateur reprend le dossier" in words(firm.get(address(referral)))
