"""`mediane demo`: builds the demonstration and serves it, with a local mail server whose mailbox can be read on a page."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from typing import Any

from mediane.config.cli import serve


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="create the demonstration and serve it",
        description="Create invented organisations and cases through the services, then serve them. Refuses a database that it did not create.",
    )
    serve.add_arguments(parser)
    parser.add_argument("--no-serve", action="store_true", help="build only")
    parser.add_argument("--reset", action="store_true", help="empty the demonstration and build it again")
    parser.add_argument(
        "--mail-port",
        type=serve.port,
        default=None,
        help="port of the mailbox page (default: the port after that of the product)",
    )


def run(args: argparse.Namespace) -> int:
    from mediane.config.home import notice
    from mediane.demonstration import mailbox

    mail_page = args.mail_port or args.port + 1
    os.environ.setdefault("MEDIANE_URL", f"http://localhost:{args.port}")
    os.environ["MEDIANE_SMTP_URL"] = f"smtp://127.0.0.1:{mailbox.smtp_port(mail_page)}"
    os.environ["MEDIANE_DEMO_MAILBOX"] = f"http://localhost:{mail_page}/"
    from mediane.config.prepare import prepare

    prepare()
    import django

    django.setup()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the mail server is stopped too
    from mediane.config.serving import die_with_parent

    # before the build: the letters of the last weeks are in it
    with mailbox.running(mail_page, begin=die_with_parent) as page:
        _build(reset=args.reset)
        _accounts()
        if args.no_serve:
            return 0
        from django.db import connections

        connections.close_all()
        notice(f"mailbox of the demonstration: {page}")
        from mediane.config.serving import serve as serve_home

        return serve_home(args.host, args.port, args.workers, ready=serve.announce)


def _build(*, reset: bool) -> None:
    from mediane.config.home import HomeError, notice
    from mediane.demonstration import build, crew
    from mediane.kernel.moments import utc_now

    began = time.monotonic()
    try:
        with build.alone():
            mark = build.state()
            if mark is not None and mark.finished_at is not None and not reset:
                notice("demonstration: there already (--reset builds it again)")
                return
            if mark is not None and mark.finished_at is None:
                notice("demonstration: the former build did not end; it begins again")
            counts = build.build(now=utc_now(), tell=_progress if sys.stderr.isatty() else lambda done, total: None)
        notice(
            f"demonstration: {sum(counts.values())} referrals in {time.monotonic() - began:.0f} s: "
            + ", ".join(f"{n} {state}" for state, n in sorted(counts.items()))
        )
    except build.Underway:
        raise HomeError("another `mediane demo` is building in this database: wait for it, or stop it first") from None
    except crew.Lost as error:
        raise HomeError(
            "one of the processes that build the demonstration was ended from outside (for want of memory?); "
            "`mediane demo` begins it again"
        ) from error
    except build.NotOurs:
        raise HomeError(
            "this database holds data that the demonstration did not create: nothing was touched; give it a home of its own (MEDIANE_HOME)"
        ) from None


def _progress(done: int, total: int) -> None:
    if done % 5 == 0 or done == total:
        print(f"\rdemonstration: {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _accounts() -> None:
    """Every account, on standard error: the password is the same for all, the code of the second factor is shown on the page that asks for it."""
    from mediane.demonstration.accounts import accounts
    from mediane.demonstration.places import PASSWORD

    print(
        f"accounts (password: {PASSWORD}; the second factor's code stands on the page that asks for it):",
        file=sys.stderr,
    )
    for account in accounts():
        print(f"  {account['login']:<42} {account['role']}, {account['organisation']}", file=sys.stderr)
