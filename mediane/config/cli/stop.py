"""`mediane stop`: ends what this home has running, the database included."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "stop",
        help="stop what this home has running, the database included",
        description="Stop the web server, the workers and the embedded database of this home. Nothing running is no error.",
    )
    parser.add_argument(
        "--purge", action="store_true", help="then remove the home: the database, the documents and the keys are lost"
    )


def run(args: argparse.Namespace) -> int:
    from mediane.config import home as homes
    from mediane.config.home import notice
    from mediane.config.postgres import Server
    from mediane.config.serving import stop_serving

    home = homes.current()
    if not home.path.is_dir():
        notice(f"nothing is running: there is no home in {home.path}")
        return 0
    stopped = stop_serving(home)
    server = Server(home)
    stopped = server.stop() or stopped
    notice(f"stopped: {home.path}" if stopped else f"nothing was running in {home.path}")
    if args.purge:
        server.purge()
        home.purge()
        notice(f"removed: {home.path}")
    return 0
