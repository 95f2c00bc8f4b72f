"""An agent's day at a real node: the page in Chromium, phones that others wrote, the bank's app."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect

from phone.contract import CallState
from phone.pjsua import PjsuaCall, PjsuaPhone
from segue.demo.cast import Cast, cast
from tests.interop.live_node import LiveNode

RING_S = 30.0
"""The flow speaks first: to a caller without a token for about twenty seconds."""


@dataclass
class Day:
    """Li Na is at her desk and available; Wang Fang has the app and a phone."""

    node: LiveNode
    cast: Cast

    @property
    def page(self) -> Page:
        return self.cast.page.page

    def part(self, name: str) -> Locator:
        """A part of the page by its test id."""
        return self.page.get_by_test_id(name)

    async def call_with_token(self) -> tuple[dict[str, Any], PjsuaCall]:
        """The customer is stuck, presses Help in the app, and the app calls."""
        handoff = await self.cast.help_wanted()
        headers = {"User-to-User": handoff["user_to_user"]}
        call = await self.cast.customer.call(self.node.uri(handoff["dial"]), headers=headers)
        await call.play_tone(440)
        return handoff, call

    async def rings(self) -> PjsuaCall:
        """The agent's phone rings; by then the page has painted the pop."""
        call = await self.cast.agent.wait_incoming(RING_S)
        await expect(self.part("pop")).to_be_visible()
        return call

    async def answer(self) -> PjsuaCall:
        """The agent takes the handset up."""
        call = await self.rings()
        await call.play_tone(1000)
        await call.answer()
        await call.wait_state(CallState.CONFIRMED)
        await self.shows("talking")
        return call

    async def shows(self, state: str) -> None:
        """The call bar says so."""
        await expect(self.part("call-state")).to_have_attribute("data-state", state)

    async def presence(self, name: str) -> None:
        """Chosen in the menu of the header."""
        await self.part("presence").click()
        await self.part(f"presence-{name}").click()
        await expect(self.part("presence")).to_have_attribute("data-presence", name)

    async def wrap_up(self, disposition: str = "solved") -> None:
        """Saved, and ready for the next call."""
        await self.part("disposition").select_option(disposition)
        await self.part("wrapup-done").click()
        await expect(self.part("wrapup")).to_have_count(0)
        await expect(self.part("presence")).to_have_attribute("data-presence", "available")


@contextlib.asynccontextmanager
async def at_work(node: LiveNode) -> AsyncIterator[Day]:
    """Until the block ends; then the agent is offline, so that others' calls do not come here."""
    async with cast(node.status, node.data_dir) as actors:
        day = Day(node, actors)
        yield day
        if await day.part("presence").get_attribute("data-presence") != "offline":
            await day.presence("offline")


@contextlib.asynccontextmanager
async def phone_of(node: LiveNode, extension: str) -> AsyncIterator[PjsuaPhone]:
    """A registered phone of this extension."""
    async with await PjsuaPhone.start(node.account(extension)) as phone:
        await phone.register()
        yield phone
