from __future__ import annotations

from pathlib import Path

import pytest

from mediane.ground.documents.storage import DiskStore

DATA = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings) -> DiskStore:
    """A storage of its own for every test."""
    settings.MEDIANE_FILES = tmp_path / "files"
    return DiskStore(settings.MEDIANE_FILES)


@pytest.fixture
def sample():
    return lambda name: (DATA / name).read_bytes()
