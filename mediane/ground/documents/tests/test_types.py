"""What is taken, what is not, and that each refusal says why."""

from __future__ import annotations

import io
import struct
import time
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from mediane.ground.documents.limits import Limits
from mediane.ground.documents.tests import hostile
from mediane.ground.documents.types import (
    ACCEPTED,
    clean_filename,
    decode_text,
    extension,
    inspect,
    with_true_extension,
)
from mediane.ground.documents.uploads import reason_of
from mediane.kernel.refusals import Refusal


def look(content: bytes, filename: str = "", claimed: str = "", **caps: int):
    return inspect(io.BytesIO(content), filename=filename, claimed_type=claimed, limits=Limits(**caps))


def why(content: bytes, filename: str = "", claimed: str = "", **caps: int) -> str:
    with pytest.raises(Refusal) as refused:
        look(content, filename, claimed, **caps)
    assert refused.value.code == "file_refused"
    code: str = refused.value.facts["why"]
    if code != "unsupported":
        assert reason_of(code, refused.value.facts) != reason_of("unsupported"), "every refusal has its own words"
    return code


# ---- taken ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "kind", "pages"),
    [
        ("french_diacritics.pdf", "application/pdf", 1),
        ("empty.pdf", "application/pdf", 1),
        ("scan-bad.pdf", "application/pdf", 1),  # damaged, and still readable
        ("helloworld-bad.pdf", "application/pdf", 1),
        ("empty_protected.pdf", "application/pdf", 1),  # restricted by its author, open without a password
        ("phototest.tif", "image/tiff", 1),
        ("phototest-rotated-180.png", "image/png", 1),
        ("multipart.eml", "message/rfc822", None),
    ],
)
def test_real_files_are_taken(sample, name: str, kind: str, pages: int | None):
    found = look(sample(name), name)
    assert (found.media_type, found.pages, found.active_content) == (kind, pages, False)


@pytest.mark.parametrize(
    ("kind", "ending"),
    [("PNG", "png"), ("JPEG", "jpg"), ("JPEG", "jpeg"), ("GIF", "gif"), ("WEBP", "webp"), ("TIFF", "tif")],
)
def test_images_are_taken(kind: str, ending: str):
    assert look(hostile.picture(kind), f"photo.{ending}").media_type == f"image/{kind.lower()}"


def test_office_documents_are_taken():
    assert look(hostile.docx(), "lettre.docx").media_type.endswith("wordprocessingml.document")
    assert look(hostile.odt(), "lettre.odt").media_type == "application/vnd.oasis.opendocument.text"
    assert look(hostile.odt(kind="spreadsheet"), "comptes.ods").media_type.endswith("spreadsheet")
    inner = hostile.docx()
    assert look(hostile.docx(("word/embeddings/Feuille.docx", inner)), "lettre.docx").media_type.endswith(".document")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        ("Bonjour, le colis n’est pas arrivé.".encode(), "recit.txt", "text/plain"),
        ("Bonjour, le colis n’est pas arrivé.".encode("cp1252"), "recit.txt", "text/plain"),
        ("\ufeffBonjour".encode("utf-16-le"), "recit.txt", "text/plain"),
        (b"date;montant\n2026-01-01;12,50\n", "releve.csv", "text/csv"),
        (b"From: x\nSubject: y\nDate: z\n\nnot a mail to this person: named .txt", "copie.txt", "text/plain"),
    ],
)
def test_text_is_taken(content: bytes, name: str, kind: str):
    assert look(content, name).media_type == kind


def heic(*, cut: int = 0) -> bytes:
    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(content), name) + content

    whole = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(30)) + box(b"mdat", bytes(100))
    return whole[: len(whole) - cut]


def test_a_telephone_photograph_is_kept_as_it_is():
    assert look(heic(), "IMG_0001.HEIC").media_type == "image/heic"
    assert why(heic(cut=10), "IMG_0001.HEIC") == "damaged"


def test_an_honest_mistake_in_the_name_is_no_lie():
    assert look(hostile.png(), "photo.jpg", "image/jpeg").media_type == "image/png"
    assert look(hostile.png(), "photo").media_type == "image/png"
    assert look(hostile.png(), "n° 3.10", "application/octet-stream").media_type == "image/png"
    assert look(hostile.png(), "photo.png", "application/x-something").media_type == "image/png"


