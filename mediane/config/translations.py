"""Catalogues: `python -m mediane.config.translations` compiles them, `--extract` gathers what templates and code say.

French is the source language; `locale/en` is complete, and the French catalogue is made from its keys: what the sources say, with the spaces that French
typography sets and the plural that begins at two (ADR 0140). Polib and Babel, so that no gettext binaries are needed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mediane.kernel import french as french_words

if TYPE_CHECKING:
    import polib

LOCALE = Path(__file__).parent / "locale"
PACKAGE = Path(__file__).parents[1]


def catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def compile_all() -> int:
    """Write the .mo beside each .po that is newer, and the French one. Returns how many were written."""
    english = LOCALE / "en" / "LC_MESSAGES" / "django.po"
    french = LOCALE / "fr" / "LC_MESSAGES" / "django.mo"
    written = 0
    for source in catalogues():
        target = source.with_suffix(".mo")
        if _older(target, source):
            import polib

            polib.pofile(str(source)).save_as_mofile(str(target))
            written += 1
    if _older(french, english, Path(__file__), Path(french_words.__file__)):
        french.parent.mkdir(parents=True, exist_ok=True)
        _french(english).save_as_mofile(str(french))
        written += 1
    return written


def _older(target: Path, *sources: Path) -> bool:
    return not target.exists() or target.stat().st_mtime_ns < max(source.stat().st_mtime_ns for source in sources)


def _french(source: Path) -> polib.POFile:
    """The source texts as French sets them. Those that stay as they are need no entry, unless they have a plural."""
    import polib

    catalogue = polib.POFile()
    catalogue.metadata = {
        "Language": "fr",
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    for entry in polib.pofile(str(source)):
        one, many = (french_words.set_spaces(text) for text in (entry.msgid, entry.msgid_plural))
        if many:
            said = {"msgid_plural": entry.msgid_plural, "msgstr_plural": {0: one, 1: many}}
        elif one != entry.msgid:
            said = {"msgstr": one}
        else:
            continue
        catalogue.append(polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, **said))
    return catalogue


def messages() -> dict[tuple[str | None, str], str | None]:
    """Everything marked in templates and code: (context, text) → plural or None. Sorted by text."""
    found: dict[tuple[str | None, str], str | None] = {}
    for path in sorted(PACKAGE.rglob("*.html")) + sorted(PACKAGE.rglob("*.txt")):
        if "templates" in path.parts:
            _gather(_python_of(path), found)
    for path in sorted(PACKAGE.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            _gather(path.read_bytes(), found)
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0][0] or "")))


def _python_of(path: Path) -> bytes:
    """Django's own translation of a template into the calls that extractors know, without the template's indentation."""
    from django.utils.translation import templatize

    code = templatize(path.read_text(), origin=str(path))
    return "\n".join(line.lstrip() for line in code.splitlines()).encode()


KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def _gather(code: bytes, found: dict[tuple[str | None, str], str | None]) -> None:
    import io

    from babel.messages.extract import extract

    for _line, message, _comments, context in extract(
        "python", io.BytesIO(code), KEYWORDS, options={"encoding": "utf-8"}
    ):
        one, many = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        if one:
            key = (context, one)
            found[key] = found.get(key) or many


def merge(source: Path) -> tuple[int, int]:
    """Bring a catalogue up to what is marked: new texts come in empty, texts that nobody says any more go. Returns (new, gone)."""
    import polib

    catalogue = polib.pofile(str(source), wrapwidth=160)
    had = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    wanted = messages()
    fresh = polib.POFile(wrapwidth=160)
    fresh.metadata = catalogue.metadata
    for (context, text), plural in wanted.items():
        entry = had.get((context, text))
        if entry is None or (entry.msgid_plural or None) != plural:
            entry = polib.POEntry(msgctxt=context, msgid=text, msgid_plural=plural or "")
            if plural:
                entry.msgstr_plural = {0: "", 1: ""}
        fresh.append(entry)
    fresh.save(str(source))
    return len(wanted.keys() - had.keys()), len(had.keys() - wanted.keys())


def missing(source: Path) -> list[str]:
    """Texts that the catalogue does not say, and those that it says of nobody."""
    import polib

    said = {
        (entry.msgctxt, entry.msgid): entry
        for entry in polib.pofile(str(source))
        if entry.translated() and not entry.obsolete
    }
    wanted = messages()
    lacking = [f"untranslated: {text}" for context, text in wanted if (context, text) not in said]
    return lacking + [f"nobody says: {text}" for context, text in said if (context, text) not in wanted]


def main(arguments: list[str]) -> int:
    if "--extract" in arguments:
        import django
        from django.conf import settings

        if not settings.configured:
            settings.configure(USE_I18N=True)
            django.setup()
        for source in catalogues():
            new, gone = merge(source)
            print(f"{source.relative_to(LOCALE)}: {new} new, {gone} gone", file=sys.stderr)  # noqa: T201
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
