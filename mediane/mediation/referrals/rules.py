"""Admissibility and dates of a referral: what the law says of dated facts. Pure: no clock, no ORM, no Django.

The admissibility desk, the pre-check and `mediane assess` ask the same function. Admissibility is judged on the day of
reception: an event dated later had not happened that day. A yes/no fact, the requester's kind, the day of the complaint
and the day of reception may be unknown (None); an event without its day is an event that the file does not show.

A body's rule may be stricter than the law and never looser: `LAW` holds the bounds with their articles.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from mediane.kernel.calendar import LegalCalendar
from mediane.kernel.moments import iso_day
from mediane.kernel.periods import Period, last_day
from mediane.mediation.referrals import reasons


class G(StrEnum):
    """The five grounds of article L. 612-2 (values of `enums.Ground`)."""

    PRIOR = "L612-2-1"
    UNFOUNDED = "L612-2-2"
    ELSEWHERE = "L612-2-3"
    YEAR = "L612-2-4"
    COMPETENCE = "L612-2-5"


class V(StrEnum):
    """What is found of a ground on these facts."""

    CLEAR = "clear"
    APPLIES = "applies"
    TO_CHECK = "to_check"


REQUESTER_KINDS = (
    "consumer",
    "non_professional",
    "professional",
    "association",
    "lawyer",
    "legal_protection",
    "conciliator",
    "other",
)
ANSWERS = ("satisfied", "partly", "refused")
ARTICLES = {
    G.PRIOR: "L612-2 1°",
    G.UNFOUNDED: "L612-2 2°",
    G.ELSEWHERE: "L612-2 3°",
    G.YEAR: "L612-2 4°",
    G.COMPETENCE: "L612-2 5°",
    "premature_until": "",  # guidance and sector texts, no article of the Code: never a ground
    "refer_before": "L612-2 4°",
    "decision_due": "L612-2",
    "mediation_due": "R612-5",
    "answers_due": "R612-4",
    "limitation_resumes_at_least_until": "2238 C. civ.",
}


@dataclass(frozen=True)
class Bound:
    """A period that the law itself fixes, whatever a body's rule says."""

    period: Period
    article: str


LAW = {
    "rejection": Bound(Period.parse("21d"), "L612-2"),  # last paragraph: three weeks from the receipt of the file
    "mediation": Bound(Period.parse("90d"), "R612-5"),  # from the notification, unless extended
    "limitation": Bound(
        Period.parse("6m"), "2238 C. civ."
    ),  # the least that limitation runs again; never for forclusion
}


TWO_MONTHS = Period.parse("2m")  # State guidance and sector texts; no article of the Code
ONE_YEAR = Period.parse("1y")  # L612-2 4°


@dataclass(frozen=True)
class Rules:
    """What a body, a contract or a sector sets.

    The defaults stand where nothing is said; `wd` counts on the national calendar.
    """

    premature_wait: Period = TWO_MONTHS
    levels_required: int = 1
    max_age_of_complaint: Period = ONE_YEAR
    rejection: Period = LAW["rejection"].period
    mediation: Period = LAW["mediation"].period
    acceptance_period: Period | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Rules:
        """From a mapping of parsed values (a body's rule set); what it does not hold keeps its default."""
        return cls(**{field.name: values[field.name] for field in fields(cls) if values.get(field.name) is not None})


@dataclass(frozen=True)
class Facts:
    """Dated facts of one referral. None: unknown, or for an event that the file shows none."""

    id: Any = None
    received_on: date | None = None
    requester_kind: str | None = None
    trader_in_scope: bool | None = None
    complaint_on: date | None = None
    complaint_written: bool | None = None
    complaint_proof: bool | None = None
    answered_on: date | None = None
    answer: str | None = None
    level2_on: date | None = None
    level2_answered_on: date | None = None
    other_mediator: bool | None = None
    court: bool | None = None
    manifestly_unfounded: bool | None = None
    notified_on: date | None = None
    proposal_on: date | None = None
    ended_on: date | None = None
    extension_until: date | None = None

    def by_reception(self, day: date | None) -> bool:
        """Whether an event of that day had happened on the day of reception."""
        return day is not None and self.received_on is not None and day <= self.received_on

    @property
    def first_level_answered(self) -> bool:
        """An answer without its day is a reply that lies in the file, so one that came before the referral."""
        return self.by_reception(self.answered_on) or (self.answer is not None and self.answered_on is None)

    @property
    def complaint_after_referral(self) -> bool:
        return self.complaint_on is not None and self.received_on is not None and self.complaint_on > self.received_on


