import pytest

from store.database import Database


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/segue.db")
    await database.open()
    yield database
    await database.close()