# ---- not taken --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "name", "claimed", "expected"),
    [
        (b"", "vide.pdf", "", "empty"),
        (hostile.png(), "facture.pdf", "", "mismatch"),
        (hostile.png(), "facture", "application/pdf", "mismatch"),
        (hostile.pdf(), "photo.png", "", "mismatch"),
        (b"bonjour", "facture.pdf", "", "mismatch"),
        (b"bonjour", "message.eml", "", "mismatch"),
        (hostile.docx(), "facture.pdf", "", "mismatch"),
        (b"MZ\x90\0" + bytes(100), "facture.pdf", "", "unsupported"),
        (b"MZ\x90\0" + bytes(100), "facture.exe", "", "unsupported"),
        (hostile.png(), "facture.pdf.exe", "", "unsupported"),
        (b"<html><script>alert(1)</script></html>", "facture.html", "text/html", "unsupported"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "dessin.svg", "image/svg+xml", "unsupported"),
        (bytes(500), "donnees", "", "unsupported"),
        (b"{\\rtf1 bonjour}", "lettre", "", "unsupported"),
        (b"{\\rtf1 bonjour}", "lettre.rtf", "", "old_office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "lettre.doc", "", "old_office"),
        (hostile.archive(("a.txt", b"x")), "dossier.zip", "", "archive"),
        (hostile.archive(("a.txt", b"x")), "dossier", "", "archive"),
        (hostile.archive(("a.txt", b"x")), "lettre.docx", "", "archive"),
        (b"Rar!\x1a\x07\x00" + bytes(20), "x.rar", "", "archive"),
        (hostile.docx(), "lettre.docm", "", "macros"),
    ],
)
def test_what_is_not_what_we_take(content: bytes, name: str, claimed: str, expected: str):
    assert why(content, name, claimed) == expected


def test_the_odd_archives_of_cpython(sample):
    assert why(sample("zip_cp437_header.zip"), "a.zip") == "archive"
    assert why(sample("zipdir.zip"), "a.docx") == "archive"


def test_mismatch_names_both_kinds():
    with pytest.raises(Refusal) as refused:
        look(hostile.png(), "facture.pdf")
    words = reason_of("mismatch", refused.value.facts)
    assert "PDF" in words
    assert "PNG" in words


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photograph_cut_short_is_told_at_once(kind: str, cut: float):
    noise = io.BytesIO()
    from PIL import Image

    Image.effect_noise((300, 300), 80).convert("RGB").save(noise, kind)
    whole = noise.getvalue()
    assert look(whole, "photo.jpg").pages == 1
    assert why(whole[: int(len(whole) * cut)], "photo.jpg") == "damaged"


# ---- PDF --------------------------------------------------------------------------------------------------------
def test_a_pdf_with_a_password_cannot_be_read():
    made = pikepdf.new()
    made.add_blank_page()
    locked = hostile.saved(made, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert why(locked, "releve.pdf") == "password"
    restricted = hostile.saved(made, encryption=pikepdf.Encryption(owner="o", user=""))
    assert look(restricted, "releve.pdf").pages == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7\n" + bytes(200), b"%PDF-1.4\nnothing", hostile.saved(pikepdf.new())])
def test_a_pdf_that_has_no_page_is_damaged(content: bytes):
    assert why(content, "x.pdf") == "damaged"


@pytest.mark.parametrize("name", ["js-authors.pdf", "js-colors.pdf", "doc_actions.pdf", "attachment.pdf"])
def test_active_content_of_real_files_is_seen(sample, name: str):
    assert look(sample(name), name).active_content


def test_a_plain_form_is_not_active(sample):
    assert not look(sample("file_pdfjs_form.pdf"), "formulaire.pdf").active_content


@pytest.mark.parametrize(
    "content",
    [
        hostile.pdf(OpenAction=hostile.script()),
        hostile.pdf(OpenAction=Dictionary(S=Name.Launch, F=String("cmd.exe"))),
        hostile.pdf(AA=Dictionary(WC=hostile.script())),
        hostile.pdf(Names=Dictionary(JavaScript=Dictionary(Names=Array([String("a"), hostile.script()])))),
        hostile.pdf(Names=Dictionary(EmbeddedFiles=Dictionary(Names=Array([])))),
        hostile.pdf(AcroForm=Dictionary(Fields=Array([]), XFA=Array([]))),
        hostile.pdf(Whatever=Array([Array([Dictionary(Deep=Dictionary(S=Name.SubmitForm))])])),
        hostile.pdf(OpenAction=hostile.script()).replace(b"/JavaScript", b"/Java#53cript").replace(b"/JS", b"/#4a#53"),
    ],
    ids=["open", "launch", "additional", "names", "embedded", "xfa", "deep", "spelt otherwise"],
)
def test_active_content_is_seen_wherever_it_hides(content: bytes):
    assert look(content, "x.pdf").active_content


def test_active_content_is_seen_on_a_page_and_in_object_streams():
    made = pikepdf.new()
    page = made.add_blank_page()
    page.obj["/Annots"] = made.make_indirect(
        Array(
            [
                made.make_indirect(
                    Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=hostile.script())
                )
            ]
        )
    )
    for mode in pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable:
        assert look(hostile.saved(made, object_stream_mode=mode), "x.pdf").active_content
    del page.obj["/Annots"]
    assert not look(hostile.saved(made), "x.pdf").active_content


