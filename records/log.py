"""The evidence log of a node: numbers events, tells subscribers at once, writes in groups."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from base.errors import UnavailableError, UsageError
from base.events import Event
from base.instant import Clock, Instant, Timers
from records.codec import split
from records.contract import EventStore, Record, Subscriber
from records.spool import DiskSpool
from records.writer import Writer

_log = logging.getLogger("segue.records")

DEFAULT_TENANT: Final = "default"
_TENANTS_KEPT: Final = 20_000


class EvidenceLog:
    """Fills `base.events.EventSink` for a node.

    `emit(event, now)` numbers the event, tells every subscriber before it returns, and leaves
    the writing to the log's one task: at once for `BEFORE_EFFECT`, within 50 ms for `BUSINESS`,
    within a second for `TELEMETRY`, always in order. `await durable(event)` returns when the
    event is on disk. When the store is lost, events go to a bounded spool in `spool_dir` and
    from there to the store when it is back.

    `await start()` comes before the first event, `await stop()` writes all that is held.
    """

    def __init__(
        self,
        node: str,
        store: EventStore,
        clock: Clock,
        spool_dir: Path,
        *,
        timers: Timers | None = None,
    ) -> None:
        self._node = node
        self._clock = clock
        self._writer = Writer(store, DiskSpool(spool_dir), self._tell, timers)
        self._subscribers: list[Subscriber] = []
        self._to_tell: deque[Record] = deque()
        self._telling = False
        self._tenants: OrderedDict[str, str] = OrderedDict()
        self._seq: int | None = None

    @property
    def node(self) -> str:
        """This node's name."""
        return self._node

    @property
    def degraded(self) -> bool:
        """Alarm: the store does not take events now."""
        return self._writer.degraded

    @property
    def lost(self) -> int:
        """Events that neither store nor spool nor memory could keep, since the start."""
        return self._writer.lost

    @property
    def waiting(self) -> int:
        """Events in memory that are not on disk yet."""
        return self._writer.waiting

    async def start(self) -> None:
        """Find the last number and start the writer; raises `UnavailableError`."""
        self._seq = await self._writer.start(self._node)

    async def stop(self) -> None:
        """Write all that is held and end the writer. Idempotent."""
        await self._writer.stop()

    def emit(self, event: Event, now: Instant) -> None:
        """Log the event; it is durable as soon as its class asks."""
        self._take(event, now)

    async def durable(self, event: Event) -> Record:
        """Log the event and return when it is on disk (one commit serves all who wait).

        Raises `UnavailableError` when neither the store nor the spool takes it.
        """
        record, kept = self._take(event, self._clock.now())
        if not kept:
            raise UnavailableError("the evidence log cannot keep more now")
        await self._writer.written(record.seq)
        return record

    async def flush(self) -> None:
        """Return when all that was emitted before is on disk; raises `UnavailableError`."""
        if self._seq is not None:
            await self._writer.written(self._seq)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hear every record from now on, until the function returned is called."""
        self._subscribers.append(subscriber)

        def leave() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return leave

    def _take(self, event: Event, now: Instant) -> tuple[Record, bool]:
        if self._seq is None:
            raise UsageError("the evidence log is not started")
        self._seq += 1
        record = self._record(event, now, self._seq)
        kept = self._writer.add(record, event.durability)
        self._to_tell.append(record)
        if not self._telling:
            self._tell_all()
        return record, kept

    def _record(self, event: Event, now: Instant, seq: int) -> Record:
        payload, personal = split(event)
        call = _key(payload.get("call"))
        return Record(
            node=self._node,
            seq=seq,
            wall=now.wall,
            mono=now.mono,
            tenant=self._tenant(payload.get("tenant"), call),
            kind=event.kind,
            version=event.version,
            call=call,
            case=_key(payload.get("case")),
            agent=_key(payload.get("agent")),
            payload=payload,
            personal=personal,
            event=event,
        )

    def _tenant(self, tenant: str | None, call: str | None) -> str:
        """A call's later events belong to the tenant that its first one named."""
        if tenant is None:
            return DEFAULT_TENANT if call is None else self._tenants.get(call, DEFAULT_TENANT)
        if call is not None and tenant != DEFAULT_TENANT:
            self._tenants[call] = tenant
            if len(self._tenants) > _TENANTS_KEPT:
                self._tenants.popitem(last=False)
        return tenant

    def _tell_all(self) -> None:
        """In order for everyone, also when a subscriber emits in its turn."""
        self._telling = True
        try:
            while self._to_tell:
                record = self._to_tell.popleft()
                for subscriber in tuple(self._subscribers):
                    _tell_one(subscriber, record)
        finally:
            self._telling = False

    def _tell(self, event: Event) -> None:
        self.emit(event, self._clock.now())


def _key(value: object) -> str | None:
    """An indexed value as every database takes it: at most 64 characters, no odd ones."""
    if not isinstance(value, str):
        return None
    if value.isascii() and "\0" not in value:
        return value[:64]
    return value.encode("utf-8", "replace").decode().replace("\0", "?")[:64]


def _tell_one(subscriber: Subscriber, record: Record) -> None:
    try:
        subscriber(record)
    except Exception:
        _log.exception("a subscriber of the evidence log failed on %s", record.kind)
