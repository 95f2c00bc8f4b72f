"""An agent's page without a browser: the desk's HTTP and WebSocket, as the page uses them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.interop.live_node import LiveNode

Message = dict[str, Any]


class DeskPage:
    """One open page. It acknowledges each offer at once, unless told not to (`acknowledges`)."""

    def __init__(self, agent: str, http: httpx.AsyncClient, socket: ClientConnection) -> None:
        self.agent = agent
        self.acknowledges = True
        self.seen: list[Message] = []
        self._http = http
        self._socket = socket
        self._changed = asyncio.Condition()

    async def read(self) -> None:
        """Until the socket closes."""
        async for text in self._socket:
            message: Message = json.loads(text)
            if message["type"] == "offer" and self.acknowledges:
                await self.acknowledge(message)
            async with self._changed:
                self.seen.append(message)
                self._changed.notify_all()

    async def acknowledge(self, offer: Message) -> None:
        """Received and painted."""
        bound = {"offer": offer["offer"], "epoch": offer["epoch"]}
        await self._socket.send(json.dumps({"type": "received", **bound}))
        await self._socket.send(json.dumps({"type": "rendered", "hidden": False, **bound}))

    async def close(self) -> None:
        """The tab is closed."""
        await self._socket.close()

    async def hears(
        self, kind: str, limit_s: float = 15.0, after: int = 0, **fields: Any
    ) -> Message:
        """The first message of this type with these fields, `after` so many seen messages."""
        found: list[Message] = []

        def there() -> bool:
            found[:] = [m for m in self.seen[after:] if _fits(m, kind, fields)]
            return bool(found)

        async with asyncio.timeout(limit_s), self._changed:
            await self._changed.wait_for(there)
        return found[0]

    async def put(self, path: str, **body: Any) -> httpx.Response:
        return await self._http.put(f"/api/v1{path}", json=body)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self._http.post(f"/api/v1{path}", json=body)

    async def present(self, presence: str, reason: str = "") -> None:
        (await self.put("/presence", presence=presence, reason=reason)).raise_for_status()

    async def wrap_up(self, call: str) -> None:
        """Done with this call, as soon as there is something to write up."""
        await self.hears("wrapup", call=call)
        answer = await self.post("/wrapup", call=call, disposition="solved")
        answer.raise_for_status()


def _fits(message: Message, kind: str, fields: dict[str, Any]) -> bool:
    return message["type"] == kind and all(message.get(k) == v for k, v in fields.items())


@contextlib.asynccontextmanager
async def desk_page(
    node: LiveNode, agent: str, presence: str | None = "available"
) -> AsyncIterator[DeskPage]:
    """A page of this agent, logged in; offline and gone when the block ends."""
    async with httpx.AsyncClient(base_url=node.http, timeout=10) as http:
        body = {"name": agent, "password": node.password(f"desk:{agent}")}
        me = await http.post("/api/v1/login", json=body)
        me.raise_for_status()
        http.headers["X-CSRF-Token"] = me.json()["csrf"]
        cookie = f"segue_session={http.cookies['segue_session']}"
        url = f"ws{node.http.removeprefix('http')}/api/v1/desk"
        async with connect(url, origin=node.http, additional_headers={"Cookie": cookie}) as socket:  # type: ignore[arg-type]
            page = DeskPage(agent, http, socket)
            reading = asyncio.create_task(page.read())
            try:
                await page.hears("snapshot")
                if presence is not None:
                    await page.present(presence)
                yield page
            finally:
                if node.child.poll() is None:
                    await page.present("offline")
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)


async def until(condition: Callable[[], object], limit_s: float = 10.0) -> None:
    """Wait for something that only a look can tell."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - it is another process that we wait for
            await asyncio.sleep(0.02)
