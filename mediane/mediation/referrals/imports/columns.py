"""The columns of a referrals file, version 1 (a contract with outside parties), and how long a text may be kept."""

from __future__ import annotations

from mediane.mediation.referrals.enums import (
    Answer,
    Basis,
    Channel,
    Decision,
    Entry,
    Execution,
    Ground,
    Orientation,
    Outcome,
    RequesterKind,
)

REQUIRED = ("reference", "received_on", "trader")

COLUMNS = (
    "reference", "received_on", "trader", "trader_siren", "business_line", "channel", "subject", "sub_subject", "requester_kind",
    "complaint_on", "level2_on", "decision_on", "decision", "ground", "ground_detail", "notified_on", "entry", "outcome",
    "proposal_on", "orientation", "basis", "consumer_answer", "trader_answer", "executed", "closed_on", "amount_claimed",
    "amount_granted", "cross_border", "previous_reference",
)  # fmt: skip

DAYS = ("received_on", "complaint_on", "level2_on", "decision_on", "notified_on", "proposal_on", "closed_on")
AMOUNTS = ("amount_claimed", "amount_granted")

PROPOSAL = "proposal"
"""What a file says of any proposal; the two answers tell which of the three outcomes it became."""

# One outcome of files stands for three of ours.
OUTCOMES = (PROPOSAL, *(value for value in Outcome.values if not value.startswith("proposal_")))

CHOICES: dict[str, frozenset[str]] = {
    "channel": frozenset(Channel.values),
    "requester_kind": frozenset(RequesterKind.values),
    "decision": frozenset(Decision.values),
    "ground": frozenset(Ground.values),
    "entry": frozenset(Entry.values),
    "outcome": frozenset(OUTCOMES),
    "orientation": frozenset(Orientation.values),
    "basis": frozenset(Basis.values),
    "consumer_answer": frozenset(Answer.values),
    "trader_answer": frozenset(Answer.values),
    "executed": frozenset(Execution.values),
    "cross_border": frozenset({"yes", "no"}),
}

# What the tables hold. A longer text is no reason to reject a row: it is shortened, and the summary says how often.
LENGTHS = {
    "reference": 40,
    "previous_reference": 40,
    "trader": 200,
    "business_line": 120,
    "subject": 160,
    "sub_subject": 160,
    "ground_detail": 60,
}

# What the rejects file adds. Found in an input, they are our own remarks on a former run.
REMARKS = ("line", "column", "value", "reason")
