"""What all calls of a node share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from base.events import Event, EventSink
from base.ids import IdSource
from base.instant import Clock, Timers
from media.contract import (
    MediaEngine,
    MediaEvent,
    MediaSession,
    PromptId,
    Recording,
    SessionId,
)
from switch.application import ApplicationFactory
from switch.directory import Directory
from switch.queue.service import Queues
from switch.recording import RecordingShelf
from switch.signalling import LocationStore, Signalling


class MediaListener(Protocol):
    """Who hears what happens to a session."""

    def media_event(self, event: MediaEvent) -> None: ...


def no_music(queue: str) -> tuple[PromptId, ...]:
    """Silence, for a site without music."""
    del queue
    return ()


@dataclass(slots=True, eq=False)
class Exchange:
    """The rooms below and beside the calls, and the books of what is open."""

    signalling: Signalling
    engine: MediaEngine
    queues: Queues
    locations: LocationStore
    shelf: RecordingShelf
    applications: ApplicationFactory
    directory: Directory
    clock: Clock
    timers: Timers
    sink: EventSink
    ids: IdSource
    music: Callable[[str], tuple[PromptId, ...]] = no_music
    """Queue name -> what waiting and held callers hear; empty: silence."""
    media_timeout_s: float = 30.0
    sessions: dict[SessionId, MediaListener] = field(default_factory=dict)
    spools: dict[Path, str] = field(default_factory=dict)
    """Spool files that are open, and the calls they belong to."""
    legs: int = 0
    """Outgoing legs that have not ended."""
    _tones: dict[str, PromptId] = field(default_factory=dict)

    def emit(self, event: Event) -> None:
        """Into the evidence log, now."""
        self.sink.emit(event, self.clock.now())

    def open_session(self, listener: MediaListener) -> MediaSession:
        """A session whose events go to `listener`; raises `PortsExhaustedError`."""
        session = self.engine.open_session(media_timeout_s=self.media_timeout_s)
        self.sessions[session.id] = listener
        return session

    def close_session(self, session: MediaSession) -> None:
        """Give it back. Idempotent."""
        self.sessions.pop(session.id, None)
        session.close()

    def open_recording(self, path: Path, call: str) -> Recording:
        """A spool for a call; raises `SpoolError`."""
        recording = self.engine.open_recording(path)
        self.spools[path] = call
        return recording

    def close_recording(self, recording: Recording) -> None:
        """Write all and close. Idempotent."""
        self.spools.pop(recording.path, None)
        recording.close()

    def ringback(self) -> PromptId:
        """What a caller hears while another phone rings: 425 Hz, 1 s on, 4 s off (E.180)."""
        return self._tone("ringback", (425.0,), 1000, 4000)

    def beep(self) -> PromptId:
        """What a caller hears before a message is taken."""
        return self._tone("beep", (1000.0,), 250, 0)

    def _tone(self, name: str, frequencies: tuple[float, ...], on_ms: int, off_ms: int) -> PromptId:
        found = self._tones.get(name)
        if found is None:
            found = self._tones[name] = self.engine.tone(frequencies, on_ms, off_ms)
        return found
