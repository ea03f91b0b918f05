"""memory and first_page: the product as people start it, `mediane serve`, watched from outside."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.home import MEDIANE, Home, use
from bench.measure import Figure, at_most, median, step

NAMES = {"memory", "first_page"}
VISITED = ("/", "/compte/connexion/", "/suivi/", "/sante/")
BUDGET_MB, BUDGET_SECONDS = 400.0, 5.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """`mediane serve` on this home. `seconds`: from the command to the first page."""

    def __init__(self, home: Home, *arguments: str) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [str(MEDIANE), "serve", "--port", port, *arguments],
            env=home.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        while self.get("/") != 200:
            if self.process.poll() is not None or time.perf_counter() - began > 120:
                self.process.terminate()
                raise RuntimeError(f"mediane serve does not answer: {self.process.communicate()[1][-500:]}")
            time.sleep(0.01)
        self.seconds = time.perf_counter() - began

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.address + path, timeout=30) as answer:
                answer.read()
                return int(answer.status)
        except (OSError, http.client.HTTPException):
            return 0

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)


def family(pid: int) -> list[int]:
    """The process and all that it started, the database aside."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        try:
            if Path(f"/proc/{one}/comm").read_text().strip() == "postgres":
                continue
        except OSError:
            continue
        found.append(one)
        waiting += children.get(one, [])
    return found


def megabytes(pid: int, what: str) -> float:
    """Proportional (`Pss`) or whole (`Rss`) resident memory; shared pages count once in the first, in every process in the second."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"^{what}:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


def benches(home: Home, *, quick: bool, wanted: set[str]) -> Iterator[Figure]:
    home.prepare()
    from bench.world import build

    use("mediane")
    with step("cases and letters to work on"):
        build()
    use("mediane", close_only=True)
    if "first_page" in wanted:
        with step("first page"):
            times = []
            for _ in range(2 if quick else 4):  # the first start of a home also gathers its static files
                served = Served(home)
                times.append(served.seconds)
                served.stop()
            subprocess.run([str(MEDIANE), "stop"], env=home.env, capture_output=True, check=False)
            served = Served(home)  # the database had to start too
            cold = served.seconds
            served.stop()
        yield Figure(
            "first_page",
            cold,
            BUDGET_SECONDS,
            "s",
            at_most(1),
            {"database_up": round(median(times[1:]), 2), "first_start_of_the_home": round(times[0], 2)},
        )
    if "memory" in wanted:
        with step("memory"):
            served = Served(home, "--workers", "2")
            for _ in range(40 if quick else 300):  # both workers have loaded what pages need
                for path in VISITED:
                    served.get(path)
            _wait_for_jobs(home)
            members = family(served.process.pid)
            pss, rss = sum(megabytes(pid, "Pss") for pid in members), sum(megabytes(pid, "Rss") for pid in members)
            served.stop()
        yield Figure(
            "memory",
            pss,
            BUDGET_MB,
            "MB",
            at_most(1),
            {"processes": len(members), "rss_sum_MB": round(rss, 1), "web_workers": 2, "job_workers": 1},
        )


def _wait_for_jobs(home: Home, patience: float = 90) -> None:
    """The letters of the cases were made: the job worker holds its compiler."""
    deadline = time.monotonic() + patience
    with home.owner() as owner:
        while time.monotonic() < deadline:
            row = owner.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= now())"
            ).fetchone()
            if row is None or row[0] == 0:
                return
            time.sleep(0.5)
