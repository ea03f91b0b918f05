"""The procedure as it was specified (`data/moves.md`, a page of prose and one table) against the table in the code, cell by cell.

What can be read from the page is parsed: moves, from → to, who, letters, states and who sees them. What is prose (needs, clocks) is written here beside
its exact words, so that a changed word on the page fails until somebody has said again what it means for the code.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from mediane.ground.accounts.roles import Role
from mediane.kernel.workflow import KEPT
from mediane.mediation.referrals import letters as _letters  # noqa: F401 - registers the kinds
from mediane.mediation.referrals import workflow as w
from mediane.mediation.referrals.enums import Execution, Ground, Outcome, State
from mediane.mediation.referrals.models import Referral

PAGE = (Path(__file__).parent / "data" / "moves.md").read_text(encoding="utf-8")
ROLES = {
    "R": Role.REQUESTER,
    "T": Role.CORRESPONDENT,
    "O": Role.OFFICER,
    "D": Role.DELEGATE,
    "M": Role.MEDIATOR,
    "P": Role.DIRECTOR,
    "S": Role.SYSTEM,
}
SIX = {"received", "incomplete", "under_review", "awaiting_entry", "in_mediation", "proposal_notified"}


def table(heading: str) -> list[list[str]]:
    """Rows of the first table under a heading, its head left out."""
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows[2:]]


def moves() -> dict[str, list[str]]:
    """name → [from → to, who, needs, letters, clocks]; two moves on one row are two."""
    found = {}
    for names, *cells in table("Moves"):
        for name in re.findall(r"`(\w+)`", names):
            found[name] = cells
    return found


SPEC = moves()
NOT_ON_THE_PAGE = {"begin"}
"""Only in the code: the draft has to come from somewhere (b1: « form begun, not sent »)."""
STATE = re.compile(r"\b(" + "|".join(State.values) + r")\b")


def sides(name: str) -> tuple[set[str], set[str]]:
    """(sources, targets) of one row; *kept* becomes KEPT."""
    cell = SPEC[name][0]
    if cell.startswith(("kept", "state kept", "kept, ")):
        states = set(STATE.findall(cell)) if "the same states" not in cell else SIX
        return states, {KEPT}
    left, right = cell.split("→", 1)
    if name in ("archive", "destroy"):  # one row: … → archived → destroyed
        *_first, archived, destroyed = cell.split("→")
        return (
            (set(STATE.findall(left)), {archived.strip()})
            if name == "archive"
            else ({archived.strip()}, {destroyed.strip()})
        )
    targets = set(STATE.findall(right))
    return set(STATE.findall(left)), targets | ({KEPT} if "kept" in right else set())


SIDES_IN_PROSE = {
    # the words of the page, and what they mean
    "resubmit": (
        "– → received (a **new** referral, linked, with all pieces)",
        (
            {"premature", "inadmissible", "redirected"},
            {KEPT},
        ),  # the old referral keeps its state; `creates` is received
    ),
    "resume": (
        (
            "closed → refused or silent entry: in_mediation (the trader's consent is its entry); silent answer: proposal_notified with a new date set by M, "
            "both answers asked anew, the earlier ones staying sealed; otherwise the state before"
        ),
        ({"closed"}, {"in_mediation", "proposal_notified", "awaiting_entry"}),
    ),
    "hear": ("state kept: in_mediation", ({"in_mediation"}, {KEPT})),
    "call_expert": ("state kept: in_mediation", ({"in_mediation"}, {KEPT})),
}


def test_the_page_was_read():
    assert len(SPEC) == 39
    assert len(table("States")) == 16
    assert {len(cells) for cells in SPEC.values()} == {5}


def test_the_code_has_exactly_the_moves_of_the_page():
    assert set(w.REFERRALS.by_name) == set(SPEC) | NOT_ON_THE_PAGE
    order = [name for name in w.REFERRALS.by_name if name in SPEC]
    assert order == list(SPEC), "in the order of the page"


def test_the_states_are_those_of_the_page_and_seen_by_whom_it_says():
    spec = {cells[0].strip("`"): cells[3] for cells in table("States")}
    assert list(spec) == State.values
    seen = {"requester": (True, False), "both": (True, True), "none": (False, False)}
    for state, who in spec.items():
        assert (state in w.SEEN_BY_REQUESTER, state in w.SEEN_BY_TRADER) == seen[who], state
    assert w.REFERRALS.final == {"destroyed"} and w.REFERRALS.initial == "draft"


@pytest.mark.parametrize("name", SPEC)
def test_from_and_to(name):
    move = w.REFERRALS[name]
    if name in SIDES_IN_PROSE:
        words, (sources, targets) = SIDES_IN_PROSE[name]
        assert SPEC[name][0] == words
    else:
        sources, targets = sides(name)
    assert (move.sources, move.targets) == (frozenset(sources), frozenset(targets))


WHO_IN_PROSE = {
    # the words of the page → (who in its own right, the API too)
    "R; O for someone who wrote, phoned or came; API": ({"R"}, True),
    "R; S when the retention of drafts is over": ("RS", False),
    "R by sending; O": ("RO", False),
    "S at the date asked": ("S", False),
    "S on `premature_until`, unless resubmitted": ("S", False),
    "R from premature, inadmissible 1°, redirected": ("R", False),
    "S at 50 % and 80 % of the time": ("S", False),
    "S, the day after the date": ("S", False),
    "M D; R T for an expert": ("MDRT", False),
    "M alone": ("M", False),
    "M (O and D in conflict are simply reassigned: no letter, no lock)": ("M", False),
    "R T until the date": ("RT", False),
    "S the day after, without objection": ("S", False),
    "P of a body that is an entity, on objection, own wish or end of mandate": ("P", False),
    "M (a body of one person), on objection": ("M", False),
    "M D O once each party has confirmed in its own hand": ("MDO", False),
    "M in person": ("M", False),
    "R, T; once each; sealed": ("RT", False),
    "S when both are in, else the day after the date": ("S", False),
    "R or T": ("RT", False),
    "M D on knowledge": ("MD", False),
    "T declares, R confirms or denies": ("RT", False),
    "S on confirmation; O after the last reminder": ("SO", False),
    "M, within the date printed in the letter: both consent (entry, silent answer), R alone (withdrawal by mistake), or the information on a seizure "
    "was false": ("M", False),
    "S, with a second person's approval for destruction": ("S", False),
}


def who_of(name: str) -> set[Role]:
    cell = SPEC[name][1]
    letters, api = WHO_IN_PROSE.get(cell, (cell.replace(" ", ""), False))
    found = {ROLES[letter] for letter in letters} | ({Role.API} if api else set())
    return found - ({Role.REQUESTER, Role.CORRESPONDENT} if name == "hear" else set())  # R T: for an expert only


@pytest.mark.parametrize("name", SPEC)
def test_who(name):
    assert w.REFERRALS[name].who == who_of(name), SPEC[name][1]


def test_what_a_party_may_do_an_officer_may_record_for_it():
    """« What R or T sends by post or says by phone, O records on their behalf »: every move of a party that somebody can make, and no other."""
    for move in w.REFERRALS.moves:
        of_a_party = bool(move.who & {Role.REQUESTER, Role.CORRESPONDENT})
        assert move.on_behalf == (of_a_party and not move.later), move.name


LETTERS_IN_PROSE = {
    "the refusal of that ground": {
        "refusal_no_prior_complaint", "refusal_unfounded_or_abusive", "refusal_other_forum", "refusal_over_one_year", "refusal_out_of_scope",
    },
    "`closing`, copy of the certificate": {"closing", "end_certificate"},
}  # fmt: skip


@pytest.mark.parametrize("name", SPEC)
def test_letters(name):
    cell = SPEC[name][3]
    found = set(w.REFERRALS[name].letters)
    if cell in LETTERS_IN_PROSE:
        assert found == LETTERS_IN_PROSE[cell]
        return
    patterns = list(re.findall(r"`([\w*]+)`", cell))
    for letter in found:
        assert any(fnmatch(letter, pattern) for pattern in patterns), f"{letter} is not in « {cell} »"
    for pattern in patterns:
        assert any(fnmatch(letter, pattern) for letter in found), f"{pattern} is sent by nothing"
        if pattern.endswith("_*"):  # to each party its own
            assert {letter.removeprefix(pattern[:-1]) for letter in found if fnmatch(letter, pattern)} == {
                "consumer",
                "trader",
            }


NEEDS = {
    # the words of the page → things of the row (`needs`); what stands in words alone is proved by behaviour (test_moves_behaviour.py)
    "submit": ("body, trader (or its name as given), claim, identity, a way to answer", {"body", "trader", "claim", "identity", "way_to_answer"}),
    "discard": ("–", set()),
    "ask_documents": ("list of pieces, why each is strictly necessary, date", {"pieces", "reasons", "due_on"}),
    "complete": ("–", set()),
    "go_on_without": ("–", set()),
    "take_up": ("assignment; no known conflict", {"assignment"}),
    "refuse": ("ground 1°–5°, reason in plain words", {"ground", "reason"}),
    "redirect": ("ground 1° or 5°, destination, consent for a transfer", {"ground", "destination"}),
    "postpone": ("`premature_until`", {"premature_until"}),
    "remind_premature": ("–", set()),
    "resubmit": ("what has happened since", {"since_then"}),
    "re_examine": ("new evidence, reason", {"evidence", "reason"}),
    "withdraw_early": ("–", set()),
    "notify": ("trader with contact, mediator named, charter version", {"trader", "trader_contact", "mediator", "charter"}),
    "accept_entry": ("–", set()),
    "refuse_entry": ("–", set()),
    "remind_entry": ("–", set()),
    "entry_expires": ("effect by the convention: REFUSAL, ACCEPTANCE, or REMIND once (second date, then REFUSAL)", set()),
    "exchange": ("audience of each message and piece", {"audience"}),
    "hear": ("who pays, date", {"on"}),
    "call_expert": ("who pays, date", {"payer", "on"}),
    "extend": ("complexity, reason, new date", {"complexity", "reason", "new_due_on"}),
    "declare_conflict": ("circumstance", {"circumstance"}),
    "object": ("–", set()),
    "lift_conflict": ("–", set()),
    "replace_mediator": ("new mediator without conflict", {"mediator"}),
    "end_mission": ("–", {"objection"}),
    "end_mission_early": ("–", {"objection"}),
    "agree_directly": ("terms, dates", {"consumer_confirmation", "trader_confirmation", "terms"}),
    "propose": (
        "facts, positions, law, equity, solution, amounts, date to answer",
        {"facts", "positions", "law", "equity", "solution", "amounts", "answers_due_on"},
    ),
    "answer": ("–", {"answer"}),
    "conclude": (
        ("both accepted → in_execution, `proposal_accepted`; any refusal → closed, `proposal_refused`, no reminder; otherwise a silence: REMIND once if "
        "the rule says so, then closed, `proposal_unanswered`"),
        set(),
    ),
    "withdraw": ("–", set()),
    "seize_elsewhere": ("which court or mediator", {"forum"}),
    "report_execution": ("proof", set()),  # offered, never a condition: a consumer who denies has none
    "finish": ("`execution`", {"execution"}),
    "resume": ("reason", {"reason", "consents"}),
    "archive": ("retention over, no hold", set()),
    "destroy": ("retention over, no hold", {"approval"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SPEC)
def test_needs(name):
    words, things = NEEDS[name]
    assert SPEC[name][2] == words
    assert set(w.REFERRALS[name].needs) == things


CLOCKS = {
    # the words of the page, row by row: test_moves_behaviour.py proves each of them
    "submit": "rejection starts on the day received, even if entered later",
    "discard": "never counted",
    "ask_documents": "rejection runs on",
    "go_on_without": "someone decides on what the file holds",
    "refuse": "rejection stops",
    "redirect": "rejection stops",
    "postpone": "rejection stops; reminder on that day",
    "resubmit": "a new rejection clock",
    "re_examine": "rejection anew from the new evidence",
    "withdraw_early": "all stop",
    "notify": "90 days, entry; limitation suspended",
    "accept_entry": "entry stops",
    "refuse_entry": "all stop",
    "entry_expires": "as the effect",
    "exchange": "dates asked",
    "hear": "– *(second issue)*",
    "call_expert": "– *(second issue)*",
    "extend": "90 days become the new date; possible after day 90 too, with a coded reason for lateness",
    "declare_conflict": "objection date; every other clock runs on",
    "lift_conflict": "lock ends",
    "end_mission": "all stop",
    "end_mission_early": "all stop",
    "agree_directly": "90 days stop; execution starts",
    "propose": "90 days stop; acceptance starts",
    "conclude": "acceptance stops; execution starts",
    "withdraw": "all stop",
    "seize_elsewhere": "all stop (before notification: `refuse` 3°)",
    "report_execution": "execution",
    "finish": "all stop",
    "resume": "`closed_on` and `outcome` are cleared, the certificate is cancelled (its code says so); the 90 days count as if never stopped, except where "
    "a proposal had stopped them",
    "archive": "*(states, dates and hold now; the transfer itself later)*",
    "destroy": "*(states, dates and hold now; the transfer itself later)*",
}  # fmt: skip


@pytest.mark.parametrize("name", SPEC)
def test_clocks_are_the_words_that_were_proved(name):
    assert SPEC[name][4] == CLOCKS.get(name, "–")


def test_values_that_the_page_names():
    words = (
        PAGE.split("`outcome`:", 1)[1].split("(with", 1)[0]
        + PAGE.split("(with `deemed` yes/no)", 1)[1].split(".", 1)[0]
    )
    assert set(re.findall(r"`(\w+)`", words)) == set(Outcome.values)
    assert set(Execution.values) == {"yes", "no", "unknown"}
    assert [ground[-1] for ground in Ground.values] == list("12345")
    flags = re.findall(r"`(\w+)`", PAGE.split("Flags:", 1)[1].split("\n", 1)[0])
    assert flags == ["extended", "cross_border", "hold", "conflict_declared", "bundle_id"]
    assert set(flags) <= {field.name for field in Referral._meta.get_fields()}


def test_what_a_locked_case_still_takes():
    words = "A locked case takes no move by M, D or O but `replace_mediator`, `end_mission`, `end_mission_early`; the parties' and S moves go on."
    assert words in PAGE
    assert {move.name for move in w.REFERRALS.moves if move.while_locked} == {
        "replace_mediator",
        "end_mission",
        "end_mission_early",
    }
    assert w.REFERRALS.bound == {Role.MEDIATOR, Role.DELEGATE, Role.OFFICER}
