"""The forms of each step. They check what would make the words unusable (a day that does not exist, a text too long); never whether the referral is
admissible: that is told (`notes.py`), not decided here.

Error messages follow the field's name, in lower case, and say what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import phonenumbers
from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.forms import Cards, Choice, DateField, Form, MoneyField
from mediane.kernel.identifiers import is_siren, is_siret
from mediane.kernel.typed import clean_email, clean_line
from mediane.mediation.referrals.enums import RequesterKind
from mediane.mediation.schemes.models import Gender

if TYPE_CHECKING:
    from mediane.mediation.referrals.web.public_form.steps import Draft

Data = Mapping[str, Any]
MOST_KEPT = 60_000
"""Signs of one field that a draft keeps, even of a text that is too long to be sent."""
EARLIEST = date(1990, 1, 1)
"""Older days are slips of the keyboard: they would make sense in no file."""


class Line(forms.CharField):
    """One line of text, as it is kept: single spaces, nothing invisible."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.error_messages |= {
            "required": kwargs.get("error_messages", {}).get("required", _("complétez ce champ")),
            "max_length": _("raccourcissez ce texte à %(limit_value)d caractères (il en a %(show_value)d)"),
        }

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "", MOST_KEPT)


class Paragraphs(forms.CharField):
    """A text of several lines."""

    def __init__(self, *, max_length: int, rows: int = 6, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea({"rows": rows}), **kwargs)
        self.error_messages |= {
            "required": kwargs.get("error_messages", {}).get("required", _("complétez ce champ")),
            "max_length": _("raccourcissez ce texte à %(limit_value)d caractères (il en a %(show_value)d)"),
        }


