"""Every tag keeps its contract: typed properties, known properties, nothing that a person typed ever runs."""

from __future__ import annotations

import inspect
import re
import typing
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import TemplateSyntaxError, engines
from django.utils import translation

from mediane.ground.ui import charts
from mediane.ground.ui.clocks import ClockFace, Line, Span
from mediane.ground.ui.forms import Cards, Choice, Form
from mediane.ground.ui.templatetags.ui import register

HOSTILE = (Path(__file__).parent / "data" / "xss_sample.txt").read_text().splitlines()


def render(source: str, **context: Any) -> str:
    return engines["django"].from_string(source).render(context)


# ---- properties ----


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{% chip tone="pink" %}x{% endchip %}', "tone is 'pink', expected 'neutral' | 'teal'"),
        ('{% chip colour="teal" %}x{% endchip %}', "unexpected keyword argument 'colour'"),
        ('{% button onclick="x" %}x{% endbutton %}', "unknown property 'onclick'"),
        ('{% button hx_on_click="x" %}x{% endbutton %}', "unknown property 'hx_on_click'"),
        ('{% queue href="/" count="12" label="x" %}', "count is '12', expected int"),
        ("{% steps current=True total=3 %}", "current is True, expected int"),
        ('{% tab href="/" current="yes" %}x{% endtab %}', "current is 'yes', expected bool"),
        ('{% icon "no-such-drawing" %}', "no drawing named"),
        ("{% chip %}{% side %}x{% endside %}{% endchip %}", "has no place for {% side %}"),
        ("{% side %}x{% endside %}", "stands outside any component"),
        ('{% clock "tomorrow" %}', "expected ClockFace"),
    ],
)
def test_a_wrong_property_never_passes_a_test(source: str, said: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=re.escape(said)):
        render(source)


def test_slots_belong_to_the_nearest_component() -> None:
    out = render(
        '{% panel title="Dehors" %}{% side %}A{% endside %}{% panel title="Dedans" %}{% side %}B{% endside %}x{% endpanel %}{% endpanel %}'
    )
    outer, inner = out.index("Dehors"), out.index("Dedans")
    assert (
        outer < out.index(">A<") < inner < out.index(">B<")
        if ">A<" in out
        else outer < out.index("A") < inner < out.index("B")
    )


def test_a_block_inside_a_component_can_be_overridden() -> None:
    """Django's own simple block tags hide the blocks they contain; ours must not: shells are made of components."""
    from django.template import Context, Engine

    engine = Engine(
        loaders=[
            (
                "django.template.loaders.locmem.Loader",
                {
                    "base": "{% panel title='T' %}{% block inside %}base{% endblock %}{% endpanel %}",
                    "page": "{% extends 'base' %}{% block inside %}page{% endblock %}",
                },
            )
        ],
        builtins=["mediane.ground.ui.templatetags.ui"],
    )
    assert "page" in engine.get_template("page").render(Context())


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("/dossiers/1/", "/dossiers/1/"),
        ("?page=2", "?page=2"),
        ("#haut", "#haut"),
        ("https://exemple.fr/a?b=1&c=2", "https://exemple.fr/a?b=1&amp;c=2"),
        ("mailto:a@exemple.fr", "mailto:a@exemple.fr"),
        ("tel:+33102030405", "tel:+33102030405"),
        ("javascript:alert(1)", "#"),
        ("\tJAVA\nSCRIPT:alert(1)", "#"),
        ("data:text/html,x", "#"),
        ("vbscript:x", "#"),
    ],
)
def test_an_address_leads_where_a_person_may_go(href: str, shown: str) -> None:
    assert f'href="{shown}"' in render("{% button href=h %}x{% endbutton %}", h=href)


# ---- nothing typed ever runs ----


