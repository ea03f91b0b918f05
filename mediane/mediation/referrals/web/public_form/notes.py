"""What the law says of the days and facts just typed, in words for the person who typed them: the reason, the article, what to do. Nothing is decided
and nothing is barred: the mediator examines what is sent (L. 612-2).

Facts are judged by `rules.assess`, the same function as the admissibility desk's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediane.ground.ui.formats import date_plain
from mediane.kernel.languages import wording
from mediane.mediation.referrals import rules
from mediane.mediation.referrals.rules import Facts, G, V, assess
from mediane.mediation.referrals.web.public_form import forms

if TYPE_CHECKING:
    from mediane.mediation.referrals.web.public_form.steps import Draft


@dataclass(frozen=True)
class Note:
    """`article`: « L. 612-2, 4° », or "" where no law says it (then `source` says who does). `advice`: what to do, one step a line."""

    key: str
    title: str
    text: str
    advice: tuple[str, ...] = ()
    article: str = ""
    source: str = ""


def facts_of(draft: Draft) -> Facts:
    """As far as the form says, if it were sent today."""
    yes_no = {"yes": True, "no": False}
    written = draft.complaint_written
    answer = draft.value("answer", "answer") if written else None
    second = draft.cleaned("second_level") if written else {}
    complaint_on = draft.value("complaint_how", "complaint_on") if written else None
    return Facts(
        received_on=draft.today,
        requester_kind=draft.value("capacity", "requester_kind"),
        trader_in_scope=draft.under_convention,
        complaint_on=complaint_on,
        complaint_written=written,
        complaint_proof=draft.complaint_proof,
        answered_on=draft.value("answer_how", "answered_on") if answer not in (None, forms.UNANSWERED) else None,
        answer=answer if answer in ("refused", "partly", "satisfied") else None,
        level2_on=second.get("level2_on"),
        level2_answered_on=second.get("level2_answered_on"),
        other_mediator=yes_no.get(draft.value("proceedings", "other_mediator") or ""),
        court=yes_no.get(draft.value("proceedings", "court") or ""),
    )


def notes_of(draft: Draft) -> list[Note]:
    """In the order in which the form asks. Empty while the complaint was not spoken of: until then there is nothing to say."""
    if "complaint" not in draft.answers:
        return []
    found = assess(
        facts_of(draft),
        rules.Rules.of(
            {
                key: draft.rules[key]
                for key in ("premature_wait", "levels_required", "max_age_of_complaint", "rejection", "mediation")
            }
        ),
    )
    applies = {finding.ground: finding.reason for finding in found.findings if finding.value is V.APPLIES}
    name = draft.trader_name or _("l’entreprise")
    notes: list[Note] = []
    if draft.trader and draft.under_convention is False:
        notes.append(
            Note(
                "trader",
                _("{trader} ne dépend pas de nous aujourd’hui").format(trader=name),
                _("Nous ne pouvons examiner que les litiges avec les entreprises qui nous ont désignés."),
                (
                    _("Demandez à {trader} le nom de son médiateur : elle doit vous le donner.").format(trader=name),
                    _("Vous pouvez nous écrire quand même : nous vérifierons."),
                ),
                "L. 612-2, 5°",
            )
        )
    if applies.get(G.COMPETENCE) == "professional" and not draft.body.accepts_professionals:
        notes.append(
            Note(
                "professional",
                _("La médiation de la consommation est ouverte aux particuliers"),
                _(
                    "Vous dites agir pour une activité professionnelle. La loi ne prévoit pas cette médiation dans ce cas."
                ),
                (
                    _("Un conciliateur de justice, gratuit, peut vous aider."),
                    _("Si vous avez agi à titre privé, corrigez votre réponse."),
                ),
                "L. 612-2, 5°",
            )
        )
    notes += _complaint(draft, applies, name)
    if found.premature_until is not None and G.PRIOR not in applies:
        period = wording(get_language() or "fr").count(
            draft.rules["premature_wait"].number, draft.rules["premature_wait"].unit
        )
        notes.append(
            Note(
                "premature",
                _("C’est un peu tôt"),
                _(
                    "Vous avez écrit le {day}. {trader} a {period} pour répondre. Vous pourrez nous saisir à partir du {first}."
                ).format(
                    day=date_plain(found.facts.complaint_on or draft.today),
                    trader=name,
                    period=period,
                    first=date_plain(found.premature_until),
                ),
                (
                    _("Gardez votre demande : elle reste enregistrée, avec vos pièces."),
                    _("Si {trader} répond avant cette date, revenez sans attendre.").format(trader=name),
                    _("Si vous l’envoyez maintenant, nous vous dirons d’attendre, sans la refuser."),
                ),
                source=_("Ce délai est un usage des médiateurs, pas un motif de refus."),
            )
        )
    if G.YEAR in applies and found.refer_before is not None:
        notes.append(
            Note(
                "year",
                _("Votre réclamation a plus d’un an"),
                _(
                    "La loi demande de saisir le médiateur dans l’année qui suit la réclamation écrite. Le dernier jour était le {day}."
                ).format(day=date_plain(found.refer_before)),
                (
                    _("Si la date est fausse, corrigez-la."),
                    _("Un conciliateur de justice ou le tribunal restent possibles."),
                    _("Vous pouvez envoyer votre demande : le médiateur l’examinera."),
                ),
                "L. 612-2, 4°",
            )
        )
    if G.ELSEWHERE in applies:
        notes.append(
            Note(
                "elsewhere",
                _("Ce litige est déjà entre d’autres mains"),
                _(
                    "La loi interdit d’examiner un litige déjà examiné, ou en cours d’examen, par un autre médiateur ou par un tribunal."
                ),
                (
                    _("Adressez-vous à lui pour connaître la suite."),
                    _("Si le litige est différent, expliquez-le dans votre demande."),
                ),
                "L. 612-2, 3°",
            )
        )
    if found.facts.answer == "satisfied":
        notes.append(
            Note(
                "satisfied",
                _("L’entreprise accepte ce que vous demandiez"),
                _("S’il ne reste pas de désaccord, une médiation n’est pas utile."),
                (_("Si elle n’a pas tenu parole, ou s’il reste un point, dites-le dans votre demande."),),
            )
        )
    return notes


def _complaint(draft: Draft, applies: dict[G, str], name: str) -> list[Note]:
    reason = applies.get(G.PRIOR)
    if reason is None:
        return []
    where = (
        draft.trader.complaint_address
        if draft.trader and draft.trader.complaint_address
        else _("{trader}, service des réclamations").format(trader=name)
    )
    write = _("Écrivez à : {address}. Dites les faits et ce que vous demandez.").format(address=where)
    keep = _("Gardez une copie datée et, si possible, la preuve de l’envoi.")
    if reason == "spoken":
        spoken = draft.value("complaint", "complained") == forms.SPOKEN
        text = (
            _("Une réclamation de vive voix ne suffit pas.")
            if spoken
            else _("Le médiateur ne peut intervenir qu’après une réclamation écrite.")
        )
        return [
            Note(
                "written",
                _("La loi demande d’écrire d’abord à l’entreprise"),
                text,
                (write, keep, _("Revenez ensuite : votre demande reste enregistrée.")),
                "L. 612-2, 1°",
            )
        ]
    if reason == "no_proof":
        return [
            Note(
                "proof",
                _("Il faudra une preuve de votre réclamation"),
                _("La loi vous demande de montrer que vous avez écrit à l’entreprise."),
                (
                    _("Cherchez un accusé de réception, un courriel envoyé ou un numéro de réclamation."),
                    _("Vous pouvez aussi écrire de nouveau, et garder une copie."),
                    _("Nous pouvons vous demander une preuve avant de décider."),
                ),
                "L. 612-2, 1°",
            )
        ]
    if reason == "level_skipped":
        trader = draft.trader
        level = (trader.level2_address or trader.level2_name) if trader else ""
        return [
            Note(
                "level",
                _("Votre contrat prévoit une seconde réclamation écrite"),
                _("L’entreprise a répondu une première fois. Un second service doit encore être saisi."),
                (_("Écrivez à : {address}.").format(address=level) if level else write, keep),
                "L. 612-2, 1°",
            )
        ]
    return []
