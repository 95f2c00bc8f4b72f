"""A lost store costs nothing but a file: events wait on disk and go in, in order, later."""

import asyncio
import shutil
from dataclasses import dataclass
from typing import ClassVar

import pytest

from base.errors import UnavailableError
from base.events import Durability, Event
from base.virtual import VirtualTime
from records.log import EvidenceLog
from records.memory import MemoryEventStore
from records.spool import DiskSpool
from records.writer import Writer


@dataclass(frozen=True, slots=True)
class Promised(Event):
    kind: ClassVar[str] = "test.promised"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    number: int


async def until(condition):
    """Let the loop and its worker threads go on until it is so."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what it waits for is in the code under test
            await asyncio.sleep(0)


@pytest.fixture
async def time():
    return VirtualTime()


@pytest.fixture
async def store():
    return MemoryEventStore()


def numbers(store):
    return [
        record.payload["number"]
        for _, record in sorted(store.records.items())
        if record.kind == "test.promised"
    ]


async def test_a_promise_is_kept_on_disk_while_the_store_is_away(store, time, tmp_path):
    log = EvidenceLog("n1", store, time, tmp_path, timers=time)
    await log.start()
    await log.durable(Promised(0))
    store.away = True
    for number in range(1, 30):
        await log.durable(Promised(number))
    assert log.degraded
    assert numbers(store) == [0]
    store.away = False
    time.advance(1.1)
    await until(lambda: not log.degraded)
    await log.durable(Promised(30))
    assert numbers(store) == list(range(31))
    kinds = [record.kind for _, record in sorted(store.records.items())]
    assert kinds.count("log.store_lost") == kinds.count("log.store_returned") == 1
    assert log.lost == 0
    assert list(tmp_path.glob("log-*")) == []
    await log.stop()


async def test_what_is_spooled_at_the_end_goes_in_at_the_next_start(store, time, tmp_path):
    log = EvidenceLog("n1", store, time, tmp_path, timers=time)
    await log.start()
    store.away = True
    await log.durable(Promised(1))
    await log.stop()
    store.away = False
    again = EvidenceLog("n1", store, time, tmp_path, timers=time)
    await again.start()
    second = await again.durable(Promised(2))
    await until(lambda: numbers(store) == [1, 2])
    assert second.seq == max(seq for _, seq in store.records)
    await again.stop()


async def test_neither_store_nor_disk_fails_the_promise_and_keeps_it_in_memory(
    store, time, tmp_path
):
    folder = tmp_path / "spool"
    log = EvidenceLog("n1", store, time, folder, timers=time)
    await log.start()
    store.away = True
    shutil.rmtree(folder)
    folder.write_text("in the way")
    with pytest.raises(UnavailableError, match="neither"):
        await log.durable(Promised(1))
    store.away = False
    time.advance(1.1)
    await until(lambda: not log.degraded)
    await log.stop()
    kinds = [record.kind for record in store.records.values()]
    assert kinds == ["test.promised", "log.store_lost", "log.store_returned"]
    assert log.lost == 0


async def test_two_processes_do_not_write_one_log(store, time, tmp_path):
    log = EvidenceLog("n1", store, time, tmp_path, timers=time)
    await log.start()
    with pytest.raises(UnavailableError, match="another process"):
        await EvidenceLog("n1", store, time, tmp_path, timers=time).start()
    await log.stop()
    await log.start()
    await log.stop()


async def test_a_disk_that_breaks_while_the_spool_is_read_does_not_end_the_writer(
    store, time, tmp_path, monkeypatch
):
    log = EvidenceLog("n1", store, time, tmp_path, timers=time)
    await log.start()
    store.away = True
    await log.durable(Promised(1))

    def broken(self, limit):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(DiskSpool, "head", broken)
        store.away = False
        time.advance(1.1)
        with pytest.raises(UnavailableError):
            await log.durable(Promised(2))
    time.advance(1.1)
    await until(lambda: numbers(store) == [1, 2])
    await log.stop()


class HangingStore(MemoryEventStore):
    def __init__(self):
        super().__init__()
        self.answer = asyncio.Event()
        self.at_once = 0

    async def append(self, records):
        self.at_once += 1
        assert self.at_once == 1
        await self.answer.wait()
        self.at_once -= 1
        await super().append(records)


async def test_a_store_that_does_not_answer_holds_nobody_up(time, tmp_path):
    store = HangingStore()
    said = []
    writer = Writer(store, DiskSpool(tmp_path), said.append, time, store_timeout_s=0.01)
    await writer.start("n1")
    for seq in range(1, 4):
        writer.add(_record(seq), Durability.BEFORE_EFFECT)
        await writer.written(seq)
        time.advance(1.1)
    assert writer.degraded
    store.answer.set()
    await until(lambda: time.advance(1.1) or not writer.degraded)
    assert sorted(seq for _, seq in store.records) == [1, 2, 3]
    await writer.stop()


class RefusingStore(MemoryEventStore):
    async def append(self, records):
        if any(record.payload.get("number") == 13 for record in records):
            raise ValueError("I never take thirteen")
        await super().append(records)


async def test_one_event_that_no_store_takes_does_not_stop_the_others(time, tmp_path):
    store = RefusingStore()
    log = EvidenceLog("n1", store, time, tmp_path, timers=time)
    await log.start()
    await asyncio.gather(*(log.durable(Promised(number)) for number in range(20)))
    assert numbers(store) == [number for number in range(20) if number != 13]
    assert log.lost == 1
    assert b'"number":13' in (tmp_path / "refused.jsonl").read_bytes()
    await log.stop()


def _record(seq):
    from records.contract import Record

    return Record("n1", seq, 1.0, 1.0, "default", "test.made", 1, None, None, None, {}, {})
