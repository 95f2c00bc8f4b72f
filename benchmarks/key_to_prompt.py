"""A key to the next prompt's first packet: a call to a menu, by RTP from outside.

The node acts on a key's first packet, so that is where the time begins: a prompt is there before
its key is released.
"""

from __future__ import annotations

import random
import socket
import statistics
import struct
import threading
import time
from typing import Final

from base.errors import UnavailableError
from benchmarks.echo import echo, round_trips
from benchmarks.figures import Figure
from benchmarks.node import running
from benchmarks.sip import Phones

_KEYS: Final = 200
_PACKET_BYTES: Final = 172
_EVENTS: Final = 101
"""The payload type of keys (RFC 4733)."""


def measure() -> list[Figure]:
    """The whole way: engine, event, flow, play, first packet (its marker bit begins a talkspurt).

    Keys come at any phase of the 20 ms, while the last prompt still plays.
    """
    with running() as node, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(3)
        with Phones(node.sip, rtp_port=ear.getsockname()[1]) as phones:
            leg = phones.call("7001")
            phones.run(5, lambda: leg.setup_s is not None)
            done = threading.Event()
            signalling = threading.Thread(target=lambda: phones.run(120, done.is_set))
            signalling.start()
            try:
                while not ear.recv(2048)[1] & 0x80:
                    pass
                waits = [_press(ear, leg.rtp, number) for number in range(_KEYS)]
            finally:
                done.set()
                phones.hang_up(leg)
                signalling.join()
    with echo() as address:
        floor = statistics.median(round_trips(address, _PACKET_BYTES, 200, 0.02))
    promises = (("median", 3.0), ("p99", 10.0))
    return [Figure("key to the next prompt", "ms", tuple(waits), floor, promises)]


def _press(ear: socket.socket, to: tuple[str, int], number: int) -> float:
    """One key; milliseconds from its first packet to the next prompt."""
    _listen(ear, random.uniform(0.1, 0.16))
    pressed = time.perf_counter()
    _send(ear, to, number, 0)
    while not ear.recv(2048)[1] & 0x80:
        if time.perf_counter() > pressed + 3:
            raise UnavailableError("a key brought no prompt")
    wait = time.perf_counter() - pressed
    for n in (1, 2, 3):
        _send(ear, to, number, n)
    return 1000 * wait


def _send(ear: socket.socket, to: tuple[str, int], number: int, n: int) -> None:
    """Packet `n` of a key: it begins with 0, and has ended with all others."""
    mark, over = (0x80, 0) if n == 0 else (0, 0x80)
    head = struct.pack(
        ">BBHII", 0x80, mark | _EVENTS, 4 * number + n & 0xFFFF, 4000 * (number + 1), 7
    )
    ear.sendto(head + struct.pack(">BBH", 1, over | 0x0A, 160 + 80 * min(n, 1)), to)


def _listen(ear: socket.socket, seconds: float) -> None:
    """Hear the prompt that plays; a new one may not begin by itself."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        if ear.recv(2048)[1] & 0x80:
            raise UnavailableError("a prompt began by itself")
