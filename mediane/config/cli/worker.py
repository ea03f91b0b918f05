"""`mediane worker`: the background jobs and schedules alone, where another process or machine serves the web."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "worker", help="background jobs and schedules alone", description="Run jobs until SIGTERM or Ctrl-C."
    )
    parser.add_argument("--once", action="store_true", help="end when the queue is empty")


def run(args: argparse.Namespace) -> int:
    from mediane.config.prepare import prepare

    home = prepare()
    import django

    django.setup()
    from mediane.ground.jobs.running import run_worker, run_worker_for_good

    with home.lock(f"worker-{os.getpid()}", note=json.dumps({"pid": os.getpid()})):
        if args.once:
            run_worker(wait=False)
        else:
            run_worker_for_good()
    return 0
