"""The part that keeps recordings: archive, call records, and what people do with both."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from base.instant import Clock
from base.system import SystemIds
from records.archive import RecordingArchive
from records.book import CallBook
from records.contract import RecordingEntry
from records.desk import RecordingDesk
from records.folds.cdr import CallRecord
from records.retention import Refusal
from records.shelf import Shelf
from segue.settings import Settings
from segue.site import Site
from segue.wiring.evidence import Evidence
from store.calls import CallRepository
from store.recordings import RecordingRepository


@dataclass(frozen=True, slots=True)
class RecordingShop:
    """Fills `desk.ports.RecordingShop`: the index, the files and the audited deletion."""

    index: RecordingRepository
    desk: RecordingDesk
    clock: Clock

    async def get(self, recording: str) -> RecordingEntry | None:
        """What is known of a recording, deleted ones included."""
        return await self.index.get(recording)

    def path(self, entry: RecordingEntry) -> Path:
        """Where its WAV is."""
        return self.desk.path(entry)

    async def played(self, entry: RecordingEntry, who: str) -> None:
        """Audit that `who` listens; durable on return."""
        await self.desk.played(entry, who)

    async def delete(self, recording: str, who: str) -> str | None:
        """Delete it, audited. None when done; else why not."""
        verdict = await self.desk.delete(recording, who, self.clock.now())
        return verdict.reason.value if isinstance(verdict, Refusal) else None


@dataclass(frozen=True, slots=True)
class AllCalls:
    """Fills `desk.ports.Calls`: what is up or just over from memory, the rest from the rows."""

    book: CallBook
    rows: CallRepository

    async def get(self, call: str) -> CallRecord | None:
        """One call."""
        return self.book.get(call) or await self.rows.get(call)

    async def list(
        self, *, before: str | None = None, limit: int = 50
    ) -> tuple[Sequence[CallRecord], str | None]:
        """A page, newest first; the first one has all calls that are up, besides `limit` rows."""
        rows, following = await self.rows.list(before=before, limit=limit)
        if before is not None:
            return rows, following
        oldest = rows[-1].started if rows and following else 0.0
        found = {call.call: call for call in rows}
        for call in self.book.current():
            if call.ended is None or call.started >= oldest:
                found[call.call] = call
        return sorted(found.values(), key=lambda call: (call.started, call.call))[::-1], following


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of calls."""

    archive: RecordingArchive
    shop: RecordingShop
    book: CallBook
    calls: AllCalls


@contextlib.asynccontextmanager
async def archive_part(
    settings: Settings, site: Site, evidence: Evidence, clock: Clock
) -> AsyncIterator[Keeping]:
    """Seal what an earlier run left, and go on; nothing unsealed is lost when the block ends."""
    root = settings.data_dir / "recordings"
    desk = RecordingDesk(root, evidence.recordings, evidence.log, site.retention)
    archive = RecordingArchive(
        root,
        Shelf(settings.data_dir / "spool", SystemIds()),
        evidence.recordings,
        evidence.log,
        evidence.events,
        clock,
        policy=site.retention,
    )
    book = CallBook(evidence.calls, evidence.events, evidence.log, clock)
    await book.start()
    try:
        await desk.sweep()
        await archive.start()
        try:
            shop = RecordingShop(evidence.recordings, desk, clock)
            yield Keeping(archive, shop, book, AllCalls(book, evidence.calls))
        finally:
            await archive.stop()
    finally:
        await book.stop()
