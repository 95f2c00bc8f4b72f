"""One live call in a flow: no decision is made here, only carried over."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from base.events import Event
from base.instant import Timer
from ivr import commands as c
from ivr import inputs as i
from ivr.context import Journey, MatchFailure
from ivr.events import FlowEnded, FlowFailed, FlowStarted, PromptMissed, StateEntered, StateLeft
from ivr.flow import Flow
from ivr.machine import Machine
from ivr.playing import Playing
from media.contract import PromptId, Segment
from switch import application as app

if TYPE_CHECKING:
    from ivr.runner import Surroundings

_log = logging.getLogger("ivr")


class FlowCall:
    """Steers one call by its flow; `over` is called once, when the call is gone."""

    def __init__(
        self,
        flow: Flow,
        control: app.CallControl,
        surroundings: Surroundings,
        over: Callable[[FlowCall], None],
    ) -> None:
        self.flow = flow
        self._control = control
        self._with = surroundings
        self._over = over
        self._call = control.facts.call
        self._case = ""
        self._session = Machine(flow, surroundings.calendars).begin()
        self._waiting: deque[i.Input] = deque()
        self._busy = False
        self._closed = False
        self._timers: dict[int, Timer] = {}
        self._entered_at = 0.0
        self._playing = Playing(control, surroundings, self._play_done)

    def begin(self) -> None:
        """Match the call to its journey and enter the first state."""
        self._emit(FlowStarted(str(self._call), self.flow.name, self.flow.version))
        journey: Journey | None = None
        try:
            arrival = self._with.context.arrived(self._control.facts)
            self._case, journey = arrival.case, arrival.journey
            self._control.attach_case(self._case, {})
        except Exception as defect:  # a call without context is still a call
            self._defect("the match on arrival", defect)
        self._feed(i.CallStarted(self._control.facts, journey))

    def call_event(self, event: app.CallEvent) -> None:
        """What the switch tells of the call."""
        if isinstance(event, app.CallEnded):
            self._ended()
        elif isinstance(event, app.PlayEnded):
            self._playing.ended(event.play)
        elif self._session.state and not self._closed:
            heard = _HEARD.get(type(event))
            if heard is not None:
                self._feed(heard(event))

    def _feed(self, event: i.Input) -> None:
        """Inputs that commands give rise to wait until the step before them is carried out."""
        self._waiting.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._step(self._waiting.popleft())
        finally:
            self._busy = False

    def _step(self, event: i.Input) -> None:
        machine = Machine(self.flow, self._with.calendars)
        self._session, commands = machine.step(self._session, event, self._with.clock.now())
        for command in commands:
            try:
                _CARRY_OUT[type(command)](self, command)
            except Exception as defect:  # the process and all other calls go on
                self._defect(type(command).__name__, defect)
                if not isinstance(command, _DISPENSABLE):
                    self._waiting.append(i.Failed(f"{type(command).__name__} failed"))

    def _defect(self, doing: str, defect: Exception) -> None:
        """Log where it failed, not what the error says: that may hold what was keyed."""
        where = {"call": str(self._call), "flow": self.flow.name, "state": self._session.state}
        _log.error(
            "%s failed in flow %s, state %s: %s\n%s",
            doing,
            self.flow.name,
            self._session.state,
            type(defect).__name__,
            "".join(traceback.format_tb(defect.__traceback__)),
            extra=where,
        )

    def _ended(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._playing.stop()
        self._feed(i.CallerHungUp())
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        try:
            self._with.context.ended(self._call)
        except Exception as defect:
            self._defect("the end of the call", defect)
        self._over(self)

    def _emit(self, event: Event) -> None:
        self._with.sink.emit(event, self._with.clock.now())

    def _play_done(self, serial: int, missing: Segment | None) -> None:
        if missing is not None:
            named = missing.audio or missing.text[:60]
            state = self._session.state
            shown = named if state and missing in self.flow.fixed_segments() else "dynamic text"
            self._emit(PromptMissed(str(self._call), self.flow.name, state, shown))
        self._feed(i.PlayDone(serial, failed=missing is not None))

    # Commands.

    def _play(self, command: c.Play) -> None:
        self._playing.play(command)

    def _stop_play(self, command: c.StopPlay) -> None:
        self._playing.stop()
        self._control.stop_play()

    def _start_timer(self, command: c.StartTimer) -> None:
        serial = command.serial

        def fired() -> None:
            self._timers.pop(serial, None)
            self._feed(i.TimerFired(serial))

        self._timers[serial] = self._with.timers.call_later(command.seconds, fired)

    def _cancel_timer(self, command: c.CancelTimer) -> None:
        timer = self._timers.pop(command.serial, None)
        if timer is not None:
            timer.cancel()

    def _enter_queue(self, command: c.EnterQueue) -> None:
        self._control.enter_queue(
            app.QueueEntry(
                queue=command.queue,
                skills=command.skills,
                priority=command.priority,
                agent=command.agent,
                agent_wait_s=command.agent_wait_s,
                max_wait_s=command.max_wait_s,
                max_length=command.max_length,
                music=self._music(command.music),
                announce_every_s=command.announce_every_s,
                pop=command.pop,
            )
        )

    def _music(self, segments: tuple[Segment, ...]) -> tuple[PromptId, ...]:
        found = [self._with.prompts.ready(segment) for segment in segments]
        return tuple(prompt for prompt in found if prompt is not None)

    def _dial(self, command: c.Dial) -> None:
        plan = app.DialPlan(
            command.targets, command.one_by_one, command.timeout_s, command.caller_id
        )
        self._control.dial(plan)

    def _take_message(self, command: c.TakeMessage) -> None:
        self._control.take_message(command.mailbox, max_s=command.max_s, beep=command.beep)

    def _match(self, command: c.Match) -> None:
        try:
            found = self._with.context.match(self._call, command.by, command.value)
        except Exception as defect:  # without a match the caller is still served
            self._defect("Match", defect)
            found = MatchFailure.MISSING
        if isinstance(found, Journey):
            self._case = found.case
            self._control.attach_case(found.case, dict(self._session.tags))
        self._waiting.append(i.MatchDone(found))

    def _write_context(self, command: c.WriteContext) -> None:
        self._with.context.write(self._call, command.values)
        if self._case:
            self._control.attach_case(self._case, dict(self._session.tags))

    def _entered(self, command: c.TellEntered) -> None:
        self._entered_at = self._with.clock.now().mono
        self._emit(StateEntered(str(self._call), self.flow.name, command.state, command.verb))
        self._with.context.state_entered(self._call, command.state, command.verb)

    def _left(self, command: c.TellLeft) -> None:
        took_ms = (self._with.clock.now().mono - self._entered_at) * 1000
        self._emit(StateLeft(str(self._call), self.flow.name, command.state, command.exit, took_ms))
        self._with.context.state_left(self._call, command.state, command.exit)

    def _failed(self, command: c.TellFailed) -> None:
        _log.warning(
            "flow %s, state %s: %s",
            self.flow.name,
            command.state,
            command.reason,
            extra={"call": str(self._call), "flow": self.flow.name, "state": command.state},
        )
        self._emit(FlowFailed(str(self._call), self.flow.name, command.state, command.reason))

    def _flow_ended(self, command: c.TellEnded) -> None:
        self._emit(FlowEnded(str(self._call), self.flow.name, self.flow.version, command.how))

    def _ask_outside(self, command: c.AskOutside) -> None:
        self._waiting.append(i.Failed(f"'{command.verb}' is not available here"))


_DISPENSABLE: Final = (
    c.HangUp,
    c.SetRecording,
    c.WriteContext,
    c.TellEntered,
    c.TellLeft,
    c.TellFailed,
    c.TellEnded,
)
"""Where one of these fails it is logged, and the caller is still served."""

_HEARD: Final[Mapping[type, Callable[[Any], i.Input]]] = {
    app.CallAnswered: lambda event: i.Answered(),
    app.DigitReceived: lambda event: i.DigitPressed(event.digit),
    app.QueueAnnouncementDue: lambda event: i.QueueAnnouncement(event.position, event.wait_s),
    app.QueueConnected: lambda event: i.QueueAnswered(event.agent),
    app.QueueLeft: lambda event: i.QueueDone(event.outcome, event.agent),
    app.DialEnded: lambda event: i.DialDone(event.outcome, event.target),
    app.MessageTaken: lambda event: i.MessageDone(event.seconds, event.kept),
}

_CARRY_OUT: Final[Mapping[type, Callable[[FlowCall, Any], None]]] = {
    c.Ring: lambda call, command: call._control.ring(),
    c.Answer: lambda call, command: call._control.answer(),
    c.Play: FlowCall._play,
    c.StopPlay: FlowCall._stop_play,
    c.StartTimer: FlowCall._start_timer,
    c.CancelTimer: FlowCall._cancel_timer,
    c.EnterQueue: FlowCall._enter_queue,
    c.LeaveQueue: lambda call, command: call._control.leave_queue(),
    c.Dial: FlowCall._dial,
    c.TakeMessage: FlowCall._take_message,
    c.SetRecording: lambda call, command: call._control.record(command.action),
    c.Mask: lambda call, command: call._control.mask(command.masked),
    c.Match: FlowCall._match,
    c.WriteContext: FlowCall._write_context,
    c.AskOutside: FlowCall._ask_outside,
    c.TellEntered: FlowCall._entered,
    c.TellLeft: FlowCall._left,
    c.TellFailed: FlowCall._failed,
    c.TellEnded: FlowCall._flow_ended,
    c.HangUp: lambda call, command: call._control.hang_up(command.cause),
}
