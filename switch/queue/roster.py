"""The agents: who they are, what they are doing, and who is free in which queue."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from switch.offer import Presence
from switch.queue.line import Contact
from switch.site import QueueSpec


@dataclass(slots=True)
class WritingUp:
    """The contact that an agent writes up, until `due` (monotonic)."""

    contact: str
    due: float
    extensions: int = 0


@dataclass(slots=True, eq=False)
class Agent:
    """One agent in all their queues."""

    name: str
    skills: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """Queue -> skill -> level."""
    presence: Presence = Presence.OFFLINE
    reason: str = ""
    wanted: tuple[Presence, str] | None = None
    """Asked for during a call; takes effect after it."""
    pages: int = 0
    reachable: bool = False
    engaged: bool = False
    resting: bool = False
    misses: int = 0
    idle_since: float = 0.0
    contact: Contact | None = None
    writing_up: WritingUp | None = None
    """The last one; it counts while the agent is in wrap-up."""
    free_in: dict[str, tuple[float, str]] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether the next contact may come at all."""
        return (
            self.presence is Presence.AVAILABLE
            and self.reachable
            and not self.engaged
            and not self.resting
        )

    def can(self, queue: str, needs: Mapping[str, int]) -> bool:
        """Whether every skill is there at its level."""
        skills = self.skills.get(queue, {})
        return all(skills.get(skill, 0) >= level for skill, level in needs.items())


class Roster:
    """All agents, and for each queue those who are free, longest idle first."""

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}
        self._specs: Mapping[str, QueueSpec] = {}
        self._free: dict[str, list[tuple[float, str]]] = {}

    def configure(self, queues: Mapping[str, QueueSpec]) -> None:
        """Take the site's queues; agents keep what they are doing."""
        self._specs = queues
        self._free = {name: [] for name in queues}
        for agent in self._agents.values():
            agent.skills, agent.free_in = {}, {}
        for spec in queues.values():
            for member in spec.agents:
                self.agent(member.name).skills[spec.name] = member.skills
        for agent in self._agents.values():
            self.refresh(agent)

    def agent(self, name: str) -> Agent:
        """The agent of that name; a new one is offline."""
        found = self._agents.get(name)
        if found is None:
            found = self._agents[name] = Agent(name)
        return found

    def find(self, name: str) -> Agent | None:
        """The agent, if the site or a page ever named one so."""
        return self._agents.get(name)

    def eligible(self, agent: Agent, queue: str) -> bool:
        """Whether the agent may be offered a contact of the queue now."""
        if not agent.ready or queue not in agent.skills:
            return False
        return agent.pages > 0 or not self._specs[queue].page_required

    def refresh(self, agent: Agent) -> bool:
        """Bring the lists of the free up to date; True when the agent is free in any queue."""
        for queue in agent.skills:
            if self.eligible(agent, queue):
                key = (agent.idle_since, agent.name)
                if agent.free_in.get(queue) != key:
                    self._drop(agent, queue)
                    insort(self._free[queue], key)
                    agent.free_in[queue] = key
            else:
                self._drop(agent, queue)
        return bool(agent.free_in)

    def free(self, queue: str) -> Iterator[Agent]:
        """Who may take a contact of the queue, longest idle first."""
        return (self._agents[name] for _, name in self._free[queue])

    def logged_in(self, queue: str) -> Iterator[Agent]:
        """Members of the queue who are not offline."""
        members = (self._agents[member.name] for member in self._specs[queue].agents)
        return (agent for agent in members if agent.presence is not Presence.OFFLINE)

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._agents.values())

    def _drop(self, agent: Agent, queue: str) -> None:
        key = agent.free_in.pop(queue, None)
        if key is not None:
            free = self._free[queue]
            del free[bisect_left(free, key)]


def by_idle(agents: Iterable[Agent]) -> list[Agent]:
    """Longest idle first."""
    return sorted(agents, key=lambda agent: (agent.idle_since, agent.name))
