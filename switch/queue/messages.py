"""What the allocator is told and what it says: frozen inputs and outputs.

Times are seconds on the monotonic clock unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from switch.application import QueueOutcome
from switch.offer import Presence
from switch.site import QueueSpec

# Inputs


@dataclass(frozen=True, slots=True)
class Configure:
    """The queues as the site now has them; contacts of a queue that is gone leave as `CLOSED`."""

    queues: Mapping[str, QueueSpec]


@dataclass(frozen=True, slots=True)
class Enter:
    """A contact asks for an agent. `offer` is the id that its offers will carry."""

    contact: str
    offer: str
    queue: str
    skills: Mapping[str, int] = field(default_factory=dict)
    priority: int = 0
    agent: str | None = None
    agent_wait_s: float = 30.0
    max_wait_s: float | None = None
    max_length: int | None = None
    announce_every_s: float | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """The contact is taken out, or gone. Ignored while an agent has it."""

    contact: str
    outcome: QueueOutcome = QueueOutcome.LEFT


@dataclass(frozen=True, slots=True)
class Rendered:
    """The agent's page has painted an offer."""

    agent: str
    offer: str
    epoch: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The agent's phone answered the offer."""

    agent: str
    offer: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The agent's phone did not take the offer: `rejected` or `unreachable`."""

    agent: str
    offer: str
    epoch: int
    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The agent and the contact have parted."""

    contact: str


@dataclass(frozen=True, slots=True)
class PageOpened:
    """A page of the agent is connected; several may be."""

    agent: str


@dataclass(frozen=True, slots=True)
class PageClosed:
    """A page of the agent is gone."""

    agent: str


@dataclass(frozen=True, slots=True)
class DeviceReachable:
    """Whether the agent's phone is registered."""

    agent: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class DeviceEngaged:
    """Whether the agent's phone is in a call that no queue gave it."""

    agent: str
    engaged: bool


@dataclass(frozen=True, slots=True)
class AskPresence:
    """The agent asks for AVAILABLE, BREAK or OFFLINE."""

    agent: str
    presence: Presence
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FinishWrapUp:
    """The agent is done with the contact."""

    agent: str


@dataclass(frozen=True, slots=True)
class ExtendWrapUp:
    """The agent needs more time for this contact. Ignored when it is over, or often enough."""

    agent: str
    contact: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wake:
    """The moment that `next_wake` asked for."""


Input = (
    Configure
    | Enter
    | Leave
    | Rendered
    | Answered
    | Failed
    | Finished
    | PageOpened
    | PageClosed
    | DeviceReachable
    | DeviceEngaged
    | AskPresence
    | FinishWrapUp
    | ExtendWrapUp
    | Wake
)

# Outputs


@dataclass(frozen=True, slots=True)
class Entered:
    """The contact waits, at `position` (1 is next)."""

    contact: str
    queue: str
    position: int
    priority: int


@dataclass(frozen=True, slots=True)
class PresentOffer:
    """Show the offer to the agent: phase one."""

    contact: str
    offer: str
    epoch: int
    queue: str
    agent: str
    waited_s: float


@dataclass(frozen=True, slots=True)
class PopAcknowledgedNow:
    """The first acknowledgement of an epoch; `late` when the phone was let ring without it."""

    contact: str
    offer: str
    epoch: int
    agent: str
    hidden: bool
    after_s: float
    late: bool


@dataclass(frozen=True, slots=True)
class PopMissed:
    """The page said nothing in time: the phone rings anyway."""

    contact: str
    offer: str
    epoch: int
    agent: str


@dataclass(frozen=True, slots=True)
class AcknowledgementIgnored:
    """For the log: an acknowledgement that changes nothing.

    `why`: `unknown` (no such offer now), `foreign` (another agent's), `epoch`, `repeated`.
    """

    agent: str
    offer: str
    epoch: int
    why: str


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Let the agent's phone ring: phase two."""

    contact: str
    offer: str
    epoch: int
    agent: str


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """An offer came to nothing: take the pop away, and stop the phone if it rings.

    `reason`: `no_answer`, `rejected`, `unreachable`, `withdrawn`.
    """

    contact: str
    offer: str
    epoch: int
    queue: str
    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class Connected:
    """The agent has the contact."""

    contact: str
    offer: str
    epoch: int
    queue: str
    agent: str
    waited_s: float


@dataclass(frozen=True, slots=True)
class ContactLeft:
    """The contact's stay is over without an agent (or, `ANSWERED_AND_FINISHED`, after one)."""

    contact: str
    queue: str
    outcome: QueueOutcome
    agent: str | None
    waited_s: float


@dataclass(frozen=True, slots=True)
class AnnouncementDue:
    """Time to tell the contact where it stands."""

    contact: str
    position: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class PresenceIs:
    """The agent's state changed."""

    agent: str
    presence: Presence
    reason: str


@dataclass(frozen=True, slots=True)
class WrapUpStarted:
    """The agent writes up the contact, for `seconds` at most."""

    agent: str
    contact: str
    seconds: float


@dataclass(frozen=True, slots=True)
class WrapUpExtended:
    """It ends `seconds` later than it would have; it may be extended `left` times more."""

    agent: str
    contact: str
    seconds: float
    left: int
    reason: str


Output = (
    Entered
    | PresentOffer
    | PopAcknowledgedNow
    | PopMissed
    | AcknowledgementIgnored
    | RingAgent
    | OfferEnded
    | Connected
    | ContactLeft
    | AnnouncementDue
    | PresenceIs
    | WrapUpStarted
    | WrapUpExtended
)
