"""What the stories arrange without a browser: towns, earlier steps that another story drives, days that pass. Runs in a process of its own on the live
home (`people.Stage`), with the product's settings; everything goes through the services, nothing is written behind them.

    $ python -m tests.journeys.backstage      # one JSON line in: [name, arguments]; one out: ["ok", value] or ["error", text]
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count as numbers_from
from typing import Any

SAYS = "BACKSTAGE "
_worlds: dict[str, Any] = {}


def town(name: str, **options: Any) -> dict[str, Any]:
    """A body with its people (password and second factor of `accounts.tests.factories`), a trader, a second mediator, another mediator to send on to."""
    from mediane.ground.accounts.models import Membership, Person
    from mediane.ground.accounts.roles import Role
    from mediane.ground.accounts.tests.factories import PASSWORD, enrol
    from mediane.mediation.referrals.tests import factories as f
    from mediane.mediation.schemes import services as schemes
    from mediane.mediation.schemes.models import Body, Subject

    if name not in _worlds:
        f._n = numbers_from(Body.objects.count() + 1)
        w = f.world(**options)
        if not w.body.is_person:
            second = Person.objects.create_user(
                f"second-{w.body.pk}@essai.test", first_name="Odile", last_name="Seconde"
            )
            Membership.objects.create(
                person=second, organisation=w.body.organisation, role=Role.MEDIATOR, starts_on=date(2020, 1, 1)
            )
            w.people["second"] = second  # type: ignore[index]
            schemes.appoint(
                w.body.pk, second, by=f.SYSTEM, starts_on=date(2024, 1, 1), ends_on=date(2030, 1, 1),
                appointed_by="Commission paritaire", gender="f",
            )  # fmt: skip
        Subject.objects.create(body=w.body, name="Livraison")
        for person in w.people.values():
            person.set_password(PASSWORD)
            person.save()
            enrol(person)
        _worlds[name] = w
        _worlds[f"{name} other"] = f.other_mediator()
    w = _worlds[name]
    return {
        "body": w.body.pk,
        "slug": w.body.organisation.slug,
        "trader": w.trader.name,
        "trader_id": w.trader.pk,
        "siren": w.trader.siren,
        "contact": w.trader.contacts.get().email,
        "other_mediator": _worlds[f"{name} other"].pk,
        "people": {str(role): person.email for role, person in w.people.items()},
        "mandates": {mandate.person.email: mandate.pk for mandate in w.body.mandates.select_related("person")},
    }


def case(name: str, state: str, *, days: int = 0, **changes: Any) -> dict[str, Any]:
    """A case of that town driven to `state` through the services, everything `days` ago; amounts as text, days as ISO."""
    from mediane.kernel.moments import paris_day, utc_now
    from mediane.mediation.referrals.services import mediation, solution
    from mediane.mediation.referrals.tests import factories as f

    w, at = _worlds[name], utc_now() - timedelta(days=days)
    given: dict[str, Any] = {"complaint_on": paris_day(at) - timedelta(days=130)}
    for key, value in changes.items():
        given[key] = _value(key, value)
    if paper := given.pop("on_paper", False):
        given["consumer"] = f.receiving.Person(
            last_name="Roussel", first_name="Camille", gender="f", address="14 rue des Tilleuls", postcode="44000",
            city="Nantes", on_paper=paper,
        )  # fmt: skip
    if email := given.pop("email", ""):
        given["consumer"] = f.receiving.Person(
            last_name="Roussel", first_name="Camille", gender="f", email=email, address="14 rue des Tilleuls",
            postcode="44000", city="Nantes",
        )  # fmt: skip
    due = given.pop("answers_due_on", None)
    make = {"received": f.received, "under_review": f.under_review, "awaiting_entry": f.notified}
    if state in make:
        referral = make[state](w, at, **given)
    else:
        referral = f.notified(w, at, **given)
        if referral.state == "awaiting_entry":
            referral = mediation.accept_entry(referral.pk, by=w.firm, at=at)
    if state in ("proposal_notified", "in_execution"):
        said = f.a_solution(answers_due_on=due or paris_day(at) + timedelta(days=20))
        draft = solution.save_proposal(referral.pk, said, by=w.mediator, at=at, version=0)
        referral = solution.propose(referral.pk, draft.version, by=w.mediator, at=at)
    if state == "in_execution":
        solution.answer(referral.pk, "accepted", by=w.firm, at=at)
        solution.answer(referral.pk, "accepted", by=w.consumer(referral), at=at)
    return facts(referral.pk)


def _value(key: str, value: Any) -> Any:
    if key.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value)
    return Decimal(value) if key == "amount_claimed" else value


def facts(pk: int) -> dict[str, Any]:
    """Where a case stands, as the database says it: what a story ends by looking at."""
    from mediane.ground.correspondence.models import Letter
    from mediane.mediation.referrals.models import Referral

    referral = Referral.objects.select_related("mediator__person").get(pk=pk)
    names = ("pk", "number", "state", "outcome", "ground", "execution", "entry", "deemed", "locked", "extended", "consumer_answer", "trader_answer")  # fmt: skip
    return {name: getattr(referral, name) for name in names} | {
        "received_on": str(referral.received_on),
        "mediator": referral.mediator.person.full_name if referral.mediator else "",
        "letters": [f"{letter.kind} {letter.audience}" for letter in Letter.objects.filter(case=pk).order_by("pk")],
    }


def numbered(town: str, number: str) -> int:
    """The case of that town that bears this number."""
    from mediane.mediation.referrals.models import Referral

    return int(Referral.objects.values_list("pk", flat=True).get(body=_worlds[town].body, number=number))


def followers(pk: int) -> list[int]:
    """Cases that continue this one."""
    from mediane.mediation.referrals.models import Referral

    return list(Referral.objects.filter(previous=pk).order_by("pk").values_list("pk", flat=True))


def link(pk: int) -> str:
    """The requester's personal link, as letters carry it."""
    from mediane.ground.access import services as access
    from mediane.ground.accounts.actor import Actor
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.models import Referral

    name = Referral.objects.values_list("consumer_name", flat=True).get(pk=pk)
    return f"/s/{access.issue_link(pk, holder_name=name, by=Actor.system(), at=utc_now())}"


