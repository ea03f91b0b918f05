"""The eight items that article R. 614-2 asks of every annual report, each with its figure, formula, numerator, denominator and the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mediane.ground.ui import formats
from mediane.insight.indicators.compute import Cell, Figure, Figures
from mediane.insight.indicators.conditions import INTERRUPTIONS
from mediane.insight.indicators.labels import label_of
from mediane.insight.reports.models import Section
from mediane.insight.reports.rounding import percent, shares
from mediane.mediation.referrals.enums import Ground, Orientation
from mediane.mediation.schemes.models import Body, BodyKind


@dataclass(frozen=True)
class Line:
    """One part of an item: its words, how many, and its printed share of the whole."""

    label: str
    value: int
    share: Decimal | None = None
    dimension: str = ""
    key: str = ""

    @property
    def percent(self) -> str:
        return "" if self.share is None else _percent(self.share)


@dataclass(frozen=True)
class Item:
    """`value` as printed; `numerator` over `denominator` where it is a rate; `text` is what people wrote."""

    number: int
    title: str
    value: str
    formula: str
    code: str
    numerator: int | None = None
    denominator: int | None = None
    prior: str = ""
    lines: Sequence[Line] = ()
    lines_title: str = ""
    dimension: str = ""
    note: str = ""
    todo: str = ""  # what is missing, said at the desk only
    text: str = ""
    required: bool = True
    section: str = ""  # of the text that people may add
    aside: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def ordinal(self) -> str:
        return f"{self.number}°"


MOST = 8  # subjects named in the annex; the others are summed up there and listed in full elsewhere


def items(found: Figures, body: Body, texts: Mapping[str, str]) -> list[Item]:
    """The eight, in the order of the article. Never masked."""
    return [
        _received(found),
        _questions(found, texts),
        _refused(found),
        _interrupted(found, texts),
        _durations(found),
        _executed(found),
        _cross_border(found, texts),
        _solutions(found, body),
    ]


def _received(found: Figures) -> Item:
    figure = found["MED-001"]
    subjects = found["MED-070"].breakdowns["subject"]
    known = [cell for cell in subjects if cell.key != "none"]
    return Item(
        1,
        _("Litiges dont le médiateur a été saisi, et leur objet"),
        _count(figure.value),
        _("Demandes reçues du %(start)s au %(end)s.")
        % {"start": formats.date_plain(found.span.start), "end": formats.date_plain(found.span.end)},
        "MED-001",
        numerator=figure.numerator,
        prior=_count(figure.prior) if figure.prior is not None else "",
        lines=_top(subjects, "subject") if known else (),
        lines_title=_("Objets, du plus au moins fréquent"),
        dimension="subject",
        note="" if known else _("L’objet des litiges n’est pas renseigné."),
    )


def _questions(found: Figures, texts: Mapping[str, str]) -> Item:
    figure = found["MED-070"]
    dimension = "sub_subject" if any(cell.key != "none" for cell in figure.breakdowns["sub_subject"]) else "subject"
    known = [cell for cell in figure.breakdowns[dimension] if cell.key != "none"]
    return Item(
        2,
        _("Questions les plus fréquentes et recommandations pour les éviter"),
        ngettext("%(n)s question", "%(n)s questions", len(known)) % {"n": _count(len(known))}
        if known
        else _("Non renseigné"),
        _("Questions classées par fréquence parmi les demandes reçues. La plus fréquente : %(first)s.")
        % {"first": known[0].label}
        if known
        else _("Questions classées par fréquence parmi les demandes reçues."),
        "MED-070",
        denominator=figure.denominator,
        lines=[
            Line(cell.label, cell.value, percent(cell.value, figure.denominator or 1), dimension, cell.key)
            for cell in known[:MOST]
        ],
        lines_title=_("Les plus fréquentes"),
        dimension=dimension,
        text=texts.get(Section.RECOMMENDATIONS, ""),
        section=Section.RECOMMENDATIONS,
        todo="" if texts.get(Section.RECOMMENDATIONS) else _("Les recommandations restent à écrire."),
    )


def _refused(found: Figures) -> Item:
    figure = found["MED-012"]
    counts = {cell.key: cell.value for cell in figure.breakdowns["ground"]}
    keys = [*Ground.values, "none"]
    values = [counts.get(key, 0) for key in keys]
    parts = shares(values, figure.numerator) if figure.numerator else [None] * len(keys)
    lines = [
        Line(
            label_of("ground", key)
            if key != "none"
            else _("Sans motif légal : demandes prématurées, ou motif non renseigné"),
            value,
            part,
            "ground",
            key,
        )
        for key, value, part in zip(keys, values, parts, strict=True)
        if value or key != "none"
    ]
    return Item(
        3,
        _("Proportion de litiges refusés, et part de chaque motif"),
        _rate(figure),
        _ratio(figure, _("refus"), _words_over(found, _("demandes reçues"), _("décisions prises"))),
        "MED-012",
        numerator=figure.numerator,
        denominator=figure.denominator,
        prior=_prior_rate(figure),
        lines=lines,
        lines_title=_("Motifs de l’article L. 612-2, en part des refus"),
        dimension="ground",
        note=_("La loi ne fait pas de la demande prématurée un motif de refus : sans motif, elle est comptée à part."),
    )


def _interrupted(found: Figures, texts: Mapping[str, str]) -> Item:
    figure, aside = found["MED-020"], found["MED-021"]
    counts = {cell.key: cell.value for cell in figure.breakdowns["outcome"]}
    values = [counts.get(key, 0) for key in INTERRUPTIONS]
    parts = shares(values, figure.numerator) if figure.numerator else [None] * len(values)
    return Item(
        4,
        _("Médiations interrompues, et principales causes"),
        _rate(figure),
        _ratio(
            figure,
            _("médiations interrompues"),
            _words_over(found, _("demandes recevables"), _("médiations terminées")),
        ),
        "MED-020",
        numerator=figure.numerator,
        denominator=figure.denominator,
        prior=_prior_rate(figure),
        lines=[
            Line(label_of("outcome", key), value, part, "outcome", key)
            for key, value, part in zip(INTERRUPTIONS, values, parts, strict=True)
        ],
        lines_title=_("Causes, en part des interruptions"),
        dimension="outcome",
        text=texts.get(Section.INTERRUPTIONS, ""),
        section=Section.INTERRUPTIONS,
        aside=(
            (
                _("À part : refus du professionnel d’entrer en médiation"),
                f"{_rate(aside)} ({_count(aside.numerator)} ÷ {_count(aside.denominator)})",
            ),
        ),
    )


def _durations(found: Figures) -> Item:
    figure, within, decision = found["MED-030"], found["MED-032"], found["MED-031"]
    aside = []
    if figure.value is not None:
        aside += [
            (_("Durée médiane"), _days(figure.statistics["median"])),
            (_("Neuf médiations sur dix durent au plus"), _days(figure.statistics["p90"])),
            (
                _("Issue dans les 90 jours (R. 612-5)"),
                f"{_rate(within)} ({_count(within.numerator)} ÷ {_count(within.denominator)})",
            ),
        ]
    if decision.value is not None:
        aside.append((_("Délai moyen de la décision de recevabilité"), _days(decision.value)))
    return Item(
        5,
        _("Durée moyenne nécessaire à la résolution des litiges"),
        _days(figure.value) if figure.value is not None else _("Non connue"),
        ngettext(
            "Moyenne, de la notification aux parties à la fin, sur %(n)s médiation terminée.",
            "Moyenne, de la notification aux parties à la fin, sur %(n)s médiations terminées.",
            figure.denominator or 0,
        )
        % {"n": _count(figure.denominator)},
        "MED-030",
        denominator=figure.denominator,
        prior=_days(figure.prior) if figure.prior is not None else "",
        dimension="duration_band",
        section=Section.DURATIONS,
        aside=tuple(aside),
    )


def _executed(found: Figures) -> Item:
    figure = found["MED-042"]
    return Item(
        6,
        _("Médiations exécutées, si le médiateur le sait"),
        _rate(figure) if figure.denominator else _("Non connu"),
        _ratio(figure, _("accords exécutés"), _("accords dont l’exécution est connue")),
        "MED-042",
        numerator=figure.numerator,
        denominator=figure.denominator,
        prior=_prior_rate(figure),
    )


def _cross_border(found: Figures, texts: Mapping[str, str]) -> Item:
    figure = found["MED-050"]
    share = f" ({_percent(percent(figure.numerator or 0, figure.denominator))})" if figure.denominator else ""
    return Item(
        7,
        _("Coopération entre médiateurs au sein de réseaux transfrontaliers"),
        ngettext("%(n)s litige", "%(n)s litiges", figure.numerator or 0) % {"n": _count(figure.numerator)},
        _("%(n)s litiges transfrontaliers ÷ %(of)s demandes reçues%(share)s.")
        % {"n": _count(figure.numerator), "of": _count(figure.denominator), "share": share},
        "MED-050",
        numerator=figure.numerator,
        denominator=figure.denominator,
        prior=_count(figure.prior) if figure.prior is not None else "",
        text=texts.get(Section.COOPERATION, ""),
        section=Section.COOPERATION,
    )


def _solutions(found: Figures, body: Body) -> Item:
    figure = found["MED-040"]
    required = body.kind == BodyKind.IN_HOUSE
    counts = {cell.key: cell.value for cell in figure.breakdowns["orientation"]}
    keys = [
        Orientation.CONSUMER,
        Orientation.CONSUMER_PARTLY,
        Orientation.SHARED,
        Orientation.TRADER,
        "agreed_directly",
        "none",
    ]
    values = [counts.get(key, 0) for key in keys]
    total = sum(values)
    parts = shares(values, total) if total else [None] * len(keys)
    lines = [
        Line(label_of("orientation", str(key)), value, part, "orientation", str(key))
        for key, value, part in zip(keys, values, parts, strict=True)
        if value or key != "none"
    ]
    note = (
        ""
        if required
        else _(
            "Exigé des seuls médiateurs payés ou employés par un seul professionnel : donné ici à titre d’information."
        )
    )
    return Item(
        8,
        _("Part des solutions en faveur du consommateur, du professionnel, et des litiges résolus à l’amiable"),
        _count(figure.value) if required else _("Sans objet"),
        _(
            "%(n)s solutions : propositions du médiateur, quelles que soient les réponses, et accords trouvés par les parties."
        )
        % {"n": _count(figure.value)},
        "MED-040",
        numerator=figure.numerator,
        prior=_count(figure.prior) if required and figure.prior is not None else "",
        lines=lines if total else (),
        lines_title=_("Sens des solutions"),
        dimension="orientation",
        note=note,
        required=required,
    )


# ---- pieces ----------------------------------------------------------------------------------------------------------------------


def _top(cells: Sequence[Cell], dimension: str) -> list[Line]:
    """The most frequent and the sum of the others; their printed shares add to 100 %."""
    first, rest = list(cells[:MOST]), cells[MOST:]
    values = [cell.value for cell in first] + ([sum(cell.value for cell in rest)] if rest else [])
    total = sum(values)
    parts = shares(values, total) if total else []
    lines = [Line(cell.label, cell.value, part, dimension, cell.key) for cell, part in zip(first, parts, strict=False)]
    if rest:
        lines.append(Line(ngettext("%(n)s autre", "%(n)s autres", len(rest)) % {"n": len(rest)}, values[-1], parts[-1]))
    return lines


def _words_over(found: Figures, received: str, decided: str) -> str:
    return received if found.base == "received" else decided


def _ratio(figure: Figure, counted: str, over: str) -> str:
    return _("%(n)s %(counted)s ÷ %(d)s %(over)s.") % {
        "n": _count(figure.numerator),
        "d": _count(figure.denominator),
        "counted": counted,
        "over": over,
    }


def _count(value: float | int | None) -> str:
    return "–" if value is None else formats.number(int(value))


def _rate(figure: Figure) -> str:
    return _percent(percent(figure.numerator or 0, figure.denominator)) if figure.denominator else "–"


def _prior_rate(figure: Figure) -> str:
    return "" if figure.prior is None else formats.percent(figure.prior / 100)


def _percent(value: Decimal) -> str:
    return formats.percent(value / 100)


def _days(value: float | int | None) -> str:
    if value is None:
        return "–"
    rounded = round(value)
    return ngettext("%(n)s jour", "%(n)s jours", rounded) % {"n": formats.number(rounded)}
