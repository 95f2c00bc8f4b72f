"""What the evidence log and the archive keep, and what they ask of a store.

`store` fills the Protocols for real use, `records.memory` for tests and simulations.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from base.events import Event, EventSink

if TYPE_CHECKING:
    from records.folds.cdr import CallRecord


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
    """Durable storage of the log; `store.events.SqlEventStore` fills it."""

    async def append(self, records: Sequence[Record]) -> None:
        """All of them or none, durable on return; raises `UnavailableError`.

        A record that is there already (same node and number) is left as it is, so that a batch
        whose fate is unknown can be given again.
        """
        ...

    def read(
        self,
        *,
        kinds: Collection[str] = (),
        call: str | None = None,
        case: str | None = None,
        since: float = 0.0,
    ) -> AsyncIterator[Record]:
        """In order of `(node, seq)`; no kinds: all kinds. `since` is wall clock seconds."""
        ...

    async def last_seq(self, node: str) -> int:
        """The highest number of a node, 0 for a new one."""
        ...


class EvidenceSink(EventSink, Protocol):
    """The whole log as rooms above use it; `records.log.EvidenceLog` fills it."""

    @property
    def node(self) -> str:
        """This node's name."""
        ...

    async def durable(self, event: Event) -> Record:
        """Log the event and return when it is on disk."""
        ...

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hear every record from now on, until the function returned is called."""
        ...


class RecordingState(enum.Enum):
    """Where a recording is in its life."""

    SPOOLED = "spooled"
    """Written by the media engine; not yet a WAV file."""
    SEALED = "sealed"
    """A WAV file with a sidecar and a checksum."""
    DELETED = "deleted"
    """A tombstone: the file is gone, the row tells that it was there."""


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """What is known of a recording; the row of the store and the sidecar of the file."""

    id: str
    call: str
    tenant: str
    started: datetime
    """Aware, in UTC."""
    keep_until: datetime
    """Aware, in UTC; it may not be deleted before."""
    state: RecordingState
    case: str | None = None
    queue: str = ""
    agent: str = ""
    mailbox: str = ""
    path: str = ""
    """Relative to the archive's root; of the spool file while `SPOOLED`."""
    channels: int = 0
    sample_rate: int = 0
    seconds: float = 0.0
    sha256: str = ""
    legal_hold: bool = False


class RecordingIndex(Protocol):
    """The rows of recordings; `store.recordings.RecordingRepository` fills it."""

    async def put(self, entry: RecordingEntry) -> None:
        """Insert or replace by id, durable on return; a legal hold that was set stays.

        Raises `UnavailableError`.
        """
        ...

    async def get(self, recording: str) -> RecordingEntry | None:
        """One recording, deleted ones included."""
        ...

    async def in_state(self, state: RecordingState) -> Sequence[RecordingEntry]:
        """All recordings of a state, the oldest first."""
        ...


class CallStore(Protocol):
    """The rows of calls; `store.calls.CallRepository` fills it."""

    async def save(self, calls: Sequence[CallRecord], mark: float) -> None:
        """Insert or replace, together with the mark; raises `UnavailableError`."""
        ...

    async def get(self, call: str) -> CallRecord | None:
        """One call."""
        ...

    async def mark(self) -> float:
        """Wall clock: every event before it is in the rows; 0.0 at first."""
        ...
