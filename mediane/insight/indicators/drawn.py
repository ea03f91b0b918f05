"""Figures as charts of the design system: the dashboard, the report's page and the public page draw the same ones from here."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from mediane.ground.ui import charts, formats
from mediane.insight.indicators.addresses import Address
from mediane.insight.indicators.compute import NONE, Figures, Flow
from mediane.insight.indicators.conditions import LEGAL_DAYS
from mediane.insight.indicators.labels import label_of
from mediane.kernel.languages import wording
from mediane.mediation.referrals.enums import Ground

STEP, STEPS = 10, 12
"""Width of a bar of days, and how many stand before the one that is open."""
AVOIDABLE = (str(Ground.NO_PRIOR_COMPLAINT), "premature")
SHOWN = 8  # subjects drawn one by one; the others are one bar


def _links(address: Address | None, code: str, dimension: str, keys: Sequence[str]) -> list[str]:
    """An address for each key; none where nothing may be opened."""
    return [address.behind(code, dimension=dimension, key=key) if key else "" for key in keys] if address else []


def durations(found: Figures, address: Address | None, *, coarse: bool = False) -> charts.Columns | None:
    """How long mediations took, ten days a bar, the median marked; beyond the law's days the bars are red. `coarse`: thirty days a bar, as published."""
    figure = found["MED-030"]
    if not figure.denominator:
        return None
    step = 30 if coarse else STEP
    steps = STEP * STEPS // step
    edges = [*range(0, step * (steps + 2), step)]
    values = [0] * (steps + 1)
    for days, number in figure.days.items():
        values[min(steps, max(0, -(-days // step) - 1))] += number
    keys = [f"{edge + 1 if edge else 0}-{edge + step}" for edge in edges[:steps]] + [f">{edges[steps]}"]
    late = sum(values[LEGAL_DAYS // step :])
    median = formats.number(figure.statistics["median"] or 0)
    text = ngettext(
        "%(n)s médiation terminée. La moitié dure %(median)s jours au plus.",
        "%(n)s médiations terminées. La moitié dure %(median)s jours au plus.",
        figure.denominator,
    ) % {"n": formats.number(figure.denominator), "median": median}
    if late:
        text += " " + ngettext(
            "%(n)s a duré plus de %(limit)s jours.", "%(n)s ont duré plus de %(limit)s jours.", late
        ) % {
            "n": formats.number(late),
            "limit": LEGAL_DAYS,
        }
    return charts.Columns(
        id="durees",
        title=_("Durée des médiations"),
        text=text,
        unit=_("jours"),
        names_title=_("Durée, en jours"),
        value_title=_("Dossiers"),
        edges=edges,
        values=values,
        limit=LEGAL_DAYS,
        limit_text=[
            _("%(n)s jours") % {"n": LEGAL_DAYS},
            ngettext("%(n)s dossier", "%(n)s dossiers", late) % {"n": formats.number(late)},
        ],
        mark=(float(figure.statistics["median"] or 0), _("médiane %(n)s") % {"n": median}),
        links=_links(address, "MED-030", "days", keys),
    )


def months(found: Figures, moved: Flow, address: Address | None) -> charts.Lines:
    """What came, what went and what stayed, month by month, up to today: a month to come has no figure, the present one is not over."""
    known = [number for number, month in enumerate(moved.months) if month <= found.today] or [0]
    shown = moved.months[: known[-1] + 1]
    count, running = len(shown), found.span.start <= found.today <= found.span.end
    language = wording(get_language() or "fr")
    keys = [f"{month:%Y-%m}" for month in shown]
    text = _("Par mois : saisines reçues, saisines sorties du stock, et stock à la fin du mois.")
    if running:
        text += " " + _("Le mois de %(month)s n’est pas terminé.") % {"month": label_of("month", keys[-1])}
    return charts.Lines(
        id="flux",
        title=_("Entrées, sorties et stock"),
        text=text,
        names_title=_("Mois"),
        names=[label_of("month", key) for key in keys],
        short_names=[language.SHORT_MONTHS[month.month - 1] for month in shown],
        partial=running,
        series=[
            charts.Series(_("stock"), moved.stock[:count], fill="ink", strong=True),
            charts.Series(_("entrées"), moved.entered[:count]),
            charts.Series(_("sorties"), moved.left[:count], fill="trader"),
        ],
        links=_links(address, "MED-001", "month", keys),
    )


def reasons_of(found: Figures, *, smallest: int = 0) -> list[tuple[str, int]]:
    """Reasons of the refusals, most frequent first. Published, what has no ground is one part when one of its two would be a small group: the law's
    grounds alone are never masked."""
    counts = dict(found["MED-012"].reasons)
    if any(0 < counts.get(key, 0) < smallest for key in ("premature", NONE)):
        counts[NONE] = counts.get(NONE, 0) + counts.pop("premature", 0)
    return sorted(((key, value) for key, value in counts.items() if value), key=lambda pair: (-pair[1], pair[0]))


def reasons(found: Figures, address: Address | None, *, smallest: int = 0) -> charts.Bars | None:
    """Why requests are not taken up, as part of the refusals; in amber what a word to the trader would have avoided."""
    figure = found["MED-012"]
    if not figure.numerator:
        return None
    ordered = reasons_of(found, smallest=smallest)
    avoidable = sum(value for key, value in ordered if key in AVOIDABLE)
    text = ngettext("%(n)s refus, en part des refus.", "%(n)s refus, en part des refus.", figure.numerator) % {
        "n": formats.number(figure.numerator)
    }
    if avoidable:
        text += " " + _("En ambre, les motifs évitables : %(share)s des refus.") % {
            "share": formats.percent(avoidable / figure.numerator)
        }
    return charts.Bars(
        id="motifs",
        title=_("Pourquoi nous refusons"),
        text=text,
        names_title=_("Motif"),
        value_title=_("Refus"),
        share=True,
        rows=[
            charts.Row(label_of("reason", key), value, fill="amber" if key in AVOIDABLE else "teal")
            for key, value in ordered
        ],
        links=_links(address, "MED-012", "reason", [key for key, _value in ordered]),
    )


def subjects(found: Figures, address: Address | None) -> charts.Bars | None:
    """What disputes are about, beside the same days a year before."""
    before = found.beside.subjects
    cells = [cell for cell in found["MED-070"].breakdowns["subject"] if cell.key != NONE]
    if not cells:
        return None
    compared = any(before.values())
    now, then = found.span.start.year, found.span.before.start.year
    shown, rest = cells[:SHOWN], cells[SHOWN:]
    rows = [_subject(cell.label, cell.value, before.get(cell.key, 0), then if compared else None) for cell in shown]
    others_then = sum(value for key, value in before.items() if key not in {cell.key for cell in shown} | {NONE})
    others_now = sum(cell.value for cell in rest)
    if others_now or others_then:
        rows.append(_subject(_("Autres"), others_now, others_then, then if compared else None))
    text = _("Saisines reçues par sujet.")
    if compared:
        text += " " + _("Barre épaisse : %(now)s ; barre fine : %(then)s, mêmes jours.") % {"now": now, "then": then}
        text += _moved(rows)
    return charts.Bars(
        id="objets",
        title=_("Sujets, d’une année sur l’autre") if compared else _("Objet des litiges"),
        text=text,
        names_title=_("Sujet"),
        value_title=str(now),
        before_title=str(then),
        rows=rows,
        links=_links(address, "MED-070", "subject", [cell.key for cell in shown]),
    )


ENOUGH = 20  # cases a year before, from which a change is said in percent


def _subject(name: str, now: int, before: int, year: int | None) -> charts.Row:
    if year is None:
        return charts.Row(name, now)
    if before < ENOUGH:
        return charts.Row(name, now, before, _("%(n)s en %(year)s") % {"n": formats.number(before), "year": year})
    return charts.Row(name, now, before, f"{formats.signed(100 * (now - before) / before, 0)}{formats.NBSP}%")


def _moved(rows: Sequence[charts.Row]) -> str:
    """The subject that grew most, in a sentence."""
    grown = [((row.value - row.before) / row.before, row) for row in rows if row.before and row.before >= ENOUGH]
    rate, row = max(grown, key=lambda pair: pair[0], default=(0, None))
    if row is None or rate < 0.1:
        return ""
    return " " + _("« %(subject)s » progresse de %(rate)s.") % {
        "subject": row.name,
        "rate": formats.percent(rate, 0),
    }


def solutions(found: Figures, address: Address | None) -> charts.Bars | None:
    """Which way the solutions leaned."""
    figure = found["MED-040"]
    cells = figure.breakdowns["orientation"]
    if not figure.value:
        return None
    text = ngettext(
        "%(n)s solution : proposition du médiateur ou accord trouvé par les parties.",
        "%(n)s solutions : propositions du médiateur, quelles que soient les réponses, et accords trouvés par les parties.",
        int(figure.value),
    ) % {"n": formats.number(int(figure.value))}
    return charts.Bars(
        id="solutions",
        title=_("Sens des solutions"),
        text=text,
        names_title=_("Sens"),
        value_title=_("Solutions"),
        share=True,
        rows=[charts.Row(cell.label, cell.value) for cell in cells],
        links=_links(address, "MED-040", "orientation", [cell.key for cell in cells]),
    )