def test_a_pdf_too_large_to_look_through_counts_as_active():
    big = hostile.pdf(Whatever=Array([Dictionary(A=1)] * 2000))
    assert not look(big, "x.pdf").active_content
    assert look(big, "x.pdf", pdf_octets=1000).active_content


def test_a_page_tree_that_turns_in_circles_ends():
    made = pikepdf.new()
    made.add_blank_page()
    made.Root.Pages.Kids.append(made.Root.Pages)
    began = time.monotonic()
    with suppress(Refusal):
        look(hostile.saved(made), "x.pdf")
    assert time.monotonic() - began < 5


# ---- images that are bombs ----------------------------------------------------------------------------------------
def test_a_picture_that_declares_more_than_fits_is_never_decoded():
    began = time.monotonic()
    assert why(hostile.png_that_declares(60_000, 60_000), "x.png") == "too_many_pixels"
    assert why(hostile.png_that_declares(9_000, 9_000), "x.png") == "too_many_pixels"
    assert time.monotonic() - began < 1
    assert why(hostile.png(50, 50), "x.png", pixels=2_499) == "too_many_pixels"
    assert look(hostile.png(50, 50), "x.png", pixels=2_500).pages == 1


def test_pages_of_a_tiff_are_counted_and_capped():
    from PIL import Image

    pages = [Image.new("1", (20, 20)) for _ in range(5)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert look(out.getvalue(), "x.tif").pages == 5
    assert why(out.getvalue(), "x.tif", frames=4) == "too_many_pages"


# ---- archives that are bombs or traps -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "word\\..\\..\\x.exe", "C:\\x.exe", "word/../../x"]
)
def test_an_entry_that_leaves_its_folder(name: str):
    assert why(hostile.docx((name, b"x")), "x.docx") == "unsafe_archive"


def test_a_symbolic_link_in_an_archive():
    assert why(hostile.docx((hostile.link("word/link"), b"/etc/passwd")), "x.docx") == "unsafe_archive"


def test_zip_bombs():
    assert why(hostile.docx(("word/zeros.xml", bytes(50_000_000))), "x.docx") == "bomb"
    assert why(hostile.docx(*[(f"word/{n}.xml", b"") for n in range(40)]), "x.docx", archive_entries=30) == "bomb"
    assert why(hostile.docx(("word/a.xml", b"abcdefgh" * 1000)), "x.docx", archive_bytes=5_000) == "bomb"
    began = time.monotonic()
    assert why(hostile.overlapping_docx(), "x.docx") == "bomb"
    assert time.monotonic() - began < 2


def test_an_entry_that_lies_about_its_size():
    whole = bytearray(hostile.docx(("word/a.xml", b"a" * 50_000)))
    at = whole.rindex(b"PK\x01\x02")
    struct.pack_into("<I", whole, at + 24, 10)  # the directory says 10 bytes
    assert why(bytes(whole), "x.docx") == "damaged"


def test_archives_inside_documents():
    deep = hostile.docx(("word/embeddings/2.docx", hostile.docx(("word/embeddings/3.docx", hostile.docx()))))
    assert why(deep, "x.docx") == "nested"
    assert why(hostile.docx(("word/media/x.bin", hostile.archive(("a", b"a")))), "x.docx") == "nested"


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "xl/macrosheets/sheet1.xml", "word/activeX/activeX1.xml"])
def test_macros(name: str):
    assert why(hostile.docx((name, b"x")), "x.docx") == "macros"
    assert why(hostile.odt(("Basic/Standard/Module1.xml", b"x")), "x.odt") == "macros"


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + bytes(20), b"MZ" + bytes(20), b"\x7fELF" + bytes(20)])
def test_objects_and_programs_inside_documents(content: bytes):
    assert why(hostile.docx(("word/embeddings/oleObject1.bin", content)), "x.docx") == "embedded_object"


