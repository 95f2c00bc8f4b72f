"""The rows of calls: the newest fold of each, found by time, customer, agent, queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from records.folds.cdr import CallRecord
from store import dialect, paging
from store.database import Database
from store.tables import calls, fold_marks

_FOLD: Final = "calls"


class CallRepository:
    """Fills `records.contract.CallStore`, and finds calls for people.

    `get(call) -> CallRecord | None`,
    `list(before=None, limit=50, customer=None, agent=None, queue=None, case=None)
    -> (list[CallRecord], next)`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, records: Sequence[CallRecord], mark: float) -> None:
        """Insert or replace, together with the mark."""
        kind = self._database.dialect
        async with self._database.write() as connection:
            if records:
                rows = [_row(record) for record in records]
                await connection.execute(dialect.upsert(kind, calls), rows)
            await connection.execute(
                dialect.upsert(kind, fold_marks), {"fold": _FOLD, "wall": mark}
            )

    async def mark(self) -> float:
        """Every event before this moment is in the rows; 0.0 at first."""
        query = sa.select(fold_marks.c.wall).where(fold_marks.c.fold == _FOLD)
        async with self._database.read() as connection:
            return (await connection.scalar(query)) or 0.0

    async def get(self, call: str) -> CallRecord | None:
        """One call."""
        query = sa.select(calls.c.detail).where(calls.c.id == call)
        async with self._database.read() as connection:
            detail = await connection.scalar(query)
        return None if detail is None else CallRecord.from_plain(detail)

    async def list(
        self,
        *,
        before: str | None = None,
        limit: int = 50,
        customer: str | None = None,
        agent: str | None = None,
        queue: str | None = None,
        case: str | None = None,
    ) -> tuple[Sequence[CallRecord], str | None]:
        """A page, newest first, and the cursor of the next; a foreign cursor starts anew."""
        query = sa.select(calls)
        for column, value in (
            (calls.c.customer, customer),
            (calls.c.agent, agent),
            (calls.c.queue, queue),
            (calls.c.case_id, case),
        ):
            if value is not None:
                query = query.where(column == value)
        query = paging.newest_first(query, calls.c.started, calls.c.id, before, limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        limit = min(max(limit, 1), paging.LIMIT_MAX)
        found = [CallRecord.from_plain(row.detail) for row in rows[:limit]]
        return found, paging.following(rows, limit)


def _row(record: CallRecord) -> dict[str, Any]:
    return {
        "id": record.call,
        "tenant": record.tenant,
        "case_id": record.case,
        "customer": record.customer,
        "queue": record.queue or None,
        "agent": record.agent or None,
        "outcome": record.outcome,
        "started": record.started,
        "ended": record.ended,
        "detail": record.as_plain(),
    }
