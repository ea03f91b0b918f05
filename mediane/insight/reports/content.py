"""What the report of a year says, whatever it is printed on: figures, items, texts, tables, drawings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from mediane.ground.database.scope import as_system
from mediane.ground.ui import formats
from mediane.insight.indicators.compute import Cell, Figures, Flow, figures, flow
from mediane.insight.indicators.definitions import STATUTORY, Base
from mediane.insight.indicators.drawn import reasons_of
from mediane.insight.indicators.freezing import Frozen, frozen_beside
from mediane.insight.indicators.labels import DIMENSIONS, label_of
from mediane.insight.indicators.spans import Span
from mediane.insight.reports import drawings, words
from mediane.insight.reports.annual import figure_json, warnings
from mediane.insight.reports.masking import SMALLEST, Published, masked, whole
from mediane.insight.reports.models import ReportText, Section
from mediane.insight.reports.rounding import shares
from mediane.insight.reports.statutory import Item, items
from mediane.kernel.languages import wording
from mediane.kernel.moments import paris_day
from mediane.mediation.schemes.models import Body, Mandate

TABLE_ROWS = 25  # of a printed table; the others are summed up


@dataclass(frozen=True)
class Content:
    """Everything of one report. Made once, read by the page, the paper and the sheets."""

    body: Body
    year: int
    base: Base
    at: datetime
    found: Figures
    frozen: Frozen | None
    texts: dict[str, str]
    versions: dict[str, int]
    """Of each text that was ever written: nobody's is overwritten."""

    @cached_property
    def flow(self) -> Flow:
        return flow(self.found)

    @cached_property
    def mandate(self) -> Mandate | None:
        """Of the mediator who signs: the one whose mandate ran at the end of the year, when there was one alone. One statement."""
        end = self.found.span.end
        with as_system():
            found = Mandate.objects.filter(body=self.body, starts_on__lte=end, ends_on__gte=end)
            rows = list(found.select_related("person")[:2])
        return rows[0] if len(rows) == 1 else None

    @property
    def author(self) -> str:
        """Who signs: that mediator, else the body."""
        return str(self.mandate.person.get_full_name()) if self.mandate else self.body.organisation.name

    @property
    def margin(self) -> list[tuple[str, str]]:
        """Beside the letter: what R. 614-1 makes public of who signs."""
        said = []
        if self.mandate:
            days = {
                "start": formats.date_plain(self.mandate.starts_on),
                "end": formats.date_plain(self.mandate.ends_on),
            }
            said.append((_("Mandat."), _("Du %(start)s au %(end)s.") % days))
            if self.mandate.appointed_by:
                said.append((_("Désignation."), _("Par %(who)s.") % {"who": self.mandate.appointed_by}))
        if self.body.listed_on:
            listed = formats.date_plain(self.body.listed_on)
            said.append((_("Inscription."), _("Sur la liste des médiateurs notifiés, le %(day)s.") % {"day": listed}))
        return said

    @property
    def title(self) -> str:
        return _("Rapport d’activité %(year)s") % {"year": self.year}

    @cached_property
    def items(self) -> list[Item]:
        return items(self.found, self.body, self.texts)

    @cached_property
    def warnings(self) -> list[str]:
        return warnings(self.found, self.frozen)

    @property
    def frozen_on(self) -> str:
        return formats.date_plain(self.frozen.at) if self.frozen else ""

    def n(self, code: str) -> int:
        return self.found[code].numerator or 0

    @property
    def opening(self) -> str:
        sentences = [words.refusals_title(self.n("MED-012"), self.n("MED-001"))]
        sentences.append(words.avoidable_title(self.n("MED-080"), self.n("MED-012")))
        return " ".join(filter(None, sentences))

    @property
    def base_text(self) -> str:
        span = {"start": formats.date_plain(self.found.span.start), "end": formats.date_plain(self.found.span.end)}
        if self.base == "received":
            return _("Base : demandes reçues du %(start)s au %(end)s, avec leur suite à ce jour.") % span
        return _("Base : décisions prises et médiations terminées du %(start)s au %(end)s.") % span


def content(
    body: Body, year: int, base: Base, *, at: datetime, written: Sequence[tuple[str, str, int]] | None = None
) -> Content:
    """Read everything. Ten statements at most, in system scope; whoever calls has checked who reads. `written`: the year's texts as (section, text,
    version), where they were read already."""
    with as_system():
        found = figures(body.pk, Span.of_year(year), base, today=paris_day(at), charted=True)
        rows = written
        if rows is None:
            rows = list(ReportText.objects.filter(body=body.pk, year=year).values_list("section", "text", "version"))
        texts = {section: text for section, text, _version in rows if text}
        versions = {section: version for section, _text, version in rows}
        return Content(body, year, base, at, found, frozen_beside(found), texts, versions)


def paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.replace("\r", "").split("\n\n") if part.strip()]


# ---- drawings ----------------------------------------------------------------------------------------------------------------------


Part = tuple[str, str, int, list[tuple[str, int]]]
"""Kind (`admissible`, `refused`, `open`), words, how many, what became of them."""


def flow_parts(report: Content, *, published: bool) -> list[Part] | None:
    """What became of the requests of the year (base received only: the cohort is one whole)."""
    found, received = report.found, report.n("MED-001")
    if report.base != "received" or not received:
        return None
    admissible, refused = report.n("MED-010"), report.n("MED-012")
    solutions = {cell.key: cell.value for cell in found["MED-040"].breakdowns["orientation"]}
    direct = solutions.get("agreed_directly", 0)
    proposals = sum(solutions.values()) - direct
    refused_entry, interrupted = report.n("MED-021"), _interrupted_without_proposal(report)
    rest = max(0, admissible - proposals - direct - refused_entry - interrupted)
    names = {
        "L612-2-1": _("sans réclamation préalable"),
        "L612-2-2": _("infondées ou abusives"),
        "L612-2-3": _("autre instance saisie"),
        "L612-2-4": _("plus d’un an"),
        "L612-2-5": _("hors compétence"),
        "premature": _("prématurées"),
        "none": _("sans motif légal"),
    }
    ends = [
        (_("proposition du médiateur"), proposals),
        (_("accord direct"), direct),
        (_("en cours ou sans suite connue"), rest),
        (_("refus d’entrer du professionnel"), refused_entry),
        (_("médiation interrompue"), interrupted),
    ]
    grounds = reasons_of(found, smallest=SMALLEST if published else 0)
    return [
        ("admissible", _("recevables"), admissible, ends),
        ("refused", _("non retenues"), refused, [(names[key], value) for key, value in grounds]),
        ("open", _("en examen ou retirées"), received - admissible - refused, []),
    ]


def flow_title(report: Content) -> str:
    received = report.n("MED-001")
    return ngettext("Qu’est devenue la demande reçue ?", "Que sont devenues les %(n)s demandes ?", received) % {
        "n": formats.number(received)
    }


def flow_drawing(report: Content) -> dict[str, Any] | None:
    parts = flow_parts(report, published=True)
    if parts is None:
        return None
    colours = {"admissible": drawings.PETROL, "refused": drawings.RED}
    branches = [
        drawings.Branch(name, value, colours.get(kind, drawings.GREY), ends) for kind, name, value, ends in parts
    ]
    drawn = drawings.flow(_("reçues"), report.n("MED-001"), branches)
    admissible, refused, refused_entry = report.n("MED-010"), report.n("MED-012"), report.n("MED-021")
    avoidable = report.n("MED-080")
    remarks = [
        ngettext(
            "Sur %(refused)s demande non retenue, %(n)s tenait au dialogue avec le professionnel : pas de réclamation écrite, ou demande trop précoce.",
            "Sur %(refused)s demandes non retenues, %(n)s tenaient au dialogue avec le professionnel : pas de réclamation écrite, ou demande trop précoce. "
            "Ces personnes peuvent revenir.",
            refused,
        )
        % {"refused": formats.number(refused), "n": formats.number(avoidable)},
        ngettext(
            "Sur %(admissible)s demande recevable, %(n)s s’est arrêtée parce que le professionnel a refusé d’entrer en médiation.",
            "Sur %(admissible)s demandes recevables, %(n)s se sont arrêtées parce que le professionnel a refusé d’entrer en médiation. Ces refus sont comptés "
            "à part des interruptions.",
            admissible,
        )
        % {"admissible": formats.number(admissible), "n": formats.number(refused_entry)},
    ]
    source = _("%(base)s Indicateurs MED-001, MED-010 à MED-012, MED-020, MED-021, MED-040 et MED-080.") % {
        "base": report.base_text
    }
    return {
        "title": flow_title(report),
        "svg": drawn.svg,
        "alt": drawn.alt,
        "remarks": remarks,
        "source": source,
    }


def _interrupted_without_proposal(report: Content) -> int:
    """Interrupted mediations, as far as they fit beside the proposals: one that was interrupted after a proposal is drawn with the proposals."""
    admissible = report.n("MED-010")
    others = report.n("MED-040") + report.n("MED-021")
    return max(0, min(report.n("MED-020"), admissible - others))


def hides_durations(report: Content) -> bool:
    """Would the drawing of durations show a small group?"""
    return any(cell.masked for cell in masked(report.found["MED-030"].breakdowns["duration_band"]))


