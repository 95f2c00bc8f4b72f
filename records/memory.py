"""Stores in memory, for tests and simulations; the same contracts as the real ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace

from base.errors import UnavailableError
from records.contract import Record, RecordingEntry, RecordingState
from records.folds.cdr import CallRecord


class MemoryEventStore:
    """Fills `EventStore`. While `away` is true it raises as a lost database does."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, int], Record] = {}
        self.away = False
        self.commits = 0

    async def append(self, records: Sequence[Record]) -> None:
        self._there()
        self.commits += 1
        for record in records:
            self.records.setdefault((record.node, record.seq), record)

    async def read(
        self,
        *,
        kinds: Collection[str] = (),
        call: str | None = None,
        case: str | None = None,
        since: float = 0.0,
    ) -> AsyncIterator[Record]:
        self._there()
        for _, record in sorted(self.records.items()):
            if (
                record.wall >= since
                and (not kinds or record.kind in kinds)
                and (call is None or record.call == call)
                and (case is None or record.case == case)
            ):
                yield record

    async def last_seq(self, node: str) -> int:
        self._there()
        return max((seq for name, seq in self.records if name == node), default=0)

    def _there(self) -> None:
        if self.away:
            raise UnavailableError("the store in memory was told to be away")


class MemoryRecordingIndex:
    """Fills `RecordingIndex`."""

    def __init__(self) -> None:
        self.entries: dict[str, RecordingEntry] = {}

    async def put(self, entry: RecordingEntry) -> None:
        known = self.entries.get(entry.id)
        held = known is not None and known.legal_hold
        self.entries[entry.id] = replace(entry, legal_hold=entry.legal_hold or held)

    async def get(self, recording: str) -> RecordingEntry | None:
        return self.entries.get(recording)

    async def in_state(self, state: RecordingState) -> Sequence[RecordingEntry]:
        found = [entry for entry in self.entries.values() if entry.state is state]
        return sorted(found, key=lambda entry: entry.started)


class MemoryCallStore:
    """Fills `CallStore`."""

    def __init__(self) -> None:
        self.calls: dict[str, CallRecord] = {}
        self.marked = 0.0

    async def save(self, calls: Sequence[CallRecord], mark: float) -> None:
        self.calls.update({call.call: call for call in calls})
        self.marked = mark

    async def get(self, call: str) -> CallRecord | None:
        return self.calls.get(call)

    async def mark(self) -> float:
        return self.marked
