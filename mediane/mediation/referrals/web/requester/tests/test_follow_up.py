"""The follow-up of one case: each action is one use case, said before and after; nothing there betrays the other party; strangers see nothing at all."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from mediane.ground.access import services as access
from mediane.ground.access import session
from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, member, sign_in
from mediane.ground.documents.models import Document
from mediane.ground.ui.formats import date_plain
from mediane.kernel.moments import paris_day
from mediane.kernel.periods import last_day
from mediane.mediation.referrals import rules
from mediane.mediation.referrals.enums import Outcome, Party, State
from mediane.mediation.referrals.models import ExecutionReport, Message, Referral, SealedAnswer
from mediane.mediation.referrals.services import (
    admissibility,
    asking,
    conflicts,
    ending,
    exchange,
    mediation,
    receiving,
    solution,
)
from mediane.mediation.referrals.tests.factories import (
    AT,
    World,
    in_mediation,
    later,
    notified,
    proposed,
    received,
    under_review,
    world,
)
from mediane.mediation.referrals.web.public_form.tests.filling import day, hidden_of, pdf, statements_of
from mediane.mediation.referrals.web.requester import views

pytestmark = pytest.mark.django_db
HOME = "/suivi/dossier/"
SYSTEM = Actor.system()
PAGES = [
    "",
    "recu/",
    "messages/",
    "pieces/",
    "pieces-demandees/",
    "proposition/",
    "reponse/",
    "accord/",
    "opposition/",
    "execution/",
    "retrait/",
    "reprise/",
    "renvoyer/",
    "vous-joindre/",
]


@pytest.fixture
def w() -> World:
    return world()


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


def open_case(referral: Referral, at: datetime | None = None) -> Browser:
    """A browser that opened this case with its personal link."""
    from mediane.kernel.moments import utc_now

    token = access.issue_link(referral.pk, holder_name=referral.consumer_name, by=SYSTEM, at=at or utc_now())
    browser = Browser()
    browser.get(f"/s/{token}")
    answer = browser.post("/suivi/ouvrir/")
    assert answer.status_code == 302, answer.content[:500]
    return browser


def text(response: Any) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def words(response: Any) -> str:
    """What is read: no tags, no tokens."""
    page = text(response)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")]))


def send(browser: Browser, address: str, typed: dict[str, Any] | None = None) -> Any:
    """Read the page, send it with its hidden fields."""
    page = browser.get(HOME + address)
    return browser.post(HOME + address, {**hidden_of(page.content.decode()), **(typed or {})})


# ---- who ------------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_door(w, page):
    in_mediation(w)
    answer = Browser().get(HOME + page)
    assert (answer.status_code, answer["Location"]) == (302, "/suivi/")


@pytest.mark.parametrize("page", PAGES)
def test_staff_and_firms_have_no_such_pages(w, page):
    in_mediation(w)
    not_found = sign_in(Browser(), member(w.body.organisation, Role.OFFICER).person).get(HOME + page)
    unknown = sign_in(Browser(), member(w.body.organisation, Role.OFFICER).person).get("/suivi/nulle-part/")
    assert not_found.status_code == unknown.status_code == 404
    assert not_found.content == unknown.content


def test_each_holder_sees_the_one_case(w):
    mine, other = (
        in_mediation(w),
        in_mediation(world(), consumer=receiving.Person(last_name="Autre", email="autre@example.test")),
    )
    exchange.write(other.pk, "Message d’une autre", "both", by=Actor.requester(other.pk, other.body_id), at=later(1))
    with time_machine.travel(later(2), tick=False):
        browser = open_case(mine)
        page = text(browser.get(HOME))
    assert mine.number in page
    assert "Autre" not in page


def test_a_revoked_or_expired_link_opens_nothing(w):
    referral = in_mediation(w)
    token = access.issue_link(referral.pk, holder_name="x", by=SYSTEM, at=AT)
    browser = open_case(referral)
    access.revoke_keys(referral.pk, by=SYSTEM, at=AT)
    assert browser.get(HOME)["Location"] == "/suivi/"
    with time_machine.travel(later(1), tick=False):
        late = Browser()
        late.get(f"/s/{token}")
        assert late.post("/suivi/ouvrir/").get("Location", "") != HOME
        assert late.get(HOME)["Location"] == "/suivi/"


def test_an_archived_case_is_not_there(w):
    referral = in_mediation(w)
    browser = open_case(referral)
    Referral.objects.filter(pk=referral.pk).update(state=State.ARCHIVED, destroy_on=date(2031, 9, 1))
    assert {browser.get(HOME + page).status_code for page in PAGES} == {404}


@pytest.mark.parametrize("state", ["received", "awaiting_entry", "in_mediation", "proposal_notified", "closed"])
def test_pages_of_moves_that_cannot_be_made_now_do_not_exist(w, state):
    referral = {
        "received": received,
        "awaiting_entry": notified,
        "in_mediation": in_mediation,
        "proposal_notified": proposed,
    }.get(state, proposed)(w)
    if state == "closed":
        ending.withdraw(referral.pk, by=w.firm, at=later(1))
    with time_machine.travel(later(1), tick=False):
        browser = open_case(referral)
        page = text(browser.get(HOME))
        for name in PAGES[4:13]:
            linked = f'"{HOME}{name}"' in page
            assert linked <= (browser.get(HOME + name).status_code in (200, 302)), name
            if browser.get(HOME + name).status_code == 404:
                assert browser.post(HOME + name).status_code == 404, name


def test_a_draft_goes_back_to_its_form(w):
    draft = receiving.begin_draft(w.body.pk, by=w.public, at=AT)
    browser = Browser()
    token = access.issue_link(draft.pk, by=SYSTEM, at=AT)
    browser.get(f"/s/{token}")
    browser.post("/suivi/ouvrir/")
    assert browser.get(HOME)["Location"] == f"/b/{w.body.organisation.slug}/saisir/entreprise/"


# ---- where it stands --------------------------------------------------------------------------------------------------------------------
def refused(w: World) -> Referral:
    referral = under_review(w, complaint_written=None)
    return admissibility.refuse(
        referral.pk, "L612-2-1", "Le dossier ne montre pas de réclamation écrite.", by=w.mediator, at=AT
    )


def premature(w: World) -> Referral:
    referral = under_review(w, complaint_on=date(2026, 8, 10))
    return admissibility.postpone(referral.pk, date(2026, 10, 11), by=w.mediator, at=AT)


def incomplete(w: World) -> Referral:
    referral = under_review(w)
    pieces = [
        admissibility.Piece(
            "votre réclamation écrite",
            "elle prouve que vous avez écrit",
            "la date et le destinataire",
            "prior_complaint",
        ),
        admissibility.Piece("la facture", "elle montre le prix", "le montant", "invoice"),
    ]
    return admissibility.ask_documents(referral.pk, pieces, date(2026, 9, 11), by=w.officer, at=AT)


def executing(w: World) -> Referral:
    referral = proposed(w)
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(1))
    solution.answer(referral.pk, "accepted", by=w.firm, at=later(1))
    return Referral.objects.get(pk=referral.pk)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (received, ["vérifie si la loi lui permet", "mardi 22 septembre 2026", "Recevabilité"]),
        (incomplete, ["Envoyer ces pièces", "la facture", "vendredi 11 septembre 2026"]),
        (refused, ["ne peut pas examiner", "Renvoyer ma demande"]),
        (premature, ["C’est un peu tôt", "dimanche 11 octobre 2026", "Confirmer ma demande"]),
        (notified, ["Votre demande est recevable", "mardi 22 septembre 2026", "suspendu"]),
        (
            in_mediation,
            ["mercredi 16 septembre 2026", "ce n’est pas une obligation", "lundi 30 novembre", "À la médiation seule"],
        ),
        (proposed, ["À vous de répondre", "mardi 20 octobre 2026", "rembourse 210 €", "J’accepte", "1er mars 2027"]),
        (executing, ["Un accord est trouvé", "Dire où en est l’accord"]),
    ],
    ids=["received", "incomplete", "refused", "premature", "notified", "in_mediation", "proposed", "executing"],
)
def test_the_page_says_where_what_next_who_by_when(w, make, said):
    referral = make(w)
    with time_machine.travel(later(1, hours=1), tick=False):
        page = words(open_case(referral).get(HOME))
    for part in said:
        assert part in page, f"{part}\n{page[:3000]}"


def test_clocks_say_how_their_date_was_computed(w):
    page = text(open_case(in_mediation(w)).get(HOME))
    assert "Comment cette date est calculée" in page
    assert "90 jours" in page


@pytest.mark.parametrize("make", [received, in_mediation, proposed, executing], ids=lambda make: make.__name__)
def test_statements_are_the_same_for_one_message_and_fifty(w, make):
    referral = make(w)
    at = later(2)
    exchange.write(referral.pk, "un", "consumer", by=w.consumer(referral), at=at)
    with time_machine.travel(at, tick=False):
        browser = open_case(referral)
        one = statements_of(browser, HOME)
        for n in range(49):
            by, audience = (
                (w.consumer(referral), "consumer") if n % 2 or not referral.notified_on else (w.officer, "consumer")
            )
            exchange.write(referral.pk, f"message {n}", audience, by=by, at=at + timedelta(minutes=n))
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        fifty = statements_of(browser, HOME)
    assert len(one) == len(fifty) <= 12, "\n".join(fifty)


# ---- messages ------------------------------------------------------------------------------------------------------------------------------
def test_writing_to_the_mediation_alone_reaches_nobody_else(w):
    referral = in_mediation(w)
    browser = open_case(referral)
    answer = send(
        browser,
        "messages/",
        {"text": "Est-ce que je garde mon numéro ?", "audience": "consumer", "pieces": pdf("note.pdf", "n")},
    )
    assert answer["Location"] == HOME
    message = Message.objects.get()
    assert (message.audience, message.author_party, message.received_on) == ("consumer", "consumer", date(2026, 9, 1))
    assert Document.objects.get(filename="note.pdf").audience == "consumer"
    page = words(browser.get(HOME))
    assert "Votre message est envoyé" in page
    assert "À la médiation seule Vous" in page
    assert not Message.objects.visible_to(w.firm).exists()


def test_writing_to_both_is_a_choice_of_the_exchange_only(w):
    browser = open_case(received(w))
    assert 'value="both"' not in text(browser.get(HOME))
    assert (
        send(browser, "messages/", {"text": "Bonjour", "audience": "both"}).status_code == 200
    )  # refused with words, kept
    assert not Message.objects.exists()
    browser = open_case(in_mediation(world()))
    assert send(browser, "messages/", {"text": "Bonjour à tous", "audience": "both"}).status_code == 302
    assert Message.objects.get().audience == "both"


def test_a_message_sent_twice_is_one(w):
    browser = open_case(in_mediation(w))
    page = {**hidden_of(browser.get(HOME + "messages/").content.decode()), "text": "Une fois", "audience": "consumer"}
    browser.post(HOME + "messages/", page)
    browser.post(HOME + "messages/", page)
    assert Message.objects.count() == 1


def test_a_refused_file_keeps_the_words_and_the_other_file(w):
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = open_case(in_mediation(w))
    answer = send(
        browser,
        "messages/",
        {
            "text": "Avec une pièce",
            "audience": "consumer",
            "pieces": [pdf("bon.pdf", "b"), SimpleUploadedFile("non.exe", b"MZ\x00")],
        },
    )
    page = text(answer)
    assert answer.status_code == 200
    assert not Message.objects.exists()
    for part in ("Avec une pièce", "non.exe", "bon.pdf", "pieces_kept"):
        assert part in page, part


def test_an_empty_message_says_what_to_do(w):
    assert "écrivez quelques mots" in text(
        send(open_case(in_mediation(w)), "messages/", {"text": "  ", "audience": "consumer"})
    )


def test_notes_of_the_office_and_the_other_party_s_words_to_it_are_not_there(w):
    referral = in_mediation(w)
    exchange.write(referral.pk, "NOTE-OFFICE", "office", by=w.officer, at=later(1))
    exchange.write(referral.pk, "NOTE-MEDIATEUR", "mediator", by=w.mediator, at=later(1))
    exchange.write(referral.pk, "PRO-SEUL", "trader", by=w.firm, at=later(1))
    exchange.write(referral.pk, "AU-PRO", "trader", by=w.officer, at=later(1))
    exchange.write(referral.pk, "AUX-DEUX", "both", by=w.firm, at=later(1), uploads=())
    with time_machine.travel(later(2), tick=False):
        browser = open_case(referral)
        pages = "".join(text(browser.get(HOME + page)) for page in ("", "messages/", "pieces/"))
    assert "AUX-DEUX" in pages
    for hidden in ("NOTE-OFFICE", "NOTE-MEDIATEUR", "PRO-SEUL", "AU-PRO"):
        assert hidden not in pages


def test_pieces_of_the_other_party_come_when_they_are_communicated(w):
    from mediane.ground.documents.uploads import accept_file

    referral = in_mediation(w)
    upload = accept_file(pdf("bordereau.pdf", "t").read(), filename="bordereau.pdf")
    exchange.write(referral.pk, "Voici", "trader", by=w.firm, at=later(1), uploads=((upload, "Bordereau", "delivery"),))
    document = Document.objects.get(title="Bordereau")
    with time_machine.travel(later(2), tick=False):
        browser = open_case(referral)
        assert "Bordereau" not in text(browser.get(HOME + "pieces/"))
        assert browser.get(f"/pieces/{document.uuid}/").status_code == 404
        exchange.transmit(referral.pk, [document.pk], Party.CONSUMER, by=w.officer, at=later(2))
        assert "Bordereau" in text(browser.get(HOME + "pieces/"))
        assert browser.get(f"/pieces/{document.uuid}/").status_code == 200


# ---- pieces asked --------------------------------------------------------------------------------------------------------------------------
def test_pieces_asked_are_sent_in_one_step(w):
    referral = incomplete(w)
    browser = open_case(referral)
    page = text(browser.get(HOME + "pieces-demandees/"))
    assert "elle prouve que vous avez écrit" in page
    assert "la date et le destinataire" in page
    first, second = referral.piece_requests.order_by("pk")
    answer = send(
        browser, "pieces-demandees/", {f"piece-{first.pk}": pdf("r.pdf", "r"), f"piece-{second.pk}": pdf("f.pdf", "f")}
    )
    assert answer["Location"] == HOME
    referral.refresh_from_db()
    assert referral.state == State.UNDER_REVIEW
    assert {request.document.filename for request in referral.piece_requests.all()} == {"r.pdf", "f.pdf"}
    assert "Vos pièces sont bien arrivées" in text(browser.get(HOME))


def test_a_piece_one_does_not_have_is_said(w):
    referral = incomplete(w)
    browser = open_case(referral)
    first, _second = referral.piece_requests.order_by("pk")
    half = send(browser, "pieces-demandees/", {f"piece-{first.pk}": pdf("r.pdf", "r")})
    assert half.status_code == 200
    assert "Il manque encore une pièce" in text(half)
    assert f"piece-{first.pk}_kept" in text(half)
    kept = re.search(rf'name="piece-{first.pk}_kept" value="([^"]+)"', text(half)).group(1)
    sent = browser.post(
        HOME + "pieces-demandees/", {f"piece-{first.pk}_kept": kept, "text": "Je n’ai plus la facture."}
    )
    assert sent.status_code == 302
    assert Referral.objects.get(pk=referral.pk).state == State.UNDER_REVIEW
    assert Document.objects.get(case=referral.pk).filename == "r.pdf"


# ---- the proposal ---------------------------------------------------------------------------------------------------------------------------
def test_nothing_is_ticked_beforehand(w):
    page = text(open_case(proposed(w)).get(HOME))
    radios = re.findall(r'<input type="radio" name="value"[^>]*>', page)
    assert len(radios) == 2
    assert not any("checked" in radio for radio in radios)


@pytest.mark.parametrize("value", ["accepted", "refused"])
def test_the_answer_is_read_again_then_sent_once(w, value):
    referral = proposed(w)
    browser = open_case(referral)
    chosen = send(browser, "", {"value": value})  # the form of the case page posts elsewhere
    assert chosen.status_code in (200, 405)
    hidden = hidden_of(browser.get(HOME + "proposition/").content.decode())
    review = browser.post(HOME + "reponse/", {**hidden, "value": value})
    assert review.status_code == 200
    assert "Relisez avant d’envoyer" in text(review)
    assert not SealedAnswer.objects.exists()
    typed = hidden_of(review.content.decode()) | {"do": "send"}
    assert browser.post(HOME + "reponse/", typed)["Location"] == HOME + "reponse/"
    assert browser.post(HOME + "reponse/", typed).status_code == 200  # sent again: the receipt
    assert SealedAnswer.objects.get().value == value
    receipt = text(browser.get(HOME + "reponse/"))
    assert ("J’accepte" if value == "accepted" else "Je refuse") in receipt
    assert "mardi 20 octobre 2026" in receipt


def test_without_a_choice_nothing_is_sent(w):
    browser = open_case(proposed(w))
    hidden = hidden_of(browser.get(HOME + "proposition/").content.decode())
    assert "choisissez « J’accepte » ou « Je refuse »" in text(browser.post(HOME + "reponse/", hidden))


def test_a_text_that_changed_since_is_read_again(w):
    browser = open_case(proposed(w))
    browser.post(HOME + "reponse/", {"value": "accepted", "round": "7", "do": "send"})
    assert not SealedAnswer.objects.exists()
    assert "Le texte a changé depuis que vous l’avez lu" in text(browser.get(HOME))


def after_answer(browser: Browser) -> str:
    """All that this party can read after its own answer, without what every page makes anew."""
    return "\n".join(
        re.sub(r'value="[^"]*"|nonce="[^"]*"', "", text(browser.get(HOME + page)))
        for page in ("", "reponse/", "proposition/", "messages/", "pieces/", "recu/")
    )


@pytest.mark.parametrize("theirs", ["accepted", "refused"])
def test_the_other_s_answer_changes_nothing_that_this_party_can_read(w, theirs):
    """Before this party answered: byte for byte the same page, whatever the other said."""
    referral = proposed(w)
    with time_machine.travel(later(2), tick=False):
        browser = open_case(referral)
        before = after_answer(browser)
        solution.answer(referral.pk, theirs, by=w.firm, at=later(2))
        assert after_answer(browser) == before


def test_a_reminder_to_the_other_party_moves_no_date_of_who_has_answered(w):
    """The other was silent and is reminded once, with a second date: who has answered goes on reading the first."""
    w = world(rules={"party_silence_effect": "remind"})
    referral = proposed(w)
    solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=later(1))
    first_due = datetime(2026, 10, 20, 9, tzinfo=AT.tzinfo)
    with time_machine.travel(first_due, tick=False):
        browser = open_case(referral)
        before = after_answer(browser)
    solution.conclude(referral.pk, by=SYSTEM, at=first_due + timedelta(days=1))
    assert Referral.objects.get(pk=referral.pk).answer_reminded
    with time_machine.travel(first_due, tick=False):
        assert after_answer(browser) == before


# ---- agreement, conflict, execution ------------------------------------------------------------------------------------------------------
def test_a_direct_agreement_is_confirmed_in_this_party_s_own_hand(w):
    referral = in_mediation(w)
    mediation.draw_up_agreement(
        referral.pk,
        [{"who": "trader", "what": "rembourse la commande", "amount": "48.90", "due_on": "2026-10-15"}],
        by=w.officer,
        at=later(1),
    )
    with time_machine.travel(later(2), tick=False):
        browser = open_case(referral)
        assert "rembourse la commande" in text(browser.get(HOME + "accord/"))
        assert send(browser, "accord/")["Location"] == HOME
        referral.refresh_from_db()
        assert referral.agreement.consumer_confirmed_on == date(2026, 9, 3)
        assert (
            browser.post(HOME + "accord/", {"version": "1"}).status_code == 404
        )  # done: there is nothing left to confirm


def test_terms_that_changed_are_read_again(w):
    referral = in_mediation(w)
    for _turn in range(2):
        mediation.draw_up_agreement(
            referral.pk,
            [{"who": "trader", "what": "rembourse", "amount": None, "due_on": "2026-10-15"}],
            by=w.officer,
            at=later(1),
        )
    with time_machine.travel(later(2), tick=False):
        browser = open_case(referral)
        browser.post(HOME + "accord/", {"version": "1"})
        assert "Le texte a changé" in text(browser.get(HOME))
    referral.refresh_from_db()
    assert referral.agreement.consumer_confirmed_on is None


def test_objecting_asks_for_no_reason(w):
    referral = in_mediation(w)
    conflicts.declare_conflict(
        referral.pk, "J’ai conseillé ce professionnel en 2019.", "Sans effet à mes yeux.", by=w.mediator, at=later(1)
    )
    with time_machine.travel(later(2), tick=False):
        browser = open_case(referral)
        assert "Lire et décider" in text(browser.get(HOME))
        assert "un autre médiateur reprend" in text(browser.get(HOME + "opposition/"))
        assert send(browser, "opposition/")["Location"] == HOME
    assert referral.conflicts.get().objected_by == Party.CONSUMER


def test_saying_that_it_is_done_closes_the_case(w):
    referral = executing(w)
    with time_machine.travel(later(20), tick=False):
        browser = open_case(referral)
        assert "rembourse 210 €" in text(browser.get(HOME + "execution/"))
        assert send(browser, "execution/", {"value": "partly", "comment": "Il manque 10 €"})["Location"] == HOME
        assert send(browser, "execution/", {"value": "yes", "pieces": pdf("virement.pdf", "v")})["Location"] == HOME
    referral.refresh_from_db()
    assert (referral.state, referral.execution) == (State.CLOSED, "yes")
    assert ExecutionReport.objects.count() == 2


# ---- ending, going on, coming back ----------------------------------------------------------------------------------------------------------
def test_withdrawing_before_the_notification(w):
    referral = received(w)
    browser = open_case(referral)
    assert "n’a pas été informé de votre demande" in text(browser.get(HOME + "retrait/"))
    assert send(browser, "retrait/")["Location"] == HOME
    assert Referral.objects.get(pk=referral.pk).state == State.WITHDRAWN_EARLY
    assert "Votre demande est retirée" in text(browser.get(HOME))


def test_withdrawing_after_it_says_what_follows(w):
    referral = in_mediation(w)
    browser = open_case(referral)
    page = text(browser.get(HOME + "retrait/"))
    assert "attestation de fin de médiation" in page
    assert "1er mars 2027" in page
    assert send(browser, "retrait/")["Location"] == HOME
    referral.refresh_from_db()
    assert (referral.state, referral.outcome) == (State.CLOSED, Outcome.WITHDRAWN_CONSUMER)


def test_a_withdrawal_by_mistake_can_be_taken_back_within_the_date(w):
    referral = in_mediation(w)
    browser = open_case(referral)
    send(browser, "retrait/")
    assert "Si c’était une erreur" in text(browser.get(HOME + "reprise/"))
    assert send(browser, "reprise/")["Location"] == HOME
    assert referral.resumption_consents.get().party == Party.CONSUMER
    assert "déjà enregistrée" in text(browser.get(HOME))
    with time_machine.travel(later(17), tick=False):
        assert open_case(referral).get(HOME + "reprise/").status_code == 404


def test_coming_back_from_too_early_makes_a_linked_case(w):
    referral = premature(w)
    with time_machine.travel(datetime(2026, 10, 12, 9, tzinfo=AT.tzinfo), tick=False):
        browser = open_case(referral)
        answer = send(browser, "renvoyer/", {"since_then": "Elle n’a pas répondu.", "answer": "none"})
        assert answer["Location"] == HOME + "recu/"
        new = Referral.objects.get(previous=referral)
        assert (new.state, new.complaint_on, new.answer) == (State.RECEIVED, date(2026, 8, 10), "")
        receipt = text(browser.get(HOME + "recu/"))
        assert new.number in receipt
        assert re.search(r"\d{4} \d{4} \d{4} \d{4}", receipt)


def test_coming_back_with_the_complaint_that_was_missing(w):
    referral = refused(w)
    with time_machine.travel(later(40), tick=False):
        browser = open_case(referral)
        wrong = send(
            browser, "renvoyer/", {"since_then": "J’ai écrit.", **day("complaint_on", "31 2 2026"), "answer": "none"}
        )
        assert "qui existent" in text(wrong)
        typed = {
            "since_then": "J’ai écrit.",
            **day("complaint_on", "3 9 2026"),
            "answer": "refused",
            **day("answered_on", "20 9 2026"),
            "pieces": pdf("lettre.pdf", "l"),
        }
        assert send(browser, "renvoyer/", typed)["Location"] == HOME + "recu/"
    new = Referral.objects.get(previous=referral)
    assert (new.complaint_on, new.complaint_written, new.complaint_proof, new.answer, new.answered_on) == (
        date(2026, 9, 3),
        True,
        True,
        "refused",
        date(2026, 9, 20),
    )
    assert Document.objects.get(case=new.pk).purpose == "prior_complaint"


def test_other_grounds_do_not_come_back(w):
    referral = under_review(w)
    admissibility.refuse(referral.pk, "L612-2-4", "Plus d’un an.", by=w.mediator, at=AT)
    assert open_case(referral).get(HOME + "renvoyer/").status_code == 404


# ---- how to be reached -------------------------------------------------------------------------------------------------------------------------
def test_changing_how_to_be_reached(w):
    referral = in_mediation(w)
    browser = open_case(referral)
    assert "camille.roussel@example.test" in text(browser.get(HOME + "vous-joindre/"))
    typed = {
        "by": "post",
        "address": "2 rue Haute",
        "postcode": "69003",
        "city": "Lyon",
        "country": "FR",
        "large_print": "on",
    }
    assert send(browser, "vous-joindre/", typed)["Location"] == HOME
    contact = referral.contacts.get(party=Party.CONSUMER)
    assert (contact.on_paper, contact.address, contact.city, contact.large_print, contact.email) == (
        True,
        "2 rue Haute",
        "Lyon",
        True,
        "",
    )


def test_a_choice_that_cannot_be_answered_is_refused_with_words(w):
    page = text(send(open_case(in_mediation(w)), "vous-joindre/", {"by": "email", "email": "", "country": "FR"}))
    assert "écrivez votre adresse, ou choisissez le courrier postal" in page


# ---- one call each -------------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("module", "name", "make", "address", "typed"),
    [
        (exchange, "write", in_mediation, "messages/", {"text": "Bonjour", "audience": "consumer"}),
        (admissibility, "complete", incomplete, "pieces-demandees/", {"text": "Je ne les ai pas."}),
        (ending, "withdraw", in_mediation, "retrait/", {}),
        (ending, "withdraw_early", received, "retrait/", {}),
        (receiving, "resubmit", premature, "renvoyer/", {"since_then": "Rien.", "answer": "none"}),
        (solution, "report_execution", executing, "execution/", {"value": "no"}),
        (
            exchange,
            "change_contact",
            in_mediation,
            "vous-joindre/",
            {"by": "email", "email": "a@example.test", "country": "FR"},
        ),
    ],
    ids=lambda value: getattr(value, "__name__", None) if callable(value) else None,
)
def test_each_action_calls_its_use_case_once(w, monkeypatch, module, name, make, address, typed):
    referral = make(w)
    real, calls = getattr(module, name), []

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(kwargs["by"].scope.value)
        return real(*args, **kwargs)

    monkeypatch.setattr(getattr(views, module.__name__.rsplit(".", 1)[1]), name, counted)
    with time_machine.travel(later(1), tick=False):
        assert send(open_case(referral), address, typed).status_code == 302
    assert calls == ["requester"]


def test_a_refusal_on_the_way_is_said_and_nothing_is_done(w):
    """The case moved between reading and sending."""
    referral = in_mediation(w)
    browser = open_case(referral)
    page = hidden_of(browser.get(HOME + "retrait/").content.decode())
    ending.withdraw(referral.pk, by=w.firm, at=AT)
    assert browser.post(HOME + "retrait/", page).status_code == 404
    assert Referral.objects.get(pk=referral.pk).outcome == Outcome.WITHDRAWN_TRADER


def test_the_session_names_its_door(w):
    browser = open_case(in_mediation(w))
    assert browser.session[session.SESSION_KEY]["door"] == Door.LINK.value


# ---- leaving a mailbox --------------------------------------------------------------------------------------------------------------
def test_links_sent_to_the_mailbox_one_left_end_and_both_mailboxes_are_told(w):
    from django.core import mail

    from mediane.ground.jobs import run_waiting

    referral = received(w)
    old = access.issue_link(referral.pk, holder_name=referral.consumer_name, by=SYSTEM, at=AT)
    elsewhere, browser = open_case(referral), open_case(referral)
    contact = referral.contacts.get(party=Party.CONSUMER)
    former = contact.email
    run_waiting()
    mail.outbox.clear()
    typed = {"by": "email", "email": "nouvelle@example.test", "address": contact.address, "postcode": contact.postcode}
    sent = send(browser, "vous-joindre/", typed | {"city": contact.city, "country": "FR"})
    assert sent["Location"] == HOME
    assert "un nouveau vous est envoyé" in words(browser.get(HOME))  # this browser goes on
    assert elsewhere.get(HOME).status_code == 302  # what the old link had opened is over
    stranger = Browser()
    stranger.get(f"/s/{old}")
    assert stranger.post("/suivi/ouvrir/").status_code != 302 or stranger.get(HOME).status_code == 302
    run_waiting()
    to_new = next(m for m in mail.outbox if m.to == ["nouvelle@example.test"])
    to_old = next(m for m in mail.outbox if m.to == [former])
    link = re.search(r"/s/([0-9A-Z]{26})", str(to_new.body))
    assert link
    assert link[1] != old
    assert "/s/" not in str(to_old.body)
    assert referral.number not in str(to_old.body)
    fresh = Browser()
    fresh.get(f"/s/{link[1]}")
    fresh.post("/suivi/ouvrir/")
    assert fresh.get(HOME).status_code == 200


def test_another_phone_number_ends_no_link(w):
    referral = received(w)
    elsewhere = open_case(referral)
    exchange.change_contact(referral.pk, Party.CONSUMER, {"phone": "0102030405"}, by=w.consumer(referral), at=AT)
    assert elsewhere.get(HOME).status_code == 200


# ---- what the mediator asks in the exchange ---------------------------------------------------------------------------------------
def asked(w: World, *names: str) -> tuple[Referral, list[Any]]:
    referral = in_mediation(w)
    wanted = [admissibility.Piece(name, "pour établir la valeur", "le prix") for name in names]
    asking.ask_pieces(referral.pk, "consumer", wanted, date(2026, 9, 20), by=w.officer, at=AT)
    return referral, list(referral.piece_requests.filter(asked_of="consumer").order_by("pk"))


def test_each_thing_asked_has_its_page_and_is_answered_by_itself(w):
    referral, (bill, photo) = asked(w, "La facture", "Une photo")
    browser = open_case(referral)
    page = words(browser.get(HOME))
    assert "La facture" in page
    assert "au plus tard le 20 septembre 2026" in page
    one = words(browser.get(HOME + f"repondre/{bill.pk}/"))
    assert "pour établir la valeur" in one
    assert "ne lit pas cette réponse" in one
    assert send(browser, f"repondre/{bill.pk}/", {"pieces": pdf("f.pdf", "f")})["Location"] == HOME
    bill.refresh_from_db()
    assert (bill.document.filename, bill.document.audience) == ("f.pdf", "consumer")
    page = words(browser.get(HOME))
    assert "répondu le 1er septembre 2026" in page
    empty = send(browser, f"repondre/{photo.pk}/")
    assert "écrivez quelques mots, ou joignez un fichier" in text(empty)
    send(browser, f"repondre/{photo.pk}/", {"text": "Je n’en ai pas."})
    photo.refresh_from_db()
    assert photo.note == "Je n’en ai pas."
    again = browser.get(HOME + f"repondre/{photo.pk}/", follow=True)
    assert "Vous avez déjà répondu à cette demande" in words(again)


def test_what_is_asked_of_others_has_no_page(w):
    referral, _rows = asked(w, "La facture")
    asking.ask_pieces(
        referral.pk, "trader", [admissibility.Piece("Secret", "x")], date(2026, 9, 20), by=w.officer, at=AT
    )
    other, (theirs,) = asked(w, "Autre")
    browser = open_case(referral)
    for row in (theirs, referral.piece_requests.get(name="Secret")):
        assert browser.get(HOME + f"repondre/{row.pk}/").status_code == 404
    assert other.pk != referral.pk
    assert "Secret" not in text(browser.get(HOME))


def test_a_late_answer_is_still_an_answer(w):
    referral, (bill,) = asked(w, "La facture")
    with time_machine.travel(later(25), tick=False):
        browser = open_case(referral, later(25))
        page = words(browser.get(HOME + f"repondre/{bill.pk}/"))
        assert "C’était attendu le 20 septembre 2026" in page
        assert send(browser, f"repondre/{bill.pk}/", {"text": "La voici, tard."})["Location"] == HOME


def test_initials_are_offered_only_with_a_contract_number(w):
    assert 'name="discreet"' not in text(open_case(received(w)).get(HOME + "vous-joindre/"))
    assert 'name="discreet"' in text(open_case(received(w, contract_reference="6A1")).get(HOME + "vous-joindre/"))


# ---- an upset reader ---------------------------------------------------------------------------------------------------------------
def test_an_end_without_a_solution_says_what_remains_possible(w):
    case = notified(w)
    mediation.refuse_entry(case.pk, by=w.firm, at=later(1))
    with time_machine.travel(later(2), tick=False):
        page = words(open_case(case).get(HOME))
    assert "Ce que vous pouvez faire maintenant" in page and "conciliateur de justice" in page
    assert (
        f"comptez au moins jusqu’au {date_plain(last_day(paris_day(later(1)), rules.LAW['limitation'].period))}" in page
    )


def test_an_agreement_says_that_nothing_obliges_and_who_does_what_by_when(w):
    case = in_mediation(w)
    terms = [{"who": "trader", "what": "rembourse 48,90 €", "amount": "48.90", "due_on": "2026-10-15"}]
    mediation.draw_up_agreement(case.pk, terms, by=w.officer, at=later(1))
    with time_machine.travel(later(2), tick=False):
        page = words(open_case(case).get(HOME + "accord/"))
    assert "Rien ne vous oblige à confirmer" in page
    assert "rembourse 48,90 € , au plus tard le" in page  # the sum once: the words say it already


def test_an_objection_says_what_it_entails_where_nobody_can_take_over(w):
    alone = world(is_person=True)
    before, after = under_review(alone), in_mediation(alone)
    for case in (before, after):
        conflicts.declare_conflict(
            case.pk, "Mon frère y travaille.", "Je reste impartiale.", by=alone.mediator, at=later(1)
        )
    with time_machine.travel(later(2), tick=False):
        assert "votre demande n’est pas examinée" in words(open_case(before).get(HOME + "opposition/"))
        assert "vous gardez le droit d’aller devant le juge" in words(open_case(after).get(HOME + "opposition/"))


def test_what_comes_next_is_named_for_what_it_is(w):
    case = mediation.accept_entry(notified(w).pk, by=w.firm, at=later(1))
    with time_machine.travel(later(2), tick=False):
        page = words(open_case(case).get(HOME))
    assert "Vos explications au plus tard le" in page and "Issue de la médiation au plus tard" not in page
