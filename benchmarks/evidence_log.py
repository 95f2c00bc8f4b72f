"""What the evidence log costs: an event told and queued, and a row made durable."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Final

import switch.events as e
from base.system import SystemClock
from benchmarks.figures import Figure, one
from records.codec import EventCodec, event_classes
from records.log import EvidenceLog
from store.database import Database
from store.events import SqlEventStore

_EVENTS: Final = 20_000
_AT_ONCE: Final = 100


def measure() -> list[Figure]:
    """The floor of a row is sqlite3 alone: the same text, in groups of the same size."""
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as name:
        emit_us, row_us = asyncio.run(_log(Path(name)))
        floor = _rows(Path(name))
    return [
        one("event emitted", "us", emit_us),
        one("event emitted and durable", "us", row_us, floor=floor),
    ]


async def _log(folder: Path) -> tuple[float, float]:
    database = Database(f"sqlite:///{folder / 'bench.db'}")
    await database.open()
    clock = SystemClock()
    log = EvidenceLog(
        "n1", SqlEventStore(database, EventCodec(event_classes(e))), clock, folder / "spool"
    )
    await log.start()
    began, emitting = time.perf_counter(), 0.0
    for n in range(_EVENTS // _AT_ONCE):
        now, start = clock.now(), time.perf_counter()
        for m in range(_AT_ONCE):
            log.emit(e.CallHeld(f"call-{n}-{m}", "agent"), now)
        emitting += time.perf_counter() - start
        await log.flush()
    whole = time.perf_counter() - began
    await log.stop()
    await database.close()
    return 1e6 * emitting / _EVENTS, 1e6 * whole / _EVENTS


def _rows(folder: Path) -> float:
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE t (node, seq, tenant, wall, mono, kind, call, payload,"
        " PRIMARY KEY (node, seq)) WITHOUT ROWID;"
        "CREATE INDEX i ON t (call)"
    )
    began = time.perf_counter()
    for n in range(_EVENTS // _AT_ONCE):
        rows = [
            ("n1", n * _AT_ONCE + m, "default", 0.0, 0.0, "call.held", f"call-{n}-{m}", "{}")
            for m in range(_AT_ONCE)
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO t VALUES (?,?,?,?,?,?,?,?)", rows)
        connection.execute("COMMIT")
    connection.close()
    return 1e6 * (time.perf_counter() - began) / _EVENTS
