"""The agent's page in a real Chromium, driven as an agent would."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import TracebackType

from playwright.async_api import Browser, Page, Playwright, WebSocketRoute, async_playwright
from playwright.async_api import Error as PlaywrightError

from base.errors import UnavailableError, UsageError

# A closed network answers none of Chromium's own errands, so they are switched off.
_QUIET = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_S = 10.0
LAPTOP = {"width": 1366, "height": 768}


class AgentPage:
    """One agent's browser tab; use it as an async context manager.

    With `deaf` the page's word that it has painted a pop is lost on its way: what a broken page
    looks like from the server.
    """

    def __init__(self, url: str, *, deaf: bool = False) -> None:
        self._url = url
        self._deaf = deaf
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._page: Page | None = None

    async def __aenter__(self) -> AgentPage:
        program = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
        if program is None:
            raise UnavailableError("there is no Chromium here: apt-get install chromium")
        self._playwright = await async_playwright().start()
        # Chromium refuses its sandbox to root (containers, CI).
        sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
        self._browser = await self._playwright.chromium.launch(
            executable_path=program, args=[*_QUIET, *sandbox]
        )
        context = await self._browser.new_context(viewport=LAPTOP, locale="en-GB")  # type: ignore[arg-type]
        context.set_default_timeout(_PATIENCE_S * 1000)
        self._page = await context.new_page()
        if self._deaf:
            await self._page.route_web_socket("**/api/v1/desk", _lose_rendered)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()

    @property
    def page(self) -> Page:
        """The tab itself."""
        if self._page is None:
            raise UsageError("the page is opened by `async with`")
        return self._page

    async def log_in(self, name: str, password: str) -> None:
        """Through the form, as everybody."""
        await self.page.goto(self._url)
        await self.page.get_by_test_id("login-name").fill(name)
        await self.page.get_by_test_id("login-password").fill(password)
        await self.page.get_by_test_id("login-submit").click()
        await self.page.get_by_test_id("presence").wait_for()

    async def become_available(self) -> None:
        """Ready for calls."""
        await self.page.get_by_test_id("presence").click()
        await self.page.get_by_test_id("presence-available").click()
        await self.page.locator("[data-testid=presence][data-presence=available]").wait_for()

    async def wait_pop(self, timeout_s: float = 30.0) -> dict[str, str]:
        """The texts of the pop, once it is there."""
        await self.page.get_by_test_id("pop").wait_for(timeout=timeout_s * 1000)
        texts = {}
        for part in ("customer", "match", "step", "form", "chat"):
            element = self.page.get_by_test_id(f"pop-{part}")
            texts[part] = (await element.inner_text()) if await element.count() else ""
        return texts

    async def continue_at_step(self) -> Page:
        """Press Continue; the app's own page at the step, in its tab."""
        async with self.page.expect_popup() as opened:
            await self.page.get_by_test_id("pop-continue").click()
        app = await opened.value
        await app.wait_for_load_state()
        return app

    async def press(self, what: str) -> None:
        """A button by its test id: `hold`, `resume`, `hangup`."""
        await self.page.get_by_test_id(what).click()

    async def wrap_up(self) -> None:
        """The first disposition of the list, and done."""
        await self.page.get_by_test_id("disposition").click()
        await self.page.keyboard.press("ArrowDown")
        await self.page.keyboard.press("Enter")
        await self.page.get_by_test_id("wrapup-done").click()

    async def screenshot(self, path: Path) -> None:
        """What the agent sees now, as PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=path)


def _lose_rendered(socket: WebSocketRoute) -> None:
    server = socket.connect_to_server()

    def from_page(message: str | bytes) -> None:
        if json.loads(message).get("type") != "rendered":
            server.send(message)

    socket.on_message(from_page)


__all__ = ["AgentPage", "PlaywrightError"]
