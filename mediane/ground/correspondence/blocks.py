"""From guarded text (see `template`) to blocks: what `paper/letter.typ`, the preview and the plain text are made of.

The source is a small Markdown: `## heading`, paragraphs, `- ` and `1. ` lists, `- [ ] ` choices to tick, `> - ` the proposal, `| a | b |` tables whose
first row and first column are headers, `___ Label` lines to write on. A block is a dict with its type `t`; text is a list of runs
`{"x": text, "b": bold, "a": address, "s": statement id, "v": filled in, "k": secret}`, keys only where true.
"""

from __future__ import annotations

import re
from typing import Any

from mediane.ground.correspondence.template import (
    BAR,
    END,
    NEWLINE,
    STAR,
    STATEMENT,
    STATEMENT_END,
    STATEMENT_ID_END,
    VALUE,
)
from mediane.ground.correspondence.typography import set_text

Run = dict[str, Any]
Block = dict[str, Any]

PIECES = re.compile(rf"({VALUE}[tuks]|{END}|{STATEMENT}[^{STATEMENT_ID_END}]+{STATEMENT_ID_END}|{STATEMENT_END}|\*\*)")
URL_VALUE = re.compile(rf"({VALUE}[uks][^{END}]*{END})")
NUMBERED = re.compile(r"\d+\. +")
FIELD = re.compile(r"(_{3,}) +(.+)")
BLANKED = "••••"


def shown_address(url: str) -> str:
    """An address as people read it aloud: without its scheme and closing slash."""
    return re.sub(r"^https?://", "", url).rstrip("/")


def inline(text: str, language: str) -> list[Run]:
    """Runs of one paragraph; typography set, addresses made links, statements and filled-in values marked."""
    text = "".join(
        piece if i % 2 else set_text(re.sub(r"[ \t\n]+", " ", piece), language)
        for i, piece in enumerate(URL_VALUE.split(text))
    )
    runs: list[Run] = []
    bold, statement, kind = False, "", ""
    for piece in PIECES.split(text.strip()):
        if not piece:
            continue
        if piece == "**":
            bold = not bold
        elif piece[0] == VALUE:
            kind = piece[1]
        elif piece == END:
            kind = ""
        elif piece[0] == STATEMENT:
            statement = piece[1:-1]
        elif piece == STATEMENT_END:
            statement = ""
        else:
            shown = piece.replace(STAR, "*").replace(BAR, "|").replace(NEWLINE, " ")
            run: Run = {"x": shown_address(shown) if kind in ("u", "s") else shown}
            if bold:
                run["b"] = True
            if kind in ("u", "s"):
                run["a"] = shown
            if kind:
                run["v"] = True
            if kind in ("k", "s"):
                run["k"] = True
            if statement:
                run["s"] = statement
            runs.append(run)
    return _trimmed(runs)


def _trimmed(runs: list[Run]) -> list[Run]:
    """No space at either end, no two spaces where an empty section stood, equal neighbours made one."""
    out: list[Run] = []
    for given in runs:
        glued = bool(out) and not out[-1]["x"].endswith(" ")
        run = given if glued else {**given, "x": given["x"].lstrip(" ")}
        if not run["x"]:
            continue
        if out and {k: v for k, v in out[-1].items() if k != "x"} == {k: v for k, v in run.items() if k != "x"}:
            out[-1]["x"] += run["x"]
        else:
            out.append(dict(run))
    while out and out[-1]["x"].endswith(" "):
        out[-1]["x"] = out[-1]["x"].rstrip(" ")
        if not out[-1]["x"]:
            out.pop()
    return out


