"""One database: open, migrate, read, write, close."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from base.errors import UnavailableError, UsageError
from store import dialect
from store.tables import HEAD

_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """The connections to one database.

    `await open()` makes the folder and the tables; then `read()` and `write()` give connections;
    `await close()` gives all back. What fails outside is an `UnavailableError`.
    """

    def __init__(self, url: str) -> None:
        self._url = dialect.normal_url(url)
        self._engine: AsyncEngine | None = None
        # SQLite has one writer: waiting here is fair and quick, its own busy handler is neither.
        self._turn: asyncio.Lock | nullcontext[None] = (
            asyncio.Lock() if dialect.is_sqlite(self._url) else nullcontext()
        )

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._url.get_backend_name()

    async def open(self) -> None:
        """Connect and bring the tables up to date; raises `UnavailableError`."""
        if self._url.database and dialect.is_sqlite(self._url) and self._url.database != ":memory:":
            _make_file(Path(self._url.database))
        # Errors are logged: they must not tell what stood in a statement.
        self._engine = create_async_engine(self._url, hide_parameters=True)
        if dialect.is_sqlite(self._url):
            dialect.prepare(self._engine.sync_engine)
        try:
            await self.migrate()
        except BaseException:
            await self.close()
            raise

    async def migrate(self) -> None:
        """Run the migrations that are missing; quick when there is none."""
        async with self.write() as connection:
            if await connection.run_sync(_revision) != HEAD:
                await connection.run_sync(_upgrade)

    async def close(self) -> None:
        """Give all connections back. Idempotent."""
        if self._engine is not None:
            engine, self._engine = self._engine, None
            await engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction that sees one state of the database."""
        with _outside():
            async with self._opened().connect() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction that is durable when the block has been left."""
        with _outside():
            async with self._turn, self._opened().connect() as connection:
                await connection.execution_options(**{dialect.WRITES: True})
                async with connection.begin():
                    yield connection

    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise UsageError("the database is not open")
        return self._engine


class _outside:
    """What the database's driver raises, as our own error."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DBAPIError) and not isinstance(error, sa.exc.IntegrityError):
            raise UnavailableError(f"the database refused: {error.orig}") from error


def _make_file(path: Path) -> None:
    """Nobody else may read it; its journals get the same mode from SQLite."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise UnavailableError(f"cannot make {path}: {error.strerror}") from error


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade(connection: sa.Connection) -> None:
    # Imported here: a start that has nothing to migrate does not pay for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
