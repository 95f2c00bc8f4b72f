"""What has stopped becomes a file with sidecar, row and event; the spool goes last of all."""

import asyncio
import hashlib
import json
import os
from datetime import UTC, datetime

import pytest

from base.ids import ulid
from base.virtual import SeededIds, VirtualTime
from media.contract import SpoolError
from records.archive import RecordingArchive
from records.contract import RecordingState
from records.log import EvidenceLog
from records.memory import MemoryEventStore, MemoryRecordingIndex
from records.retention import RetentionPolicy
from records.sealing import Rendered, SealError
from records.shelf import Shelf
from records.sidecar import read_sidecar
from switch.events import CallReceived, QueueEntered, RecordingStarted, RecordingStopped


class House:
    """An archive with its log and stores, in one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.time = VirtualTime()
        self.events = MemoryEventStore()
        self.index = MemoryRecordingIndex()
        self.ids = SeededIds()
        self.shelf = Shelf(folder / "spool", self.ids, free_least=0)
        self.fails = 0
        self.renders = 0

    async def open(self):
        self.log = EvidenceLog("n1", self.events, self.time, self.folder / "log", timers=self.time)
        await self.log.start()
        self.archive = RecordingArchive(
            self.folder / "recordings",
            self.shelf,
            self.index,
            self.log,
            self.events,
            self.time,
            policy=RetentionPolicy.parse({"default": {"keep": "24 months"}})[0],
            render=self.render,
        )
        await self.archive.start()

    async def close(self):
        await self.archive.stop()
        await self.log.stop()

    async def render(self, spool, wav):
        self.renders += 1
        if self.fails:
            self.fails -= 1
            raise SealError("the renderer is ill")
        wav.write_bytes(b"RIFF" + spool.read_bytes())
        return Rendered(seconds=2.5, channels=2, sample_rate=8000)

    def record(self, call="c1"):
        """A call that is recorded; returns its recording and its spool."""
        now = self.time.now()
        received = CallReceived(call, "l1", "default", "6000", "flow:x", None, "sip", caller="1")
        self.log.emit(received, now)
        recording, spool = self.archive.place(call, now)
        spool.write_bytes(b"two voices")
        self.log.emit(RecordingStarted(call, recording, str(spool), "K1"), now)
        self.log.emit(QueueEntered(call, "support", 1, 0, "K1"), now)
        return recording, spool

    def stop_recording(self, recording, spool, mailbox="", call="c1"):
        stopped = RecordingStopped(call, recording, str(spool), "support", "li_na", mailbox, "K1")
        self.log.emit(stopped, self.time.now())

    async def kinds(self):
        await self.log.flush()
        return [record.kind async for record in self.events.read()]


@pytest.fixture
async def house(tmp_path):
    house = House(tmp_path)
    await house.open()
    yield house
    await house.close()


async def test_a_stopped_recording_is_sealed(house):
    recording, spool = house.record()
    house.stop_recording(recording, spool)
    await house.archive.settled()

    entry = await house.index.get(recording)
    audio = house.folder / "recordings" / entry.path
    assert entry.path == f"2026/11/22/{recording}.wav"
    assert audio.read_bytes() == b"RIFFtwo voices"
    assert entry.sha256 == hashlib.sha256(b"RIFFtwo voices").hexdigest()
    assert (entry.state, entry.call, entry.case) == (RecordingState.SEALED, "c1", "K1")
    assert (entry.queue, entry.agent) == ("support", "li_na")
    assert entry.keep_until == datetime(2028, 11, 22, 2, 0, tzinfo=UTC)
    assert read_sidecar(audio) == entry
    assert os.listdir(house.folder / "spool") == []
    (sealed,) = [r async for r in house.events.read(kinds=["recording.sealed"])]
    assert sealed.payload["keep_until"] == "2028-11-22T02:00:00Z"
    assert sealed.payload["seconds"] == 2.5


async def test_a_voicemail_goes_the_same_way(house):
    recording, spool = house.record()
    house.stop_recording(recording, spool, mailbox="shop")
    await house.archive.settled()
    assert (await house.index.get(recording)).mailbox == "shop"


async def test_a_failure_keeps_the_spool_and_is_told(house):
    house.fails = 1
    recording, spool = house.record()
    house.stop_recording(recording, spool)
    await house.archive.settled()
    assert spool.read_bytes() == b"two voices"
    failed = await _last(house, "recording.seal_failed")
    assert failed["retry_in_s"] == 2.0
    assert "ill" in failed["reason"]
    assert house.archive.waiting == 1


async def test_the_next_start_seals_what_a_crash_left(house):
    house.fails = 1
    recording, spool = house.record()
    await house.log.flush()
    await house.close()  # no recording.stopped was ever said

    house.fails = 0
    await house.open()
    await house.archive.settled()
    entry = await house.index.get(recording)
    assert (entry.state, entry.call, entry.case) == (RecordingState.SEALED, "c1", "K1")
    assert entry.queue == "support"
    assert entry.started == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert not spool.exists()


async def test_a_crash_between_the_event_and_the_spools_end_tells_nothing_twice(house):
    recording, spool = house.record()
    house.stop_recording(recording, spool)
    await house.archive.settled()
    await house.close()
    spool.write_bytes(b"two voices")
    spool.with_suffix(".note").write_text(
        json.dumps({"call": "c1", "started": house.time.now().wall})
    )

    await house.open()
    await house.archive.settled()
    assert (await house.kinds()).count("recording.sealed") == 1
    assert not spool.exists()


async def test_a_spool_without_note_or_log_is_sealed_all_the_same(house):
    await house.close()
    lost = house.folder / "spool" / f"{ulid(house.ids, 1.0)}.spool"
    lost.parent.mkdir(exist_ok=True)
    lost.write_bytes(b"voices")
    await house.open()
    await house.archive.settled()
    assert (await house.index.get(lost.stem)).state is RecordingState.SEALED


async def test_a_spool_that_was_never_written_is_told_once(house):
    recording, spool = house.record()
    spool.unlink()
    house.stop_recording(recording, spool)
    await house.archive.settled()
    failed = await _last(house, "recording.seal_failed")
    assert failed["retry_in_s"] is None
    assert house.archive.waiting == 0


async def test_a_lost_log_keeps_the_spool(house):
    recording, spool = house.record()
    await house.log.flush()
    house.events.away = True
    log_spool = house.folder / "log"
    for left in log_spool.iterdir():
        left.unlink()
    log_spool.rmdir()
    log_spool.write_text("in the way")
    house.stop_recording(recording, spool)
    await house.archive.settled()
    assert spool.exists()
    assert house.archive.waiting == 1
    house.events.away = False


def test_a_place_given_back_leaves_nothing_behind(tmp_path):
    shelf = Shelf(tmp_path / "spool", SeededIds(), free_least=0)
    _, path = shelf.place("c1", VirtualTime().now())
    assert list((tmp_path / "spool").iterdir())
    shelf.give_back(path)
    shelf.give_back(path)
    assert not list((tmp_path / "spool").iterdir())


def test_a_full_disk_refuses_a_place(tmp_path):
    shelf = Shelf(tmp_path / "spool", SeededIds(), free_least=1 << 62)
    with pytest.raises(SpoolError, match="MiB are free"):
        shelf.place("c1", VirtualTime().now())


def test_a_folder_that_cannot_be_made_refuses_a_place(tmp_path):
    (tmp_path / "spool").write_text("in the way")
    with pytest.raises(SpoolError, match="cannot record into"):
        Shelf(tmp_path / "spool", SeededIds()).place("c1", VirtualTime().now())


async def test_stop_in_the_middle_leaves_no_task(house):
    never = asyncio.Event()

    async def hang(spool, wav):
        await never.wait()
        raise AssertionError

    house.archive._render = hang
    recording, spool = house.record()
    house.stop_recording(recording, spool)
    await asyncio.sleep(0)
    await house.archive.stop()
    assert spool.exists()
    assert {task.get_name() for task in asyncio.all_tasks()} & {"recording archive"} == set()


async def _last(house, kind):
    await house.log.flush()
    return [r async for r in house.events.read(kinds=[kind])][-1].payload
