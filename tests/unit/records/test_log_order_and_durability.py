"""The log numbers events, tells them at once and in order, and writes them in time."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

import pytest

from base.errors import UsageError
from base.events import Durability, Event, personal
from base.virtual import VirtualTime
from records.log import EvidenceLog
from records.memory import MemoryEventStore


@dataclass(frozen=True, slots=True)
class Promised(Event):
    kind: ClassVar[str] = "test.promised"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    call: str
    number: str = personal()


@dataclass(frozen=True, slots=True)
class Happened(Event):
    kind: ClassVar[str] = "test.happened"
    call: str
    tenant: str | None = None


@dataclass(frozen=True, slots=True)
class Measured(Event):
    kind: ClassVar[str] = "test.measured"
    durability: ClassVar[Durability] = Durability.TELEMETRY
    value: int


@pytest.fixture
async def time():
    return VirtualTime()


@pytest.fixture
async def store():
    return MemoryEventStore()


@pytest.fixture
async def log(time, store, tmp_path):
    log = EvidenceLog("n1", store, time, tmp_path, timers=time)
    await log.start()
    yield log
    await log.stop()


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_promise_is_on_disk_when_durable_returns(log, store):
    record = await log.durable(Promised("c1", number="+8613800000000"))
    assert store.records[("n1", record.seq)] == record


async def test_personal_values_stand_apart(log):
    record = await log.durable(Promised("c1", number="+8613800000000"))
    assert record.payload == {"call": "c1"}
    assert record.personal == {"number": "+8613800000000"}


async def test_those_who_wait_share_one_commit(log, store):
    before = store.commits
    await asyncio.gather(*(log.durable(Promised(f"c{i}")) for i in range(50)))
    assert len(store.records) == 50
    assert store.commits - before <= 2


async def test_business_is_written_within_50_ms_and_not_one_by_one(log, store, time):
    for i in range(10):
        log.emit(Happened(f"c{i}"), time.now())
    await settle()
    assert store.records == {}
    time.advance(0.05)
    await settle()
    assert len(store.records) == 10
    assert store.commits == 1


async def test_telemetry_waits_at_most_a_second_and_travels_with_business(log, store, time):
    log.emit(Measured(1), time.now())
    time.advance(0.05)
    await settle()
    assert store.records == {}
    log.emit(Happened("c1"), time.now())
    time.advance(0.05)
    await settle()
    assert [record.kind for record in store.records.values()] == ["test.measured", "test.happened"]
    log.emit(Measured(2), time.now())
    time.advance(1.0)
    await settle()
    assert len(store.records) == 3


async def test_every_subscriber_hears_the_same_order_when_one_emits_in_its_turn(log, time):
    first, second = [], []

    def answering(record):
        first.append(record.seq)
        if record.kind == "test.promised":
            log.emit(Happened("c1"), time.now())

    log.subscribe(answering)
    log.subscribe(lambda record: second.append(record.seq))
    log.emit(Promised("c1"), time.now())
    assert first == second == [1, 2]


async def test_a_subscriber_that_fails_or_leaves_disturbs_nobody(log, time):
    heard = []
    log.subscribe(lambda record: 1 / 0)
    leave = log.subscribe(heard.append)
    log.emit(Happened("c1"), time.now())
    leave()
    leave()
    log.emit(Happened("c2"), time.now())
    assert [record.call for record in heard] == ["c1"]


async def test_numbers_go_on_after_a_restart(log, store, time, tmp_path):
    await log.durable(Promised("c1"))
    await log.stop()
    again = EvidenceLog("n1", store, time, tmp_path, timers=time)
    await again.start()
    assert (await again.durable(Promised("c2"))).seq == 2
    await again.stop()


async def test_later_events_of_a_call_belong_to_its_tenant(log):
    await log.durable(Happened("c1", tenant="acme"))
    assert (await log.durable(Promised("c1"))).tenant == "acme"
    assert (await log.durable(Promised("c2"))).tenant == "default"


async def test_stop_writes_what_is_held_and_leaves_no_timer(log, store, time):
    log.emit(Happened("c1"), time.now())
    log.emit(Measured(1), time.now())
    await log.stop()
    assert len(store.records) == 2
    assert time.pending == 0


async def test_an_event_before_the_start_is_our_own_mistake(store, time, tmp_path):
    log = EvidenceLog("n1", store, time, tmp_path)
    with pytest.raises(UsageError):
        log.emit(Happened("c1"), time.now())