class Hunter(HTMLParser):
    """Finds what would run: script elements, handlers, addresses with a scheme that runs, frames."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.caught: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "meta",
            "link",
            "style",
            "image",
            "foreignobject",
            "x",
            "isindex",
        }:
            self.caught.append(f"<{tag}>")
        for name, value in attrs:
            bare = "".join((value or "").split()).lower()
            if name.startswith("on") or name in {"srcdoc", "style", "xlink:href"}:
                self.caught.append(f"{name} on <{tag}>")
            if name in {"href", "src", "action", "formaction"} and bare.startswith(
                ("javascript:", "data:", "vbscript:")
            ):
                self.caught.append(f"{name}={value}")


def hostile_value(name: str, hint: Any, text: str) -> Any:
    """A value of the type asked for with the hostile text everywhere a person's words may be."""
    origin = typing.get_origin(hint)
    day = date(2026, 11, 23)
    if origin is typing.Literal:
        return typing.get_args(hint)[-1]
    if origin is not None:  # a union: the most talkative of its parts
        parts = typing.get_args(hint)
        return hostile_value(name, str if str in parts else parts[0], text)
    if hint is ClockFace:
        span = Span("consumer", day, day.replace(day=28))
        return ClockFace(
            text,
            day,
            day.replace(day=28),
            day,
            (span,),
            text,
            text,
            calculation=(Line(text, text),),
            note=text,
            remark=text,
        )
    if hint is charts.Spark:
        return charts.Spark(id="s", title=text, values=(1, 2), names=(text, text))
    if hint is charts.Chart:
        return charts.Bars(
            id="c",
            title=text,
            text=text,
            names_title=text,
            rows=(charts.Row(text, 3, 2, note=text),),
            before_title=text,
        )
    if hint is forms.BoundField:
        return hostile_form(text)["one"]
    if hint is forms.BaseForm:
        return hostile_form(text)
    if hint is bool:
        return True
    if hint is int:
        return 3
    if hint is datetime:
        return datetime(2026, 11, 23, 9, 4, tzinfo=UTC)
    if hint is date:
        return day
    if name == "icon":
        return "letter"
    return text


def hostile_form(text: str) -> Form:
    class Hostile(Form):
        one = forms.CharField(label=text, help_text=text, max_length=2)
        two = forms.ChoiceField(label=text, widget=Cards, choices=[("a", Choice(text, text)), (text, text)])

    form = Hostile({"one": text, "two": text})
    form.add_error(None, text)
    return form


def call_of(name: str, text: str) -> tuple[str, dict[str, Any]]:
    """The source of a call of this tag with every property given, and its context."""
    func = register.tags[name]
    compiled = inspect.unwrap(func)
    hints = {k: v for k, v in typing.get_type_hints(compiled).items() if k != "return"}
    signature = inspect.signature(compiled)
    context: dict[str, Any] = {"text": text, "shell": None}
    bits = []
    for prop, parameter in signature.parameters.items():
        if prop in ("context", "content") or parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        value = hostile_value(prop, hints.get(prop, str), text)
        if (name, prop) == ("icon", "name"):
            value = "letter"
        if (name, prop) == ("when", "value"):
            value = datetime(2026, 11, 23, 9, 4, tzinfo=UTC)  # the last way of writing is the hour
        context[f"v_{prop}"] = value
        positional = parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        bits.append(f"v_{prop}" if positional else f"{prop}=v_{prop}")
    source = f"{{% {name} {' '.join(bits)} %}}"
    if "content" in signature.parameters:
        slots = "".join(
            f"{{% {s} %}}{{{{ text }}}}{{% end{s} %}}"
            for s in ("side", "foot")
            if f'"{s}"' in inspect.getsource(compiled)
        )
        source += f"{{{{ text }}}}{slots}{{% end{name} %}}"
    return source, context


TAGS = sorted(set(register.tags) - {"side", "foot", "panels"})


def test_every_tag_is_hunted() -> None:
    assert len(TAGS) > 80


@pytest.mark.parametrize("name", TAGS)
def test_what_people_type_comes_out_inert(name: str) -> None:
    template = engines["django"].from_string(call_of(name, "")[0])
    for text in HOSTILE:
        out = template.render(call_of(name, text)[1])
        hunter = Hunter()
        hunter.feed(out)
        assert not hunter.caught, (text, hunter.caught, out)


# ---- words and figures ----


