"""Background work of this room. Every job may run twice."""

from __future__ import annotations

from mediane.ground.jobs import every, job
from mediane.kernel.moments import utc_now


@job(queue="letters", retry=8)
def deliver(letter_id: int) -> None:
    from mediane.ground.correspondence.dispatch import deliver as run

    run(letter_id, at=utc_now())


@job(queue="letters", retry=8)
def blank(letter_ids: list[int]) -> None:
    from mediane.ground.correspondence.dispatch import blank_left

    blank_left(letter_ids, at=utc_now())


@job(queue="letters", retry=5)
def print_batch(batch_id: int) -> None:
    from mediane.ground.correspondence.printing import build

    build(batch_id)


@every("*/10 * * * *", queue="letters")
def sweep() -> None:
    from mediane.ground.correspondence.dispatch import sweep as run

    run(at=utc_now())


@every("30 2 * * *", queue="letters")
def sweep_orphans() -> None:
    from mediane.ground.correspondence.dispatch import sweep_orphans as run

    run()


@every("40 5 * * *", queue="letters")
def chase_unopened() -> None:
    from mediane.ground.correspondence.dispatch import chase_unopened as run

    run(at=utc_now())
