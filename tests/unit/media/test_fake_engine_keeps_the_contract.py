"""The engine in memory behaves as the real one does, in virtual time."""

from pathlib import Path

import pytest

from base.errors import UsageError
from base.virtual import VirtualTime
from media.contract import (
    Codec,
    DigitHeard,
    MediaEngine,
    MediaEvent,
    MediaSession,
    MediaStarted,
    PlaybackFinished,
    PortsExhaustedError,
    Recording,
    RemoteMedia,
    SpoolError,
    Track,
)
from media.face import RtpEngine, RtpRecording, RtpSession
from media.fake import FakeEngine, FakeRecording, FakeSession


def contract(
    engine: FakeEngine | RtpEngine,
    session: FakeSession | RtpSession,
    recording: FakeRecording | RtpRecording,
) -> tuple[MediaEngine, MediaSession, Recording]:
    """For the type checker: both fill the Protocols."""
    return engine, session, recording


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def events() -> list[MediaEvent]:
    return []


@pytest.fixture
def engine(time: VirtualTime, events: list[MediaEvent]) -> FakeEngine:
    return FakeEngine(time, time, events.append)


def test_a_playback_ends_after_its_prompts(
    engine: FakeEngine, time: VirtualTime, events: list[MediaEvent]
) -> None:
    session = engine.open_session()
    play = session.play([engine.prompt("welcome", 2.5), engine.tone([440], 500)])
    time.advance(2.9)
    assert events == []
    time.advance(0.2)
    assert events == [PlaybackFinished(session.id, play, False)]
    assert engine.played(session) == ["welcome", "tone [440] 500 0"]


def test_a_playback_is_cut_by_the_next_and_a_loop_by_stop(
    engine: FakeEngine, time: VirtualTime, events: list[MediaEvent]
) -> None:
    session = engine.open_session()
    first = session.play([engine.prompt("menu")])
    second = session.play([engine.prompt("music")], loop=True)
    time.advance(60)
    session.stop()
    session.stop()
    time.advance(0)
    assert events == [
        PlaybackFinished(session.id, first, True),
        PlaybackFinished(session.id, second, True),
    ]
    assert time.pending == 0


def test_an_unloaded_prompt_ends_what_plays_it_in_its_time_and_is_not_played_again(
    engine: FakeEngine, time: VirtualTime, events: list[MediaEvent]
) -> None:
    session, path = engine.open_session(), Path("welcome.wav")
    prompt = engine.load_prompt(path)
    assert engine.load_prompt(path) == prompt
    engine.unload_prompt(prompt)
    play = session.play([prompt])
    engine.unload_prompt(prompt)
    engine.unload_prompt(prompt)
    time.advance(2)
    assert events == [PlaybackFinished(session.id, play, False)]
    assert engine.played(session) == ["welcome.wav"]
    with pytest.raises(UsageError):
        session.play([prompt])
    assert engine.load_prompt(path) != prompt


def test_events_end_with_the_session_and_leave_no_timer(
    engine: FakeEngine, time: VirtualTime, events: list[MediaEvent]
) -> None:
    session = engine.open_session()
    session.play([engine.prompt("menu")])
    engine.press(session, "1")
    session.close()
    session.close()
    time.advance(10)
    assert events == []
    assert (engine.sessions_open(), time.pending) == (0, 0)


def test_keys_and_the_first_packet_are_told(
    engine: FakeEngine, time: VirtualTime, events: list[MediaEvent]
) -> None:
    session = engine.open_session()
    session.set_remote(RemoteMedia("192.0.2.1", 4000, Codec.PCMA, 8))
    engine.speak(session)
    engine.press(session, "4#")
    time.advance(0)
    assert events == [
        MediaStarted(session.id, "192.0.2.1", 4000),
        DigitHeard(session.id, "4"),
        DigitHeard(session.id, "#"),
    ]


def test_bridged_sessions_hear_each_other_unless_held_or_played_to(engine: FakeEngine) -> None:
    one, other = engine.open_session(), engine.open_session()
    engine.bridge(one, other)
    assert one.hears(other)
    assert other.hears(one)
    other.mute_toward_peer(True)
    assert not one.hears(other)
    other.mute_toward_peer(False)
    one.play([engine.prompt("music")], loop=True)
    assert not one.hears(other)
    third = engine.open_session()
    engine.bridge(third, other)
    assert one.peer is None
    other.close()
    assert third.peer is None


def test_ports_and_the_disk_run_out(time: VirtualTime) -> None:
    engine = FakeEngine(time, time, port_range=(9000, 9003))
    ports = [engine.open_session().port for _ in range(2)]
    assert ports == [9000, 9002]
    with pytest.raises(PortsExhaustedError):
        engine.open_session()
    session = next(iter(engine.sessions.values()))
    recording = engine.open_recording(Path("a.spool"))
    session.record(recording, Track.CUSTOMER)
    assert recording.tracks == [(session.id, Track.CUSTOMER)]
    engine.unwritable = True
    with pytest.raises(SpoolError):
        engine.open_recording(Path("b.spool"))
