"""The engine, on a small table of its own; the table of the procedure is tested in its room."""

import pytest

from mediane.kernel.refusals import Refusal
from mediane.kernel.workflow import KEPT, NOTHING, Move, Workflow

STATES, ROLES = ("new", "open", "done"), ("clerk", "judge", "party")


def flow(*moves: Move, **more) -> Workflow:
    columns = {"states": STATES, "initial": "new", "final": {"done"}, "roles": ROLES, "moves": moves or ROWS} | more
    return Workflow(**columns)


ROWS = (
    Move("begin", NOTHING, "new", {"party"}),
    Move("open", "new", "open", {"clerk"}),
    Move("write", {"new", "open"}, KEPT, {"party", "clerk"}, on_behalf=True),
    Move("decide", "open", {"done", KEPT}, {"judge"}),
    Move("leave", "open", "done", {"party"}, on_behalf=True),
    Move("again", "open", KEPT, {"party"}, creates="new"),
    Move("unlock", "open", KEPT, {"judge"}, while_locked=True),
    Move("fly", "open", KEPT, {"judge"}, later=True),
)


@pytest.fixture
def table() -> Workflow:
    return flow(parties={"party"}, recorder="clerk", bound={"clerk", "judge"}, blind={"party": {"new"}})


def code(call) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def test_a_move_is_allowed_by_state_and_role(table):
    assert table.check("open", "new", {"clerk"}) is table["open"]
    assert code(lambda: table.check("open", "open", {"clerk"})) == "wrong_state"
    assert code(lambda: table.check("open", "new", {"judge"})) == "not_allowed"
    assert code(lambda: table.check("open", "new", set())) == "not_allowed"
    assert code(lambda: table.check("open", "done", {"judge"})) == "not_allowed"  # never tells the state to who may not


def test_an_unknown_move_is_a_programming_error(table):
    with pytest.raises(KeyError):
        table.check("vanish", "new", {"clerk"})


def test_a_creation_has_no_state_before(table):
    visible = flow(parties={"party"})
    assert visible.check("begin", None, {"party"}).name == "begin"
    assert code(lambda: visible.check("begin", "new", {"party"})) == "wrong_state"
    assert code(lambda: visible.check("open", None, {"clerk"})) == "wrong_state"
    assert table.target(table["begin"], None) == "new"


def test_a_lock_stops_those_whom_it_binds(table):
    assert code(lambda: table.check("decide", "open", {"judge"}, locked=True)) == "locked"
    assert table.check("unlock", "open", {"judge"}, locked=True)
    assert table.check("leave", "open", {"party"}, locked=True)
    assert table.check("write", "open", {"clerk", "party"}, locked=True)  # one of the two is free
    assert code(lambda: table.check("write", "open", {"clerk"}, locked=True)) == "locked"


def test_the_recorder_enters_a_move_for_a_party(table):
    assert table.check("leave", "open", {"clerk"}, on_behalf="party")
    assert table.check("leave", "open", {"clerk"}, on_behalf="party", locked=True)  # the move is the party's
    assert code(lambda: table.check("leave", "open", {"clerk"})) == "not_allowed"
    assert code(lambda: table.check("leave", "open", {"judge"}, on_behalf="party")) == "not_allowed"
    assert code(lambda: table.check("decide", "open", {"clerk"}, on_behalf="party")) == "not_allowed"
    assert code(lambda: table.check("leave", "open", {"clerk"}, on_behalf="judge")) == "not_allowed"


def test_a_hidden_state_is_as_if_it_were_not(table):
    assert code(lambda: table.check("write", "new", {"party"})) == "not_found"
    assert code(lambda: table.check("leave", "new", {"party"})) == "not_found"  # not wrong_state: that would tell
    assert code(lambda: table.check("write", "new", {"clerk"}, on_behalf="party")) == "not_found"
    assert table.check("write", "new", {"clerk"})


def test_what_is_for_later_nobody_can_make(table):
    assert code(lambda: table.check("fly", "open", {"judge"})) == "not_allowed"
    assert "fly" not in table.mermaid()


def test_available_moves_keep_the_order_of_the_table(table):
    assert [move.name for move in table.available("open", {"judge"})] == ["decide", "unlock"]
    assert [move.name for move in table.available("open", {"judge"}, locked=True)] == ["unlock"]
    assert [move.name for move in table.available("open", {"clerk"}, on_behalf="party")] == ["write", "leave"]
    assert table.available("done", set(ROLES)) == []
    assert [move.name for move in flow(parties={"party"}).available(None, {"party"})] == ["begin"]


