"""A spool that a killed node left becomes a playable stereo file, with everything about it."""

import hashlib
import json
import struct
import wave
import zlib
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from base.virtual import SeededIds, VirtualTime
from records.archive import RecordingArchive
from records.book import CallBook
from records.contract import RecordingState
from records.desk import RecordingDesk
from records.log import EvidenceLog
from records.retention import Permission, Reason
from records.sealing import SealError, render_in_child
from records.shelf import Shelf
from store.calls import CallRepository
from store.database import Database
from store.events import SqlEventStore
from store.recordings import RecordingRepository
from switch.events import (
    AgentAnswered,
    CallReceived,
    CallWasEnded,
    QueueEntered,
    RecordingStarted,
    RecordingStopped,
)

CUSTOMER, AGENT = 0, 1
LOUD = b"\x80" * 160  # mu-law's loudest, 20 ms


def block(track, position, audio):
    """A block as `media/engine/core/src/spool.rs` describes it."""
    head = struct.pack("<4sBBHQI", b"SGSP", 1, track, track, position, len(audio))
    return head + struct.pack("<I", zlib.crc32(audio, zlib.crc32(head))) + audio


class Node:
    def __init__(self, folder, time):
        self.folder, self.time = folder, time
        self.database = Database(f"sqlite:///{folder}/segue.db")
        self.events = SqlEventStore(self.database)
        self.recordings = RecordingRepository(self.database)
        self.calls = CallRepository(self.database)
        self.log = EvidenceLog("n1", self.events, time, folder / "log", timers=time)
        self.book = CallBook(self.calls, self.events, self.log, time)
        self.archive = RecordingArchive(
            folder / "recordings",
            Shelf(folder / "spool", SeededIds(), free_least=0),
            self.recordings,
            self.log,
            self.events,
            time,
        )
        self.desk = RecordingDesk(folder / "recordings", self.recordings, self.log)

    async def told(self, kind):
        await self.log.flush()
        return [record.payload async for record in self.events.read(kinds=[kind])]


@asynccontextmanager
async def node(folder, time):
    made = Node(folder, time)
    async with AsyncExitStack() as stack:
        for part in (made.database, made.log, made.book, made.archive):
            await (part.open if part is made.database else part.start)()
            stack.push_async_callback(part.close if part is made.database else part.stop)
        yield made


def serve_a_call(made, *, whole):
    """A call that an agent took; its spool ends well, or in the middle of a block."""
    now = made.time.now()
    recording, spool = made.archive.place("c1", now)
    for event in (
        CallReceived("c1", "l1", "default", "6000", "flow:x", None, "sip", caller="+86138"),
        QueueEntered("c1", "support", 1, 0, "K1"),
        RecordingStarted("c1", recording, str(spool), "K1"),
        AgentAnswered("c1", "o1", "li_na", "l2", 2.0),
    ):
        made.log.emit(event, now)
    second = [block(CUSTOMER, at, LOUD) for at in range(0, 8000, 160)]
    second += [block(AGENT, at, LOUD) for at in range(4000, 8000, 160)]
    spool.write_bytes(b"".join(second) + (b"" if whole else second[0][:37]))
    if whole:
        stopped = RecordingStopped("c1", recording, str(spool), "support", "li_na", "", "K1")
        made.log.emit(stopped, now)
        made.log.emit(CallWasEnded("c1", "caller", 200, 1.0, "K1"), now)
    return recording, spool


@pytest.mark.parametrize("whole", [True, False], ids=["stopped", "crashed"])
async def test_from_spool_to_deletion_after_twelve_months(tmp_path, whole):
    time = VirtualTime()
    async with node(tmp_path, time) as first:
        if not whole:
            recording, spool = serve_a_call(first, whole=False)
            await first.log.flush()
        else:
            recording, spool = serve_a_call(first, whole=True)
            await first.archive.settled()

    async with node(tmp_path, time) as made:
        await made.archive.settled()
        await made.book.flush()
        entry = await made.recordings.get(recording)
        audio = tmp_path / "recordings" / entry.path
        with wave.open(str(audio)) as wav:
            shape = (wav.getnchannels(), wav.getsampwidth(), wav.getframerate(), wav.getnframes())
            samples = struct.unpack("<16000h", wav.readframes(8000))
        assert shape == (2, 2, 8000, 8000)
        left, right = samples[0::2], samples[1::2]
        assert max(map(abs, left[:4000])) > 30_000
        assert max(map(abs, right[:4000])) == 0
        assert max(map(abs, right[4000:])) > 30_000
        assert entry.sha256 == hashlib.sha256(audio.read_bytes()).hexdigest()
        assert (entry.queue, entry.agent, entry.case) == ("support", "li_na", "K1")
        sidecar = json.loads(audio.with_suffix(".json").read_bytes())
        assert (sidecar["keep_until"], sidecar["seconds"]) == ("2027-11-22T02:00:00Z", 1.0)
        assert not spool.exists()
        assert len(await made.told("recording.sealed")) == 1

        row = await made.calls.get("c1")
        assert row.outcome == ("answered" if whole else "lost")
        assert (row.agent, row.recording, row.recording_state) == ("li_na", recording, "sealed")

        early = time.now().later(entry.keep_until.timestamp() - time.now().wall - 1)
        refusal = await made.desk.delete(recording, "admin", early)
        assert refusal.reason is Reason.RETENTION
        assert audio.exists()
        assert await made.desk.delete(recording, "admin", early.later(1)) == Permission()
        assert not audio.exists()
        assert (await made.recordings.get(recording)).state is RecordingState.DELETED
        assert len(await made.told("recording.deletion_refused")) == 1


async def test_a_spool_that_cannot_be_read_is_told_with_its_reason(tmp_path):
    (tmp_path / "r.spool").mkdir()
    with pytest.raises(SealError, match=r"rendering ended with 1: .*directory"):
        await render_in_child(tmp_path / "r.spool", tmp_path / "r.wav")
