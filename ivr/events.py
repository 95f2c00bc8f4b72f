"""What happened in flows, for the evidence log. No protected value is in any of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from base.events import Event


@dataclass(frozen=True, slots=True)
class FlowStarted(Event):
    """A call began to run a flow, pinned to this version."""

    kind: ClassVar[str] = "flow.started"
    call: str
    flow: str
    flow_version: str


@dataclass(frozen=True, slots=True)
class StateEntered(Event):
    """A call is in this state now."""

    kind: ClassVar[str] = "state.entered"
    call: str
    flow: str
    state: str
    verb: str


@dataclass(frozen=True, slots=True)
class StateLeft(Event):
    """By which exit a state was left: `press 2`, `no_input`, `timeout`, `next`."""

    kind: ClassVar[str] = "state.left"
    call: str
    flow: str
    state: str
    exit: str
    took_ms: float


@dataclass(frozen=True, slots=True)
class FlowEnded(Event):
    """The flow's run is over."""

    kind: ClassVar[str] = "flow.ended"
    call: str
    flow: str
    flow_version: str
    how: str


@dataclass(frozen=True, slots=True)
class FlowFailed(Event):
    """Something went wrong in a state; the flow took its error path."""

    kind: ClassVar[str] = "flow.failed"
    call: str
    flow: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class PromptMissed(Event):
    """A prompt could not be made audible when it was needed."""

    kind: ClassVar[str] = "prompt.missed"
    call: str
    flow: str
    state: str
    prompt: str
