"""The workflow engine: a room writes rows (moves), the engine says who may make which, from where to where.

Tables say what is allowed, services say what happens. A badly written table is refused when it is built, so at import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

from mediane.kernel.refusals import Refusal

KEPT = "(kept)"
"""As a target: the state stays."""
NOTHING: frozenset[str] = frozenset()
"""As sources: the move creates the thing; its state before is None."""


Names = str | Iterable[str]


def _names(value: Names) -> frozenset[str]:
    return frozenset({str(value)} if isinstance(value, str) else map(str, value))


@dataclass(frozen=True, init=False)
class Move:
    """One row. `name` is also the journal's name for the event and the name of the service."""

    name: str
    sources: frozenset[str]
    targets: frozenset[str]  # one state, several from which the service chooses, KEPT among them or alone
    who: frozenset[str]  # roles that make it in their own right
    needs: tuple[str, ...] = ()  # what must be there, else Refusal `missing:<thing>`
    letters: tuple[str, ...] = ()  # kinds of letter that it sends
    law: str = ""  # article or marker of the specification
    clocks: str = ""  # what starts, stops, moves
    notes: str = ""  # guards that are not a matter of state or role
    creates: str | None = None  # the state of a NEW thing that this move makes beside the one it starts from
    on_behalf: bool = False  # the recorder may enter it for a party who wrote or phoned
    while_locked: bool = False  # a lock does not stop it, whoever makes it
    later: bool = False  # drawn, but nobody can make it yet

    def __init__(self, name: str, sources: Names, targets: Names, who: Names, **columns: Unpack[Columns]) -> None:
        vars(self).update(name=name, sources=_names(sources), targets=_names(targets), who=_names(who), **columns)


class Columns(TypedDict, total=False):
    """The optional columns of a row."""

    needs: tuple[str, ...]
    letters: tuple[str, ...]
    law: str
    clocks: str
    notes: str
    creates: str | None
    on_behalf: bool
    while_locked: bool
    later: bool


