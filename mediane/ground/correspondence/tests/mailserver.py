"""A real SMTP server on this machine that can be made to fail at each step of the talk."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """`messages` is what the server has taken. `says` scripts the coming talks, one word each: `ok`, `rcpt 550`, `data 451`, `drop before`, `drop after`,
    `hang up at quit`; `ok` when the script is over."""

    def __init__(self, port: int = 0) -> None:
        self.messages: list[EmailMessage] = []
        self.says: list[str] = []
        self.talks = 0
        self.hold: threading.Event | None = None
        self.reached = threading.Event()
        self.port = port or _free_port()
        self._controller: Controller | None = None

    # ---- aiosmtpd's hooks ---------------------------------------------------------------------------------------------------
    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.talks += 1
        self._now = self.says.pop(0) if self.says else "ok"
        if self._now.startswith("rcpt"):
            return f"{self._now[5:]} said so"
        if self._now == "drop before":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.reached.set()
        if self.hold:
            import asyncio

            await asyncio.get_running_loop().run_in_executor(None, self.hold.wait, 20)
        if self._now.startswith("data"):
            return f"{self._now[5:]} said so"
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        if self._now == "drop after":
            server.transport.abort()
        return f"250 2.0.0 taken as {len(self.messages)}"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        if self._now == "hang up at quit":
            server.transport.abort()
        return "221 bye"

    # ---- up and down --------------------------------------------------------------------------------------------------------
    def up(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.up()
    try:
        yield server
    finally:
        server.down()
