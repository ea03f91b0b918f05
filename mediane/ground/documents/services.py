"""What happens to pieces. Called inside the use cases of the rooms that own the case: they have checked who may and
whether now, and they write the
case's journal (`Document.journal_facts`). Each verb opens system scope for its own length when the caller has not.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db import connection, models, transaction
from django.db.models import Max, Q

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import as_system, use_case
from mediane.ground.documents import previews, scan
from mediane.ground.documents.enums import (
    PARTIES,
    READ_BY_PARTIES,
    Audience,
    Author,
    Confidentiality,
    PreviewState,
    Purpose,
    ReadingKind,
    Virus,
)
from mediane.ground.documents.events import DocumentInfected, DocumentStored
from mediane.ground.documents.limits import limits
from mediane.ground.documents.models import SERIES, Document, Preview, Reading
from mediane.ground.documents.storage import store
from mediane.ground.documents.types import ACCEPTED
from mediane.ground.documents.uploads import Upload
from mediane.ground.jobs import defer
from mediane.ground.journal.models import Case
from mediane.kernel.events import publish
from mediane.kernel.refusals import Refusal

log = logging.getLogger(__name__)
R = TypeVar("R", bound=models.Model)
SAME_READING = timedelta(minutes=15)  # leafing through the pages of a piece is one reading


# ---- reception -----------------------------------------------------------------------------------------------------
@use_case
def store_document(
    *,
    case: Case | int,
    organisation_id: int,
    upload: Upload,
    title: str = "",
    author_party: str,
    author_name: str,
    audience: str,
    purpose: str = Purpose.OTHER,
    by: Actor,
    at: datetime,
    received_on: date,
    person_id: int | None = None,
    confidentiality: str = Confidentiality.PRODUCED,
    special_category: bool = False,
) -> Document:
    """Put an accepted file in a case, with its exhibit number. The row is durable only with bytes that already are.

    `received_on`: the legal day it arrived (may be before `at`, for paper). `person_id`: who entered it when that is
    not `by`. Refusal `storage_error` when the bytes are gone (a form token older than the sweep). Publishes
    DocumentStored; queues scan and previews.
    """
    case_id = case.pk if isinstance(case, Case) else case
    _touch(upload.filename, upload.key)
    _lock(case_id)
    author = Author(author_party)
    kind = ACCEPTED[upload.media_type]
    document = Document.objects.create(
        case_id=case_id,
        organisation_id=organisation_id,
        number=_next_number(case_id, SERIES[author]) if author in PARTIES or audience in READ_BY_PARTIES else None,
        series=SERIES[author],
        title=(title.strip() or upload.filename)[:200],
        filename=upload.filename,
        claimed_type=upload.claimed_type,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        pages=upload.pages,
        active_content=upload.active_content,
        author_party=author,
        author_name=author_name[:200],
        person_id=person_id or by.person_id,
        audience=Audience(audience),
        confidentiality=Confidentiality(confidentiality),
        special_category=special_category,
        purpose=Purpose(purpose),
        preview=PreviewState.PENDING if kind.preview else PreviewState.NONE,
        received_on=received_on,
        entered_at=at,
    )
    _examine_later(document)
    publish(
        DocumentStored(
            document_id=document.pk,
            case_id=case_id,
            organisation_id=organisation_id,
            author_party=author.value,
            audience=document.audience,
        )
    )
    return document


@use_case
def copy_to_case(from_case_id: int, case: Case | int, *, by: Actor, at: datetime) -> list[Document]:
    """What the consumer gave or was given in a case, in another one of the same organisation: a resubmission brings all its pieces.

    Renumbered there, days of arrival and previews kept; withdrawn pieces and what was the office's own stay behind. Raises Refusal `storage_error`
    (filename) when bytes are gone.
    """
    case_id = case.pk if isinstance(case, Case) else case
    theirs = Q(author_party=Author.CONSUMER) | Q(audience__in=(Audience.CONSUMER, Audience.BOTH))
    sources = list(
        Document.objects.filter(theirs, case_id=from_case_id, withdrawn_at=None).order_by("received_on", "id")
    )
    _lock(case_id)
    copies = []
    for source in sources:
        _touch(source.filename, *(bytes(digest).hex() for digest in (source.sha256, source.safe_sha256) if digest))
        copy = _twin(
            source,
            uuid=uuid4(),
            case_id=case_id,
            number=_next_number(case_id, source.series) if source.number else None,
            person_id=by.person_id,
            entered_at=at,
        )
        copy.save(force_insert=True)
        previews_of = list(source.previews.all())
        _touch(source.filename, *(preview.storage_key for preview in previews_of if preview.sha256))
        Preview.objects.bulk_create([_twin(preview, document_id=copy.pk) for preview in previews_of])
        _examine_later(copy)
        copies.append(copy)
    return copies


def _touch(filename: str, *keys: str) -> None:
    """These bytes are there and stay: the sweep leaves them alone. Raises Refusal `storage_error`."""
    try:
        for key in keys:
            store().touch(key)
    except FileNotFoundError as error:
        raise Refusal("storage_error", filename=filename) from error


def _twin(row: R, **changes: Any) -> R:
    """A new unsaved row with the same columns but the key and the changes."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 — Django's own door
    return type(row)(**{field.attname: getattr(row, field.attname) for field in fields} | changes)


