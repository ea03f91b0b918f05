"""`mediane serve` as people live with it: it answers soon, ends whole, and comes back from whatever killed it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from mediane.config.home import Home
from mediane.config.postgres import OWNER, Server
from mediane.config.serving import _answers, address_of
from tests.room.live import MEDIANE, LiveHome, free_port, wait_for

pytestmark = pytest.mark.timeout(400)  # real processes, beside a whole suite


def children(pid: int) -> list[int]:
    """Every descendant of a process."""
    found = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (fields := _stat(int(entry.name))) and int(fields[1]) == pid
    ]
    return found + [deeper for child in found for deeper in children(child)]


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def alive(pid: int) -> bool:
    fields = _stat(pid)
    return bool(fields) and fields[0] not in "ZX"


def until(what: Callable[[], object], patience: float = 90) -> None:
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(answer.status)


class Serving:
    """A `mediane serve` under a test's hands."""

    def __init__(self, home: LiveHome) -> None:
        self.home, self.port = home, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        began = time.monotonic()
        self.process = home.start("serve", "--port", str(self.port))
        wait_for(f"{self.address}/sante/", self.process, 110, home)
        self.first_page = time.monotonic() - began
        # The database, which this command started, is no member: it stays up.
        self.members = [pid for pid in children(self.process.pid) if b"mediane.config.serving" in _command(pid)]

    def member(self, name: str) -> int:
        """The process of that member: `web` or `jobs`."""
        for pid in children(self.process.pid):
            if _stat(pid)[1] == str(self.process.pid) and name.encode() in Path(
                f"/proc/{pid}/cmdline"
            ).read_bytes().split(b"\0"):
                return pid
        raise AssertionError(name)

    def all_gone(self) -> None:
        until(lambda: not any(alive(pid) for pid in self.members))


