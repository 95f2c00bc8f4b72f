"""The timers of the SIP core: a heap of moments, turned by whoever drives it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

from base.instant import Clock, Instant


def _nobody() -> None:
    return None


class Wake:
    """A callback that is still to come."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None] | None) -> None:
        self.callback = callback

    def cancel(self) -> None:
        """Never call it."""
        self.callback = None


class Wakes:
    """Fills `base.instant.Timers` inside the core.

    `on_earlier` is called when a new timer is due before all others, so that the shell can set
    its one timer anew.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._heap: list[tuple[float, int, Wake]] = []
        self.on_earlier: Callable[[], None] = _nobody

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Wake:
        """Call back from `advance` once `delay_s` seconds are over."""
        wake = Wake(callback)
        at = self._clock.now().mono + delay_s
        heap = self._heap
        earlier = not heap or at < heap[0][0]
        heapq.heappush(heap, (at, next(self._order), wake))
        if earlier:
            self.on_earlier()
        return wake

    def next_wake(self) -> float | None:
        """When `advance` is due: seconds on the monotonic clock, None if nothing waits."""
        heap = self._heap
        while heap and heap[0][2].callback is None:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def advance(self, now: Instant) -> None:
        """Call back all that is due at `now`."""
        heap = self._heap
        while heap and heap[0][0] <= now.mono:
            callback = heapq.heappop(heap)[2].callback
            if callback is not None:
                callback()

    @property
    def pending(self) -> int:
        """How many callbacks are still to come."""
        return sum(wake.callback is not None for _, _, wake in self._heap)
