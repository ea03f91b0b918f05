"""A move killed at any step leaves nothing; made again it leaves everything once. Two people at once make it once."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, OperationalError, connection, connections
from django.urls import reverse
from procrastinate.exceptions import ConnectorException

from mediane.ground.accounts.actor import Actor
from mediane.ground.correspondence.models import Letter
from mediane.ground.database.scope import as_system
from mediane.ground.documents.models import Document
from mediane.ground.journal.models import Entry
from mediane.ground.journal.services import verify_all
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Party, State
from mediane.mediation.referrals.models import Message, Referral, SealedAnswer
from mediane.mediation.referrals.services import ending, mediation, receiving, retention, solution
from mediane.mediation.referrals.tests.factories import AT, World, in_mediation, proposed, under_review, world
from tests.walls.town import at_this_hour, build

KILLS = 6
LONG_AFTER = AT + timedelta(days=4000)
Make = Callable[[], Any]


def everything(database: Any) -> dict[str, tuple[int, str]]:
    """Rows and digest of every table, as its owner reads them: state, journal, clocks, letters, jobs and whatever else."""
    with psycopg.connect(database.owner_url, options="-c app.scope=system") as owner:
        tables = [
            name
            for (name,) in owner.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        ]
        parts = " UNION ALL ".join(
            f"SELECT '{name}', count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM \"{name}\" t"
            for name in tables
        )
        return {name: (count, digest) for name, count, digest in owner.execute(parts)}


class _Killer:
    """Counts the statements of a move, and after the one named cuts the connection as a dying process does: without a word."""

    def __init__(self, at: int = 0) -> None:
        self.at, self.count = at, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        self.count += 1
        if self.count == self.at:
            connection.connection.close()
        return result


@contextmanager
def watched(at: int = 0) -> Iterator[_Killer]:
    killer = _Killer(at)
    with connection.execute_wrapper(killer):
        yield killer


def statements_of(make: Make) -> int:
    """How many statements the move is: made once, for nothing, since its commit fails."""
    with (
        watched() as counted,
        patch.object(connections["default"], "_commit", side_effect=OperationalError("killed at the commit")),
        pytest.raises(OperationalError),
    ):
        make()
    return counted.count


def moves(w: World) -> Iterator[tuple[str, int, Make, str, dict[str, int]]]:
    """(name, case, the move, state it leads to, letters it writes to each party)."""
    with as_system():
        examined, mediated, offered = under_review(w), in_mediation(w), proposed(w)
        solution.answer(offered.pk, "accepted", by=w.firm, at=AT)
        draft = receiving.begin_draft(w.body.pk, by=w.officer.for_party(Party.CONSUMER), at=AT)
        over = put_away(w)
    yield (
        "destroy",
        over.pk,
        lambda: retention.destroy(over.pk, by=Actor.system(), at=LONG_AFTER),
        State.DESTROYED,
        {},
    )
    yield (
        "submit",
        draft.pk,
        lambda: receiving.submit(draft.pk, w.dispute(), by=w.officer.for_party(Party.CONSUMER), at=AT, channel="post"),
        State.RECEIVED,
        {"consumer": 1},
    )
    yield (
        "notify",
        examined.pk,
        lambda: mediation.notify(examined.pk, by=w.mediator, at=AT),
        State.AWAITING_ENTRY,
        {"consumer": 1, "trader": 1},
    )
    yield (
        "withdraw",
        mediated.pk,
        lambda: ending.withdraw(mediated.pk, by=w.consumer(mediated), at=AT),
        State.CLOSED,
        {"consumer": 2, "trader": 2},
    )
    yield (
        "answer",
        offered.pk,
        lambda: solution.answer(offered.pk, "accepted", by=w.consumer(offered), at=AT),
        State.IN_EXECUTION,
        {"consumer": 2, "trader": 2},
    )


def put_away(w: World) -> Referral:
    """A case withdrawn early, archived and approved for destruction."""
    case = under_review(w)
    ending.withdraw_early(case.pk, by=w.consumer(case), at=AT)
    retention.archive(case.pk, by=Actor.system(), at=LONG_AFTER)
    retention.approve_destruction([case.pk], by=w.director, at=LONG_AFTER)
    return case


def letters(case_id: int) -> list[tuple[int, str, str]]:
    with as_system():
        return list(Letter.objects.filter(case=case_id).order_by("pk").values_list("pk", "kind", "audience"))


def test_a_move_killed_at_any_step_leaves_nothing_and_is_then_made_once(fresh_database):
    kill_everywhere(fresh_database, KILLS)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_move_killed_after_each_of_its_statements(fresh_database):
    kill_everywhere(fresh_database, 10_000)


def kill_everywhere(fresh_database: Any, most: int) -> None:
    """Each move killed at its commit and after `most` of its statements, evenly spread; then made, once."""
    with as_system():
        w = world()
    for name, case_id, make, state, written in moves(w):
        before, had = everything(fresh_database), letters(case_id)
        steps = statements_of(make)
        assert steps > 10, name  # nothing is proved of a move that is one statement
        assert everything(fresh_database) == before, f"{name} killed at its commit"
        count = min(most, steps)
        kills = sorted({max(1, round(step * steps / count)) for step in range(1, count + 1)})
        assert kills[-1] == steps, "the last kill falls between the last statement and the commit"
        for step in kills:
            with pytest.raises((Error, ConnectorException)), watched(step):
                make()
            connection.close()
            after = everything(fresh_database)
            assert after == before, (
                f"{name} killed after statement {step}: {[table for table in before if before[table] != after[table]]}"
            )
        make()
        new = [row for row in letters(case_id) if row not in had]
        kinds = [(kind, audience) for _pk, kind, audience in new]
        assert len(kinds) == len(set(kinds)), f"{name}: a letter twice: {kinds}"
        assert {party: sum(audience == party for _kind, audience in kinds) for party in written} == written, (
            f"{name}: {kinds}"
        )
        with as_system():
            assert Referral.objects.get(pk=case_id).state == state
            jobs = everything(fresh_database)["procrastinate_jobs"][0] - before["procrastinate_jobs"][0]
            sent_apart = Letter.objects.filter(
                pk__in=[pk for pk, _kind, _audience in new], goes_with__isnull=True
            ).count()
            assert jobs >= sent_apart, f"{name}: {jobs} jobs for {sent_apart} envelopes"
    assert verify_all().faults == ()


# ---- at once --------------------------------------------------------------------------------------------------------------------------
def at_once(*makes: Make) -> list[Any]:
    """Each in its own thread and connection, let go at the same moment; what it returned, or its refusal."""
    start = Barrier(len(makes))

    def run(make: Make) -> Any:
        try:
            start.wait(timeout=20)
            return make()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(makes)) as pool:
        return list(pool.map(run, makes))


def test_two_at_once_make_it_once(fresh_database):
    with as_system():
        w = world()
        case = under_review(w)
        had = letters(case.pk)
        both_answer = proposed(w)
        answered = letters(both_answer.pk)
    # the mediator and the delegate notify in the same instant
    outcome = at_once(
        lambda: mediation.notify(case.pk, by=w.mediator, at=AT), lambda: mediation.notify(case.pk, by=w.mediator, at=AT)
    )
    assert sorted(type(result).__name__ for result in outcome) == ["Referral", "str"]
    assert "wrong_state" in outcome
    with as_system():
        assert Entry.objects.filter(case=case.pk, name="notify").count() == 1
    assert sorted((kind, to) for _pk, kind, to in letters(case.pk)[len(had) :]) == [
        ("notification_consumer", "consumer"),
        ("notification_trader", "trader"),
    ]

    # both parties accept in the same instant: one result, told once to each
    outcome = at_once(
        lambda: solution.answer(both_answer.pk, "accepted", by=w.firm, at=AT),
        lambda: solution.answer(both_answer.pk, "accepted", by=w.consumer(both_answer), at=AT),
    )
    assert [type(result) for result in outcome] == [SealedAnswer, SealedAnswer]
    with as_system():
        assert Referral.objects.get(pk=both_answer.pk).state == State.IN_EXECUTION
        assert Entry.objects.filter(case=both_answer.pk, name="conclude").count() == 1
    new = [(kind, to) for _pk, kind, to in letters(both_answer.pk)[len(answered) :]]
    assert len(new) == len(set(new)) == 4, new
    assert verify_all().faults == ()


def test_numbers_and_double_submissions_at_once(fresh_database):
    with as_system():
        w = world()
        draft = receiving.begin_draft(w.body.pk, by=w.officer.for_party(Party.CONSUMER), at=AT)
    by, key, key_of_form = w.officer.for_party(Party.CONSUMER), uuid.uuid4(), uuid.uuid4()
    twice = at_once(
        *[lambda: receiving.receive(w.body.pk, w.dispute(), by=by, at=AT, channel="post", submission_key=key)] * 2
    )
    assert len({referral.pk for referral in twice}) == 1, "one form sent twice is one referral"
    sent = at_once(*[lambda: receiving.submit(draft.pk, w.dispute(), by=by, at=AT, submission_key=key_of_form)] * 2)
    assert [referral.pk for referral in sent] == [draft.pk] * 2, "whoever clicks twice is told twice that it went well"
    assert len(letters(draft.pk)) == 1
    four = at_once(*[lambda: receiving.receive(w.body.pk, w.dispute(), by=by, at=AT, channel="post")] * 4)
    assert len({referral.number for referral in four}) == 4
    with as_system():
        assert Referral.objects.filter(body=w.body).count() == 6
    assert verify_all().faults == ()


# ---- the disk ---------------------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_message_whose_piece_finds_no_room_is_kept_on_the_page_and_nothing_half_is(monkeypatch):
    """The disk is full while a piece is stored: the words come back in the form, no message without its piece, and it goes well once there is room."""
    with at_this_hour():
        town = build()
        town.notify()
        before = Message.objects.filter(referral=town.case.pk).count()
        address, browser = reverse("desk:write", args=[town.case.pk]), town.browser("officer")
        real = os.write

        def full(descriptor: int, block: Any) -> int:
            raise OSError(errno.ENOSPC, "no space left")

        def post() -> Any:
            piece = SimpleUploadedFile("facture.txt", b"La facture, telle quelle.", content_type="text/plain")
            said = {
                "text": "Voici ce que nous avons reçu.",
                "audience": "office",
                "submission_key": str(uuid.uuid4()),
                "pieces": piece,
            }
            return browser.post(address, said)

        with monkeypatch.context() as no_room:
            no_room.setattr(os, "write", full)
            answer = post()
            no_room.setattr(os, "write", real)
        assert answer.status_code == 422
        assert "Voici ce que nous avons reçu." in answer.content.decode()
        assert Message.objects.filter(referral=town.case.pk).count() == before
        assert not Document.objects.filter(case=town.case.pk, filename="facture.txt").exists()
        assert post().status_code == 302
        assert Message.objects.filter(referral=town.case.pk).count() == before + 1
        assert Document.objects.get(case=town.case.pk, filename="facture.txt").size == 25
