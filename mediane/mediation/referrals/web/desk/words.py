"""Words for refusals, as the office reads them: what is wrong and what to do. Codes come from the services."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mediane.kernel.languages import wording
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import Referral

STATE_TONES = {
    State.RECEIVED: "amber",
    State.INCOMPLETE: "amber",
    State.UNDER_REVIEW: "amber",
    State.AWAITING_ENTRY: "trader",
    State.IN_MEDIATION: "teal",
    State.PROPOSAL_NOTIFIED: "consumer",
    State.IN_EXECUTION: "green",
}


def trader_name(referral: Referral) -> str:
    """The firm as the body knows it, else as the requester wrote it."""
    return referral.trader.name if referral.trader else referral.trader_given


MISSING = {
    "trader": gettext_lazy("Le professionnel n’est pas identifié : choisissez-le dans la liste de l’organisme."),
    "trader_contact": gettext_lazy(
        "Ce professionnel n’a pas de contact déclaré : ajoutez-le à sa fiche avant de notifier."
    ),
    "mediator": gettext_lazy("Aucun médiateur au mandat en cours n’est désigné pour ce dossier."),
    "mandate": gettext_lazy("Votre mandat n’est pas en cours : vous ne pouvez pas agir comme médiateur."),
    "delegation": gettext_lazy("Vous n’avez pas de délégation écrite en cours."),
    "charter": gettext_lazy("Aucune charte n’est en vigueur : publiez-en une avant de notifier."),
    "late_reason": gettext_lazy("La date est dépassée : dites pourquoi, par un motif codé."),
    "pieces": gettext_lazy("Indiquez au moins une pièce."),
    "reasons": gettext_lazy("Dites pour chaque pièce pourquoi elle est strictement nécessaire."),
    "ground": gettext_lazy("Choisissez l’un des cinq motifs de l’article L. 612-2."),
    "reason": gettext_lazy("Écrivez le motif en mots simples : il figure dans la lettre."),
    "destination": gettext_lazy(
        "Indiquez où la demande est envoyée ; pour un autre niveau, complétez la fiche du professionnel."
    ),
    "consent": gettext_lazy("Le demandeur n’a pas consenti à la transmission de son dossier."),
    "complaint_on": gettext_lazy("La date de la réclamation écrite n’est pas établie."),
    "consumer_confirmation": gettext_lazy("Le consommateur n’a pas encore confirmé le texte de l’accord."),
    "trader_confirmation": gettext_lazy("Le professionnel n’a pas encore confirmé le texte de l’accord."),
    "terms": gettext_lazy("Écrivez ce qui est convenu : qui fait quoi, pour quand."),
    "facts": gettext_lazy("Il manque les faits."),
    "positions": gettext_lazy("Il manque la position d’une partie."),
    "law": gettext_lazy("Il manque l’analyse en droit."),
    "equity": gettext_lazy("Il manque l’analyse en équité."),
    "solution": gettext_lazy("Il manque la solution : qui fait quoi, dans quel délai."),
    "orientation": gettext_lazy("Dites en faveur de qui penche la solution."),
    "basis": gettext_lazy("Dites si la solution repose sur le droit ou sur l’équité."),
    "answers_due_on": gettext_lazy("Fixez la date jusqu’à laquelle les parties répondent."),
    "objection": gettext_lazy("Aucune partie ne s’est opposée."),
    "consents": gettext_lazy("Il manque l’accord d’une partie pour reprendre."),
    "text": gettext_lazy("Écrivez un message ou joignez une pièce."),
    "dispute_summary": gettext_lazy("Résumez le litige en une phrase neutre : elle figure dans la notification."),
    "claim": gettext_lazy("Dites ce qui est demandé."),
    "identity": gettext_lazy("Indiquez le nom du demandeur."),
    "way_to_answer": gettext_lazy(
        "Indiquez une adresse électronique ou une adresse postale complète : il faut pouvoir répondre."
    ),
    "amounts": gettext_lazy("Indiquez la somme totale de la solution, zéro s’il n’y en a pas."),
    "questions": gettext_lazy("Écrivez au moins une question."),
    "trace": gettext_lazy(
        "Joignez la copie de ce qui est arrivé, ou notez ce qui a été dit : rien n’est enregistré sans trace."
    ),
    "scan": gettext_lazy("Un accord se confirme de sa main : joignez la lettre signée, une note ne suffit pas."),
    "replacement_reason": gettext_lazy(
        "Personne ne s’est opposé et le mandat est en cours : dites si le médiateur souhaite lui-même être remplacé."
    ),
    "statement": gettext_lazy("La lettre ne contient pas une mention obligatoire : elle ne peut pas partir."),
}
WORDS = {
    "unknown_detail": gettext_lazy("Cette précision n’est pas, ou n’est plus, une de celles de ce motif."),
    "wrong_state": gettext_lazy("Le dossier a changé d’état entre-temps : relisez-le avant d’agir."),
    "not_allowed": gettext_lazy("Cet acte n’est pas de votre ressort."),
    "locked": gettext_lazy("Le dossier est verrouillé par une déclaration de conflit d’intérêts."),
    "stale": gettext_lazy(
        "Quelqu’un a enregistré une autre version depuis que vous avez ouvert cette page. Votre texte est gardé ci-dessous."
    ),
    "in_future": gettext_lazy("Cette date est dans le futur."),
    "before_case": gettext_lazy("Cette date précède le début du dossier."),
    "date_not_after": gettext_lazy("La date doit être postérieure au {due_on}."),
    "too_early": gettext_lazy("C’est trop tôt : la date est le {due_on}."),
    "too_late": gettext_lazy("La date du {due_on} est passée."),
    "already_answered": gettext_lazy("Cette partie a déjà répondu."),
    "body_is_person": gettext_lazy("L’organisme n’a qu’un médiateur : en cas d’opposition, sa mission prend fin."),
    "body_is_entity": gettext_lazy("L’organisme remplace le médiateur : sa mission ne prend pas fin."),
    "held": gettext_lazy("Ce dossier est gelé : rien n’en est archivé ni détruit."),
    "own_case": gettext_lazy(
        "Vous avez conduit le dossier {number} : une autre personne de la direction approuve sa destruction."
    ),
    "unknown_number": gettext_lazy("Aucun dossier de l’organisme ne porte ce numéro."),
    "in_conflict": gettext_lazy("Ce médiateur a déclaré un conflit dans ce dossier."),
    "walled": gettext_lazy("Une de ces pièces est réservée au médiateur ou à l’équipe."),
    "wrong_sender": gettext_lazy("Choisissez des pièces de l’autre partie."),
    "wrong_ground": gettext_lazy("On ne réoriente que pour les motifs 1° et 5°."),
    "wrong_reason": gettext_lazy("Ce motif ne permet pas de reprendre cette médiation."),
    "too_many": gettext_lazy("Cinq questions au plus."),
    "not_notified": gettext_lazy("Rien ne peut être adressé au professionnel avant la notification."),
    "storage_full": gettext_lazy(
        "Le fichier n’a pas pu être enregistré : l’espace de stockage est plein. Rien n’est perdu ; réessayez plus tard."
    ),
}


def said(refusal: Refusal) -> str:
    """The sentence of a refusal; an unknown code is shown as it is, so that it can be told to somebody."""
    lang = get_language() or "fr"
    facts = {
        name: wording(lang).day(value) if isinstance(value, date) else value for name, value in refusal.facts.items()
    }
    if refusal.missing:
        text = str(MISSING.get(refusal.missing, _("Il manque un élément : {thing}.").format(thing=refusal.missing)))
        if refusal.missing == "statement":
            text += f" {refusal.facts.get('id', '')} — {refusal.facts.get('article', '')}"
        return text
    try:
        return str(WORDS[refusal.code]).format(**facts)
    except (KeyError, IndexError):
        return _("Refusé ({code}).").format(code=refusal.code)
