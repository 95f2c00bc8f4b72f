"""Nobody but the negotiated far end gets or injects a packet."""

import asyncio
import random

from media.contract import DigitHeard, MediaStarted
from media.face import RtpSession
from tests.interop.media_peer import EVENT, PCMA, Peer, Studio, studio, until


async def refused(at: Studio, session: RtpSession, count: int) -> None:
    await until(lambda: at.engine.stats(session).packets_refused >= count)
    assert at.engine.stats(session).packets_refused == count


async def test_another_address_is_refused_and_counted() -> None:
    async with studio() as at:
        peer, stranger, session = at.peer(), at.peer(ssrc=66), at.engine.open_session()
        stranger.send(session, bytes(160))  # before anything was negotiated
        await refused(at, session, 1)
        session.set_remote(peer.remote())
        stranger.key(session, 1, [160, 800], [False, True])
        stranger.ssrc = peer.ssrc
        stranger.send(session, bytes(160))
        await refused(at, session, 4)
        peer.send(session, bytes(160))
        await until(lambda: at.engine.stats(session).packets_received == 1)
        session.play([at.engine.tone([440], 60)])
        await until(lambda: len(peer.audio()) == 3)
        assert not stranger.received
        assert at.told(DigitHeard) == []


async def test_what_was_never_offered_and_garbage_are_refused() -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        peer.send(session, bytes(160), PCMA)
        peer.send(session, b"")
        dice = random.Random(7)
        for _ in range(50):
            garbage = bytes([0x40]) + dice.randbytes(dice.randrange(60))
            peer.socket.sendto(garbage, ("127.0.0.1", session.port))
            peer.socket.sendto(dice.randbytes(30), ("127.0.0.1", session.port + 1))
        await until(lambda: at.engine.stats(session).packets_refused >= 52)
        peer.send(session, b"\x0b\x0a\x00\xa0", EVENT)
        await until(lambda: at.told(DigitHeard) == [DigitHeard(session.id, "#")])


def learn(at: Studio, session: RtpSession, peer: Peer, signalling: str | None) -> None:
    session.set_remote(peer.remote(learn=True, signalling_address=signalling))


async def test_the_window_takes_the_signalling_host_and_closes() -> None:
    async with studio() as at:
        signalled, actual, late = at.peer(), at.peer(ssrc=7), at.peer(ssrc=66)
        session = at.engine.open_session()
        learn(at, session, signalled, "127.0.0.1")
        for _ in range(3):
            actual.send(session, bytes(160))
        await until(lambda: at.told(MediaStarted))
        assert at.told(MediaStarted) == [MediaStarted(session.id, "127.0.0.1", actual.port)]
        for _ in range(10):
            late.send(session, bytes(160))
        await refused(at, session, 10)
        session.play([at.engine.tone([440], 60)])
        await until(lambda: len(actual.audio()) == 3)
        assert not late.received
        assert not signalled.received


async def test_from_elsewhere_only_a_longer_run_counts() -> None:
    async with studio() as at:
        signalled, stranger, session = at.peer(), at.peer(ssrc=66), at.engine.open_session()
        learn(at, session, signalled, "192.0.2.7")
        for _ in range(4):
            stranger.send(session, bytes(160))
        signalled.send(session, bytes(160))
        signalled.send(session, bytes(160))
        await until(lambda: at.told(MediaStarted))
        assert at.told(MediaStarted) == [MediaStarted(session.id, "127.0.0.1", signalled.port)]


async def test_a_new_offer_opens_the_window_again() -> None:
    async with studio() as at:
        first, second, session = at.peer(ssrc=1), at.peer(ssrc=2), at.engine.open_session()
        for peer in (first, second):
            learn(at, session, first, "127.0.0.1")
            for _ in range(2):
                peer.send(session, bytes(160))
            await until(
                lambda peer=peer: any(
                    isinstance(e, MediaStarted) and e.port == peer.port for e in at.events
                )
            )
        await asyncio.sleep(0)
        assert len(at.told(MediaStarted)) == 2
