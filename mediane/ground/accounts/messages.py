"""Short mails about accounts, rendered and sent by a worker in the reader's language.

The queue holds ids only: a token is made again when the mail leaves (`services.token_of`), an address typed by a stranger is sealed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from mediane.ground.jobs import defer


def notify(person_id: int, template: str, *, at: datetime, by_id: int | None = None) -> None:
    """Tell somebody what was done to their account (`<template>_subject.txt`, `<template>_message.txt`)."""
    from mediane.ground.accounts.tasks import send_notification

    defer(send_notification, person_id=person_id, template=template, at=at.isoformat(), by_id=by_id)


def send(to: str, template: str, context: dict[str, Any], *, language: str | None = None) -> None:
    """Render and send, now. `Auto-Submitted` keeps absence notices from answering."""
    with translation.override(language or settings.LANGUAGE_CODE):
        context = {"site": settings.MEDIANE_URL, **context}
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        text = render_to_string(f"{template}_message.txt", context).strip() + "\n"
    EmailMessage(subject, text, to=[to], headers={"Auto-Submitted": "auto-generated"}).send()


def address(url_name: str, *args: Any) -> str:
    """The full address of a page, for a mail."""
    return settings.MEDIANE_URL + reverse(url_name, args=args)