def test_a_template_fetched_from_elsewhere():
    relation = (
        '<Relationships><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
        'Target="https://example.org/x.dotm" TargetMode="External"/></Relationships>'
    )
    remote = relation.format("attachedTemplate").encode()
    assert why(hostile.docx(("word/_rels/settings.xml.rels", remote)), "x.docx") == "embedded_object"
    plain_link = relation.format("hyperlink").encode()
    assert look(hostile.docx(("word/_rels/document.xml.rels", plain_link)), "x.docx")


def test_an_encrypted_entry():
    whole = bytearray(hostile.docx())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := whole.find(signature, at + 1)) >= 0:
            whole[at + offset] |= 1
    assert why(bytes(whole), "x.docx") == "password"


# ---- two things at once -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (hostile.pdf() + hostile.archive(("x.exe", b"MZ")), "x.pdf"),
        (hostile.png() + hostile.archive(("x.exe", b"MZ")), "x.png"),
        (hostile.picture("JPEG") + hostile.archive(("META-INF/MANIFEST.MF", b"x")), "x.jpg"),
        (b"GIF89a%PDF-1.4 " + bytes(30), "x.gif"),
    ],
)
def test_polyglots(content: bytes, name: str):
    assert why(content, name) == "polyglot"


def test_html_before_a_pdf_is_no_pdf():
    assert why(b"<html><script>1</script></html>\n" + hostile.pdf(), "x.pdf") in ("mismatch", "unsupported")


def test_the_four_bytes_of_an_archive_inside_a_picture_are_no_archive():
    assert look(hostile.png() + b"PK\x05\x06" + bytes(18), "x.png").media_type == "image/png"


# ---- mail -----------------------------------------------------------------------------------------------------------
def test_mail_that_nests_too_deep_is_refused_quickly():
    assert look(hostile.nested_mail(10), "x.eml").media_type == "message/rfc822"
    began = time.monotonic()
    assert why(hostile.nested_mail(30), "x.eml") == "nested"
    assert why(hostile.nested_mail(5_000), "x.eml") == "nested"
    assert time.monotonic() - began < 2


# ---- names ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("C:\\Users\\Anne\\facture.pdf", "facture.pdf"),
        ("../../etc/passwd", "passwd"),
        ("facture\u202efdp.exe", "facturefdp.exe"),  # the right-to-left trick
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("  .pdf ", "pdf"),
        ("", "piece"),
        ("..", "piece"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names_are_made_fit_to_show(given_name: str, shown: str):
    assert clean_filename(given_name) == shown


@given(st.text(max_size=400))
def test_a_clean_name_is_clean(name: str):
    shown = clean_filename(name)
    assert 0 < len(shown) <= 150
    assert clean_filename(shown) == shown
    assert not set(shown) & set("/\\\r\n\0")
    shown.encode()


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.PDF", "pdf"),
        ("M. Dupont", ""),
        ("n° 3.10", ""),
        (".pdf", ""),
        ("a.tar.gz", "gz"),
        ("lettre M.Paul", ""),
        ("a", ""),
    ],
)
def test_endings(name: str, ending: str):
    assert extension(name) == ending


def test_a_file_is_sent_back_under_a_true_name():
    assert with_true_extension("photo.jpg", "image/png") == "photo.png"
    assert with_true_extension("photo.jpeg", "image/jpeg") == "photo.jpeg"
    assert with_true_extension("photo n° 3.10", "image/png") == "photo n° 3.10.png"


# ---- whatever comes ---------------------------------------------------------------------------------------------------
@given(st.sampled_from(sorted(ACCEPTED)), st.binary(max_size=400), st.data())
def test_no_bytes_make_it_stumble(kind: str, tail: bytes, data):
    """Any beginning, any continuation: taken or refused, never another exception."""
    heads = [
        b"",
        b"%PDF-1.4\n",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"II*\0",
        b"PK\x03\x04",
        b"RIFF0000WEBP",
    ]
    heads += [
        b"\0\0\0\x18ftypheic",
        b"From: a\nTo: b\nSubject: c\n",
        hostile.docx()[:300],
        hostile.pdf()[:300],
        hostile.png()[:60],
    ]
    content = data.draw(st.sampled_from(heads)) + tail
    with suppress(Refusal):
        look(content, f"x.{ACCEPTED[kind].extensions[0]}")


def test_text_in_the_alphabets_people_use():
    assert decode_text("élève".encode()) == "élève"
    assert decode_text("élève €".encode("cp1252")) == "élève €"
    assert decode_text(b"\xef\xbb\xbfabc") == "abc"
    assert decode_text(b"a\0b") is None
