"""The commands as a document."""

from __future__ import annotations

import argparse
import os

from mediane.config.cli.main import commands as names
from mediane.config.cli.main import parser


def commands() -> str:
    """Every command with its help, as Markdown."""
    os.environ["COLUMNS"] = "110"  # argparse wraps to the width of a terminal, which this document has not
    top = parser(names())
    parts = ["# The `mediane` command\n", _block(top)]
    for name, sub in _subcommands(top).items():
        parts += [f"## `mediane {name}`\n", _block(sub)]
        for inner, subsub in _subcommands(sub).items():
            parts += [f"### `mediane {name} {inner}`\n", _block(subsub)]
    return "\n".join(parts)


def _block(parser: argparse.ArgumentParser) -> str:
    return f"```\n{parser.format_help().strip()}\n```\n"


def _subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:  # noqa: SLF001 — argparse offers no public way to its subparsers
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            return dict(action.choices)
    return {}
