"""The dashboard, one figure with its breakdowns, and the cases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import as_system
from mediane.ground.ui import charts, formats
from mediane.insight.indicators import drawn
from mediane.insight.indicators.addresses import Address, period_text
from mediane.insight.indicators.cases import Behind, cases_behind
from mediane.insight.indicators.compute import Cell, Figure, Figures, Flow, figures, flow
from mediane.insight.indicators.cube import Filters
from mediane.insight.indicators.definitions import BASES, INDICATORS, Base
from mediane.insight.indicators.freezing import frozen_beside
from mediane.insight.indicators.labels import DIMENSIONS, detail_words, label_of, note_text, warning_text
from mediane.insight.indicators.spans import Span
from mediane.insight.indicators.tables import as_csv, chart_csv, csv_response
from mediane.kernel.moments import iso_day, paris_day, utc_now
from mediane.kernel.typed import whole
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.rules import LAW

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Asked(Address):
    """What an address asks for, of whose figures, and on which day."""

    today: date
    body_id: int


def asked_by(request: Any, *, base: Base) -> Asked:
    """A period, a base, filters. Anything unreadable is an unknown page."""
    get, today = request.GET, paris_day(utc_now())
    try:
        start = iso_day(get["du"]) if "du" in get else date(today.year, 1, 1)
        end = iso_day(get["au"]) if "au" in get else date(start.year, 12, 31)
        span = until_today(Span(start, end), today)
    except ValueError:
        raise Http404 from None
    base = get.get("base", base)
    if not 1900 <= start.year <= 9000 or base not in BASES:
        raise Http404
    filters = Filters(get.get("professionnel", ""), get.get("metier", ""), get.get("canal", ""))
    return Asked(span, base, filters, today=today, body_id=request.actor.organisation_id)


def until_today(span: Span, today: date) -> Span:
    """A period that still runs ends today: it is compared with the same days of the year before, not with more of them."""
    return Span(span.start, today) if span.start <= today < span.end else span


@permission_required(Permission.READ_FIGURES)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Six figures that open, what needs attention, four charts. As many statements as the figures themselves."""
    asked = asked_by(request, base="decided")
    found, moved, shown = _drawn(asked)
    context = {
        "asked": asked,
        "found": found,
        "periods": _periods(asked),
        "months": _months(asked),
        "lines": _choices(asked, found, "business_line", "metier", asked.filters.business_line),
        "traders": _choices(asked, found, "trader", "professionnel", asked.filters.trader),
        "channels": _choices(asked, found, "channel", "canal", asked.filters.channel),
        "figures": _six(asked, found),
        "attention": _attention(asked, found, moved),
        "charts": [
            (chart, codes, f"{reverse('figures:drawn', args=[chart.id])}?{asked.query()}") for chart, codes in shown
        ],
        "warnings": [warning_text(warned.code, warned.numbers) for warned in found.warnings],
        "period": period_text(asked.span),
        "before": asked.span.before.start.year,
    }
    return TemplateResponse(request, "indicators/dashboard.html", context)


def _drawn(asked: Asked) -> tuple[Figures, Flow, list[tuple[charts.Chart, str]]]:
    """The figures of the dashboard and its charts, each with the codes of what it shows."""
    with as_system():
        found = figures(asked.body_id, asked.span, asked.base, today=asked.today, filters=asked.filters, charted=True)
    moved = flow(found)
    wanted = (
        (drawn.durations(found, asked), "MED-030"),
        (drawn.months(found, moved, asked), "MED-001, MED-004"),
        (drawn.reasons(found, asked), "MED-012, MED-080"),
        (drawn.subjects(found, asked), "MED-070"),
    )
    return found, moved, [(chart, codes) for chart, codes in wanted if chart]


@permission_required(Permission.READ_FIGURES)
def drawn_csv(request: HttpRequest, name: str) -> HttpResponse:
    """The rows of one chart of the dashboard."""
    asked = asked_by(request, base="decided")
    for chart, _codes in _drawn(asked)[2]:
        if chart.id == name:
            return csv_response(chart_csv(chart), f"{name}-{asked.span.start}-{asked.span.end}")
    raise Http404


def _spanned(asked: Asked, span: Span) -> tuple[str, bool]:
    """The address of the same page over another period, and whether it is this one."""
    span = until_today(span, asked.today)
    return f"?{asked.query(du=span.start.isoformat(), au=span.end.isoformat())}", span == asked.span


def _periods(asked: Asked) -> list[tuple[str, str, bool]]:
    """Links to this year and the last: label, address, current."""
    years = (asked.today.year, asked.today.year - 1)
    return [(str(year), *_spanned(asked, Span.of_year(year))) for year in years]


def _months(asked: Asked) -> list[tuple[str, str, bool]]:
    """Links to the thirteen last months, the present one first."""
    year, month = asked.today.year, asked.today.month
    pairs = [divmod(12 * year + month - 1 - back, 12) for back in range(13)]
    spans = [Span.of_month(one, number + 1) for one, number in pairs]
    return [(label_of("month", f"{span.start:%Y-%m}"), *_spanned(asked, span)) for span in spans]


