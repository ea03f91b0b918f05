"""What was true of a period three days after its end stays readable; what changes later stands beside it, with a note."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import Browser, member, sign_in
from mediane.ground.rulesets.services import set_rule
from mediane.insight.indicators import freezing
from mediane.insight.indicators.compute import figures
from mediane.insight.indicators.models import Cause, Freeze, Restatement
from mediane.insight.indicators.spans import Span
from mediane.insight.indicators.tests.population import Population, make_body
from mediane.insight.reports.annual import as_json
from mediane.mediation.referrals.imports.services import import_file
from mediane.mediation.referrals.models import Referral

pytestmark = pytest.mark.django_db

JANUARY, YEAR = Span.of_month(2024, 1), Span.of_year(2024)
LATER = datetime(2025, 6, 2, 4, tzinfo=UTC)
SYSTEM = Actor.system(Door.COMMAND)


@pytest.fixture
def made() -> Population:
    """Three received in January 2024, one in March; nothing else, all decided and gone within their month."""
    population = Population(make_body())
    population.write(
        [refused(date(2024, 1, 9)), refused(date(2024, 1, 10)), refused(date(2024, 1, 31)), refused(date(2024, 3, 4))]
    )
    return population


def refused(day: date) -> dict[str, Any]:
    return {
        "received_on": day,
        "decision_on": day,
        "decision": "inadmissible",
        "ground": "L612-2-1",
        "state": "inadmissible",
        "imported": True,
    }


def frozen_spans(made: Population, base: str = "received") -> list[tuple[date, date]]:
    return list(Freeze.objects.filter(body=made.body, base=base).values_list("starts_on", "ends_on"))


def present(made: Population, span: Span, at: datetime = LATER) -> Any:
    return figures(made.body.pk, span, "received", today=at.date())


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2024, 2, 3, 22, 59, tzinfo=UTC), date(2024, 1, 30)),  # 23:59 in Paris, 71 h 59 after the month
        (datetime(2024, 2, 3, 23, 0, tzinfo=UTC), date(2024, 1, 31)),  # 72 hours after it, to the minute
        (datetime(2024, 4, 3, 21, 59, tzinfo=UTC), date(2024, 3, 30)),
        (datetime(2024, 4, 3, 22, 0, tzinfo=UTC), date(2024, 3, 31)),  # summer time began on the last day: the midnight after it is at 22:00 UTC
        (datetime(2025, 1, 3, 23, 0, tzinfo=UTC), date(2024, 12, 31)),
    ],
)  # fmt: skip
def test_seventy_two_hours_after_the_midnight_that_ends_it(made: Population, at: datetime, due: date) -> None:
    assert freezing.due_until(made.body.pk, at) == due


def test_the_delay_is_a_rule_of_the_body(made: Population) -> None:
    at = datetime(2024, 2, 2, 0, 30, tzinfo=UTC)
    assert freezing.due_until(made.body.pk, at) == date(2024, 1, 29)
    set_rule(made.body.pk, "freeze_hours", "24", by=SYSTEM, at=at, effective_from=date(2024, 1, 1))
    assert freezing.due_until(made.body.pk, at) == date(2024, 1, 31)


def test_what_holds_something_is_frozen_once_and_what_is_empty_never(made: Population) -> None:
    nothing = make_body()
    assert freezing.freeze_due(at=datetime(2024, 2, 3, 12, tzinfo=UTC)) == 0
    assert freezing.freeze_due(at=datetime(2024, 2, 4, 12, tzinfo=UTC)) == 2  # January, on both bases
    assert freezing.freeze_due(at=LATER) == 4  # March and the year; February and the other months hold nothing
    assert freezing.freeze_due(at=LATER) == 0
    for base in ("received", "decided"):
        assert frozen_spans(made, base) == [
            (date(2024, 1, 1), date(2024, 1, 31)),
            (date(2024, 1, 1), date(2024, 12, 31)),
            (date(2024, 3, 1), date(2024, 3, 31)),
        ]
    assert not Freeze.objects.filter(body=nothing).exists()
    kept = Freeze.objects.get(body=made.body, starts_on=JANUARY.start, ends_on=JANUARY.end, base="received")
    assert kept.figures["MED-001"]["value"] == 3
    assert kept.figures["MED-011"] == {"value": 100.0, "numerator": 3, "denominator": 3, "statistics": {}}
    assert not freezing.freeze(made.body.pk, Span.of_month(2024, 2), "received", at=LATER)


def test_a_period_that_runs_is_not_frozen(made: Population) -> None:
    with pytest.raises(ValueError, match="not over"):
        freezing.freeze(made.body.pk, YEAR, "received", at=datetime(2024, 12, 31, 22, 59, tzinfo=UTC))


def test_a_run_that_stops_goes_on_at_the_next(made: Population) -> None:
    assert freezing.freeze_due(at=LATER, seconds=-1) == 0
    assert freezing.freeze_due(at=LATER) == 6


def test_a_correction_stands_beside_the_frozen_figure_with_a_note(made: Population) -> None:
    freezing.freeze_due(at=LATER)
    assert freezing.note_corrections(at=LATER) == 0
    untouched = freezing.frozen_beside(present(made, JANUARY))
    assert untouched is not None
    assert (untouched.differences, untouched.notes) == ((), ())
    Referral.objects.filter(received_on=date(2024, 1, 9)).update(ground="L612-2-5")
    night = LATER + timedelta(days=1)
    assert freezing.note_corrections(at=night) == 4  # January and the year, on both bases
    assert freezing.note_corrections(at=night) == 0  # told once
    beside = freezing.frozen_beside(present(made, JANUARY))
    assert beside is not None
    assert {one.code: (one.frozen, one.present) for one in beside.differences} == {
        "MED-080": (100.0, pytest.approx(200 / 3))
    }
    assert [note.cause for note in beside.notes] == [Cause.CORRECTION]
    # the frozen figure did not move
    assert (
        Freeze.objects.get(body=made.body, starts_on=JANUARY.start, ends_on=JANUARY.end, base="received").figures[
            "MED-080"
        ]["value"]
        == 100.0
    )
    said = as_json("x", present(made, JANUARY), at=night)["warnings"]
    assert (
        "MED-080\u00a0: 100,0 quand la période a été figée le 2 juin 2025, 66,7 aujourd’hui (correction de dossiers constatée le 3 juin 2025)."
        in said
    )
    # put right again, that is one more note, and nothing differs any more
    Referral.objects.filter(received_on=date(2024, 1, 9)).update(ground="L612-2-1")
    assert freezing.note_corrections(at=night + timedelta(days=1)) == 4
    again = freezing.frozen_beside(present(made, JANUARY))
    assert again is not None
    assert (again.differences, len(again.notes)) == ((), 2)
    assert not [line for line in as_json("x", present(made, JANUARY), at=night)["warnings"] if "figée" in line]


def test_an_import_into_a_frozen_period_restates_it_with_a_note(made: Population, tmp_path: Path) -> None:
    freezing.freeze_due(at=LATER)
    day = LATER + timedelta(days=10)
    report = load(made, tmp_path / "mars.csv", ["2024-03-20"], day)
    assert report.added == 1
    noted = Restatement.objects.filter(freeze__body=made.body)
    # March and the year, on both bases, in the import's own transaction; January, over before, has none
    assert sorted(noted.values_list("freeze__starts_on", "freeze__ends_on", "freeze__base")) == [
        (start, end, base)
        for start, end in ((date(2024, 1, 1), date(2024, 12, 31)), (date(2024, 3, 1), date(2024, 3, 31)))
        for base in ("decided", "received")
    ]
    assert {note.cause for note in noted} == {Cause.IMPORT}
    assert noted[0].facts == {"file": "mars.csv", "added": 1, "corrected": 0}
    said = as_json("x", present(made, YEAR), at=day)["warnings"]
    assert (
        "MED-001\u00a0: 4 quand la période a été figée le 2 juin 2025, 5 aujourd’hui (reprise du fichier mars.csv le 12 juin 2025)."
        in said
    )
    # the night gives the note its figures and calls the same change no correction
    assert freezing.note_corrections(at=day + timedelta(hours=20)) == 0
    assert {note.figures["MED-001"]["value"] for note in noted.filter(freeze__starts_on=date(2024, 3, 1)).all()} == {2}
    assert freezing.note_corrections(at=day + timedelta(days=2)) == 0
    # the same file again changes nothing and notes nothing
    before = noted.count()
    load(made, tmp_path / "mars.csv", ["2024-03-20"], day)
    assert noted.count() == before


def test_an_import_into_an_empty_period_restates_nothing_and_lets_it_be_frozen(
    made: Population, tmp_path: Path
) -> None:
    freezing.freeze_due(at=LATER)
    load(made, tmp_path / "mai.csv", ["2024-05-02"], LATER)
    assert not Restatement.objects.filter(freeze__starts_on=date(2024, 5, 1)).exists()
    assert freezing.freeze_due(at=LATER) > 0
    assert (date(2024, 5, 1), date(2024, 5, 31)) in frozen_spans(made)


def test_a_corrected_row_that_changes_its_month_restates_both(made: Population, tmp_path: Path) -> None:
    load(made, tmp_path / "a.csv", ["2024-01-20"], LATER)
    freezing.freeze_due(at=LATER)
    load(made, tmp_path / "b.csv", ["2024-03-20"], LATER)
    touched = Restatement.objects.filter(
        freeze__body=made.body, freeze__base="received", freeze__ends_on__lte=date(2024, 3, 31)
    )
    assert {note.freeze.starts_on.month for note in touched} >= {1, 3}


def test_the_page_of_a_figure_and_the_report_show_both(made: Population) -> None:
    freezing.freeze_due(at=LATER)
    browser = sign_in(Browser(), member(made.body.organisation, Role.DIRECTOR).person)
    page = "/bureau/chiffres/MED-001/?du=2024-01-01&au=2024-12-31"
    assert "inchangé" in browser.get(page).content.decode()
    Referral.objects.filter(received_on=date(2024, 1, 9)).update(received_on=date(2023, 1, 9))
    shown = browser.get(page).content.decode()
    assert "inchangé" not in shown
    assert "2 juin 2025 : 4" in " ".join(re.sub(r"<[^>]+>", "", shown).split())
    assert (
        "MED-001\u00a0: 4 quand la période a été figée" in browser.get("/bureau/rapport/?annee=2024").content.decode()
    )
    # figures of one trader are no figures of the period: nothing is frozen of them
    assert "Chiffre figé" not in browser.get(page + "&canal=web").content.decode()


def load(made: Population, path: Path, days: list[str], at: datetime) -> Any:
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(("reference", "received_on", "trader"))
        out.writerows((f"F-{n}", day, "Colis Bleuet") for n, day in enumerate(days))
    return import_file(made.body.pk, path, by=SYSTEM, at=at)
