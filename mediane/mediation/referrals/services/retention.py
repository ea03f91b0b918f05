"""b21: what ended is put away when its time at hand is over, and destroyed when its retention is, unless it is held; a person of the direction approves.

The periods are those of the case's own rules (the closing letter gave their dates). What remains of a destroyed case: the columns that figures count, and
the journal's skeleton, whose personal payloads nobody can read any more since the key of the case is destroyed; the chain still verifies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from mediane.ground.access import services as access
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.correspondence import services as correspondence
from mediane.ground.database.scope import as_system, use_case
from mediane.ground.deadlines.models import Clock
from mediane.ground.documents import services as documents
from mediane.ground.documents.models import Document
from mediane.ground.journal import services as journal
from mediane.ground.privacy.register import Disposal, disposal
from mediane.ground.rulesets.services import Rules
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import State
from mediane.mediation.referrals.models import Claim, Referral
from mediane.mediation.referrals.services.alone import alone
from mediane.mediation.referrals.services.turn import Turn, reach
from mediane.mediation.referrals.workflow import ENDED, NOT_MEDIATED

ENDED_ON = Coalesce("closed_on", "ended_on", "decision_on", "notified_on", "received_on")
"""The day from which retention runs: the closing, else (a refusal, a file that does not say when it ended) the last day that is known."""


def retention_of(referral: Referral, *, before: str = "") -> Disposal:
    """First day in the archive, first day on which the case must be gone; neither while it is held. `before`: the state it ended in, once archived."""
    rules = Rules.from_snapshot(referral.rules)
    started = (
        referral.closed_on or referral.ended_on or referral.decision_on or referral.notified_on or referral.received_on
    )
    if (before or referral.state) in NOT_MEDIATED:
        kept = disposal("inadmissible", started, hold=referral.hold, period=rules["refused_retention"])
        return Disposal(kept.dispose_on, kept.dispose_on)  # one period: put away on the day it may be destroyed
    return disposal(
        "referral", started, hold=referral.hold, period=rules["archive_retention"], active=rules["documents_available"]
    )


@use_case
def archive(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """Put away: parties and office see it no more, the direction and the control still do. Raises Refusal `held`, `too_early`."""
    turn = Turn.open(referral_id, "archive", by=by, at=at)
    kept = retention_of(turn.referral)
    _check_over(turn, kept.archive_on)
    turn.go(destroy_on=kept.dispose_on)
    turn.record({"destroy_on": kept.dispose_on})
    turn.stop_all()
    access.revoke_keys(turn.case.pk, by=by, at=at)
    return turn.close()


def _check_over(turn: Turn, day: date | None) -> None:
    if turn.referral.hold:
        raise Refusal("held")
    if day is None or turn.on < day:
        raise Refusal("too_early", due_on=day)


def check_may_approve(by: Actor) -> None:
    """The direction of the body. Raises Refusal `not_allowed`."""
    if not by.may(Permission.APPROVE_DESTRUCTION):
        raise Refusal("not_allowed")


@use_case
def approve_destruction(referral_ids: Iterable[int], *, by: Actor, at: datetime) -> int:
    """Somebody of the direction who did not lead the case says that it may be destroyed. How many; approving twice changes nothing.

    Raises Refusal `not_allowed`, `not_found`, `own_case` (its mediator or who handled it), `held`, `wrong_state`, `too_early`; then none is approved.
    """
    check_may_approve(by)
    approved = 0
    for pk in sorted(set(referral_ids)):
        case, referral = reach(pk, by, "mediator")
        if referral.state != State.ARCHIVED:
            raise Refusal("wrong_state", state=referral.state)
        if referral.hold:
            raise Refusal("held")
        if referral.destroy_on is None or paris_day(at) < referral.destroy_on:
            raise Refusal("too_early", due_on=referral.destroy_on)
        led_by = {referral.assignee_id, referral.mediator.person_id if referral.mediator else None}
        if by.person_id in led_by:
            raise Refusal("own_case", number=referral.number)
        if referral.destruction_approved_at is None:
            referral.destruction_approved_at, referral.destruction_approved_by_id = at, by.person_id
            referral.save(update_fields=["destruction_approved_at", "destruction_approved_by"])
            journal.record(case, "approve_destruction", by=by, at=at, facts={"destroy_on": str(referral.destroy_on)})
            approved += 1
    return approved


@use_case
def set_hold(referral_id: int, held: bool, reason: str, *, by: Actor, at: datetime) -> Referral:
    """Hold what a court, a control or a claim still needs: nothing of it is archived or destroyed until it is let go. An approval given falls.

    Raises Refusal `not_allowed`, `missing:reason`, `wrong_state` (a draft; what is destroyed).
    """
    check_may_approve(by)
    case, referral = reach(referral_id, by)
    if referral.state in (State.DRAFT, State.DESTROYED):
        raise Refusal("wrong_state", state=referral.state)
    if not reason.strip():
        raise Refusal("missing:reason")
    if referral.hold != held:
        referral.hold, referral.destruction_approved_at, referral.destruction_approved_by = held, None, None
        referral.save(update_fields=["hold", "destruction_approved_at", "destruction_approved_by"])
        journal.record(case, "hold" if held else "release", by=by, at=at, personal={"reason": reason.strip()})
    return referral


@use_case
def destroy(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """Words, identities, files, letters and keys go, and the case's own key: nobody reads its journal again. Figures keep their columns.

    Raises Refusal `held`, `too_early`, `missing:approval`.
    """
    turn = Turn.open(referral_id, "destroy", by=by, at=at)
    referral = turn.referral
    _check_over(turn, referral.destroy_on)
    turn.need("approval", referral.destruction_approved_at and referral.destruction_approved_by_id)
    turn.go()
    pieces = list(Document.objects.filter(case=turn.case).values_list("pk", flat=True))
    turn.record({"approved_by": referral.destruction_approved_by_id, "pieces": len(pieces)})
    forget_words(referral)
    documents.forget(pieces)
    correspondence.forget(referral.pk)
    access.forget(referral.pk, by=by)
    Clock.objects.filter(case=turn.case).delete()
    turn.running = {}
    journal.destroy_key(turn.case, at=at)
    return turn.close()


HANGING = (
    "messages", "piece_requests", "sealed_answers", "proposals", "execution_reports", "conflicts", "certificates", "resumption_consents", "presences",
    "contacts",
)  # fmt: skip
"""What hangs on a referral and says something of somebody; the order is that of who points at whom."""


def forget_words(referral: Referral) -> None:
    """Rows that hang on a referral, and the columns of its own that name somebody."""
    for name in HANGING:
        getattr(referral, name).all().delete()
    for name in ("agreement", "notified_dispute"):
        row = getattr(referral, name, None)
        if row is not None:
            row.delete()
    Claim.objects.filter(referral=referral).delete()
    referral.consumer_name = referral.trader_given = ""
    referral.assignee = referral.mediator = None
    referral.submission_key = None


# ---- by itself ----------------------------------------------------------------------------------------------------------------------
def put_away(*, at: datetime) -> tuple[int, int]:
    """Archive what is over and destroy what was approved; a job calls it every night. How many of each. Imported history is left alone until taken up."""
    today = paris_day(at)
    with as_system():
        over = Referral.objects.filter(state__in=sorted(ENDED), hold=False, quiet=False).annotate(since=ENDED_ON)
        over = over.filter(since__lt=today).exclude(state=State.CLOSED, execution="", outcome="")
        due = []
        for referral in over.only(
            "pk", "state", "rules", "hold", "closed_on", "ended_on", "decision_on", "notified_on", "received_on"
        ).iterator(chunk_size=2000):
            day = retention_of(referral).archive_on
            if day is not None and day <= today:
                due.append(referral.pk)
        approved = list(
            Referral.objects.filter(
                state=State.ARCHIVED, hold=False, destroy_on__lte=today, destruction_approved_at__isnull=False
            ).values_list("pk", flat=True)
        )
    return sum(alone(archive, pk, at=at) for pk in due), sum(alone(destroy, pk, at=at) for pk in approved)


# ---- what the direction reads -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shelf:
    """Numbers and days, no name and no matter."""

    to_approve: list[Referral]
    approved: list[Referral]
    held: list[Referral]


def shelf(body_id: int, *, by: Actor, today: date, most: int = 200) -> Shelf:
    """Cases whose retention is over, those approved for the night, those held; the oldest first, `most` of each."""
    check_may_approve(by)
    if by.organisation_id != body_id:
        raise Refusal("not_allowed")
    rows = (
        Referral.objects.visible_to(by).select_related("mediator").order_by(F("destroy_on").asc(nulls_last=True), "pk")
    )
    over = rows.filter(state=State.ARCHIVED, destroy_on__lte=today, hold=False)
    return Shelf(
        list(over.filter(destruction_approved_at__isnull=True)[:most]),
        list(over.filter(destruction_approved_at__isnull=False)[:most]),
        list(rows.filter(hold=True)[:most]),
    )
