"""The dashboard, one figure with its breakdowns, and the cases behind it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import as_system
from mediane.ground.ui import charts, formats
from mediane.insight.indicators.cases import Behind, cases_behind
from mediane.insight.indicators.compute import Figure, Figures, Flow, figures, flow
from mediane.insight.indicators.cube import Filters
from mediane.insight.indicators.definitions import INDICATORS, Base
from mediane.insight.indicators.freezing import frozen_beside
from mediane.insight.indicators.labels import DIMENSIONS, label_of, warning_text
from mediane.insight.indicators.spans import Span
from mediane.kernel.languages import wording
from mediane.kernel.moments import iso_day, paris_day, utc_now
from mediane.mediation.referrals.models import Referral

PER_PAGE = 50


class Asked:
    """What the address asks for: a period, a base, filters. Anything unreadable is an unknown page."""

    def __init__(self, request: Any, *, base: Base) -> None:
        self.today = paris_day(utc_now())
        self.body_id: int = request.actor.organisation_id
        get = request.GET
        try:
            start = iso_day(get["du"]) if "du" in get else date(self.today.year, 1, 1)
            end = iso_day(get["au"]) if "au" in get else date(start.year, 12, 31)
            self.span = Span(start, end)
        except ValueError:
            raise Http404 from None
        if not 1900 <= start.year <= 9000:
            raise Http404
        self.base: Base = get.get("base", base)
        if self.base not in ("received", "decided"):
            raise Http404
        self.filters = Filters(get.get("professionnel", ""), get.get("metier", ""), get.get("canal", ""))

    def query(self, **changes: str) -> str:
        said = {"du": self.span.start.isoformat(), "au": self.span.end.isoformat(), "base": self.base}
        said |= {
            "professionnel": self.filters.trader,
            "metier": self.filters.business_line,
            "canal": self.filters.channel,
        } | changes
        return urlencode({name: value for name, value in said.items() if value})

    def behind(self, code: str, *, part: str = "", dimension: str = "", key: str = "") -> str:
        return f"{reverse('figures:cases', args=[code])}?{self.query(part=part, dimension=dimension, cle=key)}"


@permission_required(Permission.READ_FIGURES)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Six figures that open, what needs attention, four charts. Two statements of its own more than the figures themselves."""
    asked = Asked(request, base="decided")
    with as_system():
        found = figures(asked.body_id, asked.span, asked.base, today=asked.today, filters=asked.filters)
        moved = flow(found)
    context = {
        "asked": asked,
        "found": found,
        "periods": _periods(asked),
        "lines": _choices(asked, found, "business_line", "metier", asked.filters.business_line),
        "traders": _choices(asked, found, "trader", "professionnel", asked.filters.trader),
        "figures": _six(asked, found),
        "attention": _attention(asked, found, moved),
        "charts": [
            (chart, code, f"{reverse('figures:csv', args=[code])}?{asked.query()}")
            for chart, code in _charts(asked, found, moved)
        ],
        "warnings": [warning_text(warned.code, warned.numbers) for warned in found.warnings],
        "period": f"{formats.date_plain(asked.span.start)} – {formats.date_plain(asked.span.end)}",
    }
    return TemplateResponse(request, "indicators/dashboard.html", context)


def _periods(asked: Asked) -> list[tuple[str, str, bool]]:
    """Links to usual periods: label, address, current."""
    today = asked.today
    year, before = Span.of_year(today.year), Span.of_year(today.year - 1)
    month = Span.of_month(today.year, today.month)
    spans = [
        (str(year.start.year), year),
        (str(before.start.year), before),
        (label_of("month", f"{today:%Y-%m}"), month),
    ]
    return [
        (label, f"?{asked.query(du=span.start.isoformat(), au=span.end.isoformat())}", span == asked.span)
        for label, span in spans
    ]


def _choices(asked: Asked, found: Figures, dimension: str, name: str, chosen: str) -> list[tuple[str, str, bool]]:
    cells = [cell for cell in found["MED-001"].breakdowns[dimension] if cell.key != "none"][:30]
    links = [(cell.label, f"?{asked.query(**{name: cell.key})}", cell.key == chosen) for cell in cells]
    return [(_("Tous"), f"?{asked.query(**{name: ''})}", not chosen), *links] if chosen or len(cells) > 1 else []


