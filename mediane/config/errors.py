"""An error that nobody expected gets a short code: the page shows it, the log says what happened under it.

The log never holds the address that was asked for (it may be the key of a case), only the name of the view.
"""

from __future__ import annotations

import logging
import secrets
import sys
from typing import Any

from django.core.signals import got_request_exception
from django.http import HttpRequest

log = logging.getLogger("mediane.errors")


def listen() -> None:
    got_request_exception.connect(note, dispatch_uid="mediane.config.errors")


def note(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Before the error page is made: `request.reference` is the code it prints."""
    if request is None:
        return
    reference = secrets.token_hex(4)
    request.reference = reference  # type: ignore[attr-defined]
    match = request.resolver_match
    log.error("error %s in %s", reference, match.view_name if match else "no view", exc_info=sys.exc_info())
