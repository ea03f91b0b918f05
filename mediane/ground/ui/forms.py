"""Forms that are accessible by default: the renderer every Django form is drawn with, and the fields the product
needs.

``FORM_RENDERER = "mediane.ground.ui.forms.Renderer"`` makes ``{{ form }}`` an error summary and our fields, and each
widget ours. Labels say what is optional (few fields are), hints come before the field, an error names its field and
says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mediane.ground.ui.formats import size
from mediane.kernel import money
from mediane.kernel.periods import Period
from mediane.kernel.typed import harmless

HERE = Path(__file__).parent

_CLASSES = {"select": "select", "textarea": "textarea", "checkbox": "", "radio": "", "file": "", "hidden": ""}
_NARROW = {"date": "input--date", "number": "input--n", "month": "input--date", "time": "input--date"}


class Renderer(DjangoTemplates):
    """Draws forms with the templates of this room, whatever the order of the installed applications."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = None

    @cached_property
    def engine(self) -> Any:
        builtins = ["django.templatetags.i18n", "mediane.ground.ui.templatetags.ui"]
        folders = [HERE / "templates", Path(forms.__file__).parent / "templates"]
        return self.backend({"NAME": "ui-forms", "APP_DIRS": True, "DIRS": folders, "OPTIONS": {"builtins": builtins}})

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        widget = context.get("widget")
        if isinstance(widget, dict) and "class" not in widget.get("attrs", {}):
            kind = widget.get("type") or Path(template_name).stem
            name = " ".join(filter(None, (_CLASSES.get(kind, "input"), _NARROW.get(kind))))
            attrs = {**widget.get("attrs", {}), **({"class": name} if name else {})}
            if kind in ("email", "password"):
                attrs.pop("placeholder", None)  # allauth's: it repeats the label and looks like an answer
            widget["attrs"] = attrs
        return cast(SafeString, super().render(template_name, context, request))


