"""Making segments audible: at once where they are ready, else within a bounded wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from base.instant import Timer
from ivr.commands import Play
from media.contract import PlayId, PromptId, Segment
from switch.application import CallControl

if TYPE_CHECKING:
    from ivr.runner import Surroundings

FILLER_AFTER_S: Final = 0.3
GIVE_UP_AFTER_S: Final = 4.0

Done = Callable[[int, Segment | None], None]
"""The playback's number, and the segment that could not be had (None: all was heard)."""


class Playing:
    """At most one playback of a call, and the prompts it still waits for."""

    def __init__(self, control: CallControl, surroundings: Surroundings, done: Done) -> None:
        self._control = control
        self._with = surroundings
        self._done = done
        self._wanted: Play | None = None
        self._found: dict[Segment, PromptId] = {}
        self._missing: set[Segment] = set()
        self._timers: list[Timer] = []
        self._running: dict[PlayId, int] = {}
        self._filling = False

    def play(self, command: Play) -> None:
        """Play as soon as every segment is there; a running wait is given up for this."""
        self.stop()
        segments = [each for each in command.segments if each.text or each.audio]
        for segment in segments:
            prompt = self._with.prompts.ready(segment)
            if prompt is None:
                self._missing.add(segment)
            else:
                self._found[segment] = prompt
        self._wanted = command
        if not self._missing:
            self._start(command)
            return
        later = self._with.timers.call_later
        self._timers.append(later(FILLER_AFTER_S, self._fill))
        self._timers.append(later(GIVE_UP_AFTER_S, lambda: self._lost(command, None)))
        for segment in sorted(self._missing, key=repr):
            self._request(command, segment)

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._wanted = None
        self._missing, self._found = set(), {}
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def ended(self, play: PlayId) -> None:
        """The switch tells that a playback is over."""
        serial = self._running.pop(play, None)
        if serial is not None:
            self._done(serial, None)

    def _request(self, command: Play, segment: Segment) -> None:
        def rendered(prompt: PromptId | None) -> None:
            if self._wanted is not command:
                return
            if prompt is None:
                self._lost(command, segment)
                return
            self._found[segment] = prompt
            self._missing.discard(segment)
            if not self._missing:
                self._start(command)

        self._with.prompts.request(segment, rendered)

    def _start(self, command: Play) -> None:
        found = self._found
        self.stop()
        prompts = [found[segment] for segment in command.segments if segment in found]
        if not prompts:
            self._done(command.play, None)
            return
        self._filling = False
        self._running[self._control.play(prompts, loop=command.loop)] = command.play

    def _fill(self) -> None:
        command = self._wanted
        if command is not None and self._with.filler is not None and not command.over_queue:
            self._control.play([self._with.filler], loop=True)
            self._filling = True

    def _lost(self, command: Play, segment: Segment | None) -> None:
        """An announcement over the queue's music is skipped; anything else is a fault."""
        if self._wanted is not command:
            return
        missing = segment or next(iter(self._missing), None)
        self.stop()
        if self._filling:  # nothing comes after it: the caller would hear it for ever
            self._filling = False
            self._control.stop_play()
        self._done(command.play, None if command.over_queue else missing)
