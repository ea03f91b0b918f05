"""Every state × every move × every role × locked or not, against the procedure written down a second time, by hand.

The lines below are copied from the specification of moves, not from `workflow.py`: who, from where, to where. R
requester, T trader, O officer, D delegate, M mediator, P director, S system, A API. `kept` keeps the state, `-`
creates.
"""

from itertools import product

import pytest

from mediane.ground.accounts.roles import Role
from mediane.kernel.refusals import Refusal
from mediane.kernel.workflow import KEPT
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.workflow import REFERRALS

PROCEDURE = """
begin              R  A      -                                                                   draft
submit             R  A      draft                                                               received
discard            R  S      draft                                                               destroyed
ask_documents      ODM       received under_review                                               incomplete
complete           RO        incomplete                                                          under_review
go_on_without      S         incomplete                                                          under_review
take_up            ODM       received                                                            under_review
refuse             DM        under_review                                                        inadmissible
redirect           DM        under_review                                                        redirected
postpone           DM        under_review                                                        premature
remind_premature   S         premature                                                           kept
resubmit           R         premature inadmissible redirected                                   kept
re_examine         DM        inadmissible redirected                                             under_review
withdraw_early     R         received incomplete under_review                                    withdrawn_early
notify             DM        under_review                                                        awaiting_entry in_mediation
accept_entry       T         awaiting_entry                                                      in_mediation
refuse_entry       T         awaiting_entry                                                      closed
remind_entry       S         awaiting_entry                                                      kept
entry_expires      S         awaiting_entry                                                      closed in_mediation kept
exchange           RTODM     awaiting_entry in_mediation proposal_notified                       kept
extend             M         awaiting_entry in_mediation                                         kept
declare_conflict   M         received incomplete under_review awaiting_entry in_mediation proposal_notified   kept
object             RT        received incomplete under_review awaiting_entry in_mediation proposal_notified   kept
lift_conflict      S         received incomplete under_review awaiting_entry in_mediation proposal_notified   kept
replace_mediator   P         received incomplete under_review awaiting_entry in_mediation proposal_notified   kept
end_mission        M         awaiting_entry in_mediation proposal_notified                       closed
end_mission_early  M         received incomplete under_review                                    mission_ended_early
agree_directly     MDO       awaiting_entry in_mediation                                         in_execution
propose            M         in_mediation                                                        proposal_notified
answer             RT        proposal_notified                                                   kept
conclude           S         proposal_notified                                                   in_execution closed kept
withdraw           RT        awaiting_entry in_mediation proposal_notified                       closed
seize_elsewhere    MD        awaiting_entry in_mediation proposal_notified                       closed
report_execution   TR        in_execution                                                        kept
finish             SO        in_execution                                                        closed
resume             M         closed                                                              in_mediation proposal_notified awaiting_entry
archive            S         inadmissible redirected premature withdrawn_early mission_ended_early closed   archived
destroy            S         archived                                                            destroyed
"""
LATER = {"hear", "call_expert"}
LOCKED_OUT = "MDO"
GO_ON_WHILE_LOCKED = {"replace_mediator", "end_mission", "end_mission_early"}
TRADER_SEES = {"awaiting_entry", "in_mediation", "proposal_notified", "in_execution", "closed"}
LETTER = {
    "R": Role.REQUESTER, "T": Role.CORRESPONDENT, "O": Role.OFFICER, "D": Role.DELEGATE, "M": Role.MEDIATOR, "P": Role.DIRECTOR,
    "S": Role.SYSTEM, "A": Role.API, "-admin": Role.ADMINISTRATOR, "-audit": Role.AUDITOR,
}  # fmt: skip


def rows() -> dict[str, tuple[str, set[str], set[str]]]:
    """name → (letters of who, sources, targets); the sources are told from the targets by the wide gap between them."""
    found = {}
    for line in PROCEDURE.strip().splitlines():
        name, rest = line[:19].strip(), line[19:]
        who, places = rest[:10].replace(" ", ""), [part for part in rest[10:].split("  ") if part.strip()]
        found[name] = (who, set(places[0].split()), set(places[1].split()))
    return found


ROWS = rows()
PLACES: list[str | None] = [None, *State.values]


