"""Use cases of a mediation body: making one, mandates, charters, subjects, and the next case number."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.text import slugify

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Person
from mediane.ground.accounts.roles import Permission, Role
from mediane.ground.database.scope import use_case
from mediane.ground.organisations.models import Organisation, OrganisationKind
from mediane.ground.rulesets.services import Rules, rules_for
from mediane.kernel.identifiers import case_number
from mediane.kernel.periods import Period, last_day
from mediane.kernel.refusals import Refusal
from mediane.mediation.schemes.models import Body, BodyKind, Charter, Delegation, Mandate, Subject


def body_by_slug(slug: str) -> Body:
    """The body of that slug. Raises Refusal `not_found`."""
    body = (
        Body.objects.select_related("organisation").filter(organisation__slug=slug, organisation__active=True).first()
    )
    if body is None:
        raise Refusal("not_found", slug=slug)
    return body


@use_case
def rules_for_slug(slug: str, day: date | None = None) -> Rules:
    """The rules in force for a body (that day, else the latest), for the command `assess --body`."""
    return rules_for(body_by_slug(slug).pk, day or date.max)


@use_case
def create_body(slug: str, *, by: Actor, name: str = "", kind: str = BodyKind.COMPANY, **details: Any) -> Body:
    """A mediation body and its organisation. Raises Refusal `not_allowed`, `slug_taken`, `invalid_slug`."""
    if not by.is_system:
        raise Refusal("not_allowed")
    if slugify(slug) != slug:
        raise Refusal("invalid_slug", slug=slug)
    if Organisation.objects.filter(slug=slug).exists():
        raise Refusal("slug_taken", slug=slug)
    name = name or slug.replace("-", " ").capitalize()
    organisation = Organisation.objects.create(kind=OrganisationKind.MEDIATION_BODY, slug=slug, name=name)
    return Body.objects.create(organisation=organisation, kind=kind, **details)


def next_number(body_id: int, year: int, prefix: str = "") -> str:
    """The next case number of that body and year, "2026-00001". The counter's row stays locked until the transaction ends, so none is given twice
    and none is skipped by a rollback."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO schemes_numbercounter (body_id, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (body_id, year) DO UPDATE SET last = schemes_numbercounter.last + 1 RETURNING last",
            [body_id, year],
        )
        (last,) = cursor.fetchone()
    return case_number(year, last, prefix)


def charter_in_force(body_id: int, day: date) -> Charter | None:
    current = Q(effective_from__lte=day) & (Q(effective_to__isnull=True) | Q(effective_to__gte=day))
    return Charter.objects.filter(current, body=body_id).order_by("-effective_from").first()


def current_mandates(body_id: int, day: date) -> list[Mandate]:
    """Mediators who may act that day, by name."""
    running = Mandate.objects.filter(body=body_id, starts_on__lte=day, ends_on__gte=day, person__is_active=True)
    return list(running.select_related("person").order_by("person__last_name", "person__first_name"))


def mandate_of(actor: Actor, body_id: int, day: date) -> Mandate:
    """The current mandate under which this person acts, its own or the one that delegated to it. Raises Refusal `missing:mandate`, `missing:delegation`."""
    if Role.MEDIATOR in actor.roles:
        own = (
            Mandate.objects.filter(body=body_id, person=actor.person_id, starts_on__lte=day, ends_on__gte=day)
            .select_related("person")
            .first()
        )
        if own:
            return own
        if Role.DELEGATE not in actor.roles:
            raise Refusal("missing:mandate")
    delegation = (
        Delegation.objects.filter(
            mandate__body=body_id,
            person=actor.person_id,
            starts_on__lte=day,
            mandate__starts_on__lte=day,
            mandate__ends_on__gte=day,
        )
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .select_related("mandate__person")
        .first()
    )
    if delegation is None:
        raise Refusal("missing:delegation")
    return delegation.mandate


@use_case
def appoint(
    body_id: int,
    person: Person,
    *,
    by: Actor,
    starts_on: date,
    ends_on: date,
    appointed_by: str,
    appointed_on: date | None = None,
    gender: str = "",
    career: str = "",
) -> Mandate:
    """A mandate of at least three years (L. 613-1 2°). Raises Refusal `not_allowed`, `mandate_too_short`."""
    by.check(Permission.MANAGE_SETTINGS, of=body_id)
    if ends_on < _three_years(starts_on):
        raise Refusal("mandate_too_short", article="L. 613-1 2°")
    return Mandate.objects.create(
        body_id=body_id,
        person=person,
        gender=gender,
        starts_on=starts_on,
        ends_on=ends_on,
        appointed_by=appointed_by,
        appointed_on=appointed_on,
        career=career,
    )


def _three_years(start: date) -> date:
    return last_day(start, Period.parse("3y"))


@use_case
def delegate(
    mandate: Mandate, person: Person, *, by: Actor, starts_on: date, ends_on: date | None = None, reference: str = ""
) -> Delegation:
    """A written delegation, by the mediator himself or the body's management."""
    if by.person_id != mandate.person_id:
        by.check(Permission.MANAGE_SETTINGS, of=mandate.body_id)
    return Delegation.objects.create(
        mandate=mandate, person=person, starts_on=starts_on, ends_on=ends_on, reference=reference
    )


@use_case
def publish_charter(
    body_id: int, version: str, text: str, *, by: Actor, at: datetime, effective_from: date, **details: Any
) -> Charter:
    """A new version; the one in force ends the day before. Raises Refusal `not_allowed`, `version_exists`."""
    by.check(Permission.MANAGE_SETTINGS, of=body_id)
    if Charter.objects.filter(body=body_id, version=version).exists():
        raise Refusal("version_exists", version=version)
    Charter.objects.filter(body=body_id, effective_to__isnull=True, effective_from__lt=effective_from).update(
        effective_to=effective_from - timedelta(days=1)
    )
    return Charter.objects.create(body_id=body_id, version=version, text=text, effective_from=effective_from, **details)


def subject_tree(body_id: int) -> list[tuple[Subject, list[Subject]]]:
    """Active subjects with their sub-subjects, one query."""
    rows = list(Subject.objects.filter(body=body_id, active=True).order_by("name"))
    return [(top, [row for row in rows if row.parent_id == top.pk]) for top in rows if top.parent_id is None]


@use_case
def add_subject(body_id: int, name: str, *, by: Actor, parent: Subject | None = None) -> Subject:
    """An entry of the body's list; the same name under the same parent is the same entry."""
    by.check(Permission.MANAGE_SETTINGS, of=body_id)
    subject, _new = Subject.objects.get_or_create(body_id=body_id, parent=parent, name=" ".join(name.split()))
    return subject
