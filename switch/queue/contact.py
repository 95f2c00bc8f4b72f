"""What queues ask of a call that waits in them, and what they tell the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from switch.application import QueueOutcome
from switch.offer import Offer


class WaitingCall(Protocol):
    """A call in a queue; `switch.call.stay.QueueStay` fills it."""

    @property
    def call(self) -> str: ...

    @property
    def caller(self) -> str: ...

    @property
    def case(self) -> str | None: ...

    def attach_case(self, case: str) -> None:
        """The call belongs to this case from now on."""
        ...

    @property
    def pop_context(self) -> Mapping[str, Any]: ...

    @property
    def held(self) -> bool:
        """Whether the agent has the call on hold."""
        ...

    def ring_agent(self, offer: Offer) -> None:
        """Let the agent's phone ring; `agent_answered` or `agent_failed` follows."""
        ...

    def stop_agent(self, offer: Offer) -> None:
        """The offer is over: stop the phone if it rings."""
        ...

    def announcement_due(self, position: int, wait_s: float) -> None:
        """Time to tell the caller where they stand."""
        ...

    def queue_left(self, outcome: QueueOutcome, agent: str | None) -> None:
        """The stay is over; nothing follows."""
        ...

    def hold(self, by: str) -> None:
        """Let the customer hear music."""
        ...

    def resume(self, by: str) -> None:
        """Let the two hear each other again."""
        ...

    def hang_up_agent(self) -> None:
        """The agent ends their part of the call from the desk."""
        ...


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue as the desk shows it."""

    queue: str
    waiting: int
    longest_s: float


@dataclass(frozen=True, slots=True)
class AgentCall:
    """The call that an agent has. `state` is `ringing`, `talking` or `held`; `since` is wall."""

    call: str
    case: str | None
    queue: str
    caller: str
    state: str
    since: float


@dataclass(frozen=True, slots=True)
class WrapUp:
    """A call that an agent is writing up, `until` (wall clock) at most."""

    call: str
    case: str | None
    until: float
    extensions: int = 0
    """How often it may still be extended."""
