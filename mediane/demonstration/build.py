"""Building the demonstration through the services, and emptying it again."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connections

from mediane.demonstration import crew, life, places
from mediane.demonstration.models import Demonstration
from mediane.demonstration.places import BODIES, PASSWORD, SomeBody
from mediane.ground.accounts.actor import Actor, Door
from mediane.ground.accounts.models import Membership, Person
from mediane.ground.accounts.roles import Role
from mediane.ground.database.scope import as_system
from mediane.ground.deadlines.notices import notice_deadlines
from mediane.ground.journal.services import seal_days
from mediane.ground.organisations.models import Organisation, OrganisationKind
from mediane.ground.rulesets.services import set_rule
from mediane.kernel.moments import paris_day
from mediane.mediation.referrals.models import GroundDetail, Referral
from mediane.mediation.referrals.services import drafts, receiving, retention, system
from mediane.mediation.schemes import services as schemes
from mediane.mediation.schemes.models import Mandate, OtherMediator, Subject
from mediane.mediation.traders import services as traders
from mediane.mediation.traders.models import Trader

VERSION = "1"
SEED = 20_251_101
YEARS_BACK = date.resolution * 420
BY = Actor.system(Door.COMMAND)


class NotOurs(Exception):
    """This database holds data that the demonstration did not create."""


class Underway(Exception):
    """Another command is building in this database."""


@contextmanager
def alone() -> Iterator[None]:
    """One build at a time in one database, whatever homes share it; the lock ends with the command, however that ends. Raises Underway."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('mediane demonstration'))")
        if not cursor.fetchone()[0]:
            raise Underway
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('mediane demonstration'))")


def state() -> Demonstration | None:
    """The mark, None on an empty database. Raises NotOurs when there is data without the mark."""
    with as_system():
        mark = Demonstration.objects.first()
        if mark is None and (Organisation.objects.exists() or Person.objects.exists()):
            raise NotOurs
        return mark


def empty() -> None:
    """Take everything away: rows of every table but what the migrations brought, and the files. Raises NotOurs."""
    state()
    with as_system():
        shared = list(GroundDetail.objects.filter(body=None).order_by("pk"))
    _truncate()
    for detail in shared:
        detail.pk = None
    with as_system():
        GroundDetail.objects.bulk_create(shared)
    shutil.rmtree(settings.MEDIANE_FILES, ignore_errors=True)


def _truncate() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT IN ('django_migrations', 'django_content_type')"
        )
        tables = [row[0] for row in cursor.fetchall() if not row[0].startswith("mediane_")]
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " RESTART IDENTITY CASCADE")


def build(*, now: datetime, tell: Callable[[int, int], None] = lambda done, total: None) -> Counter[str]:
    """Everything. Returns how many referrals stand in each state. Raises NotOurs."""
    if state() is not None:
        empty()
    with as_system():
        mark = Demonstration.objects.create(started_at=now, version=VERSION)
        Organisation.objects.create(
            kind=OrganisationKind.ASSOCIATION, slug=places.ASSOCIATION[0], name=places.ASSOCIATION[1]
        )
        others = [
            OtherMediator.objects.create(name=name, address=address, competence=competence)
            for name, address, competence in places.OTHER_MEDIATORS
        ]
    casts = [_cast(body, now, others[number]) for number, body in enumerate(BODIES)]
    lots = [
        crew.Lot(number, index, plan, start)
        for number, body in enumerate(BODIES)
        for index, (plan, start) in enumerate(_plans(body, random.Random(SEED + number), now))
    ]
    crew.live_all(casts, sorted(lots, key=lambda lot: lot.start), now=now, tell=tell)
    for cast in casts:
        _forms(cast, now)
    counts: Counter[str] = Counter()
    system.make_due_moves(at=now)
    retention.put_away(at=now)
    notice_deadlines(at=now)
    seal_days(at=now)
    with as_system():
        mark.finished_at = now
        mark.save(update_fields=["finished_at"])
        counts.update(Referral.objects.order_by().values_list("state", flat=True))
    return counts


