import pytest

from switch.signalling import DigitsSignalled, LegAnswered, LegReoffered, OfferAnswered
from switch.sip.errors import UsageError
from tests.scenarios.sip_peers import ANSWER, OFFER, THIRD, Pair


def test_hold_and_resume_by_reinvite() -> None:
    pair = Pair()
    leg = pair.talking()
    pair.alice.agent.reoffer(leg, THIRD)
    pair.time.advance(0.1)
    assert pair.bob.events == [LegReoffered(pair.bob.leg, THIRD)]
    pair.bob.agent.accept_offer(pair.bob.leg, ANSWER)
    pair.time.advance(0.1)
    assert pair.alice.events == [OfferAnswered(leg, 200, ANSWER)]

    pair.bob.agent.reoffer(pair.bob.leg, OFFER)
    pair.time.advance(0.1)
    pair.alice.agent.refuse_offer(leg)
    pair.time.advance(0.1)
    assert pair.bob.events[-1] == OfferAnswered(pair.bob.leg, 488, None)
    pair.alice.agent.end(leg)
    pair.assert_nothing_left()


def test_glare_is_refused_with_491_and_tried_again_by_both() -> None:
    pair = Pair()
    leg = pair.talking()
    pair.alice.agent.reoffer(leg, OFFER)
    pair.bob.agent.reoffer(pair.bob.leg, THIRD)
    pair.time.advance(0.1)
    assert pair.network.words().count("491") == 2
    assert pair.alice.events == pair.bob.events == []

    pair.time.advance(2)  # Bob does not own the Call-ID: he is first
    assert pair.alice.events == [LegReoffered(leg, THIRD)]
    pair.alice.agent.accept_offer(leg, ANSWER)
    pair.time.advance(2.5)
    assert pair.bob.events[0] == OfferAnswered(pair.bob.leg, 200, ANSWER)
    assert pair.bob.events[1] == LegReoffered(pair.bob.leg, OFFER)
    pair.bob.agent.accept_offer(pair.bob.leg, ANSWER)
    pair.time.advance(0.1)
    assert pair.alice.events[-1] == OfferAnswered(leg, 200, ANSWER)
    pair.alice.agent.end(leg)
    pair.assert_nothing_left()


def test_an_offer_made_while_one_is_open_waits_and_the_latest_wins() -> None:
    pair = Pair()
    leg = pair.alice.call(pair.bob)
    pair.time.advance(0.1)
    pair.bob.agent.answer(pair.bob.leg, ANSWER)
    pair.bob.agent.reoffer(pair.bob.leg, OFFER)  # no ACK yet
    pair.bob.agent.reoffer(pair.bob.leg, THIRD)
    pair.time.advance(0.1)
    assert pair.alice.events == [LegAnswered(leg, ANSWER), LegReoffered(leg, THIRD)]
    pair.alice.agent.accept_offer(leg, ANSWER)
    pair.time.advance(0.1)
    pair.alice.agent.end(leg)
    pair.assert_nothing_left()


def test_an_offer_of_a_peer_that_vanished_ends_the_call() -> None:
    pair = Pair()
    leg = pair.talking()
    pair.network.lose = lambda _d: True
    pair.alice.agent.reoffer(leg, THIRD)
    pair.time.advance(33)
    assert pair.alice.told() == ["LegEnded"]
    pair.bob.agent.end(pair.bob.leg)
    pair.assert_nothing_left()


def test_hanging_up_answers_the_offer_that_is_open() -> None:
    pair = Pair()
    leg = pair.talking()
    pair.alice.agent.reoffer(leg, THIRD)
    pair.time.advance(0.1)
    pair.bob.agent.end(pair.bob.leg)
    pair.time.advance(0.1)
    assert pair.alice.told() == ["LegEnded"]
    pair.assert_nothing_left()


def test_what_the_state_of_a_leg_does_not_allow() -> None:
    pair = Pair()
    leg = pair.alice.call(pair.bob)
    pair.time.advance(0.1)
    with pytest.raises(UsageError):
        pair.alice.agent.answer(leg, ANSWER)
    with pytest.raises(UsageError):
        pair.alice.agent.reoffer(leg, OFFER)
    with pytest.raises(UsageError):
        pair.bob.agent.reject(pair.bob.leg, 200)
    pair.bob.agent.reject(pair.bob.leg, 486)
    with pytest.raises(UsageError):
        pair.bob.agent.ring(pair.bob.leg)
    pair.bob.agent.end(pair.bob.leg)  # idempotent
    pair.assert_nothing_left()
    assert pair.alice.told() == pair.bob.told() == ["LegEnded"]
    assert DigitsSignalled not in map(type, pair.bob.events)
