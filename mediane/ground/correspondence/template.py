"""The small language letters are written in: `{{x}}`, `{{#x}}…{{/x}}`, `{{^x}}…{{/x}}`, `{{statement:id}}`.

Logic-less on purpose: a jurist reads it, a body may adapt it, and nothing in it can call code. Stricter than the Mustache libraries (docs/adr/0030):
an undefined name refuses to render, and a value can never change the structure of the letter, for it travels inside guards (private-use
characters) until the blocks are cut.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, get_args, get_type_hints

from mediane.ground.correspondence.typography import WEEKDAY, ComingDay, said
from mediane.kernel.refusals import Refusal

TAG = re.compile(r"\{\{\s*([#^/]?)\s*(\.|[a-z0-9_]+(?:[.:][a-z0-9_]+)?)\s*\}\}")
ALONE = re.compile(r"(?m)^[ \t]*((?:\{\{[#^/][^}]*\}\})+)[ \t]*(?:\n|\Z)")  # section tags alone on a line leave no line

VALUE, END, NEWLINE, STAR, BAR = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
STATEMENT, STATEMENT_ID_END, STATEMENT_END = "\ue005", "\ue006", "\ue007"
GUARDS = re.compile("[\ue000-\ue007]")


class TemplateError(Refusal):
    """`template:syntax`, `template:unknown_variable`, `template:unknown_statement`, `template:no_value`; facts name the culprit."""


@dataclass(frozen=True)
class Variable:
    name: str


@dataclass(frozen=True)
class Section:
    name: str
    inverted: bool
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Statement:
    id: str


Node = str | Variable | Section | Statement


@lru_cache(maxsize=1024)
def parse(source: str) -> tuple[Node, ...]:
    """The tree of a template. TemplateError `template:syntax` for a tag that is not closed, crossed or unreadable."""
    source = ALONE.sub(r"\1", source)
    stack: list[tuple[str, bool, list[Node]]] = [("", False, [])]
    at = 0

    def text(piece: str) -> None:
        if "{{" in piece or "}}" in piece:
            raise TemplateError("template:syntax", near=piece.strip()[:60])
        if piece:
            stack[-1][2].append(piece)

    for tag in TAG.finditer(source):
        text(source[at : tag.start()])
        at = tag.end()
        sign, name = tag.groups()
        if sign in ("#", "^"):
            stack.append((name, sign == "^", []))
        elif sign == "/":
            if len(stack) == 1 or stack[-1][0] != name:
                raise TemplateError("template:syntax", near="{{/" + name + "}}")
            opened, inverted, children = stack.pop()
            stack[-1][2].append(Section(opened, inverted, tuple(children)))
        elif name.startswith("statement:"):
            stack[-1][2].append(Statement(name.partition(":")[2]))
        elif ":" in name or ("." in name and name != "."):
            raise TemplateError("template:syntax", near="{{" + name + "}}")
        else:
            stack[-1][2].append(Variable(name))
    text(source[at:])
    if len(stack) > 1:
        raise TemplateError("template:syntax", near="{{#" + stack[-1][0] + "}}")
    return tuple(stack[0][2])


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Section):
            yield from walk(node.children)


def as_scope(thing: Any) -> Mapping[str, Any]:
    if isinstance(thing, Mapping):
        return thing
    if is_dataclass(thing):
        kind: Any = type(thing)
        names, coming = _names(kind)
        return {name: _coming(getattr(thing, name)) if name in coming else getattr(thing, name) for name in names}
    return {".": thing}


@lru_cache
def _names(facts: type) -> tuple[tuple[str, ...], frozenset[str]]:
    """Fields and properties of a dataclass, and which of them are days to act (`frames.DayToAct`)."""
    derived = {n: v for c in inspect.getmro(facts) for n, v in vars(c).items() if isinstance(v, property) and v.fget}
    hints = get_type_hints(facts, include_extras=True)
    hints |= {n: get_type_hints(v.fget, include_extras=True).get("return") for n, v in derived.items()}
    names = (*(f.name for f in fields(facts)), *derived)
    return names, frozenset(name for name in names if _to_act(hints.get(name)))


def _to_act(hint: Any) -> bool:
    return WEEKDAY in getattr(hint, "__metadata__", ()) or any(_to_act(each) for each in get_args(hint))


def _coming(day: date | None) -> date | None:
    return day and ComingDay(day.year, day.month, day.day)


def look_up(name: str, scopes: Sequence[Mapping[str, Any]]) -> Any:
    """The value of a name, innermost scope first. `a.b` asks whether the word of `a` is `b` (« silence.refusal »)."""
    name, _, word = name.partition(".") if name != "." else (".", "", "")
    for scope in reversed(scopes):
        if name in scope:
            value = scope[name]
            if not word:
                return value
            return str(value.value if isinstance(value, Enum) else value) == word
    raise TemplateError("template:unknown_variable", name=name)


class Renderer:
    """Renders trees over scopes into guarded text (see `blocks`). `sentences` maps a statement id to its tree, or to None when the body left it out.

    `weekdays` false: days to act without their weekday, for lines that must be short (title, subject, SMS).
    """

    def __init__(
        self,
        scopes: Sequence[Mapping[str, Any]],
        sentences: Mapping[str, str | None],
        *,
        secrets: frozenset[str],
        language: str,
        weekdays: bool = True,
    ):
        self.scopes, self.sentences, self.secrets, self.language = tuple(scopes), sentences, secrets, language
        self.weekdays = weekdays

    def render(self, source: str) -> str:
        return self._render(parse(source), self.scopes)

    def sentence(self, key: str) -> str | None:
        """A statement's sentence with its variables, without its guards; None when it is left out."""
        if key not in self.sentences:
            raise TemplateError("template:unknown_statement", id=key)
        source = self.sentences[key]
        return None if source is None else self.render(source)

    def _render(self, nodes: Sequence[Node], scopes: tuple[Mapping[str, Any], ...]) -> str:
        out = []
        for node in nodes:
            if isinstance(node, str):
                out.append(node)
            elif isinstance(node, Variable):
                out.append(self._value(node.name, look_up(node.name, scopes)))
            elif isinstance(node, Statement):
                sentence = self.sentence(node.id)
                if sentence is not None:
                    out.append(f"{STATEMENT}{node.id}{STATEMENT_ID_END}{sentence}{STATEMENT_END}")
            else:
                value = look_up(node.name, scopes)
                if node.inverted:
                    out.append("" if value else self._render(node.children, scopes))
                elif isinstance(value, list | tuple):
                    out.extend(self._render(node.children, (*scopes, as_scope(item))) for item in value)
                elif value:
                    out.append(self._render(node.children, scopes))
        return "".join(out)

    def _value(self, name: str, value: Any) -> str:
        if value is None or isinstance(value, bool | list | tuple | Mapping):
            raise TemplateError("template:no_value", name=name)
        if isinstance(value, ComingDay) and not self.weekdays:
            value = date(value.year, value.month, value.day)
        text = GUARDS.sub("", said(value, self.language)).strip()
        if name.endswith("_url"):
            return f"{VALUE}{'s' if name in self.secrets else 'u'}{text}{END}" if text else ""
        if name in self.secrets:
            unbroken = text.replace(" ", "\u00a0")
            return f"{VALUE}k{unbroken}{END}" if text else ""
        text = re.sub(r"\s*\n\s*", NEWLINE, text).replace("*", STAR).replace("|", BAR)
        return f"{VALUE}t{text}{END}" if text else ""
