"""What happened to calls, legs, queues and agents, for the evidence log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from base.events import Durability, Event, personal


@dataclass(frozen=True, slots=True)
class Registered(Event):
    """A device was bound to an account (a refresh that changes nothing is not told)."""

    kind: ClassVar[str] = "registration.added"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    account: str
    contact: str
    expires_s: int
    user_agent: str


@dataclass(frozen=True, slots=True)
class Unregistered(Event):
    """A binding is gone: removed by the device, or expired."""

    kind: ClassVar[str] = "registration.removed"
    account: str
    contact: str
    expired: bool


@dataclass(frozen=True, slots=True)
class CallReceived(Event):
    """An INVITE for a number or flow was accepted for handling."""

    kind: ClassVar[str] = "call.received"
    call: str
    leg: str
    tenant: str
    called: str
    target: str
    """What routing chose: `flow:app_resume`, `ext:201`."""
    account: str | None
    sip_call_id: str
    caller: str = personal()


@dataclass(frozen=True, slots=True)
class CallWasAnswered(Event):
    """We sent 200 to the caller."""

    kind: ClassVar[str] = "call.answered"
    call: str
    after_ms: float
    """From INVITE received to 200 sent."""


@dataclass(frozen=True, slots=True)
class CallWasEnded(Event):
    """The caller's leg is over."""

    kind: ClassVar[str] = "call.ended"
    call: str
    by: str
    """`caller`, `agent`, `flow`, `media_timeout`, `drain`, `error`."""
    status: int
    talked_s: float
    case: str | None = None


@dataclass(frozen=True, slots=True)
class LegInvited(Event):
    """We sent an INVITE for a target of a dial."""

    kind: ClassVar[str] = "leg.invited"
    call: str
    leg: str
    target: str


@dataclass(frozen=True, slots=True)
class LegWasEnded(Event):
    """A leg other than the caller's is over."""

    kind: ClassVar[str] = "leg.ended"
    call: str
    leg: str
    target: str
    status: int
    by_peer: bool


@dataclass(frozen=True, slots=True)
class LegWasAnswered(Event):
    """A target of a dial answered and was bridged."""

    kind: ClassVar[str] = "leg.answered"
    call: str
    leg: str
    target: str


@dataclass(frozen=True, slots=True)
class QueueEntered(Event):
    """A caller waits."""

    kind: ClassVar[str] = "queue.entered"
    call: str
    queue: str
    position: int
    priority: int
    case: str | None = None


@dataclass(frozen=True, slots=True)
class QueueOffered(Event):
    """The allocator chose an agent."""

    kind: ClassVar[str] = "queue.offered"
    call: str
    queue: str
    agent: str
    offer: str
    epoch: int
    waited_s: float


@dataclass(frozen=True, slots=True)
class QueueOfferEnded(Event):
    """An offer came to nothing: `no_answer`, `rejected`, `unreachable`, `withdrawn`."""

    kind: ClassVar[str] = "queue.offer_ended"
    call: str
    queue: str
    agent: str
    offer: str
    epoch: int
    reason: str


@dataclass(frozen=True, slots=True)
class QueueWasLeft(Event):
    """The caller's stay is over."""

    kind: ClassVar[str] = "queue.left"
    call: str
    queue: str
    outcome: str
    waited_s: float


@dataclass(frozen=True, slots=True)
class PopAcknowledged(Event):
    """The page has painted the pop; the first of an epoch lets the phone ring."""

    kind: ClassVar[str] = "pop.acknowledged"
    call: str
    offer: str
    epoch: int
    agent: str
    how: str
    """`rendered` or `rendered-hidden`."""
    after_ms: float
    late: bool
    """It came after the phone was let ring without it."""


@dataclass(frozen=True, slots=True)
class PopWasLate(Event):
    """150 ms went by without an acknowledgement: the phone rings anyway."""

    kind: ClassVar[str] = "pop.late"
    call: str
    offer: str
    epoch: int
    agent: str


@dataclass(frozen=True, slots=True)
class AgentInvited(Event):
    """The INVITE to the agent's phone was sent."""

    kind: ClassVar[str] = "agent.invited"
    call: str
    offer: str
    agent: str
    leg: str


@dataclass(frozen=True, slots=True)
class AgentAnswered(Event):
    """The agent's phone answered and the two are bridged."""

    kind: ClassVar[str] = "agent.answered"
    call: str
    offer: str
    agent: str
    leg: str
    rang_s: float


@dataclass(frozen=True, slots=True)
class AgentFinished(Event):
    """The agent's part of the call is over; wrap-up begins."""

    kind: ClassVar[str] = "agent.finished"
    call: str
    agent: str
    talked_s: float
    by: str
    """`agent`, `caller`, `desk`."""


@dataclass(frozen=True, slots=True)
class PresenceChanged(Event):
    """An agent's state."""

    kind: ClassVar[str] = "presence.changed"
    agent: str
    presence: str
    reason: str


@dataclass(frozen=True, slots=True)
class WrapUpWasExtended(Event):
    """An agent got `seconds` more to write up a call, and may ask `left` times more."""

    kind: ClassVar[str] = "wrapup.extended"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    call: str
    agent: str
    seconds: float
    left: int
    reason: str = personal()


@dataclass(frozen=True, slots=True)
class CallHeld(Event):
    """The customer was put on hold."""

    kind: ClassVar[str] = "call.held"
    call: str
    by: str


@dataclass(frozen=True, slots=True)
class CallResumed(Event):
    """The customer was taken back."""

    kind: ClassVar[str] = "call.resumed"
    call: str
    by: str


@dataclass(frozen=True, slots=True)
class MessageLeft(Event):
    """A voicemail was taken."""

    kind: ClassVar[str] = "voicemail.left"
    call: str
    mailbox: str
    recording: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RecordingStarted(Event):
    """A recording began; its spool file is growing."""

    kind: ClassVar[str] = "recording.started"
    call: str
    recording: str
    spool: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class RecordingStopped(Event):
    """The spool is closed and waits to be sealed."""

    kind: ClassVar[str] = "recording.stopped"
    call: str
    recording: str
    spool: str
    queue: str
    agent: str
    mailbox: str = ""
    case: str | None = None


@dataclass(frozen=True, slots=True)
class RecordingUnavailable(Event):
    """A recording that should be made cannot be; `policy` is what was done instead.

    `policy`: `refuse` (the queue did not take the call) or `continue unrecorded`.
    """

    kind: ClassVar[str] = "recording.unavailable"
    call: str
    policy: str
    reason: str
    queue: str = ""
