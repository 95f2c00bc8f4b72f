"""What happened, said once: frozen events and the sink that takes them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from base.instant import Instant


class Durability(enum.Enum):
    """How soon an event must be on disk (design: what the log costs, and what may be lost)."""

    BEFORE_EFFECT = "before_effect"
    """Promised to someone: durable before the promise is told."""
    BUSINESS = "business"
    """Within 50 ms."""
    TELEMETRY = "telemetry"
    """Within a second, one chunk a call."""


@dataclass(frozen=True, slots=True)
class Event:
    """The root of all events. Subclasses are frozen, slotted, named in the past tense.

    `kind` is the stable name in the log (`call.received`); `version` grows when fields change.
    A field called `call`, `case` or `agent` is indexed. Fields made by `personal()` are kept
    outside the hash-chained payload, so that an erasure can take them away.
    """

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1
    durability: ClassVar[Durability] = Durability.BUSINESS


def personal(default: Any = "") -> Any:
    """A dataclass field that holds a person's data (a number, a name, what was typed)."""
    return field(default=default, metadata={"personal": True})


class EventSink(Protocol):
    """Takes events in order; never blocks, never raises."""

    def emit(self, event: Event, now: Instant) -> None: ...


class EventList:
    """A sink that keeps what it is given; for tests and simulations."""

    def __init__(self) -> None:
        self.events: list[tuple[Instant, Event]] = []

    def emit(self, event: Event, now: Instant) -> None:
        """Keep `event`."""
        self.events.append((now, event))

    def kinds(self) -> list[str]:
        """The names of all events, in order."""
        return [event.kind for _, event in self.events]
