"""Who × what × which state × which door: a wrong reader is told what somebody is told who invents a number, and no planted word travels.

The addresses come from the URLconf itself: a new one that names something must be given an expectation here (`OF_A_CASE` or `OF_NO_CASE`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mediane.ground.accounts import services as accounts
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser
from mediane.ground.correspondence.models import Letter, PrintBatch
from mediane.ground.journal.models import Entry
from mediane.insight.indicators.definitions import INDICATORS
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import Message, Presence, Referral
from mediane.mediation.referrals.web.desk.moves import SCREENS
from tests.walls.town import AT, WORDS, Town, at_this_hour, build, leaks, plain

pytestmark = pytest.mark.django_db
CODES = list(INDICATORS)[:3]
"""Figures of which the cases behind them can be asked."""
NOBODY = 987_654_321
UNKNOWN = uuid.UUID("00000000-0000-4000-8000-000000000000")
TRADER_ACTS = (
    "entry", "message", "position", "ask_for_pieces", "confirm", "objection", "execution", "withdrawal", "resumption",
)  # fmt: skip

# ---- every address that names a case, a piece, a letter -----------------------------------------------------------------------------
CASE, PIECE, LETTER, BATCH, NUMBER, TRADER = "case", "piece", "letter", "batch", "number", "trader"
OF_A_CASE: dict[str, tuple[str, str, tuple[dict[str, Any], ...]]] = {
    # name: (what it names, under which argument, other arguments to try)
    **{
        f"desk:{name}": (CASE, "pk", ({},))
        for name in (
            "case",
            "admissibility",
            "proposal",
            "write",
            "presence",
            "lateness",
            "take_over",
            "journal",
            "summary",
        )
    },
    "desk:as_party": (CASE, "pk", ({"party": "consumer"}, {"party": "trader"})),
    "desk:move": (CASE, "pk", tuple({"name": screen.name} for screen in SCREENS)),
    "desk:trader": (TRADER, "pk", ({},)),
    "trader:case": (CASE, "pk", ({},)),
    "trader:answer": (CASE, "pk", ({},)),
    **{f"trader:{name}": (CASE, "pk", ({},)) for name in TRADER_ACTS},
    "trader:demand": (CASE, "pk", ({"request_id": 1}, {"request_id": 10**9})),
    "documents:view": (PIECE, "uuid", ({},)),
    "documents:download": (PIECE, "uuid", ({},)),
    "documents:page": (PIECE, "uuid", ({"number": 1},)),
    "documents:thumbnail": (PIECE, "uuid", ({},)),
    "correspondence:letter_pdf": (LETTER, "uuid", ({},)),
    "correspondence:letter": (LETTER, "uuid", ({},)),
    "correspondence:letter_act": (LETTER, "uuid", ({},)),
    "correspondence:batch": (BATCH, "uuid", ({},)),
    "correspondence:batch_pdf": (BATCH, "uuid", ({},)),
    "correspondence:batch_act": (BATCH, "uuid", ({},)),
    "api-v1:status": (NUMBER, "number", ({},)),
}
OF_A_BODY = {
    "accounts:person", "accounts:grant", "accounts:end_role", "accounts:reset_second_factor", "accounts:revoke_invitation", "accounts:revoke_token",
    "imports:run", "imports:decide", "imports:rejects", "report:file", "correspondence:version_act", "desk:ground_detail_end",
}  # fmt: skip
"""Addresses that name something of a body and of no case: swept in test_bodies.py."""
OF_NOTHING = {
    # every other address that takes an argument, and why it can betray no case
    "ui:page": "samples of the design system, no data",
    "ui:error": "samples of the design system, no data",
    "account_reset_password_from_key": "a secret of one person, once",
    "accounts:accept": "a secret of one person, once",
    "access:link": "a secret of 130 bits; says the same whatever it is worth (ground/access/tests)",
    "correspondence:statement": "a text, named by its key; the body is the reader's own",
    "correspondence:template": "a text, named by its kind; the body is the reader's own",
    "figures:drawn": "figures of one's own body; the cases behind them are swept below",
    "figures:figure": "figures of one's own body; the cases behind them are swept below",
    "figures:csv": "figures of one's own body; the cases behind them are swept below",
    "figures:cases": "figures of one's own body; the cases behind them are swept below",
    "report:chart": "figures of one's own body",
    "desk:rule": "a rule, named by its key; the body is the reader's own",
    "public:body": "published",
    "public:figures": "published, masked",
    "public:charter": "published",
    "public:data": "published",
    "public:accessibility": "published",
    "public:assistance": "published",
    "public:by_post": "published",
    "public:form": "a form is held by the session, never named",
    "public:form_later": "a form is held by the session, never named",
    "public:form_piece": "a form is held by the session, never named",
    "public:form_step": "a form is held by the session, never named",
    "public:form_give_up": "a form is held by the session, never named",
    "requester:demand": "the case is held by the session; a demand of another case or party is 404 (requester tests)",
    "api-v1:annual": "figures of the token's own body (test_bodies.py)",
}
ABOUT_ONESELF = {
    # addresses without an argument that are not read for leaks: about oneself, or about nobody
    "health", "ui:gallery", "ui:preferences", "account_login", "mfa_authenticate", "account_logout", "account_inactive", "account_reauthenticate",
    "mfa_reauthenticate", "account_change_password", "account_set_password", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key_done", "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "usersessions_list", "accounts:profile", "accounts:switch", "access:door",
    "access:opening", "access:lost", "access:leave",
}  # fmt: skip


def addresses(
    of: URLResolver | None = None, route: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, bool]]:
    """(name, route, whether it takes an argument) of every address of the installation."""
    for pattern in (of or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, here, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        else:
            assert isinstance(pattern, URLPattern)
            yield ":".join((*spaces, pattern.name or "")), here, "<" in here


def test_every_address_that_names_something_has_an_expectation():
    rows = [set(OF_A_CASE), OF_A_BODY, set(OF_NOTHING)]
    said_nothing = [
        f"{name} ({route})" for name, route, takes in addresses() if takes and not any(name in row for row in rows)
    ]
    assert not said_nothing, f"say in tests/walls/test_leaks.py who may reach: {said_nothing}"
    unnamed = [route for name, route, _takes in addresses() if not name.rpartition(":")[2]]
    assert not unnamed, f"addresses without a name can be given no row: {unnamed}"
    known = {name for name, _route, _takes in addresses()}
    lost = set().union(*rows, ABOUT_ONESELF) - known
    assert not lost, f"addresses that are gone: {lost}"
    assert sum(map(len, rows)) == len(set().union(*rows)), "an address has one row"


def pairs(town: Town, acts: int = 99) -> Iterator[tuple[str, str, str]]:
    """(name, address of something of the case, the same address of something that does not exist). `acts`: how many of the acts of one address."""
    letters = list(Letter.objects.filter(case=town.case.pk).order_by("pk").values_list("uuid", flat=True))
    batches = PrintBatch.objects.filter(organisation=town.w.body.pk).values_list("uuid", flat=True)
    of = {
        CASE: [(town.case.pk, NOBODY)],
        PIECE: [(found, UNKNOWN) for found in town.documents.values()],
        LETTER: [(found, UNKNOWN) for found in (letters[:1] + letters[-1:])],
        BATCH: [(found, UNKNOWN) for found in batches],
        TRADER: [(town.w.trader.pk, NOBODY)],
        NUMBER: [(town.case.number, "2026-99999")],
    }
    known = {name for name, _route, _takes in addresses()}
    for name, (kind, argument, others) in OF_A_CASE.items():
        for there, nowhere in of[kind] if name in known else ():
            for more in others[:acts]:
                yield (
                    name,
                    reverse(name, kwargs={argument: there, **more}),
                    reverse(name, kwargs={argument: nowhere, **more}),
                )


def lists() -> list[str]:
    """Addresses without an argument that can be read: worklists, searches, figures, exports, reports."""
    behind = [
        reverse(name, args=[code]) for name in ("figures:figure", "figures:csv", "figures:cases") for code in CODES
    ]
    return behind + [reverse(name) for name, _route, takes in addresses() if not takes and name not in ABOUT_ONESELF]


def footprint(town: Town) -> Any:
    """All that a write would change."""
    pk = town.case.pk
    return (
        Referral.objects.filter(pk=pk).values().get(),
        Entry.objects.filter(case=pk).count(),
        Message.objects.filter(referral=pk).count(),
        Presence.objects.filter(referral=pk).count(),
        sorted(Letter.objects.filter(case=pk).values_list("pk", "status")),
    )


def refuse(town: Town, who: str) -> None:
    """Every address of the case answers as if nothing were there, reading or writing; no list, search or figure betrays it."""
    every = set(WORDS)
    before = footprint(town)
    browser = town.browser(who)
    for name, there, nowhere in pairs(town, acts=4):
        for ask in (browser.get, browser.post):
            real, invented = ask(there), ask(nowhere)
            where = f"{who} {ask.__name__} {name} {there}"
            assert real.status_code == invented.status_code in (302, 401, 404, 405), f"{where}: {real.status_code}"
            assert plain(real.content, there) == plain(invented.content, nowhere), f"{where}: the body tells"
            assert unquote(real.get("Location", "")).replace(there, "") == unquote(
                invented.get("Location", "")
            ).replace(nowhere, ""), where
            assert not leaks(real, every), f"{where}: {leaks(real, every)}"
    for address in lists():
        response = browser.get(address)
        assert not leaks(response, every), f"{who} {address}: {leaks(response, every)}"
        assert town.case.number not in response.headers.get("Location", ""), (who, address)
    for box in ("desk:search", "desk:referrals"):
        for typed, invented in (
            (WORDS["name"], "Personnedetel"),
            (town.case.number, "2026-99999"),
            (WORDS["facts"], "Riendetel"),
        ):
            found, nothing = (browser.get(reverse(box), {"q": text}) for text in (typed, invented))
            assert found.status_code == nothing.status_code
            assert plain(found.content, typed) == plain(nothing.content, invented), f"{who} finds {typed}"
    assert footprint(town) == before, "somebody wrote"


STRANGERS = (
    "stranger", "rival", "abroad_mediator", "abroad_firm", "other_requester", "administrator", "superuser", "expired", "ended",
)  # fmt: skip
"""The last three: an administrator whom the framework would call a superuser, the mediator when the session is over, a mediator whose role has ended."""


@pytest.mark.parametrize("who", [*STRANGERS, "correspondent"])
def test_before_notification_everybody_else_is_a_stranger(who):
    """The trader too: it learns nothing until it is notified."""
    with at_this_hour():
        refuse(build(), who)


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_to_a_case_in_full_swing(who):
    with at_this_hour():
        town = build()
        town.notify()
        town.propose()
        town.answer(Party.TRADER)
        town.say_letters_ready()
        refuse(town, who)


# ---- right readers, other audiences --------------------------------------------------------------------------------------------------
SEES_NOT = {
    "requester": {"trader", "office", "mediator", "trader_piece", "mediator_piece"},
    "correspondent": {
        "consumer",
        "office",
        "mediator",
        "consumer_piece",
        "mediator_piece",
        "facts",
        "summary",
        "complaint",
    },
    "officer": {"mediator", "mediator_piece"},
    "delegate": {"mediator", "mediator_piece"},
    "director": {"mediator", "mediator_piece"},
    "auditor": {"mediator", "mediator_piece"},
    "mediator": set(),
}
SEES = {
    "requester": {"name", "consumer", "both", "consumer_piece"},
    "correspondent": {"name", "trader", "both", "trader_piece"},
    **{
        who: {"name", "facts", "consumer", "trader", "both", "office", "consumer_piece", "trader_piece"}
        for who in ("officer", "delegate", "director", "auditor")
    },
    "mediator": {"name", "facts", "consumer", "trader", "both", "office", "mediator", "mediator_piece"},
}


def read_all(town: Town, who: str) -> Iterator[tuple[str, Any]]:
    """Everything that this reader can fetch: addresses of the case, lists, searches."""
    browser = town.browser(who)
    for _name, there, _nowhere in pairs(town, acts=6):
        if not there.endswith(".pdf"):  # what a letter says is proved where letters are printed
            yield there, browser.get(there)
    for address in lists():
        yield address, browser.get(address)
    for text in (WORDS["name"], town.case.number):
        yield f"search {text}", browser.get(reverse("desk:search"), {"q": text})


def test_right_readers_see_theirs_and_nothing_of_another_audience():
    with at_this_hour():
        town = build()
        town.notify()
        town.say_letters_ready()
        for sealed in (False, True):
            if sealed:
                town.propose()
                town.answer(Party.TRADER)
            for who, forbidden in (
                SEES_NOT.items()
                if sealed
                else (("requester", SEES_NOT["requester"]), ("correspondent", SEES_NOT["correspondent"]))
            ):
                hidden = forbidden | (
                    {"answer"}
                    if sealed and who != "correspondent"
                    else set()
                    if sealed
                    else {"draft"}
                    if who in ("requester", "correspondent")
                    else set()
                )
                seen: set[str] = set()
                for address, response in read_all(town, who):
                    assert response.status_code < 500, (who, address)
                    assert not leaks(response, hidden), f"{who} {address}: {leaks(response, hidden)}"
                    seen |= set(leaks(response, set(WORDS)))
                assert SEES[who] <= seen, f"{who} does not read {SEES[who] - seen}"


def test_an_auditor_reads_and_writes_nothing():
    with at_this_hour():
        town = build()
        town.notify()
        before = footprint(town)
        browser = town.browser("auditor")
        for name, there, _nowhere in pairs(town):
            if name == "desk:presence":  # colleagues are told who has the case open, whoever it is
                continue
            response = browser.post(
                there,
                {
                    "text": "Un mot",
                    "audience": "office",
                    "confirm": "1",
                    "apply": "1",
                    "late_reason": "load",
                    "reason": "x",
                },
            )
            reading = name in (
                "desk:case",
                "desk:journal",
                "desk:as_party",
                "desk:admissibility",
                "desk:proposal",
                "desk:summary",
                "desk:trader",
            )  # a page that takes no form shows itself
            assert response.status_code in (403, 404, 405) or (reading and response.status_code in (200, 422)), (
                f"{name} {there}: {response.status_code}"
            )
        assert (
            browser.post(reverse("desk:assign"), {"picked": town.case.pk, "to": town.people["auditor"].pk}).status_code
            == 404
        )
        assert browser.get(reverse("desk:enter")).status_code == 404
        assert footprint(town) == before


def test_a_token_of_another_body_reads_as_if_the_case_were_not_there():
    with at_this_hour():
        town = build()
        answers = []
        for w in (town.abroad, town.w):
            administrator = Actor.staff(w.people[Role.ADMINISTRATOR].pk, w.body.pk, frozenset({Role.ADMINISTRATOR}))
            raw = accounts.create_token(w.body.pk, "Outil", ["referrals:read"], by=administrator, at=AT).raw
            headers = {"Authorization": f"Bearer {raw}"}
            found, invented = (
                Browser().get(reverse("api-v1:status", args=[number]), headers=headers)
                for number in (town.case.number, "2026-99999")
            )
            page = Browser().get(reverse("api-v1:page"), headers=headers)
            answers.append((found, invented, page))
        (found, invented, page), (ours, nothing, ours_page) = answers
        assert found.status_code == invented.status_code == 404
        assert plain(found.content, town.case.number) == plain(invented.content, "2026-99999")
        assert page.json() == {"referrals": [], "next": None}
        assert ours.status_code == 200 and nothing.status_code == 404 and len(ours_page.json()["referrals"]) == 2
        for response in (ours, ours_page):  # a machine reads where a case stands, no word of it
            assert not leaks(response, set(WORDS) - {"name"}), leaks(response, set(WORDS))
        for headers in ({}, {"Authorization": "Bearer mdn_00000000_faux"}):
            assert Browser().get(reverse("api-v1:status", args=[town.case.number]), headers=headers).status_code == 401
