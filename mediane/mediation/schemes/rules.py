"""The rules of a mediation body: what may be set, with its legal basis. Marks as in the specification: A text read, B secondary, C practice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from mediane.ground.privacy.register import retention_rules
from mediane.ground.rulesets.definitions import RuleDefinition, register
from mediane.kernel.periods import Period


def period(text: str) -> Period:
    return Period.parse(text)


def periods(text: str) -> list[Period]:
    return [Period.parse(part) for part in text.split()]


def percents(text: str) -> list[int]:
    values = [int(part) for part in text.split()]
    if any(not 0 < value < 100 for value in values):
        raise ValueError("a share of the time lies between 1 and 99")
    return values


def integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"between {low} and {high}")
        return value

    return parse


def yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("yes or no")
    return text == "yes"


def one_of(*values: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in values:
            raise ValueError(f"one of {', '.join(values)}")
        return text

    return parse


def _rule(
    key: str,
    unit: str,
    default: str,
    basis: str,
    mark: str,
    source: str,
    label: Any,
    explanation: Any,
    parse: Any,
    **more: Any,
) -> RuleDefinition:
    return RuleDefinition(key, label, unit, default, basis, mark, source, explanation, parse, **more)


def _kept(key: str, retention: str, which: str, label: Any, explanation: Any) -> RuleDefinition:
    """A body's own period for a retention rule: what is said once in the register (`retention.toml`) is the default here, with its basis and mark."""
    kept = retention_rules()[retention]
    default = str(kept.active if which == "active" else kept.period)
    return _rule(key, "period", default, kept.basis, kept.mark, kept.source, label, explanation, period)


LAW, GUIDE, USE = "Code de la consommation", "economie.gouv.fr, étapes de la médiation", "usage des médiateurs"
_silence = (("refusal", _("vaut refus")), ("remind", _("un rappel, puis vaut refus")))

