"""One recording that follows a call from its start to the call's end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from media.contract import MediaSession, Recording, SpoolError, Track
from switch import events as e
from switch.call.exchange import Exchange


class Recorder:
    """The recording of a call, if there is one; a second `start` goes on with the same."""

    def __init__(self, exchange: Exchange, call: str, case: Callable[[], str | None]) -> None:
        self._exchange = exchange
        self._call = call
        self._case = case
        self._sessions: dict[Track, MediaSession] = {}
        self._place: tuple[str, Path] | None = None
        self._recording: Recording | None = None
        self._id = ""
        self._masked = False
        self.queue = ""
        self.agent = ""

    @property
    def on(self) -> bool:
        """Whether a recording is open."""
        return self._recording is not None

    def reserve(self, policy: str) -> bool:
        """Make sure that a recording can be made when it is needed; False when it cannot."""
        if self._place is None and self._recording is None:
            try:
                self._place = self._exchange.shelf.place(self._call, self._exchange.clock.now())
            except SpoolError as error:
                self._unavailable(policy, error)
                return False
        return True

    def start(self, policy: str = "continue unrecorded") -> bool:
        """Record from now on; False when the spool cannot be written."""
        if self._recording is not None:
            return True
        if not self.reserve(policy) or self._place is None:
            return False
        self._id, path = self._place
        try:
            self._recording = self._exchange.open_recording(path, self._call)
        except SpoolError as error:
            self._give_back()
            self._unavailable(policy, error)
            return False
        self._place = None
        for track, session in self._sessions.items():
            session.record(self._recording, track)
        if self._masked:
            self._recording.mask(True)
        self._exchange.emit(e.RecordingStarted(self._call, self._id, str(path), self._case()))
        return True

    def stop(self) -> None:
        """Close the recording; it waits to be sealed. Idempotent."""
        self._give_back()
        recording, self._recording = self._recording, None
        if recording is None:
            return
        for session in self._sessions.values():
            session.stop_recording()
        self._exchange.close_recording(recording)
        self._exchange.emit(
            e.RecordingStopped(
                self._call,
                self._id,
                str(recording.path),
                self.queue,
                self.agent,
                "",
                self._case(),
            )
        )

    def pause(self) -> None:
        """Silence on the timeline from now on."""
        if self._recording is not None:
            self._recording.pause()

    def resume(self) -> None:
        """Sound again."""
        if self._recording is not None:
            self._recording.resume()

    def mask(self, masked: bool) -> None:
        """Noise while something protected is keyed or said."""
        self._masked = masked
        if self._recording is not None:
            self._recording.mask(masked)

    def join(self, track: Track, session: MediaSession) -> None:
        """What this session says goes to `track`, whenever a recording is open."""
        self._sessions[track] = session
        if self._recording is not None:
            session.record(self._recording, track)

    def part(self, track: Track) -> None:
        """This session is done. Idempotent."""
        session = self._sessions.pop(track, None)
        if session is not None and self._recording is not None:
            session.stop_recording()

    def _give_back(self) -> None:
        place, self._place = self._place, None
        if place is not None:
            self._exchange.shelf.give_back(place[1])

    def _unavailable(self, policy: str, error: SpoolError) -> None:
        self._exchange.emit(e.RecordingUnavailable(self._call, policy, str(error), self.queue))
