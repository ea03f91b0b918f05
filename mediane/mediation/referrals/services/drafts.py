"""A referral not yet sent: what is typed at each step, its pieces, the personal link that resumes it, the code told once when it is sent.

Nobody of the office sees a draft, nor writes in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from mediane.ground.access import limits
from mediane.ground.access import services as access
from mediane.ground.access.models import AttemptKind, CaseKey, KeyKind
from mediane.ground.accounts.actor import Actor, Scope
from mediane.ground.correspondence.models import Letter
from mediane.ground.database.scope import as_system, use_case
from mediane.ground.documents import services as documents
from mediane.ground.documents.models import Document
from mediane.ground.jobs import defer, job
from mediane.ground.rulesets.services import rules_for
from mediane.kernel.moments import paris_day, utc_now
from mediane.kernel.refusals import Refusal
from mediane.kernel.typed import clean_email
from mediane.mediation.referrals.enums import Audience, Party, State
from mediane.mediation.referrals.mails import send
from mediane.mediation.referrals.models import Referral

RESUME = "reprise"
"""Holder of the link sent by e-mail: it is replaced when the address changes, the session's own key is not."""
LINK_EMAIL = "link_email"
"""Where a draft keeps the address its link was asked for, whatever the form says later."""


def _draft(referral_id: int, by: Actor) -> Referral:
    referral = Referral.objects.select_related("claim").filter(pk=referral_id).first()
    if referral is None or by.scope is not Scope.REQUESTER or by.case_id != referral_id:
        raise Refusal("not_found")
    if referral.state != State.DRAFT:
        raise Refusal("wrong_state", state=referral.state)
    return referral


@use_case
def save_draft(referral_id: int, step: str, answers: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Keep what was typed at one step, whatever it is worth. Raises Refusal `not_found`, `wrong_state`."""
    referral = _draft(referral_id, by)
    referral.claim.draft = {**referral.claim.draft, step: answers, "saved_at": at.isoformat()}
    referral.claim.save(update_fields=["draft"])


@use_case
def add_piece(referral_id: int, upload: Any, *, title: str, purpose: str, by: Actor, at: datetime) -> Document:
    """A file of the form, numbered as it comes. The same bytes twice are one piece. Raises Refusal `not_found`, `wrong_state`, `storage_error`."""
    referral = _draft(referral_id, by)
    known = documents.duplicate_of(referral_id, upload, Party.CONSUMER)
    if known is not None:
        return known
    return documents.store_document(
        case=referral_id,
        organisation_id=referral.body_id,
        upload=upload,
        title=title,
        author_party=Party.CONSUMER,
        author_name=by.name,
        audience=Audience.CONSUMER,
        purpose=purpose,
        by=by,
        at=at,
        received_on=paris_day(at),
    )


@use_case
def remove_piece(referral_id: int, uuid: UUID, *, by: Actor, at: datetime) -> None:
    """A file taken back before anything was sent leaves no trace: nobody has seen it. One that is not there any more is no fault."""
    _draft(referral_id, by)
    documents.forget(list(Document.objects.filter(case=referral_id, uuid=uuid).values_list("pk", flat=True)))


@use_case
def session_key(referral_id: int, *, by: Actor, at: datetime) -> int:
    """The key under which a browser holds this draft: made with the draft, never sent to anybody."""
    access.issue_link(referral_id, by=by, at=at)
    keys = CaseKey.objects.filter(case=referral_id, kind=KeyKind.LINK, holder_name="", revoked_at__isnull=True)
    return keys.order_by("-pk").values_list("pk", flat=True)[0]


@use_case
def send_link(referral_id: int, email: str, *, by: Actor, at: datetime, language: str, ip: str | None) -> bool:
    """Queue the personal link that resumes the form. A former link sent to another address ends: it may have been mistyped.

    False when too many were asked for from here or to there (then nothing is sent). Raises Refusal `not_found`, `wrong_state`.
    """
    referral = _draft(referral_id, by)
    email = clean_email(email)
    if referral.claim.draft.get(LINK_EMAIL) == email:
        return True  # the link is there already
    try:
        counters = [limits.take(AttemptKind.LOST_ADDRESS, ip or "", at), limits.take(AttemptKind.LOST_EMAIL, email, at)]
    except Refusal:
        return False
    for counter in counters:
        limits.failed(counter, at)
    access.replace_link(referral_id, holder_name=RESUME, by=by, at=at)
    referral.claim.draft = {**referral.claim.draft, LINK_EMAIL: email}
    referral.claim.save(update_fields=["draft"])
    defer(send_resume_link, case_id=referral_id, language=language)
    return True


@job(queue="mail")
def send_resume_link(case_id: int, language: str) -> None:
    """The e-mail itself. Sent after the form was sent or given up, it would lead nowhere: then nothing leaves."""
    with as_system():
        referral = (
            Referral.objects.select_related("body__organisation", "claim").filter(pk=case_id, state=State.DRAFT).first()
        )
        email = referral.claim.draft.get(LINK_EMAIL, "") if referral else ""
        if referral is None or not email:
            return
        token = access.issue_link(case_id, holder_name=RESUME, by=Actor.system(), at=utc_now())
        kept = rules_for(referral.body_id, paris_day(referral.entered_at))["draft_retention"]
    with override(language):
        subject = _("Reprendre votre demande")
    send(
        email,
        subject,
        "resume",
        {"url": access.link_url(token), "body": referral.body.organisation.name, "kept": kept.in_words(language)},
        language,
    )


@use_case
def code_to_show(referral_id: int, *, by: Actor) -> str:
    """The code printed in the receipt that was just written, for the screen that follows; "" once the letter has left. Raises Refusal `not_found`."""
    if by.scope is not Scope.REQUESTER or by.case_id != referral_id:
        raise Refusal("not_found")
    letter = (
        Letter.objects.filter(case=referral_id, kind="referral_receipt", blanked_at__isnull=True)
        .order_by("-pk")
        .only("inputs")
        .first()
    )
    return str(letter.inputs.get("access_code", "")) if letter else ""
