"""How much we take. An installation changes any of them by the setting `MEDIANE_DOCUMENTS` (`{"file_bytes":

30_000_000}`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    file_bytes: int = 20_000_000
    total_bytes: int = 60_000_000  # of one sending
    files: int = 20  # in one sending
    pixels: int = 60_000_000  # width × height that we agree to decode: 180 MB of memory in the worker
    frames: int = 200  # pages of a TIFF, pictures of an animation
    archive_entries: int = 5_000
    archive_bytes: int = 200_000_000  # an office document, unpacked
    archive_ratio: int = 200  # of one entry above a megabyte: text packs 10 to 1, zeros 1,000 to 1
    archive_depth: int = 2  # a chart's workbook inside a letter
    mail_parts: int = 1_000
    mail_depth: int = 20
    pdf_octets: int = 30_000_000  # of its objects, streams aside, looked through for active content
    preview_pages: int = 60
    preview_width: int = 1654  # an A4 page at 200 dots an inch: small print stays legible when enlarged
    thumbnail_width: int = 240
    preview_seconds: int = 60
    preview_memory: int = 1_500_000_000  # address space of the process that draws
    text_characters: int = 100_000  # kept as the reading text of one page or of one message
    kept_hours: int = 20  # a file accepted in a form that came back with an error; below `orphan_hours`
    orphan_hours: int = 24


def limits() -> Limits:
    return Limits(**getattr(settings, "MEDIANE_DOCUMENTS", {}))
