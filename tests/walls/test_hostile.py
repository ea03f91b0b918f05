"""Whatever is typed wherever the procedure takes words: nothing of it runs, no page falls, and what could be kept is kept.

The consumer's public form has its own test beside it; here are the officer's entry, messages of all three sides, every act of the desk and of
the trader, searches, and the API. Inline handlers and scripts are refused by the test room itself (`tests/room/strict.py`), on every page.
"""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from mediane.ground.accounts import services as accounts
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import Message, Referral
from mediane.mediation.referrals.web.desk.moves import BY_NAME, SCREENS
from tests.walls.test_leaks import TRADER_ACTS
from tests.walls.town import NOW, Town, at_this_hour, build

pytestmark = pytest.mark.django_db
SAMPLE: list[str] = [
    text
    for texts in json.loads((Path(__file__).parents[1] / "data/hostile/strings.json").read_text("utf-8")).values()
    for text in texts
]
MADE = [
    "\x00", "avant\x00après", "\u202egnirts\u202c", "\u2067שלום", "e\u0301" * 300, "\U0001f9d1\u200d\U0001f680" * 50, "a" * 20_000,
    "<b>" * 6_000, "\ufffd",
    "{{ 7*7 }}{% debug %}", '=HYPERLINK("http://x")', "@SUM(1)", "%s%s%n", "\n\r\n\t", "#set page()", "$x$ \\ `code` */ //", "-1", "1e999", "NaN", "0x10", "２０２６",
]  # fmt: skip
WORST = [
    "avant\x00après",
    "\u202e<script>alert(1)</script>",
    '" onfocus=alert(1) autofocus',
    "</textarea><img src=x onerror=alert(1)>",
    "１2\x7f\x1b[0m" + "a" * 20_000,
]
ANSWERED = {200, 302, 400, 404, 405, 413, 422}


