"""b11: a circumstance that may touch the mediator's independence is told without delay; the parties may object (R. 613-1)."""

from __future__ import annotations

from datetime import date, datetime

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import use_case
from mediane.ground.deadlines import services as clocks
from mediane.ground.deadlines.models import ClockKind, Hand
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Outcome, Party, ReplacementReason
from mediane.mediation.referrals.models import Conflict, Referral
from mediane.mediation.referrals.services.ending import end
from mediane.mediation.referrals.services.turn import Turn
from mediane.mediation.schemes.models import Mandate


def _parties(referral: Referral) -> list[Party]:
    """Whom a letter of this step goes to: before notification the requester only."""
    return list(Party) if referral.notified_on else [Party.CONSUMER]


@use_case
def declare_conflict(
    referral_id: int,
    circumstance: str,
    mediator_view: str,
    *,
    by: Actor,
    at: datetime,
    objection_due_on: date | None = None,
) -> Referral:
    """The mediator tells the circumstance and locks the case for himself until the date; every other clock runs on."""
    turn = Turn.open(referral_id, "declare_conflict", by=by, at=at)
    turn.need("circumstance", circumstance.strip())
    turn.need("mediator_view", mediator_view.strip())
    mediator = turn.referral.mediator or turn.mandate
    if mediator is None or mediator.person_id != by.person_id:
        raise Refusal("not_allowed", move="declare_conflict")
    due = objection_due_on or clocks.day_after(turn.on, turn.rules.text("objection_period"))
    turn.need_later("objection_due_on", due)
    conflict = Conflict.objects.create(
        referral=turn.referral,
        mediator=mediator,
        circumstance=circumstance.strip(),
        mediator_view=mediator_view.strip(),
        declared_on=turn.on,
        objection_due_on=due,
    )
    turn.go(conflict_declared=True, locked=True, mediator=mediator)
    turn.record({"objection_due_on": due}, {"circumstance": circumstance})
    turn.start(ClockKind.OBJECTION, hand=Hand.CONSUMER, due_on=due, basis="R. 613-1, date fixée par le médiateur")
    for party in _parties(turn.referral):
        turn.letter("conflict_declared", party, conflict=conflict)
    return turn.close()


def open_conflict(referral: Referral) -> Conflict:
    conflict = Conflict.objects.filter(referral=referral, ended="").select_related("mediator__person").first()
    if conflict is None:
        raise Refusal("wrong_state", state=referral.state, conflict=False)
    return conflict


@use_case
def object_to(referral_id: int, *, by: Actor, at: datetime, on: date | None = None) -> Referral:
    """A party does not want this mediator to go on; it gives no reason, and the other is never told who objected."""
    turn = Turn.open(referral_id, "object", by=by, at=at, on=on)
    conflict = open_conflict(turn.referral)
    turn.need_day_after(conflict.declared_on)
    if turn.on > turn.last_day_for(turn.party, conflict.objection_due_on):
        raise Refusal("too_late", due_on=conflict.objection_due_on)
    turn.go()
    turn.record({}, {"party": turn.party.value})
    if not conflict.objected_by:
        conflict.objected_by, conflict.objected_on = turn.party, turn.on
        conflict.save(update_fields=["objected_by", "objected_on"])
    return turn.close()


@use_case
def lift_conflict(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """The day after the date, without objection: the mediator goes on."""
    turn = Turn.open(referral_id, "lift_conflict", by=by, at=at)
    conflict = open_conflict(turn.referral)
    if conflict.objected_by:
        raise Refusal("objected")
    if turn.on <= turn.last_day_to_wait(conflict.objection_due_on, *_parties(turn.referral)):
        raise Refusal("too_early", due_on=conflict.objection_due_on)
    turn.go(locked=False)
    turn.record()
    _end(turn, conflict, "lifted")
    return turn.close()


def _end(turn: Turn, conflict: Conflict, how: str) -> None:
    conflict.ended, conflict.ended_on = how, turn.on
    conflict.save(update_fields=["ended", "ended_on"])
    turn.stop(ClockKind.OBJECTION)


@use_case
def replace_mediator(
    referral_id: int, mediator_id: int, *, by: Actor, at: datetime, reason: ReplacementReason | str = ""
) -> Referral:
    """The body that is an entity names another natural person: on an objection, at the end of a mandate, or on the mediator's own wish.

    The first two are seen in the file; the last is said (`reason`). Raises Refusal `missing:replacement_reason`, `missing:mediator`, `in_conflict`.
    """
    turn = Turn.open(referral_id, "replace_mediator", by=by, at=at)
    referral = turn.referral
    if referral.body.is_person:
        raise Refusal("body_is_person")
    former = turn.need("mediator", referral.mediator)
    new = turn.need(
        "mediator", Mandate.objects.select_related("person").filter(body=referral.body_id, pk=mediator_id).first()
    )
    if new.person_id == former.person_id or not new.is_current(paris_day(at)):
        raise Refusal("missing:mediator")
    if Conflict.objects.filter(referral=referral, mediator__person=new.person_id).exists():
        raise Refusal("in_conflict", mediator=new.pk)
    conflict = Conflict.objects.filter(referral=referral, ended="").first()
    turn.go(mediator=new, locked=False)
    turn.record({"former": former.pk, "new": new.pk, "reason": _why_replaced(turn, former, conflict, reason)})
    if conflict:
        _end(turn, conflict, "replaced")
    for party in _parties(referral):
        turn.letter("mediator_replaced", party, former=former, conflict=conflict)
    return turn.close()


def _why_replaced(turn: Turn, former: Mandate, conflict: Conflict | None, said: str) -> ReplacementReason:
    """An objection or the end of the mandate, as the file shows; else the mediator's own wish, which the direction must say."""
    if conflict is not None and conflict.objected_by:
        return ReplacementReason.OBJECTION
    if not former.is_current(paris_day(turn.at)):
        return ReplacementReason.MANDATE_ENDED
    if said != ReplacementReason.OWN_WISH:
        raise Refusal("missing:replacement_reason", move=turn.move.name)
    return ReplacementReason.OWN_WISH


@use_case
def end_mission(referral_id: int, *, by: Actor, at: datetime, late_reason: str = "") -> Referral:
    """A body of one person: an objection ends the mission (R. 613-1). Who objected is told to nobody."""
    turn = Turn.open(referral_id, "end_mission", by=by, at=at, late_reason=late_reason)
    conflict = _objected(turn)
    turn.check_late(ClockKind.MEDIATION)
    turn.go(locked=False)
    end(turn, Outcome.MISSION_ENDED)
    _end(turn, conflict, "mission_ended")
    turn.letter_to_both("mission_ended_conflict", conflict=conflict)
    return turn.close()


@use_case
def end_mission_early(referral_id: int, *, by: Actor, at: datetime) -> Referral:
    """The same before notification: received, never decided; no mediation ended and nothing had been suspended."""
    turn = Turn.open(referral_id, "end_mission_early", by=by, at=at)
    conflict = _objected(turn)
    turn.go(locked=False, closed_on=turn.on)
    turn.record()
    _end(turn, conflict, "mission_ended")
    turn.stop_all()
    turn.letter("mission_ended_conflict", Party.CONSUMER, conflict=conflict)
    return turn.close()


def _objected(turn: Turn) -> Conflict:
    if not turn.referral.body.is_person:
        raise Refusal("body_is_entity")
    turn.need_own_mediator()
    conflict = open_conflict(turn.referral)
    turn.need("objection", conflict.objected_by)
    return conflict
