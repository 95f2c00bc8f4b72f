"""What the handoff room knows, and how each event changes it.

The same functions serve the running node and its restart from the log.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from handoff.calls import CallState
from handoff.cases import Case, CaseShelf, Continued, Customer, CustomerIndex, EarlierCall
from handoff.channels.app import StepCompleted
from handoff.channels.event import ChannelEvent
from handoff.events import (
    CaseOpened,
    ContextMatched,
    ContinueUsed,
    DispositionSet,
    HandoffCreated,
)
from handoff.journey import advance
from handoff.links import LinkLedger
from handoff.tokens import Handoff, HandoffBook

DAY_S: Final = 86_400.0
MAX_CALLS: Final = 5_000
"""Calls that are over and still known by their id; live ones are always kept."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long cases stay in memory, and how many. The log keeps them all."""

    keep_days: float = 30.0
    max_cases: int = 100_000
    walk_in_days: float = 1.0
    """Cases that began with an unmatched call of nobody knows whom."""
    max_walk_ins: int = 20_000


class Memory:
    """Cases, calls, handoffs and links of a node; synchronous, bounded."""

    def __init__(self, key: bytes, limits: Limits) -> None:
        self.book = HandoffBook(key)
        self.links = LinkLedger()
        self.calls: dict[str, CallState] = {}
        self._over: OrderedDict[str, None] = OrderedDict()
        self._case_of: OrderedDict[str, str] = OrderedDict()
        self._index = CustomerIndex()
        self._cases = CaseShelf(limits.keep_days * DAY_S, limits.max_cases, self._index.remove)
        self._walk_ins = CaseShelf(
            limits.walk_in_days * DAY_S, limits.max_walk_ins, self._index.remove
        )

    def case(self, case: str) -> Case | None:
        """A case by its id."""
        return self._cases.get(case) or self._walk_ins.get(case)

    def case_of_call(self, call: str) -> Case | None:
        """Where a call, live or over, belongs."""
        return self.case(self._case_of.get(call, ""))

    def cases_of(self, *, customer: str = "", number: str = "") -> list[Case]:
        """The cases of a customer, or of a plain number."""
        return self._index.of_customer(customer) if customer else self._index.of_number(number)

    def earlier(self, case: Case, call: str) -> list[EarlierCall]:
        """The customer's other calls, newest first."""
        cases: Iterable[Case] = (case,)
        if case.customer is not None:
            cases = self._index.of_customer(case.customer.id)
        calls = [one for other in cases for one in other.calls.values() if one.call != call]
        return sorted(calls, key=lambda one: one.at, reverse=True)

    def opened(self, event: CaseOpened, at: float) -> Case:
        """`case.opened`."""
        customer = Customer(**event.customer) if event.customer else None
        case = Case(
            event.case, event.app, event.channel, event.business, event.title, event.link,
            customer, at, at,
        )  # fmt: skip
        self._shelf(case).put(case, at)
        self._index.add(case)
        if event.call is not None:
            self._belongs(event.call, case, at)
        return case

    def told(self, case: Case, event: ChannelEvent, at: float) -> None:
        """`channel.event`."""
        case.journey = advance(case.journey, event)
        continued = case.continued
        if isinstance(event, StepCompleted) and continued and continued.step == event.step:
            case.continued = replace(continued, result=event.result)
        self._shelf(case).touch(case, at)

    def handed_off(self, event: HandoffCreated) -> Handoff:
        """`handoff.created`."""
        handoff = Handoff(
            event.handoff, event.case, event.step,
            event.token_digest, event.code_digest, event.expires,
        )  # fmt: skip
        self.book.keep(handoff)
        return handoff

    def matched(self, event: ContextMatched, at: float) -> None:
        """`context.matched`: the call moves to the case, and a walk-in case ends with that."""
        if event.handoff is not None:
            self.book.use(event.handoff, event.call)
        case = self.case(event.case)
        if case is None:
            return
        self._belongs(event.call, case, at)
        self._shelf(case).touch(case, at)

    def continued(self, event: ContinueUsed, at: float) -> None:
        """`continue.used`."""
        self.links.use(event.link, event.expires, at)
        case = self.case(event.case)
        if case is not None:
            case.continued = Continued(at, event.agent, event.step)
            self._shelf(case).touch(case, at)

    def disposed(self, event: DispositionSet) -> None:
        """`disposition.set`."""
        self.outcome(event.call, event.disposition)

    def outcome(self, call: str, outcome: str) -> None:
        """What came of a call."""
        if (known := self._earlier_call(call)) is not None:
            known.outcome = outcome

    def outcome_unless_known(self, call: str, outcome: str) -> None:
        """What came of a call, if nobody knows better."""
        if (known := self._earlier_call(call)) is not None and not known.outcome:
            known.outcome = outcome

    def recorded(self, call: str, recording: str) -> None:
        """A call has a recording."""
        if (known := self._earlier_call(call)) is not None:
            known.recording = recording

    def over(self, call: CallState) -> None:
        """The call is over: it may be forgotten when there are many."""
        self._over[call.call] = None
        if len(self._over) > MAX_CALLS:
            self.calls.pop(self._over.popitem(last=False)[0], None)

    def _earlier_call(self, call: str) -> EarlierCall | None:
        case = self.case_of_call(call)
        return case.calls.get(call) if case is not None else None

    def _belongs(self, call: str, case: Case, at: float) -> None:
        before = self.case_of_call(call)
        known = before.calls.pop(call, None) if before is not None else None
        if before is not None and before is not case and not before.app and not before.calls:
            self._shelf(before).remove(before)
        case.keep_call(known or EarlierCall(call, at))
        self._case_of[call] = case.id
        if len(self._case_of) > 4 * MAX_CALLS:
            self._case_of.popitem(last=False)

    def _shelf(self, case: Case) -> CaseShelf:
        return self._cases if case.app or case.customer is not None else self._walk_ins