def kept(text: str) -> str:
    """What of a text a person can have meant: nothing unseen, one kind of line end, no blank around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = (char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs") or char in "\t\n\u200c\u200d")
    return unicodedata.normalize("NFC", "".join(seen)).strip()


def harmless(response: Any, typed: str) -> None:
    """A page that came, in which no tag that was typed is a tag."""
    assert response.status_code in ANSWERED, f"{typed[:60]!r}: {response.status_code}"
    if response.get("Content-Type", "").startswith("text/html"):
        html = response.content.decode()
        for tag in re.findall(r"<[a-zA-Z][^<]{3,60}", typed):
            assert tag not in html, f"{typed[:60]!r} came out as it went in"


def entry(town: Town, typed: str) -> dict[str, Any]:
    cut = lambda most: typed[:most]  # noqa: E731
    return {
        "submission_key": str(uuid.uuid4()), "channel": "post", "received_on": "2026-09-01", "first_name": cut(80),
        "last_name": f"N {cut(110)}", "address": f"1 rue {cut(280)}", "city": cut(80),
        "phone": cut(32), "postcode": cut(12), "trader_given": cut(180), "trader_id": town.w.trader.pk, "summary": f"S {cut(190)}",
        "facts": typed, "asked_now": f"R {cut(3900)}", "on_paper": "1",
        "requester_kind": "consumer", "complaint_written": "", "complaint_proof": "", "other_mediator": "", "court": "", "transfer_consent": "", "gender": "",
    }  # fmt: skip


def test_the_officers_entry_takes_anything_and_keeps_it():
    with at_this_hour():
        town = build()
        browser = town.browser("officer")
        address, stored = reverse("desk:enter"), 0
        for typed in (*SAMPLE[::2], *MADE):
            response = browser.post(address, entry(town, typed))
            harmless(response, typed)
            if response.status_code == 302:
                stored += 1
                referral = Referral.objects.select_related("claim").order_by("-pk")[0]
                assert kept(referral.claim.facts) == kept(typed), f"{typed[:60]!r} became {referral.claim.facts[:60]!r}"
                assert kept(referral.claim.asked_now) == kept(f"R {typed[:3900]}")
            else:  # refused with words, and given back to be corrected: only what says nothing, be it of a postcode
                assert not kept(typed[:12]), f"{typed[:60]!r} refused: {response.context['form'].errors}"
        assert stored >= len(SAMPLE[::2]) + len(MADE) - 6
        harmless(browser.get(reverse("desk:referrals")), "")
        for typed in WORST:  # everywhere at once, also where a day, a number, a choice is expected
            harmless(browser.post(address, dict.fromkeys(entry(town, ""), typed)), typed)


def test_messages_of_all_sides_keep_what_was_written():
    with at_this_hour():
        town = build()
        town.notify()
        pk = town.case.pk
        doors = (
            (town.browser("officer"), reverse("desk:write", args=[pk]), reverse("desk:case", args=[pk])),
            (
                town.browser("correspondent"),
                reverse("trader:message", args=[pk]),
                reverse("trader:case", args=[pk]),
            ),
            (town.browser("requester"), reverse("requester:messages"), reverse("requester:messages")),
        )
        for browser, address, page in doors:
            for typed in (*SAMPLE[:: 1 if page == doors[0][2] else 4], *MADE):
                before = set(Message.objects.filter(referral=pk).values_list("pk", flat=True))
                key = str(uuid.uuid4())
                response = browser.post(
                    address, {"text": typed[:10_000], "audience": "both", "submission_key": key, "key": key}
                )
                harmless(response, typed)
                new = list(Message.objects.filter(referral=pk).exclude(pk__in=before))
                if kept(typed):
                    assert [kept(message.text) for message in new] == [kept(typed[:10_000])], (
                        f"{address} {typed[:60]!r}: {response.status_code}"
                    )
                else:
                    assert not new, f"{address}: an empty message {typed!r}"
            shown = browser.get(page)
            assert shown.status_code == 200
            for typed in SAMPLE:
                harmless(shown, typed)
        for browser, _address, page in doors:  # and what the others wrote
            shown = browser.get(page)
            for typed in (*SAMPLE, *MADE):
                harmless(shown, typed)


def test_every_act_of_the_desk_and_of_the_trader_stands_anything():
    with at_this_hour():
        town = build()
        browser = town.browser("mediator")
        pk = town.case.pk

        def attack(names: list[str]) -> None:
            for name in names:
                address = reverse("desk:move", args=[pk, name])
                fields = [
                    *BY_NAME[name].form.base_fields,
                    "name_1",
                    "why_1",
                    "must_show_1",
                    "what_1",
                    "amount_1",
                    "due_on_1",
                    "party",
                    "late_reason",
                ]
                for typed in WORST:
                    for confirm in ({}, {"confirm": "1"}) if typed is WORST[1] else ({"confirm": "1"},):
                        harmless(browser.post(address, dict.fromkeys(fields, typed) | confirm), typed)

        before_it = [screen.name for screen in SCREENS if not screen.danger]
        attack(
            [
                name
                for name in before_it
                if name in ("ask_documents", "refuse", "redirect", "postpone", "notify", "declare_conflict")
            ]
        )
        for typed in WORST:
            for name in ("desk:admissibility", "desk:lateness", "desk:take_over", "desk:presence"):
                harmless(
                    browser.post(
                        reverse(name, args=[pk]),
                        dict.fromkeys(("reason", "late_reason", "complaint_on", "court", "answer", "ecrit"), typed),
                    ),
                    typed,
                )
            for name in ("desk:search", "desk:referrals", "desk:work"):
                query = dict.fromkeys(("q", "etat", "apres", "pro", "file", "qui", "main"), typed[:2000])
                harmless(browser.get(reverse(name), query), typed[:2000])
        assert Referral.objects.get(pk=pk).state == "under_review", "nonsense decided something"
        town.notify()
        attack(
            [
                name
                for name in before_it
                if name
                in (
                    "ask_observations",
                    "transmit",
                    "draw_up_agreement",
                    "extend",
                    "replace_mediator",
                    "seize_elsewhere",
                    "record_entry",
                )
            ]
        )
        firm = town.browser("correspondent")
        fields = (
            "value",
            "comment",
            "reason",
            "version",
            "signatory",
            "share",
            "audience",
            "text",
            "submission_key",
            "pieces_kept",
        )
        for typed in WORST:
            harmless(
                browser.post(
                    reverse("desk:proposal", args=[pk]),
                    dict.fromkeys(
                        ("facts_agreed", "reasons_law", "amount", "version", "what_1", "answers_due_on"), typed
                    ),
                ),
                typed,
            )
            for name in TRADER_ACTS:
                harmless(firm.post(reverse(f"trader:{name}", args=[pk]), dict.fromkeys(fields, typed)), typed)
            harmless(firm.get(reverse("trader:cases"), {"apres": typed[:2000], "vue": typed[:2000]}), typed[:2000])
        if Referral.objects.get(pk=pk).state == "in_mediation":
            town.w.mandate.refresh_from_db()
        requester = town.browser("requester")
        for typed in WORST:
            for name in ("messages", "reach", "pieces", "answer", "agreement", "execution", "resubmission"):
                harmless(
                    requester.post(
                        reverse(f"requester:{name}"),
                        dict.fromkeys(
                            ("text", "email", "phone", "address", "value", "comment", "audience", "key", "version"),
                            typed,
                        ),
                    ),
                    typed,
                )


def test_the_api_takes_anything_and_keeps_it():
    with at_this_hour():
        town = build()
        administrator = Actor.staff(
            town.w.people[Role.ADMINISTRATOR].pk, town.w.body.pk, frozenset({Role.ADMINISTRATOR})
        )
        raw = accounts.create_token(
            town.w.body.pk, "Outil", ["referrals:write", "referrals:read"], by=administrator, at=NOW
        ).raw
        browser, address = Browser(), reverse("api-v1:receive")
        headers = {"Authorization": f"Bearer {raw}"}
        for typed in (*SAMPLE, *MADE, "\ud83d"):
            payload = {
                "trader": f"T {typed[:190]}", "asked_now": f"R {typed}"[:20_000], "facts": typed, "summary": typed[:200],
                "consumer": {"last_name": f"N {typed[:110]}", "first_name": typed[:80], "address": f"1 rue {typed[:200]}",
                    "postcode": "44000", "city": f"V {typed[:70]}", "on_paper": True},
            }  # fmt: skip
            response = browser.post(address, json.dumps(payload), content_type="application/json", headers=headers)
            assert response.status_code == 201, f"{typed[:60]!r}: {response.status_code} {response.content[:300]!r}"
            claim = Referral.objects.get(number=response.json()["number"], body=town.w.body).claim
            assert kept(claim.facts) == kept(typed.replace("\ud83d", "")), typed[:60]
        for typed in WORST:
            for body in (typed, json.dumps(typed), json.dumps([typed]), json.dumps({typed: typed}), "{" * 5_000):
                response = browser.post(address, body, content_type="application/json", headers=headers)
                assert response.status_code in (400, 413, 422), (typed[:40], response.status_code)
            key = typed[:200]
            assert (
                browser.get(reverse("api-v1:status", args=[key.replace("/", "")]), headers=headers).status_code == 404
            )
            assert browser.get(address, {"after": key, "state": key, "limit": key}, headers=headers).status_code in (
                200,
                400,
                422,
            )


def test_what_the_other_side_typed_is_quoted_to_the_right_party_only():
    """A name made of markup is a name in the trader's list and on the case's pages."""
    with at_this_hour():
        town = build()
        Referral.objects.filter(pk=town.case.pk).update(consumer_name='<img src=x onerror="alert(1)">')
        town.notify()
        town.propose()
        town.answer(Party.TRADER)
        for who, addresses in (
            ("correspondent", ("/pro/", f"/pro/dossiers/{town.case.pk}/")),
            ("officer", ("/bureau/?qui=team", f"/bureau/dossiers/{town.case.pk}/", "/bureau/recherche/?q=img")),
        ):
            for address in addresses:
                html = town.browser(who).get(address).content.decode()
                assert "<img src=x" not in html
                assert "&lt;img src=x" in html, (who, address)
