"""Forms of the moves. Each gives keyword arguments of a service; nothing is decided here."""

from __future__ import annotations

from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.forms import Cards, Choice, DayField, Form, MoneyField, Ticks
from mediane.kernel.moments import paris_day, utc_now
from mediane.mediation.referrals.enums import (
    Execution,
    Ground,
    Informant,
    LateReason,
    Party,
    ReplacementReason,
    ResumeReason,
)
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services.details import details_in_force
from mediane.mediation.schemes.models import Mandate, OtherMediator

PURPOSES = [
    ("prior_complaint", _("Réclamation écrite")),
    ("trader_answer", _("Réponse du professionnel")),
    ("contract", _("Contrat ou preuve d’achat")),
    ("invoice", _("Facture")),
    ("identity", _("Identité")),
    ("mandate", _("Mandat")),
    ("other", _("Autre pièce")),
]


Group = tuple[Any, tuple[str, ...], bool, str]
"""Title, fields, whether it is folded, and with which answer alone it is shown (« ground=L612-2-3 »)."""


def choices_of(form: Form, name: str) -> Any:
    """A field of choices whose rows are known only with the case (Django types every field of a form as a plain one)."""
    return form.fields[name]


def day_field(label: Any, **more: Any) -> forms.DateField:
    return DayField(label=label, **more)


def text_field(label: Any, *, rows: int = 4, **more: Any) -> forms.CharField:
    more.setdefault("max_length", 20_000)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