def _six(asked: Asked, found: Figures) -> list[dict[str, str]]:
    received, admissible, durations = found["MED-001"], found["MED-010"], found["MED-030"]
    within, decision, accepted, stock = found["MED-032"], found["MED-031"], found["MED-041"], found["MED-004"]
    number, late = formats.number, (within.denominator or 0) - (within.numerator or 0)
    refused = (accepted.denominator or 0) - (accepted.numerator or 0)
    return [
        {
            "name": _("Saisines reçues"), "value": number(received.numerator or 0), "sub": _compared(received),
            "href": asked.behind("MED-001"), "opens": _("Ouvrir les %(n)s") % {"n": number(received.numerator or 0)},
        },
        {
            "name": _("Recevables, sur %(n)s décisions") % {"n": number(admissible.denominator or 0)}, "value": _rate(admissible),
            "sub": _beside(admissible, ngettext("%(n)s dossier", "%(n)s dossiers", admissible.numerator or 0) % {"n": number(admissible.numerator or 0)}),
            "href": asked.behind("MED-010"), "opens": _("Ouvrir les %(n)s") % {"n": number(admissible.numerator or 0)},
        },
        {
            "name": _("Durée moyenne, %(n)s médiations terminées") % {"n": number(durations.denominator or 0)}, "value": _days(durations.value),
            "sub": _("%(share)s en 90 jours au plus") % {"share": _rate(within)},
            "href": asked.behind("MED-032", part="rest"), "opens": _("Voir les %(n)s au-delà") % {"n": number(late)},
        },
        {
            "name": _("Décision de recevabilité"), "value": _days(decision.value),
            "sub": _("en moyenne, sur %(n)s décisions") % {"n": number(decision.denominator or 0)},
            "href": asked.behind("MED-031"), "opens": _("Ouvrir les %(n)s") % {"n": number(decision.denominator or 0)},
        },
        {
            "name": _("Propositions acceptées par les deux parties"), "value": _rate(accepted),
            "sub": _("%(n)s sur %(of)s") % {"n": number(accepted.numerator or 0), "of": number(accepted.denominator or 0)},
            "href": asked.behind("MED-041", part="rest"), "opens": _("Ouvrir les %(n)s autres") % {"n": number(refused)},
        },
        {
            "name": _("Stock au %(day)s") % {"day": formats.date_short(min(asked.span.end, asked.today))}, "value": number(stock.numerator or 0),
            "sub": _compared(stock), "href": asked.behind("MED-004"), "opens": _("Ouvrir le stock"),
        },
    ]  # fmt: skip


def _rate(figure: Figure) -> str:
    return "–" if figure.value is None else formats.percent(figure.value / 100)


def _days(value: float | int | None) -> str:
    return "–" if value is None else f"{formats.number(value, 1)}{formats.NBSP}{_('j')}"


def _compared(figure: Figure) -> str:
    """« 4 102 un an plus tôt, + 12,6 % »."""
    if figure.prior is None:
        return _("rien un an plus tôt")
    said = _("%(n)s un an plus tôt") % {"n": formats.number(int(figure.prior))}
    if figure.prior and figure.value is not None:
        said += f", {formats.signed(100 * (figure.value - figure.prior) / figure.prior, 1)}{formats.NBSP}%"
    return said


def _beside(figure: Figure, said: str) -> str:
    return (
        said
        if figure.prior is None
        else _("%(said)s ; %(before)s un an plus tôt") % {"said": said, "before": formats.percent(figure.prior / 100)}
    )


