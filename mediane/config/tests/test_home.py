"""The home: folders for its owner alone, secrets drawn once, locks that die with their holder."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mediane.config import home as homes
from mediane.config import keys
from mediane.config.home import Busy, Home, HomeError

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.create()
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_are_for_their_owner_alone(home: Home) -> None:
    assert mode(home.path) == (0o711 if AS_ROOT else 0o700)
    assert {mode(home / name) for name in homes.PRIVATE_FOLDERS} == {0o700}


@pytest.mark.skipif(not AS_ROOT, reason="only root lets another account through")
def test_as_root_a_closed_home_lets_the_account_of_postgresql_through(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    Home(closed).create()
    assert mode(closed) == 0o711


def test_asking_creates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIANE_HOME", str(tmp_path / "absent"))
    absent = homes.current()
    assert (absent.secret("django"), absent.recorded(), absent.holder("serve"), keys.ring(absent)) == ("", {}, None, {})
    assert not absent.path.exists()


def test_the_default_is_a_folder_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIANE_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/data")
    assert homes.current().path == Path("/somewhere/data/mediane")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert homes.current().path == Path.home() / ".local/share/mediane"


def test_a_file_in_its_place_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeError, match="is a file"):
        Home(tmp_path / "home").create()


def test_a_secret_is_drawn_once_and_read_by_its_owner_alone(home: Home) -> None:
    first = home.ensure_secret("django")
    assert len(first) == 43
    assert home.ensure_secret("django") == home.secret("django") == first
    assert home.ensure_secret("other") != first
    assert mode(home / "secrets" / "django") == 0o600
    assert sorted(path.name for path in (home / "secrets").iterdir()) == ["django", "other"]


def test_two_processes_draw_one_secret(home: Home) -> None:
    code = "import sys; from mediane.config.home import Home; from pathlib import Path; print(Home(Path(sys.argv[1])).ensure_secret('x'))"
    running = [
        subprocess.Popen([sys.executable, "-c", code, home.path], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in running}) == 1


def test_what_is_recorded_is_found_again_and_forgotten(home: Home) -> None:
    home.record(side_folder="/var/lib/x", other=1)
    home.record(other=None)
    assert home.recorded() == {"side_folder": "/var/lib/x"}
    (home / "home.json").write_text("half a fi")
    assert home.recorded() == {}


def test_a_lock_keeps_a_second_process_out_and_says_who_holds_it(home: Home) -> None:
    assert home.holder("serve") is None
    with home.lock("serve", note="me"):
        assert home.holder("serve") == "me"
        with pytest.raises(Busy), home.lock("serve", wait=0.1):
            pass
    assert home.holder("serve") is None
    assert home.left_behind("serve") is None


def test_a_lock_dies_with_its_holder_and_leaves_its_note(home: Home) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from mediane.config.home import Home\n"
        "with Home(Path(sys.argv[1])).lock('serve', note='left'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, home.path], check=False)
    assert home.holder("serve") is None
    assert home.left_behind("serve") == "left"
    with home.lock("serve"):
        pass


def test_purging_leaves_what_is_not_ours(home: Home) -> None:
    (home / "letter.odt").write_text("mine")
    home.ensure_secret("django")
    home.purge()
    assert [path.name for path in home.path.iterdir()] == ["letter.odt"]
    (home / "letter.odt").unlink()
    home.purge()
    assert not home.path.exists()


class TestKeyRing:
    def test_the_first_key_is_the_homes_secret_and_rotations_add_to_it(self, home: Home) -> None:
        home.ensure_secret("keyring")
        home.ensure_secret("keyring.2")
        ring = keys.ring(home)
        assert sorted(ring) == [1, 2]
        assert {len(key) for key in ring.values()} == {32}

    def test_the_environment_wins(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        home.ensure_secret("keyring")
        monkeypatch.setenv("MEDIANE_KEYS", "1:" + "A" * 43 + ",7:" + "B" * 43)
        assert sorted(keys.ring(home)) == [1, 7]
        assert keys.ring(home)[1] == bytes(32)

    @pytest.mark.parametrize("given", ["1:short", "0:" + "A" * 43, "x:" + "A" * 43, "300:" + "A" * 43])
    def test_a_bad_key_is_said(self, home: Home, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
        monkeypatch.setenv("MEDIANE_KEYS", given)
        with pytest.raises(HomeError):
            keys.ring(home)
