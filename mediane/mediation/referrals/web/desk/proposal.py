"""The proposal editor: facts, positions, law, equity, amounts; the statements of R. 612-4 locked; the two letters read before they leave."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mediane.ground.accounts.guards import permission_required
from mediane.ground.accounts.requests import Request
from mediane.ground.accounts.roles import Permission
from mediane.ground.deadlines import services as deadlines
from mediane.ground.deadlines.models import ClockKind
from mediane.ground.rulesets.services import Rules
from mediane.ground.ui.formats import euros, percent
from mediane.ground.ui.forms import Cards, DayField, Form, MoneyField
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.periods import Period
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.clock_words import is_invitation
from mediane.mediation.referrals.enums import Basis, LateReason, Orientation, Party, State
from mediane.mediation.referrals.models import Proposal
from mediane.mediation.referrals.services import solution
from mediane.mediation.referrals.services.rehearsal import rehearse
from mediane.mediation.referrals.web.desk.views import _case, _head
from mediane.mediation.referrals.web.desk.words import said

ROWS = 4


def _text(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=30_000, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


WITHIN = ("8d", "15d", "30d", "45d", "2m", "3m", "6m")
"""Times to carry out a point, offered in words; one that a body's rule or an older draft holds is added."""


def within_choices(*more: str) -> list[tuple[str, str]]:
    found = dict.fromkeys((*WITHIN, *filter(None, more)))
    language = get_language() or "fr"
    return [(value, Period.parse(value).in_words(language)) for value in found]


class ProposalForm(Form):
    most_optional = True  # a draft may lack anything; what is missing is said before the signature
    version = forms.IntegerField(widget=forms.HiddenInput())
    facts_agreed = _text(gettext_lazy("Les faits sur lesquels les parties s’accordent"), 4)
    facts_disputed = _text(gettext_lazy("Les faits discutés, et d’où ils viennent"), 3)
    consumer_position = _text(gettext_lazy("Ce que dit le consommateur"), 3)
    trader_position = _text(gettext_lazy("Ce que dit le professionnel"), 3)
    reasons_law = _text(gettext_lazy("En droit"), 5)
    reasons_equity = _text(gettext_lazy("En équité"), 3, gettext_lazy("Ce qui paraît juste dans ce cas."))
    orientation = forms.ChoiceField(
        label=gettext_lazy("En faveur de qui"), choices=[("", "—"), *Orientation.choices], required=False
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Fondement"), choices=Basis.choices, required=False, widget=Cards(compact=True)
    )
    answers_due_on = DayField(
        label=gettext_lazy("Réponse possible jusqu’au"),
        required=False,
        help_text=gettext_lazy("La loi ne fixe pas ce délai : vous le fixez (R. 612-4)."),
    )
    late_reason = forms.ChoiceField(
        label=gettext_lazy("Si la date est dépassée : pourquoi"),
        choices=[("", "—"), *LateReason.choices],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, ROWS + 1):
            self.fields[f"who_{n}"] = forms.ChoiceField(
                label=_("Qui"),
                required=False,
                choices=[(Party.TRADER.value, Party.TRADER.label), (Party.CONSUMER.value, Party.CONSUMER.label)],
            )
            self.fields[f"what_{n}"] = forms.CharField(label=_("Fait quoi"), required=False, max_length=300)
            self.fields[f"amount_{n}"] = MoneyField(label=_("Somme"), required=False)
            self.fields[f"within_{n}"] = forms.ChoiceField(
                label=_("Délai après l’accord"),
                required=False,
                choices=within_choices(self.initial.get(f"within_{n}") or ""),
                initial="30d",
            )

    def solution(self) -> solution.Solution:
        data = self.cleaned_data
        items = [
            {
                "who": data[f"who_{n}"] or Party.TRADER.value,
                "what": data[f"what_{n}"],
                "amount": str(data[f"amount_{n}"]) if data.get(f"amount_{n}") is not None else "",
                "within": data.get(f"within_{n}") or "30d",
            }
            for n in range(1, ROWS + 1)
            if data.get(f"what_{n}")
        ]
        amounts = [Decimal(item["amount"]) for item in items if item["amount"] and item["who"] == Party.TRADER]
        names = (
            "facts_agreed",
            "facts_disputed",
            "consumer_position",
            "trader_position",
            "reasons_law",
            "reasons_equity",
            "orientation",
            "basis",
        )
        return solution.Solution(
            items=items,
            amount=sum(amounts, Decimal(0)),
            **{name: data.get(name, "") for name in names},
            answers_due_on=data.get("answers_due_on"),
        )

    @property
    def items(self) -> list[list[Any]]:
        return [[self[f"{name}_{n}"] for name in ("who", "what", "amount", "within")] for n in range(1, ROWS + 1)]

    def has(self, *names: str) -> bool:
        return all(str(self[name].value() or "").strip() for name in names)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """How far along the text is: each part with its anchor, and what it still lacks."""
        told = (
            ("faits", _("Les faits"), (self.has("facts_agreed"),)),
            ("positions", _("Les positions"), (self.has("consumer_position"), self.has("trader_position"))),
            (
                "analyse",
                _("En droit, en équité"),
                (self.has("reasons_law"), self.has("reasons_equity"), self.has("basis")),
            ),
            ("solution", _("La solution"), (self.has("what_1"), self.has("orientation"), self.has("answers_due_on"))),
        )
        return [
            {"href": f"#{anchor}", "label": label, "state": "done" if all(has) else "doing" if any(has) else "todo"}
            for anchor, label, has in told
        ]


