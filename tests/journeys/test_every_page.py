"""Every page × theme × width × language: axe finds nothing, nothing is wider than the window, and the page is in the language asked for.

The pages come from the URLconf: an address without an entry here fails a fast test, so that nobody adds a page that is never looked at.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from mediane.ground.ui.testing import assert_axe_clean
from mediane.mediation.referrals.web.desk.moves import SCREENS
from tests.journeys.people import FILE, Company, Person, Town, fill, nothing, overflow, today
from tests.walls.test_leaks import addresses

THEMES, WIDTHS, LANGUAGES = ("light", "dark"), (1440, 390), ("fr", "en")

# ---- no page of its own: an act, a file, a redirection, a part of a page ------------------------------------------------------------
NO_PAGE = {
    "health": "JSON", "ui:preferences": "an act", "account_logout": "an act here", "account_set_password": "leads elsewhere",
    "mfa_download_recovery_codes": "a file", "accounts:home": "leads elsewhere", "accounts:switch": "an act",
    "accounts:grant": "an act", "accounts:end_role": "an act", "accounts:reset_second_factor": "an act",
    "accounts:revoke_invitation": "an act", "accounts:revoke_token": "an act", "access:leave": "an act",
    "access:link": "leads to access:opening", "documents:download": "a file", "documents:page": "an image",
    "documents:thumbnail": "an image", "correspondence:letter_pdf": "a file", "correspondence:letter_act": "an act",
    "correspondence:batch_pdf": "a file", "correspondence:batch_act": "an act", "correspondence:version_act": "an act",
    "imports:decide": "an act", "imports:rejects": "a file", "figures:drawn": "a file", "figures:csv": "a file",
    "report:chart": "a file", "report:json": "a file", "report:make": "an act", "report:file": "a file", "desk:assign": "an act",
    "desk:write": "an act", "desk:presence": "a part of a page", "desk:lateness": "an act", "desk:take_over": "an act",
    "requester:demand": "an act from the page of the case", "desk:ground_detail_end": "an act", **dict.fromkeys(
        (f"trader:{act}" for act in ("entry", "message", "position", "demand", "ask_for_pieces", "confirm", "objection", "execution", "withdrawal", "resumption")),
        "an act from the page of the case",
    ), "public:form_piece": "a part of a step",
}  # fmt: skip

# ---- the pages: name → addresses by reader; {words} are made by `arrange` ------------------------------------------------------------
PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "ui:gallery": (("anybody", "/ui/"),),
    "ui:page": tuple(("anybody", f"/ui/pages/{name}/") for name in ("worklist", "case", "dashboard", "follow", "step", "empty")),
    "ui:error": tuple(("anybody", f"/ui/erreurs/{code}/") for code in (400, 403, 404, 413, 429, 500, 503)),
    "account_login": (("anybody", "/compte/connexion/"),),
    "mfa_authenticate": (("halfway", "/compte/connexion/code/"),),
    "account_inactive": (("anybody", "/compte/ferme/"),),
    "account_reauthenticate": (("officer", "/compte/confirmer/"),),
    "mfa_reauthenticate": (("officer", "/compte/confirmer/code/"),),
    "account_change_password": (("officer", "/compte/mot-de-passe/"),),
    "account_reset_password": (("anybody", "/compte/mot-de-passe/oublie/"),),
    "account_reset_password_done": (("anybody", "/compte/mot-de-passe/oublie/envoye/"),),
    "account_reset_password_from_key": (("anybody", "/compte/mot-de-passe/nouveau/0-nothing/"),),
    "account_reset_password_from_key_done": (("anybody", "/compte/mot-de-passe/change/"),),
    "mfa_index": (("officer", "/compte/second-facteur/"),),
    "mfa_activate_totp": (("newcomer", "/compte/second-facteur/application/"),),
    "mfa_deactivate_totp": (("officer", "/compte/second-facteur/application/retirer/"),),
    "mfa_view_recovery_codes": (("officer", "/compte/second-facteur/codes/"),),
    "mfa_generate_recovery_codes": (("officer", "/compte/second-facteur/codes/nouveaux/"),),
    "usersessions_list": (("officer", "/compte/sessions/"),),
    "accounts:profile": (("officer", "/compte/profil/"), ("firm", "/compte/profil/")),
    "accounts:accept": (("anybody", "{invitation}"), ("anybody", "/compte/invitation/none/")),
    "accounts:people": (("administrator", "/bureau/reglages/personnes/"),),
    "accounts:invite": (("administrator", "/bureau/reglages/personnes/inviter/"),),
    "accounts:person": (("administrator", "/bureau/reglages/personnes/{officer_id}/"),),
    "accounts:roles": (("administrator", "/bureau/reglages/roles/"),),
    "accounts:tokens": (("administrator", "/bureau/reglages/jetons/"),),
    "accounts:events": (("administrator", "/bureau/reglages/journal-des-acces/"),),
    "access:door": (("anybody", "/suivi/"),),
    "access:opening": (("anybody", "/suivi/ouvrir/"),),
    "access:lost": (("anybody", "/suivi/perdu/"),),
    "documents:view": (("officer", "/pieces/{document}/"),),
    "correspondence:dispatches": (("officer", "/bureau/envois/"),),
    "correspondence:letter": (("officer", "/bureau/envois/lettres/{letter}/"),),
    "correspondence:batch": (("officer", "/bureau/envois/lots/{batch}/"),),
    "correspondence:templates": (("director", "/bureau/lettres/"),),
    "correspondence:statements": (("director", "/bureau/lettres/mentions/"),),
    "correspondence:statement": (("director", "/bureau/lettres/mentions/court_open/"),),
    "correspondence:settings": (("director", "/bureau/lettres/choix/"),),
    "correspondence:template": (
        ("director", "/bureau/lettres/proposal_consumer/consumer/"),
        ("director", "/bureau/lettres/referral_receipt/consumer/?adapter=1"),
    ),
    "imports:upload": (("director", "/bureau/importer/"),),
    "imports:run": (("director", "/bureau/importer/{run}/"),),
    "figures:dashboard": (("director", "/bureau/tableau-de-bord/"),),
    "figures:figure": (("director", "/bureau/chiffres/MED-001/"), ("director", "/bureau/chiffres/MED-030/")),
    "figures:cases": (("director", "/bureau/chiffres/MED-001/dossiers/"),),
    "report:annual": (("director", "/bureau/rapport/?annee={year}"), ("director", "/bureau/rapport/?annee=2001")),
    "report:texts": (("director", "/bureau/rapport/textes/?annee={year}"),),
    "desk:work": (*(("officer", f"/bureau/{query}") for query in ("", "?qui=team", "?file=answers")), ("mediator", "/bureau/")),
    "desk:referrals": (("officer", "/bureau/dossiers/"),),
    "desk:search": (("officer", "/bureau/recherche/?q=Roussel"), ("officer", "/bureau/recherche/?q=zzz")),
    "desk:enter": (("officer", "/bureau/dossiers/nouveau/"),),
    "desk:case": tuple(("officer", f"/bureau/dossiers/{{{state}}}/") for state in ("under_review", "in_mediation", "proposal_notified", "in_execution", "refused_entry")),
    "desk:admissibility": (("delegate", "/bureau/dossiers/{under_review}/recevabilite/"), ("officer", "/bureau/dossiers/{in_mediation}/recevabilite/"), ("officer", "/bureau/dossiers/{under_review}/recevabilite/?corriger"), ("delegate", "/bureau/dossiers/{under_review}/recevabilite/?acte=refuse")),
    "desk:proposal": (("mediator", "/bureau/dossiers/{in_mediation}/proposition/"), ("officer", "/bureau/dossiers/{proposal_notified}/proposition/")),
    "desk:as_party": tuple(("officer", f"/bureau/dossiers/{{{state}}}/vu-par/{party}/") for state in ("under_review", "in_mediation") for party in ("consumer", "trader")),
    "desk:summary": (("officer", "/bureau/dossiers/{in_mediation}/synthese/"),),
    "desk:journal": (("officer", "/bureau/dossiers/{in_mediation}/journal/"),),
    "desk:retention": (("director", "/bureau/conservation/"),),
    "desk:traders": (("officer", "/bureau/professionnels/"),),
    "desk:trader_add": (("director", "/bureau/professionnels/nouveau/"),),
    "desk:trader": (("officer", "/bureau/professionnels/{trader_id}/"),),
    "desk:settings": (("director", "/bureau/reglages/"),),
    "desk:rules": (("director", "/bureau/reglages/regles/"),),
    "desk:rule": (("director", "/bureau/reglages/regles/rejection/"),),
    "desk:ground_details": (("director", "/bureau/reglages/motifs/"),),
    "desk:move": tuple(("{whose}", f"/bureau/dossiers/{{of}}/acte/{screen.name}/") for screen in SCREENS if not screen.page),
    "requester:case": tuple((f"consumer {state}", "/suivi/dossier/") for state in ("under_review", "incomplete", "premature", "awaiting_entry", "in_mediation", "conflict", "proposal_notified", "answered", "in_execution", "refused_entry")),
    "requester:receipt": (("consumer under_review", "/suivi/dossier/recu/"),),
    "requester:messages": (("consumer in_mediation", "/suivi/dossier/messages/"),),
    "requester:documents": (("consumer in_mediation", "/suivi/dossier/pieces/"),),
    "requester:pieces": (("consumer incomplete", "/suivi/dossier/pieces-demandees/"),),
    "requester:proposal": (("consumer proposal_notified", "/suivi/dossier/proposition/"),),
    "requester:answer": (("consumer answered", "/suivi/dossier/reponse/"),),
    "requester:agreement": (("consumer agreeing", "/suivi/dossier/accord/"),),
    "requester:objection": (("consumer conflict", "/suivi/dossier/opposition/"),),
    "requester:execution": (("consumer in_execution", "/suivi/dossier/execution/"),),
    "requester:withdrawal": (("consumer under_review", "/suivi/dossier/retrait/"), ("consumer in_mediation", "/suivi/dossier/retrait/")),
    "requester:resumption": (("consumer refused_entry", "/suivi/dossier/reprise/"),),
    "requester:resubmission": (("consumer premature", "/suivi/dossier/renvoyer/"),),
    "requester:reach": (("consumer under_review", "/suivi/dossier/vous-joindre/"),),
    "trader:cases": (("firm", "/pro/"), ("firm", "/pro/?vue=termines")),
    "trader:case": tuple(("firm", f"/pro/dossiers/{{{state}}}/") for state in ("awaiting_entry", "in_mediation", "agreeing", "conflict", "proposal_notified", "in_execution", "refused_entry")),
    "trader:answer": (("firm", "/pro/dossiers/{proposal_notified}/reponse/"),),
    "public:home": (("anybody", "/"),),
    "public:certificate": (("anybody", "/attestation/"), ("anybody", "/attestation/?code={code}"), ("anybody", "/attestation/?code=x")),
    **{
        f"public:{name}": (("anybody", f"/b/{{slug}}/{path}"),)
        for name, path in (("body", ""), ("figures", "chiffres/"), ("charter", "charte/"), ("data", "donnees/"), ("accessibility", "accessibilite/"), ("assistance", "aide/"), ("by_post", "courrier/"))
    },
    "public:form": (("anybody", "/b/{slug}/saisir/"), ("writer", "/b/{slug}/saisir/")),
    "public:form_later": (("writer", "/b/{slug}/saisir/plus-tard/"),),
    "public:form_give_up": (("writer", "/b/{slug}/saisir/effacer/"),),
    "public:form_step": tuple(("writer", f"/b/{{slug}}/saisir/{step}/") for step in ("entreprise", "a-quel-titre", "sujet", "faits", "reclamation", "reclamation-ecrite", "preuve", "reponse", "second-service", "autres-demarches", "demande", "identite", "vous-joindre", "adresse", "pieces", "verification")),
}  # fmt: skip
MOVES = {
    # act → who, on which case of `arrange`; the others: an officer
    **dict.fromkeys(("notify", "postpone", "redirect", "refuse", "ask_documents"), ("delegate", "under_review")),
    "take_up": ("officer", "received"), "re_examine": ("delegate", "inadmissible"),
    **dict.fromkeys(("extend", "declare_conflict", "seize_elsewhere", "agree_directly"), ("mediator", "in_mediation")),
    **dict.fromkeys(("ask_observations", "ask_pieces", "transmit", "draw_up_agreement"), ("officer", "in_mediation")),
    "remind_observations": ("officer", "asked"), "replace_mediator": ("director", "conflict"),
    "end_mission": ("alone", "mission"), "end_mission_early": ("alone", "mission_early"), "finish": ("officer", "in_execution"),
    "resume": ("mediator", "refused_entry"), "record_pieces": ("officer", "incomplete"), "record_since": ("officer", "premature"),
    "record_message": ("officer", "in_mediation"),
    "record_withdraw_early": ("officer", "under_review"), "record_entry": ("officer", "awaiting_entry"),
    "record_entry_refusal": ("officer", "awaiting_entry"), "record_confirmation": ("officer", "agreeing"),
    "record_answer": ("officer", "proposal_notified"), "record_objection": ("officer", "conflict"),
    "record_withdrawal": ("officer", "in_mediation"), "record_execution": ("officer", "in_execution"), "record_consent": ("officer", "refused_entry"),
}  # fmt: skip


def test_every_address_is_a_page_looked_at_or_says_why_not() -> None:
    known = {name for name, _route, _takes in addresses() if name and not name.startswith("api-v1:")}
    assert known - set(PAGES) - set(NO_PAGE) == set(), (
        "add it to PAGES (or NO_PAGE) of tests/journeys/test_every_page.py"
    )
    assert (set(PAGES) | set(NO_PAGE)) - known == set(), "addresses that are gone"
    assert {screen.name for screen in SCREENS if not screen.page} == set(MOVES)


def arrange(town: Town, company: Company) -> tuple[dict[str, Any], dict[str, Person]]:
    """Cases in every state, and a reader for each kind of page."""
    stage = town.stage
    place = stage.town("pages")
    people = place["people"]
    words: dict[str, Any] = {"slug": place["slug"], "trader_id": place["trader_id"], "year": today().year}
    words |= stage.cases_of_every_page("pages")
    words["run"] = stage.import_file("pages", FILE)
    alone = stage.town("alone", is_person=True)
    words |= stage.missions("alone")
    company.look = nothing  # they are looked at below
    readers = {
        role: company.staff(people[role]) for role in ("officer", "delegate", "mediator", "director", "administrator")
    }
    readers |= {
        "firm": company.staff(people["correspondent"]),
        "alone": company.staff(alone["people"]["mediator"]),
        "anybody": company.stranger(),
    }
    for reader in {reader for found in PAGES.values() for reader, _address in found if reader.startswith("consumer ")}:
        readers[reader] = company.consumer(words[reader.split()[1]])
    halfway = readers["halfway"] = company.stranger()
    halfway.go("/compte/connexion/").fill(login=people["auditor"], password=company.PASSWORD)
    halfway.press(halfway.page.locator("form:has([name=password]) [type=submit]").first)
    newcomer = readers["newcomer"] = company.stranger()
    newcomer.go("/compte/connexion/").fill(login=stage.newcomer("pages"), password=company.PASSWORD)
    newcomer.press(newcomer.page.locator("form:has([name=password]) [type=submit]").first)
    writer = readers["writer"] = company.stranger()
    writer.page.goto(f"{town.base}/b/{place['slug']}/saisir/entreprise/")
    fill(writer.page, place["trader"], nothing)
    return words, readers


def faults(person: Person, address: str, language: str) -> str:
    """What is wrong with this page as it stands, in one line; nothing when it is right."""
    try:
        answer = person.page.goto(person.town.base + address)
        if answer.status >= 500 or (answer.status >= 400 and "invitation/none" not in address):
            return f"{answer.status}"
        said = person.page.locator("html").get_attribute("lang")
        if said != language:
            return f"speaks {said}"
        if wide := max(0, overflow(person.page)):
            return f"{wide} px too wide"
        assert_axe_clean(person.page)
    except AssertionError as error:
        return str(error)[:600]
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    return ""


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(5400)
@pytest.mark.parametrize(("theme", "width", "language"), list(product(THEMES, WIDTHS, LANGUAGES)))
def test_every_page(town: Town, company: Company, theme: str, width: int, language: str) -> None:
    words, readers = arrange(town, company)
    found = []
    for reader in readers.values():
        reader.page.context.add_cookies(
            [
                {"name": name, "value": value, "url": town.base}
                for name, value in (("mediane_theme", theme), ("mediane_language", language))
            ]
        )
        reader.page.set_viewport_size({"width": width, "height": 900})
    for name, addresses_of in PAGES.items():
        for who, address in addresses_of:
            act = MOVES.get(address.rstrip("/").rsplit("/", 1)[1]) if name == "desk:move" else None
            reader, where = (act[0], address.format(of=words[act[1]])) if act else (who, address.format(**words))
            if fault := faults(readers[reader], where, language):
                found.append(f"{name} ({reader}) {where}: {fault}")
    assert not found, f"{len(found)} faults, {theme}, {width} px, {language}:\n" + "\n".join(found)
