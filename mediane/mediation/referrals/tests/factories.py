"""A whole world for tests of the procedure: a body with its people, a trader under convention, and a referral driven through the services."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import Role
from mediane.ground.organisations.models import Organisation
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import Referral
from mediane.mediation.referrals.services import admissibility, mediation, receiving, solution
from mediane.mediation.schemes import services as schemes
from mediane.mediation.schemes.models import Body, Mandate, OtherMediator
from mediane.mediation.traders import services as traders
from mediane.mediation.traders.models import Trader

AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
_n = count(1)
SYSTEM = Actor.system()


def later(days: int, *, hours: int = 0, of: datetime = AT) -> datetime:
    return of + timedelta(days=days, hours=hours)


@dataclass
class World:
    """`officer`, `delegate`, `mediator`, `director`, `administrator`, `auditor`: people of the body; `firm`: a correspondent of the trader."""

    body: Body
    trader: Trader
    mandate: Mandate
    operator: Organisation
    actors: dict[Role, Actor] = field(default_factory=dict)
    people: dict[Role, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.actors[Role(name)]
        except ValueError:
            raise AttributeError(name) from None

    @property
    def firm(self) -> Actor:
        return Actor.correspondent(
            self.people[Role.CORRESPONDENT].pk, self.operator.pk, (self.trader.pk,), name="Léa Petit"
        )

    @property
    def public(self) -> Actor:
        return Actor.public(self.body.pk)

    def consumer(self, referral: Referral) -> Actor:
        return Actor.requester(referral.pk, self.body.pk, name=referral.consumer_name)

    def dispute(self, **changes: Any) -> receiving.Dispute:
        return replace(dispute(self.trader), **changes)


def world(
    *,
    is_person: bool = False,
    principle_accepted: bool = False,
    silence: str = "refusal",
    on_paper: bool = False,
    rules: dict[str, str] | None = None,
) -> World:
    n = next(_n)
    body = schemes.create_body(
        f"mediation-essai-{n}",
        by=SYSTEM,
        name=f"Médiation d’essai {n}",
        is_person=is_person,
        city="Belle-Rive",
        postal_address="14 quai des Tilleuls\n44999 Belle-Rive",
        email=f"contact@essai{n}.test",
        phone="02 99 00 14 14",
        phone_hours="9 h – 17 h",
        service_complaint_address="14 quai des Tilleuls, 44999 Belle-Rive",
    )
    operator = Organisation.objects.create(kind="operator", slug=f"colis-bleuet-{n}", name=f"Colis Bleuet {n}")
    trader = traders.create_trader(
        body.pk,
        f"Colis Bleuet {n}",
        by=SYSTEM,
        siren="732829320",
        aliases=("Bleuet Express",),
        operator=operator,
        complaint_address="Service clients, 1 rue du Port, 44000 Nantes",
        level2_name="le service national consommateurs",
        level2_basis="article 12 des conditions générales",
        level2_address="BP 12, 44000 Nantes",
        contact={
            "name": "Léa Petit",
            "email": "" if on_paper else f"mediation@bleuet{n}.test",
            "postal_address": "1 rue du Port\n44000 Nantes",
            "on_paper": on_paper,
        },
    )
    traders.designate(trader, "v1", by=SYSTEM, starts_on=date(2020, 1, 1), silence_effect=silence)
    people = {}
    for role in (
        Role.MEDIATOR,
        Role.DELEGATE,
        Role.OFFICER,
        Role.DIRECTOR,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.CORRESPONDENT,
    ):
        person = Person.objects.create_user(
            f"{role.value}{n}@essai.test", first_name=role.value.capitalize(), last_name=f"Essai{n}"
        )
        Membership.objects.create(
            person=person,
            organisation=operator if role is Role.CORRESPONDENT else body.organisation,
            role=role,
            starts_on=date(2020, 1, 1),
        )
        people[role] = person
    mandate = schemes.appoint(
        body.pk,
        people[Role.MEDIATOR],
        by=SYSTEM,
        starts_on=date(2024, 1, 1),
        ends_on=date(2030, 1, 1),
        appointed_by="Commission paritaire",
        gender="f",
    )
    schemes.delegate(mandate, people[Role.DELEGATE], by=SYSTEM, starts_on=date(2024, 1, 1), reference="D-1")
    schemes.publish_charter(
        body.pk,
        "1",
        "Charte.",
        by=SYSTEM,
        at=AT,
        effective_from=date(2020, 1, 1),
        principle_accepted=principle_accepted,
        principle_clause="article 4 de la charte",
    )
    for key, value in (rules or {}).items():
        from mediane.ground.rulesets.services import set_rule

        set_rule(body.pk, key, value, by=SYSTEM, at=AT, effective_from=date(2020, 1, 1))
    actors = {
        role: Actor.staff(person.pk, body.pk, frozenset({role}), name=person.full_name)
        for role, person in people.items()
        if role is not Role.CORRESPONDENT
    }
    return World(body, trader, mandate, operator, actors, people)


def appointed(w: World, person: Person) -> Mandate:
    """Another mediator of the body, under a mandate that runs."""
    term = {"starts_on": date(2024, 1, 1), "ends_on": date(2030, 1, 1)}
    return schemes.appoint(w.body.pk, person, by=SYSTEM, appointed_by="Commission paritaire", **term)


def dispute(trader: Trader | None, **changes: Any) -> receiving.Dispute:
    """An admissible one: a written complaint of March, proven, unanswered for more than two months."""
    values: dict[str, Any] = {
        "trader_id": trader.pk if trader else None,
        "trader_given": "" if trader else "Boutique inconnue",
        "requester_kind": "consumer",
        "summary": "Colis déclaré livré, jamais reçu",
        "facts": "Le 24 juin, le suivi indique une remise au gardien. Le gardien n’a rien reçu.",
        "asked_of_trader": "Le remboursement du colis.",
        "asked_now": "Le remboursement de 412 € et des excuses.",
        "amount_claimed": Decimal("412.00"),
        "complaint_on": date(2026, 3, 2),
        "complaint_written": True,
        "complaint_proof": True,
        "other_mediator": False,
        "court": False,
        "consumer": receiving.Person(
            last_name="Roussel",
            first_name="Camille",
            gender="f",
            email="camille.roussel@example.test",
            address="14 rue des Tilleuls",
            postcode="44000",
            city="Nantes",
        ),
    }
    return receiving.Dispute(**(values | changes))


def received(w: World, at: datetime = AT, **changes: Any) -> Referral:
    return receiving.receive(
        w.body.pk, w.dispute(**changes), by=w.officer.for_party(Party.CONSUMER), at=at, channel="post"
    )


def under_review(w: World, at: datetime = AT, **changes: Any) -> Referral:
    return admissibility.take_up(received(w, at, **changes).pk, by=w.officer, at=at)


def notified(w: World, at: datetime = AT, **changes: Any) -> Referral:
    referral = under_review(w, at, **changes)
    return mediation.notify(referral.pk, by=w.mediator, at=at)


def in_mediation(w: World, at: datetime = AT, **changes: Any) -> Referral:
    referral = notified(w, at, **changes)
    return mediation.accept_entry(referral.pk, by=w.firm, at=at)


def a_solution(**changes: Any) -> solution.Solution:
    values: dict[str, Any] = {
        "facts_agreed": "Le colis a été confié le 20 juin.",
        "facts_disputed": "La remise au gardien.",
        "consumer_position": "Mme Roussel n’a rien reçu.",
        "trader_position": "Colis Bleuet indique une remise au gardien.",
        "reasons_law": "Le transporteur doit prouver la remise.",
        "reasons_equity": "La valeur du contenu est établie par la facture.",
        "items": [{"who": "trader", "what": "rembourse 210 € à Mme Roussel", "amount": "210.00", "within": "30d"}],
        "amount": Decimal("210.00"),
        "orientation": "consumer_partly",
        "basis": "law",
        "answers_due_on": date(2026, 10, 20),
    }
    return solution.Solution(**(values | changes))


def proposed(w: World, at: datetime = AT, on: datetime | None = None, **changes: Any) -> Referral:
    referral = in_mediation(w, at)
    draft = solution.save_proposal(referral.pk, a_solution(**changes), by=w.mediator, at=on or at, version=0)
    return solution.propose(referral.pk, draft.version, by=w.mediator, at=on or at)


def other_mediator() -> OtherMediator:
    return OtherMediator.objects.create(
        name=f"Médiateur des Communications {next(_n)}",
        address="CS 30342, 94257 Gentilly",
        site="https://mediateur.example",
    )
