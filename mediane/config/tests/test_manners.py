"""The manners of the command: the answer alone on standard output, one clear line on failure, help everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mediane.config.cli import main as cli
from tests.room.live import MEDIANE, LiveHome

COMMANDS = cli.commands()
pytestmark = pytest.mark.timeout(300)


def run(*arguments: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    hidden = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "MEDIANE_DEBUG"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden} | {"MEDIANE_HOME": str(home)} | env
    return subprocess.run(
        [MEDIANE, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_every_built_command_is_listed() -> None:
    folder = Path(cli.__file__).parent
    # `import_referrals` is a part of `import_`.
    names = {path.stem for path in folder.glob("*.py") if "_" not in path.stem.strip("_")}
    modules = {name for name in names if "def add_parser(subparsers" in (folder / f"{name}.py").read_text()}
    assert modules == {cli.RESERVED.get(name, name) for name in COMMANDS}


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_touches_nothing(name: str, tmp_path: Path) -> None:
    done = run(*filter(None, [name]), "--help", home=tmp_path / "absent")
    if name == "manage":  # hands everything on to Django
        return
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: mediane")
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["serve", "--port", "high"], ["serve", "--port", "0"], ["bodies", "--nonsense"]]
)
def test_a_wrong_command_line_fails_on_standard_error(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, home=tmp_path / "absent")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert not (tmp_path / "absent").exists()


def test_a_failure_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("bodies", home=tmp_path / "file")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("mediane bodies: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "cannot connect to the database"),
        ("nonsense", "DATABASE_URL is no PostgreSQL address"),
        ("postgresql://localhost", "does not name a database"),
    ],
)
def test_a_database_out_of_reach_is_one_line_and_starts_nothing_embedded(url: str, said: str, tmp_path: Path) -> None:
    done = run("bodies", home=tmp_path / "home", DATABASE_URL=url)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "home" / "postgres").exists()


def test_two_addresses_of_two_databases_are_refused(tmp_path: Path) -> None:
    done = run(
        "bodies",
        home=tmp_path / "home",
        DATABASE_URL="postgresql://a@/one?host=/tmp",
        DATABASE_MIGRATE_URL="postgresql://b@/two?host=/tmp",
    )
    assert "two different databases" in done.stderr


def test_nobody_listening_is_no_traceback(live_home: LiveHome) -> None:
    live_home.run("bodies")
    done = subprocess.run(
        ["bash", "-c", f"{MEDIANE} check | true"], env=live_home.env, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr


def test_commands_without_database_load_neither_django_nor_psycopg(tmp_path: Path) -> None:
    code = (
        "import sys; from mediane.config.cli.main import main\n"
        "main(['deadline', '--start', '2024-05-10', '--add', '21d', '--json'])\n"
        "sys.exit(' '.join(sorted({'django', 'psycopg', 'procrastinate'} & set(sys.modules))) or 0)"
    )
    env = {**os.environ, "MEDIANE_HOME": str(tmp_path / "absent")}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["end"] == "2024-05-31"
    assert not (tmp_path / "absent").exists()


def test_check_says_how_each_subject_is(live_home: LiveHome) -> None:
    done = live_home.run("check", "--json")
    found = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert {name for name, finding in found.items() if finding["state"] == "broken"} == set()
    assert {"database", "tables", "mail", "storage", "disk", "clock", "jobs", "keys"} <= set(found)
    assert found["mail"]["state"] == "watch"  # no mail server was named
    assert "MEDIANE_SMTP_URL" in found["mail"]["text"]


def test_check_fails_when_others_may_read_a_secret(own_home: LiveHome) -> None:
    (own_home.path / "secrets" / "django").chmod(0o644)
    done = own_home.run("check", check=False)
    assert done.returncode == 1
    assert "broken  keys" in done.stdout


def test_an_empty_journal_verifies(live_home: LiveHome) -> None:
    assert "intact" in live_home.run("verify", "journal").stdout


def test_purge_leaves_nothing(own_home: LiveHome) -> None:
    own_home.run("bodies")
    own_home.run("stop", "--purge")
    assert not own_home.path.exists()
    assert own_home.run("stop").returncode == 0
    assert not own_home.path.exists()
