"""What the desk reads of queues and agents."""

from __future__ import annotations

from base.instant import Instant
from switch.queue.allocator import Allocator
from switch.queue.contact import AgentCall, QueueState, WaitingCall
from switch.queue.line import Phase


def queue_states(allocator: Allocator, now: Instant) -> list[QueueState]:
    """All queues as they are now."""
    return [
        QueueState(name, len(line), 0.0 if (since := line.oldest()) is None else now.mono - since)
        for name, line in allocator.lines.items()
    ]


def agent_call(
    allocator: Allocator, agent: str, call: WaitingCall, now: Instant
) -> AgentCall | None:
    """The call that an agent has or is offered."""
    contact = allocator.agent(agent).contact
    if contact is None:
        return None
    talks = contact.phase is Phase.TALKING
    state = ("held" if call.held else "talking") if talks else "ringing"
    since = contact.connected_at if talks else contact.presented_at
    wall = now.wall - (now.mono - since)
    return AgentCall(contact.id, call.case, contact.queue, call.caller, state, wall)
