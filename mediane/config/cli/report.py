"""`mediane report annual`: the annual report's figures (JSON), or the whole report (PDF, HTML, ODS)."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("report", help="the annual report")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    annual = kinds.add_parser(
        "annual",
        help="the annual report of a body (R. 614-2)",
        description="base received: everything counts over the cohort received in the year. base decided: refusals over the decisions taken "
        "in the year, outcomes over the mediations ended in it.",
    )
    annual.add_argument("--body", required=True, metavar="SLUG")
    annual.add_argument("--year", required=True, type=int, metavar="YYYY")
    annual.add_argument("--base", choices=("received", "decided"), default="received")
    annual.add_argument("--format", required=True, choices=("json", "pdf", "html", "ods"))
    annual.add_argument(
        "--output", type=Path, metavar="FILE", help="JSON goes to standard output without it; the others need it"
    )
    annual.add_argument("--lang", choices=("fr", "en"), default="fr", help="language of labels and texts (default fr)")


def run(args: argparse.Namespace) -> int:
    if args.format != "json" and args.output is None:
        print(f"mediane report: --format {args.format} needs --output FILE", file=sys.stderr)
        return 2
    if not 1900 <= args.year <= 9998:
        print(f"mediane report: {args.year} is no year", file=sys.stderr)
        return 2
    if args.output is not None and not args.output.resolve().parent.is_dir():
        raise ValueError(f"{args.output}: no such folder")
    from mediane.config.prepare import prepare

    prepare()
    import django

    django.setup()
    from django.utils.translation import override

    from mediane.ground.database.scope import as_system
    from mediane.insight.reports.annual import report_json
    from mediane.insight.reports.whole import whole_report
    from mediane.kernel.moments import utc_now
    from mediane.kernel.refusals import Refusal
    from mediane.mediation.schemes.services import body_by_slug

    at = utc_now()
    with as_system(), override(args.lang):
        try:
            body = body_by_slug(args.body)
        except Refusal:
            raise ValueError(f"no mediation body named {args.body!r}") from None
        if args.format == "json":
            content = (
                json.dumps(report_json(args.body, body.pk, args.year, args.base, at=at), ensure_ascii=False, indent=1)
                + "\n"
            )
            if args.output is None:
                print(content, end="")
                return 0
            args.output.write_text(content, encoding="utf-8")
        else:
            args.output.write_bytes(whole_report(body, args.year, args.base, args.format, at=at))
    return 0
