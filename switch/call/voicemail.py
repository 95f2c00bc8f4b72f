"""Taking a message: a recording of its own, in a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from base.instant import Timer
from media.contract import PlaybackFinished, PlayId, Recording, SpoolError, Track
from switch import events as e
from switch.application import MessageTaken

if TYPE_CHECKING:
    from switch.call.call import Call

SHORTEST_S: Final = 1.0
"""Less than this is somebody who hung up at the beep, not a message."""


class Message:
    """From `take_message` to `MessageTaken`: ended by hash, `max_s` or the end of the call."""

    def __init__(self, call: Call, mailbox: str, max_s: float, beep: bool) -> None:
        self._call = call
        self._exchange = call.exchange
        self._mailbox = mailbox
        self._max_s = max_s
        self._beep = beep
        self._beep_play: PlayId | None = None
        self._recording: Recording | None = None
        self._id = ""
        self._since = 0.0
        self._timer: Timer | None = None
        self._over = False

    def begin(self) -> None:
        """Beep, then record."""
        self._call.media()
        if self._beep:
            self._beep_play = self._call.start_play((self._exchange.beep(),), loop=False)
        else:
            self._record()

    def close(self) -> None:
        """The caller hung up: what was said stays."""
        self._end(told=False)

    def digit(self, digit: str) -> bool:
        """Hash ends the message; no key is told to the application."""
        if digit == "#":
            self._end(told=True)
        return True

    def playback(self, event: PlaybackFinished) -> bool:
        """The beep is over."""
        if event.play == self._beep_play and not self._over and self._recording is None:
            self._record()
            return True
        return False

    def _record(self) -> None:
        exchange, call = self._exchange, self._call
        session = call.media().session
        try:
            self._recording = self._open()
        except SpoolError as error:
            exchange.emit(e.RecordingUnavailable(call.id, "refuse", str(error)))
            self._end(told=True, kept=False)
            return
        call.recorder.part(Track.CUSTOMER)
        session.record(self._recording, Track.CUSTOMER)
        self._since = exchange.clock.now().mono
        self._timer = exchange.timers.call_later(self._max_s, lambda: self._end(told=True))
        path = str(self._recording.path)
        exchange.emit(e.RecordingStarted(call.id, self._id, path, call.case))

    def _open(self) -> Recording:
        """Raises `SpoolError`."""
        exchange, call = self._exchange, self._call
        self._id, path = exchange.shelf.place(call.id, exchange.clock.now())
        try:
            return exchange.open_recording(path, call.id)
        except SpoolError:
            exchange.shelf.give_back(path)
            raise

    def _end(self, *, told: bool, kept: bool = True) -> None:
        if self._over:
            return
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        seconds = self._close_recording()
        self._call.activity_over(self)
        if told:
            self._call.deliver(MessageTaken(seconds, kept))

    def _close_recording(self) -> float:
        recording, call = self._recording, self._call
        if recording is None:
            return 0.0
        session = call.media().session
        seconds = self._exchange.clock.now().mono - self._since
        if seconds < SHORTEST_S:
            seconds = 0.0
        session.stop_recording()
        self._exchange.close_recording(recording)
        call.recorder.join(Track.CUSTOMER, session)
        path = str(recording.path)
        self._exchange.emit(
            e.RecordingStopped(call.id, self._id, path, "", "", self._mailbox, call.case)
        )
        if seconds:
            self._exchange.emit(e.MessageLeft(call.id, self._mailbox, self._id, seconds))
        return seconds
