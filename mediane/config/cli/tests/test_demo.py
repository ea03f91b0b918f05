"""`mediane demo` on a database that holds a build already, whole or not, or in which another command is building."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connections

from mediane.config.cli import demo
from mediane.config.home import HomeError
from mediane.demonstration import build
from mediane.demonstration.models import Demonstration
from mediane.kernel.moments import utc_now


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The calls to `build.build`, which builds nothing here."""
    calls: list[object] = []
    monkeypatch.setattr(build, "build", lambda **given: calls.append(given) or {})
    return calls


@pytest.mark.django_db(databases=["default", "owner"])
def test_an_unfinished_build_begins_again_and_a_whole_one_stays(
    built: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    mark = Demonstration.objects.create(started_at=utc_now(), version="1")
    demo._build(reset=False)
    assert len(built) == 1
    assert "did not end" in capsys.readouterr().err
    mark.finished_at = utc_now()
    mark.save()
    demo._build(reset=False)
    assert len(built) == 1
    demo._build(reset=True)
    assert len(built) == 2


@pytest.mark.django_db(databases=["default", "owner"])
def test_one_build_at_a_time(built: list[object]) -> None:
    parameters = connections["owner"].get_connection_params()
    wanted = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if parameters.get(name)}
    with psycopg.connect(**wanted, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('mediane demonstration'))")
        with pytest.raises(HomeError, match="another `mediane demo`"):
            demo._build(reset=True)
        assert not built
        other.execute("SELECT pg_advisory_unlock_all()")
    demo._build(reset=True)
    assert len(built) == 1
