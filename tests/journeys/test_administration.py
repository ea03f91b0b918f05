"""Those who keep the house in order: accounts and their two factors, people and roles, tokens, rules, letters' texts, files brought in, the report."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from mediane.ground.accounts.tests.factories import fresh_code
from tests.journeys.people import FILE, Company, Person, Town, link_in, look, sign_in, today, unfold

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NADIA = "nadia@essai.test"
NEW_PASSWORD = "trois chats noirs sous le pont"
FORM = "main form[method=post]:not([action*='preferences'])"


def posts(person: Person, **fields: Any) -> Person:
    """The page's own form: filled, sent."""
    person.fill(**fields)
    return person.press(person.page.locator(f"{FORM} [type=submit], {FORM} button:not([type])").last)


# ---- accounts -----------------------------------------------------------------------------------------------------------------------
def test_an_invitation_becomes_a_colleague(town: Town, company: Company) -> None:
    """Invited by mail, chooses a password, enrols a telephone, keeps recovery codes, comes back with one of them, forgets the password."""
    people = town.stage.town("offices")["people"]
    admin = company.staff(people["administrator"])
    admin.go("/bureau/reglages/personnes/").go("/bureau/reglages/personnes/inviter/")
    posts(admin, email=NADIA, first_name="Nadia", last_name="Benali", role="officer")
    admin.reads(NADIA)

    new = company.stranger()
    new.go(link_in(town.mails_to(NADIA)[0], "/compte/invitation/"))
    posts(new, password=NEW_PASSWORD, password_again=NEW_PASSWORD)
    assert "/connexion/" in new.page.url, "a mailbox alone opens nothing"
    new.fill(login=NADIA, password=NEW_PASSWORD)
    new.press(new.page.locator("main form:has([name=password]) [type=submit]").first)
    assert "/second-facteur/application/" in new.page.url, "nobody works without a second factor"
    unfold(new.page.locator("main .num").first)
    key = new.page.locator("main").get_by_text(re.compile(r"^[A-Z2-7]{16,}$")).first.inner_text()
    posts(new, code=fresh_code(key))
    new.go("/compte/second-facteur/").go("/compte/second-facteur/codes/")
    codes = re.findall(r"\b[0-9]{8}\b", new.page.locator("main").inner_text())
    assert len(codes) >= 8, new.text
    new.go("/bureau/")

    # signs out, comes back with a recovery code: the telephone is lost
    new.press(new.page.locator("form[action$='/compte/deconnexion/'] button").first)
    new.go("/compte/connexion/").fill(login=NADIA, password=NEW_PASSWORD)
    new.press(new.page.locator("main form:has([name=password]) [type=submit]").first)
    new.fill(code="000000").press(new.page.locator("main form:has([name=code]) [type=submit]").first)
    assert "/connexion/code/" in new.page.url, "a wrong code opens nothing"
    new.fill(code=codes[0]).press(new.page.locator("main form:has([name=code]) [type=submit]").first)
    assert "/bureau/" in new.page.url, new.page.url

    # another day the password is forgotten
    lost = company.stranger()
    lost.go("/compte/connexion/").go("/compte/mot-de-passe/oublie/")
    lost.fill(email=NADIA).press(lost.page.locator("main form:has([name=email]) [type=submit]").first)
    mail = town.mails_to(NADIA, about="/compte/mot-de-passe/nouveau/")[-1]
    lost.go(link_in(mail, "/compte/mot-de-passe/nouveau/"))
    other = NEW_PASSWORD.replace("trois", "quatre")
    lost.fill(password1=other, password2=other)
    lost.press(lost.page.locator("main form:has([name=password1]) [type=submit]").first)
    lost.go("/compte/connexion/").fill(login=NADIA, password=NEW_PASSWORD)
    lost.press(lost.page.locator("main form:has([name=password]) [type=submit]").first)
    assert lost.page.url.endswith("/compte/connexion/"), "the former password opens nothing any more"
    lost.fill(login=NADIA, password=other)
    lost.press(lost.page.locator("main form:has([name=password]) [type=submit]").first)
    lost.fill(code=codes[1]).press(lost.page.locator("main form:has([name=code]) [type=submit]").first)
    assert "/bureau/" in lost.page.url
    lost.go("/compte/profil/").go("/compte/sessions/").go("/bureau/reglages/roles/")


