"""Files that mean harm, built when asked for and never kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def png(width: int = 40, height: int = 30, **more: Any) -> bytes:
    return picture("PNG", width, height, **more)


def picture(kind: str, width: int = 40, height: int = 30, **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


def png_that_declares(width: int, height: int) -> bytes:
    """A well-formed header that promises so many pixels, and a hundred bytes behind it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def docx(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A minimal letter, and whatever else is put in."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def odt(*entries: tuple[str, bytes], kind: str = "text") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<office:document-content/>")
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def archive(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in entries:
            made.writestr(name, content)
    return out.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def overlapping_docx(copies: int = 300) -> bytes:
    """Every entry of the directory points at the same compressed megabytes (D. Fifield's construction, in short)."""
    whole = docx(("word/big.xml", bytes(4_000_000)))
    directory = whole.index(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    records, at = [], directory
    while whole[at : at + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack("<HHH", whole[at + 28 : at + 34])
        records.append(whole[at : at + 46 + name + extra + comment])
        at += len(records[-1])
    records += [records[-1]] * copies
    listing = b"".join(records)
    record = bytearray(whole[end : end + 22])
    struct.pack_into("<HHII", record, 8, len(records), len(records), len(listing), directory)
    return whole[:directory] + listing + bytes(record)


def pdf(**catalog: Any) -> bytes:
    """One blank page; keywords are entries of the catalog."""
    import pikepdf

    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    for name, value in catalog.items():
        made.Root["/" + name] = value
    return saved(made)


def saved(made: Any, **more: Any) -> bytes:
    out = io.BytesIO()
    made.save(out, **more)
    return out.getvalue()


def nested_mail(depth: int) -> bytes:
    content = b"From: a@example.org\nTo: b@example.org\nSubject: x\nDate: Mon, 23 Nov 2026 08:00:00 +0100\n"
    for level in range(depth):
        content += f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'.encode()
    return content + b"Content-Type: text/plain\n\nbonjour\n"


def script() -> Any:
    """An action that runs JavaScript when the file is opened."""
    from pikepdf import Dictionary, Name, String

    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
