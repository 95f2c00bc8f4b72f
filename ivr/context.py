"""The contract between flows and the customer's context; the handoff room fills it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from switch.application import CallFacts, CallId


@dataclass(frozen=True, slots=True)
class Journey:
    """What a flow may know of a matched journey (`journey` in expressions)."""

    case: str
    customer: str
    channel: str
    business: str
    step: str
    title: str
    state: str
    link: str
    summary: str
    confidence: float
    by: str


class MatchFailure(enum.Enum):
    """Why `match:` found nothing."""

    MISSING = "missing"
    EXPIRED = "expired"
    TOO_MANY_TRIES = "too_many_tries"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call has a case from its first moment: the matched one, or a new one."""

    case: str
    journey: Journey | None


class CallContext(Protocol):
    """The customer's context, as calls read and write it. Synchronous; the log is its output."""

    def arrived(self, facts: CallFacts) -> Arrival:
        """The automatic match: token in User-to-User or X-Segue-Handoff, else calling number."""
        ...

    def match(self, call: CallId, by: str, value: str) -> Journey | MatchFailure:
        """Refine the match by `token`, `code`, `number` or `customer`; guesses are limited."""
        ...

    def write(self, call: CallId, values: Mapping[str, Any]) -> None:
        """`handoff:` and `tag:`: what the next agent, bot or channel will see."""
        ...

    def state_entered(self, call: CallId, state: str, verb: str) -> None:
        """A step of the voice channel's journey."""
        ...

    def state_left(self, call: CallId, state: str, exit: str) -> None:
        """By which way a state was left: never a protected value."""
        ...

    def ended(self, call: CallId) -> None:
        """The call is over; its case stays."""
        ...