class PastDay(DateField):
    """A day that has come."""

    def __init__(self, *, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today
        self.error_messages |= {
            "required": kwargs.get("error_messages", {}).get("required", _("indiquez le jour, le mois et l’année"))
        }

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and self.today is not None and day > self.today:
            raise ValidationError(_("cette date est dans le futur : vérifiez l’année"), code="future")
        if day is not None and day < EARLIEST:
            raise ValidationError(_("cette date est trop ancienne : écrivez l’année avec quatre chiffres"), code="past")
        return day


def one_of(
    choices: Iterable[tuple[str, Any]],
    *,
    label: Any,
    required: bool = True,
    ask: Any = None,
    hint: Any = "",
    compact: bool = False,
) -> forms.ChoiceField:
    """A question with its answers as cards, none ticked beforehand."""
    messages = {
        "required": ask or _("choisissez une réponse"),
        "invalid_choice": ask or _("choisissez une des réponses proposées"),
    }
    return forms.ChoiceField(
        label=label,
        choices=list(choices),
        required=required,
        widget=Cards(compact=compact),
        error_messages=messages,
        help_text=hint,
    )


def choice_field(form: forms.BaseForm, name: str) -> Any:
    """A field with choices, which are given when the form is made."""
    return form.fields[name]


def choices_of(form: forms.BaseForm, name: str) -> list[tuple[Any, Any]]:
    return list(choice_field(form, name).choices)


class StepForm(Form):
    """A step, with what the other steps say (`draft`). `typed` is what it keeps: words as they were typed, good or bad."""

    question: ClassVar[str] = ""
    """Field whose label is the title of the page, when the page asks one thing only."""

    def __init__(self, data: Data | None = None, *, draft: Draft) -> None:
        self.draft = draft
        super().__init__(self._lists(data) if data is not None else None)
        for field in self.fields.values():
            if isinstance(field, PastDay):
                field.today = draft.today
        self.prepare()

    def prepare(self) -> None:
        """Adapt the fields to what is known."""

    @staticmethod
    def _lists(data: Data) -> MultiValueDict[str, str]:
        """What a draft keeps, in the shape in which a browser sends it."""
        if isinstance(data, MultiValueDict):
            return data
        lists = ((name, value if isinstance(value, list) else [value]) for name, value in data.items())
        return MultiValueDict({name: [str(one) for one in values] for name, values in lists})

    @classmethod
    def names(cls) -> set[str]:
        """Names of the inputs of this step."""
        found = set()
        for name, field in cls.base_fields.items():
            parts = getattr(field.widget, "widgets_names", None)
            found |= {f"{name}{part}" for part in parts} if parts else {name}
        return found

    def typed(self) -> dict[str, list[str]]:
        """What to keep of this page in the draft."""
        data: MultiValueDict[str, str] = self.data  # type: ignore[assignment]
        return {
            name: [one[:MOST_KEPT] for one in data.getlist(name)[:20]] for name in sorted(self.names()) if name in data
        }

    def shown(self) -> list[tuple[str, Any]]:
        """(label, value in words) of what was said, for the summary. Only of a valid form."""
        return [
            (str(self.fields[name].label), self.said(name, value))
            for name, value in self.cleaned_data.items()
            if value not in (None, "", False)
        ]

    def said(self, name: str, value: Any) -> Any:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return next((str(label) for key, label in choices_of(self, name) if key == value), value)
        return value


# ---- 1: the trader ----------------------------------------------------------------------------------------------------------
OTHER = "other"


class TraderForm(StepForm):
    """`q` is what was looked for; the answers are what was found."""

    conditions = {"q": ""}  # a search, not a question
    q = Line(label=_("Nom de l’entreprise, ou numéro SIREN ou SIRET"), max_length=200, required=False)
    trader = one_of(
        (),
        label=_("Choisissez votre entreprise"),
        ask=_("choisissez votre entreprise, ou « Mon entreprise n’est pas dans la liste »"),
    )

    def prepare(self) -> None:
        self.fields["q"].initial = self.draft.asked
        chosen = self.draft.trader_by(str(self.data.get("trader", ""))) if self.is_bound else None
        found = self.draft.found
        offered = [*found, *([chosen] if chosen and chosen.pk not in {trader.pk for trader in found} else [])]
        choice_field(self, "trader").choices = [
            *((str(trader.pk), Choice(trader.name, trader_hint(trader))) for trader in offered),
            (
                OTHER,
                Choice(_("Mon entreprise n’est pas dans la liste"), _("Vous donnerez son nom à la page suivante.")),
            ),
        ]

    def shown(self) -> list[tuple[str, Any]]:
        trader = self.draft.trader
        return [(str(_("Entreprise")), trader.name)] if trader else []


def trader_hint(trader: Any) -> str:
    siren = f"SIREN {trader.siren[:3]} {trader.siren[3:6]} {trader.siren[6:]}" if trader.siren else ""
    return " · ".join(part for part in (trader.sector, siren) if part)


class OtherTraderForm(StepForm):
    trader_given = Line(
        label=_("Nom de l’entreprise"),
        max_length=200,
        error_messages={"required": _("écrivez le nom qui figure sur la facture ou le site")},
        help_text=_("Comme sur la facture, le contrat ou le site."),
    )
    trader_siren = Line(
        label=_("Numéro SIREN ou SIRET"),
        max_length=20,
        required=False,
        help_text=_("9 ou 14 chiffres, en bas de la facture ou dans les mentions légales du site."),
    )

    def clean_trader_siren(self) -> str:
        digits = re.sub(r"[\s.]", "", self.cleaned_data["trader_siren"])
        if digits and not (is_siren(digits) or is_siret(digits)):
            raise ValidationError(
                _("ce numéro ne convient pas : recopiez ses 9 ou 14 chiffres, ou laissez ce champ vide"), code="siren"
            )
        return digits[:9]


# ---- 2: the dispute ---------------------------------------------------------------------------------------------------------
class CapacityForm(StepForm):
    question = "requester_kind"
    requester_kind = one_of(
        (
            (RequesterKind.CONSUMER, Choice(_("À titre privé"), _("Pour vous, votre foyer ou un proche."))),
            (
                RequesterKind.NON_PROFESSIONAL,
                Choice(
                    _("Pour une copropriété, un syndicat ou un autre groupement"), _("Sans activité professionnelle.")
                ),
            ),
            (RequesterKind.ASSOCIATION, Choice(_("Pour une association"))),
            (
                RequesterKind.PROFESSIONAL,
                Choice(
                    _("Pour une activité professionnelle"), _("Commerce, artisanat, profession libérale ou agricole.")
                ),
            ),
            (RequesterKind.OTHER, Choice(_("Autre situation"))),
        ),
        label=_("À quel titre faites-vous cette demande ?"),
        ask=_("choisissez à quel titre vous agissez"),
        hint=_(
            "La médiation de la consommation est ouverte aux particuliers. D’autres demandes sont parfois possibles."
        ),
    )


class SubjectForm(StepForm):
    subject = forms.ChoiceField(
        label=_("De quoi s’agit-il ?"),
        error_messages={
            "required": _("choisissez le sujet le plus proche"),
            "invalid_choice": _("choisissez un sujet de la liste"),
        },
    )
    business_line = forms.ChoiceField(label=_("Quel service de l’entreprise ?"), required=False)
    contract_reference = Line(
        label=_("Référence de votre contrat, commande ou colis"),
        max_length=120,
        required=False,
        help_text=_("Si vous l’avez sous la main. Elle aide l’entreprise à retrouver votre dossier."),
    )

    def prepare(self) -> None:
        tree, lines = self.draft.subjects, self.draft.business_lines
        if tree:
            groups: list[tuple[str, Any]] = [("", _("Choisissez"))]
            for top, under in tree:
                if under:
                    groups.append(
                        (
                            top.name,
                            [(str(sub.pk), sub.name) for sub in under]
                            + [(str(top.pk), _("{subject} : autre").format(subject=top.name))],
                        )
                    )
                else:
                    groups.append((str(top.pk), top.name))
            choice_field(self, "subject").choices = groups
        else:
            del self.fields["subject"]
        if lines:
            choice_field(self, "business_line").choices = [
                ("", _("Je ne sais pas")),
                *((str(line.pk), line.name) for line in lines),
            ]
        else:
            del self.fields["business_line"]

    def said(self, name: str, value: Any) -> Any:
        if name == "subject":
            names = {str(row.pk): row.name for top, under in self.draft.subjects for row in (top, *under)}
            return names.get(value, "")
        return super().said(name, value)


class StoryForm(StepForm):
    summary = Line(
        label=_("Votre litige en une phrase"),
        max_length=160,
        help_text=_("Par exemple : « Colis déclaré livré, jamais reçu »."),
        error_messages={"required": _("résumez votre litige en une phrase")},
    )
    facts = Paragraphs(
        label=_("Que s’est-il passé ?"),
        max_length=10_000,
        rows=10,
        error_messages={"required": _("racontez les faits, dans l’ordre, avec les dates")},
        help_text=_(
            "Racontez les faits dans l’ordre, avec les dates et les montants. N’écrivez rien sur votre santé si ce n’est pas utile au litige."
        ),
    )


# ---- 3: the written complaint -----------------------------------------------------------------------------------------------
WRITTEN, SPOKEN, NONE = "written", "spoken", "none"


class ComplaintForm(StepForm):
    question = "complained"
    complained = one_of(
        (
            (WRITTEN, Choice(_("Oui, par écrit"), _("Courriel, lettre, formulaire ou messagerie de son site."))),
            (SPOKEN, Choice(_("Oui, mais seulement de vive voix"), _("Au téléphone ou sur place."))),
            (NONE, Choice(_("Non, pas encore"))),
        ),
        label=_("Avez-vous déjà fait une réclamation à l’entreprise ?"),
        ask=_("dites si vous avez écrit à l’entreprise"),
        hint=_("La loi demande d’écrire d’abord à l’entreprise, pour lui laisser une chance de régler le problème."),
    )


class ComplaintHowForm(StepForm):
    complaint_on = PastDay(
        label=_("Quand avez-vous écrit à l’entreprise ?"),
        help_text=_("Si vous avez écrit plusieurs fois : la date de votre premier écrit."),
    )
    complaint_channel = one_of(
        (
            ("email", Choice(_("Par courriel"))),
            ("form", Choice(_("Sur son site ou son application"))),
            ("letter", Choice(_("Par lettre simple"))),
            ("registered", Choice(_("Par lettre recommandée"))),
            ("other", Choice(_("Autrement, mais par écrit"))),
        ),
        label=_("Comment ?"),
        ask=_("choisissez comment vous avez écrit"),
    )
    asked_of_trader = Paragraphs(
        label=_("Que lui demandiez-vous ?"),
        max_length=3000,
        rows=4,
        required=False,
        help_text=_("Par exemple : « le remboursement de ma commande, 48,90 € »."),
    )


class ProofForm(StepForm):
    """The files themselves are pieces of the draft."""

    no_copy = forms.BooleanField(
        label=_("Je n’ai pas gardé de copie"),
        required=False,
        help_text=_(
            "Cherchez un accusé de réception dans votre messagerie, ou un numéro de réclamation dans votre espace client. "
            "Sinon, cochez et continuez : nous vous dirons quoi faire."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("no_copy") and not self.draft.has_proof:
            self.add_error(
                "no_copy",
                ValidationError(_("ajoutez une copie de votre réclamation, ou cochez cette case"), code="proof"),
            )
        return data

    def shown(self) -> list[tuple[str, Any]]:
        return (
            [(str(_("Copie de votre réclamation")), str(_("je n’en ai pas gardé")))]
            if self.cleaned_data.get("no_copy") and not self.draft.has_proof
            else []
        )


UNANSWERED = "none"


class AnswerForm(StepForm):
    question = "answer"
    answer = one_of(
        (
            (UNANSWERED, Choice(_("Non, pas de réponse"), _("Un simple accusé de réception n’est pas une réponse."))),
            ("refused", Choice(_("Oui, elle refuse"))),
            ("partly", Choice(_("Oui, elle propose une partie, ou autre chose"))),
            ("satisfied", Choice(_("Oui, elle accepte ce que je demandais"))),
        ),
        label=_("L’entreprise vous a-t-elle répondu ?"),
        ask=_("dites si l’entreprise vous a répondu"),
    )


class AnswerHowForm(StepForm):
    answered_on = PastDay(label=_("Quand vous a-t-elle répondu ?"), help_text=_("La date de sa réponse."))
    trader_reply = Paragraphs(
        label=_("Que dit-elle ?"),
        max_length=5000,
        rows=5,
        required=False,
        help_text=_("En quelques mots. Vous pourrez joindre sa réponse."),
    )

    def clean_answered_on(self) -> date:
        return after(
            self,
            "answered_on",
            self.draft.value("complaint_how", "complaint_on"),
            _("cette réponse serait antérieure à votre réclamation du {day} : vérifiez les deux dates"),
        )


class SecondLevelForm(StepForm):
    conditions = {"level2_on": "", "level2_answered_on": ""}
    asked = one_of(
        (("no", Choice(_("Non"))), ("yes", Choice(_("Oui")))),
        label=_("Avez-vous ensuite fait appel à un second service de l’entreprise ?"),
        ask=_("répondez par oui ou par non"),
        hint=_("Certains contrats prévoient deux étapes de réclamation écrite."),
    )
    level2_on = PastDay(label=_("Si oui, quand lui avez-vous écrit ?"), required=False)
    level2_answered_on = PastDay(label=_("S’il a répondu, quand ?"), required=False)

    def prepare(self) -> None:
        trader = self.draft.trader
        if trader and trader.level2_name:
            self.fields["asked"].label = _("Avez-vous ensuite écrit au second service : {service} ?").format(
                service=trader.level2_name
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("asked") == "no":
            return {"asked": "no", "level2_on": None, "level2_answered_on": None}
        first, second, reply = (
            self.draft.value("complaint_how", "complaint_on"),
            data.get("level2_on"),
            data.get("level2_answered_on"),
        )
        if data.get("asked") == "yes" and second is None and "level2_on" not in self.errors:
            self.add_error("level2_on", ValidationError(_("indiquez le jour, le mois et l’année"), code="required"))
        if first and second and second < first:
            self.add_error(
                "level2_on",
                ValidationError(_("ce jour précède votre réclamation : vérifiez les deux dates"), code="order"),
            )
        if second and reply and reply < second:
            self.add_error(
                "level2_answered_on",
                ValidationError(_("ce jour précède votre second écrit : vérifiez les deux dates"), code="order"),
            )
        return data


def after(form: StepForm, name: str, first: date | None, message: Any) -> date:
    """The day of this field, not before another."""
    from mediane.ground.ui.formats import date_plain

    day: date = form.cleaned_data[name]
    if day and first and day < first:
        raise ValidationError(message.format(day=date_plain(first)), code="order")
    return day


# ---- 4: what is asked -------------------------------------------------------------------------------------------------------
class ClaimForm(StepForm):
    asked_now = Paragraphs(
        label=_("Que demandez-vous maintenant ?"),
        max_length=3000,
        rows=5,
        error_messages={"required": _("dites ce que l’entreprise devrait faire")},
        help_text=_("Par exemple : « Je demande le remboursement du colis et des frais d’envoi. »"),
    )
    amount_claimed = MoneyField(
        label=_("Pour quelle somme ?"),
        required=False,
        help_text=_("En euros. Laissez vide si vous ne demandez pas d’argent."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount_claimed"].error_messages |= {
            "min_value": _("indiquez une somme positive"),
            "max_digits": _("indiquez une somme plus petite"),
            "max_whole_digits": _("indiquez une somme plus petite"),
            "max_decimal_places": _("indiquez deux chiffres après la virgule au plus"),
        }


YES_NO = (("no", Choice(_("Non"))), ("yes", Choice(_("Oui"))), ("unknown", Choice(_("Je ne sais pas"))))


class ProceedingsForm(StepForm):
    other_mediator = one_of(
        YES_NO, label=_("Avez-vous saisi un autre médiateur pour ce litige ?"), ask=_("répondez pour l’autre médiateur")
    )
    court = one_of(
        YES_NO, label=_("Un tribunal est-il saisi, ou a-t-il déjà jugé ce litige ?"), ask=_("répondez pour le tribunal")
    )
    other_proceedings = Paragraphs(
        label=_("Si oui : lequel, et où en est-on ?"), max_length=2000, rows=3, required=False
    )


BY_EMAIL, BY_POST = _("si vous choisissez le courriel"), _("si vous choisissez le courrier postal")
BY_SMS = _("facultatif, sauf pour les SMS")
"""What a way of being reached needs; the follow-up page says the same."""


# ---- 5: who ---------------------------------------------------------------------------------------------------------------------
class IdentityForm(StepForm):
    autocomplete = {"first_name": "given-name", "last_name": "family-name", "company": "organization"}
    gender = one_of(
        (
            (Gender.FEMININE, Choice(_("Madame"))),
            (Gender.MASCULINE, Choice(_("Monsieur"))),
            ("none", Choice(_("Ne pas préciser"))),
        ),
        label=_("Civilité"),
        required=False,
        hint=_("Pour vous écrire correctement."),
    )
    first_name = Line(label=_("Prénom"), max_length=60, error_messages={"required": _("écrivez votre prénom")})
    last_name = Line(label=_("Nom de famille"), max_length=100, error_messages={"required": _("écrivez votre nom")})
    company = Line(label=_("Nom de l’association ou du groupement"), max_length=160, required=False)

    def prepare(self) -> None:
        if self.draft.value("capacity", "requester_kind") in (None, "", RequesterKind.CONSUMER):
            del self.fields["company"]


class ContactForm(StepForm):
    autocomplete = {"email": "email", "phone": "tel"}
    conditions = {"email": BY_EMAIL, "phone": BY_SMS}
    by = one_of(
        (
            ("email", Choice(_("Par courriel"), _("Vous recevez aussi un lien personnel pour suivre votre dossier."))),
            (
                "post",
                Choice(_("Par courrier postal"), _("Mêmes lettres, mêmes dates. Vous pourrez répondre par courrier.")),
            ),
        ),
        label=_("Comment voulez-vous recevoir nos lettres ?"),
        ask=_("choisissez le courriel ou le courrier postal"),
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        max_length=254,
        required=False,
        error_messages={
            "invalid": _("vérifiez cette adresse : elle ressemble à prenom.nom@exemple.fr"),
            "max_length": _("cette adresse est trop longue : vérifiez-la"),
        },
    )
    phone = Line(
        label=_("Téléphone"),
        max_length=32,
        required=False,
        help_text=_("Pour vous rappeler si une question est plus simple de vive voix."),
    )
    sms_agreed = forms.BooleanField(label=_("J’accepte d’être prévenu par SMS qu’une lettre m’attend"), required=False)
    large_print = forms.BooleanField(label=_("Je préfère des lettres en gros caractères"), required=False)

    discreet = forms.BooleanField(
        label=_("L’entreprise ne lit que mes initiales"),
        required=False,
        help_text=_("Elle retrouve le contrat par le numéro que vous avez donné."),
    )

    def prepare(self) -> None:
        if not self.draft.value("subject", "contract_reference"):
            del self.fields["discreet"]  # it could not tell whose contract it is

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])

    def clean_phone(self) -> str:
        return phone_number(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("by") == "email" and not data.get("email") and "email" not in self.errors:
            self.add_error(
                "email", ValidationError(_("écrivez votre adresse, ou choisissez le courrier postal"), code="required")
            )
        if data.get("sms_agreed") and not data.get("phone") and "phone" not in self.errors:
            self.add_error(
                "phone", ValidationError(_("écrivez un numéro de portable, ou décochez les SMS"), code="required")
            )
        return data


def phone_number(text: str) -> str:
    """As it is written in the country it belongs to; France when it says none. ValidationError for what no telephone can reach."""
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException as error:
        raise ValidationError(
            _("vérifiez ce numéro : il ressemble à 06 12 34 56 78, ou commence par + et l’indicatif du pays"),
            code="phone",
        ) from error
    if not phonenumbers.is_possible_number(number):
        raise ValidationError(_("vérifiez ce numéro : il lui manque des chiffres, ou il en a trop"), code="phone")
    way = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == 33
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, way)


def countries() -> list[tuple[str, str]]:
    """ISO 3166 codes with their names in the language of the page, France first."""
    names = Locale.parse("en" if (get_language() or "fr").startswith("en") else "fr").territories
    found = {
        code: str(name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
    }
    rest = sorted((item for item in found.items() if item[0] != "FR"), key=lambda item: _folded(item[1]))
    return [("FR", found["FR"]), *rest]


def _folded(name: str) -> str:
    import unicodedata

    return "".join(char for char in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(char))


class AddressForm(StepForm):
    autocomplete = {
        "address": "street-address",
        "postcode": "postal-code",
        "city": "address-level2",
        "country": "country",
    }
    address = Paragraphs(
        label=_("Adresse"),
        max_length=160,
        rows=2,
        help_text=_("Numéro et rue, bâtiment, lieu-dit : trois lignes au plus."),
    )
    postcode = Line(label=_("Code postal"), max_length=12)
    city = Line(label=_("Ville"), max_length=80)
    country = forms.ChoiceField(
        label=_("Pays"),
        initial="FR",
        error_messages={
            "required": _("choisissez votre pays"),
            "invalid_choice": _("choisissez votre pays dans la liste"),
        },
    )

    def prepare(self) -> None:
        choice_field(self, "country").choices = countries()
        needed = self.draft.value("contact", "by") == "post"
        for name, words in (
            ("address", _("écrivez votre adresse")),
            ("postcode", _("écrivez votre code postal")),
            ("city", _("écrivez votre ville")),
        ):
            self.fields[name].required = needed
            self.fields[name].error_messages["required"] = words

    def clean_address(self) -> str:
        lines = [clean_line(line, 60) for line in self.cleaned_data["address"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > 3:
            raise ValidationError(_("écrivez trois lignes au plus, sans le code postal ni la ville"), code="lines")
        return "\n".join(lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (
            data.get("country") == "FR"
            and data.get("postcode")
            and not re.fullmatch(r"\d{5}", data["postcode"].replace(" ", ""))
        ):
            self.add_error("postcode", ValidationError(_("écrivez cinq chiffres, par exemple 69003"), code="postcode"))
        return data


# ---- 7: before sending --------------------------------------------------------------------------------------------------------
class CheckForm(StepForm):
    transfer_consent = forms.BooleanField(
        label=_("Si un autre médiateur est compétent, vous pouvez lui transmettre mon dossier"),
        required=False,
        help_text=_("Nous vous préviendrions. Sans votre accord, nous vous donnerions son adresse."),
    )


class LaterForm(StepForm):
    """« Continuer plus tard »: where to send the personal link."""

    autocomplete = {"email": "email"}
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        max_length=254,
        error_messages={
            "required": _("écrivez l’adresse où recevoir le lien"),
            "invalid": _("vérifiez cette adresse : elle ressemble à prenom.nom@exemple.fr"),
            "max_length": _("cette adresse est trop longue : vérifiez-la"),
        },
    )

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])
