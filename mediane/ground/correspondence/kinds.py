"""The registry of letters. A room declares its kinds; their texts and mandatory statements are data in files beside the room.

`<folder>/statements.toml` holds each statement once (article, mark, idea, sentence): one correction corrects all letters.
`<folder>/<language>/<code>[.<audience>].md` holds a letter: front matter between `+++` (title, subject, basis, statements…), then the body.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from mediane.ground.correspondence.frames import LetterContext, Party, Sample

LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Statement:
    """One mandatory idea. `mark` is the confidence of its source (A official text read, B secondary, C practice); never U."""

    id: str
    article: str
    mark: str
    idea: str
    sentences: dict[str, str]  # by language

    @property
    def is_law(self) -> bool:
        """Whether the article may be shown as the source; a practice is shown as a practice."""
        return self.mark in ("A", "B")


@dataclass(frozen=True)
class Requirement:
    """A statement in a letter. Mandatory where every fact of `when` holds (`entry_asked`, `!entered`, `silence.refusal`), for `audience` if said.

    An optional one is printed where the text refers to it, unless the body has left it out.
    """

    id: str
    when: tuple[str, ...] = ()
    audience: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Text:
    """A letter's shipped text in one language: what a body may adapt is `title`, `subject` and `body`."""

    title: str
    subject: str
    body: str
    discreet_subject: str = ""
    """Subject that does not name the other party, for a body that prefers so; empty where `subject` names nobody."""
    basis: str = ""
    sms: str = ""
    references: tuple[tuple[str, str], ...] = ()
    enclosures: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter. `code` is stable; `when` says on what occasion it leaves (for jurists); `moves` name the moves that send it.

    `dated`: holds a date by which someone must act (post follows an e-mail that stays unopened). `layout` is `letter`, `certificate` or `form`;
    `encloses` are kinds printed behind it in the same PDF.
    `samples` gives, for a code and a language, the facts under which the kind is tried.
    """

    code: str
    label: Any  # lazy French text
    audiences: tuple[Party, ...]
    context: type[LetterContext]
    when: Any  # lazy French text
    moves: tuple[str, ...]
    folder: Path
    samples: Callable[[str, str], Sequence[Sample]]
    dated: bool = False
    layout: str = "letter"
    encloses: tuple[str, ...] = ()
    content_free: bool = False
    """Holds dates, names and an outcome class only: no follow-up link, no data attachment. It goes with the letter of the same move."""

    def text(self, audience: Party, language: str = "fr") -> Text:
        if audience not in self.audiences:
            raise LookupError(f"{self.code} is never sent to the {audience}")
        return read_text(self.folder, self.code, audience, language)

    def statement(self, key: str) -> Statement:
        return statements(self.folder)[key]

    def secrets(self, audience: str) -> frozenset[str]:
        """Names of context fields that are blanked in the kept copy."""
        return frozenset(f.name for f in fields(self.context) if audience in f.metadata.get("secret", ()))


@lru_cache
def statements(folder: Path) -> dict[str, Statement]:
    """Every shared statement of a room. ValueError for one whose mark is not A, B or C: what is unverified is never shown as law."""
    found = {}
    for key, row in tomllib.loads((folder / "statements.toml").read_text("utf-8")).items():
        if row["mark"] not in ("A", "B", "C"):
            raise ValueError(f"statement {key}: mark {row['mark']} is never printed")
        sentences = {language: row[language] for language in LANGUAGES if language in row}
        found[key] = Statement(key, row.get("article", ""), row["mark"], row["idea"], sentences)
    return found


def languages_of(kind: LetterKind) -> list[str]:
    """The languages the kind is written in, for all its audiences."""
    return [
        lang
        for lang in LANGUAGES
        if all(_path(kind.folder, kind.code, audience, lang).exists() for audience in kind.audiences)
    ]


def _path(folder: Path, code: str, audience: str, language: str) -> Path:
    own = folder / language / f"{code}.{audience}.md"
    return own if own.exists() else folder / language / f"{code}.md"


@lru_cache
def read_text(folder: Path, code: str, audience: str, language: str) -> Text:
    """The shipped text for one audience: its own file, else the one shared by both. Statements are always those of the French file."""
    front, body = _split(_path(folder, code, audience, language))
    legal = front if language == "fr" else _split(_path(folder, code, audience, "fr"))[0]
    requirements = []
    for given in legal.get("statements", []):
        row: dict[str, Any] = {"id": given} if isinstance(given, str) else given
        requirement = Requirement(
            row["id"], tuple(row.get("when", [])), row.get("audience", ""), row.get("optional", False)
        )
        if not requirement.audience or requirement.audience == audience:
            requirements.append(requirement)
        if row["id"] not in statements(folder):
            raise LookupError(f"{code}: no statement {row['id']}")
    return Text(
        title=front["title"],
        subject=front["subject"],
        body=body,
        discreet_subject=front.get("discreet_subject", ""),
        basis=front.get("basis", ""),
        sms=front.get("sms", ""),
        references=tuple((label, value) for label, value in front.get("references", [])),
        enclosures=tuple(front.get("enclosures", [])),
        requirements=tuple(requirements),
    )


def _split(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = path.read_text("utf-8").split("+++\n", 2)
    return tomllib.loads(front), body.strip() + "\n"


_kinds: dict[str, LetterKind] = {}


def register(*kinds: LetterKind) -> None:
    """Make kinds known. ValueError for a code already taken by another kind."""
    for kind in kinds:
        if _kinds.get(kind.code, kind) != kind:
            raise ValueError(f"letter {kind.code} registered twice")
        _kinds[kind.code] = kind


def kind_of(code: str) -> LetterKind:
    """LookupError for a code that no room registered."""
    return _kinds[code]


def all_kinds() -> list[LetterKind]:
    """In the order in which the rooms declared them: that of the procedure."""
    return list(_kinds.values())
