"""`mediane serve`: the web server, the job worker and its schedules, watched by one process and ending together.

    mediane serve ── web (granian) ── web workers
                  └─ jobs (procrastinate, with the schedules)

The watcher holds `run/serve.lock`; its note says who runs and where, so that `mediane stop` can end it and a next `serve` can remove what a
`kill -9` left behind. Children ask the kernel to end them with their parent. The embedded database is no member: it outlives us, and the watcher
starts it again should it fall. The watcher itself never loads Django.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mediane.config import home as homes
from mediane.config.database import external
from mediane.config.home import Busy, Home, HomeError, notice
from mediane.config.postgres import Server

STOP_LIMIT = 30.0  # seconds a member has to finish what it holds
THREADS = 4  # requests that one web worker answers at once; each holds a database connection
PR_SET_PDEATHSIG = 1


# ---- the watcher --------------------------------------------------------------------------------------------------------------
def serve(
    host: str = "127.0.0.1", port: int = 8000, workers: int | None = None, ready: Callable[[str], None] = print
) -> int:
    """Serve until SIGTERM or SIGINT. `ready` is given the address once the first page answers. 0 when asked to end, 1 when a member fell."""
    from mediane.config.prepare import prepare

    home = homes.current()
    home.create()
    address = address_of(host, port)
    left = home.left_behind("serve") if home.holder("serve") is None else None
    stop = _Stop()
    try:
        with home.lock("serve", note=json.dumps({"pid": os.getpid(), "address": address, "group": None})):
            _remove_left_behind(left)
            _refuse_taken(host, port)
            prepare()
            _collect_static(home)
            if stop.asked:
                return 0
            members = _start(host, port, workers or min(2, os.cpu_count() or 1))
            group = members["web"].pid
            _note(home, pid=os.getpid(), address=address, group=group)
            try:
                return _watch(home, members, address, stop, ready)
            finally:
                _end(members, group)
    except Busy as error:
        raise HomeError(f"this home is served already: {describe(home)}; `mediane stop` ends it") from error


def address_of(host: str, port: int) -> str:
    """What is typed in a browser of this machine to reach a server that listens there."""
    if host in {"127.0.0.1", "0.0.0.0", "::"}:  # noqa: S104 — compared, not bound
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Stop:
    """Set by the first SIGTERM or SIGINT; before that, the signals wait here."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True


def _start(host: str, port: int, workers: int) -> dict[str, subprocess.Popen[bytes]]:
    """Members share one process group, led by the web server, so that nobody is forgotten."""
    command = [sys.executable, "-m", "mediane.config.serving"]
    # What members print is notices: standard output stays for the answer.
    web = subprocess.Popen(
        [*command, "web", host, str(port), str(workers)], stdin=subprocess.DEVNULL, stdout=2, process_group=0
    )
    jobs = subprocess.Popen([*command, "jobs"], stdin=subprocess.DEVNULL, stdout=2, process_group=web.pid)
    return {"web": web, "jobs": jobs}


def _watch(
    home: Home, members: dict[str, subprocess.Popen[bytes]], address: str, stop: _Stop, ready: Callable[[str], None]
) -> int:
    server = None if external() else Server(home)
    answered, looked = False, time.monotonic()
    while not stop.asked:
        for name, member in members.items():
            if member.poll() is not None:
                notice(f"mediane serve: {name} ended ({member.returncode}), so everything ends")
                return 1
        if not answered and _answers(address):
            answered = True
            ready(address)
        if server and time.monotonic() - looked > 2:
            looked = time.monotonic()
            if not server.ready():
                try:
                    if server.start():
                        notice("mediane serve: the database had fallen and is up again")
                except HomeError as error:
                    notice(f"mediane serve: {error}")
                    return 1
        time.sleep(0.05 if not answered else 0.2)
    return 0


