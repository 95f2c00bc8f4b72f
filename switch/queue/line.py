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
    """The contacts of one queue that no agent has yet; those that are offered keep their place."""

    def __init__(self) -> None:
        self._places: list[Order] = []
        self._free: list[Order] = []
        self._contacts: dict[Order, Contact] = {}

    def add(self, contact: Contact) -> None:
        """Stand in line."""
        insort(self._places, contact.order)
        insort(self._free, contact.order)
        self._contacts[contact.order] = contact

    def remove(self, contact: Contact) -> None:
        """Step out; nothing happens when not in line."""
        if self._contacts.pop(contact.order, None) is not None:
            _take_out(self._places, contact.order)
            _take_out(self._free, contact.order)

    def offered(self, contact: Contact) -> None:
        """Somebody may take this one: nobody else looks at it."""
        _take_out(self._free, contact.order)

    def refused(self, contact: Contact) -> None:
        """Nobody took it: back to its place."""
        if contact.order in self._contacts:
            insort(self._free, contact.order)

    def position(self, contact: Contact) -> int:
        """1 is next."""
        return bisect_left(self._places, contact.order) + 1

    def first(self, fits: Callable[[Contact], bool]) -> Contact | None:
        """The first who waits for an offer and fits."""
        waiting = map(self._contacts.__getitem__, self._free)
        return next((contact for contact in waiting if fits(contact)), None)

    def oldest(self) -> float | None:
        """When the one who has waited longest entered."""
        return min((order[1] for order in self._places), default=None)

    def __iter__(self) -> Iterator[Contact]:
        return map(self._contacts.__getitem__, self._places)

    def __len__(self) -> int:
        return len(self._places)


def _take_out(orders: list[Order], order: Order) -> None:
    index = bisect_left(orders, order)
    if index < len(orders) and orders[index] == order:
        del orders[index]
