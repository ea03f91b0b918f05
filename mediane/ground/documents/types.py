"""What a file really is, and whether we take it.

The name and the browser say what a file claims to be; its bytes say what it is. Both must agree, up to what people do
in good faith (a PNG named .jpg). Nothing here decodes more than the limits allow, and nothing executes. What is
accepted, and why, stands in docs/adr/0051.
"""

from __future__ import annotations

import re
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import puremagic

from mediane.ground.documents.limits import Limits
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import clean_line


@dataclass(frozen=True)
class MediaType:
    """A kind of file that we take.

    `family`: within it, a wrong extension is an honest mistake. `preview`: how the viewer shows it.
    """

    name: str
    label: str
    extensions: tuple[str, ...]
    family: str
    preview: str = ""  # "pages", "image", "text", "" (download only)
    aliases: tuple[str, ...] = ()
    inline: bool = False  # a browser may show the original itself


OOXML, ODF = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
ACCEPTED: dict[str, MediaType] = {
    kind.name: kind
    for kind in (
        MediaType("application/pdf", "PDF", ("pdf",), "pdf", "pages", ("application/x-pdf",), inline=True),
        MediaType(
            "image/jpeg",
            "JPEG",
            ("jpg", "jpeg", "jpe", "jfif"),
            "image",
            "image",
            ("image/jpg", "image/pjpeg"),
            inline=True,
        ),
        MediaType("image/png", "PNG", ("png",), "image", "image", ("image/x-png",), inline=True),
        MediaType("image/webp", "WebP", ("webp",), "image", "image", inline=True),
        MediaType("image/gif", "GIF", ("gif",), "image", "image", inline=True),
        MediaType("image/tiff", "TIFF", ("tif", "tiff"), "image", "image"),
        MediaType(
            "image/heic", "HEIC", ("heic", "heif"), "image", aliases=("image/heif",)
        ),  # kept as it is: nothing here draws it
        MediaType(OOXML + "wordprocessingml.document", "Word", ("docx",), "office"),
        MediaType(OOXML + "spreadsheetml.sheet", "Excel", ("xlsx",), "office"),
        MediaType(OOXML + "presentationml.presentation", "PowerPoint", ("pptx",), "office"),
        MediaType(ODF + "text", "OpenDocument (ODT)", ("odt",), "office"),
        MediaType(ODF + "spreadsheet", "OpenDocument (ODS)", ("ods",), "office"),
        MediaType(ODF + "presentation", "OpenDocument (ODP)", ("odp",), "office"),
        MediaType("message/rfc822", "EML", ("eml",), "text", "text"),
        MediaType("text/plain", "TXT", ("txt", "text", "log"), "text", "text"),
        MediaType("text/csv", "CSV", ("csv",), "text", "text", ("application/csv",)),
    )
}
BY_EXTENSION = {extension: kind for kind in ACCEPTED.values() for extension in kind.extensions}
BY_ALIAS = {alias: kind for kind in ACCEPTED.values() for alias in (kind.name, *kind.aliases)}

_NEVER = """
exe com scr pif bat cmd msi msp dll cpl hta js jse mjs vbs vbe wsf wsh ps1 sh bash jar apk app dmg iso img lnk url reg
html htm xhtml mht mhtml svg svgz xml xsl swf php py rb pl zip rar 7z gz tgz tar bz2 xz cab ace arj lzh
doc xls ppt dot docm dotm xlsm xltm xlam pptm potm ppsm odb msg rtf one pub wps mp3 mp4 mov avi mkv wav m4a
"""
REFUSED_EXTENSIONS = frozenset(_NEVER.split())
"""Names that claim something we never take. Any other unknown ending ("lettre M.Paul") is no claim."""


@dataclass(frozen=True)
class Inspection:
    """`media_type` is what the bytes are;

    `pages` None where the word means nothing; `active_content`: never handed out as it is.
    """

    media_type: str
    pages: int | None = None
    active_content: bool = False


