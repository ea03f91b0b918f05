"""How often one may be wrong: counters in PostgreSQL, one row a subject, so that every web worker counts on the same one.

A try locks its row until it is judged: a hundred tries at once are a hundred tries one after the other. Values are settings
(`MEDIANE_ACCESS`): some tries are free, then each wrong one doubles the wait, up to a day.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from mediane.ground.access.models import AccessAttempt, AttemptKind, Rate, RateKind
from mediane.ground.accounts import keyring
from mediane.ground.database.scope import as_system
from mediane.kernel.refusals import Refusal

_TAKE = """
INSERT INTO access_accessattempt (kind, subject, failures, last_at) VALUES (%s, %s, 0, %s)
ON CONFLICT (kind, subject) DO UPDATE SET kind = excluded.kind
RETURNING id, failures, last_at, locked_until
"""


@dataclass(frozen=True)
class Counter:
    """A subject's row, locked to the end of the transaction."""

    pk: int
    kind: AttemptKind
    failures: int
    locked_until: datetime | None


def subject_of(kind: AttemptKind, text: str) -> bytes:
    """What is counted, as a keyed digest. An IPv6 subscriber holds a /64: it counts as one address."""
    if kind in (AttemptKind.ADDRESS, AttemptKind.LOST_ADDRESS):
        text = _network(text)
    return keyring.mac("access attempts", f"{kind} {text}")


def _network(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def take(kind: AttemptKind, text: str, at: datetime) -> Counter:
    """The counter of this subject, for this try. Take the address first, then the rest: always in one order.

    Raises Refusal `too_many_attempts` (`until`: when to come back) while it is locked; such a try is not counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [kind.value, subject_of(kind, text), at])
        pk, failures, last_at, locked_until = cursor.fetchone()
    if locked_until is not None and at < locked_until:
        raise Refusal("too_many_attempts", until=locked_until)
    quiet_since = max(last_at, locked_until or last_at)  # having waited is not having been quiet
    if at - quiet_since > timedelta(seconds=settings.MEDIANE_ACCESS["window"]):
        failures = 0
    return Counter(pk, kind, failures, locked_until)


def failed(counter: Counter, at: datetime) -> datetime | None:
    """One more wrong try; the moment until which the subject now waits, or None."""
    rules, failures = settings.MEDIANE_ACCESS, counter.failures + 1
    free = rules[_FREE[counter.kind]]
    until = None
    if failures >= free:
        doublings = min(failures - free, 30)
        until = at + timedelta(seconds=min(rules["first_lock"] * 2**doublings, rules["longest_lock"]))
    AccessAttempt.objects.filter(pk=counter.pk).update(failures=failures, last_at=at, locked_until=until)
    return until


def succeeded(counter: Counter, at: datetime) -> None:
    """What was tried at this number is forgotten. An address keeps its count: one case of one's own would pay for guessing others."""
    if counter.kind is not AttemptKind.ADDRESS and counter.failures:
        AccessAttempt.objects.filter(pk=counter.pk).update(failures=0, last_at=at, locked_until=None)


_SPEND = """
INSERT INTO access_rate AS r (kind, subject, began_at, spent) VALUES (%(kind)s, %(subject)s, %(at)s, 1)
ON CONFLICT (kind, subject) DO UPDATE SET
  spent = CASE WHEN r.began_at + %(window)s <= excluded.began_at THEN 1 ELSE r.spent + 1 END,
  began_at = CASE WHEN r.began_at + %(window)s <= excluded.began_at THEN excluded.began_at ELSE r.began_at END
RETURNING spent, began_at
"""


def spend(kind: RateKind, text: str, at: datetime) -> None:
    """One more of what this subject may do so often (setting `MEDIANE_RATES`: how many in how many seconds). Counted even when refused, in one statement.

    Call it in a transaction that ends before the refusal reaches anybody. Raises Refusal `too_many_requests` (`until`: when the window is over).
    """
    most, seconds = settings.MEDIANE_RATES[kind.value]
    window = timedelta(seconds=seconds)
    subject = _rate_subject(kind, text)
    with transaction.atomic(), as_system(), connection.cursor() as cursor:
        values: dict[str, Any] = {"kind": kind.value, "subject": subject, "at": at, "window": window}
        cursor.execute(_SPEND, values)
        spent, began_at = cursor.fetchone()
    if spent > most:
        raise Refusal("too_many_requests", until=began_at + window)


def _rate_subject(kind: RateKind, text: str) -> bytes:
    return keyring.mac("rates", f"{kind} {_network(text) if kind in BY_ADDRESS else text}")


BY_ADDRESS = frozenset({RateKind.API_UNKNOWN, RateKind.DRAFT})


_FREE = {
    AttemptKind.NUMBER: "free_failures",
    AttemptKind.PHONE: "free_failures",
    AttemptKind.ADDRESS: "free_failures_address",
    AttemptKind.LOST_EMAIL: "lost_per_window",
    AttemptKind.LOST_ADDRESS: "lost_per_window",
}


def forget_old(before: datetime) -> int:
    """Remove counters without a try since `before`; how many."""
    gone = Rate.objects.filter(began_at__lt=before).delete()[0]
    return gone + AccessAttempt.objects.filter(last_at__lt=before).delete()[0]
