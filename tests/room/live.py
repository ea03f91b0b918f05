"""The real product, started as its people start it, on a home of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# What of our own environment must not reach the product: it would serve the test room's settings and database.
HIDDEN = (
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "DATABASE_MIGRATE_URL",
    "MEDIANE_HOME",
    "PYTEST_VERSION",
    "PYTEST_CURRENT_TEST",
)
MEDIANE = Path(sys.executable).with_name("mediane")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class LiveHome:
    """A home and the `mediane` command on it."""

    path: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if k not in HIDDEN},
            "MEDIANE_HOME": str(self.path),
            **self.extra,
        }

    def run(
        self, *arguments: str, text: str | None = None, check: bool = True, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run `mediane …` to its end. With `check`, a failure fails the test and shows what was said."""
        done = subprocess.run(
            [MEDIANE, *arguments],
            env=self.env,
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            pytest.fail(f"mediane {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `mediane …` and leave it running; its standard error goes to `<home>.log`."""
        with self.path.with_suffix(".log").open("a") as log:
            return subprocess.Popen(
                [MEDIANE, *arguments], env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, text=True
            )

    def said(self) -> str:
        return self.path.with_suffix(".log").read_text()

    @contextmanager
    def serving(self, *arguments: str, patience: float = 60) -> Iterator[str]:
        """`mediane serve` until the block ends; gives the address."""
        port = free_port()
        process = self.start("serve", "--port", str(port), *arguments)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/sante/", process, patience, self)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def wait_for(url: str, process: subprocess.Popen[str], patience: float, home: LiveHome) -> None:
    deadline = time.monotonic() + patience
    while True:
        if process.poll() is not None:
            pytest.fail(f"serve ended with {process.returncode}\n{home.said()}")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            if time.monotonic() > deadline:
                pytest.fail(f"{url} does not answer after {patience} s\n{home.said()}")
            time.sleep(0.05)


@pytest.fixture(scope="session")
def live_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHome]:
    """An empty installation of its own, shared by the session's journeys; stopped and removed at the end."""
    home = LiveHome(tmp_path_factory.mktemp("live") / "home")
    yield home
    home.run("stop", "--purge", check=False)


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[LiveHome]:
    """An installation for one test: what the test does to it harms nobody."""
    home = LiveHome(tmp_path / "home")
    yield home
    home.run("stop", "--purge", check=False)