def _attention(asked: Asked, found: Figures, moved: Flow) -> list[tuple[str, str, str]]:
    """What somebody should look at: sentence, address, its words."""
    said, number = [], formats.number
    begun = moved.stock[0] + moved.left[0] - moved.entered[0]
    if moved.stock[-1] > begun:
        words = _("Le stock est passé de %(a)s à %(b)s dossiers depuis le début de la période.") % {
            "a": number(begun),
            "b": number(moved.stock[-1]),
        }
        said.append((words, asked.behind("MED-004"), _("Ouvrir le stock")))
    avoidable, refused = found["MED-080"].numerator or 0, found["MED-012"].numerator or 0
    if refused and 2 * avoidable > refused:
        words = _(
            "%(n)s refus sur %(of)s auraient pu être évités : la personne n’avait pas encore écrit au professionnel, ou trop récemment."
        )
        said.append(
            (words % {"n": number(avoidable), "of": number(refused)}, asked.behind("MED-080"), _("Voir ces dossiers"))
        )
    within = found["MED-032"]
    late = (within.denominator or 0) - (within.numerator or 0)
    if late:
        words = ngettext("%(n)s médiation a dépassé 90 jours.", "%(n)s médiations ont dépassé 90 jours.", late) % {
            "n": number(late)
        }
        said.append((words, asked.behind("MED-032", part="rest"), _("Voir ces dossiers")))
    return said


def _charts(asked: Asked, found: Figures, moved: Flow) -> list[tuple[charts.Chart, str]]:
    durations, refusals, subjects = found["MED-030"], found["MED-012"], found["MED-070"]
    number = formats.number
    months = wording(get_language() or "fr").SHORT_MONTHS
    drawn: list[tuple[charts.Chart, str]] = []
    if durations.denominator:
        text = _("%(n)s médiations terminées. La moitié dure %(median)s jours au plus.")
        drawn.append(
            (
                charts.Columns(
                    id="durees",
                    title=_("Durée des médiations"),
                    text=text
                    % {"n": number(durations.denominator), "median": number(durations.statistics["median"] or 0)},
                    unit=_("jours"),
                    names_title=_("Durée, en jours"),
                    value_title=_("Dossiers"),
                    edges=[0, 30, 60, 90, 120, 150],
                    values=[
                        durations.count("duration_band", key) for key in ("0-30", "31-60", "61-90", "91-120", ">120")
                    ],
                    limit=90,
                    limit_text=[_("90 jours")],
                ),
                "MED-030",
            )
        )
    drawn.append(
        (
            charts.Lines(
                id="flux",
                title=_("Entrées, sorties et stock"),
                text=_("Par mois : saisines reçues, saisines sorties du stock, et stock à la fin du mois."),
                names=[label_of("month", f"{month:%Y-%m}") for month in moved.months],
                short_names=[months[month.month - 1] for month in moved.months],
                series=[
                    charts.Series(_("stock"), moved.stock, fill="ink", strong=True),
                    charts.Series(_("entrées"), moved.entered),
                    charts.Series(_("sorties"), moved.left, fill="amber"),
                ],
            ),
            "MED-004",
        )
    )
    if refusals.numerator:
        rows = [
            charts.Row(cell.label, cell.value, fill="amber" if cell.key in ("L612-2-1", "none") else "teal")
            for cell in refusals.breakdowns["ground"]
        ]
        text = ngettext("%(n)s refus, en part des refus.", "%(n)s refus, en part des refus.", refusals.numerator) % {
            "n": number(refusals.numerator)
        }
        chart = charts.Bars(
            id="motifs",
            title=_("Pourquoi nous refusons"),
            text=text,
            names_title=_("Motif"),
            value_title=_("Refus"),
            rows=rows,
            share=True,
        )
        drawn.append((chart, "MED-012"))
    known = [cell for cell in subjects.breakdowns["subject"] if cell.key != "none"][:8]
    if known:
        rows = [charts.Row(cell.label, cell.value) for cell in known]
        text = _("Saisines reçues par objet, les plus fréquents d’abord.")
        drawn.append(
            (
                charts.Bars(id="objets", title=_("Objet des litiges"), text=text, names_title=_("Objet"), rows=rows),
                "MED-070",
            )
        )
    return drawn


# ---- one figure ------------------------------------------------------------------------------------------------------------------------


