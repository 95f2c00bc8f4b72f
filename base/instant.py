"""Time as an argument: the cores never read a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment, on both clocks.

    `mono` is in seconds and only ever grows: durations and deadlines use it. `wall` is seconds
    since the Unix epoch: what people, calendars and the evidence log read.
    """

    mono: float
    wall: float

    def later(self, seconds: float) -> Instant:
        """This moment moved by `seconds` on both clocks."""
        return Instant(self.mono + seconds, self.wall + seconds)

    def utc(self) -> datetime:
        """The wall clock as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.wall, UTC)


class Clock(Protocol):
    """Tells the present moment; only shells hold one."""

    def now(self) -> Instant: ...


class Timer(Protocol):
    """A callback that is still to come."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """Runs callbacks later, on the thread of the loop; never before the caller returns."""

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer: ...