class Workflow:
    """A table of moves. ValueError, with all that is wrong in it, when it is built.

    `parties`: roles whose moves `recorder` may enter. `bound`: roles that a lock stops. `blind`: states a role must not
    even know of.
    """

    def __init__(
        self,
        *,
        states: Iterable[str],
        initial: str,
        final: Names,
        roles: Iterable[str],
        moves: Iterable[Move],
        parties: Names = (),
        recorder: str | None = None,
        bound: Names = (),
        blind: Mapping[str, Names] | None = None,
    ) -> None:
        self.states, self.initial, self.final = tuple(map(str, states)), str(initial), _names(final)
        self.roles, self.moves = tuple(map(str, roles)), tuple(moves)
        self.parties, self.bound = _names(parties), _names(bound)
        self.recorder = None if recorder is None else str(recorder)
        self.blind = {str(role): _names(hidden) for role, hidden in (blind or {}).items()}
        self.by_name = {move.name: move for move in self.moves}
        self._refuse_a_bad_table()

    def __getitem__(self, name: str) -> Move:
        return self.by_name[name]

    def check(
        self, name: str, state: str | None, roles: Iterable[str], *, locked: bool = False, on_behalf: str | None = None
    ) -> Move:
        """The move, if these roles may make it from this state (None: nothing exists yet).

        With `on_behalf` (a party's role) the move is that party's, entered by the recorder. Raises Refusal
        `not_allowed` (never this person), `not_found` (a state hidden from this role), `wrong_state` or `locked`, in
        that order; KeyError for an unknown move.
        """
        move, able = self[name], frozenset(map(str, roles))
        if on_behalf is not None:
            entered = move.on_behalf and on_behalf in self.parties and self.recorder in able
            able = frozenset({str(on_behalf)}) if entered else frozenset()
        able &= move.who
        if move.later or not able:
            raise Refusal("not_allowed", move=name)
        able = frozenset(role for role in able if state not in self.blind.get(role, ()))
        if not able:
            raise Refusal("not_found", move=name)
        if state is None if move.sources else state is not None:
            raise Refusal("wrong_state", move=name, state=state)
        if state is not None and state not in move.sources:
            raise Refusal("wrong_state", move=name, state=str(state))
        if locked and not move.while_locked and able <= self.bound:
            raise Refusal("locked", move=name, state=str(state))
        return move

    def available(
        self, state: str | None, roles: Iterable[str], *, locked: bool = False, on_behalf: str | None = None
    ) -> list[Move]:
        """The moves that these roles may make now, in the order of the table."""
        roles, found = frozenset(map(str, roles)), []
        for move in self.moves:
            try:
                found.append(self.check(move.name, state, roles, locked=locked, on_behalf=on_behalf))
            except Refusal:
                continue
        return found

    def target(self, move: Move, state: str | None, chosen: str | None = None) -> str:
        """The state after the move.

        A row with several targets needs `chosen` (KEPT or the same state for *kept*); ValueError else.
        """
        if chosen is None:
            if len(move.targets) > 1:
                raise ValueError(f"{move.name}: choose one of {', '.join(sorted(move.targets))}")
            (chosen,) = move.targets
        if KEPT in move.targets and chosen in (KEPT, state) and state is not None:
            return str(state)
        if chosen not in move.targets or chosen == KEPT:
            raise ValueError(f"{move.name}: {chosen} is none of {', '.join(sorted(move.targets))}")
        return str(chosen)

    def arrows(self) -> dict[tuple[str, str], list[str]]:
        """(from, to) → names of the moves that change the state so, in the order of the table; what is for later is left out."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for move in self.moves:
            for target in self.states:
                for source in self.states:
                    if source in move.sources and target in move.targets and not move.later:
                        found[source, target].append(move.name)
        return dict(found)

    def mermaid(self) -> str:
        """State diagram. Moves that keep the state are not drawn; a new thing made from an old one is a dotted note."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {a} --> {b}: {', '.join(names)}" for (a, b), names in self.arrows().items()]
        for move in (m for m in self.moves if m.creates and not m.later):
            origins = ", ".join(state for state in self.states if state in move.sources)
            lines += [f"    note left of {move.creates}: {move.name} makes a new one from {origins}"]
        return "\n".join(lines + [f"    {state} --> [*]" for state in self.states if state in self.final])

    def matrix(self) -> str:
        """Markdown table, a row per move, a column per role: ● in its own right, ○ entered for a party; then the lock."""
        lines = ["| move | " + " | ".join(self.roles) + " | while locked |", "|---|" + "---|" * (len(self.roles) + 1)]
        for move in self.moves:
            own = ["●" if role in move.who else "" for role in self.roles]
            for_party = [" ○" if move.on_behalf and role == self.recorder else "" for role in self.roles]
            free = sorted(move.who - self.bound, key=self.roles.index)
            lock = (
                "yes"
                if move.while_locked or free == sorted(move.who, key=self.roles.index)
                else ", ".join(free) or "no"
            )
            cells = ["" if move.later else f"{a}{b}".strip() for a, b in zip(own, for_party, strict=True)]
            lines.append(f"| `{move.name}` | " + " | ".join([*cells, "later" if move.later else lock]) + " |")
        return "\n".join(lines)

    def _refuse_a_bad_table(self) -> None:
        faults = [*self._faults_of_the_frame(), *self._faults_of_states()]
        faults += [f"{move.name}: {fault}" for move in self.moves for fault in self._faults_of(move)]
        if faults:
            raise ValueError("bad workflow: " + "; ".join(sorted(faults)))

    def _faults_of_the_frame(self) -> Iterator[str]:
        for state in {self.initial, *self.final}.difference(self.states):
            yield f"unknown state {state}"
        named = {*self.parties, *self.bound, *self.blind} | ({self.recorder} if self.recorder else set())
        for role in named.difference(self.roles):
            yield f"unknown role {role}"
        names = [move.name for move in self.moves]
        for name in {name for name in names if names.count(name) > 1}:
            yield f"{name} stands twice"

    def _faults_of(self, move: Move) -> Iterator[str]:
        for state in (move.sources | (move.targets - {KEPT}) | {move.creates or self.initial}).difference(self.states):
            yield f"unknown state {state}"
        for role in move.who.difference(self.roles):
            yield f"unknown role {role}"
        for state in move.sources & self.final:
            yield f"leaves the final state {state}"
        if not move.who:
            yield "nobody may make it"
        if not move.targets:
            yield "no target"
        if not move.sources and KEPT in move.targets:
            yield "what does not exist yet cannot keep its state"
        if move.on_behalf and not move.who & self.parties:
            yield "no party to enter it for"

    def _faults_of_states(self) -> Iterator[str]:
        arrows = self.arrows()
        reached, found = set[str](), {self.initial}
        while found - reached:
            reached |= found
            found = {b for a, b in arrows if a in reached}
            found |= {move.creates for move in self.moves if move.creates and move.sources & reached}
        ways_out = {a for a, b in arrows if a != b}
        for state in self.states:
            if state not in reached:
                yield f"{state} cannot be reached"
            if state not in self.final | ways_out:
                yield f"{state} is a dead end"
