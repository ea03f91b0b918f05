"""From a kind and facts to a letter ready to print, and the seal: a letter that lacks a mandatory statement cannot leave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from mediane.ground.correspondence import blocks as b
from mediane.ground.correspondence.forbidden import FORBIDDEN
from mediane.ground.correspondence.frames import LetterContext, Party, Sender, names_for
from mediane.ground.correspondence.kinds import LetterKind, Requirement, kind_of, statements
from mediane.ground.correspondence.template import GUARDS, Renderer, TemplateError, as_scope, look_up
from mediane.ground.correspondence.typography import flat
from mediane.kernel.refusals import Refusal


@dataclass(frozen=True)
class BodyTexts:
    """What a body changed: the text of this letter, the wording of statements (id → sentence), the optional statements it leaves out,
    and what it chose for all letters."""

    title: str = ""
    subject: str = ""
    body: str = ""
    version: int | None = None
    sentences: dict[str, str] = field(default_factory=dict)
    omitted: frozenset[str] = frozenset()
    names_other_party: bool = True
    attach_data: bool = True


@dataclass(frozen=True)
class Required:
    """A statement that must stand in this letter, with the sentence as it must be read there."""

    id: str
    article: str
    mark: str
    sentence: str


@dataclass(frozen=True)
class RenderedLetter:
    """`blocks` are those of `blocks.py`; `required` what the seal checks; `enclosed` the kinds printed behind it in the same PDF."""

    kind: str
    audience: Party
    language: str
    title: str
    subject: str
    sms: str
    basis: str
    references: tuple[tuple[str, str], ...]
    blocks: list[b.Block]
    required: tuple[Required, ...]
    enclosures: tuple[str, ...]
    version: int | None = None
    enclosed: tuple[RenderedLetter, ...] = ()

    @property
    def plain_text(self) -> str:
        return b.plain(self.blocks)

    @property
    def statements_present(self) -> dict[str, str]:
        """Every tagged statement in the text, optional ones too: id → its text there."""
        found: dict[str, list[str]] = {}
        for block in self.blocks:
            for runs in b.run_lists(block):
                here: dict[str, str] = {}
                for run in runs:
                    if "s" in run:
                        here[run["s"]] = here.get(run["s"], "") + run["x"]
                for key, text in here.items():
                    found.setdefault(key, []).append(text)
        return {key: texts[0] for key, texts in found.items()}

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def render(
    kind: LetterKind,
    audience: Party,
    context: LetterContext,
    sender: Sender,
    *,
    addressee_gender: str = "",
    language: str = "fr",
    texts: BodyTexts | None = None,
) -> RenderedLetter:
    """The letter's words. Raises TemplateError for an undefined variable, TypeError for another kind's context; does not check the seal."""
    if not isinstance(context, kind.context):
        raise TypeError(f"{kind.code} takes a {kind.context.__name__}, not a {type(context).__name__}")
    texts = texts or BodyTexts()
    shipped = kind.text(audience, language)
    scopes = [names_for(sender, addressee_gender, audience), as_scope(context)]
    # A body may add a statement to a letter that does not need it; those of the letter are in where their facts hold.
    sentences: dict[str, str | None] = {
        key: texts.sentences.get(key) or s.sentences[language] for key, s in statements(kind.folder).items()
    }
    for requirement in shipped.requirements:
        sentences[requirement.id] = None
    optional = {r.id for r in shipped.requirements if r.optional}
    for requirement in shipped.requirements:
        holds = all(_fact(name, scopes) for name in requirement.when)
        left_out = requirement.id in texts.omitted and requirement.id in optional
        own = texts.sentences.get(requirement.id) or kind.statement(requirement.id).sentences[language]
        if holds and not left_out:
            sentences[requirement.id] = own
    renderer = Renderer(scopes, sentences, secrets=kind.secrets(audience), language=language)

    short = Renderer(scopes, sentences, secrets=kind.secrets(audience), language=language, weekdays=False)

    def line(source: str, by: Renderer = short) -> str:
        return b.text_of(b.inline(by.render(source), language))

    named = audience == "consumer" and texts.names_other_party
    subject = texts.subject or (shipped.subject if named or not shipped.discreet_subject else shipped.discreet_subject)
    required = tuple(
        Required(r.id, kind.statement(r.id).article, kind.statement(r.id).mark, _sentence(renderer, r, language))
        for r in shipped.requirements
        if not r.optional and all(_fact(name, scopes) for name in r.when)
    )
    return RenderedLetter(
        kind=kind.code,
        audience=audience,
        language=language,
        title=line(texts.title or shipped.title),
        subject=line(subject),
        sms=line(shipped.sms) if shipped.sms else "",
        basis=line(shipped.basis),
        references=tuple((line(label), line(value, renderer)) for label, value in shipped.references if line(value)),
        blocks=b.cut(renderer.render(texts.body or shipped.body), language),
        required=required,
        enclosures=tuple(text for e in shipped.enclosures if (text := line(e))),
        version=texts.version,
        enclosed=tuple(
            render(kind_of(code), audience, context, sender, addressee_gender=addressee_gender, language=language, texts=BodyTexts(
                sentences=texts.sentences, omitted=texts.omitted)
            )
            for code in kind.encloses
        ),
    )  # fmt: skip


def _fact(name: str, scopes: Sequence[Mapping[str, Any]]) -> bool:
    negated = name.startswith("!")
    return bool(look_up(name.removeprefix("!"), scopes)) != negated


def _sentence(renderer: Renderer, requirement: Requirement, language: str) -> str:
    sentence = renderer.sentence(requirement.id)
    text = b.text_of(b.inline(sentence or "", language))
    if not text:
        raise TemplateError("template:empty_statement", id=requirement.id)
    return text


def check_statements(rendered: RenderedLetter) -> None:
    """The seal, on the final text: each mandatory sentence, with its dates and names, must be there to read.

    Raises Refusal `missing:statement` (id, article, kind), `forbidden:text` for what may stand in no letter.
    """
    text = flat(rendered.plain_text)
    for required in rendered.required:
        if flat(required.sentence) not in text:
            raise Refusal("missing:statement", id=required.id, article=required.article, kind=rendered.kind)
    whole = f"{rendered.title}\n{rendered.subject}\n{rendered.plain_text}"
    for forbidden in FORBIDDEN:
        if forbidden.always and (found := forbidden.pattern.search(whole)):
            raise Refusal("forbidden:text", text=found[0], kind=rendered.kind)
    for enclosed in rendered.enclosed:
        check_statements(enclosed)


def long_sentences(text: str, limit: int = 30) -> list[str]:
    """Sentences of more than `limit` words: a lint for shipped texts and a hint in the editor, never a refusal."""
    found = []
    for paragraph in re.split(r"\n+", GUARDS.sub("", text)):
        if paragraph.startswith("|"):
            continue
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«])", paragraph):
            words = [w for w in re.split(r"\s+", sentence) if re.search(r"\w", w)]
            if len(words) > limit:
                found.append(sentence)
    return found
