"""The hang-up walk over real UDP: whatever the moment, nothing is left and the agent is free."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from phone.contract import CallState, MediaState, PhoneError
from phone.pjsua import PjsuaCall, PjsuaPhone
from tests.interop.live_cast import Agent, agent
from tests.interop.live_node import LiveNode

SALES, APP = "6001", "6000"


@pytest.fixture
async def stranger() -> AsyncIterator[PjsuaPhone]:
    async with await PjsuaPhone.start(user="walker") as phone:
        yield phone


async def placed(node: LiveNode, phone: PjsuaPhone, number: str) -> tuple[PjsuaCall, str]:
    """A call, and its id on the node."""
    since = node.mark()
    call = await phone.call(node.uri(number))
    return call, (await node.hears("call.received", since)).call


async def hang_up(call: PjsuaCall) -> None:
    await call.hangup()
    await call.wait_state(CallState.TERMINATED)


# Nobody is at work


async def at_once(node: LiveNode, phone: PjsuaPhone) -> None:
    call = await phone.call(node.uri(SALES))
    await hang_up(call)


async def during_the_welcome(node: LiveNode, phone: PjsuaPhone) -> None:
    call, _ = await placed(node, phone, SALES)
    await call.wait_state(CallState.CONFIRMED)
    await hang_up(call)


async def while_keying_the_code(node: LiveNode, phone: PjsuaPhone) -> None:
    since = node.mark()
    call, name = await placed(node, phone, APP)
    await node.hears("state.entered", since, call=name, text="ask_code")
    await call.send_dtmf("12")
    await hang_up(call)


async def while_leaving_a_message(node: LiveNode, phone: PjsuaPhone) -> None:
    since = node.mark()
    call, name = await placed(node, phone, SALES)
    await call.wait_state(CallState.CONFIRMED)
    await call.play_tone(440)
    await call.send_dtmf("1")  # nobody is there
    await node.hears("recording.started", since, call=name, limit_s=20)
    await asyncio.sleep(1.2)
    await hang_up(call)
    await node.hears("voicemail.left", since, call=name)


async def during_the_goodbye(node: LiveNode, phone: PjsuaPhone) -> None:
    since = node.mark()
    call, name = await placed(node, phone, SALES)
    await call.wait_state(CallState.CONFIRMED)
    await call.send_dtmf("1")
    await node.hears("recording.started", since, call=name, limit_s=20)
    await asyncio.sleep(1.2)
    await call.send_dtmf("#")
    await node.hears("state.entered", since, call=name, text="state=bye")
    await hang_up(call)


ALONE = (
    at_once,
    during_the_welcome,
    while_keying_the_code,
    while_leaving_a_message,
    during_the_goodbye,
)


async def test_with_nobody_at_work(live_node: LiveNode, stranger: PjsuaPhone) -> None:
    """All at once: calls do not meet."""
    since = live_node.mark()
    async with asyncio.TaskGroup() as walks:
        for walk in ALONE:
            walks.create_task(walk(live_node, stranger), name=walk.__name__)
            await asyncio.sleep(0.1)  # so that each finds its own call in the log
    calls = await live_node.closes_the_books(since, calls=len(ALONE))
    for call in calls:
        kinds = [event["kind"] for event in await live_node.story(call)]
        assert kinds.count("call.ended") == kinds.count("call.received") == 1


# An agent is at work

Walk = Callable[[LiveNode, PjsuaCall, Agent], Awaitable[None]]


async def as_the_page_acknowledges(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    """The caller's BYE and the page's word cross; the phone may ring for a moment, or not."""
    li_na.page.acknowledges = False
    offer = await li_na.page.hears("offer")
    await asyncio.gather(call.hangup(), li_na.page.acknowledge(offer))


async def right_after_the_acknowledgement(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    li_na.page.acknowledges = False
    offer = await li_na.page.hears("offer")
    await li_na.page.acknowledge(offer)
    await call.hangup()


async def before_the_acknowledgement(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    li_na.page.acknowledges = False
    offer = await li_na.page.hears("offer")
    await hang_up(call)
    await li_na.page.acknowledge(offer)  # too late, and ignored


async def while_the_agent_rings(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    rings = await li_na.phone.wait_incoming()
    await hang_up(call)
    assert (await rings.wait_state(CallState.TERMINATED)).status == 487


async def as_the_agent_answers(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    rings = await li_na.phone.wait_incoming()
    with contextlib.suppress(PhoneError):  # the CANCEL was there first
        await asyncio.gather(rings.answer(), call.hangup())
    await rings.wait_state(CallState.TERMINATED)


async def as_the_agent_answers_just_before(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    rings = await li_na.phone.wait_incoming()
    await rings.answer()
    await call.hangup()
    await rings.wait_state(CallState.TERMINATED)


async def while_talking(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    rings = await li_na.phone.wait_incoming()
    await rings.answer()
    await rings.wait_state(CallState.CONFIRMED)
    await hang_up(call)
    await rings.wait_state(CallState.TERMINATED)


async def while_the_agent_asks_for_hold(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    """The BYE crosses the agent's re-INVITE."""
    rings = await li_na.phone.wait_incoming()
    await rings.answer()
    await rings.wait_state(CallState.CONFIRMED)
    holding = asyncio.ensure_future(rings.hold())
    await call.hangup()
    await rings.wait_state(CallState.TERMINATED)
    await asyncio.gather(holding, return_exceptions=True)


