"""The log in the database: all or nothing, in order, given twice without harm."""

import pytest

import switch.events
from base.errors import UnavailableError
from records.codec import EventCodec, event_classes
from records.contract import Record
from store.database import Database
from store.events import SqlEventStore
from switch.events import CallWasAnswered


def made(seq, node="n1", kind="call.answered", call="c1", wall=None, case=None):
    payload = {"call": call, "after_ms": 1.5}
    wall = float(seq) if wall is None else wall
    return Record(node, seq, wall, 0.5, "default", kind, 1, call, case, None, payload, {"p": "王"})


@pytest.fixture
async def events(database):
    return SqlEventStore(database)


async def read(events, **where):
    return [record async for record in events.read(**where)]


async def test_what_was_appended_is_read_in_order(events):
    await events.append([made(2, "n2"), made(1, "n2")])
    await events.append([made(3, "n1")])
    assert await read(events) == [made(3, "n1"), made(1, "n2"), made(2, "n2")]
    assert await events.last_seq("n2") == 2
    assert await events.last_seq("n9") == 0


async def test_a_batch_given_twice_changes_nothing(events):
    await events.append([made(1)])
    await events.append([made(1), made(2)])
    assert await read(events) == [made(1), made(2)]


async def test_a_number_that_another_process_used_is_refused(events):
    await events.append([made(1)])
    with pytest.raises(UnavailableError, match="another process"):
        await events.append([made(1, kind="call.ended"), made(2)])
    assert await read(events) == [made(1)]


async def test_all_or_nothing(events):
    with pytest.raises(Exception, match="NOT NULL"):
        await events.append([made(1), made(2, kind=None)])
    assert await read(events) == []


async def test_filters(events):
    await events.append(
        [made(1), made(2, kind="call.ended"), made(3, call="c2", case="K1"), made(4, call=None)]
    )

    async def seqs(**where):
        return [record.seq for record in await read(events, **where)]

    assert await seqs(kinds={"call.ended", "x"}) == [2]
    assert await seqs(call="c1") == [1, 2]
    assert await seqs(case="K1") == [3]
    assert await seqs(since=3.0) == [3, 4]
    assert await seqs(call="c1", since=2.0) == [2]


async def test_more_than_a_page(events):
    await events.append([made(seq) for seq in range(1, 2502)])
    assert [record.seq for record in await read(events)] == list(range(1, 2502))


async def test_with_a_codec_records_carry_typed_events(database):
    events = SqlEventStore(database, EventCodec(event_classes(switch.events)))
    await events.append([made(1), made(2, kind="from.the.future")])
    known, unknown = await read(events)
    assert known.event == CallWasAnswered("c1", 1.5)
    assert unknown.event is None


async def test_a_database_that_broke_is_unavailable(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/segue.db")
    await database.open()
    async with database.write() as connection:
        await connection.exec_driver_sql("DROP TABLE events")
    with pytest.raises(UnavailableError):
        await SqlEventStore(database).append([made(1)])
    await database.close()
