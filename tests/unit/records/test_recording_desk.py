"""Recordings are deleted only after their day, and every try and every play is audited."""

from datetime import UTC, datetime

import pytest

from base.instant import Instant
from base.virtual import VirtualTime
from records.contract import RecordingEntry, RecordingState
from records.desk import RecordingDesk
from records.log import EvidenceLog
from records.memory import MemoryEventStore, MemoryRecordingIndex
from records.retention import Permission, Reason, RetentionPolicy, keep_until
from records.sidecar import sidecar_of, write_sidecar

STARTED = datetime(2026, 2, 28, 9, 30, tzinfo=UTC)
DAY = keep_until(STARTED, 12)


def at(moment, seconds=0.0):
    return Instant(0.0, moment.timestamp() + seconds)


class House:
    def __init__(self, folder, log):
        self.folder = folder
        self.log = log
        self.index = MemoryRecordingIndex()
        self.desk = RecordingDesk(folder, self.index, log)

    async def keep(self, **fields):
        entry = RecordingEntry(
            **{
                "id": "r1",
                "call": "c1",
                "tenant": "default",
                "started": STARTED,
                "keep_until": DAY,
                "state": RecordingState.SEALED,
                "path": "2026/02/28/r1.wav",
                "sha256": "ab",
                **fields,
            }
        )
        self.audio = self.folder / entry.path
        self.audio.parent.mkdir(parents=True, exist_ok=True)
        self.audio.write_bytes(b"RIFF")
        write_sidecar(self.audio, entry)
        await self.index.put(entry)
        return entry

    async def audited(self):
        await self.log.flush()
        return [r async for r in self.events.read()]


@pytest.fixture
async def house(tmp_path):
    events, time = MemoryEventStore(), VirtualTime()
    log = EvidenceLog("n1", events, time, tmp_path / "log", timers=time)
    await log.start()
    house = House(tmp_path / "recordings", log)
    house.events = events
    yield house
    await log.stop()


async def test_a_second_before_the_day_it_is_refused_and_audited(house):
    await house.keep()
    refusal = await house.desk.delete("r1", "admin", at(DAY, -1))
    assert refusal.reason is Reason.RETENTION
    assert refusal.keep_until == DAY
    assert house.audio.exists()
    (record,) = await house.audited()
    assert record.kind == "recording.deletion_refused"
    assert record.payload == {
        "recording": "r1",
        "call": "c1",
        "who": "admin",
        "reason": "retention",
        "keep_until": "2027-02-28T09:30:00Z",
    }


async def test_on_the_day_it_goes_and_leaves_a_tombstone(house):
    await house.keep()
    assert await house.desk.delete("r1", "admin", at(DAY)) == Permission()
    assert not house.audio.exists()
    assert not sidecar_of(house.audio).exists()
    tomb = await house.index.get("r1")
    assert (tomb.state, tomb.sha256, tomb.keep_until) == (RecordingState.DELETED, "ab", DAY)
    assert [r.kind for r in await house.audited()] == [
        "recording.deletion_ordered",
        "recording.deleted",
    ]
    again = await house.desk.delete("r1", "admin", at(DAY))
    assert again.reason is Reason.ALREADY_DELETED


async def test_a_hold_of_the_site_refuses_after_the_day(house):
    await house.keep(case="K7")
    house.desk.policy = RetentionPolicy.parse({"default": {"holds": ["case:K7"]}})[0]
    refusal = await house.desk.delete("r1", "admin", at(DAY, 1e9))
    assert refusal.reason is Reason.LEGAL_HOLD


async def test_an_unknown_recording_is_refused_and_audited_too(house):
    refusal = await house.desk.delete("../../etc/passwd", "admin", at(DAY))
    assert refusal.reason is Reason.UNKNOWN
    (record,) = await house.audited()
    assert record.payload["reason"] == "unknown"


async def test_a_play_is_audited_before_the_file_is_given(house):
    entry = await house.keep()
    assert house.desk.path(entry) == house.audio
    await house.desk.played(entry, "li_na")
    assert house.events.records[("n1", 1)].payload == {
        "recording": "r1",
        "call": "c1",
        "who": "li_na",
    }


async def test_what_a_crash_left_of_a_deletion_is_removed_at_the_next_start(house):
    await house.keep(state=RecordingState.DELETED)
    assert await house.desk.sweep() == 1
    assert not house.audio.exists()
    assert await house.desk.sweep() == 0
