"""The evidence log in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from base.errors import UnavailableError
from records.codec import EventCodec
from records.contract import Record
from store import dialect
from store.database import Database
from store.tables import events

_PAGE = 1000


class SqlEventStore:
    """Fills `records.contract.EventStore`. With a codec the records read have typed events."""

    def __init__(self, database: Database, codec: EventCodec | None = None) -> None:
        self._database = database
        self._codec = codec

    async def append(self, records: Sequence[Record]) -> None:
        """All of them or none, durable on return; raises `UnavailableError`."""
        if not records:
            return
        rows = [_row(record) for record in records]
        insert = dialect.insert_new(self._database.dialect, events)
        async with self._database.write() as connection:
            done = await connection.execute(insert, rows)
            if 0 <= done.rowcount < len(rows):
                await self._check_same(connection, records)

    async def read(
        self,
        *,
        kinds: Collection[str] = (),
        call: str | None = None,
        case: str | None = None,
        since: float = 0.0,
    ) -> AsyncIterator[Record]:
        """In order of `(node, seq)`, a page at a time: no transaction stays open between pages."""
        query = _query(kinds, call, case, since)
        last = ("", 0)
        while True:
            async with self._database.read() as connection:
                page = (await connection.execute(_after(query, last))).all()
            for row in page:
                yield self._record(row)
            if len(page) < _PAGE:
                return
            last = (page[-1].node, page[-1].seq)

    async def last_seq(self, node: str) -> int:
        """The highest number of a node, 0 for a new one."""
        query = sa.select(sa.func.max(events.c.seq)).where(events.c.node == node)
        async with self._database.read() as connection:
            return (await connection.scalar(query)) or 0

    async def _check_same(self, connection: AsyncConnection, records: Sequence[Record]) -> None:
        """A number that was there already must hold the same event: we gave it before."""
        ours = {(record.node, record.seq): (record.kind, record.wall) for record in records}
        key = sa.tuple_(events.c.node, events.c.seq)
        query = sa.select(events.c.node, events.c.seq, events.c.kind, events.c.wall)
        for node, seq, kind, wall in await connection.execute(query.where(key.in_(ours))):
            if ours[node, seq] != (kind, wall):
                raise UnavailableError(f"another process writes the log as node {node!r}")

    def _record(self, row: Any) -> Record:
        event = None
        if self._codec is not None:
            event = self._codec.decode(row.kind, row.version, row.payload, row.personal)
        return Record(
            node=row.node,
            seq=row.seq,
            wall=row.wall,
            mono=row.mono,
            tenant=row.tenant,
            kind=row.kind,
            version=row.version,
            call=row.call_id,
            case=row.case_id,
            agent=row.agent,
            payload=row.payload,
            personal=row.personal,
            event=event,
        )


def _row(record: Record) -> dict[str, Any]:
    return {
        "node": record.node,
        "seq": record.seq,
        "wall": record.wall,
        "mono": record.mono,
        "tenant": record.tenant,
        "kind": record.kind,
        "version": record.version,
        "call_id": record.call,
        "case_id": record.case,
        "agent": record.agent,
        "payload": record.payload,
        "personal": record.personal,
    }


def _query(
    kinds: Collection[str], call: str | None, case: str | None, since: float
) -> sa.Select[Any]:
    query = sa.select(events).order_by(events.c.node, events.c.seq).limit(_PAGE)
    if kinds:
        query = query.where(events.c.kind.in_(sorted(kinds)))
    if call is not None:
        query = query.where(events.c.call_id == call)
    if case is not None:
        query = query.where(events.c.case_id == case)
    return query.where(events.c.wall >= since) if since else query


def _after(query: sa.Select[Any], last: tuple[str, int]) -> sa.Select[Any]:
    node, seq = last
    return query.where(
        sa.or_(events.c.node > node, sa.and_(events.c.node == node, events.c.seq > seq))
    )
