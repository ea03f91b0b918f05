"""A refusal: the product says no, with a code and facts. Words for people are chosen at the door."""

from __future__ import annotations

from typing import Any

LOGGED_AS = {
    "not_allowed": "this person may not do this",
    "wrong_state": "this cannot be done in the present state",
    "locked": "the case is locked by a declared conflict",
    "stale": "the case changed since it was read",
    "not_found": "unknown, or not visible to this person",
    "too_late": "the date has passed",
    "too_early": "the date has not come",
}


class Refusal(Exception):
    """`code` is stable and lower_snake; `missing:<thing>` names what is lacking.

    Codes of the house: `wrong_state`, `not_allowed`, `missing:<thing>`, `locked`, `stale`, `not_found`, `too_late`,
    `too_early`; a room may add its own. `facts` hold values (ids, states, days), never sentences and never anything the
    person refused may not read.
    """

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    @property
    def missing(self) -> str | None:
        """What is lacking when the code is `missing:<thing>`, else None."""
        kind, _, thing = self.code.partition(":")
        return thing if kind == "missing" else None

    def __str__(self) -> str:
        """English, for logs: `wrong_state: this cannot be done in the present state (move=notify, state=draft)`."""
        said = f"{self.missing} is missing" if self.missing else LOGGED_AS.get(self.code, "")
        facts = ", ".join(f"{name}={_shown(value)}" for name, value in self.facts.items())
        return self.code + (f": {said}" if said else "") + (f" ({facts})" if facts else "")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.code, self.facts)


def _shown(value: Any) -> str:
    return "/".join(sorted(map(str, value))) if isinstance(value, set | frozenset) else str(value)


def _rebuild(code: str, facts: dict[str, Any]) -> Refusal:
    """Facts are keywords, so pickling (a background job's error) needs its own way in."""
    return Refusal(code, **facts)
