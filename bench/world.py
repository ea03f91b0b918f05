"""Real cases made by the services, in the states an archive holds. The archive is multiplied from them (`archive.py`)."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class Template:
    """A case to copy. `weight`: how many of a thousand are like it; `open`: somebody still has to act on it."""

    case_id: int
    state: str
    weight: int
    open: bool


def build() -> tuple[Any, list[Template]]:
    """A body with its people and one case for each kind of history. In system scope, committed."""
    from mediane.ground.database.scope import as_system
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.enums import Party
    from mediane.mediation.referrals.services import admissibility, exchange, mediation, solution
    from mediane.mediation.referrals.tests import factories as f

    now = utc_now()
    with as_system():
        world = f.world()
    found: list[Template] = []

    def keep(referral: Any, weight: int, *, is_open: bool) -> None:
        referral.refresh_from_db()
        found.append(Template(referral.pk, str(referral.state), weight, is_open))

    def begun(days: int) -> tuple[Any, Any]:
        at = now - timedelta(days=days)
        return f.under_review(world, at, complaint_on=(at - timedelta(days=120)).date()), at

    def mediating(days: int) -> tuple[Any, Any]:
        referral, at = begun(days)
        mediation.notify(referral.pk, by=world.mediator, at=at + timedelta(days=3))
        mediation.accept_entry(referral.pk, by=world.firm, at=at + timedelta(days=5))
        exchange.write(
            referral.pk,
            "Voici ma position.",
            "both",
            by=world.firm,
            at=at + timedelta(days=6),
            uploads=((a_pdf(), "Position", "position"),),
        )
        exchange.write(
            referral.pk, "Je maintiens ma demande.", "both", by=world.consumer(referral), at=at + timedelta(days=8)
        )
        return referral, at

    def proposed(days: int) -> tuple[Any, Any, Any]:
        referral, at = mediating(days)
        on = at + timedelta(days=30)
        wish = f.a_solution(answers_due_on=(on + timedelta(days=30)).date())
        draft = solution.save_proposal(referral.pk, wish, by=world.mediator, at=on, version=0)
        solution.propose(referral.pk, draft.version, by=world.mediator, at=on)
        return referral, at, on

    with as_system():
        # What most of an archive is made of: refused within days, with its letters; a few with a message and a piece.
        referral, at = begun(30)
        admissibility.refuse(
            referral.pk, "L612-2-1", "Aucune réclamation écrite.", by=world.delegate, at=at + timedelta(days=4)
        )
        keep(referral, 750, is_open=False)
        referral, at = begun(30)
        exchange.write(
            referral.pk,
            "Facture jointe.",
            "consumer",
            by=world.consumer(referral),
            at=at,
            uploads=((a_pdf(), "Facture", "invoice"),),
        )
        admissibility.refuse(
            referral.pk, "L612-2-1", "Aucune réclamation écrite.", by=world.delegate, at=at + timedelta(days=4)
        )
        keep(referral, 50, is_open=False)
        for weight, answers in ((60, "accepted"), (40, "refused")):
            referral, _, on = proposed(60)
            for by in (world.consumer(referral), world.firm):
                solution.answer(referral.pk, answers, by=by, at=on + timedelta(days=3))
            referral.refresh_from_db()
            if referral.state == "proposal_notified":
                solution.conclude(referral.pk, by=f.SYSTEM, at=on + timedelta(days=4))
            referral.refresh_from_db()
            if referral.state == "in_execution":
                solution.report_execution(referral.pk, "yes", by=world.firm, at=on + timedelta(days=10))
                solution.report_execution(referral.pk, "yes", by=world.consumer(referral), at=on + timedelta(days=11))
                referral.refresh_from_db()
                if referral.state == "in_execution":
                    solution.finish(referral.pk, "yes", by=f.SYSTEM, at=on + timedelta(days=12))
            keep(referral, weight, is_open=False)
        referral, at = begun(40)
        mediation.notify(referral.pk, by=world.mediator, at=at + timedelta(days=3))
        mediation.refuse_entry(referral.pk, by=world.firm, at=at + timedelta(days=8), reason="Nous refusons.")
        keep(referral, 50, is_open=False)
        # What somebody still has to do.
        keep(f.received(world, now - timedelta(days=5)), 10, is_open=True)
        keep(begun(8)[0], 10, is_open=True)
        referral, at = begun(12)
        mediation.notify(referral.pk, by=world.mediator, at=at + timedelta(days=3))
        keep(referral, 10, is_open=True)
        keep(mediating(25)[0], 10, is_open=True)
        keep(proposed(40)[0], 10, is_open=True)
    assert {Party.CONSUMER, Party.TRADER}
    return world, found


def a_pdf() -> Any:
    """A small file, different each time, accepted as any other."""
    import pikepdf

    from mediane.ground.documents.uploads import accept_file

    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page(page_size=(595, 842))
    made.Root["/Bench"] = pikepdf.String(os.urandom(8).hex())
    made.save(out)
    return accept_file(out.getvalue(), filename="piece.pdf")
