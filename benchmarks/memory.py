"""Resident memory of the node's process: after the start, a call, and when calls are gone."""

from __future__ import annotations

import time
from typing import Final

from benchmarks.figures import Figure, one
from benchmarks.node import running
from benchmarks.sip import Phones

_CALLS: Final = 200


def measure() -> list[Figure]:
    """A call here is an IVR call with its prompt playing: one SIP leg, one RTP session, a flow."""
    with running() as node, Phones(node.sip) as phones:
        time.sleep(1)
        fresh = node.rss_mb()
        for _ in range(20):  # what the first calls load and fill once
            _calls(phones, 10)
        before = node.rss_mb()
        legs = [phones.call("7001") for _ in range(_CALLS)]
        phones.run(10, lambda: all(leg.setup_s for leg in legs))
        phones.run(1)
        during = node.rss_mb()
        for leg in legs:
            phones.hang_up(leg)
        phones.run(10, lambda: all(leg.ended for leg in legs))
        after = node.rss_mb()
    return [
        one("memory after the start", "MB", fresh, promises=(("max", 200.0),)),
        one("memory a call of the IVR", "KiB", 1024 * (during - before) / _CALLS),
        one(f"memory after {_CALLS + 200} calls", "MB", after, promises=(("max", 200.0),)),
    ]


def _calls(phones: Phones, number: int) -> None:
    legs = [phones.call("7001") for _ in range(number)]
    phones.run(10, lambda: all(leg.setup_s for leg in legs))
    for leg in legs:
        phones.hang_up(leg)
    phones.run(10, lambda: all(leg.ended for leg in legs))
