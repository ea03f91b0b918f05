"""Refusals of the follow-up pages, in words that say what to do."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mediane.ground.ui.formats import date_long
from mediane.kernel.refusals import Refusal

SAID = {
    "wrong_state": gettext_lazy("Le dossier a changé entre-temps : rien n’a été fait. Voici où il en est maintenant."),
    "stale": gettext_lazy(
        "Le texte a changé depuis que vous l’avez lu : rien n’a été envoyé. Relisez-le, puis répondez."
    ),
    "already_met": gettext_lazy(
        "Vous avez déjà répondu à cette demande. Pour ajouter quelque chose, écrivez un message."
    ),
    "already_answered": gettext_lazy("Votre réponse est déjà enregistrée. Elle ne peut plus changer."),
    "missing:answer": gettext_lazy("Choisissez « J’accepte » ou « Je refuse »."),
    "missing:text": gettext_lazy("Écrivez quelques mots, ou joignez un fichier."),
    "missing:since_then": gettext_lazy("Dites en quelques mots ce qui a changé."),
    "missing:execution": gettext_lazy("Dites si l’accord a été exécuté."),
    "missing:way_to_answer": gettext_lazy(
        "Donnez une adresse électronique, ou une adresse postale complète : il faut pouvoir vous écrire."
    ),
    "missing:email": gettext_lazy("Donnez une adresse électronique, ou choisissez le courrier postal."),
    "missing:postal_address": gettext_lazy("Complétez votre adresse postale, ou choisissez le courriel."),
    "storage_error": gettext_lazy(
        "Un fichier n’a pas pu être enregistré. Votre texte est gardé : choisissez le fichier de nouveau."
    ),
    "storage_full": gettext_lazy(
        "Un fichier n’a pas pu être enregistré : il n’y a plus de place. Votre texte est gardé ; réessayez plus tard."
    ),
}


def said(refusal: Refusal) -> str:
    """The sentence of a refusal. What this page cannot have caused is told without blame, with whom to ask."""
    due_on = refusal.facts.get("due_on")
    if refusal.code == "too_late" and isinstance(due_on, date):
        return _("La date du {day} est passée. Écrivez à la médiation si vous n’avez pas pu répondre à temps.").format(
            day=date_long(due_on)
        )
    return str(
        SAID.get(refusal.code)
        or _("Cela n’a pas pu être fait. Rien n’est perdu : réessayez, ou écrivez à la médiation.")
    )
