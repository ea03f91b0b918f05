"""Referrals in, their status and their list, for machines of a mediation body."""

from __future__ import annotations

import re
import uuid
from dataclasses import fields

from django.http import HttpRequest
from ninja import Header, Query, Router

from mediane.ground.accounts.actor import Actor
from mediane.ground.database.scope import acting
from mediane.ground.deadlines.models import Clock
from mediane.kernel.identifiers import is_siren
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import clean_line
from mediane.mediation.referrals.api.schemas import ClockOut, ReceivedOut, ReferralIn, ReferralOut, ReferralPage
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.sentences import STAFF, next_step
from mediane.mediation.referrals.services import receiving

router = Router(tags=["referrals"])
PAGE = 100
WRITE, READ = "referrals:write", "referrals:read"
STATES = Query(default_factory=list)


def need(actor: Actor, scope: str) -> Actor:
    """The token's scope. Raises Refusal `missing:scope`."""
    if scope not in actor.token_scopes:
        raise Refusal("missing:scope", scope=scope)
    return actor


@router.post("/referrals", response={201: ReceivedOut}, operation_id="receive_referral", summary="Send a referral")
def receive(
    request: HttpRequest, payload: ReferralIn, idempotency_key: str = Header("", alias="Idempotency-Key")
) -> tuple[int, ReceivedOut]:
    """One referral, received today or on the day it arrived. The same `Idempotency-Key` (a UUID, or any text) gives the same referral."""
    actor = need(request.auth, WRITE)  # type: ignore[attr-defined]
    siren = re.sub(r"\D", "", payload.trader_siren)[:9]
    if payload.trader_siren and not is_siren(siren):
        raise Refusal("invalid_siren", field="trader_siren")
    values = payload.model_dump(exclude={"trader", "trader_siren", "channel", "received_on", "consumer"})
    person = receiving.Person(**{item.name: getattr(payload.consumer, item.name) for item in fields(receiving.Person)})
    dispute = receiving.Dispute(trader_given=payload.trader, trader_siren=siren, consumer=person, **values)
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"api:{actor.organisation_id}:{idempotency_key}") if idempotency_key else None
    referral = receiving.receive(
        actor.organisation_id or 0,
        dispute,
        by=actor,
        at=utc_now(),
        channel=payload.channel,
        on=payload.received_on,
        submission_key=key,
    )
    with acting(actor):
        rejection = Clock.objects.filter(case=referral.pk, kind="rejection").order_by("pk").first()
    return 201, ReceivedOut(
        number=referral.number,
        state=referral.state,
        received_on=referral.received_on or paris_day(utc_now()),
        decision_due_on=rejection.due_on if rejection else None,
        idempotency_key=key,
    )


@router.get("/referrals", response=ReferralPage, operation_id="list_referrals", summary="List referrals, newest first")
def page(
    request: HttpRequest,
    after: int | None = None,
    state: list[str] = STATES,
    limit: int = Query(PAGE, ge=1, le=PAGE),
) -> ReferralPage:
    actor = need(request.auth, READ)  # type: ignore[attr-defined]
    with acting(actor):
        rows = Referral.objects.visible_to(actor)
        if state:
            rows = rows.filter(state__in=state)
        if after:
            rows = rows.filter(pk__lt=after)
        found = list(rows.select_related("trader").order_by("-case")[: limit + 1])
        shown = [*_out(found[:limit])]
    return ReferralPage(referrals=shown, next=found[limit - 1].pk if len(found) > limit else None)


@router.get(
    "/referrals/{number}", response=ReferralOut, operation_id="referral_status", summary="Status of one referral"
)
def status(request: HttpRequest, number: str) -> ReferralOut:
    """By case number. A number of another body is as unknown as one that does not exist."""
    actor = need(request.auth, READ)  # type: ignore[attr-defined]
    with acting(actor):
        referral = (
            Referral.objects.visible_to(actor).select_related("trader").filter(number=clean_line(number, 40)).first()
        )
        if referral is None:
            raise Refusal("not_found")
        return _out([referral])[0]


def _out(rows: list[Referral]) -> list[ReferralOut]:
    clocks: dict[int, list[Clock]] = {row.pk: [] for row in rows}
    for clock in Clock.objects.filter(case__in=list(clocks), stopped_on__isnull=True).order_by("due_on", "pk"):
        clocks[clock.case_id].append(clock)
    return [_one(row, clocks[row.pk]) for row in rows]


def _one(row: Referral, clocks: list[Clock]) -> ReferralOut:
    step = next_step(row, STAFF, {clock.slot: clock for clock in clocks})
    names = (
        "number",
        "state",
        "received_on",
        "channel",
        "decision",
        "decision_on",
        "ground",
        "premature_until",
        "notified_on",
        "outcome",
        "ended_on",
        "closed_on",
    )
    return ReferralOut(
        **{name: getattr(row, name) for name in names},
        state_label=str(row.get_state_display()),
        trader=row.trader.name if row.trader else row.trader_given,
        next_step=step.text,
        waits_for=step.hand,
        clocks=[
            ClockOut(kind=clock.kind, basis=clock.basis, started_on=clock.started_on, due_on=clock.due_on)
            for clock in clocks
        ],
    )