class Impossible(ValueError):
    """Facts that cannot be: `field` is where, `code` why (see `reasons.IMPOSSIBLE`)."""

    def __init__(self, field: str, code: str, **values: Any) -> None:
        super().__init__(field, code)
        self.field, self.code, self.values = field, code, values

    def text(self, lang: str = "fr") -> str:
        return reasons.impossible(self.code, self.field, self.values, lang)

    def __str__(self) -> str:
        return f"{self.field}: {self.text('en')}"


@dataclass(frozen=True)
class Finding:
    ground: G
    value: V
    reason: str  # key of the sentence
    values: tuple[tuple[str, Any], ...] = ()  # what the sentence names


@dataclass(frozen=True)
class Assessment:
    """What the law says of these facts. The decision stays the mediator's.

    `counted` says of a date, where it was computed, the day it was counted from and the period that bound it.
    """

    facts: Facts
    findings: tuple[Finding, ...]
    counted: Mapping[str, tuple[date, Period]]
    premature_until: date | None
    refer_before: date | None
    decision_due: date | None
    mediation_due: date | None
    answers_due: date | None
    limitation_resumes_at_least_until: date | None
    computed: str

    DATES = (
        "premature_until",
        "refer_before",
        "decision_due",
        "mediation_due",
        "answers_due",
        "limitation_resumes_at_least_until",
    )

    def finding(self, ground: str) -> Finding:
        return next(finding for finding in self.findings if finding.ground == ground)

    def explanations(self, lang: str = "fr") -> list[dict[str, str]]:
        """One sentence per ground, then per date that there is: about what, by which article, in words."""
        said: list[tuple[str, str]] = [
            (f.ground, reasons.finding(f.ground, f.reason, dict(f.values), lang)) for f in self.findings
        ]
        for name in self.DATES:
            if (day := getattr(self, name)) is not None:
                fixed = day != last_day(*self.counted[name]) + timedelta(name == "premature_until")
                said += [(name, reasons.dated(name, day, self.counted[name], lang, fixed=fixed))]
        return [{"about": str(about), "article": ARTICLES[about], "text": text} for about, text in said]

    def as_json(self, lang: str = "fr") -> dict[str, Any]:
        """The contract of `mediane assess`."""
        found: dict[str, Any] = {"id": self.facts.id, "findings": {str(f.ground): str(f.value) for f in self.findings}}
        for name in self.DATES:
            day = getattr(self, name)
            found[name] = day.isoformat() if day else None
        return {**found, "computed": self.computed, "explanations": self.explanations(lang)}


def assess(facts: Facts, rules: Rules | None = None) -> Assessment:
    """Findings on the five grounds, dates, and what follows. Same facts, same answer, on any day.

    ValueError where a period ends beyond the calendar (`parse_facts` has checked that for facts from outside).
    """
    rules = rules or Rules()
    refer_before = _refer_before(facts, rules)
    findings = (
        _prior(facts, rules),
        _unfounded(facts),
        _elsewhere(facts),
        _year(facts, refer_before),
        _competence(facts),
    )
    premature_until = _premature_until(facts, rules, findings[0])
    counted = _counted(facts, rules)
    return Assessment(
        facts=facts,
        findings=findings,
        counted=counted,
        premature_until=premature_until,
        refer_before=refer_before,
        decision_due=_end(counted, "decision_due"),
        mediation_due=_extension(facts) or _end(counted, "mediation_due"),
        answers_due=_end(counted, "answers_due"),
        limitation_resumes_at_least_until=_end(counted, "limitation_resumes_at_least_until"),
        computed=_computed(facts, findings, premature_until),
    )


