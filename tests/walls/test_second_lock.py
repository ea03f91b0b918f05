"""Row-level security alone: with every filter forgotten (`Model.objects.all()`), each scope reads what is its own and no row more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from mediane.ground.accounts.actor import Actor
from mediane.ground.accounts.roles import Role
from mediane.ground.correspondence.models import Letter, MailAttempt, PrintBatch
from mediane.ground.database.scope import NOTHING, acting, scope
from mediane.ground.deadlines.models import Clock, Notice
from mediane.ground.documents.models import Document, Preview, Reading
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import Conflict, Presence, Referral, ResumptionConsent
from mediane.mediation.referrals.services import asking, drafts, exchange, receiving, retention, solution
from mediane.mediation.referrals.services.admissibility import Piece
from mediane.mediation.referrals.tests.factories import SYSTEM
from tests.walls.town import AT, Town, at_this_hour, build, piece

pytestmark = pytest.mark.django_db

OUTSIDE = {
    "django_": "the framework's own: migrations, content types, sessions (read before anybody is known; they hold no word of a case)",
    "auth_": "the framework's own, unused",
    "pgtrigger_": "the framework's own",
    "procrastinate_": "work to do: names of jobs and ids of rows, never words of a case",
    "account_": "sign-in: read to know who asks",
    "mfa_": "sign-in: read to know who asks",
    "usersessions_": "sign-in: read to know who asks",
    "accounts_person": "read to know who asks, before a scope can be set; walled by visible_to",
    "accounts_membership": "read to know who asks, before a scope can be set; walled by visible_to",
    "database_state": "state of the installation",
    "database_cache": "counters of the doors (tries of sign-in), no word of a case",
    "demonstration_": "whether this is the demonstration",
    "organisations_": "names of bodies and firms, shown to the public",
    "rulesets_": "published rules of a body",
    "referrals_grounddetail": "words of a body under the five grounds, as its figures publish them",
    "schemes_": "published facts of a body: charter, mandates, subjects",
    "traders_": "firms under convention and their contacts for mediation: no case in them",
    "journal_seal": "digests of days: nothing can be read out of them",
}


def test_every_table_is_locked_and_forced_or_says_why_not():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'"
        )
        tables = dict(cursor.fetchall())
    assert len(tables) > 50
    open_ones = {name for name, locked in tables.items() if not locked}
    unexplained = sorted(name for name in open_ones if not name.startswith(tuple(OUTSIDE)))
    assert not unexplained, (
        f"tables without row-level security and without a reason (tests/walls/test_second_lock.py): {unexplained}"
    )
    assert not [
        start for start in OUTSIDE if not any(name.startswith(start) for name in tables) and start != "pgtrigger_"
    ], "a reason for no table"


def test_the_runtime_role_owns_nothing_and_cannot_lift_the_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("mediane_app", False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)
    for statement in (
        "ALTER TABLE referrals_referral DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE referrals_referral NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY referrals_message_staff ON referrals_message",
        "CREATE POLICY mine ON referrals_message USING (true)",
        "SET ROLE mediane_owner",
        "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "ALTER ROLE mediane_app BYPASSRLS",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# ---- which rows -----------------------------------------------------------------------------------------------------------------------
NONE = Q(pk__in=[])
ALL = Q()


@dataclass(frozen=True)
class Rows:
    """What each scope reads of one table, among the rows of the cases that it reaches. `of`: the way to the case; `tenant`: staff read by organisation."""

    of: str
    consumer: Q = NONE
    trader: Q = NONE
    staff: Q = ALL
    walled: Q = NONE  # what the mediator alone reads
    tenant: str = ""


def by(field: str) -> dict[str, Q]:
    return {party.value: Q(**{field: party.value}) for party in Party}


def to(prefix: str = "") -> dict[str, Q]:
    return {party.value: Q(**{f"{prefix}audience__in": (party.value, "both")}) for party in Party}


def either(rows: Q) -> dict[str, Q]:
    return {"consumer": rows, "trader": rows}


LETTER = ~Q(pdf_key="") & ~Q(status="cancelled")
BEFORE = ("rejection", "pieces", "premature")
PIECES = {
    party.value: Q(withdrawn_at__isnull=True) & (Q(audience__in=(party.value, "both")) | Q(author_party=party.value))
    for party in Party
}
PREVIEWS = {
    party.value: Q(document__withdrawn_at__isnull=True)
    & (Q(document__audience__in=(party.value, "both")) | Q(document__author_party=party.value))
    for party in Party
}


def clocks(prefix: str = "") -> dict[str, Q]:
    def not_of(party: str) -> Q:
        return ~Q(**{f"{prefix}kind": "observations"}) | Q(**{f"{prefix}hand": party})

    return {"consumer": not_of("consumer"), "trader": not_of("trader") & ~Q(**{f"{prefix}kind__in": BEFORE})}


TABLES = {
    "referrals.Referral": Rows("pk", **either(ALL)),
    "referrals.Claim": Rows("referral", consumer=ALL),
    "referrals.NotifiedDispute": Rows("referral", **either(ALL)),
    "referrals.PartyContact": Rows("referral", **by("party")),
    "referrals.Message": Rows("referral", **to(), walled=Q(audience="mediator")),
    "referrals.MessageDocument": Rows("message__referral", **to("message__"), walled=Q(message__audience="mediator")),
    "referrals.Position": Rows("referral", **to("message__"), walled=Q(message__audience="mediator")),
    "referrals.PieceRequest": Rows("referral", **by("asked_of")),
    "referrals.Proposal": Rows("referral", **either(Q(notified_on__isnull=False))),
    "referrals.SealedAnswer": Rows("referral", **by("party")),
    "referrals.Agreement": Rows("referral", **either(ALL)),
    "referrals.ExecutionReport": Rows("referral", **either(ALL)),
    "referrals.Conflict": Rows("referral"),
    "referrals.Certificate": Rows("referral", **either(ALL)),
    "referrals.ResumptionConsent": Rows("referral", **by("party")),
    "referrals.Presence": Rows("referral"),
    "referrals.NameWord": Rows("referral"),
    "journal.Case": Rows("pk", tenant="organisation"),
    "journal.Entry": Rows("case", tenant="organisation"),
    "deadlines.Clock": Rows("case", **clocks(), tenant="organisation"),
    "deadlines.ClockEvent": Rows("clock__case", **clocks("clock__"), tenant="clock__organisation"),
    "deadlines.Notice": Rows("clock__case", tenant="organisation"),
    "documents.Document": Rows("case", **PIECES, walled=Q(audience="mediator")),
    "documents.Preview": Rows("document__case", **PREVIEWS, walled=Q(document__audience="mediator")),
    "documents.Reading": Rows("document__case", walled=Q(document__audience="mediator")),
    "correspondence.Letter": Rows(
        "case", **{p.value: LETTER & Q(audience=p.value) for p in Party}, tenant="organisation"
    ),
    "correspondence.MailAttempt": Rows("letter__case", tenant="organisation"),
    "correspondence.PrintBatch": Rows("", tenant="organisation"),
    "access.CaseKey": Rows("case", tenant="organisation"),
    "access.AccessAttempt": Rows("", staff=NONE),
    "access.Rate": Rows("", staff=NONE),
}
NO_CASE = {"accounts", "indicators", "imports", "reports"}
"""Rooms whose locked tables hold no row of a case: their own tests say who reads them."""
MAY_BE_EMPTY = {"access.AccessAttempt", "access.Rate"}


READ_ARCHIVE = {"mediator", "abroad", "director", "auditor"}
STAFF = READ_ARCHIVE | {"delegate", "officer", "machine"}


def expected(rows: Rows, label: str, who: str, town: Town) -> Q:
    """The rows of this table that this reader may see, as the system would ask for them."""
    w, body = town.w, town.abroad if who == "abroad" else town.w if who in STAFF else None
    if body is not None:
        mine = rows.staff & (Q(**{rows.tenant: body.body.pk}) if rows.tenant else ALL)
        if not rows.of:
            return mine
        hidden = ["draft", "destroyed"] + ([] if who in READ_ARCHIVE else ["archived"])
        cases = Referral.objects.filter(body=body.body).exclude(state__in=hidden)
        return (
            mine
            & Q(**{f"{rows.of}__in": cases.order_by().values("pk")})
            & (ALL if who in ("mediator", "abroad") else ~rows.walled)
        )
    seen = Referral.objects.exclude(state__in=("archived", "destroyed"))
    reached = {
        "requester": seen.filter(pk=town.case.pk),
        "other_requester": seen.filter(pk=town.other.pk),
        "firm": seen.filter(trader=w.trader, notified_on__isnull=False),
    }.get(who)
    if reached is None or not rows.of:
        return NONE
    return (rows.trader if who == "firm" else rows.consumer) & Q(**{f"{rows.of}__in": reached.order_by().values("pk")})


def furnish(town: Town) -> None:
    """At least one row in every table, and one that each reader must not see."""
    w, pk = town.w, town.case.pk
    for party in Party:
        asking.ask_pieces(pk, party.value, [Piece("Une pièce", "Pour voir")], date(2026, 10, 1), by=w.officer, at=AT)
    for audience in ("trader", "both"):
        exchange.send_position(pk, exchange.PositionGiven("agrees", "yes"), audience, by=w.firm, at=AT)
    town.propose()
    town.say_letters_ready()
    town.answer(Party.TRADER)
    town.answer(Party.CONSUMER)
    for party, by_whom in ((Party.TRADER, w.firm), (Party.CONSUMER, w.consumer(town.case))):
        solution.report_execution(pk, "partly", by=by_whom, at=AT)
        ResumptionConsent.objects.create(referral=town.case, party=party, consented_on=date(2026, 9, 1))
    Conflict.objects.create(
        referral=town.case,
        mediator=w.mandate,
        circumstance="Une cousine",
        declared_on=date(2026, 9, 1),
        objection_due_on=date(2026, 9, 15),
    )
    Presence.objects.create(referral=town.case, person=w.people[Role.OFFICER], seen_at=AT)
    for document in Document.objects.filter(case=pk):
        Preview.objects.create(document=document, page=1)
        Reading.objects.create(
            document=document, organisation_id=w.body.pk, at=AT, kind="view", person=w.people[Role.OFFICER]
        )
    PrintBatch.objects.create(organisation_id=w.body.pk, day=date(2026, 9, 1), number=1)
    clock, letter = Clock.objects.filter(case=pk).latest("pk"), Letter.objects.filter(case=pk).latest("pk")
    Notice.objects.create(clock=clock, organisation_id=w.body.pk, step="breach", breach=True, noticed_at=AT)
    MailAttempt.objects.create(
        letter=letter, organisation_id=w.body.pk, number=1, message_id="x", address="x@example.test", started_at=AT
    )
    draft = receiving.begin_draft(w.body.pk, by=Actor.public(w.body.pk), at=AT)
    drafts.add_piece(
        draft.pk,
        piece("facts")[0][0],
        title="Brouillon",
        purpose="other",
        by=Actor.requester(draft.pk, w.body.pk),
        at=AT,
    )
    # the other trader's case, not notified: it exists for nobody but its requester and the office
    exchange.write(town.other.pk, "Un mot du voisin", "consumer", by=w.consumer(town.other), at=AT)


def archive(town: Town) -> None:
    """The case is over and put away, with all its rows."""
    solution.report_execution(town.case.pk, "yes", by=town.w.consumer(town.case), at=AT)
    retention.archive(town.case.pk, by=SYSTEM, at=AT + timedelta(days=400))


@pytest.mark.parametrize("put_away", [False, True], ids=["at hand", "archived"])
def test_each_scope_reads_its_own_rows_with_every_filter_forgotten(put_away):
    with at_this_hour():
        town = build()
        town.notify()
        furnish(town)
    w = town.w
    if put_away:
        archive(town)
    readers = {
        "nobody": Actor.anonymous(),
        "public": Actor.public(w.body.pk),
        "administrator": w.administrator,
        "mediator": w.mediator,
        "officer": w.officer,
        "delegate": w.actors[Role.DELEGATE],
        "director": w.actors[Role.DIRECTOR],
        "auditor": w.actors[Role.AUDITOR],
        "machine": Actor.machine(w.body.pk, name="Outil", token_scopes=frozenset({"referrals:read"})),
        "abroad": town.abroad.mediator,
        "requester": w.consumer(town.case),
        "other_requester": w.consumer(town.other),
        "firm": w.firm,
        "rival": town.rival,
        "abroad_firm": town.abroad.firm,
    }
    for label, rows in TABLES.items():
        model = apps.get_model(label)
        manager = model._base_manager
        assert label in MAY_BE_EMPTY or manager.exists(), f"no row of {label}: nothing is proved"
        for who, actor in readers.items():
            right = set(manager.filter(expected(rows, label, who, town)).values_list("pk", flat=True))
            with acting(actor):
                seen = set(manager.values_list("pk", flat=True))
            assert seen == right, f"{who} reads {label}: too many {seen - right}, missing {right - seen}"
        with scope(NOTHING):
            assert not manager.exists(), label


def test_no_table_of_a_case_is_forgotten_above():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        locked = {name for (name,) in cursor.fetchall()}
    by_table = {model._meta.db_table: model._meta for model in apps.get_models(include_auto_created=True)}
    ours = {by_table[name].label for name in locked if name in by_table and by_table[name].app_label not in NO_CASE}
    texts = {"correspondence.LetterTemplate", "correspondence.LetterSettings"}  # of a body, not of a case
    assert ours - texts == set(TABLES)


def test_nobody_writes_outside_a_use_case():
    """Reading scopes open no writing: an INSERT, UPDATE or DELETE by a view that forgot its use case changes no row."""
    with at_this_hour():
        town = build()
        town.notify()
    for actor in (town.w.mediator, town.w.firm, town.w.consumer(town.case), town.abroad.mediator):
        with acting(actor):
            assert Referral.objects.filter(pk=town.case.pk).update(number="X") == 0
            for label in ("referrals.Message", "referrals.Claim", "documents.Document", "deadlines.Clock"):
                assert apps.get_model(label)._base_manager.all()._raw_delete("default") == 0, label
            with pytest.raises(DatabaseError), transaction.atomic():
                Presence.objects.create(referral=town.case, person=town.w.people[Role.OFFICER], seen_at=AT)
    assert Referral.objects.get(pk=town.case.pk).number == town.case.number
