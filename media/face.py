"""The engine's Python face: the contract of `media.contract` over the Rust module."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from base.errors import UnavailableError, UsageError
from media import _engine
from media.contract import (
    DigitHeard,
    MediaError,
    MediaEvent,
    MediaSession,
    MediaStarted,
    MediaStats,
    MediaTimedOut,
    PlaybackFinished,
    PlayId,
    PortsExhaustedError,
    PromptId,
    Recording,
    RecordingFailed,
    RemoteMedia,
    SessionId,
    SpoolError,
    Track,
)
from media.loaded import LoadedPrompts
from media.riff import read_pcm16
from media.tones import tone

_KEYS = frozenset("0123456789*#ABCDabcd")


class RtpRecording:
    """A spool file that the engine fills."""

    def __init__(self, recording: _engine.Recording, path: Path, engine: RtpEngine) -> None:
        self.handle = recording
        self._path = path
        self._engine = engine

    @property
    def path(self) -> Path:
        """The spool file."""
        return self._path

    def pause(self) -> None:
        self.handle.pause(True)

    def resume(self) -> None:
        self.handle.pause(False)

    def mask(self, masked: bool) -> None:
        self.handle.mask(masked)

    def close(self) -> None:
        """End the recording; returns when all is in the file, or after 0.5 s on a stuck disk."""
        self.handle.close()
        self._engine.forget_recording(self)


class RtpSession:
    """One leg's RTP; every call returns at once, the media thread does the work."""

    def __init__(self, session: _engine.Session, engine: RtpEngine) -> None:
        self.handle = session
        self._engine = engine
        self._id = SessionId(session.id)
        self._takes_events = False

    @property
    def id(self) -> SessionId:
        return self._id

    @property
    def address(self) -> str:
        return self._engine.address

    @property
    def port(self) -> int:
        return self.handle.port

    def set_remote(self, remote: RemoteMedia) -> None:
        try:
            self.handle.set_remote(
                remote.address,
                remote.port,
                codec=remote.codec.value,
                payload_type=remote.payload_type,
                dtmf_payload_type=remote.dtmf_payload_type,
                sends=remote.direction.sends,
                receives=remote.direction.receives,
                ptime_ms=remote.ptime_ms,
                learn=remote.learn,
                signalling_address=remote.signalling_address,
            )
        except (ValueError, OverflowError) as error:
            raise MediaError(f"the far end's media address cannot be used: {error}") from None
        self._takes_events = remote.dtmf_payload_type is not None

    def play(self, prompts: Sequence[PromptId], *, loop: bool = False) -> PlayId:
        handles = [self._engine.prompt(prompt) for prompt in prompts]
        return PlayId(self.handle.play(handles, loop))

    def stop(self) -> None:
        self.handle.stop()

    def send_dtmf(self, digits: str) -> None:
        if not self._takes_events:
            raise MediaError("the far end takes no telephone-event: keys cannot be sent")
        if not _KEYS.issuperset(digits):
            raise UsageError(f"not all of {len(digits)} characters are keys")
        self.handle.send_dtmf(digits)

    def mute_toward_peer(self, muted: bool) -> None:
        self.handle.mute(muted)

    def record(self, recording: Recording, track: Track) -> None:
        if not isinstance(recording, RtpRecording):
            raise UsageError("the recording is another engine's")
        self.handle.record(recording.handle, track.value)

    def stop_recording(self) -> None:
        self.handle.stop_recording()

    def close(self) -> None:
        self.handle.close()
        self._engine.forget(self._id)