def test_signing_in_looked_at(town: Town, company: Company) -> None:
    """Password, then the code: axe on both pages, as everybody meets them."""
    people = town.stage.town("offices")["people"]
    somebody = company.stranger()
    sign_in(somebody.page, town.base, people["auditor"], look=look)
    somebody.look(somebody.page)


def test_an_administrator_manages_people_and_finds_no_case(town: Town, company: Company) -> None:
    place = town.stage.town("offices")
    people = place["people"]
    case = town.stage.case("offices", "in_mediation")
    admin = company.staff(people["administrator"])
    admin.go("/bureau/reglages/personnes/").does_not_read(case["number"])
    officer = admin.page.locator("main a", has_text="Officer").first
    admin.press(officer)
    address = admin.page.url
    admin.submit(admin.page.locator("main form[action$='/role/']"), role="delegate", starts_on=today())
    admin.reads("Délég")
    for path in ("", "recevabilite/", "proposition/", "journal/", "synthese/", "vu-par/consumer/", "acte/notify/"):
        admin.refused(f"/bureau/dossiers/{case['pk']}/{path}")
    for page in ("/bureau/", "/bureau/dossiers/", f"/bureau/recherche/?q={case['number']}", "/bureau/rapport/"):
        assert case["number"] not in admin.page.request.get(town.base + page).text(), page
    admin.go("/bureau/reglages/journal-des-acces/").go("/bureau/reglages/roles/")

    # the role ends; nobody gives a role to oneself
    admin.go(address[len(town.base) :])
    form = admin.page.locator("main form[action$='/fin/']").last
    admin.submit(form)
    admin.go("/bureau/reglages/personnes/").press(admin.page.locator("main a", has_text="Administrator").first)
    assert not admin.page.locator("main form[action$='/role/']").count()


def test_a_token_made_at_the_desk_opens_the_api(town: Town, company: Company) -> None:
    place = town.stage.town("offices")
    admin = company.staff(place["people"]["administrator"])
    admin.go("/bureau/reglages/jetons/")
    admin.submit(
        admin.page.locator("main form[action$='/jetons/']"), name="Logiciel d’accueil", scopes="referrals:write"
    )
    token = re.search(r"mdn_[\w-]+", admin.text)
    assert token, admin.text
    admin.go("/bureau/reglages/jetons/").does_not_read(token[0])

    outside = company.stranger().page.request
    referral = {
        "trader": place["trader"], "trader_siren": place["siren"], "channel": "web", "summary": "Colis perdu",
        "asked_now": "Le remboursement", "complaint_on": str(today(-130)), "complaint_written": True,
        "consumer": {"last_name": "Petit", "first_name": "Ana", "email": "ana@example.test"},
    }  # fmt: skip
    address, bearer = f"{town.base}/api/v1/referrals", {"Authorization": f"Bearer {token[0]}"}
    assert outside.post(address, data=referral).status == 401
    received = outside.post(address, data=referral, headers=bearer | {"Idempotency-Key": "a"})
    assert received.status == 201, received.text()
    number = received.json()["number"]
    assert outside.post(address, data=referral, headers=bearer | {"Idempotency-Key": "a"}).json()["number"] == number
    assert outside.get(f"{address}/{number}", headers=bearer).status == 403, "this token writes and does not read"
    company.staff(place["people"]["officer"]).go("/bureau/?qui=none").reads(number)
    town.mails_to("ana@example.test", about=number)

    admin.go("/bureau/reglages/jetons/").press(admin.page.locator("main form[action$='/revoquer/'] button").first)
    assert outside.post(address, data=referral, headers=bearer).status == 401


