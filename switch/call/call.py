"""A call: its caller's leg, what goes on with it now, and the application that steers it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from media.contract import PlaybackFinished, PlayId, PromptId, Track
from switch import events as e
from switch.application import (
    CallAnswered,
    CallApplication,
    CallEnded,
    CallEvent,
    CallFacts,
    DigitReceived,
    PlayEnded,
)
from switch.call.caller import CallerLeg
from switch.call.exchange import Exchange
from switch.call.media import LegMedia
from switch.call.outgoing import Caller
from switch.call.recording import Recorder
from switch.signalling import LegEnded

_log = logging.getLogger(__name__)


class Activity(Protocol):
    """What goes on with a call beside its flow: a queue, a dial, a message. One at a time."""

    def close(self) -> None:
        """The caller is gone; leave nothing."""
        ...

    def digit(self, digit: str) -> bool:
        """True when the key is taken and the application shall not hear of it."""
        ...

    def playback(self, event: PlaybackFinished) -> bool:
        """True when the application shall not hear of it."""
        ...


class Call:
    """One call, from its INVITE to the end of its caller's leg."""

    def __init__(
        self,
        exchange: Exchange,
        facts: CallFacts,
        caller: CallerLeg,
        ended: Callable[[Call], None],
    ) -> None:
        self.exchange = exchange
        self.facts = facts
        self.id: str = facts.call
        self.caller = caller
        self.caller_id = Caller(self.id, facts.caller, facts.caller_name)
        self.case: str | None = None
        self.pop_context: Mapping[str, Any] = {}
        self.recorder = Recorder(exchange, self.id, lambda: self.case)
        self.activity: Activity | None = None
        self.last_play: PlayId | None = None
        self.talked_s = 0.0
        self._plays: set[PlayId] = set()
        self._ended = ended
        self._received = exchange.clock.now().mono
        self._by: str | None = None
        self._application: CallApplication | None = None
        self._outbox: deque[CallEvent] = deque()
        self._commanding = 0
        self._flushing = False
        caller.belongs_to(self)
        self.recorder.join(Track.CUSTOMER, caller.media.session)

    @property
    def live(self) -> bool:
        """Whether commands still do anything."""
        return self._by is None and self.caller.open

    # What activities and the control ask

    def begin(self, start: Callable[[], CallApplication]) -> None:
        """Start the application; what it causes at once it hears after `start` has returned."""
        try:
            with self.command():
                self._application = start()
        except Exception:
            _log.exception("application failed to start call=%s", self.id)
            self.hang_up("error", 500)

    def command(self) -> _Command:
        """While this context is open, events wait: an application is never called back from
        within its own command."""
        return _Command(self)

    def media(self) -> LegMedia:
        """The caller's media; answers the call if nobody has."""
        if self.caller.answer():
            after_ms = (self.exchange.clock.now().mono - self._received) * 1000.0
            self.exchange.emit(e.CallWasAnswered(self.id, after_ms))
        return self.caller.media

    def start_play(self, prompts: Sequence[PromptId], *, loop: bool) -> PlayId:
        """Play to the caller for an activity."""
        self.last_play = self.media().session.play(prompts, loop=loop)
        return self.last_play

    def play(self, prompts: Sequence[PromptId], *, loop: bool) -> PlayId:
        """Play to the caller for the application, which hears of its end."""
        play = self.start_play(prompts, loop=loop)
        self._plays.add(play)
        return play

    def quiet(self) -> None:
        """Cut what plays."""
        if self.caller.answered:
            self.caller.media.session.stop()

    def activity_over(self, activity: Activity) -> None:
        """`activity` is done."""
        if self.activity is activity:
            self.activity = None

    def hang_up(self, by: str, status: int = 480, reason: str = "") -> None:
        """End the call; everything but the caller's leg is gone at once."""
        if self.live:
            self._by = by
            self._release()
            self.caller.end(status, reason)

    def deliver(self, event: CallEvent) -> None:
        """Tell the application, in order, never from within its own command."""
        self._outbox.append(event)
        if self._commanding:
            return
        self._flush()

    # What the caller's leg tells

    def caller_confirmed(self) -> None:
        """The ACK is there."""
        self.deliver(CallAnswered())

    def caller_digit(self, digit: str) -> None:
        """The caller pressed a key."""
        if self.activity is None or not self.activity.digit(digit):
            self.deliver(DigitReceived(digit))

    def caller_playback(self, event: PlaybackFinished) -> None:
        """What the caller heard is over."""
        taken = self.activity is not None and self.activity.playback(event)
        if event.play in self._plays:
            self._plays.remove(event.play)
            if not taken:
                self.deliver(PlayEnded(event.play, event.cut))

    def caller_silent(self) -> None:
        """The caller's media is gone, and so is the caller."""
        self.hang_up("media_timeout", reason="media timeout")

    def caller_unusable(self) -> None:
        """The caller's answer to our offer has nothing for us."""
        self.hang_up("error", 488, "no common media")

    def caller_over(self, event: LegEnded) -> None:
        """The last of the call."""
        by_caller = self._by is None
        by = self._by or ("caller" if event.by_peer else "error")
        if by_caller:
            self._by = by
            self._release()
        self.exchange.emit(e.CallWasEnded(self.id, by, event.status, self.talked_s, self.case))
        self._ended(self)
        self.deliver(CallEnded(by_caller))

    # Private

    def _release(self) -> None:
        activity, self.activity = self.activity, None
        if activity is not None:
            activity.close()
        self.recorder.stop()
        self.recorder.part(Track.CUSTOMER)

    def _flush(self) -> None:
        if self._flushing:
            return
        self._flushing = True
        try:
            while self._outbox and self._application is not None:
                event = self._outbox.popleft()
                application = self._application
                if isinstance(event, CallEnded):
                    self._application = None
                    self._outbox.clear()
                self._tell(application, event)
        finally:
            self._flushing = False

    def _tell(self, application: CallApplication, event: CallEvent) -> None:
        try:
            application.call_event(event)
        except Exception:
            _log.exception("application failed call=%s", self.id)
            self.hang_up("error", 500)

    def _commanded(self) -> None:
        if self._outbox and not self._flushing:
            self.exchange.timers.call_later(0.0, self._flush)


class _Command:
    """The time that an application's command takes; may be nested."""

    __slots__ = ("_call",)

    def __init__(self, call: Call) -> None:
        self._call = call

    def __enter__(self) -> None:
        self._call._commanding += 1

    def __exit__(self, *_: object) -> None:
        self._call._commanding -= 1
        if not self._call._commanding:
            self._call._commanded()
