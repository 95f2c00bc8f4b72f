"""The rules at the door of a queue, and of acknowledgements."""

from __future__ import annotations

from switch.application import QueueOutcome
from switch.offer import Presence
from switch.queue import messages as m
from switch.queue.floor import Due, Floor
from switch.queue.line import Contact


def refusal_of(event: m.Enter, floor: Floor) -> QueueOutcome | None:
    """Why a contact may not enter; None when it may."""
    spec = floor.specs.get(event.queue)
    if spec is None or event.contact in floor.contacts or event.offer in floor.offers:
        return QueueOutcome.CLOSED
    if event.agent is not None:
        agent = floor.roster.find(event.agent)
        if agent is None or event.queue not in agent.skills:
            return QueueOutcome.AGENT_AWAY
        if agent.presence is Presence.OFFLINE:
            return QueueOutcome.AGENT_AWAY
    if next(floor.roster.logged_in(event.queue), None) is None:
        return QueueOutcome.NO_AGENTS
    most = spec.max_length if event.max_length is None else event.max_length
    if most is not None and len(floor.lines[event.queue]) >= most:
        return QueueOutcome.FULL
    return None


def set_waits(event: m.Enter, floor: Floor, now: float) -> None:
    """The deadlines of a stay: what the flow says, else what the queue says."""
    spec = floor.specs[event.queue]
    max_wait = spec.max_wait_s if event.max_wait_s is None else event.max_wait_s
    if max_wait is not None:
        floor.deadlines.set((Due.MAX_WAIT, event.contact), now + max_wait)
    if event.agent is not None:
        floor.deadlines.set((Due.AGENT_WAIT, event.contact), now + event.agent_wait_s)
    if event.announce_every_s:
        floor.deadlines.set((Due.ANNOUNCE, event.contact), now + event.announce_every_s)


def why_ignored(event: m.Rendered, contact: Contact | None) -> str:
    """Why an acknowledgement changes nothing; empty when it counts."""
    if contact is None or contact.taken_by is None:
        return "unknown"
    if event.epoch != contact.epoch:
        return "epoch"
    if event.agent != contact.taken_by:
        return "foreign"
    return "repeated" if contact.acknowledged else ""
