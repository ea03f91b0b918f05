"""The print batch of a day: one PDF for the printer, then a date of posting for all its letters.

Merging pages loses the tags that make each letter readable by machines; the batch is for a printer, which reads none. Every letter keeps its own
PDF/UA file (docs/adr/0032).
"""

from __future__ import annotations

import io
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.correspondence import dispatch
from mediane.ground.correspondence.models import BatchStatus, Letter, PrintBatch, Status
from mediane.ground.correspondence.paper import compile_typst
from mediane.ground.correspondence.storage import letters_store
from mediane.ground.correspondence.typography import said
from mediane.ground.database.scope import as_system, use_case
from mediane.ground.jobs import defer
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal


def _batch(batch_id: int, by: Actor, *statuses: str) -> PrintBatch:
    batch = PrintBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None or not (by.is_system or by.organisation_id == batch.organisation_id):
        raise Refusal("not_found")
    if not (by.is_system or by.may(Permission.SEND_LETTERS)):
        raise Refusal("not_allowed")
    if batch.status not in statuses:
        raise Refusal("wrong_state", status=batch.status)
    return batch


@use_case
def close_print_batch(batch_id: int, *, by: Actor, at: datetime) -> PrintBatch:
    """Close the batch: no further letter enters it, its PDF is made in the background. Raises Refusal `empty_batch`, `wrong_state`."""
    batch = _batch(batch_id, by, BatchStatus.OPEN)
    letters = batch.letters.select_for_update().filter(status=Status.READY)
    pages = letters.aggregate(total=Sum("pages"))["total"] or 0
    if not letters.update(status=Status.PRINTED):
        raise Refusal("empty_batch")
    batch.status, batch.closed_at, batch.closed_by_id, batch.pages = BatchStatus.CLOSED, at, by.person_id, pages
    batch.save(update_fields=["status", "closed_at", "closed_by", "pages"])
    from mediane.ground.correspondence.tasks import print_batch

    defer(print_batch, batch_id=batch.pk)
    return batch


def ordered(batch: PrintBatch) -> list[Letter]:
    """Envelope by envelope: each letter, then what goes with it."""
    letters = list(batch.letters.exclude(status=Status.CANCELLED).order_by("pk"))
    mains = [letter for letter in letters if not letter.goes_with_id]
    return [each for main in mains for each in (main, *(c for c in letters if c.goes_with_id == main.pk))]


def build(batch_id: int) -> None:
    """Make the batch's PDF: a list of envelopes, then the letters, each beginning on a new sheet. Run again, it gives the same."""
    import pikepdf

    with as_system():
        batch = PrintBatch.objects.select_related("organisation").get(pk=batch_id)
        if batch.status != BatchStatus.CLOSED or batch.pdf_key:
            return
        letters = ordered(batch)
    merged = pikepdf.new()
    with pikepdf.open(io.BytesIO(cover_list(batch, letters))) as cover:
        _add(merged, cover)
    for letter in letters:
        with pikepdf.open(io.BytesIO(letters_store().get(letter.pdf_key))) as pdf:
            _add(merged, pdf)
    out = io.BytesIO()
    merged.save(out, deterministic_id=True)
    stored = letters_store().put(out.getvalue())
    with as_system():
        PrintBatch.objects.filter(pk=batch_id, status=BatchStatus.CLOSED, pdf_key="").update(
            pdf_key=stored.key, sha256=stored.key
        )


def _add(merged: object, pdf: object) -> None:
    """Append the pages, and a blank one where the count is odd: printed on both sides, the next begins on a sheet of its own."""
    merged.pages.extend(pdf.pages)  # type: ignore[attr-defined]
    if len(pdf.pages) % 2:  # type: ignore[attr-defined]
        merged.add_blank_page(page_size=(595.276, 841.89))  # type: ignore[attr-defined]


