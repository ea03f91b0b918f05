"""What `mediane check` says of letters: those that need a person, batches that lie about, files that are missing, mail that goes nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count

from mediane.ground.correspondence.models import TO_DECIDE, BatchStatus, Letter, PrintBatch
from mediane.ground.correspondence.storage import letters_store
from mediane.ground.database.scope import as_system
from mediane.kernel.moments import paris_day, utc_now

LOOKED_AT = 200  # newest letters whose file is looked for


def problems(at: datetime | None = None) -> list[str]:
    """One English line a problem; empty when all is well."""
    found = []
    today = paris_day(at or utc_now())
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        found.append("mail: no server is configured (MEDIANE_SMTP_URL); e-mails are kept as files")
    with as_system():
        counts = Letter.objects.filter(status__in=TO_DECIDE).values("status").annotate(n=Count("pk")).order_by("status")
        found += [f"letters: {row['n']} {row['status'].replace('_', ' ')}" for row in counts]
        left = PrintBatch.objects.exclude(status=BatchStatus.POSTED).filter(day__lt=today - timedelta(days=1)).count()
        if left:
            found.append(f"letters: {left} print batches of past days are not posted")
        newest = Letter.objects.exclude(pdf_key="").order_by("-pk").values_list("pk", "pdf_key")[:LOOKED_AT]
        missing = [pk for pk, key in newest if not letters_store().exists(key)]
        if missing:
            found.append(f"letters: the file of {len(missing)} letters is missing (first: {missing[0]})")
    return found
