"""Offer to pop acknowledged: a real Chromium paints each pop, fifty more pages are connected."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
from websockets.asyncio.client import ClientConnection, connect

from base.errors import SegueError
from benchmarks.figures import Figure
from benchmarks.node import PAGE_AGENTS, ROOT, Node, running
from benchmarks.sip import Leg, Phones
from segue.demo.page import AgentPage

OFFERS: Final = 60
PAGES: Final = 50
_COOL_S: Final = 2.0
_AFTER_S: Final = 0.2
_STORY: Final = ROOT / "examples" / "bank_story.json"


def measure() -> list[Figure]:
    """Times are the evidence log's: `queue.offered` to `pop.acknowledged` of the same call.

    Each call brings the bank's whole story by its token. The first offers meet a page that has
    just been opened; their times are told apart too.
    """
    with running() as node:
        waits = asyncio.run(_offers(node))
    return [
        Figure("offer to pop acknowledged", "ms", tuple(waits), promises=(("p99", 100.0),)),
        Figure("the first offer of a page", "ms", tuple(waits[:1])),
    ]


async def _offers(node: Node) -> list[float]:
    with Phones(node.sip) as phones:
        phones.answers = False
        phones.register("1001", node.password("sip:1001"))
        done = threading.Event()
        signalling = threading.Thread(target=lambda: phones.run(300, done.is_set))
        signalling.start()
        try:
            async with _pages(node), AgentPage(node.http) as page:
                await page.log_in("li_na", node.password("desk:li_na"))
                await page.become_available()
                await asyncio.sleep(_COOL_S)
                return [await _offer(node, phones) for _ in range(OFFERS)]
        finally:
            done.set()
            await asyncio.to_thread(signalling.join)


async def _offer(node: Node, phones: Phones) -> float:
    """One call to the queue; it ends when the agent's phone rings."""
    token = await _handoff(node)
    rung = set(phones.legs)
    leg = phones.call("7004", f"User-to-User: {token}")
    await _until(lambda: any(c not in rung and other is not leg for c, other in _legs(phones)))
    await asyncio.sleep(_AFTER_S)
    phones.hang_up(leg)
    await _until(lambda: leg.ended)
    call = (await node.ask_now("calls.list", limit=1))[0]["call"]
    events = (await node.ask_now("calls.show", call=call))["events"]
    at = {event["kind"]: event["t"] for event in reversed(events)}
    if "pop.acknowledged" not in at:
        raise SegueError(f"no page acknowledged: {sorted(at)}")
    return float(1000 * (at["pop.acknowledged"] - at["queue.offered"]))


def _legs(phones: Phones) -> list[tuple[str, Leg]]:
    return list(phones.legs.items())


async def _until(condition: Any, limit_s: float = 10.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - another thread's legs
            await asyncio.sleep(0.005)


async def _handoff(node: Node) -> str:
    """What the bank app does when its customer asks for help; gives the User-to-User header."""
    story = json.loads(_STORY.read_text())
    headers = {"Authorization": f"Bearer {node.password('api:app')}"}
    async with httpx.AsyncClient(base_url=f"{node.http}/api/v1", headers=headers) as http:
        link = "http://127.0.0.1:9/{case}?continue={continue}&step={step}"
        case = (await _post(http, "/cases", story["case"] | {"link": link}))["case"]
        await _post(http, f"/cases/{case}/events", {"events": story["events"]})
        handoff = await _post(http, f"/cases/{case}/handoff", {"step": "amount"})
    return str(handoff["user_to_user"])


async def _post(http: httpx.AsyncClient, path: str, body: Any) -> Any:
    answer = await http.post(path, json=body)
    answer.raise_for_status()
    return answer.json()


@contextlib.asynccontextmanager
async def _pages(node: Node) -> AsyncIterator[None]:
    """The other pages: WebSockets of other agents, ten each, that read what they are sent."""
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        reading = []
        for n in range(PAGE_AGENTS):
            cookie = await _log_in(node, f"page_{n}")
            for _ in range(PAGES // PAGE_AGENTS):
                url = f"ws{node.http.removeprefix('http')}/api/v1/desk"
                page = await stack.enter_async_context(
                    connect(url, origin=node.http, additional_headers={"Cookie": cookie})  # type: ignore[arg-type]
                )
                reading.append(group.create_task(_read(page)))
        yield
        for task in reading:
            task.cancel()


async def _log_in(node: Node, name: str) -> str:
    async with httpx.AsyncClient(base_url=node.http) as http:
        body = {"name": name, "password": node.password(f"desk:{name}")}
        (await http.post("/api/v1/login", json=body)).raise_for_status()
        return f"segue_session={http.cookies['segue_session']}"


async def _read(page: ClientConnection) -> None:
    async for _ in page:
        pass