class RtpEngine:
    """Fills `MediaEngine` with real ports. `start` delivers events on the loop's thread.

    `port_range` holds the first and the last port that may be used. Raises `UnavailableError`
    when the engine's threads cannot be made and `MediaError` for an address that is none.
    """

    def __init__(
        self,
        listen_address: str,
        port_range: tuple[int, int],
        on_event: Callable[[MediaEvent], None],
    ) -> None:
        try:
            self._engine = _engine.Engine(listen_address, *port_range)
        except OSError as error:
            raise UnavailableError(f"the media engine cannot start: {error}") from error
        except (ValueError, OverflowError) as error:
            raise MediaError(str(error)) from None
        self.address = listen_address
        self._on_event = on_event
        self._loop: asyncio.AbstractEventLoop | None = None
        self._prompts = LoadedPrompts()
        self._open: set[SessionId] = set()
        # A recording goes on until it is closed, whether or not somebody holds it.
        self._recordings: set[RtpRecording] = set()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver events on `loop` until `close`."""
        self._loop = loop
        loop.add_reader(self._engine.fileno(), self._drain)

    def close(self) -> None:
        """End everything, recordings first, and wait for the threads. Idempotent."""
        if self._loop is not None:
            self._loop.remove_reader(self._engine.fileno())
            self._loop = None
        self._engine.close()

    def open_session(self, *, media_timeout_s: float = 30.0) -> RtpSession:
        try:
            session = RtpSession(self._engine.open_session(media_timeout_s), self)
        except _engine.PortsExhausted as error:
            raise PortsExhaustedError(str(error)) from None
        except OSError as error:
            raise PortsExhaustedError(str(error)) from error
        except (RuntimeError, ValueError) as error:
            raise MediaError(str(error)) from None
        self._open.add(session.id)
        return session

    def bridge(self, one: MediaSession, other: MediaSession) -> None:
        _own(one).handle.bridge(_own(other).handle)

    def unbridge(self, session: MediaSession) -> None:
        _own(session).handle.unbridge()

    def load_prompt(self, path: Path) -> PromptId:
        sound = read_pcm16(path)
        return self._prompts.add(sound.frames if sound.ready else _converted(path))

    def unload_prompt(self, prompt: PromptId) -> None:
        self._prompts.remove(prompt)

    def tone(self, frequencies_hz: Sequence[float], on_ms: int, off_ms: int = 0) -> PromptId:
        return self._prompts.add(tone(frequencies_hz, on_ms, off_ms).tobytes())

    def prompt(self, prompt: PromptId) -> _engine.Prompt:
        """The engine's side of a prompt; raises `UsageError` if there is none."""
        return self._prompts.find(prompt)

    def open_recording(self, path: Path) -> RtpRecording:
        try:
            handle = self._engine.open_recording(path)
        except OSError as error:
            raise SpoolError(f"cannot write {path}: {error.strerror}") from error
        except RuntimeError as error:
            raise MediaError(str(error)) from None
        recording = RtpRecording(handle, path, self)
        self._recordings.add(recording)
        return recording

    def stats(self, session: MediaSession) -> MediaStats:
        return MediaStats(*_own(session).handle.stats())

    def sessions_open(self) -> int:
        return self._engine.sessions_open()

    def forget(self, session: SessionId) -> None:
        """A closed session's events end here, also those on their way."""
        self._open.discard(session)

    def forget_recording(self, recording: RtpRecording) -> None:
        """A closed recording is the archive's."""
        self._recordings.discard(recording)

    def _drain(self) -> None:
        for notice in self._engine.drain():
            if notice[0] == "recording_failed":
                self._on_event(RecordingFailed(Path(notice[1]), notice[2]))
            elif (session := SessionId(notice[1])) in self._open:
                self._on_event(_event(session, notice))


def _event(session: SessionId, notice: _engine._Notice) -> MediaEvent:
    match notice:
        case ("digit", _, digit):
            return DigitHeard(session, digit)
        case ("finished", _, play, cut):
            return PlaybackFinished(session, PlayId(play), cut)
        case ("timed_out", _, silent_s):
            return MediaTimedOut(session, silent_s)
        case ("started", _, address, port):
            return MediaStarted(session, address, port)
    raise UsageError(f"an unknown notice of the engine: {notice[0]}")


def _own(session: MediaSession) -> RtpSession:
    if not isinstance(session, RtpSession):
        raise UsageError("the session is another engine's")
    return session


def _converted(path: Path) -> bytes:
    # Here, because numpy is a tenth of a start and prompts of the cache need no conversion.
    from media.wav import read_wav, resample, to_pcm16

    return to_pcm16(resample(*read_wav(path))).tobytes()
