"""The pages of the figures: who enters, what they show, how many statements they take."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client

from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, member, sign_in, statements
from mediane.ground.jobs import run_waiting
from mediane.insight.indicators.tests.population import Population, make_body
from mediane.insight.reports.models import ReportFile, ReportText

pytestmark = pytest.mark.django_db
YEAR = "du=2024-01-01&au=2024-12-31"
PAGES = [
    "/bureau/tableau-de-bord/?" + YEAR,
    "/bureau/chiffres/MED-011/?" + YEAR,
    "/bureau/chiffres/MED-001/dossiers/?" + YEAR,
    "/bureau/rapport/?annee=2024",
]


def population(number: int = 60) -> Population:
    made = Population(make_body(), 3)
    made.write(made.rows(number, date(2024, 1, 1), date(2024, 12, 31)))
    return made


def browser_of(made: Population, role: Role) -> Client:
    return sign_in(Browser(), member(made.body.organisation, role).person)


@pytest.mark.parametrize("page", PAGES)
def test_who_reads_figures(page: str) -> None:
    made = population(12)
    assert browser_of(made, Role.DIRECTOR).get(page).status_code == 200
    assert browser_of(made, Role.ADMINISTRATOR).get(page).status_code == 404
    assert Browser().get(page).status_code == 302


def test_cases_of_another_body_stay_closed() -> None:
    made, other = population(20), Population(make_body(), 1)
    page = browser_of(other, Role.OFFICER).get(PAGES[2]).content.decode()
    assert not [row for row in made.body.referrals.all() if row.number in page]


@pytest.mark.parametrize("page", PAGES)
def test_as_many_statements_for_a_few_as_for_many(page: str) -> None:
    few, many = population(5), population(80)
    asked = [statements(browser_of(made, Role.DIRECTOR), page) for made in (few, many)]
    assert len(asked[0]) == len(asked[1]) <= 12, asked[1]


@pytest.mark.parametrize(
    "page",
    [
        "/bureau/tableau-de-bord/?du=x",
        "/bureau/chiffres/MED-999/",
        "/bureau/chiffres/MED-001/dossiers/?dimension=outcome&cle=x",
        "/bureau/rapport/?annee=20244",
    ],
)
def test_what_cannot_be_read_is_an_unknown_page(page: str) -> None:
    assert browser_of(population(1), Role.DIRECTOR).get(page).status_code == 404


def test_a_report_is_made_by_a_job_and_downloaded() -> None:
    made = population()
    browser = browser_of(made, Role.DIRECTOR)
    saved = browser.post(
        "/bureau/rapport/textes/?annee=2024",
        {"section": "letter", "text": "Bonjour.\n\n#evil[x] *gras*", "version": "0"},
    )
    assert saved.status_code == 302
    stale = browser.post("/bureau/rapport/textes/?annee=2024", {"section": "letter", "text": "Autre", "version": "0"})
    assert stale.status_code == 409
    assert "Autre" in stale.content.decode()
    assert ReportText.objects.get().text.startswith("Bonjour")
    for kind, magic in (("pdf", b"%PDF"), ("ods", b"PK")):
        assert browser.post("/bureau/rapport/fichiers/?annee=2024", {"kind": kind}).status_code == 302
        run_waiting(queue="reports")
        row = ReportFile.objects.latest("pk")
        assert row.state == "done"
        content = b"".join(browser.get(f"/bureau/rapport/fichiers/{row.pk}/").streaming_content)
        assert content.startswith(magic)
    said = json.loads(browser.get("/bureau/rapport/donnees.json?annee=2024").content)
    assert [row["code"] for row in said["indicators"]] == sorted(row["code"] for row in said["indicators"])
    assert (
        browser_of(Population(make_body()), Role.DIRECTOR).get(f"/bureau/rapport/fichiers/{row.pk}/").status_code == 404
    )


def test_the_page_of_a_figure_opens_its_denominator_and_reads_months_as_they_pass() -> None:
    made = population(80)
    page = browser_of(made, Role.DIRECTOR).get("/bureau/chiffres/MED-011/?" + YEAR).content.decode()
    assert "base=received&amp;part=over" in page
    months = [page.index(f"{name} 2024</th>") for name in ("janvier", "mars", "juin", "novembre")]
    assert months == sorted(months)


def test_a_text_is_written_in_place_and_the_page_of_the_report_says_what_it_lacks() -> None:
    made = population(12)
    browser = browser_of(made, Role.DIRECTOR)
    page = browser.get("/bureau/rapport/?annee=2024").content.decode()
    assert "Les recommandations restent à écrire." in page
    data = {"section": "recommendations", "text": "Écrire ce qui fut constaté.", "version": "0", "sur-place": "1"}
    saved = browser.post("/bureau/rapport/textes/?annee=2024", data)
    assert saved["Location"] == "/bureau/rapport/?annee=2024&base=received#recommendations"
    page = browser.get("/bureau/rapport/?annee=2024").content.decode()
    assert "<p>Écrire ce qui fut constaté.</p>" in page
    assert "restent à écrire" not in page.split('id="informations"')[1].split("</section>")[0]
    # who reads figures and writes no text is shown no form
    officer = browser_of(made, Role.OFFICER).get("/bureau/rapport/?annee=2024").content.decode()
    assert "sur-place" not in officer


def test_each_chart_has_its_rows_as_csv() -> None:
    made = population(60)
    browser = browser_of(made, Role.DIRECTOR)
    page = browser.get("/bureau/rapport/?annee=2024").content.decode()
    for name in ("suites", "durees", "flux", "motifs", "solutions", "objets"):
        assert f"/bureau/rapport/graphiques/{name}.csv?annee=2024&amp;base=received" in page
        rows = browser.get(f"/bureau/rapport/graphiques/{name}.csv?annee=2024").content.decode().splitlines()
        assert len(rows) > 1
    rows = browser.get(f"/bureau/tableau-de-bord/flux.csv?{YEAR}").content.decode().splitlines()
    assert len(rows) == 13
    assert browser.get("/bureau/tableau-de-bord/rien.csv").status_code == 404
