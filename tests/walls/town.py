"""One town for the walls: a body with a case full of words that must not travel, a neighbour in each direction, and a browser for each.

Words planted in the case begin with "Kanari", so that one search of a page says what leaked.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine

from mediane.ground.access import services as access
from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import Role
from mediane.ground.accounts.tests.factories import BEGAN, PASSWORD, SEEN, Browser, enrol, sign_in
from mediane.ground.correspondence.models import Letter
from mediane.ground.documents.models import Document
from mediane.ground.documents.uploads import accept_file
from mediane.ground.organisations.models import Organisation
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import admissibility, exchange, mediation, receiving, solution
from mediane.mediation.referrals.tests.factories import AT, SYSTEM, World, a_solution, world
from mediane.mediation.traders import services as traders

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
"""When everybody looks: an hour after everything was done."""

WORDS = {
    "name": "Kanarinom",
    "facts": "Kanarifaits",
    "summary": "Kanariresume",
    "complaint": "Kanarigrief",
    "consumer": "Kanariconso",
    "trader": "Kanaripro",
    "both": "Kanarideux",
    "office": "Kanariequipe",
    "mediator": "Kanarinote",
    "consumer_piece": "Kanaripiececonso",
    "trader_piece": "Kanaripiecepro",
    "mediator_piece": "Kanaripiecenote",
    "draft": "Kanaribrouillon",
    "answer": "Kanarireponse",
    "amount": "41234",  # euros claimed; pages put a space in it
}


@contextmanager
def at_this_hour(moment: datetime = NOW) -> Iterator[None]:
    with time_machine.travel(moment, tick=False):
        yield


def piece(name: str) -> tuple[tuple[Any, str, str], ...]:
    """A file whose title and bytes are the planted word."""
    return ((accept_file(WORDS[name].encode(), filename=f"{name}.txt"), WORDS[name], "other"),)


@dataclass
class Town:
    """`case` is the one everybody asks for; `other` is another requester's in the same body."""

    w: World
    abroad: World  # another body, with its own trader
    case: Referral
    other: Referral
    rival: Actor  # correspondent of another trader of the same body
    people: dict[str, Person] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)

    # ---- what happens ---------------------------------------------------------------------------------------------------------------
    def notify(self) -> None:
        """Both parties are told, the trader enters, and everybody writes what is theirs."""
        w, pk = self.w, self.case.pk
        mediation.notify(pk, by=w.mediator, at=AT, dispute_summary="Un colis perdu", claim_summary="Un remboursement")
        mediation.accept_entry(pk, by=w.firm, at=AT)
        consumer = w.consumer(self.case)
        exchange.write(pk, WORDS["consumer"], "consumer", by=consumer, at=AT, uploads=piece("consumer_piece"))
        exchange.write(pk, WORDS["trader"], "trader", by=w.firm, at=AT, uploads=piece("trader_piece"))
        exchange.write(pk, WORDS["both"], "both", by=consumer, at=AT)
        exchange.write(pk, WORDS["mediator"], "mediator", by=w.mediator, at=AT, uploads=piece("mediator_piece"))
        solution.save_proposal(pk, a_solution(reasons_law=WORDS["draft"]), by=w.mediator, at=AT, version=0)

    def propose(self) -> None:
        solution.propose(self.case.pk, 1, by=self.w.mediator, at=AT)

    def answer(self, party: Party, value: str = "accepted", at: datetime = AT) -> None:
        by = self.w.firm if party is Party.TRADER else self.w.consumer(self.case)
        solution.answer(self.case.pk, value, by=by, at=at, comment=WORDS["answer"])

    def say_letters_ready(self) -> None:
        """A party reads a letter once its PDF is there; what stands in it is proved where letters are printed."""
        Letter.objects.filter(pdf_key="").update(pdf_key="walls/none.pdf")

    # ---- who looks ------------------------------------------------------------------------------------------------------------------
    def browser(self, who: str) -> Browser:
        """A browser signed in (or opened by link) as this person; the same one again within a test."""
        if who not in self.browsers:
            browser = Browser()
            if who in ("requester", "other_requester"):
                referral = self.case if who == "requester" else self.other
                token = access.issue_link(referral.pk, by=SYSTEM, at=AT)
                browser.get(f"/s/{token}")
                assert browser.post("/suivi/ouvrir/").status_code == 302
            elif who == "expired":
                sign_in(browser, self.people["mediator"])
                session = browser.session
                session[BEGAN] = session[SEEN] = int((NOW - timedelta(hours=13)).timestamp())
                session.save()
            elif who != "stranger":
                sign_in(browser, self.people[who])
            self.browsers[who] = browser
        return self.browsers[who]

    def enrol(self, person: Person) -> None:
        """A password and a second factor, so that this person can sign in."""
        person.set_password(PASSWORD)
        person.save()
        enrol(person)

    @property
    def documents(self) -> dict[str, uuid.UUID]:
        return dict(Document.objects.filter(case_id=self.case.pk).values_list("title", "uuid"))


