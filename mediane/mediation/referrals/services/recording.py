"""What a party sent by post or said by phone: an officer records it on its behalf, with the scan or a note, and both persons stand in the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from mediane.ground.accounts.actor import Actor, Trace
from mediane.ground.accounts.roles import Role
from mediane.ground.database.scope import use_case
from mediane.ground.documents import services as documents
from mediane.ground.documents.enums import Purpose
from mediane.ground.documents.uploads import Upload
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.services.turn import reach


@use_case
def record_for(
    referral_id: int,
    party: str,
    service: Callable[..., Any],
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    note: str = "",
    uploads: Iterable[Upload] = (),
    **arguments: Any,
) -> Any:
    """Make the move `service` for a party that has no hand here, dated the day it arrived (`on`), with the scans of what it sent or a note of what it said.

    The scan is that party's own piece: its audience is the party and the office, so an answer stays sealed to the other.
    Raises Refusal `missing:trace` when neither is given, and what the move itself refuses.
    """
    _case, referral = reach(referral_id, by, "trader")
    if Role.OFFICER not in by.roles:
        raise Refusal("not_allowed")
    said_by = referral.consumer_name if party == Party.CONSUMER else referral.trader.name if referral.trader else ""
    scans = tuple(
        documents.store_document(
            case=referral_id,
            organisation_id=referral.body_id,
            upload=upload,
            title=upload.filename,
            author_party=party,
            author_name=said_by,
            audience=party,
            purpose=Purpose.OTHER,
            by=by,
            at=at,
            received_on=on or paris_day(at),
            person_id=by.person_id,
        ).pk
        for upload in uploads
    )
    trace = Trace(note.strip(), scans)
    return service(referral_id, by=by.for_party(party, trace), at=at, on=on, **arguments)
