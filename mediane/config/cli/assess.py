"""`mediane assess`: what the law says of dated facts. Without `--body` no database and no Django."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

from mediane.mediation.referrals.rules import Rules, answer


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "assess",
        help="what the law says of dated facts",
        description="Findings on the five grounds of L612-2 and dates, of one JSON object or a list of them. "
        "The answer has the same form; impossible facts give an error for that object alone.",
    )
    parser.add_argument("file", metavar="FILE|-", help="JSON file, or - for standard input")
    parser.add_argument("--body", metavar="SLUG", help="rules of that body, not the defaults (needs the database)")
    parser.add_argument("--lang", default="fr", choices=("fr", "en"), help="language of the explanations (default fr)")
    return parser


def run(args: argparse.Namespace) -> int:
    """0 whenever the JSON could be read, else 2 with one line on standard error."""
    try:
        given = _read(args.file)
        rules = load_rules(args.body) if args.body else None
    except (OSError, ValueError, LookupError) as error:
        print(f"mediane assess: {error}", file=sys.stderr)
        return 2
    print(_written(answer(given, rules, args.lang)))
    return 0


def _written(answered: Any) -> str:
    """JSON that UTF-8 can carry: half a character (a lone surrogate, which JSON may escape) goes back escaped, as it came."""
    text = json.dumps(answered, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(answered, indent=2, allow_nan=False)
    return text


def load_rules(slug: str) -> Rules:
    """The rules in force of a body. LookupError when there is none of that slug."""
    from mediane.config.prepare import prepare

    prepare()
    import django

    django.setup()
    return rules_of(slug)


def rules_of(slug: str) -> Rules:
    """The same, where the database is ready."""
    from mediane.kernel.refusals import Refusal
    from mediane.mediation.schemes.services import rules_for_slug

    try:
        return Rules.of(rules_for_slug(slug))
    except Refusal as refusal:
        raise LookupError(f"no body {slug!r}") from refusal


def _read(name: str) -> Any:
    """JSON in UTF-8, with or without its mark. ValueError says where it stops being JSON."""
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, parse_float=_number)
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"{name}: no JSON, line {error.lineno} column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError(f"{name}: JSON nested too deeply") from error


def _number(text: str) -> float:
    """What is too great to be given back as a number is refused, rather than answered as an infinity that no JSON holds."""
    if math.isinf(number := float(text)):
        raise ValueError(f"{text[:20]} is too great a number")
    return number


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON")
