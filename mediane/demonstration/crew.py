"""Two processes live the cases, since a year of letters is two minutes of one processor. Each case has its own dice: what happens in it does not depend
on who lives it, nor when. They take the cases in the order of their arrival, so that numbers follow days.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a new process begins here, before Django is ready
    from mediane.demonstration.life import Cast
    from mediane.demonstration.stories import Story
    from mediane.mediation.referrals.services.receiving import Dispute

PROCESSES = min(2, os.cpu_count() or 1)


@dataclass(frozen=True, order=True)
class Lot:
    """What becomes of one referral: of which body (its place in the list), its number among that body's, the plan, its arrival."""

    body: int
    index: int
    plan: str
    start: datetime


def live_all(casts: Sequence[Cast], lots: Sequence[Lot], *, now: datetime, tell: Callable[[int, int], None]) -> None:
    """All of them; `tell(done, total)` after each. Raises what the first to fail raised, and stops."""
    pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_begin, initargs=(now,))
    try:
        for done, _ in enumerate(pool.map(_live, [(casts[lot.body], lot) for lot in lots]), 1):
            tell(done, len(lots))
    finally:
        pool.shutdown(cancel_futures=True)


_now: list[datetime] = []


def _begin(now: datetime) -> None:
    """In each process: the product as the command prepared it. Whoever began the build says when to stop."""
    import django

    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
