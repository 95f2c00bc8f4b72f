"""Voices: text becomes a WAV file, outside the server's process."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final, Protocol

from base.errors import UnavailableError
from base.lines import LineChild
from media.contract import MediaError

_MAX_TEXT: Final = 2000
_TIMEOUT_S: Final = 30.0


class VoiceError(UnavailableError, MediaError):
    """The voice could not speak this."""


class Voice(Protocol):
    """Speaks text. Another voice or another setting of it has another `name`."""

    @property
    def name(self) -> str:
        """What tells its recordings from those of others; part of the cache's key."""
        ...

    async def speak(self, text: str, language: str, path: Path) -> None:
        """Write `path` (PCM16 mono 8 kHz, peak at -6 dBFS), whole or not; raises VoiceError."""
        ...

    async def close(self) -> None:
        """End what runs behind it. Idempotent."""
        ...


class EspeakVoice:
    """espeak-ng in a child process that is started with the first text and kept.

    Languages are `en` and `zh`, also with a region (`zh-CN`). A child that dies is started again.
    """

    def __init__(self) -> None:
        self._child: LineChild | None = None
        self._lock = asyncio.Lock()

    @property
    def name(self) -> str:
        """Changes when its sound does, so that cached prompts are made anew."""
        return "espeak-1"

    async def speak(self, text: str, language: str, path: Path) -> None:
        """Write `path`; raises VoiceError."""
        short = language.partition("-")[0].lower()
        if short not in ("en", "zh"):
            raise VoiceError(f"the voice speaks en and zh, not {language!r}")
        if not text.strip() or len(text) > _MAX_TEXT:
            raise VoiceError(f"a text must have 1 to {_MAX_TEXT} characters, this has {len(text)}")
        child = await self._running()
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                await child.ask("speak", text=text, language=short, path=str(path), timeout_s=60.0)
        except TimeoutError:
            child.kill()
            raise VoiceError(f"the voice did not speak within {_TIMEOUT_S:g} s") from None

    async def close(self) -> None:
        """End the child."""
        async with self._lock:
            if self._child is not None:
                await self._child.close()

    async def _running(self) -> LineChild:
        async with self._lock:
            if self._child is None or not self._child.running:
                if self._child is not None:
                    await self._child.close()
                self._child = await LineChild.start("media.voice_child", error=VoiceError)
            return self._child
