"""What the parts of the room share: clock, ids, log, memory, and who hears of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from base.events import Event, EventSink
from base.ids import IdSource
from base.instant import Clock
from handoff.memory import Memory

Listener = Callable[[str], None]
"""Hears the id of a case that changed; at once, must not block or raise."""


@dataclass(frozen=True, slots=True)
class Room:
    """The room's surroundings."""

    clock: Clock
    ids: IdSource
    sink: EventSink
    memory: Memory
    listeners: list[Listener] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        """Log what happened."""
        self.sink.emit(event, self.clock.now())

    def changed(self, case: str) -> None:
        """Tell the listeners."""
        for listener in tuple(self.listeners):
            listener(case)
