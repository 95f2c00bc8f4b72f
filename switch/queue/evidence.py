"""What the evidence log is told of each output of the allocator."""

from __future__ import annotations

from base.events import Event
from switch import events as e
from switch.application import QueueOutcome
from switch.queue import messages as m


def evidence(out: m.Output, case: str | None = None, *, abandoned: bool = False) -> Event | None:
    """The event for `out`, if the log is told of it.

    The line is left when an agent answers (`answered`); what the caller then does is the
    agent's part of the call. `abandoned` is a caller who hung up while waiting.
    """
    match out:
        case m.Entered():
            return e.QueueEntered(out.contact, out.queue, out.position, out.priority, case)
        case m.PresentOffer():
            return e.QueueOffered(
                out.contact, out.queue, out.agent, out.offer, out.epoch, out.waited_s
            )
        case m.PopAcknowledgedNow():
            how = "rendered-hidden" if out.hidden else "rendered"
            after_ms = out.after_s * 1000.0
            return e.PopAcknowledged(
                out.contact, out.offer, out.epoch, out.agent, how, after_ms, out.late
            )
        case m.PopMissed():
            return e.PopWasLate(out.contact, out.offer, out.epoch, out.agent)
        case m.OfferEnded():
            return e.QueueOfferEnded(
                out.contact, out.queue, out.agent, out.offer, out.epoch, out.reason
            )
        case m.Connected():
            return e.QueueWasLeft(out.contact, out.queue, "answered", out.waited_s)
        case m.ContactLeft():
            if out.outcome is QueueOutcome.ANSWERED_AND_FINISHED:
                return None
            outcome = "abandoned" if abandoned else out.outcome.value
            return e.QueueWasLeft(out.contact, out.queue, outcome, out.waited_s)
        case m.PresenceIs():
            return e.PresenceChanged(out.agent, out.presence.value, out.reason)
        case m.WrapUpExtended():
            return e.WrapUpWasExtended(
                out.contact, out.agent, out.seconds, out.left, reason=out.reason
            )
        case _:
            return None
