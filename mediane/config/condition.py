"""What `mediane check` looks at. Each finding says what is, and what to do when it is not well."""

from __future__ import annotations

import shutil
import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import DatabaseError, connection

from mediane.config.database import external
from mediane.config.home import Home
from mediane.config.prepare import migrations_digest
from mediane.ground.database.models import State as Memory
from mediane.ground.database.runtime_role import RUNTIME_ROLE
from mediane.ground.database.scope import as_system

LEAST_FREE = 1_000_000_000  # bytes; PostgreSQL stops when a disk is full
LATE_JOBS = timedelta(minutes=15)
CLOCK_DRIFT = timedelta(seconds=5)


class State(StrEnum):
    WELL = "ok"
    WATCH = "watch"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    subject: str
    state: State
    text: str


def examine(home: Home) -> Iterator[Finding]:
    """Every subject, in order; a subject whose look itself fails is broken and the others are still looked at."""
    for subject, look in SUBJECTS.items():
        try:
            state, text = look(home)
        except (OSError, DatabaseError, smtplib.SMTPException, ValueError) as error:
            state, text = State.BROKEN, " ".join(str(error).split()) or type(error).__name__
        yield Finding(subject, state, text)


def _database(home: Home) -> tuple[State, str]:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_user, rolsuper OR rolbypassrls, pg_database_size(current_database()),"
            " (SELECT count(*) FROM pg_class WHERE relowner = oid_of.oid) FROM pg_roles oid_of WHERE rolname = current_user"
        )
        version, user, unbound, size, owned = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity AND relkind = 'r'"
        )
        unforced = cursor.fetchone()[0]
    elapsed = (time.perf_counter() - began) * 1000
    if user != RUNTIME_ROLE or unbound or owned:
        return State.BROKEN, f"the product runs as {user}, which row-level security does not bind; see docs/adr/0002"
    if unforced:
        return State.BROKEN, f"row-level security is not forced on {unforced} tables"
    where = "external" if external() else "embedded"
    return State.WELL, f"PostgreSQL {version.split()[0]}, {where}, {size / 1e6:.0f} MB, answers in {elapsed:.0f} ms"


def _tables(home: Home) -> tuple[State, str]:
    row = Memory.objects.filter(name="migrations").first()
    if row is None or row.value != migrations_digest():
        return State.BROKEN, "the tables are not those of this version"
    return State.WELL, f"up to date since {row.changed_at:%Y-%m-%d}"


def _mail(home: Home) -> tuple[State, str]:
    if not settings.MEDIANE_SMTP_URL:
        kept = sum(1 for _ in (home / "mail").iterdir())
        return State.WATCH, f"no mail server: messages are kept in {home / 'mail'} ({kept} there); set MEDIANE_SMTP_URL"
    factory = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    with factory(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=10) as server:
        server.ehlo()
        if settings.EMAIL_USE_TLS:
            server.starttls()
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        code, _answer = server.noop()
    return (State.WELL if code == 250 else State.BROKEN), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers {code}"


def _storage(home: Home) -> tuple[State, str]:
    from mediane.ground.documents import checks

    found = checks.problems()
    return (State.BROKEN, "; ".join(found)) if found else (State.WELL, f"{settings.MEDIANE_FILES} holds what it should")


def _disk(home: Home) -> tuple[State, str]:
    usage = shutil.disk_usage(home.path)
    text = f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.0f}"
    if usage.free < LEAST_FREE:
        return State.BROKEN, f"{text}: make room, PostgreSQL stops on a full disk"
    return (State.WATCH if usage.free < 5 * LEAST_FREE else State.WELL), text


def _clock(home: Home) -> tuple[State, str]:
    """Deadlines are computed from this clock: it must agree with the database's and never stand before what the journal holds."""
    from mediane.ground.journal.models import Entry

    before = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    after = datetime.now(UTC)
    with as_system():
        last = Entry.objects.order_by("-pk").values_list("at", flat=True).first()
    if not before - CLOCK_DRIFT <= theirs <= after + CLOCK_DRIFT:
        return State.BROKEN, f"this machine and the database differ by {abs((theirs - after).total_seconds()):.0f} s"
    if last and last > after + timedelta(days=1):
        return State.WATCH, f"the journal has entries of {last:%Y-%m-%d}, after today"
    return State.WELL, f"{after:%Y-%m-%d %H:%M:%S} UTC, as the database"


def _jobs(home: Home) -> tuple[State, str]:
    from mediane.ground.jobs.running import health

    found = health()
    text = f"{found.waiting} waiting, {found.failed} failed, {found.workers} workers at work"
    if found.oldest_due > LATE_JOBS.total_seconds():
        return (
            State.BROKEN,
            f"{text}; the oldest has been due for {found.oldest_due / 60:.0f} min: is `mediane serve` or `mediane worker` running?",
        )
    return (State.WATCH if found.failed or not found.workers else State.WELL), text


def _keys(home: Home) -> tuple[State, str]:
    ring = settings.MEDIANE_KEYS
    if not ring or not settings.SECRET_KEY:
        return State.BROKEN, "a secret is missing: restore the folder secrets/ of the home from its backup"
    loose = [path.name for path in (home / "secrets").iterdir() if path.stat().st_mode & 0o077]
    if loose:
        return State.BROKEN, f"others may read {', '.join(loose)} in {home / 'secrets'}"
    return State.WELL, f"key ring of {len(ring)}"


def _letters(home: Home) -> tuple[State, str]:
    from mediane.ground.correspondence import checks

    found = checks.problems()
    return (State.WATCH, "; ".join(found)) if found else (State.WELL, "every letter has left or waits its turn")


SUBJECTS: dict[str, Callable[[Home], tuple[State, str]]] = {
    "database": _database,
    "tables": _tables,
    "mail": _mail,
    "storage": _storage,
    "letters": _letters,
    "disk": _disk,
    "clock": _clock,
    "jobs": _jobs,
    "keys": _keys,
}
