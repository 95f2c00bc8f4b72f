"""Programs that the demonstration starts: they end with it, and their output is kept."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from base.errors import SegueError, UnavailableError
from segue.control import SOCKET, ask
from segue.settings import Settings

_START_S = 30.0
_STOP_S = 10.0
_LAST_LINES = 20


@contextlib.asynccontextmanager
async def program(
    words: Sequence[str], log: Path, environ: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python program of ours, run until the block ends; SIGTERM, then SIGKILL if it must be.

    `environ` is added to our environment.
    """
    with log.open("ab") as output:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environ or {})},
        )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), _STOP_S)
            except TimeoutError:
                child.kill()
                await child.wait()


@contextlib.asynccontextmanager
async def node(settings: Settings) -> AsyncIterator[dict[str, Any]]:
    """`segue run` with these settings; gives its status (addresses) once it serves."""
    log = settings.data_dir / "node.log"
    words = [
        "-m", "segue", "run", "--drain", "2",
        "--site", str(settings.site), "--data-dir", str(settings.data_dir),
        "--listen", settings.listen, "--sip-port", str(settings.sip_port),
        "--http-port", str(settings.http_port),
        "--rtp-ports", f"{settings.rtp_ports[0]}-{settings.rtp_ports[1]}",
        "--mqtt", settings.mqtt, "--log", settings.log,
    ]  # fmt: skip
    # A database's URL may hold a password, and anybody on the machine may read command lines.
    environ = {"SEGUE_DATABASE": settings.database} if settings.database else {}
    begin = log.stat().st_size if log.exists() else 0
    async with program(words, log, environ) as child:
        yield await _status(settings.data_dir / SOCKET, child, log, begin)


async def _status(
    socket: Path, child: asyncio.subprocess.Process, log: Path, begin: int
) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _START_S
    while loop.time() < deadline:
        if child.returncode is not None:
            raise UnavailableError(f"the node did not start:\n{_tail(log, begin)}")
        with contextlib.suppress(SegueError):
            status: dict[str, Any] = await ask(socket, "status")
            if status["pid"] == child.pid:
                return status
        await asyncio.sleep(0.05)
    raise UnavailableError(f"the node did not answer within {_START_S:.0f} s:\n{_tail(log, begin)}")


def _tail(log: Path, begin: int) -> str:
    lines = log.read_bytes()[begin:].decode(errors="replace").splitlines()
    return "\n".join(lines[-_LAST_LINES:])