# ---- rules, texts -------------------------------------------------------------------------------------------------------------------
def test_a_rule_has_a_date_from_which_it_counts(town: Town, company: Company) -> None:
    people = town.stage.town("offices")["people"]
    director = company.staff(people["director"])
    director.go("/bureau/reglages/").go("/bureau/reglages/regles/").go("/bureau/reglages/regles/trader_entry_delay/")
    posts(director, value="30 jours", effective_from=today(10), source="Délibération du 3 novembre")
    director.go("/bureau/reglages/regles/trader_entry_delay/").reads("30 jours", "Délibération du 3 novembre")
    director.go("/bureau/reglages/regles/rejection/")
    posts(director, value="40 jours", effective_from=today())
    assert director.page.url.endswith("/rejection/"), "a body may tighten the law, never loosen it"


def test_a_letter_is_adapted_and_its_statements_stay(town: Town, company: Company) -> None:
    """A version saved by one, approved by another; without a mandatory statement it is not even saved."""
    place = town.stage.town("offices")
    people = place["people"]
    director, mediator = company.staff(people["director"]), company.staff(people["mediator"])
    address = "/bureau/lettres/referral_receipt/consumer/"
    director.go("/bureau/lettres/").go(f"{address}?adapter=1")
    box = director.page.locator("[name=text]")
    shipped = box.input_value()
    statement = re.search(r"\{\{statement:\w+\}\}", shipped)
    assert statement
    without = shipped.replace(statement[0], "")
    director.fill(text=without, effective_from=today()).press(director.page.locator("main [name=save]"))
    assert director.page.locator("[name=text]").input_value().replace("\r", "") == without, "what was typed is kept"
    director.reads(statement[0].strip("{}").partition(":")[2])
    director.go(address).does_not_read("Version 1")

    director.go(f"{address}?adapter=1")
    director.fill(text=shipped + "\n\nNotre accueil est ouvert le samedi matin.", effective_from=today())
    director.press(director.page.locator("main [name=try]"))
    director.reads("Notre accueil est ouvert le samedi matin.")
    director.press(director.page.locator("main [name=save]"))
    mediator.go(address)
    mediator.press(mediator.page.locator("main [name=act][value=approve]").first)
    pk = town.stage.case("offices", "received", email="samedi@example.test")["pk"]
    assert "samedi matin" in company.consumer(pk).letter(pk, "referral_receipt", "consumer")
    for page in (
        "/bureau/lettres/mentions/",
        "/bureau/lettres/choix/",
        f"/bureau/lettres/mentions/{statement[0].strip('{}')[10:]}/",
    ):
        director.go(page)


# ---- what is over ---------------------------------------------------------------------------------------------------------------------
def test_a_case_that_is_over_is_put_away_held_and_destroyed(town: Town, company: Company) -> None:
    """A request withdrawn two years ago: the night puts it away, the direction holds it, lets it go, approves; the next night nothing of anybody remains."""
    people = town.stage.town("offices")["people"]
    officer, director = company.staff(people["officer"]), company.staff(people["director"])
    case = town.stage.case("offices", "under_review", days=800)
    pk, number = case["pk"], case["number"]
    town.stage.make("ending.withdraw_early", pk, by="consumer", town="offices", days=799)
    officer.case(pk).reads("Camille Roussel")
    assert town.stage.the_night_comes(pk)["state"] == "archived"
    officer.refused(f"/bureau/dossiers/{pk}/")
    director.case(pk).reads("Camille Roussel")

    def act(name: str, **fields: Any) -> Person:
        director.go("/bureau/conservation/")
        form = director.page.locator(f"main form:has([name=act][value={name}])")
        return director.submit(form, **{f"{name}-{field}": value for field, value in fields.items()})

    director.go("/bureau/conservation/").reads(f"{number}, à détruire depuis le").does_not_read("Roussel")
    act("hold", number=number, reason="Le tribunal a demandé le dossier.").does_not_read(f"{number}, à détruire")
    assert town.stage.the_night_comes(pk)["state"] == "archived"
    act("release", case=pk, reason="Le jugement est rendu.").reads(f"{number}, à détruire depuis le")
    act("approve", cases=pk).reads("J’ai vérifié")
    assert director.page.locator(f"[name=approve-cases][value='{pk}']").is_checked(), "what was ticked is kept"
    act("approve", cases=pk, sure=True).reads("1 dossier sera détruit cette nuit")
    assert town.stage.the_night_comes(pk)["state"] == "destroyed"
    director.go("/bureau/conservation/").does_not_read(number)
    director.go(f"/bureau/recherche/?q={number}").does_not_read("Roussel")
    acts = [entry["name"] for entry in town.stage.journal(pk)]
    assert acts[-5:] == ["archive", "hold", "release", "approve_destruction", "destroy"]


