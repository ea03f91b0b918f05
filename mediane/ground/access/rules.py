"""The one rule of this room (`rulesets`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mediane.ground.rulesets.definitions import RuleDefinition, register
from mediane.kernel.periods import Period

ACCESS_LINK_DAYS = RuleDefinition(
    key="access_link_days",
    label=_("Durée de l’accès du consommateur après la fin du dossier"),
    unit="period",
    default="6m",  # as long as a closed case stays at hand (retention register, `referral`)
    basis="Pratique de la maison",
    mark="C",
    source="",
    explanation=_(
        "Après ce délai, le lien personnel et le code n’ouvrent plus le dossier ; il peut encore être demandé à l’organisme."
    ),
    parse=Period.parse,
)
register(ACCESS_LINK_DAYS)