def days_pass(pk: int, days: int = 0) -> dict[str, Any]:
    """What the product does by itself `days` from now, for one case."""
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.services import system

    system.make_due_moves(at=utc_now() + timedelta(days=days), of=pk)
    return facts(pk)


def the_job_runs() -> int:
    """The job of every ten minutes, now."""
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.services import system

    return system.make_due_moves(at=utc_now())


def the_night_comes(pk: int) -> dict[str, Any]:
    """The job of every night, now: what is over is put away, what was approved is destroyed."""
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.services import retention

    retention.put_away(at=utc_now())
    return facts(pk)


def make(
    service: str, pk: int, *arguments: Any, by: str = "system", town: str = "", days: int = 0, **named: Any
) -> dict[str, Any]:
    """One use case (`ending.withdraw`) by somebody of a town (`mediator`, `consumer`, `firm`…), `days` ago."""
    from mediane.ground.accounts.actor import Actor
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals import services
    from mediane.mediation.referrals.models import Referral

    module, _, function = service.partition(".")
    __import__(f"{services.__name__}.{module}")
    actor = Actor.system()
    if by == "consumer":
        actor = _worlds[town].consumer(Referral.objects.get(pk=pk))
    elif by != "system":
        actor = getattr(_worlds[town], by)
    named = {key: _value(key, value) for key, value in named.items()}
    if service == "admissibility.postpone":
        arguments = (date.fromisoformat(arguments[0]),)
    getattr(getattr(services, module), function)(pk, *arguments, by=actor, at=utc_now() - timedelta(days=days), **named)
    return facts(pk)


def ask_pieces(pk: int, town: str, *, days: int, due_on: str) -> dict[str, Any]:
    """An officer asked for an invoice, `days` ago."""
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.services import admissibility

    piece = admissibility.Piece("Facture du colis", "elle établit la valeur demandée", "le prix payé", "invoice")
    at = utc_now() - timedelta(days=days)
    admissibility.ask_documents(pk, [piece], date.fromisoformat(due_on), by=_worlds[town].officer, at=at)
    return facts(pk)


