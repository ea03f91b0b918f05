"""`mediane check`: the health of the installation, one line a subject."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "check",
        help="health of the installation",
        description="Database, tables, mail, storage, disk, clock, jobs, keys. Exit status 1 when something must be mended.",
    )
    parser.add_argument("--json", action="store_true", help="a list of {subject, state, text}")


def run(args: argparse.Namespace) -> int:
    from mediane.config.prepare import prepare

    home = prepare()
    import django

    django.setup()
    from dataclasses import asdict

    from mediane.config.condition import State, examine

    findings = list(examine(home))
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{finding.state:<7} {finding.subject:<9} {finding.text}")
    return 1 if any(finding.state == State.BROKEN for finding in findings) else 0
