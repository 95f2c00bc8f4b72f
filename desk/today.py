"""What an agent did today: calls and the time they took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final

from records.contract import Record
from switch.events import AgentFinished, PresenceChanged
from switch.offer import Presence

KINDS: Final = frozenset({AgentFinished.kind, PresenceChanged.kind})
"""What a start must read from the log, since the morning."""


@dataclass(slots=True)
class _Tally:
    day: date
    calls: int = 0
    handling_s: float = 0.0
    wrap_up_since: float | None = None


class Today:
    """A fold of the log by agent; days are those of `zone`."""

    def __init__(self, zone: tzinfo = UTC) -> None:
        self._zone = zone
        self._tallies: dict[str, _Tally] = {}

    def hear(self, record: Record) -> None:
        """Take a record of the log."""
        fold = _FOLDS.get(record.kind)
        if fold is not None and record.agent is not None:
            fold(self._tally(record.agent, record.wall), record, record.payload)

    def of(self, agent: str, wall: float) -> dict[str, Any]:
        """`today` of the snapshot."""
        tally = self._tally(agent, wall)
        return {"calls": tally.calls, "handling_s": round(tally.handling_s, 1)}

    def _tally(self, agent: str, wall: float) -> _Tally:
        day = datetime.fromtimestamp(wall, self._zone).date()
        tally = self._tallies.get(agent)
        if tally is None or tally.day != day:
            tally = self._tallies[agent] = _Tally(day)
        return tally


def _finished(tally: _Tally, record: Record, payload: Any) -> None:
    tally.calls += 1
    tally.handling_s += payload.get("talked_s", 0.0)


def _presence(tally: _Tally, record: Record, payload: Any) -> None:
    if tally.wrap_up_since is not None:
        tally.handling_s += record.wall - tally.wrap_up_since
        tally.wrap_up_since = None
    if payload.get("presence") == Presence.WRAP_UP.value:
        tally.wrap_up_since = record.wall


_FOLDS: Final[dict[str, Callable[[_Tally, Record, Any], None]]] = {
    AgentFinished.kind: _finished,
    PresenceChanged.kind: _presence,
}
