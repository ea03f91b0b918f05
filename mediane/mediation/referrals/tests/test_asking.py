"""What the office asks of a party closes when the party answers, by its page or on paper; each demand by itself; the clock follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mediane.ground.correspondence.models import Letter
from mediane.ground.correspondence.typography import flat
from mediane.ground.deadlines import services as deadlines
from mediane.kernel.refusals import Refusal
from mediane.mediation.referrals.enums import Asked, Party
from mediane.mediation.referrals.models import Message, PartyContact, PieceRequest, Position, Referral
from mediane.mediation.referrals.services import asking, exchange, solution, system
from mediane.mediation.referrals.services.admissibility import Piece
from mediane.mediation.referrals.tests import factories as f
from mediane.mediation.referrals.tests.factories import AT, later

pytestmark = pytest.mark.django_db
DUE = date(2026, 10, 1)
OF = {party: f"observations:{party.value}" for party in Party}


def pieces(*names: str) -> list[Piece]:
    return [Piece(name, "pour établir la remise", "le nom et la date") for name in names]


def clock(referral: Referral, party: Party) -> date | None:
    found = deadlines.running(referral.pk).get(OF[party])
    return found.due_on if found else None


def rows(referral: Referral, party: Party = Party.CONSUMER, kind: str = Asked.PIECE) -> list[PieceRequest]:
    return list(PieceRequest.objects.filter(referral=referral, asked_of=party, kind=kind).order_by("pk"))


@pytest.fixture
def w() -> f.World:
    return f.world()


def test_each_piece_asked_is_met_by_its_own_answer_and_the_clock_stops_with_the_last(w):
    referral = f.in_mediation(w)
    asking.ask_pieces(referral.pk, "consumer", pieces("Le bordereau", "La facture"), DUE, by=w.officer, at=AT)
    first, second = rows(referral)
    me = w.consumer(referral)
    exchange.write(referral.pk, "Voici le bordereau.", "consumer", by=me, at=later(1), meets=(first.pk,))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.received_on, first.note) == (date(2026, 9, 2), "Voici le bordereau.")
    assert second.received_on is None
    assert clock(referral, Party.CONSUMER) == DUE
    exchange.write(referral.pk, "Je n’ai plus la facture.", "consumer", by=me, at=later(2), meets=(second.pk,))
    assert clock(referral, Party.CONSUMER) is None
    assert asking.waiting(referral, Party.CONSUMER) == []


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        (
            "fr",
            "Pouvez-vous m’envoyer cette pièce : Le bordereau ? Pourquoi : pour établir la remise ; elle doit montrer : le nom et la date.",
        ),
        (
            "en",
            "Could you send me this document: Le bordereau? Why: pour établir la remise; it must show: le nom et la date.",
        ),
    ],
)
def test_a_piece_is_asked_for_in_the_language_of_the_letter(w, language, asked):
    referral = f.in_mediation(w)
    PartyContact.objects.filter(referral=referral, party="consumer").update(language=language)
    asking.ask_pieces(referral.pk, "consumer", pieces("Le bordereau"), DUE, by=w.officer, at=AT)
    questions = Letter.objects.get(case=referral.pk, kind="observations_request").inputs["questions"]
    assert [flat(question) for question in questions] == [asked]


def test_a_message_that_answers_nothing_closes_nothing(w):
    referral = f.in_mediation(w)
    asking.ask_pieces(referral.pk, "consumer", pieces("Le bordereau"), DUE, by=w.officer, at=AT)
    exchange.write(referral.pk, "Une question.", "consumer", by=w.consumer(referral), at=later(1))
    assert rows(referral)[0].received_on is None
    assert clock(referral, Party.CONSUMER) == DUE


def test_what_comes_on_paper_is_recorded_for_the_day_it_arrived(w):
    referral = f.in_mediation(w)
    asking.ask_observations(referral.pk, "trader", ["À qui ?", "Quel jour ?"], DUE, by=w.officer, at=AT)
    to_whom, which_day = rows(referral, Party.TRADER, Asked.QUESTION)
    by = w.officer.for_party(Party.TRADER)
    exchange.write(
        referral.pk,
        "Au gardien, le 3.",
        "trader",
        by=by,
        at=later(5),
        on=date(2026, 9, 3),
        channel="post",
        meets=(to_whom.pk, which_day.pk),
    )
    for row in (to_whom, which_day):
        row.refresh_from_db()
        assert row.received_on == date(2026, 9, 3)
    # the position asked at entry is still waited for: the clock goes back to its date
    position = rows(referral, Party.TRADER, Asked.POSITION)[0]
    assert clock(referral, Party.TRADER) == position.due_on


def test_both_parties_can_be_asked_at_once_each_with_its_date(w):
    referral = f.in_mediation(w)
    asking.ask_pieces(referral.pk, "consumer", pieces("Le bordereau"), DUE, by=w.officer, at=AT)
    asking.ask_pieces(
        referral.pk, "trader", pieces("La preuve de remise"), DUE + timedelta(days=9), by=w.officer, at=AT
    )
    assert clock(referral, Party.CONSUMER) == DUE
    assert clock(referral, Party.TRADER) is not None
    consumer = rows(referral)[0]
    exchange.write(referral.pk, "Voici.", "consumer", by=w.consumer(referral), at=later(1), meets=(consumer.pk,))
    assert clock(referral, Party.CONSUMER) is None
    assert clock(referral, Party.TRADER) is not None


def test_the_clock_shows_the_nearest_of_several_dates(w):
    referral = f.in_mediation(w)
    near, far = date(2026, 9, 10), date(2026, 9, 25)
    asking.ask_pieces(referral.pk, "consumer", pieces("Une"), near, by=w.officer, at=AT)
    asking.ask_pieces(referral.pk, "consumer", pieces("Deux"), far, by=w.officer, at=later(1))
    assert clock(referral, Party.CONSUMER) == near
    one, _two = rows(referral)
    exchange.write(referral.pk, "Voici.", "consumer", by=w.consumer(referral), at=later(2), meets=(one.pk,))
    assert clock(referral, Party.CONSUMER) == far


def test_a_demand_is_met_once_and_by_the_party_it_was_made_to(w):
    referral, other = f.in_mediation(w), f.in_mediation(w)
    asking.ask_pieces(referral.pk, "consumer", pieces("Le bordereau"), DUE, by=w.officer, at=AT)
    asked = rows(referral)[0]
    for by, pk in ((w.firm, referral.pk), (w.consumer(other), other.pk)):
        with pytest.raises(Refusal, match="not_found"):
            exchange.write(pk, "x", "both", by=by, at=later(1), meets=(asked.pk,))
    me = w.consumer(referral)
    exchange.write(referral.pk, "Voici.", "consumer", by=me, at=later(1), meets=(asked.pk,))
    with pytest.raises(Refusal, match="already_met"):
        exchange.write(referral.pk, "Encore.", "consumer", by=me, at=later(1), meets=(asked.pk,))
    assert Message.objects.filter(referral=referral, text="Encore.").count() == 0


def test_asked_again_it_is_the_same_demand_with_a_new_date(w):
    referral = f.in_mediation(w)
    for due in (DUE, DUE + timedelta(days=10)):
        asking.ask_observations(referral.pk, "consumer", ["Quel jour ?"], due, by=w.officer, at=AT)
    assert [row.due_on for row in rows(referral, kind=Asked.QUESTION)] == [DUE + timedelta(days=10)]
    assert clock(referral, Party.CONSUMER) == DUE + timedelta(days=10)


def test_a_date_that_passes_ends_the_wait_and_the_later_demand_has_the_clock(w):
    referral = f.in_mediation(w)
    near, far = date(2026, 9, 10), date(2026, 9, 12)
    asking.ask_pieces(referral.pk, "consumer", pieces("Une"), near, by=w.officer, at=AT)
    asking.ask_pieces(referral.pk, "consumer", pieces("Deux"), far, by=w.officer, at=AT)
    assert system.make_due_moves(at=later(9)) == 0  # 10 September, the last day
    system.make_due_moves(at=later(10))
    assert clock(referral, Party.CONSUMER) == far
    system.make_due_moves(at=later(12))
    assert clock(referral, Party.CONSUMER) is None
    late = rows(referral)[0]
    exchange.write(referral.pk, "Tard.", "consumer", by=w.consumer(referral), at=later(14), meets=(late.pk,))
    late.refresh_from_db()
    assert late.received_on == date(2026, 9, 15)
    assert clock(referral, Party.CONSUMER) is None


def test_the_proposal_ends_every_wait(w):
    referral = f.in_mediation(w)
    asking.ask_pieces(referral.pk, "consumer", pieces("Le bordereau"), DUE, by=w.officer, at=AT)
    draft = solution.save_proposal(referral.pk, f.a_solution(), by=w.mediator, at=AT, version=0)
    solution.propose(referral.pk, draft.version, by=w.mediator, at=AT)
    assert not set(deadlines.running(referral.pk)) & set(OF.values())
    referral.refresh_from_db()
    assert asking.wants_of(referral, Party.CONSUMER) == []


def position(**changes):  # type: ignore[no-untyped-def]
    return exchange.PositionGiven(
        **{"value": "contests", "facts_value": "partly", "facts_text": "Remis au gardien.", "claim_text": "Non."}
        | changes
    )


def test_the_trader_s_position_is_coded_read_among_the_messages_and_ends_the_wait(w):
    referral = f.in_mediation(w)
    assert clock(referral, Party.TRADER) is not None
    sent = exchange.send_position(referral.pk, position(), "both", by=w.firm, at=later(1))
    assert (sent.value, sent.message.audience) == ("contests", "both")
    assert "Remis au gardien." in sent.message.text
    assert clock(referral, Party.TRADER) is None
    assert Position.objects.filter(referral=referral).count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": "maybe"}, "missing:position"),
        ({"facts_value": ""}, "missing:facts_value"),
        ({"claim_text": "  "}, "missing:claim_text"),
    ],
)
def test_a_position_says_something(w, changes, code):
    referral = f.in_mediation(w)
    with pytest.raises(Refusal, match=code):
        exchange.send_position(referral.pk, position(**changes), "trader", by=w.firm, at=later(1))
    assert clock(referral, Party.TRADER) is not None


def test_a_position_comes_from_the_trader_and_after_entry(w):
    referral = f.in_mediation(w)
    with pytest.raises(Refusal, match="not_allowed"):
        exchange.send_position(referral.pk, position(), "both", by=w.consumer(referral), at=later(1))
    waiting = f.notified(w)
    with pytest.raises(Refusal, match="wrong_state"):
        exchange.send_position(waiting.pk, position(), "both", by=w.firm, at=later(1))


def test_a_silent_acceptance_asks_for_a_position_too():
    w = f.world(silence="acceptance")
    referral = f.notified(w)
    system.make_due_moves(at=later(22))
    referral.refresh_from_db()
    assert referral.state == "in_mediation"
    assert [row.kind for row in asking.waiting(referral, Party.TRADER)] == [Asked.POSITION]
