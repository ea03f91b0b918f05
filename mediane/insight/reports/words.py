"""Sentences chosen from the figures: plain, checked against the number that stands beside them."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

from mediane.ground.ui import formats

_SIMPLE = sorted(
    {Fraction(n, d) for d in (2, 3, 4, 5, 6, 10) for n in range(1, d)}, key=lambda f: (f.denominator, f.numerator)
)
NEAR = Fraction(2, 100)
"""How far a spoken fraction may lie from the figure."""


def simple(part: int, whole: int) -> Fraction | None:
    """The simplest fraction that says this share to two points, or None: then the percentage is said alone."""
    if not whole or not part:
        return None
    exact = Fraction(part, whole)
    return next((fraction for fraction in _SIMPLE if abs(fraction - exact) <= NEAR), None)


def spelled(number: int) -> str:
    """« deux », for the small numbers of a spoken fraction (feminine, as its nouns are)."""
    words = (
        "", _("une"), _("deux"), _("trois"), _("quatre"), _("cinq"), _("six"), _("sept"), _("huit"), _("neuf"), _("dix"),
    )  # fmt: skip
    return words[number]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def share_of(part: int, whole: int) -> str:
    """« deux demandes sur trois »-like words without the noun: « deux sur trois », or « 41,3 % » when no simple fraction is near."""
    fraction = simple(part, whole)
    if fraction is None:
        return formats.percent(part / whole) if whole else "–"
    return _("%(n)s sur %(of)s") % {"n": spelled(fraction.numerator), "of": _masculine(fraction.denominator)}


def _masculine(number: int) -> str:
    return spelled(number) if number > 1 else _("un")


def refusals_title(refused: int, received: int) -> str:
    """The sentence that opens the report."""
    if not received:
        return _("Aucune demande n’a été reçue cette année.")
    if not refused:
        return _("Aucune demande n’a été écartée.")
    fraction = simple(refused, received)
    if fraction is None:
        return _("%(share)s des demandes n’ont pas été retenues.") % {"share": formats.percent(refused / received)}
    if fraction.numerator == 1:
        return _("Une demande sur %(of)s n’a pas été retenue.") % {"of": _masculine(fraction.denominator)}
    return _("%(n)s demandes sur %(of)s n’ont pas été retenues.") % {
        "n": capital(spelled(fraction.numerator)),
        "of": _masculine(fraction.denominator),
    }


def avoidable_title(avoidable: int, refused: int) -> str:
    """What most refusals come from, when they come from too little dialogue with the trader."""
    if not refused or not avoidable:
        return ""
    fraction = simple(avoidable, refused)
    if fraction is None:
        share = formats.percent(avoidable / refused)
        return _(
            "%(share)s de ces refus se règlent en écrivant d’abord au professionnel, et en lui laissant le temps de répondre."
        ) % {"share": share}
    if fraction.numerator == 1:
        said = _(
            "Un refus sur %(of)s se règle en écrivant d’abord au professionnel, et en lui laissant le temps de répondre."
        )
        return said % {"of": _masculine(fraction.denominator)}
    said = _(
        "%(n)s refus sur %(of)s se règlent en écrivant d’abord au professionnel, et en lui laissant le temps de répondre."
    )
    return said % {"n": capital(spelled(fraction.numerator)), "of": _masculine(fraction.denominator)}


def duration_title(within: int, ended: int) -> str:
    if not ended:
        return _("Aucune médiation ne s’est terminée")
    if within == ended:
        return _("Toutes les médiations ont tenu dans les 90 jours")
    fraction = simple(within, ended)
    if fraction is None:
        return _("%(share)s des médiations tiennent dans les 90 jours") % {"share": formats.percent(within / ended)}
    if fraction.numerator == 1:
        return _("Une médiation sur %(of)s tient dans les 90 jours") % {"of": _masculine(fraction.denominator)}
    return _("%(n)s médiations sur %(of)s tiennent dans les 90 jours") % {
        "n": capital(spelled(fraction.numerator)),
        "of": _masculine(fraction.denominator),
    }


ENOUGH = 20
"""Cases a year before, from which a change is said in percent."""


def change(now: float | int | None, before: float | int | None) -> str:
    """« soit 16,5 % de plus qu’un an plus tôt », empty when there is nothing, or too little, to compare with."""
    if now is None or not before or before < ENOUGH:
        return ""
    ratio = (now - before) / before
    if abs(ratio) < 0.0005:
        return _("comme un an plus tôt")
    share = formats.percent(abs(ratio))
    return (
        _("soit %(share)s de plus qu’un an plus tôt") % {"share": share}
        if ratio > 0
        else _("soit %(share)s de moins qu’un an plus tôt") % {"share": share}
    )
