"""The form from the first page to the receipt, without JavaScript; what is kept, what is refused and how it is said."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail

from mediane.ground.access.models import CaseKey
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, member, sign_in
from mediane.ground.documents.models import Document
from mediane.ground.jobs import run_waiting
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.tests.factories import World, world
from mediane.mediation.referrals.web.public_form.forms import ComplaintForm
from mediane.mediation.referrals.web.public_form.tests.filling import Filler, day, hidden_of, pdf, statements_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def w() -> World:
    return world()


@pytest.fixture
def somebody(w: World) -> Filler:
    return Filler(w.body.organisation.slug)


def text(response) -> str:
    return response.content.decode()


def test_from_the_first_page_to_the_receipt(w, somebody):
    assert "Commencer" in text(somebody.get())
    somebody.fill(w.trader.pk)
    summary = text(somebody.get("verification"))
    for words in (
        "Colis déclaré livré, jamais reçu",
        "2 juillet 2026",
        "1 412,50",
        "Camille",
        "reclamation.pdf",
        "Modifier",
    ):
        assert words in summary.replace("\u202f", " ").replace("\u00a0", " "), words
    assert (
        f"<dt>{ComplaintForm.base_fields['complained'].label}</dt>" not in summary
    )  # a page of one question: its title is not said again
    sent = somebody.send()
    assert sent["Location"] == "/suivi/dossier/recu/"
    referral = Referral.objects.select_related("claim").get(state=State.RECEIVED)
    assert referral.received_on == date(2026, 11, 23)
    assert (referral.trader, referral.amount_claimed, referral.complaint_on, referral.answered_on) == (
        w.trader,
        Decimal("1412.50"),
        date(2026, 7, 2),
        date(2026, 7, 15),
    )
    assert (
        referral.complaint_written,
        referral.complaint_proof,
        referral.answer,
        referral.other_mediator,
        referral.court,
    ) == (True, True, "refused", False, False)
    assert (referral.level2_on, referral.level2_answered_on) == (date(2026, 8, 1), date(2026, 8, 20))
    assert referral.claim.asked_now == "Je demande le remboursement du colis."
    assert referral.claim.draft == {}
    contact = referral.contacts.get()
    assert (contact.email, contact.phone, contact.on_paper, contact.city) == (
        "camille.roussel@example.test",
        "06 12 34 56 78",
        False,
        "Nantes",
    )
    piece = Document.objects.get(case=referral.pk)
    assert (piece.reference, piece.purpose, piece.audience) == ("C-1", "prior_complaint", "consumer")
    receipt = text(somebody.browser.get("/suivi/dossier/recu/"))
    assert referral.number in receipt
    assert "lundi 14 décembre 2026" in receipt


def test_the_receipt_tells_the_code_that_opens_the_case(w, somebody):
    import re

    somebody.fill(w.trader.pk)
    somebody.send()
    receipt = text(somebody.browser.get("/suivi/dossier/recu/"))
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", receipt).group()
    stranger, number = Browser(), Referral.objects.get(state=State.RECEIVED).number
    opened = stranger.post("/suivi/", {"number": number, "code": code})
    assert opened.status_code == 302, text(opened)
    assert number in text(stranger.get("/suivi/dossier/"))
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        assert code not in text(somebody.browser.get("/suivi/dossier/recu/"))


def test_a_double_click_makes_one_referral(w, somebody):
    somebody.fill(w.trader.pk)
    page = hidden_of(text(somebody.get("verification")))
    first = somebody.browser.post(somebody.address("verification"), page)
    second = somebody.browser.post(
        somebody.address("verification"), page
    )  # the other click, or the back button and the button again
    assert first["Location"] == second["Location"] == "/suivi/dossier/recu/"
    assert Referral.objects.exclude(state=State.DRAFT).count() == 1


def test_nothing_is_written_by_reading(w, somebody):
    for step in ("", "entreprise", "faits", "verification", "pieces"):
        assert somebody.get(step).status_code in (200, 302)
    assert not Referral.objects.exists()


def test_each_step_is_kept_as_it_is_left(w, somebody):
    somebody.fill(w.trader.pk, until="faits")
    response = somebody.post("faits", {"summary": "", "facts": "Un début de phrase"})
    assert response.status_code == 200
    assert "résumez votre litige en une phrase" in text(response)
    again = text(somebody.get("faits"))
    assert "Un début de phrase" in again


def test_going_back_and_forth_loses_nothing(w, somebody):
    somebody.fill(w.trader.pk, until="identite")
    assert "Le gardien n’a rien reçu." in text(somebody.get("faits"))
    assert 'value="02"' in text(somebody.get("reclamation-ecrite"))
    assert "reclamation.pdf" in text(somebody.get("preuve"))


def test_a_change_from_the_summary_comes_back_to_it(w, somebody):
    somebody.fill(w.trader.pk)
    page = somebody.browser.get(somebody.address("demande") + "?retour=1")
    response = somebody.browser.post(
        somebody.address("demande"), {**hidden_of(text(page)), "asked_now": "Autre chose", "amount_claimed": ""}
    )
    assert response["Location"] == somebody.address("verification")
    assert "Autre chose" in text(somebody.get("verification"))


def test_a_change_that_asks_more_leads_there_first(w, somebody):
    somebody.fill(w.trader.pk, reponse={"answer": "none"})
    page = somebody.browser.get(somebody.address("reponse") + "?retour=1")
    response = somebody.browser.post(somebody.address("reponse"), {**hidden_of(text(page)), "answer": "refused"})
    assert response["Location"] == somebody.address("reponse-recue")


def test_an_answer_that_no_longer_applies_is_not_sent(w, somebody):
    somebody.fill(w.trader.pk)
    somebody.post("reponse", {"answer": "none"})
    somebody.send()
    referral = Referral.objects.get(state=State.RECEIVED)
    assert (referral.answer, referral.answered_on) == ("", None)


def test_an_incomplete_form_says_what_is_missing(w, somebody):
    somebody.fill(w.trader.pk, until="identite")
    response = somebody.send()
    assert response.status_code == 200
    assert "Qui êtes-vous" in text(response)
    assert not Referral.objects.exclude(state=State.DRAFT).exists()


def test_by_post_without_email(w, somebody):
    somebody.fill(w.trader.pk, **{"vous-joindre": {"by": "post", "large_print": "on"}})
    somebody.send()
    contact = Referral.objects.get(state=State.RECEIVED).contacts.get()
    assert (contact.on_paper, contact.email, contact.large_print) == (True, "", True)


def test_by_post_needs_an_address(w, somebody):
    somebody.fill(w.trader.pk, until="adresse", **{"vous-joindre": {"by": "post"}})
    response = somebody.post("adresse", {"country": "FR"})
    assert "écrivez votre adresse" in text(response)


def test_a_trader_that_is_not_in_the_list(w, somebody):
    found = text(somebody.get("entreprise", q="Zébulon SARL"))
    assert "Nous n’avons trouvé aucune entreprise" in found
    somebody.fill(
        "other", **{"autre-entreprise": {"trader_given": "Zébulon SARL", "trader_siren": "732 829 320 00074"}}
    )
    somebody.send()
    referral = Referral.objects.select_related("claim").get(state=State.RECEIVED)
    assert (referral.trader_given, referral.claim.trader_siren_given) == ("Zébulon SARL", "732829320")


@pytest.mark.parametrize("typed", ["Bleuet", "bleuét express", "732829320", "73282932000074", "732 829 320"])
def test_a_trader_is_found_by_name_alias_siren_or_siret(w, somebody, typed):
    assert w.trader.name in text(somebody.get("entreprise", q=typed))


def test_another_body_s_trader_is_never_found_nor_chosen(w, somebody):
    other = world()
    assert other.trader.name not in text(somebody.get("entreprise", q="colis bleuet"))
    response = somebody.post("entreprise", {"q": "colis", "trader": str(other.trader.pk)})
    assert response.status_code == 200
    assert "choisissez votre entreprise" in text(response)


def test_the_address_may_name_the_trader(w, somebody):
    assert "professionnel=Bleuet%20Express" in text(
        somebody.browser.get(somebody.address(), {"professionnel": "Bleuet Express"})
    )
    assert w.trader.name in text(
        somebody.browser.get(somebody.address("entreprise"), {"professionnel": "Bleuet Express"})
    )


# ---- what the law says, told and never in the way --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "words", "article"),
    [
        ({"reclamation": {"complained": "spoken"}}, "Une réclamation de vive voix ne suffit pas", "L. 612-2, 1°"),
        ({"reclamation": {"complained": "none"}}, "écrire d’abord à l’entreprise", "L. 612-2, 1°"),
        (
            {
                "reclamation-ecrite": {**day("complaint_on", "2 11 2026"), "complaint_channel": "email"},
                "reponse": {"answer": "none"},
                "second-service": {"asked": "no"},
            },
            "C’est un peu tôt",
            "usage",
        ),
        (
            {"reclamation-ecrite": {**day("complaint_on", "2 7 2025"), "complaint_channel": "email"}},
            "a plus d’un an",
            "L. 612-2, 4°",
        ),
        ({"autres-demarches": {"other_mediator": "no", "court": "yes"}}, "déjà entre d’autres mains", "L. 612-2, 3°"),
        ({"a-quel-titre": {"requester_kind": "professional"}}, "ouverte aux particuliers", "L. 612-2, 5°"),
        ({"preuve": {"no_copy": "on"}}, "Il faudra une preuve", "L. 612-2, 1°"),
        ({"reponse": {"answer": "satisfied"}}, "accepte ce que vous demandiez", ""),
    ],
    ids=["spoken", "none", "premature", "year", "court", "professional", "no_proof", "satisfied"],
)
def test_a_warning_informs_and_does_not_bar(w, somebody, changes, words, article):
    somebody.fill(w.trader.pk, until="a-savoir", **changes)
    page = text(somebody.get("a-savoir"))
    assert words in page
    assert article in page
    somebody.fill(w.trader.pk, **changes)
    assert words in text(somebody.get("verification"))
    assert somebody.send()["Location"] == "/suivi/dossier/recu/"
    assert Referral.objects.filter(state=State.RECEIVED).count() == 1


def test_the_day_one_may_come_back_is_told(w, somebody):
    how = {**day("complaint_on", "2 11 2026"), "complaint_channel": "email"}
    somebody.fill(
        w.trader.pk,
        until="a-savoir",
        **{"reclamation-ecrite": how, "reponse": {"answer": "none"}, "second-service": {"asked": "no"}},
    )
    assert "3 janvier 2027" in text(somebody.get("a-savoir"))


def test_nothing_to_say_no_page(w, somebody):
    somebody.fill(w.trader.pk)
    assert somebody.get("a-savoir").status_code == 302


# ---- files --------------------------------------------------------------------------------------------------------------------------
def test_a_refused_file_is_named_with_why_and_the_others_are_kept(w, somebody):
    from django.core.files.uploadedfile import SimpleUploadedFile

    somebody.fill(w.trader.pk, until="preuve")
    response = somebody.post(
        "preuve", {"pieces": [pdf("bon.pdf"), SimpleUploadedFile("virus.exe", b"MZ\x90\x00" * 50)]}
    )
    page = text(response)
    assert response.status_code == 200
    assert "virus.exe" in page
    assert "n’est pas accepté" in page
    assert "bon.pdf" in page
    assert Document.objects.count() == 1
    assert somebody.post("preuve", {})["Location"] == somebody.address("reponse")  # the good file is enough


def test_adding_one_by_one_then_taking_one_back(w, somebody):
    somebody.fill(w.trader.pk, until="preuve")
    assert "un.pdf" in text(somebody.post("preuve", {"pieces": pdf("un.pdf", "1"), "do": "add"}))
    assert "deux.pdf" in text(somebody.post("preuve", {"pieces": pdf("deux.pdf", "2"), "do": "add"}))
    first = Document.objects.get(filename="un.pdf")
    assert somebody.post("preuve", {"remove": str(first.uuid)}).status_code == 302
    assert [piece.filename for piece in Document.objects.order_by("pk")] == ["deux.pdf"]


def test_the_same_file_twice_is_one_piece(w, somebody):
    somebody.fill(w.trader.pk, until="preuve")
    somebody.post("preuve", {"pieces": pdf("un.pdf"), "do": "add"})
    somebody.post("preuve", {"pieces": pdf("copie.pdf"), "do": "add"})
    assert Document.objects.count() == 1


def test_a_piece_of_another_draft_cannot_be_taken_back(w, somebody):
    somebody.fill(w.trader.pk, until="reponse")
    mine = Document.objects.get()
    thief = Filler(somebody.slug)
    thief.fill(w.trader.pk, until="preuve")
    thief.post("preuve", {"remove": str(mine.uuid)})
    assert Document.objects.filter(pk=mine.pk).exists()


def test_other_pieces_have_their_own_page(w, somebody):
    somebody.fill(w.trader.pk, until="pieces")
    listed = text(somebody.get("pieces"))
    assert "Réponse de l’entreprise" in listed
    page = text(somebody.get("pieces/contrat"))
    assert "la date et le montant" in page
    assert somebody.post("pieces/contrat", {"pieces": pdf("facture.pdf", "f")})["Location"] == somebody.address(
        "pieces"
    )
    assert Document.objects.get(filename="facture.pdf").purpose == "contract"
    assert "1 reçu" in text(somebody.get("pieces"))
    assert somebody.get("pieces/inconnu").status_code == 404


def test_without_proof_one_must_say_so(w, somebody):
    somebody.fill(w.trader.pk, until="preuve")
    assert "ajoutez une copie de votre réclamation" in text(somebody.post("preuve", {}))


# ---- taking it up again ---------------------------------------------------------------------------------------------------------------
def test_the_personal_link_takes_the_form_up_again_elsewhere(w, somebody):
    somebody.fill(w.trader.pk, until="adresse")
    run_waiting(queue="mail")
    (message,) = mail.outbox
    assert message.to == ["camille.roussel@example.test"]
    assert "Camille" not in message.body
    assert w.trader.name not in message.body
    link = next(word for word in message.body.split() if "/s/" in word)
    elsewhere = Browser()
    door = elsewhere.get(link[link.index("/s/") :], follow=True)
    opened = elsewhere.post("/suivi/ouvrir/", hidden_of(text(door)), follow=True)
    assert opened.redirect_chain[-1][0] == somebody.address("adresse")


def test_a_link_sent_to_a_mistyped_address_ends_when_it_is_corrected(w, somebody):
    somebody.fill(w.trader.pk, until="vous-joindre")
    somebody.post("vous-joindre", {"by": "email", "email": "faute@example.test"})
    run_waiting(queue="mail")
    wrong = next(word for word in mail.outbox[-1].body.split() if "/s/" in word)
    somebody.post("vous-joindre", {"by": "email", "email": "juste@example.test"})
    run_waiting(queue="mail")
    assert mail.outbox[-1].to == ["juste@example.test"]
    stranger = Browser()
    stranger.get(wrong[wrong.index("/s/") :])
    assert stranger.post("/suivi/ouvrir/").status_code != 302 or stranger.get("/suivi/dossier/").status_code == 302
    assert somebody.get("adresse").status_code == 200  # this browser goes on


def test_later_sends_the_link_and_says_so(w, somebody):
    somebody.fill(w.trader.pk, until="faits")
    response = somebody.post("faits", {"facts": "À suivre", "summary": "", "do": "later"})
    assert response["Location"] == somebody.address("plus-tard")
    said = text(somebody.post("plus-tard", {"email": "moi@example.test"}))
    assert "moi@example.test" in said
    run_waiting(queue="mail")
    assert mail.outbox[-1].to == ["moi@example.test"]
    assert "À suivre" in text(somebody.get("faits"))


def test_links_are_not_sent_without_end(w, somebody):
    somebody.fill(w.trader.pk, until="faits")
    said = [text(somebody.post("plus-tard", {"email": f"victime{n}@example.test"})) for n in range(8)]
    run_waiting(queue="mail")
    assert "Trop de liens" in said[-1]
    assert len(mail.outbox) <= 6


def test_what_is_typed_after_the_session_ended_is_kept_in_the_same_draft(w, somebody):
    somebody.fill(w.trader.pk, until="demande")
    page = hidden_of(text(somebody.get("demande")))
    draft = Referral.objects.get()
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        response = somebody.browser.post(
            somebody.address("demande"), {**page, "asked_now": "Écrit pendant le repas", "amount_claimed": ""}
        )
        assert response["Location"] == somebody.address("identite")
        assert "Écrit pendant le repas" in text(somebody.get("demande"))
    assert Referral.objects.get() == draft


def test_a_page_without_any_session_begins_a_draft_with_what_was_typed(w, somebody):
    response = somebody.browser.post(somebody.address("demande"), {"asked_now": "Tapé sur une très vieille page"})
    assert response.status_code == 302
    assert "Tapé sur une très vieille page" in text(somebody.get("demande"))


def test_two_tabs_two_drafts(w, somebody):
    somebody.fill(w.trader.pk, until="faits")
    first_tab = hidden_of(text(somebody.get("faits")))
    other = Filler(somebody.slug)
    other.fill(w.trader.pk, until="faits")
    somebody.browser.cookies["mediane_session"] = other.browser.cookies[
        "mediane_session"
    ].value  # the second tab's draft now holds the session
    somebody.browser.post(somebody.address("faits"), {**first_tab, "summary": "Premier onglet", "facts": "…"})
    kept = sorted(str(r.claim.draft.get("story", {}).get("summary")) for r in Referral.objects.select_related("claim"))
    assert kept == ["None", "['Premier onglet']"]


def test_another_s_draft_is_not_reached_by_its_number(w, somebody):
    somebody.fill(w.trader.pk, until="faits")
    draft = Referral.objects.get()
    stranger = Filler(somebody.slug)
    stranger.browser.post(stranger.address("faits"), {"draft": str(draft.pk), "summary": "Intrus", "facts": "Intrus"})
    draft.claim.refresh_from_db()
    assert "Intrus" not in str(draft.claim.draft)


def test_a_page_token_of_one_body_opens_nothing_at_another(w, somebody):
    somebody.fill(w.trader.pk, until="faits")
    token = hidden_of(text(somebody.get("faits")))["draft"]
    other = world()
    stranger = Filler(other.body.organisation.slug)
    stranger.browser.post(stranger.address("faits"), {"draft": token, "summary": "Intrus", "facts": "Intrus"})
    assert "Intrus" not in str(Referral.objects.get(body=w.body).claim.draft)


def test_the_form_of_a_sent_referral_is_over(w, somebody):
    somebody.fill(w.trader.pk)
    page = hidden_of(text(somebody.get("faits")))
    somebody.send()
    response = somebody.browser.post(somebody.address("faits"), {**page, "summary": "Trop tard", "facts": "Trop tard"})
    assert response["Location"] == "/suivi/dossier/"
    assert Referral.objects.get().claim.facts.startswith("Le 24 juin")


def test_a_draft_given_up_in_time_is_forgotten_with_its_files(w, somebody):
    from mediane.mediation.referrals.services.system import discard_old_drafts

    somebody.fill(w.trader.pk, until="identite")
    assert discard_old_drafts(at=NOW + timedelta(days=29)) == 0
    assert discard_old_drafts(at=NOW + timedelta(days=32)) == 1
    referral = Referral.objects.select_related("claim").get()
    assert (referral.state, referral.claim.draft, Document.objects.count()) == (State.DESTROYED, {}, 0)


def test_whoever_began_a_form_erases_it_at_once_with_its_files_and_its_links(w, somebody):
    """moves.md, `discard` by R: never counted, nothing to read afterwards, and the link that was sent leads nowhere."""
    somebody.fill(w.trader.pk, until="identite")
    assert "Effacer ma demande" in text(somebody.get())
    page = hidden_of(text(somebody.get("effacer")))
    assert Referral.objects.get().state == State.DRAFT, "reading the page erases nothing"
    assert somebody.browser.post(somebody.address("effacer"), page)["Location"] == f"/b/{w.body.organisation.slug}/"
    referral = Referral.objects.select_related("claim").get()
    assert (referral.state, referral.claim.draft, Document.objects.count()) == (State.DESTROYED, {}, 0)
    assert not CaseKey.objects.filter(case=referral.pk, revoked_at__isnull=True).exists()
    assert "Vous avez une demande commencée" not in text(somebody.get())
    assert somebody.get("faits").status_code == 302


def test_somebody_signed_in_is_asked_to_sign_out_first(w):
    agent = sign_in(Browser(), member(w.body.organisation, Role.OFFICER).person)
    page = text(agent.get(f"/b/{w.body.organisation.slug}/saisir/"))
    assert "Vous êtes connecté" in page
    agent.post(f"/b/{w.body.organisation.slug}/saisir/faits/", {"summary": "x", "facts": "x"})
    assert not Referral.objects.exists()


def test_the_office_does_not_see_a_draft_nor_its_pieces(w, somebody):
    from mediane.ground.database.scope import acting

    somebody.fill(w.trader.pk, until="identite")
    for actor in (w.officer, w.mediator, w.firm):
        with acting(actor):
            assert not Referral.objects.exists()
            assert not Document.objects.visible_to(actor).exists(), actor


def test_an_unknown_body_is_not_found(w):
    assert Browser().get("/b/inconnu/saisir/").status_code == 404
    assert Browser().get("/b/inconnu/").status_code == 404


def test_statements_of_the_pages(w, somebody):
    somebody.fill(w.trader.pk)
    for step in ("entreprise", "sujet", "faits", "reclamation-ecrite", "preuve", "demande", "adresse", "pieces"):
        asked = statements_of(somebody.browser, somebody.address(step))
        assert len(asked) <= 12, f"{step}: {len(asked)}\n" + "\n".join(asked)


def test_the_summary_asks_no_more_with_many_pieces(w, somebody):
    somebody.fill(w.trader.pk)
    few = len(statements_of(somebody.browser, somebody.address("verification")))
    for n in range(12):
        somebody.post("pieces/photos", {"pieces": pdf(f"p{n}.pdf", str(n)), "do": "add"})
    asked = statements_of(somebody.browser, somebody.address("verification"))
    assert len(asked) == few <= 12, "\n".join(asked)


def test_keys_of_a_draft_are_two_at_most(w, somebody):
    somebody.fill(w.trader.pk)
    assert CaseKey.objects.filter(revoked_at__isnull=True).count() <= 2


# ---- how many ---------------------------------------------------------------------------------------------------------------------
def test_many_forms_begun_from_one_connection_wait_and_lose_nothing(w, settings):
    settings.MEDIANE_RATES = {**settings.MEDIANE_RATES, "draft": (2, 3600)}
    slug = w.body.organisation.slug

    def begin(address: str = "192.0.2.9"):  # type: ignore[no-untyped-def]
        one = Filler(slug, Browser(REMOTE_ADDR=address))
        page = one.get("entreprise", q="Colis").content.decode()
        return one.browser.post(one.address("entreprise"), {**hidden_of(page), "q": "Colis", "trader": w.trader.pk})

    assert [begin().status_code for _ in range(2)] == [302, 302]
    refused = begin()
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    page = text(refused)
    assert "à partir de" in page
    assert re.search(r"à partir de <b>11", page)  # an hour later, in Paris
    assert f'name="trader" value="{w.trader.pk}"' in page
    assert "courrier" in page
    assert begin("198.51.100.4").status_code == 302
    assert Referral.objects.filter(state=State.DRAFT).count() == 3
