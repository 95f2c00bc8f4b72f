"""An engine in memory for scenarios: same contract, virtual time, no sockets, no files.

Playbacks end after their prompts' length, keys are pressed by `press`, and what was played,
bridged and recorded stands in `log` and in the sessions' fields for tests to read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from base.errors import UsageError
from base.instant import Clock, Timer, Timers
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

DEFAULT_PROMPT_S = 1.0


@dataclass(frozen=True, slots=True)
class Did:
    """One thing the engine was asked for: `what` is the method's name."""

    at: float
    session: SessionId
    what: str
    detail: object = None


class FakeRecording:
    """A recording that remembers what happened to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.paused = False
        self.masked = False
        self.closed = False
        self.tracks: list[tuple[SessionId, Track]] = []

    @property
    def path(self) -> Path:
        """Where the spool would be."""
        return self._path

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def mask(self, masked: bool) -> None:
        self.masked = masked

    def close(self) -> None:
        self.closed = True


@dataclass(slots=True)
class Playing:
    """A playback that is going on."""

    id: PlayId
    prompts: tuple[PromptId, ...]
    loop: bool
    timer: Timer | None


class FakeSession:
    """A session in memory; its fields are what tests look at."""

    def __init__(self, engine: FakeEngine, session: SessionId, port: int) -> None:
        self._engine = engine
        self._id = session
        self._port = port
        self.remote: RemoteMedia | None = None
        self.playing: Playing | None = None
        self.peer: FakeSession | None = None
        self.muted = False
        self.recording: FakeRecording | None = None
        self.closed = False

    @property
    def id(self) -> SessionId:
        return self._id

    @property
    def address(self) -> str:
        return self._engine.address

    @property
    def port(self) -> int:
        return self._port

    def set_remote(self, remote: RemoteMedia) -> None:
        self._engine.note(self, "set_remote", remote)
        self.remote = remote

    def play(self, prompts: Sequence[PromptId], *, loop: bool = False) -> PlayId:
        self._engine.require(prompts)
        self._cut()
        play = self._engine.next_play()
        self._engine.note(self, "play", tuple(prompts))
        length = self._engine.length_s(prompts)
        timer = None
        if not loop or not length:
            timer = self._engine.timers.call_later(length, self._finish)
        self.playing = Playing(play, tuple(prompts), loop, timer)
        return play

    def stop(self) -> None:
        self._engine.note(self, "stop")
        self._cut()

    def send_dtmf(self, digits: str) -> None:
        if self.remote is None or self.remote.dtmf_payload_type is None:
            raise MediaError("the far end takes no telephone-event: keys cannot be sent")
        self._engine.note(self, "send_dtmf", digits)

    def mute_toward_peer(self, muted: bool) -> None:
        self._engine.note(self, "mute_toward_peer", muted)
        self.muted = muted

    def record(self, recording: Recording, track: Track) -> None:
        if not isinstance(recording, FakeRecording):
            raise UsageError("a fake session records to a fake recording")
        self._engine.note(self, "record", (recording.path, track))
        self.recording = recording
        recording.tracks.append((self.id, track))

    def stop_recording(self) -> None:
        self._engine.note(self, "stop_recording")
        self.recording = None

    def close(self) -> None:
        if self.closed:
            return
        self._engine.note(self, "close")
        self.closed = True
        self._engine.forget(self)
        self._take_playing()

    def hears(self, other: FakeSession) -> bool:
        """Whether what `other` says would reach this session's far end now."""
        sends = self.remote is None or self.remote.direction.sends
        return self.peer is other and not other.muted and self.playing is None and sends

    def _take_playing(self) -> Playing | None:
        playing, self.playing = self.playing, None
        if playing is not None and playing.timer is not None:
            playing.timer.cancel()
        return playing

    def _finish(self, cut: bool = False) -> None:
        playing = self._take_playing()
        if playing is not None:
            self._engine.tell(PlaybackFinished(self.id, playing.id, cut))

    def _cut(self) -> None:
        self._finish(cut=True)