def _prior(facts: Facts, rules: Rules) -> Finding:
    """1°: no prior written complaint by the contract's procedure. Mere prematurity is never this ground."""

    def found(value: V, reason: str, **values: Any) -> Finding:
        return Finding(G.PRIOR, value, reason, tuple(values.items()))

    if facts.complaint_written is False:
        return found(V.APPLIES, "spoken")
    if facts.complaint_proof is False:
        return found(V.APPLIES, "no_proof")
    if facts.complaint_after_referral:
        return found(V.APPLIES, "after", complaint=facts.complaint_on, received=facts.received_on)
    second_level = facts.by_reception(facts.level2_on) or facts.by_reception(facts.level2_answered_on)
    if (
        rules.levels_required == 2
        and facts.by_reception(facts.complaint_on)
        and facts.first_level_answered
        and not second_level
    ):
        return found(V.APPLIES, "level_skipped")
    unknown = [
        name
        for name in ("complaint_written", "complaint_proof", "complaint_on", "received_on")
        if getattr(facts, name) is None
    ]
    if unknown:
        return found(V.TO_CHECK, "unknown", unknown=tuple(unknown))
    return found(V.CLEAR, "clear", complaint=facts.complaint_on)


def _unfounded(facts: Facts) -> Finding:
    """2°: only ever the mediator's own finding."""
    if facts.manifestly_unfounded:
        return Finding(G.UNFOUNDED, V.APPLIES, "found")
    if facts.manifestly_unfounded is None:
        return Finding(G.UNFOUNDED, V.TO_CHECK, "satisfied" if facts.answer == "satisfied" else "unknown")
    return Finding(G.UNFOUNDED, V.CLEAR, "clear")


def _elsewhere(facts: Facts) -> Finding:
    """3°: examined, or being examined, by another mediator or a court."""
    known = [name for name in ("other_mediator", "court") if getattr(facts, name)]
    if known:
        return Finding(G.ELSEWHERE, V.APPLIES, "_and_".join(known))
    unknown = tuple(name for name in ("other_mediator", "court") if getattr(facts, name) is None)
    if unknown:
        return Finding(G.ELSEWHERE, V.TO_CHECK, "unknown", (("unknown", unknown),))
    return Finding(G.ELSEWHERE, V.CLEAR, "clear")


def _year(facts: Facts, refer_before: date | None) -> Finding:
    """4°: over a year after the written complaint. A spoken complaint opens no year."""
    if facts.complaint_written is False:
        return Finding(G.YEAR, V.CLEAR, "no_year")
    if facts.received_on is None or refer_before is None:
        unknown = tuple(name for name in ("complaint_on", "received_on") if getattr(facts, name) is None)
        return Finding(G.YEAR, V.TO_CHECK, "unknown", (("unknown", unknown),))
    values = (("complaint", facts.complaint_on), ("last", refer_before), ("received", facts.received_on))
    if facts.received_on <= refer_before:
        return Finding(G.YEAR, V.CLEAR, "clear", values)
    if facts.complaint_written is None:
        return Finding(G.YEAR, V.TO_CHECK, "maybe_spoken", values)
    # Whether art. 642 moves a last day off to the next working day is unsettled: the mediator looks at that one case.
    return Finding(G.YEAR, V.APPLIES, "day_off" if _only_days_off(refer_before, facts.received_on) else "over", values)


def _only_days_off(first: date, until: date) -> bool:
    """Whether nobody worked from `first` to the eve of `until`: art. 642 CPC would have moved that last day so far."""
    calendar, days = LegalCalendar(), (until - first).days
    return days < 7 and all(calendar.day_off(first + timedelta(n)) for n in range(days))  # no week is all holidays


def _competence(facts: Facts) -> Finding:
    """5°: outside the field of competence; who is no consumer is filed here."""
    if facts.trader_in_scope is False:
        return Finding(G.COMPETENCE, V.APPLIES, "trader")
    if facts.requester_kind == "professional":
        return Finding(G.COMPETENCE, V.APPLIES, "professional")
    if facts.trader_in_scope is None or facts.requester_kind is None:
        unknown = tuple(name for name in ("trader_in_scope", "requester_kind") if getattr(facts, name) is None)
        return Finding(G.COMPETENCE, V.TO_CHECK, "unknown", (("unknown", unknown),))
    if facts.requester_kind != "consumer":
        on_behalf = facts.requester_kind in ("lawyer", "legal_protection", "conciliator")
        return Finding(G.COMPETENCE, V.TO_CHECK, "for_whom" if on_behalf else "kind", (("kind", facts.requester_kind),))
    return Finding(G.COMPETENCE, V.CLEAR, "clear")


