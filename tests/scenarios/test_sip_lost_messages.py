from hypothesis import given, settings
from hypothesis import strategies as st

from switch.signalling import LegAnswered, LegEnded
from tests.scenarios.sip_peers import ANSWER, Pair


def test_a_lost_ack_is_sent_again_when_the_answer_comes_again() -> None:
    pair = Pair()
    acks: list[int] = []
    pair.network.lose = lambda d: d.first_word == "ACK" and acks.append(0) is None and len(acks) < 3
    leg = pair.alice.call(pair.bob)
    pair.time.advance(0.1)
    pair.bob.agent.answer(pair.bob.leg, ANSWER)
    pair.time.advance(5)
    assert pair.network.words() == ["INVITE", "100", "200", "ACK", "200", "ACK", "200", "ACK"]
    assert pair.alice.events == [LegAnswered(leg, ANSWER)]
    assert pair.bob.events == [LegAnswered(pair.bob.leg, None)]


def test_an_ack_that_never_comes_ends_the_call_with_bye() -> None:
    pair = Pair()
    pair.network.lose = lambda d: d.first_word == "ACK"
    leg = pair.alice.call(pair.bob)
    pair.time.advance(0.1)
    pair.bob.agent.answer(pair.bob.leg, ANSWER)
    pair.time.advance(33)
    assert pair.bob.events == [LegEnded(pair.bob.leg, 408, False, "no ACK")]
    assert pair.alice.events[-1] == LegEnded(leg, 200, True, "no ACK")
    assert pair.network.words().count("200") == 11 + 1  # RFC 3261 section 13.3.1.4, and to BYE
    pair.assert_nothing_left()


def test_nobody_is_there() -> None:
    pair = Pair()
    pair.network.lose = lambda _d: True
    leg = pair.alice.call(pair.bob)
    pair.time.advance(32.1)
    assert pair.alice.events == [LegEnded(leg, 408, False, "no response")]
    pair.assert_nothing_left()


def test_a_bye_that_nobody_answers_leaves_nothing() -> None:
    pair = Pair()
    leg = pair.talking()
    pair.network.lose = lambda _d: True
    pair.alice.agent.end(leg)
    pair.bob.agent.end(pair.bob.leg)
    pair.assert_nothing_left()


@settings(max_examples=60, deadline=None)
@given(
    lost=st.sets(st.integers(0, 14)),
    delays=st.lists(st.sampled_from([0.001, 0.02, 0.3, 0.7]), min_size=5, max_size=5),
    who=st.booleans(),
)
def test_whatever_is_lost_or_overtaken_each_side_hears_of_the_end_once(
    lost: set[int], delays: list[float], who: bool
) -> None:
    pair = Pair()
    pair.network.lose = lambda d: d.number in lost
    pair.network.delay_s = lambda d: delays[d.number % 5]
    leg = pair.alice.call(pair.bob)
    pair.time.advance(40)
    if pair.bob.invites:
        pair.bob.agent.answer(pair.bob.leg, ANSWER)
    pair.time.advance(40)
    pair.alice.agent.end(leg) if who or not pair.bob.invites else pair.bob.agent.end(pair.bob.leg)
    pair.assert_nothing_left()
    assert pair.alice.told().count("LegEnded") == 1
    assert pair.bob.told().count("LegEnded") == len(pair.bob.invites) <= 1
    assert pair.alice.told()[-1] == "LegEnded"
