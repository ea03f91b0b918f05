"""The home: the folder that holds what one installation keeps on this machine (embedded database, documents, secrets, locks, logs).

`MEDIANE_HOME` names it, by default a per-user data folder. Only the standard library: commands that need no database read nothing else.

    secrets/    keys and passwords, 0600 each            run/        locks, pid and state of what is running
    postgres/   the embedded cluster (see postgres.py)   socket/     where it listens (elsewhere when that path would be too long)
    documents/  files of the cases                       log/        what the database and the services say
    static/     assets collected for the web server      mail/       outgoing mail while no mail server is configured
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PRIVATE_FOLDERS = ("secrets", "run", "documents", "log", "static", "mail")


class HomeError(Exception):
    """What is wrong with the home, in one line for the person at the keyboard."""


class Busy(HomeError):
    """Somebody else holds the lock."""


def default_path() -> Path:
    """`$XDG_DATA_HOME/mediane` or `~/.local/share/mediane`."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "mediane"


def current() -> Home:
    """The home that this process uses. Nothing is created by asking."""
    named = os.environ.get("MEDIANE_HOME")
    path = Path(named).expanduser() if named else default_path()
    return Home(Path(os.path.abspath(path)))  # noqa: PTH100 — symbolic links are kept: the person named this path


@dataclass(frozen=True)
class Home:
    path: Path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    # ---- folders ------------------------------------------------------------------------------------------------------------
    def create(self) -> None:
        """Make the folders. For its owner alone; as root the home lets the account of PostgreSQL through (0711), nothing more."""
        try:
            if self.path.exists() and not self.path.is_dir():
                raise HomeError(f"{self.path} is a file, not a folder")
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.geteuid() == 0:
                self.path.chmod(0o711)
            for name in PRIVATE_FOLDERS:
                (self / name).mkdir(exist_ok=True, mode=0o700)
        except PermissionError as error:
            raise HomeError(f"cannot write to the home {self.path}: {error.strerror}") from error

    # ---- secrets ------------------------------------------------------------------------------------------------------------
    def secret(self, name: str) -> str:
        """The secret of that name, or "" when the home has none yet (settings are read by tools that prepare nothing)."""
        try:
            return (self / "secrets" / name).read_text().strip()
        except FileNotFoundError:
            return ""
        except PermissionError as error:
            raise HomeError(f"cannot read {error.filename}: this home belongs to another account") from error

    def ensure_secret(self, name: str) -> str:
        """The secret of that name, drawn on first use: 32 random bytes in URL-safe base64, in a file for its owner alone."""
        if value := self.secret(name):
            return value
        value = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        folder = self / "secrets"
        handle, temporary = tempfile.mkstemp(dir=folder)  # mkstemp makes it 0600
        with os.fdopen(handle, "w") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, folder / name)  # fails when another process was quicker: then its value stands
        except FileExistsError:
            return self.secret(name)
        finally:
            Path(temporary).unlink()
        return value

    # ---- what the home remembers ------------------------------------------------------------------------------------------------
    def record(self, **facts: Any) -> None:
        """Remember facts about this installation (where a side folder lies…). None forgets one."""
        known = {**self.recorded(), **facts}
        temporary = self / "home.json.new"
        temporary.write_text(json.dumps({k: v for k, v in known.items() if v is not None}, indent=1, sort_keys=True))
        temporary.replace(self / "home.json")

    def recorded(self) -> dict[str, Any]:
        try:
            value = json.loads((self / "home.json").read_text())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return {}
        return value if isinstance(value, dict) else {}

    # ---- locks --------------------------------------------------------------------------------------------------------------
    @contextmanager
    def lock(self, name: str, *, wait: float = 0, note: str = "") -> Iterator[None]:
        """Hold `run/<name>.lock`; raise Busy when another process holds it for longer than `wait` seconds.

        The kernel frees the lock with the process, however it ends. `note` is written in the file for who finds it held (see `holder`).
        """
        with (self / "run" / f"{name}.lock").open("a+") as file:
            deadline = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() >= deadline:
                        raise Busy(f"{name} is held by another process") from error
                    time.sleep(0.05)
            file.seek(0)
            file.truncate()
            file.write(note or str(os.getpid()))
            file.flush()
            try:
                yield
            finally:
                file.seek(0)
                file.truncate()

    def holder(self, name: str) -> str | None:
        """The note of who holds the lock now, None when nobody does."""
        try:
            with (self / "run" / f"{name}.lock").open("r") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return file.read()
                return None
        except (FileNotFoundError, NotADirectoryError):
            return None

    def left_behind(self, name: str) -> str | None:
        """The note of a holder that ended without cleaning up (kill -9), None otherwise. Ask while nobody holds the lock."""
        with suppress(FileNotFoundError):
            return (self / "run" / f"{name}.lock").read_text() or None
        return None

    # ---- end ----------------------------------------------------------------------------------------------------------------
    def purge(self) -> None:
        """Remove everything that Médiane wrote here. Other people's files in the folder stay."""
        for name in (*PRIVATE_FOLDERS, "postgres", "postgres.new", "socket"):
            shutil.rmtree(self / name, ignore_errors=True)
        (self / "home.json").unlink(missing_ok=True)
        with suppress(OSError):
            self.path.rmdir()


def notice(text: str) -> None:
    """One line to the person, on standard error: standard output carries the answer only."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201
