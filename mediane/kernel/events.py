"""News goes up as typed events: what happened, said once, heard by whoever subscribed.

Handlers run at once, in the order in which they were registered and in the caller's transaction: a handler that fails
undoes the move that it follows. Slow work is queued by the handler, not done in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events: a frozen dataclass of ids and values, named in the past tense (`ReferralReceived`)."""


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], object]
_handlers: list[tuple[type[Event], Handler]] = []


def subscribe(event_type: type[E]) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
    """Decorator: call this function for every event of that type or of a type derived from it."""
    if not (isinstance(event_type, type) and issubclass(event_type, Event)):
        raise TypeError(f"{event_type!r} is no event type")

    def register(handler: Callable[[E], object]) -> Callable[[E], object]:
        if (event_type, handler) not in _handlers:  # a module imported twice must not make news twice
            _handlers.append((event_type, handler))
        return handler

    return register


def publish(event: Event) -> None:
    """Tell every subscriber, in the order of registration. The first exception ends it and reaches the caller."""
    for event_type, handler in tuple(_handlers):
        if isinstance(event, event_type):
            handler(event)


@contextmanager
def isolated(*, keep: bool = False) -> Iterator[list[Event]]:
    """For tests: an empty registry (or a copy, `keep`), put back at the end; yields what is published."""
    global _handlers
    before, heard = _handlers, list[Event]()
    _handlers = [(Event, heard.append), *(before if keep else ())]
    try:
        yield heard
    finally:
        _handlers = before
