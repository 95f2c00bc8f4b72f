"""Who waits, in order: higher priority first, then who has waited longest."""

from __future__ import annotations

import enum
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from switch.application import QueueOutcome

Order = tuple[int, float, int]
"""(-priority, moment of entering, arrival number): smaller goes first."""


class Phase(enum.Enum):
    """How far a contact has come."""

    WAITING = enum.auto()
    PRESENTED = enum.auto()
    RINGING = enum.auto()
    TALKING = enum.auto()


@dataclass(slots=True, eq=False)
class Contact:
    """One stay in one queue."""

    id: str
    offer: str
    queue: str
    order: Order
    skills: Mapping[str, int] = field(default_factory=dict)
    agent: str | None = None
    """Nobody but this agent."""
    announce_every_s: float | None = None
    phase: Phase = Phase.WAITING
    epoch: int = 0
    taken_by: str | None = None
    presented_at: float = 0.0
    connected_at: float = 0.0
    acknowledged: bool = False
    overdue: QueueOutcome | None = None
    """How the stay ends if the offer that is out now comes to nothing."""

    @property
    def entered(self) -> float:
        """When the stay began."""
        return self.order[1]


class Line:
    """The contacts of one queue that no agent has yet, offered ones among them."""

    def __init__(self) -> None:
        self._order: list[Order] = []
        self._contacts: dict[Order, Contact] = {}

    def add(self, contact: Contact) -> None:
        """Stand in line."""
        insort(self._order, contact.order)
        self._contacts[contact.order] = contact

    def remove(self, contact: Contact) -> None:
        """Step out; nothing happens when not in line."""
        if self._contacts.pop(contact.order, None) is not None:
            del self._order[bisect_left(self._order, contact.order)]

    def position(self, contact: Contact) -> int:
        """1 is next."""
        return bisect_left(self._order, contact.order) + 1

    def first(self, fits: Callable[[Contact], bool]) -> Contact | None:
        """The first who fits."""
        return next((contact for contact in self if fits(contact)), None)

    def oldest(self) -> float | None:
        """When the one who has waited longest entered."""
        return min((order[1] for order in self._order), default=None)

    def __iter__(self) -> Iterator[Contact]:
        return map(self._contacts.__getitem__, self._order)

    def __len__(self) -> int:
        return len(self._order)