def refuse(why: str, **facts: Any) -> Refusal:
    return Refusal("file_refused", why=why, **facts)


# ---- names ---------------------------------------------------------------------------------------------------------
def clean_filename(name: str, *, longest: int = 150) -> str:
    """A name to show and to send back:

    No folder, no control or direction character, at most `longest` characters, ending kept.
    """
    name = clean_line(name.replace("\\", "/").rsplit("/", 1)[-1], 1000).strip(" .")
    if len(name) > longest:
        ending = PurePosixPath(name).suffix[:10]
        name = name[: longest - len(ending)].rstrip() + ending
    return name or "piece"


def extension(filename: str) -> str:
    """The ending that a name claims, lower case, or "" when what follows the last dot is no file ending ("n° 3.10",
    "M. Dupont").
    """
    found = re.search(r"[^.]\.([A-Za-z0-9]{1,5})$", filename.strip())
    ending = found[1].lower() if found else ""
    return ending if ending in BY_EXTENSION or ending in REFUSED_EXTENSIONS else ""


def with_true_extension(filename: str, media_type: str) -> str:
    """The name under which it is sent back, so that the ending tells the truth."""
    kind = ACCEPTED[media_type]
    ending = extension(filename)
    if ending in kind.extensions:
        return filename
    return (filename[: -len(ending) - 1] if ending in BY_EXTENSION else filename) + "." + kind.extensions[0]


# ---- the whole examination -----------------------------------------------------------------------------------------
def inspect(stream: BinaryIO, *, filename: str, claimed_type: str, limits: Limits) -> Inspection:
    """Look at a whole file (seekable).

    Refusal `file_refused` with `why` and facts; `uploads.reason_of` has the words.
    """
    stream.seek(0)
    head = stream.read(4096)
    if not head:
        raise refuse("empty")
    ending = extension(filename)
    real = sniff(stream, head, ending)
    claimed = BY_EXTENSION.get(ending) or (
        BY_ALIAS.get(claimed_type.split(";", maxsplit=1)[0].strip().lower()) if not ending else None
    )
    if real is None or (ending in REFUSED_EXTENSIONS):
        raise refuse(_why_not(head, ending), real=_name_of(head), extension=ending)
    if claimed is not None and claimed.family != real.family:
        raise refuse("mismatch", claimed=claimed.label, real=real.label)
    if real.family == "text" and claimed is not None and real.name == "text/plain":
        real = (
            claimed  # text has no signature: a mail or a table is what its name says, and the checks below must agree
        )
    _refuse_two_in_one(stream, head, real)
    stream.seek(0)
    return CHECKS[real.family](stream, real, limits)


def sniff(stream: BinaryIO, head: bytes, ending: str = "") -> MediaType | None:
    """The kind by its bytes, None when it is none of ours."""
    if head.lstrip(b"\xef\xbb\xbf\r\n\t \0").startswith(b"%PDF-"):
        return ACCEPTED["application/pdf"]
    for signature, name in (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
    ):
        if head.startswith(signature):
            return ACCEPTED[name]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ACCEPTED["image/webp"]
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        return ACCEPTED["image/heic"]
    if head.startswith(b"PK\x03\x04"):
        return _office(stream)
    if _is_text(head):
        return ACCEPTED["message/rfc822"] if ending != "txt" and _is_mail(head) else ACCEPTED["text/plain"]
    return None


def _name_of(head: bytes) -> str:
    try:
        return puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return ""


def _why_not(head: bytes, ending: str) -> str:
    if ending in ("docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm"):
        return "macros"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh")):
        return "archive"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") or ending in ("doc", "xls", "ppt", "msg", "rtf"):
        return "old_office"
    return "unsupported"


