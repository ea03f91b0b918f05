"""The seal: one party answers, and nothing that the other can fetch changes by a byte, whatever the moment it looks; nor does the reminder betray anything."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from mediane.ground.accounts.actor import Actor
from mediane.ground.correspondence.models import Letter
from mediane.ground.deadlines.models import Clock
from mediane.mediation.referrals.enums import Party
from mediane.mediation.referrals.models import SealedAnswer
from mediane.mediation.referrals.services.system import make_due_moves
from tests.walls.test_leaks import addresses, pairs
from tests.walls.town import WORDS, Town, build, plain

pytestmark = pytest.mark.django_db
ASKED = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
LAST_DAY = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)  # of the time to answer
AFTER = LAST_DAY + timedelta(days=1)  # the reminder goes
WHO = {Party.CONSUMER: "requester", Party.TRADER: "correspondent"}


def everything(town: Town, party: Party) -> dict[str, str]:
    """Digest of all that this party fetches: its pages, lists, pieces, letters; forms it may no longer open answer too."""
    town.browsers.pop(WHO[party], None)  # a new session each time: no flash, no idle time
    browser = town.browser(WHO[party])
    start = "requester:" if party is Party.CONSUMER else "trader:"
    # without an argument, so of the session; the others name the case
    asked = [reverse(name) for name, _route, takes in addresses() if not takes and name.startswith(start)]
    asked += [there for name, there, _nowhere in pairs(town, acts=3) if name.startswith(("trader:", "documents:"))]
    asked += [reverse("correspondence:dispatches"), reverse("desk:search")]
    if party is Party.TRADER:
        asked += [f"{reverse('trader:cases')}?vue=termines"]
    found = {}
    for address in asked:
        for headers in ({}, {"HX-Request": "true"}) if address.startswith("/pieces/") else ({},):
            response = browser.get(address, headers=headers)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            kept = {
                name: value
                for name, value in response.headers.items()
                if name not in ("Content-Security-Policy", "Expires", "Last-Modified", "ETag", "Content-Length")
            }
            found[f"{address} {headers}"] = f"{response.status_code} {kept} {hashlib.sha256(plain(body)).hexdigest()}"
            assert WORDS["answer"].encode() not in body, (party, address)
    letters = Letter.objects.visible_to(town.w.firm if party is Party.TRADER else town.w.consumer(town.case)).order_by(
        "pk"
    )
    found["letters"] = repr(list(letters.values_list("kind", "letter_date", "subject")))
    return found


def same(before: dict[str, str], after: dict[str, str], moment: str) -> None:
    changed = sorted(address for address in before if before[address] != after.get(address))
    assert not changed, f"{moment}: {changed}"
    assert set(before) == set(after), moment


@pytest.mark.parametrize(("answers", "value"), [(Party.CONSUMER, "refused"), (Party.TRADER, "accepted")])
def test_nothing_of_the_other_party_changes(answers: Party, value: str):
    """Before and after the answer: at the very moment, ten days later and on the last day; the answer may be a yes or a no."""
    other = answers.other
    with time_machine.travel(ASKED, tick=False) as clock:
        town = build()
        town.notify()
        town.propose()
        town.say_letters_ready()
        moments = (ASKED, ASKED + timedelta(days=10), LAST_DAY)
        before = {}
        for moment in moments:
            clock.move_to(moment)
            before[moment] = everything(town, other)
        assert sum(text.startswith("200") for text in before[ASKED].values()) >= 4
        clock.move_to(ASKED)
        town.answer(answers, value, at=ASKED)
        town.say_letters_ready()
        for moment in moments:
            clock.move_to(moment)
            same(before[moment], everything(town, other), f"{answers} {value}, seen on {moment}")


@pytest.mark.parametrize("answers", list(Party), ids=str)
def test_the_reminder_to_the_silent_one_changes_nothing_for_who_answered(answers: Party):
    """The day after, the silent party is written to and gets time; the page of the one who answered stays as if nothing had happened."""
    with time_machine.travel(ASKED, tick=False) as clock:
        town = build()
        town.notify()
        town.propose()
        town.say_letters_ready()
        town.answer(answers, at=ASKED)
        clock.move_to(AFTER)
        of_answered, of_silent = everything(town, answers), everything(town, answers.other)
        letters = Letter.objects.filter(case=town.case.pk)
        count = letters.count()
        assert make_due_moves(at=AFTER) == 1
        assert list(letters.order_by("-pk").values_list("kind", "audience")[: letters.count() - count]) == [
            ("answer_reminder", answers.other.value)
        ]
        town.say_letters_ready()
        after = everything(town, answers)
        same(of_answered, after, f"{answers} after the reminder")
        assert everything(town, answers.other) != of_silent, "the silent party is told its new date"


def test_under_row_level_security_the_other_answer_does_not_exist():
    """By hand, filters forgotten: not the row, not its count, not a reference from elsewhere."""
    from mediane.ground.database.scope import acting

    with time_machine.travel(ASKED, tick=False):
        town = build()
        town.notify()
        town.propose()
        town.answer(Party.TRADER, at=ASKED)
    readers: list[Actor] = [town.w.consumer(town.case), town.rival, Actor.public(town.w.body.pk), Actor.anonymous()]
    for actor in readers:
        with acting(actor):
            assert SealedAnswer.objects.count() == 0
            assert not Clock.objects.filter(events__data__icontains="answer").exists()
            with connection.cursor() as cursor:
                for query in (
                    "SELECT count(*) FROM referrals_sealedanswer",
                    "SELECT count(*) FROM journal_entry",
                    "SELECT count(*) FROM documents_reading",
                ):
                    cursor.execute(query)
                    assert cursor.fetchone() == (0,), query
    with acting(town.w.firm):
        assert SealedAnswer.objects.get().party == Party.TRADER
