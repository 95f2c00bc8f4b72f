from switch.signalling import LegEnded
from tests.scenarios.sip_peers import ANSWER, Pair


def test_a_ringing_call_is_cancelled() -> None:
    pair = Pair()
    leg = pair.alice.call(pair.bob)
    pair.time.advance(0.1)
    pair.bob.agent.ring(pair.bob.leg)
    pair.time.advance(0.1)

    pair.alice.agent.end(leg, "went away")
    pair.time.advance(0.1)

    assert pair.alice.events[-1] == LegEnded(leg, 487, False, "went away")
    assert pair.bob.events == [LegEnded(pair.bob.leg, 487, True, "went away")]
    assert pair.network.words()[-4:] == ["CANCEL", "200", "487", "ACK"]
    pair.assert_nothing_left()


def test_cancel_waits_for_the_first_provisional_response() -> None:
    pair = Pair()
    pair.network.delay_s = lambda _d: 0.05
    leg = pair.alice.call(pair.bob)
    pair.alice.agent.end(leg)
    assert pair.network.words() == ["INVITE"]
    pair.time.advance(0.3)
    assert pair.network.words() == ["INVITE", "100", "CANCEL", "200", "487", "ACK"]
    assert pair.alice.told() == ["LegEnded"]
    pair.assert_nothing_left()


def test_cancel_crosses_the_answer_and_the_call_is_ended_by_bye() -> None:
    pair = Pair()
    leg = pair.alice.call(pair.bob)
    pair.time.advance(0.1)

    pair.bob.agent.answer(pair.bob.leg, ANSWER)
    pair.alice.agent.end(leg)  # the 200 is still on its way
    pair.time.advance(0.1)

    words = pair.network.words()
    assert words[:4] == ["INVITE", "100", "200", "CANCEL"]
    assert sorted(words[4:]) == ["200", "200", "ACK", "BYE"]
    assert pair.alice.told() == ["LegEnded"]
    assert pair.bob.told() == ["LegAnswered", "LegEnded"]
    pair.assert_nothing_left()


def test_nobody_answers_the_cancelled_invite() -> None:
    pair = Pair()
    leg = pair.alice.call(pair.bob)
    pair.time.advance(0.1)
    pair.network.lose = lambda d: d.source == pair.bob.address
    pair.alice.agent.end(leg)
    pair.assert_nothing_left()
    assert pair.alice.told() == ["LegEnded"]


def test_the_callee_hangs_up_before_the_ack_and_bye_waits_for_it() -> None:
    pair = Pair()
    pair.alice.call(pair.bob)
    pair.time.advance(0.1)
    pair.bob.agent.answer(pair.bob.leg, ANSWER)
    pair.bob.agent.end(pair.bob.leg)
    pair.time.advance(0.1)
    assert pair.network.words() == ["INVITE", "100", "200", "ACK", "BYE", "200"]
    assert pair.alice.told() == ["LegAnswered", "LegEnded"]
    assert pair.bob.told() == ["LegEnded"]
    pair.assert_nothing_left()


def test_both_hang_up_at_once() -> None:
    pair = Pair()
    leg = pair.talking()
    pair.alice.agent.end(leg)
    pair.bob.agent.end(pair.bob.leg)
    pair.time.advance(0.1)
    assert pair.network.words()[-4:] == ["BYE", "BYE", "200", "200"]
    assert pair.alice.told() == pair.bob.told() == ["LegEnded"]
    pair.assert_nothing_left()
