"""Processes beside this one, forked after the product is loaded: each asks its connection what to do and answers on it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.home import use

_FORK = multiprocessing.get_context("fork")


class Child:
    """`role(line, *arguments)` in its own process, Django's doors leading to `database`."""

    def __init__(self, role: Callable[..., None], database: str, *arguments: Any) -> None:
        self.line, theirs = _FORK.Pipe()
        self.process = _FORK.Process(target=_run, args=(role, theirs, database, arguments), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, what: Any) -> Any:
        self.tell(what)
        return self.answer()

    def tell(self, what: Any) -> None:
        self.line.send(what)

    def answer(self) -> Any:
        """What it said; its own exception, as RuntimeError, when it failed."""
        answer = self.line.recv()
        if isinstance(answer, _Failure):
            raise RuntimeError(answer.text)  # noqa: TRY004
        return answer

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.line.send(_STOP)  # closing would not be heard: the children forked later hold our end too
        self.process.join(10)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


_STOP = "stop"


class Line:
    """The child's end: `receive` raises EOFError when the work is over."""

    def __init__(self, pipe: Any) -> None:
        self.pipe, self.send = pipe, pipe.send

    def receive(self) -> Any:
        what = self.pipe.recv()
        if what == _STOP:
            raise EOFError
        return what


class _Failure:
    def __init__(self, text: str) -> None:
        self.text = text


def _run(role: Callable[..., None], pipe: Any, database: str, arguments: tuple[Any, ...]) -> None:
    use(database)
    line = Line(pipe)
    try:
        role(line, *arguments)
    except (EOFError, BrokenPipeError):
        pass
    except BaseException:
        line.send(_Failure(traceback.format_exc()[-2000:]))
    finally:
        use(database)  # closes what is open
        os._exit(0)


@contextmanager
def team(size: int, role: Callable[..., None], database: str, *arguments: Any) -> Iterator[list[Child]]:
    """That many of them, ready."""
    use(database)  # no connection may be shared with a child
    started = [Child(role, database, *arguments) for _ in range(size)]
    try:
        for child in started:
            child.answer()
        yield started
    finally:
        for child in started:
            child.close()
