"""Ports come out of a shared range and come back; silence is told; a full disk is told."""

import asyncio
import os
import resource
import socket
from pathlib import Path

import pytest

from base.errors import UsageError
from media.contract import (
    Direction,
    MediaError,
    MediaTimedOut,
    PortsExhaustedError,
    PromptId,
    RecordingFailed,
    Track,
)
from media.face import RtpEngine
from media.spool import read_spool
from tests.interop.media_peer import encode, sine, studio, until


def free_range(pairs: int) -> tuple[int, int]:
    """The first ports of a stretch that nobody has bound now."""
    # Test runs beside each other begin at different places.
    for low in (24000 + 64 * ((os.getpid() + n) % 96) for n in range(96)):
        held = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2 * pairs)]
        try:
            for n, one in enumerate(held):
                one.bind(("127.0.0.1", low + n))
        except OSError:
            continue
        else:
            return low, low + 2 * pairs - 1
        finally:
            for one in held:
                one.close()
    raise AssertionError("no free ports")


async def test_the_range_ends_and_closed_sessions_give_back() -> None:
    low, high = free_range(4)
    async with studio((low, high)) as at, studio((low, high)) as beside:
        other = beside.engine.open_session()  # held: a session that nobody holds is closed
        sessions = [at.engine.open_session() for _ in range(3)]
        assert all(session.port % 2 == 0 for session in [other, *sessions])
        with pytest.raises(PortsExhaustedError):
            at.engine.open_session()
        assert at.engine.sessions_open() == 3
        for session in sessions:
            session.close()
            session.close()
        assert at.engine.sessions_open() == 0
        assert at.engine.open_session().port in range(low, high)


async def test_silence_is_told_once_and_not_on_hold() -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session(media_timeout_s=0.2)
        session.set_remote(peer.remote(direction=Direction.SENDONLY))
        await asyncio.sleep(0.4)
        assert at.events == []
        session.set_remote(peer.remote())
        await until(lambda: at.told(MediaTimedOut))
        await asyncio.sleep(0.3)
        assert len(at.told(MediaTimedOut)) == 1
        await peer.say(session, encode(sine(500, 0.1), 0))
        await until(lambda: len(at.told(MediaTimedOut)) == 2)


async def test_events_end_with_the_session() -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session(media_timeout_s=0.1)
        session.set_remote(peer.remote())
        session.play([at.engine.tone([440], 5000)])
        session.close()
        session.stop()
        await asyncio.sleep(0.2)
        assert at.events == []


async def test_reports_and_a_goodbye_go_to_the_next_port() -> None:
    low, _ = free_range(1)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtcp,
    ):
        rtp.bind(("127.0.0.1", low))
        rtcp.bind(("127.0.0.1", low + 1))
        rtcp.settimeout(7)
        async with studio() as at:
            peer, session = at.peer(), at.engine.open_session()
            remote = peer.remote()
            session.set_remote(type(remote)("127.0.0.1", low, remote.codec, 0))
            session.play([at.engine.tone([440], 6000)])
            report = await asyncio.to_thread(rtcp.recv, 2048)
            assert report[1] == 200, "a sender report"
            assert int.from_bytes(report[20:24]) > 200, "packets"
            session.close()
            goodbye = await asyncio.to_thread(rtcp.recv, 2048)
            assert goodbye[-8:-4] == b"\x81\xcb\x00\x01"
            assert goodbye[-4:] == report[4:8]


async def test_a_full_disk_is_told_and_what_was_written_stays(tmp_path: Path) -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        recording = at.engine.open_recording(tmp_path / "call.spool")
        session.record(recording, Track.AGENT)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
        try:
            await peer.say(session, encode(sine(500, 1.2), 0))
            await until(lambda: at.told(RecordingFailed))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        (failed,) = at.told(RecordingFailed)
        assert isinstance(failed, RecordingFailed)
        assert failed.path == recording.path
        assert "large" in failed.reason
        recording.close()
        spool = read_spool(recording.path)
        assert spool.seconds > 0.4
        assert spool.complete, "it went on once there was room"


async def test_wrong_use_is_an_error_here_and_not_in_the_engine() -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        with pytest.raises(UsageError):
            session.play([PromptId(77)])
        remote = peer.remote()
        with pytest.raises(MediaError, match="address"):
            session.set_remote(type(remote)("phone.example", 5000, remote.codec, 0))
        with pytest.raises(MediaError):
            RtpEngine("nowhere", (20000, 20100), at.events.append)