def _premature_until(facts: Facts, rules: Rules, prior: Finding) -> date | None:
    """The first day one may refer. The wait runs from the first written complaint: two levels are not two waits."""
    if facts.complaint_on is None or facts.received_on is None or facts.complaint_after_referral:
        return None
    if prior.value is V.APPLIES or rules.premature_wait.number == 0:
        return None
    one_level = rules.levels_required == 1
    replies = [facts.level2_answered_on, facts.answered_on] if one_level else [facts.level2_answered_on]
    if any(map(facts.by_reception, replies)) or (one_level and facts.first_level_answered):
        return None
    last = last_day(facts.complaint_on, rules.premature_wait)
    if facts.received_on > last:
        return None
    return min([last + timedelta(1), *(day for day in replies if day is not None)])


def _refer_before(facts: Facts, rules: Rules) -> date | None:
    if facts.complaint_on is None or facts.complaint_written is False:
        return None
    return last_day(facts.complaint_on, rules.max_age_of_complaint)


def _counted(facts: Facts, rules: Rules) -> dict[str, tuple[date, Period]]:
    """From which day and by which period each date counts, for the dates that have a start."""
    counted: dict[str, tuple[date, Period]] = {}
    if facts.complaint_on is not None:
        counted["premature_until"] = facts.complaint_on, rules.premature_wait
        counted["refer_before"] = facts.complaint_on, rules.max_age_of_complaint
    if facts.received_on is not None:
        counted["decision_due"] = facts.received_on, bounded("rejection", facts.received_on, rules.rejection)
    if facts.notified_on is not None:
        counted["mediation_due"] = facts.notified_on, bounded("mediation", facts.notified_on, rules.mediation)
    if facts.proposal_on is not None and rules.acceptance_period is not None:
        counted["answers_due"] = facts.proposal_on, rules.acceptance_period
    ends = [day for day in (facts.proposal_on, facts.ended_on) if day is not None]
    if facts.notified_on is not None and ends:  # the prudent end point: the proposal (CECMC B01) or the end (art. 2238)
        counted["limitation_resumes_at_least_until"] = min(ends), LAW["limitation"].period
    return counted


def bounded(name: str, start: date, rule: Period) -> Period:
    """The rule `rejection` or `mediation` of a body for a clock that starts that day; the law's own if that ends
    sooner."""
    law = LAW[name].period
    return rule if last_day(start, rule) <= last_day(start, law) else law


def _end(counted: Mapping[str, tuple[date, Period]], name: str) -> date | None:
    return last_day(*counted[name]) if name in counted else None


def _extension(facts: Facts) -> date | None:
    return None if facts.notified_on is None else facts.extension_until


def _computed(facts: Facts, findings: tuple[Finding, ...], premature_until: date | None) -> str:
    if any(finding.value is V.APPLIES for finding in findings):
        return "inadmissible"
    if premature_until is not None:
        return "premature"
    doubts = {finding.ground for finding in findings if finding.value is V.TO_CHECK}
    if facts.answer != "satisfied":  # only then may the mediator's silence on 2° hide that no dispute remains
        doubts -= {G.UNFOUNDED}
    return "to_check" if doubts else "admissible"


# Facts from outside --------------------------------------------------------------------------------------------------

DAYS = (
    "received_on",
    "complaint_on",
    "answered_on",
    "level2_on",
    "level2_answered_on",
    "notified_on",
    "proposal_on",
    "ended_on",
    "extension_until",
)
YES_NO = ("trader_in_scope", "complaint_written", "complaint_proof", "other_mediator", "court", "manifestly_unfounded")
ORDERS = (
    ("complaint_on", "answered_on"),
    ("complaint_on", "level2_on"),
    ("complaint_on", "level2_answered_on"),
    ("level2_on", "level2_answered_on"),
    ("received_on", "notified_on"),
    ("received_on", "proposal_on"),
    ("received_on", "ended_on"),
    ("notified_on", "proposal_on"),
    ("notified_on", "ended_on"),
    ("notified_on", "extension_until"),
    ("proposal_on", "ended_on"),
)
"""Earlier, later: equal days are in order.

A late first-level reply and a complaint after the referral are facts, not faults.
"""


def parse_facts(given: Any, defaults: Rules | None = None) -> tuple[Facts, Rules]:
    """Facts and rules of one object of the contract; what its `rules` do not say comes from `defaults` (a body's
    rules).

    Raises Impossible for the first fault only: unreadable values in the order of the contract, then orders as listed.
    """
    if not isinstance(given, Mapping):
        raise Impossible("", "no_object")
    read = {field.name: _READ[field.name](field.name, given.get(field.name)) for field in fields(Facts)}
    facts, rules = Facts(**read), _parse_rules(given.get("rules"), defaults or Rules())
    check_order(facts, rules)
    return facts, rules


