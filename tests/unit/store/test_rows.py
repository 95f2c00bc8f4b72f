"""Calls, recordings and registrations come back as they were put in, page by page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from base.virtual import VirtualTime
from records.contract import RecordingEntry, RecordingState
from records.folds.cdr import CallRecord, PathStep, PopTimes
from store.calls import CallRepository
from store.recordings import RecordingRepository
from store.registrations import Registrations
from switch.signalling import Contact

STARTED = datetime(2026, 11, 22, 2, 0, 0, 123456, tzinfo=UTC)


def call(name, started=100.0, **fields):
    return CallRecord(name, "default", "n1", 1, started, started, ended=started + 9, **fields)


def recording(name, **fields):
    fields.setdefault("state", RecordingState.SEALED)
    return RecordingEntry(
        id=name,
        call="c1",
        tenant="default",
        started=STARTED,
        keep_until=STARTED + timedelta(days=365),
        **fields,
    )


async def test_a_call_comes_back_whole_and_is_replaced(database):
    calls = CallRepository(database)
    full = call(
        "c1",
        customer="C1001",
        path=(PathStep(1.0, "welcome", "say", "next", 2.0),),
        pops=(PopTimes("o1", 1, "li_na", 1.0, how="rendered"),),
    )
    await calls.save([full], mark=50.0)
    assert await calls.get("c1") == full
    assert await calls.mark() == 50.0
    await calls.save([replace(full, disposition="solved")], mark=60.0)
    assert (await calls.get("c1")).disposition == "solved"
    assert await calls.mark() == 60.0
    assert await calls.get("c2") is None


async def test_pages_are_newest_first_without_gaps_or_repeats(database):
    calls = CallRepository(database)
    # Several calls of one moment must neither be skipped nor shown twice.
    await calls.save([call(f"c{i:02}", started=float(i // 3)) for i in range(20)], mark=0.0)
    seen, cursor = [], None
    while True:
        page, cursor = await calls.list(before=cursor, limit=7)
        seen += [found.call for found in page]
        if cursor is None:
            break
    assert seen == [f"c{i:02}" for i in range(19, -1, -1)]


async def test_calls_are_found_by_customer_agent_queue_and_case(database):
    calls = CallRepository(database)
    await calls.save(
        [call("c1", customer="A", agent="li_na"), call("c2", queue="sales", case="K1")], mark=0.0
    )

    async def found(**where):
        return [one.call for one in (await calls.list(**where))[0]]

    assert await found(customer="A") == ["c1"]
    assert await found(agent="li_na") == ["c1"]
    assert await found(queue="sales") == ["c2"]
    assert await found(case="K1", queue="sales") == ["c2"]
    assert await found(customer="B") == []


async def test_a_cursor_that_is_not_ours_starts_anew(database):
    calls = CallRepository(database)
    await calls.save([call("c1")], mark=0.0)
    for cursor in ("", "x", "1.0", "nan~x", "x~y", "1~\0"):
        assert len((await calls.list(before=cursor))[0]) == 1
    assert len((await calls.list(limit=-5))[0]) == 1


async def test_a_recording_comes_back_and_a_hold_is_not_lost_by_sealing(database):
    recordings = RecordingRepository(database)
    await recordings.put(recording("r1", state=RecordingState.SPOOLED))
    assert await recordings.hold("r1", True)
    await recordings.put(recording("r1", sha256="ab"))
    assert await recordings.get("r1") == recording("r1", sha256="ab", legal_hold=True)
    assert await recordings.hold("r1", False)
    assert not (await recordings.get("r1")).legal_hold
    assert not await recordings.hold("r9", True)
    assert [one.id for one in await recordings.of_call("c1")] == ["r1"]
    assert await recordings.in_state(RecordingState.SPOOLED) == []
    assert (await recordings.list(mailbox="shop"))[0] == []


async def test_bindings_survive_until_they_expire(database):
    now = VirtualTime().now()
    registrations = Registrations(database)
    desk = Contact("sip:201@127.0.0.1:5070", ("127.0.0.1", 5070), now.wall + 60, "baresip")
    soft = Contact("sip:201@127.0.0.1:5080", ("127.0.0.1", 5080), now.wall + 600)
    await registrations.save({"201": [desk, soft], "202": [soft]})
    assert await Registrations(database).load(now) == {"201": [soft, desk], "202": [soft]}
    await registrations.save({"202": []})
    assert await registrations.load(now.later(61)) == {"201": [soft]}
    assert await registrations.purge(now.later(61)) == 1
    await registrations.save({"201": []})
    assert await registrations.load(now) == {}
