"""Registrations with digest a second: each a challenge and its proof, as phones refresh."""

from __future__ import annotations

import time
from typing import Final

from benchmarks.figures import Figure, one
from benchmarks.node import running
from benchmarks.sip import Phones

_AT_ONCE: Final = 20
_SECONDS: Final = 8.0


def measure() -> list[Figure]:
    """Twenty at a time; every one is four messages."""
    with running() as node, Phones(node.sip) as phones:
        password = node.password("sip:201")
        _register(phones, password, 1.0)
        before = node.cpu_s()
        done = _register(phones, password, _SECONDS)
        cpu_s = node.cpu_s() - before
    return [
        one("registrations with digest a second", "1/s", done / _SECONDS),
        one("CPU a registration", "ms", 1000 * cpu_s / done),
    ]


def _register(phones: Phones, password: str, seconds: float) -> int:
    """How many were done in so many seconds."""
    first = sent = phones.registered
    began = time.perf_counter()
    while time.perf_counter() < began + seconds:
        for _ in range(_AT_ONCE - (sent - phones.registered)):
            phones.register("201", password)
            sent += 1
        enough = sent - _AT_ONCE + 1
        phones.run(0.05, lambda enough=enough: phones.registered >= enough)  # type: ignore[misc]
    done, last = phones.registered - first, sent
    phones.run(2, lambda: phones.registered == last)
    return done
