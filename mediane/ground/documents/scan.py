"""The virus scanner: clamd by its socket (setting `CLAMD_SOCKET`:

A path, or host:port), when there is one. Without it a piece is shown as not analysed.
"""

from __future__ import annotations

import socket
import struct
from typing import BinaryIO

from django.conf import settings

from mediane.ground.documents.enums import Virus

BLOCK = 1 << 16
SECONDS = 60


class ScannerDown(Exception):
    """Configured, and does not answer or cannot decide: the job is tried again."""


def configured() -> bool:
    return bool(getattr(settings, "CLAMD_SOCKET", ""))


def _connect() -> socket.socket:
    address: str = settings.CLAMD_SOCKET
    host, _, port = address.rpartition(":")
    if not address.startswith("/") and port.isdigit():
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    found.settimeout(SECONDS)
    found.connect(address)
    return found


def _ask(command: bytes, stream: BinaryIO | None = None) -> str:
    """One command in clamd's null-terminated form (clamd(8)); INSTREAM sends the bytes in blocks with their length."""
    try:
        with _connect() as line:
            line.sendall(b"z" + command + b"\0")
            if stream is not None:
                while block := stream.read(BLOCK):
                    line.sendall(struct.pack(">I", len(block)) + block)
                line.sendall(struct.pack(">I", 0))
            answer = b""
            while not answer.endswith(b"\0") and (block := line.recv(4096)):
                answer += block
    except OSError as error:
        raise ScannerDown(str(error)) from error
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def ping() -> bool:
    """For `mediane check`."""
    try:
        return _ask(b"PING") == "PONG"
    except ScannerDown:
        return False


def scan(stream: BinaryIO) -> tuple[Virus, str]:
    """(verdict, name of what was found).

    NOT_SCANNED when no scanner is configured; ScannerDown when it does not answer.
    """
    if not configured():
        return Virus.NOT_SCANNED, ""
    answer = _ask(b"INSTREAM", stream)
    if answer.endswith("OK"):
        return Virus.CLEAN, ""
    if answer.endswith("FOUND"):
        return Virus.INFECTED, answer.removeprefix("stream:").removesuffix("FOUND").strip()
    raise ScannerDown(answer)