def _forms(cast: life.Cast, now: datetime) -> None:
    """Two forms that nobody sent: one of yesterday, to be resumed, and one given up."""
    begun = now - timedelta(days=1)
    public = Actor.public(cast.body_id)
    kept = receiving.begin_draft(cast.body_id, by=public, at=begun)
    requester = Actor.requester(kept.pk, cast.body_id)
    drafts.save_draft(kept.pk, "faits", {"summary": "Colis déclaré livré, jamais reçu"}, by=requester, at=begun)
    given_up = receiving.begin_draft(cast.body_id, by=public, at=begun)
    receiving.discard(given_up.pk, by=Actor.requester(given_up.pk, cast.body_id, name=""), at=now)


def _plans(body: SomeBody, dice: random.Random, now: datetime) -> list[tuple[str, datetime]]:
    """What becomes of each referral and when it arrives: a year and more, thicker towards the end so that the desk is busy."""
    names = [name for name, weight in life.PLANS for _n in range(weight)]
    plans = []
    for _n in range(body.referrals):
        back = dice.uniform(0, 1) ** 1.25 * YEARS_BACK.days
        plans.append((dice.choice(names), now - timedelta(days=back, hours=dice.uniform(1, 9))))
    return sorted(plans, key=lambda plan: plan[1])


def _cast(body: SomeBody, now: datetime, other: OtherMediator) -> life.Cast:
    """The body with its people, rules, charter, subjects, traders and their correspondents."""
    start = paris_day(now) - timedelta(days=900)
    made = schemes.create_body(
        body.slug,
        by=BY,
        name=body.name,
        kind=body.kind,
        is_person=body.is_person,
        paid_per_case=body.paid_per_case,
        city=body.city,
        postal_address=body.address,
        phone=body.phone,
        phone_hours="lundi au vendredi, 9 h – 17 h",
        email=f"contact@{body.domain}",
        site=f"https://{body.domain}",
        dpo_contact=f"donnees@{body.domain}",
        contact_name=body.people[-3][0],
        service_complaint_address=f"{body.name}, réclamations sur le service, {body.city}",
        languages=["fr", "en"],
        field_of_competence=body.competence,
        exclusions=list(body.exclusions),
        networks=body.networks,
        listed_on=date(2019, 4, 12),
        listing_url="https://www.economie.gouv.fr/mediation-conso",
    )
    Organisation.objects.filter(pk=made.pk).update(short_name=body.short)
    actors: dict[Role, list[tuple[Person, Actor, str]]] = {}
    for name, gender, login, roles, title in body.people:
        someone = _person(name, f"{login}@{body.domain}", title)
        with as_system():
            Membership.objects.bulk_create(
                Membership(person=someone, organisation_id=made.pk, role=role, starts_on=start) for role in roles
            )
        for role in roles:
            actors.setdefault(role, []).append(
                (someone, Actor.staff(someone.pk, made.pk, frozenset(roles), name=name), gender)
            )
    for key, value in body.rules.items():
        set_rule(made.pk, key, value, by=BY, at=now, effective_from=start)
    schemes.publish_charter(
        made.pk,
        "3",
        CHARTER,
        by=BY,
        at=now,
        effective_from=start,
        approved_by=body.appointed_by,
        principle_accepted=body.principle_accepted,
        principle_clause="article 4 de la charte",
    )
    mandates: list[tuple[Mandate, Actor]] = []
    for someone, actor, gender in actors[Role.MEDIATOR]:
        mandate = schemes.appoint(
            made.pk,
            someone,
            by=BY,
            starts_on=start,
            ends_on=paris_day(now) + timedelta(days=500),
            appointed_by=body.appointed_by,
            appointed_on=start,
            gender=gender,
            career=CAREER,
        )
        mandates.append((mandate, actor))
    delegate = actors.get(Role.DELEGATE)
    if delegate:
        schemes.delegate(mandates[0][0], delegate[0][0], by=BY, starts_on=start, reference="Délégation n° 1")
    subjects: dict[tuple[str, str], int] = {}
    with as_system():
        for name, parts in body.subjects:
            top = Subject.objects.create(body=made, name=name)
            subjects[name, ""] = top.pk
            for part in parts:
                subjects[name, part] = Subject.objects.create(body=made, parent=top, name=part).pk
    known, firms = _traders(body, made.pk, start)
    director = actors.get(Role.DIRECTOR)
    officers = [actor for _person_, actor, _g in actors[Role.OFFICER]]
    return life.Cast(
        made.pk,
        mandates,
        delegate[0][1] if delegate else None,
        officers,
        director[0][1] if director else None,
        known,
        firms,
        subjects,
        other,
    )


