"""What the rooms above ask of media: sessions, prompts, recordings, and the events they get.

The engine (`media.face`) and the fake for scenarios (`media.fake`) both fill these Protocols.
One crossing per change of state: no packet is ever seen here.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NewType, Protocol

from base.errors import SegueError, UnavailableError

SessionId = NewType("SessionId", int)
PromptId = NewType("PromptId", int)
PlayId = NewType("PlayId", int)


class MediaError(SegueError):
    """The media engine refused."""


class PortsExhaustedError(UnavailableError, MediaError):
    """No free pair of RTP ports is left in the range."""


class NotAudioError(MediaError):
    """The file is not audio that can be played."""


class SpoolError(UnavailableError, MediaError):
    """The recording spool cannot be written (disk full, no such folder, no permission)."""


class Codec(enum.Enum):
    """Audio codecs by their RTP encoding name (RFC 3551 section 6)."""

    PCMU = "PCMU"
    PCMA = "PCMA"


class Direction(enum.Enum):
    """Which way media flows, seen from us (RFC 3264 section 5.1)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        """Whether we send."""
        return self in (Direction.SENDRECV, Direction.SENDONLY)

    @property
    def receives(self) -> bool:
        """Whether we receive."""
        return self in (Direction.SENDRECV, Direction.RECVONLY)


@dataclass(frozen=True, slots=True)
class RemoteMedia:
    """The far end's side of a negotiated audio stream.

    `learn` opens the address learning window (design: Media address): the first valid run of
    packets from the signalling host, else from anywhere, gives the address. Without it only
    packets from `address`:`port` are taken.
    """

    address: str
    port: int
    codec: Codec
    payload_type: int
    dtmf_payload_type: int | None = None
    direction: Direction = Direction.SENDRECV
    ptime_ms: int = 20
    learn: bool = False
    signalling_address: str | None = None


class Track(enum.Enum):
    """Whose voice a recording track holds."""

    CUSTOMER = 0
    AGENT = 1
    SYSTEM = 2


class MediaSession(Protocol):
    """One leg's RTP: a pair of ports, at most one peer, at most one playback."""

    @property
    def id(self) -> SessionId: ...
    @property
    def address(self) -> str:
        """The address to put into SDP."""
        ...

    @property
    def port(self) -> int:
        """The even RTP port; RTCP is on the next one."""
        ...

    def set_remote(self, remote: RemoteMedia) -> None:
        """Send to and take from there from now on; each offer/answer calls it once."""
        ...

    def play(self, prompts: Sequence[PromptId], *, loop: bool = False) -> PlayId:
        """Play these in turn, the first packet at once; a running playback is cut.

        `PlaybackFinished` follows with this id: at the end, or when cut.
        """
        ...

    def stop(self) -> None:
        """Cut the playback at the next packet."""
        ...

    def send_dtmf(self, digits: str) -> None:
        """Send these keys (0-9 * # A-D) as RFC 4733 events, 100 ms each with 60 ms pauses."""
        ...

    def mute_toward_peer(self, muted: bool) -> None:
        """While muted, what this side says does not reach its bridge peer (hold)."""
        ...

    def record(self, recording: Recording, track: Track) -> None:
        """What this side says goes to `track`; for the customer's session also what we play it
        goes to `Track.SYSTEM`. One recording a session at a time."""
        ...

    def stop_recording(self) -> None:
        """Take this session out of its recording."""
        ...

    def close(self) -> None:
        """Give the ports back. Idempotent; events of the session end here."""
        ...


class Recording(Protocol):
    """A spool file that grows during the call: checksummed blocks of tracks on one timeline."""

    @property
    def path(self) -> Path: ...

    def pause(self) -> None:
        """Write nothing from now on; the timeline goes on (rendered as silence)."""
        ...

    def resume(self) -> None:
        """Write again."""
        ...

    def mask(self, masked: bool) -> None:
        """While masked, noise stands in for every track, so that the length stays true."""
        ...

    def close(self) -> None:
        """Write all that is held, sync, close. Idempotent."""
        ...


class MediaEngine(Protocol):
    """The media of one node."""

    def open_session(self, *, media_timeout_s: float = 30.0) -> MediaSession:
        """A new session with ports of its own; raises `PortsExhaustedError`."""
        ...

    def bridge(self, one: MediaSession, other: MediaSession) -> None:
        """Let the two hear each other until `unbridge` or a close; playback wins over the peer."""
        ...

    def unbridge(self, session: MediaSession) -> None:
        """Take the session and its peer apart."""
        ...

    def load_prompt(self, path: Path) -> PromptId:
        """A WAV file in memory, once per content; raises `NotAudioError`."""
        ...

    def unload_prompt(self, prompt: PromptId) -> None:
        """Take back one `load_prompt`; after the last one the prompt cannot be played anew.

        What plays it goes on to its end. An id is never given twice; an unknown one is ignored.
        """
        ...

    def tone(self, frequencies_hz: Sequence[float], on_ms: int, off_ms: int = 0) -> PromptId:
        """A tone with a pause after it; level -16 dBm0 each frequency."""
        ...

    def open_recording(self, path: Path) -> Recording:
        """A new spool file; raises `SpoolError` when it cannot be made."""
        ...

    def stats(self, session: MediaSession) -> MediaStats:
        """What has been heard and sent so far."""
        ...

    def sessions_open(self) -> int:
        """How many sessions hold ports; returns to 0 when nothing leaks."""
        ...


@dataclass(frozen=True, slots=True)
class MediaStats:
    """Counters of a session since it was opened."""

    packets_received: int
    packets_sent: int
    packets_lost: int
    packets_refused: int
    """From a stranger's address, of a payload type never offered, or malformed."""
    jitter_ms: float


# Events: what the engine tells, through the function given to it at start, on the loop's thread.


@dataclass(frozen=True, slots=True)
class DigitHeard:
    """A key was pressed: told once, at the first packet of its event (RFC 4733 section 2.5.1.2)."""

    session: SessionId
    digit: str


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """A playback came to its end (`cut` False) or was cut."""

    session: SessionId
    play: PlayId
    cut: bool


@dataclass(frozen=True, slots=True)
class MediaTimedOut:
    """Nothing came for the session's media timeout although something should; told once until
    packets come again."""

    session: SessionId
    silent_s: float


@dataclass(frozen=True, slots=True)
class MediaStarted:
    """The first packet that was accepted after an offer/answer, and where it came from."""

    session: SessionId
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """The spool of a recording could not be written; what was written stays."""

    path: Path
    reason: str


MediaEvent = DigitHeard | PlaybackFinished | MediaTimedOut | MediaStarted | RecordingFailed


@dataclass(frozen=True, slots=True)
class Segment:
    """One thing to be heard: a recording of the prompt library, or text for the voice.

    `audio` is a path in the library without language and ending (`shop/welcome` is the file
    `shop/welcome.en.wav`, else `shop/welcome.wav`); where no such file is, `text` is spoken.
    """

    language: str
    text: str = ""
    audio: str | None = None


class PromptSource(Protocol):
    """Turns segments into prompts; `media.prompts.PromptLibrary` fills it."""

    def ready(self, segment: Segment) -> PromptId | None:
        """The prompt if it is rendered and loaded; never does any work."""
        ...

    def request(self, segment: Segment, done: Callable[[PromptId | None], None]) -> None:
        """Render it in a child process; `done` is called on the loop, with None if it failed."""
        ...

    def prepare(self, segments: Iterable[Segment]) -> Awaitable[list[tuple[Segment, str]]]:
        """Render and load all; those that failed come back with the reason."""
        ...
