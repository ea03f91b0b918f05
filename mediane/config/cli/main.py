"""The `mediane` command: finds the subcommand, runs it, says in one line what went wrong.

A subcommand is a module beside this one, named after it, with `add_parser(subparsers)` and `run(args) -> int`. Only the module that was
asked for is imported (all of them for `--help`), and modules import Django inside `run`: `deadline`, `assess` and `verify dossier` answer at once.
Standard output carries the answer only; everything else goes to standard error.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

# In the order in which somebody new meets them.
ORDER = (
    "demo", "serve", "stop", "worker", "check", "bodies", "import", "report", "indicators", "deadline", "assess", "receive", "dossier",
    "export", "verify", "manage",
)  # fmt: skip
RESERVED = {"import": "import_"}  # a module cannot be named after a keyword


def commands() -> list[str]:
    """The subcommands that are built."""
    built = {path.stem for path in Path(__file__).parent.glob("*.py")}
    return [name for name in ORDER if RESERVED.get(name, name) in built]


def parser(names: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with these subcommands."""
    top = argparse.ArgumentParser(
        prog="mediane",
        description="Médiane: consumer mediation, from the referral to the annual report.",
        epilog="MEDIANE_HOME names the folder of the embedded database and files; DATABASE_URL an external PostgreSQL (15 or later).",
    )
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        module = importlib.import_module(f"mediane.config.cli.{RESERVED.get(name, name)}")
        before = set(subparsers.choices)
        module.add_parser(subparsers)
        for added in set(subparsers.choices) - before:
            subparsers.choices[added].set_defaults(run_command=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    known = commands()
    asked = arguments[0] if arguments and arguments[0] in known else None
    args = parser([asked] if asked else known).parse_args(arguments)
    try:
        code = int(args.run_command(args) or 0)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # `mediane bodies | head -1`: nobody listens any more, which is no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 128 + signal.SIGPIPE
    except Exception as error:
        if os.environ.get("MEDIANE_DEBUG"):
            raise
        print(f"mediane {args.command}: {one_line(error)}", file=sys.stderr)
        return 1


def one_line(error: BaseException) -> str:
    """What went wrong, on one line. The name of the exception is told when its text alone would say little."""
    from mediane.config.home import HomeError
    from mediane.kernel.refusals import Refusal

    text = " ".join(str(error).split())
    if isinstance(error, HomeError | Refusal | ValueError) and text:
        return text
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
