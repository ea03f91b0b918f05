"""Bulk import by a machine: the file in the body of the request, the report in the answer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.api.endpoints import need
from mediane.mediation.referrals.imports.services import import_file

router = Router(tags=["imports"])
LARGEST = 64 * 1024 * 1024


class ImportOut(Schema):
    """What the file did (or, with `dry_run`, would do); `examples` are the first rejected rows with their reason."""

    dry_run: bool
    rows: int
    added: int
    corrected: int
    unchanged: int
    repeated: int
    rejected: int
    notices: list[str]
    examples: list[dict[str, Any]]


@router.post(
    "/imports/referrals",
    response=ImportOut,
    operation_id="import_referrals",
    summary="Import a referrals file (CSV, ODS, XLSX, gzip)",
)
def import_referrals(request: HttpRequest, file: UploadedFile = File(...), dry_run: bool = False) -> ImportOut:  # noqa: B008
    """The file of the import contract. Idempotent on `reference`: sending it twice changes nothing."""
    actor = need(request.auth, "import")  # type: ignore[attr-defined]
    if file.size is None or file.size > LARGEST:
        raise Refusal("too_large", largest=LARGEST)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name or "referrals.csv").name
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        report = import_file(actor.organisation_id or 0, path, by=actor, at=utc_now(), dry_run=dry_run)
    names = ("dry_run", "rows", "added", "corrected", "unchanged", "repeated", "rejected", "notices", "examples")
    return ImportOut(**{name: getattr(report, name) for name in names})
