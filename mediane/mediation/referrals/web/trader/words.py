"""Words for refusals, as the trader reads them. Nothing here speaks of the admissibility examination."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mediane.kernel.languages import wording
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.sentences import Step

WORDS = {
    "wrong_state": gettext_lazy("Le dossier a changé depuis que vous avez ouvert cette page. Relisez-le ci-dessous."),
    "already_answered": gettext_lazy(
        "Votre entreprise a déjà répondu à la proposition : une réponse ne se change pas."
    ),
    "too_late": gettext_lazy("La date du {due_on} est passée. Écrivez au médiateur."),
    "stale": gettext_lazy("Le texte a changé depuis que vous l’avez lu. Relisez-le, puis confirmez."),
    "missing:text": gettext_lazy("Écrivez un message ou joignez une pièce."),
    "missing:position": gettext_lazy("Choisissez votre position."),
    "missing:facts_value": gettext_lazy("Dites si les faits sont exacts."),
    "missing:claim_text": gettext_lazy("Expliquez votre position."),
    "already_met": gettext_lazy("Votre entreprise a déjà répondu à cette demande le {on}."),
    "missing:answer": gettext_lazy("Choisissez d’accepter ou de refuser."),
    "missing:execution": gettext_lazy("Dites si l’accord est exécuté."),
    "storage_full": gettext_lazy(
        "Le fichier n’a pas pu être enregistré. Rien n’est perdu : réessayez plus tard, ou envoyez-le par courrier."
    ),
}


def said(refusal: Refusal) -> str:
    lang = get_language() or "fr"
    facts = {name: wording(lang).day(value) for name, value in refusal.facts.items() if isinstance(value, date)}
    text = WORDS.get(refusal.code)
    return (
        str(text).format(**facts)
        if text
        else _("Ce n’est pas possible en l’état. Écrivez au médiateur si vous ne comprenez pas pourquoi.")
    )


def state_chip(referral: Referral, step: Step) -> tuple[str, str]:
    """(words, tone) of where the case stands, as this firm reads it: amber when it is expected to act."""
    if not step.yours:
        return str(referral.get_state_display()), "green" if referral.state == State.CLOSED else "neutral"
    return {
        State.AWAITING_ENTRY: _("Votre accord est attendu"),
        State.IN_MEDIATION: _("Votre réponse est attendue"),
        State.PROPOSAL_NOTIFIED: _("Votre réponse est attendue"),
        State.IN_EXECUTION: _("Accord à exécuter"),
    }.get(State(referral.state), str(referral.get_state_display())), "amber"
