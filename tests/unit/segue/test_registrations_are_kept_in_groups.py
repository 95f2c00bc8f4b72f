"""A storm of registrations shares commits; a lost store refuses and keeps nothing half."""

import asyncio
import contextlib

import pytest

from base.errors import UnavailableError
from base.virtual import VirtualTime
from segue.wiring.registrations import BindingKeeper
from store.database import Database
from store.registrations import Registrations
from switch.fake import FakeLocations
from switch.signalling import Contact

NOW = VirtualTime().now()


class CountingStore(Registrations):
    commits = 0
    away = False

    async def save(self, accounts):
        if self.away:
            raise UnavailableError("the database is away")
        self.commits += 1
        await super().save(accounts)


class Log:
    flushed = 0

    async def flush(self):
        self.flushed += 1


@pytest.fixture
async def store(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/segue.db")
    await database.open()
    yield CountingStore(database)
    await database.close()


@contextlib.asynccontextmanager
async def keeping(store, accounts):
    locations = FakeLocations()
    for account in accounts:
        contact = Contact(f"sip:{account}@127.0.0.1", ("127.0.0.1", 5060), NOW.wall + 60)
        locations.bindings[account] = [contact]
    keeper = BindingKeeper(store, Log())
    keeper.attach(locations)
    task = asyncio.create_task(keeper.run())
    try:
        yield keeper
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def promise(keeper, account):
    told = asyncio.get_running_loop().create_future()
    keeper.keep(account, told.set_result)
    return told


async def test_a_storm_shares_commits_and_each_is_there_when_it_is_told(store):
    accounts = [str(number) for number in range(1000)]
    async with keeping(store, accounts) as keeper:
        told = [promise(keeper, account) for account in accounts]
        assert all(await asyncio.gather(*told))
        assert store.commits <= 6
        assert len(await store.load(NOW)) == 1000


async def test_an_event_is_on_disk_before_its_device_is_told(store):
    async with keeping(store, ["201"]) as keeper:
        assert await promise(keeper, "201")
        assert keeper._log.flushed == 1


async def test_while_the_store_is_lost_devices_are_refused(store):
    store.away = True
    async with keeping(store, ["201"]) as keeper:
        assert await promise(keeper, "201") is False
        store.away = False
        assert await keeper.write()  # what was refused is made right in the rows later
    assert list(await store.load(NOW)) == ["201"]
