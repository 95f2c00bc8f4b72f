"""The list of calls: those that are up first, and none twice while its row is on the way."""

import pytest

from base.virtual import VirtualTime
from records.book import CallBook
from records.log import EvidenceLog
from records.memory import MemoryEventStore
from segue.wiring.archive import AllCalls
from store.calls import CallRepository
from store.database import Database
from switch.events import CallReceived, CallWasEnded


@pytest.fixture
async def kept(tmp_path):
    time, events = VirtualTime(), MemoryEventStore()
    database = Database(f"sqlite:///{tmp_path}/segue.db")
    await database.open()
    log = EvidenceLog("n1", events, time, tmp_path / "spool", timers=time)
    await log.start()
    rows = CallRepository(database)
    book = CallBook(rows, events, log, time)
    await book.start()

    def say(event):
        time.advance(1.0)
        log.emit(event, time.now())

    yield AllCalls(book, rows), book, say
    await book.stop()
    await log.stop()
    await database.close()


def received(call):
    return CallReceived(call, "l", "default", "6000", "flow:x", None, "sip", caller="1")


async def test_calls_that_are_up_come_with_the_first_page(kept):
    calls, book, say = kept
    for name in ("c1", "c2", "c3", "c4"):
        say(received(name))
    for name in ("c1", "c3", "c4"):
        say(CallWasEnded(name, "caller", 200, 0.0))
    await book.flush()
    page, following = await calls.list(limit=1)
    assert [(call.call, call.ended is None) for call in page] == [("c4", False), ("c2", True)]
    page, following = await calls.list(before=following, limit=5)
    assert ([call.call for call in page], following) == (["c3", "c1"], None)
    assert (await calls.get("c2")).outcome == "live"


async def test_a_call_is_listed_once_while_its_row_is_written(kept):
    calls, book, say = kept
    say(received("c1"))
    say(CallWasEnded("c1", "caller", 200, 0.0))
    page, _ = await calls.list()
    assert [(call.call, call.outcome) for call in page] == [("c1", "missed")]
    await book.flush()
    page, _ = await calls.list()
    assert [call.call for call in page] == ["c1"]
    assert await calls.get("nobody") is None
