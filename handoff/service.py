"""Handoffs: the door of this room for applications, flows and the desk.

Synchronous memory; the evidence log is its output and, at a start, its source.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from base.events import EventSink
from base.ids import IdSource, ulid
from base.instant import Clock
from handoff import links, moves, restore
from handoff.calls import CallState
from handoff.cases import Case, Customer
from handoff.channels.app import FormFilled, HelpAsked
from handoff.channels.codec import to_plain
from handoff.channels.event import ChannelEvent, FormField
from handoff.events import (
    CaseOpened,
    ChannelEventReceived,
    ContinueIssued,
    ContinueRefused,
    ContinueUsed,
    DispositionSet,
    HandoffCreated,
)
from handoff.limits import GuessLimits
from handoff.match import Keys
from handoff.memory import Limits, Memory
from handoff.moves import ConfirmDenied
from handoff.pop import EARLIER, Json, View, Viewer, build, may_continue
from handoff.ports import Listener, Room
from handoff.scripts import ScriptBook
from handoff.tokens import Issued
from handoff.voice_context import VoiceContext
from ivr.context import Arrival, Journey, MatchFailure
from records.contract import Record
from switch.application import CallFacts, CallId


class ContinueDenied(enum.Enum):
    """Why an agent gets no link."""

    UNKNOWN = "unknown"
    UNSURE = "unsure"
    NOTHING_OPEN = "nothing_open"


@dataclass(frozen=True, slots=True)
class NewCase:
    """What an application tells when it opens a case."""

    channel: str
    business: str
    title: str
    link: str
    customer: Customer


@dataclass(frozen=True, slots=True)
class ContinueGrant:
    """What a Continue link opened."""

    case: str
    business: str
    step: str
    agent: str
    form: tuple[tuple[str, FormField], ...]
    """(step, field); secrets without their value."""


class Handoffs:
    """Cases, handoffs, pops and Continue links of a node; fills `ivr.context.CallContext`.

    `key` is a secret of the installation (32 bytes) that outlives restarts: it signs links and
    digests tokens. `scripts` may be replaced when the site is reloaded.
    """

    def __init__(
        self,
        clock: Clock,
        ids: IdSource,
        sink: EventSink,
        key: bytes,
        scripts: ScriptBook | None = None,
        *,
        limits: Limits | None = None,
        guesses: GuessLimits | None = None,
    ) -> None:
        self.scripts = scripts or ScriptBook()
        self._key = key
        self._memory = Memory(key, limits or Limits())
        self._room = Room(clock, ids, sink, self._memory)
        self._voice = VoiceContext(self._room, guesses or GuessLimits())

    # From applications.

    def open_case(self, app: str, new: NewCase) -> Case:
        """A customer's matter began in application `app`."""
        now = self._room.clock.now()
        customer = new.customer
        told = {
            "id": customer.id, "name": customer.name,
            "number": customer.number, "level": customer.level,
        }  # fmt: skip
        event = CaseOpened(
            ulid(self._room.ids, now.wall), app, new.channel, new.business, new.title, new.link,
            customer=told,
        )  # fmt: skip
        case = self._memory.opened(event, now.wall)
        self._room.emit(event)
        return case

    def case(self, case: str) -> Case | None:
        """A case that is remembered."""
        return self._memory.case(case)

    def tell(self, case: Case, events: Iterable[ChannelEvent]) -> int:
        """The channels told this about a case; how many were taken."""
        now = self._room.clock.now()
        taken = 0
        for event in events:
            self._tell_one(case, event, now.wall)
            taken += 1
        if taken:
            self._room.changed(case.id)
        return taken

    def create_handoff(self, case: Case, step: str) -> Issued:
        """A way back to the case at `step`; raises `UnavailableError` when too many are live."""
        now = self._room.clock.now()
        here = case.journey.breakpoint
        if here is None or here.step != step:
            self.tell(case, [HelpAsked(at=now.wall, step=step, text="")])
        issued = self._memory.book.issue(
            ulid(self._room.ids, now.wall), case.id, step, self._room.ids, now.wall
        )
        made = issued.handoff
        self._room.emit(
            HandoffCreated(
                case.id, made.id, step, made.token_digest, made.code_digest, made.expires
            )
        )
        return issued

    def redeem_continue(self, token: str, app: str) -> ContinueGrant | links.LinkRefusal:
        """Follow a Continue link, once. A link to another application's case is forged."""
        now = self._room.clock.now()
        claims = links.verify(token, self._key, now.wall)
        if isinstance(claims, links.LinkRefusal):
            self._room.emit(ContinueRefused(claims.value))
            return claims
        case = self._memory.case(claims.case)
        refusal = self._memory.links.refusal(claims)
        if case is None or case.app != app:
            refusal = links.LinkRefusal.FORGED
        if case is None or refusal is not None:
            refusal = refusal or links.LinkRefusal.FORGED
            self._room.emit(ContinueRefused(refusal.value, claims.call, claims.case, claims.id))
            return refusal
        event = ContinueUsed(
            claims.call, case.id, claims.id, claims.step, claims.agent, claims.offer,
            claims.expires,
        )  # fmt: skip
        self._memory.continued(event, now.wall)
        self._room.emit(event)
        self._room.changed(case.id)
        form = tuple((step, field) for (step, _), field in case.journey.form.items())
        return ContinueGrant(case.id, case.business, claims.step, claims.agent, form)

    # For the desk.

    def pop(
        self, call: str, viewer: Viewer, *, queue: str = "", shown: tuple[str, ...] = ()
    ) -> Json | None:
        """The view of a call's case; None for a call that is not known."""
        state = self._memory.calls.get(call)
        case = self._memory.case(state.case) if state is not None else None
        if state is None or case is None:
            return None
        topics = (str(state.values.get("topic", "")), case.business, queue)
        earlier = self._memory.earlier(case, call)[:EARLIER]
        script = self.scripts.find(topics, viewer.language)
        return build(View(case, state, earlier, script, shown), viewer)

    def blank_pop(self, viewer: Viewer, queue: str) -> Json:
        """The view of a call that nothing is known of."""
        case = Case("", "", "voice", "", "", "", None, 0.0, 0.0)
        call = CallState("", "", "", "", Keys())
        script = self.scripts.find((queue,), viewer.language)
        return build(View(case, call, script=script), viewer)

    def caller(self, call: str) -> str:
        """The number that calls; empty when it is not known."""
        state = self._memory.calls.get(call)
        return state.caller if state is not None else ""

    def case_of_call(self, call: str) -> Case | None:
        """Where a call, live or just over, belongs."""
        return self._memory.case_of_call(call)

    def customer_name(self, call: str) -> str | None:
        """Who calls, when that is sure."""
        state, case = self._memory.calls.get(call), self._memory.case_of_call(call)
        if state is None or case is None or case.customer is None:
            return None
        return case.customer.name if state.match is not None and state.match.sure else None

    def issue_continue(self, call: str, agent: str, offer: str) -> str | ContinueDenied:
        """A link to the customer's step for this agent and offer: the application's page."""
        state, case = self._memory.calls.get(call), self._memory.case_of_call(call)
        if state is None or case is None:
            return ContinueDenied.UNKNOWN
        if state.match is None or not state.match.sure:
            return ContinueDenied.UNSURE
        here = case.journey.breakpoint
        if here is None or not may_continue(case):
            return ContinueDenied.NOTHING_OPEN
        now = self._room.clock.now()
        claims = links.Claims(
            ulid(self._room.ids, now.wall), call, case.id, here.step, agent, offer,
            now.wall + links.LIFE_S,
        )  # fmt: skip
        self._room.emit(
            ContinueIssued(call, case.id, claims.id, here.step, agent, offer, claims.expires)
        )
        token = links.sign(claims, self._key)
        return links.fill(case.link, case=case.id, step=here.step, token=token)

    def confirm_customer(self, call: str, agent: str, case: str) -> Case | ConfirmDenied:
        """The agent asked who calls: it is this candidate. The call moves to that case."""
        return moves.confirm(self._room, call, agent, case)

    def name_customer(
        self, call: str, agent: str, name: str, number: str | None = None
    ) -> Case | ConfirmDenied:
        """The agent asked who calls: somebody new. `number` None is the number that calls."""
        return moves.name_customer(self._room, call, agent, name, number)

    def offer_withdrawn(self, offer: str) -> None:
        """Continue links of this offer lead nowhere from now on."""
        self._memory.links.withdraw(offer, self._room.clock.now().wall)

    def set_disposition(self, event: DispositionSet) -> None:
        """What came of a call; durable when the log is flushed."""
        self._memory.disposed(event)
        self._room.emit(event)

    def listen(self, listener: Listener) -> None:
        """Hear of each case that changes, at once."""
        self._room.listeners.append(listener)

    # From the log.

    def restore(self, records: Iterable[Record]) -> None:
        """Rebuild the memory from records of `handoff.restore.KINDS`, in their order."""
        for record in records:
            restore.replay(self._memory, record)

    def hear(self, record: Record) -> None:
        """Subscribe this to the log: outcomes and recordings of calls."""
        restore.hear(self._memory, record)

    # ivr.context.CallContext.

    def arrived(self, facts: CallFacts) -> Arrival:
        """See `ivr.context.CallContext`."""
        return self._voice.arrived(facts)

    def match(self, call: CallId, by: str, value: str) -> Journey | MatchFailure:
        """See `ivr.context.CallContext`."""
        return self._voice.match(call, by, value)

    def write(self, call: CallId, values: Mapping[str, Any]) -> None:
        """See `ivr.context.CallContext`."""
        self._voice.write(call, values)

    def state_entered(self, call: CallId, state: str, verb: str) -> None:
        """See `ivr.context.CallContext`."""
        self._voice.state_entered(call, state, verb)

    def state_left(self, call: CallId, state: str, exit: str) -> None:
        """See `ivr.context.CallContext`."""
        self._voice.state_left(call, state, exit)

    def ended(self, call: CallId) -> None:
        """See `ivr.context.CallContext`."""
        self._voice.ended(call)

    def _tell_one(self, case: Case, event: ChannelEvent, wall: float) -> None:
        if isinstance(event, FormFilled):
            event = event.sealed()
        self._memory.told(case, event, wall)
        self._room.emit(
            ChannelEventReceived(case.id, event.channel, event.what, content=to_plain(event))
        )
