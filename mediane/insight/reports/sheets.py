"""The report's figures as an OpenDocument spreadsheet (ODS 1.3): one sheet an indicator, written as a stream.

A small writer of our own: a report of a body with thousands of traders has hundreds of thousands of cells, which a document model holds in memory all at
once. Numbers are numbers, texts are texts: a spreadsheet never computes a cell that begins with « = ».
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from mediane.ground.ui import formats
from mediane.insight.indicators.labels import DIMENSIONS

if TYPE_CHECKING:
    from mediane.insight.reports.content import Content

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
Value = str | int | float | Decimal | None
_UNWRITABLE = {code: None for code in range(32) if code not in (9, 10, 13)}

_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{kind}"'
    for name, kind in (
        ("office", "office:1.0"), ("table", "table:1.0"), ("text", "text:1.0"), ("style", "style:1.0"),
        ("fo", "xsl-fo-compatible:1.0"), ("number", "datastyle:1.0"),
    )
)  # fmt: skip
_STYLES = (
    '<office:automatic-styles><number:percentage-style style:name="N1"><number:number number:decimal-places="1" number:min-integer-digits="1"/>'
    "<number:text>\u00a0%</number:text></number:percentage-style>"
    '<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="share" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="9cm"/></style:style>'
    '<style:style style:name="plain" style:family="table-column"><style:table-column-properties style:column-width="3cm"/></style:style>'
    "</office:automatic-styles>"
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


class Share(float):
    """A ratio shown as a percentage."""


class Heading(str):
    """A text in bold."""

    __slots__ = ()


def write_ods(sheets: Iterable[tuple[str, Iterable[Sequence[Value]]]], *, title: str) -> bytes:
    """Sheets as (name, rows). Names are made unique and fit for a spreadsheet."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # The type comes first and uncompressed: that is how the format is recognised.
        archive.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr(
            "meta.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-meta {_NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3">'
            f"<office:meta><dc:title>{escape(title)}</dc:title></office:meta></office:document-meta>",
        )
        with archive.open("content.xml", "w") as stream, io.TextIOWrapper(stream, "utf-8") as out:
            out.write(
                f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">{_STYLES}'
            )
            out.write("<office:body><office:spreadsheet>")
            names: set[str] = set()
            for name, rows in sheets:
                _write_sheet(out, _sheet_name(name, names), rows)
            out.write("</office:spreadsheet></office:body></office:document-content>")
    return buffer.getvalue()


def _write_sheet(out: io.TextIOWrapper, name: str, rows: Iterable[Sequence[Value]]) -> None:
    out.write(f"<table:table table:name={quoteattr(name)}>")
    out.write(
        '<table:table-column table:style-name="wide"/><table:table-column table:style-name="plain" table:number-columns-repeated="12"/>'
    )
    out.writelines(
        f"<table:table-row>{''.join(map(_cell, row)) or '<table:table-cell/>'}</table:table-row>" for row in rows
    )
    out.write("</table:table>")


def _cell(value: Value) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        text = escape(value.translate(_UNWRITABLE))
        style = ' table:style-name="head"' if isinstance(value, Heading) else ""
        return f'<table:table-cell office:value-type="string"{style}><text:p>{text}</text:p></table:table-cell>'
    if isinstance(value, Share):
        return f'<table:table-cell office:value-type="percentage" office:value="{float(value)!r}" table:style-name="share"/>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def _sheet_name(name: str, used: set[str]) -> str:
    clean = "".join(" " if sign in "[]*?:/\\'" else sign for sign in name)[:31] or "-"
    unique, number = clean, 2
    while unique in used:
        unique, number = f"{clean[:28]} {number}", number + 1
    used.add(unique)
    return unique


# ---- the report --------------------------------------------------------------------------------------------------------------------------


def report_ods(report: Content) -> bytes:
    """The statutory items, then one sheet an indicator. Nothing is masked: the first sheet says so."""
    return write_ods(_sheets(report), title=f"{report.title} – {report.body.organisation.name}")


def _sheets(report: Content) -> Iterable[tuple[str, Iterable[Sequence[Value]]]]:
    yield _("Article R. 614-2"), _statutory(report)
    for figure in report.found:
        yield figure.code, _indicator(report, figure.code)


def _statutory(report: Content) -> Iterable[Sequence[Value]]:
    yield [Heading(f"{report.title} – {report.body.organisation.name}")]
    yield [report.base_text]
    yield [_("Document de travail : aucun groupe n’est masqué. Ne pas publier tel quel.")]
    yield []
    yield [
        Heading(word)
        for word in (
            _("Information"),
            _("Numéro"),
            _("Valeur"),
            _("Numérateur"),
            _("Dénominateur"),
            _("Un an plus tôt"),
            _("Formule"),
        )
    ]
    for item in report.items:
        yield [item.title, item.ordinal, item.value, item.numerator, item.denominator, item.prior, item.formula]
        for line in item.lines:
            yield [
                f"    {line.label}",
                "",
                "",
                line.value,
                None,
                "",
                "" if line.share is None else Share(line.share / 100),
            ]
    yield []
    for warning in report.warnings:
        yield [warning]


def _indicator(report: Content, code: str) -> Iterable[Sequence[Value]]:
    figure = report.found[code]
    yield [Heading(f"{figure.code} – {figure.indicator.label}")]
    yield [str(figure.indicator.definition)]
    yield [_("Fondement"), figure.indicator.basis, "", _("Version"), figure.indicator.version]
    yield [_("Valeur"), figure.value, _unit(figure.indicator.unit)]
    yield [_("Numérateur"), figure.numerator, str(figure.indicator.numerator)]
    yield [_("Dénominateur"), figure.denominator, str(figure.indicator.denominator.get(report.base, ""))]
    yield [_("Un an plus tôt"), figure.prior]
    for name, value in figure.statistics.items():
        yield [name, Share(value) if name.startswith("share_") and value is not None else value]
    for dimension, cells in sorted(figure.breakdowns.items()):
        yield []
        yield [Heading(str(DIMENSIONS[dimension])), Heading(_("Code")), Heading(_("Nombre")), Heading(_("Part"))]
        for cell in cells:
            yield [cell.label, cell.key, cell.value, None if cell.share is None else Share(cell.share)]


def _unit(unit: str) -> str:
    return {"count": _("dossiers"), "percent": "%", "days": _("jours"), "euros": formats.NBSP + "€"}[unit].strip()
