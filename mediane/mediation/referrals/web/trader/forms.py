"""Forms of the trader. Each gives values to one use case; what a choice entails stands beside it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.forms import Cards, Choice, Form, MoneyField
from mediane.mediation.referrals.enums import Agreed, Audience, PositionValue


class Plain(Form):
    """With the key that makes two clicks one act."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")  # several forms stand on one page
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        self.fields["key"].error_messages["invalid"] = _t("rechargez la page")


def words(label: Any, *, rows: int, most: int, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def one_choice(field: forms.Field) -> Any:
    """Django types every field as a plain one."""
    return field


class EntryForm(Plain):
    """Entering mediation or not. `consumer`: as the trader reads the consumer."""

    value = forms.ChoiceField(
        label=_("Entrez-vous en médiation ?"),
        widget=Cards(),
        error_messages={"required": _("choisissez d’entrer ou non en médiation")},
    )
    reason = words(
        _("Si vous refusez : votre motif"),
        rows=2,
        most=2_000,
        help_text=_("Il reste à la médiation, sauf si vous acceptez qu’il soit communiqué."),
    )
    share = forms.BooleanField(label=_("Communiquer ce motif au consommateur"), required=False)

    def __init__(self, *args: Any, consumer: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refusing = _t(
            "La médiation s’arrête. {consumer} en reçoit l’information et garde le droit de saisir le tribunal. "
            "Ce refus est compté dans le rapport annuel."
        ).format(consumer=consumer)
        one_choice(self.fields["value"]).choices = [
            (
                "accept",
                Choice(
                    _t("Oui, nous entrons en médiation"),
                    _t(
                        "Cela ne vous engage sur aucune solution : vous pourrez la refuser, et vous retirer à tout moment."
                    ),
                ),
            ),
            ("refuse", Choice(_t("Non"), refusing)),
        ]


READERS = [
    (Audience.BOTH.value, Choice(_("La médiation et le consommateur"), _("Il peut alors vous répondre."))),
    (Audience.TRADER.value, Choice(_("La médiation seule"), _("Le consommateur ne le lit pas."))),
]


class WithReaders(Plain):
    audience = forms.ChoiceField(
        label=_("Qui lira ?"),
        choices=READERS,
        widget=Cards(compact=True),
        error_messages={"required": _("choisissez qui lira")},
    )
    confidential = forms.BooleanField(
        label=_("Nous demandons que les pièces jointes restent confidentielles"),
        required=False,
        help_text=_(
            "La médiation seule les lit. Dites pourquoi : le médiateur en décide, et ne communique rien sans vous le dire."
        ),
    )

    def __init__(self, *args: Any, both: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not both:
            one_choice(self.fields["audience"]).choices = READERS[1:]


class MessageForm(WithReaders):
    text = words(_("Votre message"), rows=4, most=20_000, required=True)

    field_order = ("audience", "text", "confidential")

    def __init__(self, *args: Any, files: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not files
        self.fields["text"].error_messages["required"] = _t("écrivez un message ou joignez une pièce")


class PositionForm(WithReaders):
    """The position on the claim, then the two points that every dispute has: what happened, what is asked."""

    conditions = {"facts_text": "", "claim_text": _("sauf si vous y faites droit")}

    value = forms.ChoiceField(
        label=_("Que répondez-vous à la demande ?"),
        widget=Cards(),
        error_messages={"required": _("choisissez votre position")},
        choices=[
            (
                PositionValue.AGREES.value,
                Choice(_("Nous y faisons droit"), _("Dites quand et comment dans vos explications.")),
            ),
            (
                PositionValue.PARTLY.value,
                Choice(_("Nous y faisons droit en partie"), _("Dites ce que vous accordez, et pourquoi pas le reste.")),
            ),
            (
                PositionValue.OFFERS.value,
                Choice(_("Nous proposons autre chose"), _("Un geste, un échange, un délai : décrivez-le.")),
            ),
            (PositionValue.CONTESTS.value, Choice(_("Nous la contestons"), _("Dites pourquoi, pièces à l’appui."))),
        ],
    )
    facts_value = forms.ChoiceField(
        label=_("Les faits sont-ils exacts ?"),
        choices=Agreed.choices,
        widget=Cards(compact=True),
        error_messages={"required": _("dites si les faits sont exacts")},
    )
    facts_text = words(_("Ce qui est inexact, ou ce qui manque"), rows=3, most=10_000)
    claim_text = words(_("Vos explications sur la demande"), rows=4, most=10_000, required=False)
    amount_offered = MoneyField(label=_("Somme que vous offrez"), required=False)

    field_order = (
        "value",
        "facts_value",
        "facts_text",
        "claim_text",
        "amount_offered",
        "audience",
        "confidential",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("value") not in (None, "", PositionValue.AGREES) and not data.get("claim_text"):
            self.add_error("claim_text", ValidationError(_t("expliquez votre position"), code="required"))
        if data.get("facts_value") in (Agreed.NO, Agreed.PARTLY) and not data.get("facts_text"):
            self.add_error("facts_text", ValidationError(_t("dites ce qui est inexact"), code="required"))
        return data


class DemandForm(Plain):
    """The answer to one thing that the office asked: it goes to the office alone."""

    conditions = {"text": ""}  # words or a file: one of them

    text = words(_("Votre réponse"), rows=3, most=10_000)

    def __init__(self, *args: Any, files: bool = False, piece: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files_given = files
        if piece:
            self.fields["text"].label = _t("Si vous ne l’avez pas, dites-le")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text") and not self.files_given and "text" not in self.errors:
            self.add_error("text", ValidationError(_t("écrivez une réponse ou joignez une pièce"), code="required"))
        return data


class AnswerForm(Form):
    """The answer to the proposal."""

    value = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[
            (
                "accepted",
                Choice(
                    _("Nous acceptons"),
                    _("Si le consommateur accepte aussi, la proposition vous engage comme un contrat."),
                ),
            ),
            (
                "refused",
                Choice(_("Nous refusons"), _("La médiation se termine sans accord ; chacun garde ses droits.")),
            ),
        ],
        widget=Cards(),
        error_messages={"required": _("choisissez d’accepter ou de refuser")},
    )
    signatory = forms.CharField(
        label=_("Votre nom et votre qualité"),
        max_length=200,
        help_text=_("La réponse vient d’une personne habilitée à engager l’entreprise."),
        error_messages={"required": _("écrivez le nom et la qualité de qui répond")},
    )
    comment = words(_("Remarque pour le médiateur"), rows=2, most=2_000)


class ExecutionForm(Plain):
    value = forms.ChoiceField(
        label=_("Est-ce fait ?"),
        choices=[("yes", _("Oui")), ("partly", _("En partie")), ("no", _("Non"))],
        widget=Cards(compact=True),
        error_messages={"required": _("dites si l’accord est exécuté")},
    )
    comment = words(_("Précision"), rows=2, most=2_000, help_text=_("La date du virement, ou la nouvelle date ferme."))
