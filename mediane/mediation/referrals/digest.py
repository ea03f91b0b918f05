"""The morning e-mail of warnings and breaches, to those responsible: case numbers and dates, no name and no matter."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from smtplib import SMTPException

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import STAFF_ROLES, Role
from mediane.ground.database.scope import as_system
from mediane.ground.deadlines.models import Notice
from mediane.kernel.moments import paris_day
from mediane.mediation.referrals.mails import send
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services.turn import ACTIONABLE

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    number: str
    what: str
    due_on: date
    breach: bool
    url: str


def send_digests(*, at: datetime) -> int:
    """Tell each new notice once: to who follows the file today, whoever did when its clock started, else to the body's mediators and management. Who has
    left the body is told nothing more, and what was theirs is the management's to hear.

    A notice is marked as told after its e-mail left; a server that is down leaves it for the next morning.
    """
    with as_system():
        rows = list(
            Notice.objects.filter(told_at__isnull=True)
            .exclude(step__startswith="remind:")
            .filter(clock__kind__in=ACTIONABLE)  # a party's chance that is over is nobody's lateness
            .select_related("clock")
            .order_by("clock__due_on", "pk")
        )
        cases = (
            Referral.objects.filter(pk__in={row.clock.case_id for row in rows})
            .only("pk", "number", "assignee_id", "body_id")
            .in_bulk()
        )
        staff, managers = _people({row.organisation_id for row in rows}, paris_day(at))
        by_person: dict[int, list[Notice]] = defaultdict(list)
        for row in rows:
            case = cases.get(row.clock.case_id)
            responsible = case.assignee_id if case else row.clock.responsible_id
            here = row.organisation_id
            for person in [responsible] if responsible in staff[here] else managers[here]:
                by_person[person].append(row)
        addresses = Person.objects.in_bulk(by_person)
    sent, failed = 0, list[Exception]()
    for person_id, notices in by_person.items():
        person = addresses[person_id]
        with override(person.language):
            lines = [_line(row, cases) for row in notices]
            subject = _("Échéances : {late} en retard, {soon} à surveiller").format(
                late=sum(x.breach for x in lines), soon=sum(not x.breach for x in lines)
            )
        try:
            send(
                person.email,
                subject,
                "digest",
                {"lines": lines, "person": person, "url": f"{settings.MEDIANE_URL}/bureau/"},
                person.language,
            )
        except (OSError, SMTPException) as error:  # one address that is refused keeps nobody else from being told
            log.warning("digest to person %s did not leave: %s", person_id, error)
            failed.append(error)
            continue
        with as_system():
            Notice.objects.filter(pk__in=[row.pk for row in notices]).update(told_at=at, told=person)
        sent += 1
    if failed and not sent:
        raise failed[0]  # the server is down: the job says so, the notices wait
    return sent


def _people(organisations: set[int], day: date) -> tuple[dict[int, set[int]], dict[int, list[int]]]:
    """By organisation: who works there today, and among them mediators and management."""
    staff: dict[int, set[int]] = {organisation: set() for organisation in organisations}
    managers: dict[int, list[int]] = {organisation: [] for organisation in organisations}
    for organisation, person, role in (
        Membership.objects.current(day)
        .filter(organisation__in=organisations, role__in=STAFF_ROLES, person__is_active=True)
        .order_by("pk")
        .values_list("organisation_id", "person_id", "role")
    ):
        staff[organisation].add(person)
        if role in (Role.MEDIATOR, Role.DIRECTOR) and person not in managers[organisation]:
            managers[organisation].append(person)
    return staff, managers


def _line(notice: Notice, cases: dict[int, Referral]) -> Line:
    case = cases.get(notice.clock.case_id)
    url = f"{settings.MEDIANE_URL}/bureau/dossiers/{notice.clock.case_id}/"
    return Line(
        case.number if case else "", str(notice.clock.get_kind_display()), notice.clock.due_on, notice.breach, url
    )