def hides_months(report: Content) -> bool:
    """Does a month hold a small group? Each could be computed from its neighbours."""
    moved = report.flow
    return any(0 < value < SMALLEST for value in (*moved.entered, *moved.left, *moved.stock))


def durations_drawing(report: Content, *, published: bool) -> dict[str, Any] | None:
    """How long mediations took. Published, the drawing goes when it would show a small group; the figures beside it are statutory."""
    figure, within, decision = report.found["MED-030"], report.found["MED-032"], report.found["MED-031"]
    if not figure.denominator:
        return None
    keys = ("0-30", "31-60", "61-90", "91-120", ">120")
    names = [key.replace("-", "–") if not key.startswith(">") else _("plus de %(n)s") % {"n": key[1:]} for key in keys]
    drawn = drawings.columns(
        names,
        [figure.count("duration_band", key) for key in keys],
        limit_after=3,
        limit=_("90 jours (article R. 612-5)"),
        caption=_("Durée en jours, de la notification à la fin de la médiation"),
    )
    cards = [
        {
            "value": _days(figure.statistics["mean"]),
            "words": _("durée moyenne ; la moitié dure %(median)s au plus")
            % {"median": _days(figure.statistics["median"])},
        },
        {
            "value": _rate(within.numerator, within.denominator),
            "words": _("des médiations ont eu leur issue en 90 jours au plus (%(n)s sur %(of)s)") % _pair(within),
        },
    ]
    if decision.value is not None:
        cards.append(
            {
                "value": _days(decision.value),
                "words": _("délai moyen pour dire si la demande est recevable (limite : 21 jours)"),
            }
        )
    return {
        "title": words.duration_title(within.numerator or 0, within.denominator or 0),
        "svg": "" if published and hides_durations(report) else drawn.svg,
        "alt": drawn.alt,
        "cards": cards,
        "text": paragraphs(report.texts.get(Section.DURATIONS, "")),
        "source": ngettext(
            "Base : %(n)s médiation terminée ayant un jour de notification. Indicateurs MED-030, MED-031 et MED-032.",
            "Base : %(n)s médiations terminées ayant un jour de notification. Indicateurs MED-030, MED-031 et MED-032.",
            figure.denominator,
        )
        % {"n": formats.number(figure.denominator)},
    }


def months_drawing(report: Content, *, published: bool) -> dict[str, Any] | None:
    """Month by month. Published, it is left out when a month holds a small group: each could be computed from its neighbours."""
    moved = report.flow
    if not any((*moved.entered, *moved.left, *moved.stock)) or (published and hides_months(report)):
        return None
    language = wording(get_language() or "fr")
    names = [language.SHORT_MONTHS[month.month - 1] for month in moved.months]
    drawn = drawings.lines(
        names,
        [
            (_("stock"), moved.stock, drawings.INK, ""),
            (_("reçues"), moved.entered, drawings.PETROL, ""),
            (_("sorties"), moved.left, "#96530a", "6 4"),
        ],
    )
    last, first = moved.stock[-1], moved.stock[0] + moved.left[0] - moved.entered[0]
    if last > first:
        title = _("Le stock est passé de %(first)s à %(last)s dossiers")
    elif last < first:
        title = _("Le stock a baissé de %(first)s à %(last)s dossiers")
    else:
        title = _("Le stock est resté à %(last)s dossiers")
    rows = [
        [label_of("month", f"{month:%Y-%m}"), *(formats.number(value) for value in values)]
        for month, *values in zip(moved.months, moved.entered, moved.left, moved.stock, strict=True)
    ]
    return {
        "title": title % {"first": formats.number(first), "last": formats.number(last)},
        "svg": drawn.svg,
        "alt": drawn.alt,
        "heads": [_("Mois"), _("Reçues"), _("Sorties"), _("Stock à la fin")],
        "rows": rows,
        "source": _(
            "Une demande sort du stock par une décision autre que recevable, un retrait ou la fin de la médiation. Indicateurs MED-001 et MED-004."
        ),
    }


# ---- tables ------------------------------------------------------------------------------------------------------------------------


def tables(report: Content, *, published: bool) -> list[dict[str, Any]]:
    """Received, admissible, not taken up and ended, by trader, line, channel, subject; small groups are masked in what is published."""
    found = []
    for dimension in ("trader", "business_line", "channel", "subject", "requester_kind"):
        codes = (
            ["MED-001"] if dimension in ("subject", "requester_kind") else ["MED-001", "MED-010", "MED-011", "MED-003"]
        )
        if sum(cell.key != "none" for cell in report.found["MED-001"].breakdowns[dimension]) > 1:
            found.append(_table(report, dimension, codes, published=published))
    return found


