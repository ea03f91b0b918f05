"""What belongs to a body and to no case (people, keys, files, texts) and every call of the API: somebody else's is answered like what does not exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from mediane.ground.accounts import services as accounts
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Invitation, Membership, Token
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser
from mediane.ground.correspondence.models import Letter, LetterTemplate
from mediane.insight.reports.models import ReportFile
from mediane.mediation.referrals.imports.models import ImportRun
from mediane.mediation.referrals.models import GroundDetail, PartyContact
from mediane.mediation.referrals.services import admissibility
from tests.walls.test_leaks import NOBODY, OF_A_BODY, addresses
from tests.walls.town import AT, NOW, WORDS, Town, at_this_hour, build, leaks, plain

pytestmark = pytest.mark.django_db


def things(town: Town) -> dict[str, list[dict[str, int]]]:
    """Arguments of each address of `OF_A_BODY` that name something of the town's body."""
    body, mediator = town.w.body, town.w.people[Role.MEDIATOR]
    membership = Membership.objects.get(person=mediator)
    invitation = Invitation.objects.create(
        organisation=body.organisation, email="invitee@essai.test", role=Role.OFFICER, token_digest=bytes(32), invited_at=AT, expires_at=AT + timedelta(days=9)
    )  # fmt: skip
    token = Token.objects.create(
        organisation=body.organisation, name="Outil", digest=bytes(32), prefix="00000000", created_at=AT
    )
    run = ImportRun.objects.create(
        body=body, person=mediator, name=f"{WORDS['facts']}.csv", begun_at=AT, state="checked"
    )
    file = ReportFile.objects.create(
        body=body, year=2026, base="received", kind="pdf", asked_by=mediator, asked_at=AT, state="done", stored="none"
    )
    version = LetterTemplate.objects.create(
        organisation=body.organisation,
        kind="referral_receipt",
        audience="consumer",
        version=1,
        text=WORDS["draft"],
        effective_from=date(2026, 9, 1),
    )
    detail = GroundDetail.objects.create(
        body=body, ground="L612-2-5", code="kanari", label_fr=WORDS["summary"], effective_from=date(2020, 1, 1)
    )
    person = {"person_id": mediator.pk}
    return {
        "accounts:person": [person],
        "accounts:grant": [person],
        "accounts:end_role": [person | {"membership_id": membership.pk}],
        "accounts:reset_second_factor": [person],
        "accounts:revoke_invitation": [{"invitation_id": invitation.pk}],
        "accounts:revoke_token": [{"token_id": token.pk}],
        "imports:run": [{"pk": run.pk}],
        "imports:decide": [{"pk": run.pk}],
        "imports:rejects": [{"pk": run.pk}],
        "report:file": [{"pk": file.pk}],
        "correspondence:version_act": [{"version_id": version.pk}],
        "desk:ground_detail_end": [{"pk": detail.pk}],
    }


