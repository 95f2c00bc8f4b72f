"""linphonec (Debian), steered through its command line: WAV files in the place of a sound card."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from phone.contract import Account
from tests.interop.live_baresip import write_tone

SETTINGS = """\
[sip]
sip_port={port}
sip_tcp_port=0
sip_tls_port=0
ipv6=0
use_rfc2833=1
use_info=0
[net]
firewall_policy=none
bind_address=127.0.0.1
[sound]
echocancellation=0
"""


class Linphone:
    """One linphonec with one account, and all it has printed."""

    def __init__(self, process: asyncio.subprocess.Process, account: Account) -> None:
        self.printed = ""
        self._process = process
        self._account = account
        self._changed = asyncio.Condition()

    async def read(self) -> None:
        """Until it ends."""
        assert self._process.stdout is not None
        while text := await self._process.stdout.read(4096):
            async with self._changed:
                self.printed += text.decode(errors="replace")
                self._changed.notify_all()

    def command(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")

    async def prints(self, *words: str, after: int = 0, limit_s: float = 10.0) -> str:
        """The first of `words` that it prints `after` so many characters."""

        def there() -> str | None:
            return next((word for word in words if word in self.printed[after:]), None)

        async with asyncio.timeout(limit_s), self._changed:
            await self._changed.wait_for(there)
        return there() or ""

    async def register(self) -> bool:
        """Whether the registrar takes the account."""
        who = self._account
        host = who.registrar.removeprefix("sip:")
        self.command(f"register sip:{who.user}@{host} {who.registrar} {who.password}")
        asked = len(self.printed)
        async with asyncio.timeout(10):
            while "Password for" not in self.printed[asked:]:
                after = len(self.printed)
                self.command("status register")
                await self.prints("registered", "Password for", after=after)
                if "registered, identity" in self.printed[after:]:
                    return True
                await asyncio.sleep(0.1)
        return False

    async def dial(self, uri: str) -> None:
        """INVITE, and wait until it is answered."""
        after = len(self.printed)
        self.command(f"call {uri}")
        await self.prints("connected", after=after)

    async def press(self, keys: str) -> None:
        """Keys by RFC 4733, one after the other."""
        for key in keys:
            self.command(key)
            await asyncio.sleep(0.3)


def _set_up(folder: Path, tone_hz: float) -> Path:
    """Write its configuration; gives the file that it says."""
    (folder / ".local/share/linphone").mkdir(parents=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "rc").write_text(SETTINGS.format(port=port))
    return write_tone(folder / "tone.wav", tone_hz)


@contextlib.asynccontextmanager
async def linphone(
    folder: Path, account: Account, heard: Path, *, tone_hz: float = 697.0
) -> AsyncIterator[Linphone]:
    """linphonec that says a tone and writes what it hears to `heard`; not registered yet."""
    tone = _set_up(folder, tone_hz)
    process = await asyncio.create_subprocess_exec(
        "stdbuf", "-oL", "linphonec", "-c", str(folder / "rc"),
        env={**os.environ, "HOME": str(folder)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    phone = Linphone(process, account)
    reading = asyncio.create_task(phone.read())
    try:
        phone.command("soundcard use files")
        phone.command(f"play {tone}")
        phone.command(f"record {heard}")
        yield phone
        phone.command("quit")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 2)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await reading