def check_order(facts: Facts, rules: Rules) -> None:
    """Raises Impossible, naming the later event, for days that cannot follow so; and for periods beyond the
    calendar."""
    for earlier, later in ORDERS:
        first, then = getattr(facts, earlier), getattr(facts, later)
        if first is not None and then is not None and then < first:
            raise Impossible(later, "order", earlier=earlier, first=first, then=then)
    _check_calendar(facts, rules)
    extended, ordinary = _extension(facts), _end(_counted(facts, rules), "mediation_due")
    if extended is not None and ordinary is not None and extended < ordinary:
        raise Impossible("extension_until", "extension", ordinary=ordinary, then=extended)


def _check_calendar(facts: Facts, rules: Rules) -> None:
    """Years are four digits and holidays are known for some centuries: what lies beyond cannot be told."""
    for field, start, period in (
        ("rules.premature_wait", facts.complaint_on, rules.premature_wait),
        ("rules.max_age_of_complaint", facts.complaint_on, rules.max_age_of_complaint),
        ("rules.rejection", facts.received_on, rules.rejection),
        ("received_on", facts.received_on, LAW["rejection"].period),
        ("rules.mediation", facts.notified_on, rules.mediation),
        ("notified_on", facts.notified_on, LAW["mediation"].period),
        ("rules.acceptance_period", facts.proposal_on, rules.acceptance_period),
        ("proposal_on", facts.proposal_on, LAW["limitation"].period),
        ("ended_on", facts.ended_on, LAW["limitation"].period),
    ):
        if start is None or period is None:
            continue
        try:
            last_day(start, period) + timedelta(1)
        except (ValueError, OverflowError) as error:
            raise Impossible(field, "beyond", start=start, period=period) from error


def answer(given: Any, defaults: Rules | None = None, lang: str = "fr") -> Any:
    """The JSON answer for the JSON given: an object for an object, a list for a list. An impossible object stops no other."""
    if isinstance(given, list):
        return [_answer_one(one, defaults, lang) for one in given]
    return _answer_one(given, defaults, lang)


def _answer_one(given: Any, defaults: Rules | None, lang: str) -> dict[str, Any]:
    try:
        return assess(*parse_facts(given, defaults)).as_json(lang)
    except Impossible as fault:
        name = given.get("id") if isinstance(given, Mapping) else None
        return {"id": name, "error": {"field": fault.field, "text": fault.text(lang)}}


def _anything(_name: str, value: Any) -> Any:
    return value


def _day(name: str, value: Any) -> date | None:
    if value is None:
        return None
    try:
        return iso_day(value)
    except (ValueError, TypeError) as error:
        raise Impossible(name, "no_day", given=_shown(value)) from error


def _yes_no(name: str, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise Impossible(name, "no_yes_no", given=_shown(value))


def _one_of(*known: str) -> Callable[[str, Any], str | None]:
    def read(name: str, value: Any) -> str | None:
        if value is None or (isinstance(value, str) and value in known):
            return value
        raise Impossible(name, "not_listed", given=_shown(value), known=known)

    return read


_READ: dict[str, Callable[[str, Any], Any]] = {
    "id": _anything,
    "requester_kind": _one_of(*REQUESTER_KINDS),
    "answer": _one_of(*ANSWERS),
}
_READ |= dict.fromkeys(DAYS, _day) | dict.fromkeys(YES_NO, _yes_no)


def _parse_rules(given: Any, rules: Rules) -> Rules:
    if given is None:
        return rules
    if not isinstance(given, Mapping):
        raise Impossible("rules", "no_object")
    changes: dict[str, Any] = {}
    for field in fields(Rules):
        value, name = given.get(field.name), f"rules.{field.name}"
        if value is None:
            continue
        if field.name == "levels_required":
            if isinstance(value, bool) or not isinstance(value, int) or value not in (1, 2):
                raise Impossible(name, "no_level", given=_shown(value))
            changes[field.name] = value
        else:
            try:
                changes[field.name] = Period.parse(value)
            except ValueError as error:
                raise Impossible(name, "no_period", given=_shown(value)) from error
    return replace(rules, **changes)


def _shown(value: Any) -> str:
    """What was given, short enough for a sentence."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"
