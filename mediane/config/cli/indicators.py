"""`mediane indicators`: any indicators of an organisation over any period, in the JSON of the annual report or as CSV."""

from __future__ import annotations

import argparse
import json
from typing import Any

from mediane.kernel.moments import iso_day


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "indicators", help="any indicators over any period", description="Both days are included."
    )
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--from", required=True, dest="start", metavar="DATE", help="first day, YYYY-MM-DD")
    parser.add_argument("--to", required=True, dest="end", metavar="DATE", help="last day, YYYY-MM-DD")
    parser.add_argument("--code", nargs="+", action="extend", metavar="CODE", help="MED-001 MED-010… (default: all)")
    parser.add_argument("--base", choices=("received", "decided"), default="received")
    parser.add_argument("--format", required=True, choices=("json", "csv"))
    parser.add_argument("--lang", choices=("fr", "en"), default="fr", help="language of labels and texts (default fr)")


def run(args: argparse.Namespace) -> int:
    start, end = iso_day(args.start), iso_day(args.end)
    if end < start:
        raise ValueError(f"the period ends ({end}) before it starts ({start})")
    from mediane.config.prepare import prepare

    prepare()
    import django

    django.setup()
    from django.utils.translation import override

    from mediane.ground.database.scope import as_system
    from mediane.insight.indicators.compute import figures
    from mediane.insight.indicators.definitions import INDICATORS
    from mediane.insight.indicators.spans import Span
    from mediane.insight.indicators.tables import as_csv
    from mediane.insight.reports.annual import indicators_json
    from mediane.kernel.moments import paris_day, utc_now
    from mediane.kernel.refusals import Refusal
    from mediane.mediation.schemes.services import body_by_slug

    if unknown := sorted(set(args.code or ()) - set(INDICATORS)):
        raise ValueError(f"no indicator named {', '.join(unknown)} (there are {', '.join(INDICATORS)})")
    at = utc_now()
    with as_system(), override(args.lang):
        try:
            body = body_by_slug(args.organisation)
        except Refusal:
            raise ValueError(f"no organisation named {args.organisation!r}") from None
        if args.format == "json":
            print(
                json.dumps(
                    indicators_json(args.organisation, body.pk, start, end, args.base, at=at, codes=args.code),
                    ensure_ascii=False,
                    indent=1,
                )
            )
        else:
            print(as_csv(figures(body.pk, Span(start, end), args.base, today=paris_day(at), codes=args.code)), end="")
    return 0
