"""What a phone can do, whoever implemented it: the face that tests and probes use."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from base.errors import SegueError
from base.instant import Instant


class PhoneError(SegueError):
    """A phone could not do what it was asked."""


class CallState(enum.Enum):
    """Where an INVITE dialog stands (RFC 3261 sections 12 and 13)."""

    CALLING = "calling"
    INCOMING = "incoming"
    EARLY = "early"
    CONNECTING = "connecting"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class MediaState(enum.Enum):
    """Which way the call's audio flows, seen from the phone."""

    NONE = "none"
    ACTIVE = "active"
    LOCAL_HOLD = "local_hold"
    REMOTE_HOLD = "remote_hold"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Account:
    """Who a phone registers as. `registrar` is a SIP URI such as `sip:127.0.0.1:5060`."""

    user: str
    registrar: str
    password: str = field(default="", repr=False)
    expires_s: int = 300


@dataclass(frozen=True, slots=True)
class RegistrationChanged:
    """The registrar answered; `status` 0 means that it did not."""

    at: Instant
    registered: bool
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class CallStateChanged:
    """A call moved on; `status` and `reason` are those of the last response."""

    at: Instant
    state: CallState
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class MediaStateChanged:
    """The offer/answer changed the direction of the audio."""

    at: Instant
    media: MediaState


@dataclass(frozen=True, slots=True)
class DigitReceived:
    """The other side pressed a key (RFC 4733)."""

    at: Instant
    digit: str


PhoneEvent = RegistrationChanged | CallStateChanged | MediaStateChanged | DigitReceived


class PhoneCall(Protocol):
    """One call of a phone. What it plays and records goes on through hold and re-INVITE."""

    @property
    def state(self) -> CallState: ...
    @property
    def media(self) -> MediaState: ...
    @property
    def status(self) -> int:
        """The last response's status code; 0 before the first."""
        ...

    @property
    def remote(self) -> str:
        """The other side's URI as its header field says it."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The header fields of an incoming INVITE, by lower-case name; empty on our own calls."""
        ...

    @property
    def events(self) -> Sequence[PhoneEvent]:
        """All that happened to this call, oldest first."""
        ...

    @property
    def digits(self) -> str:
        """All keys heard so far."""
        ...

    async def answer(self, status: int = 200) -> None:
        """Answer with this status: 180 rings, 200 takes the call, 486 refuses it."""
        ...

    async def hangup(self) -> None:
        """BYE, CANCEL or refuse, whichever fits; no error if the call is over."""
        ...

    async def send_dtmf(self, digits: str) -> None:
        """Press keys, as RFC 4733 events."""
        ...

    async def hold(self) -> None:
        """Put the other side on hold by re-INVITE; returns when that is agreed."""
        ...

    async def unhold(self) -> None:
        """Take the other side back; returns when audio flows again."""
        ...

    async def play_tone(self, frequency_hz: int) -> None:
        """Say a continuous tone from now on, as soon as there is audio."""
        ...

    async def play_wav(self, path: Path, *, loop: bool = True) -> None:
        """Say a WAV file (PCM16 mono) from now on, as soon as there is audio."""
        ...

    async def be_silent(self) -> None:
        """Stop the tone or the file."""
        ...

    async def record(self, path: Path) -> Instant:
        """Write what is heard from now on to a WAV file (PCM16 mono 8 kHz), whole when the call
        is over; gives the moment of its first sample. The timeline goes on through silence."""
        ...

    async def wait_state(self, state: CallState, timeout_s: float = 10.0) -> CallStateChanged:
        """The moment it came to `state`, now or before; raises PhoneError if it does not."""
        ...

    async def wait_media(self, media: MediaState, timeout_s: float = 10.0) -> MediaStateChanged:
        """The last change of media, once it is to `media`."""
        ...

    async def wait_digits(self, count: int, timeout_s: float = 10.0) -> str:
        """All keys heard, once there are `count` of them at least."""
        ...


class Phone(Protocol):
    """A phone that somebody else wrote."""

    @property
    def uri(self) -> str:
        """Where it can be called directly: `sip:user@127.0.0.1:40000`."""
        ...

    async def register(self, timeout_s: float = 10.0) -> RegistrationChanged:
        """REGISTER with the account; raises PhoneError with the status if refused."""
        ...

    async def unregister(self, timeout_s: float = 10.0) -> None:
        """Take the binding away."""
        ...

    async def call(self, uri: str, *, headers: Mapping[str, str] | None = None) -> PhoneCall:
        """INVITE `uri` with these extra header fields; returns at once, still calling."""
        ...

    async def wait_incoming(self, timeout_s: float = 10.0) -> PhoneCall:
        """The next call that comes in, already ringing (180)."""
        ...

    async def close(self) -> None:
        """Hang up, unregister and end the program behind it. Idempotent."""
        ...
