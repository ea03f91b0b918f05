"""The installation's key ring: number → 32 bytes, newest last. It wraps the key of each case; whoever has the database without it reads nothing personal.

In the home: `secrets/keyring` is number 1, `secrets/keyring.2` number 2… (a rotation adds a file and never removes one that still wraps a key). Where
several servers share one database: `MEDIANE_KEYS=1:<base64>,2:<base64>`.
"""

from __future__ import annotations

import base64
import binascii
import os

from mediane.config.home import Home, HomeError

NAME = "keyring"


def ring(home: Home) -> dict[int, bytes]:
    """Empty when nothing was prepared yet: encrypting then fails loudly."""
    if given := os.environ.get("MEDIANE_KEYS"):
        pairs = [entry.partition(":") for entry in given.split(",")]
        return {_number(number): _key(number, text) for number, _, text in pairs}
    names = {1: NAME} | {_number(path.suffix[1:]): path.name for path in sorted((home / "secrets").glob(f"{NAME}.*"))}
    found = {number: home.secret(name) for number, name in sorted(names.items())}
    return {number: _key(names[number], text) for number, text in found.items() if text}


def _number(text: str) -> int:
    if not text.strip().isdigit() or not 0 < int(text) < 256:
        raise HomeError(f"a key of the ring is numbered {text!r}: 1 to 255 is meant")
    return int(text)


def _key(name: str, text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
    except (binascii.Error, ValueError) as error:
        raise HomeError(f"the key {name} is no base64") from error
    if len(key) != 32:
        raise HomeError(f"the key {name} has {len(key)} bytes, 32 are meant")
    return key
