"""What the machine asks of the world: imperative, frozen, free of protected values when shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from media.contract import Segment
from switch.application import HangupCause


@dataclass(frozen=True, slots=True)
class Ring:
    """Send 180."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the call."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play these in turn; `PlayDone(play)` follows. `prompt` names them for traces and tests."""

    play: int
    segments: tuple[Segment, ...]
    prompts: tuple[str, ...]
    barge_in: bool = True
    loop: bool = False
    over_queue: bool = False
    """An announcement over the queue's music: it may be skipped when it is not ready."""


@dataclass(frozen=True, slots=True)
class StopPlay:
    """Cut what plays."""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """`TimerFired(serial)` follows after `seconds`, unless cancelled."""

    serial: int
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget this timer."""

    serial: int


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Queue the caller; `QueueAnnouncement`* and `QueueDone` follow. Times in seconds."""

    queue: str
    skills: Mapping[str, int]
    priority: int
    agent: str | None
    agent_wait_s: float
    max_wait_s: float | None
    max_length: int | None
    music: tuple[Segment, ...]
    announce_every_s: float | None
    pop: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Take the caller out of the queue."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring these; `DialDone` follows."""

    targets: tuple[str, ...]
    one_by_one: bool
    timeout_s: float
    caller_id: str | None


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """Record a message; `MessageDone` follows."""

    mailbox: str
    max_s: float
    beep: bool


@dataclass(frozen=True, slots=True)
class SetRecording:
    """`start`, `stop`, `pause`, `resume`."""

    action: str


@dataclass(frozen=True, slots=True)
class Mask:
    """Protect what is keyed from now on (or no longer)."""

    masked: bool


@dataclass(frozen=True, slots=True)
class Match:
    """Refine the match; `MatchDone` follows. The value may be protected, so it is not shown."""

    by: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WriteContext:
    """What the next agent, bot or channel will see."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AskOutside:
    """Ask something outside the call (`http`, `bot`, …); `OutsideDone` follows.

    `details` is what is sent: it may hold protected values, so it is not shown.
    """

    verb: str
    state: str
    name: str
    details: Mapping[str, Any] = field(repr=False)
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class TellEntered:
    """For trace and log: this state was entered."""

    state: str
    verb: str


@dataclass(frozen=True, slots=True)
class TellLeft:
    """For trace and log: by which exit it was left; `changed` shows protected values as dots."""

    state: str
    exit: str
    changed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TellFailed:
    """For trace and log: something went wrong in this state."""

    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class TellEnded:
    """For trace and log: the flow is over; nothing follows."""

    how: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""

    cause: HangupCause


Command = (
    Ring
    | Answer
    | Play
    | StopPlay
    | StartTimer
    | CancelTimer
    | EnterQueue
    | LeaveQueue
    | Dial
    | TakeMessage
    | SetRecording
    | Mask
    | Match
    | WriteContext
    | AskOutside
    | TellEntered
    | TellLeft
    | TellFailed
    | TellEnded
    | HangUp
)
