"""What the parts say of each other: imports, migrations, templates, generated documents, translations."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

ROOT = Path(__file__).parents[2]


def test_imports_fall() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.django_db(databases=["default", "owner"])
def test_migrations_say_what_the_models_say() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, stderr=out)
    except SystemExit:
        pytest.fail(out.getvalue())


def test_migrations_are_named() -> None:
    found = [path for path in (ROOT / "mediane").rglob("migrations/0*.py") if "_auto_" in path.name]
    assert found == []


def test_every_template_compiles_and_finds_what_it_names() -> None:
    from mediane.config.templates import faults

    assert list(faults()) == []


def test_generated_documents_are_those_of_this_code() -> None:

    from mediane.config.docs import FOLDER, GENERATORS, generate

    with translation.override("fr"):
        old = [name for name in GENERATORS if (FOLDER / name).read_text() != generate(name)]
    assert old == [], "run `make docs`"
    assert {path.name for path in FOLDER.iterdir()} == set(GENERATORS)


def test_nothing_is_untranslated() -> None:
    from mediane.config.translations import catalogues, missing

    assert {path.parts[-3]: missing(path) for path in catalogues()} == {"en": []}


def test_french_is_set_as_french() -> None:
    """What is marked in plain spaces is shown with those that never break, and nought is singular."""
    import polib

    from mediane.config.translations import LOCALE

    with translation.override("fr"):
        assert [translation.ngettext("%(n)s dossier", "%(n)s dossiers", n) for n in (0, 1, 2)] == [
            "%(n)s dossier",
            "%(n)s dossier",
            "%(n)s dossiers",
        ]
        plain = [
            shown
            for entry in polib.pofile(str(LOCALE / "en" / "LC_MESSAGES" / "django.po"))
            for shown in (
                translation.pgettext(entry.msgctxt, entry.msgid) if entry.msgctxt else translation.gettext(entry.msgid),
                translation.ngettext(entry.msgid, entry.msgid_plural, 2) if entry.msgid_plural else "",
            )
            if re.search(r" [;?!»€]| :(?=\s|$)|« | %(?![(\w])", shown)
        ]
    assert plain == []


def test_translations_name_the_same_values() -> None:
    """A placeholder that a translation forgets or invents breaks the page in that language only."""
    import polib

    from mediane.config.translations import catalogues

    placeholder = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
    wrong = []
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            said = [entry.msgstr, *entry.msgstr_plural.values()]
            wanted = set(placeholder.findall(entry.msgid)) | set(placeholder.findall(entry.msgid_plural))
            wrong += [entry.msgid for text in said if text and not set(placeholder.findall(text)) <= wanted]
            wrong += [
                entry.msgid
                for text in said
                if text and not entry.msgid_plural and set(placeholder.findall(text)) != wanted
            ]
    assert wrong == []


def _patterns(resolver: URLResolver, before: str = "", space: str = "") -> list[tuple[str, str, Any]]:
    """(name, path, view) of every page."""
    found = []
    for entry in resolver.url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            found.append((f"{space}{entry.name}" if entry.name else "", here, entry.callback))
        else:
            found += _patterns(entry, here, f"{space}{entry.namespace}:" if entry.namespace else space)
    return found


def test_no_two_pages_share_a_name() -> None:
    names = [name for name, *_ in _patterns(get_resolver()) if name]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert twice == []


def test_no_page_hides_another() -> None:
    # Of the API, one view answers several methods: it has an entry for each, made anew around itself.
    views = {
        (path, inspect.getclosurevars(view).nonlocals.get("self", view) if inspect.isfunction(view) else view)
        for _, path, view in _patterns(get_resolver())
    }
    paths = [path for path, _ in views]
    assert sorted({path for path in paths if paths.count(path) > 1}) == []
