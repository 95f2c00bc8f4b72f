"""The floor: contacts, agents and the moves between them. The allocator decides when."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from switch.application import QueueOutcome
from switch.offer import Presence
from switch.queue import messages as m
from switch.queue.deadlines import Deadlines
from switch.queue.estimate import Estimate
from switch.queue.line import Contact, Line, Phase
from switch.queue.presence import TABLE, Cause
from switch.queue.roster import Agent, Roster, by_idle
from switch.site import QueueSpec

ACKNOWLEDGE_S: Final = 0.150
"""How long a page may take to paint a pop before the phone rings without it."""
REST_S: Final = 5.0
"""How long an agent who missed an offer gets none."""
UNREACHABLE_S: Final = 10.0
"""How long an agent whose phone could not be reached gets no offer."""
MISSES_BEFORE_BREAK: Final = 2
EXTENSION_S: Final = 60.0
"""How much longer a wrap-up gets each time an agent asks."""
EXTENSIONS: Final = 3


class Due(enum.Enum):
    """What a deadline is for."""

    PAGE = enum.auto()
    RING = enum.auto()
    MAX_WAIT = enum.auto()
    AGENT_WAIT = enum.auto()
    ANNOUNCE = enum.auto()
    WRAP_UP = enum.auto()
    REST = enum.auto()


_OF_CONTACT: Final = (Due.PAGE, Due.RING, Due.MAX_WAIT, Due.AGENT_WAIT, Due.ANNOUNCE)


class Floor:
    """All state of the allocator; each move keeps it whole and adds its outputs to `out`."""

    def __init__(self) -> None:
        self.specs: Mapping[str, QueueSpec] = {}
        self.lines: dict[str, Line] = {}
        self.estimates: dict[str, Estimate] = {}
        self.roster = Roster()
        self.contacts: dict[str, Contact] = {}
        self.offers: dict[str, Contact] = {}
        self.deadlines: Deadlines[tuple[Due, str]] = Deadlines()
        self.out: list[m.Output] = []
        self._freed: list[Agent] = []
        self._unserved: list[Contact] = []

    # Contacts

    def add(self, contact: Contact) -> None:
        """A contact begins to wait."""
        self.contacts[contact.id] = contact
        self.offers[contact.offer] = contact
        self.lines[contact.queue].add(contact)
        self._unserved.append(contact)

    def depart(self, contact: Contact, outcome: QueueOutcome, now: float) -> None:
        """The stay is over."""
        self._quiet(contact)
        if contact.queue in self.lines:
            self.lines[contact.queue].remove(contact)
        del self.contacts[contact.id], self.offers[contact.offer]
        waited = (contact.connected_at or now) - contact.entered
        self.out.append(m.ContactLeft(contact.id, contact.queue, outcome, contact.taken_by, waited))

    def overdue(self, contact: Contact, outcome: QueueOutcome, now: float) -> None:
        """The contact has waited enough; an offer that is out gets its chance first."""
        if contact.phase is Phase.WAITING:
            self.depart(contact, outcome, now)
        else:
            contact.overdue = outcome

    def drop(self, contact: Contact, outcome: QueueOutcome, now: float) -> None:
        """Take a contact out that no agent has, whatever is out for it."""
        self.take_back(contact, "withdrawn", Cause.UNOFFERED, now)
        if self.contacts.get(contact.id) is contact:
            self.depart(contact, outcome, now)

    # Offers

    def present(self, contact: Contact, agent: Agent, now: float) -> None:
        """Phase one: show the pop, and wait for the page a little if there is one."""
        contact.phase, contact.taken_by, contact.presented_at = Phase.PRESENTED, agent.name, now
        contact.epoch += 1
        contact.acknowledged = False
        self.lines[contact.queue].offered(contact)
        agent.contact = contact
        self.move(agent, Cause.OFFERED, now)
        waited = now - contact.entered
        self.out.append(
            m.PresentOffer(
                contact.id, contact.offer, contact.epoch, contact.queue, agent.name, waited
            )
        )
        if agent.pages:
            self.deadlines.set((Due.PAGE, contact.id), now + ACKNOWLEDGE_S)
        else:
            self.ring(contact, agent.name, now)

    def ring(self, contact: Contact, agent: str, now: float) -> None:
        """Phase two: let the phone ring."""
        contact.phase = Phase.RINGING
        self.deadlines.clear((Due.PAGE, contact.id))
        spec = self.specs.get(contact.queue)
        ring_s = spec.ring_s if spec else 0.0
        self.deadlines.set((Due.RING, contact.id), now + ring_s)
        self.out.append(m.RingAgent(contact.id, contact.offer, contact.epoch, agent))

    def take_back(self, contact: Contact, reason: str, cause: Cause | None, now: float) -> None:
        """An offer, if one is out, comes to nothing; `cause` moves the agent (None: it moved)."""
        name = contact.taken_by
        if name is None:
            return
        self.deadlines.clear((Due.PAGE, contact.id))
        self.deadlines.clear((Due.RING, contact.id))
        contact.phase, contact.taken_by = Phase.WAITING, None
        self.lines[contact.queue].refused(contact)
        self.out.append(
            m.OfferEnded(contact.id, contact.offer, contact.epoch, contact.queue, name, reason)
        )
        agent = self.roster.agent(name)
        agent.contact = None
        if cause is not None:
            self._after_offer(agent, reason, cause, now)
        if contact.overdue is not None:
            self.depart(contact, contact.overdue, now)
        else:
            self._unserved.append(contact)

    def connect(self, contact: Contact, agent: Agent, now: float) -> None:
        """The agent answered: out of the line."""
        self._quiet(contact)
        self.lines[contact.queue].remove(contact)
        contact.phase, contact.connected_at = Phase.TALKING, now
        agent.misses = 0
        self.move(agent, Cause.ANSWERED, now)
        waited = now - contact.entered
        self.out.append(
            m.Connected(contact.id, contact.offer, contact.epoch, contact.queue, agent.name, waited)
        )

    # Agents

    def move(self, agent: Agent, cause: Cause, now: float, reason: str = "") -> None:
        """Change presence as the table says."""
        before = (agent.presence, agent.reason)
        agent.presence = TABLE[agent.presence, cause]
        agent.reason = reason if agent.presence is Presence.BREAK else ""
        if (agent.presence, agent.reason) != before:
            self.out.append(m.PresenceIs(agent.name, agent.presence, agent.reason))
        if agent.presence is Presence.AVAILABLE and before[0] is not Presence.OFFERED:
            agent.idle_since = now
        self.refresh(agent)

    def refresh(self, agent: Agent) -> None:
        """Something that makes an agent eligible may have changed."""
        if self.roster.refresh(agent):
            self._freed.append(agent)

    def _after_offer(self, agent: Agent, reason: str, cause: Cause, now: float) -> None:
        if reason == "withdrawn":
            self.move(agent, cause, now)
            return
        if reason != "unreachable":
            agent.misses += 1
            agent.idle_since = now
        if agent.misses >= MISSES_BEFORE_BREAK:
            self.move(agent, Cause.MISSED_TOO_OFTEN, now, "no_answer")
            return
        agent.resting = True
        rest = UNREACHABLE_S if reason == "unreachable" else REST_S
        self.deadlines.set((Due.REST, agent.name), now + rest)
        self.move(agent, cause, now)

    # Matching

    def match(self, now: float) -> None:
        """Bring together whoever became free and whoever is not served; work is conserved.

        Nobody else needs a look: before this input no waiting contact fitted a free agent.
        """
        freed, self._freed = by_idle({agent.name: agent for agent in self._freed}.values()), []
        unserved, self._unserved = self._unserved, []
        for agent in freed:
            while agent.free_in and (contact := self._next_for(agent)) is not None:
                self.present(contact, self._best_for(contact) or agent, now)
        for contact in sorted(unserved, key=lambda contact: contact.order):
            if contact.phase is Phase.WAITING and self.contacts.get(contact.id) is contact:
                best = self._best_for(contact)
                if best is not None:
                    self.present(contact, best, now)
        self._freed, self._unserved = [], []

    def _next_for(self, agent: Agent) -> Contact | None:
        firsts = (
            self.lines[queue].first(lambda contact: self._fits(contact, agent))
            for queue in agent.free_in
        )
        waiting = (contact for contact in firsts if contact is not None)
        return min(waiting, key=lambda contact: contact.order, default=None)

    def _best_for(self, contact: Contact) -> Agent | None:
        if contact.queue not in self.specs:
            return None
        if contact.agent is not None:
            agent = self.roster.agent(contact.agent)
            return agent if contact.queue in agent.free_in else None
        free = self.roster.free(contact.queue)
        return next((agent for agent in free if agent.can(contact.queue, contact.skills)), None)

    @staticmethod
    def _fits(contact: Contact, agent: Agent) -> bool:
        if contact.phase is not Phase.WAITING:
            return False
        if contact.agent is not None:
            return contact.agent == agent.name
        return agent.can(contact.queue, contact.skills)

    def _quiet(self, contact: Contact) -> None:
        for due in _OF_CONTACT:
            self.deadlines.clear((due, contact.id))
