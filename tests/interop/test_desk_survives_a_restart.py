"""A server that restarts while the page is open: told, found again, and nothing typed is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.interop.desk_day import at_work
from tests.interop.live_node import running, start_node, wait_ready


@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_the_page_comes_back_by_itself_with_what_was_typed(tmp_path: Path, how: str) -> None:
    with running(tmp_path / "var") as node:
        places = {"http_port": node.http.rpartition(":")[2], "sip_port": str(node.sip_port)}
        async with at_work(node) as day:
            _, customer = await day.call_with_token()
            await day.answer()
            await day.part("notes").fill("Typed before the restart")
            if how == "stop":
                assert await asyncio.to_thread(node.stop) == 0
            else:
                node.kill()
            await expect(day.part("link-lost")).to_contain_text("What you typed is kept")
            await expect(day.part("pop-customer")).to_have_text("Wang Fang")

            again = start_node(node.data_dir, node.site, **places)
            try:
                await asyncio.to_thread(wait_ready, again)
                day.node = again
                await expect(day.part("link-lost")).to_have_count(0, timeout=15_000)
                await expect(day.part("pop")).to_have_count(0)
                await day.shows("none")

                await day.page.get_by_role("button", name="Finish", exact=True).click()
                await expect(day.part("notes")).to_have_value("Typed before the restart")
                await day.part("recordings").click()
                await expect(day.part("call-row")).to_have_count(1)
                await day.page.keyboard.press("Escape")
                await customer.hangup()
            finally:
                await day.presence("offline")
                again.kill()