def rows(town: Town) -> Any:
    """All that a write by a stranger would change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Membership, Invitation, Token, ImportRun, ReportFile, LetterTemplate, GroundDetail)
    ]


STRANGERS = (
    "stranger",
    "requester",
    "correspondent",
    "abroad_mediator",
    "abroad_firm",
    "expired",
    "ended",
    "abroad_administrator",
    "abroad_director",
)


@pytest.mark.parametrize("who", STRANGERS)
def test_what_belongs_to_another_body_is_not_there(who):
    with at_this_hour():
        town = build()
        for role in (Role.ADMINISTRATOR, Role.DIRECTOR):
            town.people[f"abroad_{role}"] = town.abroad.people[role]
            town.enrol(town.people[f"abroad_{role}"])
        named = things(town)
        assert set(named) == OF_A_BODY
        before, browser = rows(town), town.browser(who)
        for name, arguments in named.items():
            for given in arguments:
                there = reverse(name, kwargs=given)
                nowhere = reverse(name, kwargs=dict.fromkeys(given, NOBODY))
                for ask in (browser.get, browser.post):
                    real, invented = ask(there), ask(nowhere)
                    where = f"{who} {ask.__name__} {name}"
                    assert real.status_code == invented.status_code in (302, 404, 405), (
                        f"{where}: {real.status_code}, {invented.status_code}"
                    )
                    assert plain(real.content, there) == plain(invented.content, nowhere), where
                    assert not leaks(real, set(WORDS)), where
        assert rows(town) == before, "somebody wrote"


# ---- the API ------------------------------------------------------------------------------------------------------------------------
def operations() -> dict[tuple[str, str], str]:
    """(method, path) → operation id of every call, as the published description has them."""
    described = Browser().get(reverse("api-v1:openapi-json")).json()
    return {
        (method, path): call["operationId"]
        for path, calls in described["paths"].items()
        for method, call in calls.items()
        if method in ("get", "post", "put", "patch", "delete")
    }


SCOPE_OF = {
    # every call of the API and the scope of a token that opens it
    ("post", "/api/v1/referrals"): "referrals:write",
    ("get", "/api/v1/referrals"): "referrals:read",
    ("get", "/api/v1/referrals/{number}"): "referrals:read",
    ("post", "/api/v1/imports/referrals"): "import",
    ("get", "/api/v1/reports/annual/{year}"): "reports:read",
}


def call(method: str, path: str, raw: str, **values: Any) -> Any:
    headers = {"Authorization": f"Bearer {raw}"} if raw else {}
    more = {"data": json.dumps({}), "content_type": "application/json"} if method != "get" else {}
    return getattr(Browser(), method)(
        path.format(**{"number": "2026-00001", "year": 2026} | values), headers=headers, **more
    )


def administrator(town: Town, w: Any) -> Actor:
    return Actor.staff(w.people[Role.ADMINISTRATOR].pk, w.body.pk, frozenset({Role.ADMINISTRATOR}))


def test_every_call_of_the_api_has_a_scope_and_opens_to_no_other_token():
    with at_this_hour():
        town = build()
        assert set(operations()) == set(SCOPE_OF), "say in tests/walls/test_bodies.py which scope opens a call"
        every = sorted(set(SCOPE_OF.values()))
        by = administrator(town, town.w)
        tokens = {scope: accounts.create_token(town.w.body.pk, scope, [scope], by=by, at=AT).raw for scope in every}
        revoked = accounts.create_token(town.w.body.pk, "Ancien", every, by=by, at=AT)
        accounts.revoke_token(Token.objects.get(name="Ancien").pk, by=by, at=AT)
        for (method, path), scope in SCOPE_OF.items():
            unknown = [call(method, path, raw) for raw in ("", "mdn_00000000_faux", revoked.raw, "x" * 500)]
            assert {response.status_code for response in unknown} == {401}, (method, path)
            assert len({plain(response.content) for response in unknown[1:]}) == 1, (
                "a revoked token is told what an invented one is told"
            )
            for other, raw in tokens.items():
                response = call(method, path, raw)
                assert not leaks(response, set(WORDS) - {"name"}), (method, path, other)
                if other == scope:
                    assert response.status_code not in (401, 403), f"{method} {path}: {response.status_code}"
                else:  # what is badly written may be said before the scope is asked for; nothing is done either way
                    assert response.status_code in ((403, 422) if method == "post" else (403,)), (
                        f"{method} {path} with {other}"
                    )


def test_a_number_of_another_body_is_an_unknown_number_for_every_call_that_names_one():
    with at_this_hour():
        town = build()
        raw = accounts.create_token(
            town.abroad.body.pk, "Outil", sorted(set(SCOPE_OF.values())), by=administrator(town, town.abroad), at=AT
        ).raw
        naming = [key for key in SCOPE_OF if "{number}" in key[1]]
        assert naming
        for method, path in naming:
            real, invented = (call(method, path, raw, number=number) for number in (town.case.number, "2026-99999"))
            assert real.status_code == invented.status_code == 404
            assert plain(real.content, town.case.number) == plain(invented.content, "2026-99999")


# ---- letters and mails ----------------------------------------------------------------------------------------------------------------
def test_a_letter_goes_to_its_own_party_and_nothing_to_the_trader_before_it_is_notified():
    with at_this_hour():
        town = build()
        admissibility.ask_documents(
            town.case.pk, [admissibility.Piece("Une pièce", "Pour voir")], date(2026, 9, 20), by=town.w.officer, at=AT
        )
        admissibility.complete(town.case.pk, by=town.w.consumer(town.case), at=AT, text="Voici.")
        early = list(Letter.objects.filter(case=town.case.pk))
        assert early and {letter.audience for letter in early} == {"consumer"}
        town.notify()
        town.propose()
        of = {contact.party: contact for contact in PartyContact.objects.filter(referral=town.case.pk)}
        letters = list(Letter.objects.filter(case=town.case.pk))
        assert {letter.audience for letter in letters} == {"consumer", "trader"}
        for letter in letters:
            other = of["trader" if letter.audience == "consumer" else "consumer"]
            assert letter.email in ("", of[letter.audience].email), letter.kind
            assert other.email not in repr((letter.email, letter.postal_lines)), letter.kind
            said = " ".join((repr(letter.paper), repr(letter.inputs), letter.subject)).casefold()
            hidden = {"office", "mediator", "draft"} | (
                {"facts", "summary", "complaint", "consumer"} if letter.audience == "trader" else {"trader"}
            )
            shown = (
                {"draft"} if letter.kind.startswith("proposal") else set()
            )  # the proposal is what the mediator drafted
            betrayed = [name for name in hidden - shown if WORDS[name].casefold() in said]
            assert not betrayed, f"{letter.kind} to {letter.audience}: {betrayed}"


def test_there_is_no_back_office_behind_the_desk():
    from django.conf import settings

    assert not [app for app in settings.INSTALLED_APPS if "admin" in app]
    assert not [route for _name, route, _takes in addresses() if "admin" in route]
    people: Callable[..., Any] = Browser().get
    for address in (
        "/admin/",
        "/django-admin/",
        "/__debug__/",
        "/.env",
        "/static/../mediane/config/settings/__init__.py",
    ):
        assert people(address).status_code == 404, address
    assert NOW > AT
