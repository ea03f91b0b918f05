"""What a referral is counted for, said once and read twice: as SQL over the table, and in Python over the short code that a group of rows shares.

The cube (`cube.py`) groups rows by that code; a figure opened to its cases (`cases.py`) filters the table. Both read the same conditions, so that
a figure and the list behind it cannot disagree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mediane.mediation.referrals.enums import Answer, Decision, Entry, Execution, Ground, Orientation, Outcome, State

TABLE = "referrals_referral"


def column(name: str) -> str:
    """The referral's column, with its table: the same text serves a join."""
    return f"{TABLE}.{name}"


# ---- conditions ----------------------------------------------------------------------------------------------------------


class Condition(ABC):
    """A yes/no of one referral. Combined with & | ~."""

    @property
    @abstractmethod
    def sql(self) -> str:
        """Over the columns of the table; never null."""

    @abstractmethod
    def holds(self, code: Mapping[str, object]) -> bool:
        """The same on a decoded group."""

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The facts that it reads, however they are combined."""
        return (self,)

    def __and__(self, other: Condition) -> Condition:
        return _Both(self, other)

    def __or__(self, other: Condition) -> Condition:
        return _Either(self, other)

    def __invert__(self) -> Condition:
        return _Not(self)


@dataclass(frozen=True)
class _Both(Condition):
    one: Condition
    other: Condition

    @property
    def parts(self) -> tuple[Condition, ...]:
        return (*self.one.parts, *self.other.parts)

    @property
    def sql(self) -> str:
        return f"({self.one.sql} AND {self.other.sql})"

    def holds(self, code: Mapping[str, object]) -> bool:
        return self.one.holds(code) and self.other.holds(code)


@dataclass(frozen=True)
class _Either(Condition):
    one: Condition
    other: Condition

    @property
    def parts(self) -> tuple[Condition, ...]:
        return (*self.one.parts, *self.other.parts)

    @property
    def sql(self) -> str:
        return f"({self.one.sql} OR {self.other.sql})"

    def holds(self, code: Mapping[str, object]) -> bool:
        return self.one.holds(code) or self.other.holds(code)


@dataclass(frozen=True)
class _Not(Condition):
    one: Condition

    @property
    def parts(self) -> tuple[Condition, ...]:
        return self.one.parts

    @property
    def sql(self) -> str:
        return f"NOT {self.one.sql}"

    def holds(self, code: Mapping[str, object]) -> bool:
        return not self.one.holds(code)


class _Always(Condition):
    sql = "true"

    def holds(self, code: Mapping[str, object]) -> bool:
        return True


ALWAYS = _Always()


# ---- fields of the code ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coded:
    """A column with a closed list of values; the empty one is the first."""

    name: str
    values: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.values)

    @property
    def code_sql(self) -> str:
        whens = " ".join(f"WHEN '{value}' THEN {number}" for number, value in enumerate(self.values) if number)
        return f"(CASE {column(self.name)} {whens} ELSE 0 END)"

    def decode(self, number: int) -> str:
        return self.values[number]

    def among(self, *values: str) -> Condition:
        unknown = set(values) - set(self.values)
        if unknown:
            raise ValueError(f"{self.name}: {unknown}")
        return _Among(self, frozenset(map(str, values)))

    def given(self) -> Condition:
        return ~self.among("")


class Merged:
    """A closed list of which only some values are told apart: those that are in the same of the given sets share a number, and the first stands for them."""

    def __init__(self, field: Coded, told_apart: Collection[frozenset[str]]) -> None:
        self.field, self.name = field, field.name
        shared: dict[tuple[bool, ...], list[str]] = {}
        for value in field.values:
            shared.setdefault(tuple(value in one for one in told_apart), []).append(value)
        self.classes = tuple(shared.values())

    @property
    def size(self) -> int:
        return len(self.classes)

    @property
    def code_sql(self) -> str:
        whens = " ".join(
            f"WHEN '{value}' THEN {number}" for number, values in enumerate(self.classes) if number for value in values
        )
        return f"(CASE {column(self.name)} {whens} ELSE 0 END)" if whens else "0"

    def decode(self, number: int) -> str:
        return self.classes[number][0]


@dataclass(frozen=True)
class _Among(Condition):
    field: Coded
    values: frozenset[str]

    @property
    def sql(self) -> str:
        listed = ", ".join(f"'{value}'" for value in sorted(self.values))
        return f"{column(self.field.name)} IN ({listed})"

    def holds(self, code: Mapping[str, object]) -> bool:
        return code[self.field.name] in self.values


@dataclass(frozen=True)
class Bit(Condition):
    """A fact that columns say together; `test` is never null."""

    name: str
    test: str
    size: int = 2

    @property
    def sql(self) -> str:
        return f"({self.test})"

    @property
    def code_sql(self) -> str:
        return f"(CASE WHEN {self.test} THEN 1 ELSE 0 END)"

    def decode(self, number: int) -> bool:
        return bool(number)

    def holds(self, code: Mapping[str, object]) -> bool:
        return bool(code[self.name])


Field = Coded | Merged | Bit
Fields = tuple[Field, ...]


def _coded(name: str, values: list[str]) -> Coded:
    return Coded(name, ("", *map(str, values)))


_c = column
LEGAL_DAYS = 90
"""Of article R. 612-5, as the indicator MED-032 measures them: whatever shorter period a body sets itself, the law's is what is compared."""