def test_targets(table):
    assert table.target(table["open"], "new") == "open"
    assert table.target(table["write"], "new") == "new"
    assert table.target(table["decide"], "open", "done") == "done"
    assert table.target(table["decide"], "open", KEPT) == table.target(table["decide"], "open", "open") == "open"
    for move, chosen in (("decide", None), ("decide", "new"), ("open", "done"), ("open", KEPT)):
        with pytest.raises(ValueError):
            table.target(table[move], "open", chosen)


@pytest.mark.parametrize(
    ("moves", "more", "said"),
    [
        ((*ROWS[1:4], Move("leave", "open", "done", {"party"}), Move("back", "done", "open", {"clerk"})), {}, "leaves the final state done"),
        ((Move("open", "new", "open", {"clerk"}),), {}, "done cannot be reached"),
        ((Move("open", "new", "open", {"clerk"}), Move("jump", "new", "done", {"clerk"})), {}, "open is a dead end"),
        ((Move("open", "new", "open", {"clerk"}), Move("stay", "open", "open", {"clerk"}), Move("jump", "new", "done", {"clerk"})), {}, "open is a dead end"),
        ((*ROWS, ROWS[0]), {}, "begin stands twice"),
        ((*ROWS, Move("x", "nowhere", "done", {"clerk"})), {}, "x: unknown state nowhere"),
        ((*ROWS, Move("x", "open", "nowhere", {"clerk"})), {}, "x: unknown state nowhere"),
        ((*ROWS, Move("x", "open", KEPT, {"clerk"}, creates="nowhere")), {}, "x: unknown state nowhere"),
        ((*ROWS, Move("x", "open", "done", {"king"})), {}, "x: unknown role king"),
        ((*ROWS, Move("x", "open", "done", ())), {}, "x: nobody may make it"),
        ((*ROWS, Move("x", "open", (), {"clerk"})), {}, "x: no target"),
        ((*ROWS, Move("x", NOTHING, KEPT, {"clerk"})), {}, "cannot keep its state"),
        ((*ROWS, Move("x", "open", KEPT, {"judge"}, on_behalf=True)), {"parties": {"party"}}, "x: no party to enter it for"),
        (ROWS, {"initial": "nowhere"}, "unknown state nowhere"),
        (ROWS, {"final": {"nowhere"}}, "unknown state nowhere"),
        (ROWS, {"recorder": "king"}, "unknown role king"),
        (ROWS, {"bound": {"king"}}, "unknown role king"),
        (ROWS, {"blind": {"king": {"new"}}}, "unknown role king"),
        (
            (Move("jump", "new", "done", {"clerk"}), Move("open", "new", "open", {"clerk"}, later=True), Move("shut", "open", "done", {"clerk"})),
            {}, "open cannot be reached",
        ),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_when_it_is_built(moves, more, said):
    with pytest.raises(ValueError, match=said):
        flow(*moves, **({"parties": {"party"}} | more))


def test_what_another_thing_makes_new_is_reached():
    made = Move("again", "open", KEPT, {"party"}, creates="spare")
    assert flow(*ROWS[1:5], made, Move("use", "spare", "done", {"clerk"}), states=(*STATES, "spare"), parties={"party"})


def test_what_only_an_unreachable_thing_makes_new_is_not_reached():
    island, made = Move("drift", "island", "done", {"clerk"}), Move("again", "island", KEPT, {"party"}, creates="spare")
    with pytest.raises(ValueError, match="spare cannot be reached"):
        flow(
            *ROWS[1:5],
            island,
            made,
            Move("use", "spare", "done", {"clerk"}),
            states=(*STATES, "island", "spare"),
            parties={"party"},
        )


def test_the_drawing_holds_every_arrow_once(table):
    assert table.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> new",
        "    new --> open: open",
        "    open --> done: decide, leave",
        "    note left of new: again makes a new one from open",
        "    done --> [*]",
    ]


def test_the_matrix_holds_every_move_and_role(table):
    assert table.matrix().splitlines() == [
        "| move | clerk | judge | party | while locked |",
        "|---|---|---|---|---|",
        "| `begin` |  |  | ● | yes |",
        "| `open` | ● |  |  | no |",
        "| `write` | ● ○ |  | ● | party |",
        "| `decide` |  | ● |  | no |",
        "| `leave` | ○ |  | ● | yes |",
        "| `again` |  |  | ● | yes |",
        "| `unlock` |  | ● |  | yes |",
        "| `fly` |  |  |  | later |",
    ]
