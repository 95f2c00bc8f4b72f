"""A node's life: start, serve, reload on SIGHUP, drain on SIGTERM, stop.

A second SIGTERM or Ctrl-C ends the wait for calls.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
from collections.abc import Coroutine
from typing import Any

from base.errors import SegueError
from segue.node import Node
from segue.settings import Settings

_log = logging.getLogger("segue.lifecycle")

# A full collection during calls stops every call for its length, so the start's objects are taken
# out of the collector's sight and the thresholds raised (measured: docs/explain/performance.md).
_GC_THRESHOLDS = (50_000, 20, 20)


async def serve(settings: Settings, *, drain_s: float) -> None:
    """Run a node until a signal, then let its calls end for `drain_s` seconds at most."""
    stop, hurry, again = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def signalled() -> None:
        if stop.is_set():
            hurry.set()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signalled)
    loop.add_signal_handler(signal.SIGHUP, again.set)
    _allow_many_files()
    async with Node(settings) as node:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)
        gc.enable()
        _tell_supervisor("READY=1")
        _log.info("serving: SIP %s, page %s", node.sip_address, node.http_url)
        reloads = asyncio.create_task(_reload_when_asked(node, again), name="reload")
        await stop.wait()
        reloads.cancel()
        _tell_supervisor("STOPPING=1")
        _log.info("draining: no new calls; %d going on", node.calls_open)
        await _first_of(node.drain(), hurry.wait(), timeout_s=drain_s)
    _log.info("stopped")


async def _reload_when_asked(node: Node, again: asyncio.Event) -> None:
    while True:
        await again.wait()
        again.clear()
        try:
            await node.reload()
        except SegueError:
            _log.exception("the site was not reloaded")


async def _first_of(*waits: Coroutine[Any, Any, object], timeout_s: float) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _allow_many_files() -> None:
    """Each RTP session holds two sockets: the soft limit of 1,024 would end at 500 legs."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _tell_supervisor(state: str) -> None:
    """Tell systemd (Type=notify), where there is one: see sd_notify(3)."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        path = "\0" + address[1:] if address.startswith("@") else address
        notify.sendto(state.encode(), path)