DECISION = _coded("decision", Decision.values)
GROUND = _coded("ground", Ground.values)
OUTCOME = _coded("outcome", Outcome.values)
ORIENTATION = _coded("orientation", Orientation.values)
EXECUTION = _coded("execution", Execution.values)

NOTIFIED = Bit("notified", f"{_c('notified_on')} IS NOT NULL")
ENDED = Bit("ended", f"{_c('ended_on')} IS NOT NULL")
PENDING_PROPOSAL = Bit(
    "pending_proposal", f"{_c('proposal_on')} IS NOT NULL OR {_c('state')} = '{State.PROPOSAL_NOTIFIED}'"
)
ENTRY_REFUSED = Bit(
    "entry_refused",
    f"{_c('entry')} IN ('{Entry.REFUSED}', '{Entry.DEEMED_REFUSED}') OR {_c('outcome')} = '{Outcome.ENTRY_REFUSED}'",
)
CONSUMER_ACCEPTED = Bit("consumer_accepted", f"{_c('consumer_answer')} = '{Answer.ACCEPTED}'")
TRADER_ACCEPTED = Bit("trader_accepted", f"{_c('trader_answer')} = '{Answer.ACCEPTED}'")
CROSS_BORDER = Bit("cross_border", f"{_c('cross_border')} IS TRUE")
BORDER_KNOWN = Bit("border_known", f"{_c('cross_border')} IS NOT NULL")
BOTH_AMOUNTS = Bit("both_amounts", f"{_c('amount_claimed')} IS NOT NULL AND {_c('amount_granted')} IS NOT NULL")
EXTENDED = Bit("extended", _c("extended"))

SETTLED_ON = f"coalesce({_c('proposal_on')}, {_c('agreed_on')}, {_c('ended_on')})"
"""Day on which the 90 days stopped: the proposal, the direct agreement, or an end without either."""
WITHIN = Bit("within", f"coalesce({SETTLED_ON} - {_c('notified_on')} <= {LEGAL_DAYS}, false)")
WITHIN_EXTENSION = Bit(
    "within_extension",
    f"{_c('extended')} AND coalesce({SETTLED_ON} - {_c('notified_on')} > {LEGAL_DAYS} AND {SETTLED_ON} <= {_c('extended_until')}, false)",
)

# Of any referral, then of a mediation: the second part is nought where there is none, and is not even computed.
OF_REFERRAL: Fields = (DECISION, GROUND, CROSS_BORDER, BORDER_KNOWN, BOTH_AMOUNTS)
OF_MEDIATION: Fields = (
    OUTCOME, ORIENTATION, EXECUTION, NOTIFIED, ENDED, PENDING_PROPOSAL, ENTRY_REFUSED, CONSUMER_ACCEPTED, TRADER_ACCEPTED,
    EXTENDED, WITHIN, WITHIN_EXTENSION,
)  # fmt: skip


def _packed(fields: Fields) -> tuple[str, int]:
    parts, scale = [], 1
    for field in fields:
        parts.append(f"{scale} * {field.code_sql}" if scale > 1 else field.code_sql)
        scale *= field.size
    return " + ".join(parts), scale


class Code:
    """The given facts of a referral in one whole number, which groups several times faster than a dozen columns."""

    def __init__(self, of_referral: Fields, of_mediation: Fields) -> None:
        first, scale = _packed(of_referral)
        second, rest = _packed(of_mediation)
        if scale * rest > 2**31:
            raise OverflowError("the code of a referral no longer fits an integer")
        self._fields = (*of_referral, *of_mediation)
        self.sql = (
            f"{first} + {scale} * CASE WHEN {column('decision')} = '{Decision.ADMISSIBLE}' THEN {second} ELSE 0 END"
        )

    def decode(self, number: int) -> dict[str, object]:
        """Every fact by its name; one that is not in the code stands at its first value."""
        said: dict[str, object] = {field.name: field.decode(0) for field in (*OF_REFERRAL, *OF_MEDIATION)}
        for field in self._fields:
            number, digit = divmod(number, field.size)
            said[field.name] = field.decode(digit)
        return said


CODE = Code(OF_REFERRAL, OF_MEDIATION)


def sort_of(conditions: Iterable[Condition]) -> Code:
    """A coarser code: referrals of one sort are alike to every one of `conditions`. It holds the facts that these read, and of a closed list only the
    values that they tell apart: a few dozen sorts instead of hundreds of codes keep the hash tables of a breakdown small."""
    read = [part for condition in conditions for part in condition.parts]

    def coarse(fields: Fields) -> Fields:
        kept: list[Field] = []
        for field in fields:
            if isinstance(field, Coded):
                told_apart = {part.values for part in read if isinstance(part, _Among) and part.field is field}
                kept += [Merged(field, told_apart)] if told_apart else []
            elif field in read:
                kept.append(field)
        return tuple(kept)

    return Code(coarse(OF_REFERRAL), coarse(OF_MEDIATION))


