"""Reading the log: rebuilding the memory at a start, and hearing what other rooms tell of calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from base.events import Event
from handoff.channels.codec import from_plain
from handoff.events import (
    CaseOpened,
    ChannelEventReceived,
    ContextMatched,
    ContinueUsed,
    DispositionSet,
    HandoffCreated,
)
from handoff.memory import Memory
from records.contract import Record
from switch.events import AgentAnswered, CallWasEnded, QueueWasLeft, RecordingStarted


def replay(memory: Memory, record: Record) -> None:
    """Apply a record of the log to the memory of a node that starts."""
    apply = _OWN.get(type(record.event))
    if apply is not None:
        apply(memory, record.event, record.wall)
    else:
        hear(memory, record)


def hear(memory: Memory, record: Record) -> None:
    """Take from other rooms' events what a pop tells of earlier calls."""
    learn = _FOREIGN.get(type(record.event))
    if learn is not None:
        learn(memory, record.event)


def _told(memory: Memory, event: ChannelEventReceived, at: float) -> None:
    case = memory.case(event.case)
    told = from_plain(event.channel, event.what, event.content or {})
    if case is not None and told is not None:
        memory.told(case, told, at)


_OWN: Final[Mapping[type[Event | None], Callable[[Memory, Any, float], object]]] = {
    CaseOpened: Memory.opened,
    ChannelEventReceived: _told,
    HandoffCreated: lambda memory, event, _: memory.handed_off(event),
    ContextMatched: Memory.matched,
    ContinueUsed: Memory.continued,
    DispositionSet: lambda memory, event, _: memory.disposed(event),
}

_FOREIGN: Final[Mapping[type[Event | None], Callable[[Memory, Any], None]]] = {
    AgentAnswered: lambda memory, event: memory.outcome(event.call, "answered"),
    QueueWasLeft: lambda memory, event: memory.outcome_unless_known(event.call, event.outcome),
    CallWasEnded: lambda memory, event: memory.outcome_unless_known(event.call, "ended"),
    RecordingStarted: lambda memory, event: memory.recorded(event.call, event.recording),
}

KINDS: Final[frozenset[str]] = frozenset(
    kind.kind for kind in (*_OWN, *_FOREIGN) if isinstance(kind, type) and issubclass(kind, Event)
)
"""What a start must read from the log."""
