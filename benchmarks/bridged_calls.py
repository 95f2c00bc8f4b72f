"""Bridged set-ups a second, INVITE to BYE, and the node's CPU for each. A guide, no promise."""

from __future__ import annotations

import time
from typing import Final

from benchmarks.figures import Figure, one
from benchmarks.node import running
from benchmarks.sip import Leg, Phones

_AT_ONCE: Final = 10
_SECONDS: Final = 10.0


def measure() -> list[Figure]:
    """Ten callers call a flow that dials a phone, hang up at the answer, and call again."""
    with running() as node, Phones(node.sip) as phones:
        phones.register("201", node.password("sip:201"))
        phones.run(5, lambda: phones.registered == 1)
        _call(phones, 2.0)
        before = node.cpu_s()
        waits = _call(phones, _SECONDS)
        cpu_s = node.cpu_s() - before
    return [
        one("bridged set-ups a second", "1/s", len(waits) / _SECONDS),
        one("CPU a bridged set-up", "ms", 1000 * cpu_s / len(waits)),
        Figure("INVITE to 200 through the bridge", "ms", tuple(waits)),
    ]


def _call(phones: Phones, seconds: float) -> list[float]:
    waits: list[float] = []
    callers: list[Leg] = []

    def answered(leg: Leg) -> None:
        if leg.setup_s is not None:
            waits.append(1000 * leg.setup_s)
            phones.hang_up(leg)

    phones.on_answer = answered
    began = time.perf_counter()
    while time.perf_counter() < began + seconds:
        callers = [leg for leg in callers if not leg.ended]
        callers += [phones.call("7002") for _ in range(_AT_ONCE - len(callers))]
        phones.run(0.001)
    phones.run(5, lambda: all(leg.ended for leg in callers))
    return waits
