"""The referrals file as outside parties rely on it: what is rejected and only that, what a row becomes, what a second import does."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.journal.models import Case, CaseKind, Entry
from mediane.ground.journal.services import verify_all
from mediane.kernel.events import isolated
from mediane.mediation.referrals.imports.columns import COLUMNS
from mediane.mediation.referrals.imports.events import ReferralsImported
from mediane.mediation.referrals.imports.reading import Unreadable, guarded
from mediane.mediation.referrals.imports.rows import Row, history, read_row
from mediane.mediation.referrals.imports.services import import_file, rejects_beside
from mediane.mediation.referrals.models import Referral
from mediane.mediation.schemes.models import NumberCounter
from mediane.mediation.schemes.services import create_body

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SYSTEM = Actor.system(Door.COMMAND)
DATA = Path(__file__).parent / "data"

OK = {"reference": "A-1", "received_on": "2024-01-10", "trader": "Colis Bleuet"}
REFUSED = OK | {"decision_on": "2024-01-20", "decision": "inadmissible", "ground": "L612-2-1"}
NOTIFIED = OK | {"decision_on": "2024-01-20", "decision": "admissible", "notified_on": "2024-01-21"}
PROPOSED = NOTIFIED | {
    "entry": "accepted",
    "outcome": "proposal",
    "proposal_on": "2024-03-01",
    "orientation": "consumer",
}


def written(
    tmp_path: Path,
    rows: list[dict[str, str]],
    name: str = "f.csv",
    headings: tuple[str, ...] = COLUMNS,
    separator: str = ",",
) -> Path:
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, headings, restval="", delimiter=separator, extrasaction="raise")
        out.writeheader()
        out.writerows(rows)
    return path


# ---- every reason, and only these --------------------------------------------------------------------------------------------

BAD: list[tuple[dict[str, str], str, str]] = [
    ({"reference": ""}, "missing", "reference"),
    ({"received_on": ""}, "missing", "received_on"),
    ({"trader": "  "}, "missing", "trader"),
    ({"received_on": "2024-02-30"}, "day", "received_on"),
    ({"received_on": "31/05/2024"}, "day", "received_on"),
    ({"received_on": "20240531"}, "day", "received_on"),
    ({"received_on": "2026-11-24"}, "future", "received_on"),
    ({"complaint_on": "2027-01-01"}, "future", "complaint_on"),
    ({"channel": "fax"}, "value", "channel"),
    ({"channel": "WEB"}, "value", "channel"),
    ({"requester_kind": "x"}, "value", "requester_kind"),
    ({"cross_border": "oui"}, "value", "cross_border"),
    ({"executed": "maybe"}, "value", "executed"),
    ({"trader_siren": "123456789"}, "siren", "trader_siren"),
    ({"trader_siren": "12345"}, "siren", "trader_siren"),
    ({"amount_claimed": "12,50"}, "amount", "amount_claimed"),
    ({"amount_granted": "NaN"}, "amount", "amount_granted"),
    ({"amount_granted": "99999999999"}, "amount", "amount_granted"),
    ({"decision": "admissible"}, "decision_day", "decision_on"),
    ({"decision_on": "2024-01-20"}, "decision_day", "decision"),
    ({"ground": "L612-2-1"}, "ground", "ground"),
    ({"decision": "admissible", "decision_on": "2024-01-20", "ground": "L612-2-1"}, "ground", "ground"),
    ({"notified_on": "2024-01-20"}, "notified", "notified_on"),
    (REFUSED | {"notified_on": "2024-01-21"}, "notified", "notified_on"),
    (REFUSED | {"decision_on": "2024-01-09"}, "order", "decision_on"),
    (NOTIFIED | {"notified_on": "2024-01-19"}, "order", "notified_on"),
    (PROPOSED | {"proposal_on": "2024-01-20"}, "order", "proposal_on"),
    (NOTIFIED | {"closed_on": "2024-01-20"}, "order", "closed_on"),
    (PROPOSED | {"closed_on": "2024-02-01"}, "order", "closed_on"),
    ({"entry": "accepted"}, "not_notified", "entry"),
    ({"outcome": "court_seized"}, "not_notified", "outcome"),
    ({"closed_on": "2024-05-01"}, "not_notified", "closed_on"),
    (NOTIFIED | {"consumer_answer": "accepted"}, "no_proposal", "consumer_answer"),
    (NOTIFIED | {"trader_answer": "silent"}, "no_proposal", "trader_answer"),
    (NOTIFIED | {"orientation": "trader"}, "no_proposal", "orientation"),
    (NOTIFIED | {"proposal_on": "2024-02-01", "outcome": "agreed_directly"}, "no_proposal", "proposal_on"),
    ({"previous_reference": "A-1"}, "previous", "previous_reference"),
]


@pytest.mark.parametrize(
    ("changes", "code", "column"), BAD, ids=[f"{code}-{column}-{n}" for n, (_, code, column) in enumerate(BAD)]
)
def test_each_contradiction_is_named(changes: dict[str, str], code: str, column: str) -> None:
    faults = read_row(OK | changes, TODAY)
    assert isinstance(faults, list)
    assert [(fault.code, fault.column) for fault in faults] == [(code, column)]
    assert faults[0].reason


@pytest.mark.parametrize(
    "row",
    [
        REFUSED | {"decision_on": "2024-12-20"},  # decided long after 21 days
        REFUSED | {"decision": "premature", "ground": "L612-2-1"},
        REFUSED | {"decision": "incomplete", "ground": ""},
        NOTIFIED | {"requester_kind": "professional", "complaint_on": "2020-01-01"},
        NOTIFIED | {"outcome": "withdrawn_trader"},  # an outcome without its day
        NOTIFIED | {"closed_on": "2024-03-01"},  # an end without its outcome
        NOTIFIED | {"entry": "refused"},
        PROPOSED | {"consumer_answer": "refused"},
        PROPOSED | {"proposal_on": "", "orientation": ""},
        OK
        | {"basis": "law", "executed": "yes", "ground_detail": "x", "amount_claimed": "-3", "amount_granted": "12.345"},
        OK | {"trader_siren": "356 000 000", "level2_on": "2025-01-01"},
    ],
)
def test_history_is_never_judged_again(row: dict[str, str]) -> None:
    assert isinstance(read_row(row, TODAY), Row)


def test_a_row_is_told_all_its_faults() -> None:
    faults = read_row({"reference": "", "received_on": "x", "trader": "T", "channel": "fax"}, TODAY)
    assert isinstance(faults, list)
    assert {fault.code for fault in faults} == {"missing", "day", "value"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (OK, {"state": "received"}),
        (OK | {"decision": "admissible", "decision_on": "2024-01-20"}, {"state": "under_review"}),
        (REFUSED, {"state": "inadmissible"}),
        (REFUSED | {"decision": "incomplete", "ground": ""}, {"state": "inadmissible"}),
        (REFUSED | {"decision": "redirected"}, {"state": "redirected"}),
        (REFUSED | {"decision": "premature"}, {"state": "premature"}),
        (NOTIFIED, {"state": "awaiting_entry"}),
        (NOTIFIED | {"entry": "accepted"}, {"state": "in_mediation"}),
        (PROPOSED, {"state": "proposal_notified", "outcome": ""}),
        (PROPOSED | {"consumer_answer": "accepted"}, {"state": "proposal_notified"}),
        (
            PROPOSED | {"consumer_answer": "accepted", "trader_answer": "accepted"},
            {"state": "in_execution", "outcome": "proposal_accepted"},
        ),
        (
            PROPOSED | {"consumer_answer": "accepted", "trader_answer": "refused"},
            {"state": "closed", "outcome": "proposal_refused"},
        ),
        (
            PROPOSED | {"closed_on": "2024-04-01"},
            {"state": "closed", "outcome": "proposal_unanswered", "ended_on": date(2024, 4, 1)},
        ),
        (
            NOTIFIED | {"outcome": "agreed_directly"},
            {"state": "in_execution", "outcome": "agreed_directly", "ended_on": None},
        ),
        (
            NOTIFIED | {"outcome": "agreed_directly", "closed_on": "2024-04-01"},
            {"state": "closed", "execution": "unknown", "agreed_on": date(2024, 4, 1), "ended_on": date(2024, 4, 1)},
        ),
        (
            NOTIFIED | {"outcome": "entry_refused", "entry": "deemed_refused", "closed_on": "2024-02-01"},
            {"state": "closed", "deemed": True},
        ),
        (NOTIFIED | {"closed_on": "2024-04-01"}, {"state": "closed", "outcome": ""}),
    ],
)
def test_an_import_is_no_move(row: dict[str, str], expected: dict[str, Any]) -> None:
    told = history(read_row(row, TODAY))  # type: ignore[arg-type]
    assert {name: told[name] for name in expected} == expected


# ---- files ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestFile:
    @pytest.fixture
    def body(self) -> Any:
        return create_body("corps-imports", by=SYSTEM)

    def load(self, body: Any, path: Path, **more: Any) -> Any:
        return import_file(body.pk, path, by=SYSTEM, at=NOW, **more)

    def test_every_accepted_shape_is_written_and_the_journal_holds(self, body: Any, tmp_path: Path) -> None:
        shapes = [
            OK,
            REFUSED,
            NOTIFIED | {"outcome": "withdrawn_trader"},
            NOTIFIED | {"closed_on": "2024-03-01"},
            PROPOSED,
            NOTIFIED | {"entry": "refused"},
        ]
        rows = [shape | {"reference": f"S-{n}"} for n, shape in enumerate(shapes)]
        report = self.load(body, written(tmp_path, rows))
        assert (report.added, report.rejected) == (len(rows), 0)
        assert not verify_all().faults
        assert Referral.objects.filter(body=body, imported=True, quiet=True).count() == len(rows)
        assert not Referral.objects.exclude(due_on=None).exists()

    def test_mixed_file(self, body: Any, tmp_path: Path) -> None:
        rows = [
            OK,
            OK,  # identical: ignored
            OK | {"trader": "Autre"},  # the first stands
            OK | {"reference": "A-2", "received_on": "2024-13-01", "channel": '=cmd|" /C calc"!A0'},
            OK | {"reference": "A-3", "previous_reference": "A-1"},
        ]
        rejects = tmp_path / "r.csv"
        report = self.load(body, written(tmp_path, rows), rejects=rejects)
        assert (report.rows, report.added, report.repeated, report.rejected) == (5, 2, 1, 2)
        with rejects.open(encoding="utf-8", newline="") as stream:
            back = list(csv.DictReader(stream))
        assert list(back[0]) == [*COLUMNS, "line", "column", "value", "reason"]
        assert [(row["line"], row["column"], row["value"]) for row in back] == [
            ("4", "reference", "A-1"),
            ("5", "received_on", "2024-13-01"),
        ]
        assert back[1]["channel"].startswith("'=")
        assert Referral.objects.get(number="A-3").previous.number == "A-1"  # type: ignore[union-attr]
        # corrected in place and imported again: our remarks are no columns, the guard is taken off
        back[1] |= {"received_on": "2024-12-01", "channel": "web"}
        again = tmp_path / "again.csv"
        with again.open("w", encoding="utf-8", newline="") as stream:
            out = csv.DictWriter(stream, list(back[0]))
            out.writeheader()
            out.writerow(back[1])
        second = self.load(body, again)
        assert (second.added, second.notices) == (1, [])

    def test_a_double_reference_given_back_as_it_was_changes_nothing(self, body: Any, tmp_path: Path) -> None:
        """The first stands for ever, not until its rejects are imported; a reference of its own, or a file without our remarks, is a correction."""
        other = OK | {"trader": "Autre"}
        rejects = tmp_path / "r.csv"
        self.load(body, written(tmp_path, [OK, other]), rejects=rejects)
        before = list(Entry.objects.order_by("pk").values_list("pk", "digest"))
        for n in range(2):  # its own rejects are a rejects file again
            back = tmp_path / f"again{n}.csv"
            report = self.load(body, rejects, rejects=back)
            assert (report.corrected, report.rejected, report.reasons["twice"]) == (0, 1, 1)
            rejects = back
        assert Referral.objects.get(number="A-1").trader_given == "Colis Bleuet"
        assert list(Entry.objects.order_by("pk").values_list("pk", "digest")) == before
        with rejects.open(encoding="utf-8", newline="") as stream:
            [row] = csv.DictReader(stream)
        assert row["value"] == row["reference"] == "A-1"
        mended = written(tmp_path, [row | {"reference": "A-4"}], headings=tuple(row))
        assert self.load(body, mended).added == 1
        assert self.load(body, written(tmp_path, [other])).corrected == 1

    def test_good_rows_among_one_of_each_contradiction(self, body: Any, tmp_path: Path) -> None:
        """The whole list of the contract in one file: the good ones go in, each bad one comes back with its line and its reason, once."""
        good = [OK, REFUSED, NOTIFIED, PROPOSED, REFUSED | {"requester_kind": "professional"}]
        rows, expected = [], []
        for number, (changes, _code, column) in enumerate(BAD):
            rows.append(good[number % len(good)] | {"reference": f"G-{number}"})
            bad = OK | {"reference": f"B-{number}"} | changes
            if "previous_reference" in changes:
                bad["previous_reference"] = bad["reference"]
            rows.append(bad)
            expected.append((str(len(rows) + 1), column))
        rejects = tmp_path / "r.csv"
        report = self.load(body, written(tmp_path, rows), rejects=rejects)
        assert (report.rows, report.added, report.rejected) == (2 * len(BAD), len(BAD), len(BAD))
        with rejects.open(encoding="utf-8", newline="") as stream:
            back = list(csv.DictReader(stream))
        assert [(row["line"], row["column"]) for row in back] == expected
        assert all(row["reason"] for row in back)
        assert set(Referral.objects.values_list("number", flat=True)) == {f"G-{n}" for n in range(len(BAD))}
        assert sum(report.reasons.values()) == len(BAD)
        # as they are, they come back again; nothing went in by half
        again = self.load(body, rejects, rejects=tmp_path / "r2.csv")
        assert (again.added, again.corrected, again.rejected) == (0, 0, len(BAD))
        assert not verify_all().faults

    def test_rejects_that_cannot_be_written_stop_the_file_and_name_the_place(self, body: Any, tmp_path: Path) -> None:
        with pytest.raises(OSError, match=r"nowhere/r\.csv"):
            self.load(body, written(tmp_path, [OK, OK | {"reference": ""}]), rejects=tmp_path / "nowhere" / "r.csv")

    def test_headings_alone_are_a_file_of_nothing(self, body: Any, tmp_path: Path) -> None:
        report = self.load(body, written(tmp_path, []))
        assert (report.rows, report.added, report.rejected) == (0, 0, 0)

    def test_the_same_file_twice_changes_nothing_and_a_corrected_row_is_told_twice(
        self, body: Any, tmp_path: Path
    ) -> None:
        path = written(tmp_path, [OK, REFUSED | {"reference": "A-2"}])
        self.load(body, path)
        before = list(Entry.objects.order_by("pk").values_list("pk", "digest"))
        with isolated() as heard:
            report = self.load(body, path)
        assert (report.added, report.corrected, report.unchanged) == (0, 0, 2)
        assert list(Entry.objects.order_by("pk").values_list("pk", "digest")) == before
        assert not heard
        with isolated() as heard:
            report = self.load(
                body,
                written(tmp_path, [OK, REFUSED | {"reference": "A-2", "ground": "L612-2-4", "subject": "Livraison"}]),
            )
        assert (report.added, report.corrected, report.unchanged) == (0, 1, 1)
        assert isinstance(heard[0], ReferralsImported)
        assert heard[0].first_on == date(2024, 1, 10)
        referral = Referral.objects.get(number="A-2")
        assert (referral.ground, referral.subject.name) == ("L612-2-4", "Livraison")  # type: ignore[union-attr]
        first, second = Entry.objects.filter(case=referral.pk).order_by("seq")
        assert (first.name, second.name) == ("import", "import.corrected")
        assert (second.facts["before"]["ground"], second.facts["after"]["ground"]) == ("L612-2-1", "L612-2-4")
        assert not verify_all().faults

    def test_a_case_led_here_is_never_overwritten(self, body: Any, tmp_path: Path) -> None:
        case = Case.objects.create(organisation_id=body.pk, kind=CaseKind.REFERRAL)
        Referral.objects.create(case=case, body=body, number="A-1", state="received", received_on=date(2024, 2, 2))
        report = self.load(body, written(tmp_path, [OK]), rejects=tmp_path / "r.csv")
        assert (report.added, report.rejected, report.reasons["live"]) == (0, 1, 1)
        assert Referral.objects.get(number="A-1").received_on == date(2024, 2, 2)
        # nor one that an officer took up
        self.load(body, written(tmp_path, [OK | {"reference": "A-9"}]))
        Referral.objects.filter(number="A-9").update(quiet=False, taken_up_at=NOW)
        report = self.load(body, written(tmp_path, [OK | {"reference": "A-9", "trader": "Autre"}]))
        assert (report.corrected, report.rejected) == (0, 1)

    def test_a_dry_run_says_the_same_and_writes_nothing(self, body: Any, tmp_path: Path) -> None:
        path = written(tmp_path, [OK, OK | {"reference": ""}])
        tried = self.load(body, path, dry_run=True)
        assert not Referral.objects.exists()
        done = self.load(body, path)
        assert tried.as_json() | {"dry_run": False} == done.as_json()

    @pytest.mark.parametrize(
        ("separator", "encoding", "notice"),
        [(";", "utf-8", "point-virgule"), ("\t", "utf-8-sig", "tabulation"), (",", "cp1252", "Windows-1252")],
    )
    def test_files_as_people_have_them(
        self, body: Any, tmp_path: Path, separator: str, encoding: str, notice: str
    ) -> None:
        text = written(tmp_path, [OK | {"trader": "Société générale"}], separator=separator).read_text("utf-8")
        path = tmp_path / "g.csv.gz"
        path.write_bytes(gzip.compress(text.encode(encoding)))
        report = self.load(body, path)
        assert report.added == 1
        assert any(notice in said for said in report.notices)
        assert Referral.objects.get().trader.name == "Société générale"  # type: ignore[union-attr]
        assert rejects_beside(path) == tmp_path / "g.rejects.csv"

    def test_a_spreadsheet(self, body: Any, tmp_path: Path) -> None:
        import xlsxwriter

        path = tmp_path / "f.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["reference", "received_on", "trader", "trader_siren", "amount_claimed"])
            sheet.write_row(1, 0, [17, "", "Poste", 356000000, 12.5])
            sheet.write_datetime(1, 1, datetime(2024, 2, 29), book.add_format({"num_format": "yyyy-mm-dd"}))
        self.load(body, path)
        referral = Referral.objects.get()
        assert (referral.number, referral.received_on, str(referral.amount_claimed), referral.trader.siren) == (
            "17",
            date(2024, 2, 29),
            "12.50",
            "356000000",
        )  # type: ignore[union-attr]

    def test_hostile_cells_go_in_as_text_or_come_back_guarded(self, body: Any, tmp_path: Path) -> None:
        cells = [
            *(DATA / "csv_formula.txt").read_text("utf-8").splitlines(),
            "+1+1",
            "-2+3",
            "@x",
            "\t=1",
            "\r=1",
            "x\x00y",
            "’; DROP TABLE x; --",
        ]
        rows = [
            {"reference": f"H-{n}", "received_on": "2024-01-01", "trader": cell, "subject": cell}
            for n, cell in enumerate(cells)
        ]
        bad = [{"reference": cell, "received_on": "", "trader": cell} for cell in cells]
        rejects = tmp_path / "r.csv"
        report = self.load(body, written(tmp_path, rows + bad), rejects=rejects)
        assert (report.added, report.rejected) == (len(cells), len(cells))
        with rejects.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                assert not [cell for cell in row if cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))]

    def test_unknown_columns_many_of_them_and_long_texts(self, body: Any, tmp_path: Path) -> None:
        headings = ("reference", "received_on", "trader", *(f"x{n}" for n in range(5000)))
        row = {"reference": "R" * 90, "received_on": "2024-01-01", "trader": "T" * 400}
        report = self.load(body, written(tmp_path, [row, row | {"reference": "R" * 91}], headings=headings))
        assert (report.added, report.rejected) == (2, 0)
        assert "x0" in report.notices[0]
        assert len(report.notices[0]) < 400

    @pytest.mark.parametrize(
        "content",
        [b"", b"PK\x03\x04nothing", b"\x1f\x8bnothing", b"a,b,c\n1,2,3\n", b"reference,received_on\nA,2024-01-01\n"],
    )
    def test_what_is_no_referrals_file_is_refused_in_one_line(self, body: Any, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "x.csv"
        path.write_bytes(content)
        with pytest.raises(Unreadable) as refused:
            self.load(body, path)
        assert "\n" not in str(refused.value)

    def test_references_like_our_numbers_are_not_given_again(self, body: Any, tmp_path: Path) -> None:
        self.load(body, written(tmp_path, [OK | {"reference": "2026-00041"}]))
        assert NumberCounter.objects.get(body=body, year=2026).last == 41


def test_a_number_is_no_formula() -> None:
    assert guarded("-12.50") == "-12.50"
    assert guarded("+33612345678") == "+33612345678"
    assert guarded("-1+2") == "'-1+2"
    out = io.StringIO()
    csv.writer(out).writerow([guarded("=1")])
    assert out.getvalue().startswith("'=")
