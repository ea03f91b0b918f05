"""Two processes live the cases, since a year of letters is two minutes of one processor. Each case has its own dice: what happens in it does not depend
on who lives it, nor when. They take the cases in the order of their arrival, so that numbers follow days.

None of them outlives the command: one that went on would write its last cases into the next build.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a new process begins here, before Django is ready
    from mediane.demonstration.life import Cast
    from mediane.demonstration.stories import Story
    from mediane.mediation.referrals.services.receiving import Dispute

PROCESSES = min(2, os.cpu_count() or 1)


class Lost(Exception):
    """One of the processes was ended from outside (by hand, or for want of memory): what it was living is not whole."""


@dataclass(frozen=True)
class Lot:
    """What becomes of one referral: of which body (its place in the list), its number among that body's, the plan, its arrival."""

    body: int
    index: int
    plan: str
    start: datetime


def live_all(casts: Sequence[Cast], lots: Sequence[Lot], *, now: datetime, tell: Callable[[int, int], None]) -> None:
    """All of them; `tell(done, total)` after each. Raises Lost, or what the first to fail raised, and stops."""
    share(_live, [(casts[lot.body], lot) for lot in lots], ready=_begin, given=(now,), tell=tell)


def share(
    work: Callable[[Any], object],
    pieces: Sequence[Any],
    *,
    ready: Callable[..., None],
    given: tuple[Any, ...],
    tell: Callable[[int, int], None],
) -> None:
    """`work` on each piece, in processes that begin with `ready(*given)`. Raises Lost, or what the first to fail raised, and stops."""
    pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_obey, initargs=(ready, given))
    try:
        for done, _ in enumerate(pool.map(work, pieces), 1):
            tell(done, len(pieces))
    except BrokenProcessPool as error:
        raise Lost from error
    finally:
        pool.shutdown(cancel_futures=True)


def _obey(ready: Callable[..., None], given: tuple[Any, ...]) -> None:
    """In each process. Whoever began the build says when to stop, by word or by its end, however that came: the pool alone would not notice."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    ready(*given)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)  # at once: the database rolls back what was under way


_now: list[datetime] = []


def _begin(now: datetime) -> None:
    """The product as the command prepared it."""
    import django

    django.setup()
    _now.append(now)


def _live(given: tuple[Cast, Lot]) -> None:
    from mediane.demonstration.life import Life, live
    from mediane.demonstration.stories import STORIES

    cast, lot = given
    dice = random.Random(f"{lot.plan}/{lot.body}/{lot.index}")
    stories = [story for story in STORIES if story.trader in cast.traders]
    live(Life(cast, dice, dice.choice(stories), _now[0], lot.start, _files(dice)), lot.plan)


def _files(dice: random.Random) -> Any:
    from mediane.demonstration.paper import complaint_pdf, invoice_pdf
    from mediane.ground.documents.uploads import accept_file

    def files(story: Story, said: Dispute, day: date) -> tuple[tuple[Any, str, str], ...]:
        made = (
            [
                (
                    accept_file(complaint_pdf(story, said, day), filename="reclamation.pdf"),
                    "Réclamation écrite",
                    "prior_complaint",
                )
            ]
            if said.complaint_on
            else []
        )
        if dice.random() < 0.5:
            made.append((accept_file(invoice_pdf(story, said, day), filename="facture.pdf"), "Facture", "invoice"))
        return tuple(made)

    return files