register(
    _rule("rejection", "period", "21d", "L. 612-2", "A", LAW, _("Décision sur la recevabilité"),
          _("Le refus doit être annoncé au consommateur dans les trois semaines qui suivent la réception du dossier."), period, limit="21d"),
    _rule("mediation", "period", "90d", "R. 612-5", "A", LAW, _("Issue de la médiation"),
          _("La médiation se termine au plus tard 90 jours après la notification aux parties."), period, limit="90d"),
    _rule("max_age_of_complaint", "period", "1y", "L. 612-2 4°", "A", LAW, _("Âge maximal de la réclamation"),
          _("Le médiateur est saisi dans l’année qui suit la réclamation écrite."), period),
    _rule("premature_wait", "period", "2m", "fiche « les étapes »", "B", GUIDE, _("Attente après la réclamation"),
          _("Sans réponse, le consommateur attend deux mois après sa réclamation écrite ; ce n’est pas un motif de refus."), period),
    _rule("levels_required", "integer", "1", "L. 612-2 1°", "A", LAW, _("Niveaux de réclamation du contrat"),
          _("Un second niveau n’est exigé que si le contrat le prévoit."), integer(1, 2)),
    _rule("acceptance_period", "period", "30d", "R. 612-4", "A", LAW, _("Délai de réponse proposé"),
          _("Le médiateur fixe le délai dans chaque proposition ; cette valeur n’est qu’une suggestion."), period),
    _rule("party_silence_effect", "choice", "refusal", "règlement de l’organisme", "C", USE, _("Silence d’une partie sur la proposition"),
          _("Le silence ne vaut jamais acceptation."), one_of("refusal", "remind"), choices=_silence),
    _rule("answer_reminder_period", "period", "10d", "règlement de l’organisme", "C", USE, _("Second délai après le rappel"),
          _("Délai donné par le rappel à la partie qui n’a pas répondu à la proposition."), period),
    _rule("trader_entry_delay", "period", "21d", "convention", "C", USE, _("Réponse du professionnel"),
          _("Délai donné au professionnel pour dire s’il accepte d’entrer en médiation, faute de clause dans sa convention."), period),
    _rule("trader_silence_effect", "choice", "refusal", "convention", "C", USE, _("Silence du professionnel"),
          _("Effet du silence du professionnel sur le principe de la médiation, faute de clause dans sa convention."),
          one_of("refusal", "acceptance", "remind"),
          choices=(("refusal", _("vaut refus")), ("acceptance", _("vaut acceptation du principe")), ("remind", _("un rappel, puis vaut refus")))),
    _rule("entry_second_delay", "period", "7d", "convention", "C", USE, _("Second délai du professionnel"),
          _("Délai donné par le dernier rappel, quand la convention le prévoit."), period),
    _rule("entry_reminders", "percent_list", "50 80", "règlement de l’organisme", "C", USE, _("Rappels au professionnel"),
          _("Parts du délai après lesquelles un rappel part."), percents),
    _rule("postal_margin", "period", "5d", "règlement de l’organisme", "C", USE, _("Marge pour le courrier"),
          _("Temps laissé au courrier d’une partie avant de constater son silence."), period),
    _rule("pieces_period", "period", "10d", "règlement de l’organisme", "C", USE, _("Délai pour envoyer une pièce"),
          _("Délai proposé pour les pièces nécessaires ; le délai de recevabilité court toujours."), period),
    _rule("observations_period", "period", "15d", "règlement de l’organisme", "C", USE, _("Délai pour les observations"),
          _("Délai proposé aux parties pour leurs explications."), period),
    _rule("objection_period", "period", "10d", "R. 613-1", "C", USE, _("Délai pour s’opposer"),
          _("La loi donne le droit de s’opposer sans fixer de délai ; le médiateur le fixe."), period),
    _rule("remarks_period", "period", "15d", "règlement de l’organisme", "C", USE, _("Délai pour une remarque après un refus"),
          _("Le médiateur relit la demande si un élément lui a échappé."), period),
    _rule("reconsider_period", "period", "15d", "règlement de l’organisme", "C", USE, _("Délai pour revenir sur une fin"),
          _("Délai imprimé dans la lettre de fin pour reprendre la médiation."), period),
    _rule("correction_period", "period", "8d", "règlement de l’organisme", "C", USE, _("Délai pour corriger le texte d’un accord"),
          _("Délai donné aux parties pour signaler une erreur dans le texte de leur accord."), period),
    _rule("execution_period", "period", "30d", "règlement de l’organisme", "C", USE, _("Délai d’exécution proposé"),
          _("Délai proposé pour exécuter un accord."), period),
    _rule("execution_reminders", "period_list", "15d 30d", "règlement de l’organisme", "C", USE, _("Relances d’exécution"),
          _("Relances après la date convenue."), periods),
    _kept("draft_retention", "draft", "period", _("Conservation d’un brouillon"),
          _("Un formulaire commencé et jamais envoyé est effacé après ce délai.")),
    _kept("refused_retention", "inadmissible", "period", _("Conservation d’une demande non instruite"),
          _("Une demande refusée, prématurée, réorientée ou retirée est gardée ce temps : une nouvelle demande y retrouve ses pièces.")),
    _kept("documents_available", "referral", "active", _("Documents téléchargeables"),
          _("Temps pendant lequel les parties peuvent télécharger les documents d’un dossier fermé ; ensuite il passe à l’archive.")),
    _kept("archive_retention", "referral", "period", _("Archive intermédiaire"),
          _("Le dossier fermé est gardé sans être utilisé, puis effacé.")),
    _rule("freeze_hours", "hours", "72", "règlement de l’organisme", "C", USE, _("Gel des chiffres"),
          _("Une période est figée ce nombre d’heures après sa fin ; ensuite, toute correction est une note."), integer(0, 720)),
    _rule("rejection_warnings", "period_list", "14d 18d", "règlement de l’organisme", "C", USE, _("Alertes de recevabilité"),
          _("Jours, depuis la réception, où l’équipe est avertie."), periods),
    _rule("mediation_warnings", "period_list", "60d 75d 85d", "règlement de l’organisme", "C", USE, _("Alertes des 90 jours"),
          _("Jours, depuis la notification, où l’équipe est avertie."), periods),
    _rule("name_refusing_party", "boolean", "no", "règlement de l’organisme", "C", USE, _("Dire qui a refusé"),
          _("Faux par défaut : la lettre de résultat ne dit pas quelle partie a refusé."), yes_no),
)  # fmt: skip
