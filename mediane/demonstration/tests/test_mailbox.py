"""The demonstration's mail server: ours, or none."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mediane.demonstration import mailbox

CHILD = """
import sys, time
from mediane.config.serving import die_with_parent
from mediane.demonstration import mailbox
with mailbox.running(int(sys.argv[1]), begin=die_with_parent):
    print("up", flush=True)
    time.sleep(60)
"""


def a_free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_page_that_somebody_else_serves_is_not_taken_for_ours() -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        with pytest.raises(RuntimeError, match="taken"), mailbox.running(other.server_port):
            raise AssertionError("its mails would be shown as ours")
        other.shutdown()


def test_it_ends_with_a_command_that_was_killed() -> None:
    page = a_free_port()
    with subprocess.Popen([sys.executable, "-c", CHILD, str(page)], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "up\n"
        assert mailbox._answers(page)
        command.kill()
    deadline = time.monotonic() + 20
    while mailbox._answers(page):
        assert time.monotonic() < deadline, "the mail server outlived its command"
        time.sleep(0.1)