def may(move: str, state: str | None, who: str, locked: bool, seen: bool) -> bool:
    """What the specification says of one cell."""
    if move in LATER:
        return False
    letters, sources, _ = ROWS[move]
    there = state is None if sources == {"-"} else state in sources
    stopped = locked and who in LOCKED_OUT and move not in GO_ON_WHILE_LOCKED
    return who in letters and there and seen and not stopped


def allowed(move: str, state: str | None, role: Role, **more) -> bool:
    try:
        REFERRALS.check(move, state, {role}, **more)
    except Refusal:
        return False
    return True


def test_the_table_has_exactly_the_moves_of_the_procedure():
    assert {move.name for move in REFERRALS.moves} == set(ROWS) | LATER
    assert {move.name for move in REFERRALS.moves if move.later} == LATER


def test_every_state_every_move_every_role_locked_or_not():
    moves = [move.name for move in REFERRALS.moves]
    cells = list(product(PLACES, moves, LETTER, (False, True)))
    assert len(cells) == 17 * 40 * 10 * 2
    wrong = []
    for state, move, who, locked in cells:
        seen = who != "T" or state in TRADER_SEES
        if allowed(move, state, LETTER[who], locked=locked) != may(move, state, who, locked, seen):
            wrong.append((state, move, who, locked))
    assert wrong == []


def test_an_officer_enters_exactly_what_a_party_may_do_locked_or_not():
    wrong = []
    for state, move, who, party, locked in product(
        PLACES, [m.name for m in REFERRALS.moves], LETTER, "RT", (False, True)
    ):
        seen = party == "R" or state in TRADER_SEES
        expected = who == "O" and may(move, state, party, False, seen)  # the lock never stops a party
        if allowed(move, state, LETTER[who], locked=locked, on_behalf=LETTER[party]) != expected:
            wrong.append((state, move, who, party, locked))
    assert wrong == []


def test_nobody_acts_on_behalf_of_anyone_but_a_party():
    for move, role in product([m.name for m in REFERRALS.moves], Role):
        if role not in (Role.REQUESTER, Role.CORRESPONDENT):
            assert not any(allowed(move, state, Role.OFFICER, on_behalf=role) for state in PLACES)


@pytest.mark.parametrize("name", ROWS)
def test_every_move_leads_where_the_procedure_says(name):
    _, sources, targets = ROWS[name]
    move = REFERRALS[name]
    assert {KEPT if target == "kept" else target for target in targets} == move.targets
    for source in sources:
        before = None if source == "-" else source
        for target in targets:
            after = source if target == "kept" else target
            assert REFERRALS.target(move, before, KEPT if target == "kept" else target) == after


def test_a_resubmission_makes_a_new_referral_and_leaves_the_old_one():
    assert REFERRALS["resubmit"].creates == State.RECEIVED
    assert {move.name for move in REFERRALS.moves if move.creates} == {"resubmit"}


def test_refusals_tell_apart_person_moment_and_lock():
    def code(*args, **more):
        with pytest.raises(Refusal) as caught:
            REFERRALS.check(*args, **more)
        return caught.value.code

    assert code("propose", "in_mediation", {Role.DELEGATE}) == "not_allowed"
    assert code("propose", "under_review", {Role.MEDIATOR}) == "wrong_state"
    assert code("propose", "in_mediation", {Role.MEDIATOR}, locked=True) == "locked"
    assert code("object", "under_review", {Role.CORRESPONDENT}) == "not_found"
    assert code("withdraw", "inadmissible", {Role.CORRESPONDENT}) == "not_found"
    assert code("hear", "in_mediation", {Role.MEDIATOR}) == "not_allowed"


def test_the_trader_learns_nothing_before_the_notification():
    for state in set(State.values) - TRADER_SEES:
        assert REFERRALS.available(state, {Role.CORRESPONDENT}) == []
    for state in PLACES:
        assert not allowed("begin", state, Role.CORRESPONDENT)
        assert not allowed("submit", state, Role.CORRESPONDENT)  # L611-3 5°: never opened by the trader


def test_who_only_looks_can_move_nothing():
    for role, state in product((Role.ADMINISTRATOR, Role.AUDITOR), PLACES):
        assert REFERRALS.available(state, {role}) == []


def test_no_role_opens_more_than_its_own_moves_together_with_another():
    for state, one, other in product(PLACES, Role, Role):
        both = {move.name for move in REFERRALS.available(state, {one, other})}
        assert both == {move.name for role in (one, other) for move in REFERRALS.available(state, {role})}
