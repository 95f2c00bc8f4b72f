"""An agent's phone or page fails during real calls: the caller loses no place and gets a person."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from phone.contract import CallState
from phone.pjsua import PjsuaCall, PjsuaPhone
from tests.interop.live_cast import agent
from tests.interop.live_node import LiveNode
from tests.interop.live_page import desk_page


@pytest.fixture
async def customer(live_node: LiveNode) -> AsyncIterator[PjsuaPhone]:
    async with await PjsuaPhone.start(user="patient") as phone:
        yield phone


async def wants_sales(node: LiveNode, phone: PjsuaPhone) -> tuple[PjsuaCall, str]:
    """A call that stands in the queue `sales`, and its id."""
    since = node.mark()
    call = await phone.call(node.uri("6001"))
    await call.wait_state(CallState.CONFIRMED)
    await call.send_dtmf("1")
    return call, (await node.hears("queue.entered", since)).call


async def test_a_phone_that_never_answers_gives_way_to_the_next(
    live_node: LiveNode, customer: PjsuaPhone
) -> None:
    """li_na's phone rings out; the caller stays in line until chen_yu comes to work."""
    since = live_node.mark()
    async with agent(live_node, "li_na") as deaf:
        call, name = await wants_sales(live_node, customer)
        rings = await deaf.phone.wait_incoming()
        await rings.wait_state(CallState.TERMINATED, 10)
        ended = await live_node.hears("queue.offer_ended", since, call=name)
        assert "no_answer" in ended.text
        await deaf.page.hears("withdraw", reason="no_answer")
        assert call.state is CallState.CONFIRMED
        async with agent(live_node, "chen_yu", answer_after_s=0.0) as next_one:
            await live_node.hears("agent.answered", since, text="agent=chen_yu", call=name)
            offer = await next_one.page.hears("offer")
            assert offer["call"] == name
            await call.hangup()
            await next_one.page.wrap_up(name)
    await live_node.closes_the_books(since, calls=1)


async def test_a_phone_whose_power_fails_gives_way_to_the_next(
    live_node: LiveNode, customer: PjsuaPhone
) -> None:
    """It is still registered, and nobody is there; when the power is back it is as before."""
    since = live_node.mark()
    dead = await PjsuaPhone.start(live_node.account("1001"))
    await dead.register()
    port = int(dead.uri.rpartition(":")[2])
    os.kill(dead._link().pid, signal.SIGKILL)
    async with desk_page(live_node, "li_na"), agent(live_node, "chen_yu") as lives:
        await lives.page.present("break", "tea")
        call, name = await wants_sales(live_node, customer)
        await live_node.hears("queue.offered", since, text="agent=li_na", call=name)
        await lives.page.present("available")
        rings = await lives.phone.wait_incoming(20)
        await rings.answer()
        await live_node.hears("agent.answered", since, text="agent=chen_yu", call=name)
        await rings.hangup()
        await call.wait_state(CallState.TERMINATED)
        await lives.page.wrap_up(name)
        await live_node.closes_the_books(since, calls=1)
    await dead.close()
    before = (await live_node.metrics())["segue_registrations"]
    async with await PjsuaPhone.start(live_node.account("1001"), port=port) as back:
        await back.register()
        assert (await live_node.metrics())["segue_registrations"] == before  # in its own place


async def test_an_agent_without_a_phone_is_not_offered(
    live_node: LiveNode, customer: PjsuaPhone
) -> None:
    """Until the phone registers again; then the waiting call comes."""
    since = live_node.mark()
    async with agent(live_node, "li_na") as li_na:
        await li_na.phone.unregister()
        await live_node.hears("registration.removed", since, text="account=1001")
        call, name = await wants_sales(live_node, customer)
        assert not [e for e in live_node.told(since) if e.kind == "queue.offered"]
        await li_na.phone.register()
        rings = await li_na.phone.wait_incoming()
        await rings.answer(486)
        ended = await live_node.hears("queue.offer_ended", since, call=name)
        assert "rejected" in ended.text
        await call.hangup()
    await live_node.closes_the_books(since, calls=1)


async def test_two_pages_of_one_agent_show_the_same(
    live_node: LiveNode, customer: PjsuaPhone
) -> None:
    since = live_node.mark()
    async with (
        agent(live_node, "li_na") as li_na,
        desk_page(live_node, "li_na", presence=None) as second,
    ):
        first = li_na.page
        call, name = await wants_sales(live_node, customer)
        offers = await asyncio.gather(first.hears("offer"), second.hears("offer"))
        assert offers[0]["offer"] == offers[1]["offer"]
        rings = await li_na.phone.wait_incoming()
        await rings.answer()
        for page in (first, second):
            await page.hears("call", call=name, state="talking")
        answer = await second.post("/call/hold")
        assert answer.status_code == 202
        for page in (first, second):
            await page.hears("call", call=name, state="held")
        await first.post("/call/hangup")
        await rings.wait_state(CallState.TERMINATED)
        await second.wrap_up(name)
        await first.hears("wrapup", done=True)
        again = await first.post("/wrapup", call=name, disposition="not_solved")
        assert again.json()["corrects"]
        await call.hangup()
    kinds = [event.kind for event in live_node.told(since)]
    assert kinds.count("agent.invited") == 1
    await live_node.closes_the_books(since, calls=1)


async def test_a_page_that_closes_while_it_rings_finds_the_call_again(
    live_node: LiveNode, customer: PjsuaPhone
) -> None:
    """The phone goes on ringing; the page that comes back shows what is going on."""
    since = live_node.mark()
    async with agent(live_node, "li_na") as li_na:
        call, name = await wants_sales(live_node, customer)
        rings = await li_na.phone.wait_incoming()
        await li_na.page.close()
        await rings.answer()
        await rings.wait_state(CallState.CONFIRMED)
        await live_node.hears("agent.answered", since, call=name)
        async with desk_page(live_node, "li_na", presence=None) as again:
            snapshot = await again.hears("snapshot")
            assert snapshot["call"]["call"] == name
            assert snapshot["call"]["state"] == "talking"
            assert snapshot["offer"]["call"] == name
            await call.hangup()
            await again.wrap_up(name)
    await live_node.closes_the_books(since, calls=1)


async def test_a_page_that_closes_before_it_paints_loses_the_offer(
    live_node: LiveNode, customer: PjsuaPhone
) -> None:
    """The call goes to the next agent; the first one's phone may have rung for a moment."""
    since = live_node.mark()
    async with agent(live_node, "li_na") as li_na:
        li_na.page.acknowledges = False
        call, name = await wants_sales(live_node, customer)
        await li_na.page.hears("offer")
        await li_na.page.close()
        await live_node.hears("queue.offer_ended", since, call=name)
        async with agent(live_node, "chen_yu", answer_after_s=0.0) as next_one:
            await live_node.hears("agent.answered", since, text="agent=chen_yu", call=name)
            await call.hangup()
            await next_one.page.wrap_up(name)
    await live_node.closes_the_books(since, calls=1)
