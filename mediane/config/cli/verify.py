"""`mediane verify`: does what was written still stand as it was written?"""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("verify", help="check the hash chain of the journal")
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    what.add_parser(
        "journal",
        help="every entry, every chain, every daily seal",
        description="Recomputes every digest of the journal.",
    )


def run(args: argparse.Namespace) -> int:
    from mediane.config.prepare import prepare

    prepare()
    import django

    django.setup()
    from mediane.ground.database.scope import as_system
    from mediane.ground.journal.services import verify_all

    with as_system():
        found = verify_all()
    for fault in found.faults:
        where = (
            "journal"
            if fault.case_id is None
            else f"case {fault.case_id}, {f'entry {fault.seq}' if fault.seq else 'head'}"
        )
        print(f"{where}: {fault.text}")
    print(
        f"{found.cases} cases, {found.entries} entries, {found.seals} daily seals: {'ALTERED' if found.faults else 'intact'}"
    )
    if found.faults:
        print(f"mediane verify journal: {len(found.faults)} places were altered", file=sys.stderr)
    return 1 if found.faults else 0
