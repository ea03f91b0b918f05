"""`mediane import referrals FILE --body SLUG`: years of history, from CSV, gzip of it, ODS or XLSX. The summary goes to standard error."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "referrals",
        help="referrals of a body",
        description="One row a referral; only reference, received_on and trader are required. Importing a file twice changes nothing, importing "
        "a corrected row updates it. Bad rows never stop the file: they go to the rejects file with their reason, ready to be corrected.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, .csv.gz, ODS or XLSX")
    parser.add_argument("--body", required=True, metavar="SLUG", help="the mediation body")
    parser.add_argument("--create-body", action="store_true", help="make the body if there is none of that name")
    parser.add_argument("--dry-run", action="store_true", help="the same report, nothing written")
    parser.add_argument(
        "--rejects", type=Path, metavar="FILE", help="where the bad rows go (default: beside the input, .rejects.csv)"
    )
    return parser


def run(args: argparse.Namespace) -> int:
    """0 when the file could be read, rejects or not."""
    with args.file.open("rb"):  # a file that is not there is said before the database is prepared
        pass
    if args.rejects and args.rejects.exists() and args.rejects.samefile(args.file):
        raise ValueError("the rejects file would overwrite the file that is read")
    if args.rejects and (args.rejects.is_dir() or not args.rejects.resolve().parent.is_dir()):
        raise ValueError(
            f"{args.rejects}: no such folder" if not args.rejects.is_dir() else f"{args.rejects} is a folder"
        )
    from mediane.config.prepare import prepare

    prepare()
    import django

    django.setup()
    from mediane.ground.accounts.actor import Actor, Door
    from mediane.ground.database.scope import as_system
    from mediane.kernel.moments import utc_now
    from mediane.kernel.refusals import Refusal
    from mediane.mediation.referrals.imports.reading import Unreadable, open_source
    from mediane.mediation.referrals.imports.services import import_file, rejects_beside
    from mediane.mediation.schemes.services import body_by_slug, create_body

    by, at = Actor.system(Door.COMMAND), utc_now()
    try:
        open_source(args.file)  # before a body is made for a file that is none
    except Unreadable as error:
        raise ValueError(f"{args.file}: {error}") from error
    rejects = args.rejects or (None if args.dry_run else rejects_beside(args.file))
    with as_system():
        try:
            body_id = body_by_slug(args.body).pk
        except Refusal:
            if not args.create_body:
                raise ValueError(f"no mediation body named {args.body!r} (--create-body makes it)") from None
            try:
                body_id = create_body(args.body, by=by).pk
            except Refusal as refusal:
                if refusal.code != "invalid_slug":
                    raise
                raise ValueError(f"{args.body!r} is no name for a body: small letters, digits and hyphens") from None
        try:
            report = import_file(body_id, args.file, by=by, at=at, dry_run=args.dry_run, rejects=rejects, tell=Bar())
        except Unreadable as error:
            raise ValueError(f"{args.file}: {error}") from error
        if args.dry_run and args.create_body:
            from django.db import transaction

            transaction.set_rollback(True)
    print_summary(report, rejects)
    return 0


def print_summary(report: Any, rejects: Path | None) -> None:
    from mediane.mediation.referrals.imports.services import reason_label, summary

    for notice in report.notices:
        print(f"  {notice}", file=sys.stderr)
    print(summary(report), file=sys.stderr)
    for code, count in report.reasons.most_common():
        print(f"  {count} : {reason_label(code)}", file=sys.stderr)
    if report.rejected and rejects:
        print(f"  → {rejects}", file=sys.stderr)


class Bar:
    """Progress on a terminal, once it takes over two seconds."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.shown = sys.stderr.isatty()
        self.last = -1

    def __call__(self, read: int, size: int) -> None:
        if not self.shown or time.monotonic() - self.began < 2:
            return
        percent = min(100, 100 * read // max(size, 1))
        if percent != self.last:
            self.last = percent
            width = max(10, min(40, os.get_terminal_size(2).columns - 12))
            filled = width * percent // 100
            end = "\r\033[K" if percent == 100 else ""
            print(f"\r{'█' * filled}{'░' * (width - filled)} {percent:3d} %{end}", end="", file=sys.stderr, flush=True)