async def during_hold(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    rings = await li_na.phone.wait_incoming()
    await rings.answer()
    await rings.wait_state(CallState.CONFIRMED)
    await rings.hold()
    await rings.wait_media(MediaState.LOCAL_HOLD)
    await hang_up(call)
    await rings.wait_state(CallState.TERMINATED)


async def when_the_agent_has_hung_up(node: LiveNode, call: PjsuaCall, li_na: Agent) -> None:
    """The caller hears the goodbye."""
    since = node.mark()
    rings = await li_na.phone.wait_incoming()
    await rings.answer()
    await rings.wait_state(CallState.CONFIRMED)
    await rings.hangup()
    await node.hears("state.entered", since, text="state=bye")
    await hang_up(call)


WITH_AGENT: tuple[Walk, ...] = (
    as_the_page_acknowledges,
    right_after_the_acknowledgement,
    before_the_acknowledgement,
    while_the_agent_rings,
    as_the_agent_answers,
    as_the_agent_answers_just_before,
    while_talking,
    while_the_agent_asks_for_hold,
    during_hold,
    when_the_agent_has_hung_up,
)
TWICE = (as_the_page_acknowledges, right_after_the_acknowledgement, as_the_agent_answers)
"""Races may go either way."""


async def test_with_an_agent(live_node: LiveNode, stranger: PjsuaPhone) -> None:
    async with agent(live_node, "li_na") as li_na:
        for walk in (*WITH_AGENT, *TWICE):
            since = live_node.mark()
            li_na.page.acknowledges, li_na.page.seen[:] = True, []
            call, name = await placed(live_node, stranger, SALES)
            await call.wait_state(CallState.CONFIRMED)
            await call.send_dtmf("1")
            try:
                await walk(live_node, call, li_na)
                await call.wait_state(CallState.TERMINATED)
                await live_node.closes_the_books(since, calls=1)
                await free_again(live_node, li_na, name, since)
            except (AssertionError, PhoneError, TimeoutError) as error:
                told = "\n".join(one.text for one in live_node.told(since))
                raise AssertionError(f"{walk.__name__}: {error}\n{told}") from error


async def free_again(node: LiveNode, li_na: Agent, call: str, since: int) -> None:
    """What was offered is taken back, or talked about and written up; then the next may come."""
    kinds = [one.kind for one in node.told(since)]
    if "agent.answered" in kinds:
        await li_na.page.wrap_up(call)
    else:
        await li_na.page.hears("withdraw")
    await li_na.page.hears("presence", presence="available")
    # A phone that rang for nothing has heard of it.
    while (gone := await rang_in_vain(li_na.phone)) is not None:
        await gone.wait_state(CallState.TERMINATED)


async def rang_in_vain(phone: PjsuaPhone) -> PjsuaCall | None:
    with contextlib.suppress(PhoneError):
        return await phone.wait_incoming(0.05)
    return None


async def test_while_queued_behind_another(live_node: LiveNode, stranger: PjsuaPhone) -> None:
    """The only agent talks; the next caller waits, hears music, and gives up."""
    since = live_node.mark()
    async with agent(live_node, "li_na", answer_after_s=0.0) as li_na:
        first, served = await placed(live_node, stranger, SALES)
        await first.wait_state(CallState.CONFIRMED)
        await first.send_dtmf("1")
        await live_node.hears("agent.answered", since)
        second, waiting = await placed(live_node, stranger, SALES)
        await second.wait_state(CallState.CONFIRMED)
        await second.send_dtmf("1")
        await live_node.hears("queue.entered", since, call=waiting)
        await hang_up(second)
        left = await live_node.hears("queue.left", since, call=waiting)
        assert "abandoned" in left.text
        await hang_up(first)
        await li_na.page.wrap_up(served)
    await live_node.closes_the_books(since, calls=2)
