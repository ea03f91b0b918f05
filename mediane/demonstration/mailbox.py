"""The demonstration's mail server: real SMTP and a reading page, on this machine only (mail-devel, a process of its own)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection


def smtp_port(page: int) -> int:
    return page + 1


@contextmanager
def running(page: int, *, begin: Callable[[], None] | None = None) -> Iterator[str]:
    """Serve the mailbox while the block runs; its page at http://localhost:<page>/. `begin` is called in its process before anything else.
    Raises RuntimeError when it does not come up, or when somebody else is at its address: another demonstration's letters would be read as ours."""
    if _answers(page):
        raise RuntimeError(f"port {page}, where the demonstration's mailbox is read, is taken: is another one running?")
    command = [
        sys.executable,
        "-m",
        "mail_devel",
        "--host",
        "127.0.0.1",
        "--http-host",
        "127.0.0.1",
        "--http-port",
        str(page),
        "--smtp-port",
        str(smtp_port(page)),
        "--imap-port",
        str(page + 2),
        "--smtps-port",
        "0",
        "--user",
        "boite@mediane.example",
        "--password",
        "demonstration",
    ]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=begin,  # noqa: PLW1509 - no thread is there yet
    )
    try:
        deadline = time.monotonic() + 15
        while not _answers(page):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the demonstration's mail server did not start (ports {page} to {page + 2})")
            time.sleep(0.1)
        yield f"http://localhost:{page}/"
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()


def _answers(page: int) -> bool:
    connection = HTTPConnection("127.0.0.1", page, timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
