"""The little language: strict where a library would be silent, and unable to be bent by what people type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediane.ground.correspondence import blocks
from mediane.ground.correspondence.template import Renderer, TemplateError
from mediane.ground.correspondence.typography import flat, said, set_text


def cut(
    source: str, secrets: frozenset[str] = frozenset(), sentences: dict[str, str | None] | None = None, **facts: Any
) -> list[dict[str, Any]]:
    return blocks.cut(Renderer([facts], sentences or {}, secrets=secrets, language="fr").render(source))


def text(source: str, **facts: Any) -> str:
    return blocks.plain(cut(source, **facts))


def test_variables_are_said_as_a_french_letter_says_them() -> None:
    said_so = text("Le {{day}}, {{sum}}, {{count}} fois.", day=date(2027, 3, 1), sum=Decimal("1240.50"), count=12480)
    assert flat(said_so) == "Le 1er mars 2027, 1 240,50 €, 12 480 fois."
    assert "1er\u00a0mars\u00a02027" in said_so  # a date never parts at the end of a line


@pytest.mark.parametrize(
    "source", ["{{unknown}}", "{{#unknown}}x{{/unknown}}", "{{^unknown}}x{{/unknown}}", "{{#some}}{{missing}}{{/some}}"]
)
def test_an_undefined_name_refuses_to_render(source: str) -> None:
    with pytest.raises(TemplateError) as refused:
        text(source, some=True)
    assert refused.value.code == "template:unknown_variable"


@pytest.mark.parametrize(
    "source", ["{{#a}}x", "{{/a}}", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{a", "{{ A }}", "{{a.b}}", "{{a:b}}", "}}"]
)
def test_what_cannot_be_read_is_refused(source: str) -> None:
    with pytest.raises(TemplateError) as refused:
        text(source, a="x", b="y")
    assert refused.value.code == "template:syntax"


def test_nothing_is_no_value() -> None:
    with pytest.raises(TemplateError) as refused:
        text("{{due_on}}", due_on=None)
    assert refused.value.code == "template:no_value"


def test_sections_lists_and_words() -> None:
    source = "{{#items}}\n- {{who}} {{what}}\n{{/items}}\n\n{{^items}}\nRien.\n{{/items}}\n\n"
    source += "{{#effect.refusal}}Refus.{{/effect.refusal}}{{^effect.refusal}}Autre.{{/effect.refusal}}"
    items = [{"who": "A", "what": "paie"}, {"who": "B", "what": "rend"}]
    assert text(source, items=items, effect="refusal") == "- A paie\n- B rend\n\nRefus."
    assert text(source, items=[], effect="remind") == "Rien.\n\nAutre."


def test_an_empty_block_leaves_no_line_and_no_heading() -> None:
    source = "Un.\n\n## Coût\n\n{{#fee}}Montant : {{fee}}.{{/fee}}\n\n## Suite\n\nDeux {{#more}}et plus{{/more}} fin."
    assert cut(source, fee=None, more=False) == [
        {"t": "p", "x": [{"x": "Un."}]},
        {"t": "h", "x": [{"x": "Suite"}]},
        {"t": "p", "x": [{"x": "Deux fin."}]},
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "**gras**",
        "a\n\n## Titre",
        "- puce",
        "1. un",
        "> citation",
        "| a | b |",
        "___ Champ",
        "{{case_number}}",
        "{{#x}}",
        "\ue000u\ue001",
        "[ ] case",
    ],
)
def test_a_value_cannot_change_the_structure(typed: str) -> None:
    found = cut("{{reason}}", reason=typed)
    assert {block["t"] for block in found} <= {"p", "ul"}
    assert not any(
        "b" in run or "a" in run or "s" in run for block in found for runs in blocks.run_lists(block) for run in runs
    )


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_a_typed_value_comes_out_as_it_was_typed_or_set(typed: str) -> None:
    """Whatever is typed on one line stands in the letter, up to its spaces and apostrophes, in one paragraph at most."""
    found = cut("Avant {{reason}} après.", reason=typed)
    assert len(found) == 1
    bare = "".join(c for c in typed if not "\ue000" <= c <= "\ue007")
    expected = flat(set_text(f"Avant {bare.strip()} après.")).replace(" ", "").replace("\u2019", "'")
    assert flat(blocks.plain(found)).replace(" ", "").replace("\u2019", "'") == expected.replace("\u2019", "'")


def test_several_lines_typed_become_paragraphs_and_lists() -> None:
    found = cut("**En droit.** {{reasons}}", reasons="Première raison.\n\n- un point\n- un autre\nFin.")
    assert [block["t"] for block in found] == ["p", "ul", "p"]
    assert blocks.plain(found) == "En droit. Première raison.\n\n- un point\n- un autre\n\nFin."


def test_statements_are_tagged_and_may_be_left_out() -> None:
    source = "Début. {{statement:free}} Fin. {{statement:hear}}"
    found = cut(source, sentences={"free": "La médiation est gratuite pour {{whom}}.", "hear": None}, whom="vous")
    assert [run.get("s") for run in found[0]["x"]] == [None, "free", "free", "free", None]
    assert blocks.plain(found) == "Début. La médiation est gratuite pour vous. Fin."


def test_a_secret_is_blanked_and_nothing_else() -> None:
    found = cut("Code : {{access_code}}, suivi : {{follow_up_url}}, site : {{site_url}}.", access_code="1234 5678 9012 3456", follow_up_url="https://a.example/s/x",
                site_url="https://a.example", secrets=frozenset({"access_code", "follow_up_url"}))  # fmt: skip
    assert "1234\u00a05678" in blocks.plain(found)
    kept = blocks.blanked(found)
    assert "1234" not in str(kept)
    assert "/s/x" not in str(kept)
    assert "a.example" in str(kept)
    assert blocks.plain(kept).startswith("Code\u00a0: ••••\u00a0••••\u00a0••••\u00a0••••")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Qui ? Moi !", "Qui\u202f? Moi\u202f!"),
        ("ainsi : non ; si", "ainsi\u00a0: non\u202f; si"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("l'accord", "l’accord"),
        ("article L. 612-2", "article\u00a0L.\u00a0612-2"),
        ("12 500 €", "12\u202f500\u00a0€"),
        ("voir https://a.example/x?y=1", "voir https://a.example/x?y=1"),
        ("02 99 00 14 14", "02 99 00 14 14"),
    ],
)
def test_french_spaces(typed: str, printed: str) -> None:
    assert set_text(typed) == printed


def test_of_a_name_is_elided() -> None:
    assert text("la demande de {{name}}", name="Orange") == "la demande d’Orange"
    assert text("la demande de {{name}}", name="Morel") == "la demande de Morel"


def test_a_moment_is_no_day() -> None:
    from datetime import UTC, datetime

    with pytest.raises(TypeError):
        said(datetime(2027, 1, 1, tzinfo=UTC))


def test_blocks_of_a_form_a_table_and_a_proposal() -> None:
    source = "- [ ] **Oui**\n- [ ] **Non**\n\n> - **A** paie\n> - **B** rend\n\n| Qui | Quoi |\n|---|---|\n| A | paie |"
    source += "\n\n___ Fait à | Le\n\n______ | Signature"
    found = cut(source)
    assert [block["t"] for block in found] == ["choices", "proposal", "table", "fields", "fields"]
    assert found[2]["head"] == [[{"x": "Qui"}], [{"x": "Quoi"}]]
    assert [field["h"] for field in (*found[3]["x"], *found[4]["x"])] == [3, 6]
