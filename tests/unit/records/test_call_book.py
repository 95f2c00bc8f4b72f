"""The book keeps each ended call's row, also through a crash and a store that is away."""

import pytest

from base.virtual import VirtualTime
from handoff.events import CaseOpened, ContextMatched, DispositionSet
from records.book import CallBook
from records.log import EvidenceLog
from records.memory import MemoryCallStore, MemoryEventStore
from switch.events import CallReceived, CallWasAnswered, CallWasEnded


class House:
    def __init__(self, folder):
        self.folder = folder
        self.time = VirtualTime()
        self.events = MemoryEventStore()
        self.rows = MemoryCallStore()

    async def open(self):
        self.log = EvidenceLog("n1", self.events, self.time, self.folder, timers=self.time)
        await self.log.start()
        self.book = CallBook(self.rows, self.events, self.log, self.time)
        await self.book.start()

    async def close(self):
        await self.book.stop()
        await self.log.stop()

    def say(self, *events):
        for event in events:
            self.time.advance(1.0)
            self.log.emit(event, self.time.now())


@pytest.fixture
async def house(tmp_path):
    house = House(tmp_path)
    await house.open()
    yield house
    await house.close()


def received(call):
    return CallReceived(call, "l", "default", "6000", "flow:x", None, "sip", caller="1")


def ended(call):
    return CallWasEnded(call, "caller", 200, 0.0)


async def test_a_live_call_is_in_memory_and_an_ended_one_in_the_store(house):
    house.say(received("c1"))
    assert [call.call for call in house.book.live()] == ["c1"]
    house.say(ended("c1"))
    await house.book.flush()
    assert house.book.live() == []
    assert house.rows.calls["c1"] == house.book.get("c1")


async def test_what_is_added_afterwards_is_in_the_row(house):
    house.say(received("c1"), ended("c1"))
    await house.book.flush()
    house.say(DispositionSet("c1", "K1", "li_na", "solved"))
    await house.book.flush()
    assert house.rows.calls["c1"].disposition == "solved"


async def test_also_when_memory_has_forgotten_the_call(house):
    house.say(received("c1"), ended("c1"))
    await house.book.flush()
    house.book._ended.clear()
    house.say(DispositionSet("c1", "K1", "li_na", "solved"))
    await house.book.flush()
    assert house.rows.calls["c1"].disposition == "solved"


async def test_the_customer_comes_from_the_case(house):
    house.say(
        CaseOpened("K1", "bank", "app", "transfer", "T", "/", customer={"id": "C1001"}),
        received("c1"),
        ContextMatched("c1", "K1", "token", 1.0),
        ended("c1"),
    )
    await house.book.flush()
    assert house.rows.calls["c1"].customer == "C1001"


async def test_a_case_opened_long_ago_is_looked_up(house):
    house.say(CaseOpened("K1", "bank", "app", "transfer", "T", "/", customer={"id": "C1001"}))
    await house.log.flush()
    house.book._customers.clear()
    house.say(received("c1"), ContextMatched("c1", "K1", "token", 1.0), ended("c1"))
    await house.book.flush()
    assert house.rows.calls["c1"].customer == "C1001"


async def test_after_a_crash_the_rows_are_folded_again_and_lost_calls_closed(house):
    house.say(received("c1"), received("c2"), CallWasAnswered("c2", 4.0), ended("c1"))
    await house.log.flush()
    await house.log.stop()
    crashed, house.book = house.book, None
    crashed._store = MemoryCallStore()  # what it would still write goes nowhere

    again = House(house.folder)
    again.time, again.events, again.rows = house.time, house.events, house.rows
    again.time.advance(100.0)
    await again.open()
    assert again.rows.calls == {}
    await again.book.flush()
    assert again.rows.calls["c1"].outcome == "missed"
    lost = again.rows.calls["c2"]
    assert (lost.outcome, lost.seconds) == ("lost", 1.0)
    await again.close()
    await crashed.stop()
    house.book = again.book


async def test_a_store_that_is_away_is_written_to_later(house, monkeypatch):
    from base.errors import UnavailableError

    async def away(calls, mark):
        raise UnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(house.rows, "save", away)
        house.say(received("c1"), ended("c1"))
        with pytest.raises(UnavailableError):
            await house.book.flush()
    await house.book.flush()
    assert "c1" in house.rows.calls


async def test_the_mark_never_passes_a_live_call(house):
    house.say(received("c1"))
    house.time.advance(5000.0)
    house.say(received("c2"), ended("c2"))
    await house.book.flush()
    assert house.rows.marked <= house.book.get("c1").started