def clocks(pk: int) -> dict[str, str]:
    """Running clocks: kind → last day."""
    from mediane.ground.deadlines import services as deadlines

    return {kind: clock.due_on.isoformat() for kind, clock in deadlines.running(pk).items()}


def journal(pk: int) -> list[dict[str, Any]]:
    """The chain of the case, in clear: what, who, for whom, for which day."""
    from mediane.ground.journal.models import Entry

    return [
        {"name": e.name, "actor": e.actor, "for": e.on_behalf_of, "on": str(e.on), "person": e.person.email if e.person else "", "facts": e.facts}
        for e in Entry.objects.filter(case=pk).select_related("person").order_by("seq")
    ]  # fmt: skip


def certificate(pk: int) -> str:
    """The code printed on the last certificate of the case."""
    from mediane.mediation.referrals.models import Certificate

    return str(Certificate.objects.filter(referral=pk).order_by("pk").values_list("code", flat=True).last())


def letter(pk: int, kind: str, audience: str) -> dict[str, Any]:
    """The last letter of a kind to a party: its text and whether its PDF is made."""
    from mediane.ground.correspondence.models import Letter

    found = Letter.objects.filter(case=pk, kind=kind, audience=audience).order_by("pk").last()
    return {"uuid": str(found.uuid), "ready": bool(found.pdf_key)} if found else {}


