"""INVITE received to 200 sent by the IVR, as the caller's wire sees it, at several loads."""

from __future__ import annotations

import statistics
import time
from typing import Final

from base.errors import SegueError
from benchmarks.echo import echo, round_trips
from benchmarks.figures import Figure
from benchmarks.node import running
from benchmarks.sip import Leg, Phones

_LOADS: Final = ((1, 12), (20, 100), (50, 300))
"""Calls a second, and how many calls."""
_TALK_S: Final = 0.3
_INVITE_BYTES: Final = 620


def measure() -> list[Figure]:
    """The caller hangs up 0.3 s after the answer; loads are open: a slow answer delays no call."""
    with running() as node, Phones(node.sip) as phones:
        _place(phones, 5, 5)
        waits = {rate: _place(phones, rate, calls) for rate, calls in _LOADS}
    with echo() as address:
        floor = statistics.median(round_trips(address, _INVITE_BYTES, 200, 0.01))
    return [
        Figure(f"INVITE to 200 at {rate} calls/s", "ms", tuple(found), floor, (("p99", 20.0),))
        for rate, found in waits.items()
    ]


def _place(phones: Phones, rate: int, calls: int) -> list[float]:
    """Place calls at a rate; milliseconds from INVITE to 200."""
    placed: list[Leg] = []
    talking: list[Leg] = []
    began = time.perf_counter()
    while len(placed) < calls or not all(leg.ended for leg in placed):
        now = time.perf_counter()
        if now > began + calls / rate + 20:
            raise SegueError(f"{sum(not leg.ended for leg in placed)} of {calls} calls did not end")
        if len(placed) < calls and now >= began + len(placed) / rate:
            placed.append(phones.call("7001"))
            talking.append(placed[-1])
        while talking and talking[0].setup_s and now > talking[0].sent + _TALK_S:
            phones.hang_up(talking.pop(0))
        phones.run(0.002)
    refused = [leg.failed for leg in placed if leg.setup_s is None]
    if refused:
        raise SegueError(f"{len(refused)} calls were refused, with {set(refused)}")
    return [1000 * leg.setup_s for leg in placed if leg.setup_s is not None]