# ---- files in, report out -----------------------------------------------------------------------------------------------------------


def test_a_file_is_read_before_it_is_brought_in(town: Town, company: Company) -> None:
    """What would happen, then what happened, the rejects to take back; the report counts it, and a case of the file becomes a live one."""
    place = town.stage.town("files")
    director = company.staff(place["people"]["director"])
    director.go("/bureau/importer/")
    director.page.locator("main input[type=file]").first.set_input_files(
        {"name": "saisines.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    director.press(
        director.page.locator("main form[enctype] [type=submit], main form[enctype] button:not([type])").last
    )
    waits(director, "main [name=act][value=confirm]")
    director.reads("Ce qui arrivera", "A-3")
    assert town.stage.count("files") == 0, "nothing is written before it is confirmed"
    director.press(director.page.locator("main [name=act][value=confirm]"))
    waits(director, "main a[href$='/rejets.csv']", "Ce qui est arrivé")
    assert town.stage.count("files") == 3
    rejects = director.page.request.get(director.page.url + "rejets.csv").text()
    assert "A-3" in rejects and "A-1" not in rejects

    # the report of that year
    director.go("/bureau/rapport/?annee=2025").go("/bureau/rapport/textes/?annee=2025").go("/bureau/tableau-de-bord/")
    found = json.loads(director.page.request.get(f"{town.base}/bureau/rapport/donnees.json?annee=2025").text())
    counted = {row["code"]: row["value"] for row in found["indicators"]}
    assert (counted["MED-001"], counted["MED-002"]) == (3, 2)
    director.go("/bureau/chiffres/MED-001/?du=2025-01-01&au=2025-12-31")
    director.go("/bureau/chiffres/MED-001/dossiers/?du=2025-01-01&au=2025-12-31")
    for kind, start in (("pdf", b"%PDF"), ("ods", b"PK")):
        director.go("/bureau/rapport/?annee=2025")
        director.press(director.page.locator(f"main [name=kind][value={kind}]"))
        waits(director, f"main #fichiers a:has-text('{kind.upper()}')")
        link = director.page.locator(f"main #fichiers a:has-text('{kind.upper()}')").first.get_attribute("href")
        assert director.page.request.get(town.base + str(link)).body().startswith(start)
    company.stranger().go(f"/b/{place['slug']}/chiffres/")

    # a case of the file alerts nobody until an officer takes it up
    officer = company.staff(place["people"]["officer"])
    pk = town.stage.imported("files", "A-4")
    officer.case(pk)
    officer.press(officer.page.locator("main form[action$='/reprendre/'] button"))
    officer.make(pk, "take_up")
    assert town.stage.facts(pk)["state"] == "under_review"


def waits(person: Person, selector: str, text: str = "", patience: float = 60) -> None:
    """Come back to the page until the worker has done its part."""
    deadline = time.monotonic() + patience
    while (
        person.page.locator("main progress").count()  # the page comes back by itself until the job is done
        or not person.page.locator(selector).count()
        or text not in person.text
    ):
        assert time.monotonic() < deadline, f"{selector} does not come on {person.page.url}: {person.text[:1500]}"
        time.sleep(0.3)
        person.page.reload()
    person.look(person.page)