# ---- words of the procedure, as counted -------------------------------------------------------------------------------------------

DECIDED = DECISION.given()
ADMISSIBLE = DECISION.among(Decision.ADMISSIBLE)
REFUSED = DECIDED & ~ADMISSIBLE
"""Inadmissible, redirected, premature, and what a file calls incomplete."""
OVER = ADMISSIBLE & ENDED
MEASURED = OVER & NOTIFIED
INTERRUPTIONS = (
    Outcome.WITHDRAWN_CONSUMER, Outcome.WITHDRAWN_TRADER, Outcome.MISSION_ENDED, Outcome.COURT_SEIZED, Outcome.OTHER_MEDIATOR_SEIZED,
)  # fmt: skip
INTERRUPTED = OUTCOME.among(*INTERRUPTIONS)
CONCLUDED = OUTCOME.among(Outcome.PROPOSAL_ACCEPTED, Outcome.PROPOSAL_REFUSED, Outcome.PROPOSAL_UNANSWERED)
PROPOSED = PENDING_PROPOSAL | CONCLUDED
DIRECT = OUTCOME.among(Outcome.AGREED_DIRECTLY)
AGREEMENT = OUTCOME.among(Outcome.AGREED_DIRECTLY, Outcome.PROPOSAL_ACCEPTED)
AVOIDABLE = REFUSED & (GROUND.among(Ground.NO_PRIOR_COMPLAINT) | DECISION.among(Decision.PREMATURE))

COUNTED = f"({_c('received_on')} IS NOT NULL AND {_c('state')} <> '{State.DRAFT}' AND NOT {_c('test')})"
"""What figures are made of: live and imported alike; never a draft (a discarded one has no day of reception), never a body's own trial."""

LEFT_ON = (
    f"(CASE WHEN {_c('decision')} NOT IN ('', '{Decision.ADMISSIBLE}') THEN {_c('decision_on')} "
    f"WHEN {_c('decision')} = '' THEN {_c('closed_on')} "
    f"WHEN {_c('ended_on')} IS NULL AND {_c('state')} IN ('{State.CLOSED}', '{State.ARCHIVED}', '{State.DESTROYED}') "
    f"THEN coalesce({_c('proposal_on')}, {_c('notified_on')}) ELSE {_c('ended_on')} END)"
)
"""Day on which a referral leaves the stock: a refusal of any kind, a withdrawal before any decision, the end of the mediation. A file may say that a
mediation ended and not when: then the last day that is known."""


def in_stock(day: str) -> str:
    """Received by that day and not gone by it. `day`: SQL of a date."""
    return f"({_c('received_on')} <= {day} AND ({LEFT_ON} IS NULL OR {LEFT_ON} > {day}))"


def state_on(day: str) -> str:
    """The state on a past day, as the days of the case tell it. Before a decision, a case that is further today stands as `received`: which of the
    states before decision it was in is not in its columns."""
    before = ", ".join(f"'{state}'" for state in (State.RECEIVED, State.INCOMPLETE, State.UNDER_REVIEW))
    return (
        f"(CASE WHEN {_c('decision_on')} IS NULL OR {_c('decision_on')} > {day} "
        f"THEN CASE WHEN {_c('state')} IN ({before}) THEN {_c('state')} ELSE '{State.RECEIVED}' END "
        f"WHEN {_c('notified_on')} IS NULL OR {_c('notified_on')} > {day} THEN '{State.UNDER_REVIEW}' "
        f"WHEN {_c('state')} = '{State.IN_EXECUTION}' AND {_c('ended_on')} IS NULL THEN '{State.IN_EXECUTION}' "
        f"WHEN {_c('proposal_on')} <= {day} OR ({_c('proposal_on')} IS NULL AND {_c('state')} = '{State.PROPOSAL_NOTIFIED}') "
        f"THEN '{State.PROPOSAL_NOTIFIED}' "
        f"WHEN {_c('entry')} IN ('{Entry.ACCEPTED}', '{Entry.DEEMED_ACCEPTED}') AND coalesce({_c('entered_on')} <= {day}, true) "
        f"THEN '{State.IN_MEDIATION}' ELSE '{State.AWAITING_ENTRY}' END)"
    )


def band(days: str, limits: tuple[int, ...]) -> str:
    """SQL of the band (`0-30`, `31-60`… `>120`) of a number of days."""
    whens, low = "", 0
    for high in limits:
        whens += f" WHEN {days} <= {high} THEN '{low}-{high}'"
        low = high + 1
    return f"(CASE{whens} ELSE '>{limits[-1]}' END)"


AGE_LIMITS = (30, 60, 90, 180)
DURATION_LIMITS = (30, 60, 90, 120)
