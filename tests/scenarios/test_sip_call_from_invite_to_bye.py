from switch.signalling import LegAnswered, LegEnded, LegRinging
from tests.scenarios.sip_peers import ANSWER, OFFER, Pair


def test_a_call_rings_is_answered_and_ends() -> None:
    pair = Pair()

    leg = pair.alice.call(pair.bob, headers={"user-to-user": "1234;encoding=hex"})
    pair.time.advance(0.1)
    invite = pair.bob.invites[0]
    assert (invite.called, invite.caller, invite.caller_name) == ("6000", "alice", 'Al "ice"')
    assert invite.offer == OFFER
    assert invite.headers == {"user-to-user": "1234;encoding=hex"}

    pair.bob.agent.ring(invite.leg)
    pair.time.advance(0.1)
    pair.bob.agent.answer(invite.leg, ANSWER)
    pair.time.advance(0.1)
    assert pair.alice.events == [LegRinging(leg, 180, None), LegAnswered(leg, ANSWER)]
    assert pair.bob.events == [LegAnswered(invite.leg, None)]

    pair.bob.agent.end(invite.leg, "done")
    pair.time.advance(0.1)
    assert pair.alice.events[-1] == LegEnded(leg, 200, True, "done")
    assert pair.bob.events[-1] == LegEnded(invite.leg, 200, False, "done")
    assert pair.network.words() == ["INVITE", "100", "180", "200", "ACK", "BYE", "200"]
    pair.assert_nothing_left()
