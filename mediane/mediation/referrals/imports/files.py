"""Files brought in from the desk and their rejects: beside the cases' documents, under their digest, until the upkeep removes them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from mediane.ground.documents.storage import DiskStore


def store() -> DiskStore:
    return DiskStore(Path(settings.MEDIANE_FILES) / "imports")
