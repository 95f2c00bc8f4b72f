"""Live calls: the machine's commands become calls of `CallControl`, its events inputs."""

from __future__ import annotations

from dataclasses import dataclass

from base.events import EventSink
from base.instant import Clock, Timers
from ivr.context import CallContext
from ivr.events import FlowFailed
from ivr.library import FlowLibrary
from ivr.live import FlowCall
from ivr.run import World
from media.contract import PromptId, PromptSource
from switch.application import CallApplication, CallControl, CallEvent, HangupCause


@dataclass(slots=True)
class Surroundings:
    """What all calls share; `calendars` changes when the site is read again."""

    context: CallContext
    prompts: PromptSource
    calendars: World
    sink: EventSink
    clock: Clock
    timers: Timers
    filler: PromptId | None = None


class FlowApplications:
    """Makes the application for each call that routing gives to a flow.

    `filler` is looped while a prompt is still being rendered; without it the caller hears nothing
    for that time.
    """

    def __init__(
        self,
        library: FlowLibrary,
        context: CallContext,
        prompts: PromptSource,
        calendars: World,
        sink: EventSink,
        clock: Clock,
        timers: Timers,
        filler: PromptId | None = None,
    ) -> None:
        self._library = library
        self._surroundings = Surroundings(context, prompts, calendars, sink, clock, timers, filler)
        self._calls: set[FlowCall] = set()

    def use_calendars(self, calendars: World) -> None:
        """Take these for the calls that begin from now on."""
        self._surroundings.calendars = calendars

    @property
    def running(self) -> int:
        """How many calls are in a flow now."""
        return len(self._calls)

    def start(self, flow: str, control: CallControl) -> CallApplication:
        """Begin the published version of `flow`; an unknown or unfit one ends the call."""
        pinned = self._library.pin(flow)
        if pinned is None or pinned.absent_verbs():
            reasons = "; ".join(self._library.refusals(flow))[:200]
            if pinned is not None:
                self._library.release(pinned)
            return self._refuse(flow, control, reasons)

        def over(call: FlowCall) -> None:
            self._calls.discard(call)
            self._library.release(call.flow)

        call = FlowCall(pinned, control, self._surroundings, over)
        self._calls.add(call)
        call.begin()
        return call

    def _refuse(self, flow: str, control: CallControl, reason: str) -> CallApplication:
        surroundings = self._surroundings
        failed = FlowFailed(str(control.facts.call), flow, "", reason)
        surroundings.sink.emit(failed, surroundings.clock.now())
        control.hang_up(HangupCause.ERROR)
        return _Nothing()


class _Nothing:
    def call_event(self, event: CallEvent) -> None:
        """The call is being ended."""
