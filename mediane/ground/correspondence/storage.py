"""Where the bytes of letters are: the digest-named storage of the pieces, in a folder of its own, whose orphans `dispatch.sweep_orphans` removes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from mediane.ground.documents.storage import DiskStore


@lru_cache
def _store(root: str) -> DiskStore:
    return DiskStore(root)


def letters_store() -> DiskStore:
    return _store(str(Path(settings.MEDIANE_FILES) / "letters"))
