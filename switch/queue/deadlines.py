"""Many deadlines, one next moment: what a pure machine has instead of timers."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Deadlines(Generic[K]):
    """At most one deadline a key; setting it again moves it. O(log n), lazily pruned."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, K]] = []
        self._live: dict[K, int] = {}
        self._count = 0

    def set(self, key: K, due: float) -> None:
        """`key` falls due at `due`."""
        self._count += 1
        self._live[key] = self._count
        heapq.heappush(self._heap, (due, self._count, key))
        if len(self._heap) > 64 + 4 * len(self._live):
            self._heap = [entry for entry in self._heap if self._live.get(entry[2]) == entry[1]]
            heapq.heapify(self._heap)

    def clear(self, key: K) -> None:
        """`key` never falls due."""
        self._live.pop(key, None)

    def next(self) -> float | None:
        """The earliest deadline."""
        while self._heap and self._live.get(self._heap[0][2]) != self._heap[0][1]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop(self, now: float) -> tuple[float, K] | None:
        """The earliest key that is due by `now`, with its moment, and forget it."""
        due = self.next()
        if due is None or due > now:
            return None
        _, _, key = heapq.heappop(self._heap)
        del self._live[key]
        return due, key

    def __len__(self) -> int:
        return len(self._live)
