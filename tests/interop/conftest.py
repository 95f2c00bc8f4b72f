"""One live node for all tests that call it; its end is a test too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.interop.live_node import LiveNode, demo_site, running

LONGEST_TIMER_S = 45
"""Timers B, F, H and J run 64*T1 = 32 s (RFC 3261 section 17)."""


@pytest.fixture(scope="session")
def live_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNode]:
    """The demo site, with short rings, in a process of its own."""
    folder = tmp_path_factory.mktemp("live")
    site = demo_site(folder / "site", queues=lambda text: text.replace("ring: 20s", "ring: 3s"))
    with running(folder / "var", site) as node:
        yield node
        _ends_clean(node)


def _ends_clean(node: LiveNode) -> None:
    """Every transaction has ended by its timers, and SIGTERM ends the node at once."""
    deadline = time.monotonic() + LONGEST_TIMER_S
    while asyncio.run(node.metrics())["segue_sip_transactions"] > 0:
        assert time.monotonic() < deadline, "SIP transactions are left"
        time.sleep(0.2)
    assert node.stop() == 0
    assert not node.errors(node.begin)
