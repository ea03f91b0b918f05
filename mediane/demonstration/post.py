"""The post of the demonstration: a letter of last spring left last spring, and was read.

Without it a year of letters would leave on the day of the build, and the parties' pages would wait for them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.correspondence import paper, printing
from mediane.ground.correspondence.dispatch import deliver, left, message_id_of, page_count
from mediane.ground.correspondence.models import Channel, Letter, Status
from mediane.ground.correspondence.services import record_opening
from mediane.ground.correspondence.storage import letters_store
from mediane.ground.database.scope import as_system

BY = Actor.system(Door.COMMAND)
OF_TODAY = timedelta(days=2)  # left to the worker: they are seen leaving, and the day's batch has something to print
IN_THE_MAILBOX = timedelta(days=21)  # older messages are in nobody's mailbox any more
UNREAD = 9  # one in so many is never opened


def leave(case_id: int, *, now: datetime) -> None:
    """Send the letters of a case that wait, each at its own time. Those of the last days stay where they are."""
    with as_system():
        waiting = list(
            Letter.objects.filter(
                case=case_id, status=Status.QUEUED, goes_with=None, created_at__lt=now - OF_TODAY
            ).order_by("pk")
        )
    for letter in waiting:
        with as_system():
            at = letter.created_at + timedelta(minutes=2)
            if letter.created_at < now - IN_THE_MAILBOX:
                _left_long_ago(letter, at)
            else:
                _leave(letter, at)
            if letter.channel == Channel.EMAIL and letter.pk % UNREAD:
                record_opening(letter.pk, at=at + timedelta(hours=5))


def _leave(letter: Letter, at: datetime) -> None:
    """By the real road: the mail server of the demonstration, or the batch of that day, closed and posted."""
    deliver(letter.pk, at=at)
    letter.refresh_from_db(fields=["batch", "status"])
    if letter.batch is not None:
        printing.close_print_batch(letter.batch.pk, by=BY, at=at)
        printing.mark_posted(letter.batch.pk, posted_on=letter.batch.day, by=BY, at=at + timedelta(hours=2))


def _left_long_ago(letter: Letter, at: datetime) -> None:
    """As it lies in the house afterwards: the kept copy, its secrets blanked, and its proof. Nobody is talked to."""
    for each in (letter, *letter.companions.filter(status=Status.QUEUED)):
        each.paper = paper.without_secrets(each.paper)
        for name in each.letter_kind.secrets(each.audience):
            if each.inputs.get(name):
                each.inputs[name] = ""
        content = paper.letter_pdf(each.paper, at=each.created_at)
        stored = letters_store().put(content)
        each.pdf_key = each.sent_sha256 = each.kept_sha256 = stored.key
        each.pdf_size, each.pages, each.link_url, each.blanked_at = stored.size, page_count(content), "", at
        each.status = Status.READY
        each.save()
    proof = (
        {"address": letter.email, "message_id": message_id_of(letter), "reply": "250 2.0.0 Ok"}
        if letter.channel == Channel.EMAIL
        else {"address": letter.postal_lines, "posted_on": letter.letter_date.isoformat()}
    )
    left(letter, at=at, proof=proof)
