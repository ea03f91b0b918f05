"""The arithmetic of the chain, pure: what a digest covers and how a seal is made. Used by writing, importing and verifying alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

GENESIS = bytes(32)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: the same facts give the same bytes, before and after a journey through PostgreSQL's jsonb."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def entry_digest(
    previous: bytes,
    *,
    case_id: int,
    organisation_id: int,
    seq: int,
    at: datetime,
    on: date,
    name: str,
    person_id: int | None,
    actor: str,
    on_behalf_of: str,
    door: str,
    facts: dict[str, Any],
    personal: bytes,
) -> bytes:
    """SHA-256 over the digest before and every column of the entry; of the personal payload, its ciphertext's digest."""
    content = [
        case_id, organisation_id, seq, at.astimezone(UTC).isoformat(timespec="microseconds"), on.isoformat(), name, person_id, actor, on_behalf_of, door,
        facts, hashlib.sha256(personal).hexdigest() if personal else "",
    ]  # fmt: skip
    return hashlib.sha256(previous + canonical(content)).digest()


def seal_digest(previous: bytes, day: date, heads: Iterable[tuple[int, int, bytes]]) -> bytes:
    """SHA-256 over the seal before, the day, and (case, seq, head) of every chain that grew, in order of case."""
    digest = hashlib.sha256(previous + day.isoformat().encode())
    for case_id, seq, head in heads:
        digest.update(case_id.to_bytes(8, "big") + seq.to_bytes(4, "big") + head)
    return digest.digest()
