"""The one task that puts records on disk: group commit, disk spool, bounded memory."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Final

from base.errors import UnavailableError, UsageError
from base.events import Durability, Event
from base.instant import Timer, Timers
from base.system import LoopTimers
from records.contract import EventStore, Record
from records.events import StoreLost, StoreReturned
from records.spool import DiskSpool

_log = logging.getLogger("segue.records")

# What is left of the 50 ms (and of the second) is for the commit itself.
DELAY_S: Final = {
    Durability.BEFORE_EFFECT: 0.0,
    Durability.BUSINESS: 0.02,
    Durability.TELEMETRY: 0.8,
}
_BATCH: Final = 200
"""Records a commit: what is encoded at once holds the loop up for a few milliseconds at most."""
_RETRY_S: Final = 1.0
_MEMORY: Final = 100_000
"""Records held at most; telemetry gives way at half of it."""


class Writer:
    """Takes records in order and puts them into the store, or into the spool while it is away.

    `tell` is called with what the log should say about itself.
    """

    def __init__(
        self,
        store: EventStore,
        spool: DiskSpool,
        tell: Callable[[Event], None],
        timers: Timers | None = None,
        store_timeout_s: float = 5.0,
    ) -> None:
        self._store = store
        self._spool = spool
        self._tell = tell
        self._timers = timers
        self._store_timeout_s = store_timeout_s
        self._held: deque[Record] = deque()
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._written = 0
        self._wake = asyncio.Event()
        self._timer: Timer | None = None
        self._timer_delay_s = 0.0
        self._task: asyncio.Task[None] | None = None
        self._unanswered: asyncio.Task[None] | None = None
        self._retry: Timer | None = None
        """Runs while the store is not to be asked again yet."""
        self._stopping = False
        self._spooled = 0
        self.degraded = False
        self.lost = 0

    @property
    def waiting(self) -> int:
        """Records in memory."""
        return len(self._held)

    async def start(self, node: str) -> int:
        """Open the spool and start writing; returns the highest number used so far."""
        self._timers = self._timers or LoopTimers(asyncio.get_running_loop())
        try:
            spooled = await asyncio.to_thread(self._spool.open)
        except OSError as error:
            raise UnavailableError(f"the log's spool cannot be opened: {error}") from error
        try:
            self._written = max(spooled, await self._store.last_seq(node))
        except UnavailableError:
            self._spool.close()
            raise
        self._task = asyncio.create_task(self._run(), name="evidence log writer")
        if not self._spool.empty:
            self._wake.set()
        return self._written

    def add(self, record: Record, durability: Durability) -> bool:
        """Take a record; False when memory is full because nothing can be written."""
        bound = _MEMORY // 2 if durability is Durability.TELEMETRY else _MEMORY
        if len(self._held) >= bound or self._stopping:
            self.lost += 1
            return False
        self._held.append(record)
        self._wake_within(DELAY_S[durability])
        return True

    async def written(self, seq: int) -> None:
        """Return when this number is on disk; raises `UnavailableError` when it cannot be now."""
        if seq <= self._written:
            return
        if self._task is None or self._task.done():
            raise UnavailableError("the evidence log is not running")
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append((seq, waiter))
        self._wake.set()
        await waiter

    async def stop(self) -> None:
        """Write all that is held and end. Idempotent."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
        if self._unanswered is not None:
            self._unanswered.cancel()
            await asyncio.gather(self._unanswered, return_exceptions=True)
        await asyncio.to_thread(self._spool.close)

    def _wake_within(self, delay_s: float) -> None:
        if delay_s <= 0:
            self._wake.set()
            return
        if self._timer is not None and self._timer_delay_s <= delay_s:
            return
        self._cancel_timer()
        self._timer_delay_s = delay_s
        self._timer = self._later(delay_s, self._wake.set)

    def _later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        if self._timers is None:
            raise UsageError("the evidence log is not started")
        return self._timers.call_later(delay_s, callback)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _run(self) -> None:
        while not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            self._cancel_timer()
            await self._guarded_round()
        while self._held and await self._guarded_round():
            pass
        self._cancel_timer()
        if self._retry is not None:
            self._retry.cancel()
        self.lost += len(self._held)
        self._fail_waiters("the evidence log has stopped")

    async def _guarded_round(self) -> bool:
        """A defect or a broken disk must not end the one task that writes."""
        try:
            return await self._round()
        except Exception as error:
            _log.exception("writing the evidence log failed; it is tried again")
            self._fail_waiters(f"the evidence log cannot be written: {error}")
            self._ask_later()
            return False

    async def _round(self) -> bool:
        """One piece of the spool, then one batch of what is held; False when nothing worked."""
        if not self._spool.empty and self._retry is None and not self._stopping:
            await self._drain()
        batch = list(islice(self._held, _BATCH))
        if not batch:
            return True
        if self._spool.empty and self._retry is None and await self._stored(batch):
            self._store_back()
        elif not await self._aside(batch):
            return False
        for _ in batch:
            self._held.popleft()
        self._written = batch[-1].seq
        self._release_waiters()
        if self._held and (len(batch) == _BATCH or self._waiters):
            self._wake.set()
        return True

    async def _drain(self) -> None:
        """Move one piece of the spool into the store."""
        records, end = await asyncio.to_thread(self._spool.head, _BATCH)
        if not await self._stored(records):
            return
        await asyncio.to_thread(self._spool.drop, end)
        if self._spool.empty:
            self._store_back()
        else:
            self._wake.set()

    async def _stored(self, records: list[Record]) -> bool:
        try:
            await self._append(records)
        except UnavailableError as error:
            self._store_lost(str(error))
            return False
        return True

    async def _append(self, records: list[Record]) -> None:
        """Into the store; a record that it can never take is set aside, the others go on."""
        try:
            await self._bounded(records)
        except UnavailableError:
            raise
        except Exception:
            if len(records) > 1:
                middle = len(records) // 2
                await self._append(records[:middle])
                await self._append(records[middle:])
            else:
                _log.exception("the store refuses %s for good; set aside", records[0].kind)
                await self._refused(records[0])

    async def _bounded(self, records: list[Record]) -> None:
        """Append, waiting a bounded time.

        An append that does not answer is left to end by itself: it cannot be taken back, and
        giving the same records again later does no harm.
        """
        if self._unanswered is not None:
            if not self._unanswered.done():
                raise UnavailableError("the store does not answer")
            await asyncio.gather(self._unanswered, return_exceptions=True)
            self._unanswered = None
        task = asyncio.ensure_future(self._store.append(records))
        done, _ = await asyncio.wait({task}, timeout=self._store_timeout_s)
        if not done:
            self._unanswered = task
            raise UnavailableError("the store does not answer")
        task.result()

    async def _refused(self, record: Record) -> None:
        self.lost += 1
        try:
            await asyncio.to_thread(self._spool.set_aside, record)
        except OSError:
            _log.exception("event %s %d could not be set aside", record.kind, record.seq)

    async def _aside(self, batch: list[Record]) -> bool:
        """Into the spool."""
        try:
            await asyncio.to_thread(self._spool.append, batch)
        except OSError as error:
            self._fail_waiters(f"neither the store nor the log's spool can be written: {error}")
            return False
        self._spooled += len(batch)
        return True

    def _store_lost(self, reason: str) -> None:
        self._ask_later()
        if not self.degraded:
            self.degraded = True
            _log.error("the log's store is away, events go to the spool: %s", reason)
            self._say(StoreLost(reason=reason))

    def _store_back(self) -> None:
        if self.degraded:
            self.degraded = False
            _log.warning("the log's store is back; %d events came from the spool", self._spooled)
            self._say(StoreReturned(spooled=self._spooled, lost=self.lost))
            self._spooled = 0

    def _ask_later(self) -> None:
        if self._retry is None:
            self._retry = self._later(_RETRY_S, self._ask_again)

    def _ask_again(self) -> None:
        self._retry = None
        self._wake.set()

    def _say(self, event: Event) -> None:
        if not self._stopping:
            self._tell(event)

    def _release_waiters(self) -> None:
        while self._waiters and self._waiters[0][0] <= self._written:
            _, waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)

    def _fail_waiters(self, reason: str) -> None:
        while self._waiters:
            _, waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(UnavailableError(reason))
