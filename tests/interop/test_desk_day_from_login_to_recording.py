"""An agent's day at the real server: who calls, what is done about it, and what is kept."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from phone.contract import CallState
from segue.demo.cast import AGENT
from segue.demo.page import AgentPage
from tests.interop.desk_day import Day, at_work
from tests.interop.live_node import LiveNode

PARTS = (
    "presence", "pop", "pop-customer", "pop-match", "pop-step", "pop-form", "pop-chat", "pop-path",
    "pop-continue", "pop-script", "call-state", "hangup", "recordings", "language",
)  # fmt: skip

# Words of the flow, the site and the customer's app, which are in English on every page.
OURS = re.compile(r"[A-Za-z]{2,}")
NAMES = """
    Segue EN Li Na Wang Fang Ming gold support sales CNY Canada LIMIT_EXCEEDED LIMIT EXCEEDED IVR
    Country Payee Account Amount Currency Home Transfers Transfer abroad PIN
    greet known tell_step tell step hand_over hand over mark_topic mark topic to_support to
    next then
"""
TEXTS = """Array.from(document.querySelectorAll('.desk *')).flatMap(one =>
  Array.from(one.childNodes).filter(n => n.nodeType === 3 && n.data.trim()
    && !one.closest('[data-testid=pop-chat], .journey-text, .headline-error'))
  .map(n => n.data.trim()))"""


async def test_a_wrong_password_is_told_and_the_right_one_opens_the_desk(
    live_node: LiveNode,
) -> None:
    async with AgentPage(live_node.http) as desk:
        page = desk.page
        await page.goto(live_node.http)
        await page.get_by_test_id("login-name").fill(AGENT)
        await page.get_by_test_id("login-password").fill("not this one")
        await page.get_by_test_id("login-submit").click()
        await expect(page.get_by_role("alert")).to_contain_text("Name or password is not right")
        await expect(page.get_by_test_id("presence")).to_have_count(0)

        await desk.log_in(AGENT, live_node.password(f"desk:{AGENT}"))
        await expect(page.locator("[data-testid=presence]")).to_have_attribute(
            "data-presence", "offline"
        )


@pytest.mark.timeout(120)
async def test_a_call_from_the_pop_to_the_wrap_up_and_the_next_one_that_knows_it(
    live_node: LiveNode, tmp_path: Path
) -> None:
    since = live_node.mark()
    async with at_work(live_node) as day:
        await _first_call(day)
        await live_node.hears("recording.sealed", since)
        await _second_call(day, Path(os.environ.get("PICTURES", tmp_path)))
        await _list_of_calls(day)
    await live_node.closes_the_books(since, calls=2)


async def _first_call(day: Day) -> None:
    handoff, customer = await day.call_with_token()
    agent = await day.rings()
    await _shows_the_case(day)
    await agent.play_tone(1000)
    await agent.answer()
    await day.shows("talking")
    await expect(day.part("pop-path")).to_contain_text("to_support")

    await day.part("hold").click()
    await day.shows("held")
    await day.part("resume").click()
    await day.shows("talking")

    bank = await day.cast.page.continue_at_step()
    await expect(bank.locator("body")).to_contain_text("Step 3 of 5")
    await expect(day.part("pop-continued")).to_contain_text("Opened at")
    await bank.get_by_test_id("bank-complete").click()
    await expect(day.part("pop-continued")).to_contain_text("agreed with your adviser")
    await expect(day.part("pop-step")).to_contain_text("Completed: Amount")
    await expect(day.part("pop-continue")).to_be_disabled()
    await bank.close()
    assert "agreed with your adviser" in await day.cast.customers_app(handoff["case"])

    await day.part("notes").fill("Agreed to 60,000 this once")
    await day.part("hangup").click()
    await expect(day.part("wrapup")).to_be_visible()
    await agent.wait_state(CallState.TERMINATED)
    await day.wrap_up("continued")
    await expect(day.part("pop")).to_have_count(0)
    await customer.wait_state(CallState.TERMINATED)  # the flow has said goodbye


async def _shows_the_case(day: Day) -> None:
    for part in PARTS:
        await expect(day.part(part)).to_be_visible()
    await expect(day.part("pop-customer")).to_have_text("Wang Fang")
    await expect(day.part("pop-match")).to_contain_text(re.compile("certain", re.IGNORECASE))
    await expect(day.part("pop-match")).to_have_attribute("data-by", "token")
    await expect(day.part("pop-step")).to_contain_text("Stuck at step 3 of 5, Amount")
    await expect(day.part("pop-step")).to_contain_text("LIMIT_EXCEEDED")
    form = day.part("pop-form")
    for value in ("Canada", "Li Ming", "60000", "••••••"):
        await expect(form).to_contain_text(value)
    await expect(day.page.locator("body")).not_to_contain_text("4003-0881-2207")
    await expect(day.part("pop-chat")).to_contain_text("Is there a limit for one day?")
    await expect(day.part("pop-path")).to_contain_text("tell_step")
    script = day.part("pop-script")
    await expect(script).to_contain_text("Transfer abroad is stuck")
    await expect(script).to_contain_text("What is the daily limit?")


async def _second_call(day: Day, pictures: Path) -> None:
    """The same customer again: the earlier call is there, and its recording plays."""
    _, customer = await day.call_with_token()
    agent = await day.rings()
    await expect(day.part("hangup")).to_be_enabled()
    await day.page.screenshot(path=pictures / "pop.png", animations="disabled")
    await agent.answer()
    await day.shows("talking")
    await _speaks_chinese(day)

    other = await day.page.context.new_page()  # the same agent's second page
    await other.goto(day.node.http)
    await expect(other.get_by_test_id("pop-customer")).to_have_text("Wang Fang")
    await other.get_by_test_id("hold").click()
    await day.shows("held")
    await day.part("resume").click()
    await expect(other.get_by_test_id("call-state")).to_have_attribute("data-state", "talking")

    earlier = day.part("pop-earlier")
    await earlier.get_by_role("button", name=re.compile("^Play the recording")).first.click()
    await _plays(day.page)
    await day.page.keyboard.press("Escape")
    await customer.hangup()
    await agent.wait_state(CallState.TERMINATED)
    await day.wrap_up()
    await expect(other.get_by_test_id("pop")).to_have_count(0)
    await expect(other.get_by_test_id("wrapup")).to_have_count(0)
    await other.close()


async def _plays(page: Page) -> None:
    """Its time goes on, and a jump to a later moment is answered by that part alone."""
    player = page.get_by_test_id("recording-player")
    await expect(player).to_be_visible()
    await player.evaluate(
        "p => new Promise(done => { p.ontimeupdate = () => p.currentTime > 0.2 && done(); })"
    )
    assert await player.evaluate("p => p.duration") > 5
    source = await player.evaluate("p => p.src")
    part = await page.context.request.get(source, headers={"Range": "bytes=44-143"})
    assert (part.status, len(await part.body())) == (206, 100)
    await player.evaluate(
        "p => new Promise(done => { p.onseeked = done; p.currentTime = p.duration - 2; })"
    )
    assert await player.evaluate("p => p.error") is None


async def _speaks_chinese(day: Day) -> None:
    await day.part("language").click()
    await expect(day.part("pop-match")).to_contain_text("来电携带了应用的令牌")
    await expect(day.part("pop-script")).to_contain_text("境外汇款受阻")
    known = set(NAMES.split())
    left = {
        text
        for text in await day.page.evaluate(TEXTS)
        if any(word not in known for word in OURS.findall(text))
    }
    assert left == set()
    await day.part("language").click()
    await expect(day.part("pop-script")).to_contain_text("Transfer abroad is stuck")


async def _list_of_calls(day: Day) -> None:
    await day.part("recordings").click()
    rows = day.part("call-row")
    await expect(rows.nth(1)).to_contain_text("Wang Fang")
    await rows.nth(1).get_by_role("button", name=re.compile("^Details")).click()
    written = day.part("call-wrapup")
    await expect(written).to_contain_text("Continued from the app")
    await expect(written).to_contain_text("Agreed to 60,000 this once")
    drawer = day.part("calls-drawer")
    await expect(drawer.get_by_test_id("pop-path")).to_contain_text("to_support")
    await drawer.get_by_role("button", name="Play").click()
    await _plays(day.page)
    await day.page.keyboard.press("Escape")
