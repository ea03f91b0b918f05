"""Files that come in and go out of a body, and its figures: who must not read them is told what somebody is told who invents a number.

The addresses of runs, rejects, reports and exports name no case, and yet hold many: `test_leaks.py` leaves them to this page.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from mediane.ground.accounts import services as accounts
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser
from mediane.insight.reports.files import store as reports
from mediane.insight.reports.models import FileState, ReportFile, ReportText
from mediane.mediation.referrals.imports.files import store as imports
from mediane.mediation.referrals.imports.models import ImportRun, RunState
from tests.walls.town import AT, Town, at_this_hour, build, plain

pytestmark = pytest.mark.django_db
WORD = "Kanarifichier"
NOBODY = 987_654_321
OUTSIDE = ("stranger", "requester", "other_requester", "correspondent", "rival", "abroad_mediator", "abroad_firm")
"""Readers who have nothing to do with a body's files, whatever they are elsewhere."""
MAY_IMPORT = ("officer", "director")
MAY_READ_FIGURES = ("mediator", "delegate", "officer", "director", "auditor")
MAY_NOT_READ_FIGURES = ("administrator",)
YEAR = "annee=2026"
SPAN = "du=2026-01-01&au=2026-12-31"
# Every address of the figures and of the report that takes no number of a row.
FIGURES = (
    "/bureau/tableau-de-bord/", "/bureau/tableau-de-bord/flux.csv", f"/bureau/chiffres/MED-001/?{SPAN}",
    f"/bureau/chiffres/MED-001/donnees.csv?{SPAN}", f"/bureau/chiffres/MED-001/dossiers/?{SPAN}", f"/bureau/rapport/?{YEAR}",
    f"/bureau/rapport/graphiques/flux.csv?{YEAR}", f"/bureau/rapport/donnees.json?{YEAR}",
)  # fmt: skip


@pytest.fixture
def town() -> Iterator[Town]:
    with at_this_hour():
        yield build()


def run_of(town: Town) -> ImportRun:
    """A file that was looked at and waits for somebody's word, with rejects; the planted word is everywhere in it."""
    return ImportRun.objects.create(
        body=town.w.body, person=town.people["officer"], name=f"{WORD}.csv", state=RunState.CHECKED, begun_at=AT,
        stored=imports().put(io.BytesIO(f"reference,received_on,trader\n{WORD},2026-01-01,T\n".encode())).key,
        rejects=imports().put(io.BytesIO(WORD.encode())).key,
        report={
            "rows": 2, "added": 1, "corrected": 0, "unchanged": 0, "repeated": 0, "rejected": 1, "notices": [WORD], "reasons": {"missing": 1},
            "examples": [{"line": 3, "reference": WORD, "column": "trader", "value": WORD, "reason": WORD}],
        },
    )  # fmt: skip


def file_of(town: Town) -> ReportFile:
    return ReportFile.objects.create(
        body=town.w.body, year=2026, base="received", kind="pdf", state=FileState.DONE, size=9, asked_by=town.people["director"], asked_at=AT,
        stored=reports().put(io.BytesIO(f"%PDF {WORD}".encode())).key,
    )  # fmt: skip


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def same(browser: Browser, name: str, pk: int, where: str, **data: str) -> None:
    """Asked for what is there and for what is not, in both ways: one answer."""
    for ask in (browser.get, browser.post):
        there, nowhere = reverse(name, args=[pk]), reverse(name, args=[NOBODY])
        real, invented = ask(there, data), ask(nowhere, data)
        assert real.status_code == invented.status_code in (302, 403, 404, 405), f"{where} {name}: {real.status_code}"
        content = body_of(real)
        assert plain(content, there) == plain(body_of(invented), nowhere), f"{where} {name}: the body tells"
        assert WORD.encode() not in content, f"{where} {name}"
        assert WORD not in repr(dict(real.headers)), f"{where} {name}"


def test_a_file_that_came_in_is_for_those_who_may_import(town: Town) -> None:
    for who in [*OUTSIDE, "administrator", "auditor", "mediator", "delegate"]:
        run = run_of(town)
        browser = town.browser(who)
        for act in ("confirm", "drop"):
            for name in ("imports:run", "imports:decide", "imports:rejects"):
                same(browser, name, run.pk, who, act=act)
        page = browser.get(reverse("imports:upload"))
        assert WORD not in page.content.decode()
        assert page.status_code in (302, 404) or who == "abroad_mediator"
        run.refresh_from_db()
        assert (run.state, run.percent) == (RunState.CHECKED, 0), f"{who} moved it"
        assert ImportRun.objects.get() == run
        run.delete()


def test_those_who_may_import_read_it_and_decide(town: Town) -> None:
    for who in MAY_IMPORT:
        run, browser = run_of(town), town.browser(who)
        assert WORD in browser.get(reverse("imports:run", args=[run.pk])).content.decode()
        assert body_of(browser.get(reverse("imports:rejects", args=[run.pk]))) == WORD.encode()
        assert browser.post(reverse("imports:decide", args=[run.pk]), {"act": "drop"}).status_code == 302
        run.refresh_from_db()
        assert run.state == RunState.DROPPED


