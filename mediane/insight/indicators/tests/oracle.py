# ruff: noqa: E731 — a table of conditions reads best as one
"""The indicators once more, told naively from the contract's words: lists of referrals in Python, no SQL, nothing shared with the product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from statistics import mean, median
from typing import Any

from mediane.mediation.referrals.models import Referral

INTERRUPTED = {"withdrawn_consumer", "withdrawn_trader", "mission_ended", "court_seized", "other_mediator_seized"}
SPLIT = {"trader", "business_line", "channel", "month", "subject", "sub_subject", "requester_kind"}
List = list[Referral]
Test = Callable[[Referral], bool]


class Spec:
    """Anchor (R: always the day of reception), what is counted, over what, the dimensions besides the common ones."""

    def __init__(self, anchor: str, unit: str, counts: Test, over: Test | None, *dimensions: str) -> None:
        self.anchor, self.unit, self.counts, self.over, self.dimensions = anchor, unit, counts, over, dimensions


def band(days: int, *limits: int) -> str:
    low = 0
    for high in limits:
        if days <= high:
            return f"{low}-{high}"
        low = high + 1
    return f">{limits[-1]}"


def percentile(values: Iterable[int], share: float) -> float:
    """Linear interpolation between the closest ranks."""
    rows = sorted(values)
    rank = share * (len(rows) - 1)
    low = int(rank)
    high = min(low + 1, len(rows) - 1)
    return rows[low] + (rows[high] - rows[low]) * (rank - low)


def counted(r: Referral) -> bool:
    return r.received_on is not None and r.state != "draft" and not r.test


def left(r: Referral) -> date | None:
    """The day a referral is no longer there to be dealt with."""
    if r.decision == "":
        return r.closed_on
    if r.decision != "admissible":
        return r.decision_on
    if r.ended_on is None and r.state in ("closed", "archived", "destroyed"):
        return r.proposal_on or r.notified_on
    return r.ended_on


def settled(r: Referral) -> int:
    return ((r.proposal_on or r.agreed_on or r.ended_on) - r.notified_on).days


class Oracle:
    def __init__(self, referrals: List, start: date, end: date, base: str, today: date) -> None:
        self.all = [r for r in referrals if counted(r)]
        self.start, self.end, self.base, self.today = start, end, base, today

    def inside(self, day: date | None) -> bool:
        return day is not None and self.start <= day <= self.end

    def population(self, anchor: str) -> List:
        column = {"r": "received_on", "d": "decision_on", "e": "ended_on"}["r" if self.base == "received" else anchor]
        return [r for r in self.all if self.inside(getattr(r, column))]

    def spec(self, code: str) -> Spec:
        received = self.base == "received"
        decided: Test = lambda r: r.decision != ""
        admissible: Test = lambda r: r.decision == "admissible"
        refused: Test = lambda r: r.decision not in ("", "admissible")
        over: Test = lambda r: admissible(r) and r.ended_on is not None
        measured: Test = lambda r: over(r) and r.notified_on is not None
        interrupted: Test = lambda r: admissible(r) and r.outcome in INTERRUPTED
        entry_refused: Test = lambda r: admissible(r) and r.entry in ("refused", "deemed_refused")
        proposed: Test = lambda r: r.proposal_on is not None or concluded(r) or r.outcome == "agreed_directly"
        concluded: Test = lambda r: r.outcome.startswith("proposal_")
        agreement: Test = lambda r: r.outcome in ("agreed_directly", "proposal_accepted")
        followed: Test = lambda r: agreement(r) and r.execution in ("yes", "no")
        both: Test = lambda r: r.amount_claimed is not None and r.amount_granted is not None
        avoidable: Test = lambda r: refused(r) and (r.decision == "premature" or r.ground == "L612-2-1")
        every: Test = lambda r: True
        of_all, of_admissible = (every, admissible) if received else (decided, over)
        return {
            "MED-001": Spec("R", "count", every, None, "subject", "sub_subject", "requester_kind"),
            "MED-002": Spec("d", "count", decided, None, "decision"),
            "MED-003": Spec("e", "count", over, None, "outcome"),
            "MED-010": Spec("d", "percent", admissible, of_all, "requester_kind"),
            "MED-011": Spec("d", "percent", refused, of_all, "decision", "ground", "ground_detail"),
            "MED-012": Spec("d", "percent", refused, of_all, "ground"),
            "MED-020": Spec("e", "percent", interrupted, of_admissible, "outcome"),
            "MED-021": Spec("e", "percent", entry_refused, of_admissible),
            "MED-030": Spec("e", "days", measured, measured, "duration_band"),
            "MED-031": Spec("d", "days", decided, decided),
            "MED-032": Spec("e", "percent", lambda r: measured(r) and settled(r) <= 90, measured),
            "MED-040": Spec("e", "count", proposed, None, "orientation"),
            "MED-041": Spec("e", "percent", lambda r: r.outcome == "proposal_accepted", concluded, "orientation"),
            "MED-042": Spec("e", "percent", lambda r: agreement(r) and r.execution == "yes", followed),
            "MED-050": Spec("R", "count", lambda r: r.cross_border is True, every, "country"),
            "MED-060": Spec("e", "euros", both, both, "orientation"),
            "MED-070": Spec("R", "count", every, every, "subject", "sub_subject"),
            "MED-080": Spec("d", "percent", avoidable, decided, "decision"),
        }[code]

    def month(self, r: Referral, anchor: str) -> str:
        column = {"r": "received_on", "d": "decision_on", "e": "ended_on"}[
            "r" if self.base == "received" or anchor == "R" else anchor
        ]
        return f"{getattr(r, column):%Y-%m}"

    def key(self, r: Referral, dimension: str, code: str, anchor: str) -> str:
        match dimension:
            case "month":
                return self.month(r, anchor)
            case "trader" | "business_line" | "subject" | "sub_subject":
                linked = getattr(r, dimension)
                return linked.name if linked else "none"
            case "duration_band":
                return band((r.ended_on - r.notified_on).days, 30, 60, 90, 120)
            case "orientation" if code == "MED-040" and r.outcome == "agreed_directly":
                return "agreed_directly"
        return getattr(r, dimension) or "none"

    def figure(self, code: str) -> dict[str, Any]:
        if code == "MED-004":
            return self.stock()
        spec = self.spec(code)
        rows = (
            [r for r in self.all if self.inside(r.received_on)] if spec.anchor == "R" else self.population(spec.anchor)
        )
        found, below = [r for r in rows if spec.counts(r)], [r for r in rows if spec.over and spec.over(r)]
        n, d = len(found), len(below) if spec.over else None
        answer: dict[str, Any] = {"numerator": n, "denominator": d, "statistics": {}, "value": n}
        if spec.unit == "percent":
            answer["value"] = 100 * n / d if d else None
        if code == "MED-030":
            answer |= self.days([(r.ended_on - r.notified_on).days for r in found])
        if code == "MED-031":
            answer |= self.days([(r.decision_on - (r.decision_started_on or r.received_on)).days for r in found])
        if code == "MED-032":
            answer["statistics"] = {
                "extended": sum(r.extended for r in below),
                "within_extension": sum(
                    bool(
                        r.extended
                        and settled(r) > 90
                        and (r.proposal_on or r.agreed_on or r.ended_on) <= r.extended_until
                    )
                    for r in below
                ),
            }
        if code == "MED-041":
            answer["statistics"] = {
                "accepted_by_consumer": sum(r.consumer_answer == "accepted" for r in below),
                "accepted_by_trader": sum(r.trader_answer == "accepted" for r in below),
            }
        if code == "MED-060":
            claimed, granted = (
                float(sum(getattr(r, name) for r in found)) for name in ("amount_claimed", "amount_granted")
            )
            answer["statistics"] = {
                "claimed": claimed,
                "granted": granted,
                "ratio": granted / claimed if claimed else None,
                "cases": n,
            }
            answer["value"] = granted if found else None
        answer["breakdowns"] = {
            dimension: self.breakdown(code, dimension, spec.anchor, found, below, spec.unit == "count")
            for dimension in {"trader", "business_line", "channel", "month", *spec.dimensions}
        }
        return answer

    def breakdown(
        self, code: str, dimension: str, anchor: str, found: List, below: List, counts: bool
    ) -> dict[str, tuple[int, float | None]]:
        cells = Counter(self.key(r, dimension, code, anchor) for r in found)
        if counts:
            return {key: (value, value / len(found)) for key, value in cells.items()}
        if code == "MED-012" and dimension == "ground":
            return {key: (value, value / len(found)) for key, value in cells.items()}
        if dimension in SPLIT:
            whole = Counter(self.key(r, dimension, code, anchor) for r in below)
            return {key: (cells[key], cells[key] / whole[key]) for key in whole}
        return {key: (value, value / len(below)) for key, value in cells.items()}

    @staticmethod
    def days(values: list[int]) -> dict[str, Any]:
        if not values:
            return {"value": None, "statistics": dict.fromkeys(("mean", "median", "p90", "share_le_60", "share_le_90"))}
        statistics = {
            "mean": mean(values),
            "median": median(values),
            "p90": percentile(values, 0.9),
            "share_le_60": sum(v <= 60 for v in values) / len(values),
            "share_le_90": sum(v <= 90 for v in values) / len(values),
        }
        return {"value": statistics["mean"], "statistics": statistics}

    def stock(self) -> dict[str, Any]:
        day = min(self.end, self.today)
        rows = [r for r in self.all if r.received_on <= day and ((gone := left(r)) is None or gone > day)]
        cells: dict[str, Counter[str]] = {
            name: Counter() for name in ("trader", "business_line", "channel", "month", "age_band", "state")
        }
        for r in rows:
            for name in ("trader", "business_line"):
                linked = getattr(r, name)
                cells[name][linked.name if linked else "none"] += 1
            cells["channel"][r.channel or "none"] += 1
            cells["month"][f"{r.received_on:%Y-%m}"] += 1
            cells["age_band"][band((day - r.received_on).days, 30, 60, 90, 180)] += 1
            cells["state"][self.state(r, day)] += 1
        shares = {
            name: {key: (value, value / len(rows)) for key, value in counter.items()} for name, counter in cells.items()
        }
        return {"numerator": len(rows), "denominator": None, "statistics": {}, "value": len(rows), "breakdowns": shares}

    def state(self, r: Referral, day: date) -> str:
        if day >= self.today:
            return r.state
        if r.decision_on is None or r.decision_on > day:
            return r.state if r.state in ("received", "incomplete", "under_review") else "received"
        if r.notified_on is None or r.notified_on > day:
            return "under_review"
        if r.state == "in_execution" and r.ended_on is None:
            return "in_execution"
        if (r.proposal_on and r.proposal_on <= day) or (r.proposal_on is None and r.state == "proposal_notified"):
            return "proposal_notified"
        if r.entry in ("accepted", "deemed_accepted") and (r.entered_on is None or r.entered_on <= day):
            return "in_mediation"
        return "awaiting_entry"
