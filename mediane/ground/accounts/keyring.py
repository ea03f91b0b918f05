"""Keys derived from the installation's key ring (`settings.MEDIANE_KEYS`: {id: 32 bytes}, newest last), one for each purpose.

A digest keyed so says nothing to who has the database without the ring; and what can be derived again need not be stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


def newest() -> int:
    return max(settings.MEDIANE_KEYS)


def _key(purpose: str, ring_id: int) -> bytes:
    return hmac.digest(settings.MEDIANE_KEYS[ring_id], f"mediane {purpose}".encode(), hashlib.sha256)


def mac(purpose: str, message: str | bytes, ring_id: int | None = None) -> bytes:
    """32 bytes. KeyError when the ring no longer holds that key."""
    data = message if isinstance(message, bytes) else message.encode()
    return hmac.digest(_key(purpose, newest() if ring_id is None else ring_id), data, hashlib.sha256)


def encrypt(purpose: str, context: str, plain: str) -> str:
    """Text that only the ring reads, and only in the same context (a row): ring id, nonce, AES-256-GCM; URL-safe base 64."""
    ring_id, nonce = newest(), os.urandom(_NONCE)
    sealed = AESGCM(_key(purpose, ring_id)).encrypt(nonce, plain.encode(), context.encode())
    return base64.urlsafe_b64encode(bytes([ring_id]) + nonce + sealed).decode()


def decrypt(purpose: str, context: str, sealed: str) -> str:
    """ValueError or cryptography's InvalidTag for what was not sealed here, in this context."""
    raw = base64.urlsafe_b64decode(sealed)
    ring_id, nonce, rest = raw[0], raw[1 : 1 + _NONCE], raw[1 + _NONCE :]
    return AESGCM(_key(purpose, ring_id)).decrypt(nonce, rest, context.encode()).decode()
