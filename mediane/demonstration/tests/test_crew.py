"""The processes that build the demonstration: a failure is told, and none outlives the command; what emptying leaves."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mediane.demonstration import build, crew
from mediane.demonstration.tests.workers import share
from mediane.ground.database.scope import as_system
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.models import GroundDetail


def test_what_fails_in_a_process_is_raised_as_it_was() -> None:
    with pytest.raises(Refusal) as refusal:
        share("", "refused", "")
    assert (refusal.value.code, refusal.value.facts) == ("locked", {"case": 7})
    with pytest.raises(OSError, match="No space left") as full:
        share("full")
    assert full.value.filename == "/files/x"


def test_a_process_that_was_killed_is_said() -> None:
    with pytest.raises(crew.Lost):
        share("", "killed", "")


def alive(pid: int) -> bool:
    """Whether it runs still: one that ended and that nobody has asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_none_outlives_a_command_that_was_killed() -> None:
    code = "from mediane.demonstration.tests.workers import share\nif __name__ == '__main__': share('long', 'long')"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        pids = [int(command.stdout.readline()) for _ in range(crew.PROCESSES)]
        assert all(alive(pid) for pid in pids)
        command.kill()
        command.wait()
    end = time.monotonic() + 5
    while any(alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in pids)


@pytest.mark.django_db
def test_what_the_tables_came_with_is_there_again_when_they_were_emptied(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIANE_FILES = tmp_path / "files"

    def details() -> set[tuple[str, str]]:
        with as_system():
            return set(GroundDetail.objects.filter(body=None).values_list("ground", "code"))

    def truncate() -> None:
        with as_system():
            GroundDetail.objects.all().delete()

    monkeypatch.setattr(build, "_truncate", truncate)
    before = details()
    assert before
    build.empty()
    assert details() == before
