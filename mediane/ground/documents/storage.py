"""Files on disk, named by what they hold: `<root>/ab/cd/<sha256>`.

A name that is a digest makes writing idempotent, lets one copy serve many pieces, and shows a flipped bit when the
file is read back. A file is durable before the row that points at it is committed; what no row came to claim is an
orphan, collected a day later (`services.sweep_orphans`). The other order could commit a piece whose bytes never
reached the disk. See docs/adr/0050.

`Store` is the interface; `DiskStore` the one there is. An S3-compatible one keeps the same keys.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from mediane.kernel.refusals import Refusal

BLOCK = 1 << 18
KEY = re.compile(r"[0-9a-f]{64}")
OUT_OF_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Stored:
    """`key` finds the bytes again (the digest in hexadecimal), `size` in bytes, `sha256` 32 raw bytes."""

    key: str
    size: int

    @property
    def sha256(self) -> bytes:
        return bytes.fromhex(self.key)


class Store(Protocol):
    """What the room asks of a storage. Keys are lower-case hexadecimal SHA-256; ValueError for anything else."""

    def put(self, content: BinaryIO | bytes, *, cap: int | None = None) -> Stored:
        """Keep these bytes, read from where the stream stands.

        Refusal `storage_full`, `storage_error`, or `too_large` (more than `cap` bytes).
        """

    def open(self, key: str) -> BinaryIO:
        """A stream at its beginning, to be closed by the caller. FileNotFoundError when there is none."""

    def get(self, key: str) -> bytes: ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str, *, older_than: float) -> bool:
        """Remove it if nobody put it again in the last `older_than` seconds.

        True when it is gone or was never there.
        """

    def touch(self, key: str) -> None:
        """Make it young again, because another row is about to point at it. FileNotFoundError when it is gone."""

    def keys(self, *, older_than: float = 0) -> Iterator[str]:
        """All keys written or written again more than that many seconds ago."""


class DiskStore:
    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def path(self, key: str) -> Path:
        if not KEY.fullmatch(
            key
        ):  # a key comes from a row, but a path is never built from anything that is not a digest
            raise ValueError(f"not a storage key: {key!r}")
        return self.root / key[:2] / key[2:4] / key

    def put(self, content: BinaryIO | bytes, *, cap: int | None = None) -> Stored:
        stream = BytesIO(content) if isinstance(content, bytes) else content
        digest, size, temporary = hashlib.sha256(), 0, ""
        try:
            incoming = self.root / "incoming"
            incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, temporary = tempfile.mkstemp(dir=incoming)
            try:
                while block := stream.read(BLOCK):
                    size += len(block)
                    if cap is not None and size > cap:
                        raise Refusal("too_large", cap=cap)
                    digest.update(block)
                    _write(descriptor, block)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            stored = Stored(digest.hexdigest(), size)
            self._settle(temporary, self.path(stored.key))
            temporary = ""
        except OSError as error:
            raise Refusal(
                "storage_full" if error.errno in OUT_OF_ROOM else "storage_error",
                error=errno.errorcode.get(error.errno or 0, ""),
            ) from error
        finally:
            if temporary:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
        return stored

    def _settle(self, temporary: str, final: Path) -> None:
        """Give the written file its name, durably.

        The shard is locked so that a sweep cannot remove what is being put again.
        """
        final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(final.parent) as folder:
            if final.exists():
                os.utime(final)  # young again: the sweep leaves it for another day
                Path(temporary).unlink()
            else:
                Path(temporary).rename(final)
                os.fsync(folder)
        for parent in (final.parent.parent, self.root):  # the shards themselves may be new
            _sync_folder(parent)

    def open(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    def get(self, key: str) -> bytes:
        return self.path(key).read_bytes()

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def delete(self, key: str, *, older_than: float) -> bool:
        path = self.path(key)
        try:
            with _locked(path.parent) as folder:
                if time.time() - path.stat().st_mtime < older_than:
                    return False
                path.unlink()
                os.fsync(folder)
        except FileNotFoundError:
            pass
        return True

    def touch(self, key: str) -> None:
        path = self.path(key)
        with _locked(path.parent):
            os.utime(path)

    def keys(self, *, older_than: float = 0) -> Iterator[str]:
        limit = time.time() - older_than
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            with contextlib.suppress(FileNotFoundError):
                if KEY.fullmatch(path.name) and path.stat().st_mtime <= limit:
                    yield path.name

    def sweep(self, referred: Callable[[Sequence[str]], set[str]], *, older_than: float) -> int:
        """Remove what no row claims and a killed process left, older than that many seconds. `referred`: those of some keys that a row names.

        Number removed.
        """
        removed, keys = self.sweep_incoming(older_than=older_than), self.keys(older_than=older_than)
        while batch := list(islice(keys, 500)):
            removed += sum(self.delete(key, older_than=older_than) for key in set(batch) - referred(batch))
        return removed

    def sweep_incoming(self, *, older_than: float) -> int:
        """Remove temporary files that a killed process left. Number removed."""
        limit, removed = time.time() - older_than, 0
        for path in (self.root / "incoming").glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime <= limit:
                    path.unlink()
                    removed += 1
        return removed


def _write(descriptor: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(descriptor, view) :]


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)  # gives the lock back too


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@lru_cache
def _disk(root: str) -> DiskStore:
    return DiskStore(root)


def store() -> DiskStore:
    """The installation's storage (setting `MEDIANE_FILES`)."""
    return _disk(str(settings.MEDIANE_FILES))