def cover_list(batch: PrintBatch, letters: list[Letter]) -> bytes:
    """What is in the batch, envelope by envelope: for the person who folds."""
    with override("fr"):
        rows = [
            [
                ""
                if letter.goes_with_id
                else str(1 + sum(1 for other in letters[: letters.index(letter)] if not other.goes_with_id)),
                letter.paper["case_number"],
                (_("même enveloppe : {title}") if letter.goes_with_id else "{title}").format(title=letter.title),
                "" if letter.goes_with_id else letter.addressee,
                "" if letter.goes_with_id else whereto(letter.postal_lines),
                str(letter.pages or ""),
            ]
            for letter in letters
        ]
        data = {
            "title": _("Courriers du {day}").format(day=said(batch.day)),
            "body": batch.organisation.name,
            "sub": _(
                "Lot n° {number}, {letters} lettres, {pages} pages, recto verso : chaque lettre commence sur une feuille."
            ).format(number=batch.number, letters=len(letters), pages=batch.pages),
            "head": [_("Pli"), _("Dossier"), _("Lettre"), _("Destinataire"), _("Commune"), _("Pages")],
            "rows": rows,
        }
    return compile_typst("batch.typ", data, at=batch.closed_at)


def whereto(lines: list[str]) -> str:
    """The town (abroad, with the country) as the person who folds reads it in the window; an address that shows no postcode is one to look at."""
    at = next((n for n in range(len(lines) - 1, 0, -1) if any(character.isdigit() for character in lines[n])), None)
    if at is None or at < len(lines) - 2:
        return _("adresse à vérifier")
    return ", ".join(lines[at:])


def batch_pdf(batch: PrintBatch) -> bytes:
    """The PDF for the printer. Raises Refusal `not_ready` while it is being made, `gone` once posted (each letter keeps its own)."""
    if batch.status == BatchStatus.POSTED:
        raise Refusal("gone")
    if not batch.pdf_key:
        raise Refusal("not_ready")
    return letters_store().get(batch.pdf_key)


@use_case
def mark_posted(batch_id: int, *, posted_on: date, by: Actor, at: datetime) -> PrintBatch:
    """The envelopes were posted that day: every letter left, with the batch as its proof. Raises Refusal `wrong_state`, `before_closing`,
    `too_early` (a day to come: the proof would tell of what has not happened)."""
    batch = _batch(batch_id, by, BatchStatus.CLOSED)
    if posted_on < batch.day:
        raise Refusal("before_closing", day=batch.day)
    if posted_on > paris_day(at):
        raise Refusal("too_early", day=posted_on)
    batch.status, batch.posted_on, batch.posted_at, batch.posted_by_id = BatchStatus.POSTED, posted_on, at, by.person_id
    key, batch.pdf_key = batch.pdf_key, ""
    batch.save(update_fields=["status", "posted_on", "posted_at", "posted_by", "pdf_key"])
    proof = {"batch": str(batch.uuid), "posted_on": posted_on.isoformat(), "batch_sha256": batch.sha256}
    for letter in batch.letters.select_for_update().filter(status=Status.PRINTED, goes_with=None).order_by("pk"):
        dispatch.left(letter, at=at, by=by, proof={**proof, "address": letter.postal_lines})
    if key:
        transaction.on_commit(lambda: letters_store().delete(key, older_than=0) and None)
    return batch


@use_case
def reopen_batch(batch_id: int, *, by: Actor, at: datetime) -> PrintBatch:
    """Closed by mistake, nothing posted yet: its letters go back to the open batch of the day, its PDF is given up."""
    batch = _batch(batch_id, by, BatchStatus.CLOSED)
    open_now = dispatch.open_batch(batch.organisation_id, at)
    batch.letters.filter(status=Status.PRINTED).update(status=Status.READY, batch=open_now)
    batch.letters.update(batch=None)
    key = batch.pdf_key
    batch.delete()
    if key:
        transaction.on_commit(lambda: letters_store().delete(key, older_than=0) and None)
    return open_now