class Form(forms.Form):
    """A form whose messages are ours: the browser's own bubbles are off (they vanish, and few readers speak them).

    What is typed is made harmless before any field looks at it, so that a NUL pasted with a text is no reason to send it back; secrets stay as they are.
    """

    use_required_attribute = False
    label_suffix = ""
    most_optional: ClassVar[bool] = False
    """Where nearly every field may stay empty, saying so at each is noise: the page says it once."""
    conditions: ClassVar[Mapping[str, str | Promise]] = {}
    """Field that another answer makes necessary → when, in the words of its label; "" where the label already says it. Calling it optional would be
    untrue, and the error that follows a trap."""
    autocomplete: ClassVar[Mapping[str, str]] = {}
    """Field name → WCAG 1.3.5 token, for what a person says of themself (``{"email": "email", "phone": "tel"}``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if self.is_bound:
            secrets = {
                self.add_prefix(name)
                for name, field in self.fields.items()
                if isinstance(field.widget, forms.PasswordInput)
            }
            self.data = _harmless(self.data, besides=secrets)
        for name, token in self.autocomplete.items():
            self.fields[name].widget.attrs["autocomplete"] = token


def _harmless(data: Mapping[str, Any], besides: set[str]) -> Mapping[str, Any]:
    def clean(name: str, value: Any) -> Any:
        return harmless(value) if isinstance(value, str) and name not in besides else value

    if isinstance(data, MultiValueDict):
        return MultiValueDict({name: [clean(name, one) for one in values] for name, values in data.lists()})
    return {name: clean(name, value) for name, value in data.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """The label of a choice and what choosing it means: ``("accept", Choice(_("J’accepte"), _("Vous êtes engagé
    si…")))``."""

    label: str | Promise
    hint: str | Promise = ""

    def __str__(self) -> str:
        return str(self.label)


class Cards(forms.RadioSelect):
    """Choices as cards. Never one ticked beforehand when the answer has legal effects. ``compact``: on the desk, side
    by side."""

    template_name = "ui/forms/cards.html"
    option_template_name = "ui/forms/card.html"

    def __init__(self, *args: Any, compact: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compact = compact

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["compact"] = self.compact
        return context

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        option["hint"] = getattr(label, "hint", "")
        option["compact"] = self.compact
        return option


class Ticks(forms.CheckboxSelectMultiple):
    """Several boxes to tick."""

    template_name = "ui/forms/cards.html"
    option_template_name = "ui/forms/tick.html"


class DateParts(forms.MultiWidget):
    """A date in three boxes, day month year: what people remember is typed as they say it, no calendar to leaf
    through."""

    template_name = "ui/forms/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(dict.fromkeys(("day", "month", "year"), forms.TextInput), attrs)

    def decompress(self, value: Any) -> list[str]:
        if value is None or value == "":
            return ["", "", ""]
        if isinstance(value, str):  # what was typed and did not make a date
            year, month, day = ([*value.split("-"), "", "", ""])[:3]
            return [day, month, year]
        return [str(value.day), str(value.month), str(value.year)]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:  # type: ignore[override]
        day, month, year = (str(part or "").strip() for part in super().value_from_datadict(data, files, name))
        if not (day or month or year):
            return ""
        if day.isdigit() and month.isdigit():
            day, month = day.zfill(2), month.zfill(2)
        return f"{year}-{month}-{day}"

    def id_for_label(self, id_: str, index: int | str | None = None) -> str:
        return f"{id_}_0" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        labels = (_("Jour"), _("Mois"), _("Année"))
        for part, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            wide = "input--year" if part is context["widget"]["subwidgets"][2] else "input--xs"
            part["label"] = label
            part["attrs"] |= {"inputmode": "numeric", "class": f"input {wide}", "autocomplete": "off"}
        return context


class DateField(forms.DateField):
    """A day that people remember, in three boxes."""

    widget = DateParts
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("indiquez un jour, un mois et une année qui existent, par exemple 14 10 2026"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


_TYPED_DAY = re.compile(r"\s*(\d{1,2})\s*[/.\s-]\s*(\d{1,2})\s*[/.\s-]\s*(\d{4}|\d{2})\s*|\s*(\d{2})(\d{2})(\d{4})\s*")


class CalendarInput(forms.DateInput):
    """A day as it is written in France, 14/10/2026, in every language and every browser: a native date field shows the order of whoever set up
    the computer, and 03/04 would then be read wrong. The script adds a calendar to choose from."""

    template_name = "ui/forms/calendar.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        extra = {"class": "input input--date", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__({**extra, **(attrs or {})}, format="%d/%m/%Y")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].setdefault("placeholder", _("jj/mm/aaaa"))
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """What was typed, as an ISO day where it is one; otherwise as it was typed, to be shown again."""
        typed = super().value_from_datadict(data, files, name)
        found = _TYPED_DAY.fullmatch(typed) if isinstance(typed, str) else None
        if found is None:
            return typed
        day, month, year = (int(part) for part in found.groups() if part is not None)
        try:
            return date(year if year > 99 else 2000 + year, month, day).isoformat()
        except ValueError:
            return typed

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return value
        return super().format_value(value)


class DayField(forms.DateField):
    """A near day, on the desk. ``14/10/2026``, ``14.10.26``, ``14 10 2026``, ``14102026`` and ``2026-10-14`` are one day."""

    widget = CalendarInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("écrivez le jour, le mois et l’année d’une date qui existe, par exemple 14/10/2026"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class PeriodField(forms.CharField):
    """A period as people write it: « 21 jours », « 2 mois », « 10 jours ouvrés ». ``cleaned_data`` is its code (``21d``, ``2m``, ``10wd``)."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("écrivez un nombre et son unité, par exemple 21 jours ou 2 mois"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"max_length": 40, "help_text": _("Par exemple : 21 jours, 10 jours ouvrés, 2 mois."), **kwargs}
        )

    def prepare_value(self, value: Any) -> Any:
        try:
            return Period.parse(value).in_words(get_language() or "fr")
        except ValueError:
            return value

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return str(Period.from_typing(typed)) if typed else ""
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MoneyInput(forms.TextInput):
    """An amount in euros, the sign beside the box."""

    template_name = "ui/forms/money.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "input input--n", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Decimal):
            return f"{value:.2f}".replace(".", ",")
        return super().format_value(value)


class MoneyField(forms.DecimalField):
    """An amount as people type it: « 1 240,50 € »."""

    widget = MoneyInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("indiquez une somme en euros, par exemple 1 240,50")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 2, "min_value": 0, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        try:
            return money.from_typing(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class Upload(forms.ClearableFileInput):
    """One or several files. ``why`` they are asked for is the field's help text; ``legible`` and ``useless`` list
    what must be read on them and what need not be sent."""

    template_name = "ui/forms/upload.html"
    allow_multiple_selected = True

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        legible: Iterable[Any] = (),
        useless: Iterable[Any] = (),
        multiple: bool = True,
    ) -> None:
        super().__init__({"multiple": multiple, **(attrs or {})})
        self.legible, self.useless = list(legible), list(useless)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "legible": self.legible,
            "useless": self.useless,
            "several": bool(self.attrs.get("multiple")),
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name)


class FilesField(forms.FileField):
    """Several files: ``cleaned_data`` is a list of ``UploadedFile``, each within ``max_size`` octets."""

    widget = Upload
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("ajoutez au moins un fichier"),
        "too_large": _("« %(name)s » pèse plus de %(size)s : réduisez-le ou envoyez-le en plusieurs fois"),
        "empty": _("le fichier reçu est vide : envoyez-le de nouveau"),
    }

    def __init__(self, *, max_size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_size = max_size

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if not given:
            if self.required and not initial:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        for file in given:
            super().clean(file, initial)
            if file.size > self.max_size:
                raise ValidationError(
                    self.error_messages["too_large"],
                    code="too_large",
                    params={"name": file.name, "size": size(self.max_size)},
                )
        return given
