"""Writing and verifying the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import use_case
from mediane.ground.journal import crypto
from mediane.ground.journal.chain import GENESIS, entry_digest, seal_digest
from mediane.ground.journal.models import Case, Entry, Seal
from mediane.kernel.moments import day_start, paris_day
from mediane.kernel.refusals import Refusal


def open_case(organisation_id: int, kind: str) -> Case:
    """A new spine, its chain empty."""
    case = Case.objects.create(organisation_id=organisation_id, kind=kind, head=GENESIS)
    case.opened_here = True
    return case


def record(
    case: Case,
    name: str,
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    facts: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
) -> Entry:
    """Add one entry to the case's chain and move its head. The caller holds the case's row locked (`lock_case`), so the chain cannot fork.

    `facts`: JSON without anything personal. `personal`: JSON, encrypted under the case's key (made at the first need).
    Raises RuntimeError when the key was destroyed: nothing personal can be added to a forgotten case.
    """
    seq = case.length + 1
    sealed = b""
    if personal:
        if case.key is None:
            raise RuntimeError(f"case {case.pk}: its key was destroyed")
        if not case.key:
            case.key = crypto.new_wrapped_key(case.pk)
        sealed = crypto.encrypt(bytes(case.key), case.pk, seq, json.dumps(personal, ensure_ascii=False).encode())
    entry = Entry(
        case=case,
        organisation_id=case.organisation_id,
        seq=seq,
        at=at,
        on=on or paris_day(at),
        name=name,
        person_id=by.person_id,
        actor=acting_role(by),
        on_behalf_of=by.on_behalf_of or "",
        door=by.door.value,
        facts=facts or {},
        personal=sealed,
    )
    entry.digest = entry_digest(bytes(case.head), **_columns(entry))
    entry.save(force_insert=True)
    case.head, case.length = entry.digest, seq
    case.save(update_fields=["head", "length", "key"])
    return entry


def acting_role(by: Actor) -> str:
    """The one role named in the journal: the most specific the person holds here."""
    order = (
        "mediator",
        "delegate",
        "officer",
        "director",
        "auditor",
        "administrator",
        "correspondent",
        "requester",
        "api",
        "system",
    )
    return next((role for role in order if role in by.roles), by.scope.value)


def lock_case(case_id: int) -> Case:
    """The case's row, locked for this transaction: moves on one case queue up, moves on two cases do not meet.

    Raises Refusal `not_found`, as for a case out of reach: a number that somebody invents is answered like another's case.
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise Refusal("not_found")
    return case


def destroy_key(case: Case, *, at: datetime) -> None:
    """Forget: what is personal in this case's journal can be read by nobody any more, and nothing personal can be added. The chain covers the ciphertext
    and still verifies. The caller holds the row locked."""
    case.key, case.key_destroyed_at = None, at
    case.save(update_fields=["key", "key_destroyed_at"])


def personal_of(entry: Entry, case: Case) -> dict[str, Any] | None:
    """The personal payload in clear, None when there is none or it was forgotten."""
    if not entry.personal or case.key is None:
        return None
    return dict(json.loads(crypto.decrypt(bytes(case.key), case.pk, entry.seq, bytes(entry.personal))))


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "case_id": entry.case_id,
        "organisation_id": entry.organisation_id,
        "seq": entry.seq,
        "at": entry.at,
        "on": entry.on,
        "name": entry.name,
        "person_id": entry.person_id,
        "actor": entry.actor,
        "on_behalf_of": entry.on_behalf_of,
        "door": entry.door,
        "facts": entry.facts,
        "personal": bytes(entry.personal),
    }


_GROWN = """
SELECT DISTINCT ON (case_id) case_id, seq, digest FROM journal_entry
WHERE at >= %s AND at < %s ORDER BY case_id, seq DESC
"""