def build() -> Town:
    """The case received and under examination: the trader knows nothing of it yet."""
    w, abroad = world(rules={"party_silence_effect": "remind"}), world()
    other_firm = Organisation.objects.create(kind="operator", slug=f"rival-{w.body.pk}", name="Rival Express")
    rival = traders.create_trader(
        w.body.pk, "Rival Express", by=SYSTEM, siren="552100554", operator=other_firm, complaint_address="2 rue du Port, 44000 Nantes",
        contact={"name": "Paul Rival", "email": "paul@rival.test", "postal_address": "2 rue du Port\n44000 Nantes", "on_paper": False},
    )  # fmt: skip
    paul = Person.objects.create_user(f"paul{w.body.pk}@rival.test", first_name="Paul", last_name="Rival")
    Membership.objects.create(person=paul, organisation=other_firm, role=Role.CORRESPONDENT, starts_on=date(2020, 1, 1))

    def refer(last_name: str, **changes: Any) -> Referral:
        given = w.dispute(**changes)
        given = replace(given, consumer=replace(given.consumer, last_name=last_name, email=f"{last_name}@example.test"))
        return receiving.receive(w.body.pk, given, by=w.officer.for_party(Party.CONSUMER), at=AT, channel="post")

    other = refer("Voisin", trader_id=rival.pk)
    case = refer(
        WORDS["name"], facts=WORDS["facts"], summary=WORDS["summary"], asked_of_trader=WORDS["complaint"], amount_claimed=Decimal("41234.00")
    )  # fmt: skip
    admissibility.take_up(case.pk, by=w.officer, at=AT)
    exchange.write(case.pk, WORDS["office"], "office", by=w.officer, at=AT)
    town = Town(w, abroad, case, other, Actor.correspondent(paul.pk, other_firm.pk, (rival.pk,), name="Paul Rival"))
    town.people = {role.value: person for role, person in w.people.items()}
    town.people |= {
        "rival": paul,
        "abroad_mediator": abroad.people[Role.MEDIATOR],
        "abroad_firm": abroad.people[Role.CORRESPONDENT],
    }
    for role, who in ((Role.MEDIATOR, "ended"), (Role.ADMINISTRATOR, "superuser")):
        person = Person.objects.create_user(
            f"{who}{w.body.pk}@essai.test", first_name=who.capitalize(), last_name="Essai"
        )
        ends = date(2026, 8, 31) if who == "ended" else None
        Membership.objects.create(
            person=person, organisation=w.body.organisation, role=role, starts_on=date(2020, 1, 1), ends_on=ends
        )
        town.people[who] = person
    for person in town.people.values():
        town.enrol(person)
    return town


# ---- comparing ----------------------------------------------------------------------------------------------------------------------
_PASSING = (
    (
        re.compile(
            rb'(name="csrfmiddlewaretoken" value=|nonce=|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")"?[\w\-+/=]+'
        ),
        rb"\1",
    ),
    (
        re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        b"UUID",
    ),  # keys of forms, made anew for each page
)


def plain(body: bytes, *said: str) -> bytes:
    """A page without what changes from one request to the next, and without the words `said` in the request itself."""
    for word in said:
        body = body.replace(word.encode(), b"HERE")
    for pattern, instead in _PASSING:
        body = pattern.sub(instead, body)
    return body


def leaks(response: Any, words: set[str]) -> list[str]:
    """Which of these names of `WORDS` a page betrays, in its body, headers or cookies."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = " ".join((body.decode("utf-8", "replace"), repr(dict(response.headers)), repr(response.cookies)))
    text = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d)", "", text).casefold()
    return sorted(name for name in words if WORDS[name].casefold() in text)
