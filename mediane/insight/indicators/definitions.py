# ruff: noqa: E501 — a definition is read in one go
"""The indicators: one definition each, in words, in SQL and on a legal basis. A change of meaning is a new `version`.

`received`: everything is counted over the cohort received in the period. `decided`: refusals over the decisions taken in it, outcomes over the mediations
ended in it. What an indicator is anchored on (`anchor`) says which day puts a referral into the period on the base `decided`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from mediane.insight.indicators import conditions as c
from mediane.insight.indicators.conditions import Condition

Base = Literal["received", "decided"]
Anchor = Literal["received", "decided", "ended", "stock"]
Unit = Literal["count", "percent", "days", "euros"]

BASES: tuple[Base, ...] = ("received", "decided")
COMMON = ("business_line", "channel", "month", "trader")
"""Dimensions of every indicator. Each splits the denominator as well."""
SPLITTING = frozenset({*COMMON, "subject", "sub_subject", "requester_kind"})


@dataclass(frozen=True)
class Indicator:
    """`over` is None for a plain count. `dimensions` come besides the common ones. `item` is the number in article R. 614-2, 0 when there is none."""

    code: str
    unit: Unit
    anchor: Anchor
    label: Any  # lazy text
    definition: Any  # lazy text
    counts: Condition
    over: dict[Base, Condition] | None = None
    numerator: Any = ""  # lazy: what is counted
    denominator: dict[Base, Any] = field(default_factory=dict)  # lazy: over what
    dimensions: tuple[str, ...] = ()
    basis: str = ""
    item: int = 0
    version: int = 1
    source: str = "computed"
    days: Literal["", "mediation", "decision"] = ""  # which duration it measures

    @property
    def is_rate(self) -> bool:
        return self.unit == "percent"

    @property
    def all_dimensions(self) -> tuple[str, ...]:
        return tuple(sorted({*COMMON, *self.dimensions}))

    def anchor_on(self, base: Base) -> Anchor:
        """What puts a referral into the period."""
        return "received" if base == "received" and self.anchor != "stock" else self.anchor


def _both(condition: Condition) -> dict[Base, Condition]:
    return {"received": condition, "decided": condition}


def _words(received: Any, decided: Any | None = None) -> dict[Base, Any]:
    return {"received": received, "decided": decided or received}


_RECEIVED = _("saisines reçues")
_DECISIONS = _("décisions de recevabilité")
_ADMISSIBLE = _("saisines recevables")
_ENDED = _("médiations terminées")
_MEASURED = _("médiations terminées ayant un jour de notification")

_ALL: tuple[Indicator, ...] = (
    Indicator(
        "MED-001", "count", "received", _("Saisines reçues"),
        _("Toutes les saisines dont le jour de réception est dans la période, quelle que soit leur suite. Une nouvelle saisine sur le même litige en est une autre."),
        c.ALWAYS, numerator=_RECEIVED, dimensions=("subject", "sub_subject", "requester_kind"), basis="R. 614-2, 1°", item=1,
    ),
    Indicator(
        "MED-002", "count", "decided", _("Saisines traitées"),
        _("Saisines qui ont reçu une décision sur leur recevabilité, quelle qu’elle soit. Après un nouvel examen, la dernière décision compte."),
        c.DECIDED, numerator=_DECISIONS, dimensions=("decision",), basis="L. 612-2",
    ),
    Indicator(
        "MED-003", "count", "ended", _("Médiations terminées"),
        _("Saisines recevables dont la fin est connue, y compris quand le professionnel a refusé d’entrer en médiation."),
        c.OVER, numerator=_ENDED, dimensions=("outcome",), basis="R. 612-5",
    ),
    Indicator(
        "MED-004", "count", "stock", _("Stock en fin de période"),
        _("Saisines reçues au plus tard le dernier jour de la période et qui n’ont, ce jour-là, ni décision autre que recevable, ni retrait, ni fin de médiation."),
        c.ALWAYS, numerator=_("saisines en cours"), dimensions=("state", "age_band"), basis="usage",
    ),
    Indicator(
        "MED-010", "percent", "decided", _("Part des saisines recevables"),
        _("Saisines déclarées recevables, rapportées aux saisines reçues ou, en base décidée, aux décisions de la période."),
        c.ADMISSIBLE, {"received": c.ALWAYS, "decided": c.DECIDED}, _ADMISSIBLE, _words(_RECEIVED, _DECISIONS),
        dimensions=("requester_kind",), basis="L. 612-2",
    ),
    Indicator(
        "MED-011", "percent", "decided", _("Part des saisines non retenues"),
        _("Saisines dont la décision est autre que recevable : refusées, réorientées, prématurées, ou incomplètes dans un fichier repris."),
        c.REFUSED, {"received": c.ALWAYS, "decided": c.DECIDED}, _("saisines non retenues"), _words(_RECEIVED, _DECISIONS),
        dimensions=("decision", "ground", "ground_detail"), basis="L. 612-2",
    ),
    Indicator(
        "MED-012", "percent", "decided", _("Proportion de litiges refusés"),
        _("Refus de toute nature (refusées, réorientées, prématurées, incomplètes reprises d’un fichier), rapportés aux saisines reçues ou aux décisions. Par motif, "
          "chaque part est rapportée aux seuls refus ; un refus sans motif est compté à part."),
        c.REFUSED, {"received": c.ALWAYS, "decided": c.DECIDED}, _("litiges refusés"), _words(_RECEIVED, _DECISIONS),
        dimensions=("ground",), basis="R. 614-2, 3°", item=3,
    ),
    Indicator(
        "MED-020", "percent", "ended", _("Médiations interrompues"),
        _("Médiations arrêtées avant leur issue : retrait d’une partie, fin de mission du médiateur, tribunal ou autre médiateur saisi. Le refus du professionnel "
          "d’entrer en médiation est compté à part (MED-021)."),
        c.ADMISSIBLE & c.INTERRUPTED, {"received": c.ADMISSIBLE, "decided": c.OVER}, _("médiations interrompues"), _words(_ADMISSIBLE, _ENDED),
        dimensions=("outcome",), basis="R. 614-2, 4°", item=4,
    ),
    Indicator(
        "MED-021", "percent", "ended", _("Refus du professionnel d’entrer en médiation"),
        _("Médiations que le professionnel a refusé de commencer, refus réputés compris. Imprimé à côté des interruptions, jamais dedans."),
        c.ADMISSIBLE & c.ENTRY_REFUSED, {"received": c.ADMISSIBLE, "decided": c.OVER}, _("refus d’entrer en médiation"), _words(_ADMISSIBLE, _ENDED),
        basis="R. 614-2, 4°",
    ),
    Indicator(
        "MED-030", "days", "ended", _("Durée des médiations"),
        _("Nombre de jours entre la notification aux parties et la fin de la médiation (pour un accord, le jour de l’accord). La valeur est la moyenne."),
        c.MEASURED, _both(c.MEASURED), _MEASURED, _words(_MEASURED), dimensions=("duration_band",), basis="R. 614-2, 5°", item=5, days="mediation",
    ),
    Indicator(
        "MED-031", "days", "decided", _("Délai de la décision de recevabilité"),
        _("Nombre de jours entre la réception et la décision sur la recevabilité ; après un nouvel examen, depuis l’élément nouveau. La valeur est la moyenne."),
        c.DECIDED, _both(c.DECIDED), _DECISIONS, _words(_DECISIONS), basis="L. 612-2 ; R. 612-2", days="decision",
    ),
    Indicator(
        "MED-032", "percent", "ended", _("Médiations menées dans les 90 jours"),
        _("Médiations dont la proposition, l’accord direct ou, à défaut, la fin est intervenu 90 jours au plus après la notification. À côté : les médiations "
          "prolongées, et celles qui, au-delà des 90 jours, ont tenu dans leur prolongation."),
        c.MEASURED & c.WITHIN, _both(c.MEASURED), _("médiations menées dans les 90 jours"), _words(_MEASURED), basis="R. 612-5",
    ),
    Indicator(
        "MED-040", "count", "ended", _("Solutions"),
        _("Propositions faites par le médiateur, quelles que soient les réponses, et accords trouvés directement par les parties."),
        c.ADMISSIBLE & (c.PROPOSED | c.DIRECT), numerator=_("solutions"), dimensions=("orientation",), basis="R. 614-2, 8°", item=8,
    ),
    Indicator(
        "MED-041", "percent", "ended", _("Propositions acceptées par les deux parties"),
        _("Propositions acceptées par le consommateur et par le professionnel, parmi celles qui ont reçu leurs réponses ou dont le délai de réponse est passé."),
        c.ADMISSIBLE & c.CONCLUDED & c.OUTCOME.among("proposal_accepted"), _both(c.ADMISSIBLE & c.CONCLUDED), _("propositions acceptées par les deux parties"),
        _words(_("propositions répondues ou expirées")), dimensions=("orientation",), basis="R. 612-4",
    ),
    Indicator(
        "MED-042", "percent", "ended", _("Accords exécutés"),
        _("Accords (propositions acceptées et accords directs) qui ont été exécutés, parmi ceux dont l’exécution est connue."),
        c.AGREEMENT & c.EXECUTION.among("yes"), _both(c.AGREEMENT & c.EXECUTION.among("yes", "no")), _("accords exécutés"),
        _words(_("accords dont l’exécution est connue")), basis="R. 614-2, 6°", item=6,
    ),
    Indicator(
        "MED-050", "count", "received", _("Litiges transfrontaliers"),
        _("Saisines reçues dont le consommateur réside dans un autre État que le professionnel."),
        c.CROSS_BORDER, _both(c.ALWAYS), _("litiges transfrontaliers"), _words(_RECEIVED), dimensions=("country",), basis="R. 614-2, 7°", item=7,
    ),
    Indicator(
        "MED-060", "euros", "ended", _("Montants accordés"),
        _("Somme des montants accordés, sur les dossiers où le montant demandé et le montant accordé sont tous deux connus."),
        c.BOTH_AMOUNTS, _both(c.BOTH_AMOUNTS), _("dossiers où les deux montants sont connus"), _words(_("dossiers où les deux montants sont connus")),
        dimensions=("orientation",), basis="usage",
    ),
    Indicator(
        "MED-070", "count", "received", _("Objet des litiges"),
        _("Saisines reçues, par objet et par question, dans la liste de l’organisme."),
        c.ALWAYS, _both(c.ALWAYS), _RECEIVED, _words(_RECEIVED), dimensions=("subject", "sub_subject"), basis="R. 614-2, 1° et 2°", item=2,
    ),
    Indicator(
        "MED-080", "percent", "decided", _("Refus évitables"),
        _("Refus qui tiennent à l’absence de réclamation écrite préalable ou à une demande trop précoce, rapportés aux décisions."),
        c.AVOIDABLE, _both(c.DECIDED), _("refus évitables"), _words(_DECISIONS), dimensions=("decision",), basis="L. 612-2, 1°",
    ),
)  # fmt: skip

SORT = c.sort_of(condition for indicator in _ALL for condition in (indicator.counts, *(indicator.over or {}).values()))
"""What breakdowns are grouped by: referrals of one sort count alike in every indicator."""

INDICATORS: dict[str, Indicator] = {indicator.code: indicator for indicator in _ALL}
STATUTORY = tuple(indicator.code for indicator in _ALL if indicator.item)
"""What article R. 614-2 asks for; never masked."""


def indicator(code: str) -> Indicator:
    """Raises KeyError for a code that is none."""
    return INDICATORS[code]
