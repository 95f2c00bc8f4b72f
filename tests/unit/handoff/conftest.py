"""A handoff room in virtual time."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from base.events import EventList
from base.virtual import SeededIds, VirtualTime
from handoff.cases import Case, Customer
from handoff.channels.app import FormFilled, ScreenShown, StepEntered, StepFailed
from handoff.channels.chat import MessageSaid
from handoff.channels.event import FormField, Scope
from handoff.service import Handoffs, NewCase
from switch.application import CallFacts, CallId

WANG = Customer("C1001", "Wang Fang", "+8613800138000", "gold")


class RoomUnderTest:
    """Handoffs with a clock to turn and a log to read."""

    def __init__(self, key: bytes = b"k" * 32) -> None:
        self.time = VirtualTime()
        self.log = EventList()
        self.key = key
        self.handoffs = Handoffs(self.time, SeededIds(), self.log, key)
        self._calls = 0

    def case(self, customer: Customer = WANG, app: str = "bank") -> Case:
        """A case of a transfer, stuck at its third step."""
        case = self.handoffs.open_case(
            app,
            NewCase(
                "app",
                "transfer_abroad",
                "Transfer abroad",
                "https://bank.example/{case}?s={step}&c={continue}",
                customer,
            ),
        )
        at = self.time.now().wall
        self.handoffs.tell(
            case,
            [
                ScreenShown(at=at, screen="home", title="Home"),
                MessageSaid(at=at, who="customer", text="why can I not send it?"),
                StepEntered(at=at, step="amount", number=3, of=5, title="Amount"),
                FormFilled(
                    at=at,
                    step="amount",
                    fields=(
                        FormField("payee", "Payee", "Li ***", Scope.OPEN),
                        FormField("amount", "Amount", "60,000", Scope.AGENT),
                        FormField("pin", "PIN", "483920", Scope.SECRET),
                    ),
                ),
                StepFailed(
                    at=at, step="amount", code="LIMIT_EXCEEDED", text="Amount over the daily limit"
                ),
            ],
        )
        return case

    def facts(
        self,
        caller: str = "",
        *,
        trusted: bool = True,
        headers: Mapping[str, str] | None = None,
        account: str | None = None,
    ) -> CallFacts:
        """A call."""
        self._calls += 1
        call = CallId(f"call-{self._calls}")
        return CallFacts(call, "default", caller, "", "6000", account, trusted, dict(headers or {}))


@pytest.fixture
def room() -> RoomUnderTest:
    return RoomUnderTest()
