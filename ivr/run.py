"""One step's working copy of a session: what verbs use to act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

from base.instant import Instant
from ivr.commands import (
    Answer,
    CancelTimer,
    Command,
    Mask,
    Play,
    SetRecording,
    StartTimer,
    StopPlay,
)
from ivr.expression import ExpressionError, Scope, expression, rendered
from ivr.functions import as_text
from ivr.session import DOTS, Session
from media.contract import Segment

if TYPE_CHECKING:
    from ivr.flow import Flow
    from ivr.verbs.fields import Prompt


class FlowFault(Exception):
    """The state cannot go on: the flow takes its error path."""


class World(Protocol):
    """What a flow asks of calendars and clocks, answered at once."""

    @property
    def zone(self) -> tzinfo:
        """The zone of `today()`, `hour()` and `now`."""
        ...

    def calendar_state(self, calendar: str, now: Instant) -> str:
        """`open`, `closed` or `holiday`; raises LookupError for an unknown calendar."""
        ...

    def next_open(self, calendar: str, now: Instant) -> str:
        """When it opens next, as text; raises LookupError for an unknown calendar."""
        ...


class Run:
    """The session of one step while it changes, and the commands so far."""

    def __init__(self, flow: Flow, session: Session, world: World, now: Instant) -> None:
        self.flow = flow
        self.session = session
        self.world = world
        self.now = now
        self.commands: list[Command] = []
        self.exit: tuple[str, str] | None = None
        self.ending: tuple[str, str] | None = None
        self.changed: dict[str, Any] = {}

    def tell(self, command: Command) -> None:
        """Add a command."""
        self.commands.append(command)

    def change(self, **fields: Any) -> None:
        """Replace fields of the session."""
        self.session = replace(self.session, **fields)

    def remember(self, **fields: Any) -> None:
        """Replace fields of the present verb's memory."""
        self.change(local=replace(self.session.local, **fields))

    # Ways out.

    def leave(self, label: str, target: str | None) -> None:
        """Take this exit; without a target that is a fault."""
        if target is None:
            raise FlowFault(f"there is no way out for '{label}'")
        self.exit = (label, target)

    def end(self, how: str, label: str = "") -> None:
        """End the flow; `label` is the exit of the present state where it is not `how`."""
        self.ending = (how, label or how)

    # Values.

    def scope(self) -> Scope:
        """What expressions see now."""
        session = self.session
        names = {
            **session.names,
            **session.protected,
            "tags": session.tags,
            "now": self.local_time().strftime("%Y-%m-%d %H:%M"),
        }
        return Scope(names, self._functions())

    def decide(self, source: str) -> Any:
        """The value of a bare expression."""
        return expression(source)(self.scope())

    def value(self, source: Any) -> Any:
        """`source` with its `${…}` worked out."""
        return rendered(source, self.scope())

    def text(self, source: Any) -> str:
        """The same as text."""
        return as_text(self.value(source))

    def put(self, name: str, value: Any) -> None:
        """Set a name; protected names are kept apart."""
        if name in self.flow.protected:
            self.change(protected={**self.session.protected, name: value})
        else:
            self.change(names={**self.session.names, name: value})
        self.changed[name] = self.shown(name, value)

    def shown(self, name: str, value: Any) -> Any:
        """A value as traces may show it."""
        how = self.flow.protected.get(name)
        if how is None or value is None:
            return value
        return DOTS + str(value)[-4:] if how == "last4" else DOTS

    def local_time(self) -> datetime:
        """The wall clock in the zone of the site."""
        return datetime.fromtimestamp(self.now.wall, self.world.zone)

    def _functions(self) -> Mapping[str, Callable[..., Any]]:
        headers = self.session.facts.get("headers", {})
        return {
            "header": lambda name: headers.get(as_text(name).lower(), ""),
            "is_open": lambda name: self.calendar(as_text(name)) == "open",
            "next_open": self._next_open,
            "today": lambda: self.local_time().strftime("%Y-%m-%d"),
            "hour": lambda: self.local_time().hour,
        }

    def calendar(self, name: str) -> str:
        """The state of a calendar now."""
        try:
            return self.world.calendar_state(name, self.now)
        except LookupError:
            raise ExpressionError(f"there is no calendar '{name}'") from None

    def _next_open(self, name: Any) -> str:
        try:
            return self.world.next_open(as_text(name), self.now)
        except LookupError:
            raise ExpressionError(f"there is no calendar '{name}'") from None

    # Sound.

    def answer(self) -> None:
        """Answer once, and begin the recording that is always made."""
        if self.session.answered:
            return
        self.tell(Answer())
        self.was_answered()

    def was_answered(self) -> None:
        """The call is answered, by us or because a dialled phone answered."""
        if not self.session.answered:
            self.change(answered=True)
            if self.flow.record == "always":
                self.set_recording("start")

    def set_recording(self, action: str) -> None:
        """Start, stop, pause or resume the recording."""
        states = {"start": "on", "resume": "on", "pause": "paused", "stop": "off"}
        if self.session.recording != states[action]:
            self.tell(SetRecording(action))
            self.change(recording=states[action])

    def mask(self, masked: bool) -> None:
        """Protect what is keyed, or no longer."""
        if self.session.masked != masked:
            self.tell(Mask(masked))
            self.change(masked=masked)

    def segment(self, prompt: Prompt) -> Segment:
        """A prompt in the caller's language, with its `${…}` worked out."""
        language = str(self.session.names.get("language") or self.flow.languages[0])
        segment = self.flow.segment(prompt, language)
        if "${" not in segment.text:
            return segment
        return Segment(segment.language, self.text(segment.text), segment.audio)

    def play(
        self,
        prompts: Sequence[Prompt | None],
        *,
        barge_in: bool = True,
        loop: bool = False,
        over_queue: bool = False,
    ) -> None:
        """Play these; `local.play` is the number that `PlayDone` will carry."""
        wanted = [prompt for prompt in prompts if prompt is not None]
        segments = tuple(self.segment(prompt) for prompt in wanted)
        names = tuple(prompt if isinstance(prompt, str) else "" for prompt in wanted)
        self.play_segments(segments, names, barge_in=barge_in, loop=loop, over_queue=over_queue)

    def play_segments(
        self,
        segments: tuple[Segment, ...],
        names: tuple[str, ...] = (),
        *,
        barge_in: bool = True,
        loop: bool = False,
        over_queue: bool = False,
    ) -> None:
        """Play segments that are made already."""
        serial = self._next_serial()
        self.tell(Play(serial, segments, names, barge_in, loop, over_queue))
        self.remember(play=serial)

    def stop_play(self) -> None:
        """Cut what plays."""
        if self.session.local.play:
            self.tell(StopPlay())
            self.remember(play=0)

    # Time.

    def start_timer(self, name: str, seconds: float) -> None:
        """`TimerDue(name)` follows, unless the state is left before."""
        self.cancel_timer(name)
        serial = self._next_serial()
        self.tell(StartTimer(serial, name, seconds))
        self.change(timers={**self.session.timers, name: serial})

    def cancel_timer(self, name: str) -> None:
        """Forget one timer."""
        serial = self.session.timers.get(name)
        if serial is not None:
            self.tell(CancelTimer(serial))
            kept = {key: value for key, value in self.session.timers.items() if key != name}
            self.change(timers=kept)

    def swallow(self, key: str, seconds: float) -> None:
        """A finish key within `seconds` still belongs to the entry that is complete."""
        self.change(swallow=key, swallow_until=self.now.mono + seconds)

    def clean(self) -> None:
        """What every way out of a state does: no timer, sound or mask outlives it."""
        for name in tuple(self.session.timers):
            self.cancel_timer(name)
        self.stop_play()
        self.mask(False)

    def _next_serial(self) -> int:
        self.change(serial=self.session.serial + 1)
        return self.session.serial
