"""The admissibility desk: evidence on one side, the closed list of grounds on the other with the facts already computed, the letter below."""

from __future__ import annotations

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
from mediane.ground.ui.forms import DayField, Form, MoneyField
from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import ComplaintAnswer, Ground, Party, RequesterKind
from mediane.mediation.referrals.services import admissibility
from mediane.mediation.referrals.web.desk import moves
from mediane.mediation.referrals.web.desk.forms import choices_of
from mediane.mediation.referrals.web.desk.views import _case, _head
from mediane.mediation.referrals.web.desk.words import said
from mediane.mediation.referrals.workflow import BEFORE_DECISION
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

    trader_id = forms.ModelChoiceField(
        label=gettext_lazy("Professionnel"), queryset=Trader.objects.none(), required=False
    )
    business_line_id = forms.ModelChoiceField(
        label=gettext_lazy("Métier"), queryset=BusinessLine.objects.none(), required=False
    )
    subject_id = forms.ModelChoiceField(label=gettext_lazy("Sujet"), queryset=Subject.objects.none(), required=False)
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

    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        for name in ("trader_id", "business_line_id", "subject_id"):
            data[name] = data[name].pk if data[name] else None
        return data


@permission_required(Permission.READ_CASES)
@require_http_methods(["GET", "POST"])
def desk(request: Request, pk: int) -> HttpResponse:
    page = _case(request, pk)
    referral = page.referral
    editable = referral.state in BEFORE_DECISION and request.actor.may(Permission.WORK_CASES)
    initial = {name: getattr(referral, name) for name in FactsForm.base_fields}
    form = FactsForm(request.POST or None, referral=referral, initial=initial)
    refused = ""
    if request.method == "POST" and editable and form.is_valid():
        facts = form.facts()
        if facts["trader_id"] and facts["trader_id"] != referral.trader_id and referral.received_on:
            facts["trader_in_scope"] = designation_in_force(facts["trader_id"], referral.received_on) is not None
        try:
            admissibility.establish_facts(pk, facts, by=request.actor, at=utc_now())
            flash.success(request, _("Faits enregistrés ; l’analyse est à jour."))
            return redirect("desk:admissibility", pk=pk)
        except Refusal as refusal:
            refused = said(refusal)
    found = admissibility.assess(referral) if referral.received_on else None
    sentences = {item["about"]: item["text"] for item in found.explanations(get_language() or "fr")} if found else {}
    grounds = [
        {
            "title": str(ground.label),
            "article": f"Article {ground.article}",
            "state": STATES[str(found.finding(ground).value)] if found else "ask",
            "text": sentences.get(ground.value, ""),
        }
        for ground in Ground
    ]
    offered = [
        screen
        for screen in moves.offered(referral, request.actor, page.running)
        if screen.name in ("ask_documents", "notify", "postpone", "redirect", "refuse", "re_examine", "take_up")
    ]
    context = _head(page, "admissibility") | {
        "form": form,
        "editable": editable,
        "found": found,
        "computed": _computed(found.computed) if found else "",
        "dates": [sentences[name] for name in ("premature_until", "refer_before", "decision_due") if name in sentences],
        "grounds": grounds,
        "evidence": [document for document in page.documents if document.author_party == Party.CONSUMER],
        "offered": offered,
        "refused": refused,
    }
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "desk/admissibility.html", context, status=status)


def _computed(value: str) -> str:
    return {
        "admissible": _("Rien dans ces faits ne s’oppose à la médiation. La décision reste la vôtre."),
        "inadmissible": _("Un motif légal de refus est présent sur ces faits. La décision reste la vôtre."),
        "premature": _("La demande arrive trop tôt : ce n’est pas un refus."),
        "to_check": _("Un fait manque pour conclure : demandez-le seulement s’il est strictement nécessaire."),
    }[value]