def _refuse_two_in_one(stream: BinaryIO, head: bytes, real: MediaType) -> None:
    """A file that two programs would read as two different things shows one face to us and another to the reader."""
    if real.family != "pdf" and b"%PDF-" in head[:1024] and real.family != "text":
        raise refuse("polyglot", real=real.label, other="PDF")
    if real.family in ("pdf", "image") and (entries := _zip_entries(stream)) not in (None, 0):
        try:
            with zipfile.ZipFile(stream) as archive:
                if archive.infolist():
                    raise refuse("polyglot", real=real.label, other="ZIP", entries=entries)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeDecodeError):
            return  # the four bytes of an archive's end inside picture data: no program opens it as one


# ---- PDF -----------------------------------------------------------------------------------------------------------
# In the canonical text of an object (qpdf's: names decoded and written one way, one space between tokens).
ACTIVE = re.compile(
    rb"/(?:JS|JavaScript|EmbeddedFiles|XFA|RichMediaContent|EF)(?=[\s/\[(<>\]]|$)"
    rb"|/S /(?:Launch|SubmitForm|ImportData|Rendition|Movie|Sound|GoToE|GoToR|RichMediaExecute)(?=[\s/\[(<>\]]|$)"
    rb"|/Subtype /(?:FileAttachment|RichMedia|Screen|3D|Movie|Sound)(?=[\s/\[(<>\]]|$)"
)


def _check_pdf(stream: BinaryIO, kind: MediaType, limits: Limits) -> Inspection:
    import pikepdf  # heavy, and most requests carry no file

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pdf = pikepdf.open(stream)
    except pikepdf.PasswordError as error:
        raise refuse("password", real=kind.label) from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise refuse("damaged", real=kind.label) from error
    with pdf:
        try:
            pages = len(pdf.pages)
            active = _is_active(pdf, limits.pdf_octets)
        except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
            raise refuse("damaged", real=kind.label) from error
    if not pages:
        raise refuse("damaged", real=kind.label)
    return Inspection(kind.name, pages, active)


def _is_active(pdf: Any, most: int) -> bool:
    """Whether it holds anything that acts or carries: scripts, launches, sends, forms that run, files inside.

    Words inside a text of the document can make it say yes for nothing; so does more than `most` octets to look through.
    """
    import pikepdf

    seen = 0
    for node in pdf.objects:
        holder = node.stream_dict if isinstance(node, pikepdf.Stream) else node
        if not isinstance(holder, (pikepdf.Dictionary, pikepdf.Array)):
            continue
        text = holder.unparse(resolved=True)
        seen += len(text)
        if seen > most or ACTIVE.search(text):
            return True
    return False


# ---- images --------------------------------------------------------------------------------------------------------
PILLOW = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF", "image/tiff": "TIFF"}


def _check_image(stream: BinaryIO, kind: MediaType, limits: Limits) -> Inspection:
    if kind.name == "image/heic":
        return Inspection(kind.name, _heic_is_whole(stream))
    from PIL import Image, ImageSequence

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata; and of size, which our own stricter cap below refuses
            picture = Image.open(stream, formats=[PILLOW[kind.name]])
            frames = 0
            # Size is in the header of each frame: nothing is decoded before it is known to fit.
            for frame in ImageSequence.Iterator(picture) if kind.name == "image/tiff" else [picture]:
                frames += 1
                if frame.width * frame.height > limits.pixels:
                    raise refuse("too_many_pixels", width=frame.width, height=frame.height, cap=limits.pixels)
                if frames > limits.frames:
                    raise refuse("too_many_pages", cap=limits.frames)
            if kind.name == "image/jpeg":
                picture.draft(
                    "L", (picture.width // 8, picture.height // 8)
                )  # an eighth of the size: cheap, and finds a file cut short
                picture.load()
            elif kind.name == "image/png":
                picture.verify()  # check sums of every chunk, no pixel
    except Image.DecompressionBombError as error:
        raise refuse("too_many_pixels", width=0, height=0, cap=limits.pixels) from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        struct.error,
        zlib.error,
        IndexError,
        KeyError,
        TypeError,
    ) as error:
        raise refuse("damaged", real=kind.label) from error
    return Inspection(kind.name, frames if kind.name == "image/tiff" else 1)


