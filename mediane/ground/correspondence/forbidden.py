"""What may stand in no letter (and why). `always` patterns refuse the letter itself; the others refuse the text a body wants to adopt.

A mediator may quote a party, so only what no quotation excuses refuses a finished letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Forbidden:
    pattern: re.Pattern[str]
    why: str
    always: bool = False


def _f(pattern: str, why: str, *, always: bool = False) -> Forbidden:
    return Forbidden(re.compile(pattern, re.IGNORECASE), why, always)


FORBIDDEN = (
    _f(
        r"ec\.europa\.eu/(consumers/)?odr",
        "la plateforme européenne de règlement en ligne est fermée depuis le 20 juillet 2025",
        always=True,
    ),
    _f(
        r"tentative\s+obligatoire",
        "la médiation n’est jamais obligatoire pour le consommateur (article L. 612-4)",
        always=True,
    ),
    _f(r"\bmademoiselle\b", "on n’écrit jamais « Mademoiselle »"),
    _f(r"pour\s+solde\s+de\s+tout\s+compte", "un accord ne vaut que ce que les parties ont écrit"),
    _f(r"dans\s+les\s+meilleurs\s+délais|sous\s+quinzaine|sous\s+huitaine", "une date plutôt qu’un délai"),
    _f(r"veuillez\s+(agréer|croire)", "une formule que l’on comprend du premier coup"),
    _f(r"sans\s+réponse\s+sous\s+\d+\s+jours", "aucune règle ne clôt un dossier ainsi"),
    _f(r"lettre\s+recommandée\s+obligatoire", "la loi n’exige pas de recommandé (R. 612-1, R. 612-2, R. 612-4)"),
    _f(r"\birrecevable\b(?!\s*[,:(])", "« irrecevable » ne va pas sans son explication"),
)
