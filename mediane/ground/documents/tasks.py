"""Background work of this room."""

from __future__ import annotations

import logging

from mediane.ground.database.scope import as_system
from mediane.ground.documents import scan, services
from mediane.ground.documents.enums import Virus
from mediane.ground.documents.models import Document
from mediane.ground.jobs import defer_many, every, job
from mediane.kernel.moments import utc_now

log = logging.getLogger(__name__)


@job(queue="documents", retry=6)
def examine_document(document_id: int) -> None:
    """Scan for viruses, then draw the previews.

    Retried while the scanner is away: 2, 4 … 64 seconds; then `scan_what_waits`.
    """
    services.examine(document_id, at=utc_now())


@every("20 2 * * *", queue="documents")
def sweep_orphans() -> None:
    """Files that no row came to claim."""
    removed = services.sweep_orphans()
    if removed:
        log.info("%s orphan files removed", removed)


@every("50 * * * *", queue="documents")
def scan_what_waits() -> None:
    """Pieces received while no scanner was configured, or while it was away."""
    if not scan.configured() or not scan.ping():
        return
    with as_system():
        waiting = Document.objects.filter(virus=Virus.NOT_SCANNED).order_by("id").values_list("pk", flat=True)[:500]
        defer_many(examine_document, [{"document_id": pk} for pk in waiting])
