"""The journey: what a customer did, folded from channel events, and where they stopped."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from handoff.channels.app import (
    FormFilled,
    HelpAsked,
    ScreenShown,
    StepCompleted,
    StepEntered,
    StepFailed,
)
from handoff.channels.chat import MessageSaid
from handoff.channels.event import ChannelEvent, FormField
from handoff.channels.voice import CallPassed

MAX_ENTRIES: Final = 500
MAX_LINES: Final = 500
MAX_FIELDS: Final = 200
_STATES_TOLD: Final = 8


class JourneyState(enum.Enum):
    """How far the customer's business is."""

    OPEN = "open"
    STUCK = "stuck"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """The step where the customer stopped. `number` and `of` are 0 where the app told none."""

    step: str
    number: int = 0
    of: int = 0
    title: str = ""
    text: str = ""
    """The last error or request for help, in the app's or the customer's words."""
    error: str = ""
    """The app's error code."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline. `text` names screens and steps, never what was typed."""

    at: float
    channel: str
    kind: str
    text: str
    detail: str = ""
    """Free words of the app or the customer; shown only when the match is sure."""
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Completion:
    """A step that is done."""

    at: float
    step: str
    result: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Everything a case's channels told, ready to be shown. Immutable; `advance` makes the next."""

    state: JourneyState = JourneyState.OPEN
    breakpoint: Breakpoint | None = None
    entries: tuple[Entry, ...] = ()
    chat: tuple[MessageSaid, ...] = ()
    form: Mapping[tuple[str, str], FormField] = field(default_factory=dict)
    """(step, field name) -> the last value."""
    completed: tuple[Completion, ...] = ()


def fold(events: Iterable[ChannelEvent]) -> Journey:
    """The journey that `events` tell, in their order."""
    journey = Journey()
    for event in events:
        journey = advance(journey, event)
    return journey


def advance(journey: Journey, event: ChannelEvent) -> Journey:
    """The journey after one more event; an unknown kind changes nothing."""
    step = _STEPS.get(type(event))
    return journey if step is None else step(journey, event)


def _screen(journey: Journey, event: ScreenShown) -> Journey:
    return _told(journey, event, event.title or event.screen)


def _step(journey: Journey, event: StepEntered) -> Journey:
    here = Breakpoint(event.step, event.number, event.of, event.title)
    return replace(
        _told(journey, event, event.title or event.step),
        breakpoint=here,
        state=JourneyState.OPEN,
    )


def _form(journey: Journey, event: FormFilled) -> Journey:
    form = dict(journey.form)
    for one in event.fields:
        key = (event.step, one.name)
        if key in form or len(form) < MAX_FIELDS:
            form[key] = one.sealed()
    labels = ", ".join(one.label or one.name for one in event.fields)
    return replace(_told(journey, event, labels), form=form)


def _error(journey: Journey, event: StepFailed) -> Journey:
    here = replace(_at(journey, event.step), text=event.text, error=event.code)
    entry = _entry(event, event.code, detail=event.text, ok=False)
    return replace(_listed(journey, entry), breakpoint=here, state=JourneyState.STUCK)


def _help(journey: Journey, event: HelpAsked) -> Journey:
    here = _at(journey, event.step)
    here = replace(here, text=here.text or event.text)
    entry = _entry(event, here.title or here.step, detail=event.text)
    return replace(_listed(journey, entry), breakpoint=here, state=JourneyState.STUCK)


def _completed(journey: Journey, event: StepCompleted) -> Journey:
    done = (*journey.completed, Completion(event.at, event.step, event.result))[-MAX_ENTRIES:]
    entry = _entry(event, _title_of(journey, event.step), detail=event.result)
    journey = replace(_listed(journey, entry), completed=done)
    # Only the step where the customer stopped ends the trouble; an earlier one does not.
    if journey.breakpoint is not None and journey.breakpoint.step == event.step:
        return replace(journey, state=JourneyState.COMPLETED)
    return journey


def _message(journey: Journey, event: MessageSaid) -> Journey:
    chat = (*journey.chat, event)[-MAX_LINES:]
    return replace(_listed(journey, _entry(event, event.who, detail=event.text)), chat=chat)


def _call(journey: Journey, event: CallPassed) -> Journey:
    way = " > ".join(one.state for one in event.path[-_STATES_TOLD:])
    return _told(journey, event, way)


def _at(journey: Journey, step: str) -> Breakpoint:
    here = journey.breakpoint
    return here if here is not None and here.step == step else Breakpoint(step)


def _title_of(journey: Journey, step: str) -> str:
    here = _at(journey, step)
    return here.title or step


def _told(journey: Journey, event: ChannelEvent, text: str) -> Journey:
    return _listed(journey, _entry(event, text))


def _entry(event: ChannelEvent, text: str, *, detail: str = "", ok: bool = True) -> Entry:
    return Entry(event.at, event.channel, event.what, text, detail, ok)


def _listed(journey: Journey, entry: Entry) -> Journey:
    return replace(journey, entries=(*journey.entries, entry)[-MAX_ENTRIES:])


_STEPS: Final[Mapping[type[ChannelEvent], Callable[[Journey, Any], Journey]]] = {
    ScreenShown: _screen,
    StepEntered: _step,
    FormFilled: _form,
    StepFailed: _error,
    HelpAsked: _help,
    StepCompleted: _completed,
    MessageSaid: _message,
    CallPassed: _call,
}
