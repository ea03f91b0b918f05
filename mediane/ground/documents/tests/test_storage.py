"""Bytes are there whole or not at all, whatever the disk does."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest

from mediane.ground.documents import storage
from mediane.ground.documents.storage import DiskStore
from mediane.kernel.refusals import Refusal

DAY = 24 * 3600


def all_files(store: DiskStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def make_old(store: DiskStore, key: str, seconds: float = 2 * DAY) -> None:
    past = time.time() - seconds
    os.utime(store.path(key), (past, past))


def test_put_names_the_file_by_its_digest_and_gives_it_back(files: DiskStore):
    stored = files.put(b"facture")
    assert stored.key == hashlib.sha256(b"facture").hexdigest()
    assert (stored.size, stored.sha256) == (7, hashlib.sha256(b"facture").digest())
    assert files.path(stored.key) == files.root / stored.key[:2] / stored.key[2:4] / stored.key
    assert files.get(stored.key) == b"facture"
    with files.open(stored.key) as stream:
        assert stream.read(3) == b"fac"


def test_put_streams_and_is_idempotent(files: DiskStore):
    content = os.urandom(3 * storage.BLOCK + 17)
    first, second = files.put(BytesIO(content)), files.put(content)
    assert first == second
    assert [path.name for path in all_files(files)] == [first.key]


def test_a_stream_over_the_cap_leaves_nothing(files: DiskStore):
    with pytest.raises(Refusal) as refused:
        files.put(BytesIO(b"x" * 101), cap=100)
    assert refused.value.code == "too_large"
    assert files.put(BytesIO(b"x" * 100), cap=100).size == 100
    assert len(all_files(files)) == 1


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "ab" * 31 + "/.", "ab" * 33])
def test_only_a_digest_makes_a_path(files: DiskStore, key: str):
    with pytest.raises(ValueError, match="storage key"):
        files.open(key)


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "storage_full"), (errno.EDQUOT, "storage_full"), (errno.EIO, "storage_error")]
)
def test_the_disk_fails_in_the_middle_of_a_file(files: DiskStore, monkeypatch, number: int, code: str):
    kept = files.put(b"already here").key
    real, written = os.write, []

    def write(descriptor: int, block: memoryview) -> int:
        if sum(written) >= storage.BLOCK:
            raise OSError(number, os.strerror(number))
        written.append(real(descriptor, block))
        return written[-1]

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(Refusal) as refused:
        files.put(BytesIO(os.urandom(4 * storage.BLOCK)))
    assert refused.value.code == code
    assert [path.name for path in all_files(files)] == [kept]


def test_the_disk_fails_when_it_is_asked_to_keep(files: DiskStore, monkeypatch):
    def fsync(descriptor: int) -> None:
        raise OSError(errno.EIO, "cannot keep")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(Refusal) as refused:
        files.put(b"x")
    assert refused.value.code == "storage_error"
    assert all_files(files) == []


def test_short_writes_are_finished(files: DiskStore, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, block: real(descriptor, block[:7]))
    assert files.get(files.put(b"x" * 100).key) == b"x" * 100


@pytest.fixture
def tiny_disk(tmp_path: Path):
    """A real file system of one megabyte."""
    mount = tmp_path / "tiny"
    mount.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("mounting needs root")
    yield mount
    subprocess.run(["umount", str(mount)], check=True)


def test_a_disk_that_is_really_full(tiny_disk: Path):
    store = DiskStore(tiny_disk / "files")
    small = store.put(os.urandom(500_000)).key
    with pytest.raises(Refusal) as refused:
        store.put(os.urandom(900_000))
    assert (refused.value.code, refused.value.facts) == ("storage_full", {"error": "ENOSPC"})
    assert [path.name for path in all_files(store)] == [small]
    assert store.put(os.urandom(100_000)).size == 100_000  # what was freed can be used


def test_what_is_young_is_not_removed(files: DiskStore):
    key = files.put(b"x").key
    assert not files.delete(key, older_than=DAY)
    assert files.exists(key)
    make_old(files, key)
    assert list(files.keys(older_than=DAY)) == [key]
    assert files.delete(key, older_than=DAY)
    assert not files.exists(key)
    assert files.delete(key, older_than=DAY)  # again


def test_putting_or_touching_makes_it_young_again(files: DiskStore):
    key = files.put(b"x").key
    for again in (lambda: files.put(b"x"), lambda: files.touch(key)):
        make_old(files, key)
        again()
        assert not files.delete(key, older_than=DAY)
    make_old(files, key)
    files.delete(key, older_than=DAY)
    with pytest.raises(FileNotFoundError):
        files.touch(key)


def test_a_file_put_again_while_a_sweep_removes_it_is_not_lost(files: DiskStore, monkeypatch):
    key = files.put(b"x").key
    make_old(files, key)
    again = threading.Thread(target=files.put, args=(b"x",))
    unlink = Path.unlink

    def slowly(path: Path, missing_ok: bool = False) -> None:
        if path == files.path(key):  # the sweep has found it old and is about to remove it; now somebody puts it again
            again.start()
            again.join(timeout=0.3)
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", slowly)
    files.delete(key, older_than=DAY)
    again.join()
    assert files.get(key) == b"x"


def test_temporary_files_of_a_killed_process_are_swept(files: DiskStore):
    files.put(b"x")
    left = files.root / "incoming" / "tmpkilled"
    left.write_bytes(b"half")
    os.utime(left, (1, 1))
    (files.root / "incoming" / "tmpnow").write_bytes(b"being written")
    assert files.sweep_incoming(older_than=DAY) == 1
    assert not left.exists()
    assert (files.root / "incoming" / "tmpnow").exists()
