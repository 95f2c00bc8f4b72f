"""The recording archive: gives places in the spool, seals what has stopped, loses nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from base.errors import SegueError, UnavailableError
from base.instant import Clock, Instant
from records.contract import (
    EventStore,
    EvidenceSink,
    Record,
    RecordingEntry,
    RecordingIndex,
    RecordingState,
)
from records.events import RecordingSealed, RecordingSealFailed
from records.folds.cdr import CallRecord, step
from records.log import DEFAULT_TENANT
from records.retention import RetentionPolicy
from records.sealing import Renderer, SpoolMissingError, render_in_child, seal
from records.shelf import Shelf, Spooled
from records.sidecar import utc_text

_log = logging.getLogger("segue.records")

RETRIES_S: Final = (2.0, 10.0, 60.0, 300.0, 900.0)
"""After the last of them the next start tries again."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A spool to be sealed."""

    recording: str
    spool: Path
    call: str
    tenant: str
    case: str | None = None
    queue: str = ""
    agent: str = ""
    mailbox: str = ""
    attempt: int = 1
    told: bool = False
    """Whether the log says already that it is sealed."""


class RecordingArchive:
    """Fills `switch.recording.RecordingShelf`, hears `recording.stopped`, and seals.

    `await start()` seals what an earlier run left and begins; `await settled()` returns when
    nothing waits to be sealed now; `await stop()` leaves what is not sealed to the next start.
    """

    def __init__(
        self,
        root: Path,
        shelf: Shelf,
        index: RecordingIndex,
        log: EvidenceSink,
        events: EventStore,
        clock: Clock,
        *,
        policy: RetentionPolicy | None = None,
        render: Renderer = render_in_child,
    ) -> None:
        self._root = root
        self._shelf = shelf
        self._index = index
        self._log = log
        self._events = events
        self._clock = clock
        self._render = render
        self.policy = policy or RetentionPolicy()
        """Replaced when the site is reloaded."""
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._retries: dict[str, asyncio.TimerHandle] = {}
        self._task: asyncio.Task[None] | None = None
        self._leave: Callable[[], None] | None = None

    def place(self, call: str, now: Instant) -> tuple[str, Path]:
        """A new recording's id and spool path; raises `media.contract.SpoolError`."""
        return self._shelf.place(call, now)

    def give_back(self, path: Path) -> None:
        """Nothing was recorded at this place."""
        self._shelf.give_back(path)

    async def start(self) -> None:
        """Find what an earlier run left, and begin to seal; raises `UnavailableError`."""
        try:
            await asyncio.to_thread(self._root.mkdir, 0o700, True, True)
            left = await asyncio.to_thread(self._shelf.left)
        except OSError as error:
            raise UnavailableError(f"the recordings cannot be kept here: {error}") from error
        for spooled in left:
            self._jobs.put_nowait(await self._job_of(spooled))
        self._leave = self._log.subscribe(self._heard)
        self._task = asyncio.create_task(self._run(), name="recording archive")

    async def stop(self) -> None:
        """End; a rendering that runs is cut. Idempotent."""
        if self._leave is not None:
            self._leave()
            self._leave = None
        for retry in self._retries.values():
            retry.cancel()
        self._retries.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def settled(self) -> None:
        """Return when every spool that stopped has been tried."""
        await self._jobs.join()

    @property
    def waiting(self) -> int:
        """Spools that wait to be sealed, those that wait for another try included."""
        return self._jobs.qsize() + len(self._retries)

    def _heard(self, record: Record) -> None:
        if record.kind != "recording.stopped":
            return
        told = record.payload
        self._jobs.put_nowait(
            _Job(
                recording=told["recording"],
                spool=Path(told["spool"]),
                call=told["call"],
                tenant=record.tenant,
                case=record.case,
                queue=told["queue"],
                agent=told["agent"],
                mailbox=told["mailbox"],
            )
        )

    async def _run(self) -> None:
        while True:
            job = await self._jobs.get()
            try:
                await self._seal(job)
            except SegueError as error:
                await self._failed(job, str(error), final=isinstance(error, SpoolMissingError))
            except Exception as error:
                _log.exception("sealing %s failed", job.recording)
                await self._failed(job, f"a defect: {error!r}", final=True)
            finally:
                self._jobs.task_done()

    async def _seal(self, job: _Job) -> None:
        started = await asyncio.to_thread(self._shelf.started, job.spool)
        entry = self._entry(job, self._clock.now().wall if started is None else started)
        known = await self._index.get(job.recording)
        if known is not None and known.state is RecordingState.DELETED:
            await asyncio.to_thread(self._shelf.clear, job.spool)
            return
        if not await asyncio.to_thread(job.spool.is_file):
            if known is not None and known.state is RecordingState.SEALED:
                return  # It was said twice that it has stopped.
            raise SpoolMissingError(f"there is no spool {job.spool}")
        if known is None:
            await self._index.put(entry)
        sealed = await seal(entry, job.spool, self._root, self._render)
        await self._index.put(sealed)
        if not job.told:
            await self._log.durable(_sealed_event(sealed))
        await asyncio.to_thread(self._shelf.clear, job.spool)

    async def _failed(self, job: _Job, reason: str, *, final: bool) -> None:
        delay = None if final or job.attempt > len(RETRIES_S) else RETRIES_S[job.attempt - 1]
        _log.error("recording %s is not sealed (try %d): %s", job.recording, job.attempt, reason)
        event = RecordingSealFailed(job.recording, job.call, reason, job.attempt, delay)
        self._log.emit(event, self._clock.now())
        if delay is not None:
            again = replace(job, attempt=job.attempt + 1)
            loop = asyncio.get_running_loop()
            self._retries[job.recording] = loop.call_later(delay, self._again, again)

    def _again(self, job: _Job) -> None:
        self._retries.pop(job.recording, None)
        self._jobs.put_nowait(job)

    def _entry(self, job: _Job, wall: float) -> RecordingEntry:
        started = datetime.fromtimestamp(wall, UTC)
        return RecordingEntry(
            id=job.recording,
            call=job.call,
            tenant=job.tenant,
            started=started,
            keep_until=self.policy.keep_until(started, job.tenant),
            state=RecordingState.SPOOLED,
            case=job.case,
            queue=job.queue,
            agent=job.agent,
            mailbox=job.mailbox,
            path=str(job.spool),
        )

    async def _job_of(self, spooled: Spooled) -> _Job:
        """What the log knows of a spool that a crash left."""
        call: CallRecord | None = None
        job = _Job(spooled.recording, spooled.path, spooled.call, DEFAULT_TENANT)
        if not spooled.call:
            return job
        async for record in self._events.read(call=spooled.call):
            call = step(call, record)
            job = _learnt(job, record)
        if call is None:
            return job
        return replace(
            job,
            tenant=call.tenant,
            case=job.case or call.case,
            queue=job.queue or call.queue,
            agent=job.agent or call.agent,
        )


def _learnt(job: _Job, record: Record) -> _Job:
    told = record.payload
    if told.get("recording") != job.recording:
        return job
    if record.kind == "recording.stopped":
        return replace(job, queue=told["queue"], agent=told["agent"], mailbox=told["mailbox"])
    if record.kind == "voicemail.left":
        return replace(job, mailbox=told["mailbox"])
    return replace(job, told=job.told or record.kind == "recording.sealed")


def _sealed_event(entry: RecordingEntry) -> RecordingSealed:
    return RecordingSealed(
        recording=entry.id,
        call=entry.call,
        path=entry.path,
        channels=entry.channels,
        seconds=entry.seconds,
        keep_until=utc_text(entry.keep_until),
        sha256=entry.sha256,
        case=entry.case,
        mailbox=entry.mailbox,
    )