def _heic_is_whole(stream: BinaryIO) -> int:
    """Walk the boxes (ISO 14496-12) to the end of the file: a photograph cut short is told at once. One picture."""
    end, at, found = stream.seek(0, 2), 0, set()
    while at < end:
        stream.seek(at)
        header = stream.read(16)
        if len(header) < 8:
            raise refuse("damaged", real="HEIC")
        size, name = struct.unpack(">I4s", header[:8])
        if size == 1 and len(header) == 16:
            size = struct.unpack(">Q", header[8:])[0]
        size = size or end - at
        if size < 8 or at + size > end:
            raise refuse("damaged", real="HEIC")
        found.add(name)
        at += size
    if not {b"ftyp", b"meta"} <= found:
        raise refuse("damaged", real="HEIC")
    return 1


# ---- office documents: a ZIP whose every entry is looked at --------------------------------------------------------
MAIN_PARTS = {"word/": "wordprocessingml.document", "xl/": "spreadsheetml.sheet", "ppt/": "presentationml.presentation"}
MACROS = re.compile(
    r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|macrosheets/.*|activex/.*)$|^(basic|scripts)/.+", re.IGNORECASE
)
EXTERNAL = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)
REMOTE_KINDS = (b"/attachedTemplate", b"/oleObject", b"/frame", b"/subDocument", b"/externalLinkPath")


def _zip_entries(stream: BinaryIO) -> int | None:
    """Entries announced by the end-of-archive record in the last 64 KiB;

    None without one. Read before `zipfile` builds a list of them.
    """
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return None
    return int(struct.unpack("<H", tail[at + 10 : at + 12])[0])


def _office(stream: BinaryIO) -> MediaType | None:
    """Which office format a ZIP is, by its own declaration; None for any other archive."""
    entries = _zip_entries(stream)
    if entries is None or entries == 0xFFFF:  # no end record; or the 64-bit form, which no letter needs
        return None
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
            if names and names[0] == "mimetype":
                info = archive.getinfo("mimetype")
                declared = archive.read(info).decode("ascii", "replace") if info.file_size <= 100 else ""
                return ACCEPTED.get(declared)
            if "[Content_Types].xml" in names:
                for folder, name in MAIN_PARTS.items():
                    if any(entry.startswith(folder) for entry in names):
                        return ACCEPTED[OOXML + name]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, struct.error, zlib.error, OSError):
        return None
    return None


def _check_office(stream: BinaryIO, kind: MediaType, limits: Limits, depth: int = 1) -> Inspection:
    if (_zip_entries(stream) or 0) > limits.archive_entries:
        raise refuse("bomb", entries=_zip_entries(stream))
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            _refuse_unsafe_entries(infos, archive.start_dir, limits)
            for info in infos:
                _check_entry(archive, info, limits, depth)
    except RuntimeError as error:  # what zipfile says of an encrypted entry
        raise refuse("password", real=kind.label) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, zlib.error, EOFError, OSError) as error:
        raise refuse("damaged", real=kind.label) from error
    return Inspection(kind.name)


def _refuse_unsafe_entries(infos: list[zipfile.ZipInfo], directory: int, limits: Limits) -> None:
    if len(infos) > limits.archive_entries or sum(info.file_size for info in infos) > limits.archive_bytes:
        raise refuse("bomb", entries=len(infos))
    end = directory
    for info in sorted(infos, key=lambda info: info.header_offset, reverse=True):
        if info.header_offset + 30 + info.compress_size > end:  # entries that share bytes: some kB that unpack to GBs
            raise refuse("bomb", entries=len(infos))
        end = info.header_offset
        name = info.filename.replace("\\", "/")
        if (
            name.startswith("/")
            or re.match(r"[A-Za-z]:", name)
            or ".." in name.split("/")
            or "\0" in info.orig_filename
        ):
            raise refuse("unsafe_archive", entry=clean_filename(name))
        if stat.S_ISLNK(info.external_attr >> 16):
            raise refuse("unsafe_archive", entry=clean_filename(name))
        if info.flag_bits & 1:
            raise refuse("password", real="")
        if info.file_size > 1_000_000 and info.file_size > limits.archive_ratio * max(info.compress_size, 1):
            raise refuse("bomb", entries=len(infos))
        if MACROS.search(name):
            raise refuse("macros", entry=clean_filename(name))