@dataclass(slots=True)
class FakeEngine:
    """Fills `MediaEngine`. Events come from timers or from `press` and its like, never from
    within a call of the contract."""

    timers: Timers
    clock: Clock
    on_event: Callable[[MediaEvent], None] = lambda event: None
    address: str = "192.0.2.10"
    port_range: tuple[int, int] = (16384, 32767)
    log: list[Did] = field(default_factory=list)
    sessions: dict[SessionId, FakeSession] = field(default_factory=dict)
    recordings: list[FakeRecording] = field(default_factory=list)
    unwritable: bool = False
    """Set it, and `open_recording` raises `SpoolError`."""
    _lengths_s: dict[PromptId, float] = field(default_factory=dict)
    _names: dict[str, PromptId] = field(default_factory=dict)
    _titles: dict[PromptId, str] = field(default_factory=dict)
    """Also of prompts that were unloaded."""
    _loads: dict[PromptId, int] = field(default_factory=dict)
    _count: int = 0

    # What the contract asks for.

    def open_session(self, *, media_timeout_s: float = 30.0) -> FakeSession:
        low, high = self.port_range
        taken = {session.port for session in self.sessions.values()}
        free = (port for port in range(low + low % 2, high, 2) if port not in taken)
        port = next(free, None)
        if port is None:
            raise PortsExhaustedError(f"no free pair of RTP ports is left in {low}-{high}")
        session = FakeSession(self, SessionId(self._next()), port)
        self.sessions[session.id] = session
        self.note(session, "open_session", media_timeout_s)
        return session

    def bridge(self, one: MediaSession, other: MediaSession) -> None:
        left, right = self.sessions.get(one.id), self.sessions.get(other.id)
        if left is None or right is None or left is right:
            return
        self.unbridge(left)
        self.unbridge(right)
        left.peer, right.peer = right, left
        self.note(left, "bridge", right.id)

    def unbridge(self, session: MediaSession) -> None:
        mine = self.sessions.get(session.id)
        if mine is None or mine.peer is None:
            return
        self.note(mine, "unbridge", mine.peer.id)
        mine.peer.peer = None
        mine.peer = None

    def load_prompt(self, path: Path) -> PromptId:
        """A prompt of one second, whatever the file; `prompt` gives other lengths."""
        return self._load(str(path), DEFAULT_PROMPT_S)

    def unload_prompt(self, prompt: PromptId) -> None:
        if prompt not in self._loads:
            return
        self._loads[prompt] -= 1
        if self._loads[prompt] == 0:
            del self._loads[prompt]
            del self._lengths_s[prompt]
            del self._names[self._titles[prompt]]

    def tone(self, frequencies_hz: Sequence[float], on_ms: int, off_ms: int = 0) -> PromptId:
        name = f"tone {list(frequencies_hz)} {on_ms} {off_ms}"
        return self._load(name, (on_ms + off_ms) / 1000)

    def open_recording(self, path: Path) -> FakeRecording:
        if self.unwritable:
            raise SpoolError(f"cannot write {path}: no space left")
        recording = FakeRecording(path)
        self.recordings.append(recording)
        return recording

    def stats(self, session: MediaSession) -> MediaStats:
        return MediaStats(0, 0, 0, 0, 0.0)

    def sessions_open(self) -> int:
        return len(self.sessions)

    # What tests do and read.

    def prompt(self, name: str, seconds: float = DEFAULT_PROMPT_S) -> PromptId:
        """The prompt of this name, made with this length the first time."""
        if name not in self._names:
            prompt = self._names[name] = PromptId(self._next())
            self._titles[prompt] = name
            self._lengths_s[prompt] = seconds
        return self._names[name]

    def prompt_name(self, prompt: PromptId) -> str:
        """The name (mostly a path) that a prompt was made from."""
        return self._titles[prompt]

    def press(self, session: MediaSession, digits: str) -> None:
        """The far end presses these keys."""
        for digit in digits:
            self.tell(DigitHeard(session.id, digit))

    def speak(self, session: MediaSession) -> None:
        """The far end's first packet comes."""
        remote = self.sessions[session.id].remote
        if remote is None:
            raise UsageError("nothing was negotiated yet")
        self.tell(MediaStarted(session.id, remote.address, remote.port))

    def fall_silent(self, session: MediaSession, silent_s: float = 30.0) -> None:
        """The far end's media times out."""
        self.tell(MediaTimedOut(session.id, silent_s))

    def fail(self, recording: FakeRecording, reason: str = "no space left on device") -> None:
        """The recording's disk is full."""
        self.tell(RecordingFailed(recording.path, reason))

    def played(self, session: MediaSession) -> list[str]:
        """The names of all prompts that were played to `session`, in order."""
        return [
            self.prompt_name(prompt)
            for did in self.log
            if did.session == session.id and did.what == "play" and isinstance(did.detail, tuple)
            for prompt in did.detail
        ]

    # What the sessions need.

    def note(self, session: FakeSession, what: str, detail: object = None) -> None:
        """Keep what was asked for."""
        self.log.append(Did(self.clock.now().mono, session.id, what, detail))

    def tell(self, event: MediaEvent) -> None:
        """Deliver an event as a loop would: later, and not of a session that has closed."""
        self.timers.call_later(0.0, lambda: self._deliver(event))

    def require(self, prompts: Sequence[PromptId]) -> None:
        """Refuse prompts that were never made."""
        unknown = [prompt for prompt in prompts if prompt not in self._lengths_s]
        if unknown:
            raise UsageError(f"no such prompt: {unknown}")

    def length_s(self, prompts: Sequence[PromptId]) -> float:
        """How long they last in turn."""
        return sum(self._lengths_s[prompt] for prompt in prompts)

    def next_play(self) -> PlayId:
        """An id for a playback."""
        return PlayId(self._next())

    def forget(self, session: FakeSession) -> None:
        """Give a closed session's ports back."""
        self.unbridge(session)
        self.sessions.pop(session.id, None)

    def _load(self, name: str, seconds: float) -> PromptId:
        prompt = self.prompt(name, seconds)
        self._loads[prompt] = self._loads.get(prompt, 0) + 1
        return prompt

    def _deliver(self, event: MediaEvent) -> None:
        if isinstance(event, RecordingFailed) or event.session in self.sessions:
            self.on_event(event)

    def _next(self) -> int:
        self._count += 1
        return self._count
