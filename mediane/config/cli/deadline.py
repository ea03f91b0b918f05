"""`mediane deadline`: the end of a period and how it was computed. No database, no Django."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from mediane.kernel.calendar import LegalCalendar
from mediane.kernel.moments import iso_day
from mediane.kernel.periods import Period, end_of


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "deadline",
        help="the end of a period and how it was computed",
        description="The last day, included, of a period. The first does not count; months end on the same day of the "
        "month or its last day (art. 641 CPC); wd counts Monday to Friday less the public holidays of the territory.",
    )
    parser.add_argument("--start", required=True, metavar="DATE", help="day that starts the period, YYYY-MM-DD")
    parser.add_argument("--add", required=True, metavar="PERIOD", help="90d, 2m, 1y or 10wd")
    parser.add_argument(
        "--calendar",
        default="FR",
        metavar="CODE",
        help="FR (national), or FR- and a department: FR-57, FR-974 (default FR)",
    )
    parser.add_argument("--lang", default="fr", choices=("fr", "en"), help="language of the steps (default fr)")
    parser.add_argument("--json", action="store_true", help="one JSON object: start, add, calendar, end, steps")
    return parser


def run(args: argparse.Namespace) -> int:
    """0, or 2 with one line on standard error when a value cannot be read."""
    try:
        found = end_of(iso_day(args.start), Period.parse(args.add), LegalCalendar(args.calendar), args.lang)
        answer = (
            json.dumps(found.as_json(), ensure_ascii=False)
            if args.json
            else "\n".join([found.end.isoformat(), *found.steps])
        )
    except ValueError as error:
        print(f"mediane deadline: {error}", file=sys.stderr)
        return 2
    print(answer)
    return 0
