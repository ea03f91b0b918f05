"""The talk with the mail server, told apart to the very step: what it said, and whether it may hold the message when it fell silent."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

PERMANENT = 500


@dataclass(frozen=True)
class Reply:
    """`accepted`: the server took it. `deferred`: it surely did not, try later. `refused`: it never will. `unknown`: it may hold the message."""

    outcome: Literal["accepted", "deferred", "refused", "unknown"]
    text: str


class Tracked:
    """Mixed into smtplib's classes: remembers whether the body began to leave, and the server's last word on it."""

    in_data = body_left = False
    last_word = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.in_data = True
        try:
            code, text = super().data(msg)  # type: ignore[misc]
        finally:
            self.in_data = False
        self.last_word = f"{code} {text.decode(errors='replace')}"
        return code, text

    def send(self, s: Any) -> None:
        if self.in_data and isinstance(s, bytes):  # commands are text, the message is bytes
            self.body_left = True
        super().send(s)  # type: ignore[misc]


class TrackedSMTP(Tracked, smtplib.SMTP):
    pass


class TrackedSMTPSSL(Tracked, smtplib.SMTP_SSL):
    pass


class TrackedBackend(EmailBackend):
    """Django's own backend on a connection that remembers."""

    talked: Any = None

    @property
    def connection_class(self) -> Any:
        return partial(self._connect, TrackedSMTPSSL if self.use_ssl else TrackedSMTP)

    def _connect(self, kind: Any, *args: Any, **kwargs: Any) -> Any:
        self.talked = kind(*args, **kwargs)
        return self.talked


def send(message: EmailMessage) -> Reply:
    """Send one message to one address and say what became of it; never raises for what a server or a network does."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return _send_elsewhere(message)
    backend = TrackedBackend()
    try:
        backend.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()), (0, b""))
        return _verdict(code, text)
    except smtplib.SMTPResponseException as error:
        if isinstance(error, smtplib.SMTPDataError):
            return _verdict(error.smtp_code, error.smtp_error)
        return Reply(
            "deferred", _said(error.smtp_code, error.smtp_error)
        )  # our own configuration, or a bad moment of the server
    except (smtplib.SMTPException, OSError) as error:
        talked = backend.talked
        if talked is not None and talked.last_word:  # it had answered; what failed was saying goodbye
            code, _, words = talked.last_word.partition(" ")
            return Reply("accepted", talked.last_word[:500]) if code.startswith("2") else _verdict(int(code), words)
        return Reply(
            "unknown" if talked is not None and talked.body_left else "deferred",
            f"{type(error).__name__}: {error}"[:500],
        )
    return Reply("accepted", (backend.talked.last_word if backend.talked is not None else "")[:500])


def _send_elsewhere(message: EmailMessage) -> Reply:
    """A backend that is no server (files of the home, memory of the tests)."""
    try:
        get_connection().send_messages([message])
    except OSError as error:
        return Reply("deferred", f"{type(error).__name__}: {error}"[:500])
    return Reply("accepted", settings.EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2])


def _verdict(code: int, text: bytes | str) -> Reply:
    return Reply("refused" if code >= PERMANENT else "deferred", _said(code, text))


def _said(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {words}"[:500]
