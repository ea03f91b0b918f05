"""The admissibility desk: evidence on one side, the closed list of grounds on the other with the facts already computed, the letter below."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission
from mediane.ground.deadlines.models import ClockKind
from mediane.ground.ui.formats import date_plain, euros
from mediane.ground.ui.forms import DayField, Form, MoneyField
from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import ComplaintAnswer, Ground, Party, RequesterKind
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import admissibility
from mediane.mediation.referrals.web import faces
from mediane.mediation.referrals.web.desk import moves
from mediane.mediation.referrals.web.desk.acts import prepare
from mediane.mediation.referrals.web.desk.forms import choices_of
from mediane.mediation.referrals.web.desk.views import _case, _head
from mediane.mediation.referrals.web.desk.words import said, trader_name
from mediane.mediation.referrals.workflow import BEFORE_DECISION, REFERRALS
from mediane.mediation.schemes.models import Subject
from mediane.mediation.traders.models import BusinessLine, Trader
from mediane.mediation.traders.services import designation_in_force

STATES = {"applies": "met", "clear": "clear", "to_check": "ask"}


class ThreeWay(forms.TypedChoiceField):
    """Yes, no, or unknown: unknown is an answer."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            choices=[("", gettext_lazy("inconnu")), ("yes", gettext_lazy("oui")), ("no", gettext_lazy("non"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


def _day(label: Any) -> forms.DateField:
    return DayField(label=label, required=False)


class FactsForm(Form):
    """What the evidence shows. Each value is kept in the journal with the one before."""

    most_optional = True  # unknown is an answer to each
    GROUPS = (
        (
            gettext_lazy("De qui et sur quoi"),
            ("trader_id", "business_line_id", "trader_in_scope", "requester_kind", "subject_id", "amount_claimed"),
        ),
        (
            gettext_lazy("La réclamation au professionnel"),
            (
                "complaint_written",
                "complaint_proof",
                "complaint_on",
                "answered_on",
                "answer",
                "level2_on",
                "level2_answered_on",
            ),
        ),
        (gettext_lazy("Le reste de l’examen"), ("other_mediator", "court", "manifestly_unfounded")),
    )

    trader_id = forms.ModelChoiceField(
        label=gettext_lazy("Professionnel"), queryset=Trader.objects.none(), required=False, empty_label="—"
    )
    business_line_id = forms.ModelChoiceField(
        label=gettext_lazy("Métier"), queryset=BusinessLine.objects.none(), required=False, empty_label="—"
    )
    subject_id = forms.ModelChoiceField(
        label=gettext_lazy("Sujet"), queryset=Subject.objects.none(), required=False, empty_label="—"
    )
    trader_in_scope = ThreeWay(gettext_lazy("Professionnel dans le champ"))
    requester_kind = forms.ChoiceField(
        label=gettext_lazy("Qualité du demandeur"),
        choices=[("", gettext_lazy("inconnue")), *RequesterKind.choices],
        required=False,
    )
    complaint_written = ThreeWay(gettext_lazy("Réclamation écrite"))
    complaint_proof = ThreeWay(gettext_lazy("Preuve de la réclamation"))
    complaint_on = _day(gettext_lazy("Date de la réclamation"))
    answered_on = _day(gettext_lazy("Réponse du professionnel le"))
    answer = forms.ChoiceField(
        label=gettext_lazy("Cette réponse"), choices=[("", "—"), *ComplaintAnswer.choices], required=False
    )
    level2_on = _day(gettext_lazy("Second niveau saisi le"))
    level2_answered_on = _day(gettext_lazy("Réponse du second niveau le"))
    other_mediator = ThreeWay(gettext_lazy("Autre médiateur saisi"))
    court = ThreeWay(gettext_lazy("Tribunal saisi"))
    manifestly_unfounded = ThreeWay(gettext_lazy("Manifestement infondée ou abusive (appréciation du médiateur)"))
    amount_claimed = MoneyField(label=gettext_lazy("Somme demandée"), required=False)

    def __init__(self, *args: Any, referral: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "trader_id").queryset = Trader.objects.filter(body=referral.body_id, active=True)
        choices_of(self, "business_line_id").queryset = BusinessLine.objects.filter(
            trader=referral.trader_id
        ).select_related("trader")
        choices_of(self, "subject_id").queryset = Subject.objects.filter(
            body=referral.body_id, parent__isnull=True, active=True
        )

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        for name in ("trader_id", "business_line_id", "subject_id"):
            data[name] = data[name].pk if data[name] else None
        return data


DECISIONS = {
    "take_up": gettext_lazy("vous suivez cette demande ; rien ne part"),
    "notify": gettext_lazy("notifie aux deux parties et ouvre les 90 jours"),
    "ask_documents": gettext_lazy("seulement ce qui est strictement nécessaire ; le délai court toujours"),
    "postpone": gettext_lazy("ni refus ni motif : le jour où revenir, et un rappel ce jour-là"),
    "redirect": gettext_lazy("vers un autre niveau ou un autre médiateur, motif 1° ou 5°"),
    "refuse": gettext_lazy("sur l’un des cinq motifs ; la lettre part au demandeur seul"),
    "re_examine": gettext_lazy("sur des éléments nouveaux ; le délai repart d’eux"),
}
"""What may be decided here, each with what it does."""


