"""The scope a connection reads under: the second lock (PostgreSQL row-level security), set with SET LOCAL and so gone with the transaction.

`acting(actor)` narrows to what one person may see; `use_case` lifts to `system` for the length of one service call, after which the
caller's scope is back. See docs/adr/0002.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

Settings = tuple[str, str, str, str, str, str, str]
NOTHING: Settings = ("none", "", "", "", "", "", "")
SYSTEM: Settings = ("system", "", "", "", "", "", "")
_current: ContextVar[Settings] = ContextVar("mediane_scope", default=NOTHING)

_SET = (
    "SELECT set_config('app.scope', %s, true), set_config('app.organisation', %s, true), set_config('app.person', %s, true), "
    "set_config('app.case', %s, true), set_config('app.traders', %s, true), set_config('app.walls', %s, true), "
    "set_config('app.archive', %s, true)"
)


class ScopedActor(Protocol):
    """What this room needs of an Actor (accounts stands above it)."""

    @property
    def scope(self) -> Any: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def case_id(self) -> int | None: ...
    @property
    def trader_ids(self) -> tuple[int, ...]: ...
    @property
    def reads_mediator_notes(self) -> bool: ...
    @property
    def reads_archive(self) -> bool: ...


def settings_of(actor: ScopedActor) -> Settings:
    def text(value: int | None) -> str:
        return "" if value is None else str(value)

    return (
        str(actor.scope.value),
        text(actor.organisation_id),
        text(actor.person_id),
        text(actor.case_id),
        ",".join(map(str, actor.trader_ids)),
        "mediator" if actor.reads_mediator_notes else "",
        "read" if actor.reads_archive else "",
    )


def _apply(settings: Settings) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, settings)


@contextmanager
def scope(settings: Settings) -> Iterator[None]:
    """Run a block under these settings, in a transaction (SET LOCAL needs one); the former settings come back afterwards.

    One statement in, and one out only when the block is nested in another scope of the same transaction.
    """
    before = _current.get()
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        token = _current.set(settings)
        if settings != before or outermost:
            _apply(settings)
        try:
            yield
        finally:
            _current.reset(token)
            # An aborted transaction refuses any statement, and its rollback undoes SET LOCAL anyway.
            if not outermost and settings != before and not connection.needs_rollback:
                _apply(before)


def acting(actor: ScopedActor) -> Any:
    """Read as this person: `with acting(actor): …`."""
    return scope(settings_of(actor))


def as_system() -> Any:
    """Read and write everything: services after their policy spoke, jobs, commands."""
    return scope(SYSTEM)


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """A use case: one transaction, in system scope. The function itself checks who may, first thing."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with as_system():
            return function(*args, **kwargs)

    return wrapper
