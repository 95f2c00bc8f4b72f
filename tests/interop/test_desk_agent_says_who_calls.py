"""At the real server: an agent confirms who calls, in Chinese, and takes longer to write it up."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.interop.desk_day import at_work
from tests.interop.live_node import LiveNode


@pytest.mark.timeout(120)
async def test_a_confirmed_candidate_opens_the_case_and_may_be_continued(
    live_node: LiveNode,
) -> None:
    async with at_work(live_node) as day:
        await day.cast.help_wanted()
        customer = await day.cast.customer.call(live_node.uri("6000"))
        agent = await day.rings()
        candidate = day.part("pop-candidate").first
        await expect(candidate).to_be_disabled()
        await agent.answer()
        await day.shows("talking")
        await day.part("recordings").click()
        await expect(day.part("call-row").first).to_contain_text("going on")
        await day.page.keyboard.press("Escape")

        await candidate.click()
        await expect(day.part("pop-match")).to_have_attribute("data-by", "agent")
        await expect(day.part("pop-customer")).to_have_text("Wang Fang")
        await expect(day.part("pop-form")).to_contain_text("Li Ming")
        await expect(day.part("pop-continue")).to_be_enabled()

        await day.part("language").click()
        await expect(day.part("pop-match")).to_contain_text("坐席 li_na 已询问来电者身份")
        me = f"{live_node.http}/api/v1/me"
        async with day.page.expect_response(me):
            await day.part("language").click()
        assert (await (await day.page.context.request.get(me)).json())["language"] == "en"

        await customer.hangup()
        await day.part("wrapup-extend").click()
        await day.part("reason").fill("looking up the tariff")
        await day.page.keyboard.press("Enter")
        await expect(day.part("wrapup")).to_contain_text(re.compile(r"01:[0-5]\d left"))
        await day.wrap_up()
        await expect(day.page.locator(".today dd").first).not_to_have_text("0")
