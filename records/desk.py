"""What people do with recordings: listen and delete, both audited."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from base.errors import UnavailableError
from base.instant import Instant
from records.contract import EvidenceSink, RecordingEntry, RecordingIndex, RecordingState
from records.events import (
    RecordingDeleted,
    RecordingDeletionOrdered,
    RecordingDeletionRefused,
    RecordingPlayed,
)
from records.retention import Permission, Reason, Refusal, RetentionPolicy, may_delete
from records.sidecar import sidecar_of, sync_folder, utc_text


class RecordingDesk:
    """Plays and deletes recordings of an archive under `root`.

    `path(entry)` is where the audio is; `await played(entry, who)` comes before anybody hears it;
    `await delete(id, who, now) -> Permission | Refusal`.
    """

    def __init__(
        self,
        root: Path,
        index: RecordingIndex,
        log: EvidenceSink,
        policy: RetentionPolicy | None = None,
    ) -> None:
        self._root = root
        self._index = index
        self._log = log
        self.policy = policy or RetentionPolicy()
        """Replaced when the site is reloaded."""
        self._one_at_a_time = asyncio.Lock()

    def path(self, entry: RecordingEntry) -> Path:
        """Where its WAV and, beside it, its sidecar are."""
        return self._root / entry.path

    async def played(self, entry: RecordingEntry, who: str) -> None:
        """Audit that `who` listens; durable on return, raises `UnavailableError`."""
        await self._log.durable(RecordingPlayed(entry.id, entry.call, who))

    async def delete(self, recording: str, who: str, now: Instant) -> Permission | Refusal:
        """Delete file and sidecar and leave a tombstone, or say why not; both are audited.

        Raises `UnavailableError` when the order is kept but the file could not be removed: the
        next start removes it.
        """
        async with self._one_at_a_time:
            return await self._delete(recording, who, now)

    async def _delete(self, recording: str, who: str, now: Instant) -> Permission | Refusal:
        entry = await self._index.get(recording)
        verdict = self._verdict(entry, now.utc())
        if entry is None or isinstance(verdict, Refusal):
            refusal = verdict if isinstance(verdict, Refusal) else Refusal(Reason.UNKNOWN, None)
            await self._refuse(recording, entry, who, refusal)
            return refusal
        await self._log.durable(RecordingDeletionOrdered(recording, entry.call, who))
        await self._index.put(replace(entry, state=RecordingState.DELETED))
        await self._remove(entry)
        await self._log.durable(RecordingDeleted(recording, entry.call, who, entry.sha256))
        return verdict

    async def sweep(self) -> int:
        """Remove what a crash left of deleted recordings; returns how many files."""
        entries = await self._index.in_state(RecordingState.DELETED)
        left = [entry for entry in entries if self.path(entry).is_file()]
        for entry in left:
            await self._remove(entry)
            await self._log.durable(RecordingDeleted(entry.id, entry.call, "segue", entry.sha256))
        return len(left)

    def _verdict(self, entry: RecordingEntry | None, now: datetime) -> Permission | Refusal:
        if entry is None:
            return Refusal(Reason.UNKNOWN, None)
        return may_delete(entry, now, self.policy.rule(entry.tenant).holds)

    async def _refuse(
        self, recording: str, entry: RecordingEntry | None, who: str, refusal: Refusal
    ) -> None:
        await self._log.durable(
            RecordingDeletionRefused(
                recording=recording[:64],
                call=None if entry is None else entry.call,
                who=who,
                reason=refusal.reason.value,
                keep_until=None if refusal.keep_until is None else utc_text(refusal.keep_until),
            )
        )

    async def _remove(self, entry: RecordingEntry) -> None:
        path = self.path(entry)
        try:
            await asyncio.to_thread(_unlink, path, sidecar_of(path))
        except OSError as error:
            raise UnavailableError(f"cannot remove {path}: {error.strerror}") from error


def _unlink(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
    if paths[0].parent.is_dir():
        sync_folder(paths[0].parent)