def drafts(slug: str) -> list[int]:
    """Forms begun at this body and not sent."""
    from mediane.mediation.referrals.models import Referral

    return list(
        Referral.objects.filter(body__organisation__slug=slug, state="draft")
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def letters_waited_for(pk: int) -> int:
    """Letters of the case whose PDF is not made yet."""
    from mediane.ground.correspondence.models import Letter

    return Letter.objects.filter(case=pk, pdf_key="").count()


def count(town: str) -> int:
    """Cases of that town, drafts aside."""
    from mediane.mediation.referrals.models import Referral

    return Referral.objects.filter(body=_worlds[town].body).exclude(state="draft").count()


def imported(town: str, reference: str) -> int:
    """The case that a file called so."""
    from mediane.mediation.referrals.models import Referral

    return int(Referral.objects.values_list("pk", flat=True).get(body=_worlds[town].body, number=reference))


def cases_of_every_page(town: str) -> dict[str, Any]:
    """A case in each state that has a page of its own, and what else a page is about: a piece, a letter, a print batch, a certificate, an invitation."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    from mediane.ground.accounts import services as accounts
    from mediane.ground.accounts.roles import Role
    from mediane.ground.correspondence.models import Letter, PrintBatch
    from mediane.ground.documents.models import Document
    from mediane.ground.documents.uploads import accept_file
    from mediane.ground.jobs import run_waiting
    from mediane.kernel.moments import paris_day, utc_now
    from mediane.mediation.referrals.enums import Ground

    w, at = _worlds[town], utc_now()
    RecoveryCodes.activate(w.people[Role.OFFICER])
    plain = ("received", "under_review", "awaiting_entry", "in_mediation", "proposal_notified", "in_execution")
    made: dict[str, Any] = {state: case(town, state, days=2)["pk"] for state in plain}
    made |= {name: case(town, "under_review", days=2)["pk"] for name in ("incomplete", "inadmissible")}
    made["premature"] = case(town, "under_review", days=2, complaint_on=str(paris_day(at) - timedelta(days=20)))["pk"]
    made |= {name: case(town, "in_mediation", days=2)["pk"] for name in ("agreeing", "conflict", "asked")}
    made |= {
        "answered": case(town, "proposal_notified", days=2)["pk"],
        "refused_entry": case(town, "awaiting_entry", days=2)["pk"],
    }
    ask_pieces(made["incomplete"], town, days=1, due_on=str(paris_day(at) + timedelta(days=9)))
    make(
        "admissibility.refuse",
        made["inadmissible"],
        Ground.NO_PRIOR_COMPLAINT,
        "Aucune lettre.",
        by="mediator",
        town=town,
    )
    make("admissibility.postpone", made["premature"], str(paris_day(at) + timedelta(days=40)), by="mediator", town=town)
    terms = [
        {
            "who": "trader",
            "what": "rembourse 48,90 €",
            "amount": "48.90",
            "due_on": str(paris_day(at) + timedelta(days=20)),
        }
    ]
    make("mediation.draw_up_agreement", made["agreeing"], terms, by="officer", town=town)
    make(
        "conflicts.declare_conflict",
        made["conflict"],
        "Mon frère y travaille.",
        "Je reste impartiale.",
        by="mediator",
        town=town,
    )
    make(
        "asking.ask_observations",
        made["asked"],
        "trader",
        ["Qui a signé ?"],
        paris_day(at) + timedelta(days=9),
        by="officer",
        town=town,
    )
    make("solution.answer", made["answered"], "accepted", by="consumer", town=town)
    make("mediation.refuse_entry", made["refused_entry"], by="firm", town=town)
    file = accept_file("Relevé du livreur".encode(), filename="releve.txt")
    make(
        "exchange.write",
        made["in_mediation"],
        "Voici le relevé.",
        "trader",
        by="firm",
        town=town,
        uploads=((file, "Relevé", "other"),),
    )
    make("exchange.write", made["in_mediation"], "Bien reçu.", "both", by="officer", town=town)
    case(town, "received", on_paper=True)
    run_waiting(raises=False)
    invited = accounts.invite(w.body.pk, "page@essai.test", Role.OFFICER, by=w.administrator, at=at)
    return made | {
        "document": str(
            Document.objects.filter(case=made["in_mediation"]).order_by("pk").values_list("uuid", flat=True)[0]
        ),
        "letter": str(
            Letter.objects.filter(case=made["in_mediation"]).order_by("pk").values_list("uuid", flat=True)[0]
        ),
        "batch": str(
            PrintBatch.objects.filter(organisation=w.body.pk).order_by("pk").values_list("uuid", flat=True)[0]
        ),
        "code": certificate(made["refused_entry"]),
        "officer_id": w.people[Role.OFFICER].pk,
        "invitation": f"/compte/invitation/{invited.token}/",
    }


def missions(town: str) -> dict[str, int]:
    """Two cases of a body of one person whose mediator met an objection: after the notification, and before."""
    made = {
        "mission": case(town, "in_mediation", days=2)["pk"],
        "mission_early": case(town, "under_review", days=2)["pk"],
    }
    for pk in made.values():
        make(
            "conflicts.declare_conflict", pk, "Mon frère y travaille.", "Je reste impartiale.", by="mediator", town=town
        )
        make("conflicts.object_to", pk, by="consumer", town=town)
    return made


def import_file(town: str, text: str) -> int:
    """A file chosen and read, whose import waits to be confirmed."""
    import io

    from mediane.ground.jobs import run_waiting
    from mediane.kernel.moments import utc_now
    from mediane.mediation.referrals.imports import runs

    w = _worlds[town]
    run = runs.upload(w.body.pk, io.BytesIO(text.encode()), "saisines.csv", by=w.director, at=utc_now())
    run_waiting(raises=False)
    return int(run.pk)


def newcomer(town: str) -> str:
    """Somebody who has a password and no second factor yet."""
    from mediane.ground.accounts.models import Membership, Person
    from mediane.ground.accounts.roles import Role
    from mediane.ground.accounts.tests.factories import PASSWORD

    w = _worlds[town]
    email = f"nouveau-{Person.objects.count()}@essai.test"
    person = Person.objects.create_user(email, PASSWORD, first_name="Nouveau", last_name="Venu")
    Membership.objects.create(
        person=person, organisation=w.body.organisation, role=Role.OFFICER, starts_on=date(2020, 1, 1)
    )
    return email


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mediane.config.settings")
    django.setup()
    from mediane.ground.database.scope import as_system

    for line in sys.stdin:
        name, arguments, named = json.loads(line)
        try:
            with as_system():
                answer = ["ok", globals()[name](*arguments, **named)]
        except Exception:
            answer = ["error", traceback.format_exc()]
        sys.stdout.write(SAYS + json.dumps(answer, default=_plain) + "\n")
        sys.stdout.flush()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


if __name__ == "__main__":
    main()
