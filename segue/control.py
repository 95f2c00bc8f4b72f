"""Commands to a running node, through a socket that only its owner can open.

One JSON line in, `{"command": …, "args": {…}}`; one JSON line out, `{"ok": …}` or
`{"error": …}`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from base.errors import SegueError, UnavailableError

SOCKET = "segue.sock"
"""The socket's name in a node's data folder."""

_LINE_LIMIT = 1 << 20

Command = Callable[..., Awaitable[Any]]


class ControlServer:
    """Serves commands by name; each is an async function with keyword arguments."""

    def __init__(self, path: Path, commands: Mapping[str, Command]) -> None:
        self._path = path
        self._commands = commands
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; raises `UnavailableError` when another node of this data folder runs."""
        if self._path.exists():
            if await _alive(self._path):
                raise UnavailableError(
                    f"another node already runs on {self._path.parent}; stop it, or give this one "
                    "its own --data-dir"
                )
            self._path.unlink()
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(
                self._serve, str(self._path), limit=_LINE_LIMIT
            )
        finally:
            os.umask(before)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            await asyncio.gather(*self._open, return_exceptions=True)
            self._path.unlink(missing_ok=True)
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        try:
            answer = await self._answer(await reader.readline())
            writer.write(json.dumps(answer, ensure_ascii=False, default=str).encode() + b"\n")
            await writer.drain()
        except (ConnectionError, asyncio.LimitOverrunError, ValueError):
            pass  # the command line went away, or is not ours
        finally:
            await _close(writer)

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            command = self._commands[request["command"]]
            return {"ok": await command(**request.get("args", {}))}
        except (SegueError, LookupError) as error:
            return {"error": str(error) or type(error).__name__}
        except (ValueError, TypeError) as error:
            return {"error": f"that is not a command: {error}"}


async def ask(path: Path, command: str, **args: Any) -> Any:
    """Have a running node do something; raises `UnavailableError` when none runs."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=_LINE_LIMIT)
    except OSError as error:
        raise UnavailableError(
            f"no node answers at {path}; start one with `segue run`, or name its --data-dir"
        ) from error
    try:
        writer.write(json.dumps({"command": command, "args": args}).encode() + b"\n")
        await writer.drain()
        answer = json.loads(await reader.readline())
    finally:
        await _close(writer)
    if "error" in answer:
        raise SegueError(answer["error"])
    return answer["ok"]


async def _alive(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    await _close(writer)
    return True


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
