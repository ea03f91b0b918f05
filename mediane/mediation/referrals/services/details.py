"""Details of the grounds of refusal: which may be used when, adding one, ending one. Data of a body; the five grounds are code (L. 612-2)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.text import slugify

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Permission
from mediane.ground.database.scope import use_case
from mediane.kernel.moments import paris_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Ground
from mediane.mediation.referrals.models import GroundDetail

SECOND_LEVEL_MISSING = "second_level_missing"  # the detail of every redirection to another level of the contract


def details_of(body_id: int) -> list[GroundDetail]:
    """Every detail that this body has or shares, past ones too, by ground and words."""
    return list(
        GroundDetail.objects.filter(Q(body=body_id) | Q(body__isnull=True)).order_by("ground", "label_fr", "pk")
    )


def details_in_force(body_id: int, day: date) -> list[GroundDetail]:
    """What may be chosen for a decision of that day."""
    return [
        detail
        for detail in details_of(body_id)
        if detail.effective_from <= day and (detail.effective_to is None or day <= detail.effective_to)
    ]


def words_of_details(body_id: int, language: str) -> dict[str, str]:
    """Code → words, of all times, for figures: what was filed keeps its name after its end. A body's own words win over the shared ones."""
    rows = sorted(details_of(body_id), key=lambda detail: detail.body_id is not None)
    return {detail.code: detail.label(language) for detail in rows}


def check_detail(body_id: int, ground: str, code: str, day: date) -> None:
    """Raises Refusal `unknown_detail` when this detail is not one of that ground in force that day. No detail is always right."""
    if code and not any(d.code == code and d.ground == ground for d in details_in_force(body_id, day)):
        raise Refusal("unknown_detail", ground=ground, detail=code)


def _check_may(body_id: int, by: Actor) -> None:
    by.check(Permission.MANAGE_SETTINGS, of=body_id)


@use_case
def add_detail(
    body_id: int,
    ground: str,
    label_fr: str,
    *,
    by: Actor,
    at: datetime,
    label_en: str = "",
    effective_from: date | None = None,
) -> GroundDetail:
    """A detail of the body's own, usable from that day (today by default). Its code is drawn from its French words and never changes.

    Raises Refusal `not_allowed`, `invalid_detail` (no word to draw a code from), `detail_exists`.
    """
    _check_may(body_id, by)
    label_fr, label_en = " ".join(label_fr.split()), " ".join(label_en.split())
    code = slugify(label_fr).replace("-", "_")[:60].strip("_")
    if ground not in Ground.values or not code or not code[0].isalpha():
        raise Refusal("invalid_detail", label=label_fr)
    if GroundDetail.objects.filter(Q(body=body_id) | Q(body__isnull=True), code=code).exists():
        raise Refusal("detail_exists", detail=code)
    return GroundDetail.objects.create(
        body_id=body_id,
        ground=ground,
        code=code,
        label_fr=label_fr,
        label_en=label_en,
        effective_from=effective_from or paris_day(at),
    )


@use_case
def end_detail(body_id: int, detail_id: int, *, by: Actor, at: datetime) -> None:
    """Today is the last day on which it may be chosen; one that has not begun disappears. Decisions taken keep it.

    Raises Refusal `not_allowed`, `not_found` (shared by all, or another body's).
    """
    _check_may(body_id, by)
    detail = GroundDetail.objects.filter(pk=detail_id, body=body_id).first()
    if detail is None:
        raise Refusal("not_found")
    today = paris_day(at)
    if detail.effective_from > today:
        detail.delete()
        return
    detail.effective_to = today
    detail.save(update_fields=["effective_to"])
