"""A file as people have it: CSV in any usual encoding and separator, gzip of it, ODS or XLSX. Streams; what was tolerated is said as a notice."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mediane.mediation.referrals.imports.columns import COLUMNS, REMARKS, REQUIRED

BLOCK = 1 << 18
LONGEST_CELL = 1 << 24  # characters: csv stops at 131,072, a pasted narrative may be longer
LARGEST_WORKBOOK = 1 << 30  # bytes once unpacked: beyond, a spreadsheet is a bomb
SEPARATORS = {",": gettext_lazy("virgule"), ";": gettext_lazy("point-virgule"), "\t": gettext_lazy("tabulation")}


class Unreadable(ValueError):
    """The file is no table of referrals. The message is one line for the person who chose it."""


@dataclass
class Source:
    """An open file: its headings as given, and its rows as (line in the file, cells). `rows()` may be called again, and reads from the start.

    `columns` gives the position of each known column. `notices` say what was understood or left aside.
    """

    path: Path
    headings: list[str]
    columns: dict[str, int]
    size: int
    notices: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    remarks: dict[str, int] = field(
        default_factory=dict
    )  # where our remarks on a former run stand, in a rejects file come back
    _open: Callable[[Callable[[int], None]], Iterator[tuple[int, list[str]]]] = field(
        default=lambda tell: iter(()), repr=False
    )

    @property
    def remarked(self) -> bool:
        """It is a rejects file come back: its guarded cells are read as they were."""
        return bool(self.remarks)

    def rows(self, tell: Callable[[int], None] = lambda read: None) -> Iterator[tuple[int, list[str]]]:
        """Rows that hold something. `tell` hears how many bytes of `size` have been read."""
        for line, cells in self._open(tell):
            if any(cell and not cell.isspace() for cell in cells):
                yield line, [_unguarded(cell) for cell in cells] if self.remarked else cells


def open_source(path: str | Path) -> Source:
    """Look at the file and its headings. Raises Unreadable, and OSError when it cannot be opened at all."""
    path = Path(path)
    with path.open("rb") as stream:
        magic = stream.read(4)
    if not magic:
        raise Unreadable(_("le fichier est vide"))
    return _spreadsheet(path) if magic[:2] == b"PK" else _text(path, packed=magic[:2] == b"\x1f\x8b")


# ---- text -------------------------------------------------------------------------------------------------------------


def _text(path: Path, *, packed: bool) -> Source:
    def raw() -> BinaryIO:
        return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]

    try:
        encoding, said = _encoding(raw)
        with raw() as stream:
            first = _first_lines(stream, encoding)
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        if packed:
            raise Unreadable(_("le fichier gzip est abîmé (%(error)s)") % {"error": error}) from error
        raise
    separator, headings = _separator(first)
    source = _source(path, headings)
    source.notices += said + (
        [_("séparateur : %(separator)s") % {"separator": SEPARATORS[separator]}] if separator != "," else []
    )

    def rows(tell: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(LONGEST_CELL)
        with path.open("rb") as file:
            packed_stream = gzip.GzipFile(fileobj=file) if packed else file
            with io.TextIOWrapper(packed_stream, encoding, errors="replace", newline="") as text:
                reader = csv.reader(text, delimiter=separator)
                next(reader)
                line = reader.line_num + 1
                try:
                    for cells in reader:
                        yield line, cells
                        if not line & 0xFF:
                            tell(file.tell())
                        line = reader.line_num + 1
                except (csv.Error, EOFError, gzip.BadGzipFile) as error:
                    raise Unreadable(_("ligne %(line)s : %(error)s") % {"line": line, "error": error}) from error

    source._open = rows  # noqa: SLF001
    return source


def _encoding(raw: Callable[[], BinaryIO]) -> tuple[str, list[str]]:
    """UTF-8 where every byte agrees; else what a French spreadsheet writes."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with raw() as stream:
        start = stream.read(4)
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", [_("le fichier est en UTF-16 ; il a été lu ainsi")]
        try:
            decoder.decode(start)
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", [_("le fichier n’est pas en UTF-8 ; il a été lu en Windows-1252")]
    return ("utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"), []


def _first_lines(stream: BinaryIO, encoding: str) -> str:
    return io.TextIOWrapper(stream, encoding, errors="replace", newline="").read(1 << 20)


