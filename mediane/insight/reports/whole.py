"""The whole report as a file: PDF, HTML, ODS."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediane.ground.ui import formats
from mediane.insight.indicators.addresses import Address
from mediane.insight.indicators.definitions import Base
from mediane.insight.reports.content import (
    Content,
    cards,
    content,
    durations_drawing,
    flow_drawing,
    months_drawing,
    paragraphs,
    statutory_json,
    tables,
)
from mediane.insight.reports.models import Section
from mediane.insight.reports.paper import compile_report
from mediane.insight.reports.sheets import report_ods
from mediane.insight.reports.statutory import Item
from mediane.insight.reports.typography import typeset_all
from mediane.insight.reports.words import capital
from mediane.kernel.moments import utc_now
from mediane.mediation.schemes.models import Body

KINDS = {"pdf": "application/pdf", "html": "text/html", "ods": "application/vnd.oasis.opendocument.spreadsheet"}


def whole_report(body: Body, year: int, base: Base, kind: str, *, at: datetime | None = None) -> bytes:
    """The file, in the language that is active. Small groups are masked in PDF and HTML, which are published; the sheets are for work and are whole."""
    report = content(body, year, base, at=at or utc_now())
    match kind:
        case "pdf":
            return compile_report(paper_data(report), at=report.at)
        case "html":
            return render_to_string(
                "reports/file.html", page_data(report, published=True) | {"styles": _styles()}
            ).encode()
        case "ods":
            return report_ods(report)
        case _:
            raise ValueError(f"no report of kind {kind!r}")


def page_data(report: Content, *, published: bool, address: Address | None = None) -> dict[str, Any]:
    """What the HTML of the report shows. With `address`, figures open to their cases."""
    shown = tables(report, published=published)
    for table in shown:
        table["cells"] = _cells(table, address)
    drawn = (
        (flow_drawing(report), durations_drawing(report, published=True), months_drawing(report, published=True))
        if published
        else ()
    )
    return {
        "report": report,
        "cards": [
            card | {"name": capital(card["words"]), "href": address.figure(card["code"]) if address else ""}
            for card in cards(report)
        ],
        "drawings": [drawing for drawing in drawn if drawing],
        "tables": shown,
        "items": [_shown(item, address) for item in report.items],
        "published": published,
        "letter": paragraphs(report.texts.get(Section.LETTER, "")),
        "language": (get_language() or "fr")[:2],
    }


def _shown(item: Item, address: Address | None) -> dict[str, Any]:
    """An item with what opens behind it: its figure, what it is counted over, each of its parts."""

    def behind(number: int | None, **asked: str) -> str:
        return address.behind(item.code, **asked) if address and number else ""

    return {
        "item": item,
        "href": address.figure(item.code) if address else "",
        "counted": behind(item.numerator),
        "over": behind(item.denominator, part="over"),
        "lines": [
            (line, behind(line.value, dimension=line.dimension, key=line.key) if line.key else "")
            for line in item.lines
        ],
    }


def _cells(table: dict[str, Any], address: Address | None) -> list[list[tuple[str, str]]]:
    """Rows as (words, address of the cases)."""
    rows = []
    for key, row in zip(table["keys"], table["rows"], strict=True):
        cells = [(row[0], "")]
        for words, code in zip(row[1:], table["codes"], strict=True):
            opens = address is not None and code and words not in ("0", "")
            cells.append((words, address.behind(code, dimension=table["dimension"], key=key) if opens else ""))  # type: ignore[union-attr]
        rows.append(cells)
    return rows


UNTOUCHED = frozenset({"svg", "statutory_json", "lang", "region"})
"""Of the paper's data, what is no text to read."""


def paper_data(report: Content) -> dict[str, Any]:
    """The JSON that `paper/report.typ` reads, typeset."""
    return cast(dict[str, Any], typeset_all(_paper_data(report), but=UNTOUCHED))


