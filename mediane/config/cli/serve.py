"""`mediane serve`: web, background jobs and schedules in one group that lives and ends together."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "serve",
        help="web, background jobs and schedules",
        description="Serve this home until SIGTERM or Ctrl-C. The address is written on standard output once it answers.",
    )
    add_arguments(parser)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine alone)"
    )
    parser.add_argument("--port", type=port, default=8000, help="port to listen on (default 8000)")
    parser.add_argument(
        "--workers", type=int, choices=range(1, 65), metavar="N", help="web workers (default 2, at most one a core)"
    )


def port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise ValueError(text)
    return number


def run(args: argparse.Namespace) -> int:
    from mediane.config.serving import serve

    return serve(args.host, args.port, args.workers, ready=announce)


def announce(address: str) -> None:
    print(address, flush=True)
    if sys.stderr.isatty():
        print("Médiane répond / is ready. Ctrl-C : arrêter / stop.", file=sys.stderr)
