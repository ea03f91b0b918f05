"""The sentences of refusals at the form's door: what to do, never only that it cannot be done."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mediane.kernel.refusals import Refusal

SAID = {
    "missing:trader": gettext_lazy("Dites avec quelle entreprise vous avez un désaccord, à la première étape."),
    "missing:claim": gettext_lazy("Dites ce que vous demandez, à l’étape « Votre demande »."),
    "missing:identity": gettext_lazy("Écrivez votre nom, à l’étape « Qui êtes-vous ? »."),
    "missing:way_to_answer": gettext_lazy(
        "Donnez une adresse électronique, ou une adresse postale complète : il faut pouvoir vous répondre."
    ),
    "missing:email": gettext_lazy("Donnez une adresse électronique, ou choisissez le courrier postal."),
    "missing:postal_address": gettext_lazy("Complétez votre adresse postale : vous avez choisi le courrier."),
    "in_future": gettext_lazy("Une des dates est dans le futur : vérifiez-la."),
}


def said(refusal: Refusal) -> str:
    """What to do about it; for what the form cannot have caused, that nothing is lost and whom to ask."""
    return str(
        SAID.get(refusal.code)
        or _(
            "Votre demande n’a pas pu être envoyée. Tout ce que vous avez écrit est gardé : réessayez, ou écrivez-nous."
        )
    )


def too_many_pieces(most: int) -> str:
    return ngettext(
        "Votre demande contient déjà {n} pièce, c’est le maximum. Vous pourrez envoyer celle-ci ensuite.",
        "Votre demande contient déjà {n} pièces, c’est le maximum. Vous pourrez envoyer celle-ci ensuite.",
        most,
    ).format(n=most)
