"""The real product, started as its people start it, on a home of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
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
    def serving(self, *arguments: str, patience: float = 110) -> Iterator[str]:
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


def _folder() -> Path:
    """A short folder that the account of PostgreSQL may pass when we are root (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="mediane-test-", dir="/tmp"))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="session")
def live_home() -> Iterator[LiveHome]:
    """An installation without any organisation, shared by the session's tests; stopped and removed at the end."""
    folder = _folder()
    home = LiveHome(folder / "home")
    yield home
    home.run("stop", "--purge", check=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _prepared() -> Iterator[Path]:
    """A home whose tables are made and that is stopped, to be copied."""
    folder = _folder()
    home = LiveHome(folder / "home")
    with home.serving():  # also gathers the static files
        pass
    home.run("stop")
    yield home.path
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_home(_prepared: Path) -> Iterator[LiveHome]:
    """An installation for one test: what the test does to it harms nobody. Its tables are made, nothing runs."""
    folder = _folder()
    subprocess.run(
        ["cp", "-a", _prepared, folder / "home"], check=True
    )  # with owners and modes, which the cluster needs
    home = LiveHome(folder / "home")
    yield home
    home.run("stop", "--purge", check=False)
    shutil.rmtree(folder, ignore_errors=True)