def _traders(body: SomeBody, body_id: int, start: date) -> tuple[dict[str, Trader], dict[str, Actor]]:
    known: dict[str, Trader] = {}
    firms: dict[str, Actor] = {}
    for some in body.traders:
        slug = some.siren
        with as_system():
            operator = Organisation.objects.create(
                kind=OrganisationKind.OPERATOR, slug=f"entreprise-{slug}", name=some.name, siren=some.siren
            )
        mail = f"mediation@{slug}.example"
        trader = traders.create_trader(
            body_id,
            some.name,
            by=BY,
            siren=some.siren,
            aliases=some.aliases,
            operator=operator,
            sector=some.sector,
            complaint_address=f"{some.name}, service réclamations, 1 place du Port, 44998 Belle-Rive",
            level2_name="le service national consommateurs" if some.level2 else "",
            level2_basis="article 14 des conditions générales" if some.level2 else "",
            level2_address="BP 1200, 44998 Belle-Rive" if some.level2 else "",
            postal_address="1 place du Port\n44998 Belle-Rive",
            contact={
                "name": some.correspondents[0][0] if some.correspondents else "Service médiation",
                "email": "" if some.on_paper else mail,
                "postal_address": "1 place du Port\n44998 Belle-Rive",
                "on_paper": some.on_paper,
            },
        )
        with as_system():
            trader.business_lines.model.objects.bulk_create(
                trader.business_lines.model(trader=trader, name=line) for line in some.lines
            )
        traders.designate(
            trader,
            "2025-1",
            by=BY,
            starts_on=start,
            entry_asked=some.entry_asked,
            silence_effect=some.silence,
            fee_amount=280 if body.paid_per_case else None,
            waiver_fee=90 if body.paid_per_case else None,
        )
        known[some.name] = trader
        for name, login in some.correspondents:
            someone = _person(name, f"{login}@{slug}.example", "Correspondant de la médiation")
            with as_system():
                Membership.objects.create(
                    person=someone, organisation=operator, role=Role.CORRESPONDENT, starts_on=start
                )
            firms.setdefault(some.name, Actor.correspondent(someone.pk, operator.pk, (trader.pk,), name=name))
    return known, firms


_hashed: list[str] = []


def _person(name: str, email: str, title: str) -> Person:
    """Somebody with the demonstration's password and second factor. The hash is made once: everybody has the same."""
    from allauth.mfa.totp.internal.auth import TOTP
    from django.contrib.auth.hashers import make_password

    if not _hashed:
        _hashed.append(make_password(PASSWORD))
    first, _space, last = name.partition(" ")
    with as_system():
        someone = Person(email=email, first_name=first, last_name=last, title=title, password=_hashed[0])
        someone.save()
        TOTP.activate(someone, places.TOTP_SECRET)
        from allauth.account.models import EmailAddress

        EmailAddress.objects.create(user=someone, email=email, verified=True, primary=True)
    return someone


CHARTER = """Article 1. Le médiateur est indépendant et impartial. Il ne reçoit d’instruction d’aucune partie.
Article 2. La médiation est gratuite pour le consommateur.
Article 3. Le médiateur est saisi après une réclamation écrite restée sans réponse satisfaisante.
Article 4. Le professionnel s’engage sur le principe de la médiation dans les conditions de sa convention ; il peut se retirer à tout moment.
Article 5. La médiation dure au plus quatre-vingt-dix jours à compter de la notification ; le médiateur peut prolonger ce délai si le litige est complexe.
Article 6. Ce qui est dit, écrit ou fait en médiation reste confidentiel."""
CAREER = "Master de droit de la consommation ; quinze ans de pratique du règlement amiable ; formation à la médiation de deux cents heures, entretenue chaque année."
