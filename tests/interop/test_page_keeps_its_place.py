"""From the offer to wrap-up on one page: nothing jumps, nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import expect

from tests.interop.page_browser import Agent, agent_at_desk
from tests.interop.page_server import stamp
from tests.interop.page_story import call_row, call_state, full_pop, nobody_pop, offer, unsure_pop

PARTS = ("pop-customer", "pop-step", "pop-journey", "pop-form", "pop-chat", "notes", "hangup")


async def ring(agent: Agent, pop: dict[str, Any]) -> None:
    """Offer it, and wait until the page has painted it."""
    await agent.desk.say("offer", **offer(pop))
    while (await agent.desk.hear())["type"] != "rendered":
        pass


async def test_nothing_moves_when_the_call_is_answered() -> None:
    async with agent_at_desk() as agent:
        await ring(agent, full_pop())
        before = {part: await agent.part(part).bounding_box() for part in PARTS}
        await expect(agent.part("call-state")).to_have_attribute("data-state", "offered")

        await agent.desk.say("call", **call_state("ringing"))
        await agent.desk.say("call", **call_state("talking"))
        await expect(agent.part("call-state")).to_have_attribute("data-state", "talking")

        assert {part: await agent.part(part).bounding_box() for part in PARTS} == before


async def test_what_matters_fits_a_laptop_without_scrolling() -> None:
    async with agent_at_desk() as agent:
        await ring(agent, full_pop())
        for part in (*PARTS, "pop-path", "pop-continue", "pop-script", "call-state"):
            await expect(agent.part(part)).to_be_in_viewport(ratio=1)


async def test_call_from_ring_to_saved_wrap_up() -> None:
    async with agent_at_desk() as agent:
        await ring(agent, full_pop())
        await expect(agent.part("pop-step")).to_contain_text("Stuck at step 3 of 5, amount")
        await expect(agent.part("pop-form")).to_contain_text("••••••")
        await agent.desk.say("call", **call_state("talking"))
        await expect(agent.part("call-state")).to_have_attribute("data-state", "talking")
        await agent.page.keyboard.press("Alt+h")
        await agent.desk.say("call", **call_state("held"))
        await agent.part("resume").click()
        await agent.desk.say("call", **call_state("talking"))
        async with agent.page.expect_popup() as opened:
            await agent.part("pop-continue").click()
        await expect((await opened.value).locator("h1")).to_have_text("Step 3: amount")
        await agent.part("notes").fill("Limit raised")
        await agent.part("hangup").click()
        await agent.desk.say("call", **call_state("ended"))
        await agent.desk.say("wrapup", call="call-1", case="case-1", until=stamp(30))
        await agent.part("wrapup-done").click()
        await expect(agent.part("wrapup")).to_contain_text("Choose a disposition first")
        await agent.part("disposition").select_option("solved")
        await agent.part("wrapup-done").click()
        await expect(agent.part("wrapup")).to_have_count(0)
        await expect(agent.part("pop")).to_have_count(0)

        body = {"call": "call-1", "disposition": "solved", "notes": "Limit raised"}
        assert agent.desk.asked == [
            ("POST", "/call/hold", {}),
            ("POST", "/call/resume", {}),
            ("POST", "/cases/case-1/continue", {"offer": "offer-call-1", "epoch": 1}),
            ("POST", "/call/hangup", {}),
            ("POST", "/wrapup", body),
        ]
        assert agent.complaints == []


async def test_wrap_up_saves_itself_before_its_time_is_up() -> None:
    async with agent_at_desk() as agent:
        await ring(agent, full_pop())
        await agent.desk.say("call", **call_state("ended"))
        await agent.desk.say("wrapup", call="call-1", case="case-1", until=stamp(4))
        await agent.part("disposition").select_option("call_back")
        await expect(agent.part("wrapup")).to_have_count(0)
        assert agent.desk.asked == [
            ("POST", "/wrapup", {"call": "call-1", "disposition": "call_back"})
        ]


async def test_lost_connection_is_told_and_found_again_with_all_that_was_there() -> None:
    async with agent_at_desk() as agent:
        await ring(agent, full_pop())
        await agent.desk.say("call", **call_state("talking"))
        await agent.part("notes").fill("She asked for the branch")
        agent.desk.refuse_sockets = True
        await agent.desk.cut()
        await expect(agent.part("link-lost")).to_contain_text("the call goes on")
        await expect(agent.part("pop-customer")).to_have_text("Wang Fang")

        agent.desk.snapshot |= {"offer": offer(full_pop()), "call": call_state("held")}
        agent.desk.refuse_sockets = False
        await expect(agent.part("link-lost")).to_have_count(0)
        await expect(agent.part("call-state")).to_have_attribute("data-state", "held")

        await agent.page.reload()
        await expect(agent.part("call-state")).to_have_attribute("data-state", "held")
        await expect(agent.part("pop-customer")).to_have_text("Wang Fang")
        await expect(agent.part("notes")).to_have_value("She asked for the branch")


async def test_unsure_caller_gets_no_name_in_black() -> None:
    async with agent_at_desk() as agent:
        await ring(agent, unsure_pop())
        await expect(agent.part("pop-customer")).to_have_attribute("data-sure", "false")
        await expect(agent.part("pop-customer")).to_have_class(re.compile("unsure"))
        await expect(agent.part("pop-match")).to_contain_text("calling number only")
        await expect(agent.part("pop-continue")).to_be_disabled()
        chen = agent.page.get_by_role("button", name="Chen Yu")
        await expect(chen).to_be_disabled()
        before = await agent.part("pop-step").bounding_box()
        await agent.desk.say("call", **call_state("talking"))
        async with agent.page.expect_response("**/customer"):
            await chen.click()
        said = {"offer": "offer-call-1", "epoch": 1, "case": "case-7"}
        assert ("POST", "/calls/call-1/customer", said) in agent.desk.asked
        assert await agent.part("pop-step").bounding_box() == before
        await agent.desk.say("case", call="call-1", case="case-7", pop=full_pop())
        await expect(agent.part("pop-customer")).to_have_attribute("data-sure", "true")
        await agent.part("notes").fill("about Chen Yu")

        await agent.desk.say("withdraw", offer="offer-call-1", epoch=1, reason="withdrawn")
        await agent.desk.say("offer", **offer(nobody_pop(), call="call-2"))
        await expect(agent.part("pop-customer")).to_have_text("New customer")
        await expect(agent.part("notes")).to_have_value("")
        await agent.desk.say("call", **call_state("talking", call="call-2"))
        await agent.part("pop-new-name").fill(" Zhao Min ")
        async with agent.page.expect_response("**/customer"):
            await agent.part("pop-new-save").click()
        new = {"name": "Zhao Min", "number": "+8613800138000"}
        said = {"offer": "offer-call-2", "epoch": 1, "new": new}
        assert ("POST", "/calls/call-2/customer", said) in agent.desk.asked


async def test_recording_is_fetched_only_when_somebody_plays_it() -> None:
    async with agent_at_desk() as agent:
        agent.desk.calls = [
            call_row("call-0", "Wang Fang", "rec-0"),
            call_row("call-3", None, None),
        ]
        await agent.part("recordings").click()
        await expect(agent.part("call-row")).to_have_count(2)
        assert agent.desk.asked == []

        await agent.part("call-play").click()
        player = agent.part("recording-player")
        await expect(player).to_be_visible()
        await player.evaluate("p => p.ended || new Promise(done => p.onended = done)")
        assert ("GET", "/recordings/rec-0/audio", None) in agent.desk.asked
        assert agent.complaints == []


async def test_speaks_chinese_and_fits_a_phone() -> None:
    async with agent_at_desk(viewport={"width": 390, "height": 844}) as agent:
        await agent.part("language").click()
        await ring(agent, full_pop())
        await expect(agent.part("call-state")).to_contain_text("来电")
        await expect(agent.part("pop-step")).to_contain_text("第 3 步")
        await expect(agent.part("pop-continue")).to_be_in_viewport(ratio=1)
        width = "document.documentElement.scrollWidth"
        assert await agent.page.evaluate(width) <= 390
