"""Words for keys, dimensions and warnings. Keys are for machines and never change; words are for people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from mediane.ground.ui import formats
from mediane.kernel.languages import wording
from mediane.mediation.referrals.enums import Channel, Decision, Ground, Orientation, Outcome, RequesterKind, State
from mediane.mediation.referrals.services.details import words_of_details

_ENUMS: dict[str, Any] = {
    "channel": Channel,
    "requester_kind": RequesterKind,
    "decision": Decision,
    "ground": Ground,
    "outcome": Outcome,
    "orientation": Orientation,
    "state": State,
}
DIMENSIONS = {
    "trader": gettext_lazy("Professionnel"),
    "business_line": gettext_lazy("Métier"),
    "channel": gettext_lazy("Canal"),
    "month": gettext_lazy("Mois"),
    "subject": gettext_lazy("Objet"),
    "sub_subject": gettext_lazy("Question"),
    "requester_kind": gettext_lazy("Qualité du demandeur"),
    "decision": gettext_lazy("Décision"),
    "ground": gettext_lazy("Motif"),
    "ground_detail": gettext_lazy("Détail du motif"),
    "outcome": gettext_lazy("Issue"),
    "orientation": gettext_lazy("Sens de la solution"),
    "state": gettext_lazy("État"),
    "age_band": gettext_lazy("Âge"),
    "duration_band": gettext_lazy("Durée"),
    "country": gettext_lazy("Pays"),
    # Of drawings only (`cases.finer`):
    "days": gettext_lazy("Durée"),
    "reason": gettext_lazy("Motif"),
}


def label_of(dimension: str, key: str) -> str:
    """The words of a key, in the language of the reader. Details of a ground are a body's data: `detail_words`."""
    return label_in(dimension, key, get_language() or "fr")


def detail_words(body_id: int) -> dict[str, str]:
    """Code → words of the body's details of grounds, in the language of the reader (one statement); a file's own codes have none."""
    return words_of_details(body_id, get_language() or "fr")


@lru_cache(maxsize=8192)
def label_in(dimension: str, key: str, language: str) -> str:
    """The same where the language, which is the active one, is known already."""
    if dimension == "reason":
        if key == "premature":
            return _("Prématurée : à renouveler")
        dimension = "ground"
    if key == "none":
        return _("Sans motif") if dimension == "ground" else _("Non renseigné")
    if dimension in _ENUMS:
        if key == "agreed_directly" and dimension == "orientation":
            return _("Accord trouvé par les parties")
        words = str(_ENUMS[dimension](key).label)
        return f"{key[-1]}° {words}" if dimension == "ground" else words
    if dimension == "month":
        year, month = key.split("-")
        names = wording(language[:2] if language[:2] in ("fr", "en") else "fr").MONTHS
        return f"{names[int(month) - 1]} {year}"
    if dimension in ("age_band", "duration_band", "days"):
        if key.startswith(">"):
            return _("plus de %(days)s jours") % {"days": key[1:]}
        low, high = key.split("-")
        return _("de %(low)s à %(high)s jours") % {"low": low, "high": high}
    return key


def warning_text(code: str, numbers: Mapping[str, int]) -> str:
    """One sentence for a reader."""
    n, of = numbers.get("missing", 0), numbers.get("of", 0)
    words = {
        "unfinished": ngettext(
            "%(n)s médiation reçue dans la période n’est pas terminée : durées et issues peuvent encore changer.",
            "%(n)s médiations reçues dans la période ne sont pas terminées : durées et issues peuvent encore changer.",
            n,
        ),
        "undecided": ngettext(
            "%(n)s saisine reçue dans la période n’a pas encore de décision de recevabilité.",
            "%(n)s saisines reçues dans la période n’ont pas encore de décision de recevabilité.",
            n,
        ),
        "end_unknown": ngettext(
            "Durée inconnue pour %(n)s dossier, dont le jour de fin manque.",
            "Durée inconnue pour %(n)s dossiers, dont le jour de fin manque.",
            n,
        ),
        "outcome_unknown": ngettext(
            "Issue inconnue pour %(n)s médiation terminée sur %(of)s.",
            "Issue inconnue pour %(n)s médiations terminées sur %(of)s.",
            n,
        ),
        "ground_unknown": ngettext(
            "%(n)s refus sur %(of)s ne porte pas de motif : il n’entre dans aucune des cinq parts.",
            "%(n)s refus sur %(of)s ne portent pas de motif : ils n’entrent dans aucune des cinq parts.",
            n,
        ),
        "orientation_unknown": ngettext(
            "Sens de la solution inconnu pour %(n)s proposition sur %(of)s.",
            "Sens de la solution inconnu pour %(n)s propositions sur %(of)s.",
            n,
        ),
        "execution_unknown": ngettext(
            "Exécution inconnue pour %(n)s accord sur %(of)s.", "Exécution inconnue pour %(n)s accords sur %(of)s.", n
        ),
        "border_unknown": ngettext(
            "Caractère transfrontalier inconnu pour %(n)s saisine sur %(of)s.",
            "Caractère transfrontalier inconnu pour %(n)s saisines sur %(of)s.",
            n,
        ),
        "subject_unknown": ngettext(
            "Objet inconnu pour %(n)s saisine sur %(of)s.", "Objet inconnu pour %(n)s saisines sur %(of)s.", n
        ),
    }
    write = wording((get_language() or "fr")[:2]).number
    return words[code] % {"n": write(n), "of": write(of)}


def note_text(note: Any) -> str:
    """« reprise du fichier mgp.csv le 24 novembre 2026 »: why a frozen figure changed."""
    day = formats.date_plain(note.noted_at)
    if note.cause == "import":
        return _("reprise du fichier %(file)s le %(day)s") % {"file": note.facts.get("file", ""), "day": day}
    return _("correction de dossiers constatée le %(day)s") % {"day": day}
