"""Who speaks with whom next: one pure, synchronous machine over all queues and agents.

`handle(input, now)` returns what is to be done; `next_wake()` says when a `Wake` is due. `now`
is in seconds on the monotonic clock. Deadlines that are due by `now` are run before the input,
so an acknowledgement at exactly `ACKNOWLEDGE_S` is late.

The policy. Contacts: higher priority first, then longest waiting; a contact that comes back
from an agent keeps its place. Agents: whoever has been idle longest among those who have the
skills. Work is conserved: nobody waits while somebody who may take them is free.

An offer that is not taken goes to the next agent at once. The agent who let it ring (or
rejected it) goes to the back and rests for `REST_S`, and after `MISSES_BEFORE_BREAK` misses in a
row is put on break with reason `no_answer` until they say that they are back: an empty chair
costs two customers a ring time each, not the whole day (products that stop at the first miss
also take out the agent who was one second late). A phone that cannot be reached rests for
`UNREACHABLE_S`, which is no miss.

`max_wait` and `agent_wait` that end while an offer is out give it its chance first. A contact
for one agent leaves as `AGENT_AWAY` when that agent is or goes offline; everybody leaves as
`NO_AGENTS` when the last agent of the queue goes offline (a break is not offline).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from switch.application import QueueOutcome
from switch.offer import Presence
from switch.queue import messages as m
from switch.queue.estimate import Estimate
from switch.queue.floor import (
    ACKNOWLEDGE_S,
    EXTENSION_S,
    EXTENSIONS,
    MISSES_BEFORE_BREAK,
    REST_S,
    UNREACHABLE_S,
    Due,
    Floor,
)
from switch.queue.line import Contact, Line, Phase
from switch.queue.presence import ASKED, Cause
from switch.queue.roster import Agent, Roster, WritingUp
from switch.queue.rules import refusal_of, set_waits, why_ignored
from switch.site import QueueSpec

__all__ = [
    "ACKNOWLEDGE_S",
    "EXTENSIONS",
    "EXTENSION_S",
    "MISSES_BEFORE_BREAK",
    "REST_S",
    "UNREACHABLE_S",
    "Allocator",
]


class Allocator:
    """The machine. It holds no clock and never draws a number."""

    def __init__(self, queues: Mapping[str, QueueSpec] | None = None) -> None:
        self._floor = Floor()
        self._arrivals = 0
        self._configure(m.Configure(queues or {}), 0.0)

    def handle(self, event: m.Input, now: float) -> list[m.Output]:
        """Take one input; returns what is to be done, in order."""
        floor = self._floor
        while due := floor.deadlines.pop(now):
            kind, key = due[1]
            _WHEN_DUE[kind](self, key, now)
        _WHEN_TOLD[type(event)](self, event, now)
        floor.match(now)
        out, floor.out = floor.out, []
        return out

    def next_wake(self) -> float | None:
        """When `Wake` is due; None when nothing is to come."""
        return self._floor.deadlines.next()

    # What others may look at

    @property
    def contacts(self) -> Mapping[str, Contact]:
        """All stays, talking ones among them, by contact."""
        return self._floor.contacts

    @property
    def lines(self) -> Mapping[str, Line]:
        """Who waits, by queue."""
        return self._floor.lines

    @property
    def roster(self) -> Roster:
        """All agents."""
        return self._floor.roster

    def agent(self, name: str) -> Agent:
        """An agent's state; one that nobody knows is offline and in no queue."""
        return self._floor.roster.find(name) or Agent(name)

    # Inputs

    def _wake(self, event: m.Wake, now: float) -> None:
        """The deadlines have run already."""

    def _configure(self, event: m.Configure, now: float) -> None:
        floor = self._floor
        gone = [name for name in floor.lines if name not in event.queues]
        for contact in [contact for name in gone for contact in floor.lines[name]]:
            floor.drop(contact, QueueOutcome.CLOSED, now)
        for name in gone:
            del floor.lines[name], floor.estimates[name]
        for name in event.queues:
            floor.lines.setdefault(name, Line())
            floor.estimates.setdefault(name, Estimate())
        floor.specs = event.queues
        floor.roster.configure(event.queues)
        for agent in floor.roster:
            floor.refresh(agent)

    def _enter(self, event: m.Enter, now: float) -> None:
        floor = self._floor
        refusal = refusal_of(event, floor)
        if refusal is not None:
            floor.out.append(m.ContactLeft(event.contact, event.queue, refusal, None, 0.0))
            return
        self._arrivals += 1
        contact = Contact(
            event.contact,
            event.offer,
            event.queue,
            (-event.priority, now, self._arrivals),
            event.skills,
            event.agent,
            event.announce_every_s,
        )
        floor.add(contact)
        position = floor.lines[event.queue].position(contact)
        floor.out.append(m.Entered(contact.id, contact.queue, position, event.priority))
        set_waits(event, floor, now)

    def _leave(self, event: m.Leave, now: float) -> None:
        contact = self.contacts.get(event.contact)
        if contact is not None and contact.phase is not Phase.TALKING:
            self._floor.drop(contact, event.outcome, now)

    def _rendered(self, event: m.Rendered, now: float) -> None:
        contact = self._floor.offers.get(event.offer)
        why = why_ignored(event, contact)
        if contact is None or why:
            self._floor.out.append(
                m.AcknowledgementIgnored(event.agent, event.offer, event.epoch, why)
            )
            return
        contact.acknowledged = True
        late = contact.phase is not Phase.PRESENTED
        after = now - contact.presented_at
        self._floor.out.append(
            m.PopAcknowledgedNow(
                contact.id, event.offer, event.epoch, event.agent, event.hidden, after, late
            )
        )
        if not late:
            self._floor.ring(contact, event.agent, now)

    def _answered(self, event: m.Answered, now: float) -> None:
        contact = self._current(event)
        if contact is not None and contact.phase is Phase.RINGING:
            self._floor.connect(contact, self.roster.agent(event.agent), now)

    def _failed(self, event: m.Failed, now: float) -> None:
        contact = self._current(event)
        if contact is not None and contact.phase is not Phase.TALKING:
            self._floor.take_back(contact, event.reason, Cause.UNOFFERED, now)

    def _finished(self, event: m.Finished, now: float) -> None:
        contact = self.contacts.get(event.contact)
        if contact is None or contact.phase is not Phase.TALKING or contact.taken_by is None:
            return
        floor = self._floor
        agent = self.roster.agent(contact.taken_by)
        spec = floor.specs.get(contact.queue)
        wrap_up = spec.wrap_up_s if spec else 0.0
        if spec is not None:
            floor.estimates[spec.name].handled(now - contact.connected_at + wrap_up)
        agent.contact = None
        floor.depart(contact, QueueOutcome.ANSWERED_AND_FINISHED, now)
        if wrap_up > 0:
            agent.writing_up = WritingUp(contact.id, now + wrap_up)
            floor.deadlines.set((Due.WRAP_UP, agent.name), now + wrap_up)
            floor.out.append(m.WrapUpStarted(agent.name, contact.id, wrap_up))
        floor.move(agent, Cause.FINISHED, now)
        if wrap_up <= 0:
            self._wrapped_up(agent.name, now)

    def _page_opened(self, event: m.PageOpened, now: float) -> None:
        agent = self.roster.agent(event.agent)
        agent.pages += 1
        self._floor.refresh(agent)

    def _page_closed(self, event: m.PageClosed, now: float) -> None:
        agent = self.roster.agent(event.agent)
        agent.pages = max(0, agent.pages - 1)
        self._floor.refresh(agent)
        contact = agent.contact
        if agent.pages == 0 and contact is not None and contact.phase is Phase.PRESENTED:
            self._floor.take_back(contact, "withdrawn", Cause.UNOFFERED, now)

    def _device_reachable(self, event: m.DeviceReachable, now: float) -> None:
        agent = self.roster.agent(event.agent)
        agent.reachable = event.reachable
        if event.reachable and agent.resting and not agent.misses:
            agent.resting = False
        self._floor.refresh(agent)
        contact = agent.contact
        if not event.reachable and contact is not None and contact.phase is Phase.PRESENTED:
            self._floor.take_back(contact, "unreachable", Cause.UNOFFERED, now)

    def _device_engaged(self, event: m.DeviceEngaged, now: float) -> None:
        agent = self.roster.agent(event.agent)
        agent.engaged = event.engaged
        if not event.engaged:
            agent.idle_since = now
        self._floor.refresh(agent)

    def _ask_presence(self, event: m.AskPresence, now: float) -> None:
        agent = self.roster.agent(event.agent)
        if agent.presence is Presence.TALKING:
            away = event.presence is not Presence.AVAILABLE
            agent.wanted = (event.presence, event.reason) if away else None
            return
        offered = agent.contact
        if offered is not None and event.presence is Presence.AVAILABLE:
            return
        agent.misses, agent.wanted = 0, None
        self._floor.deadlines.clear((Due.WRAP_UP, agent.name))
        self._floor.move(agent, ASKED[event.presence], now, event.reason)
        if offered is not None:
            self._floor.take_back(offered, "withdrawn", None, now)
        self._gone_offline(agent, now)

    def _finish_wrap_up(self, event: m.FinishWrapUp, now: float) -> None:
        self._floor.deadlines.clear((Due.WRAP_UP, event.agent))
        self._wrapped_up(event.agent, now)

    def _extend_wrap_up(self, event: m.ExtendWrapUp, now: float) -> None:
        agent = self.roster.agent(event.agent)
        writing = agent.writing_up
        if writing is None or writing.contact != event.contact:
            return
        if agent.presence is not Presence.WRAP_UP or writing.extensions >= EXTENSIONS:
            return
        writing.extensions += 1
        writing.due += EXTENSION_S
        self._floor.deadlines.set((Due.WRAP_UP, agent.name), writing.due)
        left = EXTENSIONS - writing.extensions
        self._floor.out.append(
            m.WrapUpExtended(agent.name, writing.contact, EXTENSION_S, left, event.reason)
        )

    # Deadlines

    def _page_late(self, key: str, now: float) -> None:
        contact = self.contacts[key]
        agent = contact.taken_by or ""
        self._floor.out.append(m.PopMissed(contact.id, contact.offer, contact.epoch, agent))
        self._floor.ring(contact, agent, now)

    def _ring_over(self, key: str, now: float) -> None:
        self._floor.take_back(self.contacts[key], "no_answer", Cause.UNOFFERED, now)

    def _max_wait_over(self, key: str, now: float) -> None:
        self._floor.overdue(self.contacts[key], QueueOutcome.TIMED_OUT, now)

    def _agent_wait_over(self, key: str, now: float) -> None:
        self._floor.overdue(self.contacts[key], QueueOutcome.AGENT_AWAY, now)

    def _announce(self, key: str, now: float) -> None:
        contact = self.contacts[key]
        if contact.phase is Phase.WAITING:
            position = self.lines[contact.queue].position(contact)
            staff = sum(1 for _ in self.roster.logged_in(contact.queue))
            wait = self._floor.estimates[contact.queue].wait_s(position, staff)
            self._floor.out.append(m.AnnouncementDue(contact.id, position, wait))
        self._floor.deadlines.set((Due.ANNOUNCE, key), now + (contact.announce_every_s or 0.0))

    def _wrapped_up(self, key: str, now: float) -> None:
        agent = self.roster.agent(key)
        if agent.presence is not Presence.WRAP_UP:
            return
        wanted, agent.wanted = agent.wanted, None
        if wanted is None:
            self._floor.move(agent, Cause.WRAPPED_UP, now)
        else:
            self._floor.move(agent, ASKED[wanted[0]], now, wanted[1])
            self._gone_offline(agent, now)

    def _rested(self, key: str, now: float) -> None:
        agent = self.roster.agent(key)
        agent.resting = False
        self._floor.refresh(agent)

    # Helpers

    def _current(self, event: m.Answered | m.Failed) -> Contact | None:
        contact = self._floor.offers.get(event.offer)
        if contact is None or contact.taken_by != event.agent or contact.epoch != event.epoch:
            return None
        return contact

    def _gone_offline(self, agent: Agent, now: float) -> None:
        if agent.presence is not Presence.OFFLINE:
            return
        for queue in agent.skills:
            empty = next(self.roster.logged_in(queue), None) is None
            for contact in list(self.lines[queue]):
                if contact.agent == agent.name:
                    self._floor.overdue(contact, QueueOutcome.AGENT_AWAY, now)
                elif empty:
                    self._floor.overdue(contact, QueueOutcome.NO_AGENTS, now)


