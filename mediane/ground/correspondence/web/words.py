"""What the pages of this room say after an act, and why one was refused."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mediane.ground.correspondence.texts import Finding
from mediane.kernel.refusals import Refusal

_REFUSALS: dict[str, Any] = {
    "wrong_state": gettext_lazy("Cette lettre ou ce lot a changé entre-temps : regardez où il en est."),
    "missing:postal_address": gettext_lazy("Le dossier ne contient pas d’adresse postale : écrivez-la."),
    "missing:reason": gettext_lazy("Dites pourquoi vous annulez cette lettre."),
    "empty_batch": gettext_lazy("Ce lot ne contient plus aucune lettre à imprimer."),
    "before_closing": gettext_lazy("Un lot n’est pas posté avant le jour de ses lettres."),
    "too_early": gettext_lazy("Ce jour n’est pas encore venu : écrivez celui où les enveloppes ont été postées."),
    "not_ready": gettext_lazy("Le fichier est en préparation : rechargez la page dans un instant."),
    "gone": gettext_lazy("Ce lot a été posté : chaque lettre se lit sur sa page."),
    "not_optional": gettext_lazy("Cette mention ne peut pas être retirée."),
    "too_many_lines": gettext_lazy("Une adresse tient en six lignes au plus."),
}


def refusal_words(refusal: Refusal) -> str:
    return str(_REFUSALS.get(refusal.code) or _("Cette action n’est pas possible maintenant."))


def finding_words(finding: Finding) -> str:
    """A finding on a proposed text, as a sentence that says what to do."""
    facts = finding.facts
    where = _(" (essai : {sample})").format(sample=facts["sample"]) if facts.get("sample") else ""
    match finding.code:
        case "missing:statement":
            named = f"{facts['id']}{', ' + facts['article'] if facts.get('article') else ''}"
            return _(
                "Une mention obligatoire manque : {named}. Écrivez {tag} à l’endroit voulu, hors de toute condition qui l’effacerait{where}."
            ).format(named=named, tag="{{statement:" + facts["id"] + "}}", where=where)
        case "missing:variable":
            return _("Gardez {tag} dans la phrase : cette information ne peut pas être retirée.").format(
                tag="{{" + facts["name"] + "}}"
            )
        case "forbidden:text":
            return _("« {text} » ne doit figurer dans aucune lettre : {why}.").format(
                text=facts["text"], why=facts.get("why", _("formule proscrite"))
            )
        case "template:unknown_variable" | "template:no_value":
            return _("{tag} n’existe pas dans cette lettre, ou n’y a pas toujours de valeur{where}.").format(
                tag="{{" + facts["name"] + "}}", where=where
            )
        case "template:unknown_statement":
            return _("Il n’existe pas de mention « {id} ».").format(id=facts["id"])
        case "template:syntax":
            return _("Les accolades ne se referment pas comme il faut, près de : {near}").format(near=facts["near"])
        case "long_sentence":
            return _("Phrase de plus de 30 mots : {text}").format(text=facts["text"])
    return _("Ce texte ne peut pas être enregistré : {code}.").format(code=finding.code)


def as_finding(refusal: Refusal) -> Finding:
    return Finding(refusal.code, {name: str(value) for name, value in refusal.facts.items()})
