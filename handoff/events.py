"""What happened to cases and their context, for the evidence log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from base.events import Durability, Event, personal


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    """A customer's matter began: in an application (`app`), or with a call."""

    kind: ClassVar[str] = "case.opened"
    case: str
    app: str
    channel: str
    business: str
    title: str
    link: str
    call: str | None = None
    customer: Mapping[str, str] = personal(None)
    """`id`, `name`, `number`, `level`; None where nobody is known."""


@dataclass(frozen=True, slots=True)
class ChannelEventReceived(Event):
    """A channel told something; `content` is the event as `channels.codec` writes it."""

    kind: ClassVar[str] = "channel.event"
    case: str
    channel: str
    what: str
    call: str | None = None
    content: Mapping[str, Any] = personal(None)


@dataclass(frozen=True, slots=True)
class HandoffCreated(Event):
    """A way back to the case was given out. Digests, never the token or the code."""

    kind: ClassVar[str] = "handoff.created"
    case: str
    handoff: str
    step: str
    token_digest: str
    code_digest: str
    expires: float


@dataclass(frozen=True, slots=True)
class ContextMatched(Event):
    """A call found its case; `was` is the case it stood in before, if any."""

    kind: ClassVar[str] = "context.matched"
    call: str
    case: str
    by: str
    confidence: float
    handoff: str | None = None
    """The handoff that is spent by this."""
    was: str | None = None
    customer: str | None = personal(None)
    """The application's id of the customer."""
    agent: str | None = None
    """Who asked the customer, where that is how it was found."""


@dataclass(frozen=True, slots=True)
class ContextRefused(Event):
    """A token, code or customer number opened nothing: `missing`, `expired`, `too_many_tries`."""

    kind: ClassVar[str] = "context.refused"
    call: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContextWritten(Event):
    """A flow wrote to the case's context."""

    kind: ClassVar[str] = "context.written"
    call: str
    case: str
    values: Mapping[str, Any] = personal(None)


@dataclass(frozen=True, slots=True)
class PopSent(Event):
    """The pop went to the agent's pages."""

    kind: ClassVar[str] = "pop.sent"
    call: str
    case: str
    offer: str
    epoch: int
    agent: str
    pages: int = 0


@dataclass(frozen=True, slots=True)
class ContinueIssued(Event):
    """An agent got a link to the customer's step."""

    kind: ClassVar[str] = "continue.issued"
    call: str
    case: str
    link: str
    step: str
    agent: str
    offer: str
    expires: float


@dataclass(frozen=True, slots=True)
class ContinueUsed(Event):
    """The application opened the step by the link; it opens nothing any more."""

    kind: ClassVar[str] = "continue.used"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    call: str
    case: str
    link: str
    step: str
    agent: str
    offer: str
    expires: float


@dataclass(frozen=True, slots=True)
class ContinueRefused(Event):
    """A link was not followed: `forged`, `expired`, `used`, `withdrawn`."""

    kind: ClassVar[str] = "continue.refused"
    reason: str
    call: str | None = None
    case: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class DispositionSet(Event):
    """What came of the call, as the agent says it."""

    kind: ClassVar[str] = "disposition.set"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    call: str
    case: str
    agent: str
    disposition: str
    notes: str = personal()
    promise: str = personal()
    late: bool = False
    """The time for it was over."""
    corrects: bool = False
    """It takes the place of one that was written before."""
