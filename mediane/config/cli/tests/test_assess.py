import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from mediane.config.cli import assess
from mediane.config.cli.main import main
from mediane.kernel.periods import Period
from mediane.mediation.referrals.rules import Rules

FACTS = {"id": "one", "received_on": "2024-05-10", "complaint_on": "2024-01-15"}


@pytest.fixture
def stdin(monkeypatch):
    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return give


def test_one_object_or_a_list_in_the_same_form(tmp_path, capsys):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(FACTS), encoding="utf-8")
    assert main(["assess", str(file)]) == 0
    one = json.loads(capsys.readouterr().out)
    assert (one["id"], one["decision_due"], one["refer_before"]) == ("one", "2024-05-31", "2025-01-15")
    file.write_text(json.dumps([FACTS, {**FACTS, "received_on": "2024-02-30"}]), encoding="utf-8")
    assert main(["assess", str(file)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed[0] == one
    assert listed[1]["error"]["field"] == "received_on"


def test_standard_input_with_or_without_a_mark(stdin, capsys):
    for mark in (b"", b"\xef\xbb\xbf"):
        stdin(mark + json.dumps(FACTS).encode())
        assert main(["assess", "-"]) == 0
        assert json.loads(capsys.readouterr().out)["id"] == "one"


@pytest.mark.parametrize("data", [b"", b"{", b'{"id": NaN}', b"\xff", b"[" * 100_000])
def test_what_is_no_json_fails_in_one_line(stdin, capsys, data):
    stdin(data)
    assert main(["assess", "-"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_a_file_that_is_not_there(capsys, tmp_path):
    assert main(["assess", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"[]", b"null", b'"x"', b"[1]"])
def test_any_json_is_answered(stdin, capsys, data):
    stdin(data)
    assert main(["assess", "-"]) == 0
    json.loads(capsys.readouterr().out)


def test_the_rules_of_a_body_come_through_one_seam(stdin, capsys, monkeypatch):
    monkeypatch.setattr(assess, "load_rules", {"poste": Rules(mediation=Period.parse("2m"))}.__getitem__)
    stdin(json.dumps({**FACTS, "notified_on": "2026-07-01"}).encode())
    assert main(["assess", "-", "--body", "poste"]) == 0
    assert json.loads(capsys.readouterr().out)["mediation_due"] == "2026-09-01"


@pytest.mark.django_db
def test_the_rules_of_a_body_are_those_in_force():
    from mediane.ground.accounts.actor import Actor
    from mediane.ground.rulesets.services import set_rule
    from mediane.mediation.schemes.services import create_body

    body = create_body("corps-d-essai", by=Actor.system())
    at = datetime(2026, 1, 5, tzinfo=UTC)
    set_rule(body.pk, "mediation", "2m", by=Actor.system(), at=at, effective_from=date(2026, 1, 1))
    assert assess.rules_of("corps-d-essai") == Rules(
        mediation=Period.parse("2m"), acceptance_period=Period.parse("30d")
    )
    with pytest.raises(LookupError, match="no body 'nobody'"):
        assess.rules_of("nobody")


def test_english_on_request(stdin, capsys):
    stdin(json.dumps(FACTS).encode())
    assert main(["assess", "-", "--lang", "en"]) == 0
    assert "A refusal must be told by 31 May 2024" in capsys.readouterr().out


def test_neither_django_nor_a_database_is_loaded(tmp_path):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps([FACTS] * 50), encoding="utf-8")
    code = (
        "import sys; from mediane.config.cli.main import main; main(['assess', sys.argv[1]]);"
        "print([name for name in ('django', 'psycopg', 'pydantic') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert len(json.loads(done.stdout)) == 50
