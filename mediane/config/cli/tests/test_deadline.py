import json
import subprocess
import sys

import pytest

from mediane.config.cli.main import main


def test_the_contract_in_json(capsys):
    assert main(["deadline", "--start", "2024-03-25", "--add", "10wd", "--calendar", "FR-57", "--json"]) == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert list(answer) == ["start", "add", "calendar", "end", "steps"]
    assert (answer["add"], answer["calendar"], answer["end"]) == ("10wd", "FR-57", "2024-04-10")
    assert err == ""


def test_plain_text_begins_with_the_day(capsys):
    assert main(["deadline", "--start", "2026-09-14", "--add", "90d"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2026-12-13"
    assert lines[1].startswith("Départ")
    assert main(["deadline", "--start", "2026-09-14", "--add", "90d", "--lang", "en"]) == 0
    assert "not moved, out of prudence" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--start", "2024-02-30", "--add", "1d"], "does not exist"),
        (["--start", "30/01/2024", "--add", "1d"], "YYYY-MM-DD"),
        (["--start", "2024-01-30", "--add", "1 mois"], "is no period"),
        (["--start", "2024-01-30", "--add", "1d", "--calendar", "BE"], "unknown calendar"),
        (["--start", "9999-12-31", "--add", "1d"], "9999"),
        (["--start", "1950-01-02", "--add", "1wd"], "known from"),
    ],
)
def test_bad_input_gets_one_line_and_two(capsys, args, says):
    assert main(["deadline", *args]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert says in err


def test_neither_django_nor_a_database_is_loaded():
    code = (
        "import sys; from mediane.config.cli.main import main;"
        "main(['deadline', '--start', '2024-03-25', '--add', '10wd', '--json']);"
        "print([name for name in ('django', 'psycopg', 'holidays', 'pydantic') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
