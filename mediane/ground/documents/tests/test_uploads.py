"""A form full of files, good and bad: nothing is lost, everything refused is named with why."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from mediane.ground.documents import uploads
from mediane.ground.documents.storage import DiskStore
from mediane.ground.documents.tests import factories as f
from mediane.ground.documents.tests import hostile
from mediane.ground.documents.uploads import ACCEPT, UploadField, accept_file, read_uploads, take_files
from mediane.kernel.refusals import Refusal


def file(content: bytes, name: str, kind: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def post(*files: SimpleUploadedFile, kept: list[str] | None = None, context: str = "case-1"):
    request = RequestFactory().post("/", {"pieces": list(files), "pieces_kept": kept or [], "story": "mon récit"})
    found = read_uploads(request, "pieces", context=context)
    assert request.POST["story"] == "mon récit"  # the rest of the form came in whole
    return found


def test_good_files_go_in_and_bad_ones_are_named(files: DiskStore):
    found = post(
        file(hostile.png(), "photo.png"),
        file(b"MZ", "virus.exe"),
        file(hostile.pdf(), "facture.pdf"),
        file(b"x", "faux.pdf"),
    )
    assert [(u.filename, u.media_type) for u in found.accepted] == [
        ("photo.png", "image/png"),
        ("facture.pdf", "application/pdf"),
    ]
    assert [(r.filename, r.code) for r in found.refused] == [("virus.exe", "unsupported"), ("faux.pdf", "mismatch")]
    assert all(r.reason and r.filename in r.problem for r in found.refused)
    assert set(files.keys()) == {u.key for u in found.accepted}


def test_files_accepted_before_an_error_come_back_by_token():
    first = post(file(hostile.png(), "photo.png"))
    again = post(file(hostile.pdf(), "facture.pdf"), kept=[token for _, token in first.kept])
    assert [u.filename for u in again.accepted] == ["photo.png", "facture.pdf"]
    once_more = post(file(hostile.png(), "photo.png", "image/png"), kept=[token for _, token in again.kept])
    assert [u.filename for u in once_more.accepted][:2] == ["photo.png", "facture.pdf"]


def test_the_same_file_chosen_twice_is_taken_once():
    assert len(post(file(hostile.png(), "photo.png"), file(hostile.png(), "photo.png")).accepted) == 1


def test_a_token_is_good_for_its_form_its_time_and_its_file(files: DiskStore):
    with time_machine.travel(f.AT, tick=False) as clock:
        ((upload, token),) = post(file(hostile.png(), "photo.png")).kept
        assert len(post(kept=[token]).accepted) == 1
        assert not post(kept=[token], context="case-2")
        assert not post(kept=[token[:-1] + ("A" if token[-1] != "A" else "B")])
        assert not post(kept=["rubbish"])
        clock.shift(timedelta(hours=19))
        assert post(kept=[token])
        clock.shift(timedelta(hours=2))
        assert not post(kept=[token])
    ((upload, token),) = post(file(hostile.png(), "photo.png")).kept
    files.path(upload.key).unlink()
    assert not post(kept=[token])


def test_what_is_over_the_cap_is_skipped_and_the_rest_comes_in(settings, files: DiskStore):
    settings.MEDIANE_DOCUMENTS = {"file_bytes": 100_000}
    found = post(file(b"a" * 100_001, "long.txt"), file(b"bonjour", "court.txt"), file(b"a" * 300_000, "tres-long.txt"))
    assert [u.filename for u in found.accepted] == ["court.txt"]
    assert [(r.filename, r.code) for r in found.refused] == [("long.txt", "too_large"), ("tres-long.txt", "too_large")]
    assert "100" in found.refused[0].reason


def test_number_and_total_are_capped(settings):
    settings.MEDIANE_DOCUMENTS = {"files": 2}
    many = post(*[file(f"bonjour {n}".encode(), f"{n}.txt") for n in range(3)])
    assert [len(many.accepted), [r.code for r in many.refused]] == [2, ["too_many"]]
    kept = post(file(b"encore", "3.txt"), kept=[token for _, token in many.kept])
    assert [len(kept.accepted), [r.code for r in kept.refused]] == [2, ["too_many"]]
    settings.MEDIANE_DOCUMENTS = {"total_bytes": 150_000, "file_bytes": 100_000}
    heavy = post(file(b"a" * 90_000, "a.txt"), file(b"b" * 90_000, "b.txt"), file(b"c", "c.txt"))
    assert [u.filename for u in heavy.accepted] == ["a.txt", "c.txt"]
    assert [(r.filename, r.code) for r in heavy.refused] == [("b.txt", "total_too_large")]


def test_the_handler_that_caps_is_the_first_of_the_installation():
    assert django_settings.FILE_UPLOAD_HANDLERS[0] == "mediane.ground.documents.uploads.CappedUploadHandler"


def test_the_disk_is_full_in_the_middle_of_a_form(monkeypatch, files: DiskStore):
    real, calls = os.write, []

    def write(descriptor: int, block: memoryview) -> int:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(descriptor, block)

    first, second = file(b"bonjour", "a.txt"), file(b"bonsoir", "b.txt")
    monkeypatch.setattr(os, "write", write)
    found = take_files([first, second], context="x")
    assert [u.filename for u in found.accepted] == ["a.txt"]
    assert [(r.filename, r.code) for r in found.refused] == [("b.txt", "storage_full")]
    assert "stockage" in found.refused[0].reason
    assert len(list(files.root.rglob("*/*/*"))) == 1


def test_the_form_that_comes_back_shows_all_of_it():
    found = post(file(hostile.png(), "photo.png"), file(b"MZ", "<b>virus.exe"))
    html = render_to_string("documents/_upload.html", {"uploads": found, "name": "pieces", "label": "Vos pièces"})
    assert 'name="pieces_kept"' in html
    assert found.kept[0][1] in html
    assert "&lt;b&gt;virus&lt;/b&gt;.exe" in html or "virus" in html
    assert "<b>virus.exe" not in html
    assert found.refused[0].reason in html
    assert 'type="file"' in html
    assert "multiple" in html
    empty = render_to_string(
        "documents/_upload.html", {"uploads": uploads.Uploads("x"), "name": "pieces", "label": "Vos pièces"}
    )
    assert "_kept" not in empty


def test_a_form_field_offers_the_kinds_we_take():
    field = UploadField(label="Pièces")
    assert field.widget.attrs["accept"] == ACCEPT
    assert ".pdf" in ACCEPT
    assert field.clean([file(b"x", "x.exe")]) is None


def test_files_from_mail_or_import_take_the_same_way(files: DiskStore):
    class Pipe(io.RawIOBase):
        """A stream that cannot be rewound."""

        def __init__(self, content: bytes) -> None:
            self.inner = io.BytesIO(content)

        def read(self, size: int = -1) -> bytes:
            return self.inner.read(size)

        def seekable(self) -> bool:
            return False

    upload = accept_file(Pipe(hostile.png()), filename="../../photo.png", claimed_type="image/png")
    assert (upload.filename, upload.media_type, upload.size) == ("photo.png", "image/png", len(hostile.png()))
    with pytest.raises(Refusal) as refused:
        accept_file(b"MZ", filename="a/b/x.pdf")
    assert refused.value.facts["filename"] == "x.pdf"
    from mediane.ground.documents.limits import Limits

    for content in Pipe(b"a" * 1001), b"a" * 1001:
        with pytest.raises(Refusal) as refused:
            accept_file(content, filename="x.txt", caps=Limits(file_bytes=1000))
        assert refused.value.facts["why"] == "too_large"


def test_an_infected_file_is_taken_when_no_scanner_says_otherwise():
    """Without a scanner nothing is known; the piece is shown as not analysed."""
    assert accept_file(hostile.EICAR, filename="eicar.txt").media_type == "text/plain"


def test_reasons_exist_in_french_and_never_lack_a_value():
    with override("fr"):
        for why in [
            "empty",
            "too_large",
            "total_too_large",
            "too_many",
            "mismatch",
            "polyglot",
            "password",
            "damaged",
            "bomb",
            "nested",
            "storage_full",
        ]:
            words = uploads.reason_of(why, {"claimed": "PDF", "real": "PNG", "other": "ZIP"})
            assert "%(" not in words
            assert words.endswith(".")
