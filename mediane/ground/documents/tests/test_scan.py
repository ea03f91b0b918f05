"""The virus scanner: a real clamd where there is one, and its protocol spoken by a server of ours everywhere."""

from __future__ import annotations

import hashlib
import shutil
import socketserver
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest

from mediane.ground.documents import checks, scan, services, tasks
from mediane.ground.documents.enums import Virus
from mediane.ground.documents.events import DocumentInfected
from mediane.ground.documents.models import Document
from mediane.ground.documents.tests import factories as f
from mediane.ground.documents.tests import hostile
from mediane.ground.documents.uploads import accept_file
from mediane.ground.jobs import run_waiting
from mediane.kernel.events import isolated


class Clamd(socketserver.StreamRequestHandler):
    """PING and INSTREAM as clamd(8) says them; finds one thing."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.seen.append(content)  # type: ignore[attr-defined]
        answer = self.server.answer or (
            "stream: Eicar-Test-Signature FOUND" if hostile.EICAR in content else "stream: OK"
        )  # type: ignore[attr-defined]
        self.wfile.write(answer.encode() + b"\0")


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    answer = ""

    def __init__(self, path: Path) -> None:
        self.seen: list[bytes] = []
        super().__init__(str(path), Clamd)


@pytest.fixture
def clamd(tmp_path: Path, settings):
    path = tmp_path / "c"
    with Server(path) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        settings.CLAMD_SOCKET = str(path)
        yield server
        server.shutdown()


@pytest.mark.django_db
def test_without_a_scanner_a_piece_is_shown_as_not_analysed(settings):
    settings.CLAMD_SOCKET = ""
    document = f.piece(f.case(), hostile.EICAR, "eicar.txt")
    run_waiting()
    document.refresh_from_db()
    assert (document.virus, document.scanned_at, document.blocked) == ("not_scanned", None, False)
    assert document.virus_label == "Non analysée"


@pytest.mark.django_db
def test_pieces_are_scanned_by_the_job(clamd: Server):
    content = hostile.picture("PNG", 700, 700) + bytes(200_000)  # more than one block
    document = f.piece(f.case(), content, "photo.png")
    assert clamd.seen == []
    run_waiting()
    document.refresh_from_db()
    assert clamd.seen == [content]
    assert (document.virus, document.preview) == (Virus.CLEAN, "ready")
    assert document.scanned_at is not None


@pytest.mark.django_db
def test_an_infected_piece_is_blocked_never_drawn_and_told(clamd: Server):
    document = f.piece(f.case(), hostile.EICAR, "eicar.txt")
    with isolated() as heard:
        run_waiting()
    document.refresh_from_db()
    assert (document.virus, document.blocked, document.preview) == (Virus.INFECTED, True, "pending")
    assert not document.previews.exists()
    expected = DocumentInfected(
        document_id=document.pk, case_id=document.case_id, organisation_id=document.organisation_id
    )
    assert heard == [expected]


@pytest.mark.django_db
def test_a_kind_without_preview_is_scanned_too(clamd: Server):
    document = f.piece(f.case(), hostile.docx(), "lettre.docx")
    run_waiting()
    document.refresh_from_db()
    assert document.virus == Virus.CLEAN


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "", "stream: rubbish"])
def test_a_scanner_that_cannot_say_is_asked_again(clamd: Server, answer: str):
    clamd.answer = answer or "\0"
    document = f.piece(f.case(), b"bonjour", "a.txt")
    with pytest.raises(scan.ScannerDown):
        services.examine(document.pk, at=f.AT)
    document.refresh_from_db()
    assert (document.virus, document.preview) == (Virus.NOT_SCANNED, "ready")  # it can be read meanwhile, marked


@pytest.mark.django_db
def test_pieces_received_while_it_was_away_are_caught_up(clamd: Server, settings):
    address, settings.CLAMD_SOCKET = settings.CLAMD_SOCKET, str(Path(settings.CLAMD_SOCKET).with_name("gone"))
    document = f.piece(f.case(), b"bonjour", "a.txt")
    assert run_waiting(raises=False) == 1
    tasks.scan_what_waits()
    assert run_waiting() == 0
    assert checks.problems() == ["virus scanner: configured (CLAMD_SOCKET) and silent"]
    settings.CLAMD_SOCKET = address
    tasks.scan_what_waits()
    run_waiting()
    assert Document.objects.get(pk=document.pk).virus == Virus.CLEAN
    assert checks.problems() == []


def test_by_tcp(settings):
    class Tcp(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        seen: list[bytes] = []
        answer = ""

    with Tcp(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        settings.CLAMD_SOCKET = f"127.0.0.1:{server.server_address[1]}"
        assert scan.ping()
        server.shutdown()
    assert not scan.ping()


# ---- the real one -----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def real_clamd(tmp_path_factory):
    """Debian's clamd with a data base of one line: the digest of EICAR."""
    if shutil.which("clamd") is None:
        pytest.skip("no clamd on this machine (apt-get install clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamd")
    folder.chmod(0o755)
    digest = hashlib.md5(hostile.EICAR, usedforsecurity=False).hexdigest()
    (folder / "test.hdb").write_text(f"{digest}:{len(hostile.EICAR)}:Eicar-Test\n")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/s\nDatabaseDirectory {folder}\nForeground yes\nLogFile {folder}/log\nUser root\n"
    )
    process = subprocess.Popen(
        ["clamd", "--config-file", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        if (folder / "s").exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    if not (folder / "s").exists():
        process.kill()
        pytest.skip("clamd does not start here")
    yield str(folder / "s")
    process.terminate()
    process.wait(timeout=20)


def test_a_real_clamd_finds_eicar(real_clamd: str, settings, files):
    settings.CLAMD_SOCKET = real_clamd
    assert scan.ping()
    for content, name, expected in ((hostile.EICAR, "a.txt", Virus.INFECTED), (hostile.png(), "a.png", Virus.CLEAN)):
        upload = accept_file(content, filename=name)
        with files.open(upload.key) as stream:
            assert scan.scan(stream)[0] == expected
