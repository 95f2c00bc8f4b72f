"""From the app's handoff to the agent's page and phone: real queues and calls, virtual time."""

from __future__ import annotations

import json
from datetime import UTC

import pytest

from base.virtual import SeededIds
from desk.connections import Page
from desk.live import LiveDesk
from handoff.cases import Customer
from handoff.channels.app import StepEntered, StepFailed
from handoff.pop import Viewer
from handoff.service import Handoffs, NewCase
from handoff.uui import user_to_user
from records.codec import split
from records.contract import Record
from switch.application import QueueEntry
from tests.scenarios.call_centre import Centre


class HandoffCentre(Centre):
    """A contact centre whose calls have context and whose agents have pages."""

    def __init__(self) -> None:
        super().__init__(begin=self._begin)
        self.handoffs = Handoffs(self.time, SeededIds(7), self.log, b"k" * 32)
        self.live = LiveDesk(self.handoffs, self.log, self.time, self.time, UTC)
        self.live.attach(self.queues)
        self.handoffs.listen(self.live.case_changed)
        self.page.present = self.live.presenter.present
        self.page.withdraw = self.live.presenter.withdraw
        self._emit = self.log.emit
        self.log.emit = self._tell

    def _tell(self, event, now) -> None:
        self._emit(event, now)
        payload, personal = split(event)
        record = Record(
            "n1",
            len(self.log.events),
            now.wall,
            now.mono,
            "default",
            event.kind,
            event.version,
            payload.get("call"),
            payload.get("case"),
            payload.get("agent"),
            payload,
            personal,
            event,
        )
        self.live.hear(record)
        self.handoffs.hear(record)

    def _begin(self, flow) -> None:
        control = flow.control
        call = control.facts.call
        arrival = self.handoffs.arrived(control.facts)
        control.attach_case(arrival.case, {})
        self.handoffs.state_entered(call, "support", "queue")
        control.enter_queue(QueueEntry("support"))

    def stuck_customer(self):
        """A case at step 3 of 5, and the header that leads to it."""
        at = self.time.now().wall
        link = "https://bank.example/{case}?c={continue}"
        who = Customer("C1", "Wang Fang", "+8613800138000")
        case = self.handoffs.open_case("bank", NewCase("app", "transfer", "Transfer", link, who))
        told = [
            StepEntered(at=at, step="amount", number=3, of=5, title="Amount"),
            StepFailed(at=at, step="amount", code="LIMIT", text="over the limit"),
        ]
        self.handoffs.tell(case, told)
        issued = self.handoffs.create_handoff(case, "amount")
        return case, {"user-to-user": user_to_user(issued.token)}

    def sit_down(self, agent: str, account: str) -> PageReader:
        self.log_in(agent, account)
        page = Page(agent, Viewer("agent"), "session")
        self.live.open(page)
        return PageReader(page)


class PageReader:
    """What a page was told."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def next(self, *kinds: str) -> dict:
        while True:
            message = json.loads(await self.page.take())
            if message["type"] in kinds:
                return message


@pytest.fixture
def centre() -> HandoffCentre:
    return HandoffCentre()


async def test_the_agent_sees_the_step_before_the_phone_rings(centre):
    case, headers = centre.stuck_customer()
    page = centre.sit_down("li_na", "201")
    customer = centre.customer(headers=headers)
    shown = await page.next("offer")
    assert shown["case"] == case.id
    assert shown["pop"]["match"]["by"] == "token"
    assert shown["pop"]["step"]["step"] == "amount"
    assert shown["pop"]["path"] == [
        {"at": shown["pop"]["path"][0]["at"], "state": "support", "verb": "queue", "exit": ""}
    ]
    assert centre.phones.invited == []
    centre.time.advance(0.149)
    centre.queues.pop_rendered("li_na", shown["offer"], shown["epoch"], hidden=False)
    assert len(centre.phones.invited) == 1
    order = centre.kinds("handoff", "context", "queue.offered", "pop", "agent.invited")
    assert order == [
        "handoff.created",
        "context.matched",
        "queue.offered",
        "pop.sent",
        "pop.acknowledged",
        "agent.invited",
    ]
    centre.agent_leg.answer()
    centre.time.advance(0.0)
    assert (await page.next("call"))["state"] in ("ringing", "talking")
    assert centre.live.snapshot(page.page)["call"]["state"] == "talking"
    assert centre.live.snapshot(page.page)["call"]["customer"] == "Wang Fang"
    assert centre.live.snapshot(page.page)["call"]["recording"] is True

    customer.hang_up()
    centre.time.advance(0.0)
    wrap_up = await page.next("wrapup")
    assert wrap_up["case"] == case.id
    assert centre.live.snapshot(page.page)["offer"]["case"] == case.id
    centre.queues.finish_wrap_up("li_na")
    centre.time.advance(0.0)
    assert (await page.next("wrapup"))["done"] is True
    assert centre.live.snapshot(page.page)["offer"] is None
    assert centre.handoffs.case_of_call(shown["call"]) is case
    centre.time.advance(1.0)  # the pages' last news
    centre.nothing_left()


async def test_a_page_that_never_paints_delays_the_ring_by_150_ms_only(centre):
    _, headers = centre.stuck_customer()
    page = centre.sit_down("li_na", "201")
    customer = centre.customer(headers=headers)
    shown = await page.next("offer")
    centre.time.advance(0.151)
    assert len(centre.phones.invited) == 1
    assert "pop.late" in centre.kinds()
    centre.queues.pop_rendered("li_na", shown["offer"], shown["epoch"], hidden=False)
    centre.queues.pop_rendered("li_na", shown["offer"], shown["epoch"], hidden=False)
    assert centre.kinds().count("agent.invited") == 1
    customer.hang_up()
    centre.time.advance(1.0)  # the pages' last news
    centre.nothing_left()


async def test_the_next_agent_gets_the_case_and_the_first_loses_it(centre):
    case, headers = centre.stuck_customer()
    first = centre.sit_down("li_na", "201")
    second = centre.sit_down("wang_wei", "202")
    customer = centre.customer(headers=headers)
    pages = {"li_na": first, "wang_wei": second}
    (shown,) = centre.live.presenter.showing(case.id)
    other = "wang_wei" if shown.agent == "li_na" else "li_na"
    assert (await pages[shown.agent].next("offer"))["case"] == case.id
    centre.queues.pop_rendered(shown.agent, shown.id, shown.epoch, hidden=False)
    centre.time.advance(21.0)
    assert (await pages[shown.agent].next("withdraw"))["epoch"] == shown.epoch
    again = await pages[other].next("offer")
    assert again["case"] == case.id
    assert (again["offer"], again["epoch"]) != (shown.id, shown.epoch)
    assert centre.live.presenter.offer_of(shown.agent) is None
    assert centre.live.snapshot(pages[shown.agent].page)["offer"] is None
    invited = len(centre.phones.invited)
    centre.queues.pop_rendered(shown.agent, shown.id, shown.epoch, hidden=False)
    assert len(centre.phones.invited) == invited
    customer.hang_up()
    assert (await pages[other].next("withdraw"))["epoch"] == again["epoch"]
    centre.time.advance(1.0)  # the pages' last news
    centre.nothing_left()
    assert len(centre.live.presenter) == 0
