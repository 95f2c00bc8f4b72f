"""A child process that speaks JSON lines: commands with answers, and events.

One object a line. To the child: `{"id": 1, "do": "speak", ...}`. From it: the answer
`{"id": 1, "ok": {...}}` or `{"id": 1, "error": "..."}`, or an event `{"event": "...", ...}`.
The child ends when its standard input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from base.child import module_command, module_environment
from base.errors import SegueError, UnavailableError

Line = dict[str, Any]

_GENTLE_S: Final = 3.0
_LINE_LIMIT: Final = 1 << 20


def encode(line: Line) -> bytes:
    """One line, ready to write."""
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def decode(data: bytes) -> Line | None:
    """A line's object; None where it is not one (a library printed something)."""
    try:
        line = json.loads(data)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


class LineChild:
    """One of our modules running as a child process. Make it with `start`.

    What it says goes to `take`, event by event, in order. Its failures are raised as `error`.
    """

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        take: Callable[[Line], Awaitable[None]] | None,
        error: type[SegueError],
    ) -> None:
        self._process = process
        self._take = take
        self._error = error
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Line]] = {}
        self._closed = False
        self._last_words = ""
        self._readers = [
            asyncio.create_task(self._read(), name="child lines"),
            asyncio.create_task(self._read_errors(), name="child errors"),
        ]

    @classmethod
    async def start(
        cls,
        module: str,
        *,
        take: Callable[[Line], Awaitable[None]] | None = None,
        error: type[SegueError] = UnavailableError,
    ) -> LineChild:
        """Run `python -m module`."""
        process = await asyncio.create_subprocess_exec(
            *module_command(module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=module_environment(),
            limit=_LINE_LIMIT,
        )
        return cls(process, take, error)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether commands can be given."""
        return not self._closed and self._process.returncode is None

    async def ask(self, do: str, *, timeout_s: float = 10.0, **values: Any) -> Line:
        """Give a command and wait for its answer."""
        stdin = self._process.stdin
        if stdin is None or not self.running:
            raise self._error(f"the child is not running {self._last_words}".strip())
        number = next(self._numbers)
        future = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            stdin.write(encode({"id": number, "do": do, **values}))
            await stdin.drain()
            return await asyncio.wait_for(future, timeout_s)
        except (TimeoutError, ConnectionError):
            words = f"no answer to {do!r} {self._last_words}".strip()
            raise self._error(words) from None
        finally:
            del self._answers[number]

    async def wait(self) -> int:
        """The exit status, when it has ended."""
        return await self._process.wait()

    def kill(self) -> None:
        """End a child that hangs; `running` is false soon after."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        """End the child, gently first, then by force. Idempotent."""
        if self._closed:
            return
        self._closed = True
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _GENTLE_S)
        except TimeoutError:
            self.kill()
            await self._process.wait()
        await asyncio.gather(*self._readers)

    async def _read(self) -> None:
        stdout = self._process.stdout
        while stdout is not None and (data := await stdout.readline()):
            line = decode(data)
            if line is None:
                continue
            if "event" not in line:
                self._settle(line)
            elif self._take is not None:
                await self._take(line)
        # Let the child's last words arrive, then fail whoever still waits.
        await self._readers[1]
        for future in self._answers.values():
            if not future.done():
                future.set_exception(self._error(f"the child died {self._last_words}".strip()))

    def _settle(self, line: Line) -> None:
        future = self._answers.get(line.get("id", 0))
        if future is None or future.done():
            return
        if "error" in line:
            future.set_exception(self._error(line["error"]))
        else:
            future.set_result(line["ok"])

    async def _read_errors(self) -> None:
        stderr = self._process.stderr
        while stderr is not None and (data := await stderr.readline()):
            self._last_words = data.decode(errors="replace").strip()[:200]
