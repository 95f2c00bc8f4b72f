"""What each agent did today, folded from the log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from records.contract import Record
from switch.events import AgentFinished, PresenceChanged
from switch.offer import Presence

KINDS: Final = frozenset({AgentFinished.kind, PresenceChanged.kind})
"""What a start must read from the log, since the morning."""


@dataclass(frozen=True, slots=True)
class AgentDay:
    """One agent's day. Handling is talking and wrap-up, finished parts only."""

    agent: str
    day: date
    calls: int = 0
    talked_s: float = 0.0
    wrapped_s: float = 0.0

    @property
    def handling_s(self) -> float:
        """Seconds spent on contacts."""
        return self.talked_s + self.wrapped_s


class AgentDays:
    """Feed it every record by `apply`. A day is the site's (`zone`); yesterday is forgotten."""

    def __init__(self, zone: tzinfo = UTC) -> None:
        self._zone = zone
        self._days: dict[str, AgentDay] = {}
        self._wrapping: dict[str, float] = {}

    def apply(self, record: Record) -> None:
        """One more event."""
        if record.agent is None:
            return
        if record.kind == AgentFinished.kind:
            day = self._at(record.agent, record.wall)
            self._days[record.agent] = replace(
                day, calls=day.calls + 1, talked_s=day.talked_s + record.payload["talked_s"]
            )
        elif record.kind == PresenceChanged.kind:
            self._presence(record.agent, record.payload["presence"], record.wall)

    def today(self, agent: str, now: float) -> AgentDay:
        """An agent's day so far at `now` (wall clock seconds)."""
        return self._at(agent, now)

    def _presence(self, agent: str, presence: str, wall: float) -> None:
        since = self._wrapping.pop(agent, None)
        if since is not None:
            day = self._at(agent, wall)
            self._days[agent] = replace(day, wrapped_s=day.wrapped_s + max(0.0, wall - since))
        if presence == Presence.WRAP_UP.value:
            self._wrapping[agent] = wall

    def _at(self, agent: str, wall: float) -> AgentDay:
        today = datetime.fromtimestamp(wall, self._zone).date()
        known = self._days.get(agent)
        return known if known is not None and known.day == today else AgentDay(agent, today)