def test_an_import_of_another_body_is_not_there_for_its_own_importers(town: Town) -> None:
    run = run_of(town)
    for role in (Role.OFFICER, Role.DIRECTOR):
        town.people["neighbour"] = town.abroad.people[role]
        town.browsers.pop("neighbour", None)
        _ready(town, "neighbour")
        for name in ("imports:run", "imports:decide", "imports:rejects"):
            same(town.browser("neighbour"), name, run.pk, f"abroad {role}", act="confirm")
    run.refresh_from_db()
    assert run.state == RunState.CHECKED


def _ready(town: Town, who: str) -> None:
    from mediane.ground.accounts.tests.factories import PASSWORD, enrol

    person = town.people[who]
    person.set_password(PASSWORD)
    person.save()
    enrol(person)


def test_a_report_that_was_made_is_for_those_who_read_figures(town: Town) -> None:
    for who in [*OUTSIDE, *MAY_NOT_READ_FIGURES]:
        same(town.browser(who), "report:file", file_of(town).pk, who)


def test_those_who_read_figures_fetch_it(town: Town) -> None:
    for who in MAY_READ_FIGURES:
        content = body_of(town.browser(who).get(reverse("report:file", args=[file_of(town).pk])))
        assert content == f"%PDF {WORD}".encode()


def test_figures_and_exports_are_for_those_who_read_figures(town: Town) -> None:
    """Another body's mediator reads the figures of that body: none of ours is among them."""
    ReportText.objects.create(
        body=town.w.body, year=2026, section="letter", text=WORD, edited_at=AT, edited_by=town.people["director"]
    )
    for who in [*OUTSIDE, *MAY_NOT_READ_FIGURES]:
        browser = town.browser(who)
        for address in FIGURES:
            response = browser.get(address)
            assert response.status_code in ((200, 404) if who == "abroad_mediator" else (302, 404)), (
                address,
                response.status_code,
            )
            text = body_of(response).decode()
            assert WORD not in text, address
            assert "Rival Express" not in text or who == "rival", address
            assert town.case.number not in text, address
        for address in (reverse("report:make"), reverse("report:texts")):
            data = {"kind": "pdf", "section": "letter", "text": "x", "version": "1"}
            response = browser.post(f"{address}?{YEAR}", data)
            # another body's mediator writes in that body, where this text was never written
            assert response.status_code in ((302, 409) if who == "abroad_mediator" else (302, 403, 404))
            assert WORD not in response.content.decode()
        assert not ReportFile.objects.filter(body=town.w.body).exists()
        assert ReportText.objects.get(body=town.w.body).text == WORD


def test_those_who_read_figures_read_them_and_only_some_write_texts(town: Town) -> None:
    for who in MAY_READ_FIGURES:
        browser = town.browser(who)
        for address in FIGURES:
            assert browser.get(address).status_code == 200, address
        written = browser.post(f"{reverse('report:texts')}?{YEAR}", {"section": "letter", "text": "x", "version": "0"})
        assert (written.status_code == 302) is (who in ("mediator", "director")), who
        assert ReportText.objects.filter(body=town.w.body).exists() is (who in ("mediator", "director"))
        ReportText.objects.filter(body=town.w.body).delete()


def test_a_machine_of_another_body_reads_its_own_figures_and_imports_into_its_own(town: Town) -> None:
    raw: dict[str, str] = {}
    for name, w in (("ours", town.w), ("theirs", town.abroad)):
        administrator = Actor.staff(w.people[Role.ADMINISTRATOR].pk, w.body.pk, frozenset({Role.ADMINISTRATOR}))
        token = accounts.create_token(w.body.pk, "Outil", ["reports:read", "import"], by=administrator, at=AT)
        raw[name] = token.raw
    address = reverse("api-v1:annual", args=[2026])
    said = {
        name: Browser().get(address, headers={"Authorization": f"Bearer {key}"}).json() for name, key in raw.items()
    }
    received = {name: {row["code"]: row for row in one["indicators"]}["MED-001"]["value"] for name, one in said.items()}
    assert received == {"ours": 2, "theirs": 0}
    assert said["theirs"]["body"] == town.abroad.body.organisation.slug
    assert Browser().get(address).status_code == 401
    content = io.BytesIO(b"reference,received_on,trader\nA-1,2026-01-02,T\n")
    content.name = "a.csv"
    answer = Browser().post(
        reverse("api-v1:import_referrals"), {"file": content}, headers={"Authorization": f"Bearer {raw['theirs']}"}
    )
    assert answer.status_code == 200, answer.content
    assert (town.abroad.body.referrals.count(), town.w.body.referrals.count()) == (1, 2)
