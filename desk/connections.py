"""The pages of agents: several at once, each with a bounded queue; a slow one is dropped."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

from handoff.pop import Viewer

Json = dict[str, Any]

MAX_WAITING: Final = 256
"""Messages that a page may be behind."""
MAX_PAGES: Final = 10
"""Pages of one agent."""


class Page:
    """One WebSocket of an agent. Whoever owns the socket takes from here and sends."""

    def __init__(self, agent: str, viewer: Viewer, session: str) -> None:
        self.agent = agent
        self.viewer = viewer
        self.session = session
        self._seq = 0
        self._waiting: deque[str] = deque()
        self._ready = asyncio.Event()
        self._closed: tuple[int, str] | None = None
        self.dropped = asyncio.Event()
        """Set when the socket must go at once: it does not take what it is sent."""
        self.bad = 0
        """Messages of the page that did not fit."""

    @property
    def closed(self) -> tuple[int, str] | None:
        """The close code and reason, once the server wants it closed."""
        return self._closed

    def put(self, body: str) -> None:
        """Queue a message: a JSON object's text; `seq` is put in front."""
        if self._closed is not None:
            return
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.clear()
            self.close(1013, "too slow; connect again")
            self.dropped.set()
            return
        self._seq += 1
        self._waiting.append(f'{{"seq":{self._seq},{body[1:]}')
        self._ready.set()

    def send(self, message: Json) -> None:
        """Queue one message for this page only."""
        self.put(encode(message))

    def close(self, code: int, reason: str) -> None:
        """Ask the owner to close the socket, after what is queued."""
        if self._closed is None:
            self._closed = (code, reason)
            self._ready.set()

    async def take(self) -> str | None:
        """The next message; None when the page is to be closed."""
        while not self._waiting:
            if self._closed is not None:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._waiting.popleft()


class Pages:
    """All pages, by agent."""

    def __init__(self) -> None:
        self._pages: dict[str, list[Page]] = {}
        self.dropped = 0
        """Pages that were too slow."""
        self.bad = 0
        """Messages of pages that did not fit."""

    def add(self, page: Page) -> bool:
        """Take a page in; False when the agent has too many."""
        pages = self._pages.setdefault(page.agent, [])
        if len(pages) >= MAX_PAGES:
            return False
        pages.append(page)
        return True

    def remove(self, page: Page) -> None:
        """The page is gone."""
        pages = self._pages.get(page.agent, [])
        if page in pages:
            pages.remove(page)
            self.bad += page.bad
            self.dropped += page.dropped.is_set()
        if not pages:
            self._pages.pop(page.agent, None)

    def of(self, agent: str) -> tuple[Page, ...]:
        """The pages of an agent."""
        return tuple(self._pages.get(agent, ()))

    def agents(self) -> tuple[str, ...]:
        """Who has a page."""
        return tuple(self._pages)

    def broadcast(self, agent: str, message: Json) -> int:
        """Send to all pages of an agent; to how many."""
        return self.show(agent, lambda viewer: message)

    def show(self, agent: str, build: Callable[[Viewer], Json]) -> int:
        """Send what each viewer may see; built and encoded once a kind of viewer."""
        bodies: dict[Viewer, str] = {}
        pages = self.of(agent)
        for page in pages:
            if page.viewer not in bodies:
                bodies[page.viewer] = encode(build(page.viewer))
            page.put(bodies[page.viewer])
        return len(pages)

    def end_session(self, session: str) -> None:
        """Close the pages of a login that is over."""
        for page in self:
            if page.session == session:
                page.close(4401, "logged out")

    def __iter__(self) -> Iterator[Page]:
        return iter([page for pages in self._pages.values() for page in pages])

    def __len__(self) -> int:
        return sum(len(pages) for pages in self._pages.values())


def encode(message: Json) -> str:
    """JSON text of a message, at least one member."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str)
