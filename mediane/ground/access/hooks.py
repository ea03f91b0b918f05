"""What rooms above fill: which case has this number, which page follows it up."""

from __future__ import annotations

from collections.abc import Callable

CaseLookup = Callable[[int, str], int | None]
_lookups: dict[str, CaseLookup] = {}
_follow_up: list[str] = []


def register_case_lookup(kind: str, function: CaseLookup) -> None:
    """`function(organisation_id, number)` gives the id of the case of that kind, or None. Called in system scope; the
    number comes without spaces, in capitals."""
    _lookups[kind] = function


def register_follow_up(url_name: str) -> None:
    """The page that a requester lands on; it takes no argument: the case is `request.actor.case_id`."""
    _follow_up[:] = [url_name]


def follow_up() -> str | None:
    return _follow_up[0] if _follow_up else None


def cases_named(organisation_ids: list[int], number: str) -> list[int]:
    """Cases that go by this number in these organisations. The same work whether there is one or none."""
    found = [
        function(organisation_id, number) for organisation_id in organisation_ids for function in _lookups.values()
    ]
    return [case_id for case_id in found if case_id is not None]
