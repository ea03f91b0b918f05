"""Forms are accessible by default, and take what people type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from mediane.ground.ui.forms import Cards, Choice, DateField, DayField, FilesField, Form, MoneyField


def render(source: str, **context: Any) -> str:
    return engines["django"].from_string(source).render(context)


class Complaint(Form):
    autocomplete = {"email": "email"}

    trader = forms.CharField(label="Nom de l’entreprise", help_text="Tel qu’il figure sur la facture")
    email = forms.EmailField(label="Courriel", required=False)
    on = DateField(label="Date de votre réclamation")
    amount = MoneyField(label="Montant", required=False)
    answer = forms.ChoiceField(
        label="Avez-vous écrit ?", widget=Cards, choices=[("yes", Choice("Oui", "et j’ai la preuve")), ("no", "Non")]
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)


WRONG = {"on_day": "31", "on_month": "2", "on_year": "2026", "amount": "beaucoup", "email": "x"}


def test_an_error_names_its_field_and_leads_to_it() -> None:
    out = render("{% error_summary form %}", form=Complaint(WRONG))
    assert "Il y a 5 problèmes" in out
    assert '<a href="#id_trader">Nom de l’entreprise\u00a0: ce champ est obligatoire</a>' in out
    assert '<a href="#id_on_0">Date de votre réclamation\u00a0: ' in out
    assert '<a href="#id_answer_0">Avez-vous écrit ? ' in out  # the first choice, for a group has no box of its own
    assert 'role="alert"' in out and 'tabindex="-1"' in out


def test_every_link_of_the_summary_has_its_target() -> None:
    import re

    form = Complaint(WRONG)
    out = render("{% error_summary form %}{% for bound in form %}{% field bound %}{% endfor %}", form=form)
    for target in re.findall(r'href="#([^"]+)"', out):
        assert f'id="{target}"' in out


def test_nothing_is_said_when_nothing_is_wrong() -> None:
    assert render("{% error_summary form %}", form=Complaint()) == ""


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    out = render("{% field form.trader %}", form=Complaint(WRONG))
    assert '<label for="id_trader">' in out
    assert 'aria-describedby="id_trader_helptext id_trader_error"' in out
    assert 'id="id_trader_helptext"' in out and 'id="id_trader_error"' in out
    assert 'aria-invalid="true"' in out
    assert "required" not in out.split("<input")[1].split(">")[0]  # the browser's own bubbles are off


def test_what_is_optional_says_so() -> None:
    assert "(facultatif)" in render("{% field form.email %}", form=Complaint())
    assert "(facultatif)" not in render("{% field form.trader %}", form=Complaint())


def test_what_a_person_says_of_themself_can_be_filled_by_the_browser() -> None:
    assert 'autocomplete="email"' in render("{% field form.email %}", form=Complaint())


def test_a_plain_django_form_is_drawn_with_our_fields() -> None:
    class Plain(forms.Form):
        name = forms.CharField(label="Nom")
        many = forms.MultipleChoiceField(choices=[("a", "A")])

    out = render("{{ form }}", form=Plain({}))
    assert (
        'class="errors"' in out
        and 'class="field field--error"' in out
        and 'class="input"' in out
        and 'class="select"' in out
    )


def test_a_choice_says_what_it_means() -> None:
    out = render("{% field form.answer %}", form=Complaint())
    assert '<span class="hint">et j’ai la preuve</span>' in out
    assert "checked" not in out  # never one chosen for the person


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (("14", "10", "2026"), date(2026, 10, 14)),
        (("4", "2", "2026"), date(2026, 2, 4)),
        ((" 04 ", "02", "2026"), date(2026, 2, 4)),
        (("31", "2", "2026"), None),
        (("quatre", "2", "2026"), None),
        (("14", "10", ""), None),
        (("14", "10", "26"), None),
    ],
)
def test_a_date_is_typed_as_one_says_it(typed: tuple[str, str, str], day: date | None) -> None:
    class When(Form):
        on = DateField(label="Date")

    form = When(dict(zip(("on_day", "on_month", "on_year"), typed, strict=True)))
    assert form.is_valid() is (day is not None)
    assert form.cleaned_data.get("on") == day
    shown = render("{% field form.on %}", form=form)
    for part in typed:  # nothing typed is lost
        assert not part.strip() or part.strip().lstrip("0") in shown


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1 240,50 €", "1240.50"),
        ("412", "412"),
        ("48,9", "48.9"),
        ("1\u202f240", "1240"),
        ("", None),
        ("beaucoup", False),
        ("-3", False),
        ("1.234", False),
    ],
)
def test_an_amount_is_typed_as_one_writes_it(typed: str, amount: str | bool | None) -> None:
    class Money(Form):
        amount = MoneyField(label="Montant", required=False)

    form = Money({"amount": typed})
    assert form.is_valid() is (amount is not False)
    if form.is_valid():
        assert form.cleaned_data["amount"] == (None if amount is None else Decimal(str(amount)))


class Pieces(Form):
    pieces = FilesField(label="Pièces", max_size=10)


@pytest.mark.parametrize(("sizes", "code"), [((3, 4), None), ((3, 11), "too_large"), ((), "required"), ((0,), "empty")])
def test_several_files_come_together(sizes: tuple[int, ...], code: str | None) -> None:
    sent = [SimpleUploadedFile(f"{n}.pdf", b"x" * size) for n, size in enumerate(sizes)]
    form = Pieces({}, MultiValueDict({"pieces": sent}))
    assert form.is_valid() is (code is None)
    if code is None:
        assert [file.name for file in form.cleaned_data["pieces"]] == ["0.pdf", "1.pdf"]
    else:
        assert form.has_error("pieces", code)


# ---- days and files ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("typed", ["14/10/2026", "14.10.26", "14-10-2026", " 14 10 2026 ", "14102026", "2026-10-14"])
def test_a_day_is_read_as_it_is_written_in_france_in_either_language(typed: str, language: str) -> None:
    class Days(forms.Form):
        on = DayField(label="Jour")

    with override(language):
        form = Days({"on": typed})
        assert form.is_valid()
        assert form.cleaned_data["on"] == date(2026, 10, 14)
        assert 'value="14/10/2026"' in str(form["on"])


@pytest.mark.parametrize("typed", ["31/02/2026", "demain", "10/14/2026"])
def test_what_is_no_day_comes_back_as_it_was_typed(typed: str) -> None:
    class Days(forms.Form):
        on = DayField(label="Jour")

    form = Days({"on": typed})
    assert not form.is_valid()
    assert f'value="{typed}"' in str(form["on"])


def test_a_form_where_little_is_asked_marks_what_is() -> None:
    class Loose(Form):
        most_optional = True
        name = forms.CharField(label="Nom")
        phone = forms.CharField(label="Téléphone", required=False)

    html = str(Loose())
    assert html.count("(obligatoire)") == 1
    assert "(facultatif)" not in html


def test_what_is_typed_is_harmless_before_it_is_judged_and_a_secret_stays_as_it_is() -> None:
    class Typed(Form):
        text = forms.CharField(max_length=6)
        many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])
        secret = forms.CharField(widget=forms.PasswordInput, strip=False)

    typed = {"p-text": ["av\x00ant\u202e\r\n"], "p-many": ["a", "b"], "p-secret": [" e\u0301\u200b "]}
    form = Typed(MultiValueDict(typed), prefix="p")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"text": "avant", "many": ["a", "b"], "secret": " e\u0301\u200b "}
    assert Typed({"text": "\x00", "many": ["a"], "secret": "x"}).errors.keys() == {"text"}


def test_what_another_answer_makes_necessary_is_not_called_optional() -> None:
    class Reach(Form):
        conditions = {"email": "si vous choisissez le courriel", "when": ""}
        email = forms.EmailField(label="Courriel", required=False)
        when = forms.CharField(label="Si oui, quand ?", required=False)
        phone = forms.CharField(label="Téléphone", required=False)

    said = {name: render("{% field bound %}", bound=Reach()[name]) for name in ("email", "when", "phone")}
    assert "(si vous choisissez le courriel)" in said["email"]
    assert "(" not in said["when"].split("</label>")[0]
    assert "(facultatif)" in said["phone"]