_WHEN_TOLD: Final[dict[type[m.Input], Callable[[Allocator, Any, float], None]]] = {
    m.Wake: Allocator._wake,
    m.Configure: Allocator._configure,
    m.Enter: Allocator._enter,
    m.Leave: Allocator._leave,
    m.Rendered: Allocator._rendered,
    m.Answered: Allocator._answered,
    m.Failed: Allocator._failed,
    m.Finished: Allocator._finished,
    m.PageOpened: Allocator._page_opened,
    m.PageClosed: Allocator._page_closed,
    m.DeviceReachable: Allocator._device_reachable,
    m.DeviceEngaged: Allocator._device_engaged,
    m.AskPresence: Allocator._ask_presence,
    m.FinishWrapUp: Allocator._finish_wrap_up,
    m.ExtendWrapUp: Allocator._extend_wrap_up,
}

_WHEN_DUE: Final[dict[Due, Callable[[Allocator, str, float], None]]] = {
    Due.PAGE: Allocator._page_late,
    Due.RING: Allocator._ring_over,
    Due.MAX_WAIT: Allocator._max_wait_over,
    Due.AGENT_WAIT: Allocator._agent_wait_over,
    Due.ANNOUNCE: Allocator._announce,
    Due.WRAP_UP: Allocator._wrapped_up,
    Due.REST: Allocator._rested,
}
