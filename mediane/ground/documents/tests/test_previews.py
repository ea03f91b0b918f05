"""Pages are drawn by a job, in a process that can fail alone."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from mediane.ground.documents import previews, services
from mediane.ground.documents.models import Document
from mediane.ground.documents.storage import DiskStore, store
from mediane.ground.documents.tests import factories as f
from mediane.ground.documents.tests import hostile
from mediane.ground.jobs import run_waiting


def drawn(document: Document) -> dict[int, Image.Image]:
    """Page → picture, 0 being the thumbnail."""
    return {p.page: Image.open(io.BytesIO(store().get(p.storage_key))) for p in document.previews.all() if p.sha256}


@pytest.mark.django_db
def test_pages_of_a_pdf_become_pictures_with_their_text(sample):
    document = f.piece(f.case(), sample("french_diacritics.pdf"))
    assert document.preview == "pending"
    assert not document.previews.exists()  # nothing in the request
    assert run_waiting() == 1
    document.refresh_from_db()
    pictures = drawn(document)
    assert document.preview == "ready"
    assert sorted(pictures) == [0, 1]
    assert (pictures[1].format, pictures[1].width) == ("WEBP", 1654)
    assert pictures[0].width <= 240
    text = document.previews.get(page=1).text
    assert "é" in text or "è" in text


@pytest.mark.django_db
def test_long_files_are_drawn_up_to_a_page(settings):
    import pikepdf

    settings.MEDIANE_DOCUMENTS = {"preview_pages": 2}
    made = pikepdf.new()
    for _ in range(4):
        made.add_blank_page(page_size=(200, 200))
    document = f.piece(f.case(), hostile.saved(made))
    run_waiting()
    assert document.pages == 4
    assert sorted(drawn(document)) == [0, 1, 2]


@pytest.mark.django_db
def test_an_active_pdf_gives_a_copy_without_anything_active():
    document = f.piece(f.case(), hostile.pdf(OpenAction=hostile.script()))
    run_waiting()
    document.refresh_from_db()
    assert document.safe_sha256
    safe = store().get(bytes(document.safe_sha256).hex())
    assert safe.startswith(b"%PDF-")
    assert b"JavaScript" not in safe
    from mediane.ground.documents.uploads import accept_file

    again = accept_file(safe, filename="x.pdf")
    assert (again.pages, again.active_content) == (1, False)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF"])
def test_every_kind_of_picture_is_drawn(kind: str):
    document = f.piece(f.case(), hostile.picture(kind, 2000, 1000), "photo.jpg")
    run_waiting()
    pictures = drawn(document)
    assert pictures[1].size == (1654, 827)
    assert pictures[0].width == 240


@pytest.mark.django_db
def test_a_photograph_stands_upright_and_says_nothing_of_where_it_was_taken():
    photo = Image.new("RGB", (400, 200), "white")
    photo.paste((255, 0, 0), (0, 0, 200, 200))  # left half red
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: turn by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif)
    document = f.piece(f.case(), out.getvalue(), "photo.jpg")
    run_waiting()
    shown = drawn(document)[1]
    assert shown.size == (200, 400)
    red, green, _ = shown.convert("RGB").getpixel((100, 50))
    assert red > 200 > 100 > green  # what was left is on top
    assert not shown.getexif()


@pytest.mark.django_db
def test_what_is_transparent_is_drawn_on_white():
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    document = f.piece(f.case(), out.getvalue(), "logo.png")
    run_waiting()
    assert min(drawn(document)[1].convert("RGB").getpixel((25, 25))) > 245


@pytest.mark.django_db
def test_texts_and_messages_are_shown_as_text(sample):
    note = f.piece(f.case(), "Bonjour, été".encode("cp1252"), "note.txt")
    mail = f.piece(f.case(), sample("multipart.eml"), "message.eml")
    run_waiting()
    assert note.previews.get().text == "Bonjour, été"
    shown = mail.previews.get().text
    assert "Subject: a simple multipart" in shown
    assert "msg.txt" in shown


def test_a_message_in_html_is_shown_without_its_markup():
    raw = (
        b"From: a@example.org\nTo: b@example.org\nSubject: =?utf-8?q?R=C3=A9ponse?=\nMIME-Version: 1.0\n"
        b"Content-Type: text/html; charset=iso-8859-1\n\n<p>D\xe9sol\xe9 &amp; merci</p><script>alert(1)</script>\n"
    )
    shown = previews.mail_text(raw)
    assert "Subject: Réponse" in shown
    assert "Désolé & merci" in shown
    assert "alert" not in shown


@pytest.mark.django_db
def test_office_documents_have_no_preview_and_queue_nothing():
    document = f.piece(f.case(), hostile.docx(), "lettre.docx")
    assert document.preview == "none"
    assert run_waiting() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("caps", "content"),
    [
        ({"preview_memory": 60_000_000}, hostile.picture("PNG", 3000, 3000)),
        ({"preview_seconds": 0}, hostile.picture("PNG", 3000, 3000)),
    ],
    ids=["memory", "time"],
)
def test_a_file_that_takes_too_much_fails_alone(settings, caps: dict, content: bytes):
    document = f.piece(f.case(), content, "x.png")
    other = f.piece(f.case(), b"bonjour", "x.txt")
    settings.MEDIANE_DOCUMENTS = caps
    assert run_waiting() == 2  # and none of them raised
    document.refresh_from_db()
    other.refresh_from_db()
    assert (document.preview, other.preview) == ("failed", "ready")


@pytest.mark.django_db
def test_a_file_damaged_beyond_drawing_fails_alone(files: DiskStore):
    document = f.piece(f.case(), hostile.picture("PNG", 300, 300), "x.png")
    files.path(document.storage_key).write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    run_waiting()
    document.refresh_from_db()
    assert document.preview == "failed"


@pytest.mark.django_db
def test_drawing_twice_leaves_one_set_of_pages():
    document = f.piece(f.case(), hostile.pdf())
    run_waiting()
    Document.objects.filter(pk=document.pk).update(preview="pending")
    services.examine(document.pk, at=f.AT)
    assert document.previews.count() == 2


@pytest.mark.django_db
def test_a_page_of_absurd_size_is_drawn_small():
    import pikepdf

    made = pikepdf.new()
    made.add_blank_page(page_size=(10, 14_000))
    made.add_blank_page(page_size=(14_000, 10))
    document = f.piece(f.case(), hostile.saved(made))
    run_waiting()
    document.refresh_from_db()
    assert document.preview == "ready"
    assert all(p.width * p.height <= 1654 * 1654 * 6 for p in document.previews.all())


@pytest.mark.django_db
def test_a_piece_destroyed_before_its_job_is_no_error():
    document = f.piece(f.case())
    services.forget([document.pk])
    assert run_waiting() == 1
