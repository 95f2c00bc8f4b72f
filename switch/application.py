"""The contract between calls and the applications that steer them (the IVR is one).

An application gets a `CallControl` with each call routed to it and hears what happens through
`CallApplication`. All synchronous, on the loop's thread.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NewType, Protocol

from media.contract import PlayId, PromptId

CallId = NewType("CallId", str)


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of a call when it arrives."""

    call: CallId
    tenant: str
    caller: str
    caller_name: str
    called: str
    account: str | None
    trusted_number: bool
    """Whether the caller's number comes from an authenticated account or a trusted trunk."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names; `user-to-user` and every `x-…` header."""


class HangupCause(enum.Enum):
    """How a flow ends a call, with the SIP status used if the call was never answered."""

    NORMAL = 480
    BUSY = 486
    REJECTED = 603
    ERROR = 500


class QueueOutcome(enum.Enum):
    """How a stay in a queue ended."""

    ANSWERED_AND_FINISHED = "answered"
    TIMED_OUT = "timeout"
    FULL = "full"
    CLOSED = "closed"
    NO_AGENTS = "no_agents"
    AGENT_AWAY = "agent_away"
    LEFT = "left"
    """The application took the caller out (`leave_queue`)."""


class DialOutcome(enum.Enum):
    """How a dial ended."""

    ANSWERED_AND_FINISHED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """How a caller enters a queue. `music` loops; announcements are spoken over it."""

    queue: str
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill name -> least level."""
    priority: int = 0
    """Higher goes first."""
    agent: str | None = None
    """This agent only, for `agent_wait_s`."""
    agent_wait_s: float = 30.0
    max_wait_s: float | None = None
    max_length: int | None = None
    music: tuple[PromptId, ...] = ()
    announce_every_s: float | None = None
    pop: tuple[str, ...] = ()
    """Context keys to show; empty: all that the role may see."""


@dataclass(frozen=True, slots=True)
class DialPlan:
    """Whom to ring: `ext:201`, `agent:li_na`, `tel:+86…`, `trunk:name/number`."""

    targets: tuple[str, ...]
    one_by_one: bool = False
    timeout_s: float = 25.0
    caller_id: str | None = None
    ringback: tuple[PromptId, ...] = ()


class CallControl(Protocol):
    """What an application does with its call.

    Methods that need media answer the call by themselves. Calling anything after `CallEnded` is
    ignored: the two may cross.
    """

    @property
    def facts(self) -> CallFacts: ...

    def ring(self) -> None:
        """Send 180."""
        ...

    def answer(self) -> None:
        """Answer; `CallAnswered` follows when the ACK is there."""
        ...

    def play(self, prompts: Sequence[PromptId], *, loop: bool = False) -> PlayId:
        """Play to the caller; `PlayEnded` follows with the id returned."""
        ...

    def stop_play(self) -> None:
        """Cut what plays."""
        ...

    def record(self, action: str) -> None:
        """`start`, `stop`, `pause`, `resume` (the flow's `record:` verb and `record: always`)."""
        ...

    def mask(self, masked: bool) -> None:
        """Protect what is keyed now: noise in the recording, digits kept from agents and logs."""
        ...

    def enter_queue(self, entry: QueueEntry) -> None:
        """Queue the caller; `QueueAnnouncementDue`* then `QueueLeft` follow."""
        ...

    def leave_queue(self) -> None:
        """Take the caller out of the queue; `QueueLeft(LEFT)` follows unless an agent is there."""
        ...

    def dial(self, plan: DialPlan) -> None:
        """Ring others and bridge the first that answers; `DialEnded` follows."""
        ...

    def cancel_dial(self) -> None:
        """Stop ringing."""
        ...

    def take_message(self, mailbox: str, *, max_s: float, beep: bool) -> None:
        """Record a message; `MessageTaken` follows on hash, silence, `max_s` or hang-up."""
        ...

    def attach_case(self, case: str, pop_context: Mapping[str, Any]) -> None:
        """The call belongs to this case from now on; recordings and offers carry it."""
        ...

    def hang_up(self, cause: HangupCause = HangupCause.NORMAL) -> None:
        """End the call; `CallEnded` follows."""
        ...


# What an application hears.


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The caller's media is up."""


@dataclass(frozen=True, slots=True)
class DigitReceived:
    """The caller pressed a key (RFC 4733 or INFO), told once."""

    digit: str


@dataclass(frozen=True, slots=True)
class PlayEnded:
    """A playback is over."""

    play: PlayId
    cut: bool


@dataclass(frozen=True, slots=True)
class QueueAnnouncementDue:
    """Time to tell the caller where they stand; the application plays what fits."""

    position: int
    wait_s: float
    """Expected wait, seconds."""


@dataclass(frozen=True, slots=True)
class QueueConnected:
    """An agent answered and hears the caller."""

    agent: str


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """The stay in the queue is over."""

    outcome: QueueOutcome
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class DialEnded:
    """The dial is over; `answered` by whom."""

    outcome: DialOutcome
    target: str | None = None


@dataclass(frozen=True, slots=True)
class MessageTaken:
    """A message is in the mailbox, `seconds` long (0: nothing was said)."""

    seconds: float
    kept: bool = True
    """False when it could not be recorded: whoever spoke has to be told."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller is gone; the last thing an application hears."""

    by_caller: bool


CallEvent = (
    CallAnswered
    | DigitReceived
    | PlayEnded
    | QueueAnnouncementDue
    | QueueConnected
    | QueueLeft
    | DialEnded
    | MessageTaken
    | CallEnded
)


class CallApplication(Protocol):
    """Steers one call."""

    def call_event(self, event: CallEvent) -> None: ...


class ApplicationFactory(Protocol):
    """Makes the application for a call that routing gave to a flow."""

    def start(self, flow: str, control: CallControl) -> CallApplication:
        """Begin; the first commands may be given before this returns."""
        ...
