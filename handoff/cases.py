"""Cases in memory: what is known of each, who it belongs to, and how long it is remembered."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from handoff.journey import Journey, JourneyState
from handoff.match import Candidate

MAX_EARLIER: Final = 20
MAX_OF_ONE: Final = 20
"""Cases that are found by one customer or number: the last ones."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who the case is about, as the application told it."""

    id: str
    name: str
    number: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Continued:
    """An agent opened the customer's step: when, who, which. `at` is the wall clock."""

    at: float
    agent: str
    step: str
    result: str | None = None
    """What came of it, once the application tells."""


@dataclass(slots=True)
class EarlierCall:
    """A call of the case that is over, or nearly."""

    call: str
    at: float
    outcome: str = ""
    recording: str | None = None


@dataclass(slots=True)
class Case:
    """One customer's matter. `app` owns it; empty: it began with a call."""

    id: str
    app: str
    channel: str
    business: str
    title: str
    link: str
    customer: Customer | None
    opened: float
    touched: float
    journey: Journey = field(default_factory=Journey)
    continued: Continued | None = None
    calls: dict[str, EarlierCall] = field(default_factory=dict)
    live_calls: int = 0

    def keep_call(self, call: EarlierCall) -> None:
        """A call of this case; the oldest is forgotten when there are many."""
        self.calls[call.call] = call
        if len(self.calls) > MAX_EARLIER:
            self.calls.pop(next(iter(self.calls)))

    def candidate(self) -> Candidate | None:
        """The case as the matcher sees it."""
        if self.customer is None:
            return None
        return Candidate(
            self.id,
            self.customer.id,
            plain_number(self.customer.number),
            self.journey.state is not JourneyState.COMPLETED,
            self.touched,
        )


def plain_number(number: str) -> str:
    """A telephone number without its clothes: digits, no `+`, no `00`. Empty: not a number."""
    digits = "".join(sign for sign in number if sign in "0123456789")
    digits = digits.removeprefix("00")
    return digits if len(digits) >= 3 else ""


class CaseShelf:
    """Cases by id, the longest untouched first; the oldest leave when time or room is up."""

    def __init__(self, keep_s: float, limit: int, left: Callable[[Case], None]) -> None:
        self._keep_s = keep_s
        self._limit = limit
        self._left = left
        self._cases: OrderedDict[str, Case] = OrderedDict()

    def get(self, case: str) -> Case | None:
        """The case, if it is remembered."""
        return self._cases.get(case)

    def put(self, case: Case, now: float) -> None:
        """Take a case in and let go of old ones."""
        self._cases[case.id] = case
        self._forget(now)

    def touch(self, case: Case, now: float) -> None:
        """Something happened to the case."""
        case.touched = max(case.touched, now)
        if case.id in self._cases:
            self._cases.move_to_end(case.id)

    def remove(self, case: Case) -> None:
        """Let go of a case now."""
        if self._cases.pop(case.id, None) is not None:
            self._left(case)

    def _forget(self, now: float) -> None:
        for case in self._too_old(now):
            if case.live_calls:
                self._cases.move_to_end(case.id)
            else:
                self.remove(case)

    def _too_old(self, now: float) -> Iterator[Case]:
        # Two at a time: the work of each arrival is bounded and the shelf still shrinks.
        for _ in range(2):
            oldest = next(iter(self._cases.values()), None)
            if oldest is None:
                return
            if oldest.touched + self._keep_s > now and len(self._cases) <= self._limit:
                return
            yield oldest

    def __len__(self) -> int:
        return len(self._cases)


class CustomerIndex:
    """Cases by customer and by number, so that a call never searches them all."""

    def __init__(self) -> None:
        self._by_customer: defaultdict[str, dict[str, Case]] = defaultdict(dict)
        self._by_number: defaultdict[str, dict[str, Case]] = defaultdict(dict)

    def add(self, case: Case) -> None:
        """Make a case findable; the oldest of many is then found by its id only."""
        for index, key in self._keys(case):
            cases = index[key]
            cases[case.id] = case
            if len(cases) > MAX_OF_ONE:
                del cases[next(iter(cases))]

    def remove(self, case: Case) -> None:
        """Make it unfindable."""
        for index, key in self._keys(case):
            cases = index[key]
            cases.pop(case.id, None)
            if not cases:
                del index[key]

    def of_customer(self, customer: str) -> list[Case]:
        """The cases of a customer id."""
        return list(self._by_customer.get(customer, {}).values())

    def of_number(self, number: str) -> list[Case]:
        """The cases whose customer has this (plain) number."""
        return list(self._by_number.get(number, {}).values())

    def _keys(self, case: Case) -> Iterator[tuple[defaultdict[str, dict[str, Case]], str]]:
        if case.customer is None:
            return
        yield self._by_customer, case.customer.id
        number = plain_number(case.customer.number)
        if number:
            yield self._by_number, number
