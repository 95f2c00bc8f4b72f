"""The contract between queues and whoever shows an offer to an agent (the desk)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Presence(enum.Enum):
    """What an agent is doing; the allocator's state, shown everywhere from there."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    OFFERED = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Offer:
    """A queue's proposal of a contact to an agent.

    `epoch` grows with each presentation of a contact: acknowledgements of an earlier epoch are
    ignored. `context` is what the flow and the match attached to the call.
    """

    id: str
    epoch: int
    queue: str
    agent: str
    call: str
    case: str | None
    caller: str
    waited_s: float
    pop: tuple[str, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)


class OfferPresenter(Protocol):
    """Shows offers. Calls back `Queues.pop_rendered` when the page has painted."""

    def present(self, offer: Offer) -> None:
        """Show the pop; at once, never blocking."""
        ...

    def withdraw(self, offer: Offer, reason: str) -> None:
        """Take the pop away; the page drops the case and the API refuses it."""
        ...


class Desk(Protocol):
    """What a page may do to queues and calls; `switch.queue.service.Queues` fills it."""

    def pop_received(self, agent: str, offer: str, epoch: int) -> None:
        """The page has the pop."""
        ...

    def pop_rendered(self, agent: str, offer: str, epoch: int, *, hidden: bool) -> None:
        """The page has painted it: the first of this epoch lets the phone ring."""
        ...

    def page_opened(self, agent: str) -> None:
        """A page of this agent is connected; several may be."""
        ...

    def page_closed(self, agent: str) -> None:
        """A page of this agent is gone."""
        ...

    def set_presence(self, agent: str, presence: Presence, reason: str = "") -> None:
        """AVAILABLE, BREAK (with a reason) or OFFLINE; raises `UsageError` for the others."""
        ...

    def presence(self, agent: str) -> tuple[Presence, str, float]:
        """State, reason, and since when (wall clock)."""
        ...

    def finish_wrap_up(self, agent: str) -> None:
        """Wrap-up is done; the next offer may come."""
        ...

    def hold(self, agent: str) -> None:
        """Hold the call that the agent's phone has; the customer hears music."""
        ...

    def resume(self, agent: str) -> None:
        """Take the call back from hold."""
        ...

    def hang_up(self, agent: str) -> None:
        """End the agent's part of the call."""
        ...
