"""Pages of a case at the desk: read before writing, what will happen before it happens, and nothing typed is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, enrol, sign_in
from mediane.ground.correspondence.dispatch import copy_on_paper
from mediane.ground.correspondence.models import Letter
from mediane.ground.database.scope import as_system
from mediane.ground.documents.tests import hostile
from mediane.ground.ui.testing import part_of
from mediane.mediation.referrals.enums import Ground, State
from mediane.mediation.referrals.models import Message, PieceRequest, Referral
from mediane.mediation.referrals.services import admissibility, asking, exchange, system
from mediane.mediation.referrals.tests.factories import (
    AT,
    SYSTEM,
    World,
    in_mediation,
    later,
    notified,
    proposed,
    received,
    under_review,
    world,
)
from mediane.mediation.referrals.web.desk import views
from mediane.mediation.referrals.web.desk.tests.desk import asked, browser
from mediane.mediation.referrals.workflow import REFERRALS
from mediane.mediation.traders import services as traders
from mediane.mediation.traders.models import BusinessLine

pytestmark = pytest.mark.django_db
REFUSAL = {"ground": Ground.NO_PRIOR_COMPLAINT.value, "reason": "Vous n’avez pas encore écrit au professionnel."}


@pytest.fixture
def w() -> World:
    return world()


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


# ---- the case -------------------------------------------------------------------------------------------------------------------
def test_messages_come_before_the_composer_and_tabs_say_how_many(w: World) -> None:
    case = in_mediation(w)
    exchange.write(case.pk, "Où en est-on ?", "both", by=w.officer, at=AT)
    html = text_of(browser(w, Role.OFFICER).get(f"/bureau/dossiers/{case.pk}/"))
    assert html.index("Où en est-on ?") < html.index('id="ecrire"')
    assert 'Échanges <span class="count">1</span>' in html
    assert "Synthèse à imprimer" in html


def test_the_timeline_leads_to_the_letters_that_each_act_sent(w: World) -> None:
    case = notified(w)
    html = text_of(browser(w, Role.OFFICER).get(f"/bureau/dossiers/{case.pk}/"))
    timeline = html[html.index('class="line"') :]
    assert "Saisine notifiée aux deux parties" in timeline
    assert timeline.count("/bureau/envois/lettres/") == 3  # receipt, and the two notifications


def test_the_journal_is_read_in_words(w: World) -> None:
    """Who, for whom and through what are said as everywhere else: no code of ours on a page; which letter left is named."""
    case = in_mediation(w)
    html = text_of(browser(w, Role.OFFICER).get(f"/bureau/dossiers/{case.pk}/journal/"))
    cells = [cell.split("</td>")[0] for cell in html.split("<td")]
    said = {cell.split(">", 1)[1] for cell in cells[1:]}
    assert not said & {"system", "requester", "correspondent", "job", "web", "link", "code", "command"}
    assert views.door_label("job") == "une tâche de fond"


def test_every_act_of_a_case_has_its_words_in_the_journal() -> None:
    beside = {
        "hold",
        "release",
        "approve_destruction",
        "letter.sent",
        "letter.failed",
        "letter.bounced",
    }  # no move of the table
    assert {
        name
        for name in {row.name for row in REFERRALS.moves if not row.later} | beside
        if views.act_label(name) == name
    } == set()


def test_the_journal_names_the_letter_and_who_gets_it() -> None:
    facts = {"kind": "notification_trader", "audience": "trader"}
    assert views._letter_label(facts) == "Notification au professionnel"
    assert views._letter_label({"kind": "extension", "audience": "trader"}).endswith(", au professionnel")
    assert views._letter_label({"kind": "one_of_long_ago", "audience": "consumer"}) == "au consommateur"


def test_a_trader_s_sheet_reads_as_a_sheet_and_not_as_a_form(w: World) -> None:
    trader = w.trader
    trader.aliases.create(name="Autre Nom")
    trader.aliases.create(name="Encore Un")
    html = text_of(browser(w, Role.OFFICER).get(f"/bureau/professionnels/{trader.pk}/"))
    assert "Autre Nom<br>" in html
    assert "Écrire au contact par courrier postal</dt><dd>non</dd>" in html
    assert "un par ligne" not in html.lower()


def test_what_was_typed_comes_back_with_the_reason_why_it_did_not_leave(w: World) -> None:
    case = in_mediation(w)
    page = browser(w, Role.OFFICER).post(
        f"/bureau/dossiers/{case.pk}/ecrire/", {"text": "Un long texte.", "audience": ""}
    )
    assert page.status_code == 422
    assert "Un long texte.</textarea>" in text_of(page)
    assert "Choisissez qui lira ce message." in text_of(page)
    assert not Message.objects.filter(referral=case).exists()


def test_a_piece_is_opened_by_somebody_and_never_by_the_page(w: World) -> None:
    case = in_mediation(w)
    assert (
        'hx-trigger="load"'
        not in text_of(browser(w, Role.OFFICER).get(f"/bureau/dossiers/{case.pk}/")).partition('id="viewer"')[2]
    )


@pytest.mark.parametrize(
    "page",
    [
        "",
        "recevabilite/",
        "synthese/",
        "journal/",
        "vu-par/consumer/",
        "vu-par/trader/",
        "proposition/",
        "acte/extend/",
    ],
)
def test_few_statements_and_as_many_for_a_long_case(w: World, page: str) -> None:
    short, long = in_mediation(w), in_mediation(w)
    for n in range(6):
        exchange.write(long.pk, f"Message {n}", "both", by=w.officer, at=later(0, hours=n))
        exchange.write(long.pk, f"Note {n}", "office", by=w.officer, at=later(0, hours=n))
    with time_machine.travel(later(1), tick=False):
        desk = browser(w, Role.MEDIATOR)
        few, many = (asked(desk, f"/bureau/dossiers/{case.pk}/{page}") for case in (short, long))
    assert len(few) == len(many) <= 12, "\n".join(many)


@pytest.mark.parametrize(
    "query", ["", "?acte=notify", "?acte=refuse", "?acte=redirect", "?acte=ask_documents", "?corriger=1"]
)
def test_few_statements_to_decide(w: World, query: str) -> None:
    case = under_review(w)
    few = asked(browser(w, Role.MEDIATOR), f"/bureau/dossiers/{case.pk}/recevabilite/{query}")
    assert len(few) <= 12, "\n".join(few)


@pytest.mark.parametrize("make", [received, under_review, notified, in_mediation, proposed])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.DELEGATE, Role.MEDIATOR, Role.DIRECTOR, Role.AUDITOR])
def test_every_act_that_is_offered_opens_and_says_what_it_needs(w: World, make: Any, role: Role) -> None:
    case, desk = make(w), browser(w, role)
    home = text_of(desk.get(f"/bureau/dossiers/{case.pk}/"))
    names = {part.partition('/"')[0] for part in home.split(f"/bureau/dossiers/{case.pk}/acte/")[1:]}
    for name in names:
        page = desk.get(f"/bureau/dossiers/{case.pk}/acte/{name}/")
        assert page.status_code == 200, name
        assert "Ce qui va se passer" in text_of(page)
        assert "le ." not in text_of(page)
    assert names or role is Role.AUDITOR or make is proposed or role is Role.DIRECTOR


# ---- the decision ---------------------------------------------------------------------------------------------------------------
def test_the_letter_drafts_itself_while_one_still_writes(w: World) -> None:
    case, desk = under_review(w), browser(w, Role.MEDIATOR)
    address = f"/bureau/dossiers/{case.pk}/recevabilite/?acte=refuse"
    begun = desk.post(address, {"ground": Ground.NO_PRIOR_COMPLAINT.value}, headers={"HX-Request": "true"})
    assert begun.status_code == 200  # nothing is wrong yet: somebody is writing
    assert "Complétez ce qu’il faut dire" in text_of(begun)
    assert "field--error" not in text_of(begun).partition('id="apercu"')[2]
    drafted = text_of(desk.post(address, REFUSAL, headers={"HX-Request": "true"}))
    assert "Vous n’avez pas encore écrit au professionnel." in drafted.partition('id="lettres-preparees"')[2]
    assert "Le professionnel ne voit et n’apprend rien." in drafted
    assert "Le dossier passe à : <b>Refusée</b>" in drafted
    with as_system():
        assert Referral.objects.get(pk=case.pk).state == State.UNDER_REVIEW


def test_a_preview_asked_by_hand_says_what_is_missing_and_keeps_the_rest(w: World) -> None:
    case = under_review(w)
    page = browser(w, Role.MEDIATOR).post(
        f"/bureau/dossiers/{case.pk}/recevabilite/?acte=refuse",
        {"ground": Ground.OTHER_FORUM.value, "reason": "Le tribunal est saisi.", "preview": "1"},
    )
    assert page.status_code == 422
    assert "nommez le tribunal" in text_of(page)
    assert "Le tribunal est saisi.</textarea>" in text_of(page)


def test_a_confirmed_decision_is_made_and_leads_back_to_the_case(w: World) -> None:
    case = under_review(w)
    page = browser(w, Role.MEDIATOR).post(
        f"/bureau/dossiers/{case.pk}/recevabilite/?acte=refuse", REFUSAL | {"confirm": "1"}
    )
    assert (page.status_code, page["Location"]) == (302, f"/bureau/dossiers/{case.pk}/")
    with as_system():
        assert Referral.objects.get(pk=case.pk).state == State.INADMISSIBLE


def test_an_officer_prepares_no_decision_that_is_not_an_officers(w: World) -> None:
    case = under_review(w)
    page = browser(w, Role.OFFICER).post(
        f"/bureau/dossiers/{case.pk}/recevabilite/?acte=refuse", REFUSAL | {"confirm": "1"}
    )
    assert page.status_code in (200, 302, 422)
    with as_system():
        assert Referral.objects.get(pk=case.pk).state == State.UNDER_REVIEW


def test_facts_typed_wrong_come_back_open_and_whole(w: World) -> None:
    case = under_review(w)
    page = browser(w, Role.OFFICER).post(
        f"/bureau/dossiers/{case.pk}/recevabilite/", {"complaint_on": "31/02/2026", "amount_claimed": "12,50"}
    )
    html = text_of(page)
    assert page.status_code == 422
    assert 'value="31/02/2026"' in html
    assert "par exemple 14/10/2026" in html
    assert 'value="12,50"' in html


def test_the_desk_says_once_that_facts_may_be_unknown(w: World) -> None:
    case = under_review(w)
    assert "(facultatif)" not in text_of(
        browser(w, Role.OFFICER).get(f"/bureau/dossiers/{case.pk}/recevabilite/?corriger=1")
    )


def test_a_line_of_business_falls_with_the_trader_it_was_of(w: World) -> None:
    case = under_review(w)
    line = BusinessLine.objects.create(trader=w.trader, name="Courrier")
    other = traders.create_trader(w.body.pk, "Autre", by=SYSTEM, siren="552100554", complaint_address="2 rue du Port")
    admissibility.establish_facts(case.pk, {"business_line_id": line.pk}, by=w.officer, at=AT)
    address = f"/bureau/dossiers/{case.pk}/recevabilite/?corriger=1"
    saved = browser(w, Role.OFFICER).post(address, {"trader_id": other.pk, "business_line_id": line.pk})
    assert saved.status_code == 302
    with as_system():
        row = Referral.objects.get(pk=case.pk)
    assert (row.trader_id, row.business_line_id) == (other.pk, None)


# ---- reminding ------------------------------------------------------------------------------------------------------------------
def test_a_party_that_said_nothing_can_be_asked_again_with_the_same_questions(w: World) -> None:
    case = in_mediation(w)
    exchange.send_position(case.pk, exchange.PositionGiven("agrees", "yes"), "trader", by=w.firm, at=AT)
    asking.ask_observations(
        case.pk, "trader", ["Où est la preuve ?", "Qui a signé ?"], date(2026, 9, 8), by=w.officer, at=AT
    )
    at = later(10)
    system.make_due_moves(at=at)
    with time_machine.travel(at, tick=False):
        desk = browser(w, Role.OFFICER)
        address = f"/bureau/dossiers/{case.pk}/acte/remind_observations/"
        page = text_of(desk.get(address))
        assert "Où est la preuve ? Qui a signé ?" in page
        done = desk.post(
            address,
            {"to": "trader", "questions": "Où est la preuve ?\nQui a signé ?", "due_on": "25/09/2026", "confirm": "1"},
        )
        assert done.status_code == 302
    with as_system():
        row = Referral.objects.get(pk=case.pk)
        assert (row.due_kind, row.due_on) == ("observations", date(2026, 9, 25))


def test_pieces_are_asked_of_a_party_during_the_exchange(w: World) -> None:
    case = in_mediation(w)
    with time_machine.travel(later(1), tick=False):
        desk, address = browser(w, Role.OFFICER), f"/bureau/dossiers/{case.pk}/acte/ask_pieces/"
        assert "Demander des pièces à une partie" in text_of(desk.get(f"/bureau/dossiers/{case.pk}/"))
    given = {"of": "trader", "name_1": "Le bordereau", "why_1": "pour établir la remise", "due_on": "25/09/2026"}
    with time_machine.travel(later(1), tick=False):
        told = desk.post(address, given)  # what will happen: the letter, to the trader alone
        assert told.status_code == 200 and "Pouvez-vous m’envoyer cette pièce : Le bordereau ?" in text_of(told)
        assert desk.post(address, given | {"confirm": "1"}).status_code == 302
    with as_system():
        row = PieceRequest.objects.get(referral=case.pk, kind="piece")
    assert (row.asked_of, row.name, row.due_on) == ("trader", "Le bordereau", date(2026, 9, 25))


def test_nobody_is_reminded_of_what_was_never_asked(w: World) -> None:
    case = under_review(w)
    assert browser(w, Role.OFFICER).get(f"/bureau/dossiers/{case.pk}/acte/remind_observations/").status_code == 404


# ---- settings -------------------------------------------------------------------------------------------------------------------
def test_a_rule_is_read_and_typed_in_words(w: World) -> None:
    desk = browser(w, Role.DIRECTOR)
    assert "90 jours civils" in text_of(desk.get("/bureau/reglages/regles/")).replace("\u00a0", " ")
    address = "/bureau/reglages/regles/observations_period/"
    refused = desk.post(address, {"value": "bientôt", "effective_from": "02/09/2026"})
    assert refused.status_code == 422
    assert 'value="bientôt"' in text_of(refused)
    done = desk.post(address, {"value": "20 jours", "effective_from": "02/09/2026"})
    assert done.status_code == 302
    assert "20 jours civils" in text_of(desk.get(address)).replace("\u00a0", " ")


def test_a_rule_in_hours_says_so_and_takes_it_back(w: World) -> None:
    desk = browser(w, Role.DIRECTOR)
    assert "72 heures" in text_of(desk.get("/bureau/reglages/regles/"))
    assert (
        desk.post(
            "/bureau/reglages/regles/freeze_hours/", {"value": "48 heures", "effective_from": "02/09/2026"}
        ).status_code
        == 302
    )
    assert "48 heures" in text_of(desk.get("/bureau/reglages/regles/freeze_hours/"))


def test_the_settings_speak_the_language_of_the_page(w: World) -> None:
    desk = browser(w, Role.DIRECTOR)
    desk.cookies["mediane_language"] = "en"
    grounds, rules = (text_of(desk.get(f"/bureau/reglages/{page}/")) for page in ("motifs", "regles"))
    assert "As soon as the request is admissible" in text_of(desk.get("/bureau/lettres/"))
    assert "1° No prior written complaint" in grounds
    assert "règlement de l’organisme" not in rules and "Pratique de la maison" not in rules


def test_a_choice_of_a_rule_is_one_of_its_values(w: World) -> None:
    page = text_of(browser(w, Role.DIRECTOR).get("/bureau/reglages/regles/name_refusing_party/"))
    assert '<option value="no" selected>non</option>' in page


def test_the_preview_that_follows_the_typing_is_the_one_a_reload_shows(w: World) -> None:
    case, desk = under_review(w), browser(w, Role.MEDIATOR)
    address = f"/bureau/dossiers/{case.pk}/recevabilite/?acte=refuse"
    swap = desk.post(address, REFUSAL, headers={"HX-Request": "true"}).content.decode()
    whole = desk.post(address, REFUSAL | {"preview": "1"}).content.decode()
    assert part_of(swap, "#lettres-preparees") == part_of(whole, "#lettres-preparees")
    assert "Réclamation" in swap.partition('id="lettres-preparees"')[2] or "réclamation" in swap


def test_a_piece_is_read_beside_its_list_and_has_an_address_of_its_own(w: World) -> None:
    case = in_mediation(w)
    scan = SimpleUploadedFile("lettre.png", hostile.png(60, 40), content_type="image/png")
    desk = browser(w, Role.OFFICER)
    sent = desk.post(
        f"/bureau/dossiers/{case.pk}/ecrire/", {"text": "La lettre.", "audience": "office", "pieces": scan}
    )
    assert sent.status_code == 302
    html = text_of(desk.get(f"/bureau/dossiers/{case.pk}/"))
    link = html[html.index('<a href="/pieces/', html.index('id="pieces"')) :].partition(">")[0]
    address = link.split('"')[1]
    assert f'hx-get="{address}"' in link
    assert 'hx-target="#viewer"' in link
    fragment = desk.get(address, headers={"HX-Request": "true"}).content.decode()
    assert " ".join(fragment.split()) in text_of(desk.get(address))


# ---- letters --------------------------------------------------------------------------------------------------------------------
def test_a_letter_that_went_by_post_after_its_e_mail_is_one_letter_for_its_reader(w: World) -> None:
    case = notified(w)
    with as_system():
        sent = Letter.objects.get(case=case.pk, kind="notification_trader")
        copy = copy_on_paper(sent, at=later(3))
        Letter.objects.filter(pk__in=(sent.pk, copy.pk)).update(pdf_key="0" * 64)
        firm = w.people[Role.CORRESPONDENT]
    enrol(firm)
    own = sign_in(Browser(), firm).get(f"/pro/dossiers/{case.pk}/").content.decode()
    seen = browser(w, Role.OFFICER).get(f"/bureau/dossiers/{case.pk}/vu-par/trader/").content.decode()
    for page in (own, seen):
        assert (page.count(str(sent.uuid)), str(copy.uuid) in page) == (1, False)
