"""baresip (Debian), steered through its control port: no sound card, all it hears recorded."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np

from phone.contract import Account

MODULES = Path("/usr/lib/baresip/modules")
CONFIG = """\
sip_listen 127.0.0.1:0
module_path {modules}
audio_source aufile,{tone}
audio_level no
call_local_timeout 60
ctrl_tcp_listen 127.0.0.1:{port}
snd_path {folder}
module g711.so
module aufile.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
"""
TONE_S = 30


def free_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_tone(path: Path, frequency_hz: float, seconds: float = TONE_S) -> Path:
    """A sine as WAV, PCM16 mono 8 kHz."""
    samples = 8000 * np.sin(2 * np.pi * frequency_hz * np.arange(int(8000 * seconds)) / 8000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


class Baresip:
    """One baresip with one account. Its events are those of its control port."""

    def __init__(self, folder: Path, account: str, writer: asyncio.StreamWriter) -> None:
        self.events: list[dict[str, Any]] = []
        self._folder = folder
        self._account = account
        self._writer = writer
        self._changed = asyncio.Condition()

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Netstrings of JSON, until it ends."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                length = int((await reader.readuntil(b":"))[:-1])
                message = json.loads((await reader.readexactly(length + 1))[:-1])
                async with self._changed:
                    self.events.append(message)
                    self._changed.notify_all()

    def command(self, name: str, params: str = "") -> None:
        text = json.dumps({"command": name, "params": params, "token": "t"}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))

    async def hears(self, kind: str, limit_s: float = 10.0, after: int = 0) -> dict[str, Any]:
        """The first event of this type, `after` so many events."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [e for e in self.events[after:] if e.get("type") == kind]
            return bool(found)

        async with asyncio.timeout(limit_s), self._changed:
            await self._changed.wait_for(there)
        return found[0]

    async def dial(self, uri: str) -> None:
        """INVITE, and wait until it is answered."""
        after = len(self.events)
        self.command("dial", uri)
        await self.hears("CALL_ESTABLISHED", after=after)

    async def press(self, keys: str) -> None:
        """Keys by RFC 4733, one after the other."""
        for key in keys:
            self.command("sndcode", key)
            await asyncio.sleep(0.25)

    async def register(self) -> bool:
        """Whether the registrar takes the account."""
        self.command("uanew", self._account)
        outcome = {"REGISTER_OK": True, "REGISTER_FAIL": False}
        found: list[bool] = []

        def told() -> bool:
            found[:] = [outcome[e["type"]] for e in self.events if e.get("type") in outcome]
            return bool(found)

        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(told)
        return found[0]

    def recordings(self) -> list[Path]:
        """What was heard in its calls, in order; whole when a call is over."""
        return sorted(self._folder.glob("dump-*-dec.wav"))


def _set_up(folder: Path, account: Account, tone_hz: float, port: int) -> str:
    """Write its configuration; gives the account's line."""
    folder.mkdir(parents=True, exist_ok=True)
    tone = write_tone(folder / "tone.wav", tone_hz)
    config = CONFIG.format(modules=MODULES, tone=tone, port=port, folder=folder)
    for name, text in (("config", config), ("accounts", ""), ("contacts", "")):
        (folder / name).write_text(text)
    aor = account.registrar.replace("sip:", f"sip:{account.user}@")
    return f"<{aor}>;auth_pass={account.password};regint=60"


@contextlib.asynccontextmanager
async def baresip(
    folder: Path, account: Account, *, tone_hz: float = 440.0
) -> AsyncIterator[Baresip]:
    """baresip with this account, not registered yet; it has unregistered when the block ends."""
    port = free_tcp_port()
    line = _set_up(folder, account, tone_hz, port)
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            "baresip", "-f", str(folder), stdin=asyncio.subprocess.DEVNULL,
            stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)},
        )  # fmt: skip
    try:
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(OSError):
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    break
                await asyncio.sleep(0.02)
        phone = Baresip(folder, line, writer)
        reading = asyncio.create_task(phone.read(reader))
        try:
            yield phone
        finally:
            phone.command("quit")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 5)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            writer.close()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
