"""One served installation for all stories of a process; each test brings its own browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mediane.ground.ui.testing import chromium
from tests.journeys.people import Company, Town, open_town
from tests.room.live import _folder


@pytest.fixture(scope="session")
def town(_prepared: Path) -> Iterator[Town]:
    folder = _folder()
    with open_town(_prepared, folder) as served:
        yield served
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def company(town: Town) -> Iterator[Any]:
    """Those who act in this test, each in a browser of their own."""
    with chromium() as browser, Company(town, browser) as people:
        yield people
