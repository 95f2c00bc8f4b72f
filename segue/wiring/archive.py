"""The part that keeps recordings: archive, call records, and what people do with both."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from base.instant import Clock
from base.system import SystemIds
from records.archive import RecordingArchive
from records.book import CallBook
from records.contract import RecordingEntry
from records.desk import RecordingDesk
from records.retention import Refusal
from records.shelf import Shelf
from segue.settings import Settings
from segue.site import Site
from segue.wiring.evidence import Evidence
from store.recordings import RecordingRepository


@dataclass(frozen=True, slots=True)
class RecordingShop:
    """Fills `desk.ports.RecordingShop`: the index, the files and the audited deletion."""

    root: Path
    index: RecordingRepository
    desk: RecordingDesk
    clock: Clock

    async def get(self, recording: str) -> RecordingEntry | None:
        """What is known of a recording, deleted ones included."""
        return await self.index.get(recording)

    def path(self, entry: RecordingEntry) -> Path:
        """Where its WAV is."""
        return self.root / entry.path

    async def delete(self, recording: str, who: str) -> str | None:
        """Delete it, audited. None when done; else why not."""
        verdict = await self.desk.delete(recording, who, self.clock.now())
        return verdict.reason.value if isinstance(verdict, Refusal) else None


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of calls."""

    archive: RecordingArchive
    shop: RecordingShop
    book: CallBook


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
            shop = RecordingShop(root, evidence.recordings, desk, clock)
            yield Keeping(archive, shop, book)
        finally:
            await archive.stop()
    finally:
        await book.stop()