def _initial(draft: Proposal | None, suggestion: date) -> dict[str, Any]:
    if draft is None:
        return {"version": 0, "answers_due_on": suggestion, "within_1": "30d"}
    values: dict[str, Any] = {name: getattr(draft, name) for name in ProposalForm.base_fields if hasattr(draft, name)}
    for n, item in enumerate(draft.items[:ROWS], 1):
        values |= {
            f"who_{n}": item["who"],
            f"what_{n}": item["what"],
            f"amount_{n}": _amount(item.get("amount")),
            f"within_{n}": item["within"],
        }
    return values


def _amount(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


@permission_required(Permission.READ_CASES)
@require_http_methods(["GET", "POST"])
def editor(request: Request, pk: int) -> HttpResponse:
    """Draft and read while in mediation; read only once notified. A text saved by a colleague in between is never overwritten."""
    page = _case(request, pk, without=("story", "contacts", "exchange"))
    if page.referral.notified_on is None:
        raise Http404
    at = utc_now()
    proposals = list(
        Proposal.objects.filter(referral=pk).select_related("signed_by__person", "saved_by").order_by("round")
    )
    draft = next((proposal for proposal in proposals if proposal.notified_on is None), None)
    editable = page.referral.state == State.IN_MEDIATION and request.actor.may(Permission.WORK_CASES)
    rules = Rules.from_snapshot(page.referral.rules)
    suggestion = deadlines.day_after(paris_day(at), rules.text("acceptance_period"))
    form = ProposalForm(request.POST or None, initial=_initial(draft, suggestion))
    context = _head(page, "proposal") | {
        "proposals": [proposal for proposal in proposals if proposal.notified_on],
        "draft": draft,
        "form": form,
        "editable": editable,
        "rehearsal": None,
        "refused": "",
        "late": (clock := page.running.get(ClockKind.MEDIATION)) is not None and clock.due_on < paris_day(at),
        "awaited": max(
            (
                clock
                for clock in page.running.values()
                if clock.kind == ClockKind.OBSERVATIONS and not is_invitation(clock)
            ),
            key=lambda clock: clock.due_on,
            default=None,
        ),
        "invited": next((clock for clock in page.running.values() if is_invitation(clock)), None),
        "may_sign": bool(page.referral.mediator and page.referral.mediator.person_id == request.actor.person_id),
    }
    context["share"] = _share(draft.amount, page.referral.amount_claimed) if draft else ""
    if request.method == "POST" and editable and form.is_valid():
        try:
            saved = solution.save_proposal(
                pk, form.solution(), by=request.actor, at=at, version=form.cleaned_data["version"]
            )
            late = form.cleaned_data.get("late_reason", "")
            if "confirm" in request.POST:
                solution.propose(pk, saved.version, by=request.actor, at=at, late_reason=late)
                flash.success(request, _("Proposition notifiée aux deux parties."))
                return redirect("desk:case", pk=pk)
            if "preview" in request.POST:
                context["form"] = ProposalForm(initial=_initial(saved, suggestion) | {"late_reason": late})
                context["draft"] = saved
                context["share"] = _share(saved.amount, page.referral.amount_claimed)
                context["rehearsal"] = rehearse(
                    pk, solution.propose, saved.version, by=request.actor, at=at, late_reason=late
                )
                return TemplateResponse(request, "desk/proposal.html", context)
            flash.success(request, _("Projet enregistré ; rien n’est envoyé."))
            return redirect("desk:proposal", pk=pk)
        except Refusal as refusal:
            context["refused"] = said(refusal)
            if refusal.code == "stale":  # the colleague's version is on the page, what was typed stays in the form
                context["other"] = (
                    Proposal.objects.filter(referral=pk, notified_on__isnull=True).select_related("saved_by").first()
                )
            elif (saved_now := Proposal.objects.filter(referral=pk, notified_on__isnull=True).first()) is not None:
                context["form"] = ProposalForm(initial=_initial(saved_now, suggestion))
                context["draft"] = saved_now
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "desk/proposal.html", context, status=status)


def _share(amount: Decimal | None, asked: Decimal | None) -> str:
    """« 353,00 € sur 412,00 €, soit 86 % de la demande »: a proportion never stands without what it is of."""
    if amount is None or not asked:
        return ""
    return _("{amount} sur {asked}, soit {share} de la demande").format(
        amount=euros(amount), asked=euros(asked), share=percent(amount / asked, 0)
    )