def _items(lines: list[str], marker: re.Pattern[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        found = marker.match(line)
        if found:
            items.append(line[found.end() :])
        elif items:
            items[-1] += " " + line
    return items


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _paragraphs(text: str, language: str) -> list[Block]:
    """A paragraph, or several when a value that people typed holds several lines; its lines that begin with a dash are a list."""
    blocks: list[Block] = []
    several = NEWLINE in text
    carried = ""  # guards open at the end of a piece are opened again in the next
    for piece in text.split(NEWLINE):
        source = carried + piece
        opened = re.findall(rf"{VALUE}[tuks]|{END}", source)
        carried = opened[-1] if opened and opened[-1] != END else ""
        dash = re.match(rf"({VALUE}t)?[-–•] +", source) if several else None
        runs = inline(source[dash.end() :] if dash else source, language)
        if not runs:
            continue
        if dash:
            if blocks and blocks[-1]["t"] == "ul":
                blocks[-1]["x"].append(runs)
            else:
                blocks.append({"t": "ul", "x": [runs]})
        else:
            blocks.append({"t": "p", "x": runs})
    return blocks


def cut(text: str, language: str = "fr") -> list[Block]:
    """Guarded text into blocks. Empty paragraphs, lists and headings without text vanish."""
    blocks: list[Block] = []
    for chunk in re.split(r"\n[ \t]*\n", text.strip("\n")):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        if not lines:
            continue
        while lines and lines[0].startswith("## "):
            runs = inline(lines.pop(0)[3:], language)
            if runs:
                blocks.append({"t": "h", "x": runs})
        if not lines:
            continue
        first = lines[0]
        if first.startswith("- [ ] "):
            blocks.append({"t": "choices", "x": [inline(i, language) for i in _items(lines, re.compile(r"- \[ \] +"))]})
        elif first.startswith("- "):
            items = [runs for i in _items(lines, re.compile(r"- +")) if (runs := inline(i, language))]
            if items:
                blocks.append({"t": "ul", "x": items})
        elif NUMBERED.match(first):
            items = [runs for i in _items(lines, NUMBERED) if (runs := inline(i, language))]
            if items:
                blocks.append({"t": "ol", "x": items})
        elif first.startswith(">"):
            blocks.append(
                {
                    "t": "proposal",
                    "x": [inline(i, language) for i in _items([x.lstrip("> ") for x in lines], re.compile(r"- +"))],
                }
            )
        elif first.startswith("|"):
            head, rows = _cells(first), [_cells(line) for line in lines[2:]]
            if rows:
                table = {
                    "head": [inline(c, language) for c in head],
                    "rows": [[inline(c, language) for c in row] for row in rows],
                }
                blocks.append({"t": "table", **table})
        elif FIELD.match(first):
            fields = [m for line in lines if (m := FIELD.match(line))]
            blocks.append(
                {
                    "t": "fields",
                    "x": [{"h": len(m[1]), "x": [inline(c, language) for c in m[2].split("|")]} for m in fields],
                }
            )
        else:
            blocks.extend(_paragraphs("\n".join(lines), language))
    return _without_idle_headings(blocks)


def _without_idle_headings(blocks: list[Block]) -> list[Block]:
    return [b for i, b in enumerate(blocks) if b["t"] != "h" or (i + 1 < len(blocks) and blocks[i + 1]["t"] != "h")]


def run_lists(block: Block) -> list[list[Run]]:
    """Every list of runs in a block, in reading order."""
    if block["t"] in ("p", "h"):
        return [block["x"]]
    if block["t"] == "table":
        return [*block["head"], *(cell for row in block["rows"] for cell in row)]
    if block["t"] == "fields":
        return [label for field in block["x"] for label in field["x"]]
    return list(block["x"])


def text_of(runs: list[Run]) -> str:
    return "".join(run["x"] for run in runs)


def plain(blocks: list[Block]) -> str:
    """The letter in plain text: what the e-mail's twin, snapshots and the statement check read."""
    parts = []
    for block in blocks:
        kind = block["t"]
        if kind == "h":
            parts.append(text_of(block["x"]).upper())
        elif kind == "p":
            parts.append(text_of(block["x"]))
        elif kind == "table":
            rows = [block["head"], *block["rows"]]
            parts.append("\n".join(" | ".join(text_of(cell) for cell in row) for row in rows))
        elif kind == "fields":
            parts.append(
                "\n".join(
                    " | ".join(f"{text_of(label)} : ____" for label in field["x"] if label) for field in block["x"]
                )
            )
        elif kind == "ol":
            parts.append("\n".join(f"{n}. {text_of(item)}" for n, item in enumerate(block["x"], 1)))
        else:
            sign = "[ ] " if kind == "choices" else "- "
            parts.append("\n".join(sign + text_of(item) for item in block["x"]))
    return "\n\n".join(parts)


def blanked(thing: Any) -> Any:
    """The same blocks (or any JSON that holds runs) with every secret value blanked, digit groups kept as dots, addresses unlinked."""
    if isinstance(thing, dict):
        if thing.get("k"):
            dots = "\u00a0".join([BLANKED] * max(1, len(thing["x"].split())))
            return {**{key: value for key, value in thing.items() if key != "a"}, "x": dots}
        return {key: blanked(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [blanked(item) for item in thing]
    return thing
