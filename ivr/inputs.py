"""What the machine hears: past tense, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.context import Journey, MatchFailure
from switch.application import CallFacts, DialOutcome, QueueOutcome


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The call is here, and the journey it was matched to on arrival."""

    facts: CallFacts
    journey: Journey | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The caller's media is up."""


@dataclass(frozen=True, slots=True)
class PlayDone:
    """A playback is over; `failed` where it could not be made audible."""

    play: int
    failed: bool = False


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """One of 0-9 * # A-D."""

    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpeechHeard:
    """The caller said this."""

    text: str = field(repr=False)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer is due."""

    serial: int


@dataclass(frozen=True, slots=True)
class QueueAnnouncement:
    """Time to tell the caller where they stand."""

    position: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class QueueAnswered:
    """An agent hears the caller."""

    agent: str


@dataclass(frozen=True, slots=True)
class QueueDone:
    """The stay in the queue is over."""

    outcome: QueueOutcome
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class DialDone:
    """The dial is over."""

    outcome: DialOutcome
    target: str | None = None


@dataclass(frozen=True, slots=True)
class MessageDone:
    """A message was taken, or could not be `kept`."""

    seconds: float
    kept: bool = True


@dataclass(frozen=True, slots=True)
class MatchDone:
    """The refined match."""

    found: Journey | MatchFailure


@dataclass(frozen=True, slots=True)
class OutsideDone:
    """Something outside answered: an outcome word, a status for `http`, a value."""

    outcome: str
    value: Any = field(default=None, repr=False)
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Carrying out a command failed: the flow takes its error path."""

    reason: str


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The caller is gone."""


Input = (
    CallStarted
    | Answered
    | PlayDone
    | DigitPressed
    | SpeechHeard
    | TimerFired
    | QueueAnnouncement
    | QueueAnswered
    | QueueDone
    | DialDone
    | MessageDone
    | MatchDone
    | OutsideDone
    | Failed
    | CallerHungUp
)


def journey_record(journey: Journey | None) -> Mapping[str, Any] | None:
    """A journey as expressions see it (`journey.step`)."""
    if journey is None:
        return None
    return {name: getattr(journey, name) for name in Journey.__slots__}


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer of the present state is due (the machine makes this from `TimerFired`)."""

    name: str


VerbEvent = Input | TimerDue
