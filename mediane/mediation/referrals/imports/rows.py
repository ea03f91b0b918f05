"""One row of a file: what it says, or why it cannot go in. Pure; reads no clock and no table.

A decision is never judged again: the reasons here are those of the contract and no others. A row that says two impossible things is told both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mediane.kernel.identifiers import is_siren
from mediane.kernel.moments import iso_day
from mediane.kernel.money import CENT, LARGEST
from mediane.kernel.typed import clean_text
from mediane.mediation.referrals.enums import Answer, Decision, Entry, Execution, Outcome, State
from mediane.mediation.referrals.imports.columns import AMOUNTS, CHOICES, COLUMNS, DAYS, LENGTHS, PROPOSAL, REQUIRED

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_GAPS = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True)
class Fault:
    """Why a row is rejected: `code` for counting, `column` and `value` as given, `reason` in plain words."""

    code: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Row:
    """A good row: texts (empty when absent), days, amounts (None when absent), and the digest of all of it."""

    values: dict[str, Any]
    digest: bytes
    shortened: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass
class _Reading:
    raw: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    shortened: list[str] = field(default_factory=list)

    def fault(self, code: str, column: str, reason: str) -> None:
        self.faults.append(Fault(code, column, self.raw.get(column, ""), reason))

    def given(self, column: str) -> bool:
        """Whether the file says something there, readable or not: a day that does not exist is not a missing day."""
        return bool(self.raw.get(column))


def shorten(text: str, length: int, *, unique: bool) -> str:
    """The text in `length` characters. `unique`: its end becomes a digest, so that two long references stay two."""
    if len(text) <= length:
        return text
    if unique:
        return f"{text[: length - 9]}~{hashlib.blake2b(text.encode(), digest_size=4).hexdigest()}"
    return f"{text[: length - 1].rstrip()}…"


def read_row(cells: Mapping[str, str], today: date) -> Row | list[Fault]:
    """The row, or every reason against it. `cells`: known column → cell as given; `today`: the last day that is not in the future."""
    reading = _Reading({column: text for column, cell in cells.items() if cell and (text := clean_text(cell))})
    raw, values = reading.raw, reading.values
    for column in COLUMNS:
        text = raw.get(column, "")
        reader = _READERS.get(column)
        values[column] = reader(reading, column, text, today) if reader and text else _EMPTY.get(column, text)
    for column in REQUIRED:
        if not reading.given(column):
            reading.fault(
                "missing", column, _("la colonne « %(column)s » est obligatoire et elle est vide") % {"column": column}
            )
    _check_together(reading)
    if reading.faults:
        return reading.faults
    return Row(values, _digest(values), tuple(reading.shortened))


def _digest(values: Mapping[str, Any]) -> bytes:
    parts = "\x1f".join("" if value is None else str(value) for value in values.values())
    return hashlib.blake2b(parts.encode(), digest_size=16).digest()


# ---- one cell --------------------------------------------------------------------------------------------------------


def _day(reading: _Reading, column: str, text: str, today: date) -> date | None:
    try:
        day = iso_day(text)
    except ValueError:
        iso = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
        reason = _("ce jour n’existe pas") if iso else _("un jour s’écrit AAAA-MM-JJ, par exemple 2024-05-31")
        reading.fault("day", column, reason)
        return None
    if day > today:
        reading.fault("future", column, _("ce jour est dans le futur"))
        return None
    return day


def _choice(reading: _Reading, column: str, text: str, today: date) -> str:
    if text not in CHOICES[column]:
        reading.fault(
            "value",
            column,
            _("valeur inconnue ; les valeurs possibles sont : %(values)s")
            % {"values": ", ".join(sorted(CHOICES[column]))},
        )
    return text


def _amount(reading: _Reading, column: str, text: str, today: date) -> Decimal | None:
    if not _NUMBER.fullmatch(text) or abs(value := Decimal(text)) > LARGEST:
        reading.fault(
            "amount", column, _("ce montant n’est pas un nombre ; il s’écrit avec un point, par exemple 1234.50")
        )
        return None
    return value.quantize(CENT, ROUND_HALF_UP)


def _siren(reading: _Reading, column: str, text: str, today: date) -> str:
    digits = _GAPS.sub("", text)
    if not is_siren(digits):
        reading.fault("siren", column, _("ce numéro SIREN n’est pas valide (neuf chiffres, dont une clé de contrôle)"))
    return digits


def _text(reading: _Reading, column: str, text: str, today: date) -> str:
    short = shorten(text, LENGTHS[column], unique=column.endswith("reference"))
    if short != text:
        reading.shortened.append(column)
    return short


_Reader = Callable[[_Reading, str, str, date], Any]
_READERS: dict[str, _Reader] = (
    dict.fromkeys(DAYS, cast(_Reader, _day))
    | dict.fromkeys(AMOUNTS, _amount)
    | dict.fromkeys(CHOICES, _choice)
    | dict.fromkeys(LENGTHS, _text)
    | {"trader_siren": _siren}
)
_EMPTY: dict[str, None] = dict.fromkeys((*DAYS, *AMOUNTS))


# ---- cells together --------------------------------------------------------------------------------------------------


def _check_together(reading: _Reading) -> None:
    given, values, fault = reading.given, reading.values, reading.fault
    decision = values["decision"]
    known = decision in CHOICES["decision"]
    if given("decision") and not given("decision_on"):
        fault("decision_day", "decision_on", _("il y a une décision sans son jour"))
    if given("decision_on") and not given("decision"):
        fault("decision_day", "decision", _("il y a un jour de décision sans décision"))
    if given("ground") and not given("decision"):
        fault("ground", "ground", _("il y a un motif de refus sans décision"))
    if given("ground") and decision == Decision.ADMISSIBLE:
        fault("ground", "ground", _("une demande recevable ne peut pas porter de motif de refus"))
    if given("notified_on") and decision != Decision.ADMISSIBLE and (known or not given("decision")):
        fault("notified", "notified_on", _("il y a une notification aux parties sans décision de recevabilité"))
    for earlier, later, reason in _ORDER:
        first, then = values[earlier], values[later]
        if first and then and then < first:
            fault(
                "order",
                later,
                _("%(what)s (%(later)s est avant %(earlier)s)")
                % {"what": reason, "later": then.isoformat(), "earlier": first.isoformat()},
            )
    if not given("notified_on"):
        for column, words in _AFTER_NOTIFICATION.items():
            if given(column):
                fault(
                    "not_notified",
                    column,
                    _("il y a %(what)s sans notification aux parties (notified_on)") % {"what": words},
                )
    if values["outcome"] != PROPOSAL and (values["outcome"] in CHOICES["outcome"] or not given("outcome")):
        for column, words in _OF_A_PROPOSAL.items():
            if given(column):
                said = {"what": words, "proposal": PROPOSAL}
                fault(
                    "no_proposal",
                    column,
                    _("il y a %(what)s alors que l’issue (outcome) n’est pas « %(proposal)s »") % said,
                )
    if given("previous_reference") and reading.raw["previous_reference"] == reading.raw.get("reference"):
        fault("previous", "previous_reference", _("la saisine précédente ne peut pas être la saisine elle-même"))


_ORDER = (
    ("received_on", "decision_on", gettext_lazy("la décision est avant la réception")),
    ("decision_on", "notified_on", gettext_lazy("la notification est avant la décision")),
    ("notified_on", "proposal_on", gettext_lazy("la proposition est avant la notification")),
    ("notified_on", "closed_on", gettext_lazy("la fin est avant la notification")),
    ("proposal_on", "closed_on", gettext_lazy("la fin est avant la proposition")),
)
_AFTER_NOTIFICATION = {
    "entry": gettext_lazy("une réponse du professionnel sur l’entrée"),
    "outcome": gettext_lazy("une issue"),
    "closed_on": gettext_lazy("une fin"),
}
_OF_A_PROPOSAL = {
    "consumer_answer": gettext_lazy("une réponse du consommateur"),
    "trader_answer": gettext_lazy("une réponse du professionnel"),
    "orientation": gettext_lazy("un sens de solution"),
    "proposal_on": gettext_lazy("un jour de proposition"),
}


# ---- what it means -----------------------------------------------------------------------------------------------------


def history(row: Mapping[str, Any] | Row) -> dict[str, Any]:
    """The columns of a referral that a row's history fills: its state above all. Never a move: no letter, no clock, nobody told."""
    decision, notified, ended = row["decision"], row["notified_on"], row["closed_on"]
    answers = (row["consumer_answer"], row["trader_answer"])
    outcome, execution = row["outcome"], row["executed"]
    columns: dict[str, Any] = {
        "outcome": "",
        "ended_on": None,
        "closed_on": None,
        "agreed_on": None,
        "execution": execution,
    }
    if outcome == PROPOSAL:
        outcome = "" if not ended and not all(answers) else _outcome_of(answers)
        pending = not outcome
    else:
        pending = False
    agreement = outcome in (Outcome.AGREED_DIRECTLY, Outcome.PROPOSAL_ACCEPTED)
    if not decision:
        state = State.RECEIVED
    elif decision == Decision.ADMISSIBLE and not notified:
        state = State.UNDER_REVIEW
    elif decision != Decision.ADMISSIBLE:
        state = State.INADMISSIBLE if decision == Decision.INCOMPLETE else State(decision)
    elif pending:
        state = State.PROPOSAL_NOTIFIED
    elif not outcome and not ended:
        state = State.IN_MEDIATION if row["entry"] else State.AWAITING_ENTRY
    elif agreement and not execution and not ended:
        state, columns["outcome"] = State.IN_EXECUTION, outcome
    else:
        state = State.CLOSED
        columns |= {"outcome": outcome, "ended_on": ended, "closed_on": ended}
        if agreement:  # the day of an agreement is the end of its mediation
            columns |= {"agreed_on": ended, "execution": execution or Execution.UNKNOWN}
    return columns | {"state": state, "deemed": row["entry"] == Entry.DEEMED_REFUSED}


def _outcome_of(answers: tuple[str, str]) -> str:
    if Answer.REFUSED in answers:
        return Outcome.PROPOSAL_REFUSED
    return Outcome.PROPOSAL_ACCEPTED if answers == (Answer.ACCEPTED, Answer.ACCEPTED) else Outcome.PROPOSAL_UNANSWERED
