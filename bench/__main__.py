"""`python -m bench [--quick] [name…]`: one JSON line a figure on standard output, progress on standard error.

Exit status 1 when a budget is missed (never with --quick).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench import history, letters, pages, receiving, serving
from bench.home import Home, temporary
from bench.measure import Figure

GROUPS: tuple[tuple[set[str], Callable[..., Iterator[Figure]]], ...] = (
    ({"receive_1", "receive_8"}, receiving.benches),
    (letters.NAMES, letters.benches),
    (serving.NAMES, serving.benches),
    (history.NAMES, history.benches),
    ({f"{page}_10k_1m" for page in pages.PAGES}, pages.benches),
)
NAMES = sorted(set().union(*(names for names, _ in GROUPS)))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="bench",
        description="Performance runs as ratios against a raw limit measured in the same run (docs/performance.md).",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="small archives and short measures: about two minutes, to see that all of it runs",
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"all by default: {', '.join(NAMES)}")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.names) - set(NAMES):
        parser.error(f"no bench named {', '.join(sorted(unknown))}")
    wanted = set(arguments.names or NAMES)
    began, missed = time.monotonic(), 0
    with temporary() as home:
        for names, benches in GROUPS:
            if names & wanted:
                missed += run(benches, home, wanted & names, quick=arguments.quick)
    sys.stderr.write(f"bench: {time.monotonic() - began:.0f} s in all, {missed} budgets missed\n")
    return 1 if missed and not arguments.quick else 0  # small sizes show that it runs, not how fast


def run(benches: Any, home: Home, wanted: set[str], *, quick: bool) -> int:
    missed = 0
    for figure in benches(home, quick=quick, wanted=wanted):
        print(figure.line(), flush=True)
        missed += not figure.budget.met(figure.ratio)
    return missed


if __name__ == "__main__":
    sys.exit(main())
