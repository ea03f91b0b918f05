from dataclasses import FrozenInstanceError, dataclass

import pytest

from mediane.kernel.events import Event, isolated, publish, subscribe


@dataclass(frozen=True, kw_only=True)
class ReferralMoved(Event):
    referral_id: int


@dataclass(frozen=True, kw_only=True)
class ReferralReceived(ReferralMoved):
    pass


def test_handlers_hear_in_the_order_of_registration():
    said = []
    with isolated():
        subscribe(ReferralMoved)(lambda event: said.append(("first", event.referral_id)))
        subscribe(ReferralReceived)(lambda event: said.append(("second", event.referral_id)))
        subscribe(ReferralMoved)(lambda event: said.append(("third", event.referral_id)))
        publish(ReferralReceived(referral_id=7))
        publish(ReferralMoved(referral_id=8))
    assert said == [("first", 7), ("second", 7), ("third", 7), ("first", 8), ("third", 8)]


def test_a_failing_handler_reaches_the_caller_and_stops_the_others():
    heard = []
    with isolated():

        @subscribe(ReferralMoved)
        def fails(_event: ReferralMoved) -> None:
            raise RuntimeError("no")

        subscribe(ReferralMoved)(heard.append)
        with pytest.raises(RuntimeError):
            publish(ReferralMoved(referral_id=1))
    assert heard == []


def test_a_function_subscribed_twice_hears_once():
    heard = []

    def listen(event: ReferralMoved) -> None:
        heard.append(event)

    with isolated():
        subscribe(ReferralMoved)(listen)
        subscribe(ReferralMoved)(listen)
        publish(ReferralMoved(referral_id=1))
    assert len(heard) == 1


def test_the_registry_is_put_back_after_a_test():
    outside = []
    with isolated():
        subscribe(ReferralMoved)(outside.append)
        with isolated() as alone:
            publish(ReferralMoved(referral_id=1))
        with isolated(keep=True) as beside:
            publish(ReferralMoved(referral_id=2))
    with isolated():
        publish(ReferralMoved(referral_id=3))
    assert [event.referral_id for event in alone] == [1]
    assert [event.referral_id for event in beside] == [2]
    assert [event.referral_id for event in outside] == [2]


def test_events_are_values():
    event = ReferralMoved(referral_id=1)
    assert event == ReferralMoved(referral_id=1)
    with pytest.raises(FrozenInstanceError):
        event.referral_id = 2


def test_only_events_can_be_subscribed_to():
    with pytest.raises(TypeError):
        subscribe(str)