def _choices(asked: Asked, found: Figures, dimension: str, name: str, chosen: str) -> list[tuple[str, str, bool]]:
    cells = [cell for cell in found["MED-001"].breakdowns[dimension] if cell.key != "none"][:30]
    links = [(cell.label, f"?{asked.query(**{name: cell.key})}", cell.key == chosen) for cell in cells]
    return [(_("Tous"), f"?{asked.query(**{name: ''})}", not chosen), *links] if chosen or len(cells) > 1 else []


def _six(asked: Asked, found: Figures) -> list[dict[str, str]]:
    received, admissible, durations = found["MED-001"], found["MED-010"], found["MED-030"]
    within, decision, accepted, stock = found["MED-032"], found["MED-031"], found["MED-041"], found["MED-004"]
    number, late = formats.number, (within.denominator or 0) - (within.numerator or 0)
    refused = (accepted.denominator or 0) - (accepted.numerator or 0)
    limit, decided = LAW["rejection"].period.number, decision.denominator or 0
    slow = sum(cases for days, cases in decision.days.items() if days > limit)
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
            "name": _("Délai de décision, %(n)s décisions") % {"n": number(decided)}, "value": _days(decision.value),
            "sub": _("%(share)s en %(days)s jours au plus") % {"share": formats.percent(1 - slow / decided) if decided else "–", "days": limit},
            "href": asked.behind("MED-031", dimension="days", key=f">{limit}"), "opens": _("Voir les %(n)s au-delà") % {"n": number(slow)},
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
    if figure.prior >= drawn.ENOUGH and figure.value is not None:
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
        words = ngettext(
            "%(n)s médiation a eu son issue après 90 jours.", "%(n)s médiations ont eu leur issue après 90 jours.", late
        ) % {"n": number(late)}
        said.append((words, asked.behind("MED-032", part="rest"), _("Voir ces dossiers")))
    return said


# ---- one figure ------------------------------------------------------------------------------------------------------------------------


@permission_required(Permission.READ_FIGURES)
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its definition, its value, every breakdown, each cell opening to its cases."""
    if code not in INDICATORS:
        raise Http404
    asked = asked_by(request, base="received")
    with as_system():
        found = figures(asked.body_id, asked.span, asked.base, today=asked.today, filters=asked.filters)
        frozen = frozen_beside(found)
    one = found[code]
    difference = frozen.of(code) if frozen else None
    tables = [
        (
            str(DIMENSIONS[dimension]),
            [
                (cell, asked.behind(code, dimension=dimension, key=cell.key) if cell.value else "")
                for cell in _ordered(dimension, cells)
            ],
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
        "behind_over": asked.behind(code, part="over") if one.denominator else "",
        "csv": f"{reverse('figures:csv', args=[code])}?{asked.query()}",
        "frozen": frozen,
        "difference": difference,
        "frozen_value": value_text(one, difference.frozen) if difference else "",
        "notes": [note_text(note) for note in frozen.notes] if frozen and difference else [],
        "bases": [
            (label, f"?{asked.query(base=base)}", base == asked.base)
            for base, label in (("received", _("Reçues")), ("decided", _("Décidées")))
        ],
        "period": period_text(asked.span),
    }
    return TemplateResponse(request, "indicators/figure.html", context)


def _ordered(dimension: str, cells: Sequence[Cell]) -> Sequence[Cell]:
    """People read months as they pass, and all else by its weight."""
    return sorted(cells, key=lambda cell: cell.key) if dimension == "month" else cells


def value_text(one: Figure, value: float | int | None = None) -> str:
    """The value as people read it, with its unit; another one (of a year before, of a freeze) in the same unit."""
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
    if code not in INDICATORS:
        raise Http404
    asked = asked_by(request, base="received")
    found = figures(asked.body_id, asked.span, asked.base, today=asked.today, codes=[code], filters=asked.filters)
    return csv_response(as_csv(found), f"{code}-{asked.span.start}-{asked.span.end}")


# ---- its cases ------------------------------------------------------------------------------------------------------------------------


@permission_required(Permission.READ_FIGURES, Permission.READ_CASES)
def cases(request: Any, code: str) -> HttpResponse:
    """The cases behind a figure or a cell, as far as this person sees them, fifty by fifty in order of their number in the tables."""
    if code not in INDICATORS:
        raise Http404
    asked, get = asked_by(request, base="received"), request.GET
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
    after = whole(get.get("apres") or "0")
    if after is None:
        raise Http404
    page = rows.filter(pk__gt=after)
    shown: list[Referral] = list(page.select_related("trader", "subject").order_by("pk")[: PER_PAGE + 1])
    more = len(shown) > PER_PAGE
    shown = shown[:PER_PAGE]
    query = asked.query(dimension=behind.dimension, cle=behind.key, part=get.get("part", ""))
    context = {
        "indicator": INDICATORS[code],
        "dimension": str(DIMENSIONS.get(behind.dimension, "")),
        "key": _words_of(behind, asked.body_id) if behind.dimension else "",
        "rows": shown,
        "first": f"?{query}" if after else "",
        "next": f"?{query}&apres={shown[-1].pk}" if more else "",
        "back": f"{reverse('figures:figure', args=[code])}?{asked.query()}",
        "period": period_text(asked.span),
    }
    return TemplateResponse(request, "indicators/cases.html", context)


def _words_of(behind: Behind, body_id: int) -> str:
    words = detail_words(body_id) if behind.dimension == "ground_detail" else {}
    return words.get(behind.key) or label_of(behind.dimension, behind.key)