@pytest.mark.parametrize(
    ("language", "source", "said"),
    [
        ("fr", "{{ day|date_long }}", "dimanche 1er novembre 2026"),
        ("en", "{{ day|date_long }}", "Sunday 1 November 2026"),
        ("fr", "{{ day|date_short }}", "1er\u00a0nov."),
        ("fr", "{{ 1240.5|euros }}", "1\u202f240,50\u00a0€"),
        ("en", "{{ 1240.5|euros }}", "€1,240.50"),
        ("fr", "{{ 412|euros_short }}", "412\u00a0€"),
        ("fr", "{{ 0.854|percent }}", "85,4\u00a0%"),
        ("en", "{{ 0.854|percent }}", "85.4%"),
        ("fr", "{{ 4618|number }}", "4\u202f618"),
        ("fr", "{{ -5|signed }}", "−\u00a05"),
        ("fr", "{{ 1234567|file_size }}", "1,2\u00a0Mo"),
        ("fr", "{{ nothing|euros }}{{ nothing|date_long }}{{ nothing|number }}", ""),
        ("fr", '{% when day "day" %}', '<time datetime="2026-11-01">dimanche 1er novembre</time>'),
    ],
)
def test_dates_and_figures_follow_the_language(language: str, source: str, said: str) -> None:
    with translation.override(language):
        assert render(source, day=date(2026, 11, 1), nothing=None) == said


def face(**facts: Any) -> ClockFace:
    base = {"name": "Issue", "starts_on": date(2026, 9, 14), "due_on": date(2026, 12, 13), "today": date(2026, 11, 23)}
    return ClockFace(**{**base, **facts})


@pytest.mark.parametrize(
    ("facts", "tone", "words"),
    [
        ({}, "running", "20 jours"),
        ({"warn_on": date(2026, 11, 20)}, "soon", "20 jours"),
        ({"today": date(2026, 12, 12)}, "running", "1 jour"),
        ({"today": date(2026, 12, 13)}, "running", "aujourd’hui"),
        ({"today": date(2026, 12, 15)}, "late", "2 j de retard"),
        ({"stopped_on": date(2026, 11, 14)}, "done", "tenu en 61 jours"),
        ({"stopped_on": date(2026, 12, 20)}, "late", "7 j de retard"),
        ({"paused_on": date(2026, 11, 1)}, "paused", "suspendu"),
    ],
)
def test_a_clock_says_how_long_is_left(facts: dict[str, Any], tone: str, words: str) -> None:
    shown = face(**facts)
    assert shown.tone == tone
    assert words in render("{% clock f %}", f=shown)


def test_the_bar_of_a_clock_says_whose_time_it_was() -> None:
    spans = (
        Span("trader", date(2026, 9, 14), date(2026, 10, 12)),
        Span("mediation", date(2026, 10, 12), date(2026, 11, 23)),
    )
    out = render("{% clock f %}", f=face(spans=spans))
    assert "70 jours écoulés sur 90\u00a0: professionnel 28, médiation 42" in out
    assert 'class="seg-late"' not in out
    late = render("{% clock f %}", f=face(spans=spans, today=date(2026, 12, 31)))
    assert 'class="seg-late"' in late


# ---- a list on a phone ----


def test_a_row_that_becomes_a_card_keeps_its_roles_and_the_names_of_its_columns() -> None:
    html = render(
        '{% data_table caption="x" cards=True %}<thead><tr><th scope="col">Nom</th>{% column figure=True %}Reçue <b>le</b>{% endcolumn %}'
        '</tr></thead><tbody>{% for n in rows %}<tr><th scope="row">{{ n }}</th><td>{{ n }}</td></tr>{% endfor %}</tbody>{% enddata_table %}',
        rows=["a & b", "<td>"],
    )
    assert html.count('role="row"') == 3 and html.count('role="columnheader"') == 2
    assert html.count('<th role="rowheader" data-label="Nom"') == 2
    assert html.count('<td role="cell" data-label="Reçue le"') == 2
    assert "a &amp; b" in html and "&lt;td&gt;" in html  # what people typed is no cell


def test_a_quote_in_the_name_of_a_column_stays_in_its_label() -> None:
    html = render(
        '{% data_table caption="x" cards=True %}<thead><tr><th scope="col">Le "mot"</th></tr></thead><tbody><tr><td>1</td></tr></tbody>{% enddata_table %}'
    )
    assert '<td role="cell" data-label="Le &quot;mot&quot;">' in html
