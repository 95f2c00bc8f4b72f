"""The real clock, timers and randomness. Shells use these; cores get them as arguments."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

from base.instant import Instant, Timer


class SystemClock:
    """The machine's clocks."""

    def now(self) -> Instant:
        """The present moment."""
        return Instant(time.monotonic(), time.time())


class SystemIds:
    """The kernel's random numbers."""

    def random_bytes(self, count: int) -> bytes:
        """`count` bytes from the kernel."""
        return os.urandom(count)


class LoopTimers:
    """Timers of the running asyncio loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` on the loop after `delay_s` seconds."""
        return self._loop.call_later(delay_s, callback)
