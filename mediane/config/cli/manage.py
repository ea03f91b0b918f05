"""`mediane manage …`: Django's own commands, for those who work on the product (makemigrations, shell…)."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("manage", help="Django's own commands, for developers", add_help=False)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(args: argparse.Namespace) -> int:
    from mediane.config.prepare import ready_home

    ready_home()
    from django.core.management import execute_from_command_line

    arguments = list(args.arguments)
    if arguments[:1] == ["migrate"] and not any(a.startswith("--database") for a in arguments):
        arguments.append("--database=owner")
    execute_from_command_line(["mediane manage", *arguments])
    return 0
