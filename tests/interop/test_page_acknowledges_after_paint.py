"""The agent's phone rings when the page has painted: what the page says, and when it is silent."""

from __future__ import annotations

from playwright.async_api import expect

from tests.interop.page_browser import HIDDEN, agent_at_desk
from tests.interop.page_story import full_pop, offer

# The page's own order: was the pop in the document, and a frame drawn, before `rendered` left?
WATCH = """
window.seen = [];
const frame = window.requestAnimationFrame;
window.requestAnimationFrame = (run) => frame((at) => { window.seen.push("frame"); run(at); });
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  const pop = document.querySelector("#customer [data-testid=pop]");
  window.seen.push(JSON.parse(data).type + (pop ? " with pop" : ""));
  return send.call(this, data);
};
"""


async def test_says_received_at_once_and_rendered_after_the_frame() -> None:
    async with agent_at_desk(WATCH) as agent:
        await agent.desk.say("offer", **offer(full_pop()))

        assert await agent.desk.hear() == {"type": "received", "offer": "offer-call-1", "epoch": 1}
        rendered = await agent.desk.hear()

        assert rendered["hidden"] is False
        assert (rendered["offer"], rendered["epoch"]) == ("offer-call-1", 1)
        seen = await agent.page.evaluate("window.seen")
        assert seen[seen.index("received") :] == ["received", "frame", "rendered with pop"]


async def test_answers_in_a_hidden_tab_where_no_frame_is_drawn() -> None:
    async with agent_at_desk(HIDDEN) as agent:
        await agent.desk.say("offer", **offer(full_pop()))

        assert (await agent.desk.hear())["type"] == "received"
        assert (await agent.desk.hear())["hidden"] is True


async def test_drops_the_case_on_withdrawal_and_ignores_an_older_epoch() -> None:
    async with agent_at_desk() as agent:
        await agent.desk.say("offer", **offer(full_pop(), epoch=2))
        assert [(await agent.desk.hear())["type"] for _ in range(2)] == ["received", "rendered"]

        await agent.desk.say("withdraw", offer="offer-call-1", epoch=1, reason="no_answer")
        await expect(agent.part("pop-customer")).to_have_text("Wang Fang")

        await agent.desk.say("withdraw", offer="offer-call-1", epoch=2, reason="no_answer")
        await expect(agent.part("pop")).to_have_count(0)
        await expect(agent.page.locator("body")).not_to_contain_text("Wang Fang")

        # Both are older than what was withdrawn; the third is the first thing answered again.
        await agent.desk.say("offer", **offer(full_pop(), epoch=1))
        await agent.desk.say("offer", **offer(full_pop(), epoch=2))
        await agent.desk.say("offer", **offer(full_pop(), epoch=3))
        assert (await agent.desk.hear())["epoch"] == 3


async def test_withdrawn_before_the_paint_is_never_called_rendered() -> None:
    async with agent_at_desk() as agent:
        await agent.desk.say("offer", **offer(full_pop()))
        await agent.desk.say("withdraw", offer="offer-call-1", epoch=1, reason="withdrawn")
        await agent.desk.say("offer", **offer(full_pop(), call="call-2"))

        said = [await agent.desk.hear()]
        while said[-1]["type"] != "rendered" or said[-1]["offer"] != "offer-call-2":
            said.append(await agent.desk.hear())

        # A busy browser may paint between two messages; then the first is rightly called rendered.
        kinds = [one["type"] for one in said if one["offer"] == "offer-call-1"]
        assert kinds in (["received"], ["received", "rendered"])
        await expect(agent.part("pop")).to_have_attribute("data-offer", "offer-call-2")
