"""A new database gets all tables; an old one is brought up to date; a good one is left alone."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import store.database
from base.errors import UnavailableError
from store.database import Database
from store.tables import HEAD, metadata


async def test_up_from_empty_gives_the_tables_that_the_code_knows(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/var/segue.db")
    await database.open()
    async with database.read() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    await database.close()
    assert difference == []


async def test_a_second_start_does_not_even_load_alembic(tmp_path, monkeypatch):
    database = Database(f"sqlite:///{tmp_path}/segue.db")
    await database.open()
    await database.close()
    monkeypatch.setattr(store.database, "_upgrade", None)
    await database.open()
    await database.close()


def test_the_newest_migration_is_the_one_the_code_names():
    config = Config()
    config.set_main_option("script_location", str(store.database._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_commits_are_on_disk_and_readers_do_not_wait(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/segue.db")
    await database.open()
    async with database.read() as connection:
        assert await connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(sa.text("PRAGMA synchronous")) == 2  # FULL
    await database.close()


async def test_only_its_owner_reads_the_database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/var/segue.db")
    await database.open()
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "var").iterdir()}
    await database.close()
    assert modes == {0o600}


async def test_a_place_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "var").write_text("in the way")
    database = Database(f"sqlite:///{tmp_path}/var/segue.db")
    with pytest.raises(UnavailableError, match="cannot make"):
        await database.open()


async def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    (tmp_path / "segue.db").write_bytes(b"not a database at all" * 100)
    database = Database(f"sqlite:///{tmp_path}/segue.db")
    with pytest.raises(UnavailableError, match="not a database"):
        await database.open()
