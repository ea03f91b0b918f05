"""Cases, people and pieces for the tests of this room."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.accounts.models import Person
from mediane.ground.accounts.roles import Role
from mediane.ground.documents import services
from mediane.ground.documents.models import Document
from mediane.ground.documents.tests import hostile
from mediane.ground.documents.uploads import accept_file
from mediane.ground.journal.models import Case
from mediane.ground.journal.services import open_case
from mediane.ground.organisations.models import Organisation

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
_numbers = count(1)


def organisation() -> Organisation:
    n = next(_numbers)
    return Organisation.objects.create(kind="mediation_body", slug=f"organisme-{n}", name=f"Organisme {n}")


def case(of: Organisation | None = None) -> Case:
    """Of the kind this room's tests alone use: the rooms above have rules for theirs."""
    return open_case((of or organisation()).pk, "complaint")


def person(name: str = "Anne Martin") -> Person:
    first, _, last = name.partition(" ")
    return Person.objects.create(email=f"personne{next(_numbers)}@example.org", first_name=first, last_name=last)


def staff(organisation_id: int, *roles: Role, person_id: int | None = None) -> Actor:
    given = frozenset(roles or (Role.OFFICER,))
    return Actor.staff(person_id or person().pk, organisation_id, given, name="Claire Moreau")


def requester(of: Case) -> Actor:
    return Actor.requester(of.pk, of.organisation_id, name="Paul Ferrand")


def correspondent(organisation_id: int, *trader_ids: int) -> Actor:
    return Actor.correspondent(person().pk, organisation_id, trader_ids, name="Colis Bleuet")


SYSTEM = Actor.system(Door.JOB)


def piece(of: Case, content: bytes | None = None, filename: str = "facture.pdf", **given: Any) -> Document:
    """A piece of the consumer, for the consumer alone, unless said otherwise. Different bytes each time."""
    content = content if content is not None else hostile.pdf(Serial=next(_numbers))
    values: dict[str, Any] = {
        "title": "Facture",
        "author_party": "consumer",
        "author_name": "Paul Ferrand",
        "audience": "consumer",
        "purpose": "invoice",
        "by": SYSTEM,
        "at": AT,
        "received_on": DAY,
    }
    upload = accept_file(content, filename=filename)
    return services.store_document(case=of, organisation_id=of.organisation_id, upload=upload, **values | given)
