"""The calls of a node as they are folded from the log, and their rows in the store."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from base.errors import UnavailableError
from base.instant import Clock
from records.contract import CallStore, EventStore, EvidenceSink, Record
from records.events import CallLost
from records.folds.cdr import CallRecord, folded, step

_log = logging.getLogger("segue.records")

_DELAY_S: Final = 0.1
_RETRY_S: Final = 2.0
_CLOCK_STEP_S: Final = 60.0
_KEPT: Final = 2000
"""Ended calls in memory, for what still happens to them (sealing, disposition)."""


class CallBook:
    """Folds call records live and keeps their rows: written when a call ends, and afterwards
    when something is added to it.

    `await start()` after the log has started: it folds again what the rows may lack, and closes
    calls that died with the node. `get(call)`, `live()` answer from memory. `await flush()`
    writes what is due; `await stop()` as well, and ends.
    """

    def __init__(
        self, store: CallStore, events: EventStore, log: EvidenceSink, clock: Clock
    ) -> None:
        self._store = store
        self._events = events
        self._log = log
        self._clock = clock
        self._live: dict[str, CallRecord] = {}
        self._ended: OrderedDict[str, CallRecord] = OrderedDict()
        self._offers: dict[str, str] = {}
        self._customers: OrderedDict[str, str | None] = OrderedDict()
        self._due: set[str] = set()
        self._late: list[tuple[str, Record]] = []
        self._newest = 0.0
        self._something = asyncio.Event()
        self._saving = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._leave: Callable[[], None] | None = None

    async def start(self) -> None:
        """Catch up with the log and go on with it; raises `UnavailableError`."""
        waiting: list[Record] = []
        leave = self._log.subscribe(waiting.append)
        seen: dict[str, int] = {}
        async for record in self._events.read(since=await self._store.mark()):
            seen[record.node] = record.seq
            self._apply(record)
        leave()
        self._leave = self._log.subscribe(self._apply)
        for record in waiting:
            if record.seq > seen.get(record.node, 0):
                self._apply(record)
        begun = {record.call for record in waiting}
        for call in self.live():
            if call.node == self._log.node and call.call not in begun:
                self._log.emit(CallLost(call.call), self._clock.now())
        self._task = asyncio.create_task(self._run(), name="call book")

    async def stop(self) -> None:
        """Write what is due and end. Idempotent."""
        if self._leave is not None:
            self._leave()
            self._leave = None
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            await asyncio.wait({task})
            try:
                await self.flush()
            except UnavailableError as error:
                _log.warning("call records will be folded at the next start: %s", error)

    def get(self, call: str) -> CallRecord | None:
        """A call that is live or ended lately; older ones are in the store."""
        return self._live.get(call) or self._ended.get(call)

    def live(self) -> list[CallRecord]:
        """The calls that are up now, the oldest first."""
        return list(self._live.values())

    def current(self) -> list[CallRecord]:
        """The calls that are up, and those whose row lacks what is known of them."""
        due = (self._ended.get(name) for name in self._due)
        return [*self._live.values(), *(call for call in due if call is not None)]

    async def flush(self) -> None:
        """Write the rows of all ended calls that changed; raises `UnavailableError`."""
        async with self._saving:
            await self._fold_late()
            due = [call for name in self._due if (call := self._ended.get(name)) is not None]
            if not due:
                return
            mark = self._mark()
            done = [await self._with_customer(call) for call in due]
            await self._store.save(done, mark)
            for written, was in zip(done, due, strict=True):
                if self._ended.get(was.call) is was:
                    self._ended[was.call] = written
                    self._due.discard(was.call)
            self._forget()

    def _apply(self, record: Record) -> None:
        self._newest = max(self._newest, record.wall)
        self._note_customer(record)
        name = record.call or self._offers.get(record.payload.get("offer", ""))
        if name is None or not (folded(record.kind) or record.kind == "call.received"):
            return
        known = self.get(name)
        if known is None and record.kind != "call.received":
            self._late.append((name, record))
            self._something.set()
            return
        changed = step(known, record)
        if changed is not None:
            self._keep(changed, record)

    def _keep(self, call: CallRecord, record: Record) -> None:
        if record.kind == "queue.offered":
            self._offers[record.payload["offer"]] = call.call
        if call.ended is None:
            self._live[call.call] = call
            return
        self._live.pop(call.call, None)
        self._ended[call.call] = call
        self._due.add(call.call)
        self._something.set()

    def _note_customer(self, record: Record) -> None:
        if record.kind == "case.opened" and record.case is not None:
            self._remember(record.case, (record.personal.get("customer") or {}).get("id"))

    def _remember(self, case: str, customer: str | None) -> None:
        self._customers[case] = customer
        if len(self._customers) > _KEPT:
            self._customers.popitem(last=False)

    async def _with_customer(self, call: CallRecord) -> CallRecord:
        if call.case is None or call.customer is not None:
            return call
        if call.case not in self._customers:
            async for record in self._events.read(kinds=("case.opened",), case=call.case):
                self._note_customer(record)
            self._customers.setdefault(call.case, None)
        customer = self._customers.get(call.case)
        return call if customer is None else replace(call, customer=customer)

    def _mark(self) -> float:
        """What happened before this moment needs no second reading; clocks may step a little."""
        oldest = min((call.started for call in self._live.values()), default=self._newest)
        return max(0.0, oldest - _CLOCK_STEP_S)

    async def _fold_late(self) -> None:
        """What happened to calls that memory has forgotten: onto their rows."""
        while self._late:
            name, record = self._late[0]
            known = self.get(name) or await self._store.get(name)
            changed = step(known, record)
            if changed is not None and changed is not known:
                self._keep(changed, record)
            self._late.pop(0)

    def _forget(self) -> None:
        for name in _oldest(self._ended, len(self._ended) - _KEPT):
            if name not in self._due:
                for pop in self._ended.pop(name).pops:
                    self._offers.pop(pop.offer, None)

    async def _run(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(_DELAY_S)
            self._something.clear()
            try:
                await self.flush()
            except UnavailableError as error:
                _log.warning("call records wait for the store: %s", error)
                await asyncio.sleep(_RETRY_S)
                self._something.set()


def _oldest(names: Iterable[str], count: int) -> list[str]:
    return [name for name, _ in zip(names, range(count), strict=False)]