@use_case
def seal_days(*, at: datetime) -> int:
    """Seal every day that is over and not yet sealed, in order. Returns how many. A job calls it; running it twice changes nothing."""
    today = paris_day(at)
    last = Seal.objects.order_by("-day").first()
    if last is None:
        first = Entry.objects.order_by("at").values_list("at", flat=True).first()
        if first is None:
            return 0
        day, previous = paris_day(first), GENESIS
    else:
        day, previous = last.day + timedelta(days=1), bytes(last.digest)
    made = 0
    while day < today:
        heads = list(_heads_of(day))
        if heads:
            previous_digest, previous = previous, seal_digest(previous, day, heads)
            Seal.objects.create(day=day, cases=len(heads), previous=previous_digest, digest=previous, sealed_at=at)
            made += 1
        day += timedelta(days=1)
    return made


def _heads_of(day: date) -> Iterator[tuple[int, int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, (day_start(day), day_start(day + timedelta(days=1))))
        for case_id, seq, digest in cursor.fetchall():
            yield case_id, seq, bytes(digest)


@dataclass(frozen=True)
class Fault:
    """What does not verify, and where. `seq` 0: the head of the case itself."""

    case_id: int | None
    seq: int
    text: str


@dataclass(frozen=True)
class Verification:
    cases: int
    entries: int
    seals: int
    faults: tuple[Fault, ...]


@use_case
def verify_all() -> Verification:
    """Recompute every digest, every head and every seal. Streams: memory does not grow with the journal."""
    faults: list[Fault] = []
    cases = entries = 0
    heads = _Heads()
    case_id, previous, seq = None, GENESIS, 0
    for entry in Entry.objects.order_by("case_id", "seq").iterator(chunk_size=2000):
        if entry.case_id != case_id:
            if case_id is not None:
                faults += heads.check(case_id, seq, previous)
            case_id, previous, seq = entry.case_id, GENESIS, 0
            cases += 1
        entries += 1
        seq += 1
        if entry.seq != seq:
            faults.append(Fault(entry.case_id, entry.seq, f"entry {seq} is missing"))
            seq = entry.seq
        if entry_digest(previous, **_columns(entry)) != bytes(entry.digest):
            faults.append(Fault(entry.case_id, entry.seq, "the digest does not match the content and what precedes"))
        previous = bytes(entry.digest)
    if case_id is not None:
        faults += heads.check(case_id, seq, previous)
    faults += [Fault(pk, 0, "the case says it has entries and none is there") for pk in heads.without_entries()]
    seals = list(Seal.objects.order_by("day"))
    before = GENESIS
    for seal in seals:
        if bytes(seal.previous) != before or seal_digest(before, seal.day, list(_heads_of(seal.day))) != bytes(
            seal.digest
        ):
            faults.append(Fault(None, 0, f"the seal of {seal.day} does not match"))
        before = bytes(seal.digest)
    return Verification(cases, entries, len(seals), tuple(faults))


class _Heads:
    """Heads as the cases say them, read once in order (a merge, not a query a case)."""

    def __init__(self) -> None:
        self._rows = (
            Case.objects.filter(length__gt=0)
            .order_by("pk")
            .values_list("pk", "length", "head")
            .iterator(chunk_size=5000)
        )
        self._next = next(self._rows, None)
        self._missing: list[int] = []

    def check(self, case_id: int, length: int, head: bytes) -> list[Fault]:
        while self._next is not None and self._next[0] < case_id:
            self._missing.append(self._next[0])
            self._next = next(self._rows, None)
        if self._next is None or self._next[0] != case_id:
            return [Fault(case_id, 0, "entries without their case's head")]
        said = self._next
        self._next = next(self._rows, None)
        if said[1] != length or bytes(said[2]) != head:
            return [Fault(case_id, 0, "the head does not match the last entry")]
        return []

    def without_entries(self) -> list[int]:
        self._missing += [row[0] for row in ([self._next] if self._next else []) + list(self._rows)]
        return self._missing
