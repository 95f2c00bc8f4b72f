"""The voice channel: how a call went through the flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handoff.channels.event import ChannelEvent


@dataclass(frozen=True, slots=True)
class PathStep:
    """The call was in `state` from `at` on and left it by `exit` ("": it is there still)."""

    at: float
    state: str
    verb: str
    exit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPassed(ChannelEvent):
    """A call is over; this was its way. Told once a call, however many states it saw."""

    channel: ClassVar[str] = "voice"
    what: ClassVar[str] = "call"
    call: str
    path: tuple[PathStep, ...]
