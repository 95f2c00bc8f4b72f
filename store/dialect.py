"""The only place that knows which database it is: SQLite here, PostgreSQL ready."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.sql.dml import Insert

WRITES = "segue_writes"
"""The execution option of a connection that is going to write."""


def normal_url(text: str) -> URL:
    """The URL with an asyncio driver: `sqlite:///var/segue.db` becomes `sqlite+aiosqlite:…`."""
    url = make_url(text)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    return url.set(drivername=drivers.get(url.drivername, url.drivername))


def is_sqlite(url: URL) -> bool:
    """Whether there is one writer at a time, in one process."""
    return url.get_backend_name() == "sqlite"


def prepare(engine: Engine) -> None:
    """Set up each SQLite connection: WAL, synchronous FULL, explicit transactions."""
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)


def insert_new(dialect: str, table: Table) -> Insert:
    """INSERT that leaves rows alone which are there already."""
    statement: Insert = _insert(dialect, table).on_conflict_do_nothing()
    return statement


def upsert(dialect: str, table: Table, *, keep: tuple[str, ...] = ()) -> Insert:
    """INSERT, or UPDATE of all columns except the key and `keep` where the key is there."""
    statement = _insert(dialect, table)
    key = [column.name for column in table.primary_key]
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in key and column.name not in keep
    }
    result: Insert = statement.on_conflict_do_update(index_elements=key, set_=changed)
    return result


def _insert(dialect: str, table: Table) -> Any:
    if dialect == "sqlite":
        return sqlite.insert(table)
    # Here, because a node with SQLite need not wait for it to be loaded.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def _connected(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late for a transaction that reads first; we say it ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # In WAL mode NORMAL may lose the last commits when power is lost.
        "busy_timeout=5000",
        "foreign_keys=ON",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begun(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