def _paper_data(report: Content) -> dict[str, Any]:
    body, language = report.body, (get_language() or "fr")[:2]
    letter = paragraphs(report.texts.get(Section.LETTER, ""))
    annex = [
        {
            "ordinal": item.ordinal,
            "title": item.title,
            "value": item.value,
            "prior": item.prior,
            "formula": item.formula,
            "note": item.note,
            "aside": [list(pair) for pair in item.aside],
            "lines_title": item.lines_title,
            "lines": [[line.label, formats.number(line.value), line.percent] for line in item.lines],
        }
        for item in report.items
    ]
    texts = [
        {"title": f"{item.ordinal} {item.title}", "paragraphs": paragraphs(item.text)}
        for item in report.items
        if item.text
    ]
    return {
        "lang": language,
        "region": "GB" if language == "en" else "FR",
        "title": report.title,
        "cover": [_("Rapport"), _("d’activité")],
        "year": str(report.year),
        "body": body.organisation.name,
        "author": report.author,
        "description": _(
            "Médiateur de la consommation. Rapport annuel prévu aux articles L. 613-1 et R. 614-2 du Code de la consommation"
        ),
        "opening": report.opening,
        "cards": cards(report),
        "reading": _(
            "Une demande est reçue, puis décidée (recevable ou non), puis, si elle est recevable, terminée. Ces trois nombres ne se confondent pas. Chaque "
            "pourcentage est donné avec son dénominateur. Les groupes de moins de cinq dossiers sont masqués, sauf dans les huit informations que la loi "
            "demande."
        ),
        "letter": letter,
        "margin": report.margin,
        "letter_title": _("Madame, Monsieur,"),
        "flow": flow_drawing(report),
        "durations": durations_drawing(report, published=True),
        "months": months_drawing(report, published=True),
        "annex": {
            "title": _("Les huit informations que la loi demande"),
            "items": annex,
            "texts": texts,
            "source": report.base_text,
        },
        "tables": tables(report, published=True),
        "tables_title": _("Qui nous saisit, et pour quels litiges"),
        "method_title": _("Comment ces chiffres sont établis"),
        "warnings": report.warnings,
        "definitions": [
            [figure.code, str(figure.indicator.label), str(figure.indicator.definition), figure.indicator.basis]
            for figure in report.found
        ],
        "made": _("Rapport établi le %(day)s avec Médiane. %(base)s")
        % {"day": formats.date_plain(report.at), "base": report.base_text},
        "contact": _contact(body),
        "statutory_json": statutory_json(report),
        "labels": {
            "brief": _("L’année en bref"),
            "contents": _("Dans ce rapport"),
            "reading": _("Comment lire les chiffres."),
            "letter": _("La lettre du médiateur"),
            "key": _("Les chiffres clés"),
            "annex": _("L’annexe statutaire"),
            "annex_long": _("L’annexe statutaire : article R. 614-2"),
            "information": _("Information"),
            "formula": _("Formule et dénominateur"),
            "prior": _("un an plus tôt :"),
            "colon": _("\u00a0: "),
            "details": _("Les demandes en détail"),
            "masked": _("… : groupe de moins de cinq dossiers, ou qui permettrait d’en calculer un."),
            "method": _("La méthode"),
            "limits": _("Ce que les données ne disent pas"),
            "definitions": _("Définition de chaque indicateur"),
            "code": _("Code"),
            "indicator": _("Indicateur"),
            "definition": _("Définition"),
            "basis": _("Fondement"),
            "refer": _("Saisir le médiateur."),
            "attachment": _("Les huit informations de l’article R. 614-2, lisibles par une machine"),
        },
    }


def _contact(body: Body) -> str:
    """How to refer: free for the consumer, by every means that the body has declared."""
    parts = [_("C’est gratuit pour le consommateur.")]
    if body.site:
        parts.append(
            _("En ligne : %(site)s.") % {"site": body.site.removeprefix("https://").removeprefix("http://").rstrip("/")}
        )
    if body.address_lines:
        parts.append(
            _("Par courrier : %(address)s.") % {"address": ", ".join([body.organisation.name, *body.address_lines])}
        )
    if body.phone:
        parts.append(_("Téléphone : %(phone)s.") % {"phone": body.phone.replace(" ", formats.NBSP)})
    return " ".join(parts) if len(parts) > 1 else ""


def _styles() -> str:
    return (Path(__file__).parent / "templates" / "reports" / "file.css").read_text("utf-8")