@permission_required(Permission.READ_CASES)
@require_http_methods(["GET", "POST"])
def desk(request: Request, pk: int) -> HttpResponse:
    """Evidence and facts, grounds and decision; `?acte=` is the decision being prepared, whose letter drafts itself below; `?corriger` the facts."""
    correcting = "corriger" in request.GET or (request.method == "POST" and "acte" not in request.GET)
    page = _case(request, pk, without=("contacts", "exchange", *(("story",) if correcting else ())))
    referral = page.referral
    editable = referral.state in BEFORE_DECISION and request.actor.may(Permission.WORK_CASES)
    offered = [
        screen
        for screen in moves.offered(referral, request.actor, page.running, page.clocks)
        if screen.name in DECISIONS
    ]
    act = (
        None
        if correcting
        else next(
            (prepare(request, page, screen) for screen in offered if screen.name == request.GET.get("acte")), None
        )
    )
    if act and act.made:
        return redirect("desk:case", pk=pk)
    posted = request.method == "POST" and act is None
    form = FactsForm(
        request.POST if posted else None,
        referral=referral,
        initial={name: getattr(referral, name) for name in FactsForm.base_fields},
    )
    refused = ""
    if posted and editable and form.is_valid():
        facts = form.facts()
        if facts["trader_id"] and facts["trader_id"] != referral.trader_id and referral.received_on:
            facts["trader_in_scope"] = designation_in_force(facts["trader_id"], referral.received_on) is not None
            facts["business_line_id"] = None  # the one chosen is a line of the former trader
        try:
            admissibility.establish_facts(pk, facts, by=request.actor, at=utc_now())
            flash.success(request, _("Faits enregistrés ; l’analyse est à jour."))
            return redirect("desk:admissibility", pk=pk)
        except Refusal as refusal:
            refused = said(refusal)
    found = admissibility.assess(referral) if referral.received_on else None
    sentences = {item["about"]: item["text"] for item in found.explanations(get_language() or "fr")} if found else {}
    head = _head(page, "admissibility")
    clock = page.running.get(ClockKind.REJECTION)
    evidence = [document for document in page.documents if document.author_party == Party.CONSUMER]
    context = head | {
        "form": form,
        "correcting": correcting,
        "editable": editable,
        "found": found,
        "computed": _computed(found.computed) if found else "",
        "computed_tone": {"admissible": "done", "inadmissible": "attention", "premature": "soon"}.get(
            str(found.computed), "info"
        )
        if found
        else "info",
        "face": faces.card_face(clock, head["today"], page.hands) if clock and not correcting else None,
        "facts": _facts(referral),
        "dates": [sentences[name] for name in ("premature_until", "refer_before", "decision_due") if name in sentences],
        "grounds": [
            {
                "title": str(ground.label),
                "article": ground.article,
                "state": STATES[str(found.finding(ground).value)] if found else "ask",
                "text": sentences.get(ground.value, ""),
            }
            for ground in Ground
        ],
        "evidence": evidence,
        "opened": evidence[0] if evidence else None,
        "decisions": [
            {"screen": screen, "hint": DECISIONS[screen.name], "current": act is not None and act.screen is screen}
            for screen in offered
        ],
        "act": act,
        "decides": bool(request.actor.roles & REFERRALS.by_name["notify"].who),
        "refused": refused,
    }
    wrong = refused or (posted and form.errors) or (act and act.wrong)
    return TemplateResponse(request, "desk/admissibility.html", context, status=422 if wrong else 200)


def _facts(referral: Referral) -> list[tuple[str, str]]:
    """What is known, as a reader scans it; unknown said as such."""

    def three(value: bool | None) -> str:
        return {True: _("oui"), False: _("non"), None: _("inconnu")}[value]

    def day(value: date | None) -> str:
        return date_plain(value) if value else _("inconnue")

    rows = [
        (
            _("Reçue le"),
            f"{date_plain(referral.received_on)} · {referral.get_channel_display()}" if referral.received_on else "—",
        ),
        (_("Professionnel"), trader_name(referral) or "—"),
        (_("Dans le champ"), three(referral.trader_in_scope)),
        (_("Qualité du demandeur"), str(referral.get_requester_kind_display() or _("inconnue"))),
        (
            _("Réclamation écrite"),
            f"{three(referral.complaint_written)} · {_('preuve')} : {three(referral.complaint_proof)}",
        ),
        (_("Date de la réclamation"), day(referral.complaint_on)),
        (_("Réponse du professionnel"), day(referral.answered_on) if referral.answered_on else _("aucune connue")),
    ]
    if referral.level2_on:
        rows.append((_("Second niveau saisi le"), day(referral.level2_on)))
    rows += [
        (_("Autre médiateur saisi"), three(referral.other_mediator)),
        (_("Tribunal saisi"), three(referral.court)),
        (_("Somme demandée"), euros(referral.amount_claimed) if referral.amount_claimed is not None else "—"),
    ]
    return rows


def _computed(value: str) -> str:
    return {
        "admissible": _("Rien dans ces faits ne s’oppose à la médiation. La décision reste la vôtre."),
        "inadmissible": _("Un motif légal de refus est présent sur ces faits. La décision reste la vôtre."),
        "premature": _("La demande arrive trop tôt : ce n’est pas un refus."),
        "to_check": _("Un fait manque pour conclure : demandez-le seulement s’il est strictement nécessaire."),
    }[value]
