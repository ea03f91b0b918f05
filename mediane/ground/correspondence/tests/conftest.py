from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mediane.ground.correspondence.tests.kit import House, house, known_kinds
from mediane.ground.correspondence.tests.mailserver import MailServer, mail_server


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    with known_kinds():
        yield


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: Path) -> None:
    settings.MEDIANE_FILES = tmp_path / "files"  # type: ignore[attr-defined]


@pytest.fixture
def body(db: None) -> House:
    return house()


@pytest.fixture
def mail(settings: object) -> Iterator[MailServer]:
    """A real server, and the product told to use it."""
    with mail_server() as server:
        for name, value in {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": server.port,
            "EMAIL_HOST_USER": "",
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
            "EMAIL_TIMEOUT": 5,
            "DEFAULT_FROM_EMAIL": "Médiane <ne-pas-repondre@essai.example>",
        }.items():
            setattr(settings, name, value)
        yield server