def _lock(case_id: int) -> None:
    """One at a time per case, so that two pieces that arrive together get two numbers.

    FOR NO KEY UPDATE: rows that point at the case may come meanwhile.
    """
    Case.objects.select_for_update(no_key=True, of=("self",)).values_list("pk").get(pk=case_id)


def _next_number(case_id: int, series: str) -> int:
    last: int | None = Document.objects.filter(case_id=case_id, series=series).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def duplicate_of(case_id: int, upload: Upload, author_party: str) -> Document | None:
    """The piece of the same author in this case with the same bytes, for a warning.

    Only the author's own: another's would tell what it filed.
    """
    return Document.objects.filter(
        case_id=case_id, sha256=upload.sha256, series=SERIES[Author(author_party)], withdrawn_at__isnull=True
    ).first()


# ---- afterwards ----------------------------------------------------------------------------------------------------
@use_case
def withdraw(document_id: int, *, by: Actor, at: datetime, reason: str) -> Document:
    """Parties no longer see it; the office keeps it, marked. Withdrawing twice changes nothing. Refusal `not_found`."""
    document = _locked_row(document_id)
    if document.withdrawn_at is None:
        document.withdrawn_at, document.withdrawn_reason = at, reason[:200]
        document.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return document


@use_case
def set_audience(document_id: int, audience: str, *, by: Actor, at: datetime) -> Document:
    """Disclose, or narrow. What the mediation wrote gets its number when a party may first read it.

    Refusal `not_found`.
    """
    case_id = Document.objects.filter(pk=document_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Refusal("not_found")
    _lock(case_id)
    document = _locked_row(document_id)
    document.audience = Audience(audience)
    if document.number is None and document.audience in READ_BY_PARTIES:
        document.number = _next_number(case_id, document.series)
    document.save(update_fields=["audience", "number"])
    return document


def _locked_row(document_id: int) -> Document:
    document = Document.objects.select_for_update(no_key=True, of=("self",)).filter(pk=document_id).first()
    if document is None:
        raise Refusal("not_found")
    return document


@use_case
def record_reading(document: Document, *, by: Actor, at: datetime, kind: str = ReadingKind.VIEW) -> None:
    """Keep that this person read this piece.

    Leafing through pages within a quarter of an hour adds nothing to the reading that it follows.
    """
    reader = f"{by.name} ({'/'.join(sorted(role.value for role in by.roles)) or by.scope.value})"[:200]
    if kind == ReadingKind.PAGE:
        whose = Q(person=by.person_id) if by.person_id else Q(person__isnull=True)
        same = Reading.objects.filter(whose, document=document, reader=reader, at__gt=at - SAME_READING, at__lte=at)
        if same.exists():
            return
    Reading.objects.create(
        document=document,
        organisation_id=document.organisation_id,
        person_id=by.person_id,
        reader=reader,
        kind=kind,
        door=by.door.value,
        at=at,
    )


@use_case
def forget(document_ids: Iterable[int]) -> int:
    """Destruction: rows, previews and readings go now;

    Bytes that no other row needs go after the commit. Number of pieces.
    """
    documents = Document.objects.filter(pk__in=list(document_ids))
    keys = _keys_of(documents)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.forgetting', 'on', true)")
        count = documents.count()
        documents.delete()
        cursor.execute("SELECT set_config('app.forgetting', '', true)")
    transaction.on_commit(lambda: _discard(keys))
    return count


def _keys_of(documents: models.QuerySet[Document]) -> set[str]:
    digests = {bytes(d) for pair in documents.values_list("sha256", "safe_sha256") for d in pair if d}
    digests |= {
        bytes(d)
        for d in Preview.objects.filter(document__in=documents, sha256__isnull=False).values_list("sha256", flat=True)
        if d
    }
    return {digest.hex() for digest in digests}


# ---- examination, by jobs ------------------------------------------------------------------------------------------
def _examine_later(document: Document) -> None:
    if document.preview == PreviewState.PENDING or (scan.configured() and document.virus == Virus.NOT_SCANNED):
        from mediane.ground.documents import tasks  # which imports this module

        defer(tasks.examine_document, document_id=document.pk)


def examine(document_id: int, *, at: datetime) -> None:
    """Scan, then draw what is not infected. Safe to run again. ScannerDown leaves the piece not analysed and lets the
    job be tried again.

    The slow work runs outside any transaction: a lock held for a minute would stop the people who work on the case.
    """
    with as_system():
        document = Document.objects.filter(pk=document_id).first()
    if document is None:  # destroyed meanwhile
        return
    down: scan.ScannerDown | None = None
    if document.virus == Virus.NOT_SCANNED and scan.configured():
        try:
            with store().open(document.storage_key) as stream:
                verdict, name = scan.scan(stream)
            _record_verdict(document, verdict, name, at)
        except scan.ScannerDown as error:
            down = error
    if document.preview == PreviewState.PENDING and not document.blocked:
        _record_previews(document, *previews.draw(document))
    if down is not None:
        raise down


@use_case
def _record_verdict(document: Document, verdict: Virus, name: str, at: datetime) -> None:
    document.virus, document.scanned_at = verdict, at
    Document.objects.filter(pk=document.pk).update(virus=verdict, scanned_at=at)
    if verdict == Virus.INFECTED:
        log.warning("document %s of case %s is infected: %s", document.pk, document.case_id, name)
        publish(
            DocumentInfected(
                document_id=document.pk, case_id=document.case_id, organisation_id=document.organisation_id
            )
        )


@use_case
def _record_previews(document: Document, state: PreviewState, rows: list[Preview]) -> None:
    if (
        Document.objects.select_for_update(no_key=True).filter(pk=document.pk).exists()
    ):  # not destroyed while it was being drawn
        Preview.objects.filter(document=document).delete()
        Preview.objects.bulk_create(rows)
        Document.objects.filter(pk=document.pk).update(preview=state, safe_sha256=document.safe_sha256)


# ---- the storage and the rows agree --------------------------------------------------------------------------------
def _referred(keys: Iterable[str]) -> set[str]:
    digests = [bytes.fromhex(key) for key in keys]
    found: set[str] = set()
    with as_system():
        for model, column in ((Document, "sha256"), (Document, "safe_sha256"), (Preview, "sha256")):
            rows = model.objects.filter(**{f"{column}__in": digests}).values_list(column, flat=True)
            found |= {bytes(digest).hex() for digest in rows}
    return found


def _discard(keys: set[str]) -> None:
    """Remove bytes no row refers to, unless somebody just put them again (the sweep sees to those)."""
    for key in keys - _referred(keys):
        store().delete(key, older_than=limits().orphan_hours * 3600)


def sweep_orphans() -> int:
    """Remove files that no row came to claim for a day:

    Forms given up, transactions that failed, processes killed between file and commit. Number removed.
    """
    return store().sweep(_referred, older_than=limits().orphan_hours * 3600)


def missing_files(*, sample: int = 1000) -> list[int]:
    """Pieces among the latest `sample` whose bytes are not in the storage, for `mediane check`."""
    with as_system():
        rows = Document.objects.order_by("-id").only("sha256")[:sample]
        return [row.pk for row in rows if not store().exists(row.storage_key)]


def altered(document: Document) -> bool:
    """Whether the bytes are no longer those received: read in full and digested again."""
    digest = hashlib.sha256()
    with store().open(document.storage_key) as stream:
        while block := stream.read(1 << 18):
            digest.update(block)
    return digest.digest() != bytes(document.sha256)