def _table(report: Content, dimension: str, codes: Sequence[str], *, published: bool) -> dict[str, Any]:
    cells = report.found["MED-001"].breakdowns[dimension]
    shown, rest = cells[:TABLE_ROWS], cells[TABLE_ROWS:]
    others = sum(cell.value for cell in rest)
    parts = shares([cell.value for cell in shown] + ([others] if rest else []), sum(cell.value for cell in cells))
    columns: dict[str, dict[str, Published]] = {}
    for code in codes:
        by_key = {cell.key: cell for cell in report.found[code].breakdowns[dimension]}
        column = [by_key.get(cell.key) or Cell(cell.key, cell.label, 0, None) for cell in shown]
        columns[code] = {
            cell.key: cell for cell in (masked(column, total_shown=not rest) if published else map(whole, column))
        }
    rows, keys = [], []
    for cell, part in zip(shown, parts, strict=False):
        received = columns["MED-001"][cell.key]
        row = [cell.label, _shown(received), MASKED if received.masked else formats.percent(part / 100)]
        for code in codes[1:]:
            one = columns[code][cell.key]
            rate = (
                f" ({formats.percent(one.share)})"
                if one.share is not None and one.value and code in ("MED-010", "MED-011")
                else ""
            )
            row.append(MASKED if received.masked else _shown(one) + rate)
        rows.append(row)
        keys.append(cell.key)
    note = ""
    if rest:
        note = ngettext(
            "Et %(n)s autre, pour %(cases)s demandes (%(share)s).",
            "Et %(n)s autres, pour %(cases)s demandes (%(share)s).",
            len(rest),
        ) % {"n": len(rest), "cases": formats.number(others), "share": formats.percent(parts[-1] / 100)}
    names = {"MED-010": _("Recevables"), "MED-011": _("Non retenues"), "MED-003": _("Terminées")}
    name = str(DIMENSIONS[dimension])
    return {
        "title": _("Par %(what)s") % {"what": name[:1].lower() + name[1:]},
        "dimension": dimension,
        "heads": [name, _("Reçues"), _("Part"), *[names[code] for code in codes[1:]]],
        "rows": rows,
        "keys": keys,
        "codes": ["MED-001", "", *codes[1:]],
        "note": note,
    }


MASKED = "…"


def _shown(cell: Published) -> str:
    return MASKED if cell.value is None else formats.number(cell.value)


# ---- pieces ----------------------------------------------------------------------------------------------------------------------------


def cards(report: Content) -> list[dict[str, str]]:
    """The three figures that open the report: value, words, and the indicator's code."""
    received, durations, accepted = report.found["MED-001"], report.found["MED-030"], report.found["MED-041"]
    compared = "" if report.found.running else words.change(received.value, received.prior)
    first = ngettext("demande reçue", "demandes reçues", int(received.value or 0)) + (
        f", {compared}" if compared else ""
    )
    found = [{"value": formats.number(received.numerator or 0), "words": first, "code": "MED-001"}]
    if durations.value is not None:
        found.append(
            {"value": _days(durations.value), "words": _("durée moyenne d’une médiation terminée"), "code": "MED-030"}
        )
    if accepted.denominator:
        found.append(
            {
                "value": _rate(accepted.numerator, accepted.denominator),
                "words": _("des propositions acceptées par les deux parties (%(n)s sur %(of)s)") % _pair(accepted),
                "code": "MED-041",
            }
        )
    return found


def _pair(figure: Any) -> dict[str, str]:
    return {"n": formats.number(figure.numerator or 0), "of": formats.number(figure.denominator or 0)}


def _rate(part: int | None, whole: int | None) -> str:
    return formats.percent((part or 0) / whole) if whole else "–"


def _days(value: float | int | None) -> str:
    rounded = round(value or 0)
    return ngettext("%(n)s jour", "%(n)s jours", rounded) % {"n": formats.number(rounded)}


def statutory_json(report: Content) -> str:
    """The eight statutory figures for machines: what may be published whole."""
    said: dict[str, Any] = {
        "format": "mediane.annual-report/1",
        "body": report.body.organisation.slug,
        "year": report.year,
        "base": report.base,
        "generated_at": report.at.isoformat(timespec="seconds"),
        "indicators": [],
        "warnings": report.warnings,
    }
    for code in STATUTORY:
        figure = figure_json(report.found[code])
        kept = {"MED-012": ("ground",), "MED-020": ("outcome",), "MED-040": ("orientation",)}.get(code, ())
        figure["breakdowns"] = {name: figure["breakdowns"][name] for name in kept}
        said["indicators"].append(figure)
    return json.dumps(said, ensure_ascii=False, indent=1)
