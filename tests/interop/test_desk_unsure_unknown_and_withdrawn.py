"""The page at the real server when it is unsure who calls, knows nobody, or it rang in vain."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from phone.contract import CallState
from tests.interop.desk_day import Day, at_work, phone_of
from tests.interop.live_node import LiveNode


@pytest.mark.timeout(120)
async def test_a_number_alone_is_a_question_and_nothing_else(live_node: LiveNode) -> None:
    async with at_work(live_node) as day:
        await day.cast.help_wanted()
        customer = await day.cast.customer.call(live_node.uri("6000"))
        await day.rings()
        name = day.part("pop-customer")
        await expect(name).to_have_text("Wang Fang?")
        await expect(name).to_have_class(re.compile("unsure"))
        await expect(day.part("pop-match")).to_contain_text("calling number only")
        await expect(day.part("pop")).to_contain_text("Ask for the name and the last step")
        await expect(day.part("pop-form")).to_contain_text("once it is certain who is calling")
        await expect(day.part("pop-chat")).to_contain_text("once it is certain who is calling")
        await expect(day.part("pop-continue")).to_be_disabled()
        for secret in ("Li Ming", "60000", "Canada", "Is there a limit", "over the daily limit"):
            await expect(day.page.locator("body")).not_to_contain_text(secret)
        await expect(day.part("call-state").locator("..")).not_to_contain_text("Wang Fang")

        await customer.hangup()
        await expect(day.part("pop")).to_have_count(0)
        await expect(day.page.locator("body")).to_contain_text("the caller hung up")


@pytest.mark.timeout(120)
async def test_a_stranger_is_a_new_customer(live_node: LiveNode) -> None:
    async with at_work(live_node) as day, phone_of(live_node, "202") as stranger:
        call = await stranger.call(live_node.uri("6000"))
        agent = await day.rings()
        await expect(day.part("pop-customer")).to_have_text("New customer")
        await expect(day.part("pop-match")).to_have_attribute("data-by", "none")
        await expect(day.part("pop-script")).to_contain_text("Help with the app")
        await expect(day.part("pop-path")).to_contain_text("ask_code")
        await expect(day.part("pop-continue")).to_have_count(0)
        await agent.answer()
        await day.shows("talking")
        await call.hangup()
        await agent.wait_state(CallState.TERMINATED)
        await day.wrap_up("wrong_number")


@pytest.mark.timeout(120)
async def test_a_phone_that_is_not_answered_loses_pop_and_link(live_node: LiveNode) -> None:
    async with at_work(live_node) as day:
        handoff, customer = await day.call_with_token()
        await day.rings()
        pop = day.part("pop")
        bound = {
            "offer": await pop.get_attribute("data-offer"),
            "epoch": int(await pop.get_attribute("data-epoch") or 0),
        }
        assert (await _continue(day, handoff["case"], bound)).status == 201

        await expect(pop).to_have_count(0)
        await expect(day.page.locator("body")).to_contain_text("your phone was not answered")
        await expect(day.page.locator("body")).not_to_contain_text("Wang Fang")
        refused = await _continue(day, handoff["case"], bound)
        assert (refused.status, (await refused.json())["code"]) == (410, "offer_withdrawn")
        await customer.hangup()


async def _continue(day: Day, case: str, bound: dict[str, object]):  # type: ignore[no-untyped-def]
    """What the button asks for, with the page's own cookie."""
    http, api = day.page.context.request, f"{day.node.http}/api/v1"
    me = await (await http.get(f"{api}/me")).json()
    headers = {"X-CSRF-Token": me["csrf"]}
    return await http.post(f"{api}/cases/{case}/continue", data=bound, headers=headers)