def _separator(text: str) -> tuple[str, list[str]]:
    """The separator under which most headings are known columns."""
    csv.field_size_limit(LONGEST_CELL)
    found: list[tuple[int, str, list[str]]] = []
    for separator in SEPARATORS:
        try:
            headings = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        except csv.Error:
            continue
        found.append((sum(_name(heading) in COLUMNS for heading in headings), separator, headings))
    if not found:
        raise Unreadable(_("la première ligne ne se lit pas comme une ligne de titres"))
    _score, separator, headings = max(found, key=lambda item: item[0])
    return separator, headings


# ---- spreadsheets -------------------------------------------------------------------------------------------------------


def _spreadsheet(path: Path) -> Source:
    import python_calamine

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_WORKBOOK:
                raise Unreadable(_("le classeur est trop grand une fois déplié"))
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names
        ]
    except (zipfile.BadZipFile, python_calamine.CalamineError, OSError) as error:
        raise Unreadable(_("le classeur ne se lit pas (%(error)s)") % {"error": error}) from error
    candidates = [(name, table) for name, table in sheets if table]
    if not candidates:
        raise Unreadable(_("le classeur est vide"))
    name, table = max(candidates, key=lambda item: sum(_name(_cell(cell)) in COLUMNS for cell in item[1][0]))
    source = _source(path, [_cell(cell) for cell in table[0]])
    if len(candidates) > 1:
        source.notices.append(_("feuille lue : %(name)s") % {"name": name})
    siren = source.columns.get("trader_siren")

    def rows(tell: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
        for line, cells in enumerate(table[1:], 2):
            texts = [_cell(cell) for cell in cells]
            if siren is not None and siren < len(cells) and isinstance(cells[siren], int | float):
                texts[siren] = texts[siren].zfill(9)  # a spreadsheet drops the zeros that a number begins with
            yield line, texts
            if not line & 0xFF:
                tell(source.size * line // len(table))

    source._open = rows  # noqa: SLF001
    return source


def _cell(value: object) -> str:
    """A cell as the contract writes it: days in ISO, numbers without an exponent or a needless point."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return format(value, ".15g")
        case None:
            return ""
        case _:
            return str(value)


# ---- headings ---------------------------------------------------------------------------------------------------------


def _name(heading: str) -> str:
    return heading.strip().strip("\ufeff").lower()


def _source(path: Path, headings: Sequence[str]) -> Source:
    names = [_name(heading) for heading in headings]
    columns = {name: names.index(name) for name in COLUMNS if name in names}
    if missing := [name for name in REQUIRED if name not in columns]:
        raise Unreadable(
            _("ce n’est pas un fichier de saisines ; colonnes manquantes : %(names)s") % {"names": ", ".join(missing)}
        )
    remarks = {name: names.index(name) for name in REMARKS} if all(name in names for name in REMARKS) else {}
    expected = {*COLUMNS, *remarks}
    unknown = [heading for heading, name in zip(headings, names, strict=True) if name and name not in expected]
    twice = sorted({name for name in columns if names.count(name) > 1})
    notices = []
    if unknown:
        notices.append(_("colonnes inconnues, ignorées : %(names)s") % {"names": _listed(unknown)})
    if twice:
        notices.append(_("colonnes en double, seule la première est lue : %(names)s") % {"names": _listed(twice)})
    return Source(path, list(headings), columns, path.stat().st_size, notices, unknown, remarks)


def _listed(names: Sequence[str], most: int = 12) -> str:
    shown = [name if len(name) <= 60 else f"{name[:59]}…" for name in names[:most]]
    more = len(names) - most
    if more > 0:
        shown.append(ngettext("et %(n)d autre", "et %(n)d autres", more) % {"n": more})
    return ", ".join(shown)


# ---- cells that a spreadsheet would compute ----------------------------------------------------------------------------------

_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet runs it: an apostrophe before what looks like a formula. A plain number stays a number."""
    bare = cell.lstrip(" \u00a0\n")
    if bare.startswith(_TRIGGERS) and not bare.lstrip("+-").replace(".", "", 1).isdecimal():
        return f"'{cell}"
    return cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" \u00a0\n").startswith(_TRIGGERS) else cell


def known(source: Source, cells: Sequence[str]) -> dict[str, str]:
    """Known column → cell, of a row that may be shorter than the headings."""
    return {name: cells[position] for name, position in source.columns.items() if position < len(cells)}


def still_refused(source: Source, cells: Sequence[str]) -> bool:
    """Whether a row comes back from a rejects file with the very reference that it was refused for: it is no correction of the row that stands."""

    def remark(name: str) -> str:
        position = source.remarks.get(name, len(cells))
        return cells[position].strip() if position < len(cells) else ""

    refused = remark("value") if remark("column") == "reference" else ""
    return bool(refused) and refused == known(source, cells).get("reference", "").strip()
