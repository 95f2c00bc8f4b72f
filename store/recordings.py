"""The rows of recordings; a deleted recording leaves its row as a tombstone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from records.contract import RecordingEntry, RecordingState
from store import dialect, paging
from store.database import Database
from store.tables import recordings


class RecordingRepository:
    """Fills `records.contract.RecordingIndex`, and finds recordings for people.

    `get(id) -> RecordingEntry | None`, `of_call(call) -> list[RecordingEntry]`,
    `list(before=None, limit=50, …) -> (list[RecordingEntry], next)`, `hold(id, held) -> bool`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, entry: RecordingEntry) -> None:
        """Insert or replace by id; a legal hold is changed by `hold` only."""
        statement = dialect.upsert(self._database.dialect, recordings, keep=("legal_hold",))
        async with self._database.write() as connection:
            await connection.execute(statement, _row(entry))

    async def hold(self, recording: str, held: bool) -> bool:
        """Set or lift a legal hold; False when there is no such recording."""
        update = sa.update(recordings).where(recordings.c.id == recording)
        async with self._database.write() as connection:
            return bool((await connection.execute(update.values(legal_hold=held))).rowcount)

    async def get(self, recording: str) -> RecordingEntry | None:
        """One recording, deleted ones included."""
        found = await self._entries(sa.select(recordings).where(recordings.c.id == recording))
        return found[0] if found else None

    async def of_call(self, call: str) -> Sequence[RecordingEntry]:
        """All recordings of a call, the oldest first."""
        query = sa.select(recordings).where(recordings.c.call_id == call)
        return await self._entries(query.order_by(recordings.c.started, recordings.c.id))

    async def in_state(self, state: RecordingState) -> Sequence[RecordingEntry]:
        """All recordings of a state, the oldest first."""
        query = sa.select(recordings).where(recordings.c.state == state.value)
        return await self._entries(query.order_by(recordings.c.started, recordings.c.id))

    async def list(
        self,
        *,
        before: str | None = None,
        limit: int = 50,
        queue: str | None = None,
        agent: str | None = None,
        mailbox: str | None = None,
        state: RecordingState | None = None,
    ) -> tuple[Sequence[RecordingEntry], str | None]:
        """A page, newest first, and the cursor of the next; a foreign cursor starts anew."""
        query = sa.select(recordings)
        for column, value in (
            (recordings.c.queue, queue),
            (recordings.c.agent, agent),
            (recordings.c.mailbox, mailbox),
            (recordings.c.state, state.value if state else None),
        ):
            if value is not None:
                query = query.where(column == value)
        query = paging.newest_first(query, recordings.c.started, recordings.c.id, before, limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        limit = min(max(limit, 1), paging.LIMIT_MAX)
        return [_entry(row) for row in rows[:limit]], paging.following(rows, limit)

    async def _entries(self, query: sa.Select[Any]) -> Sequence[RecordingEntry]:
        async with self._database.read() as connection:
            return [_entry(row) for row in await connection.execute(query)]


def _row(entry: RecordingEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "call_id": entry.call,
        "case_id": entry.case,
        "tenant": entry.tenant,
        "queue": entry.queue,
        "agent": entry.agent,
        "mailbox": entry.mailbox,
        "state": entry.state.value,
        "path": entry.path,
        "channels": entry.channels,
        "sample_rate": entry.sample_rate,
        "seconds": entry.seconds,
        "started": entry.started.timestamp(),
        "keep_until": entry.keep_until.timestamp(),
        "sha256": entry.sha256,
        "legal_hold": entry.legal_hold,
    }


def _entry(row: Any) -> RecordingEntry:
    return RecordingEntry(
        id=row.id,
        call=row.call_id,
        case=row.case_id,
        tenant=row.tenant,
        queue=row.queue,
        agent=row.agent,
        mailbox=row.mailbox,
        state=RecordingState(row.state),
        path=row.path,
        channels=row.channels,
        sample_rate=row.sample_rate,
        seconds=row.seconds,
        started=datetime.fromtimestamp(row.started, UTC),
        keep_until=datetime.fromtimestamp(row.keep_until, UTC),
        sha256=row.sha256,
        legal_hold=row.legal_hold,
    )
