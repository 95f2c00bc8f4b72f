"""Who waits in which queue, and for how long, folded from the log."""

from __future__ import annotations

from dataclasses import dataclass

from records.contract import Record


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """One queue at one moment."""

    queue: str
    waiting: int
    longest_s: float


class QueueBoard:
    """Feed it every record by `apply`; ask it at any moment."""

    def __init__(self) -> None:
        self._entered: dict[str, dict[str, float]] = {}
        self._queue_of: dict[str, str] = {}

    def apply(self, record: Record) -> None:
        """One more event."""
        call = record.call
        if call is None:
            return
        if record.kind == "queue.entered":
            self._leave(call)
            queue = record.payload["queue"]
            self._queue_of[call] = queue
            self._entered.setdefault(queue, {})[call] = record.wall
        elif record.kind in _OVER:
            self._leave(call)

    def status(self, queue: str, now: float) -> QueueStatus:
        """A queue at `now` (wall clock seconds); a queue that was never used is empty."""
        waiting = self._entered.get(queue, {})
        # A caller's place in the dict is by time of entry: the first one waits longest.
        first = next(iter(waiting.values()), now)
        return QueueStatus(queue, len(waiting), max(0.0, now - first))

    def statuses(self, now: float) -> list[QueueStatus]:
        """All queues that were ever used, by name."""
        return [self.status(queue, now) for queue in sorted(self._entered)]

    def _leave(self, call: str) -> None:
        queue = self._queue_of.pop(call, None)
        if queue is not None:
            self._entered[queue].pop(call, None)


# `queue.left` says answered only when the talk is over: the wait ends with the agent's answer.
_OVER = frozenset({"agent.answered", "queue.left", "call.ended", "call.lost"})