def _check_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, depth: int) -> None:
    """Unpack it to nowhere, so that a size or a check sum that lies is found; look into what is packed inside."""
    head, rest = b"", bytearray()
    wanted = info.filename.endswith(".rels")
    with archive.open(info) as part:
        while block := part.read(1 << 16):
            head = head or block
            if wanted and len(rest) < 2_000_000:
                rest += block
    if head.startswith((b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF")):
        raise refuse("embedded_object", entry=clean_filename(info.filename))
    if head.startswith(b"PK\x03\x04"):
        if depth >= limits.archive_depth:
            raise refuse("nested", entry=clean_filename(info.filename))
        if info.file_size > limits.file_bytes:
            raise refuse("bomb", entries=1)
        inside = BytesIO(archive.read(info))
        if (inner := _office(inside)) is None:
            raise refuse("nested", entry=clean_filename(info.filename))
        _check_office(inside, inner, limits, depth + 1)
    for relation in EXTERNAL.findall(bytes(rest)):
        if b'"External"' in relation and any(kind in relation for kind in REMOTE_KINDS):
            raise refuse("embedded_object", entry=clean_filename(info.filename))


# ---- text and mail -------------------------------------------------------------------------------------------------
MAIL_HEADERS = re.compile(
    rb"^(From|To|Cc|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|Content-Type|X-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
HEADER_FIRST = re.compile(rb"(From [^\n]*\n)?[!-9;-~]+:")  # RFC 5322, 2.2; the first line may be mbox's
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def decode_text(content: bytes) -> str | None:
    """UTF-8, UTF-16 with its mark, else the Windows code page of western Europe; None when it is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            return None
    if CONTROLS.search(content):
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _is_text(head: bytes) -> bool:
    """A look at the beginning; the whole is decoded later (a head cut inside a UTF-16 pair is no proof of anything)."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or (
        not head.startswith(b"{\\rtf") and decode_text(head) is not None
    )


def _is_mail(head: bytes) -> bool:
    start = head.split(b"\n\n")[0].split(b"\r\n\r\n")[0]
    return len({found.lower() for found in MAIL_HEADERS.findall(start)}) >= 3


def _check_text(stream: BinaryIO, kind: MediaType, limits: Limits) -> Inspection:
    content = stream.read()
    if kind.name == "message/rfc822":
        if not (HEADER_FIRST.match(content.lstrip()) or _is_mail(content[:65_536])):
            raise refuse("mismatch", claimed=kind.label, real="TXT")
        _check_mail(content, limits)
    elif decode_text(content) is None:
        raise refuse("damaged", real=kind.label)
    return Inspection(kind.name)


def _check_mail(content: bytes, limits: Limits) -> None:
    if (
        len(re.findall(rb"^Content-Type:\s*(?:multipart|message)/", content, re.IGNORECASE | re.MULTILINE))
        > limits.mail_parts
    ):
        raise refuse("nested", entry="")
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(content)
        for parts, (depth, _part) in enumerate(_parts(message)):
            if depth > limits.mail_depth or parts > limits.mail_parts:
                raise refuse("nested", entry="")
    except RecursionError as error:
        raise refuse("nested", entry="") from error
    except (ValueError, LookupError, TypeError) as error:
        raise refuse("damaged", real="EML") from error


def _parts(message: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    stack = [(depth, message)]
    while stack:
        depth, part = stack.pop()
        yield depth, part
        if part.is_multipart():
            stack += [(depth + 1, inner) for inner in part.get_payload()]


CHECKS = {"pdf": _check_pdf, "image": _check_image, "office": _check_office, "text": _check_text}
