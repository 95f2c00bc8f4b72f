"""What the desk asks of other rooms, as small as it needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from base.events import EventSink
from base.instant import Instant
from desk.metrics import Sample
from records.contract import Record, RecordingEntry
from records.folds.cdr import CallRecord
from store.accounts import User
from store.keys import ApiKey
from store.sessions import Session
from switch.offer import Desk
from switch.queue.contact import AgentCall, QueueState, WrapUp


class Accounts(Protocol):
    """`store.accounts.Accounts` fills it."""

    async def verify_password(self, name: str, password: str) -> User | None:
        """The user whose password this is; as slow for nobody as for somebody."""
        ...

    async def get(self, name: str) -> User | None:
        """One user."""
        ...

    async def set_language(self, name: str, language: str) -> bool:
        """Replace the language alone; False when there is no such user."""
        ...


class Sessions(Protocol):
    """`store.sessions.Sessions` fills it."""

    async def create(self, user: str, now: Instant) -> tuple[str, Session]:
        """A new login: the cookie's token, and the session."""
        ...

    async def find(self, secret: str, now: Instant) -> Session | None:
        """The session of a cookie's token."""
        ...

    async def end(self, secret: str) -> None:
        """Log out."""
        ...


class ApiKeys(Protocol):
    """`store.keys.ApiKeys` fills it."""

    async def identify(self, key: str) -> ApiKey | None:
        """Whose key it is."""
        ...


class Calls(Protocol):
    """Calls that go on and calls that are over; the composition root puts the two together."""

    async def get(self, call: str) -> CallRecord | None:
        """One call."""
        ...

    async def list(
        self, *, before: str | None = None, limit: int = 50
    ) -> tuple[Sequence[CallRecord], str | None]:
        """A page, newest first, and the cursor of the next."""
        ...


class LogReader(Protocol):
    """The readable side of the log; `store.events.SqlEventStore` fills it."""

    def read(
        self, *, kinds: Collection[str] = (), call: str | None = None
    ) -> AsyncIterator[Record]:
        """Records in their order."""
        ...


class RecordingShop(Protocol):
    """Recordings after the call; the composition root puts archive and index together."""

    async def get(self, recording: str) -> RecordingEntry | None:
        """What is known of a recording, deleted ones included."""
        ...

    def path(self, entry: RecordingEntry) -> Path:
        """Where its WAV is."""
        ...

    async def played(self, entry: RecordingEntry, who: str) -> None:
        """Audit that `who` listens; durable on return, raises `UnavailableError`."""
        ...

    async def delete(self, recording: str, who: str) -> str | None:
        """Delete it, audited. None when done; else why not: `retention`, `legal_hold`, …"""
        ...


class Log(EventSink, Protocol):
    """`records.log.EvidenceLog` fills it."""

    async def flush(self) -> None:
        """All that was emitted is on disk; raises `UnavailableError`."""
        ...


class Queues(Desk, Protocol):
    """`switch.queue.service.Queues` fills it."""

    def queue_states(self) -> list[QueueState]:
        """All queues as they are now."""
        ...

    def call_of(self, agent: str) -> AgentCall | None:
        """The call that an agent's phone has, or that rings it."""
        ...

    def wrap_up_of(self, agent: str) -> WrapUp | None:
        """What the agent is writing up."""
        ...

    def extend_wrap_up(self, agent: str, call: str, reason: str) -> WrapUp | None:
        """More time to write up `call`; None when it is over, or was extended often enough."""
        ...

    def attach_case(self, call: str, case: str) -> None:
        """The call belongs to this case from now on; one that is over is ignored."""
        ...


class Health(Protocol):
    """Whether the node can do its work."""

    def checks(self) -> Mapping[str, bool]:
        """Each part by name, and whether it is ready."""
        ...

    def samples(self) -> Iterable[Sample]:
        """Figures of the other rooms for `/metrics`."""
        ...


@dataclass(frozen=True, slots=True)
class Disposition:
    """What can come of a call, as the site names it."""

    id: str
    en: str
    zh: str
