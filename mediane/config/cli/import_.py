"""`mediane import …`: what comes in from a file. Each kind is a module `import_<kind>.py` beside this one."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("import", help="bring in a file: referrals")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for path in sorted(Path(__file__).parent.glob("import_?*.py")):
        module = importlib.import_module(f"mediane.config.cli.{path.stem}")
        kind: argparse.ArgumentParser = module.add_parser(kinds)
        kind.set_defaults(_kind=module.run)


def run(args: argparse.Namespace) -> int:
    return int(args._kind(args))  # noqa: SLF001 — set just above
