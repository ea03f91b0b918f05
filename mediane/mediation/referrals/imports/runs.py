"""A file from the desk: kept, looked at (nothing written), confirmed, written by a job that tells how far it is."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.accounts.current import actor_for
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import as_system, use_case
from mediane.ground.jobs import defer
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.imports.files import store
from mediane.mediation.referrals.imports.models import ImportRun, RunState
from mediane.mediation.referrals.imports.reading import Unreadable
from mediane.mediation.referrals.imports.services import Report, import_file

KEPT_DAYS = 30


@use_case
def upload(body_id: int, content: BinaryIO, name: str, *, by: Actor, at: datetime) -> ImportRun:
    """Keep the file and have it looked at by a job. Raises Refusal `not_allowed`, `storage_full`, `storage_error`."""
    from mediane.mediation.referrals.imports.tasks import look_at

    _check(by, body_id)
    kept = store().put(content)
    run = ImportRun.objects.create(
        body_id=body_id, person_id=by.person_id or 0, name=Path(name).name[:200], stored=kept.key, begun_at=at
    )
    defer(look_at, run_id=run.pk)
    return run


@use_case
def confirm(run_id: int, *, by: Actor, at: datetime) -> ImportRun:
    """Write what the report announced. Raises Refusal `not_found`, `not_allowed`, `wrong_state`."""
    from mediane.mediation.referrals.imports.tasks import write

    run = _own(run_id, by)
    if run.state != RunState.CHECKED:
        raise Refusal("wrong_state", state=run.state)
    run.state, run.percent = RunState.QUEUED, 0
    run.save(update_fields=["state", "percent"])
    defer(write, run_id=run.pk)
    return run


@use_case
def drop(run_id: int, *, by: Actor, at: datetime) -> ImportRun:
    """Give up a file that was only looked at."""
    run = _own(run_id, by)
    if run.state not in (RunState.CHECKING, RunState.CHECKED):
        raise Refusal("wrong_state", state=run.state)
    run.state, run.ended_at = RunState.DROPPED, at
    run.save(update_fields=["state", "ended_at"])
    return run


def _check(by: Actor, body_id: int) -> None:
    if by.organisation_id != body_id or by.person_id is None or not by.may(Permission.IMPORT):
        raise Refusal("not_allowed")


def _own(run_id: int, by: Actor) -> ImportRun:
    run = ImportRun.objects.select_for_update().filter(pk=run_id, body=by.organisation_id).first()
    if run is None:
        raise Refusal("not_found")
    _check(by, run.body_id)
    return run


# ---- jobs --------------------------------------------------------------------------------------------------------------------------


def check(run_id: int, *, at: datetime) -> None:
    """Look at the file: the report of what would happen. Nothing is written but the report."""
    _work(run_id, RunState.CHECKING, RunState.CHECKED, at, dry_run=True)


def write(run_id: int, *, at: datetime) -> None:
    """Write it. Running it twice, or after a crash, changes nothing more: the import itself is idempotent."""
    with as_system():
        ImportRun.objects.filter(pk=run_id, state=RunState.QUEUED).update(state=RunState.RUNNING)
    _work(run_id, RunState.RUNNING, RunState.DONE, at, dry_run=False)


def _work(run_id: int, before: str, after: str, at: datetime, *, dry_run: bool) -> None:
    with as_system():
        run = ImportRun.objects.select_related("person").filter(pk=run_id, state=before).first()
    if run is None:
        return
    try:
        with _file(run) as path, tempfile.TemporaryDirectory() as folder:
            rejects = Path(folder) / "rejects.csv"
            with as_system():
                by = replace(actor_for(run.person, run.body_id, paris_day(at)), door=Door.JOB)
            report = import_file(
                run.body_id, path, by=by, at=at, dry_run=dry_run, rejects=rejects, name=run.name, tell=_teller(run)
            )
            kept = store().put(rejects.read_bytes()).key if rejects.exists() else ""
        _end(run, after, at, report=report, rejects=kept)
    except (Unreadable, FileNotFoundError) as error:
        _end(run, RunState.FAILED, at, problem=str(error))


def _end(
    run: ImportRun, state: str, at: datetime, *, report: Report | None = None, rejects: str = "", problem: str = ""
) -> None:
    with as_system():
        changes = {"state": state, "percent": 100, "rejects": rejects, "problem": problem[:300]}
        if report:
            changes["report"] = report.as_json()
        if state != RunState.CHECKED:
            changes["ended_at"] = at
        ImportRun.objects.filter(pk=run.pk).exclude(state=RunState.DROPPED).update(**changes)


def give_up(run_id: int, problem: str, *, at: datetime) -> None:
    with as_system():
        ImportRun.objects.filter(pk=run_id).exclude(state=RunState.DONE).update(
            state=RunState.FAILED, problem=problem[:300], ended_at=at
        )


@contextmanager
def _file(run: ImportRun) -> Iterator[Path]:
    """The kept bytes under the name they came with, for what tells a format by its name."""
    with tempfile.TemporaryDirectory() as folder, store().open(run.stored) as stream:
        path = Path(folder) / (run.name.replace("/", "_") or "file")
        with path.open("wb") as out:
            while block := stream.read(1 << 18):
                out.write(block)
        yield path


def _teller(run: ImportRun) -> Callable[[int, int], None]:
    """Tells the page how far it is, twice a second at most, on a connection of its own: the import's own transaction shows nothing until its end."""
    last = [time.monotonic()]

    def tell(read: int, size: int) -> None:
        if time.monotonic() - last[0] < 0.5:
            return
        last[0] = time.monotonic()
        _tell_aside(run.pk, min(99, 100 * read // max(size, 1)))

    return tell


def _tell_aside(run_id: int, percent: int) -> None:
    import psycopg
    from django.db import connection

    parameters = connection.get_connection_params()
    kept = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    try:
        with psycopg.connect(**kept) as aside:
            aside.execute("SELECT set_config('app.scope', 'system', true)")
            aside.execute("UPDATE imports_importrun SET percent = %s WHERE id = %s", [percent, run_id])
    except psycopg.Error:
        return  # a progress that is not told stops nothing


def forget_old(*, at: datetime) -> int:
    """Files of a month ago go, with their rejects. Returns how many runs."""
    with as_system():
        old = ImportRun.objects.filter(begun_at__lt=at - timedelta(days=KEPT_DAYS))
        keys = {key for pair in old.values_list("stored", "rejects") for key in pair if key}
        number, _ = old.delete()
        keys -= {key for pair in ImportRun.objects.values_list("stored", "rejects") for key in pair}
    for key in keys:
        store().delete(key, older_than=3600)
    return number