class MoveForm(Form):
    """Base: knows the referral; a lateness reason appears only when the clock it closes is late."""

    def __init__(self, *args: Any, referral: Referral, late: bool = False, **kwargs: Any) -> None:
        self.referral = referral
        super().__init__(*args, **kwargs)
        if late:
            self.fields["late_reason"] = forms.ChoiceField(
                label=_("Pourquoi ce retard"),
                choices=[("", "—"), *LateReason.choices],
                help_text=_("La date est dépassée ; le motif est compté dans le tableau de bord."),
            )

    LAYOUT: ClassVar[tuple[Group, ...]] = ()

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The form as it is read: its groups in order, then what no group names. A folded one is open as soon as it holds something."""
        groups = []
        left = list(self.fields)
        for title, names, folded, shown_with in self.LAYOUT:
            bounds = [self[name] for name in names if name in self.fields]
            left = [name for name in left if name not in names]
            groups.append(
                {
                    "title": title,
                    "bounds": bounds,
                    "folded": folded,
                    "open": any(bound.errors or (self.is_bound and bound.data) for bound in bounds),
                    "shown_with": shown_with,
                }
            )
        rest = {"title": "", "bounds": [self[name] for name in left], "folded": False, "open": True, "shown_with": ""}
        return [*groups, rest] if left else groups

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


def rows_layout(title: Any, names: tuple[str, ...], count: int, *, shown: int) -> tuple[Group, ...]:
    """One group a row; those beyond `shown` are folded until they are wanted."""
    return tuple(
        (format_lazy(title, n=n), tuple(f"{name}_{n}" for name in names), n > shown, "") for n in range(1, count + 1)
    )


class Plain(MoveForm):
    """A move that needs nothing more than to be made."""


class AskDocuments(MoveForm):
    ROWS = 4
    LAYOUT = (
        *rows_layout(_("Pièce {n}"), ("name", "purpose", "why", "must_show"), ROWS, shown=1),
        ("", ("due_on",), False, ""),
    )
    due_on = day_field(_("Pour quand"), help_text=_("Le délai de recevabilité court toujours."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, self.ROWS + 1):
            first = n == 1
            self.fields[f"name_{n}"] = forms.CharField(label=_("Nom de la pièce"), max_length=160, required=first)
            self.fields[f"purpose_{n}"] = forms.ChoiceField(label=_("Nature"), choices=PURPOSES, required=False)
            self.fields[f"why_{n}"] = forms.CharField(
                label=_("Pourquoi elle est strictement nécessaire"), max_length=400, required=first
            )
            self.fields[f"must_show_{n}"] = forms.CharField(
                label=_("Ce qu’elle doit montrer"), max_length=400, required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(2, self.ROWS + 1):
            if data.get(f"name_{n}") and not data.get(f"why_{n}"):
                self.add_error(f"why_{n}", _("dites pourquoi cette pièce est strictement nécessaire"))
        return data

    def arguments(self) -> dict[str, Any]:
        from mediane.mediation.referrals.services.admissibility import Piece

        data = self.cleaned_data
        pieces = [
            Piece(
                data[f"name_{n}"],
                data[f"why_{n}"],
                data.get(f"must_show_{n}", ""),
                data.get(f"purpose_{n}", "") or "other",
            )
            for n in range(1, self.ROWS + 1)
            if data.get(f"name_{n}")
        ]
        return {"pieces": pieces, "due_on": data["due_on"]}


class Refuse(MoveForm):
    conditions = {"other_forum_name": ""}  # shown under its ground only, which needs it
    LAYOUT = (
        ("", ("ground", "reason", "detail"), False, ""),
        (
            _("Motif 3° : où le litige est examiné"),
            ("other_forum_name", "other_forum_reference"),
            False,
            f"ground={Ground.OTHER_FORUM.value}",
        ),
        (
            _("Motif 5° : le médiateur compétent"),
            ("competent_body_name", "competent_body_address", "competent_body_url"),
            False,
            f"ground={Ground.OUT_OF_COMPETENCE.value}",
        ),
    )
    ground = forms.ChoiceField(
        label=_("Motif"),
        choices=[(g.value, Choice(g.label, f"Article {g.article}")) for g in Ground],
        widget=Cards(compact=True),
    )
    reason = text_field(
        _("Raison, en mots simples"), help_text=_("Cette phrase figure dans la lettre, à la suite de la règle.")
    )
    detail = forms.ChoiceField(
        label=_("Précision pour les statistiques"),
        required=False,
        help_text=_("Sous le motif choisi. La lettre n’en dit rien ; la liste se tient dans les réglages."),
    )
    other_forum_name = forms.CharField(
        label=_("Tribunal ou médiateur saisi, avec son article"), max_length=160, required=False
    )
    other_forum_reference = forms.CharField(label=_("Référence"), max_length=80, required=False)
    competent_body_name = forms.CharField(label=_("Nom"), max_length=200, required=False)
    competent_body_address = forms.CharField(label=_("Adresse"), max_length=300, required=False)
    competent_body_url = forms.CharField(label=_("Site"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "fr"
        offered = details_in_force(self.referral.body_id, paris_day(utc_now()))
        self.ground_of = {detail.code: detail.ground for detail in offered}
        choices_of(self, "detail").choices = [
            ("", "—"),
            *(
                (f"{ground[-1]}° {Ground(ground).label}", [(detail.code, detail.label(language)) for detail in details])
                for ground, details in groupby(offered, key=lambda detail: detail.ground)
            ),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        detail = data.get("detail")
        if detail and data.get("ground") and self.ground_of[detail] != data["ground"]:
            self.add_error("detail", _("cette précision appartient à un autre motif"))
        if data.get("ground") == Ground.OTHER_FORUM and not data.get("other_forum_name"):
            self.add_error("other_forum_name", _("nommez le tribunal ou le médiateur : la lettre le dit"))
        if data.get("ground") == Ground.OVER_ONE_YEAR and self.referral.complaint_on is None:
            self.add_error("ground", _("la date de la réclamation écrite n’est pas établie"))
        return data

    def arguments(self) -> dict[str, Any]:
        data = super().arguments()
        letter = {name: data.pop(name) for name in list(data) if name.startswith(("other_forum", "competent_body"))}
        return data | {"letter": letter}


class Redirect(MoveForm):
    ground = forms.ChoiceField(
        label=_("Vers"),
        choices=[
            (
                Ground.NO_PRIOR_COMPLAINT.value,
                Choice(_("Un autre niveau du professionnel"), _("Motif 1° : étape du contrat non suivie")),
            ),
            (
                Ground.OUT_OF_COMPETENCE.value,
                Choice(_("Un autre médiateur"), _("Motif 5° : autre médiateur compétent")),
            ),
        ],
        widget=Cards(compact=True),
    )
    destination_id = forms.ModelChoiceField(
        label=_("Médiateur compétent"), queryset=OtherMediator.objects.none(), required=False
    )
    reason = text_field(_("Pourquoi, en une phrase"), rows=2, required=False)
    transferred = forms.BooleanField(label=_("Transmettre le dossier (le demandeur y a consenti)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "destination_id").queryset = OtherMediator.objects.filter(active=True)

    def arguments(self) -> dict[str, Any]:
        data = super().arguments()
        if "destination_id" in data:
            data["destination_id"] = data["destination_id"].pk
        return data


class Postpone(MoveForm):
    premature_until = day_field(_("Premier jour où revenir"))


class ReExamine(MoveForm):
    evidence_on = day_field(_("Jour de réception des nouveaux éléments"))
    evidence = text_field(_("Nouveaux éléments"), rows=3)
    reason = text_field(_("Pourquoi l’examen reprend"), rows=2)


class Notify(MoveForm):
    mediator_id = forms.ModelChoiceField(label=_("Médiateur"), queryset=Mandate.objects.none())
    dispute_summary = text_field(
        _("Le litige, en mots neutres"), rows=3, help_text=_("Les deux parties lisent ce texte.")
    )
    claim_summary = text_field(_("Ce qui est demandé"), rows=2)

    def __init__(self, *args: Any, mediators: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = choices_of(self, "mediator_id")
        field.queryset = (
            Mandate.objects.filter(pk__in=[m.pk for m in mediators or []]).select_related("person").order_by("pk")
        )
        field.label_from_instance = lambda mandate: mandate.person.full_name

    def arguments(self) -> dict[str, Any]:
        data = super().arguments()
        data["mediator_id"] = data["mediator_id"].pk
        return data


class Extend(MoveForm):
    new_due_on = day_field(_("Nouvelle date"))
    reason = text_field(
        _("En quoi le litige est complexe"),
        rows=3,
        help_text=_("Une phrase sur le litige ; jamais l’effectif ni les congés."),
    )
    next_step = forms.CharField(label=_("Ce qui se passe d’ici là"), max_length=200)
    next_step_on = day_field(_("Avant le"), required=False)


class DeclareConflict(MoveForm):
    circumstance = text_field(_("Le fait"), rows=3)
    mediator_view = text_field(_("Mon avis"), rows=2)
    objection_due_on = day_field(_("Opposition possible jusqu’au"), required=False)


class ReplaceMediator(MoveForm):
    mediator_id = forms.ModelChoiceField(label=_("Nouveau médiateur"), queryset=Mandate.objects.none())
    own_wish = forms.BooleanField(
        label=_("Le médiateur souhaite lui-même être remplacé"),
        required=False,
        help_text=_("Sans opposition d’une partie ni fin de mandat, c’est le seul motif possible (R. 613-1)."),
    )

    def __init__(self, *args: Any, mediators: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = choices_of(self, "mediator_id")
        others = [m.pk for m in mediators or [] if m.pk != self.referral.mediator_id]
        field.queryset = Mandate.objects.filter(pk__in=others).select_related("person").order_by("pk")
        field.label_from_instance = lambda mandate: mandate.person.full_name

    def arguments(self) -> dict[str, Any]:
        reason = ReplacementReason.OWN_WISH if self.cleaned_data["own_wish"] else ""
        return {"mediator_id": self.cleaned_data["mediator_id"].pk, "reason": reason}


class SeizeElsewhere(MoveForm):
    forum = forms.ChoiceField(
        label=_("Qui est saisi"),
        choices=[("court", _("Un tribunal")), ("mediator", _("Un autre médiateur"))],
        widget=Cards(compact=True),
    )
    forum_name = forms.CharField(
        label=_("Son nom, avec l’article (« le tribunal judiciaire de Lyon »)"), max_length=160
    )
    reference = forms.CharField(label=_("Référence"), max_length=80, required=False)
    learnt_from = forms.ChoiceField(label=_("Appris par"), choices=Informant.choices, widget=Cards(compact=True))
    learnt_on = day_field(_("Appris le"), required=False)


class AskObservations(MoveForm):
    to = forms.ChoiceField(label=_("À qui"), choices=Party.choices, widget=Cards(compact=True))
    questions = text_field(_("Questions, une par ligne, cinq au plus"), rows=5)
    due_on = day_field(_("Pour quand"))

    def arguments(self) -> dict[str, Any]:
        data = super().arguments()
        return data | {"questions": [line for line in data["questions"].splitlines() if line.strip()]}


class AskPieces(AskDocuments):
    LAYOUT = (("", ("of",), False, ""), *AskDocuments.LAYOUT)
    of = forms.ChoiceField(label=_("À qui"), choices=Party.choices, widget=Cards(compact=True))
    due_on = day_field(_("Pour quand"))

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"of": self.cleaned_data["of"]}


class Transmit(MoveForm):
    to = forms.ChoiceField(label=_("À qui"), choices=Party.choices, widget=Cards(compact=True))
    document_ids = forms.MultipleChoiceField(label=_("Pièces de l’autre partie"), choices=[], widget=Ticks)
    on_request = forms.BooleanField(label=_("À sa demande"), required=False)
    observations_due_on = day_field(_("Observations possibles jusqu’au"), required=False)

    def __init__(self, *args: Any, documents: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "document_ids").choices = [
            (d.pk, f"{d.reference or '—'} · {d.title} · {d.author_name}")
            for d in documents or []
            if d.author_party in Party.values and d.audience != "both"
        ]

    def arguments(self) -> dict[str, Any]:
        data = super().arguments()
        return data | {"document_ids": [int(pk) for pk in data["document_ids"]]}


class Terms(MoveForm):
    """Terms of a direct agreement: who does what, by when."""

    ROWS = 4
    LAYOUT = rows_layout(_("Point {n}"), ("who", "what", "amount", "due_on"), ROWS, shown=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, self.ROWS + 1):
            self.fields[f"who_{n}"] = forms.ChoiceField(
                label=_("Qui"),
                choices=[(Party.TRADER.value, Party.TRADER.label), (Party.CONSUMER.value, Party.CONSUMER.label)],
            )
            self.fields[f"what_{n}"] = forms.CharField(label=_("Fait quoi"), max_length=300, required=n == 1)
            self.fields[f"amount_{n}"] = MoneyField(label=_("Somme"), required=False)
            self.fields[f"due_on_{n}"] = day_field(_("Pour quand"), required=n == 1)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(2, self.ROWS + 1):
            if data.get(f"what_{n}") and not data.get(f"due_on_{n}"):
                self.add_error(f"due_on_{n}", _("fixez une date"))
        return data

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "items": [
                {
                    "who": data[f"who_{n}"],
                    "what": data[f"what_{n}"],
                    "amount": str(data[f"amount_{n}"]) if data.get(f"amount_{n}") is not None else "",
                    "due_on": data[f"due_on_{n}"].isoformat(),
                }
                for n in range(1, self.ROWS + 1)
                if data.get(f"what_{n}")
            ]
        }


class Finish(MoveForm):
    execution = forms.ChoiceField(
        label=_("L’accord a-t-il été exécuté ?"), choices=Execution.choices, widget=Cards(compact=True)
    )


class Resume(MoveForm):
    reason = forms.ChoiceField(label=_("Pourquoi reprendre"), choices=ResumeReason.choices, widget=Cards(compact=True))
    answers_due_on = day_field(_("Nouvelle date de réponse (après un silence)"), required=False)


# ---- recorded for a party that wrote or phoned ------------------------------------------------------------------------------------


class Recorded(MoveForm):
    """What a party sent by post or said by phone: dated the day it arrived."""

    on = day_field(_("Arrivé le"), help_text=_("Le jour de réception compte, pas celui de la saisie."))
    note = text_field(
        _("Note de ce qui a été dit ou écrit"),
        rows=2,
        required=False,
        help_text=_("Joignez la copie de la lettre, ou notez l’appel : qui, quand, ce qui a été dit."),
    )


class RecordAnswer(Recorded):
    party = forms.ChoiceField(label=_("Partie"), choices=Party.choices, widget=Cards(compact=True))
    value = forms.ChoiceField(
        label=_("Réponse"), choices=[("accepted", _("Accepte")), ("refused", _("Refuse"))], widget=Cards(compact=True)
    )
    signatory = forms.CharField(label=_("Signataire et qualité"), max_length=200, required=False)
    comment = text_field(_("Remarque"), rows=2, required=False)


class RecordParty(Recorded):
    party = forms.ChoiceField(label=_("Partie"), choices=Party.choices, widget=Cards(compact=True))


class RecordEntryRefusal(Recorded):
    reason = text_field(_("Motif donné"), rows=2, required=False)
    share_reason = forms.BooleanField(label=_("Le professionnel accepte que son motif soit communiqué"), required=False)


class RecordExecution(Recorded):
    party = forms.ChoiceField(label=_("Partie"), choices=Party.choices, widget=Cards(compact=True))
    value = forms.ChoiceField(
        label=_("Est-ce fait ?"),
        choices=[("yes", _("Oui")), ("partly", _("En partie")), ("no", _("Non"))],
        widget=Cards(compact=True),
    )
    comment = text_field(_("Précision"), rows=2, required=False)


class RecordSince(Recorded):
    note = None  # type: ignore[assignment]  # what has happened since is itself what was said
    since_then = text_field(_("Ce qui s’est passé depuis"), rows=3)


class RecordPieces(Recorded):
    note = None  # type: ignore[assignment]  # the pieces are what was sent
    text = text_field(_("Ce que dit le demandeur"), rows=2, required=False)


class RecordMessage(Recorded):
    """What a party wrote or said in the exchange, and which demands of the office it answers."""

    note = None  # type: ignore[assignment]  # the text is what was said, the pieces what was sent
    party = forms.ChoiceField(label=_("Partie"), choices=Party.choices, widget=Cards(compact=True))
    channel = forms.ChoiceField(
        label=_("Arrivé par"),
        choices=[
            ("post", _("Courrier")),
            ("phone", _("Téléphone")),
            ("counter", _("Sur place")),
            ("email", _("Courriel")),
        ],
        widget=Cards(compact=True),
    )
    text = text_field(_("Ce que dit la partie"), rows=4)
    meets = forms.MultipleChoiceField(
        label=_("Répond à ce qui lui était demandé"), choices=[], widget=Ticks, required=False
    )

    def __init__(self, *args: Any, requests: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = {str(row.pk): row for row in requests or []}
        if self.asked:
            choices_of(self, "meets").choices = [
                (pk, f"{row.get_asked_of_display()} · {row.label}") for pk, row in self.asked.items()
            ]
        else:
            del self.fields["meets"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(self.asked[pk].asked_of != data.get("party") for pk in data.get("meets") or []):
            self.add_error("meets", _("une de ces demandes s’adresse à l’autre partie"))
        return data

    def arguments(self) -> dict[str, Any]:
        data = super().arguments()
        return data | {"audience": data["party"], "meets": [int(pk) for pk in data.get("meets") or []]}


class RecordConfirmation(Recorded):
    """What the party signed is the text as it stands: a text changed since the page was read is to be signed again (`version`)."""

    party = forms.ChoiceField(label=_("Partie"), choices=Party.choices, widget=Cards(compact=True))
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.referral.agreement.version


class Lateness(MoveForm):
    late_reason = forms.ChoiceField(label=_("Motif du retard"), choices=LateReason.choices)
