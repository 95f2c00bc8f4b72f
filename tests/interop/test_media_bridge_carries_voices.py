"""Two bridged sessions hear each other, whatever codec each speaks; hold, prompts, counters."""

import asyncio

import numpy as np
import pytest

from media.contract import Codec, Direction, MediaStats
from media.face import RtpSession
from tests.interop.media_peer import (
    CODECS,
    Peer,
    Studio,
    decode,
    encode,
    purity,
    sine,
    studio,
    until,
)


def heard(peer: Peer) -> np.ndarray:
    return np.concatenate([decode(p.payload, p.payload_type) for p in peer.audio()])


async def taken(at: Studio, session: RtpSession, count: int) -> None:
    """Wait until the engine has what was sent, so that the next command comes after it."""
    await until(lambda: at.engine.stats(session).packets_received == count)


def pair(
    at: Studio, codecs: tuple[Codec, Codec] = (Codec.PCMU, Codec.PCMU)
) -> tuple[Peer, RtpSession, Peer, RtpSession]:
    one, other = at.peer(ssrc=1), at.peer(ssrc=2)
    left, right = at.engine.open_session(), at.engine.open_session()
    left.set_remote(one.remote(codecs[0]))
    right.set_remote(other.remote(codecs[1]))
    at.engine.bridge(left, right)
    return one, left, other, right


@pytest.mark.parametrize(
    "codecs", [(Codec.PCMU, Codec.PCMA), (Codec.PCMA, Codec.PCMU), (Codec.PCMA, Codec.PCMA)]
)
async def test_a_tone_survives(codecs: tuple[Codec, Codec]) -> None:
    async with studio() as at:
        one, left, other, right = pair(at, codecs)
        sent = CODECS[codecs[0]]
        await one.say(left, encode(sine(1020, 0.5), sent), sent)
        await until(lambda: len(other.audio()) == 25)
        assert {packet.payload_type for packet in other.audio()} == {CODECS[codecs[1]]}
        assert purity(heard(other), 1020) > 0.995
        assert not one.audio()
        assert at.engine.stats(left) == MediaStats(25, 0, 0, 0, at.engine.stats(left).jitter_ms)
        assert at.engine.stats(right).packets_sent == 25


async def test_hold_silences_and_a_prompt_wins_and_the_stream_stays_one() -> None:
    async with studio() as at:
        one, left, other, right = pair(at)
        voice = encode(sine(1000, 0.2), 0)
        await one.say(left, voice)
        await taken(at, left, 10)
        left.mute_toward_peer(True)
        await one.say(left, voice)
        await taken(at, left, 20)
        left.mute_toward_peer(False)
        play = right.play([at.engine.tone([440], 400)])
        await one.say(left, voice)
        await until(lambda: any(getattr(e, "play", None) == play for e in at.events))
        await one.say(left, voice)
        await until(lambda: len(other.audio()) == 40)
        packets = other.audio()
        assert len({packet.ssrc for packet in packets}) == 1
        first = packets[0].sequence
        assert [p.sequence for p in packets] == [(first + n) % 65536 for n in range(40)]
        assert [n for n, p in enumerate(packets) if p.marker] == [0, 10, 30]
        sound = heard(other).reshape(40, 160)
        assert purity(sound[10:30].ravel(), 440) > 0.9
        assert purity(np.concatenate([sound[:10], sound[30:]]).ravel(), 1000) > 0.9


async def test_directions_are_kept() -> None:
    async with studio() as at:
        one, left, other, right = pair(at)
        right.set_remote(other.remote(direction=Direction.RECVONLY))
        await one.say(left, encode(sine(1000, 0.1), 0))
        await taken(at, left, 5)
        right.set_remote(other.remote(direction=Direction.SENDRECV))
        left.set_remote(one.remote(direction=Direction.SENDONLY))
        await one.say(left, encode(sine(1000, 0.1), 0))
        await taken(at, left, 10)
        assert not other.audio()
        await other.say(right, encode(sine(1000, 0.1), 0))
        await until(lambda: len(one.audio()) == 5)


async def test_losses_of_the_far_end_are_counted_and_shown_to_the_peer() -> None:
    async with studio() as at:
        one, left, other, _ = pair(at)
        for n in range(20):
            if n in (5, 6):
                one.sequence += 1
            else:
                one.send(left, bytes(160))
            await asyncio.sleep(0)
        await until(lambda: len(other.audio()) == 18)
        assert at.engine.stats(left).packets_lost == 2
        numbers = [packet.sequence for packet in other.audio()]
        assert (numbers[-1] - numbers[0]) % 65536 == 19
