"""What the evidence log keeps, and what it asks of a store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from base.events import Event


@dataclass(frozen=True, slots=True)
class Record:
    """One event in the log: order is `(node, seq)`."""

    node: str
    seq: int
    wall: float
    mono: float
    tenant: str
    kind: str
    version: int
    call: str | None
    case: str | None
    agent: str | None
    payload: Mapping[str, Any]
    """The event's fields without the personal ones; what the hash chain will cover."""
    personal: Mapping[str, Any]
    """The personal fields, kept apart so that they can be erased."""
    event: Event | None = None
    """The typed event where this process made or decoded it."""


Subscriber = Callable[[Record], None]
"""Called at once, in order, on the loop's thread; must not block or raise."""


class EventStore(Protocol):
    """Durable storage of the log; `store.events` fills it."""

    async def append(self, records: Sequence[Record]) -> None:
        """All of them or none, durable on return; raises `UnavailableError`."""
        ...

    def read(
        self, *, kinds: Collection[str] = (), call: str | None = None, since: float = 0.0
    ) -> AsyncIterator[Record]:
        """In order of `(node, seq)`; no kinds: all kinds."""
        ...

    async def last_seq(self, node: str) -> int:
        """The highest number of a node, 0 for a new one."""
        ...
