"""The annual report counted a second time, straight from the cells of a referrals file: no table, no model, nothing shared with the product.

`oracle.py` counts what stands in the tables; this counts what stood in the file, so that an import which loses or bends something shows as well.
It knows the contract's words only. A day is kept as text: ISO days compare as they are written.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

Row = dict[str, str]
Test = Callable[[Row], bool]

STOPPED = ("withdrawn_consumer", "withdrawn_trader", "mission_ended", "court_seized", "other_mediator_seized")
COMMON = ("trader", "business_line", "channel", "month")
SPLITTING = (*COMMON, "subject", "sub_subject", "requester_kind")


def rows_of(path: Path) -> list[Row]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def decided(r: Row) -> bool:
    return bool(r["decision"])


def admissible(r: Row) -> bool:
    return r["decision"] == "admissible"


def refused(r: Row) -> bool:
    return decided(r) and not admissible(r)


def ended(r: Row) -> bool:
    return admissible(r) and bool(r["closed_on"])


def answered(r: Row) -> bool:
    """A proposal that both answered, or whose mediation is over."""
    return r["outcome"] == "proposal" and bool(r["closed_on"] or (r["consumer_answer"] and r["trader_answer"]))


def accepted(r: Row) -> bool:
    return answered(r) and r["consumer_answer"] == r["trader_answer"] == "accepted"


def direct(r: Row) -> bool:
    return r["outcome"] == "agreed_directly"


def agreement(r: Row) -> bool:
    return direct(r) or accepted(r)


def outcome(r: Row) -> str:
    if r["outcome"] != "proposal":
        return r["outcome"]
    if not answered(r):
        return ""
    if "refused" in (r["consumer_answer"], r["trader_answer"]):
        return "proposal_refused"
    return "proposal_accepted" if accepted(r) else "proposal_unanswered"


def settled(r: Row) -> int:
    return days(r["notified_on"], r["proposal_on"] or r["closed_on"])


def band(number: int, *limits: int) -> str:
    low = 0
    for high in limits:
        if number <= high:
            return f"{low}-{high}"
        low = high + 1
    return f">{limits[-1]}"


def recount(rows: list[Row], year: int, base: str) -> dict[str, dict[str, Any]]:
    """Code → value, numerator, denominator, breakdowns (dimension → key → (count, share)), of all indicators that a file alone can tell."""
    column = {"received": "received_on", "decided": "decision_on", "ended": "closed_on"}
    cohort = {
        anchor: [r for r in rows if r["received_on" if base == "received" else name].startswith(str(year))]
        for anchor, name in column.items()
    }
    by_received = base == "received"
    every: Test = lambda r: True  # noqa: E731
    told: dict[str, tuple[str, Test, Test | None, bool, tuple[str, ...]]] = {
        "MED-001": ("received", every, None, False, ("subject", "sub_subject", "requester_kind")),
        "MED-002": ("decided", decided, None, False, ("decision",)),
        "MED-003": ("ended", ended, None, False, ("outcome",)),
        "MED-010": ("decided", admissible, every if by_received else decided, True, ("requester_kind",)),
        "MED-011": ("decided", refused, every if by_received else decided, True, ("decision", "ground", "ground_detail")),
        "MED-012": ("decided", refused, every if by_received else decided, True, ("ground",)),
        "MED-020": ("ended", lambda r: r["outcome"] in STOPPED, admissible if by_received else ended, True, ("outcome",)),
        "MED-021": (
            "ended",
            lambda r: r["entry"] in ("refused", "deemed_refused") or r["outcome"] == "entry_refused",
            admissible if by_received else ended,
            True,
            (),
        ),
        "MED-030": ("ended", ended, ended, False, ("duration_band",)),
        "MED-031": ("decided", decided, decided, False, ()),
        "MED-032": ("ended", lambda r: ended(r) and settled(r) <= 90, ended, True, ()),
        "MED-040": ("ended", lambda r: r["outcome"] == "proposal" or direct(r), None, False, ("orientation",)),
        "MED-041": ("ended", accepted, answered, True, ("orientation",)),
        "MED-042": (
            "ended",
            lambda r: agreement(r) and r["executed"] == "yes",
            lambda r: agreement(r) and r["executed"] in ("yes", "no"),
            True,
            (),
        ),
        "MED-070": ("received", every, None, False, ("subject", "sub_subject")),
        "MED-080": (
            "decided",
            lambda r: refused(r) and (r["decision"] == "premature" or r["ground"] == "L612-2-1"),
            decided,
            True,
            ("decision",),
        ),
    }  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    for code, (anchor, counts, over, rate, more) in told.items():
        month_of = column["received" if by_received or anchor == "received" else anchor]

        def key(r: Row, dimension: str, code: str = code, month_of: str = month_of) -> str:
            match dimension:
                case "month":
                    return r[month_of][:7]
                case "outcome":
                    return outcome(r) or "none"
                case "duration_band":
                    return band(days(r["notified_on"], r["closed_on"]), 30, 60, 90, 120)
                case "orientation" if code == "MED-040" and direct(r):
                    return "agreed_directly"
            return r[dimension].strip() or "none"

        inside = [r for r in cohort[anchor] if counts(r)]
        below = [r for r in cohort[anchor] if over(r)] if over else []
        value: Any = len(inside)
        if rate:
            value = 100 * len(inside) / len(below) if below else None
        elif code in ("MED-030", "MED-031"):
            first, last = ("notified_on", "closed_on") if code == "MED-030" else ("received_on", "decision_on")
            value = sum(days(r[first], r[last]) for r in inside) / len(inside) if inside else None
        cells: dict[str, dict[str, tuple[int, float]]] = {}
        for dimension in (*COMMON, *more):
            counted = Counter(key(r, dimension) for r in inside)
            wholes = Counter(key(r, dimension) for r in below)
            if over is None or (code, dimension) == ("MED-012", "ground"):
                cells[dimension] = {name: (n, n / len(inside)) for name, n in counted.items()}
            elif dimension in SPLITTING:
                cells[dimension] = {name: (counted[name], counted[name] / whole) for name, whole in wholes.items()}
            else:
                cells[dimension] = {name: (n, n / len(below)) for name, n in counted.items()}
        found[code] = {
            "value": value,
            "numerator": len(inside),
            "denominator": len(below) if over and code != "MED-070" else None,
            "breakdowns": cells,
        }
    return found
