"""Personal payloads of the journal: AES-256-GCM under a key of the case, itself wrapped by the installation's key ring (AES-256-GCM too).

The key ring is `settings.MEDIANE_KEYS`: {id: 32 bytes}, newest last; a wrapped key names the ring key that wrapped it, so keys can be rotated.
"""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


def _ring() -> dict[int, bytes]:
    return settings.MEDIANE_KEYS


def new_wrapped_key(case_id: int) -> bytes:
    """A fresh data key for a case, wrapped: one byte of ring id, nonce, ciphertext."""
    ring_id, ring_key = max(_ring().items())
    nonce = os.urandom(_NONCE)
    return (
        bytes([ring_id])
        + nonce
        + AESGCM(ring_key).encrypt(nonce, os.urandom(32), _context("journal_case.key", case_id))
    )


def _unwrap(wrapped: bytes, case_id: int) -> AESGCM:
    ring_key = _ring()[wrapped[0]]
    nonce, sealed = wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :]
    return AESGCM(AESGCM(ring_key).decrypt(nonce, sealed, _context("journal_case.key", case_id)))


def encrypt(wrapped: bytes, case_id: int, seq: int, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + _unwrap(wrapped, case_id).encrypt(nonce, plain, _context("journal_entry.personal", case_id, seq))


def decrypt(wrapped: bytes, case_id: int, seq: int, sealed: bytes) -> bytes:
    return _unwrap(wrapped, case_id).decrypt(
        sealed[:_NONCE], sealed[_NONCE:], _context("journal_entry.personal", case_id, seq)
    )


def _context(column: str, *ids: int) -> bytes:
    """Associated data: a ciphertext moved to another row or column does not decrypt."""
    return f"{column}.{'.'.join(map(str, ids))}".encode()
