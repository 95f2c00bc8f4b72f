"""Chromium with an agent's page in it, against a scripted desk."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Locator, Page, async_playwright

from tests.interop.page_server import ScriptedDesk, scripted_desk

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1366, "height": 768}

# A hidden tab as the page sees it: its state says so, and no frame is ever drawn.
HIDDEN = """
Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
Object.defineProperty(document, "hidden", { get: () => true });
window.requestAnimationFrame = () => 0;
"""


@dataclass
class Agent:
    """The page of an agent who is logged in, and the desk behind it."""

    desk: ScriptedDesk
    page: Page
    complaints: list[str] = field(default_factory=list)
    """What the browser's console says: errors, refusals of the policy."""

    def part(self, name: str) -> Locator:
        """A part of the page by its test id."""
        return self.page.get_by_test_id(name)


@contextlib.asynccontextmanager
async def agent_at_desk(script: str | None = None, **context: Any) -> AsyncIterator[Agent]:
    """A desk and a page that is connected; nothing is left behind."""
    async with scripted_desk() as desk, async_playwright() as driver:
        desk.signed_in = True
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            context = {"viewport": WIDE, "locale": "en-GB", **context}
            page = await (await browser.new_context(**context)).new_page()
            agent = Agent(desk, page)
            page.on("console", lambda said: _complain(agent, said.type, said.text))
            page.on("pageerror", lambda error: agent.complaints.append(str(error)))
            if script is not None:
                await page.add_init_script(script)
            await page.goto(desk.url)
            await page.locator("[data-testid=presence]:enabled").wait_for()
            yield agent
        finally:
            await browser.close()


def _complain(agent: Agent, kind: str, text: str) -> None:
    if kind == "error":
        agent.complaints.append(text)
