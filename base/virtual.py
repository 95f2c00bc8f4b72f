"""Time that is a number you turn, and identity that repeats: for tests and simulations."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable

from base.instant import Instant

_EPOCH = 1_795_312_800.0  # Sunday 22 November 2026, 02:00 UTC (10:00 in Shanghai)


class VirtualTimer:
    """A callback in virtual time."""

    __slots__ = ("callback", "cancelled")

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        """Never call it."""
        self.cancelled = True


class VirtualTime:
    """A `Clock` and `Timers` in one; `advance` runs what falls due, in order."""

    def __init__(self, wall: float = _EPOCH) -> None:
        self._now = Instant(0.0, wall)
        self._order = itertools.count()
        self._due: list[tuple[float, int, VirtualTimer]] = []

    def now(self) -> Instant:
        """The present virtual moment."""
        return self._now

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> VirtualTimer:
        """Run `callback` when `advance` passes that moment."""
        timer = VirtualTimer(callback)
        due = self._now.mono + max(0.0, delay_s)
        heapq.heappush(self._due, (due, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass; callbacks see the moment they were due at."""
        end = self._now.mono + seconds
        while self._due and self._due[0][0] <= end:
            due, _, timer = heapq.heappop(self._due)
            if timer.cancelled:
                continue
            self._now = self._now.later(due - self._now.mono)
            timer.callback()
        self._now = self._now.later(end - self._now.mono)

    @property
    def pending(self) -> int:
        """How many callbacks are still to come; a test for leaked timers."""
        return sum(not timer.cancelled for _, _, timer in self._due)


class SeededIds:
    """An `IdSource` that gives the same ids in each run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def random_bytes(self, count: int) -> bytes:
        """`count` repeatable bytes."""
        return self._random.randbytes(count)