def test_the_first_page_comes_soon_and_everything_ends_with_a_sigterm(own_home: LiveHome) -> None:
    serving = Serving(own_home)
    # The budget is that of an idle machine (`make bench` holds it); here the whole suite runs beside it.
    assert serving.first_page < 30
    assert len(serving.members) >= 3  # web, its workers, jobs
    serving.process.send_signal(signal.SIGTERM)
    assert serving.process.wait(40) == 0
    serving.all_gone()
    server = Server(Home(own_home.path))
    assert server.ready(), "the database stays up until `mediane stop`"
    own_home.run("stop")
    assert server.pid() is None


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:8000"),
        ("0.0.0.0", "http://localhost:8000"),
        ("192.168.1.5", "http://192.168.1.5:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_address_is_one_that_a_browser_reads(host: str, address: str) -> None:
    assert address_of(host, 8000) == address
    assert urlsplit(address).port == 8000


def test_whether_it_answers_does_not_hang_on_the_name_it_listens_under() -> None:
    """A host that the settings do not serve gets 400; it must not keep `serve` waiting for ever."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.headers["Host"] == "localhost" else 400)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert _answers(f"http://127.0.0.1:{server.server_port}")


def test_standard_output_says_the_address_and_nothing_else(own_home: LiveHome) -> None:
    port = free_port()
    process = subprocess.Popen(
        [MEDIANE, "serve", "--port", str(port)], env=own_home.env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == f"http://localhost:{port}\n"
    process.terminate()
    assert process.stdout.read() == ""
    process.wait(40)
    process.stdout.close()


def test_a_second_serve_on_one_home_is_refused_and_other_commands_are_not(own_home: LiveHome) -> None:
    with own_home.serving() as address:
        second = own_home.run("serve", "--port", str(free_port()), check=False)
        assert second.returncode == 1
        assert second.stdout == ""
        assert second.stderr.count("\n") == 1
        assert address.rpartition(":")[2] in second.stderr
        assert "mediane stop" in second.stderr
        assert json.loads(own_home.run("bodies", "--json").stdout) == []
        assert get(f"{address}/sante/") == 200


def test_stop_ends_what_runs_and_twice_is_no_error(own_home: LiveHome) -> None:
    serving = Serving(own_home)
    assert own_home.run("stop").returncode == 0
    assert serving.process.wait(5) == 0
    serving.all_gone()
    assert Server(Home(own_home.path)).pid() is None
    again = own_home.run("stop")
    assert (again.returncode, again.stdout) == (0, "")


def test_a_taken_port_is_said_in_one_line(own_home: LiveHome) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = own_home.run("serve", "--port", str(taken.getsockname()[1]), check=False)
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1


def test_kill_9_of_the_watcher_takes_the_members_and_the_next_serve_works(own_home: LiveHome) -> None:
    serving = Serving(own_home)
    serving.process.kill()
    serving.process.wait()
    serving.all_gone()
    with own_home.serving() as address:
        assert get(f"{address}/sante/") == 200


@pytest.mark.parametrize("name", ["web", "jobs"])
def test_kill_9_of_a_member_ends_the_group_with_a_failure(own_home: LiveHome, name: str) -> None:
    serving = Serving(own_home)
    os.kill(serving.member(name), signal.SIGKILL)
    assert serving.process.wait(40) == 1
    serving.all_gone()
    assert f"{name} ended" in own_home.said()


def test_members_that_outlive_a_killed_group_are_removed_by_the_next(own_home: LiveHome) -> None:
    """Watcher and web server killed at once: whatever a kernel without parent-death signals would leave is found by its group."""
    serving = Serving(own_home)
    web = serving.member("web")
    os.kill(serving.process.pid, signal.SIGSTOP)
    os.kill(web, signal.SIGKILL)
    serving.process.kill()
    serving.process.wait()
    with own_home.serving() as address:
        assert get(f"{address}/sante/") == 200
        assert not any(alive(pid) for pid in serving.members)


def test_kill_9_of_the_database_is_mended_while_serving(own_home: LiveHome) -> None:
    serving = Serving(own_home)
    server = Server(Home(own_home.path))
    before = server.pid()
    assert before
    os.kill(before, signal.SIGKILL)
    until(lambda: server.ready() and server.pid() != before)
    until(lambda: _status(f"{serving.address}/sante/") == 200)
    assert serving.process.poll() is None
    # The worker finds its way back too: it runs what is queued from now on.
    with psycopg.connect(
        host=str(server.socket), user=OWNER, password=Home(own_home.path).secret(OWNER), dbname="mediane"
    ) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('upkeep', 'mediane.ground.jobs.tasks.rescue', '{}')"
        )
        connection.commit()
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%rescue' AND status IN ('todo', 'doing')"
        until(lambda: connection.execute(query).fetchone() == (0,), 60)
    serving.process.terminate()
    assert serving.process.wait(40) == 0


def _status(url: str) -> int:
    try:
        return get(url)
    except OSError as error:
        return int(getattr(error, "code", 0) or 0)


def test_a_worker_alone_ends_when_the_queue_is_empty(own_home: LiveHome) -> None:
    done = own_home.run("worker", "--once")
    assert (done.returncode, done.stdout) == (0, "")


def test_stop_ends_a_worker_that_runs_alone(own_home: LiveHome) -> None:
    worker = own_home.start("worker")
    until(lambda: list((own_home.path / "run").glob("worker-*.lock")), 40)
    own_home.run("stop")
    assert worker.wait(30) == 0
    assert not list((own_home.path / "run").glob("worker-*.lock"))


def test_two_commands_on_an_empty_home_prepare_it_once(live_home: LiveHome) -> None:
    """Also the first run of all: nothing exists before, and both answer."""
    command = [MEDIANE, "bodies", "--json"]
    running = [
        subprocess.Popen(command, env=live_home.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=100) for process in running]
    assert [json.loads(answer) for answer, _ in answers] == [[], []]
    assert sum("first run" in notices for _, notices in answers) <= 1
    assert sys.executable  # the commands ran in our own environment
