"""What the table of moves says, as pages: `docs/generated/` holds them and the checks compare."""

from __future__ import annotations

from mediane.kernel.workflow import KEPT, Move
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.workflow import REFERRALS, SEEN_BY_REQUESTER, SEEN_BY_TRADER


def state_diagram() -> str:
    """Markdown: the diagram, the states with who sees them, the moves that keep the state."""
    seen = {state: _seen(state) for state in State}
    return "\n".join(
        [
            "# A referral: states and moves",
            "",
            "```mermaid",
            REFERRALS.mermaid(),
            "```",
            "",
            "## States",
            "",
            "| state | in French | parties who see it | moves that keep it |",
            "|---|---|---|---|",
            *(f"| `{state}` | {state.label} | {seen[state]} | {_kept(state)} |" for state in State),
            "",
        ]
    )


def permission_matrix() -> str:
    """Markdown: who may make which move, and each row of the table with its text, letters and clocks."""
    return "\n".join(
        [
            "# A referral: who may make which move",
            "",
            "● in its own right · ○ entered for a party who wrote or phoned · *while locked*: who may make it while a",
            "declared conflict locks the case.",
            "",
            REFERRALS.matrix(),
            "",
            "## Rows",
            "",
            "| move | from | to | text | needs | letters | clocks | notes |",
            "|---|---|---|---|---|---|---|---|",
            *map(_row, REFERRALS.moves),
            "",
        ]
    )


def _seen(state: State) -> str:
    parties = [
        name for name, states in (("requester", SEEN_BY_REQUESTER), ("trader", SEEN_BY_TRADER)) if state in states
    ]
    return " and ".join(parties) or "none"


def _kept(state: State) -> str:
    return ", ".join(f"`{m.name}`" for m in REFERRALS.moves if KEPT in m.targets and state in m.sources and not m.later)


def _row(move: Move) -> str:
    sources = ", ".join(f"`{state}`" for state in REFERRALS.states if state in move.sources) or "–"
    targets = [f"`{state}`" for state in REFERRALS.states if state in move.targets]
    targets += ["*kept*"] if KEPT in move.targets else []
    targets += [f"a new `{move.creates}`"] if move.creates else []
    letters = ", ".join(f"`{letter}`" for letter in move.letters)
    notes = "; ".join(filter(None, [move.notes, "*for later*" if move.later else ""]))
    cells = [
        f"`{move.name}`",
        sources,
        ", ".join(targets),
        move.law,
        ", ".join(move.needs),
        letters,
        move.clocks,
        notes,
    ]
    return "| " + " | ".join(cell or "–" for cell in cells) + " |"