@permission_required(Permission.READ_FIGURES)
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its definition, its value, every breakdown, each cell opening to its cases."""
    if code not in INDICATORS:
        raise Http404
    asked = Asked(request, base="received")
    with as_system():
        found = figures(asked.body_id, asked.span, asked.base, today=asked.today, filters=asked.filters)
        frozen = frozen_beside(found)
    one = found[code]
    tables = [
        (
            str(DIMENSIONS[dimension]),
            [(cell, asked.behind(code, dimension=dimension, key=cell.key) if cell.value else "") for cell in cells],
        )
        for dimension, cells in sorted(one.breakdowns.items())
        if cells
    ]
    context = {
        "asked": asked,
        "figure": one,
        "denominator_words": one.indicator.denominator.get(asked.base, ""),
        "value": value_text(one),
        "prior": "" if one.prior is None else value_text(one, one.prior),
        "tables": tables,
        "behind": asked.behind(code),
        "csv": f"{reverse('figures:csv', args=[code])}?{asked.query()}",
        "frozen": frozen,
        "difference": frozen.of(code) if frozen else None,
        "bases": [
            (label, f"?{asked.query(base=base)}", base == asked.base)
            for base, label in (("received", _("Reçues")), ("decided", _("Décidées")))
        ],
        "period": f"{formats.date_plain(asked.span.start)} – {formats.date_plain(asked.span.end)}",
    }
    return TemplateResponse(request, "indicators/figure.html", context)


def value_text(one: Figure, value: float | int | None = None) -> str:
    """The value as people read it, with its unit."""
    value = one.value if value is None else value
    if value is None:
        return "–"
    match one.indicator.unit:
        case "percent":
            return formats.percent(value / 100)
        case "days":
            return _days(value)
        case "euros":
            return formats.euros(value)
    return formats.number(int(value))


@permission_required(Permission.READ_FIGURES)
def figure_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The figure and its breakdowns, for a spreadsheet."""
    from mediane.insight.indicators.tables import as_csv

    if code not in INDICATORS:
        raise Http404
    asked = Asked(request, base="received")
    found = figures(asked.body_id, asked.span, asked.base, today=asked.today, codes=[code], filters=asked.filters)
    response = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{asked.span.start}-{asked.span.end}.csv"'
    return response


# ---- its cases ------------------------------------------------------------------------------------------------------------------------


@permission_required(Permission.READ_FIGURES, Permission.READ_CASES)
def cases(request: Any, code: str) -> HttpResponse:
    """The cases behind a figure or a cell, as far as this person sees them, fifty by fifty in order of their number in the tables."""
    if code not in INDICATORS:
        raise Http404
    asked, get = Asked(request, base="received"), request.GET
    behind = Behind(
        code,
        asked.span,
        asked.base,
        get.get("dimension", ""),
        get.get("cle", ""),
        get.get("part", "counted"),
        asked.filters,
    )
    try:
        rows = cases_behind(behind, actor=request.actor, body_id=asked.body_id, today=asked.today)
    except ValueError:
        raise Http404 from None
    after = get.get("apres", "")
    if after and not after.isdecimal():
        raise Http404
    page = rows.filter(pk__gt=int(after)) if after else rows
    shown: list[Referral] = list(page.select_related("trader", "subject").order_by("pk")[: PER_PAGE + 1])
    more = len(shown) > PER_PAGE
    shown = shown[:PER_PAGE]
    query = asked.query(dimension=behind.dimension, cle=behind.key, part=get.get("part", ""))
    context = {
        "indicator": INDICATORS[code],
        "dimension": str(DIMENSIONS.get(behind.dimension, "")),
        "key": label_of(behind.dimension, behind.key) if behind.dimension else "",
        "rows": shown,
        "first": f"?{query}" if after else "",
        "next": f"?{query}&apres={shown[-1].pk}" if more else "",
        "back": f"{reverse('figures:figure', args=[code])}?{asked.query()}",
        "period": f"{formats.date_plain(asked.span.start)} – {formats.date_plain(asked.span.end)}",
    }
    return TemplateResponse(request, "indicators/cases.html", context)
