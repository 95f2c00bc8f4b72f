"""RFC 4733 keys over a network that loses and doubles, and keys that we send."""

import pytest

from media.contract import DigitHeard, MediaError, MediaStarted
from tests.interop.media_peer import EVENT, studio, until


async def test_lost_and_doubled_packets_change_nothing() -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        peer.key(
            session, 5, [160, 320, 480, 800, 800, 800], [False, False, False, True, True, True]
        )
        peer.key(session, 5, [320], [False])  # the start and all ends are lost
        peer.key(session, 11, [800], [True])  # only an end came through
        peer.key(session, 0, [160, 160, 160], [False] * 3)
        await until(lambda: len(at.told(DigitHeard)) >= 4)
        assert at.events == [
            MediaStarted(session.id, "127.0.0.1", peer.port),
            *(DigitHeard(session.id, digit) for digit in "55#0"),
        ]


async def test_keys_we_send_are_whole_events_with_three_ends() -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        session.send_dtmf("1#")
        await until(lambda: len(peer.received) == 14)
        assert {packet.payload_type for packet in peer.received} == {EVENT}
        for packets, event in [(peer.received[:7], 1), (peer.received[7:], 11)]:
            assert {packet.payload[0] for packet in packets} == {event}
            assert len({packet.timestamp for packet in packets}) == 1
            assert [packet.marker for packet in packets] == [True] + [False] * 6
            assert [packet.payload[1] >> 7 for packet in packets] == [0, 0, 0, 0, 1, 1, 1]
            assert int.from_bytes(packets[-1].payload[2:]) == 800
        assert peer.received[7].timestamp - peer.received[0].timestamp >= 800


async def test_keys_pass_a_bridge_under_the_other_sides_number() -> None:
    async with studio() as at:
        one, other = at.peer(), at.peer()
        left, right = at.engine.open_session(), at.engine.open_session()
        left.set_remote(one.remote())
        right.set_remote(other.remote(dtmf_payload_type=96))
        at.engine.bridge(left, right)
        one.key(left, 7, [160, 800, 800, 800], [False, True, True, True])
        await until(lambda: len(other.received) == 4)
        assert {packet.payload_type for packet in other.received} == {96}
        assert {packet.payload[0] for packet in other.received} == {7}
        await until(lambda: DigitHeard(left.id, "7") in at.events)


async def test_keys_cannot_be_sent_to_who_takes_none() -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote(dtmf_payload_type=None))
        with pytest.raises(MediaError, match="telephone-event"):
            session.send_dtmf("1")