def _answers(address: str) -> bool:
    """Does the web server take connections? (It does once its workers have loaded the product.)"""
    import http.client
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "localhost", parts.port, timeout=5)
    try:
        # Under a name that is always served: whether others may use the address is for ALLOWED_HOSTS to say, not whether we are up.
        connection.request("GET", "/sante/", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(members: dict[str, subprocess.Popen[bytes]], group: int) -> None:
    for number, limit in ((signal.SIGTERM, STOP_LIMIT), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline and not _group_is_gone(members, group):
            time.sleep(0.05)


def _group_is_gone(members: dict[str, subprocess.Popen[bytes]], group: int) -> bool:
    for member in members.values():
        member.poll()  # takes the exit status: a zombie still counts as a member of the group
    return not _group_members(group)


def _group_members(group: int) -> list[int]:
    """Live processes of the group (zombies wait for a parent that may never come: they hold nothing)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError, ValueError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] not in "ZX" and int(fields[2]) == group:
                    found.append(int(entry.name))
    return found


def _note(home: Home, **facts: object) -> None:
    """Rewrite the note in the lock that we hold."""
    (home / "run" / "serve.lock").write_text(json.dumps(facts))


def _read(note: str | None) -> dict[str, object]:
    try:
        value = json.loads(note or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def describe(home: Home) -> str:
    facts = _read(home.holder("serve"))
    return f"{facts.get('address', 'starting')} (process {facts.get('pid', '?')})"


def _remove_left_behind(note: str | None) -> None:
    """End the members of a watcher that was killed, if any outlived it."""
    group = _read(note).get("group")
    if isinstance(group, int) and group > 1:
        _kill_members(group)


def _kill_members(group: int) -> None:
    """Kill the processes of that group that are ours: the number may have been taken again since."""
    for number, limit in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
        deadline = time.monotonic() + limit
        while True:
            mine = [pid for pid in _group_members(group) if _is_member(pid)]
            if not mine:
                return
            for pid in mine:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)


def _is_member(pid: int) -> bool:
    try:
        return b"mediane.config.serving" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise HomeError(f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port") from error


def stop_serving(home: Home) -> bool:
    """End the `serve` and the workers of this home, politely and then not. True when something ran."""
    found = False
    for name in ("serve", *(path.stem for path in sorted((home / "run").glob("worker-*.lock")))):
        note = home.holder(name)
        if note is None:
            left = home.left_behind(name)
            _remove_left_behind(left)
            continue
        found = True
        facts = _read(note)
        pid = facts.get("pid")
        if isinstance(pid, int):
            _stop_holder(home, name, pid)
        _remove_left_behind(note)
    for path in (home / "run").glob("worker-*.lock"):
        if home.holder(path.stem) is None:
            path.unlink(missing_ok=True)
    return found


def _stop_holder(home: Home, name: str, pid: int) -> None:
    for number, limit in ((signal.SIGTERM, STOP_LIMIT + 10), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if home.holder(name) is None:
                return
            time.sleep(0.05)


# ---- static files ---------------------------------------------------------------------------------------------------------------
def _collect_static(home: Home) -> None:
    """Gather the rooms' static files when one of them changed. Without Django when there is nothing to do."""
    from mediane.config.prepare import PACKAGE

    digest = hashlib.sha256()
    for folder in sorted(PACKAGE.rglob("static")):
        for path in sorted(folder.rglob("*")):
            facts = path.stat()
            digest.update(f"{path.relative_to(PACKAGE)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    from importlib.metadata import version

    digest.update(f"{version('django-htmx')} {version('django-allauth')}".encode())
    stamp = home / "static" / ".collected"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        subprocess.run([sys.executable, "-m", "mediane.config.serving", "static"], check=True, stdout=2)
        stamp.write_text(digest.hexdigest())


# ---- the members ----------------------------------------------------------------------------------------------------------------
def die_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel for that signal when our parent ends, however it ends (Linux; elsewhere the next `serve` cleans up)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def _web(host: str, port: int, workers: int) -> None:
    import copy
    import gc

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LOGGING_CONFIG, LogLevels

    import mediane.config.wsgi  # noqa: F401 — loaded once, before the workers are forked: quicker, and they share the memory

    gc.collect()
    gc.freeze()
    logs: dict[str, Any] = copy.deepcopy(LOGGING_CONFIG)
    for handler in logs["handlers"].values():
        handler["stream"] = "ext://sys.stderr"
    Granian(
        "mediane.config.serving:load",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=int(STOP_LIMIT) - 5,
        log_level=LogLevels.warning,
        log_dictconfig=logs,
    ).serve()


def load() -> object:
    """The application, in a web worker. Should the process above be killed, the worker ends at once: nothing in hand is half done."""
    die_with_parent(signal.SIGKILL)
    from mediane.config.wsgi import application

    return application


def _jobs() -> None:
    import django

    django.setup()
    from mediane.ground.jobs.running import run_worker_for_good

    run_worker_for_good()


def _static() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    # Scripts of libraries that no page of ours names.
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=["ext", "account", "mfa"])


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mediane.config.settings")
    match arguments:
        case ["web", host, port, workers]:
            die_with_parent()
            _web(host, int(port), int(workers))
        case ["jobs"]:
            die_with_parent()
            _jobs()
        case ["static"]:
            _static()
        case _:
            raise SystemExit("members are started by `mediane serve`")


if __name__ == "__main__":
    main(sys.argv[1:])
