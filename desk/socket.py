"""`GET /api/v1/desk`: the WebSocket of an agent's page."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from base.errors import UnavailableError
from base.messages import LANGUAGES
from desk.connections import Page
from desk.security import PageUser, user_of
from desk.services import DeskServices, services

router = APIRouter(prefix="/api/v1")

MAX_MESSAGE: Final = 4096
MAX_BAD: Final = 20
CLOSE_WITHIN_S: Final = 2.0
RECHECK_S: Final = 30.0
"""How long a page may outlive its session: a logout elsewhere, an account that was disabled."""

_log = logging.getLogger("segue.desk")


@router.websocket("/desk")
async def desk_events(socket: WebSocket, user: PageUser) -> None:
    """Events to the page, acknowledgements from it."""
    desk = services(socket)
    page = Page(user.name, user.viewer, user.session)
    await socket.accept()
    if not desk.live.open(page):
        await socket.close(1008, "too many pages of this agent")
        return
    try:
        await _serve(socket, page, desk)
    finally:
        desk.live.close(page)


async def _serve(socket: WebSocket, page: Page, desk: DeskServices) -> None:
    reading = asyncio.ensure_future(_read(socket, page, desk))
    writing = asyncio.ensure_future(_write(socket, page))
    closing = asyncio.ensure_future(page.dropped.wait())
    checking = asyncio.ensure_future(_recheck(socket, page))
    tasks = (reading, writing, closing, checking)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    await _close(socket, page)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            _log.info("page of %s: connection lost: %r", page.agent, result)


async def _close(socket: WebSocket, page: Page) -> None:
    if page.closed is None:
        return
    code, reason = page.closed
    # The other end may be gone, or not reading: either way we are done with it.
    with suppress(RuntimeError, OSError, TimeoutError, WebSocketDisconnect):
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await socket.close(code, reason)


async def _recheck(socket: WebSocket, page: Page) -> None:
    while True:
        await asyncio.sleep(RECHECK_S)
        # A store that is lost for a moment takes no agent's page away.
        with suppress(UnavailableError):
            if await user_of(socket) is None:
                page.close(4401, "logged out")
                return


async def _write(socket: WebSocket, page: Page) -> None:
    while (text := await page.take()) is not None:
        await socket.send_text(text)


async def _read(socket: WebSocket, page: Page, desk: DeskServices) -> None:
    bad = 0
    while bad < MAX_BAD:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if not _take(message.get("text") or "", page, desk):
            bad += 1
            page.bad += 1
    page.close(1008, "too many messages that do not fit")


def _take(text: str, page: Page, desk: DeskServices) -> bool:
    """Act on a message of the page; False if it does not fit."""
    message = _parse(text)
    match message.get("type"):
        case "ping":
            page.send({"type": "pong"})
            return True
        case "received" | "rendered" as kind:
            offer, epoch = message.get("offer"), message.get("epoch")
            if not isinstance(offer, str) or type(epoch) is not int:
                return False
            if kind == "received":
                desk.queues.pop_received(page.agent, offer, epoch)
            else:
                hidden = message.get("hidden") is True
                desk.queues.pop_rendered(page.agent, offer, epoch, hidden=hidden)
            return True
        case "language" if message.get("language") in LANGUAGES:
            desk.live.speak(page, message["language"])
            return True
        case _:
            return False


def _parse(text: str) -> dict[str, Any]:
    if len(text) > MAX_MESSAGE:
        return {}
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
