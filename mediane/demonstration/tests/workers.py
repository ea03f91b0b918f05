"""What the processes of a test do. Nothing of Django: they begin at once."""

from __future__ import annotations

import os
import signal
import time

from mediane.demonstration import crew
from mediane.kernel.refusals import Refusal


def nothing() -> None:
    """What a process of a test needs before it works."""


def work(piece: str) -> None:
    match piece:
        case "refused":
            raise Refusal("locked", case=7)
        case "full":
            raise OSError(28, "No space left on device", "/files/x")
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "long":
            os.write(1, f"{os.getpid()}\n".encode())
            time.sleep(60)


def share(*pieces: str) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    crew.share(work, pieces, ready=nothing, given=(), tell=lambda done, total: told.append((done, total)))
    return told
